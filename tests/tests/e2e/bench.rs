//! `beistand-node bench`: what it prints, not how fast anything is.

use beistand_tests::{Event, Program, Start};

use crate::support::{PATIENCE, SOON, exit};

/// All that are taken through, in their order.
const SCENES: [&str; 5] = ["typing", "scroll", "drag", "video", "slides"];

/// What is measured without a screen and without a window.
const STAGES: [&str; 6] = ["encode", "queue", "network", "wait", "decode", "whole"];

/// It has no screen.
fn bench(seconds: &str) -> Program {
    Start::bare("beistand-node").arguments(["bench", "--json", "--seconds", seconds]).start()
}

fn check(outcome: &Event, scene: &str) {
    let line = &outcome.value;
    assert_eq!(outcome.text("scene"), scene);
    assert_eq!((outcome.number("width"), outcome.number("height")), (1920.0, 1080.0));
    assert!(outcome.number("pictures") >= 1.0, "{line}");
    for stage in STAGES {
        let [half, most] = ["p50", "p95"].map(|part| line[stage][part].as_f64());
        assert!(half.is_some() && half <= most, "{stage}: {line}");
    }
    assert!(outcome.number("user_fps") > 0.0 && outcome.number("helper_fps") > 0.0, "{line}");
}

#[test]
fn bench_measures_each_part_of_the_way_without_a_screen() {
    let mut bench = bench("1");
    for scene in SCENES {
        check(&bench.expect("bench", PATIENCE), scene);
    }
    assert_eq!(bench.exit(SOON), exit::AS_ASKED, "{}", bench.errors());
    assert!(!bench.errors().contains("panicked"), "{}", bench.errors());
}

#[test]
fn ctrl_c_ends_a_bench_in_the_middle() {
    let mut bench = bench("60");
    bench.expect("bench", 2 * PATIENCE);
    bench.interrupt();
    assert_eq!(bench.exit(SOON), exit::AS_ASKED, "{}", bench.errors());
    assert!(!bench.errors().contains("panicked"), "{}", bench.errors());
}

#[test]
fn a_time_that_says_nothing_is_refused() {
    for seconds in ["0", "601", "long"] {
        let mut refused = bench(seconds);
        assert_eq!(refused.exit(SOON), exit::BAD_INPUT, "{seconds}");
        assert!(refused.errors().contains("--seconds"), "{}", refused.errors());
    }
}
