//! Bulk beside what a person waits for, on a line of 10 Mbit/s whose buffer has no end.

use super::*;
use crate::{ClipboardContent, ClipboardMessage, MAX_CLIPBOARD_PNG_BYTES, Phase};

const LINE_BYTES_PER_SEC: u64 = 1_250_000;
const ONE_WAY: Duration = Duration::from_millis(20);
const STEP: Duration = Duration::from_millis(1);

/// What a session is busy with.
#[derive(Clone, Copy)]
struct Work {
    pictures: bool,
    /// Who sends bulk, if anybody does.
    bulk: Option<Role>,
}

/// What came of it.
#[derive(Debug, Default)]
struct Outcome {
    /// From a key that is pressed to the pointer's answer.
    answers: Vec<Duration>,
    picture_bytes: usize,
    pictures: usize,
    bulk_bytes: usize,
}

impl Outcome {
    fn answer_at(&mut self, percent: usize) -> Duration {
        self.answers.sort_unstable();
        self.answers[(self.answers.len() - 1) * percent / 100]
    }
}

struct BusyPair {
    pair: Pair,
    picture: u64,
    pressed_at: VecDeque<Instant>,
    last_key_at: Instant,
    key_down: bool,
}

impl BusyPair {
    fn new() -> Self {
        let everything = Permission::ALL.into_iter().collect();
        let mut pair = Pair::with(TechnicianSetup { wants: everything, ..technician_setup() }, host_setup());
        pair.delays = ByChannel::new(|_| ONE_WAY);
        pair.line = Some(TestLine::new(LINE_BYTES_PER_SEC));
        pair.run(millis(500));
        pair.host(Command::Allow(everything)).unwrap();
        pair.run(millis(500));
        let now = pair.now;
        Self { pair, picture: 0, pressed_at: VecDeque::new(), last_key_at: now, key_down: false }
    }

    fn work(&mut self, work: Work, time: Duration) -> Outcome {
        let end = self.pair.now + time;
        let mut outcome = Outcome::default();
        while self.pair.now < end {
            self.press();
            if work.pictures {
                self.show();
            }
            if let Some(role) = work.bulk {
                self.copy(role);
            }
            self.pair.run(STEP);
            self.hear(&mut outcome);
        }
        outcome
    }

    /// Ten keys a second, down and up in turn. Not in step with the pictures, or all of them would meet the
    /// same part of one.
    fn press(&mut self) {
        if self.pair.now - self.last_key_at >= millis(97) {
            self.last_key_at = self.pair.now;
            self.key_down = !self.key_down;
            self.pair.technician(say_input(key(self.key_down))).unwrap();
            self.pressed_at.push_back(self.pair.now);
        }
    }

    /// Pictures as large and as often as there is room for.
    fn show(&mut self) {
        if let Some(room) = self.pair.host.room(Channel::Video) {
            self.picture += 1;
            let picture = picture(self.picture, room as usize, self.pair.now);
            self.pair.host(say_picture(picture)).unwrap();
        }
    }

    /// Always something more to send.
    fn copy(&mut self, role: Role) {
        if self.pair.session(role).room(Channel::Clipboard).is_some() {
            let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
            png.resize(MAX_CLIPBOARD_PNG_BYTES, 7);
            let content = ClipboardContent::Png(png);
            let message = match role {
                Role::Technician => ClipboardMessage::ToUser(content),
                Role::Host => ClipboardMessage::FromUser(content),
            };
            self.pair.command(role, say(message)).unwrap();
        }
    }

    fn hear(&mut self, outcome: &mut Outcome) {
        for event in self.pair.take(Role::Host) {
            match event {
                Event::Heard(Message::Input(_)) => self.pair.host(say_position(Some((1, 1)))).unwrap(),
                Event::Heard(Message::Clipboard(ClipboardMessage::ToUser(content))) => {
                    outcome.bulk_bytes += content.bytes();
                }
                _ => {}
            }
        }
        for event in self.pair.take(Role::Technician) {
            match event {
                Event::Heard(Message::Video(VideoMessage::Picture(picture))) => {
                    outcome.pictures += 1;
                    outcome.picture_bytes += picture.units[0].data.len();
                    self.pair.technician(say_shown(picture.id)).unwrap();
                }
                Event::Heard(Message::Cursor(_)) => {
                    let pressed_at = self.pressed_at.pop_front().expect("a key was pressed");
                    outcome.answers.push(self.pair.now - pressed_at);
                }
                Event::Heard(Message::Clipboard(ClipboardMessage::FromUser(content))) => {
                    outcome.bulk_bytes += content.bytes();
                }
                _ => {}
            }
        }
    }

