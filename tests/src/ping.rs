//! Whether a window answers, as a window manager asks it (`_NET_WM_PING`, Extended Window Manager Hints).

use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt as _, EventMask};
use x11rb::rust_connection::RustConnection;

use crate::{Screen, Window, poll};

/// Asks the windows of one screen.
#[derive(Debug)]
pub struct WindowPing {
    connection: RustConnection,
    root: u32,
    protocols: u32,
    ping: u32,
    asked: u32,
}

impl WindowPing {
    /// Connects to the screen.
    ///
    /// # Panics
    /// Where the server ended.
    #[track_caller]
    pub fn new(screen: &Screen) -> Self {
        let (connection, number) = RustConnection::connect(Some(screen.display())).expect("the server runs");
        let root = connection.setup().roots[number].root;
        let listen = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
        connection.change_window_attributes(root, &listen).expect("the server runs");
        let atom = |name: &str| {
            let cookie = connection.intern_atom(false, name.as_bytes()).expect("the server runs");
            cookie.reply().expect("names are no secret").atom
        };
        let (protocols, ping) = (atom("WM_PROTOCOLS"), atom("_NET_WM_PING"));
        Self { connection, root, protocols, ping, asked: 0 }
    }

    /// How long the window takes to answer; `None` where that is longer than `patience`.
    ///
    /// # Panics
    /// Where the server ended.
    #[track_caller]
    pub fn answer_time(&mut self, window: &Window, patience: Duration) -> Option<Duration> {
        self.asked += 1;
        let data = [self.ping, self.asked, window.id, 0, 0];
        let message = ClientMessageEvent::new(32, window.id, self.protocols, data);
        let start = Instant::now();
        self.connection.send_event(false, window.id, EventMask::NO_EVENT, message).expect("the server runs");
        self.connection.flush().expect("the server runs");
        poll(patience, || {
            while let Some(event) = self.connection.poll_for_event().expect("the server runs") {
                if let Event::ClientMessage(answer) = event
                    && answer.window == self.root
                    && answer.data.as_data32()[..2] == data[..2]
                {
                    return Some(start.elapsed());
                }
            }
            None
        })
    }
}
