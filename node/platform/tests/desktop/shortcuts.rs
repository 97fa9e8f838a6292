//! The desktop's own shortcuts for one window, on a real X server, beside a program that has grabbed one.

use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use beistand_platform::x11::{X11ShortcutGrab, X11UserWatch};
use beistand_platform::{GrabState, KeyCombination, ShortcutGrab as _, UserSign};
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::*;
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{CURRENT_TIME, NONE};

use crate::support::hand::PhysicalMouse;
use crate::support::{Client, PATIENCE, Xvfb};

/// Linux codes.
const CONTROL: u8 = 29;
const ALT: u8 = 56;
const TAB: u8 = 15;
const KEY_A: u8 = 30;
const END: u8 = 107;

/// X11's key code of a Linux code.
const fn keycode(code: u8) -> u8 {
    code + 8
}

/// A display with our window, a program with a shortcut of its own, and a hand.
struct ShortcutStage {
    window: Window,
    ours: Client,
    desktop: Client,
    hand: PhysicalMouse,
    xvfb: Xvfb,
}

impl ShortcutStage {
    /// The desktop's shortcut is Alt+Tab.
    fn new() -> Self {
        let xvfb = Xvfb::start();
        let (ours, desktop) = (xvfb.client(), xvfb.client());
        let window = ours.window(0, 0, 100, 100);
        let conn = &desktop.conn;
        let (modifiers, mode) = (ModMask::M1, GrabMode::ASYNC);
        conn.grab_key(true, desktop.root, modifiers, keycode(TAB), mode, mode).unwrap().check().unwrap();
        let stage = Self { window, hand: PhysicalMouse::connect(xvfb.name()).unwrap(), ours, desktop, xvfb };
        stage.focus(stage.window);
        stage
    }

    fn focus(&self, window: Window) {
        self.desktop.conn.set_input_focus(InputFocus::PARENT, window, CURRENT_TIME).unwrap().check().unwrap();
    }

    fn grab(&self) -> (X11ShortcutGrab, Receiver<GrabState>) {
        self.grab_unless_untouched_for(Duration::from_secs(600))
    }

    fn grab_unless_untouched_for(&self, time: Duration) -> (X11ShortcutGrab, Receiver<GrabState>) {
        let (tell, states) = channel();
        let notice = Box::new(move |state| _ = tell.send(state));
        (X11ShortcutGrab::open_with(self.xvfb.name(), self.window, notice, time).unwrap(), states)
    }

    fn press(&self, codes: &[u8]) {
        for code in codes {
            self.hand.key(*code, true).unwrap();
        }
        for code in codes.iter().rev() {
            self.hand.key(*code, false).unwrap();
        }
    }

    /// The server does nothing for other programs meanwhile; they still get events.
    fn alone_at_the_server(&self, act: impl FnOnce()) {
        self.desktop.conn.grab_server().unwrap().check().unwrap();
        act();
        self.desktop.conn.ungrab_server().unwrap().check().unwrap();
    }

    /// Waits until no program has the keyboard.
    #[track_caller]
    fn expect_free_keyboard(&self) {
        let (conn, root, mode) = (&self.desktop.conn, self.desktop.root, GrabMode::ASYNC);
        let take = || conn.grab_keyboard(true, root, CURRENT_TIME, mode, mode).unwrap().reply().unwrap();
        let start = Instant::now();
        while take().status != GrabStatus::SUCCESS {
            assert!(start.elapsed() < PATIENCE, "a window without the focus keeps the keyboard");
        }
        conn.ungrab_keyboard(CURRENT_TIME).unwrap().check().unwrap();
    }

    /// Presses Alt+Tab, and then waits until A, which is nobody's shortcut, has arrived at our window.
    fn who_gets_alt_tab(&self) -> Receivers {
        // What was pressed before has arrived by now.
        self.ours.conn.sync().unwrap();
        while self.ours.conn.poll_for_event().unwrap().is_some() {}
        self.press(&[ALT, TAB]);
        self.press(&[KEY_A]);
        let mut window = false;
        loop {
            let event = self.ours.conn.wait_for_event().unwrap();
            if let Event::KeyPress(event) = event {
                assert_eq!(event.event, self.window);
                window |= event.detail == keycode(TAB) && event.state.contains(KeyButMask::MOD1);
                if event.detail == keycode(KEY_A) {
                    break;
                }
            }
        }
        self.desktop.conn.sync().unwrap();
        let pressed = |event: &Event| matches!(event, Event::KeyPress(key) if key.detail == keycode(TAB));
        let events: Vec<_> = std::iter::from_fn(|| self.desktop.conn.poll_for_event().unwrap()).collect();
        Receivers { window, desktop: events.iter().any(pressed) }
    }
}

/// Who got a shortcut.
#[derive(Debug, PartialEq)]
struct Receivers {
    window: bool,
    desktop: bool,
}

const WINDOW: Receivers = Receivers { window: true, desktop: false };
const DESKTOP: Receivers = Receivers { window: false, desktop: true };

#[track_caller]
fn expect(states: &Receiver<GrabState>, state: GrabState) {
    assert_eq!(states.recv_timeout(PATIENCE), Ok(state));
}

