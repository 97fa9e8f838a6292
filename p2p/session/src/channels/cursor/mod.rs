//! The pointer's shape and position, and what covers the screen, from the host to the technician, apart from
//! the picture so that it never waits for one.

mod shape;
#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

use shape::WireShape;
pub use shape::{CursorShape, MAX_CURSOR_SIDE_PX};

use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase};

/// What is said about the pointer and the screen as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CursorMessage {
    /// It looks like this.
    Shape(CursorShape),
    /// Its hot spot is here on the screen; `None`: it is hidden.
    Position(Option<(u16, u16)>),
    /// This covers the screen.
    Cover(ScreenCover),
}

/// What covers the user's screen, so that no window is to be seen. The order of the variants is part of the
/// protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ScreenCover {
    /// Nothing.
    #[default]
    None,
    /// A screen saver, or darkness; a key press ends it.
    Saver,
    /// A lock, which only the user can open.
    Lock,
}

/// A message of the cursor channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum CursorWire {
    Shape(WireShape),
    Position(Option<(u16, u16)>),
    Cover(ScreenCover),
}

const fn row(name: &'static str, words: &'static str) -> Row {
    Row {
        name,
        words,
        from: RowSender::Host,
        during: (Phase::Active, Phase::Active),
        needs: Some(Permission::View),
        delivery: Delivery::Newest,
    }
}

static SHAPE: Row = row("pointer shape", "a pointer shape");
static POSITION: Row = row("pointer position", "a pointer position");
static COVER: Row = row("screen cover", "what covers the screen");

impl WireForm for CursorWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "cursor",
        // 256 x 256 pixels of 4 bytes.
        max_message_bytes: 300 << 10,
        // The newest shape, position and cover, waiting and sent.
        waiting: 6,
        keep_bytes: None,
        // A pointer moves a hundred times a second; the newest matters, and the window draws sixty.
        inbox: 16,
        class: TrafficClass::Interactive,
        rows: &[&SHAPE, &POSITION, &COVER],
    };

    type Plain = CursorMessage;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        match self {
            Self::Shape(_) => &SHAPE,
            Self::Position(_) => &POSITION,
            Self::Cover(_) => &COVER,
        }
    }

    fn pack(plain: CursorMessage, _: &Moment<'_>) -> Result<Self, CommandError> {
        match plain {
            CursorMessage::Shape(shape) => {
                WireShape::new(shape).map(Self::Shape).ok_or(CommandError::Invalid("pointer shape"))
            }
            CursorMessage::Position(position) => Ok(Self::Position(position)),
            CursorMessage::Cover(cover) => Ok(Self::Cover(cover)),
        }
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> CursorMessage {
        match self {
            Self::Shape(shape) => CursorMessage::Shape(shape.into_shape()),
            Self::Position(position) => CursorMessage::Position(position),
            Self::Cover(cover) => CursorMessage::Cover(cover),
        }
    }
}
