//! A device of one side: closed, being opened, or open. The system's calls wait on threads of their own.

use beistand_sound::{DeviceKind, SoundFault, SoundStream, SoundSystem, StreamEnd};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;

/// That a device ended by itself, and which opening of it that was.
pub(super) type DeviceEnd = (DeviceKind, u64, SoundFault);

/// Ends that wait: one for each opening of a device that is under way.
pub(super) const END_QUEUE: usize = 4;

/// A device.
#[derive(Default)]
pub(super) enum DeviceState {
    #[default]
    Closed,
    Opening(oneshot::Receiver<Result<Box<dyn SoundStream>, SoundFault>>),
    /// Held open by being here.
    Open(#[expect(dead_code, reason = "dropping it closes the device")] Box<dyn SoundStream>),
}

/// A device of one kind, and how often it was opened.
pub(super) struct DeskDevice {
    kind: DeviceKind,
    pub(super) state: DeviceState,
    /// Which opening this is: what an earlier one says does not count.
    opening: u64,
}

impl DeskDevice {
    pub(super) fn new(kind: DeviceKind) -> Self {
        Self { kind, state: DeviceState::Closed, opening: 0 }
    }

    /// Opens it as `open` does.
    pub(super) fn open(
        &mut self,
        system: Arc<dyn SoundSystem>,
        ends: &mpsc::Sender<DeviceEnd>,
        open: impl FnOnce(&dyn SoundSystem, StreamEnd) -> Result<Box<dyn SoundStream>, SoundFault>
        + Send
        + 'static,
    ) {
        self.close();
        let (kind, opening, ends) = (self.kind, self.opening, ends.clone());
        let ended: StreamEnd = Box::new(move |fault| {
            let _ = ends.try_send((kind, opening, fault));
        });
        let (answer, opened) = oneshot::channel();
        spawn_blocking(move || {
            // Where nobody waits any more it is dropped, and so closed.
            let _ = answer.send(open(system.as_ref(), ended));
        });
        self.state = DeviceState::Opening(opened);
    }

    /// Closes it; also where it is being opened.
    pub(super) fn close(&mut self) {
        self.opening += 1;
        self.state = DeviceState::Closed;
    }

    pub(super) fn is_closed(&self) -> bool {
        matches!(self.state, DeviceState::Closed)
    }

    /// Whether this end is that of what is open now.
    pub(super) fn is_now(&self, (kind, opening, _): &DeviceEnd) -> bool {
        (*kind, *opening) == (self.kind, self.opening)
    }

    /// Waits until it is open or is not to be had; for ever where it is not being opened. Cancel safe.
    pub(super) async fn opened(&mut self) -> Result<(), SoundFault> {
        let DeviceState::Opening(opened) = &mut self.state else { return std::future::pending().await };
        let opened = opened.await.unwrap_or(Err(SoundFault::Broken));
        match opened {
            Ok(stream) => {
                self.state = DeviceState::Open(stream);
                Ok(())
            }
            Err(fault) => {
                self.close();
                Err(fault)
            }
        }
    }
}
