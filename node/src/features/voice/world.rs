//! What the conversation needs of this machine: its devices, which of them a person has chosen, and where it
//! is noted for the user's bar that the microphone is open.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beistand_sound::{DeviceKind, FakeSound, PulseSound, SoundSystem};

use crate::backends::Backends;
use crate::features::{ActivityRecord, HostWorld, TechnicianWorld};

/// The devices of a session. Clones are one.
#[derive(Clone)]
pub(in crate::features) struct VoiceWorld {
    pub(super) system: Arc<dyn SoundSystem>,
    /// Where the user's bar takes what goes on from.
    pub(super) activity: Option<ActivityRecord>,
    chosen: Arc<Mutex<ChosenDevices>>,
}

/// What a person has chosen in this session; `None`: the system's default.
#[derive(Debug, Default)]
struct ChosenDevices {
    microphone: Option<String>,
    loudspeaker: Option<String>,
}

impl VoiceWorld {
    pub(super) fn new(system: Arc<dyn SoundSystem>, activity: Option<ActivityRecord>) -> Self {
        Self { system, activity, chosen: Arc::default() }
    }

    fn of(backends: Backends, activity: Option<ActivityRecord>) -> Self {
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

    fn lock(&self) -> MutexGuard<'_, ChosenDevices> {
        // Nothing panics while it is held.
        self.chosen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<&HostWorld> for VoiceWorld {
    fn from(world: &HostWorld) -> Self {
        Self::of(world.backends, Some(world.activity.clone()))
    }
}

impl From<&TechnicianWorld> for VoiceWorld {
    fn from(world: &TechnicianWorld) -> Self {
        Self::of(world.backends, None)
    }
}
