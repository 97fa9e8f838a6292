//! What the desktop asks of the window: to be shown, and to open a link. A link fills the paste page and does
//! no more: it connects to nobody, and it waits where something is under way.

use egui::{UserAttentionType, ViewportCommand, ViewportId};

use super::App;
use crate::state::{OpenPage, OpenedLink, PageAction};
use crate::views::invite_field::field_id;
use beistand_node::DesktopCall;

impl App {
    pub(super) fn take_desktop_calls(&mut self) {
        while let Some(call) = self.desktop.next_call() {
            match call {
                DesktopCall::Show => self.show_window(),
                DesktopCall::Open(text) => {
                    // Of several only the newest: it is what the person opened last.
                    self.state.opened = Some(OpenedLink::new(text));
                    if self.state.has_room_for_link() {
                        self.use_link();
                        self.show_window();
                    } else {
                        self.ctx.send_viewport_cmd_to(
                            ViewportId::ROOT,
                            ViewportCommand::RequestUserAttention(UserAttentionType::Informational),
                        );
                    }
                    self.ctx.request_repaint_of(ViewportId::ROOT);
                }
            }
        }
    }

    /// Opens the paste page with the link that waits; beside a session, in a tab of its own. It goes on
    /// waiting where something else is under way, and where there are as many tabs as there can be.
    pub(super) fn use_link(&mut self) {
        if self.state.opened.is_none() || self.state.under_way() && !self.new_tab_for_link() {
            return;
        }
        let Some(link) = self.state.opened.take() else { return };
        if let OpenPage::Technician(technician) = &self.state.page {
            self.form = technician.form.clone();
        }
        self.link = None;
        self.form.invite.set(link.into_text());
        self.act(PageAction::GiveHelp);
        self.ctx.memory_mut(|memory| memory.request_focus(field_id()));
    }

    fn new_tab_for_link(&mut self) -> bool {
        self.state.viewing().is_some() && self.new_tab()
    }

    /// Brings the window forward; never while the user is being asked, or is helped.
    fn show_window(&self) {
        if self.state.asks_for_consent() || self.state.host_session().is_some() {
            return;
        }
        for command in [ViewportCommand::Minimized(false), ViewportCommand::Focus] {
            self.ctx.send_viewport_cmd_to(ViewportId::ROOT, command);
        }
    }
}
