//! Several people are helped at once: the sessions that aren't shown, and going from one to another.
//!
//! What is shown stays where it is for a single session, in [`App`]; only what is away lives here. A session
//! that is away goes on, but for its picture, which nobody paints, and for its microphone. It draws nothing.

use std::time::Instant;

use beistand_node::{ContactMark, NodeCommand, NodeEvent, PictureReader};

use super::App;
use crate::backend::NodeLink;
use crate::keys::KeyHabits;
use crate::state::{OpenPage, TechnicianPhase, TechnicianState, WindowExtent};
use crate::views::picture::release_hand;
use crate::views::tab_bar::{TabLook, TabStage};
use crate::views::viewer::ViewerParts;

/// Tabs at once: each session has a picture of up to 33 MB and a process that decodes it.
pub(super) const MAX_TABS: usize = 8;

/// The tabs of the technician's window. Without a second one there is nothing in it.
#[derive(Default)]
pub(super) struct SessionTabs {
    /// Those that aren't shown, in their order.
    away: Vec<AwayTab>,
    /// How many of them stand before the one that is shown.
    shown: usize,
}

/// A tab that isn't shown.
struct AwayTab {
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
        TabLook { has_news: self.has_news, ..look_of(&self.technician) }
    }

    fn apply(&mut self, event: NodeEvent, now: Instant) {
        let before = self.technician.news();
        self.technician.apply(event, now);
        self.has_news |= self.technician.news() != before;
    }
}

/// How the tab of a session looks.
fn look_of(technician: &TechnicianState) -> TabLook {
    let stage = match &technician.phase {
        TechnicianPhase::Form => TabStage::Invite,
        TechnicianPhase::Connecting(_) => TabStage::Connecting,
        TechnicianPhase::Viewing(_) => TabStage::Session,
        TechnicianPhase::Ended(_) => TabStage::Ended,
    };
    TabLook { stage, has_news: false }
}

impl App {
    /// How the tabs look, in their order, and which of them is shown; none where there is one alone.
    pub(super) fn tab_looks(&self) -> Option<(Vec<TabLook>, usize)> {
        let OpenPage::Technician(technician) = &self.state.page else { return None };
        if !self.tabs.any_away() {
            return None;
        }
        let mut looks: Vec<_> = self.tabs.away.iter().map(AwayTab::look).collect();
        looks.insert(self.tabs.shown, look_of(technician));
        Some((looks, self.tabs.shown))
    }

    /// Takes in what the nodes of those say that aren't shown.
    pub(super) fn pump_away(&mut self, now: Instant) {
        for tab in &mut self.tabs.away {
            while let Some(event) = tab.link.as_ref().and_then(NodeLink::next_event) {
                if let NodeEvent::Request(request) = &event
                    && let Some(mark) = request.contact
                {
                    tab.contact = Some((mark, KeyHabits::from(self.starter.habits(mark))));
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

    /// Opens the paste page beside the sessions that there are.
    pub(super) fn new_tab(&mut self) {
        if self.tabs.away.len() + 1 >= MAX_TABS {
            return;
        }
        let name = self.form.name.clone();
        let Some(screen) = self.put_away() else { return };
        self.tabs.shown = self.tabs.away.len();
        let mut technician = TechnicianState::default();
        technician.form.name = name;
        self.bring(AwayTab::of(technician, self.viewer.renewed()), screen);
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
        if let (Some(link), TechnicianPhase::Viewing(viewing)) = (&link, &mut technician.phase) {
            for command in viewing.panels.leave() {
                link.commands().send(NodeCommand::Feature(command));
            }
            release_hand(&mut self.viewer.mouse, link.commands());
        }
        let renewed = self.viewer.renewed();
        let parts = std::mem::replace(&mut self.viewer, renewed);
        let contact = self.contact.take();
        let tab = AwayTab { technician, link, parts, contact, has_news: false };
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
        let AwayTab { technician, link, parts, contact, .. } = tab;
        self.viewer = parts;
        self.contact = contact;
        let habits = self.contact.as_ref().map(|(_, habits)| *habits);
        habits.unwrap_or_default().choose(&self.ctx);
        self.state.page = OpenPage::Technician(technician);
        match &link {
            Some(link) => {
                link.picture.forget_taken(PictureReader::Window);
                self.viewer.shader.set_picture(&link.picture);
                self.viewer.pane.set_picture(&link.picture, link.commands());
            }
            None => self.viewer.pane.drop_picture(),
        }
        self.link = link;
        match self.state.viewing_mut() {
            Some(viewing) => viewing.extent = screen,
            None if screen.is_screen() => {
                self.ctx.send_viewport_cmd(egui::ViewportCommand::Fullscreen(false));
            }
            None => {}
        }
    }
}

impl AwayTab {
    fn of(technician: TechnicianState, parts: ViewerParts) -> Self {
        Self { technician: Box::new(technician), link: None, parts, contact: None, has_news: false }
    }
}
