//! Every key and button that a screen sees, whoever presses it and whatever window it goes to.

use std::thread;
use std::time::Duration;

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xinput::{self, ConnectionExt as _, XIEventMask};
use x11rb::protocol::xproto::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use crate::Screen;
use crate::hand::{ALL_DEVICES, device_name};

/// One press.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Press {
    /// A key, by X11's key code.
    Key(u8),
    /// A mouse button, by X11's number.
    Button {
        /// Which one.
        number: u8,
        /// The device it came from, by name.
        device: String,
    },
}

/// Listens to a screen's raw events (X Input 2).
#[derive(Debug)]
pub struct InputWatch {
    connection: RustConnection,
    seen: Vec<Press>,
}

impl InputWatch {
    /// Listens from now on.
    ///
    /// # Panics
    /// Where the screen has no X Input 2.
    #[track_caller]
    pub fn new(screen: &Screen) -> Self {
        let (connection, number) = x11rb::connect(Some(screen.display())).expect("the screen is there");
        let root = connection.setup().roots[number].root;
        connection.xinput_xi_query_version(2, 2).expect("the server runs").reply().expect("X Input 2");
        let mask = XIEventMask::RAW_KEY_PRESS | XIEventMask::RAW_BUTTON_PRESS;
        let mask = xinput::EventMask { deviceid: ALL_DEVICES, mask: vec![mask] };
        connection
            .xinput_xi_select_events(root, &[mask])
            .expect("the server runs")
            .check()
            .expect("X Input 2");
        Self { connection, seen: Vec::new() }
    }

    /// All presses up to this moment.
    pub fn presses(&mut self) -> &[Press] {
        // The answer to any question comes after all events before it.
        self.connection.get_input_focus().expect("the server runs").reply().expect("every server answers");
        while let Some(event) = self.connection.poll_for_event().expect("the server runs") {
            match event {
                // A device's event is repeated for the master device that it belongs to: those are left out.
                Event::XinputRawKeyPress(event) if event.deviceid != event.sourceid => {
                    self.seen.push(Press::Key(event.detail as u8));
                }
                Event::XinputRawButtonPress(event) if event.deviceid != event.sourceid => {
                    let device = device_name(&self.connection, event.sourceid);
                    self.seen.push(Press::Button { number: event.detail as u8, device });
                }
                _ => {}
            }
        }
        &self.seen
    }

    /// How many presses there are once none has come for `quiet`.
    pub fn settle(&mut self, quiet: Duration) -> usize {
        let mut count = self.presses().len();
        loop {
            // Nothing tells that something will not come: this is the one place where time has to pass.
            thread::sleep(quiet);
            let now = self.presses().len();
            if now == count {
                return count;
            }
            count = now;
        }
    }
}
