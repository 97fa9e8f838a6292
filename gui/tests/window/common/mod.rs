//! The application on a node that plays, without a window.

#![allow(unreachable_pub, reason = "it is for the modules beside it")]

pub mod access;
pub mod drawing;
pub mod raster;

use std::time::{Duration, Instant};

use beistand_gui::app::{App, StartPage, words};
use beistand_gui::backend::fake::{self, FakeNode, FakeStarter};
use beistand_gui::panels::{PanelName, PanelPlace, PanelSide, ToolGroup};
use beistand_gui::shell::KeyRoute;
use beistand_gui::state::{AppState, HostPhase, OpenPage, TOAST_SECS, TechnicianPhase};
use beistand_node::words::{Language, Words};
use beistand_node::{
    ControlCommand, FeatureCommand, InputEvent, NodeCommand, NodeEvent, Permission, PermissionSet,
};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

/// How long an event may take from the node's thread to the page: far more than it ever takes.
const PATIENCE: Duration = Duration::from_secs(10);
/// What egui's clock advances in a step, in seconds.
pub const STEP_SECS: f32 = 0.1;

pub struct Desk {
    app: Option<App>,
    starter: FakeStarter,
    start: StartPage,
    language: Language,
    theme: egui::Theme,
    keys: KeyRoute,
    /// How far the application's clock is ahead.
    later: Duration,
}

impl Desk {
    fn app(&mut self, ctx: &egui::Context) -> &mut App {
        self.app.get_or_insert_with(|| {
            let mut app = App::new(ctx, Box::new(self.starter.clone()), self.keys.clone(), self.language);
            app.open(std::mem::take(&mut self.start));
            ctx.set_theme(self.theme);
            app
        })
    }
}

pub struct Test {
    pub harness: Harness<'static, Desk>,
    pub node: FakeNode,
    pub keys: KeyRoute,
    /// The texts of its language.
    pub words: Words,
}

/// How a window is: its size in points, how many pixels a point has, and the language in it.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub size: [f32; 2],
    pub pixels_per_point: f32,
    pub language: Language,
    pub theme: egui::Theme,
}

impl Look {
    /// In English, as large as this, a pixel a point.
    pub fn of_size(size: [f32; 2]) -> Self {
        Self { size, pixels_per_point: 1.0, language: Language::English, theme: egui::Theme::Light }
    }
}

/// The application, opened with `start` in a window of `size` points.
pub fn open(start: StartPage, size: [f32; 2]) -> Test {
    open_as(start, Look::of_size(size))
}

