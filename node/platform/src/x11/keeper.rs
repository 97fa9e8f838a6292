//! X11: keeps the screen saver and DPMS off, and finds out what covers the screen.
//!
//! `XScreenSaverSuspend` stops both timers of the server for as long as the connection lives, so a program
//! that dies leaves nothing behind. Programs with a clock of their own (xscreensaver, xautolock) go by how
//! long the user has been idle; the server forgets that each time the saver is reset, as `xset s reset` does.
//!
//! What it does not do: it opens no lock, and it knows only those that say so, there or on D-Bus, or whose
//! window is known by name.

use std::time::{Duration, Instant};

use beistand_session::ScreenCover;
use x11rb::connection::RequestConnection as _;
use x11rb::protocol::screensaver::{self, ConnectionExt as _};
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt as _, MapState, ScreenSaver, Window};

use super::{X11Display, X11Failure};
use crate::session_lock::{self, LockBuses, SessionLock};
use crate::{DesktopFault, DesktopObstacle, DesktopPart, ScreenKeeper};

/// How often the time for which the user has been idle is forgotten: the shortest that programs with a clock
/// of their own can be set to is a minute.
const RESET_INTERVAL: Duration = Duration::from_secs(30);

/// Windows that are looked at from the top: a lock covers all others, and our own bars and frames are above
/// it.
const LOOKED_AT: usize = 48;

/// The state of a saver that covers the screen, in the reply of `XScreenSaverQueryInfo`.
const SAVER_ON: u8 = 1;

/// Words of xscreensaver's state that fit in what is read of it.
const STATUS_WORDS: u32 = 1;

/// Bytes of a window's class that are read, in words of four.
const CLASS_WORDS: u32 = 32;

/// Window classes of programs that lock the screen, in lower case.
const LOCKS: [&str; 11] = [
    "i3lock",
    "slock",
    "xsecurelock",
    "xlock",
    "xtrlock",
    "kscreenlocker_greet",
    "mate-screensaver",
    "cinnamon-screensaver",
    "gnome-screensaver",
    "light-locker",
    "xfce4-screensaver",
];

/// Looks what covers a display's screen.
struct CoverLook {
    display: X11Display,
    /// Where xscreensaver says what it does, and its word for a lock.
    status: Atom,
    lock: Atom,
}

/// What covers the screen of the display of this name now, as far as the display and services on `buses` say.
/// It looks once and changes nothing.
///
/// # Errors
/// [`DesktopFault::Unavailable`]: no display, or none with the extension.
pub fn screen_cover(display: &str, buses: &LockBuses) -> Result<ScreenCover, DesktopFault> {
    let look = || {
        let screen = CoverLook::open(display)?;
        screen.display.conn.screensaver_query_version(1, 1)?.reply()?;
        let saver_on = screen.saver_is_on()?;
        Ok(if screen.is_locked()? || session_lock::is_locked_now(buses) {
            ScreenCover::Lock
        } else if saver_on {
            ScreenCover::Saver
        } else {
            ScreenCover::None
        })
    };
    look().map_err(|failure: X11Failure| failure.fault(DesktopPart::ScreenSaver))
}

/// Whether anything covers it, as this computer's own buses say.
pub(super) fn is_covered(display: &str) -> Result<bool, DesktopFault> {
    Ok(screen_cover(display, &LockBuses::default())? != ScreenCover::None)
}

/// Keeps a display's screen on.
pub struct X11ScreenKeeper {
    screen: CoverLook,
    reset_at: Instant,
    /// What the desktop says of a lock that is no window of its own.
    session: SessionLock,
}

impl X11ScreenKeeper {
    /// Connects to the display of this name (`:0`) and keeps its screen on from now on. A saver that covers
    /// it already goes away.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`]: no display, or none with the extension.
    pub fn open(display: &str) -> Result<Self, DesktopFault> {
        Self::open_with(display, SessionLock::watch(LockBuses::default()))
    }

    /// The same, with this word on whether the session is locked.
    ///
    /// # Errors
    /// As above.
    pub fn open_with(display: &str, session: SessionLock) -> Result<Self, DesktopFault> {
        Self::start(display, session).map_err(|failure| failure.fault(DesktopPart::ScreenSaver))
    }

