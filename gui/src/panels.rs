//! What the features show: a panel each, a folder each. [`Panel`] is what each of them is, the list at the
//! end says which there are.
//!
//! A panel draws its own part and says what its feature is to do. It knows no page, no other panel and no
//! node; where it is drawn is decided by the pages, from [`Panel::place`]. What it puts into the conversation
//! ([`Panel::bubbles`]) is shown by the panel that has the conversation, which doesn't know whose it is.

pub mod adjust;
pub mod appeal;
pub mod chat;
pub mod checkup;
pub mod clipboard;
pub mod comeback;
pub mod control;
pub mod files;
pub mod meeting;
pub mod pointing;
pub mod repair;
pub mod report;
pub mod sweep;
pub mod terminal;
pub mod view;
pub mod voice;

mod bubble;
mod context;
mod share;
mod words;

use std::collections::BTreeSet;
use std::time::Instant;

use beistand_node::words::{Phrase, WordRoom, args};
use egui::{Key, Ui};

use crate::input::PictureMap;
use crate::state::{HandsSight, SessionFacts};
use beistand_node::{FeatureCommand, FeatureEvent, Permission};
pub use bubble::{BubbleFrom, ConversationBubble};
pub use context::{PanelContext, PanelSide, SessionStage};
pub use share::{ShareGroup, SharePart, share_fingerprint};
pub use words::{PanelWords, PermissionWords, permission_words};

/// What one feature shows.
pub trait Panel: Default {
    /// What the node says to it.
    type Event;
    /// What it asks of the node.
    type Command;

    /// What it is called, and what its permissions are.
    const WORDS: PanelWords;

    /// Its width beside the picture in points, where there is room: lines of text can be read.
    const WIDTH_PT: f32 = 300.0;

    /// Where its button is in the helper's toolbar.
    const GROUP: ToolGroup = ToolGroup::Bar;

    /// A key that is its own at the helper's: while it is open beside the picture, the key stays here and the
    /// host gets none of it.
    const KEY: Option<Key> = None;

    /// Where it is drawn on `side`.
    fn place(side: PanelSide) -> PanelPlace;

    /// Whether there is anything to do with it in a session like this.
    fn is_usable(_facts: &SessionFacts) -> bool {
        true
    }

    /// Takes in what the node says, and how much of a person's attention that is worth.
    fn apply(&mut self, event: Self::Event, now: Instant) -> Attention;

