//! The sign in the toolbar that says where what is typed goes. A click on it sends it the other way.

use egui::{Button, RichText, TextWrapMode, Ui};

use super::PageContext;
use crate::keys::KeyboardSight;
use crate::state::{HandPlace, PageAction, ViewerState};
use crate::theme::palette;
use beistand_node::Permission;

/// Draws the sign, where the helper may type at all.
pub fn keyboard_chip_ui(ui: &mut Ui, viewing: &ViewerState, cx: &mut PageContext<'_>) {
    if !viewing.facts.granted.contains(Permission::Keyboard) || viewing.facts.paused() {
        return;
    }
    let (label, hint) = match viewing.keyboard {
        KeyboardSight::Here => ("page-keyboard-here", "page-keyboard-here-hint"),
        KeyboardSight::Host => ("page-keyboard-there", "page-keyboard-there-hint"),
        KeyboardSight::HostWithShortcuts => ("page-keyboard-there", "page-keyboard-hint"),
    };
    let colours = palette(ui);
    let colour = match viewing.keyboard {
        KeyboardSight::Here => colours.weak,
        KeyboardSight::Host | KeyboardSight::HostWithShortcuts => colours.text,
    };
    let there = viewing.keyboard != KeyboardSight::Here;
    let button = Button::new(RichText::new(cx.text(label)).color(colour)).wrap_mode(TextWrapMode::Extend);
    let response = ui.add(button).on_hover_text(cx.text(hint));
    // The press itself brings the keyboard here, as any beside the picture does; what counts is what the sign
    // said before.
    if response.is_pointer_button_down_on() && ui.input(|input| input.pointer.any_pressed()) {
        ui.data_mut(|data| data.insert_temp(response.id, there));
    }
    if response.clicked() {
        let there = ui.data_mut(|data| data.remove_temp(response.id)).unwrap_or(there);
        let hand = if there { HandPlace::TakenBack } else { HandPlace::Picture };
        cx.act(PageAction::Keyboard(hand));
    }
}
