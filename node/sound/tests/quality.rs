//! How a voice sounds that came over a bad path, in virtual time: what is lost, recovered and made up, and
//! how far the result is from what was said.
//!
//! The measure is a log-spectral distance: in each 20 ms the energies of 20 bands of hearing (Zwicker's, up
//! to 6.4 kHz) are compared in decibels. It hears what is missing or made up and, other than a
//! signal-to-noise ratio, does not mind that Opus keeps no waveform.

use std::time::{Duration, Instant};

use beistand_session::{JitterBuffer, JitterFigures, JitterPull, VoiceFrame};
use beistand_sound::{FRAME_SAMPLES, SAMPLE_RATE, VoiceDecoder, VoiceEncoder, synthetic};

/// The middle of each band in hertz.
const BANDS: [f32; 20] = [
    150.0, 250.0, 350.0, 450.0, 570.0, 700.0, 840.0, 1000.0, 1170.0, 1370.0, 1600.0, 1850.0, 2150.0, 2500.0,
    2900.0, 3400.0, 4000.0, 4800.0, 5800.0, 6400.0,
];

/// Seconds of voice.
const SECONDS: usize = 12;

/// Below so many decibels a band is not heard beside the others: some 40 below the loudest of the voice.
const UNHEARD: f32 = -5.0;

/// How the path is.
#[derive(Clone, Copy)]
struct BadPath {
    loss_percent: u32,
    /// Frames take up to so many milliseconds more.
    uneven_millis: u64,
    copies: bool,
}

fn dice(state: &mut u64) -> u32 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as u32
}

/// What is heard of a voice, and how it went.
fn heard(voice: &[f32], path: BadPath) -> (Vec<f32>, JitterFigures) {
    let (mut encoder, mut decoder) = (VoiceEncoder::new().expect("Opus"), VoiceDecoder::new().expect("Opus"));
    encoder.set_loss(path.loss_percent as u8);
    let (start, mut seed, mut sequence) = (Instant::now(), 7, 0);
    let at = |micros: u64| start + Duration::from_micros(micros);
    let mut arrivals = Vec::new();
    for (tick, frame) in (0_u32..).zip(voice.chunks_exact(FRAME_SAMPLES)) {
        let sound = encoder.encode(frame.try_into().expect("a frame")).expect("Opus");
        let sound = sound.unwrap_or_default();
        let lost = dice(&mut seed) % 100 < path.loss_percent;
        let later = u64::from(dice(&mut seed)) % (path.uneven_millis + 1);
        let arrives = (u64::from(tick) * 20 + 20 + 15 + later) * 1000;
        if !lost {
            arrivals.push((arrives, VoiceFrame { sequence, tick, recorded_at: at(arrives), sound }));
        }
        sequence += 1;
    }
    arrivals.sort_by_key(|(at, _)| *at);
    let mut arrivals = arrivals.into_iter().peekable();
    let (mut buffer, mut out, mut frame) = (JitterBuffer::new(start), Vec::new(), [0.0; FRAME_SAMPLES]);
    for pull in 0..voice.len() / FRAME_SAMPLES + 20 {
        let now = pull as u64 * 20_000 + 9_000;
        while let Some((arrived, frame)) = arrivals.next_if(|(at, _)| *at <= now) {
            buffer.push(at(arrived), frame);
        }
        match buffer.pull(at(now)) {
            JitterPull::Frame(next) => decoder.decode(&next.sound, &mut frame),
            JitterPull::Recover(next) if path.copies => decoder.recover(&next.sound, &mut frame),
            JitterPull::Recover(_) => frame.fill(0.0),
            JitterPull::Conceal if path.copies => decoder.conceal(&mut frame),
            JitterPull::Conceal | JitterPull::Quiet => frame.fill(0.0),
        }
        out.extend_from_slice(&frame);
    }
    (out, buffer.figures())
}

/// The energy of each band in 20 ms, in decibels: a little below and above its middle.
fn bands(frame: &[f32]) -> [f32; BANDS.len()] {
    let around = std::f32::consts::PI * 2.0 / frame.len() as f32;
    let windowed: Vec<f32> = frame
        .iter()
        .enumerate()
        .map(|(at, sample)| sample * (0.5 - 0.5 * (around * at as f32).cos()))
        .collect();
    BANDS.map(|middle| {
        let energy: f32 = [0.94, 1.06].into_iter().map(|times| energy_at(&windowed, middle * times)).sum();
        (10.0 * energy.max(1e-9).log10()).max(UNHEARD)
    })
}

/// The energy at one frequency (Goertzel, 1958).
fn energy_at(samples: &[f32], frequency: f32) -> f32 {
    let turn = 2.0 * (2.0 * std::f32::consts::PI * frequency / SAMPLE_RATE as f32).cos();
    let (last, before) =
        samples.iter().fold((0.0, 0.0), |(last, before), sample| (sample + turn * last - before, last));
    last * last + before * before - turn * last * before
}

/// How far what was heard is from what was said, in decibels: the mean of all 20 ms in which something was
/// said. Each fifth of a second is put where it fits best, since frames are held back.
fn distance(said: &[f32], heard: &[f32]) -> f32 {
    let heard: Vec<_> = heard.chunks_exact(FRAME_SAMPLES / 2).collect();
    let heard: Vec<_> = heard.windows(2).map(|two| bands(&two.concat())).collect();
    let said: Vec<_> = said.chunks_exact(FRAME_SAMPLES).map(bands).collect();
    let mut total = (0.0, 0);
    for (part, first) in said.chunks(10).zip((0..).step_by(10)) {
        let loud: Vec<_> =
            (first..).zip(part).filter(|(_, want)| want.iter().any(|band| *band > UNHEARD + 15.0)).collect();
        let far = |lag: usize| -> Option<f32> {
            let each = loud.iter().map(|(at, want)| Some(far_bands(want, heard.get(at * 2 + lag)?)));
            each.sum()
        };
        if let Some(best) = (2..14).filter_map(far).min_by(f32::total_cmp) {
            total = (total.0 + best, total.1 + loud.len());
        }
    }
    total.0 / total.1 as f32
}

fn far_bands(want: &[f32; BANDS.len()], have: &[f32; BANDS.len()]) -> f32 {
    let sum: f32 = want.iter().zip(have).map(|(want, have)| (want - have).powi(2)).sum();
    (sum / BANDS.len() as f32).sqrt()
}

#[test]
fn a_voice_stays_a_voice_up_to_a_fifth_of_losses() {
    let voice = synthetic::seconds(120.0, SECONDS);
    println!("| loss | uneven | distance | without copies | recovered | made up |");
    let mut clear = None;
    for (loss_percent, uneven_millis) in [(0, 0), (1, 0), (5, 0), (10, 0), (20, 0), (5, 40)] {
        let path = BadPath { loss_percent, uneven_millis, copies: true };
        let (out, JitterFigures { heard: frames, recovered, made_up, .. }) = heard(&voice, path);
        let far = distance(&voice, &out);
        let (without, _) = heard(&voice, BadPath { copies: false, ..path });
        let without = distance(&voice, &without);
        println!(
            "| {loss_percent} % | {uneven_millis} ms | {far:.2} dB | {without:.2} dB | {recovered} of {frames} | {made_up} |"
        );
        let clear = *clear.get_or_insert(far);
        // What is lost is heard, but nothing like what it would be without the copies.
        assert!(
            far <= clear + 0.15 * loss_percent as f32 + 0.5,
            "{far} at {loss_percent} %, {clear} without"
        );
        assert!(loss_percent < 5 || far < without, "copies are of use at {loss_percent} %: {far}, {without}");
    }
}
