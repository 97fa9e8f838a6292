//! The strip below the node's own indicator in which the user changes what may be done while somebody helps,
//! and that says what is new.
//!
//! It is a window of its own that draws and commands without the main one, so that it works while that is
//! hidden. Who helps, since when, *Pause* and *End* are the indicator's: nothing is said or offered twice,
//! and nothing rests on the strip's being seen.

use std::sync::{Arc, Mutex, PoisonError};

use beistand_node::words::{Phrase, Words, args};
use egui::{
    Align, Frame, Layout, Margin, PointerButton, RichText, ScrollArea, Sense, Stroke, Ui, Vec2,
    ViewportBuilder, ViewportCommand, ViewportId,
};

use super::choices::{ChoicePlan, explained, readiness_of};
use super::share::{ShareWish, share_height, share_ui};
use super::tick::TickDetail;
use super::widgets::{ButtonLook, sized_button_ui, small_ui, trouble_ui};
use crate::backend::{CommandSender, GrantWindow};
use crate::hand_check::{GrantOffer, HandCheck, Sight, WideningAct};
use crate::panels::{
    PanelName, PanelPlace, PanelSide, ShareGroup, UnderWay, permission_words, share_fingerprint,
};
use crate::phrases;
use crate::state::{HostSession, SessionFacts, SessionWay};
use crate::theme::palette;
use beistand_node::{NodeCommand, Permission, PermissionSet, PressOrigin};

/// The bar's size in points while it is closed: a row below the indicator, as wide as that.
pub const BAR_SIZE: [f32; 2] = [600.0, 56.0];
/// A control's height in points.
const CONTROL_PT: f32 = 36.0;
/// The height of the bar's one row in points: what its line and margins leave.
const CLOSED_ROW_PT: f32 = 36.0;
/// What the opened bar needs beside its choices, in points: a line, and why a click did not count, in two
/// rows.
const OPEN_EXTRA_PT: f32 = 70.0;
/// The room for choices in points where the screen has it: a bar that is higher hides what the helper does.
const CHOICES_PT: f32 = 340.0;
/// The least room for choices in points: two, with the others to scroll to.
const LEAST_CHOICES_PT: f32 = 60.0;
/// What the frame takes of the bar's width, in points.
const FRAME_PT: f32 = 28.0;
/// The upper end of the screen, which the node's indicator has, in points.
const INDICATOR_PT: f32 = 72.0;
/// Where the bar is while the screen's width is not known yet, in points.
const FIRST_LEFT_PT: f32 = 400.0;

/// Who clicked: shared by both windows that ask for consent.
pub type SharedOrigin = Arc<Mutex<Box<dyn PressOrigin>>>;

/// What the bar shows of a session.
#[derive(Debug, Clone)]
pub struct BarSession {
    /// What they asked for.
    pub wants: PermissionSet,
    /// How the session is.
    pub facts: SessionFacts,
    /// The panels in the main window, each with how much of it was not seen yet.
    pub panels: Vec<(PanelName, usize)>,
    /// What can be kept from the helper and given back, part by part.
    pub shares: Vec<ShareGroup>,
    /// What is being done to this computer.
    pub under_way: Vec<UnderWay>,
    /// What the main window asks the user.
    pub asked: Option<Phrase>,
}

