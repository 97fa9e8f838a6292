//! The bar in which the user changes what may be done while somebody helps.
//!
//! It is a window of its own that draws and commands without the main one, so that it works while that is
//! hidden. Nothing rests on its being seen: what shows the session is the node's own indicator, below which
//! it begins.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use beistand_node::words::{Phrase, Words, args};
use egui::{
    Align, Frame, Layout, Margin, PointerButton, RichText, Sense, Stroke, Ui, Vec2, ViewportBuilder,
    ViewportCommand, ViewportId,
};

use super::host_session::resume_ui;
use super::share::{ShareWish, share_ui};
use super::tick::{CHIP_PT, TickBox, TickReadiness, tick_ui};
use super::widgets::{ButtonLook, TextScale, dot_ui, sized_button_ui, trouble_ui};
use crate::backend::CommandSender;
use crate::hand_check::{GrantOffer, HandCheck, Sight, WideningAct};
use crate::panels::{PanelName, PanelPlace, PanelSide, ShareGroup, permission_words, share_fingerprint};
use crate::phrases;
use crate::state::{EmergencyKey, HostSession, SessionFacts, SessionWay};
use crate::theme::palette;
use beistand_node::{NodeCommand, Permission, PermissionSet, PressOrigin};

/// The bar's size in points while it is closed.
pub const BAR_SIZE: [f32; 2] = [620.0, 92.0];
/// Permissions that the bar names; of more it says how many.
const NAMED: usize = 3;
/// A control's height in points.
const CONTROL_PT: f32 = 36.0;
/// The height of the bar's one row in points: what its line and margins leave.
const CLOSED_ROW_PT: f32 = 72.0;
/// A permission's height in points in the opened bar.
const ROW_PT: f32 = 52.0;
/// What the opened bar needs beside its rows, in points: a line, a row more for a longer text, and why a
/// click did not count.
const OPEN_EXTRA_PT: f32 = 72.0;
/// Parts of a permission, such as screens, that have room side by side in the opened bar.
const PARTS_PER_ROW: usize = 2;
/// The line above them in points.
const PARTS_LINE_PT: f32 = 24.0;
/// The upper end of the screen, which the node's indicator has, in points.
const INDICATOR_PT: f32 = 72.0;
/// Where the bar is while the screen's width is not known yet, in points.
const FIRST_LEFT_PT: f32 = 400.0;

/// Who clicked: shared by both windows that ask for consent.
pub type SharedOrigin = Arc<Mutex<Box<dyn PressOrigin>>>;

/// What the bar shows of a session.
#[derive(Debug, Clone)]
pub struct BarSession {
    /// Who helps, as they call themselves.
    pub name: String,
    /// What they asked for.
    pub wants: PermissionSet,
    /// How the session is.
    pub facts: SessionFacts,
    /// Since when.
    pub since: Instant,
    /// Whether the emergency key ends it.
    pub emergency_key: EmergencyKey,
    /// The panels in the main window, each with how much of it was not seen yet.
    pub panels: Vec<(PanelName, usize)>,
    /// What can be kept from the helper and given back, part by part.
    pub shares: Vec<ShareGroup>,
}

impl From<&HostSession> for BarSession {
    fn from(session: &HostSession) -> Self {
        let beside =
            PanelName::on(PanelSide::Host).filter(|name| name.place(PanelSide::Host) == PanelPlace::Beside);
        Self {
            name: session.name.clone(),
            wants: session.wants,
            facts: session.facts.clone(),
            since: session.since,
            emergency_key: session.emergency_key,
            panels: beside.map(|name| (name, session.panels.unseen(name))).collect(),
            shares: session.panels.shares(),
        }
    }
}

/// Whether the bar shows what can be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum BarShape {
    #[default]
    Closed,
    Open,
}

/// What the bar shows and does.
pub struct SessionBar {
    /// The session as the state has it.
    pub session: BarSession,
    /// What is said, in the user's language.
    pub words: Words,
    /// Whether the window system was asked to close it.
    close_requested: bool,
    shape: BarShape,
    check: HandCheck,
    commands: CommandSender,
    origin: SharedOrigin,
}

impl SessionBar {
    /// A bar for `session` that commands through `commands`.
    pub fn new(session: BarSession, words: Words, commands: CommandSender, origin: SharedOrigin) -> Self {
        Self {
            session,
            words,
            close_requested: false,
            shape: BarShape::Closed,
            check: HandCheck::default(),
            commands,
            origin,
        }
    }

    fn reshape(&mut self, shape: BarShape) {
        self.shape = shape;
        self.check.forget_refusal();
        // While something can be granted here, the helper's hands are off.
        self.commands.send(NodeCommand::GrantDialog { visible: shape == BarShape::Open });
    }