    fn unharmed(&self) {
        for session in [&self.pair.technician, &self.pair.host] {
            assert_eq!((session.phase(), session.stats().leg), (Phase::Active, 0));
        }
    }
}

fn at_most_20_ms_more(mut with: Outcome, mut without: Outcome, what: &str) {
    for percent in [50, 95] {
        let (with, without) = (with.answer_at(percent), without.answer_at(percent));
        assert!(with <= without + millis(20), "{what}, {percent} %: {with:?} with bulk, {without:?} without");
    }
}

const WARM_UP: Duration = Duration::from_secs(10);
const MEASURED: Duration = Duration::from_secs(40);

#[test]
fn typing_and_pictures_keep_their_pace_beside_bulk_from_the_host() {
    let mut busy = BusyPair::new();
    let work = Work { pictures: true, bulk: None };
    busy.work(work, WARM_UP);
    let without = busy.work(work, MEASURED);
    let work = Work { pictures: true, bulk: Some(Role::Host) };
    busy.work(work, WARM_UP);
    let before = busy.pair.bytes_sent(Role::Host, Channel::Clipboard);
    let with = busy.work(work, MEASURED);
    let bulk = busy.pair.bytes_sent(Role::Host, Channel::Clipboard) - before;
    assert!(
        3 * with.picture_bytes >= 2 * without.picture_bytes,
        "{} of {} bytes",
        with.picture_bytes,
        without.picture_bytes
    );
    assert!(3 * with.pictures >= 2 * without.pictures, "{} of {} pictures", with.pictures, without.pictures);
    let line = LINE_BYTES_PER_SEC * MEASURED.as_secs();
    assert!(5 * bulk as u64 >= line, "{bulk} of {line} bytes");
    at_most_20_ms_more(with, without, "from the host");
    busy.unharmed();
}

#[test]
fn typing_keeps_its_pace_beside_bulk_from_the_technician() {
    let mut busy = BusyPair::new();
    let work = Work { pictures: true, bulk: None };
    busy.work(work, WARM_UP);
    let without = busy.work(work, MEASURED);
    let work = Work { pictures: true, bulk: Some(Role::Technician) };
    busy.work(work, WARM_UP);
    let before = busy.pair.bytes_sent(Role::Technician, Channel::Clipboard);
    let with = busy.work(work, MEASURED);
    let bulk = busy.pair.bytes_sent(Role::Technician, Channel::Clipboard) - before;
    assert!(
        3 * with.picture_bytes >= 2 * without.picture_bytes,
        "{} of {} bytes",
        with.picture_bytes,
        without.picture_bytes
    );
    let line = LINE_BYTES_PER_SEC * MEASURED.as_secs();
    assert!(5 * bulk as u64 >= line, "{bulk} of {line} bytes");
    at_most_20_ms_more(with, without, "from the technician");
    busy.unharmed();
}

#[test]
fn a_gibibyte_passes_beside_typing_and_ends_nothing() {
    let mut busy = BusyPair::new();
    let without = busy.work(Work { pictures: false, bulk: None }, WARM_UP);
    let work = Work { pictures: false, bulk: Some(Role::Host) };
    let (mut with, started) = (Outcome::default(), busy.pair.now);
    while with.bulk_bytes < 1 << 30 {
        let more = busy.work(work, MEASURED);
        with.bulk_bytes += more.bulk_bytes;
        with.answers.extend(more.answers);
    }
    let seconds = (busy.pair.now - started).as_secs();
    assert!(seconds * LINE_BYTES_PER_SEC * 9 / 10 <= 1 << 30, "it took {seconds} s");
    at_most_20_ms_more(with, without, "a gibibyte");
    busy.unharmed();
}
