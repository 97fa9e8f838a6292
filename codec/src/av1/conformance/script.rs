//! What may happen on a screen, as a list of steps that a property test draws.

use proptest::prelude::*;

use super::ends::StreamEnds;
use super::pictures::{TestTexture, paint};
use crate::av1::choose::rate::{CodingStep, QuantiserLadder, TextQuality};
use crate::av1::frame::stream::{FrameSettings, SearchEffort};
use crate::av1::types::Chroma;
use crate::{BYTES_PER_PIXEL, Damage, Frame, Rect, Size};

/// A rectangle of any screen: left, top, width and height in 256ths of what is possible there.
type Part = [u8; 4];

/// One thing that happens.
#[derive(Debug, Clone)]
pub(super) enum ScriptStep {
    /// A rectangle is painted, and then shown if `shown`.
    Paint { part: Part, texture: TestTexture, seed: u32, shown: bool, damage: DamageKind },
    /// The content of a rectangle moves; what it leaves stays or is painted.
    Move { part: Part, by: (i16, i16), exposed: Option<TestTexture>, damage: DamageKind },
    /// The picture before this one returns.
    Undo,
    /// Damage without a change.
    Nothing,
    /// So many superblocks are refined.
    Refine(usize),
    /// So many superblocks are sharpened or refined.
    Sharpen(usize),
    /// The next frame is a key frame.
    Restart { shown: bool },
    /// Other settings from here on.
    Settings { ladder: Vec<LadderStep>, quick: bool },
    /// So many bytes a frame from here on.
    Budget(usize),
}

/// How much more is reported as changed than did change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DamageKind {
    /// The tiles that the change touches.
    Touched,
    /// Only those with a pixel that changed.
    Exact,
    All,
}

/// One step of a ladder: `q_idx` and how text is coded.
type LadderStep = (u8, TextQuality);

/// All that happens to a stream.
#[derive(Debug, Clone)]
pub(super) struct StreamScript {
    pub(super) size: (u16, u16),
    pub(super) chroma: Chroma,
    pub(super) ladder: Vec<LadderStep>,
    /// What a tile weighs at least.
    pub(super) tile_weight: usize,
    pub(super) steps: Vec<ScriptStep>,
    /// Superblocks that each refinement takes at the end.
    pub(super) rest: usize,
}

/// Scripts for screens whose sides are drawn by a strategy.
pub(super) fn scripts(
    size: impl Strategy<Value = (u16, u16)>,
    steps: std::ops::Range<usize>,
) -> impl Strategy<Value = StreamScript> {
    (
        (size, prop_oneof![Just(Chroma::Full), Just(Chroma::Half)]),
        ladders(),
        prop_oneof![Just(1usize), Just(300), Just(usize::MAX)],
        prop::collection::vec(step(), steps),
        1..9usize,
    )
        .prop_map(|((size, chroma), ladder, tile_weight, steps, rest)| StreamScript {
            size,
            chroma,
            ladder,
            tile_weight,
            steps,
            rest,
        })
}

/// Small and middle sizes, odd ones and whole numbers of blocks and superblocks.
pub(super) fn sides() -> impl Strategy<Value = u16> {
    prop_oneof![6 => 16..=200u16, 1 => 1..16u16, 2 => (1..=24u16).prop_map(|n| n * 8), 1 => (1..=3u16).prop_map(|n| n * 64)]
}

fn quantisers() -> impl Strategy<Value = u8> {
    prop_oneof![Just(60), 2..=255u8, Just(2), Just(255)]
}

/// Up to as many steps as a frame has levels, the finest first.
fn ladders() -> impl Strategy<Value = Vec<LadderStep>> {
    let text = prop::sample::select(vec![
        TextQuality::Exact,
        TextQuality::Near(2),
        TextQuality::Near(8),
        TextQuality::Plain,
    ]);
    prop_oneof![
        prop::collection::vec((quantisers(), text.clone()), 1..=1),
        prop::collection::vec((quantisers(), text), 2..=7).prop_map(|mut steps| {
            steps.sort_by_key(|(q_idx, _)| *q_idx);
            steps
        }),
    ]
}

fn settings(steps: &[LadderStep], effort: SearchEffort) -> FrameSettings {
    let steps = steps.iter().map(|(q_idx, text)| CodingStep::new(*q_idx, *text));
    FrameSettings { ladder: QuantiserLadder::of_steps(steps), effort, correction: 1.0 }
}

fn texture() -> impl Strategy<Value = TestTexture> {
    prop::sample::select(TestTexture::ALL.to_vec())
}

fn damage() -> impl Strategy<Value = DamageKind> {
    prop_oneof![4 => Just(DamageKind::Touched), 4 => Just(DamageKind::Exact), 1 => Just(DamageKind::All)]
}

