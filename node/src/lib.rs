//! The host and technician actors behind [`NodeHandle`].
//!
//! What it does: joins network, session, codec and operating system into the two things that a person does:
//! get help ([`start_host`]) and give help ([`start_technician`]).
//!
//! What it does not do: it draws nothing, and it decides no consent: every grant comes from a person through
//! [`NodeCommand::Allow`].

mod acquaintances;
mod appearance;
mod args;
mod backends;
mod bench;
mod book_lock;
mod cause;
mod changes;
mod commands;
pub mod config;
mod contacts;
mod convert;
mod doctor;
mod fault;
mod features;
mod handle;
mod history;
mod host;
pub mod identity;
pub mod json;
mod keep_folder;
mod metrics;
mod nameplate;
mod network_check;
mod open_folder;
mod pasted;
mod picture;
mod png;
mod preset;
mod reach;
mod release_list;
mod returns;
mod sas;
mod serve;
mod session;
mod signed_text;
mod stages;
mod start;
mod technician;
mod toolbar_habits;
pub mod words;

pub use acquaintances::{Acquaintance, AcquaintanceBook, Recognition, UnreadableAcquaintances};
pub use appearance::{Appearance, AppearanceBook, MotionChoice, ThemeChoice, ZoomFault, ZoomPercent};
pub use args::CommonArgs;
pub use backends::{PicturePainting, picture_painting, picture_pane, press_origin, shortcuts};
pub use beistand_codec::{Damage, Frame, Rect, Size, TILE_PX};
pub use beistand_p2p::NodeReach;
pub use beistand_p2p::host::ReplaceCause;
pub use beistand_p2p::invite::{
    DraftVerdict, DraftWord, MAX_PROPOSALS as MAX_INVITE_PROPOSALS, MAX_TEXT_BYTES as MAX_INVITE_TEXT_BYTES,
    text_of_bytes as invite_text_of_bytes,
};
pub use beistand_platform::desktop_door::{APP_ID, DesktopCall, DesktopDoor};
pub use beistand_platform::gl::{DrawnPlanes, PlanesFilter, PlanesPainter, draws_in_software};
pub use beistand_platform::harden::process as harden_process;
pub use beistand_platform::own_program::{Entry, OwnProgram, enter};
pub use beistand_platform::save_dialog::{SaveAnswer, SaveQuestion, ask_where_to_save};
pub use beistand_platform::settings_page::open as open_settings_page;
pub use beistand_platform::system_appearance::{
    AppearanceReceiver, AppearanceWatch, SystemAppearance, SystemMotion, SystemTheme,
};
pub use beistand_platform::typeface::HYPERLEGIBLE;
pub use beistand_platform::{
    AnswerKey, ContentKind, ControllingTerminal, DesktopFault, DesktopPart, GrabNotice, GrabState,
    NoTerminal, Origin, PaneCanvas, PanePlace, PaneWaker, PicturePane, PressOrigin, SeenKey, SeenPress,
    ShortcutGrab, SystemPermission, UnknownOrigin, WindowNumber,
};
pub use beistand_session::emoji as sas_emoji;
pub use beistand_session::{
    ANSWER_TIME, InputEvent, KeyText, MAX_MARK_CHARS, MAX_MARK_POINTS, MarkColour, MarkPoint, MarkShape,
    MarkStay, Permission, PermissionGroup, PermissionSet, PermissionWeight, PhysicalKey, PictureQuality,
    PointerButton, Role, ScreenCover, SystemKind, UnshownCause,
};
pub use bench::{BenchOutcome, BenchScene, bench_introduction, run_bench};
pub use changes::{ChangeBook, ChangeLine, ChangeState, TrialEnd};
pub use commands::{CommandInbox, CommandOutbox, command_channel};
pub use config::{Config, ConfigError};
pub use contacts::{ContactBook, ContactHabits, ContactMark};
pub use doctor::{ExaminedPart, Finding, examine};
pub use fault::out_of_resources;
pub use history::{HistoryBook, PastPeer, PastSession, past_sessions};
// All that the list of features has: no feature is named here.
pub use beistand_signals::{SignalSender, Signals};
pub use features::*;
pub use handle::{
    ConnectStep, EndCause, EndWord, EndedBy, EventStream, InviteText, NodeCommand, NodeEvent, NodeHandle,
    Notice, PathInfo, PathKind, RequestInfo,
};
pub use keep_folder::{SaveFolderBook, keep_folder};
pub use nameplate::own_name;
pub use open_folder::open_folder;
pub use pasted::{InviteSearch, draft_invite, look_for_invite};
pub use picture::{CursorImage, PictureForm, PictureReader, PictureSlot, PictureView};
pub use png::{PngError, save_png};
pub use preset::{
    CardShelf, PRESET_FILE, Preset, PresetDraft, PresetFault, PresetState, TechnicianCard, own_card,
};
pub use reach::reach_phrase;
pub use release_list::{
    CheckedRelease, ReleasedFile, SIGNED_SUMS_FILE, SUMS_FILE, check_release, sign_release,
};
pub use returns::{ReturnLook, ReturnRefusal, ReturnShelf, ReturnTicket};
pub use sas::Sas;
pub use serve::PublicNode;
pub use signed_text::SignerKey;
pub use stages::{PictureStage, StageSummary, StageTime};
pub use start::{
    start_host, start_host_for_return, start_host_for_way_back, start_technician, start_technician_for_return,
};
pub use technician::TechnicianRequest;
pub use toolbar_habits::{ToolbarBook, ToolbarHabits};
