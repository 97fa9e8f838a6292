//! Two people talk: with devices in memory, and with real sound servers, whose rooms have no sound but the
//! tests' own.

use std::thread;

use beistand_tests::cost::CpuMeter;
use beistand_tests::{Event, Program, SAMPLES_PER_SEC, Screen, SoundServer, SoundServerKind, Start, poll};

use crate::support::{Host, PATIENCE, SOON};

/// What a talking person's meter shows at least, in decibels; a closed microphone's shows -100.
const AUDIBLE: f64 = -45.0;

/// A signal that is found again in a recording: 60 ms from 300 to 3000 Hz.
const CHIRP_SAMPLES: usize = SAMPLES_PER_SEC * 60 / 1000;

/// Two people of whom the user allows that they talk.
struct VoicePair {
    host: Program,
    technician: Program,
}

impl VoicePair {
    fn start(host: Start<'_>, technician: Start<'_>) -> Self {
        let Host { program: mut host, link, .. } = Host::of(host);
        let technician = technician.arguments(["--wants", "view,voice"]).invite(link);
        let mut technician = technician.start();
        host.expect("request", PATIENCE);
        host.allow("view,voice");
        technician.expect("granted", SOON);
        host.expect("granted", SOON);
        Self { host, technician }
    }

    fn in_memory() -> Self {
        let fake = |command: &str| Start::node(command).arguments(["--capture", "fake"]);
        Self::start(fake("share"), fake("connect"))
    }

    /// The user says at their terminal that they want to talk.
    #[track_caller]
    fn user_opens(&mut self) {
        self.host.type_line("talk on");
        let question = self.host.expect("confirm", SOON);
        self.host.answer(&question, "");
        talks(&mut self.host, "us", "open");
    }
}

/// Waits until this is told of somebody.
#[track_caller]
fn talks(program: &mut Program, who: &str, state: &str) {
    program.expect_that("voice-talk", PATIENCE, |event| {
        event.text("who") == who && event.text("state") == state
    });
}

/// Waits until the other side is heard.
#[track_caller]
fn hears(program: &mut Program) -> Event {
    program.expect_that("voice-figures", PATIENCE, |event| event.number("level_db") > AUDIBLE)
}

#[test]
fn both_are_heard_by_their_own_wish_alone_until_they_mute_or_the_user_takes_it_back() {
    let mut pair = VoicePair::in_memory();
    pair.technician.say("talk on");
    talks(&mut pair.technician, "us", "open");
    talks(&mut pair.host, "them", "open");
    let figures = hears(&mut pair.host);
    assert!(figures.number("own_level_db") <= -100.0, "the user's own microphone is closed: {figures:?}");
    // A script can't open it, and neither does a line without a yes.
    pair.host.say("talk on");
    pair.host.say("voice devices");
    pair.host.expect("voice-devices", SOON);
    assert!(pair.host.newest("voice-talk").is_some_and(|event| event.text("who") == "them"));
    pair.user_opens();
    talks(&mut pair.technician, "them", "open");
    hears(&mut pair.technician);
    pair.host.say("mute");
    talks(&mut pair.technician, "them", "muted");
    pair.technician.say("talk off");
    talks(&mut pair.host, "them", "away");
    pair.technician.say("talk on");
    talks(&mut pair.host, "them", "open");
    pair.host.say("revoke voice");
    talks(&mut pair.technician, "us", "muted");
    pair.technician.say("talk on");
    assert_eq!(pair.technician.expect("voice-refused", SOON).text("why"), "not-allowed");
}

#[test]
fn a_pause_closes_both_microphones_and_going_on_opens_none() {
    let mut pair = VoicePair::in_memory();
    pair.technician.say("talk on");
    talks(&mut pair.host, "them", "open");
    pair.user_opens();
    pair.host.say("pause");
    talks(&mut pair.host, "us", "muted");
    talks(&mut pair.technician, "us", "muted");
    pair.host.type_line("resume");
    pair.technician.expect("resumed", SOON);
    pair.technician.say("voice devices");
    pair.technician.expect("voice-devices", SOON);
    let open =
        |program: &Program| program.newest("voice-talk").is_some_and(|event| event.text("state") == "open");
    assert!(!open(&pair.technician) && !open(&pair.host));
}

