//! The session protocol as a state machine, sans-IO.
//!
//! What it does: everything between "a stream to the other side is open" and "the session has ended": the Noise
//! handshake, the request and the consent, permissions, channels with their nonces, heartbeat, pause, revoke, end.
//! Bytes and commands go in together with the time, bytes and events come out, and a deadline at which to call
//! again.
//!
//! What it does not do: it opens no socket, reads no clock, starts no task, knows no pixel and no operating system.
//! Encoded pictures pass through it as bytes.

mod input;
mod keys;
mod permission;

pub use input::{InputEvent, KeyText, MAX_TEXT_BYTES, PointerButton};
pub use keys::PhysicalKey;
pub use permission::{Permission, PermissionSet};
