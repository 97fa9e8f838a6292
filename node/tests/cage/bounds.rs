//! Time and memory: a decoder that takes too much of either is ended, and the picture comes back.

use std::time::{Duration, Instant};

use beistand_codec::{DecodeError, EncodedUnit, Frame, ScreenDecoder, Size, StreamId};
use beistand_platform::cage::{CageLimits, CagedDecoder, DecoderLibrary, UNIT_TIME};
use rustix::process::{Pid, Signal, kill_process};

use crate::{LIBRARIES, caged, key_unit, program, size};

fn process(decoder: &CagedDecoder) -> Pid {
    Pid::from_raw(decoder.process_id().expect("it runs") as i32).expect("an id")
}

/// Decodes a key unit with the next decoder, which is started some time after the last one was lost.
fn come_back(decoder: &mut CagedDecoder, unit: &EncodedUnit, screen: &mut Frame) -> Duration {
    let since = Instant::now();
    loop {
        match decoder.decode(unit, screen) {
            Ok(_) => return since.elapsed(),
            Err(DecodeError::MissingKey) => std::thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn a_decoder_that_hangs_is_killed_after_2_seconds_and_the_picture_comes_back_within_500_ms() {
    let size = size(128, 96);
    let (unit, mut screen) = (key_unit(size, 90), Frame::new(size));
    let mut decoder = caged(DecoderLibrary::default());
    decoder.decode(&unit, &mut screen).expect("decodes");
    let hung = process(&decoder);
    kill_process(hung, Signal::STOP).expect("it is there");
    let since = Instant::now();
    assert!(matches!(decoder.decode(&unit, &mut screen), Err(DecodeError::TooSlow)));
    let took = since.elapsed();
    assert!(took >= UNIT_TIME && took < UNIT_TIME + Duration::from_millis(500), "{took:?}");
    assert!(kill_process(hung, Signal::CONT).is_err(), "it is gone, and nobody's any more");
    let took = come_back(&mut decoder, &key_unit(size, 200), &mut screen);
    assert!(took < Duration::from_millis(500), "{took:?}");
    assert!(screen.pixels()[0].abs_diff(200) <= 2);
}

#[test]
fn a_decoder_that_crashes_is_replaced_at_the_next_key_unit() {
    let size = size(128, 96);
    let (unit, mut screen) = (key_unit(size, 90), Frame::new(size));
    let mut decoder = caged(DecoderLibrary::default());
    decoder.decode(&unit, &mut screen).expect("decodes");
    for signal in [Signal::KILL, Signal::SEGV] {
        kill_process(process(&decoder), signal).expect("it is there");
        let before = screen.clone();
        assert!(matches!(decoder.decode(&unit, &mut screen), Err(DecodeError::DecoderLost)));
        assert!(before == screen && decoder.process_id().is_none());
        let continued = EncodedUnit { key: false, ..unit.clone() };
        assert!(matches!(decoder.decode(&continued, &mut screen), Err(DecodeError::MissingKey)));
        come_back(&mut decoder, &unit, &mut screen);
    }
}

#[test]
fn the_time_that_a_unit_may_take_counts_from_the_unit() {
    let size = size(64, 64);
    let (unit, mut screen) = (key_unit(size, 90), Frame::new(size));
    let limits = CageLimits { unit_time: Duration::from_millis(400) };
    let mut decoder = CagedDecoder::new(program(), DecoderLibrary::default(), limits);
    let since = Instant::now();
    while since.elapsed() < Duration::from_millis(600) {
        decoder.decode(&unit, &mut screen).expect("decodes");
    }
}

/// What this process has in memory, in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").expect("statistics");
    let pages = status.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.expect("a number") * rustix::param::page_size()
}

#[test]
fn a_host_with_the_largest_screens_gets_no_600_mb_of_this_process() {
    let largest = size(7680, 4320);
    let unit = key_unit(largest, 90);
    let mut screen = Frame::new(largest);
    for library in LIBRARIES {
        let mut decoder = caged(library);
        for _ in 0..2 {
            decoder.decode(&unit, &mut screen).expect("decodes within its memory");
        }
        assert!(screen.pixels().iter().step_by(999_983).all(|byte| byte.abs_diff(90) <= 2 || *byte == 255));
        assert!(resident() < 600_000_000, "{} MB", resident() / 1_000_000);
        // Three streams of it, each with a picture of its own: all that the cage has room for.
        let most = (0..3)
            .map(|stream| EncodedUnit { stream: StreamId(stream), ..unit.clone() })
            .filter(|unit| decoder.decode(unit, &mut screen).is_ok())
            .count();
        println!("{library:?}: {most} of 3 streams of the largest screen");
        assert!(resident() < 600_000_000, "{} MB", resident() / 1_000_000);
        come_back_from(&mut decoder, &unit, &mut screen);
        let beyond = Size::new(8192, 8192).expect("valid");
        let refused = decoder.take_in(&EncodedUnit { rect: beyond.rect(), ..unit.clone() }, beyond);
        assert!(matches!(refused, Err(DecodeError::ScreenTooLarge)), "{refused:?}");
    }
}

/// The picture comes back whatever became of the decoder.
fn come_back_from(decoder: &mut CagedDecoder, unit: &EncodedUnit, screen: &mut Frame) {
    decoder.reset();
    come_back(decoder, unit, screen);
}
