//! The buffer that makes an even stream of frames of what arrives unevenly.
//!
//! What it does: it holds frames back for as long as the path's unevenness asks for and no longer, and says
//! each 20 ms what is to be heard: a frame, one recovered from the next, one made up, or nothing. It reads no
//! clock and decodes nothing.
//!
//! A frame's *lateness* is how much later it came than the quickest of the last ten seconds did, as counted
//! from when it was recorded. The buffer holds frames back for the lateness that all but a few have.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use super::{VOICE_FRAME, VoiceFrame};

/// Frames that are held, at most: half a second, which is more than is ever held back on purpose.
const MAX_FRAMES: usize = 25;

/// Frames of which the lateness is known: ten seconds, so that a path that has got worse is soon known, and
/// two clocks that drift apart do not matter.
const KNOWN_FRAMES: usize = 500;

/// Of a hundred frames so many may come too late to be heard.
const LATE_PERCENT: usize = 2;

/// The least that a frame is held back: what a loudspeaker asks for unevenly.
const LEAST_MICROS: i64 = 10_000;

/// The most: past it nobody talks with each other any more.
const MOST_MICROS: i64 = 300_000;

/// Frames made up in a row: a longer gap is silence.
const MADE_UP: u32 = 5;

/// Frames that are heard as they came between two that are left out or put in: more often would sound hoarse.
const EVEN_FRAMES: u32 = 4;

/// A frame that took so much longer or shorter than those before it is of another conversation: nothing
/// before it counts. Silence is none: ticks go on in it.
const FAR_MICROS: i64 = 5_000_000;

const FRAME_MICROS: i64 = VOICE_FRAME.as_micros() as i64;

/// Makes an even stream of what arrives.
#[derive(Debug)]
pub struct JitterBuffer {
    /// Where its own time begins.
    epoch: Instant,
    /// By tick, as [`Self::unwrapped`].
    pub(super) frames: BTreeMap<i64, VoiceFrame>,
    /// The tick of the frame that came last; `None` before the first.
    newest: Option<i64>,
    /// The tick that is to be heard next; `None` before the first frame.
    next: Option<i64>,
    /// How far the next tick is held, beyond the quickest way, in microseconds.
    hold: i64,
    /// Transit times of the last frames, in microseconds, with an origin that nobody knows.
    transits: VecDeque<i64>,
    /// The quickest of them.
    quickest: i64,
    /// For how many frames more it is held in mind that some are lost: then each is held until the next is
    /// there, which has a copy of it.
    lossy: usize,
    /// Frames that were heard as they came since one was left out or put in.
    even: u32,
    /// Frames made up since the last real one.
    made_up: u32,
    /// Whether silence was announced.
    quiet: bool,
    counts: JitterFigures,
}

/// What is to be heard in the next 20 ms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JitterPull {
    /// This frame.
    Frame(VoiceFrame),
    /// The frame before this one, which holds a copy of it. It will be pulled next.
    Recover(VoiceFrame),
    /// Something made up from what came before.
    Conceal,
    /// Nothing.
    Quiet,
}

/// How it went since the last question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JitterFigures {
    /// Frames that were heard, in whatever way.
    pub heard: u32,
    /// Of them those that were recovered from the next.
    pub recovered: u32,
    /// Of them those that were made up, also where nothing is missing but time.
    pub made_up: u32,
    /// Frames that were given up: neither they nor their copies were there in time.
    pub lost: u32,
    /// Frames that came after they were to be heard.
    pub late: u32,
}

/// How a path is, as far as the buffer knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JitterShape {
    /// How long frames are held back.
    pub held: Duration,
    /// How unevenly they arrive: how late nearly all are at most.
    pub unevenness: Duration,
}

impl JitterBuffer {
    /// An empty one.
    pub fn new(now: Instant) -> Self {
        Self {
            epoch: now,
            frames: BTreeMap::new(),
            newest: None,
            next: None,
            hold: LEAST_MICROS,
            transits: VecDeque::new(),
            quickest: 0,
            lossy: 0,
            even: 0,
            made_up: 0,
            quiet: true,
            counts: JitterFigures::default(),
        }
    }

