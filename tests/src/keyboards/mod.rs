//! Two keyboards with different layouts in one session: what is pressed in the technician's window, and what
//! the user's programs get.
//!
//! What a key should make is what it makes in a window of its own on the technician's screen, asked of Xlib;
//! no table of ours says it.

mod layout;
mod recorder;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::{Device, Hand, Program, Screen, Start, poll};
pub use layout::{KeyboardLayout, LAYOUTS};
use layout::{american, keycode, writing_keys};
pub use recorder::{KeyRecorder, SeenKey};

/// How long programs may take to start and to find each other, and a key to arrive.
const PATIENCE: Duration = Duration::from_secs(60);

/// What an accent makes with the space bar, a key's release, and a key that is tried come within this time,
/// if they do.
const ACCENT: Duration = Duration::from_secs(2);

/// A key that no layout gives a character or a shortcut to: F9. When it has arrived, all before it has.
const MARK: u8 = 75;
const MARK_SYMBOL: u32 = 0xffc6;

/// Modifiers as X11 has them.
const SHIFT: u16 = 1;
const CONTROL: u16 = 1 << 2;
const ALT: u16 = 1 << 3;
const SUPER: u16 = 1 << 6;
/// What makes a key a command.
const COMMAND: u16 = CONTROL | ALT | SUPER;

/// A key that was pressed and what that made at home.
#[derive(Debug, Clone)]
struct HomeStroke {
    held: Vec<u8>,
    keycode: u8,
    /// Whether it was an accent, which the space bar completed.
    accent: bool,
    text: String,
}

/// What each key of a layout makes at home.
#[derive(Debug, Clone, Default)]
pub struct HomeKeys {
    strokes: Vec<HomeStroke>,
    /// The Latin letter that each key makes alone, or has on it beside a letter of another script.
    letters: BTreeMap<u8, char>,
}

/// How a pair of layouts did.
#[derive(Debug, Clone, Default)]
pub struct PairOutcome {
    /// Presses that make a text, and how many of them arrived as that text and nothing else.
    pub texts: (usize, usize),
    /// Shortcuts, and how many arrived as the user's own key for the letter with just the modifiers that were
    /// held.
    pub shortcuts: (usize, usize),
    /// What went wrong, a line each.
    pub faults: Vec<String>,
}

impl PairOutcome {
    /// Whether all arrived.
    pub fn is_perfect(&self) -> bool {
        self.faults.is_empty()
    }

    /// Counts another pair as well.
    pub fn add(&mut self, other: Self) {
        for (sum, more) in [(&mut self.texts, other.texts), (&mut self.shortcuts, other.shortcuts)] {
            *sum = (sum.0 + more.0, sum.1 + more.1);
        }
        self.faults.extend(other.faults);
    }
}

/// Both screens, with a session between them.
#[derive(Debug)]
pub struct KeyboardStage {
    // Dropped first: programs before their screens.
    _viewer: Program,
    _host: Program,
    theirs: KeyRecorder,
    /// At the technician's, to see what keys make there.
    home: KeyRecorder,
    viewer_window: u32,
    hand: Hand,
    user: Screen,
    technician: Screen,
}

impl KeyboardStage {
    /// Starts a session with both permissions, the technician's in their window.
    ///
    /// # Panics
    /// Where it does not come about.
    #[track_caller]
    pub fn start() -> Self {
        let (user, technician) = (Screen::new(640, 480), Screen::new(1024, 768));
        let theirs = KeyRecorder::start(&user, "theirs");
        let home = KeyRecorder::start(&technician, "home");
        let mut host = Start::node("share").on(&user).start();
        let link = host.expect("invite", PATIENCE).text("link");
        let mut viewer = Start::desktop(&["view", "--name", "Tess"]).invite(link).on(&technician).start();
        host.expect("request", PATIENCE);
        host.allow("view,pointer,keyboard");
        viewer.expect("granted", PATIENCE);
        viewer.expect("picture", PATIENCE);
        let hand = Hand::new(&technician, Device::Injected);
        let viewer_window = technician.window("Beistand").id;
        let stage =
            Self { _viewer: viewer, _host: host, theirs, home, viewer_window, hand, user, technician };
        stage.settle();
        stage
    }

