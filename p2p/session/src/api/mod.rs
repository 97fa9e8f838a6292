//! What a driver and a program say to a session and hear from it. Plain data; nothing here acts.

mod command;
mod end;
mod event;
mod secret;
mod setup;

pub use command::{Command, CommandError};
pub use end::{By, End, EndReason, HandshakeFailure, Violation};
pub use event::{Event, Output, Request, Stats};
pub use secret::ReturnSecret;
pub use setup::{
    ANSWER_TIME, Binding, HostSetup, InviteKeys, InviteStanding, MAX_INVITES, MAX_NAME_CHARS,
    MAX_REASON_CHARS, StaticKey, TechnicianSetup,
};
