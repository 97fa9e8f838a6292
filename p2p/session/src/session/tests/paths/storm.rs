//! Storms: people work while everything happens to the paths at once, and nothing they do is lost or done
//! twice. Single changes are tested in the module above.

use proptest::prelude::*;

use super::*;
use crate::MAX_INPUT_AGE;

/// Input that can be told from all other input.
fn numbered(number: usize) -> InputEvent {
    InputEvent::Text(KeyText::try_from(number.to_string()).unwrap())
}

/// What may happen to a session's paths.
#[derive(Debug, Clone, Copy)]
enum PathChange {
    Add(PathKind),
    /// Both are notified, this many milliseconds later.
    Remove(usize, u64, u64),
    /// Nobody is notified until much later.
    Kill(usize),
    Stall(usize, u64),
    Measure(usize, u64),
    Renew,
}

fn change() -> impl Strategy<Value = PathChange> {
    let kind = proptest::sample::select(vec![PathKind::Lan, PathKind::Direct, PathKind::Relay]);
    prop_oneof![
        4 => kind.prop_map(PathChange::Add),
        3 => (0..8_usize, 0..300_u64, 0..300_u64).prop_map(|(path, here, there)| PathChange::Remove(path, here, there)),
        2 => (0..8_usize).prop_map(PathChange::Kill),
        2 => (0..8_usize, 10..9000_u64).prop_map(|(path, time)| PathChange::Stall(path, time)),
        3 => (0..8_usize, 1..300_u64).prop_map(|(path, time)| PathChange::Measure(path, time)),
        1 => Just(PathChange::Renew),
    ]
}

/// A session on which people work while its paths change.
struct Storm {
    pair: Pair,
    /// Paths that are there, and when each side is to hear that one is gone.
    paths: Vec<u64>,
    going: Vec<(Instant, Role, u64)>,
    next_path: u64,
    said: [Vec<String>; 2],
    heard: [Vec<String>; 2],
    /// When each was pressed, by its number; and which of them acted.
    pressed: Vec<Instant>,
    acted: Vec<usize>,
    next_picture: u64,
    shown: Vec<u64>,
}

impl Storm {
    fn new() -> Self {
        let mut pair = Pair::allowed(PermissionSet::DESKTOP);
        let mut nonces = HashSet::new();
        pair.tamper = Some(Box::new(move |from, _, bytes| {
            let length = bytes.first_chunk().map(|length| usize::from(u16::from_be_bytes(*length)));
            if length == Some(bytes.len() - 2) {
                assert!(nonces.insert((from, bytes[3..11].to_vec())), "a nonce used twice");
            }
            true
        }));
        Self {
            pair,
            paths: vec![0],
            going: Vec::new(),
            next_path: 1,
            said: Default::default(),
            heard: Default::default(),
            pressed: Vec::new(),
            acted: Vec::new(),
            next_picture: 1,
            shown: Vec::new(),
        }
    }

    fn add(&mut self, kind: PathKind) {
        if self.paths.len() < 6 {
            self.pair.path_delays.insert(PathId(self.next_path), millis(self.next_path * 7 % 80));
            self.pair.add_path(self.next_path, kind);
            self.paths.push(self.next_path);
            self.next_path += 1;
        }
    }

    fn apply(&mut self, change: PathChange) {
        let now = self.pair.now;
        let count = self.paths.len().max(1);
        let pick = |index: usize| self.paths.get(index % count).copied();
        match change {
            PathChange::Add(kind) => self.add(kind),
            PathChange::Remove(index, here, there) => {
                if let Some(path) = pick(index) {
                    self.pair.kill_path(path);
                    self.paths.retain(|known| *known != path);
                    self.going.push((now + millis(here), Role::Technician, path));
                    self.going.push((now + millis(there), Role::Host, path));
                }
            }
            PathChange::Kill(index) => {
                if let Some(path) = pick(index) {
                    self.pair.kill_path(path);
                    self.paths.retain(|known| *known != path);
                    self.going.extend(Role::ALL.map(|role| (now + 10 * SECOND, role, path)));
                }
            }
            PathChange::Stall(index, time) => {
                if let Some(path) = pick(index) {
                    self.pair.stalled.insert(PathId(path), now + millis(time));
                }
            }
            PathChange::Measure(index, time) => {
                if let Some(path) = pick(index) {
                    measure(&mut self.pair, path, time);
                }
            }
            PathChange::Renew => self.pair.technician.renew_keys(now),
        }
    }

