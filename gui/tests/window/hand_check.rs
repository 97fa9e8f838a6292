//! Everything that lets the helper do more goes through one check: what is no hand's click, on something that
//! has been in sight for a while, does nothing.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use beistand_gui::app::words;
use beistand_gui::backend::CommandSender;
use beistand_gui::backend::fake::FakeNode;
use beistand_gui::hand_check::{ARM_SECS, widens};
use beistand_gui::panels::{PanelName, Panels};
use beistand_gui::state::SessionFacts;
use beistand_gui::views::session_bar::{BarSession, SessionBar, session_bar_ui};
use beistand_node::words::Language;
use beistand_node::{
    CommandInbox, NodeEvent, Origin, Permission, PermissionSet, ViewEvent, ViewMonitor, command_channel,
};
use egui::{Key, Vec2, ViewportId};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::common::{Desk, STEP_SECS, Test, access, arm, asked, asked_large, permissions};

const ALLOW: &str = "Allow what is ticked";

/// Whether the helper may do more than at the last call.
type Widened<S> = dyn FnMut(&Harness<'static, S>) -> bool;

/// A window with something in it that lets the helper do more, on the screen since just now.
struct WideningWindow<S: 'static> {
    name: &'static str,
    harness: Harness<'static, S>,
    node: FakeNode,
    /// What is clicked: the start of what it says.
    label: &'static str,
    /// Whether it has let the helper do more since the last call.
    widened: Box<Widened<S>>,
    /// Whether the window came up by itself.
    asks: bool,
}

impl<S: 'static> WideningWindow<S> {
    fn arm(&mut self) {
        self.harness.run_steps((ARM_SECS as f32 / STEP_SECS) as usize + 6);
    }

    fn click(&mut self) {
        self.harness.get_all_by_label_contains(self.label).next().expect("shown").click();
        self.harness.run_steps(3);
    }

    fn key(&mut self, key: Key) {
        self.harness.key_press(key);
        self.harness.run_steps(2);
    }

    /// Whether what is clicked has the keyboard.
    fn is_focused(&self) -> bool {
        let mut nodes = self.harness.get_all_by_label_contains(self.label);
        nodes.any(|node| node.accesskit_node().is_focused())
    }

    /// Goes there by keys and presses the space bar, if there is a way.
    fn answer_by_keys(&mut self) {
        for _ in 0..120 {
            access::go_on(&mut self.harness);
            if self.is_focused() {
                return self.key(Key::Space);
            }
        }
        panic!("{}: no key leads there", self.name);
    }

    fn viewport(&mut self, change: impl Fn(&mut egui::ViewportInfo)) {
        change(self.harness.input_mut().viewports.entry(ViewportId::ROOT).or_default());
    }
}

/// Anything but a hand's click on something that could be read.
const TRICKS: [(&str, Trick); 11] = [
    ("a program's click", Trick::Press(Origin::Injected)),
    ("a click among others", Trick::Press(Origin::Unclear)),
    ("a click of which nothing is known", Trick::Press(Origin::Unknown)),
    ("a program's keys", Trick::Keys(Origin::Injected)),
    ("keys among others", Trick::Keys(Origin::Unclear)),
    ("a hand's key on what a program has led to", Trick::Led),
    ("an assistive program", Trick::Assistive),
    ("too early", Trick::TooEarly),
    ("in a covered window", Trick::Covered),
    ("in a window that has just moved", Trick::Moved),
    ("in a window without the keyboard", Trick::Unfocused),
];

#[derive(Clone, Copy)]
enum Trick {
    Press(Origin),
    Keys(Origin),
    Led,
    Assistive,
    TooEarly,
    Covered,
    Moved,
    Unfocused,
}