    /// Waits until keys arrive: for a moment after the user's yes none do.
    fn settle(&self) {
        let american = KeyboardLayout::named("us").expect("known");
        self.lay_out(american, american);
        let is_mark = |key: &SeenKey| key.symbol == MARK_SYMBOL;
        let arrives = poll(PATIENCE, || {
            self.press(&[], MARK);
            let seen = self.theirs.until(ACCENT, |seen| seen.iter().any(is_mark));
            seen.iter().any(is_mark).then_some(())
        });
        assert!(arrives.is_some(), "no key arrives");
        // On a busy machine those of earlier tries come late.
        while self.theirs.next(ACCENT).is_some() {}
    }

    /// What each key of `layout` makes, and the technician has that layout from now on.
    pub fn learn(&self, layout: KeyboardLayout) -> HomeKeys {
        layout.set(&self.technician);
        self.home.focus();
        // The viewer may have all keys for a moment longer.
        let free = poll(PATIENCE, || (!self.technician.keyboard_is_grabbed()).then_some(()));
        assert!(free.is_some(), "the viewer keeps the keyboard");
        let mut home = HomeKeys::default();
        for held in layout.holds() {
            for keycode in writing_keys() {
                home.add(self.learn_key(&held, keycode));
            }
        }
        home
    }

    /// Tries all that was learnt at a user with another layout.
    pub fn tries(
        &self,
        home: &HomeKeys,
        technician: KeyboardLayout,
        user: KeyboardLayout,
        theirs: &HomeKeys,
    ) -> PairOutcome {
        self.lay_out(technician, user);
        let mut outcome = PairOutcome::default();
        for stroke in &home.strokes {
            self.try_text(stroke, &mut outcome);
        }
        for (key, letter) in &home.letters {
            for held in [&[keycode::CONTROL][..], &[keycode::ALT], &[keycode::CONTROL, keycode::SHIFT]] {
                self.try_shortcut((*key, *letter), held, theirs, &mut outcome);
            }
        }
        // The last key's release may be on its way.
        let let_go = poll(ACCENT, || {
            let (modifiers, key) = self.held();
            (modifiers & (COMMAND | SHIFT) == 0 && !key).then_some(())
        });
        if let_go.is_none() {
            outcome.faults.push(format!("something stays down: {:x?}", self.held()));
        }
        outcome
    }

    /// Gives both their layouts, and the technician's window the keyboard.
    pub fn lay_out(&self, technician: KeyboardLayout, user: KeyboardLayout) {
        technician.set(&self.technician);
        user.set(&self.user);
        self.home.focus_on(self.viewer_window);
        self.theirs.focus();
    }

    /// What arrives when a key is pressed while others are held, by X11's numbers.
    pub fn seen(&self, held: &[u8], keycode: u8) -> Vec<SeenKey> {
        self.press(held, keycode);
        self.arrived()
    }

    /// What arrives when these keys are pressed one after the other.
    pub fn seen_in_turn(&self, keycodes: &[u8]) -> Vec<SeenKey> {
        for keycode in keycodes {
            self.press(&[], *keycode);
        }
        self.arrived()
    }

    /// The modifiers that are in force at the user's, and whether any key is down.
    pub fn held(&self) -> (u16, bool) {
        self.theirs.held()
    }

    /// The user's screen.
    pub fn user(&self) -> &Screen {
        &self.user
    }

    /// The technician's screen.
    pub fn technician(&self) -> &Screen {
        &self.technician
    }

    fn learn_key(&self, held: &[u8], keycode: u8) -> HomeStroke {
        self.press(held, keycode);
        let mut seen = self.home.until(PATIENCE, |seen| seen.iter().any(|key| key.keycode == keycode));
        let accent = seen.iter().any(|key| key.keycode == keycode && is_accent(key.symbol));
        if accent {
            self.press(&[], keycode::SPACE);
            // The input method hands the character over without a key.
            seen.extend(self.home.until(ACCENT, |seen| seen.iter().any(|key| key.keycode == 0)));
        }
        HomeStroke { held: held.to_vec(), keycode, accent, text: text_of(&seen) }
    }

