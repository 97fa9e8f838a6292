//! Devices that exist only in memory: a microphone into which somebody speaks without pause for breath, and a
//! loudspeaker to which nobody but a test listens.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::gate::StreamGate;
use crate::{
    DeviceKind, FRAME_SAMPLES, SAMPLE_RATE, SampleSink, SampleSource, SoundDevice, SoundFault, SoundLevel,
    SoundStream, SoundSystem, StreamEnd, StreamWish, synthetic,
};

/// How much is recorded and played at a time.
const PART: Duration = Duration::from_millis(10);

/// Samples of that.
const PART_SAMPLES: usize = FRAME_SAMPLES / 2;

/// The height of the voice in the microphone, in hertz.
const PITCH: f32 = 120.0;

/// What a loudspeaker has played last that is kept, in samples: a second.
const KEPT_SAMPLES: usize = SAMPLE_RATE as usize;

/// Streams that can be pulled out: more than are ever open at once.
const MAX_ENDS: usize = 64;

/// The second microphone's and the second loudspeaker's ids, beside `fake`.
const SECOND: &str = "fake-2";

/// Devices in memory. Clones are one.
#[derive(Debug, Clone, Default)]
pub struct FakeSound(Arc<Mutex<FakeDevices>>);

#[derive(Default)]
struct FakeDevices {
    /// Whether opening a device takes until this is over.
    slow: bool,
    /// Parts that a device works on before whoever opens it knows that it is open.
    early: usize,
    /// When a device was opened last.
    opened_at: Option<Instant>,
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
            // A stream's thread needs the devices while its gate is held: never both at once here.
            if gate.pass(|| ()).is_some() {
                gate.shut();
                end(SoundFault::Gone);
            }
        }
    }

    /// How many devices of this kind are open.
    pub fn open(&self, kind: DeviceKind) -> usize {
        let gates: Vec<StreamGate> = {
            let devices = self.lock();
            devices.ends.iter().filter(|(of, _, _)| *of == kind).map(|(_, gate, _)| gate.clone()).collect()
        };
        // Not while the devices are held: a stream's thread has its gate first and then wants them.
        gates.iter().filter(|gate| gate.pass(|| ()).is_some()).count()
    }

    /// From now on opening a device takes until this is over, as with a system that hangs.
    pub fn set_slow(&self, slow: bool) {
        self.lock().slow = slow;
    }

    /// From now on a device works on so many parts of 10 ms before it is known to be open.
    pub fn set_early(&self, parts: usize) {
        self.lock().early = parts;
    }

    /// When a device was opened last.
    pub fn opened_at(&self) -> Option<Instant> {
        self.lock().opened_at
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
        wish: &StreamWish,
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
        while self.lock().slow {
            wish.begin(|| ())?;
            thread::sleep(PART);
        }
        let early = self.lock().early;
        (0..early).for_each(|_| part());
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
        let stream = FakeStream { gate: gate.clone(), id };
        wish.fulfil()?;
        let mut devices = self.lock();
        devices.opened_at = Some(Instant::now());
        devices.ends.push((kind, gate, ended));
        // Nobody opens more in a test; those that are shut are of no use.
        let over = devices.ends.len().saturating_sub(MAX_ENDS);
        let old: Vec<_> = devices.ends.drain(..over).collect();
        drop(devices);
        drop(old);
        Ok(Box::new(stream))
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
        wish: &StreamWish,
    ) -> Result<Box<dyn SoundStream>, SoundFault> {
        let mut voice = synthetic::voice(PITCH);
        self.start(DeviceKind::Microphone, device, ended, wish, move || {
            let part: Vec<f32> = voice.by_ref().take(PART_SAMPLES).collect();
            sink(&part);
        })
    }

    fn play(
        &self,
        device: Option<&str>,
        mut source: SampleSource,
        ended: StreamEnd,
        wish: &StreamWish,
    ) -> Result<Box<dyn SoundStream>, SoundFault> {
        let devices = self.clone();
        self.start(DeviceKind::Loudspeaker, device, ended, wish, move || {
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
