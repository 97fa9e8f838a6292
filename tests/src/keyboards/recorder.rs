//! A window that tells which keys it gets: xev, which asks Xlib what each makes, as most programs do.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, InputFocus};
use x11rb::rust_connection::RustConnection;

use crate::{Process, Screen, poll};

/// How long xev may take to come up.
const START: Duration = Duration::from_secs(20);

/// A key that went down in the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenKey {
    /// The modifiers that were in force.
    pub state: u16,
    /// X11's number of the key.
    pub keycode: u8,
    /// X11's symbol.
    pub symbol: u32,
    /// The text that it made at last; nothing where an input method kept it.
    pub text: String,
}

/// The window.
#[derive(Debug)]
pub struct KeyRecorder {
    keys: Receiver<SeenKey>,
    connection: RustConnection,
    window: u32,
    // Last: it ends the thread that reads it.
    _xev: Process,
}

impl KeyRecorder {
    /// Opens it on a screen without a window manager and gives it the keyboard.
    ///
    /// # Panics
    /// Where xev is missing.
    #[track_caller]
    pub fn start(screen: &Screen, title: &str) -> Self {
        let mut command = screen.command("stdbuf");
        command.args(["-oL", "xev", "-geometry", "200x150+5+5", "-name", title, "-event", "keyboard"]);
        command.stdout(Stdio::piped());
        let mut xev = Process::start(&mut command);
        let output = BufReader::new(xev.child().stdout.take().expect("piped"));
        let (sender, keys) = channel();
        std::thread::spawn(move || {
            let mut reading = XevReading::default();
            for line in output.lines().map_while(Result::ok) {
                if let Some(key) = reading.line(&line)
                    && sender.send(key).is_err()
                {
                    return;
                }
            }
        });
        let (connection, _) = x11rb::connect(Some(screen.display())).expect("the screen is there");
        let window = screen.window(title).id;
        let recorder = Self { keys, connection, window, _xev: xev };
        recorder.focus();
        recorder
    }

    /// Gives it the keyboard.
    ///
    /// # Panics
    /// Where it is gone.
    pub fn focus(&self) {
        self.focus_on(self.window);
    }

    /// Gives another window of its screen the keyboard, where no window manager does.
    ///
    /// # Panics
    /// Where that is never shown.
    pub fn focus_on(&self, window: u32) {
        let focused = poll(START, || {
            let set = self.connection.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME);
            // It can't have it before it is shown.
            set.expect("the server runs").check().ok()?;
            let now = self.connection.get_input_focus().expect("the server runs").reply().ok()?.focus;
            (now == window).then_some(())
        });
        focused.expect("a window that is shown");
    }

    /// The next key, if one goes down in this time.
    pub fn next(&self, within: Duration) -> Option<SeenKey> {
        self.keys.recv_timeout(within).ok()
    }

    /// The keys that go down until `done` says of all of them that they are enough, or the time is over.
    pub fn until(&self, within: Duration, done: impl Fn(&[SeenKey]) -> bool) -> Vec<SeenKey> {
        let end = Instant::now() + within;
        let mut seen = Vec::new();
        while !done(&seen) {
            let Some(key) = self.next(end.saturating_duration_since(Instant::now())) else { break };
            seen.push(key);
        }
        seen
    }

    /// The modifiers that are in force on its screen, and whether any key is down.
    ///
    /// # Panics
    /// Where the screen is gone.
    pub fn held(&self) -> (u16, bool) {
        let root = self.connection.setup().roots[0].root;
        let pointer = self.connection.query_pointer(root).expect("the server runs").reply();
        let keymap = self.connection.query_keymap().expect("the server runs").reply();
        let keys = keymap.expect("every server answers").keys;
        (pointer.expect("every server answers").mask.into(), keys.iter().any(|byte| *byte != 0))
    }
}

/// A key press of xev's, as far as it is read.
#[derive(Default)]
struct XevReading {
    key: Option<SeenKey>,
}

impl XevReading {
    /// Takes in a line of xev's; a key that is complete with it.
    fn line(&mut self, line: &str) -> Option<SeenKey> {
        if line.starts_with("KeyPress event") {
            self.key = Some(SeenKey { state: 0, keycode: 0, symbol: 0, text: String::new() });
        } else if line.starts_with("KeyRelease event") {
            self.key = None;
        }
        let key = self.key.as_mut()?;
        if let Some(rest) = line.trim_start().strip_prefix("state 0x") {
            key.state = u16::from_str_radix(until(rest, ','), 16).ok()?;
            key.keycode = until(after(rest, "keycode ")?, ' ').parse().ok()?;
            key.symbol = u32::from_str_radix(until(after(rest, "keysym 0x")?, ','), 16).ok()?;
        } else if let Some(rest) = line.trim_start().strip_prefix("XmbLookupString gives ") {
            let hex = after(rest, "(").map_or("", |rest| until(rest, ')'));
            let bytes: Vec<u8> =
                hex.split_whitespace().filter_map(|byte| u8::from_str_radix(byte, 16).ok()).collect();
            key.text = String::from_utf8_lossy(&bytes).into_owned();
        } else if let Some(kept) = line.trim_start().strip_prefix("XFilterEvent returns: ") {
            if kept.starts_with("True") {
                key.text.clear();
            }
            return self.key.take();
        }
        None
    }
}

fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, rest)| rest)
}

fn until(text: &str, end: char) -> &str {
    text.split(end).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xev_writes_is_read() {
        let written = "\
KeyPress event, serial 37, synthetic NO, window 0x600001,
    root 0x4f4, subw 0x0, time 123, (3,4), root:(8,9),
    state 0x84, keycode 26 (keysym 0xe9, eacute), same_screen YES,
    XLookupString gives 2 bytes: (c3 a9) \"\u{e9}\"
    XmbLookupString gives 2 bytes: (c3 a9) \"\u{e9}\"
    XFilterEvent returns: False

KeyRelease event, serial 37, synthetic NO, window 0x600001,
    state 0x84, keycode 26 (keysym 0xe9, eacute), same_screen YES,
    XLookupString gives 2 bytes: (c3 a9) \"\u{e9}\"
    XFilterEvent returns: False
";
        let mut reading = XevReading::default();
        let keys: Vec<_> = written.lines().filter_map(|line| reading.line(line)).collect();
        assert_eq!(keys, [SeenKey { state: 0x84, keycode: 26, symbol: 0xe9, text: "\u{e9}".to_owned() }]);
    }
}
