//! How long the parts of a picture's way take: what a session says on demand, and the bench as well.
//!
//! It measures nothing; whoever does hands over what it has measured.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::words::{Phrase, args};

/// A part of a picture's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureStage {
    /// Host: from noticing a change of the screen until it is in memory.
    Capture,
    /// Host: from pixels to bytes.
    Encode,
    /// Host: from bytes that are ready until the last of them has left.
    Queue,
    /// Host: from there until they have arrived.
    Network,
    /// Host: from the arrival until the picture is shown, as the other side says.
    There,
    /// Technician: from the change of the screen until the picture has arrived here.
    Before,
    /// Technician: from the arrival until the decoder takes it.
    Wait,
    /// Technician: from bytes to pixels.
    Decode,
    /// Technician: from pixels until they are in the window.
    Paint,
    /// All of it, as far as this side knows.
    Whole,
}

impl PictureStage {
    /// The word for it in `--json`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Capture => "capture",
            Self::Encode => "encode",
            Self::Queue => "queue",
            Self::Network => "network",
            Self::There => "there",
            Self::Before => "before",
            Self::Wait => "wait",
            Self::Decode => "decode",
            Self::Paint => "paint",
            Self::Whole => "whole",
        }
    }

    /// What a person calls it.
    pub const fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::Capture => "stage-capture",
            Self::Encode => "stage-encode",
            Self::Queue => "stage-queue",
            Self::Network => "stage-network",
            Self::There => "stage-there",
            Self::Before => "stage-before",
            Self::Wait => "stage-wait",
            Self::Decode => "stage-decode",
            Self::Paint => "stage-paint",
            Self::Whole => "stage-whole",
        })
    }
}

/// How long a stage takes, over some pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StageTime {
    /// Half of them took at most this, in ms.
    pub p50_ms: f32,
    /// 95 of 100 took at most this, in ms.
    pub p95_ms: f32,
}

impl StageTime {
    /// Of these pictures; `None` where there are none.
    pub(crate) fn of(samples: impl IntoIterator<Item = Duration>) -> Option<Self> {
        let mut samples: Vec<Duration> = samples.into_iter().collect();
        samples.sort_unstable();
        let at = |percent: usize| {
            let index = (samples.len() * percent / 100).min(samples.len().checked_sub(1)?);
            Some(samples[index].as_secs_f32() * 1e3)
        };
        Some(Self { p50_ms: at(50)?, p95_ms: at(95)? })
    }

    /// As a person reads it.
    pub fn phrase(self) -> Phrase {
        Phrase::with("stage-time", args![half = self.p50_ms, most = self.p95_ms])
    }

    fn json(self) -> Value {
        json!({ "p50": hundredths(self.p50_ms), "p95": hundredths(self.p95_ms) })
    }
}

/// How long the stages of one side take.
#[derive(Debug, Clone, PartialEq)]
pub struct StageSummary {
    pictures: usize,
    rows: Vec<(PictureStage, Option<StageTime>)>,
}

impl StageSummary {
    /// Of so many pictures at most; the stages in the order in which a picture passes them, with `None` where
    /// nothing was measured.
    pub fn new(pictures: usize, rows: Vec<(PictureStage, Option<StageTime>)>) -> Self {
        Self { pictures, rows }
    }

    /// How many pictures it is about.
    pub fn pictures(&self) -> usize {
        self.pictures
    }

    /// The stages that were measured.
    pub fn measured(&self) -> impl Iterator<Item = (PictureStage, StageTime)> {
        self.rows.iter().filter_map(|(stage, time)| Some((*stage, (*time)?)))
    }

    /// How long this stage takes, where it was measured.
    pub fn time(&self, stage: PictureStage) -> Option<StageTime> {
        self.measured().find(|(one, _)| *one == stage).map(|(_, time)| time)
    }

    /// The fields of a JSON object: `pictures`, and each stage with its two times in ms, or `null`.
    pub fn json(&self) -> Map<String, Value> {
        let stages = self.rows.iter().map(|(stage, time)| {
            let time = time.map_or(Value::Null, StageTime::json);
            (stage.word().to_owned(), time)
        });
        let pictures = ("pictures".to_owned(), Value::from(self.pictures));
        std::iter::once(pictures).chain(stages).collect()
    }

    /// All of it in one line.
    pub fn phrase(&self) -> Phrase {
        if self.pictures == 0 {
            return Phrase::new("stage-none");
        }
        let row = |(stage, time): (PictureStage, StageTime)| {
            Phrase::with("stage-row", args![stage = stage.phrase(), time = time.phrase()])
        };
        let rows: Vec<Phrase> = self.measured().map(row).collect();
        Phrase::with("stage-summary", args![count = self.pictures, rows = rows])
    }
}

/// To a hundredth: a small picture takes tenths of a millisecond, and more digits are noise.
fn hundredths(value: f32) -> f64 {
    (f64::from(value) * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::{Language, Words};

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn half_is_never_more_than_nearly_all_and_both_are_among_the_samples(
            micros in proptest::collection::vec(0_u64..10_000_000, 1..700),
        ) {
            let samples = || micros.iter().map(|micros| Duration::from_micros(*micros));
            let time = StageTime::of(samples()).expect("there are samples");
            prop_assert!(time.p50_ms <= time.p95_ms);
            for value in [time.p50_ms, time.p95_ms] {
                prop_assert!(samples().any(|sample| sample.as_secs_f32() * 1e3 == value));
            }
        }
    }

    #[test]
    fn without_samples_there_is_no_time() {
        assert_eq!(StageTime::of([]), None);
        let empty = StageSummary::new(0, vec![(PictureStage::Paint, None)]);
        assert_eq!(Value::Object(empty.json()), json!({ "pictures": 0, "paint": null }));
        assert_eq!(empty.phrase().key(), "stage-none");
    }

    #[test]
    fn a_summary_is_read_by_scripts_and_by_people() {
        let time = StageTime { p50_ms: 0.904, p95_ms: 12.345 };
        let rows = vec![(PictureStage::Encode, Some(time)), (PictureStage::Paint, None)];
        let summary = StageSummary::new(7, rows);
        let expected = json!({ "pictures": 7, "encode": { "p50": 0.9, "p95": 12.35 }, "paint": null });
        assert_eq!(Value::Object(summary.json()), expected);
        let said = Words::of_node(Language::German).say(&summary.phrase());
        assert!(said.contains('7') && said.contains("0,9") && said.contains("12,3"), "{said}");
    }
}
