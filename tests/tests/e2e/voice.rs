//! Two people talk: with devices in memory, and with real sound servers, whose rooms have no sound but the
//! tests' own.

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
    (from..to).step_by(2).filter_map(fit).max_by(|one, other| one.1.total_cmp(&other.1))
}

/// A room in which the user speaks and the helper is heard, too: what is played there once is recorded twice,
/// as it is and as it came back through both programs. The time between is from the mouth to the ear.
/// In milliseconds, the shortest first.
fn mouth_to_ear(kind: SoundServerKind) -> Vec<usize> {
    let server = SoundServer::start(kind);
    server.room("room");
    server.room("elsewhere");
    let screen = Screen::new(640, 480);
    let runtime = server.runtime().to_str().expect("a plain path");
    let node = |command| Start::node(command).on(&screen).variable("XDG_RUNTIME_DIR", runtime);
    let mut pair = VoicePair::start(node("share"), node("connect"));
    for (program, microphone, loudspeaker) in
        [(&mut pair.host, "room_mic", "elsewhere"), (&mut pair.technician, "elsewhere_mic", "room")]
    {
        program.say("voice devices");
        let devices = program.expect("voice-devices", PATIENCE).value.to_string();
        assert!(devices.contains("room_mic") && !devices.contains(".monitor\""), "{devices}");
        for line in [format!("voice use mic {microphone}"), format!("voice use speaker {loudspeaker}")] {
            program.say(&line);
            program.expect("voice-using", SOON);
        }
    }
    pair.user_opens();
    talks(&mut pair.technician, "them", "open");
    pair.technician.expect("voice-figures", PATIENCE);
    let (recording, chirp) = (server.record("room"), chirp());
    poll(SOON, || (!recording.samples().is_empty()).then_some(())).expect("something is recorded");
    let played: Vec<i16> = chirp.iter().map(|sample| (sample * 32_000.0) as i16).collect();
    let mut delays = Vec::new();
    for _ in 0..5 {
        let before = recording.samples().len();
        server.play("room", &[&played[..], &[0; SAMPLES_PER_SEC]].concat());
        let recorded = recording.samples();
        let mouth = find(&recorded, &chirp, before, before + SAMPLES_PER_SEC);
        let Some((mouth, _)) = mouth else { continue };
        let ear = find(&recorded, &chirp, mouth + CHIRP_SAMPLES, mouth + SAMPLES_PER_SEC / 2);
        delays
            .extend(ear.filter(|(_, fit)| *fit > 0.4).map(|(ear, _)| (ear - mouth) * 1000 / SAMPLES_PER_SEC));
    }
    delays.sort_unstable();
    assert!(delays.len() >= 2, "what is said is heard: {delays:?}");
    let figures = pair.technician.newest("voice-figures").expect("it was heard");
    assert!(figures.number("delay_ms") > 0.0, "{figures:?}");
    drop(recording.end());
    delays
}

#[test]
fn by_pulseaudio_what_is_said_is_heard_soon() {
    println!("from the mouth to the ear, in ms: {:?}", mouth_to_ear(SoundServerKind::PulseAudio));
}

#[test]
#[ignore = "its session manager is not always ready on a busy machine"]
fn by_pipewire_what_is_said_is_heard_soon() {
    println!("from the mouth to the ear, in ms: {:?}", mouth_to_ear(SoundServerKind::PipeWire));
}
