//! What the application shows, as a plain struct that the node's events change.
//!
//! It draws nothing, sends nothing and reads no clock: `now` is passed in. Pages read it; what a person does
//! comes back as [`PageAction`]s that [`crate::app`] carries out.

mod deeds;
mod ended;
mod hands;
mod home;
mod host;
mod opened;
mod saving;
mod session;
mod technician;
mod viewer;

use std::path::PathBuf;
use std::time::Instant;

use beistand_node::words::{Language, Phrase};

use crate::hand_check::HandedAct;

use beistand_node::{
    Acquaintance, ChangeLine, ContactMark, NodeCommand, NodeEvent, PastSession, ReturnTicket,
    SystemPermission, ThemeChoice, ToolbarHabits, ZoomPercent,
};
pub use deeds::{CommandSearch, ViewerDeed};
pub use hands::{AskDraft, HandsObstacle, HandsSight, TriedHand, hands_obstacle, said_for};

pub use ended::{EndedSession, WAY_BACK_TIME, WayBackOffer};
pub use home::{HomeState, OpenReturn};
pub use host::{
    AwaitedHelper, ConsentState, EmergencyKey, HostPhase, HostSession, HostState, OpenInvite, QuestionShape,
    RenewalState,
};
pub use opened::OpenedLink;
pub use saving::{SaveDraft, SavedThing};
pub use session::{SessionFacts, SessionFlow, SessionWay};
pub use technician::{
    ConnectForm, ConnectingState, InviteField, MAX_INVITE_BYTES, TechnicianPhase, TechnicianState,
};
pub use viewer::{HandPlace, PassingNotice, PictureScale, TOAST_SECS, ViewerState, WindowExtent};

/// Everything that is shown.
#[derive(Debug, Default)]
pub struct AppState {
    /// The page that is open.
    pub page: OpenPage,
    /// What the home page shows.
    pub home: HomeState,
    /// What the program exits with: the code of the last session's end.
    pub exit_code: u8,
    /// Whether anything was changed on this computer in sessions, as far as the home page knows.
    pub any_changes: bool,
    /// A link that was opened on the desktop and waits.
    pub opened: Option<OpenedLink>,
}

/// The pages, each with all that it needs.
#[derive(Debug, Default)]
pub enum OpenPage {
    /// Get help, or give help?
    #[default]
    Home,
    /// Somebody gets help here.
    Host(Box<HostState>),
    /// Somebody gives help from here.
    Technician(Box<TechnicianState>),
    /// What was changed on this computer.
    Changes(Box<ChangesState>),
    /// Who is known on this computer.
    Acquaintances(Result<Vec<Acquaintance>, Phrase>),
}

/// What was changed on this computer in sessions.
#[derive(Debug, Default)]
pub struct ChangesState {
    /// The newest first.
    pub lines: Vec<ChangeLine>,
    /// What is wrong with the list, or with the last try to take something back.
    pub note: Option<Phrase>,
    /// Which one is being taken back.
    pub undoing: Option<u32>,
}

/// What a person wants of the application.
#[derive(Debug, Clone)]
pub enum PageAction {
    /// Open the home page.
    Home,
    /// Open the invite page and start the host.
    GetHelp,
    /// Open the paste page.
    GiveHelp,
    /// Open the list of what was changed.
    Changes,
    /// Open the list of those who are known.
    Acquaintances,
    /// Whoever has this mark is no longer known.
    ForgetAcquaintance(ContactMark),
    /// This one is taken out of the list of those who were helped lately.
    RemovePast(PastSession),
    /// All of that list is forgotten.
    ForgetPast,
    /// Use the preset that waits for the person to agree.
    AgreeToPreset,
    /// Take this change back.
    Undo(u32),
    /// Start to look for the host with what the paste page holds.
    Connect,
    /// Look for the host of this ticket.
    ComeBack(ReturnTicket),
    /// Nobody comes back by this ticket.
    ForgetReturn(ReturnTicket),
    /// The user, by hand, lets the helper do more.
    Widen(HandedAct),
    /// The user says no.
    Deny,
    /// Back to the paste page, with its text kept.
    EditInvite,
    /// Tell the node.
    Send(NodeCommand),
    /// Put this on the clipboard.
    Copy(String),
    /// Show this folder in the desktop's own window for folders.
    OpenFolder(PathBuf),
    /// Show where in the system's settings this permission is given.
    OpenSettingsPage(SystemPermission),
    /// Whole screen, or a window again.
    Fullscreen(bool),
    /// What is typed goes to the picture's computer, or stays here.
    Keyboard(HandPlace),
    /// The helper's toolbar is like this from now on.
    Toolbar(ToolbarHabits),
    /// Keep the picture as a file.
    SavePicture,
    /// Put the picture on the clipboard.
    CopyPicture,
    /// Keep the helper's notes as a file.
    SaveNotes(String),
    /// Ask where this is to be saved.
    SaveAs(SavedThing),
    /// Ask by the desktop's own dialog.
    AskWhereToSave,
    /// Save it where the person has said.
    SaveThere,
    /// Say everything in this language.
    Speak(Language),
    /// Help somebody else as well.
    NewTab,
    /// Turn to this one of those who are helped.
    ShowTab(usize),
    /// The tab that is shown is done with.
    CloseTab,
    /// Put the link that waits into the paste page.
    UseLink,
    /// Forget the link that waits.
    DropLink,
    /// The window looks like this from now on.
    Wear(AppearanceWish),
}

impl PageAction {
    /// Whether another page's session is shown after it.
    pub fn turns_away(&self) -> bool {
        matches!(self, Self::NewTab | Self::ShowTab(_) | Self::CloseTab | Self::Home | Self::UseLink)
    }
}

/// How the window is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppearanceWish {
    /// Light or dark.
    Theme(ThemeChoice),
    /// How large.
    Zoom(ZoomPercent),
}

impl AppState {
    /// Takes in what the node says.
    pub fn apply(&mut self, event: NodeEvent, now: Instant) {
        if let NodeEvent::Ended(cause) = &event {
            self.exit_code = cause.exit_code;
        }
        match &mut self.page {
            OpenPage::Home | OpenPage::Changes(_) | OpenPage::Acquaintances(_) => {}
            OpenPage::Host(host) => host.apply(event, now),
            OpenPage::Technician(technician) => technician.apply(event, now),
        }
    }

    /// Whether the user is being asked for consent.
    pub fn asks_for_consent(&self) -> bool {
        matches!(&self.page, OpenPage::Host(host) if matches!(host.phase, HostPhase::Asked(_)))
    }

    /// The session in which this computer is helped, where there is one.
    pub fn host_session(&self) -> Option<&HostSession> {
        let OpenPage::Host(host) = &self.page else { return None };
        if let HostPhase::Running(session) = &host.phase { Some(session) } else { None }
    }

    /// The same, to be changed.
    pub(crate) fn viewing_mut(&mut self) -> Option<&mut ViewerState> {
        let OpenPage::Technician(technician) = &mut self.page else { return None };
        technician.viewing_mut()
    }

    /// The picture of the other computer, where it is shown.
    pub fn viewing(&self) -> Option<&ViewerState> {
        let OpenPage::Technician(technician) = &self.page else { return None };
        technician.viewing()
    }

    /// Whether a node works for this page and would have to be told to end.
    pub fn under_way(&self) -> bool {
        match &self.page {
            OpenPage::Home | OpenPage::Changes(_) | OpenPage::Acquaintances(_) => false,
            OpenPage::Host(host) => !matches!(host.phase, HostPhase::Ended(_)),
            OpenPage::Technician(technician) => technician.under_way(),
        }
    }
}
