//! The application: drains the node's events into the state, draws it, and carries out what a person wants.
//!
//! It never waits. What it knows of the window system is which size and level each page's window has.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use beistand_node::{Command, EndCause, EndedBy, Event, NodeHandle, Permission};
use egui::{Context, Ui, Vec2, ViewportCommand};

use crate::backend::{Ask, Backend, EventLine, Link, News};
use crate::shell::KeyRoute;
use crate::state::{
    Action, AppState, ConnectForm, HostPhase, HostState, Page, TechnicianPhase, TechnicianState,
};
use crate::theme;
use crate::views;
use crate::views::ended::{Next, Side};
use crate::views::session_bar::{Bar, SharedOrigin, show_session_bar};
use crate::views::viewer::{SURROUND, ViewerParts};

/// How long a closing window waits for the node to say goodbye.
const CLOSE_WAIT: Duration = Duration::from_secs(1);
/// How long the session bar may be missing before the session ends.
const BAR_MISSING: Duration = Duration::from_secs(5);
/// How often the session bar is drawn whether or not it changed, so that a missing one is noticed: twice within
/// [`BAR_MISSING`]. What is drawn the same is no picture for the helper.
const BAR_CHECK: Duration = Duration::from_secs(2);
/// Soon enough to be now. Zero would draw twice, and each drawing of a large picture without a graphics card costs
/// several hundredths of a second.
const ONCE: Duration = Duration::from_nanos(1);

/// What a desktop's own bars and a window's frame may take of the screen, in points.
const AROUND_PT: [f32; 2] = [24.0, 96.0];
/// What a window's frame is thought to add to it, in points.
const FRAME_PT: [f32; 2] = [2.0, 30.0];

/// What the application starts with.
#[derive(Debug, Default)]
pub enum Start {
    /// The home page.
    #[default]
    Home,
    /// The invite page.
    Host,
    /// The paste page, filled in; connects at once where there is an invite.
    Technician(ConnectForm),
}

/// What is done with the first invite's link.
pub type OnLink = Box<dyn FnOnce(&str)>;

/// The application.
pub struct App {
    state: AppState,
    backend: Box<dyn Backend>,
    ctx: Context,
    link: Option<Link>,
    form: ConnectForm,
    viewer: ViewerParts,
    keys: KeyRoute,
    bar: Option<Arc<Mutex<Bar>>>,
    origin: SharedOrigin,
    shape: Shape,
    dialog_told: bool,
    closing: Option<Instant>,
    on_link: Option<OnLink>,
    event_line: Option<EventLine>,
    exit_code: Rc<Cell<u8>>,
}

/// What the main window is at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Home,
    Consent,
    Helped,
    Viewer,
}

impl App {
    /// An application that takes its nodes from `backend` and its keys from `keys`, drawn with `ctx`.
    pub fn new(ctx: &Context, backend: Box<dyn Backend>, keys: KeyRoute) -> Self {
        theme::apply(ctx);
        let origin = Arc::new(Mutex::new(backend.press_origin()));
        Self {
            state: AppState::default(),
            backend,
            ctx: ctx.clone(),
            link: None,
            form: ConnectForm::default(),
            viewer: ViewerParts::default(),
            keys,
            bar: None,
            origin,
            shape: Shape::Home,
            dialog_told: false,
            closing: None,
            on_link: None,
            event_line: None,
            exit_code: Rc::default(),
        }
    }

    /// Opens the page to start with.
    pub fn open(&mut self, start: Start) {
        match start {
            Start::Home => {}
            Start::Host => self.act(Action::GetHelp),
            Start::Technician(form) => {
                let connect = !form.invite.text().trim().is_empty();
                self.form = form;
                self.act(Action::GiveHelp);
                if connect {
                    self.act(Action::Connect);
                }
            }
        }
    }

    /// Does `on_link` with the first invite's link.
    pub fn on_link(&mut self, on_link: OnLink) {
        self.on_link = Some(on_link);
    }

    /// Writes each event to standard output as `line` renders it.
    pub fn print_events(&mut self, line: EventLine) {
        self.event_line = Some(line);
    }