impl From<&HostSession> for BarSession {
    fn from(session: &HostSession) -> Self {
        let beside =
            PanelName::on(PanelSide::Host).filter(|name| name.place(PanelSide::Host) == PanelPlace::Beside);
        Self {
            wants: session.wants,
            facts: session.facts.clone(),
            panels: beside.map(|name| (name, session.panels.unseen(name))).collect(),
            shares: session.panels.shares(),
            under_way: session.panels.under_way(),
            asked: session.panels.urgent(),
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
        self.commands.show_grants(GrantWindow::Bar, shape == BarShape::Open);
    }

    /// The bar's size on a screen as high as this, in points.
    fn size(&self, ui: &Ui, screen: Option<f32>) -> Vec2 {
        let around = BAR_SIZE[1] + OPEN_EXTRA_PT + share_height(&self.session.shares);
        let more = match self.shape {
            BarShape::Closed => 0.0,
            BarShape::Open => {
                let room = screen.map_or(CHOICES_PT, |screen| screen - INDICATOR_PT - around);
                let room = Vec2::new(BAR_SIZE[0] - FRAME_PT, room.clamp(LEAST_CHOICES_PT, CHOICES_PT));
                let plan = ChoicePlan::fit(ui, self.session.wants, room, &self.words);
                plan.map_or(room.y, |plan| plan.height()) + around - BAR_SIZE[1]
            }
        };
        Vec2::from(BAR_SIZE) + Vec2::new(0.0, more)
    }

    /// What is being done to this computer, and how much more.
    fn doing(&self) -> Option<Phrase> {
        let what = self.session.under_way.first()?.what.clone();
        Some(match self.session.under_way.len() - 1 {
            0 => Phrase::with("page-bar-doing", args![what = what]),
            more => Phrase::with("page-bar-doing-more", args![what = what, count = more]),
        })
    }

    /// What the button says that brings the panels to the front, and how much in them was not seen yet: it
    /// says that there is a question, or names the only panel, or the only one with something new. For a
    /// button each there is no room.
    fn news(&self) -> Option<(Phrase, usize)> {
        let panels = &self.session.panels;
        if self.session.asked.is_some() {
            return Some((Phrase::new("page-bar-answer"), 1));
        }
        let unseen = panels.iter().map(|(_, unseen)| unseen).sum();
        let mut new = panels.iter().filter(|(_, unseen)| *unseen > 0 || panels.len() == 1);
        let label = match (panels.is_empty(), new.next(), new.next()) {
            (true, _, _) => return None,
            (false, Some((name, unseen)), None) => name.button(*unseen),
            (false, None, _) => Phrase::new("page-bar-window"),
            (false, Some(_), Some(_)) => Phrase::with("page-bar-window-news", args![count = unseen]),
        };
        Some((label, unseen))
    }

    /// By which way, as far as that is known.
    fn way(&self) -> Option<Phrase> {
        match &self.session.facts.way {
            SessionWay::Known(path) => Some(Phrase::new(phrases::path(path.kind))),
            SessionWay::Lost => Some(Phrase::new("page-reconnecting")),
            SessionWay::Unknown => None,
        }
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
        ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
            controls_ui(ui, bar);
            let rest = ui.with_layout(Layout::right_to_left(Align::Center), |ui| state_ui(ui, bar));
            drag_ui(ui, rest.response.rect);
        });
        if bar.shape == BarShape::Open {
            ui.separator();
            let explained = permissions_ui(ui, bar, &mut sight);
            parts_ui(ui, bar, &mut sight);
            if let Some(refusal) = bar.check.refusal() {
                trouble_ui(ui, bar.words.text(refusal.text()));
            } else if let Some(permission) = explained {
                small_ui(ui, bar.words.text(permission_words(permission).line));
            }
        }
    });
    let open = bar.shape == BarShape::Open;
    let parts = if open { share_fingerprint(&bar.session.shares) } else { 0 };
    bar.check.end(ui, sight, GrantOffer { permissions: open, parts, ..GrantOffer::default() });
}

/// The bar can be dragged by what it says. Not by its buttons: the window manager would
/// take the release, and the press be lost.
fn drag_ui(ui: &Ui, handle: egui::Rect) {
    let response = ui.interact(handle, ui.scope_id().with("drag"), Sense::DRAG);
    if response.drag_started_by(PointerButton::Primary) {
        ui.send_viewport_cmd(ViewportCommand::StartDrag);
    }
}

/// What is being done or asked, else by which way.
fn state_ui(ui: &mut Ui, bar: &SessionBar) {
    let colours = palette(ui);
    let pressing = bar.session.asked.clone().or_else(|| bar.doing());
    let colour = if pressing.is_some() { colours.warning_text } else { colours.weak };
    let Some(line) = pressing.or_else(|| bar.way()) else { return };
    let line = RichText::new(bar.words.say(&line)).small().color(colour);
    ui.add(egui::Label::new(line).truncate());
}