    fn start(display: &str, session: SessionLock) -> Result<Self, X11Failure> {
        let screen = CoverLook::open(display)?;
        let conn = &screen.display.conn;
        conn.screensaver_query_version(1, 1)?.reply()?;
        conn.screensaver_suspend(1)?.check()?;
        conn.force_screen_saver(ScreenSaver::RESET)?.check()?;
        Ok(Self { screen, reset_at: Instant::now(), session })
    }

    fn look(&mut self) -> Result<ScreenCover, X11Failure> {
        // While it is covered the user may have locked it on purpose; a reset would only light up the lock.
        let saver_on = self.screen.saver_is_on()?;
        if self.session.is_locked() || self.screen.is_locked()? {
            return Ok(ScreenCover::Lock);
        }
        if saver_on {
            return Ok(ScreenCover::Saver);
        }
        if self.reset_at.elapsed() >= RESET_INTERVAL {
            self.reset_at = Instant::now();
            self.screen.display.conn.force_screen_saver(ScreenSaver::RESET)?.check()?;
        }
        Ok(ScreenCover::None)
    }
}

impl CoverLook {
    fn open(display: &str) -> Result<Self, X11Failure> {
        let display = X11Display::open(display)?;
        let conn = &display.conn;
        if conn.extension_information(screensaver::X11_EXTENSION_NAME)?.is_none() {
            return Err(X11Failure(DesktopObstacle::NoExtension("MIT-SCREEN-SAVER")));
        }
        let atom = |name: &str| conn.intern_atom(false, name.as_bytes());
        let (status, lock) = (atom("_SCREENSAVER_STATUS")?, atom("LOCK")?);
        let (status, lock) = (status.reply()?.atom, lock.reply()?.atom);
        Ok(Self { display, status, lock })
    }

    fn saver_is_on(&self) -> Result<bool, X11Failure> {
        Ok(self.display.conn.screensaver_query_info(self.display.root())?.reply()?.state == SAVER_ON)
    }

    fn is_locked(&self) -> Result<bool, X11Failure> {
        let (conn, root) = (&self.display.conn, self.display.root());
        let status = conn.get_property(false, root, self.status, AtomEnum::ANY, 0, STATUS_WORDS)?.reply()?;
        if status.value32().and_then(|mut words| words.next()) == Some(self.lock) {
            return Ok(true);
        }
        let windows = conn.query_tree(root)?.reply()?.children;
        let top: Vec<Window> = windows.into_iter().rev().take(LOOKED_AT).collect();
        // All are asked before the first answer is waited for.
        let asked: Vec<_> = top
            .iter()
            .map(|window| {
                let attributes = conn.get_window_attributes(*window)?;
                let class =
                    conn.get_property(false, *window, AtomEnum::WM_CLASS, AtomEnum::STRING, 0, CLASS_WORDS)?;
                Ok((attributes, class))
            })
            .collect::<Result<_, X11Failure>>()?;
        let mut locked = false;
        for (attributes, class) in asked {
            // A window that has gone away meanwhile covers nothing.
            let (Ok(attributes), Ok(class)) = (attributes.reply(), class.reply()) else { continue };
            locked |= attributes.map_state == MapState::VIEWABLE && is_lock(&class.value);
        }
        Ok(locked)
    }
}

impl ScreenKeeper for X11ScreenKeeper {
    fn keep(&mut self) -> Result<ScreenCover, DesktopFault> {
        self.look().map_err(|failure| failure.fault(DesktopPart::ScreenSaver))
    }
}

impl Drop for X11ScreenKeeper {
    fn drop(&mut self) {
        // Also done by the server when the connection closes; so it is done when this returns.
        if let Ok(done) = self.screen.display.conn.screensaver_suspend(0) {
            let _ = done.check();
        }
    }
}

/// Whether a window's class, two strings that end in zero, names a lock.
fn is_lock(class: &[u8]) -> bool {
    class.split(|byte| *byte == 0).any(|name| {
        std::str::from_utf8(name).is_ok_and(|name| LOCKS.iter().any(|lock| lock.eq_ignore_ascii_case(name)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_are_known_by_their_class() {
        assert!(is_lock(b"i3lock\0i3lock\0"));
        assert!(is_lock(b"mate-screensaver\0Mate-screensaver\0"));
        assert!(!is_lock(b"xterm\0XTerm\0"));
        assert!(!is_lock(b""));
        assert!(!is_lock(&[0xff, 0]));
    }
}
