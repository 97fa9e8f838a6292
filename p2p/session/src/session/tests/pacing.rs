//! Pictures on a line in virtual time: how late they are, how often they come, and what queue they make.

use super::*;

/// From a change to the next one.
const INTERVAL: Duration = Duration::from_millis(33);
/// What it takes to code a picture, and to show one.
const CODING: Duration = Duration::from_millis(8);
const SHOWING: Duration = Duration::from_millis(12);
const STEP: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

/// A line, and what is shown over it.
#[derive(Clone, Copy)]
struct Scene {
    bytes_per_sec: u64,
    one_way: Duration,
    /// What a picture would take, at least and at most.
    wanted: (usize, usize),
    /// Two stages, each of one picture at a time.
    decoding: Duration,
    showing: Duration,
}

/// 10 Mbit/s, 20 ms.
const CABLE: Scene = Scene {
    bytes_per_sec: 1_250_000,
    one_way: Duration::from_millis(20),
    wanted: (4_000, 14_000),
    decoding: Duration::ZERO,
    showing: SHOWING,
};

/// 2 Mbit/s, 50 ms.
const RADIO: Scene =
    Scene { bytes_per_sec: 250_000, one_way: Duration::from_millis(50), wanted: (2_000, 8_000), ..CABLE };

/// 100 Mbit/s, 5 ms.
const FIBRE: Scene =
    Scene { bytes_per_sec: 12_500_000, one_way: Duration::from_millis(5), wanted: (4_000, 60_000), ..CABLE };

impl Scene {
    /// With pictures that would take any budget.
    fn greedy(self) -> Self {
        Self { wanted: (10_000_000, 10_000_000), ..self }
    }
}

/// A picture that is being coded, or shown: when that is done, the change that it shows, its number, bytes.
#[derive(Clone, Copy)]
struct PictureAtWork {
    done_at: Instant,
    changed_at: Instant,
    id: u64,
    bytes: usize,
}

/// What came of a while.
#[derive(Debug, Default)]
struct Pace {
    /// From each change until it, or a later one, is seen.
    ages: Vec<Duration>,
    /// At each millisecond.
    queues: Vec<Duration>,
    pictures: usize,
    bytes: usize,
    time: Duration,
}

impl Pace {
    fn at(values: &mut [Duration], percent: usize) -> Duration {
        values.sort_unstable();
        values[(values.len() - 1) * percent / 100]
    }

    fn age(&mut self, percent: usize) -> Duration {
        Self::at(&mut self.ages, percent)
    }

    fn queue(&mut self, percent: usize) -> Duration {
        Self::at(&mut self.queues, percent)
    }

    fn pictures_a_second(&self) -> f64 {
        self.pictures as f64 / self.time.as_secs_f64()
    }

    /// The share of a line, in percent.
    fn share(&self, bytes_per_sec: u64) -> u64 {
        (self.bytes as f64 * 100.0 / (bytes_per_sec as f64 * self.time.as_secs_f64())) as u64
    }
}

/// A host whose screen scrolls, and a technician who looks on.
struct Showing {
    pair: Pair,
    scene: Scene,
    next_change_at: Instant,
    /// The newest change that is in no picture.
    change: Option<Instant>,
    coded: Option<PictureAtWork>,
    decoded_at: Option<Instant>,
    shown: VecDeque<PictureAtWork>,
    shown_at: Option<Instant>,
    /// Of pictures on their way: the change that each shows.
    sent: VecDeque<(u64, Instant)>,
    unseen: VecDeque<Instant>,
    id: u64,
    seed: u64,
}

impl Showing {
    fn new(scene: Scene) -> Self {
        let mut pair = Pair::new();
        pair.delays = ByChannel::new(|_| scene.one_way);
        pair.line = Some(TestLine::new(scene.bytes_per_sec));
        pair.run(SECOND);
        pair.host(Command::Allow(VIEW)).unwrap();
        pair.run(SECOND);
        let now = pair.now;
        Self {
            pair,
            scene,
            next_change_at: now,
            change: None,
            coded: None,
            decoded_at: None,
            shown: VecDeque::new(),
            shown_at: None,
            sent: VecDeque::new(),
            unseen: VecDeque::new(),
            id: 0,
            seed: 7,
        }
    }