    /// Both say and do something, and some time passes.
    fn work(&mut self, time: Duration) {
        for role in Role::ALL {
            let index = Pair::index(role);
            let line = format!("{role:?} {}", self.said[index].len());
            match self.pair.command(role, say_line(line.clone())) {
                Ok(()) => self.said[index].push(line),
                Err(error) => assert_eq!(error, CommandError::Full),
            }
        }
        let event = numbered(self.pressed.len());
        match self.pair.technician(say_input(event)) {
            Ok(()) => self.pressed.push(self.pair.now),
            Err(error) => assert!(matches!(error, CommandError::Full | CommandError::NoPath), "{error}"),
        }
        if self.pair.host.room(Channel::Video).is_some() {
            let now = self.pair.now;
            let bytes = if self.next_picture.is_multiple_of(40) { 200_000 } else { 8000 };
            self.pair.host(say_picture(picture(self.next_picture, bytes, now))).unwrap();
            self.next_picture += 1;
        }
        let end = self.pair.now + time;
        while self.pair.now < end {
            let due: Vec<_> = self.going.extract_if(.., |gone| gone.0 <= self.pair.now).collect();
            for (_, role, path) in due {
                self.pair.remove_path(role, path);
            }
            self.pair.run(millis(5).min(end - self.pair.now));
            self.look();
        }
    }

    fn look(&mut self) {
        for role in Role::ALL {
            let events = self.pair.take(role);
            let lines = chats(&events).into_iter().map(str::to_owned);
            self.heard[Pair::index(role.other())].extend(lines);
            for event in inputs(&events) {
                self.see_acting(&event);
            }
            for id in pictures(&events) {
                self.shown.push(id);
                self.pair.technician(say_shown(id)).unwrap();
            }
            let end = events.iter().find(|event| matches!(event, Event::Ended(_)));
            assert_eq!(end, None, "{role:?} at leg {}", self.pair.session(role).stats().leg);
            let (bytes, waiting) = self.pair.session(role).held_back();
            assert!(bytes < 1 << 20 && waiting < 1500, "{bytes} bytes, {waiting} messages");
        }
    }

    /// What is pressed acts once, in order, and soon or never.
    fn see_acting(&mut self, event: &InputEvent) {
        let next = self.acted.last().map_or(0, |last| last + 1);
        let number = (next..self.pressed.len()).find(|number| numbered(*number) == *event);
        let number = number.expect("in order, and once");
        // The clocks are known as well as the best of the last round trips.
        let age = self.pair.now - self.pressed[number];
        assert!(age < MAX_INPUT_AGE + millis(600), "{age:?}");
        self.acted.push(number);
    }

    /// A path that stays: all lines have arrived, and new keys act again.
    fn calm(&mut self) {
        for _ in 0..80 {
            if self.paths.is_empty() {
                self.add(PathKind::Lan);
            }
            self.work(millis(250));
        }
        // Nothing new is said from here on.
        self.pair.run(5 * SECOND);
        self.look();
        for index in 0..2 {
            assert_eq!(self.heard[index], self.said[index]);
        }
        assert!(self.acted.ends_with(&Vec::from_iter(self.pressed.len() - 20..self.pressed.len())));
        assert!(self.shown.is_sorted_by(|one, next| one < next));
        for role in Role::ALL {
            assert_eq!(self.pair.session(role).phase(), Phase::Active);
        }
        let (technician, host) = (self.pair.technician.stats(), self.pair.host.stats());
        assert_eq!(technician.leg, host.leg);
        let tried: HashSet<_> = self.pair.resumes.iter().map(|resume| resume.0).collect();
        assert_eq!(tried.len(), self.pair.resumes.len(), "no leg is tried twice");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_whatever_happens_to_the_paths(
        changes in proptest::collection::vec((change(), 0_u64..3000), 1..60),
    ) {
        let mut storm = Storm::new();
        for (change, time) in changes {
            storm.apply(change);
            storm.work(millis(time));
            // Within the time in which a path is waited for there is one.
            if storm.paths.is_empty() && storm.next_path.is_multiple_of(3) {
                storm.add(PathKind::Direct);
            }
            while storm.pair.technician.needs_path() && storm.paths.is_empty() {
                storm.work(millis(900));
                storm.add(PathKind::Relay);
            }
        }
        storm.calm();
    }
}

#[test]
fn ten_thousand_lines_and_keys_through_a_hundred_changes_of_path() {
    let mut storm = Storm::new();
    let kinds = [PathKind::Lan, PathKind::Direct, PathKind::Relay];
    let mut step = 0_usize;
    while storm.said.iter().any(|said| said.len() < 10_000) || storm.pair.host.stats().leg < 100 {
        step += 1;
        if step.is_multiple_of(100) {
            storm.add(kinds[step / 100 % 3]);
            let used = storm.pair.legs[&storm.pair.technician.leg()].0;
            let used = storm.paths.iter().position(|path| *path == used).unwrap_or(0);
            let change = match step / 100 % 4 {
                0 => PathChange::Kill(used),
                1 => PathChange::Remove(used, 40, 90),
                2 => PathChange::Stall(used, 3000),
                _ => PathChange::Renew,
            };
            storm.apply(change);
        }
        storm.work(millis(4));
    }
    storm.calm();
    assert!(storm.pressed.len() >= 10_000 && storm.shown.len() > 100);
    // The paths are gone for most of the time: keys pressed then don't act later.
    assert!(storm.acted.len() > 1000, "{}", storm.acted.len());
}