#[test]
fn a_shortcut_is_the_windows_while_it_wants_it_and_the_desktops_before_and_after() {
    let stage = ShortcutStage::new();
    let (grab, states) = stage.grab();
    assert_eq!(stage.who_gets_alt_tab(), DESKTOP);
    grab.want(true);
    expect(&states, GrabState::Held);
    grab.answered();
    assert_eq!(stage.who_gets_alt_tab(), WINDOW);
    grab.answered();
    grab.want(false);
    expect(&states, GrabState::Free);
    assert_eq!(stage.who_gets_alt_tab(), DESKTOP);
    grab.want(true);
    expect(&states, GrabState::Held);
    drop(grab);
    assert_eq!(stage.who_gets_alt_tab(), DESKTOP);
}

#[test]
fn a_window_without_the_focus_has_no_shortcuts() {
    let stage = ShortcutStage::new();
    let other = stage.desktop.window(200, 0, 100, 100);
    let (grab, states) = stage.grab();
    grab.want(true);
    expect(&states, GrabState::Held);
    stage.focus(other);
    expect(&states, GrabState::Free);
    stage.focus(stage.window);
    expect(&states, GrabState::Held);
    stage.ours.conn.unmap_window(stage.window).unwrap().check().unwrap();
    expect(&states, GrabState::Free);
    stage.ours.conn.destroy_window(stage.window).unwrap().check().unwrap();
    assert_eq!(grab.state(), GrabState::Free);
}

#[test]
fn what_is_typed_for_another_window_is_not_sent_on() {
    let stage = ShortcutStage::new();
    let other = stage.desktop.window(200, 0, 100, 100);
    let conn = &stage.desktop.conn;
    let (grab, states) = stage.grab();
    grab.want(true);
    expect(&states, GrabState::Held);
    // The server doesn't hear that it lets go, so the keys still come by its grab.
    stage.alone_at_the_server(|| {
        stage.focus(other);
        for kind in [KEY_PRESS_EVENT, KEY_RELEASE_EVENT] {
            let typed = conn.xtest_fake_input(kind, keycode(KEY_A), CURRENT_TIME, NONE, 0, 0, 0);
            typed.unwrap().check().unwrap();
        }
    });
    expect(&states, GrabState::Free);
    stage.ours.conn.sync().unwrap();
    let events: Vec<_> = std::iter::from_fn(|| stage.ours.conn.poll_for_event().unwrap()).collect();
    assert!(!events.iter().any(|event| matches!(event, Event::KeyPress(_))), "{events:?}");
    stage.press(&[KEY_A]);
    while !matches!(conn.wait_for_event().unwrap(), Event::KeyPress(key) if key.event == other) {}
}

#[test]
fn a_keyboard_that_is_got_after_the_focus_went_is_given_back() {
    let stage = ShortcutStage::new();
    let other = stage.desktop.window(200, 0, 100, 100);
    let (grab, states) = stage.grab();
    for round in 0..30 {
        stage.focus(stage.window);
        grab.want(true);
        expect(&states, GrabState::Held);
        grab.want(false);
        expect(&states, GrabState::Free);
        // It asks for the keyboard before the focus moves, and is answered after that.
        stage.alone_at_the_server(|| {
            grab.want(true);
            // Which comes first is up to the scheduler; the focus moves a little later in each round.
            (0..round).for_each(|_| stage.desktop.conn.sync().unwrap());
            stage.focus(other);
        });
        stage.expect_free_keyboard();
        grab.want(false);
    }
}

#[test]
fn a_window_that_hangs_loses_them_and_gets_them_back_when_it_goes_on() {
    let stage = ShortcutStage::new();
    let (grab, states) = stage.grab();
    grab.want(true);
    expect(&states, GrabState::Held);
    // Without a key there is nothing to come round to.
    assert!(states.recv_timeout(Duration::from_millis(1200)).is_err());
    stage.press(&[KEY_A]);
    expect(&states, GrabState::Free);
    assert_eq!(stage.who_gets_alt_tab(), DESKTOP);
    grab.answered();
    expect(&states, GrabState::Held);
    assert_eq!(stage.who_gets_alt_tab(), WINDOW);
}

#[test]
fn another_programs_keyboard_is_waited_for() {
    let stage = ShortcutStage::new();
    let conn = &stage.desktop.conn;
    let mode = GrabMode::ASYNC;
    let taken = conn.grab_keyboard(true, stage.desktop.root, CURRENT_TIME, mode, mode).unwrap();
    assert_eq!(taken.reply().unwrap().status, GrabStatus::SUCCESS);
    let (grab, states) = stage.grab();
    grab.want(true);
    expect(&states, GrabState::Taken);
    conn.ungrab_keyboard(CURRENT_TIME).unwrap().check().unwrap();
    expect(&states, GrabState::Held);
}

#[test]
fn a_screen_that_nobody_touches_can_be_locked() {
    let stage = ShortcutStage::new();
    let (grab, states) = stage.grab_unless_untouched_for(Duration::from_millis(500));
    stage.press(&[KEY_A]);
    grab.want(true);
    expect(&states, GrabState::Held);
    expect(&states, GrabState::Free);
    stage.press(&[KEY_A]);
    expect(&states, GrabState::Held);
}

#[test]
fn the_emergency_key_is_heard_by_whoever_waits_for_it() {
    let stage = ShortcutStage::new();
    let (tell, signs) = channel();
    let tell = Box::new(move |sign| _ = tell.send(sign));
    let _watch = X11UserWatch::start(stage.xvfb.name(), KeyCombination::PANIC, tell).unwrap();
    let (grab, states) = stage.grab();
    grab.want(true);
    expect(&states, GrabState::Held);
    stage.press(&[CONTROL, ALT, END]);
    let told = std::iter::from_fn(|| signs.recv_timeout(PATIENCE).ok()).any(|sign| sign == UserSign::Panic);
    assert!(told);
}
