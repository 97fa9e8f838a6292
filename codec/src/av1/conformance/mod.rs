//! What decoders make of streams: exactly what the encoder says they show, whatever is on the screen.
//!
//! Every frame is decoded by `re_rav1d`, whole streams by libaom's `aomdec` and by `dav1d` too.

mod ends;
mod film;
mod pictures;
mod script;
mod sequences;

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};

use crate::av1::choose::rate::{CodingStep, QuantiserLadder, TextQuality};
use crate::av1::frame::stream::{FrameSettings, SearchEffort};
use crate::av1::types::Chroma;
use crate::{Damage, Rect, Size};
use ends::StreamEnds;
use pictures::{TestTexture, paint};
use script::{StreamScript, scripts, sides};

/// Settings of one level.
fn settings(q_idx: u8, text: TextQuality, effort: SearchEffort) -> FrameSettings {
    let ladder = QuantiserLadder::single(CodingStep::new(q_idx, text));
    FrameSettings { ladder, effort, correction: 1.0 }
}

fn exact() -> FrameSettings {
    settings(60, TextQuality::Exact, SearchEffort::Full)
}

/// How long the tests that search for as long as they may do so, in seconds.
const FUZZ_SECS: &str = "BEISTAND_FUZZ_SECS";

fn size(width: u16, height: u16) -> Size {
    Size::new(width, height).expect("a size")
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 500, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(250))]

    #[test]
    fn small_screens(script in scripts((sides(), sides()), 1..12)) {
        script.play();
    }
}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn whole_screens(script in scripts(prop::sample::select(vec![(1920, 1080), (4096, 72), (72, 1500)]), 2..6)) {
        script.play();
    }

    #[test]
    fn two_columns_of_tiles(script in scripts((4097..=4200u16, 16..=140u16), 2..6)) {
        script.play();
    }
}

proptest! {
    #![proptest_config(config(40))]

    #[test]
    fn the_second_decoder_agrees(script in scripts((sides(), sides()), 1..12)) {
        script.play_on(script.ends().kept_for_libaom()).check_with_programs();
    }

    #[test]
    fn the_same_pictures_make_the_same_bytes(script in scripts((sides(), sides()), 1..8)) {
        let (one, other) = (script.play(), script.play());
        prop_assert!(one.units == other.units);
    }
}

/// Plays random scripts until the time is over.
fn search(scripts: impl Strategy<Value = StreamScript>, check: impl Fn(&StreamScript)) {
    let secs = std::env::var(FUZZ_SECS).ok().and_then(|secs| secs.parse().ok()).unwrap_or(60);
    let end = Instant::now() + Duration::from_secs(secs);
    let mut cases = 0;
    while Instant::now() < end {
        let mut runner = TestRunner::new(config(100));
        let found = runner.run(&scripts, |script| {
            check(&script);
            Ok(())
        });
        if let Err(TestError::Fail(reason, script)) = found {
            panic!("after {cases} cases: {reason}\n{script:#?}");
        }
        cases += 100;
    }
    eprint_cases(cases);
}

#[allow(clippy::print_stderr, reason = "how much was searched is the result")]
fn eprint_cases(cases: usize) {
    eprintln!("{cases} cases");
}

#[test]
#[ignore = "searches for as long as it may"]
fn fuzz_small_screens() {
    search(scripts((sides(), sides()), 1..20), |script| {
        script.play();
    });
}

#[test]
#[ignore = "searches for as long as it may"]
fn fuzz_middle_screens() {
    search(scripts((100..=700u16, 100..=500u16), 1..12), |script| {
        script.play();
    });
}

#[test]
#[ignore = "searches for as long as it may"]
fn fuzz_the_second_decoder() {
    search(scripts((sides(), sides()), 1..20), |script| {
        script.play_on(script.ends().kept_for_libaom()).check_with_programs();
    });
}

#[test]
#[ignore = "searches for as long as it may"]
fn fuzz_two_columns_of_tiles() {
    search(scripts((4097..=4400u16, 16..=200u16), 1..8), |script| {
        script.play();
    });
}

