//! The sign over the picture that says why mouse and keyboard do nothing at the moment, and what asks for a
//! permission that is missing.

use beistand_node::words::args;
use egui::{Align2, Color32, Frame, Margin, Rect, RichText, Ui, Vec2};

use super::PageContext;
use super::widgets::{ButtonLook, sized_button_ui};
use crate::panels::{Panels, permission_words};
use crate::state::{AskDraft, HandsObstacle, ViewerState, said_for};
use beistand_node::Permission;

/// Draws the sign, while somebody tries in vain.
pub fn hands_chip_ui(ui: &Ui, viewing: &mut ViewerState, room: Rect, cx: &PageContext<'_>) {
    let Some(obstacle) = viewing.hands_obstacle(cx.now) else { return };
    ui.request_repaint_after(said_for(&viewing.panels.hands(), viewing.tried, cx.now));
    let text = match obstacle {
        HandsObstacle::Paused => cx.text("page-hands-paused"),
        HandsObstacle::Lost => cx.text("page-hands-lost"),
        HandsObstacle::NotGranted(permission) => {
            let what = cx.text(permission_words(permission).helper);
            cx.with("page-hands-not-granted", args![what = what])
        }
        HandsObstacle::Question => cx.text("page-hands-question"),
        HandsObstacle::UsersHand => cx.text("page-hands-user"),
        HandsObstacle::Behind => cx.text("page-hands-behind"),
    };
    let at = room.center_top() + Vec2::new(0.0, 16.0);
    egui::Area::new(egui::Id::unique("hands chip"))
        .pivot(Align2::CENTER_TOP)
        .fixed_pos(at)
        .order(egui::Order::Middle)
        .show(ui.ctx(), |ui| {
            let frame = Frame::new().fill(Color32::from_black_alpha(225)).corner_radius(10.0);
            frame.inner_margin(Margin::symmetric(16, 10)).show(ui, |ui| {
                ui.set_max_width((room.width() - 64.0).clamp(1.0, 460.0));
                ui.add(egui::Label::new(RichText::new(text).color(Color32::WHITE)).wrap());
                if let HandsObstacle::NotGranted(permission) = obstacle {
                    ask_button_ui(ui, viewing, permission, cx);
                }
            });
        });
}

/// A button that begins to ask for this permission.
pub fn ask_button_ui(ui: &mut Ui, viewing: &mut ViewerState, permission: Permission, cx: &PageContext<'_>) {
    // Nobody is asked for what needs something else first.
    if viewing.asking.is_some()
        || !viewing.facts.granted.has_what_it_needs(permission)
        || Panels::ask_for(permission, "").is_none()
    {
        return;
    }
    let what = cx.text(permission_words(permission).helper);
    let label = cx.with("page-ask-button", args![what = what]);
    let size = Vec2::new(0.0, 32.0);
    if sized_button_ui(ui, ButtonLook::Primary, &label, size, egui::Sense::click()).clicked() {
        viewing.asking = Some(AskDraft { permission, reason: String::new() });
    }
}
