//! The user's own hand on a Wayland desktop, as far as it can be known: no program sees the devices there.
//!
//! GNOME says when something was used (`org.gnome.Mutter.IdleMonitor`), whether by a hand or by the portal.
//! So what is used while nothing is injected is the hand; and a pointer that is not where it was put was
//! moved by it. While the technician types without a pause, the user's own keys can't be told from theirs.
//!
//! What it does not do: it sees no key. The emergency key is the desktop's to hear, where it does
//! ([`super::panic_key`]); its own sign and the bar end a session, too. Of the sign it tells where nobody
//! looks at the screen, who would notice.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use futures::executor::block_on;
use zbus::Connection;
use zbus::Proxy;

use super::bus;
use super::seat::PortalSeat;
use crate::{DesktopFault, DesktopPart, UserSign, UserSignReceiver, UserWatch};

/// How often it is looked: within a tenth of a second a hand must be heard of.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);

/// For how long after an injected event a use of the devices is taken for that one: until the desktop has
/// come to it.
const INJECTED_WITHIN: Duration = Duration::from_millis(150);

/// How long the desktop may take for an answer.
const PATIENCE: Duration = Duration::from_millis(500);

/// Looks in a row that may fail: a desktop that is busy for a moment is no desktop that is gone.
const MAX_FAILURES: u8 = 6;

const SERVICE: &str = "org.gnome.Mutter.IdleMonitor";
const PATH: &str = "/org/gnome/Mutter/IdleMonitor/Core";

/// The running watch.
#[derive(Debug)]
pub(super) struct PortalUserWatch {
    /// Nothing is ever sent: its end is the word.
    alive: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl PortalUserWatch {
    /// Watches until this is dropped.
    ///
    /// # Errors
    /// [`DesktopFault::NotHere`] where the desktop does not say when it is used.
    pub(super) fn start(seat: PortalSeat, mut tell: UserSignReceiver) -> Result<Self, DesktopFault> {
        let not_here = |error: zbus::Error| {
            tracing::info!(%error, "this desktop does not say when it is used");
            DesktopFault::NotHere(DesktopPart::UserWatch)
        };
        let connection = block_on(bus::connect(PATIENCE));
        let connection = connection.map_err(not_here)?;
        block_on(idle_millis(&connection)).map_err(not_here)?;
        let (alive, over) = channel::<()>();
        let watch = move || {
            let mut failures = 0;
            while over.recv_timeout(LOOK_INTERVAL) == Err(RecvTimeoutError::Timeout) {
                if seat.is_ended_unseen() {
                    return tell(UserSign::Stopped);
                }
                let before = seat.since_injected();
                match block_on(idle_millis(&connection)) {
                    Ok(idle) => {
                        failures = 0;
                        let injected = before.into_iter().chain(seat.since_injected()).min();
                        if is_hand(Duration::from_millis(idle), injected) || seat.take_strange_move() {
                            tell(UserSign::Hand);
                        }
                    }
                    Err(error) if failures >= MAX_FAILURES => {
                        tracing::warn!(%error, "the user can't be watched any more");
                        return tell(UserSign::Unwatched);
                    }
                    Err(_) => failures += 1,
                }
            }
        };
        let thread = std::thread::Builder::new().name("user-watch".to_owned()).spawn(watch);
        let thread = thread.map_err(|error| not_here(zbus::Error::Failure(error.to_string())))?;
        Ok(Self { alive: Some(alive), thread: Some(thread) })
    }
}

impl UserWatch for PortalUserWatch {}

impl Drop for PortalUserWatch {
    fn drop(&mut self) {
        drop(self.alive.take());
        if let Some(thread) = self.thread.take() {
            // Fails only where the thread has panicked, and then it tells nothing any more.
            let _ = thread.join();
        }
    }
}

/// Whether devices that were last used so long ago were used by a hand, where something was last injected so
/// long ago.
fn is_hand(idle: Duration, injected: Option<Duration>) -> bool {
    let is_recent = idle < 2 * LOOK_INTERVAL;
    // What was injected reaches the devices a moment later.
    is_recent && injected.is_none_or(|injected| injected > idle + INJECTED_WITHIN)
}

/// For how long nothing has been used.
async fn idle_millis(connection: &Connection) -> zbus::Result<u64> {
    Proxy::new(connection, SERVICE, PATH, SERVICE).await?.call("GetIdletime", &()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_that_nobody_has_injected_is_a_hand() {
        let millis = Duration::from_millis;
        for (idle, injected, hand) in [
            (10, None, true),
            (10, Some(5000), true),
            (10, Some(20), false),
            (10, Some(160), false),
            (99, Some(260), true),
            (5000, Some(5000), false),
            (5000, None, false),
        ] {
            assert_eq!(is_hand(millis(idle), injected.map(millis)), hand, "{idle} {injected:?}");
        }
    }
}
