//! Voices: who may be heard and when, and what the buffer makes of a bad path.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Channel, Event, Message, PermissionSet, Role, TechnicianSetup};

fn any_state() -> impl Strategy<Value = TalkState> {
    prop_oneof![Just(TalkState::Away), Just(TalkState::Muted), Just(TalkState::Open)]
}

pub(crate) fn any_message() -> impl Strategy<Value = VoiceWire> {
    prop_oneof![
        (any::<(u32, u32, u64)>(), vec(any::<u8>(), 0..=MAX_VOICE_BYTES)).prop_map(
            |((sequence, tick, recorded), sound)| VoiceWire::Frame {
                sequence,
                tick,
                recorded,
                sound: Bytes::new(sound).unwrap()
            }
        ),
        any_state().prop_map(VoiceWire::Talk),
        any::<(u16, u16)>().prop_map(|(missing_permille, delay_millis)| VoiceWire::Heard(VoiceReport {
            missing_permille,
            delay_millis
        })),
    ]
}

const TALK: PermissionSet = PermissionSet::NONE.with(Permission::Voice);

fn allowed(permissions: PermissionSet) -> Pair {
    let setup = TechnicianSetup { wants: permissions, ..technician_setup() };
    let mut pair = Pair::with(setup, host_setup());
    pair.run(millis(100));
    pair.host(crate::Command::Allow(permissions)).unwrap();
    pair.run(millis(100));
    pair
}

fn frame(number: u32, now: Instant) -> VoiceFrame {
    VoiceFrame { sequence: number, tick: number, recorded_at: now, sound: vec![number as u8; 80] }
}

fn frames(events: &[Event]) -> Vec<u32> {
    let heard = events.iter().filter_map(|event| match event {
        Event::Heard(Message::Voice(VoiceMessage::Frame(frame))) => Some(frame.sequence),
        _ => None,
    });
    heard.collect()
}

#[test]
fn both_are_heard_once_it_is_allowed_and_not_while_it_is_paused() {
    let mut pair = Pair::allowed(PermissionSet::NONE.with(Permission::View));
    let now = pair.now;
    let refused = Err(CommandError::NotGranted(Permission::Voice));
    assert_eq!(pair.technician(say(VoiceMessage::Frame(frame(0, now)))), refused);
    assert_eq!(pair.host(say(VoiceMessage::Talk(TalkState::Open))), refused);
    let mut pair = allowed(TALK);
    for role in [Role::Host, Role::Technician] {
        let now = pair.now;
        pair.command(role, say(VoiceMessage::Talk(TalkState::Open))).unwrap();
        pair.command(role, say(VoiceMessage::Frame(frame(7, now)))).unwrap();
        pair.run(millis(100));
        let news = pair.news(role.other());
        assert!(news.contains(&heard(VoiceMessage::Talk(TalkState::Open))), "{news:?}");
        assert_eq!(frames(&news), [7]);
    }
    pair.host(crate::Command::Pause).unwrap();
    pair.run(millis(100));
    let now = pair.now;
    assert!(pair.technician(say(VoiceMessage::Frame(frame(8, now)))).is_err());
    pair.run(millis(100));
    assert_eq!(frames(&pair.news(Role::Host)), [0; 0]);
}

#[test]
fn what_waits_for_too_long_is_dropped_where_it_waits() {
    let mut pair = allowed(TALK);
    pair.technician.hold(Channel::Voice, true);
    for number in 0..50 {
        let now = pair.now;
        pair.technician(say(VoiceMessage::Frame(frame(number, now)))).unwrap();
        pair.run(VOICE_FRAME);
    }
    pair.technician.hold(Channel::Voice, false);
    pair.run(millis(100));
    let mut left = frames(&pair.news(Role::Host));
    left.sort_unstable();
    assert_eq!(left, [46, 47, 48, 49]);
    let mut long = frame(50, pair.now);
    long.sound = vec![0; MAX_VOICE_BYTES + 1];
    let refused = pair.technician(say(VoiceMessage::Frame(long)));
    assert_eq!(refused, Err(CommandError::Invalid("frame of sound")));
}

/// A path and an ear in virtual time.
struct Ear {
    start: Instant,
    buffer: JitterBuffer,
    /// What was heard in each 20 ms: a tick, or what stood for it.
    heard: Vec<String>,
    /// When each frame was heard after it was recorded, in milliseconds.
    delays: Vec<i64>,
}

