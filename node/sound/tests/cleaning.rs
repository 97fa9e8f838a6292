//! What is left of echo and noise.

use beistand_sound::{FRAME_SAMPLES, SharedCleaner, SoundLevel, synthetic};

/// Samples between the loudspeaker and the microphone: 30 ms.
const ECHO_SAMPLES: usize = 1440;

fn frames(samples: &[f32]) -> impl Iterator<Item = &[f32]> {
    samples.chunks_exact(FRAME_SAMPLES)
}

#[test]
fn what_the_loudspeaker_plays_does_not_go_back_and_what_is_said_here_does() {
    let far = synthetic::seconds(210.0, 8);
    let near = synthetic::seconds(110.0, 8);
    let cleaner = SharedCleaner::new();
    let (mut echo_in, mut echo_out, mut near_out) = (Vec::new(), Vec::new(), Vec::new());
    for (at, played) in frames(&far).enumerate() {
        cleaner.played(played);
        let from = at * FRAME_SAMPLES;
        let mut recorded: Vec<f32> = (from..from + FRAME_SAMPLES)
            .map(|at| at.checked_sub(ECHO_SAMPLES).map_or(0.0, |at| 0.4 * far[at]))
            .collect();
        if at >= 150 {
            echo_in.extend_from_slice(&recorded);
        }
        cleaner.clean(&mut recorded);
        if at >= 150 {
            echo_out.extend_from_slice(&recorded);
        }
    }
    let gone = SoundLevel::of(&echo_in).decibels() - SoundLevel::of(&echo_out).decibels();
    println!("of the echo {gone} dB are gone");
    assert!(gone >= 20, "{gone}");
    for said in frames(&near) {
        cleaner.played(&[0.0; FRAME_SAMPLES]);
        let mut said = said.to_vec();
        cleaner.clean(&mut said);
        near_out.extend_from_slice(&said);
    }
    let lost = SoundLevel::of(&near).decibels() - SoundLevel::of(&near_out).decibels();
    println!("of the voice {lost} dB");
    assert!(lost <= 6, "{lost}");
}

#[test]
fn noise_is_less_and_the_voice_stays() {
    let voice = synthetic::seconds(120.0, 8);
    let mut noise = 1_u32;
    let mut hiss = || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((noise >> 16) as f32 / 32_768.0 - 1.0) * 0.01
    };
    let cleaner = SharedCleaner::new();
    let pause = |at: usize| at / (FRAME_SAMPLES * 10) % 7 == 6;
    let (mut quiet_in, mut quiet_out, mut loud_in, mut loud_out) = (vec![], vec![], vec![], vec![]);
    for (at, said) in frames(&voice).enumerate() {
        let recorded: Vec<f32> = said.iter().map(|sample| sample + hiss()).collect();
        let mut clean = recorded.clone();
        cleaner.clean(&mut clean);
        if at < 150 || (at + 3) % 10 < 5 {
            continue;
        }
        let (before, after) = if pause(at * FRAME_SAMPLES) {
            (&mut quiet_in, &mut quiet_out)
        } else {
            (&mut loud_in, &mut loud_out)
        };
        before.extend_from_slice(&recorded);
        after.extend_from_slice(&clean);
    }
    let less =
        |before: &[f32], after: &[f32]| SoundLevel::of(before).decibels() - SoundLevel::of(after).decibels();
    let (noise, voice) = (less(&quiet_in, &quiet_out), less(&loud_in, &loud_out));
    println!("noise {noise} dB less, voice {voice} dB less");
    assert!(noise >= 10 && voice <= 5, "{noise}, {voice}");
}
