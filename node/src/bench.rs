//! What this computer can do: fixed sequences of pictures, taken through both sides of a session on it.
//!
//! What it does: draws the pictures from a seed, so that they are the same on every computer, and says what
//! their times mean.
//!
//! What it does not do: it looks at no screen, opens no connection and paints nothing, so what those take is
//! not in it.

use std::time::Duration;

use beistand_codec::{Damage, Frame, Size};
use beistand_sequences::{Kind, Sequence};
use serde_json::{Map, Value};

use crate::config::Config;
use crate::features::carry_pictures;
use crate::json::rounded;
use crate::stages::{PictureStage, StageSummary};
use crate::words::{Phrase, args};
use crate::{backends, fault};

/// The width and height of all pictures, in pixels: the screen that most people have.
const SIZE_PX: (u16, u16) = (1920, 1080);

/// From what all pictures are drawn.
const SEED: u64 = 1;

/// Pictures a second that a person takes for a movement.
const RATE: f32 = 30.0;

/// What happens on the screen that is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BenchScene {
    /// A letter a picture.
    Typing,
    /// Code scrolls in an editor.
    Scrolling,
    /// A window is dragged across a photograph.
    Dragging,
    /// A film plays in a window.
    Film,
    /// Each picture is another one altogether.
    Slides,
}

impl BenchScene {
    /// All of them, the easy ones first.
    pub const ALL: [Self; 5] = [Self::Typing, Self::Scrolling, Self::Dragging, Self::Film, Self::Slides];

    /// The word for it in `--json`.
    pub const fn word(self) -> &'static str {
        self.kind().name()
    }

    /// What a person calls it.
    pub const fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::Typing => "bench-typing",
            Self::Scrolling => "bench-scrolling",
            Self::Dragging => "bench-dragging",
            Self::Film => "bench-film",
            Self::Slides => "bench-slides",
        })
    }

    const fn kind(self) -> Kind {
        match self {
            Self::Typing => Kind::Typing,
            Self::Scrolling => Kind::Scroll,
            Self::Dragging => Kind::Drag,
            Self::Film => Kind::Video,
            Self::Slides => Kind::Slides,
        }
    }
}

/// How one sequence came through.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchOutcome {
    /// Which one.
    pub scene: BenchScene,
    /// How long the parts of its pictures' way took.
    pub stages: StageSummary,
}

impl BenchOutcome {
    /// What the times mean for whoever uses this computer, on either side of a session.
    pub fn verdicts(&self) -> Vec<Phrase> {
        let time = |stage| self.stages.time(stage).map(|time| time.p95_ms);
        if self.scene == BenchScene::Slides {
            // Nobody shows thirty a second.
            let whole =
                time(PictureStage::Whole).map(|whole| Phrase::with("bench-page", args![whole = whole]));
            return whole.into_iter().collect();
        }
        let has = 1e3 / RATE;
        let user = time(PictureStage::Encode).map(|needs| {
            if needs <= has {
                Phrase::with("bench-user-yes", args![needs = needs, has = has])
            } else {
                Phrase::with("bench-user-no", args![needs = needs, has = has, rate = 1e3 / needs])
            }
        });
        let helper = time(PictureStage::Decode).map(|needs| {
            if needs <= has {
                Phrase::with("bench-helper-yes", args![needs = needs, has = has])
            } else {
                Phrase::with("bench-helper-no", args![needs = needs, has = has, rate = 1e3 / needs])
            }
        });
        user.into_iter().chain(helper).collect()
    }

    /// The fields of a JSON object: the stages, and how many pictures a second either side manages.
    pub fn json(&self) -> Map<String, Value> {
        let rate = |stage| {
            let time = self.stages.time(stage).map(|time| time.p95_ms).filter(|millis| *millis > 0.0);
            time.map_or(Value::Null, |millis| rounded(1e3 / millis).into())
        };
        let mut fields = self.stages.json();
        let (width, height) = SIZE_PX;
        fields.insert("scene".to_owned(), self.scene.word().into());
        fields.insert("width".to_owned(), width.into());
        fields.insert("height".to_owned(), height.into());
        fields.insert("user_fps".to_owned(), rate(PictureStage::Encode));
        fields.insert("helper_fps".to_owned(), rate(PictureStage::Decode));
        fields
    }
}