impl Ear {
    /// Hears `count` frames, of which each takes as long as `way` says, or never comes.
    fn hear(count: u32, way: impl Fn(u32) -> Option<u64>) -> Self {
        Self::hear_from(0, count, way)
    }

    /// The same, where the first tick is this one.
    fn hear_from(first: u32, count: u32, way: impl Fn(u32) -> Option<u64>) -> Self {
        let start = Instant::now();
        let mut ear = Self { start, buffer: JitterBuffer::new(start), heard: Vec::new(), delays: Vec::new() };
        let mut arrivals: Vec<(u64, u32)> =
            (0..count).filter_map(|tick| Some((u64::from(tick) * 20 + way(tick)?, tick))).collect();
        arrivals.sort_unstable();
        let mut arrivals = arrivals.into_iter().peekable();
        for millis in 0..u64::from(count) * 20 + 500 {
            while let Some((_, tick)) = arrivals.next_if(|(at, _)| *at <= millis) {
                let sent = VoiceFrame {
                    tick: first.wrapping_add(tick),
                    ..frame(tick, ear.at(u64::from(tick) * 20))
                };
                ear.buffer.push(ear.at(millis), sent);
            }
            if millis % 20 == 7 {
                ear.pull(millis);
            }
        }
        ear
    }

    fn at(&self, millis: u64) -> Instant {
        self.start + Duration::from_millis(millis)
    }

    fn pull(&mut self, millis: u64) {
        let word = match self.buffer.pull(self.at(millis)) {
            JitterPull::Frame(frame) => {
                self.delays.push(millis as i64 - i64::from(frame.sequence) * 20);
                frame.sequence.to_string()
            }
            JitterPull::Recover(next) => format!("copy {}", next.tick.wrapping_sub(1)),
            JitterPull::Conceal => "made up".to_owned(),
            JitterPull::Quiet => "quiet".to_owned(),
        };
        self.heard.push(word);
    }

    fn times(&self, word: &str) -> usize {
        self.heard.iter().filter(|heard| heard.starts_with(word)).count()
    }
}

#[test]
fn on_an_even_path_all_is_heard_and_soon() {
    let ear = Ear::hear(500, |_| Some(30));
    assert_eq!(ear.delays.len(), 500);
    assert!(ear.delays.iter().all(|delay| *delay <= 30 + 30), "{:?}", ear.delays.iter().max());
    assert_eq!(ear.times("copy"), 0);
}

#[test]
fn a_lost_frame_is_heard_from_the_copy_in_the_next() {
    let mut ear = Ear::hear(1000, |tick| (tick % 10 != 5).then_some(30));
    // The first loss teaches it to wait for the next frame.
    assert!(ear.times("copy") >= 95, "{}", ear.times("copy"));
    assert!(ear.times("made up") <= 10, "{:?}", ear.times("made up"));
    assert!(ear.delays.iter().all(|delay| *delay <= 30 + 70), "{:?}", ear.delays.iter().max());
    let figures = ear.buffer.figures();
    assert_eq!(figures.late, 0);
    assert!(figures.heard >= 990 && figures.recovered >= 95, "{figures:?}");
    assert_eq!(figures.recovered + figures.lost, 100, "each that was lost is counted once: {figures:?}");
}

#[test]
fn what_is_put_in_for_an_uneven_path_is_no_loss() {
    let mut ear = Ear::hear(400, |tick| Some(if tick < 100 { 30 } else { 30 + u64::from(tick % 4) * 20 }));
    let figures = ear.buffer.figures();
    assert!(figures.made_up > 2, "it had to adapt: {figures:?}");
    assert!(figures.lost + figures.recovered <= 4, "{figures:?}");
    assert!(ear.delays.len() >= 390, "{}", ear.delays.len());
}

#[test]
fn ticks_that_begin_again_are_heard_like_others() {
    let mut ear = Ear::hear_from(u32::MAX - 250, 500, |tick| Some(30 + u64::from(tick * 7919 % 30)));
    let figures = ear.buffer.figures();
    assert!(ear.delays.len() >= 490 && figures.lost <= 4, "{} {figures:?}", ear.delays.len());
    let order: Vec<u32> = ear.heard.iter().filter_map(|word| word.parse().ok()).collect();
    assert!(order.is_sorted(), "{order:?}");
    // What is said again from before that is late, and nothing that is to come.
    let end = ear.at(10_400);
    ear.buffer.push(end, frame(149, end));
    assert!(ear.buffer.frames.is_empty());
}

