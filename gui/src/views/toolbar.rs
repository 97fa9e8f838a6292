//! What is round the host's screen: the toolbar, the chat and the figures.

use std::time::{Duration, Instant};

use beistand_node::{Command, PhysicalKey};
use egui::{
    Align2, Button, Color32, FontId, Frame, Key, Margin, Rect, RichText, ScrollArea, TextEdit, Ui, Vec2,
};

use super::widgets::{Look, sized_button_ui};
use crate::input::{SPECIAL_KEYS, chord};
use crate::state::{Action, ChatLine, Scale, Viewing};
use crate::theme::palette;
use crate::words;

/// The longest line of chat in characters, as [`Command::Chat`] has it.
const MAX_CHAT_CHARS: usize = 4_000;

/// The toolbar above the picture.
pub fn toolbar_ui(ui: &mut Ui, viewing: &mut Viewing, actions: &mut Vec<Action>) {
    let frame = Frame::new().fill(palette(ui).card).inner_margin(Margin::symmetric(10, 5));
    egui::Panel::top("toolbar").frame(frame).resizable(false).show(ui, |ui| {
        ui.horizontal(|ui| content_ui(ui, viewing, actions));
    });
}

/// The toolbar over the picture, in full screen.
pub fn floating_toolbar_ui(ui: &Ui, viewing: &mut Viewing, actions: &mut Vec<Action>) {
    egui::Area::new(egui::Id::unique("floating toolbar"))
        .anchor(Align2::CENTER_TOP, [0.0, 0.0])
        .order(egui::Order::Foreground)
        .show(ui.ctx(), |ui| {
            Frame::popup(ui.style()).inner_margin(Margin::symmetric(10, 5)).show(ui, |ui| {
                ui.set_width(900.0_f32.min(ui.ctx().content_rect().width() - 40.0));
                ui.horizontal(|ui| content_ui(ui, viewing, actions));
            });
        });
}

fn content_ui(ui: &mut Ui, viewing: &mut Viewing, actions: &mut Vec<Action>) {
    ui.spacing_mut().button_padding = Vec2::new(10.0, 5.0);
    ui.spacing_mut().item_spacing.x = 6.0;
    ui.spacing_mut().interact_size.y = 30.0;
    for (scale, label, hint) in [
        (Scale::Fit, "Fit", "All of their screen, as large as the window allows"),
        (Scale::Actual, "1:1", "Every pixel as it is"),
    ] {
        let button = Button::selectable(viewing.scale == scale, label);
        if ui.add(button).on_hover_text(hint).clicked() {
            viewing.scale = scale;
        }
    }
    let label = if viewing.fullscreen { "Window" } else { "Full screen" };
    if ui.button(label).on_hover_text("F11").clicked() {
        actions.push(Action::Fullscreen(!viewing.fullscreen));
    }
    ui.add_enabled_ui(viewing.granted.contains(beistand_node::Permission::Keyboard), |ui| {
        keys_ui(ui, actions)
    });
    if ui.add(Button::selectable(viewing.figures_open, "Figures")).clicked() {
        viewing.figures_open = !viewing.figures_open;
    }
    let chat = if viewing.unread > 0 { format!("Chat ({})", viewing.unread) } else { "Chat".to_owned() };
    if ui.add(Button::selectable(viewing.chat_open, chat)).clicked() {
        viewing.chat_open = !viewing.chat_open;
        viewing.unread = 0;
    }
    super::widgets::right_ui(ui, |ui| {
        if sized_button_ui(ui, Look::Danger, "End", Vec2::new(64.0, 30.0), egui::Sense::click()).clicked() {
            actions.push(Action::Send(Command::End));
        }
        let text = RichText::new(status(viewing)).small().color(palette(ui).weak);
        ui.add(egui::Label::new(text).truncate()).on_hover_text(allowed(viewing));
    });
}