/// What is about to happen, for a person.
pub fn bench_introduction(time: Duration) -> Phrase {
    let (width, height) = SIZE_PX;
    Phrase::with("bench-introduction", args![width = width, height = height, seconds = time.as_secs()])
}

/// Takes all sequences through, in about this time in all, and hands each outcome to `tell`; whether it came
/// to the end before `stop`.
///
/// # Errors
/// Why there is no picture.
pub async fn run_bench(
    config: &Config,
    time: Duration,
    mut stop: impl Future<Output = ()> + Unpin,
    mut tell: impl FnMut(&BenchOutcome),
) -> Result<bool, Phrase> {
    let backends = backends::from_config(config).map_err(|error| Phrase::from(&error))?;
    let (width, height) = SIZE_PX;
    let size = Size::new(width, height).ok_or_else(|| fault::other("1920x1080"))?;
    let share = time / BenchScene::ALL.len() as u32;
    for scene in BenchScene::ALL {
        let drawing = drawing(scene, size);
        let Some(stages) = carry_pictures(backends.clone(), size, drawing, share, &mut stop).await? else {
            return Ok(false);
        };
        tell(&BenchOutcome { scene, stages });
    }
    Ok(true)
}

/// Draws one picture after the other, the first when it is first called.
fn drawing(scene: BenchScene, size: Size) -> impl FnMut() -> (Frame, Damage) + Send + 'static {
    let mut sequence = None;
    move || {
        let sequence = sequence.get_or_insert_with(|| Sequence::new(scene.kind(), size, SEED));
        let mut frame = Frame::new(size);
        let damage = sequence.next(&mut frame);
        (frame, damage)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::stages::StageTime;
    use crate::words::{Language, Words};

    fn outcome(scene: BenchScene, encode: f32, decode: f32) -> BenchOutcome {
        let time = |millis| Some(StageTime { p50_ms: millis / 2.0, p95_ms: millis });
        let rows = vec![
            (PictureStage::Encode, time(encode)),
            (PictureStage::Decode, time(decode)),
            (PictureStage::Whole, time(encode + decode)),
        ];
        BenchOutcome { scene, stages: StageSummary::new(40, rows) }
    }

    #[test]
    fn each_side_hears_whether_it_manages_what_moves() {
        let words = Words::of_node(Language::English);
        let said = |outcome: &BenchOutcome| -> Vec<String> {
            outcome.verdicts().iter().map(|phrase| words.say(phrase)).collect()
        };
        let verdicts = said(&outcome(BenchScene::Scrolling, 18.0, 50.0));
        let [user, helper] = &verdicts[..] else { panic!("{verdicts:?}") };
        assert!(user.contains("yes") && user.contains("18") && user.contains("33.3"), "{user}");
        assert!(helper.contains("no") && helper.contains("50") && helper.contains("20"), "{helper}");
        let verdicts = said(&outcome(BenchScene::Slides, 100.0, 50.0));
        let [page] = &verdicts[..] else { panic!("{verdicts:?}") };
        assert!(page.contains("150"), "{page}");
    }

    #[test]
    fn a_script_reads_the_stages_and_the_rates() {
        let fields = outcome(BenchScene::Film, 20.0, 0.0).json();
        assert_eq!((&fields["scene"], &fields["pictures"]), (&json!("video"), &json!(40)));
        assert_eq!(fields["encode"], json!({ "p50": 10.0, "p95": 20.0 }));
        assert_eq!((&fields["user_fps"], &fields["helper_fps"]), (&json!(50.0), &Value::Null));
    }
}
