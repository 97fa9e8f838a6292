//! The thread that hears what the desktop says of its devices.
//!
//! It ends with the connection. Words that it does not understand are passed over, as the desktop may be
//! newer than this program.

use std::io::ErrorKind;
use std::os::fd::AsFd as _;
use std::sync::{Arc, Weak};

use reis::event::{DeviceCapability, EiEvent, EiEventConverter};
use reis::handshake::ei_handshake_blocking;
use reis::{PendingRequestResult, ei};
use rustix::event::{PollFd, PollFlags, poll};

use super::keymap::SignMap;
use super::{EiShared, EiState};

/// What this program is called there.
const NAME: &str = "Beistand";

/// The version of a device from which on the desktop waits for a word before it lets it be used.
const READY_SINCE: u32 = 3;

/// Starts the thread.
pub(super) fn start(shared: &Arc<EiShared>) -> std::io::Result<()> {
    let (context, shared) = (shared.context.clone(), Arc::downgrade(shared));
    let read = move || {
        let why = read(&context, &shared);
        change(&shared, |state| {
            state.devices.clear();
            state.over = Some(why);
        });
    };
    std::thread::Builder::new().name("ei".to_owned()).spawn(read).map(|_| ())
}

/// Changes what is known, where anybody still wants to know it.
fn change(shared: &Weak<EiShared>, change: impl FnOnce(&mut EiState)) {
    if let Some(shared) = shared.upgrade() {
        change(&mut shared.lock());
        shared.changed.notify_all();
    }
}

/// Reads to the end; why it was that.
fn read(context: &ei::Context, shared: &Weak<EiShared>) -> String {
    let handshake = ei_handshake_blocking(context, NAME, ei::handshake::ContextType::Sender);
    let mut converter = match handshake {
        Ok(handshake) => EiEventConverter::new(context, handshake),
        Err(error) => return error.to_string(),
    };
    let connection = converter.connection().clone();
    change(shared, |state| state.connection = Some(connection.clone()));
    loop {
        while let Some(event) = context.pending_event() {
            match event {
                PendingRequestResult::Request(ei::Event::Callback(_, ei::callback::Event::Done { .. })) => {
                    change(shared, |state| state.arrived += 1);
                }
                PendingRequestResult::Request(event) => {
                    if let Err(error) = converter.handle_event(event) {
                        tracing::debug!(%error, "libei");
                    }
                }
                PendingRequestResult::ParseError(error) => return error.to_string(),
                // Something that has just ended.
                PendingRequestResult::InvalidObject(_) => {}
            }
        }
        while let Some(event) = converter.next_event() {
            if let EiEvent::Disconnected(end) = &event {
                return end.explanation.clone().unwrap_or_else(|| "the desktop has ended it".to_owned());
            }
            heard(event, shared);
        }
        if connection.flush().is_err() || !wait(context) {
            return "the desktop has closed the connection".to_owned();
        }
    }
}

/// Waits for more; whether it is there.
fn wait(context: &ei::Context) -> bool {
    let socket = context.as_fd();
    let mut ready = [PollFd::new(&socket, PollFlags::IN)];
    match poll(&mut ready, None) {
        Ok(_) => {}
        Err(rustix::io::Errno::INTR) => return true,
        Err(_) => return false,
    }
    match context.read() {
        Ok(_) => true,
        Err(error) => matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted),
    }
}

fn heard(event: EiEvent, shared: &Weak<EiShared>) {
    match event {
        EiEvent::SeatAdded(added) => added.seat.bind_capabilities(
            DeviceCapability::PointerAbsolute
                | DeviceCapability::Button
                | DeviceCapability::Scroll
                | DeviceCapability::Keyboard,
        ),
        EiEvent::DeviceAdded(added) => {
            // Read here, since nobody shall wait for it with a key in their hand.
            let signs = added.device.keymap().map(SignMap::read);
            let device = added.device.device();
            if device.version() >= READY_SINCE {
                device.ready();
            }
            change(shared, |state| state.devices.add(added.device, signs));
        }
        EiEvent::DeviceRemoved(removed) => change(shared, |state| state.devices.remove(&removed.device)),
        EiEvent::DeviceResumed(resumed) => change(shared, |state| state.devices.resume(&resumed.device)),
        EiEvent::DevicePaused(paused) => change(shared, |state| state.devices.pause(&paused.device)),
        EiEvent::KeyboardModifiers(modifiers) => change(shared, |state| {
            state.devices.note_locks(modifiers.locked, modifiers.group);
        }),
        // What is left is for those who listen.
        _ => {}
    }
}