    /// A frame arrives.
    pub fn push(&mut self, now: Instant, frame: VoiceFrame) {
        let mut tick = self.unwrapped(frame.tick);
        if !self.transits.is_empty() && self.transit(now, tick).abs_diff(self.quickest) > FAR_MICROS as u64 {
            self.forget();
            tick = self.unwrapped(frame.tick);
        }
        self.newest = Some(tick);
        self.learn(self.transit(now, tick));
        if self.next.is_some_and(|next| tick < next) {
            self.counts.late += 1;
            return;
        }
        if self.frames.len() == MAX_FRAMES {
            // The oldest is what is heard last where all came at once.
            self.frames.pop_first();
        }
        self.frames.insert(tick, frame);
    }

    /// What is to be heard now. To be called for each 20 ms that are played.
    pub fn pull(&mut self, now: Instant) -> JitterPull {
        let Some((first, announces)) = self.frames.first_key_value().map(|(at, one)| (*at, one.sound.is_empty()))
        else {
            return self.pull_nothing();
        };
        let due = self.due(now);
        let next = *self.next.get_or_insert(first);
        let ahead = due - first;
        if announces && ahead >= 0 {
            // The end of a word is heard, and then nothing, until something comes.
            self.frames.pop_first();
            self.pass_over(first);
            (self.quiet, self.made_up, self.next) = (true, 0, Some(first + 1));
            return JitterPull::Quiet;
        }
        if self.quiet {
            // A word begins: it is heard when it is due, whatever was before.
            return if ahead >= 0 { self.take(first) } else { JitterPull::Quiet };
        }
        let behind = due - next;
        if first == next {
            return self.play_or_adapt(first, behind);
        }
        if behind < 0 {
            // There is time left in which it may still come.
            return self.make_up(false);
        }
        if self.made_up > 0 && i64::from(self.made_up) >= first - next {
            // What was made up stands for what is missing.
            self.lossy = KNOWN_FRAMES;
            return self.take(first);
        }
        match self.frames.get(&(next + 1)) {
            Some(after) if !after.sound.is_empty() => {
                let after = after.clone();
                self.next = Some(next + 1);
                (self.made_up, self.lossy) = (0, KNOWN_FRAMES);
                self.counts.heard += 1;
                self.counts.recovered += 1;
                JitterPull::Recover(after)
            }
            Some(_) | None if self.made_up >= MADE_UP && ahead >= 0 => self.take(first),
            Some(_) | None => self.make_up(true),
        }
    }

    /// How it went since the last call.
    pub fn figures(&mut self) -> JitterFigures {
        std::mem::take(&mut self.counts)
    }

    /// How the path is.
    pub fn shape(&self) -> JitterShape {
        JitterShape {
            held: Duration::from_micros(self.hold.unsigned_abs()),
            unevenness: Duration::from_micros(self.lateness_of_most().unsigned_abs()),
        }
    }

    /// The frame is there and next: it is heard, unless more or less waits than is to be held back. Then one
    /// is left out, or made up before it.
    fn play_or_adapt(&mut self, first: i64, behind: i64) -> JitterPull {
        self.even += 1;
        // A frame is left out where somebody hears it least, and anywhere where far too much waits.
        let slack = if self.sounds_low(first) { 1 } else { 2 };
        let second = first + 1;
        if behind > slack && self.even > EVEN_FRAMES && self.frames.contains_key(&second) {
            self.frames.remove(&first);
            (self.even, self.next) = (0, Some(second));
            return self.take(second);
        }
        if behind < 0 && self.even > EVEN_FRAMES {
            self.even = 0;
            return self.make_up(false);
        }
        self.take(first)
    }

    /// Whether a frame has so few bytes that there is hardly anything in it.
    fn sounds_low(&self, tick: i64) -> bool {
        self.frames.get(&tick).is_some_and(|frame| frame.sound.len() < 20)
    }