fn step() -> impl Strategy<Value = ScriptStep> {
    let paint = |shown: BoxedStrategy<bool>| {
        (any::<Part>(), texture(), any::<u32>(), shown, damage()).prop_map(
            |(part, texture, seed, shown, damage)| ScriptStep::Paint { part, texture, seed, shown, damage },
        )
    };
    let distance = || prop_oneof![3 => -40..=40i16, 1 => -250..=250i16, 1 => Just(0)];
    let moved = (any::<Part>(), (distance(), distance()), prop::option::of(texture()), damage())
        .prop_map(|(part, by, exposed, damage)| ScriptStep::Move { part, by, exposed, damage });
    prop_oneof![
        5 => paint(any::<bool>().boxed()),
        3 => paint(Just(false).boxed()),
        6 => moved,
        1 => Just(ScriptStep::Undo),
        1 => Just(ScriptStep::Nothing),
        3 => (1..20usize).prop_map(ScriptStep::Refine),
        2 => (1..20usize).prop_map(ScriptStep::Sharpen),
        1 => any::<bool>().prop_map(|shown| ScriptStep::Restart { shown }),
        2 => (ladders(), any::<bool>()).prop_map(|(ladder, quick)| ScriptStep::Settings { ladder, quick }),
        2 => prop_oneof![1 => Just(usize::MAX), 2 => 50..3000usize].prop_map(ScriptStep::Budget),
    ]
}

impl StreamScript {
    /// Plays it all, comparing after each frame.
    pub(super) fn play(&self) -> StreamEnds {
        self.play_on(self.ends())
    }

    /// The stream at its start.
    pub(super) fn ends(&self) -> StreamEnds {
        let size = Size::new(self.size.0, self.size.1).expect("a size");
        let settings = settings(&self.ladder, SearchEffort::Full);
        StreamEnds::new(size, self.chroma, settings).tile_weight(self.tile_weight)
    }

    /// Plays it all with ends that were just made.
    pub(super) fn play_on(&self, mut ends: StreamEnds) -> StreamEnds {
        let size = ends.size();
        let mut before = ends.picture.clone();
        // What is not shown yet.
        let mut pending = Damage::all(size);
        for step in &self.steps {
            let mut shown = true;
            match step {
                ScriptStep::Paint { part, texture, seed, shown: at_once, damage } => {
                    let last = ends.picture.clone();
                    let rect = rect(*part, size);
                    paint(&mut ends.picture, rect, *texture, *seed);
                    pending.join(&damaged(*damage, &[rect], &last, &ends.picture));
                    shown = *at_once;
                    if shown {
                        before = last;
                    }
                }
                ScriptStep::Move { part, by, exposed, damage } => {
                    before.clone_from(&ends.picture);
                    let from = rect(*part, size);
                    let to = move_rect(&mut ends.picture, from, *by, *exposed);
                    pending.join(&damaged(*damage, &[from, to], &before, &ends.picture));
                }
                ScriptStep::Undo => {
                    std::mem::swap(&mut before, &mut ends.picture);
                    pending = Damage::all(size);
                }
                ScriptStep::Nothing => pending = Damage::all(size),
                ScriptStep::Refine(superblocks) => {
                    if pending.is_empty() {
                        ends.refine(*superblocks);
                    }
                    shown = false;
                }
                ScriptStep::Sharpen(superblocks) => {
                    if pending.is_empty() {
                        ends.sharpen(*superblocks);
                    }
                    shown = false;
                }
                ScriptStep::Restart { shown: at_once } => {
                    ends.restart();
                    shown = *at_once;
                }
                ScriptStep::Budget(bytes) => {
                    ends.bytes = *bytes;
                    shown = false;
                }
                ScriptStep::Settings { ladder, quick } => {
                    let effort = if *quick { SearchEffort::Quick } else { SearchEffort::Full };
                    ends.settings = settings(ladder, effort);
                    shown = false;
                }
            }
            if shown {
                ends.show(&pending);
                pending.clear();
            }
        }
        ends.show(&pending);
        ends.rest(self.rest);
        ends
    }
}

/// The rectangle of a screen that a part means.
fn rect([x, y, width, height]: Part, size: Size) -> Rect {
    let within = |part: u8, limit: u16| (u32::from(part) * u32::from(limit) / 256) as u16;
    let (left, top) = (within(x, size.width()), within(y, size.height()));
    let width = 1 + within(width, size.width() - left);
    let height = 1 + within(height, size.height() - top);
    Rect::new(left, top, width.min(size.width() - left), height.min(size.height() - top)).expect("within")
}

/// Moves the content of a rectangle as far as it stays on the screen; returns where it stands then.
fn move_rect(picture: &mut Frame, from: Rect, by: (i16, i16), exposed: Option<TestTexture>) -> Rect {
    let size = picture.size();
    let shift = |at: u16, side: u16, by: i16, limit: u16| {
        (i32::from(at) + i32::from(by)).clamp(0, i32::from(limit - side)) as u16
    };
    let x = shift(from.x(), from.width(), by.0, size.width());
    let y = shift(from.y(), from.height(), by.1, size.height());
    let to = Rect::new(x, y, from.width(), from.height()).expect("as large as before");
    let content: Vec<Vec<u8>> = (from.y()..from.bottom()).map(|y| picture.row(from, y).to_vec()).collect();
    if let Some(texture) = exposed {
        paint(picture, from, texture, content[0][0].into());
    }
    for (row, y) in content.iter().zip(to.y()..to.bottom()) {
        picture.row_mut(to, y).copy_from_slice(row);
    }
    debug_assert_eq!(content[0].len(), usize::from(to.width()) * BYTES_PER_PIXEL);
    to
}

fn damaged(kind: DamageKind, rects: &[Rect], before: &Frame, after: &Frame) -> Damage {
    let mut damage = Damage::none(after.size());
    rects.iter().for_each(|rect| damage.add(*rect));
    match kind {
        DamageKind::Touched => {}
        DamageKind::Exact => damage.keep_changed(before, after),
        DamageKind::All => damage = Damage::all(after.size()),
    }
    damage
}
