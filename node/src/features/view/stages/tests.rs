//! Times of made-up pictures, in virtual time.

use proptest::prelude::*;

use super::*;

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn made(id: u64) -> MadePicture {
    MadePicture { id, capture: Some(millis(1)), encode: millis(4) }
}

fn way() -> PictureWay {
    PictureWay { queue: millis(3), network: millis(10), there: millis(6) }
}

fn picture(id: u64, captured_at: Instant) -> Picture {
    Picture { id, captured_at, screen: (8, 8), units: Vec::new() }
}

/// The median of a stage in ms.
fn half(summary: &StageSummary, stage: PictureStage) -> Option<f32> {
    summary.time(stage).map(|time| time.p50_ms.round())
}

#[test]
fn the_host_knows_each_part_and_the_whole() {
    let mut stages = HostStages::default();
    stages.made(made(1));
    stages.handed_over(1, millis(2));
    assert_eq!(half(&stages.summary(), PictureStage::Whole), None, "it is not shown yet");
    stages.shown(1, millis(25), way());
    let summary = stages.summary();
    let parts = [
        (PictureStage::Capture, 1.0),
        (PictureStage::Encode, 4.0),
        (PictureStage::Queue, 5.0),
        (PictureStage::Network, 10.0),
        (PictureStage::There, 6.0),
        (PictureStage::Whole, 26.0),
    ];
    for (stage, expected) in parts {
        assert_eq!(half(&summary, stage), Some(expected), "{stage:?}");
    }
}

#[test]
fn of_pictures_that_went_by_unseen_no_way_is_told() {
    let mut stages = HostStages::default();
    (1..=3).for_each(|id| stages.made(made(id)));
    stages.shown(3, millis(25), way());
    stages.shown(2, millis(999), way());
    stages.shown(9, millis(999), way());
    assert_eq!(stages.whole.0, [millis(26)]);
    assert_eq!(stages.summary().pictures(), 3);
}

#[test]
fn what_only_sharpens_was_not_captured() {
    let mut stages = HostStages::default();
    stages.made(MadePicture { capture: None, ..made(1) });
    assert_eq!(stages.summary().time(PictureStage::Capture), None);
    stages.shown(1, millis(25), way());
    assert_eq!(half(&stages.summary(), PictureStage::Whole), Some(25.0));
}

#[test]
fn the_technician_knows_its_parts_with_and_without_a_window() {
    let start = Instant::now();
    let mut stages = TechnicianStages::default();
    stages.arrived(&picture(5, start), start + millis(20));
    stages.taken(5, start + millis(21));
    assert_eq!(stages.since_arrival(5, start + millis(24)), millis(4));
    stages.drawn(5, start + millis(24));
    let summary = stages.summary();
    assert_eq!(half(&summary, PictureStage::Before), Some(20.0));
    assert_eq!(half(&summary, PictureStage::Wait), Some(1.0));
    assert_eq!(half(&summary, PictureStage::Decode), Some(3.0));
    assert_eq!(half(&summary, PictureStage::Paint), None);
    assert_eq!(half(&summary, PictureStage::Whole), Some(24.0), "it ends in memory");
    stages.painted(5, start + millis(31));
    let summary = stages.summary();
    assert_eq!(half(&summary, PictureStage::Paint), Some(7.0));
    assert_eq!(half(&summary, PictureStage::Whole), Some(31.0));
    assert_eq!(stages.since_arrival(77, start), Duration::ZERO);
}

#[test]
fn each_picture_is_painted_once_and_with_the_newest_all_before_it() {
    let start = Instant::now();
    let mut stages = TechnicianStages::default();
    for id in 1..=3 {
        stages.arrived(&picture(id, start), start);
        stages.taken(id, start);
        stages.drawn(id, start + millis(id));
    }
    stages.painted(2, start + millis(10));
    assert_eq!(stages.paint.0, [millis(9), millis(8)]);
    stages.painted(2, start + millis(20));
    assert_eq!(stages.paint.0.len(), 2, "painted again, nothing new");
    stages.painted(3, start + millis(20));
    assert_eq!(stages.paint.0, [millis(9), millis(8), millis(17)]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_nothing_grows_without_bound(
        steps in proptest::collection::vec((0_u8..6, 0_u64..2_000, 0_u64..100), 0..3_000),
    ) {
        let start = Instant::now();
        let (mut host, mut technician) = (HostStages::default(), TechnicianStages::default());
        for (step, id, after) in steps {
            let at = start + millis(after);
            match step {
                0 => host.made(made(id)),
                1 => host.shown(id, millis(after), way()),
                2 => technician.arrived(&picture(id, start), at),
                3 => technician.taken(id, at),
                4 => technician.drawn(id, at),
                _ => technician.painted(id, at),
            }
        }
        prop_assert!(host.sent.len() <= KEPT_PICTURES && technician.pictures.len() <= KEPT_PICTURES);
        for samples in [&host.encode, &host.whole, &technician.before, &technician.paint] {
            prop_assert!(samples.0.len() <= KEPT_SAMPLES);
        }
        for summary in [host.summary(), technician.summary()] {
            for (stage, time) in summary.measured() {
                prop_assert!(time.p50_ms <= time.p95_ms, "{:?}: {:?}", stage, time);
            }
        }
    }
}
