//! Devices that exist only in memory: a microphone into which somebody speaks without pause for breath, and a
//! loudspeaker to which nobody but a test listens.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::gate::StreamGate;
use crate::{
    DeviceKind, FRAME_SAMPLES, SAMPLE_RATE, SampleSink, SampleSource, SoundDevice, SoundFault, SoundLevel,
    SoundStream, SoundSystem, StreamEnd, synthetic,
};

/// How much is recorded and played at a time.
const PART: Duration = Duration::from_millis(10);

/// Samples of that.
const PART_SAMPLES: usize = FRAME_SAMPLES / 2;

/// The height of the voice in the microphone, in hertz.
const PITCH: f32 = 120.0;

/// What a loudspeaker has played last that is kept, in samples: a second.
const KEPT_SAMPLES: usize = SAMPLE_RATE as usize;

/// The second microphone's and the second loudspeaker's ids, beside `fake`.
const SECOND: &str = "fake-2";

/// Devices in memory. Clones are one.
#[derive(Debug, Clone, Default)]
pub struct FakeSound(Arc<Mutex<FakeDevices>>);

#[derive(Default)]
struct FakeDevices {
    /// What opening a device comes to.
    faults: Vec<(DeviceKind, SoundFault)>,
    /// What ends each open stream.
    ends: Vec<(DeviceKind, StreamGate, StreamEnd)>,
    played: Vec<f32>,
}

impl std::fmt::Debug for FakeDevices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FakeDevices").field("faults", &self.faults).finish_non_exhaustive()
    }
}

/// What a test hears.
#[derive(Debug, Clone)]
pub struct FakeEar(FakeSound);

impl FakeEar {
    /// How loud the last second was.
    pub fn level(&self) -> SoundLevel {
        SoundLevel::of(&self.0.lock().played)
    }
}

impl FakeSound {
    /// An ear at the loudspeaker.
    pub fn ear(&self) -> FakeEar {
        FakeEar(self.clone())
    }

    /// From now on opening a device of this kind comes to this; `None`: it works.
    pub fn set_fault(&self, kind: DeviceKind, fault: Option<SoundFault>) {
        let mut devices = self.lock();
        devices.faults.retain(|(of, _)| *of != kind);
        devices.faults.extend(fault.map(|fault| (kind, fault)));
    }

    /// Pulls out all devices of this kind that are open.
    pub fn pull_out(&self, kind: DeviceKind) {
        let (ended, left) =
            std::mem::take(&mut self.lock().ends).into_iter().partition(|(of, _, _)| *of == kind);
        self.lock().ends = left;
        let ended: Vec<(DeviceKind, StreamGate, StreamEnd)> = ended;
        for (_, gate, end) in ended {
            if gate.pass(|| ()).is_some() {
                gate.shut();
                end(SoundFault::Gone);
            }
        }
    }

    /// How many devices of this kind are open.
    pub fn open(&self, kind: DeviceKind) -> usize {
        self.lock().ends.iter().filter(|(of, gate, _)| *of == kind && gate.pass(|| ()).is_some()).count()
    }

    fn lock(&self) -> MutexGuard<'_, FakeDevices> {
        // Nothing panics while it is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(
        &self,
        kind: DeviceKind,
        device: Option<&str>,
        ended: StreamEnd,
        mut part: impl FnMut() + Send + 'static,
    ) -> Result<Box<dyn SoundStream>, SoundFault> {
        let id = match device.unwrap_or("fake") {
            "fake" => "fake",
            SECOND => SECOND,
            _ => return Err(SoundFault::NoDevice),
        };
        if let Some((_, fault)) = self.lock().faults.iter().find(|(of, _)| *of == kind) {
            return Err(*fault);
        }
        let gate = StreamGate::default();
        let theirs = gate.clone();
        let run = move || {
            let mut due = Instant::now();
            while theirs.pass(&mut part).is_some() {
                due += PART;
                thread::sleep(due.saturating_duration_since(Instant::now()));
            }
        };
        thread::Builder::new().name("fake sound".to_owned()).spawn(run).map_err(|_| SoundFault::Broken)?;
        let mut devices = self.lock();
        devices.ends.retain(|(_, gate, _)| gate.pass(|| ()).is_some());
        devices.ends.push((kind, gate.clone(), ended));
        Ok(Box::new(FakeStream { gate, id }))
    }
}

impl SoundSystem for FakeSound {
    fn devices(&self) -> Result<Vec<SoundDevice>, SoundFault> {
        let of = |kind, id: &str| SoundDevice { kind, id: id.to_owned(), name: format!("Device “{id}”") };
        let kinds = [DeviceKind::Microphone, DeviceKind::Loudspeaker];
        Ok(kinds.into_iter().flat_map(|kind| [of(kind, "fake"), of(kind, SECOND)]).collect())
    }

    fn record(
        &self,
        device: Option<&str>,
        mut sink: SampleSink,
        ended: StreamEnd,
    ) -> Result<Box<dyn SoundStream>, SoundFault> {
        let mut voice = synthetic::voice(PITCH);
        self.start(DeviceKind::Microphone, device, ended, move || {
            let part: Vec<f32> = voice.by_ref().take(PART_SAMPLES).collect();
            sink(&part);
        })
    }

    fn play(
        &self,
        device: Option<&str>,
        mut source: SampleSource,
        ended: StreamEnd,
    ) -> Result<Box<dyn SoundStream>, SoundFault> {
        let devices = self.clone();
        self.start(DeviceKind::Loudspeaker, device, ended, move || {
            let mut part = [0.0; PART_SAMPLES];
            source(&mut part);
            let played = &mut devices.lock().played;
            played.extend_from_slice(&part);
            let over = played.len().saturating_sub(KEPT_SAMPLES);
            played.drain(..over);
        })
    }
}

struct FakeStream {
    gate: StreamGate,
    id: &'static str,
}

impl SoundStream for FakeStream {
    fn device(&self) -> &str {
        self.id
    }
}

impl Drop for FakeStream {
    fn drop(&mut self) {
        self.gate.shut();
    }
}
