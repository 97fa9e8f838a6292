//! The bar on top of the user's screen while somebody helps: who, what they may do, how long, Pause, End.
//!
//! It is a window of its own that draws and commands without the main one, so that it works while that is hidden.
//! It never hides: while it can't be drawn there is no session ([`Bar::drawn_at`]).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use beistand_node::{Command, Origin, Permission, PressOrigin};
use egui::{
    Align, Frame, Layout, Margin, PointerButton, RichText, Sense, Stroke, Ui, Vec2, ViewportBuilder,
    ViewportCommand, ViewportId,
};
use tokio::sync::mpsc::Sender;

use super::consent::{INJECTED, tick_ui};
use super::widgets::{Look, dot_ui, sized_button_ui, trouble_ui};
use crate::state::HostSession;
use crate::theme::palette;
use crate::words;

/// The bar's size in points while it is closed.
pub const BAR_SIZE: [f32; 2] = [520.0, 56.0];
/// A control's height in points: what the bar's line and margins leave.
const CONTROL_PT: f32 = 36.0;
/// A permission's height in points in the opened bar.
const ROW_PT: f32 = 52.0;
/// What the opened bar needs beside its rows, in points.
const OPEN_EXTRA_PT: f32 = 44.0;
/// Where the bar is while the screen's width is not known yet, in points.
const FIRST_LEFT_PT: f32 = 400.0;

/// Who clicked: shared by both windows that ask for consent.
pub type SharedOrigin = Arc<Mutex<Box<dyn PressOrigin>>>;

/// What the bar shows and does.
pub struct Bar {
    /// The session as the state has it.
    pub session: HostSession,
    /// When it was last drawn.
    pub drawn_at: Option<Instant>,
    /// Whether the window system was asked to close it.
    pub close_requested: bool,
    open: bool,
    refused: bool,
    commands: Sender<Command>,
    origin: SharedOrigin,
}

impl Bar {
    /// A bar for `session` that commands through `commands`.
    pub fn new(session: HostSession, commands: Sender<Command>, origin: SharedOrigin) -> Self {
        let (open, refused) = (false, false);
        Self { session, drawn_at: None, close_requested: false, open, refused, commands, origin }
    }

    fn send(&self, command: Command) {
        if let Err(error) = self.commands.try_send(command) {
            tracing::warn!(%error, "a command did not reach the node");
        }
    }

    fn set_open(&mut self, open: bool) {
        self.open = open;
        self.refused = false;
        // While something can be granted here, the helper's hands are off.
        self.send(Command::GrantDialog { visible: open });
    }

    fn size(&self) -> Vec2 {
        let rows = self.session.wants.iter().count() as f32;
        let open = if self.open { rows * ROW_PT + OPEN_EXTRA_PT } else { 0.0 };
        Vec2::from(BAR_SIZE) + Vec2::new(0.0, open)
    }
}

/// Shows the bar as a window of its own, above all others.
pub fn show_session_bar(ctx: &egui::Context, bar: &Arc<Mutex<Bar>>) {
    let screen = ctx.input(|input| input.viewport().monitor_size);
    let left = screen.map_or(FIRST_LEFT_PT, |screen| ((screen.x - BAR_SIZE[0]) / 2.0).max(0.0));
    let builder = ViewportBuilder::default()
        .with_title("Beistand: you are being helped")
        .with_inner_size(BAR_SIZE)
        .with_position([left, 0.0])
        .with_decorations(false)
        .with_resizable(false)
        .with_taskbar(false)
        .with_always_on_top();
    let bar = Arc::clone(bar);
    ctx.show_viewport_deferred(viewport_id(), builder, move |ui, _| {
        // A panic while it was drawn leaves a bar that can still end the session.
        session_bar_ui(ui, &mut bar.lock().unwrap_or_else(PoisonError::into_inner));
    });
}

/// The bar's window.
pub fn viewport_id() -> ViewportId {
    ViewportId::from_hash_of("session bar")
}