/// The application, opened with `start` in a window that is like `look`.
pub fn open_as(start: StartPage, look: Look) -> Test {
    let backend = FakeStarter::default();
    let (node, keys) = (backend.node.clone(), KeyRoute::default());
    let desk = Desk {
        app: None,
        starter: backend,
        start,
        language: look.language,
        theme: look.theme,
        keys: keys.clone(),
        later: Duration::ZERO,
    };
    let draw = move |ui: &mut egui::Ui, desk: &mut Desk| {
        let ctx = ui.ctx().clone();
        let now = Instant::now() + desk.later;
        let app = desk.app(&ctx);
        app.pump(now);
        app.draw(ui, now);
    };
    let harness = Harness::builder()
        .with_size(look.size)
        .with_pixels_per_point(look.pixels_per_point)
        .with_step_dt(STEP_SECS)
        .build_ui_state(draw, desk);
    let mut test = Test { harness, node, keys, words: words(look.language) };
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
    pub fn say(&mut self, event: NodeEvent, arrived: impl Fn(&AppState) -> bool) {
        self.node.say(event);
        let deadline = Instant::now() + PATIENCE;
        while !arrived(self.state()) {
            assert!(Instant::now() < deadline, "the event did not arrive: {:?}", self.state());
            std::thread::yield_now();
            self.harness.step();
        }
        self.steps(2);
    }

    /// Draws until all that the node said has long been taken in.
    pub fn catch_up(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.node.said_all() && Instant::now() < deadline {
            std::thread::yield_now();
        }
        for _ in 0..10 {
            std::thread::sleep(Duration::from_millis(2));
            self.harness.step();
        }
    }

    /// Opens a panel beside the picture or over it.
    pub fn open_panel(&mut self, name: PanelName) {
        match name.place(PanelSide::Technician) {
            PanelPlace::Beside | PanelPlace::Over => {
                self.open_group(name.group());
                let panels = &self.state().viewing().expect("the viewer").panels;
                let label = self.words.say(&panels.button(name));
                self.click(&label);
            }
            PanelPlace::Menu | PanelPlace::Nowhere => {}
        }
    }

    /// Opens the toolbar's menu of this group, where it is one.
    pub fn open_group(&mut self, group: ToolGroup) {
        if ToolGroup::MENUS.contains(&group) {
            let panels = &self.state().viewing().expect("the viewer").panels;
            let label = format!("{} ⏷", self.words.say(&panels.group_button(group)));
            self.click(&label);
        }
    }

    /// Lets the time of passing notices pass.
    pub fn pass_time(&mut self) {
        self.pass(Duration::from_secs(TOAST_SECS + 1));
    }

    /// Lets this time pass.
    pub fn pass(&mut self, time: Duration) {
        self.put_clock_on(time);
        self.steps(3);
    }

    /// The next drawing is as much later.
    pub fn put_clock_on(&mut self, time: Duration) {
        self.harness.state_mut().later += time;
    }

    /// What the window is called.
    pub fn title(&self) -> String {
        self.harness.state().app.as_ref().expect("opened").title().to_owned()
    }

    pub fn click(&mut self, label: &str) {
        self.harness.get_by_label(label).click();
        self.steps(3);
    }

    /// A click on what says this among other things.
    pub fn click_on(&mut self, text: &str) {
        self.harness.get_by_label_contains(text).click();
        self.steps(3);
    }

    /// Has the question show a tick for each thing.
    pub fn tick_one_by_one(&mut self) {
        let more = self.words.text("page-consent-more");
        self.click(&more);
    }

    pub fn shows(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    /// What the buttons say that can't be pressed.
    pub fn disabled(&self) -> Vec<String> {
        let nodes = self.harness.query_all_by(|node| node.is_disabled());
        nodes.filter_map(|node| node.accesskit_node().label()).filter(|label| !label.is_empty()).collect()
    }

    /// What was told to the node since the last call, but moves of the pointer.
    pub fn heard(&self) -> Vec<NodeCommand> {
        let mut heard = self.node.heard();
        heard.retain(|command| !matches!(input(command), Some(InputEvent::PointerMove { .. })));
        heard
    }

    /// As [`Self::heard`], by name.
    pub fn heard_names(&self) -> Vec<String> {
        self.heard().iter().map(name).collect()
    }
}

/// What a command does on the host's screen, if anything.
pub fn input(command: &NodeCommand) -> Option<&InputEvent> {
    match command {
        NodeCommand::Feature(FeatureCommand::Control(ControlCommand::Input(input))) => Some(input),
        _ => None,
    }
}

fn name(command: &NodeCommand) -> String {
    match command {
        NodeCommand::GrantDialog { visible } => format!("dialog {visible}"),
        NodeCommand::Allow { request, permissions } => format!("allow {request} {}", permissions.words()),
        NodeCommand::Deny { request } => format!("deny {request}"),
        NodeCommand::Grant(permission) => format!("grant {}", permission.word()),
        NodeCommand::Revoke(permission) => format!("revoke {}", permission.word()),
        other => match input(other) {
            Some(InputEvent::Button { button, pressed }) => format!("{button:?} {pressed}"),
            Some(InputEvent::Key { key, pressed, .. }) => format!("{} {pressed}", key.name()),
            Some(other) => format!("{other:?}"),
            None => format!("{other:?}"),
        },
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
    let mut test = open(StartPage::Host, [560.0, 760.0]);
    test.say(NodeEvent::Invite(fake::invite()), |state| {
        host(state, |phase| matches!(phase, HostPhase::Waiting))
    });
    test
}

/// The host with the question on the screen since just now, by two large choices.
pub fn asked_large() -> Test {
    let mut test = invited();
    test.say(NodeEvent::Request(fake::request()), AppState::asks_for_consent);
    assert_eq!(test.heard_names(), ["dialog true"]);
    test
}

/// The same, by a tick for each thing.
pub fn asked() -> Test {
    let mut test = asked_large();
    test.tick_one_by_one();
    test
}

/// Lets the time pass after which what grants something is armed.
pub fn arm(test: &mut Test) {
    test.steps((beistand_gui::hand_check::ARM_SECS as f32 / STEP_SECS) as usize + 4);
}

/// The technician with the host's screen in the window.
pub fn viewing(granted: PermissionSet) -> Test {
    let mut form = beistand_gui::state::ConnectForm { name: "Anna".to_owned(), ..Default::default() };
    form.invite.set(fake::invite().words);
    let mut test = open(StartPage::Technician(form), [1280.0, 800.0]);
    let size = beistand_node::Size::new(1920, 1080).expect("valid");
    fake::draw_desktop(&test.node.picture(), size, 0);
    test.say(permissions(granted), |state| state.viewing().is_some());
    test
}

/// The node grants this.
pub fn permissions(granted: PermissionSet) -> NodeEvent {
    NodeEvent::Permissions { granted, revoked: PermissionSet::NONE }
}

pub fn host(state: &AppState, holds: impl Fn(&HostPhase) -> bool) -> bool {
    matches!(&state.page, OpenPage::Host(host) if holds(&host.phase))
}

pub fn technician(state: &AppState, holds: impl Fn(&TechnicianPhase) -> bool) -> bool {
    matches!(&state.page, OpenPage::Technician(technician) if holds(&technician.phase))
}

pub fn view_only() -> PermissionSet {
    PermissionSet::NONE.with(Permission::View)
}