    fn size(&self) -> Vec2 {
        let rows = self.session.wants.iter().count() as f32;
        let parts = self.session.shares.iter().map(|group| group.parts.len().div_ceil(PARTS_PER_ROW));
        let parts: f32 = parts.map(|rows| PARTS_LINE_PT + rows as f32 * (CHIP_PT + 6.0)).sum();
        let more = match self.shape {
            BarShape::Closed => 0.0,
            BarShape::Open => rows * ROW_PT + parts + OPEN_EXTRA_PT,
        };
        Vec2::from(BAR_SIZE) + Vec2::new(0.0, more)
    }

    /// What they may do.
    fn may(&self) -> Phrase {
        let facts = &self.session.facts;
        let mut may: Vec<_> =
            facts.granted.iter().map(|one| Phrase::new(permission_words(one).short)).collect();
        let more = may.len().saturating_sub(NAMED);
        may.truncate(NAMED);
        if facts.paused() {
            Phrase::new("page-bar-paused")
        } else if may.is_empty() {
            Phrase::new("page-bar-nothing")
        } else if more == 0 {
            Phrase::with("page-bar-may", args![what = may])
        } else {
            Phrase::with("page-bar-may-more", args![what = may, count = more])
        }
    }

    /// How long already, and by which way.
    fn way(&self) -> Phrase {
        let time = phrases::elapsed(self.session.since.elapsed());
        let way = match &self.session.facts.way {
            SessionWay::Known(path) => Phrase::new(phrases::path(path.kind)),
            SessionWay::Lost => Phrase::new("page-reconnecting"),
            SessionWay::Unknown => return time,
        };
        Phrase::with("page-bar-way", args![time = time, way = way])
    }
}

/// Shows the bar as a window of its own, above all others.
pub fn show_session_bar(ctx: &egui::Context, bar: &Arc<Mutex<SessionBar>>) {
    let screen = ctx.input(|input| input.viewport().monitor_size);
    let left = screen.map_or(FIRST_LEFT_PT, |screen| ((screen.x - BAR_SIZE[0]) / 2.0).max(0.0));
    let title = bar.lock().unwrap_or_else(PoisonError::into_inner).words.text("page-bar-title");
    let builder = ViewportBuilder::default()
        .with_title(title)
        .with_inner_size(BAR_SIZE)
        .with_position([left, INDICATOR_PT])
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
pub fn session_bar_ui(ui: &mut Ui, bar: &mut SessionBar) {
    if ui.input(|input| input.viewport().close_requested()) && !bar.close_requested {
        bar.close_requested = true;
        bar.commands.send(NodeCommand::End);
    }
    {
        let mut origin = bar.origin.lock().unwrap_or_else(PoisonError::into_inner);
        bar.check.begin(ui, origin.as_mut());
    }
    let mut sight = Sight::default();
    let colours = palette(ui);
    let paused = bar.session.facts.paused();
    let frame = Frame::new()
        .fill(colours.card)
        .stroke(Stroke::new(2.0, if paused { colours.warning_text } else { colours.good }))
        .inner_margin(Margin::symmetric(12, 8));
    egui::CentralPanel::default().frame(frame).show(ui, |ui| {
        let row = Vec2::new(ui.available_width(), CLOSED_ROW_PT);
        ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
            controls_ui(ui, bar, &mut sight);
            let who = ui.with_layout(Layout::left_to_right(Align::Center), |ui| who_ui(ui, bar));
            drag_ui(ui, who.response.rect);
        });
        if bar.shape == BarShape::Open {
            ui.separator();
            for permission in bar.session.wants.iter() {
                permission_ui(ui, bar, permission, &mut sight);
            }
            parts_ui(ui, bar, &mut sight);
            if let Some(refusal) = bar.check.refusal() {
                trouble_ui(ui, bar.words.text(refusal.text()));
            }
        }
    });
    let open = bar.shape == BarShape::Open;
    let parts = if open { share_fingerprint(&bar.session.shares) } else { 0 };
    bar.check.end(ui, sight, GrantOffer { permissions: open, resume: paused, parts });
    ui.request_repaint_after(phrases::until_next_minute(bar.session.since.elapsed()));
}

/// The bar can be dragged by the name and what is beside it. Not by its buttons: the window manager would
/// take the release, and the press be lost.
fn drag_ui(ui: &Ui, handle: egui::Rect) {
    let response = ui.interact(handle, ui.scope_id().with("drag"), Sense::DRAG);
    if response.drag_started_by(PointerButton::Primary) {
        ui.send_viewport_cmd(ViewportCommand::StartDrag);
    }
}