    /// Plays this frame; those before it are given up.
    fn take(&mut self, tick: i64) -> JitterPull {
        self.pass_over(tick);
        self.next = Some(tick + 1);
        (self.quiet, self.made_up) = (false, 0);
        match self.frames.remove(&tick) {
            Some(frame) => {
                self.counts.heard += 1;
                JitterPull::Frame(frame)
            }
            None => JitterPull::Conceal,
        }
    }

    /// Frames before `tick` that were not heard are lost. Before a word there was silence, unless that came
    /// by itself.
    fn pass_over(&mut self, tick: i64) {
        let passed = tick - self.next.unwrap_or(tick);
        let most = if self.quiet { i64::from(self.made_up) } else { MAX_FRAMES as i64 };
        self.counts.lost += u32::try_from(passed.clamp(0, most)).unwrap_or(0);
    }

    fn pull_nothing(&mut self) -> JitterPull {
        if self.quiet || self.next.is_none() {
            return JitterPull::Quiet;
        }
        // It may still come: nothing is given up for it.
        self.make_up(false)
    }

    /// Fills 20 ms. `passes`: whether the frame that they stand for is given up.
    fn make_up(&mut self, passes: bool) -> JitterPull {
        if self.made_up >= MADE_UP {
            self.quiet = true;
            return JitterPull::Quiet;
        }
        self.made_up += 1;
        self.counts.heard += 1;
        self.counts.made_up += 1;
        if passes {
            self.next = self.next.map(|next| next + 1);
            self.counts.lost += 1;
            self.lossy = KNOWN_FRAMES;
        }
        JitterPull::Conceal
    }

    /// A frame took this long.
    fn learn(&mut self, transit: i64) {
        if self.transits.len() == KNOWN_FRAMES {
            self.transits.pop_front();
        }
        self.transits.push_back(transit);
        self.quickest = self.transits.iter().copied().min().unwrap_or(transit);
        self.lossy = self.lossy.saturating_sub(1);
        let for_copies = if self.lossy > 0 { FRAME_MICROS } else { 0 };
        let wanted = (self.lateness_of_most() + LEAST_MICROS + for_copies).min(MOST_MICROS);
        // Held for longer at once, and for less bit by bit: 1 ms for each frame.
        self.hold = wanted.max(self.hold - 1000);
    }

    /// How late all frames are at most, but for [`LATE_PERCENT`] of them.
    fn lateness_of_most(&self) -> i64 {
        let mut transits: Vec<i64> = self.transits.iter().copied().collect();
        if transits.is_empty() {
            return 0;
        }
        let place = transits.len() - 1 - transits.len() * LATE_PERCENT / 100;
        let (_, most, _) = transits.select_nth_unstable(place);
        *most - self.quickest
    }

    /// The last tick that should have been heard by now.
    fn due(&self, now: Instant) -> i64 {
        (self.micros(now) - self.quickest - self.hold).div_euclid(FRAME_MICROS)
    }

    /// How long a frame took, with an origin that nobody knows.
    fn transit(&self, now: Instant, tick: i64) -> i64 {
        self.micros(now) - tick * FRAME_MICROS
    }

    /// A tick as a number that does not begin again: the one that is nearest to the newest.
    fn unwrapped(&self, tick: u32) -> i64 {
        // Casts between these cut and carry the sign, which is what is wanted.
        self.newest.map_or_else(|| i64::from(tick), |newest| newest + i64::from(tick.wrapping_sub(newest as u32) as i32))
    }

    fn micros(&self, now: Instant) -> i64 {
        i64::try_from(now.saturating_duration_since(self.epoch).as_micros()).unwrap_or(i64::MAX / 2)
    }

    /// Nothing that came before counts any more.
    fn forget(&mut self) {
        self.frames.clear();
        self.transits.clear();
        (self.newest, self.next, self.made_up, self.quiet) = (None, None, 0, true);
    }
}