    /// Where the exit code will be.
    pub fn exit_code(&self) -> Rc<Cell<u8>> {
        Rc::clone(&self.exit_code)
    }

    /// What is shown.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Takes in what the node said since the last call, and keeps windows, keys and bar in step with it.
    pub fn pump(&mut self, now: Instant) {
        while let Some(event) = self.link.as_ref().and_then(Link::next_event) {
            if let Event::Invite(invite) = &event
                && let Some(on_link) = self.on_link.take()
            {
                on_link(&invite.link);
            }
            self.state.apply(event, now);
        }
        self.exit_code.set(self.state.exit_code);
        if !self.state.under_way() {
            self.link = None;
        }
        self.tell_dialog();
        self.keep_bar(now);
        self.keep_shape();
        self.keep_keys();
        self.keep_closing(now);
    }

    /// Draws the page.
    pub fn draw(&mut self, ui: &mut Ui, now: Instant) {
        let mut actions = Vec::new();
        match &mut self.state.page {
            Page::Home => views::home::home_ui(ui, &mut actions),
            Page::Host(host) => host_ui(ui, host, &self.origin, now, &mut actions),
            Page::Technician(technician) => {
                technician_ui(ui, technician, &mut self.viewer, self.link.as_ref(), now, &mut actions);
            }
        }
        if let Some(bar) = &self.bar {
            show_session_bar(ui.ctx(), bar);
        }
        let acted = !actions.is_empty();
        for action in actions {
            self.act(action);
        }
        if acted {
            self.tell_dialog();
        }
        // Where the hand is may have changed without an action.
        self.keep_keys();
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Home => self.go_home(),
            Action::GetHelp => {
                self.state.page = Page::Host(Box::default());
                let node = self.backend.host();
                self.take(node);
            }
            Action::GiveHelp => {
                let form = self.form.clone();
                self.state.page =
                    Page::Technician(Box::new(TechnicianState { form, ..TechnicianState::default() }));
            }
            Action::Connect => self.connect(),
            Action::EditInvite => self.edit_invite(),
            Action::Send(command) => self.send(command),
            Action::Allow(permissions) => self.allow(permissions),
            Action::Deny => self.deny(),
            Action::Copy(text) => self.ctx.copy_text(text),
            Action::Fullscreen(fullscreen) => self.set_fullscreen(fullscreen),
        }
        self.ctx.request_repaint();
    }

    fn take(&mut self, node: NodeHandle) {
        let ctx = self.ctx.clone();
        // Whichever window is being drawn: it is the main one that takes events in.
        let wake = move |news| match news {
            News::Event => ctx.request_repaint_of(egui::ViewportId::ROOT),
            News::Picture | News::Figures => ctx.request_repaint_after_for(ONCE, egui::ViewportId::ROOT),
        };
        self.link = Some(Link::new(node, wake, self.event_line));
    }

    fn send(&self, command: Command) {
        if let Some(link) = &self.link {
            link.send(command);
        }
    }

    fn go_home(&mut self) {
        if self.state.under_way() {
            self.send(Command::End);
        }
        if let Page::Technician(technician) = &self.state.page {
            self.form = technician.form.clone();
        }
        self.link = None;
        self.state.page = Page::Home;
    }

    fn connect(&mut self) {
        let Page::Technician(technician) = &mut self.state.page else { return };
        let form = &technician.form;
        let ask = Ask {
            invite: form.invite.text().to_owned(),
            name: form.name.trim().to_owned(),
            reason: form.reason.trim().to_owned(),
            wants: form.wants,
        };
        technician.phase = TechnicianPhase::Connecting(Default::default());
        self.viewer = ViewerParts::default();
        let node = self.backend.technician(ask);
        self.take(node);
    }

    fn edit_invite(&mut self) {
        if let Page::Technician(technician) = &mut self.state.page {
            technician.phase = TechnicianPhase::Form;
            self.link = None;
        }
    }

    fn allow(&mut self, permissions: beistand_node::PermissionSet) {
        let now = Instant::now();
        let Page::Host(host) = &mut self.state.page else { return };
        let HostPhase::Asked(consent) = &host.phase else { return };
        let request = consent.request.id;
        host.allowed(permissions, now);
        self.send(Command::Allow { request, permissions });
    }

    fn deny(&mut self) {
        let Page::Host(host) = &mut self.state.page else { return };
        let HostPhase::Asked(consent) = &host.phase else { return };
        let request = consent.request.id;
        host.answered();
        self.send(Command::Deny { request });
    }

    fn set_fullscreen(&mut self, fullscreen: bool) {
        if let Page::Technician(technician) = &mut self.state.page
            && let TechnicianPhase::Viewing(viewing) = &mut technician.phase
        {
            viewing.fullscreen = fullscreen;
            self.ctx.send_viewport_cmd(ViewportCommand::Fullscreen(fullscreen));
        }
    }

    /// Tells the node whether the consent dialog is on the screen, when that changed.
    fn tell_dialog(&mut self) {
        let shown = self.state.asks_for_consent();
        if std::mem::replace(&mut self.dialog_told, shown) != shown {
            self.send(Command::GrantDialog { visible: shown });
        }
    }

    /// Shows the session bar while there is a session, and ends the session where it can't be shown.
    fn keep_bar(&mut self, now: Instant) {
        let Some(session) = self.state.host_session() else {
            self.bar = None;
            return;
        };
        let Some(link) = &self.link else { return };
        let bar = self.bar.get_or_insert_with(|| {
            Arc::new(Mutex::new(Bar::new(session.clone(), link.commands(), Arc::clone(&self.origin))))
        });
        let mut bar = bar.lock().unwrap_or_else(PoisonError::into_inner);
        bar.session = session.clone();
        let last_seen = bar.drawn_at.unwrap_or(session.since);
        if now.saturating_duration_since(last_seen) > BAR_MISSING {
            tracing::error!("the session bar can't be shown, so the session ends");
            link.send(Command::End);
        }
        self.ctx.request_repaint_after_for(ONCE, views::session_bar::viewport_id());
        self.ctx.request_repaint_after(BAR_CHECK);
    }

    /// Gives the main window the size and level that its page needs.
    fn keep_shape(&mut self) {
        let shape = if self.state.asks_for_consent() {
            Shape::Consent
        } else if self.state.host_session().is_some() {
            Shape::Helped
        } else if self.state.viewing().is_some() {
            Shape::Viewer
        } else {
            Shape::Home
        };
        let before = std::mem::replace(&mut self.shape, shape);
        if before == shape {
            return;
        }
        let send = |command| self.ctx.send_viewport_cmd(command);
        match before {
            Shape::Consent => send(ViewportCommand::WindowLevel(egui::WindowLevel::Normal)),
            Shape::Viewer => send(ViewportCommand::Fullscreen(false)),
            // Whatever comes after a session must be seen.
            Shape::Helped => send(ViewportCommand::Minimized(false)),
            Shape::Home => {}
        }
        match shape {
            Shape::Home => self.resize(theme::HOME_SIZE.into()),
            // Out of the way of the help; the bar stays.
            Shape::Helped => send(ViewportCommand::Minimized(true)),
            Shape::Viewer => self.resize(theme::VIEWER_SIZE.into()),
            Shape::Consent => {
                send(ViewportCommand::Minimized(false));
                self.resize(theme::CONSENT_SIZE.into());
                send(ViewportCommand::WindowLevel(egui::WindowLevel::AlwaysOnTop));
                send(ViewportCommand::Focus);
                send(ViewportCommand::RequestUserAttention(egui::UserAttentionType::Critical));
            }
        }
    }

    /// Gives the window this size, or what the screen has room for, in the screen's middle.
    fn resize(&self, size: Vec2) {
        let screen = self.ctx.input_for(egui::ViewportId::ROOT, |input| input.viewport().monitor_size);
        let room = screen.map_or(size, |screen| (screen - Vec2::from(AROUND_PT)).max(Vec2::splat(1.0)));
        let size = size.min(room);
        self.ctx.send_viewport_cmd(ViewportCommand::InnerSize(size));
        if let Some(screen) = screen {
            let corner = (screen - size - Vec2::from(FRAME_PT)) / 2.0;
            self.ctx.send_viewport_cmd(ViewportCommand::OuterPosition(corner.max(Vec2::ZERO).to_pos2()));
        }
    }

    /// Keys go to the host while its picture was the last thing pointed at and nothing here wants them.
    fn keep_keys(&self) {
        let to_host = self.state.viewing().is_some_and(|viewing| {
            viewing.picture_active && !viewing.paused && viewing.granted.contains(Permission::Keyboard)
        });
        let free = !self.ctx.text_edit_focused() && !egui::Popup::is_any_open(&self.ctx);
        let host = self.link.as_ref().filter(|_| to_host && free).map(Link::commands);
        self.keys.set_host(host.as_ref());
    }

    /// A window that was asked to close while a session runs ends that first, and closes soon whatever comes.
    fn keep_closing(&mut self, now: Instant) {
        if self.ctx.input_for(egui::ViewportId::ROOT, |input| input.viewport().close_requested())
            && self.closing.is_none()
        {
            if self.state.asks_for_consent() {
                self.deny();
            }
            if self.link.is_none() {
                return;
            }
            self.send(Command::End);
            self.closing = Some(now + CLOSE_WAIT);
        }
        let Some(deadline) = self.closing else { return };
        if self.link.is_none() || now >= deadline {
            self.link = None;
            self.ctx.send_viewport_cmd_to(egui::ViewportId::ROOT, ViewportCommand::Close);
            // The command is heeded when the window is drawn the next time.
            self.ctx.request_repaint_of(egui::ViewportId::ROOT);
        } else {
            self.ctx.send_viewport_cmd_to(egui::ViewportId::ROOT, ViewportCommand::CancelClose);
            self.ctx.request_repaint_after(deadline - now);
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, _ctx: &Context, _frame: &mut eframe::Frame) {
        self.pump(Instant::now());
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.draw(ui, Instant::now());
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        let behind = if self.state.viewing().is_some() { SURROUND } else { visuals.panel_fill };
        behind.to_normalized_gamma_f32()
    }
}

