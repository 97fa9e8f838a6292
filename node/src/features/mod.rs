//! What two people can do with each other: a folder per feature, with both sides in it.
//!
//! What it does: each feature begins when the user allows it, acts as a task of its own, and has ended before
//! a revoke is acknowledged. The list below is the only place that names all of them. What it does not do: it
//! grants nothing; what is allowed comes from the user through [`crate::session`].

mod activity;
mod adjust;
mod appeal;
pub(crate) mod asked;
mod asked_tasks;
mod changes;
mod chat;
mod checkup;
mod clipboard;
mod comeback;
mod control;
mod due;
mod errands;
mod files;
#[macro_use]
mod list;
mod meeting;
mod moved_pointer;
mod pointing;
mod repair;
mod report;
mod seen_layout;
mod side;
mod slot;
mod sweep;
mod tell;
mod terminal;
#[cfg(test)]
mod tests;
mod trial_mark;
mod verb;
mod view;
mod voice;
pub(crate) mod wire;

use std::pin::Pin;
use std::sync::Arc;

use beistand_mend::DeedEntry;
use beistand_session::{Channel, Command as SessionCommand, Permission, PermissionSet, Role};
use serde_json::Value;
use tokio::sync::{Notify, mpsc, watch};

use crate::backends::Backends;
use crate::handle::{NodeCommand, NodeEvent};
use crate::host::UserHand;
use crate::picture::PictureSlot;
use crate::returns::ReturnDesk;
use crate::words::{Language, Phrase, WordRoom, Words};
pub(crate) use activity::ActivityRecord;
pub use adjust::{
    AdjustChange, AdjustCommand, AdjustEvent, AdjustFault, AdjustKind, AdjustRefusal, AdjustSetting,
    AdjustState, AdjustUndoer, AdjustWish, adjust_change_phrase, adjust_fault_phrase, adjust_kind_phrase,
    adjust_question_phrase, adjust_value_phrase,
};
use adjust::{AdjustHost, AdjustTechnician};
pub use appeal::{AppealAnswer, AppealCommand, AppealEvent, MAX_ASKED_CHARS};
use appeal::{AppealHost, AppealTechnician};
use asked::AskingWorld;
pub(crate) use asked::OpenQuestions;
use beistand_p2p::Inboxes;
pub(crate) use changes::JournalledDeed;
pub(crate) use changes::{ChangeWorld, DeedTurn, DeedsUnderWay};
use chat::ChatDesk;
pub use chat::{ChatCommand, ChatEvent, ChatLine, LineFrom};
pub use checkup::{
    CheckupCommand, CheckupEnd, CheckupEvent, CheckupFinding, CheckupKind, CheckupRefusal, test_title,
};
use checkup::{CheckupHost, CheckupTechnician};
use clipboard::ClipboardDesk;
pub use clipboard::{ClipboardCommand, ClipboardEvent, ClipboardRefusal};
pub use comeback::{ComebackCommand, ComebackEvent};
use comeback::{ComebackHost, ComebackTechnician};
pub(crate) use control::OpenInjector;
pub use control::{
    ControlCommand, ControlEvent, HandsOff, HandsStand, TypingProgress, UndoneCause, UndoneInput,
    UnsentCause, UnsentInput,
};
use control::{ControlHost, ControlTechnician};
use files::FilesDesk;
pub use files::{
    FilesCommand, FilesEnd, FilesEvent, FilesFound, FilesProgress, FilesQuestion, FilesRefusal, FilesWay,
    files_end_phrase, files_question_phrase, files_size_phrase, shown_path,
};
pub use meeting::{MAX_ABOUT_CHARS, MeetingCommand, MeetingEvent};
use meeting::{MeetingHost, MeetingTechnician};
pub(crate) use moved_pointer::MovedPointer;
pub use pointing::{LabelSwitch, PointingCommand, PointingEvent, PointingRefusal};
use pointing::{PointingHost, PointingTechnician};
pub use repair::{
    AutostartEntry, DeedName, DeedPath, DeedSight, DeedSwitch, EntryState, RepairCommand, RepairDeed,
    RepairEnd, RepairEntry, RepairEvent, RepairKind, RepairOutcome, RepairQuestion, RepairRefusal,
    RepairWish, ServiceChange, SightKind, SpaceKind, SpaceKinds, deed_phrase, end_phrase, entry_phrase,
    space_phrase,
};
use repair::{RepairHost, RepairTechnician};
pub use report::{
    MachineReport, ReportChange, ReportCommand, ReportEvent, ReportFinding, ReportKind, ReportPart,
    ReportPartSet, ReportRefusal, ReportVerdict, change_phrase, finding_advice, finding_phrase, part_phrase,
};
use report::{ReportHost, ReportTechnician};
pub(crate) use seen_layout::SeenLayout;
use side::{EventEmitter, Side, SideContext, SideLoadMeter};
pub(crate) use side::{GrantDialog, SideFault, Standing};
pub(crate) use slot::NamedFault;
use slot::SlotHandle;
pub use sweep::{
    SweepCategory, SweepCommand, SweepEnd, SweepEvent, SweepFinding, SweepKind, SweepReason, SweepRefusal,
    SweepStanding, SweepThing, sweep_category_phrase, sweep_finding_text, sweep_reason_phrase,
    sweep_standing_phrase, sweep_thing_phrase, sweep_title,
};
use sweep::{SweepHost, SweepTechnician};
pub use tell::TaskAdvance;
use tell::Tell;
pub use terminal::{
    CellStyle, KeyModes, LeftoverAnswer, SCROLLBACK_LINES, ScreenPlace, ScreenRun, ScreenSight,
    TerminalCommand, TerminalEnd, TerminalEvent, TerminalRefusal, TerminalScreen, TerminalSize,
};
use terminal::{TerminalHost, TerminalTechnician};
pub(crate) use trial_mark::TrialMark;
pub use verb::{FeatureWidening, split_verb};
use verb::{Verb, VerbUsage};
pub use view::{Figures, ViewCommand, ViewEvent, ViewMonitor, ViewTrouble};
pub(crate) use view::{OpenCapturer, OpenKeeper, carry_pictures};
use view::{ViewHost, ViewTechnician};
use voice::VoiceDesk;
pub use voice::{
    DeviceKind, SoundDevice, SoundFault, SoundLevel, TalkState, VoiceCommand, VoiceEvent, VoiceFigures,
    VoiceOwner, VoiceRefusal, sound_fault_phrase,
};
use wire::{Heard, Outbox};

