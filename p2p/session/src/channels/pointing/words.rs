//! Colours of marks, and why one is not on the screen, each with its word on the command line and in JSON.

use serde::{Deserialize, Serialize};

use crate::channels::worded::worded;

worded! {
    /// The colours of marks: those of Okabe and Ito, which most people with a colour blindness tell apart.
    /// The order is part of the protocol.
    MarkColour {
        /// A red that leans to orange.
        Vermilion = "vermilion",
        /// A light blue.
        Sky = "sky",
        /// A bluish green.
        Green = "green",
        /// Yellow.
        Yellow = "yellow",
        /// A dark blue.
        Blue = "blue",
        /// Orange.
        Orange = "orange",
    }
}

worded! {
    /// Why a mark is not on the screen. The order is part of the protocol.
    UnshownCause {
        /// The technician does not see that place any more, or must not.
        NotShared = "not-shared",
        /// A question for the user is on the screen; the mark comes after it.
        Question = "question",
        /// Nothing can be drawn over that screen.
        NotHere = "not-here",
        /// It is too long, no longer the newest mark, or too much is drawn there already.
        TooLong = "too-long",
    }
}
