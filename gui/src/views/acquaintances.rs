//! The list of those whom this computer knows since the four pictures were compared, each with a button that
//! forgets them.

use beistand_node::Acquaintance;
use beistand_node::words::{Phrase, args};
use egui::{ScrollArea, Ui};

use super::PageContext;
use super::widgets::{
    ButtonLook, button_ui, card_ui, lead_ui, page_ui, small_ui, title_ui, trouble_ui, weak_ui,
};
use crate::state::PageAction;

/// Draws the list.
pub fn acquaintances_ui(ui: &mut Ui, known: &Result<Vec<Acquaintance>, Phrase>, cx: &mut PageContext<'_>) {
    page_ui(ui, |ui| {
        ui.add_space(20.0);
        title_ui(ui, cx.text("page-known-title"));
        weak_ui(ui, cx.text("page-known-what"));
        ui.add_space(8.0);
        if button_ui(ui, ButtonLook::Plain, &cx.text("page-end-home")).clicked() {
            cx.act(PageAction::Home);
        }
        let known = match known {
            Ok(known) => known,
            Err(why) => return trouble_ui(ui, cx.say(why)),
        };
        if known.is_empty() {
            weak_ui(ui, cx.text("page-known-nobody"));
        }
        ScrollArea::vertical().auto_shrink([false, true]).show(ui, |ui| {
            for one in known {
                card_ui(ui, |ui| one_ui(ui, one, cx));
            }
        });
    });
}

fn one_ui(ui: &mut Ui, one: &Acquaintance, cx: &mut PageContext<'_>) {
    lead_ui(ui, one.name());
    small_ui(ui, cx.with("page-known-line", args![since = one.since(), seen = one.seen()]));
    let name = cx.with("page-known-forget-of", args![name = one.name()]);
    let button = button_ui(ui, ButtonLook::Plain, &cx.text("page-known-forget"));
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    if button.clicked() {
        cx.act(PageAction::ForgetAcquaintance(one.mark()));
    }
}