features! {
    View: view { ViewHost, ViewTechnician, ViewCommand, ViewEvent, needs: [View] }
    Control: control { ControlHost, ControlTechnician, ControlCommand, ControlEvent, needs: [Pointer, Keyboard] }
    Chat: chat { ChatDesk, ChatDesk, ChatCommand, ChatEvent, needs: [] }
    Clipboard: clipboard {
        ClipboardDesk, ClipboardDesk, ClipboardCommand, ClipboardEvent,
        needs: [ClipboardToUser, ClipboardFromUser],
    }
    Report: report { ReportHost, ReportTechnician, ReportCommand, ReportEvent, needs: [Diagnostics] }
    Checkup: checkup { CheckupHost, CheckupTechnician, CheckupCommand, CheckupEvent, needs: [Checkup] }
    Terminal: terminal {
        TerminalHost, TerminalTechnician, TerminalCommand, TerminalEvent, needs: [Terminal, TerminalType],
    }
    Sweep: sweep { SweepHost, SweepTechnician, SweepCommand, SweepEvent, needs: [Sweep] }
    Repair: repair { RepairHost, RepairTechnician, RepairCommand, RepairEvent, needs: [Repair] }
    Adjust: adjust { AdjustHost, AdjustTechnician, AdjustCommand, AdjustEvent, needs: [Adjust] }
    Comeback: comeback { ComebackHost, ComebackTechnician, ComebackCommand, ComebackEvent, needs: [Reconnect] }
    Files: files { FilesDesk, FilesDesk, FilesCommand, FilesEvent, needs: [FilesToUser, FilesFromUser] }
    Pointing: pointing { PointingHost, PointingTechnician, PointingCommand, PointingEvent, needs: [Annotate] }
    Voice: voice { VoiceDesk, VoiceDesk, VoiceCommand, VoiceEvent, needs: [Voice] }
    Meeting: meeting { MeetingHost, MeetingTechnician, MeetingCommand, MeetingEvent, needs: [] }
    Appeal: appeal { AppealHost, AppealTechnician, AppealCommand, AppealEvent, needs: [] }
}

