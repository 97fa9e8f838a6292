//! Small pictures through the whole way.

use std::future::{pending, ready};

use beistand_sequences::{Kind, Sequence};

use super::*;

fn size() -> Size {
    Size::new(320, 200).expect("valid")
}

fn drawing(kind: Kind) -> impl FnMut() -> (Frame, Damage) + Send + 'static {
    let mut sequence = Sequence::new(kind, size(), 1);
    move || {
        let mut frame = Frame::new(size());
        let damage = sequence.next(&mut frame);
        (frame, damage)
    }
}

#[tokio::test]
async fn every_part_of_the_way_is_measured_in_the_runtime_of_the_terminal() {
    let carried = carry_pictures(Backends::fake(), size(), drawing(Kind::Scroll), Duration::ZERO, pending());
    let summary = carried.await.expect("carried").expect("not stopped");
    assert!(summary.pictures() >= FEWEST_PICTURES, "{summary:?}");
    let stages = [
        PictureStage::Encode,
        PictureStage::Queue,
        PictureStage::Network,
        PictureStage::Wait,
        PictureStage::Decode,
        PictureStage::Whole,
    ];
    for stage in stages {
        assert!(summary.time(stage).is_some(), "{stage:?}: {summary:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_when_it_is_told_to() {
    let hour = Duration::from_secs(3600);
    let stopped = carry_pictures(Backends::fake(), size(), drawing(Kind::Typing), hour, ready(()));
    assert_eq!(timeout(PATIENCE, stopped).await.expect("soon").expect("no fault"), None);
}
