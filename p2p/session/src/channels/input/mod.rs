//! What a technician's mouse and keyboard say, as it travels and as a program says it.

mod keys;
#[cfg(test)]
pub(crate) mod tests;
mod text;

use serde::{Deserialize, Serialize};

pub use keys::PhysicalKey;
pub use text::{KeyText, MAX_TEXT_BYTES};

use super::{ChannelSpec, Delivery, LiveChannel, Moment, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase};

/// One event of the technician's mouse or keyboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum InputEvent {
    /// The pointer is at this pixel of the picture.
    PointerMove {
        /// Pixels from the picture's left edge.
        x: u16,
        /// Pixels from the picture's top edge.
        y: u16,
    },
    /// A mouse button went down or up, where the pointer is.
    Button {
        /// Which one.
        button: PointerButton,
        /// Down, or up.
        pressed: bool,
    },
    /// The wheel turned, in notches of 120 parts; right and down are positive.
    Wheel {
        /// To the right.
        dx: i16,
        /// Down.
        dy: i16,
    },
    /// A physical key went down or up.
    Key {
        /// Where it is on the keyboard.
        key: PhysicalKey,
        /// Down (again and again while it is held), or up.
        pressed: bool,
        /// The text that it made at the technician's, where it made any. The host's keyboard layout may
        /// differ: where the key alone would make other text there, the text is typed instead.
        text: Option<KeyText>,
    },
    /// Text that no physical key stands for: an input method, a paste as typing.
    Text(KeyText),
}

/// Mouse buttons, by X11's and W3C's usual names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PointerButton {
    /// The main one.
    Left,
    /// The wheel as a button.
    Middle,
    /// The one that opens menus.
    Right,
    /// The first at the side.
    Back,
    /// The second at the side.
    Forward,
}

impl PointerButton {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Left, Self::Middle, Self::Right, Self::Back, Self::Forward];
}

/// Rows of what acts on the host's screen.
const fn row(name: &'static str, words: &'static str, needs: Permission) -> Row {
    Row {
        name,
        words,
        from: RowSender::Technician,
        during: (Phase::Active, Phase::Active),
        needs: Some(needs),
        delivery: Delivery::InOrder,
    }
}

static POINTER: Row = row("pointer move, button, wheel", "pointer input", Permission::Pointer);
static KEYBOARD: Row = row("key, text", "keyboard input", Permission::Keyboard);

/// What was pressed for a screen that nobody sees any more must not be pressed later.
#[derive(Default)]
pub(crate) struct LiveInput;

impl LiveChannel<InputEvent> for LiveInput {
    const VOID_WITHOUT_PATH: bool = true;
}

impl WireForm for InputEvent {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "input",
        // One event.
        max_message_bytes: 1 << 10,
        // What a fast mouse moves in a second, or a person types in minutes.
        waiting: 1024,
        keep_bytes: None,
        // What one read can bring, and some more: whoever presses keys and moves the pointer is faster than a
        // network.
        inbox: 256,
        class: TrafficClass::Interactive,
        rows: &[&POINTER, &KEYBOARD],
    };

    type Plain = Self;
    type Live = LiveInput;

    fn row(&self) -> &'static Row {
        match self {
            Self::PointerMove { .. } | Self::Button { .. } | Self::Wheel { .. } => &POINTER,
            Self::Key { .. } | Self::Text(_) => &KEYBOARD,
        }
    }

    /// Only the last one that waits is ever replaced: a button that went down must go down where the pointer
    /// was.
    fn replaces(&self, older: &Self) -> bool {
        matches!((self, older), (Self::PointerMove { .. }, Self::PointerMove { .. }))
    }

    fn pack(event: Self, _: &Moment<'_>) -> Result<Self, CommandError> {
        Ok(event)
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> Self {
        self
    }
}
