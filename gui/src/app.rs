//! The application: drains the node's events into the state, draws it, and carries out what a person wants.
//!
//! It never waits. What it knows of the window system is in [`windows`]; what a person's wishes come to in
//! [`wishes`].

mod appearance;
mod awaited;
mod changed;
mod closing;
mod keeping;
mod keyboard;
mod opened;
mod pages;
mod saving;
mod tabs;
mod windows;
mod wishes;

use std::cell::Cell;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use beistand_node::words::{Language, Phrase, Words};
use egui::{Context, Ui};

use crate::WORD_ROOMS;
use crate::backend::{DesktopInbox, EventLine, GrantWindow, NodeLink, NodeStarter};
use crate::hand_pointer::HandPointer;
use crate::keys::KeyHabits;
use crate::pane::PaneLink;
use crate::shader::ShaderLink;
use crate::shell::KeyRoute;
use crate::state::{AppState, ConnectForm, PageAction};
use crate::theme;
use crate::views::announce::announcement_ui;
use crate::views::session_bar::{SessionBar, SharedOrigin, show_session_bar};
use crate::views::viewer::{SURROUND, ViewerParts};
use crate::views::{self, PageContext};
use crate::wake::WindowWake;
use appearance::WornAppearance;
use awaited::Awaited;
use beistand_node::{ChangeLine, ContactMark, NodeCommand, NodeEvent, ToolbarHabits, TrialEnd};
use closing::CloseAnswer;
use saving::SaveNews;
use tabs::{SessionTabs, TabNumber};
use windows::{SessionQuestion, WindowShape};

/// What the application starts with.
#[derive(Debug, Default)]
pub enum StartPage {
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
    starter: Box<dyn NodeStarter>,
    ctx: Context,
    words: Words,
    link: Option<NodeLink>,
    /// Those who are helped at the same time and aren't shown.
    tabs: SessionTabs,
    form: ConnectForm,
    viewer: ViewerParts,
    wake: WindowWake,
    keys: KeyRoute,
    appearance: WornAppearance,
    /// The other side, while somebody is helped from here, and how it was typed with them at last.
    contact: Option<(ContactMark, KeyHabits)>,
    bar: Option<Arc<Mutex<SessionBar>>>,
    origin: SharedOrigin,
    shape: WindowShape,
    /// The main window's title, as it was set last; empty: none was.
    title: String,
    dialog: DialogNews,
    /// What the user is asked in the middle of a session.
    question: SessionQuestion,
    closing: Option<Instant>,
    close_answer: CloseAnswer,
    on_link: Option<OnLink>,
    event_line: Option<EventLine>,
    exit_code: Rc<Cell<u8>>,
    /// What comes of taking a change back, while that is under way.
    undoing: Awaited<Result<ChangeLine, Phrase>>,
    /// What was on trial in a program that died, while it is looked for and taken back.
    trials: Awaited<Vec<TrialEnd>>,
    /// What the desktop asks of this window.
    desktop: DesktopInbox,
    /// What comes of keeping a picture or notes, and in which tab, while that is under way.
    kept: Awaited<(TabNumber, Phrase)>,
    /// What comes of saving something where the helper says, or of asking them by the desktop's dialog.
    saving: Awaited<SaveNews>,
    /// Where the helper wants the toolbar.
    toolbar: ToolbarHabits,
}

/// What the node knows of a question in the main window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DialogNews {
    Hidden,
    Shown,
}

impl App {
    /// An application that takes its nodes from `starter` and its keys from `keys`, speaks `language` and is
    /// drawn with `ctx`.
    pub fn new(ctx: &Context, starter: Box<dyn NodeStarter>, keys: KeyRoute, language: Language) -> Self {
        theme::apply(ctx);
        let origin = Arc::new(Mutex::new(starter.press_origin()));
        let wake = WindowWake::new(ctx);
        let desktop = starter.desktop_calls(wake.clone());
        let toolbar = starter.toolbar();
        let form = ConnectForm { name: starter.own_name(), ..ConnectForm::default() };
        let appearance = WornAppearance::new(starter.as_ref(), wake.clone());
        let mut app = Self {
            state: AppState::default(),
            starter,
            ctx: ctx.clone(),
            words: words(language),
            link: None,
            tabs: SessionTabs::default(),
            form,
            title: String::new(),
            viewer: ViewerParts::default(),
            wake,
            keys,
            appearance,
            contact: None,
            bar: None,
            origin,
            shape: WindowShape::Home,
            dialog: DialogNews::Hidden,
            question: SessionQuestion::default(),
            closing: None,
            close_answer: CloseAnswer::default(),
            on_link: None,
            event_line: None,
            exit_code: Rc::default(),
            undoing: Awaited::default(),
            trials: Awaited::default(),
            desktop,
            kept: Awaited::default(),
            saving: Awaited::default(),
            toolbar,
        };
        app.look_home();
        app.keep_appearance();
        app
    }

