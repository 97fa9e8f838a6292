//! What the host's hands say to the technician: whether they take anything at the moment, and how far they
//! are.
//!
//! So the technician's program has only so much on its way as the host can do soon, and knows what was not
//! done. It moves nothing itself.

#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Phase};

/// How the hands stand: the newest counts, and says all that an older one said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HandsState {
    /// Whether they take input now: not around a dialog in which the user can grant something.
    pub open: bool,
    /// The newest [`InputEvent::Mark`](crate::InputEvent::Mark) that they came to: all before it is done, or
    /// counted below, or was void.
    pub done: u32,
    /// How much input had no effect since the session began, since it came at the wrong time.
    pub dropped: u32,
    /// How much of it the host presses at no time: the key is blocked or missing, or a window of the host's
    /// own program has the keyboard.
    pub refused: u32,
    /// Whether it is the user's own hand that keeps input out: known where input came while it did.
    pub users_hand: bool,
}

/// The same as it travels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct HandsWire {
    open: bool,
    done: u32,
    dropped: u32,
    refused: u32,
    users_hand: bool,
}

static HANDS: Row = Row {
    name: "Hands",
    words: "how far the host's hands are",
    from: RowSender::Host,
    during: (Phase::Active, Phase::Active),
    // Also after a revoke and in a pause, when it says what was not done.
    needs: None,
    delivery: Delivery::Newest,
};

impl WireForm for HandsWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "hands",
        // Two bytes and three numbers.
        max_message_bytes: 17,
        // The newest, waiting and sent.
        waiting: 2,
        keep_bytes: None,
        // The newest says all; a few, since they come as fast as keys.
        inbox: 16,
        class: TrafficClass::Interactive,
        rows: &[&HANDS],
    };

    type Plain = HandsState;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        &HANDS
    }

    fn pack(plain: HandsState, _: &Moment<'_>) -> Result<Self, CommandError> {
        let HandsState { open, done, dropped, refused, users_hand } = plain;
        Ok(Self { open, done, dropped, refused, users_hand })
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> HandsState {
        let Self { open, done, dropped, refused, users_hand } = self;
        HandsState { open, done, dropped, refused, users_hand }
    }
}
