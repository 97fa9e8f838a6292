//! What the conversation needs of this machine: its devices, which of them a person has chosen, and where it
//! is noted for the user's bar that the microphone is open.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beistand_sound::{DeviceKind, FakeSound, PulseSound, SoundSystem};
use tokio::sync::watch;

use super::devices::OpeningCount;
use crate::backends::Backends;
use crate::features::{ActivityRecord, HostWorld, TechnicianWorld};

/// The devices of a session. Clones are one.
#[derive(Clone)]
pub(in crate::features) struct VoiceWorld {
    pub(super) system: Arc<dyn SoundSystem>,
    /// Where the user's bar takes what goes on from.
    pub(super) activity: Option<ActivityRecord>,
    /// Devices that are being opened.
    pub(super) openings: OpeningCount,
    chosen: Arc<Mutex<ChosenDevices>>,
    /// Whether this side's person has hung up. A pause or a new permission is no reason to listen again.
    away: Arc<AtomicBool>,
    /// Rises each time that somebody wants the microphone closed and finds no room for saying so.
    hush: watch::Sender<u64>,
}

/// What a person has chosen in this session; `None`: the system's default.
#[derive(Debug, Default)]
struct ChosenDevices {
    microphone: Option<String>,
    loudspeaker: Option<String>,
}

impl VoiceWorld {
    pub(super) fn new(system: Arc<dyn SoundSystem>, activity: Option<ActivityRecord>) -> Self {
        Self {
            system,
            activity,
            openings: OpeningCount::default(),
            chosen: Arc::default(),
            away: Arc::default(),
            hush: watch::Sender::default(),
        }
    }

    fn of(backends: &Backends, activity: Option<ActivityRecord>) -> Self {
        // A desktop that exists only in memory has devices there, too.
        let made_up = backends.is_made_up();
        Self::new(if made_up { Arc::new(FakeSound::default()) } else { Arc::new(PulseSound) }, activity)
    }

    pub(super) fn chosen(&self, kind: DeviceKind) -> Option<String> {
        let chosen = self.lock();
        match kind {
            DeviceKind::Microphone => chosen.microphone.clone(),
            DeviceKind::Loudspeaker => chosen.loudspeaker.clone(),
        }
    }

    pub(super) fn choose(&self, kind: DeviceKind, device: Option<String>) {
        let mut chosen = self.lock();
        match kind {
            DeviceKind::Microphone => chosen.microphone = device,
            DeviceKind::Loudspeaker => chosen.loudspeaker = device,
        }
    }

    pub(super) fn is_away(&self) -> bool {
        self.away.load(Ordering::Relaxed)
    }

    pub(super) fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::Relaxed);
    }

    /// What is recorded from now on is not said to anybody, until the microphone is opened anew.
    pub(super) fn hush(&self) {
        self.hush.send_modify(|times| *times += 1);
    }

    pub(super) fn hushed(&self) -> watch::Receiver<u64> {
        self.hush.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, ChosenDevices> {
        // Nothing panics while it is held.
        self.chosen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<&HostWorld> for VoiceWorld {
    fn from(world: &HostWorld) -> Self {
        Self::of(&world.backends, Some(world.activity.clone()))
    }
}

impl From<&TechnicianWorld> for VoiceWorld {
    fn from(world: &TechnicianWorld) -> Self {
        Self::of(&world.backends, None)
    }
}