    /// Draws it at its place.
    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, Self::Command>);

    /// Draws what it shows over the picture.
    fn over_ui(&mut self, _ui: &Ui, _map: &PictureMap, _cx: &mut PanelContext<'_, Self::Command>) {}

    /// Draws what it shows while the user is asked: in their dialog, and on the helper's page.
    fn question_ui(&mut self, _ui: &mut Ui, _cx: &mut PanelContext<'_, Self::Command>) {}

    /// What of it the user can keep from the helper, part by part, beside the permissions.
    fn shares(&self) -> Option<ShareGroup> {
        None
    }

    /// A number that is another one where a hand can let the helper do something else: there is something new
    /// to read first. 0 where it can't.
    fn offered(&self) -> u64 {
        0
    }

    /// What is being done to the user's computer because of it, where that lasts.
    fn under_way(&self) -> Option<UnderWay<Self::Command>> {
        None
    }

    /// The helper turns to somebody else: what is to be sent so that nothing of theirs goes on unseen. Asked
    /// again after each of its events until they are back, and where permissions have changed.
    fn leave(&mut self) -> Option<Self::Command> {
        None
    }

    /// The helper is back.
    fn come_back(&mut self) -> Option<Self::Command> {
        None
    }

    /// Who the other one is, as far as they have said.
    fn peer(&self) -> Option<Phrase> {
        None
    }

    /// What would be lost of it if the session ended now.
    fn lost_by_end(&self) -> Option<Phrase> {
        None
    }

    /// What of it belongs among what both people write to each other.
    fn bubbles(&self) -> Vec<ConversationBubble> {
        Vec::new()
    }

    /// Draws one of [`Self::bubbles`] there.
    fn bubble_ui(&mut self, _ui: &mut Ui, _id: u32, _cx: &mut PanelContext<'_, Self::Command>) {}

    /// Draws what it adds to the field in which they write. Where that `is_aimed` at, what is pasted is meant
    /// for it.
    fn entry_ui(&mut self, _ui: &mut Ui, _is_aimed: bool, _cx: &mut PanelContext<'_, Self::Command>) {}

    /// Draws what the helper needs of it at hand, in the toolbar.
    fn toolbar_ui(&mut self, _ui: &mut Ui, _cx: &mut PanelContext<'_, Self::Command>) {}

    /// Draws what it adds to the toolbar's menu of the rest.
    fn more_ui(&mut self, _ui: &mut Ui, _cx: &mut PanelContext<'_, Self::Command>) {}

    /// What the user has to decide in it before they read anything else.
    fn urgent(&self) -> Option<Phrase> {
        None
    }

    /// How the user's mouse and keyboard take what the helper does, where it knows.
    fn hands(&self) -> Option<HandsSight> {
        None
    }

    /// What asks the user for this permission, where that is its to do.
    fn ask_for(_permission: Permission, _reason: &str) -> Option<Self::Command> {
        None
    }

    /// What tells the helper what is wrong, where that is its to do.
    fn explain(_text: &str) -> Option<Self::Command> {
        None
    }

    /// What fills it well, for looking at it.
    fn sample() -> Vec<Self::Event>;
}

/// Where a panel is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelPlace {
    /// Not on this side.
    Nowhere,
    /// Beside the picture, one at a time; a card in the user's window.
    Beside,
    /// Over the picture, while its button is pressed.
    Over,
    /// In a menu under its button.
    Menu,
}

/// Where a panel's button is in the helper's toolbar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolGroup {
    /// In the bar itself: what is needed all the time.
    Bar,
    /// In the menu of what looks into the user's computer.
    Look,
    /// In the menu of what changes something there.
    Mend,
    /// In the menu of what two people need to understand each other.
    Talk,
    /// In the menu of the rest.
    More,
}

impl ToolGroup {
    /// Those that are menus, as they stand in the bar.
    pub const MENUS: [Self; 4] = [Self::Look, Self::Mend, Self::Talk, Self::More];

    /// What its menu is called: the key of a text.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Look => "panel-group-look",
            Self::Mend => "panel-group-mend",
            Self::Talk => "panel-group-talk",
            Self::Bar | Self::More => "panel-group-more",
        }
    }
}

/// How much of a person's attention an event is worth.
#[derive(Debug, Clone, PartialEq)]
pub enum Attention {
    /// None.
    Quiet,
    /// It is counted on the button until the panel is seen.
    Count,
    /// As [`Self::Count`], and this is shown as a passing notice while the panel is closed.
    Toast(Phrase),
}

/// What is being done to the user's computer, as their bar shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnderWay<C = FeatureCommand> {
    /// What it is called.
    pub what: Phrase,
    /// What stops it, or takes it back.
    pub stop: C,
}

impl<C: Into<FeatureCommand>> UnderWay<C> {
    fn of_any(self) -> UnderWay {
        UnderWay { what: self.what, stop: self.stop.into() }
    }
}

/// A panel, and how much of it was not seen yet.
#[derive(Debug, Default)]
struct PanelSlot<P> {
    panel: P,
    unseen: usize,
}

impl<P: Panel> PanelSlot<P> {
    fn apply(&mut self, event: P::Event, now: Instant) -> Attention {
        let attention = self.panel.apply(event, now);
        match attention {
            Attention::Quiet => {}
            Attention::Count | Attention::Toast(_) => self.unseen += 1,
        }
        attention
    }
}

/// The texts of one panel, in its folder.
macro_rules! panel_room {
    ($slot:ident) => {
        WordRoom {
            prefix: concat!("gui-", stringify!($slot)),
            english: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/src/panels/",
                stringify!($slot),
                "/words/en.ftl"
            )),
            german: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/src/panels/",
                stringify!($slot),
                "/words/de.ftl"
            )),
        }
    };
}

