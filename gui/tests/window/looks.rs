//! How it looks: colours that can be told apart, letters that are large enough, and a ring round what has the
//! keyboard.

use beistand_gui::app::StartPage;
use beistand_gui::theme::{
    self, ACCENT, ACCENT_HOVER, BODY_PT, DANGER, DANGER_HOVER, DARK, LIGHT, ON_FILL, Palette,
};
use beistand_gui::views::widgets::{ButtonLook, button_ui};
use beistand_node::{ThemeChoice, ZoomPercent};
use egui::epaint::{ClippedShape, RectShape, Shape};
use egui::{Color32, Key, Theme};
use egui_kittest::Harness;

use crate::common::drawing::{READABLE, contrast};
use crate::common::{Look, invited, open, open_as};

/// The least contrast of what is no text, by the accessibility guidelines.
const VISIBLE: f32 = 3.0;

fn fills(palette: &Palette) -> [Color32; 4] {
    [palette.page, palette.card, palette.hover, palette.warning_fill]
}

#[test]
fn every_colour_of_a_text_can_be_read_on_every_fill_of_both_themes() {
    for (theme, palette) in [("light", LIGHT), ("dark", DARK)] {
        let Palette { text, weak, accent_text, danger_text, warning_text, good, .. } = palette;
        for colour in [text, weak, accent_text, danger_text, warning_text, good] {
            for fill in fills(&palette) {
                let seen = contrast(colour, fill);
                assert!(seen >= READABLE, "{colour:?} on {fill:?} in {theme}: {seen}");
            }
        }
        assert!(contrast(text, palette.chosen) >= READABLE, "{theme}");
    }
    for fill in [ACCENT, ACCENT_HOVER, DANGER, DANGER_HOVER] {
        assert!(contrast(ON_FILL, fill) >= READABLE, "{fill:?}");
    }
}

/// The lines of a ring: each round what has the keyboard, from within.
fn rings(shapes: &[ClippedShape], round: egui::Rect) -> Vec<RectShape> {
    let line = |shape: &ClippedShape| match &shape.shape {
        Shape::Rect(rect) if rect.rect.contains_rect(round) && rect.fill == Color32::TRANSPARENT => {
            let tight = round.expand(2.0 * theme::RING_PT + 1.0).contains_rect(rect.rect);
            (tight && rect.stroke.width == theme::RING_PT).then(|| rect.clone())
        }
        _ => None,
    };
    shapes.iter().filter_map(line).collect()
}

#[test]
fn what_has_the_keyboard_has_a_ring_on_every_look_of_a_button() {
    for theme in [Theme::Light, Theme::Dark] {
        let palette = if theme == Theme::Light { LIGHT } else { DARK };
        let draw = move |ui: &mut egui::Ui| {
            theme::apply(ui.ctx());
            ui.ctx().set_theme(theme);
            for look in [ButtonLook::Primary, ButtonLook::Plain, ButtonLook::Danger] {
                button_ui(ui, look, &format!("{look:?}"));
            }
            theme::focus_ring_ui(ui);
        };
        let mut harness = Harness::builder().with_size([400.0, 300.0]).build_ui(draw);
        for _ in 0..3 {
            harness.key_press(Key::Tab);
            harness.run_steps(2);
            let focused = harness.ctx.memory(|memory| memory.focused()).expect("something has it");
            let rect = harness.ctx.read_response(focused).expect("drawn").rect;
            let rings = rings(&harness.output().shapes, rect);
            let [inner, outer] = &rings[..] else { panic!("{rings:?}") };
            assert!(contrast(inner.stroke.color, outer.stroke.color) >= VISIBLE);
            for fill in fills(&palette) {
                assert!(contrast(outer.stroke.color, fill) >= VISIBLE, "{fill:?} in {theme:?}");
            }
        }
    }
}

#[test]
fn the_keyboard_is_seen_on_the_first_page_and_nowhere_before_a_key() {
    let mut test = open_as(StartPage::Home, Look::of_size(theme::HOME_SIZE));
    assert_eq!(test.harness.ctx.memory(|memory| memory.focused()), None);
    test.harness.key_press(Key::Tab);
    test.steps(2);
    let focused = test.harness.ctx.memory(|memory| memory.focused()).expect("the first choice");
    let rect = test.harness.ctx.read_response(focused).expect("drawn").rect;
    assert_eq!(rings(&test.harness.output().shapes, rect).len(), 2);
}

#[test]
fn nothing_on_the_users_pages_is_smaller_than_text() {
    for test in [open(StartPage::Home, theme::HOME_SIZE), invited()] {
        for shape in &test.harness.output().shapes {
            let Shape::Text(text) = &shape.shape else { continue };
            for section in &text.galley.job.sections {
                let size = section.format.font_id.size;
                assert!(size >= BODY_PT, "{:?} has {size}", text.galley.text());
            }
        }
    }
}

#[test]
fn light_or_dark_and_how_large_are_chosen_on_the_first_page_and_remembered() {
    let mut test = open(StartPage::Home, theme::HOME_SIZE);
    test.click("Dark");
    assert_eq!(test.harness.ctx.theme(), Theme::Dark);
    assert_eq!(test.node.appearance().theme, ThemeChoice::Dark);
    test.click("Light");
    assert_eq!(test.harness.ctx.theme(), Theme::Light);
    test.click("Make everything larger");
    assert!(test.shows("Size: 120 %"));
    for _ in 0..9 {
        test.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::Plus);
        test.steps(2);
    }
    assert_eq!((test.harness.ctx.zoom_factor(), test.node.appearance().zoom), (2.0, ZoomPercent::MOST));
    test.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::Num0);
    test.steps(2);
    assert_eq!(test.harness.ctx.zoom_factor(), 1.0);
}