    fn try_text(&self, stroke: &HomeStroke, outcome: &mut PairOutcome) {
        let HomeStroke { held, keycode, accent, text } = stroke;
        self.press(held, *keycode);
        if *accent {
            self.press(&[], keycode::SPACE);
        }
        let seen = self.arrived();
        let command = seen.iter().any(|key| key.state & COMMAND != 0);
        let good = text_of(&seen) == *text && !command;
        if !text.is_empty() {
            outcome.texts.0 += 1;
            outcome.texts.1 += usize::from(good);
        }
        if !good {
            let got = text_of(&seen);
            outcome
                .faults
                .push(format!("{held:?}+{keycode}: {text:?} arrived as {got:?}, a command: {command}"));
        }
    }

    fn try_shortcut(
        &self,
        (key, letter): (u8, char),
        held: &[u8],
        theirs: &HomeKeys,
        outcome: &mut PairOutcome,
    ) {
        self.press(held, key);
        let seen = self.arrived();
        let keys: Vec<_> = seen.iter().filter(|key| !is_modifier(key.symbol)).collect();
        let wanted = held.iter().fold(0, |all, keycode| all | modifier_of(*keycode));
        let right =
            |key: &SeenKey| theirs.has(key.keycode, letter) && key.state & (COMMAND | SHIFT) == wanted;
        let good = matches!(keys.as_slice(), [key] if right(key));
        outcome.shortcuts.0 += 1;
        outcome.shortcuts.1 += usize::from(good);
        if !good {
            outcome.faults.push(format!("{held:?}+{key} ({letter}) arrived as {keys:x?}"));
        }
    }

    /// What has arrived at the user's since the last call.
    fn arrived(&self) -> Vec<SeenKey> {
        self.press(&[], MARK);
        let is_mark = |key: &SeenKey| key.symbol == MARK_SYMBOL;
        let mut seen = self.theirs.until(PATIENCE, |seen| seen.last().is_some_and(is_mark));
        assert!(seen.pop().is_some_and(|key| is_mark(&key)), "the session no longer carries keys");
        seen
    }

    fn press(&self, held: &[u8], keycode: u8) {
        for modifier in held {
            self.hand.key(*modifier, true);
        }
        self.hand.key(keycode, true);
        self.hand.key(keycode, false);
        for modifier in held.iter().rev() {
            self.hand.key(*modifier, false);
        }
    }
}

impl HomeKeys {
    /// Whether the key has this letter on it. One that no key makes is where Latin keyboards have it, as it
    /// is with Greek's Q.
    fn has(&self, keycode: u8, letter: char) -> bool {
        match self.letters.get(&keycode) {
            Some(has) => *has == letter,
            None => american(keycode) == Some(letter) && !self.letters.values().any(|has| *has == letter),
        }
    }

    fn add(&mut self, stroke: HomeStroke) {
        if stroke.held.is_empty() {
            // A keyboard of another script has Latin letters on the same keys.
            let letter = single(&stroke.text).filter(char::is_ascii_lowercase);
            let foreign = single(&stroke.text).filter(|made| *made > '\u{24f}');
            if let Some(letter) = letter.or(foreign.and_then(|_| american(stroke.keycode))) {
                self.letters.insert(stroke.keycode, letter);
            }
        }
        self.strokes.push(stroke);
    }
}

/// The text that keys made, without what Enter and its like make.
fn text_of(seen: &[SeenKey]) -> String {
    seen.iter().flat_map(|key| key.text.chars()).filter(|character| !character.is_control()).collect()
}

fn single(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

/// X11's symbols of accents that wait for the next key.
fn is_accent(symbol: u32) -> bool {
    (0xfe50..=0xfe93).contains(&symbol)
}

/// X11's symbols of Shift and its like.
fn is_modifier(symbol: u32) -> bool {
    (0xffe1..=0xffee).contains(&symbol) || (0xfe01..=0xfe13).contains(&symbol)
}

fn modifier_of(key: u8) -> u16 {
    match key {
        keycode::SHIFT => SHIFT,
        keycode::CONTROL => CONTROL,
        keycode::ALT => ALT,
        _ => 0,
    }
}
