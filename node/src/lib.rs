//! The host and technician actors behind [`NodeHandle`].
//!
//! What it does: joins network, session, codec and operating system into the two things that a person does: get help
//! ([`start_host`]) and give help ([`start_technician`]).
//!
//! What it does not do: it draws nothing, and it decides no consent: every grant comes from a person through
//! [`Command::Allow`].

mod args;
mod backends;
mod cause;
pub mod config;
mod convert;
mod doctor;
mod handle;
mod host;
pub mod identity;
pub mod json;
mod metrics;
mod network_check;
mod picture;
mod png;
mod serve;
mod signals;
mod start;
mod technician;

pub use args::CommonArgs;
pub use backends::press_origin;
pub use beistand_codec::{Damage, Frame, Rect, Size};
pub use beistand_platform::harden::process as harden_process;
pub use beistand_platform::{Origin, PressOrigin};
pub use beistand_session::emoji as sas_emoji;
pub use beistand_session::{InputEvent, KeyText, Permission, PermissionSet, PhysicalKey, PointerButton};
pub use config::{Config, ConfigError};
pub use doctor::{Finding, examine};
pub use handle::{
    Command, ConnectStep, EndCause, EndedBy, Event, EventStream, Figures, InviteText, NodeHandle, PathInfo,
    PathKind, RequestInfo, Sas,
};
pub use picture::{CursorImage, PictureSlot, PictureView};
pub use png::{PngError, save_png};
pub use serve::PublicNode;
pub use signals::Signals;
pub use start::{start_host, start_technician};
pub use technician::Request as TechnicianRequest;
