//! The session protocol as a state machine, sans-IO.
//!
//! What it does: everything between "a stream to the other side is open" and "the session has ended": the Noise
//! handshake, the request and the consent, permissions, channels with their nonces, heartbeat, pause, revoke, end.
//! Bytes and commands go in together with the time, bytes and events come out, and a deadline at which to call
//! again.
//!
//! What it does not do: it opens no socket, reads no clock, starts no task, knows no pixel and no operating system.
//! Encoded pictures pass through it as bytes.
//!
//! The driver's loop: after each call of [`Session::receive`], [`Session::command`], [`Session::handle_timeout`] or one
//! that tells of streams and paths, call [`Session::poll_output`] until it says [`Output::Wait`]. docs/PROTOCOL.md says
//! what travels.

#![forbid(unsafe_code)]

mod api;
mod authorize;
mod channel;
mod flow;
mod input;
mod keys;
mod leg;
mod noise;
mod path;
mod permission;
mod picture;
mod record;
mod sas;
mod session;
mod text;
mod wire;

pub use api::{
    Binding, By, Command, CommandError, End, EndReason, Event, HandshakeFailure, HostSetup, InviteKeys,
    InviteStanding, MAX_INVITES, MAX_NAME_CHARS, MAX_REASON_CHARS, Output, Request, StaticKey, Stats,
    TechnicianSetup, Violation,
};
pub use authorize::{MessageKind, Phase, Role, Situation, Verdict, authorize};
pub use channel::Channel;
pub use input::{InputEvent, KeyText, MAX_TEXT_BYTES, PointerButton};
pub use keys::PhysicalKey;
pub use leg::{Leg, StreamHead};
pub use path::{PathId, PathKind};
pub use permission::{Permission, PermissionSet};
pub use picture::{CursorShape, MAX_CURSOR_SIDE_PX, MAX_PICTURE_BYTES, MAX_UNITS, Picture, PictureUnit};
pub use sas::emoji;
pub use session::{RESUME_BYTES, Session};
pub use text::{NameWarning, escape, is_hidden, is_ignorable};
pub use wire::MAX_CHAT_CHARS;
