//! The host and technician actors behind [`NodeHandle`].
//!
//! What it does: joins network, session, codec and operating system into the two things that a person does: get help
//! and give help.
//!
//! What it does not do: it draws nothing, and it decides no consent: every grant comes from a person through
//! [`Command::Allow`].

pub mod config;
mod handle;
pub mod identity;
mod picture;

pub use beistand_codec::{Damage, Frame, Rect, Size};
pub use beistand_session::{InputEvent, KeyText, Permission, PermissionSet, PhysicalKey, PointerButton};
pub use handle::{
    Command, ConnectStep, EndCause, EndedBy, Event, EventStream, Figures, InviteText, NodeHandle, PathInfo,
    PathKind, RequestInfo, Sas,
};
pub use picture::{CursorImage, PictureSlot, PictureView};