fn who_ui(ui: &mut Ui, bar: &SessionBar) {
    let colours = palette(ui);
    let (colour, meaning) = if bar.session.facts.paused() {
        (colours.warning_text, "page-paused")
    } else {
        (colours.good, "page-running")
    };
    dot_ui(ui, colour, &bar.words.text(meaning));
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let name = bar.words.with("page-bar-who", args![name = &bar.session.name]);
        let name = RichText::new(name).color(colours.text);
        ui.add(egui::Label::new(name).truncate());
        // The closed bar has no room for one more.
        let last = match (bar.shape, bar.check.refusal()) {
            (BarShape::Closed, Some(refusal)) => (Phrase::new(refusal.text()), colours.danger_text),
            (BarShape::Closed | BarShape::Open, _) => (bar.way(), colours.weak),
        };
        let key = bar.session.emergency_key.phrase().map(|key| (key, colours.weak));
        for (line, colour) in [(bar.may(), colours.weak), last].into_iter().chain(key) {
            let line = RichText::new(bar.words.say(&line)).small().color(colour);
            ui.add(egui::Label::new(line).truncate());
        }
    });
}

fn controls_ui(ui: &mut Ui, bar: &mut SessionBar, sight: &mut Sight) {
    ui.spacing_mut().item_spacing.x = 6.0;
    ui.spacing_mut().button_padding.x = 10.0;
    let size = Vec2::new(64.0, CONTROL_PT);
    let end = bar.words.text("page-bar-end");
    if sized_button_ui(ui, ButtonLook::Danger, &end, size, Sense::click()).clicked() {
        bar.commands.send(NodeCommand::End);
    }
    if bar.session.facts.paused() {
        let resume = resume_ui(ui, &bar.words.text("page-session-resume"), size, &bar.check);
        sight.add(ui, resume.rect);
        if let Some(act) = bar.check.pass(ui, &resume, WideningAct::Resume) {
            bar.commands.widen(act);
        }
    } else {
        let label = bar.words.text("page-session-pause");
        if sized_button_ui(ui, ButtonLook::Plain, &label, size, Sense::click()).clicked() {
            bar.commands.send(NodeCommand::Pause);
        }
    }
    let (arrow, other) = match bar.shape {
        BarShape::Closed => ("⏷", BarShape::Open),
        BarShape::Open => ("⏶", BarShape::Closed),
    };
    let more = ui.add(egui::Button::new(arrow).min_size(Vec2::splat(CONTROL_PT)));
    let what = bar.words.text("page-bar-more");
    more.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &what));
    if more.clicked() {
        bar.reshape(other);
        ui.send_viewport_cmd(ViewportCommand::InnerSize(bar.size()));
    }
    // There is room for one: that of which the most was not seen, and else the first.
    let panels = bar.session.panels.iter().rev();
    if let Some((name, unseen)) = panels.max_by_key(|(_, unseen)| *unseen) {
        let look = if *unseen > 0 { ButtonLook::Primary } else { ButtonLook::Plain };
        let label = bar.words.say(&name.button(*unseen));
        if sized_button_ui(ui, look, &label, Vec2::new(0.0, CONTROL_PT), Sense::click()).clicked() {
            show_main_window(ui.ctx());
        }
    }
}

/// Brings the main window, where the panels are, to the front.
fn show_main_window(ctx: &egui::Context) {
    ctx.send_viewport_cmd_to(ViewportId::ROOT, ViewportCommand::Minimized(false));
    ctx.send_viewport_cmd_to(ViewportId::ROOT, ViewportCommand::Focus);
    ctx.request_repaint_of(ViewportId::ROOT);
}

/// A line that takes a permission back at once, or grants it if a hand clicked.
fn permission_ui(ui: &mut Ui, bar: &mut SessionBar, permission: Permission, sight: &mut Sight) {
    let words = permission_words(permission);
    let granted = bar.session.facts.granted.contains(permission);
    let readiness = if granted || bar.check.armed() { TickReadiness::Ready } else { TickReadiness::Waiting };
    let tick = TickBox {
        ticked: granted,
        title: bar.words.text(words.title),
        line: bar.words.text(words.line),
        readiness,
        scale: TextScale::Normal,
    };
    let response = tick_ui(ui, tick);
    sight.add(ui, response.rect);
    if granted {
        if response.clicked_by(PointerButton::Primary) {
            bar.commands.send(NodeCommand::Revoke(permission));
        }
    } else if let Some(act) = bar.check.pass(ui, &response, WideningAct::Grant(permission)) {
        bar.commands.widen(act);
    }
}

/// Parts of permissions, as above.
fn parts_ui(ui: &mut Ui, bar: &mut SessionBar, sight: &mut Sight) {
    for wish in share_ui(ui, &bar.session.shares, &mut bar.check, sight, &bar.words) {
        match wish {
            ShareWish::Keep(command) => bar.commands.send(NodeCommand::Feature(command)),
            ShareWish::Give(act) => bar.commands.widen(act),
        }
    }
}