fn keys_ui(ui: &mut Ui, actions: &mut Vec<Action>) {
    ui.menu_button("Keys", |ui| {
        for (name, keys) in SPECIAL_KEYS {
            debug_assert!(keys.iter().all(|key| PhysicalKey::from_name(key).is_some()));
            if ui.button(*name).clicked() {
                actions.extend(chord(keys).into_iter().map(|event| Action::Send(Command::Input(event))));
                ui.close();
            }
        }
    })
    .response
    .on_hover_text("Combinations that this computer would catch itself");
}

fn allowed(viewing: &Viewing) -> String {
    let may: Vec<_> = viewing.granted.iter().map(words::helper_permission).collect();
    if may.is_empty() {
        "You may do nothing at the moment".to_owned()
    } else {
        format!("You may {}", may.join(", "))
    }
}

fn status(viewing: &Viewing) -> String {
    let may: Vec<_> = viewing.granted.iter().map(words::short_permission).collect();
    let may = if may.is_empty() { "Nothing allowed".to_owned() } else { may.join(" · ") };
    match &viewing.path {
        Some(path) => format!("{may}   |   {}", words::path(path.kind)),
        None if viewing.reconnecting => format!("{may}   |   {}", words::RECONNECTING),
        None => may,
    }
}

/// The chat beside the picture.
pub fn chat_ui(ui: &mut Ui, viewing: &mut Viewing, actions: &mut Vec<Action>) {
    let frame = Frame::new().fill(palette(ui).card).inner_margin(12.0);
    egui::Panel::right("chat").frame(frame).resizable(false).exact_size(280.0).show(ui, |ui| {
        let entry = 48.0;
        ScrollArea::vertical()
            .auto_shrink(false)
            .stick_to_bottom(true)
            .max_height(ui.available_height() - entry)
            .show(ui, |ui| {
                for line in &viewing.chat {
                    line_ui(ui, line);
                }
            });
        let field = TextEdit::singleline(&mut viewing.chat_draft)
            .char_limit(MAX_CHAT_CHARS)
            .desired_width(f32::INFINITY)
            .margin(Vec2::new(10.0, 8.0))
            .hint_text("Write to them, then Enter");
        let field = ui.add(field);
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Write to them"));
        let done = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let text = viewing.chat_draft.trim().to_owned();
        if done && !text.is_empty() {
            viewing.chat_draft.clear();
            viewing.say(ChatLine { ours: true, text: text.clone() });
            actions.push(Action::Send(Command::Chat(text)));
            field.request_focus();
        }
    });
}

fn line_ui(ui: &mut Ui, line: &ChatLine) {
    let colours = palette(ui);
    let who = if line.ours { "You" } else { "They" };
    ui.label(RichText::new(who).small().color(colours.weak));
    ui.add(egui::Label::new(RichText::new(&line.text).color(colours.text)).wrap());
    ui.add_space(4.0);
}

/// The figures over the picture's corner.
pub fn figures_ui(ui: &Ui, viewing: &Viewing, room: Rect, now: Instant) {
    // Measurements alone don't wake the window.
    ui.request_repaint_after(Duration::from_secs(1));
    let figures = viewing.figures_now(now);
    let mut lines = vec![
        format!("{:>6.1} pictures/s", figures.fps),
        format!("{:>6.0} ms behind", figures.latency_ms),
        format!("{:>6.0} kbit/s", figures.kbps),
        format!("{:>6} shown, {} skipped", figures.shown, figures.dropped),
    ];
    if let Some(path) = &viewing.path {
        lines.push(format!("{}, {}", words::path(path.kind), path.transport));
        if let Some(rtt) = path.rtt {
            lines.push(format!("{:>6.1} ms there and back", rtt.as_secs_f64() * 1_000.0));
        }
    }
    let text = lines.join("\n");
    let galley = ui.painter().layout_no_wrap(text, FontId::monospace(13.0), Color32::WHITE);
    let rect =
        Rect::from_min_size(room.left_top() + Vec2::splat(12.0), galley.size() + Vec2::new(24.0, 16.0));
    ui.painter().rect_filled(rect, 8.0, Color32::from_black_alpha(200));
    ui.painter().galley(rect.min + Vec2::new(12.0, 8.0), galley, Color32::WHITE);
}
