//! Carries out what the helper chose in the viewer, and reads the keys that choose it.
//!
//! The keys are seen here only while what is typed stays on this computer: otherwise they are the other
//! computer's, all but F11.

use egui::{Event, Key, Modifiers, Ui};

use super::PageContext;
use super::zoom::ZoomAnchor;
use crate::keys::KeyboardSight;
use crate::panels::{PanelPlace, PanelSide};
use crate::state::{
    AskDraft, CommandSearch, HandPlace, PageAction, PictureScale, SavedThing, ViewerDeed, ViewerState,
    WindowExtent,
};
use beistand_node::ToolbarHabits;

/// How large the picture can be drawn, in hundredths of its size.
pub const ZOOM_PERCENT: [u16; 10] = [25, 33, 50, 75, 100, 125, 150, 200, 300, 400];

/// Carries `deed` out.
pub fn carry_out(deed: ViewerDeed, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    match deed {
        ViewerDeed::Scale(scale) => viewing.scale = scale,
        ViewerDeed::Larger => viewing.scale = zoomed(viewing.scale, viewing.shown_percent, 1),
        ViewerDeed::Smaller => viewing.scale = zoomed(viewing.scale, viewing.shown_percent, -1),
        ViewerDeed::Extent => cx.act(PageAction::Fullscreen(!viewing.extent.is_screen())),
        ViewerDeed::Keyboard => {
            let here = viewing.keyboard == KeyboardSight::Here;
            cx.act(PageAction::Keyboard(if here { HandPlace::Picture } else { HandPlace::TakenBack }));
        }
        ViewerDeed::Panel(name) => match name.place(PanelSide::Technician) {
            PanelPlace::Beside | PanelPlace::Over => viewing.panels.toggle(name, PanelSide::Technician),
            // It hangs on its button, which has to be there.
            PanelPlace::Menu => {
                viewing.wanted_menu = Some(name);
                show_toolbar(viewing);
            }
            PanelPlace::Nowhere => {}
        },
        ViewerDeed::Ask(permission) => {
            viewing.asking = Some(AskDraft { permission, reason: String::new() });
        }
        ViewerDeed::SavePicture => cx.act(PageAction::SavePicture),
        ViewerDeed::SavePictureAs => cx.act(PageAction::SaveAs(SavedThing::Picture)),
        ViewerDeed::CopyPicture => cx.act(PageAction::CopyPicture),
        ViewerDeed::NewTab => cx.act(PageAction::NewTab),
        ViewerDeed::Notes => viewing.notes_open = !viewing.notes_open,
        ViewerDeed::Commands => {
            viewing.search = match viewing.search {
                Some(_) => None,
                None => Some(CommandSearch::default()),
            };
        }
        ViewerDeed::Shortcuts => viewing.shortcuts_open = !viewing.shortcuts_open,
        ViewerDeed::Pin => {
            let pinned = !viewing.toolbar.pinned;
            remember(viewing, ToolbarHabits { pinned, ..viewing.toolbar }, cx);
        }
        ViewerDeed::Edge => {
            let at_lower_edge = !viewing.toolbar.at_lower_edge;
            remember(viewing, ToolbarHabits { at_lower_edge, ..viewing.toolbar }, cx);
        }
    }
}

fn remember(viewing: &mut ViewerState, toolbar: ToolbarHabits, cx: &mut PageContext<'_>) {
    viewing.toolbar = toolbar;
    cx.act(PageAction::Toolbar(toolbar));
}

/// In full screen the toolbar comes.
pub fn show_toolbar(viewing: &mut ViewerState) {
    if viewing.extent == WindowExtent::Screen {
        viewing.extent = WindowExtent::ScreenWithToolbar;
    }
}

/// The next larger or smaller step, from what is seen now.
fn zoomed(scale: PictureScale, shown_percent: u16, step: isize) -> PictureScale {
    let now = match scale {
        PictureScale::Fit => shown_percent,
        PictureScale::Actual => 100,
        PictureScale::Percent(percent) => percent,
    };
    let next = if step > 0 {
        ZOOM_PERCENT.into_iter().find(|percent| *percent > now)
    } else {
        ZOOM_PERCENT.into_iter().rev().find(|percent| *percent < now)
    };
    match next {
        Some(100) => PictureScale::Actual,
        Some(percent) => PictureScale::Percent(percent),
        None => scale,
    }
}

/// Reads the keys of the viewer.
pub fn read_keys(ui: &Ui, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    let command = Modifiers::CTRL | Modifiers::SHIFT;
    let mut pressed = vec![
        (Modifiers::NONE, Key::F11, ViewerDeed::Extent),
        (command, Key::P, ViewerDeed::Commands),
        (Modifiers::NONE, Key::F1, ViewerDeed::Shortcuts),
    ];
    // Where somebody writes they are text, and at the picture they may be meant for it.
    if !ui.ctx().text_edit_focused() && viewing.hand != HandPlace::Picture {
        pressed.extend([
            (Modifiers::NONE, Key::Num0, ViewerDeed::Scale(PictureScale::Fit)),
            (Modifiers::NONE, Key::Num1, ViewerDeed::Scale(PictureScale::Actual)),
            (Modifiers::NONE, Key::Plus, ViewerDeed::Larger),
            (Modifiers::SHIFT, Key::Equals, ViewerDeed::Larger),
            (Modifiers::NONE, Key::Minus, ViewerDeed::Smaller),
        ]);
    }
    for (modifiers, key, deed) in pressed {
        if ui.input_mut(|input| input.consume_key(modifiers, key)) {
            carry_out(deed, viewing, cx);
        }
    }
    if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::F6)) {
        show_toolbar(viewing);
        viewing.toolbar_wanted = true;
    }
}

/// The wheel with Ctrl makes the picture larger or smaller, while the mouse is this window's.
pub fn read_wheel(ui: &Ui, viewing: &mut ViewerState, anchor: &mut ZoomAnchor, cx: &mut PageContext<'_>) {
    if !viewing.is_ours() || !ui.rect_contains_pointer(ui.max_rect()) {
        return;
    }
    let turn = |event: &Event| match event {
        Event::MouseWheel { delta, modifiers, .. } if modifiers.ctrl => delta.y,
        _ => 0.0,
    };
    let turned: f32 = ui.input(|input| input.events.iter().map(turn).sum());
    if let Some(at) = ui.input(|input| input.pointer.latest_pos()).filter(|_| turned != 0.0) {
        anchor.hold(at);
    }
    if turned > 0.0 {
        carry_out(ViewerDeed::Larger, viewing, cx);
    } else if turned < 0.0 {
        carry_out(ViewerDeed::Smaller, viewing, cx);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_grows_and_shrinks_in_steps_from_what_is_seen() {
        let percent = PictureScale::Percent;
        assert_eq!(zoomed(PictureScale::Fit, 63, 1), percent(75));
        assert_eq!(zoomed(PictureScale::Fit, 63, -1), percent(50));
        assert_eq!(zoomed(percent(125), 0, -1), PictureScale::Actual);
        assert_eq!(zoomed(PictureScale::Actual, 0, 1), percent(125));
        assert_eq!(zoomed(percent(400), 0, 1), percent(400));
        assert_eq!(zoomed(percent(25), 0, -1), percent(25));
    }
}
