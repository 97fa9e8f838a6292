//! Pointing: what the technician draws over the host's screen, and where the host's user points back.
//!
//! Places are pixels of the picture that the technician sees; which pixel of the desktop that is, and whether
//! anything is drawn there at all, is for the host's program to say. Nothing here acts on a computer.

#[cfg(test)]
pub(crate) mod tests;
mod words;

use serde::{Deserialize, Serialize};

pub use words::{MarkColour, UnshownCause};

use super::bounded::{List, Text};
use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase, escape};

/// Points of one message: more than a hand makes between two of them.
pub const MAX_MARK_POINTS: usize = 256;

/// The longest text that is written on a screen, in characters: a short sentence, and a small bubble.
pub const MAX_MARK_CHARS: usize = 80;

/// What is said about pointing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PointingMessage {
    /// Technician: draw this.
    Draw(PointedMark),
    /// Technician: the stroke with this number, which is the newest mark, goes on.
    Extend {
        /// [`PointedMark::id`].
        id: u32,
        /// Where it goes, at most [`MAX_MARK_POINTS`].
        points: Vec<MarkPoint>,
    },
    /// Technician: all marks go.
    Wipe,
    /// Host: all that was said of the mark is on the screen.
    Shown {
        /// [`PointedMark::id`].
        id: u32,
    },
    /// Host: the mark is not on the screen.
    Unshown {
        /// [`PointedMark::id`].
        id: u32,
        /// Why.
        why: UnshownCause,
    },
    /// Host: its user points at this.
    Back(MarkPoint),
    /// Host: its user has wiped all marks.
    Wiped,
    /// Host: its user points along this line, of at most [`MAX_MARK_POINTS`].
    BackLine(Vec<MarkPoint>),
}

/// Something that is drawn over a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointedMark {
    /// A number by which its program knows it again.
    pub id: u32,
    /// What it is.
    pub shape: MarkShape,
    /// Its colour.
    pub colour: MarkColour,
    /// How long it stays.
    pub stay: MarkStay,
}

/// What a mark looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkShape {
    /// A line by hand, at most [`MAX_MARK_POINTS`] in one message.
    Stroke(Vec<MarkPoint>),
    /// An arrow.
    Arrow {
        /// Its tail.
        from: MarkPoint,
        /// Its tip.
        to: MarkPoint,
    },
    /// The outline of a rectangle between two corners.
    Rectangle {
        /// A corner.
        from: MarkPoint,
        /// The one across.
        to: MarkPoint,
    },
    /// The outline of an ellipse in such a rectangle.
    Ellipse {
        /// A corner.
        from: MarkPoint,
        /// The one across.
        to: MarkPoint,
    },
    /// A ring round a place.
    Spot(MarkPoint),
    /// A few words, at most [`MAX_MARK_CHARS`] characters.
    Text {
        /// Where they begin.
        at: MarkPoint,
        /// The words; from the other side with control and bidi characters escaped.
        text: String,
    },
}

/// A pixel of the picture that the technician sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkPoint {
    /// From the left.
    pub x: u16,
    /// From the top.
    pub y: u16,
}

/// How long a mark stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarkStay {
    /// It goes by itself after some seconds.
    Fades,
    /// Until it is wiped.
    Stays,
}

/// A message of the channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum PointingWire {
    Draw { id: u32, shape: WireShape, colour: MarkColour, stay: MarkStay },
    Extend { id: u32, points: WirePoints },
    Wipe,
    Shown { id: u32 },
    Unshown { id: u32, why: UnshownCause },
    Back(MarkPoint),
    Wiped,
    BackLine(WirePoints),
}

type WirePoints = List<MarkPoint, MAX_MARK_POINTS>;

/// A character has at most 4 bytes in UTF-8.
type MarkText = Text<{ 4 * MAX_MARK_CHARS }>;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum WireShape {
    Stroke(WirePoints),
    Arrow(MarkPoint, MarkPoint),
    Rectangle(MarkPoint, MarkPoint),
    Ellipse(MarkPoint, MarkPoint),
    Spot(MarkPoint),
    Text(MarkPoint, MarkText),
}

const fn row(name: &'static str, words: &'static str, from: RowSender) -> Row {
    let during = (Phase::Active, Phase::Active);
    Row { name, words, from, during, needs: Some(Permission::Annotate), delivery: Delivery::InOrder }
}