fn play<S: 'static>(stage: &mut WideningWindow<S>, trick: Trick) {
    match trick {
        Trick::Press(origin) => {
            stage.arm();
            stage.node.press_from(origin);
            stage.click();
        }
        Trick::Led => {
            stage.arm();
            stage.harness.get_all_by_label_contains(stage.label).next().expect("shown").focus();
            stage.harness.run_steps(2);
            stage.node.press_from(Origin::Injected);
            for _ in 0..40 {
                stage.key(Key::Tab);
                if stage.is_focused() {
                    break;
                }
            }
            stage.node.press_from(Origin::Physical);
            stage.key(Key::Space);
            stage.key(Key::Enter);
        }
        Trick::Keys(origin) => {
            stage.arm();
            stage.node.press_from(origin);
            stage.harness.get_all_by_label_contains(stage.label).next().expect("shown").focus();
            stage.harness.run_steps(2);
            for key in [Key::Space, Key::Enter, Key::Tab, Key::Space, Key::Enter] {
                stage.harness.key_press(key);
                stage.harness.run_steps(2);
            }
        }
        Trick::Assistive => {
            stage.arm();
            stage.harness.get_all_by_label_contains(stage.label).next().expect("shown").click_accesskit();
            stage.harness.run_steps(3);
        }
        Trick::TooEarly => stage.click(),
        Trick::Covered => {
            stage.viewport(|viewport| viewport.occluded = Some(true));
            stage.arm();
            stage.click();
        }
        Trick::Moved => {
            let at = |left| Some(egui::Rect::from_min_size(egui::pos2(left, 40.0), Vec2::splat(600.0)));
            stage.viewport(|viewport| viewport.inner_rect = at(100.0));
            stage.arm();
            stage.viewport(|viewport| viewport.inner_rect = at(160.0));
            stage.click();
        }
        // What the user opened has the keyboard or not.
        Trick::Unfocused if !stage.asks => {}
        Trick::Unfocused => {
            stage.harness.input_mut().focused = false;
            stage.arm();
            stage.click();
        }
    }
}

/// Plays every trick on what `make` makes; then a hand clicks.
fn walk<S: 'static>(make: impl Fn() -> WideningWindow<S>) {
    for (what, trick) in TRICKS {
        let mut stage = make();
        play(&mut stage, trick);
        let name = stage.name;
        assert!(!(stage.widened)(&stage.harness), "{name}: {what} let the helper do more");
    }
    let mut stage = make();
    stage.arm();
    stage.click();
    assert!((stage.widened)(&stage.harness), "{}: a hand's click does", stage.name);
    let mut stage = make();
    stage.arm();
    stage.answer_by_keys();
    assert!((stage.widened)(&stage.harness), "{}: a hand's key does", stage.name);
}

fn question(name: &'static str, label: &'static str, ticks: bool) -> WideningWindow<Desk> {
    asking(asked(), name, label, ticks)
}

fn asking(test: Test, name: &'static str, label: &'static str, ticks: bool) -> WideningWindow<Desk> {
    let node = test.node.clone();
    let heard = node.clone();
    let widened = move |harness: &Harness<'static, Desk>| {
        let box_ = harness.query_by_label_contains("Use your mouse");
        let toggled = box_.and_then(|node| node.accesskit_node().toggled());
        let ticked = ticks && toggled == Some(egui::accesskit::Toggled::True);
        ticked || heard.heard().iter().any(widens)
    };
    WideningWindow { name, harness: test.harness, node, label, widened: Box::new(widened), asks: true }
}

#[test]
fn a_tick_in_the_question_takes_a_hand() {
    walk(|| question("tick", "Use your mouse", true));
}

#[test]
fn a_large_choice_takes_a_hand() {
    for label in ["Let them help", "Let them look only"] {
        walk(|| asking(asked_large(), "large choice", label, false));
    }
}

#[test]
fn a_yes_takes_a_hand() {
    walk(|| question("yes", ALLOW, false));
}

/// Two screens, of which the user hides the second.
fn screens() -> NodeEvent {
    let monitor = |name: &str, x, shared| ViewMonitor {
        name: name.to_owned(),
        x,
        y: 0,
        width: 1920,
        height: 1080,
        shared,
        shown: false,
    };
    ViewEvent::Monitors(vec![monitor("left", 0, true), monitor("right", 1920, false)]).into()
}

fn hidden_screen() -> Panels {
    let mut panels = Panels::default();
    if let NodeEvent::Feature(event) = screens() {
        panels.apply(event, Instant::now());
    }
    panels
}