macro_rules! panels {
    ($($(#[$meaning:meta])* $name:ident($slot:ident: $panel:ty)),* $(,)?) => {
        /// The texts of the panels.
        pub(crate) const PANEL_ROOMS: &[WordRoom] = &[$(panel_room!($slot)),*];

        /// The panels by name, in the order of their buttons.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum PanelName { $($(#[$meaning])* $name),* }

        /// The panels of one session, and which of them are open.
        #[derive(Debug, Default)]
        pub struct Panels {
            $($slot: PanelSlot<$panel>,)*
            open: BTreeSet<PanelName>,
        }

        impl PanelName {
            /// All panels.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// What it is called.
            pub const fn words(self) -> &'static PanelWords {
                match self { $(Self::$name => &<$panel as Panel>::WORDS),* }
            }

            /// Where it is drawn on `side`.
            pub fn place(self, side: PanelSide) -> PanelPlace {
                match self { $(Self::$name => <$panel>::place(side)),* }
            }

            /// Its width beside the picture in points, where there is room.
            pub const fn width_pt(self) -> f32 {
                match self { $(Self::$name => <$panel as Panel>::WIDTH_PT),* }
            }

            /// Where its button is in the helper's toolbar.
            pub const fn group(self) -> ToolGroup {
                match self { $(Self::$name => <$panel as Panel>::GROUP),* }
            }

            /// A key that is its own while it is open.
            pub const fn key(self) -> Option<Key> {
                match self { $(Self::$name => <$panel as Panel>::KEY),* }
            }

            /// Whether there is anything to do with it in a session like this.
            pub fn is_usable(self, facts: &SessionFacts) -> bool {
                match self { $(Self::$name => <$panel>::is_usable(facts)),* }
            }

            /// What fills it well, for looking at it.
            pub fn sample(self) -> Vec<FeatureEvent> {
                match self {
                    $(Self::$name => <$panel>::sample().into_iter().map(FeatureEvent::$name).collect()),*
                }
            }
        }

        impl Panels {
            /// Takes in what the node says: for which panel that was, and how much attention it is worth.
            pub fn apply(&mut self, event: FeatureEvent, now: Instant) -> (PanelName, Attention) {
                match event {
                    $(FeatureEvent::$name(event) => (PanelName::$name, self.$slot.apply(event, now))),*
                }
            }

            /// Draws a panel at its place.
            pub fn panel_ui(&mut self, name: PanelName, ui: &mut Ui, cx: &mut PanelContext<'_>) {
                match name {
                    $(PanelName::$name => {
                        // It gets all the others, so it isn't there meanwhile.
                        let mut panel = std::mem::take(&mut self.$slot.panel);
                        panel.panel_ui(ui, &mut cx.beside(self).speaking());
                        self.$slot.panel = panel;
                    }),*
                }
            }

            /// Draws what a panel shows over the picture.
            pub fn over_ui(&mut self, name: PanelName, ui: &Ui, map: &PictureMap, cx: &mut PanelContext<'_>) {
                match name { $(PanelName::$name => self.$slot.panel.over_ui(ui, map, &mut cx.speaking())),* }
            }

            /// Draws what the panels show while the user is asked.
            pub fn question_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_>) {
                $(self.$slot.panel.question_ui(ui, &mut cx.speaking());)*
            }

            /// What the user can keep from the helper, part by part.
            pub fn shares(&self) -> Vec<ShareGroup> {
                [$(self.$slot.panel.shares()),*].into_iter().flatten().collect()
            }

            /// A number that is another one where a hand can let the helper do something else.
            pub fn offered(&self) -> u64 {
                let all = [$(self.$slot.panel.offered()),*];
                all.into_iter().fold(0, |sum, one| sum.rotate_left(1) ^ one)
            }

            /// Whether the user has to decide something in a panel before they read anything else.
            pub fn is_urgent(&self, name: PanelName) -> bool {
                match name { $(PanelName::$name => self.$slot.panel.urgent().is_some()),* }
            }

            /// What the user has to decide before they read anything else.
            pub fn urgent(&self) -> Option<Phrase> {
                None$(.or_else(|| self.$slot.panel.urgent()))*
            }

            /// How the user's mouse and keyboard take what the helper does.
            pub fn hands(&self) -> HandsSight {
                [$(self.$slot.panel.hands()),*].into_iter().flatten().next().unwrap_or_default()
            }

            /// What asks the user for this permission.
            pub fn ask_for(permission: Permission, reason: &str) -> Option<FeatureCommand> {
                None$(.or_else(|| <$panel as Panel>::ask_for(permission, reason).map(FeatureCommand::from)))*
            }

            /// What tells the helper what is wrong.
            pub fn explain(text: &str) -> Option<FeatureCommand> {
                None$(.or_else(|| <$panel as Panel>::explain(text).map(FeatureCommand::from)))*
            }

            /// What is being done to the user's computer.
            pub fn under_way(&self) -> Vec<UnderWay> {
                let all = [$(self.$slot.panel.under_way().map(UnderWay::of_any)),*];
                all.into_iter().flatten().collect()
            }

            /// The helper turns to somebody else: what is to be sent so that nothing of theirs goes on
            /// unseen.
            pub fn leave(&mut self) -> Vec<FeatureCommand> {
                let all = [$(self.$slot.panel.leave().map(FeatureCommand::from)),*];
                all.into_iter().flatten().collect()
            }

            /// The same for one panel, of which something was heard since.
            pub fn leave_again(&mut self, name: PanelName) -> Option<FeatureCommand> {
                match name {
                    $(PanelName::$name => self.$slot.panel.leave().map(FeatureCommand::from)),*
                }
            }

            /// The helper is back.
            pub fn come_back(&mut self) -> Vec<FeatureCommand> {
                let all = [$(self.$slot.panel.come_back().map(FeatureCommand::from)),*];
                all.into_iter().flatten().collect()
            }

            /// Of which panel an event is.
            pub fn name_of(event: &FeatureEvent) -> PanelName {
                match event { $(FeatureEvent::$name(_) => PanelName::$name),* }
            }

            /// Who the other one is, as far as they have said.
            pub fn peer(&self) -> Option<Phrase> {
                None$(.or_else(|| self.$slot.panel.peer()))*
            }

            /// What would be lost if the session ended now.
            pub fn lost_by_end(&self) -> Option<Phrase> {
                None$(.or_else(|| self.$slot.panel.lost_by_end()))*
            }

            /// What the panels put into the conversation, the oldest first.
            pub fn bubbles(&self) -> Vec<(PanelName, ConversationBubble)> {
                let mut all = Vec::new();
                $(
                    let bubbles = self.$slot.panel.bubbles().into_iter();
                    all.extend(bubbles.map(|bubble| (PanelName::$name, bubble)));
                )*
                all.sort_by_key(|(_, bubble)| bubble.at);
                all
            }

            /// Draws one of [`Self::bubbles`].
            pub fn bubble_ui(&mut self, name: PanelName, id: u32, ui: &mut Ui, cx: &mut PanelContext<'_>) {
                match name { $(PanelName::$name => self.$slot.panel.bubble_ui(ui, id, &mut cx.speaking())),* }
            }

            /// Draws what the panels add to the field in which the conversation is written.
            pub fn entry_ui(&mut self, ui: &mut Ui, is_aimed: bool, cx: &mut PanelContext<'_>) {
                $(self.$slot.panel.entry_ui(ui, is_aimed, &mut cx.speaking());)*
            }

            /// Draws what the panels add to the toolbar.
            pub fn toolbar_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_>) {
                $(self.$slot.panel.toolbar_ui(ui, &mut cx.speaking());)*
            }

            /// Draws what the panels add to the toolbar's menu of the rest.
            pub fn more_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_>) {
                $(self.$slot.panel.more_ui(ui, &mut cx.speaking());)*
            }

            /// How many things a panel has to show that were not seen yet.
            pub fn unseen(&self, name: PanelName) -> usize {
                match name { $(PanelName::$name => self.$slot.unseen),* }
            }

            /// A panel was seen.
            pub fn see(&mut self, name: PanelName) {
                match name { $(PanelName::$name => self.$slot.unseen = 0),* }
            }
        }
    };
}