    fn line(&mut self) -> &mut TestLine {
        self.pair.line.as_mut().expect("there is one")
    }

    fn run(&mut self, time: Duration) -> Pace {
        let end = self.pair.now + time;
        let mut pace = Pace { time, ..Pace::default() };
        while self.pair.now < end {
            self.change();
            self.code();
            self.pair.run(STEP);
            self.show(&mut pace);
            let now = self.pair.now;
            pace.queues.push(self.line().queue(now, Role::Technician));
        }
        pace
    }

    fn change(&mut self) {
        if self.pair.now >= self.next_change_at {
            self.change = Some(self.next_change_at);
            self.unseen.push_back(self.next_change_at);
            self.next_change_at += INTERVAL;
        }
    }

    /// The newest change is coded as soon as there is room and the one before is done.
    fn code(&mut self) {
        let now = self.pair.now;
        if let Some(coded) = self.coded.take_if(|coded| coded.done_at <= now) {
            self.pair.host(say_picture(picture(coded.id, coded.bytes, coded.changed_at))).unwrap();
            self.sent.push_back((coded.id, coded.changed_at));
        }
        if self.coded.is_some() || self.change.is_none() {
            return;
        }
        if let Some(room) = self.pair.host.room(Channel::Video)
            && let Some(changed_at) = self.change.take()
        {
            self.id += 1;
            let bytes = self.wanted().min(room as usize);
            self.coded = Some(PictureAtWork { done_at: now + CODING, changed_at, id: self.id, bytes });
        }
    }

    fn wanted(&mut self) -> usize {
        let (least, most) = self.scene.wanted;
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        least + (self.seed >> 33) as usize % (most - least + 1)
    }

    fn show(&mut self, pace: &mut Pace) {
        let now = self.pair.now;
        for event in self.pair.take(Role::Technician) {
            let Event::Heard(Message::Video(VideoMessage::Picture(picture))) = event else { continue };
            let (id, changed_at) = self.sent.pop_front().expect("it was sent");
            assert_eq!(picture.id, id);
            let decoded_at = self.decoded_at.map_or(now, |free| free.max(now)) + self.scene.decoding;
            let done_at = self.shown_at.map_or(decoded_at, |free| free.max(decoded_at)) + self.scene.showing;
            (self.decoded_at, self.shown_at) = (Some(decoded_at), Some(done_at));
            let bytes = picture.units[0].data.len();
            self.shown.push_back(PictureAtWork { done_at, changed_at, id, bytes });
        }
        while let Some(shown) = self.shown.pop_front_if(|shown| shown.done_at <= now) {
            self.pair.technician(say_shown(shown.id)).unwrap();
            pace.pictures += 1;
            pace.bytes += shown.bytes;
            while let Some(changed_at) =
                self.unseen.pop_front_if(|changed_at| *changed_at <= shown.changed_at)
            {
                pace.ages.push(shown.done_at - changed_at);
            }
        }
        self.pair.take(Role::Host);
    }
}

#[test]
fn scrolling_is_soon_seen_on_any_line() {
    for (scene, age) in [(CABLE, 50), (RADIO, 95), (FIBRE, 30)] {
        let mut showing = Showing::new(scene);
        showing.run(SECOND);
        let mut pace = showing.run(20 * SECOND);
        let (median, most) = (pace.age(50), pace.age(100));
        let pictures = pace.pictures_a_second();
        assert!(median <= millis(age), "{} B/s: p50 {median:?}", scene.bytes_per_sec);
        assert!(most <= millis(age + 10), "{} B/s: {most:?}", scene.bytes_per_sec);
        assert!(pictures >= 29.5, "{} B/s: {pictures} pictures a second", scene.bytes_per_sec);
    }
}

