//! The session protocol as a state machine, sans-IO.
//!
//! What it does: everything between "a stream to the other side is open" and "the session has ended": the
//! Noise handshake, the request and the consent, permissions, channels with their nonces, heartbeat, pause,
//! revoke, end. Bytes and commands go in together with the time, bytes and events come out, and a deadline at
//! which to call again.
//!
//! What it does not do: it opens no socket, reads no clock, starts no task, knows no pixel and no operating
//! system. Encoded pictures pass through it as bytes.
//!
//! The driver's loop: after each call of [`Session::receive`], [`Session::command`],
//! [`Session::handle_timeout`] or one that tells of streams and paths, call [`Session::poll_output`] until it
//! says [`Output::Wait`]. docs/PROTOCOL.md says what travels.

#![forbid(unsafe_code)]

mod api;
mod authorize;
mod channels;
mod leg;
mod noise;
mod path;
mod permission;
mod record;
mod sas;
mod session;
mod system;
mod text;

pub use api::{
    ANSWER_TIME, Binding, By, Command, CommandError, End, EndReason, Event, HandshakeFailure, HostSetup,
    InviteKeys, InviteStanding, MAX_INVITES, MAX_NAME_CHARS, MAX_REASON_CHARS, Output, Request, ReturnSecret,
    StaticKey, Stats, TechnicianSetup, Violation,
};
pub use authorize::{Phase, Role, Situation, Verdict, authorize};
pub use channels::*;
pub use leg::{Leg, StreamHead};
pub use path::{PathId, PathKind};
pub use permission::{Permission, PermissionGroup, PermissionSet, PermissionWeight};
pub use sas::emoji;
pub use session::{OPENING_BYTES, RESUME_BYTES, Session, put_off};
pub use system::SystemKind;
pub use text::{
    NameWarning, escape, escape_pictures, escape_quoted, escaped_name_warning, is_hidden, is_ignorable,
    is_picture, name_shape,
};
