//! The emergency key on a Wayland desktop: its portal listens, where it has a part for that.
//!
//! Its user may have given the shortcut other keys, or none. Those end a session as well, but only the
//! combination that is written everywhere counts as heard. What it does not do: it presses and grabs nothing.

use std::thread;

use futures::channel::oneshot;
use futures::executor::block_on;
use futures::future::select;
use futures::pin_mut;

use super::portal::{PortalClient, PortalFault, PortalShortcut, ShortcutNews};
use crate::{DesktopFault, DesktopObstacle, DesktopPart, PanicKeyReceiver, PanicKeySign, PanicKeyWatch};

/// [`KeyCombination::PANIC`](crate::KeyCombination::PANIC) as the portal is asked for it.
const KEYS: &str = "CTRL+ALT+End";

/// The running watch.
pub(super) struct PortalPanicKey {
    /// Nothing is ever sent: its end is the word.
    _alive: oneshot::Sender<()>,
}

impl PanicKeyWatch for PortalPanicKey {}

impl PortalPanicKey {
    /// Asks, on a thread of its own, and listens until what is returned is dropped.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`] where there is no thread left.
    pub(super) fn start(title: String, mut tell: PanicKeyReceiver) -> Result<Self, DesktopFault> {
        let (alive, over) = oneshot::channel();
        let listen = move || {
            let fault = match PortalClient::connect() {
                Ok(client) => {
                    let listening = listen(&client, &title, &mut tell);
                    pin_mut!(listening);
                    match block_on(select(listening, over)) {
                        futures::future::Either::Left((ended, _)) => ended.err(),
                        // Nobody wants to hear any more.
                        futures::future::Either::Right(_) => return,
                    }
                }
                Err(fault) => Some(fault),
            };
            if let Some(fault) = fault {
                tracing::info!(%fault, "the desktop does not listen for the emergency key");
            }
            tell(PanicKeySign::Unheard);
        };
        let started = thread::Builder::new().name("panic-key".to_owned()).spawn(listen);
        started.map_err(|error| DesktopFault::Unavailable {
            part: DesktopPart::EmergencyKey,
            obstacle: DesktopObstacle::System(error.to_string()),
        })?;
        Ok(Self { _alive: alive })
    }
}

/// Listens until the desktop no longer does.
async fn listen(client: &PortalClient, title: &str, tell: &mut PanicKeyReceiver) -> Result<(), PortalFault> {
    let (mut shortcut, bound) = PortalShortcut::bind(client, title, KEYS).await?;
    let mut next = Some(bound);
    while let Some(news) = next {
        tell(match news {
            ShortcutNews::Pressed => PanicKeySign::Pressed,
            ShortcutNews::Bound(keys) if is_panic(&keys) => PanicKeySign::Heard,
            ShortcutNews::Bound(keys) => {
                tracing::info!(keys, "the desktop listens for other keys");
                PanicKeySign::Unheard
            }
        });
        next = shortcut.next().await;
    }
    Ok(())
}

/// Whether a desktop's words for a combination, in English or German, mean Ctrl+Alt+End.
fn is_panic(keys: &str) -> bool {
    let (mut control, mut alt, mut end) = (false, false, false);
    let words = keys.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    for word in words {
        match word.to_lowercase().as_str() {
            "ctrl" | "control" | "primary" | "strg" => control = true,
            "alt" => alt = true,
            "end" | "ende" => end = true,
            // GNOME says it as a sentence.
            "press" => {}
            _ => return false,
        }
    }
    control && alt && end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_combination_that_is_written_everywhere_is_the_emergency_key() {
        for keys in [KEYS, "Ctrl+Alt+End", "Strg+Alt+Ende", "Press <Control><Alt>End", "<Primary><Alt>End"] {
            assert!(is_panic(keys), "{keys}");
        }
        for keys in ["", "Alt+End", "Ctrl+Alt", "Ctrl+Alt+Shift+End", "Ctrl+Alt+Delete", "Meta+End"] {
            assert!(!is_panic(keys), "{keys}");
        }
    }
}
