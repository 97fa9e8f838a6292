//! Several people are helped at once: the sessions that aren't shown, and going from one to another.
//!
//! What is shown stays where it is for a single session, in [`App`]; only what is away lives here. A session
//! that is away goes on without its picture, which nobody paints, and without what its panels give up when
//! they are left ([`Panels::leave`]). It draws nothing.

use std::time::Instant;

use beistand_node::words::Phrase;
use beistand_node::{ContactMark, NodeCommand, NodeEvent, PictureReader};

use super::App;
use super::keyboard::contact_of;
use crate::backend::NodeLink;
use crate::keys::KeyHabits;
use crate::panels::Panels;
use crate::state::{HandPlace, OpenPage, TechnicianPhase, TechnicianState, WindowExtent};
use crate::views::picture::release_hand;
use crate::views::tab_bar::{TabLook, TabStage};
use crate::views::viewer::ViewerParts;

/// Tabs at once: each session's picture may take what a single one's may, which is 600 MB for a hostile
/// host's.
pub(super) const MAX_TABS: usize = 4;

/// The tabs of the technician's window. Without a second one there is nothing in it.
#[derive(Default)]
pub(super) struct SessionTabs {
    /// Those that aren't shown, in their order.
    away: Vec<AwayTab>,
    /// How many of them stand before the one that is shown.
    shown: usize,
    /// The number of the one that is shown, which is its own for as long as the program runs, less one.
    number: usize,
    /// The highest number that was given, less one.
    newest: usize,
}

/// What names a tab for as long as the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TabNumber(usize);

/// A tab that isn't shown.
struct AwayTab {
    number: usize,
    technician: Box<TechnicianState>,
    link: Option<NodeLink>,
    parts: ViewerParts,
    contact: Option<(ContactMark, KeyHabits)>,
    /// Whether something happened that a person would want to see.
    has_news: bool,
}

impl SessionTabs {
    /// Whether there are others than the one that is shown.
    pub(super) fn any_away(&self) -> bool {
        !self.away.is_empty()
    }

    /// Whether a node works for one that isn't shown.
    pub(super) fn under_way(&self) -> bool {
        self.away.iter().any(|tab| tab.link.is_some())
    }

    /// How many people are helped in those that aren't shown.
    pub(super) fn sessions(&self) -> usize {
        self.away.iter().filter(|tab| tab.technician.viewing().is_some()).count()
    }

    /// Tells the nodes of those that aren't shown.
    pub(super) fn send(&self, command: &NodeCommand) {
        for link in self.away.iter().filter_map(|tab| tab.link.as_ref()) {
            link.commands().send(command.clone());
        }
    }

    /// Gives up those that aren't shown.
    pub(super) fn forget(&mut self) {
        self.away.clear();
        self.shown = 0;
    }
}

impl AwayTab {
    fn look(&self) -> TabLook {
        TabLook { has_news: self.has_news, ..look_of(&self.technician, self.number) }
    }

    fn apply(&mut self, event: NodeEvent, now: Instant) {
        let (news, viewing) = (self.technician.news(), self.technician.viewing().is_some());
        let changed = matches!(event, NodeEvent::Permissions { .. }) || !viewing;
        let of = if let NodeEvent::Feature(event) = &event { Some(Panels::name_of(event)) } else { None };
        self.technician.apply(event, now);
        self.has_news |= self.technician.news() != news;
        let (Some(viewing), Some(link)) = (self.technician.viewing_mut(), &self.link) else { return };
        let commands = match of {
            _ if changed => viewing.panels.leave(),
            Some(panel) => viewing.panels.leave_again(panel).into_iter().collect(),
            None => Vec::new(),
        };
        for command in commands {
            link.commands().send(NodeCommand::Feature(command));
        }
    }
}

/// How the tab of a session looks.
fn look_of(technician: &TechnicianState, number: usize) -> TabLook {
    let stage = match &technician.phase {
        TechnicianPhase::Form => TabStage::Invite,
        TechnicianPhase::Connecting(_) => TabStage::Connecting,
        TechnicianPhase::Viewing(_) => TabStage::Session,
        TechnicianPhase::Ended(_) => TabStage::Ended,
    };
    let who = technician.viewing().and_then(|viewing| viewing.panels.peer());
    TabLook { number: number + 1, stage, who, has_news: false }
}

impl App {
    /// Whether the picture takes the whole screen.
    pub(super) fn is_whole_screen(&self) -> bool {
        self.state.viewing().is_some_and(|viewing| viewing.extent.is_screen())
    }

    /// How the tabs look, in their order, and which of them is shown; none where there is one alone.
    pub(super) fn tab_looks(&self) -> Option<(Vec<TabLook>, usize)> {
        let OpenPage::Technician(technician) = &self.state.page else { return None };
        if !self.tabs.any_away() {
            return None;
        }
        let mut looks: Vec<_> = self.tabs.away.iter().map(AwayTab::look).collect();
        looks.insert(self.tabs.shown, look_of(technician, self.tabs.number));
        Some((looks, self.tabs.shown))
    }

    /// Takes in what the nodes of those say that aren't shown.
    pub(super) fn pump_away(&mut self, now: Instant) {
        for tab in &mut self.tabs.away {
            while let Some(event) = tab.link.as_ref().and_then(NodeLink::next_event) {
                if let Some(contact) = contact_of(self.starter.as_ref(), &event) {
                    tab.contact = Some(contact);
                }
                if let NodeEvent::Ended(cause) = &event {
                    self.state.exit_code = cause.exit_code;
                }
                tab.apply(event, now);
            }
            if !tab.technician.under_way() {
                tab.link = None;
            }
        }
    }