panels! {
    /// How the picture is doing.
    View(view: view::ViewPanel),
    /// Mouse and keyboard.
    Control(control: control::ControlPanel),
    /// Messages between both people.
    Chat(chat: chat::ChatPanel),
    /// What is copied and pasted.
    Clipboard(clipboard: clipboard::ClipboardPanel),
    /// What the user's machine says of itself.
    Report(report: report::ReportPanel),
    /// Tests of the user's computer.
    Checkup(checkup: checkup::CheckupPanel),
    /// Terminals on the user's computer.
    Terminal(terminal: terminal::TerminalPanel),
    /// Searches for what does not belong on the user's computer.
    Sweep(sweep: sweep::SweepPanel),
    /// What is done to mend the user's computer.
    Repair(repair: repair::RepairPanel),
    /// Settings of the user's computer.
    Adjust(adjust: adjust::AdjustPanel),
    /// A return after the session.
    Comeback(comeback: comeback::ComebackPanel),
    /// Files between the two computers.
    Files(files: files::FilesPanel),
    /// What is drawn over the user's screen.
    Pointing(pointing: pointing::PointingPanel),
    /// Talking with each other.
    Voice(voice: voice::VoicePanel),
    /// Who is at the other end.
    Meeting(meeting: meeting::MeetingPanel),
    /// What the helper asks for in a session.
    Appeal(appeal: appeal::AppealPanel),
}