    /// Opens the page to start with.
    pub fn open(&mut self, start: StartPage) {
        match start {
            StartPage::Home => {}
            StartPage::Host => self.act(PageAction::GetHelp),
            StartPage::Technician(form) => {
                let connect = !form.invite.text().trim().is_empty();
                let name = Some(form.name.clone()).filter(|name| !name.is_empty());
                self.form = ConnectForm { name: name.unwrap_or_else(|| self.starter.own_name()), ..form };
                self.act(PageAction::GiveHelp);
                if connect {
                    self.act(PageAction::Connect);
                }
            }
        }
    }

    /// The picture has `pane` or is drawn by `shader`, and the technician's hand wears `hand` over it, from
    /// now on.
    pub fn show_beside(&mut self, pane: PaneLink, shader: ShaderLink, hand: HandPointer) {
        self.viewer = ViewerParts { pane, shader, hand, ..ViewerParts::default() };
    }

    /// What wakes the window, for the event loop to renew.
    pub fn wake(&self) -> WindowWake {
        self.wake.clone()
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

    /// The main window's title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What is shown.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Takes in what the node said since the last call, and keeps windows, keys and bar in step with it.
    pub fn pump(&mut self, now: Instant) {
        self.wake.taken_in();
        let screen = self.is_whole_screen();
        self.keep_appearance();
        while let Some(event) = self.link.as_ref().and_then(NodeLink::next_event) {
            if let NodeEvent::Invite(invite) = &event
                && let Some(on_link) = self.on_link.take()
            {
                on_link(&invite.link);
            }
            self.know_contact(&event);
            self.state.apply(event, now);
        }
        self.pump_away(now);
        if screen && self.state.viewing().is_none() {
            self.ctx.send_viewport_cmd(egui::ViewportCommand::Fullscreen(false));
        }
        self.exit_code.set(self.state.exit_code);
        if !self.state.under_way() {
            self.link = None;
        }
        if self.link.is_none() {
            self.viewer.pane.drop_picture();
        }
        self.take_desktop_calls();
        self.tell_dialog();
        self.keep_bar();
        self.keep_shape();
        self.keep_question();
        self.keep_title();
        self.take_undone();
        self.take_ended_trials();
        self.take_kept();
        self.take_saved();
        self.keep_keys(now);
        self.keep_closing(now);
    }

    /// Draws the page.
    pub fn draw(&mut self, ui: &mut Ui, now: Instant) {
        self.read_zoom();
        self.viewer.pane.begin_frame();
        self.viewer.hand.take_off();
        let toolbar = self.toolbar;
        if let Some(viewing) = self.state.viewing_mut() {
            viewing.toolbar = toolbar;
        }
        let mut actions = Vec::new();
        let words = self.words.clone();
        let mut cx = PageContext { words: &words, now, actions: &mut actions };
        views::opened::opened_link_ui(ui, &self.state, &mut cx);
        self.page_ui(ui, &mut cx);
        self.close_question_ui(ui, &cx);
        if self.link.is_none() {
            self.viewer.shader.drop_picture_ui(ui);
        }
        if let Some(bar) = &self.bar {
            show_session_bar(ui.ctx(), bar);
        }
        announcement_ui(ui, &self.state, &PageContext { words: &words, now, actions: &mut Vec::new() });
        theme::focus_ring_ui(ui);
        let acted = !actions.is_empty();
        // What else was wished for in this drawing is of the session that was drawn.
        let (turns, others): (Vec<_>, Vec<_>) = actions.into_iter().partition(PageAction::turns_away);
        for action in others.into_iter().chain(turns) {
            self.act(action);
        }
        if acted {
            self.tell_dialog();
        }
        // Where the hand is may have changed without an action.
        self.keep_keys(now);
        self.keep_input_method(ui);
    }

    fn send(&self, command: NodeCommand) {
        if let Some(link) = &self.link {
            link.commands().send(command);
        }
    }

    /// Tells the node whether the main window shows something to be granted, when that changed.
    fn tell_dialog(&mut self) {
        let shown = self.state.asks_for_consent() || self.shows_question();
        let news = if shown { DialogNews::Shown } else { DialogNews::Hidden };
        if std::mem::replace(&mut self.dialog, news) != news {
            if shown {
                // What was lost since the start is no reason to let nobody consent.
                let origin = self.starter.press_origin();
                *self.origin.lock().unwrap_or_else(PoisonError::into_inner) = origin;
            }
            if let Some(link) = &self.link {
                link.commands().show_grants(GrantWindow::Main, shown);
            }
        }
    }
}

/// All that is said, in `language`.
pub fn words(language: Language) -> Words {
    Words::new(language, &[beistand_node::words::ROOMS, WORD_ROOMS])
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
