//! The host's screen in the technician's window: what is known of the session, and how it is shown.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use beistand_node::words::{Phrase, args};

use crate::keys::KeyboardSight;
use crate::panels::{Attention, PanelName, Panels, permission_words};
use crate::state::{AskDraft, CommandSearch, HandsObstacle, SessionFacts, TriedHand, hands_obstacle};
use crate::views::end_button::EndQuestion;
use beistand_node::{NodeEvent, Permission, ToolbarHabits};

/// How long a passing notice is shown, in seconds: a line is read in three.
pub const TOAST_SECS: u64 = 6;
/// Passing notices on the screen at once; older ones make room.
const MAX_TOASTS: usize = 4;

/// The host's screen and what is known of it.
#[derive(Debug, Default)]
pub struct ViewerState {
    /// How the session is.
    pub facts: SessionFacts,
    /// What the features show.
    pub panels: Panels,
    /// Passing notices, oldest first.
    pub toasts: VecDeque<PassingNotice>,
    /// Counts what a person who isn't looking would want to know of.
    pub news: usize,
    /// How large the picture is drawn.
    pub scale: PictureScale,
    /// How much of the screen the window takes.
    pub extent: WindowExtent,
    /// What was pointed at last.
    pub hand: HandPlace,
    /// Where what is typed goes.
    pub keyboard: KeyboardSight,
    /// Whether it was said in this session how shortcuts are got back.
    pub shortcuts_told: bool,
    /// What the helper tried last without being allowed to.
    pub tried: Option<TriedHand>,
    /// What the helper is about to ask for.
    pub asking: Option<AskDraft>,
    /// How large the picture is at the moment, in hundredths of its size.
    pub shown_percent: u16,
    /// Where the helper wants the toolbar.
    pub toolbar: ToolbarHabits,
    /// Whether the toolbar is to get the keyboard.
    pub toolbar_wanted: bool,
    /// A menu of the toolbar that is to be opened.
    pub wanted_menu: Option<PanelName>,
    /// The list of commands, while it is open.
    pub search: Option<CommandSearch>,
    /// Whether the overview of keys is open.
    pub shortcuts_open: bool,
    /// What the helper wrote down, for this session.
    pub notes: String,
    /// Whether the notes are open.
    pub notes_open: bool,
    /// Whether the end was wished for, and costs something.
    pub end_question: EndQuestion,
}

/// How large the picture is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PictureScale {
    /// As large as the window allows, all of it.
    #[default]
    Fit,
    /// A pixel of the host's screen is a pixel here.
    Actual,
    /// So many hundredths of its size.
    Percent(u16),
}

/// How much of the screen the window takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WindowExtent {
    /// A window, with the toolbar above the picture.
    #[default]
    Window,
    /// The whole screen, and nothing but the picture on it.
    Screen,
    /// The whole screen, with the toolbar over the picture.
    ScreenWithToolbar,
}

/// What was pointed at last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HandPlace {
    /// The picture: what is typed is for the host.
    #[default]
    Picture,
    /// Something of this program's own.
    Elsewhere,
    /// Whatever it is: the keyboard was taken back, until somebody clicks into the picture.
    TakenBack,
}

/// A passing notice.
#[derive(Debug, Clone, PartialEq)]
pub struct PassingNotice {
    /// What it says.
    pub text: Phrase,
    /// Until when it is shown.
    pub until: Instant,
}

impl WindowExtent {
    /// Whether it is the whole screen.
    pub const fn is_screen(self) -> bool {
        match self {
            Self::Window => false,
            Self::Screen | Self::ScreenWithToolbar => true,
        }
    }
}

impl ViewerState {
    /// The viewer of a session that has just begun.
    pub(super) fn new(facts: SessionFacts, panels: Panels) -> Self {
        Self { facts, panels, ..Self::default() }
    }

    /// Takes in what the node says.
    pub(super) fn apply(&mut self, event: NodeEvent, now: Instant) {
        let before = self.facts.granted;
        self.facts.apply(&event);
        if matches!(event, NodeEvent::Paused(_) | NodeEvent::Reconnecting) {
            self.news = self.news.wrapping_add(1);
        }
        match event {
            NodeEvent::Permissions { granted, revoked } => {
                let what = |permission| Phrase::new(permission_words(permission).helper);
                for permission in revoked.iter() {
                    self.tell(Phrase::with("page-viewer-revoked", args![what = what(permission)]), now);
                }
                for permission in granted.difference(before).iter() {
                    self.tell(Phrase::with("page-viewer-granted", args![what = what(permission)]), now);
                }
            }
            NodeEvent::Notice(notice) => self.tell(notice.phrase(), now),
            NodeEvent::Feature(event) => {
                let (panel, attention) = self.panels.apply(event, now);
                if attention != Attention::Quiet {
                    self.news = self.news.wrapping_add(1);
                }
                match attention {
                    Attention::Toast(text) if !self.panels.is_open(panel) => {
                        self.tell(text, now);
                    }
                    Attention::Quiet | Attention::Count | Attention::Toast(_) => {}
                }
            }
            NodeEvent::Ready { .. }
            | NodeEvent::Invite(_)
            | NodeEvent::InviteReplaced(_)
            | NodeEvent::Progress(_)
            | NodeEvent::Request(_)
            | NodeEvent::Withdrawn { .. }
            | NodeEvent::Reach(_)
            | NodeEvent::EmergencyKey { .. }
            | NodeEvent::Paused(_)
            | NodeEvent::Path(_)
            | NodeEvent::Reconnecting
            | NodeEvent::WayBack(_)
            | NodeEvent::Ended(_) => {}
        }
    }

    /// Whether wheel and middle button are this window's: what the mouse does is not for the picture, or may
    /// not be.
    pub fn is_ours(&self) -> bool {
        self.hand == HandPlace::TakenBack || !self.facts.granted.contains(Permission::Pointer)
    }

    /// Whether the user keeps their screen from being seen.
    pub fn is_hidden(&self) -> bool {
        self.facts.paused() || !self.facts.granted.contains(Permission::View)
    }

    /// Why what the helper does with mouse and keyboard does not arrive, while they try.
    pub fn hands_obstacle(&self, now: Instant) -> Option<HandsObstacle> {
        hands_obstacle(&self.facts, &self.panels.hands(), self.tried, now)
    }

    /// Shows a passing notice.
    pub fn tell(&mut self, text: Phrase, now: Instant) {
        self.news = self.news.wrapping_add(1);
        if self.toasts.len() == MAX_TOASTS {
            self.toasts.pop_front();
        }
        self.toasts.push_back(PassingNotice { text, until: now + Duration::from_secs(TOAST_SECS) });
    }

    /// Forgets notices that had their time. Returns how long the next one still has.
    pub fn expire_toasts(&mut self, now: Instant) -> Option<Duration> {
        self.toasts.retain(|toast| toast.until > now);
        self.toasts.iter().map(|toast| toast.until - now).min()
    }
}
