//! A device of one side: closed, being opened, or open. The system's calls wait on threads of their own.

use std::sync::{Arc, Weak};

use beistand_sound::{DeviceKind, SoundFault, SoundStream, StreamEnd, StreamWish};
use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;

use super::world::VoiceWorld;

/// That a device ended by itself, and which opening of it that was.
pub(super) type DeviceEnd = (DeviceKind, u64, SoundFault);

/// Ends that wait: one for each opening of a device that is under way.
pub(super) const END_QUEUE: usize = 4;

/// Openings that may be under way in a session, withdrawn ones as well: each has a thread for as long as the
/// system hangs.
const MAX_OPENINGS: usize = 8;

/// Openings that are under way. Clones are one.
#[derive(Debug, Clone, Default)]
pub(super) struct OpeningCount(Arc<()>);

/// An opening that counts for as long as this is there.
struct CountedOpening(#[expect(dead_code, reason = "being there is what is counted")] Weak<()>);

impl OpeningCount {
    /// How many there are.
    pub(super) fn under_way(&self) -> usize {
        Arc::weak_count(&self.0)
    }

    /// One more, where there is room.
    fn begin(&self) -> Option<CountedOpening> {
        (self.under_way() < MAX_OPENINGS).then(|| CountedOpening(Arc::downgrade(&self.0)))
    }
}

/// A wish that is over with whoever has it.
pub(super) struct HeldWish(StreamWish);

impl Drop for HeldWish {
    fn drop(&mut self) {
        self.0.withdraw();
    }
}

/// A device.
#[derive(Default)]
pub(super) enum DeviceState {
    #[default]
    Closed,
    Opening(
        oneshot::Receiver<Result<Box<dyn SoundStream>, SoundFault>>,
        #[expect(dead_code, reason = "dropping it ends the opening")] HeldWish,
    ),
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
        world: &VoiceWorld,
        ends: &mpsc::Sender<DeviceEnd>,
        open: impl FnOnce(&VoiceWorld, StreamEnd, &StreamWish) -> Result<Box<dyn SoundStream>, SoundFault>
        + Send
        + 'static,
    ) {
        self.close();
        let (kind, opening, ends) = (self.kind, self.opening, ends.clone());
        let ended: StreamEnd = Box::new(move |fault| {
            let _ = ends.try_send((kind, opening, fault));
        });
        let (answer, opened) = oneshot::channel();
        let (wish, world) = (StreamWish::default(), world.clone());
        self.state = DeviceState::Opening(opened, HeldWish(wish.clone()));
        let Some(counted) = world.openings.begin() else {
            let _ = answer.send(Err(SoundFault::Broken));
            return;
        };
        spawn_blocking(move || {
            // Where nobody waits any more it is dropped, and so closed.
            let _ = answer.send(open(&world, ended, &wish));
            drop(counted);
        });
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
        let DeviceState::Opening(opened, _) = &mut self.state else { return std::future::pending().await };
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