#[test]
fn a_computer_without_sound_says_so_and_the_session_goes_on() {
    let screen = Screen::new(640, 480);
    let nowhere = tempfile::tempdir().expect("a temporary folder");
    let runtime = nowhere.path().to_str().expect("a plain path").to_owned();
    let host = Start::node("share").on(&screen).variable("XDG_RUNTIME_DIR", &runtime);
    let mut pair = VoicePair::start(host, Start::node("connect").arguments(["--capture", "fake"]));
    pair.technician.say("talk on");
    let fault = pair.host.expect("voice-fault", PATIENCE);
    assert_eq!((fault.text("kind"), fault.text("why")), ("speaker".to_owned(), "no-server".to_owned()));
    assert!(fault.text("text").contains("no sound server"), "{fault:?}");
    talks(&mut pair.host, "them", "open");
    pair.technician.say("mute");
    talks(&mut pair.host, "them", "muted");
}

fn chirp() -> Vec<f32> {
    let sample = |at: usize| {
        let (way, time) = (at as f32 / CHIRP_SAMPLES as f32, at as f32 / SAMPLES_PER_SEC as f32);
        let envelope = (way * std::f32::consts::PI).sin();
        (2.0 * std::f32::consts::PI * (300.0 + 1350.0 * way) * time).sin() * envelope * 0.6
    };
    (0..CHIRP_SAMPLES).map(sample).collect()
}

/// Where in a recording the chirp is, and how well it fits there, of 1; of the places from `from` to `to`.
fn find(recorded: &[f32], chirp: &[f32], from: usize, to: usize) -> Option<(usize, f32)> {
    let norm = chirp.iter().map(|sample| sample * sample).sum::<f32>().sqrt();
    let fit = |at: usize| {
        let part = recorded.get(at..at + chirp.len())?;
        let product: f32 = part.iter().zip(chirp).map(|(one, other)| one * other).sum();
        let power: f32 = part.iter().map(|sample| sample * sample).sum();
        (power > 0.01).then(|| (at, product / power.sqrt() / norm))
    };
    (from..to).step_by(4).filter_map(fit).max_by(|one, other| one.1.total_cmp(&other.1))
}

/// Two rooms of a sound server, and two people who talk with each other there. In `room` the user speaks, and
/// the helper's loudspeaker is there, too: a recording has what was said in one channel and what was heard of
/// it in the other. The time between is from the mouth to the ear.
struct TwoRooms {
    server: SoundServer,
    pair: VoicePair,
    _screen: Screen,
}

impl TwoRooms {
    fn new(kind: SoundServerKind) -> Self {
        let server = SoundServer::start(kind);
        server.room("room");
        server.room("elsewhere");
        let screen = Screen::new(640, 480);
        let runtime = server.runtime().to_str().expect("a plain path");
        let node = |command| Start::node(command).on(&screen).variable("XDG_RUNTIME_DIR", runtime);
        let mut pair = VoicePair::start(node("share"), node("connect"));
        for (program, microphone, loudspeaker) in [
            (&mut pair.host, "room_mic", "elsewhere_ear"),
            (&mut pair.technician, "elsewhere_mic", "room_ear"),
        ] {
            program.say("voice devices");
            let devices = program.expect("voice-devices", PATIENCE).value.to_string();
            assert!(devices.contains("room_mic") && !devices.contains(".monitor\""), "{devices}");
            for line in [format!("voice use mic {microphone}"), format!("voice use speaker {loudspeaker}")] {
                program.say(&line);
                program.expect("voice-using", SOON);
            }
        }
        Self { server, pair, _screen: screen }
    }

