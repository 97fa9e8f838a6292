//! The tabs above the technician's page, where several people are helped at once.

use beistand_node::words::{Phrase, args};
use egui::{Button, Frame, Margin, TextWrapMode, Ui, Vec2};

use super::PageContext;
use crate::state::PageAction;
use crate::theme::palette;

/// The widest tab in points; beyond it its name is cut.
const TAB_PT: f32 = 200.0;

/// How a tab looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabLook {
    /// Its number, which stays its own.
    pub number: usize,
    /// Where its session stands.
    pub stage: TabStage,
    /// Who is helped there, as far as they have said.
    pub who: Option<Phrase>,
    /// Whether something happened there that nobody has seen.
    pub has_news: bool,
}

/// Where the session of a tab stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TabStage {
    /// The paste page.
    Invite,
    /// On the way to the host.
    Connecting,
    /// The host's screen.
    Session,
    /// It is over.
    Ended,
}

impl TabLook {
    /// What it says.
    fn label(&self, cx: &PageContext<'_>) -> String {
        let number = self.number;
        let label = match (self.stage, &self.who) {
            (TabStage::Invite, _) => cx.with("page-tab-invite", args![number = number]),
            (TabStage::Connecting, _) => cx.with("page-tab-connecting", args![number = number]),
            (TabStage::Session, Some(who)) => {
                cx.with("page-tab-person", args![number = number, who = who.clone()])
            }
            (TabStage::Session, None) => cx.with("page-tab-session", args![number = number]),
            (TabStage::Ended, _) => cx.with("page-tab-ended", args![number = number]),
        };
        if self.has_news { cx.with("page-tab-news", args![tab = label]) } else { label }
    }
}

/// Draws the tabs above all else; `shown` is the one whose page is below.
pub fn tab_bar_ui(ui: &mut Ui, looks: &[TabLook], shown: usize, can_open: bool, cx: &mut PageContext<'_>) {
    let frame = Frame::new().fill(palette(ui).page).inner_margin(Margin::symmetric(10, 4));
    egui::Panel::top("tabs").frame(frame).resizable(false).show(ui, |ui| {
        ui.spacing_mut().button_padding = Vec2::new(10.0, 4.0);
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.horizontal_wrapped(|ui| {
            for (place, look) in looks.iter().enumerate() {
                let label = look.label(cx);
                let tab = Button::selectable(place == shown, label).wrap_mode(TextWrapMode::Truncate);
                let size = Vec2::new(TAB_PT.min(ui.available_width()), 28.0);
                let tab = ui.add_sized(size, tab);
                tab.widget_info(|| {
                    let label = look.label(cx);
                    egui::WidgetInfo::selected(egui::Role::Tab, true, place == shown, label)
                });
                if tab.clicked() {
                    cx.act(PageAction::ShowTab(place));
                }
            }
            if looks.get(shown).is_some_and(|look| look.stage.is_closable()) {
                let close = ui.button("✖").on_hover_text(cx.text("page-tab-close"));
                close.widget_info(|| {
                    egui::WidgetInfo::labeled(egui::Role::Button, true, cx.text("page-tab-close"))
                });
                if close.clicked() {
                    cx.act(PageAction::CloseTab);
                }
            }
            new_tab_ui(ui, can_open, cx);
        });
    });
}

fn new_tab_ui(ui: &mut Ui, can_open: bool, cx: &mut PageContext<'_>) {
    let text = cx.text("page-tab-new");
    let open = ui.add_enabled(can_open, Button::new("+")).on_hover_text(&text);
    open.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, can_open, &text));
    if open.clicked() {
        cx.act(PageAction::NewTab);
    }
}

impl TabStage {
    /// Whether there is nothing to end before it goes.
    const fn is_closable(self) -> bool {
        match self {
            Self::Invite | Self::Ended => true,
            Self::Connecting | Self::Session => false,
        }
    }
}