/// What a permission is called in a list of several; nothing where no feature of this program knows it.
pub fn permission_phrase(permission: Permission) -> Option<Phrase> {
    permission_word(permission).map(Phrase::new)
}

/// Faults of features that wait for the session: each slot reports one and stops.
pub(crate) const FAULT_QUEUE: usize = 8;

/// What the host's features need of this machine.
#[derive(Debug, Clone)]
pub(crate) struct HostWorld {
    /// Opens the parts of the desktop.
    pub(crate) backends: Backends,
    /// The user's own hand, which wins over the technician's.
    pub(crate) hand: UserHand,
    /// Where it is noted what the technician does.
    pub(crate) activity: ActivityRecord,
    /// Which questions of features wait for the user.
    pub(crate) questions: OpenQuestions,
    /// Which part of the desktop the technician sees.
    pub(crate) seen: SeenLayout,
    /// Where the technician moves the pointer.
    pub(crate) moved: MovedPointer,
    /// What the user reads.
    pub(crate) language: Language,
    /// Raised where the technician clicked at a window of ours, so that the bar makes room.
    pub(crate) aside: Arc<Notify>,
    /// What is changed on this machine, and where that is written down.
    pub(crate) changes: ChangeWorld,
    /// How many bytes the next picture may have; `None` while it must wait.
    pub(crate) picture_room: watch::Receiver<Option<u32>>,
    /// Where it is kept that this technician may come back; `None` where nothing is kept.
    pub(crate) returns: Option<ReturnDesk>,
}

/// What the technician's features need of this machine.
#[derive(Debug, Clone)]
pub(crate) struct TechnicianWorld {
    /// Opens the parts of the desktop.
    pub(crate) backends: Backends,
    /// Where the host's screen is shown.
    pub(crate) picture: PictureSlot,
    /// What the person reads.
    pub(crate) language: Language,
    /// Where it is kept that they may come back to this host; `None` where nothing is kept.
    pub(crate) returns: Option<ReturnDesk>,
}

/// What connects a session's slots to the rest.
pub(crate) struct SlotWires {
    pub(crate) commands: mpsc::Sender<SessionCommand>,
    pub(crate) events: mpsc::Sender<NodeEvent>,
    pub(crate) faults: mpsc::Sender<NamedFault>,
    pub(crate) inboxes: Inboxes,
    pub(crate) standing: Standing,
}

/// The moment at which something may go on.
pub(crate) type LaterTurn = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The slots of all features on one side of a session.
pub(crate) trait FeatureSlots: Send + Sized {
    /// What the features of this side need.
    type World;

    /// Whose side it is.
    const ROLE: Role;

    /// Starts a slot per feature.
    fn start(world: &Self::World, wires: SlotWires) -> Self;

    /// From now on all features do what `standing` allows; `None`: nothing, for ever.
    fn set(&self, standing: Option<Standing>);

    /// Waits until nothing acts any more that the last [`Self::set`] does not allow.
    fn settle(&self) -> impl Future<Output = ()> + Send;

    /// Hands a command to its feature, which refuses it where too many wait.
    fn command(&self, command: FeatureCommand);

    /// When the command's feature has room for it; `None`: it has.
    fn room(&self, command: &FeatureCommand) -> Option<LaterTurn>;

    /// When all features have done what they were asked.
    fn idle(&self) -> LaterTurn;

    /// The session had no room for something that was said on `channel`.
    fn refused(&self, channel: Channel);
}
