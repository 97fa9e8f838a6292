//! The shortcuts of the technician's own desktop, under a window manager that has its own for them.

use std::time::Duration;

use beistand_tests::keyboards::{KeyRecorder, SeenKey};
use beistand_tests::{Device, Hand, Program, Screen, Start, Window, poll};

use crate::support::{Host, NOTICE, PATIENCE, SOON};

/// X11's numbers of keys and modifiers.
mod key {
    pub(super) const CONTROL: u8 = 37;
    pub(super) const ALT: u8 = 64;
    pub(super) const TAB: u8 = 23;
    pub(super) const SUPER: u8 = 133;
    pub(super) const D: u8 = 40;
    /// F9, which is nobody's shortcut: when it has arrived, all before it has.
    pub(super) const MARK: u8 = 75;
    pub(super) const ALT_STATE: u16 = 1 << 3;
    pub(super) const SUPER_STATE: u16 = 1 << 6;
}

/// Between two keys: a hand is no faster, and openbox waits for ever for the end of an Alt+Tab that is.
const FINGER: Duration = Duration::from_millis(20);

/// A session in the technician's window, beside another window of theirs.
struct ShortcutStage {
    // Dropped first: programs before their screens.
    technician: Program,
    host: Program,
    /// Tells what arrives at the user's, where no window manager keeps anything.
    theirs: KeyRecorder,
    viewer: Window,
    other: Window,
    hand: Hand,
    technicians: Screen,
    _users: Screen,
}

impl ShortcutStage {
    /// Openbox has Alt+Tab for the next window and Super+D for the bare desktop.
    fn start() -> Self {
        let users = Screen::new(640, 480);
        let theirs = KeyRecorder::start(&users, "theirs");
        let mut technicians = Screen::with_window_manager(1400, 1050);
        let other = technicians.xterm("mine", "40x5-5-5", "exec cat");
        let Host { program: mut host, link, .. } = Host::start(&users);
        let mut technician =
            Start::desktop(&["view", "--name", "Tess"]).invite(link).on(&technicians).start();
        host.expect("request", PATIENCE);
        host.allow("view,pointer,keyboard");
        technician.expect("granted", PATIENCE);
        technician.expect("picture", PATIENCE);
        let hand = Hand::new(&technicians, Device::Injected);
        let viewer = technicians.window("Beistand");
        let stage = Self { technician, host, theirs, viewer, other, hand, technicians, _users: users };
        stage.give();
        // For a moment after the user's yes no key arrives.
        poll(PATIENCE, || {
            stage.press(&[key::MARK]);
            (!stage.theirs.until(Duration::from_secs(1), is_marked).is_empty()).then_some(())
        })
        .expect("keys arrive");
        stage
    }

    /// A click into the picture gives it the keyboard.
    fn give(&self) {
        self.hand.click(self.technicians.window("Beistand").area.centre());
        self.expect_taken();
    }

    /// Presses keys in this order and lets go of them the other way round.
    fn press(&self, keys: &[u8]) {
        let down = keys.iter().map(|keycode| (*keycode, true));
        for (keycode, pressed) in down.chain(keys.iter().rev().map(|keycode| (*keycode, false))) {
            self.hand.key(keycode, pressed);
            std::thread::sleep(FINGER);
        }
    }

    /// What arrives when these keys are pressed.
    fn arrives(&self, keys: &[u8]) -> Vec<SeenKey> {
        self.press(keys);
        self.press(&[key::MARK]);
        let mut seen = self.theirs.until(PATIENCE, is_marked);
        seen.pop();
        seen
    }

    #[track_caller]
    fn expect_taken(&self) {
        poll(SOON, || self.technicians.keyboard_is_grabbed().then_some(()))
            .expect("the picture has all keys");
    }

    #[track_caller]
    fn expect_free(&self, why: &str) {
        let free = poll(NOTICE, || (!self.technicians.keyboard_is_grabbed()).then_some(()));
        assert!(free.is_some(), "the desktop has its keyboard: {why}");
    }

    #[track_caller]
    fn expect_focus(&self, window: &Window) {
        poll(SOON, || self.technicians.has_focus(window).then_some(())).expect("it has the focus");
    }
}

fn is_marked(seen: &[SeenKey]) -> bool {
    seen.last().is_some_and(|key| key.keycode == key::MARK)
}

fn has(seen: &[SeenKey], keycode: u8, state: u16) -> bool {
    seen.iter().any(|key| key.keycode == keycode && key.state & state != 0)
}

#[test]
fn shortcuts_of_the_technicians_desktop_go_to_the_other_side_until_they_are_got_back() {
    let mut stage = ShortcutStage::start();
    let seen = stage.arrives(&[key::ALT, key::TAB]);
    assert!(has(&seen, key::TAB, key::ALT_STATE), "{seen:?}");
    let seen = stage.arrives(&[key::SUPER, key::D]);
    assert!(has(&seen, key::D, key::SUPER_STATE), "{seen:?}");
    assert!(stage.technicians.has_focus(&stage.viewer), "this desktop did nothing for them");

    // The way out with the keyboard: now they are this desktop's, also when the window is used again.
    stage.press(&[key::CONTROL, key::ALT]);
    stage.expect_free("the way out");
    stage.press(&[key::ALT, key::TAB]);
    stage.expect_focus(&stage.other);
    stage.press(&[key::ALT, key::TAB]);
    stage.expect_focus(&stage.viewer);
    assert!(!stage.technicians.keyboard_is_grabbed(), "only a click gives it away again");
    let late = stage.theirs.next(Duration::from_millis(300));
    let only_the_way_out = |key: &SeenKey| [key::CONTROL, key::ALT].contains(&key.keycode);
    assert!(late.as_ref().is_none_or(only_the_way_out), "{late:?}");

    // The mouse elsewhere, and back.
    stage.give();
    stage.hand.click(stage.other.area.centre());
    stage.expect_focus(&stage.other);
    stage.expect_free("another window");
    stage.give();

    stage.host.say("pause");
    stage.expect_free("a pause");
    stage.host.type_line("resume");
    stage.expect_taken();

    // Nothing of a program that dies stays.
    stage.technician.kill();
    stage.expect_free("the program died");
}