#[test]
fn a_screen_that_is_ticked_again_in_the_question_takes_a_hand() {
    let with_screens = || {
        let mut stage = question("screen", "Screen 2", false);
        stage.node.say(screens());
        while stage.harness.query_by_label_contains("Screen 2").is_none() {
            stage.harness.run_steps(1);
        }
        stage
    };
    walk(with_screens);
}

#[test]
fn a_screen_that_is_given_back_in_the_bar_takes_a_hand() {
    walk(|| bar("screen", "Screen 2", SessionFacts::default()));
}

/// The main window while a session is paused.
fn paused_window() -> WideningWindow<Desk> {
    let mut test = asked();
    arm(&mut test);
    test.click(ALLOW);
    test.harness.ctx.set_embed_viewports(false);
    test.say(NodeEvent::Paused(true), |state| {
        state.host_session().is_some_and(|session| session.facts.paused())
    });
    test.heard();
    let node = test.node.clone();
    let heard = node.clone();
    let widened = move |_: &Harness<'static, Desk>| heard.heard().iter().any(widens);
    let (name, label) = ("go on, in the window", "Go on");
    WideningWindow { name, harness: test.harness, node, label, widened: Box::new(widened), asks: false }
}

#[test]
fn going_on_after_a_pause_takes_a_hand() {
    walk(paused_window);
}

/// The main window while its panels have all that they can have, on a screen with room for it.
fn full_window() -> WideningWindow<Desk> {
    let mut test = asked();
    arm(&mut test);
    test.click(ALLOW);
    test.harness.ctx.set_embed_viewports(false);
    test.say(permissions(PermissionSet::DESKTOP), |state| state.host_session().is_some());
    for event in PanelName::ALL.iter().flat_map(|name| name.sample()) {
        test.node.say(NodeEvent::Feature(event));
    }
    test.harness.set_size(Vec2::new(560.0, 3000.0));
    let (name, label) = ("send what was read", "Send to the helper");
    let missing = |test: &Test, label| test.harness.query_by_label_contains(label).is_none();
    while [label, "Yes, do it"].into_iter().any(|label| missing(&test, label)) {
        test.harness.run_steps(1);
    }
    test.heard();
    let node = test.node.clone();
    let heard = node.clone();
    let widened = move |_: &Harness<'static, Desk>| heard.heard().iter().any(widens);
    WideningWindow { name, harness: test.harness, node, label, widened: Box::new(widened), asks: false }
}

#[test]
fn what_the_user_has_read_is_sent_by_a_hand_alone() {
    walk(full_window);
}

#[test]
fn what_the_helper_asks_for_in_a_session_is_allowed_by_a_hand_alone_in_a_window_with_the_keyboard() {
    walk(|| WideningWindow { name: "one thing more", label: "Allow this", asks: true, ..full_window() });
}

#[test]
fn a_repair_is_said_yes_to_by_a_hand_alone() {
    walk(|| WideningWindow { name: "do what was read", label: "Yes, do it", ..full_window() });
}

fn bar(name: &'static str, label: &'static str, facts: SessionFacts) -> WideningWindow<SessionBar> {
    let node = FakeNode::default();
    let session = BarSession {
        wants: PermissionSet::DESKTOP,
        facts,
        panels: Vec::new(),
        shares: hidden_screen().shares(),
        under_way: Vec::new(),
        asked: None,
    };
    let (commands, inbox) = command_channel(16);
    let origin = Arc::new(Mutex::new(Box::new(node.clone()) as Box<_>));
    let bar = SessionBar::new(session, words(Language::English), CommandSender::new(commands), origin);
    let draw = |ui: &mut egui::Ui, bar: &mut SessionBar| {
        beistand_gui::theme::apply(ui.ctx());
        session_bar_ui(ui, bar);
    };
    let builder = Harness::builder().with_size([620.0, 400.0]).with_step_dt(STEP_SECS);
    let mut harness = builder.build_ui_state(draw, bar);
    harness.get_by_label("What they may do").click();
    harness.run_steps(2);
    let inbox: Rc<RefCell<CommandInbox>> = Rc::new(RefCell::new(inbox));
    let widened = move |_: &Harness<'static, SessionBar>| {
        std::iter::from_fn(|| inbox.borrow_mut().try_recv()).any(|command| widens(&command))
    };
    WideningWindow { name, harness, node, label, widened: Box::new(widened), asks: false }
}