fn controls_ui(ui: &mut Ui, bar: &mut SessionBar) {
    ui.spacing_mut().item_spacing.x = 6.0;
    ui.spacing_mut().button_padding.x = 10.0;
    let (arrow, other) = match bar.shape {
        BarShape::Closed => ("⏷", BarShape::Open),
        BarShape::Open => ("⏶", BarShape::Closed),
    };
    let what = bar.words.text("page-bar-more");
    let label = format!("{what} {arrow}");
    let more = sized_button_ui(ui, ButtonLook::Plain, &label, Vec2::new(0.0, CONTROL_PT), Sense::click());
    more.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &what));
    if more.clicked() {
        bar.reshape(other);
        let screen = ui.input(|input| input.viewport().monitor_size).map(|screen| screen.y);
        ui.send_viewport_cmd(ViewportCommand::InnerSize(bar.size(ui, screen)));
    }
    if let Some((label, unseen)) = bar.news() {
        let look = if unseen > 0 { ButtonLook::Primary } else { ButtonLook::Plain };
        let label = bar.words.say(&label);
        if sized_button_ui(ui, look, &label, Vec2::new(0.0, CONTROL_PT), Sense::click()).clicked() {
            show_main_window(ui.ctx());
        }
    }
    let Some(UnderWay { what, stop }) = bar.session.under_way.first() else { return };
    let (label, stop) = (bar.words.text("page-bar-stop"), stop.clone());
    let name = bar.words.with("page-bar-stop-of", args![what = what.clone()]);
    let button = sized_button_ui(ui, ButtonLook::Plain, &label, Vec2::new(64.0, CONTROL_PT), Sense::click());
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    if button.clicked() {
        bar.commands.send(NodeCommand::Feature(stop));
    }
}

/// Brings the main window, where the panels are, to the front.
fn show_main_window(ctx: &egui::Context) {
    ctx.send_viewport_cmd_to(ViewportId::ROOT, ViewportCommand::Minimized(false));
    ctx.send_viewport_cmd_to(ViewportId::ROOT, ViewportCommand::Focus);
    ctx.request_repaint_of(ViewportId::ROOT);
}

/// Lines that take a permission back at once, or grant it if a hand clicked. Where the screen has no room for
/// all of them they scroll, and nothing is granted. Returns the one under the pointer, if what it means is
/// not drawn beside it.
fn permissions_ui(ui: &mut Ui, bar: &mut SessionBar, sight: &mut Sight) -> Option<Permission> {
    let around = BAR_SIZE[1] + OPEN_EXTRA_PT + share_height(&bar.session.shares);
    let room = Vec2::new(ui.available_width(), ui.ctx().content_rect().height() - around);
    let plan = ChoicePlan::fit(ui, bar.session.wants, room, &bar.words)
        .unwrap_or_else(|| ChoicePlan::list(ui, bar.session.wants, room.x, TickDetail::Titles, &bar.words));
    let (granted, armed) = (bar.session.facts.granted, bar.check.armed());
    let scroll = ScrollArea::vertical().id_salt("permissions").max_height(room.y.max(LEAST_CHOICES_PT));
    let show = |ui: &mut Ui| {
        let state = |one| (granted.contains(one), readiness_of(one, granted, armed));
        let has_lines = plan.has_lines();
        let drawn = plan.choices_ui(ui, &bar.words, state);
        let explained = explained(&drawn).filter(|_| !has_lines);
        for (permission, choice) in drawn {
            sight.add(ui, choice.rect);
            if granted.contains(permission) {
                if choice.clicked_by(PointerButton::Primary) {
                    take_back(bar, permission);
                }
            } else if granted.has_what_it_needs(permission)
                && let Some(act) = bar.check.pass(ui, &choice, WideningAct::Grant(permission))
            {
                bar.commands.widen(act);
            }
        }
        explained
    };
    scroll.show(ui, show).inner
}

/// Takes a permission back, and what needs it.
fn take_back(bar: &SessionBar, permission: Permission) {
    let needing = bar.session.facts.granted.needing(permission);
    for one in needing.iter().chain([permission]) {
        bar.commands.send(NodeCommand::Revoke(one));
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
