//! The application on a node that plays, without a window.

#![allow(dead_code, unreachable_pub, missing_docs)] // Each test binary uses its part of it.

use std::time::{Duration, Instant};

use beistand_gui::app::{App, Start};
use beistand_gui::backend::fake::{self, FakeBackend, FakeNode};
use beistand_gui::shell::KeyRoute;
use beistand_gui::state::{AppState, HostPhase, Page, TechnicianPhase};
use beistand_node::{Command, Event, InputEvent, Permission, PermissionSet};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

/// How long an event may take from the node's thread to the page: far more than it ever takes.
const PATIENCE: Duration = Duration::from_secs(10);
/// What egui's clock advances in a step, in seconds.
pub const STEP_SECS: f32 = 0.1;

pub struct Desk {
    app: Option<App>,
    backend: FakeBackend,
    start: Start,
    keys: KeyRoute,
}

impl Desk {
    fn app(&mut self, ctx: &egui::Context) -> &mut App {
        self.app.get_or_insert_with(|| {
            let mut app = App::new(ctx, Box::new(self.backend.clone()), self.keys.clone());
            app.open(std::mem::take(&mut self.start));
            app
        })
    }
}

pub struct Test {
    pub harness: Harness<'static, Desk>,
    pub node: FakeNode,
    pub keys: KeyRoute,
}

/// The application, opened with `start` in a window of `size` points.
pub fn open(start: Start, size: [f32; 2]) -> Test {
    let backend = FakeBackend::default();
    let (node, keys) = (backend.node.clone(), KeyRoute::default());
    let desk = Desk { app: None, backend, start, keys: keys.clone() };
    let draw = |ui: &mut egui::Ui, desk: &mut Desk| {
        let ctx = ui.ctx().clone();
        let now = Instant::now();
        let app = desk.app(&ctx);
        app.pump(now);
        app.draw(ui, now);
    };
    let harness = Harness::builder().with_size(size).with_step_dt(STEP_SECS).build_ui_state(draw, desk);
    let mut test = Test { harness, node, keys };
    test.steps(3);
    test
}

impl Test {
    pub fn steps(&mut self, steps: usize) {
        self.harness.run_steps(steps);
        self.harness.check_accessibility();
    }

    pub fn state(&self) -> &AppState {
        self.harness.state().app.as_ref().expect("opened").state()
    }

    /// The node says `event`; draws until `arrived`.
    pub fn say(&mut self, event: Event, arrived: impl Fn(&AppState) -> bool) {
        self.node.say(event);
        let deadline = Instant::now() + PATIENCE;
        while !arrived(self.state()) {
            assert!(Instant::now() < deadline, "the event did not arrive: {:?}", self.state());
            std::thread::yield_now();
            self.harness.step();
        }
        self.steps(2);
    }

    pub fn click(&mut self, label: &str) {
        self.harness.get_by_label(label).click();
        self.steps(3);
    }

    pub fn shows(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    /// What was told to the node since the last call, but moves of the pointer.
    pub fn heard(&self) -> Vec<Command> {
        let mut heard = self.node.heard();
        heard.retain(|command| !matches!(command, Command::Input(InputEvent::PointerMove { .. })));
        heard
    }

    /// As [`Self::heard`], by name.
    pub fn heard_names(&self) -> Vec<String> {
        self.heard().iter().map(name).collect()
    }
}

fn name(command: &Command) -> String {
    match command {
        Command::GrantDialog { visible } => format!("dialog {visible}"),
        Command::Allow { request, permissions } => format!("allow {request} {}", permissions.words()),
        Command::Deny { request } => format!("deny {request}"),
        Command::Grant(permission) => format!("grant {}", permission.word()),
        Command::Revoke(permission) => format!("revoke {}", permission.word()),
        Command::Input(InputEvent::Button { button, pressed }) => format!("{button:?} {pressed}"),
        Command::Input(InputEvent::Key { key, pressed, .. }) => format!("{} {pressed}", key.name()),
        other => format!("{other:?}"),
    }
}

/// After how long the window wants to be drawn again, as it was left by the last step.
pub fn next_drawing<State>(harness: &Harness<'_, State>) -> Duration {
    harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay
}

/// Draws until nothing moves any more, at most `steps` times.
pub fn settle<State>(harness: &mut Harness<'_, State>, steps: usize) {
    for _ in 0..steps {
        harness.step();
        if !next_drawing(harness).is_zero() {
            return;
        }
    }
    panic!("it still wants to be drawn at once after {steps} drawings");
}

/// The host with its invite on the screen.
pub fn invited() -> Test {
    let mut test = open(Start::Host, [560.0, 760.0]);
    test.say(Event::Invite(fake::invite()), |state| host(state, |phase| matches!(phase, HostPhase::Waiting)));
    test
}

/// The host with the question on the screen since just now.
pub fn asked() -> Test {
    let mut test = invited();
    test.say(Event::Request(fake::request()), AppState::asks_for_consent);
    assert_eq!(test.heard_names(), ["dialog true"]);
    test
}

/// Lets the time pass after which Allow is armed.
pub fn arm(test: &mut Test) {
    test.steps((beistand_gui::views::consent::ARM_SECS as f32 / STEP_SECS) as usize + 1);
}

/// The technician with the host's screen in the window.
pub fn viewing(granted: PermissionSet) -> Test {
    let mut form = beistand_gui::state::ConnectForm { name: "Anna".to_owned(), ..Default::default() };
    form.invite.set(fake::invite().words);
    let mut test = open(Start::Technician(form), [1280.0, 800.0]);
    let size = beistand_node::Size::new(1920, 1080).expect("valid");
    fake::draw_desktop(&test.node.picture(), size, 0);
    test.say(Event::Permissions { granted, revoked: None }, |state| state.viewing().is_some());
    test
}

pub fn host(state: &AppState, holds: impl Fn(&HostPhase) -> bool) -> bool {
    matches!(&state.page, Page::Host(host) if holds(&host.phase))
}

pub fn technician(state: &AppState, holds: impl Fn(&TechnicianPhase) -> bool) -> bool {
    matches!(&state.page, Page::Technician(technician) if holds(&technician.phase))
}

pub fn view_only() -> PermissionSet {
    PermissionSet::NONE.with(Permission::View)
}