/// Draws the bar.
pub fn session_bar_ui(ui: &mut Ui, bar: &mut Bar) {
    bar.drawn_at = Some(Instant::now());
    if ui.input(|input| input.viewport().close_requested()) && !bar.close_requested {
        bar.close_requested = true;
        bar.send(Command::End);
    }
    let colours = palette(ui);
    let frame = Frame::new()
        .fill(colours.card)
        .stroke(Stroke::new(2.0, if bar.session.paused { colours.warning_text } else { colours.good }))
        .inner_margin(Margin::symmetric(12, 8));
    egui::CentralPanel::default().frame(frame).show(ui, |ui| {
        let row = Vec2::new(ui.available_width(), CONTROL_PT);
        ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
            controls_ui(ui, bar);
            let who = ui.with_layout(Layout::left_to_right(Align::Center), |ui| who_ui(ui, bar));
            drag_ui(ui, who.response.rect);
        });
        if bar.open {
            ui.separator();
            for permission in bar.session.wants.iter() {
                permission_ui(ui, bar, permission);
            }
            if bar.refused {
                trouble_ui(ui, INJECTED);
            }
        }
    });
    ui.request_repaint_after(words::until_next_minute(bar.session.since.elapsed()));
}

/// The bar can be dragged by the name and what is beside it. Not by its buttons: the window manager would take the
/// release, and the press be lost.
fn drag_ui(ui: &Ui, handle: egui::Rect) {
    let response = ui.interact(handle, ui.scope_id().with("drag"), Sense::DRAG);
    if response.drag_started_by(PointerButton::Primary) {
        ui.send_viewport_cmd(ViewportCommand::StartDrag);
    }
}

fn who_ui(ui: &mut Ui, bar: &Bar) {
    let colours = palette(ui);
    let session = &bar.session;
    let (colour, meaning) =
        if session.paused { (colours.warning_text, "paused") } else { (colours.good, "running") };
    dot_ui(ui, colour, meaning);
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let name = RichText::new(&session.name).color(colours.text);
        ui.add(egui::Label::new(name).truncate());
        ui.add(egui::Label::new(RichText::new(line(session)).small().color(colours.weak)).truncate());
    });
}

/// How long already, what they may do, and by which way.
fn line(session: &HostSession) -> String {
    let time = words::elapsed(session.since.elapsed());
    let may: Vec<_> = session.granted.iter().map(words::short_permission).collect();
    let may = if session.paused {
        "Paused: sees nothing".to_owned()
    } else if may.is_empty() {
        "May do nothing".to_owned()
    } else {
        may.join(", ")
    };
    match &session.path {
        Some(path) => format!("{time} · {may} · {}", words::path(path.kind)),
        None if session.reconnecting => format!("{time} · {}", words::RECONNECTING),
        None => format!("{time} · {may}"),
    }
}

fn controls_ui(ui: &mut Ui, bar: &mut Bar) {
    ui.spacing_mut().item_spacing.x = 6.0;
    let size = Vec2::new(64.0, CONTROL_PT);
    if sized_button_ui(ui, Look::Danger, "End", size, Sense::click()).clicked() {
        bar.send(Command::End);
    }
    let (label, command) =
        if bar.session.paused { ("Go on", Command::Resume) } else { ("Pause", Command::Pause) };
    if sized_button_ui(ui, Look::Plain, label, size, Sense::click()).clicked() {
        bar.send(command);
    }
    let arrow = if bar.open { "⏶" } else { "⏷" };
    let more = ui.add(egui::Button::new(arrow).min_size(Vec2::splat(CONTROL_PT)));
    more.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "What they may do"));
    if more.clicked() {
        bar.set_open(!bar.open);
        ui.send_viewport_cmd(ViewportCommand::InnerSize(bar.size()));
    }
}

/// A line that takes a permission back at once, or grants it if a hand clicked.
fn permission_ui(ui: &mut Ui, bar: &mut Bar, permission: Permission) {
    let (title, line) = words::permission(permission);
    let granted = bar.session.granted.contains(permission);
    if !tick_ui(ui, granted, title, line).clicked_by(PointerButton::Primary) {
        return;
    }
    if granted {
        bar.send(Command::Revoke(permission));
        return;
    }
    let press = bar.origin.lock().unwrap_or_else(PoisonError::into_inner).last_button_press();
    bar.refused = press == Origin::Injected;
    if !bar.refused {
        bar.send(Command::Grant(permission));
    }
}