#[test]
fn the_rate_is_found_within_a_second_and_the_queue_stays_short() {
    for scene in [CABLE, RADIO, FIBRE].map(Scene::greedy) {
        let mut showing = Showing::new(scene);
        showing.run(SECOND);
        for _ in 0..20 {
            let mut pace = showing.run(SECOND);
            let share = pace.share(scene.bytes_per_sec);
            let (queue, usual) = (pace.queue(100), pace.queue(50));
            assert!(share >= 70, "{} B/s: {share} % of the line", scene.bytes_per_sec);
            assert!(
                queue < millis(30) && usual < millis(15),
                "{} B/s: {usual:?}, {queue:?}",
                scene.bytes_per_sec
            );
        }
    }
}

#[test]
fn losses_make_few_pictures_late() {
    for (percent, p50, p95, most) in [(1, 52, 110, 200), (5, 90, 150, 300)] {
        let mut showing = Showing::new(CABLE);
        // The round trip, and what it takes to notice.
        let repair = millis(55);
        showing.line().losses = Some(LineLosses { percent, repair, seed: 3 });
        showing.run(SECOND);
        let mut pace = showing.run(60 * SECOND);
        let ages = [50, 95, 100].map(|percent| pace.age(percent));
        for (age, most) in ages.into_iter().zip([p50, p95, most]) {
            assert!(age <= millis(most), "{percent} %: {ages:?}");
        }
        assert!(pace.queue(100) < millis(50));
    }
}

#[test]
fn beside_a_transfer_pictures_get_a_share_and_do_not_fill_the_queue() {
    for (scene, share, age) in [(CABLE, 18, 115), (CABLE.greedy(), 40, 190)] {
        let mut showing = Showing::new(scene);
        showing.run(2 * SECOND);
        // Twice what the line holds: as much as one of TCP's BBR, which alone makes a queue of 40 ms.
        let (now, round_trip) = (showing.pair.now, 2 * CABLE.one_way);
        showing.line().others = Some(GreedyFlow::new(now, 100_000, round_trip));
        showing.run(5 * SECOND);
        let mut pace = showing.run(60 * SECOND);
        let (median, ours) = (pace.age(50), pace.share(scene.bytes_per_sec));
        assert!((share..=60).contains(&ours), "{ours} % of the line");
        assert!(median <= millis(age), "{median:?}");
        assert!(pace.pictures_a_second() >= 28.0);
    }
}

#[test]
fn a_line_that_gets_slower_is_noticed() {
    let mut showing = Showing::new(FIBRE.greedy());
    showing.run(5 * SECOND);
    showing.line().bytes_per_sec = 125_000;
    showing.run(8 * SECOND);
    let mut pace = showing.run(20 * SECOND);
    let (age, queue) = (pace.age(95), pace.queue(50));
    assert!(age <= millis(160) && queue <= millis(50), "{age:?}, {queue:?}");
}

#[test]
fn a_longer_way_is_noticed() {
    let mut showing = Showing::new(CABLE.greedy());
    showing.run(5 * SECOND);
    showing.pair.delays = ByChannel::new(|_| millis(100));
    showing.run(4 * SECOND);
    let mut pace = showing.run(20 * SECOND);
    let (share, age) = (pace.share(CABLE.bytes_per_sec), pace.age(95));
    assert!(share >= 50 && age <= millis(150), "{share} %, {age:?}");
}

#[test]
fn a_window_that_takes_its_time_is_kept_busy() {
    for (decoding, showing) in [(10, 20), (25, 25), (30, 30)] {
        let scene = Scene { decoding: millis(decoding), showing: millis(showing), ..CABLE };
        let mut busy = Showing::new(scene);
        busy.run(SECOND);
        let mut pace = busy.run(10 * SECOND);
        assert!(pace.pictures_a_second() >= 29.5, "{decoding} ms, {showing} ms");
        assert!(pace.age(50) <= millis(40 + decoding + showing), "{:?}", pace.age(50));
    }
}

#[test]
fn few_pictures_wait_for_a_slow_window() {
    let mut showing = Showing::new(Scene { showing: millis(60), ..CABLE });
    showing.run(SECOND);
    let mut pace = showing.run(10 * SECOND);
    // One is shown and one waits, of the newest there was then.
    assert!(pace.age(50) <= millis(160), "{:?}", pace.age(50));
    assert!(pace.pictures_a_second() >= 16.0);
}