#[test]
fn after_a_long_silence_the_path_is_still_known() {
    let uneven = |tick: u32| 30 + u64::from(tick * 7919 % 60);
    // Ten seconds of silence, of which the first frame was announced.
    let ear = Ear::hear(1200, |tick| (!(300..800).contains(&tick)).then(|| uneven(tick)));
    let known = ear.buffer.shape();
    assert!(known.unevenness >= Duration::from_millis(50), "{known:?}");
    let mut later = Ear::hear(300, |tick| Some(uneven(tick)));
    let before = later.buffer.shape();
    let (tick, now) = (900, later.at(900 * 20 + 40));
    later.buffer.push(now, frame(tick, now));
    let after = later.buffer.shape();
    assert!(after.held + Duration::from_millis(2) >= before.held, "{before:?} {after:?}");
    // What took far longer than that is another conversation.
    later.buffer.push(now + Duration::from_secs(20), frame(901, now));
    assert_eq!(later.buffer.shape().unevenness, Duration::ZERO);
}

#[test]
fn an_uneven_path_makes_it_hold_frames_back_and_an_even_one_lets_go() {
    let uneven = |tick: u32| if tick < 800 { 30 + u64::from(tick * 7919 % 60) } else { 30 };
    let ear = Ear::hear(2400, |tick| Some(uneven(tick)));
    let missed = ear.heard[100..800].iter().filter(|word| *word == "made up" || word.starts_with("copy"));
    let missed = missed.count();
    assert!(missed < 35, "{missed} of 700");
    let last = &ear.delays[ear.delays.len() - 100..];
    assert!(last.iter().all(|delay| *delay <= 30 + 70), "{last:?}");
}

#[test]
fn a_hold_up_is_made_good_for_and_silence_is_nothing_that_is_missing() {
    // 200 ms nothing, then all of it at once, as after a packet that was sent again.
    let held_up = |tick: u32| if (200..210).contains(&tick) { 30 + u64::from(210 - tick) * 20 } else { 30 };
    let ear = Ear::hear(600, |tick| Some(held_up(tick)));
    // A tenth of a second then, and one where the last frame was heard and no silence was announced.
    assert!(ear.times("made up") <= 10, "{}", ear.times("made up"));
    assert!(ear.delays.len() > 580, "{}", ear.delays.len());

    let start = Instant::now();
    let mut buffer = JitterBuffer::new(start);
    let at = |millis: u64| start + Duration::from_millis(millis);
    assert_eq!(buffer.pull(start), JitterPull::Quiet);
    for tick in 0..3 {
        buffer.push(at(u64::from(tick) * 20), frame(tick, start));
        buffer.pull(at(u64::from(tick) * 20 + 11));
    }
    buffer.push(at(60), VoiceFrame { sound: Vec::new(), ..frame(3, start) });
    (0..20).for_each(|pull| assert_eq!(buffer.pull(at(75 + 20 * pull)), JitterPull::Quiet, "{pull}"));
    buffer.push(at(800), VoiceFrame { tick: 40, ..frame(4, start) });
    assert!(matches!(buffer.pull(at(815)), JitterPull::Frame(frame) if frame.tick == 40));
    assert_eq!(buffer.figures().made_up, 0);
}

proptest! {
    #[test]
    fn whatever_arrives_it_holds_little_and_goes_on(
        arrivals in vec((any::<u32>(), 0..3_000_u64, 0..3_usize, prop::bool::ANY), 0..300),
    ) {
        let start = Instant::now();
        let (mut buffer, mut now) = (JitterBuffer::new(start), start);
        for (tick, later, bytes, far) in arrivals {
            now += Duration::from_millis(later % 50);
            let tick = if far { tick } else { tick % 100 };
            let sound = vec![0; bytes * 15];
            buffer.push(now, VoiceFrame { sequence: tick, tick, recorded_at: now, sound });
            buffer.pull(now);
            prop_assert!(buffer.frames.len() <= 25);
        }
        // However it was left, a new voice is heard.
        for tick in 1_000_000..1_000_100 {
            now += VOICE_FRAME;
            buffer.push(now, frame(tick, now));
            if let JitterPull::Frame(frame) = buffer.pull(now + Duration::from_millis(15))
                && frame.tick > 1_000_050
            {
                return Ok(());
            }
        }
        prop_assert!(false, "nothing is heard any more");
    }
}