/// Vectors so far apart that none can be coded as a difference to the other.
#[test]
fn two_windows_that_move_far_in_opposite_directions() {
    for chroma in [Chroma::Full, Chroma::Half] {
        let mut ends = StreamEnds::new(size(4096, 192), chroma, exact());
        let left = Rect::new(0, 64, 600, 64).expect("a window");
        let right = Rect::new(2000, 64, 600, 64).expect("a window");
        for (swapped, seeds) in [(1, 2), (2, 1), (1, 2)].into_iter().enumerate() {
            paint(&mut ends.picture, left, TestTexture::Text, seeds.0);
            paint(&mut ends.picture, right, TestTexture::Text, seeds.1);
            if swapped == 1 {
                ends.refine(1000);
            }
            ends.show(&Damage::all(ends.size()));
        }
        ends.rest(1000);
    }
}

/// A segment is active if it has a feature, even one that changes nothing.
#[test]
fn levels_of_one_quantiser() {
    let step = CodingStep::new(255, TextQuality::Plain);
    let ladder = QuantiserLadder::of_steps([step, step, step]);
    let settings = FrameSettings { ladder, effort: SearchEffort::Full, correction: 1.0 };
    let mut ends = StreamEnds::new(size(200, 136), Chroma::Full, settings);
    ends.bytes = 600;
    for seed in 1..4 {
        let whole = ends.size().rect();
        paint(&mut ends.picture, whole, TestTexture::Noise, seed);
        ends.show(&Damage::all(ends.size()));
    }
    ends.rest(2);
}

#[test]
fn a_vector_of_more_than_two_thousand_samples() {
    let mut ends = StreamEnds::new(size(4096, 64), Chroma::Full, exact());
    for x in [0, 2100, 100, 3900, 1853] {
        paint(&mut ends.picture, size(4096, 64).rect(), TestTexture::Flat, 1);
        paint(&mut ends.picture, Rect::new(x, 0, 190, 64).expect("a window"), TestTexture::Text, 3);
        ends.show(&Damage::all(ends.size()));
    }
    ends.rest(1000);
}

/// Samples beyond the edge are predicted from as well: a copy repeats the edge there, whatever was coded.
#[test]
fn what_is_kept_at_an_edge_is_predicted_from() {
    for (width, height) in [(3, 167), (167, 3), (131, 132)] {
        for text in [TextQuality::Plain, TextQuality::Near(3), TextQuality::Exact] {
            let settings = settings(200, text, SearchEffort::Quick);
            let mut ends = StreamEnds::new(size(width, height), Chroma::Full, settings);
            let whole = ends.size().rect();
            paint(&mut ends.picture, whole, TestTexture::Noise, 1);
            ends.show(&Damage::all(ends.size()));
            for seed in 2..12 {
                let (x, y) = (seed * 37 % width, seed * 53 % height);
                let part = Rect::new(x, y, (width - x).min(20), (height - y).min(20)).expect("a part");
                paint(&mut ends.picture, part, TestTexture::Photo, seed.into());
                let mut damage = Damage::none(ends.size());
                damage.add(part);
                ends.show(&damage);
            }
            ends.rest(2);
        }
    }
}

#[test]
fn every_texture_at_every_kind_of_edge() {
    for chroma in [Chroma::Full, Chroma::Half] {
        for texture in TestTexture::ALL {
            for side in [8, 9, 63, 65, 72, 121] {
                let mut ends = StreamEnds::new(size(side, 130 - side), chroma, exact());
                let whole = ends.size().rect();
                paint(&mut ends.picture, whole, texture, side.into());
                ends.show(&Damage::all(ends.size()));
                paint(&mut ends.picture, Rect::new(0, 0, 3, 3).expect("a part"), TestTexture::Noise, 1);
                ends.show(&Damage::all(ends.size()));
                ends.rest(1);
            }
        }
    }
}

/// The largest screen: columns and rows of tiles.
#[test]
#[ignore = "takes half a minute"]
fn a_screen_of_7680_by_4320() {
    let mut ends = StreamEnds::new(size(7680, 4320), Chroma::Full, exact());
    for (index, texture) in
        [TestTexture::Text, TestTexture::Photo, TestTexture::TwoColours].into_iter().enumerate()
    {
        let part = Rect::new(2500 * index as u16, 100, 2500, 4100).expect("a part");
        paint(&mut ends.picture, part, texture, 3);
    }
    ends.show(&Damage::all(ends.size()));
    paint(&mut ends.picture, Rect::new(3800, 0, 500, 300).expect("a part"), TestTexture::Photo, 9);
    ends.show(&Damage::all(ends.size()));
    ends.rest(2000);
}