    /// From the mouth to the ear so many times, or fewer where it was not heard well; in milliseconds, the
    /// shortest first.
    fn mouth_to_ear(&mut self, times: usize) -> Vec<usize> {
        let (recording, chirp) = (self.server.record("room"), chirp());
        poll(SOON, || (!recording.samples()[0].is_empty()).then_some(())).expect("something is recorded");
        let mut delays = Vec::new();
        for _ in 0..times {
            let before = recording.samples()[0].len();
            self.server.play("room", &[&played(&chirp)[..], &[0; SAMPLES_PER_SEC / 2]].concat());
            let [said, heard] = recording.samples();
            let mouth = find(&said, &chirp, before, before + SAMPLES_PER_SEC);
            let Some((mouth, _)) = mouth else { continue };
            let ear = find(&heard, &chirp, mouth, mouth + SAMPLES_PER_SEC / 2);
            let millis = |(ear, _)| (ear - mouth) * 1000 / SAMPLES_PER_SEC;
            delays.extend(ear.filter(|(_, fit)| *fit > 0.4).map(millis));
        }
        recording.end();
        delays.sort_unstable();
        delays
    }

    /// Sound without a pause in both rooms, for so many seconds.
    fn noise(&self, seconds: usize) {
        let chirp = played(&chirp());
        let sound: Vec<i16> = chirp.iter().copied().cycle().take(seconds * SAMPLES_PER_SEC).collect();
        thread::scope(|scope| {
            for room in ["room", "elsewhere"] {
                scope.spawn(|| self.server.play(room, &sound));
            }
        });
    }
}

/// Samples as they are played.
fn played(samples: &[f32]) -> Vec<i16> {
    samples.iter().map(|sample| (sample * 32_000.0) as i16).collect()
}

#[track_caller]
fn what_is_said_is_heard_soon(kind: SoundServerKind) {
    let mut rooms = TwoRooms::new(kind);
    rooms.pair.user_opens();
    talks(&mut rooms.pair.technician, "them", "open");
    rooms.pair.technician.expect("voice-figures", PATIENCE);
    let delays = rooms.mouth_to_ear(3);
    assert!(delays.len() >= 2, "what is said is heard: {delays:?}");
    let figures = rooms.pair.technician.newest("voice-figures").expect("it was heard");
    assert!(figures.number("delay_ms") > 0.0, "{figures:?}");
    // Another microphone, or what is played, may not take its place.
    rooms.server.pull_out_microphones();
    talks(&mut rooms.pair.technician, "them", "muted");
    let fault = rooms.pair.host.expect("voice-fault", PATIENCE);
    assert_eq!((fault.text("kind"), fault.text("why")), ("mic".to_owned(), "gone".to_owned()), "{fault:?}");
}

#[test]
fn by_pulseaudio_what_is_said_is_heard_soon() {
    what_is_said_is_heard_soon(SoundServerKind::PulseAudio);
}

#[test]
fn by_pipewire_what_is_said_is_heard_soon() {
    what_is_said_is_heard_soon(SoundServerKind::PipeWire);
}

/// How long from the mouth to the ear, and what a conversation costs both programs beside the same session
/// without one.
#[test]
#[ignore = "measures, for three minutes"]
fn how_soon_it_is_heard_and_what_it_costs() {
    const SECONDS: u64 = 20;
    for kind in [SoundServerKind::PulseAudio, SoundServerKind::PipeWire] {
        let mut rooms = TwoRooms::new(kind);
        let pids = [rooms.pair.host.pid(), rooms.pair.technician.pid()];
        let cost = |rooms: &TwoRooms| {
            let meters = pids.map(CpuMeter::start);
            rooms.noise(SECONDS as usize);
            meters.map(|meter| meter.percent())
        };
        let silent = cost(&rooms);
        rooms.pair.user_opens();
        talks(&mut rooms.pair.technician, "them", "open");
        rooms.pair.technician.expect("voice-figures", PATIENCE);
        let delays = rooms.mouth_to_ear(20);
        let figures = rooms.pair.technician.newest("voice-figures").expect("it was heard");
        rooms.pair.technician.say("talk on");
        talks(&mut rooms.pair.host, "them", "open");
        let talking = cost(&rooms);
        println!(
            "{kind:?}: from the mouth to the ear {delays:?} ms, median {:?}",
            delays.get(delays.len() / 2)
        );
        println!("  as the program says: {}", figures.value);
        for ((who, silent), talking) in ["host", "technician"].into_iter().zip(silent).zip(talking) {
            println!("  {who}: {silent:.1} % of a core without it, {talking:.1} % while both talk");
        }
    }
}