static DRAW: Row = row("Draw", "a mark on the screen", RowSender::Technician);
static EXTEND: Row = row("Extend", "more of a stroke", RowSender::Technician);
static WIPE: Row = row("Wipe", "that marks go", RowSender::Technician);
static SHOWN: Row = row("Shown", "that a mark is on the screen", RowSender::Host);
static UNSHOWN: Row = row("Unshown", "that a mark is not on the screen", RowSender::Host);
static BACK: Row = row("Back", "where the user points", RowSender::Host);
static WIPED: Row = row("Wiped", "that the user has wiped marks", RowSender::Host);
static BACK_LINE: Row = row("BackLine", "a line along which the user points", RowSender::Host);

impl WireForm for PointingWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "pointing",
        // All points of a message, at most 6 bytes each, or all of a text.
        max_message_bytes: 2 << 10,
        // A second of drawing by hand; a program that is faster hears that it is.
        waiting: 128,
        keep_bytes: None,
        // As above.
        inbox: 64,
        class: TrafficClass::Interactive,
        rows: &[&DRAW, &EXTEND, &WIPE, &SHOWN, &UNSHOWN, &BACK, &WIPED, &BACK_LINE],
    };

    type Plain = PointingMessage;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        match self {
            Self::Draw { .. } => &DRAW,
            Self::Extend { .. } => &EXTEND,
            Self::Wipe => &WIPE,
            Self::Shown { .. } => &SHOWN,
            Self::Unshown { .. } => &UNSHOWN,
            Self::Back(_) => &BACK,
            Self::Wiped => &WIPED,
            Self::BackLine(_) => &BACK_LINE,
        }
    }

    fn pack(plain: PointingMessage, _: &Moment<'_>) -> Result<Self, CommandError> {
        packed(plain).ok_or(CommandError::Invalid("mark"))
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> PointingMessage {
        match self {
            Self::Draw { id, shape, colour, stay } => {
                PointingMessage::Draw(PointedMark { id, shape: shape.unpacked(), colour, stay })
            }
            Self::Extend { id, points } => PointingMessage::Extend { id, points: points.into_vec() },
            Self::Wipe => PointingMessage::Wipe,
            Self::Shown { id } => PointingMessage::Shown { id },
            Self::Unshown { id, why } => PointingMessage::Unshown { id, why },
            Self::Back(at) => PointingMessage::Back(at),
            Self::Wiped => PointingMessage::Wiped,
            Self::BackLine(points) => PointingMessage::BackLine(points.into_vec()),
        }
    }
}

/// The message as it travels, or `None` where something of it is too long or empty.
fn packed(plain: PointingMessage) -> Option<PointingWire> {
    Some(match plain {
        PointingMessage::Draw(PointedMark { id, shape, colour, stay }) => {
            PointingWire::Draw { id, shape: packed_shape(shape)?, colour, stay }
        }
        PointingMessage::Extend { id, points } => PointingWire::Extend { id, points: List::new(points)? },
        PointingMessage::Wipe => PointingWire::Wipe,
        PointingMessage::Shown { id } => PointingWire::Shown { id },
        PointingMessage::Unshown { id, why } => PointingWire::Unshown { id, why },
        PointingMessage::Back(at) => PointingWire::Back(at),
        PointingMessage::Wiped => PointingWire::Wiped,
        PointingMessage::BackLine(points) => PointingWire::BackLine(List::new(points)?),
    })
}

fn packed_shape(shape: MarkShape) -> Option<WireShape> {
    Some(match shape {
        MarkShape::Stroke(points) => WireShape::Stroke(List::new(points)?),
        MarkShape::Arrow { from, to } => WireShape::Arrow(from, to),
        MarkShape::Rectangle { from, to } => WireShape::Rectangle(from, to),
        MarkShape::Ellipse { from, to } => WireShape::Ellipse(from, to),
        MarkShape::Spot(at) => WireShape::Spot(at),
        MarkShape::Text { at, text } => {
            let fits = text.chars().count() <= MAX_MARK_CHARS;
            WireShape::Text(at, fits.then(|| MarkText::from_string(text)).flatten()?)
        }
    })
}

impl WireShape {
    fn unpacked(self) -> MarkShape {
        match self {
            Self::Stroke(points) => MarkShape::Stroke(points.into_vec()),
            Self::Arrow(from, to) => MarkShape::Arrow { from, to },
            Self::Rectangle(from, to) => MarkShape::Rectangle { from, to },
            Self::Ellipse(from, to) => MarkShape::Ellipse { from, to },
            Self::Spot(at) => MarkShape::Spot(at),
            Self::Text(at, text) => MarkShape::Text { at, text: escape(text.as_str()) },
        }
    }
}
