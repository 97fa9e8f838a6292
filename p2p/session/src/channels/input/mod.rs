//! What a technician's mouse and keyboard say, as it travels and as a program says it.

mod keys;
mod live;
#[cfg(test)]
pub(crate) mod tests;
mod text;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use keys::PhysicalKey;
pub(crate) use live::LiveInput;
pub use live::MAX_INPUT_AGE;
pub use text::{KeyText, MAX_TEXT_BYTES};

use super::{ChannelSpec, Delivery, Moment, Row, RowSender, TrafficClass, WireForm};
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
        /// differ: where the key would make other text there, the text is typed instead. While Ctrl, Alt or
        /// Super is down: the letter or the sign that is on the key, whose own key the host presses; without
        /// one the key goes by its place.
        text: Option<KeyText>,
    },
    /// Text that no physical key stands for: an input method, a paste as typing.
    Text(KeyText),
    /// The buttons that are down are still held: what nobody renews for [`HELD_LIFE`] goes up by itself.
    ButtonsHeld,
    /// The keys that are down are still held, as above.
    KeysHeld,
    /// It moves nothing: the host says by [`HandsState::done`](crate::HandsState::done) when it has come
    /// here.
    Mark(u32),
    /// It moves nothing: so many characters and other events were given up before they could act, or may have
    /// been. The user hears of it.
    GivenUp(u32),
}

/// For how long a key or button stays down without a word that it is still held: a lost release must not
/// leave the user with a mouse that drags, and a second is longer than a good path is ever silent.
pub const HELD_LIFE: Duration = Duration::from_secs(1);

/// How often a technician's program says that keys and buttons are still held: three may be lost.
pub const HELD_RENEWAL: Duration = Duration::from_millis(250);

/// An event as it travels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct InputWire {
    /// When it happened, by the technician's clock as in heartbeats, in microseconds.
    at: u64,
    event: InputEvent,
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

static POINTER: Row = row("pointer move, button, wheel, buttons held", "pointer input", Permission::Pointer);
static WORD: Row = Row {
    name: "mark, given up",
    words: "a word about input",
    from: RowSender::Technician,
    during: (Phase::Active, Phase::Active),
    needs: None,
    delivery: Delivery::InOrder,
};
static KEYBOARD: Row = row("key, text, keys held", "keyboard input", Permission::Keyboard);

impl WireForm for InputWire {
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
        rows: &[&POINTER, &KEYBOARD, &WORD],
    };

    type Plain = InputEvent;
    type Live = LiveInput;

    fn row(&self) -> &'static Row {
        match self.event {
            InputEvent::PointerMove { .. }
            | InputEvent::Button { .. }
            | InputEvent::Wheel { .. }
            | InputEvent::ButtonsHeld => &POINTER,
            InputEvent::Key { .. } | InputEvent::Text(_) | InputEvent::KeysHeld => &KEYBOARD,
            InputEvent::Mark(_) | InputEvent::GivenUp(_) => &WORD,
        }
    }

    /// Only the last one that waits is ever replaced: a button that went down must go down where the pointer
    /// was. A key that is pressed again without having come up repeats, and that must not pile up.
    fn replaces(&self, older: &Self) -> bool {
        matches!(
            (&self.event, &older.event),
            (InputEvent::PointerMove { .. }, InputEvent::PointerMove { .. })
                | (InputEvent::ButtonsHeld, InputEvent::ButtonsHeld)
                | (InputEvent::KeysHeld, InputEvent::KeysHeld)
        ) || (matches!(self.event, InputEvent::Key { pressed: true, .. }) && self.event == older.event)
    }

    fn pack(event: InputEvent, moment: &Moment<'_>) -> Result<Self, CommandError> {
        Ok(Self { at: moment.clock.stamp(moment.now), event })
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> InputEvent {
        self.event
    }
}
