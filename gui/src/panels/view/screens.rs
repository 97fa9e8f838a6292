//! Which of several screens is seen: the helper's menu of them, and what the user can keep out of it.
//!
//! Where there is one screen there is nothing to choose, and nothing is drawn.

use beistand_node::words::{Phrase, args};
use egui::{Button, TextWrapMode, Ui};

use crate::panels::{PanelContext, ShareGroup, SharePart};
use beistand_node::{ViewCommand, ViewMonitor};

/// The helper's menu.
pub(super) fn choice_ui(ui: &mut Ui, monitors: &[ViewMonitor], cx: &mut PanelContext<'_, ViewCommand>) {
    if monitors.len() < 2 {
        return;
    }
    let all = monitors.iter().all(|monitor| monitor.shown);
    let one = monitors.iter().position(|monitor| monitor.shown).filter(|_| !all);
    let label = match one {
        Some(index) => cx.with("gui-view-screen-one", args![number = index + 1]),
        None => cx.text("gui-view-screen-all"),
    };
    let response = ui.add(Button::new(format!("{label} ⏷")).wrap_mode(TextWrapMode::Extend));
    let response = response.on_hover_text(cx.text("gui-view-screen-hint"));
    egui::Popup::menu(&response).show(|ui| {
        if ui.selectable_label(one.is_none(), cx.text("gui-view-screen-all")).clicked() {
            cx.send(ViewCommand::Watch(None));
            ui.close();
        }
        for (index, monitor) in monitors.iter().enumerate() {
            if ui.selectable_label(one == Some(index), cx.words.say(&title(index, monitor))).clicked() {
                cx.send(ViewCommand::Watch(Some(monitor.name.clone())));
                ui.close();
            }
        }
    });
}

/// What the user shows, each to be kept from the helper.
pub(super) fn shares(monitors: &[ViewMonitor]) -> Option<ShareGroup> {
    if monitors.len() < 2 {
        return None;
    }
    let part = |(index, monitor): (usize, &ViewMonitor)| SharePart {
        title: title(index, monitor),
        shared: monitor.shared,
        keep: ViewCommand::Hide(monitor.name.clone()).into(),
        give: ViewCommand::Show(monitor.name.clone()).into(),
    };
    let parts = monitors.iter().enumerate().map(part).collect();
    Some(ShareGroup { heading: "gui-view-screen-share", parts })
}

fn title(index: usize, monitor: &ViewMonitor) -> Phrase {
    let ViewMonitor { name, width, height, .. } = monitor;
    let number = index + 1;
    Phrase::with(
        "gui-view-screen-name",
        args![number = number, name = name, width = *width, height = *height],
    )
}

/// What fills the menu well.
pub(super) fn sample() -> Vec<ViewMonitor> {
    let monitor = |name: &str, x, width, height| ViewMonitor {
        name: name.to_owned(),
        x,
        y: 0,
        width,
        height,
        shared: true,
        shown: x == 0,
    };
    vec![monitor("eDP-1", 0, 1920, 1080), monitor("HDMI-A-1", 1920, 3840, 2160)]
}
