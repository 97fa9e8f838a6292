//! What the desktop may ask of the program while it runs, by the session's bus: to show its window, and to
//! open links. That is `org.freedesktop.Application`, which starts the program where it doesn't run yet. So a
//! link is never an argument, which every user of the computer could read.
//!
//! It hands on what was asked and decides nothing: whatever runs as this user can call, and what it hands
//! over is as little trusted as a text that was pasted. Where there is no bus nobody calls.

use std::collections::HashMap;
use std::sync::mpsc::{Sender, channel};

use futures::executor::block_on;
use zbus::connection::Builder;
use zbus::fdo;
use zbus::zvariant::OwnedValue;

/// What the program is called among all applications: its name on the bus, and that of its desktop entry.
pub const APP_ID: &str = "org.beistand.Beistand";

/// Where the bus has it: its name with slashes, as the specification wants.
const PATH: &str = "/org/beistand/Beistand";

/// What a link begins with, in small or large letters.
const SCHEME: &str = "beistand:";

/// The most bytes of links that are handed on: beyond what an invite is looked for in, so that what is cut
/// off here is refused there as too long.
const MAX_BYTES: usize = 128 << 10;

/// What the desktop asks for.
#[derive(Clone, PartialEq, Eq)]
pub enum DesktopCall {
    /// Show the window.
    Show,
    /// Open these links, one a line. They may hold an invite, which is secret.
    Open(String),
}

impl std::fmt::Debug for DesktopCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Show => "Show",
            Self::Open(_) => "Open(secret)",
        })
    }
}

/// Where the desktop can ask for something, until this is dropped.
#[derive(Debug)]
pub struct DesktopDoor {
    /// Nothing is ever sent: its end is the word.
    _alive: Sender<()>,
}

impl DesktopDoor {
    /// Opens it on the session's bus, or on the bus of this address. `take` is called from a thread of the
    /// door's own, and says whether there is room for the call. Where another window of this program has the
    /// name already, this one gets it when that one is closed.
    pub fn open(bus: Option<String>, take: impl Fn(DesktopCall) -> bool + Send + Sync + 'static) -> Self {
        let (alive, over) = channel::<()>();
        let serve = move || match block_on(serve(bus.as_deref(), DesktopApplication { take: Box::new(take) }))
        {
            // The bus has its own thread; the connection is closed with this one.
            Ok(_connection) => drop(over.recv()),
            Err(error) => tracing::info!(%error, "links that are opened on this desktop don't come here"),
        };
        if let Err(error) = std::thread::Builder::new().name("desktop".to_owned()).spawn(serve) {
            tracing::warn!(%error, "no thread for what the desktop asks");
        }
        Self { _alive: alive }
    }
}

async fn serve(bus: Option<&str>, application: DesktopApplication) -> zbus::Result<zbus::Connection> {
    let builder = bus.map_or_else(Builder::session, Builder::address)?;
    let connection = builder.serve_at(PATH, application)?.build().await?;
    // No flag: whoever has the name keeps it, and this one waits for its turn.
    connection.request_name_with_flags(APP_ID, Default::default()).await?;
    Ok(connection)
}

struct DesktopApplication {
    take: Box<dyn Fn(DesktopCall) -> bool + Send + Sync>,
}

impl DesktopApplication {
    fn call(&self, call: DesktopCall) -> fdo::Result<()> {
        if (self.take)(call) {
            return Ok(());
        }
        Err(fdo::Error::LimitsExceeded("too many calls wait already".to_owned()))
    }
}

#[zbus::interface(name = "org.freedesktop.Application")]
impl DesktopApplication {
    fn activate(&self, _platform_data: HashMap<String, OwnedValue>) -> fdo::Result<()> {
        self.call(DesktopCall::Show)
    }

    fn open(&self, uris: Vec<String>, _platform_data: HashMap<String, OwnedValue>) -> fdo::Result<()> {
        let text =
            links_in(&uris).ok_or_else(|| fdo::Error::InvalidArgs("no link of this program".to_owned()))?;
        self.call(DesktopCall::Open(text))
    }

    fn activate_action(
        &self,
        _name: String,
        _parameter: Vec<OwnedValue>,
        _platform_data: HashMap<String, OwnedValue>,
    ) -> fdo::Result<()> {
        Err(fdo::Error::NotSupported("it has no actions".to_owned()))
    }
}

/// Our own links, one a line and up to a limit. What else was to be opened is left out.
fn links_in(uris: &[String]) -> Option<String> {
    let ours = |uri: &&String| {
        let start = uri.as_bytes().get(..SCHEME.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(SCHEME.as_bytes()))
    };
    let mut text = String::new();
    for uri in uris.iter().filter(ours) {
        if !text.is_empty() {
            text.push('\n');
        }
        let room = MAX_BYTES.saturating_sub(text.len());
        text.push_str(&uri[..uri.floor_char_boundary(room)]);
        if text.len() >= MAX_BYTES {
            break;
        }
    }
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(uris: &[&str]) -> Option<String> {
        links_in(&uris.iter().map(|&uri| uri.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn only_our_own_links_are_handed_on() {
        assert_eq!(
            links(&["beistand:a", "file:///etc/passwd", "BeiStand:B"]).as_deref(),
            Some("beistand:a\nBeiStand:B")
        );
        for none in [&[][..], &["https://beistand:x"], &["beistan"], &["bäistand:x"], &[""]] {
            assert_eq!(links(none), None, "{none:?}");
        }
    }

    #[test]
    fn what_is_too_long_is_cut_where_it_is_still_too_long_to_be_read() {
        let long = format!("beistand:{}", "ä".repeat(MAX_BYTES));
        for uris in [&[long.as_str()][..], &[&long, &long], &["beistand:a", &long]] {
            let text = links(uris).unwrap();
            assert!((MAX_BYTES - 4..=MAX_BYTES).contains(&text.len()), "{}", text.len());
        }
    }

    #[test]
    fn a_call_shows_no_link_in_a_log() {
        assert_eq!(format!("{:?}", DesktopCall::Open("beistand:secret".to_owned())), "Open(secret)");
    }
}