impl Panels {
    /// Whether a panel is open.
    pub fn is_open(&self, name: PanelName) -> bool {
        self.open.contains(&name)
    }

    /// Opens a panel, or closes it. Beside the picture there is room for one.
    pub fn toggle(&mut self, name: PanelName, side: PanelSide) {
        if self.open.remove(&name) {
            return;
        }
        let place = name.place(side);
        self.open.retain(|other| place != PanelPlace::Beside || other.place(side) != place);
        self.open.insert(name);
    }

    /// The panels that are open at `place`.
    pub fn open_at(&self, place: PanelPlace, side: PanelSide) -> Vec<PanelName> {
        self.open.iter().copied().filter(|name| name.place(side) == place).collect()
    }

    /// Keys that stay at the helper's, since an open panel has them.
    pub fn kept_keys(&self) -> Vec<&'static str> {
        self.open.iter().filter_map(|name| name.key()).map(Key::name).collect()
    }

    /// All panels were seen.
    pub fn see_all(&mut self) {
        for name in PanelName::ALL {
            self.see(*name);
        }
    }

    /// What the button of a group's menu says: its name, and how many things in it were not seen yet.
    pub fn group_button(&self, group: ToolGroup) -> Phrase {
        let names = PanelName::on(PanelSide::Technician).filter(|name| name.group() == group);
        let unseen: usize = names.map(|name| self.unseen(name)).sum();
        counted(Phrase::new(group.words()), unseen)
    }

    /// What a panel's button says: its name, and how many things were not seen yet.
    pub fn button(&self, name: PanelName) -> Phrase {
        name.button(self.unseen(name))
    }
}

fn counted(name: Phrase, unseen: usize) -> Phrase {
    if unseen == 0 { name } else { Phrase::with("panel-unseen", args![name = name, count = unseen]) }
}

impl PanelName {
    /// What the panel's button says where `unseen` things were not seen yet.
    pub fn button(self, unseen: usize) -> Phrase {
        counted(Phrase::new(self.words().button), unseen)
    }

    /// The panels that have a place on `side`.
    pub fn on(side: PanelSide) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |name| name.place(side) != PanelPlace::Nowhere)
    }
}