fn host_ui(
    ui: &mut Ui,
    host: &mut HostState,
    origin: &SharedOrigin,
    now: Instant,
    actions: &mut Vec<Action>,
) {
    match &mut host.phase {
        HostPhase::Asked(consent) => {
            let mut origin = origin.lock().unwrap_or_else(PoisonError::into_inner);
            views::consent::consent_ui(ui, consent, origin.as_mut(), actions);
        }
        HostPhase::Running(session) => views::host_session::host_session_ui(ui, session, now, actions),
        HostPhase::Ended(cause) => {
            let next = Next { label: "Make a new invite", action: Action::GetHelp, other: None };
            views::ended::ended_ui(ui, cause, Side::Host, &next, actions);
        }
        HostPhase::Starting | HostPhase::Waiting | HostPhase::Answered => {
            views::invite::invite_ui(ui, host, now, actions);
        }
    }
}

fn technician_ui(
    ui: &mut Ui,
    technician: &mut TechnicianState,
    parts: &mut ViewerParts,
    link: Option<&Link>,
    now: Instant,
    actions: &mut Vec<Action>,
) {
    match &mut technician.phase {
        TechnicianPhase::Form => views::connect::form_ui(ui, &mut technician.form, actions),
        TechnicianPhase::Connecting(connecting) => views::connect::connecting_ui(ui, connecting, actions),
        TechnicianPhase::Viewing(viewing) => {
            if let Some(link) = link {
                views::viewer::viewer_ui(ui, viewing, parts, &link.picture, now, actions);
            }
        }
        TechnicianPhase::Ended(cause) => {
            views::ended::ended_ui(ui, cause, Side::Technician, &technician_next(cause), actions);
        }
    }
}

/// After a session the invite is used up; after a failed try the same text may do.
fn technician_next(cause: &EndCause) -> Next {
    let edit = ("Change the invite", Action::EditInvite);
    match (cause.reason, cause.by) {
        ("ended", _)
        | ("invite-wrong" | "invite-expired" | "invite-used" | "denied", EndedBy::Us | EndedBy::Peer) => {
            Next { label: "Use another invite", action: Action::EditInvite, other: None }
        }
        _ => Next { label: "Try again", action: Action::Connect, other: Some(edit) },
    }
}