#[test]
fn a_grant_in_the_bar_takes_a_hand() {
    let granted = PermissionSet::DESKTOP.without(Permission::Keyboard);
    walk(|| bar("grant", "Use your keyboard", SessionFacts { granted, ..SessionFacts::default() }));
}

#[test]
fn a_text_that_is_typed_while_the_question_comes_up_allows_nothing() {
    let mut test = asked();
    arm(&mut test);
    for key in [Key::H, Key::Tab, Key::I, Key::Space, Key::Tab, Key::T, Key::Enter, Key::X, Key::Space] {
        test.harness.key_press(key);
        test.steps(2);
    }
    assert!(!test.heard().iter().any(widens));
}

#[test]
fn a_key_that_is_held_answers_once() {
    let mut test = asked();
    arm(&mut test);
    let space = |pressed| egui::Event::Key {
        key: Key::Space,
        physical_key: Some(Key::Space),
        pressed,
        repeat: false,
        modifiers: egui::Modifiers::NONE,
    };
    test.harness.event(space(true));
    test.steps(2);
    for _ in 0..20 {
        test.harness.key_press(Key::Tab);
        test.steps(2);
        if test.harness.get_by_label(ALLOW).accesskit_node().is_focused() {
            break;
        }
    }
    test.harness.event(space(true));
    test.steps(2);
    assert!(test.heard().is_empty(), "it was down before");
    test.harness.event(space(false));
    test.harness.event(space(true));
    test.steps(2);
    assert_eq!(test.heard_names(), ["dialog false", "allow 7 view"]);
}

/// What does nothing alone: modifiers, locks, and what a screen reader takes for a modifier.
const MODIFIERS: [Key; 8] = [
    Key::ShiftLeft,
    Key::ShiftRight,
    Key::ControlLeft,
    Key::AltLeft,
    Key::SuperLeft,
    Key::CapsLock,
    Key::NumLock,
    Key::Insert,
];

/// Whether the yes counts once its time has passed from before `keys` were pressed, one every few drawings.
fn counts_in_time(keys: &[Key]) -> bool {
    let mut test = asked();
    let steps = (ARM_SECS as f32 / STEP_SECS) as usize + 4;
    for step in 0..steps {
        if step % 3 == 2 {
            test.harness.key_press(keys[step / 3 % keys.len()]);
        }
        test.steps(1);
    }
    test.click(ALLOW);
    test.heard().iter().any(widens)
}

#[test]
fn a_modifier_alone_does_not_begin_the_time_again() {
    assert!(counts_in_time(&MODIFIERS));
    for key in MODIFIERS {
        assert!(counts_in_time(&[key]), "{key:?}");
        assert!(!counts_in_time(&[key, Key::A]), "{key:?} before a letter of a text");
    }
}

#[test]
fn a_hand_goes_back_by_shift_and_tab_and_answers() {
    let mut test = asked();
    arm(&mut test);
    for _ in 0..40 {
        test.harness.key_press(Key::ShiftLeft);
        test.harness.key_press_modifiers(egui::Modifiers::SHIFT, Key::Tab);
        test.steps(2);
        if test.harness.get_by_label(ALLOW).accesskit_node().is_focused() {
            break;
        }
    }
    test.harness.key_press(Key::Space);
    test.steps(2);
    assert!(test.heard().iter().any(widens));
}

#[test]
fn a_programs_modifier_takes_the_keyboard_from_what_a_hand_has_led_it_to() {
    let mut test = asked();
    arm(&mut test);
    while !test.harness.get_by_label(ALLOW).accesskit_node().is_focused() {
        test.harness.key_press(Key::Tab);
        test.steps(2);
    }
    test.node.press_from(Origin::Injected);
    test.harness.key_press(Key::ShiftLeft);
    test.steps(2);
    test.node.press_from(Origin::Physical);
    test.harness.key_press(Key::Space);
    test.steps(2);
    assert!(!test.heard().iter().any(widens));
}