    /// The tab that is shown.
    pub(super) fn shown_tab(&self) -> TabNumber {
        TabNumber(self.tabs.number)
    }

    /// Tells the helper something that is of this tab, where it is still there.
    pub(super) fn tell_tab(&mut self, tab: TabNumber, said: Phrase) {
        let now = Instant::now();
        if tab == self.shown_tab() {
            if let OpenPage::Technician(technician) = &mut self.state.page {
                technician.tell(said, now);
            }
        } else if let Some(away) = self.tabs.away.iter_mut().find(|away| away.number == tab.0) {
            away.technician.tell(said, now);
        }
        self.ctx.request_repaint();
    }

    /// Opens the paste page beside the sessions that there are. Whether there was room.
    pub(super) fn new_tab(&mut self) -> bool {
        if self.tabs.away.len() + 1 >= MAX_TABS {
            return false;
        }
        let Some(screen) = self.put_away() else { return false };
        let name = self.form.name.clone();
        self.tabs.shown = self.tabs.away.len();
        self.tabs.newest += 1;
        let mut technician = TechnicianState::default();
        technician.form.name = name;
        let tab = AwayTab {
            number: self.tabs.newest,
            technician: Box::new(technician),
            link: None,
            parts: self.viewer.renewed(),
            contact: None,
            has_news: false,
        };
        self.bring(tab, screen);
        self.look_at_past();
        true
    }

    /// Shows the tab at this place.
    pub(super) fn show_tab(&mut self, place: usize) {
        if place == self.tabs.shown || place > self.tabs.away.len() {
            return;
        }
        let Some(screen) = self.put_away() else { return };
        let tab = self.tabs.away.remove(place);
        self.tabs.shown = place;
        self.bring(tab, screen);
    }

    /// Closes the tab that is shown; its neighbour is shown next. Whether there is one.
    pub(super) fn close_tab(&mut self) -> bool {
        if !self.tabs.any_away() {
            return false;
        }
        if self.state.under_way() {
            self.send(NodeCommand::End);
        }
        let screen = self.leave_screen();
        self.link = None;
        self.tabs.shown = self.tabs.shown.min(self.tabs.away.len() - 1);
        let tab = self.tabs.away.remove(self.tabs.shown);
        self.bring(tab, screen);
        true
    }

    /// Puts away what is shown. Returns how much of the screen it took; nothing where no session is shown.
    fn put_away(&mut self) -> Option<WindowExtent> {
        let screen = self.leave_screen();
        let OpenPage::Technician(technician) = &mut self.state.page else { return None };
        let mut technician = std::mem::take(technician);
        self.form.name.clone_from(&technician.form.name);
        let link = self.link.take();
        if let Some(link) = &link {
            link.show(false);
        }
        if let (Some(link), Some(panels)) = (&link, technician.panels_mut()) {
            for command in panels.leave() {
                link.commands().send(NodeCommand::Feature(command));
            }
            release_hand(&mut self.viewer.mouse, link.commands());
        }
        // Without its textures, which nobody paints.
        let parts = self.viewer.renewed();
        let contact = self.contact.take();
        let number = self.tabs.number;
        let tab = AwayTab { number, technician, link, parts, contact, has_news: false };
        self.tabs.away.insert(self.tabs.shown, tab);
        Some(screen)
    }

    /// Whatever comes next decides for itself how much of the screen it takes.
    fn leave_screen(&mut self) -> WindowExtent {
        self.keys.set_host(None);
        let extent = self.state.viewing_mut().map(|viewing| std::mem::take(&mut viewing.extent));
        extent.unwrap_or_default()
    }

    /// Shows `tab`, over the whole screen where the one before was.
    fn bring(&mut self, tab: AwayTab, screen: WindowExtent) {
        let AwayTab { number, technician, link, parts, contact, .. } = tab;
        self.tabs.number = number;
        self.viewer = ViewerParts { arrived: Some(self.ctx.input(|input| input.time)), ..parts };
        self.contact = contact;
        let habits = self.contact.as_ref().map(|(_, habits)| *habits);
        habits.unwrap_or_default().choose(&self.ctx);
        self.state.page = OpenPage::Technician(technician);
        match &link {
            Some(link) => {
                link.show(true);
                link.picture.forget_taken(PictureReader::Window);
                self.viewer.shader.set_picture(&link.picture);
                self.viewer.pane.set_picture(&link.picture, link.commands());
            }
            None => self.viewer.pane.drop_picture(),
        }
        self.link = link;
        if let OpenPage::Technician(technician) = &mut self.state.page {
            let commands = technician.panels_mut().map(Panels::come_back).unwrap_or_default();
            commands.into_iter().for_each(|command| self.send(NodeCommand::Feature(command)));
        }
        match self.state.viewing_mut() {
            Some(viewing) => {
                viewing.extent = screen;
                // Nobody types at somebody else's by the way.
                viewing.hand = HandPlace::TakenBack;
            }
            None if screen.is_screen() => {
                self.ctx.send_viewport_cmd(egui::ViewportCommand::Fullscreen(false));
            }
            None => {}
        }
    }
}
