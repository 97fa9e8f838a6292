//! What a host's pictures may cost the technician: bytes that wait, pixels to decode, and how often a screen
//! may change or a key picture be asked for. Pure: the time is passed in.
//!
//! What the decoder itself holds is bounded by its cage.

use std::time::{Duration, Instant};

use beistand_codec::{MAX_SCREEN_PX, Rect, Size};

/// Bytes of pictures that wait to be decoded, the unacknowledged ones: as much as the three pictures that an
/// honest host lets wait at most, all of the greatest length.
pub(super) const QUEUED_BYTES: usize = 3 * beistand_session::MAX_PICTURE_BYTES;

/// Pictures that wait to be decoded: small ones cost memory too.
pub(super) const QUEUED_PICTURES: usize = 64;

/// How many screens' worth of pixels one picture may have decoded, all its units together. One is what it
/// shows; stills that are widened to whole blocks lap over each other a little.
const SCREENS_A_PICTURE: usize = 2;

/// How often the screen's size may change in the long run: a peer that changes it with every picture would
/// make us allocate and start decoders without end.
const RESIZE_INTERVAL: Duration = Duration::from_millis(200);

/// How many new sizes are followed one right after the other: a monitor that is plugged in, turned and put
/// beside another one makes three or four of them within a moment.
const RESIZE_BURST: u32 = 4;

/// How often a key picture is asked for while the stream is broken: the round trip of a slow path.
const KEY_REQUEST_INTERVAL: Duration = Duration::from_millis(500);

/// How long an answer is waited for before it is asked for again: a whole picture on a slow path.
const KEY_REQUEST_PATIENCE: Duration = Duration::from_secs(2);

/// The longest of these waits, each of which is twice the one before: who does not answer is not pressed.
const KEY_REQUEST_LONGEST: Duration = Duration::from_secs(16);

/// The pixels that one picture may still have decoded.
pub(super) struct PixelBudget {
    left: usize,
}

impl PixelBudget {
    pub(super) fn of(screen: Size) -> Self {
        Self { left: SCREENS_A_PICTURE * screen.area() }
    }

    /// Whether a unit of this size may be decoded too.
    pub(super) fn take(&mut self, rect: Rect) -> bool {
        let left = self.left.checked_sub(rect.area());
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }
}

/// The screen's size, as far as it is followed: a few changes at once, then one per [`RESIZE_INTERVAL`].
#[derive(Debug, Default)]
pub(super) struct FollowedSize {
    size: Option<Size>,
    /// When all changes that were followed would be over, had they come at the interval.
    paid_until: Option<Instant>,
}

/// Whether a picture's size can be followed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SizeVerdict {
    /// As before.
    Same,
    /// All that was decoded is void.
    New,
    /// It changes too often; a whole picture of it can be followed from this moment on.
    TooSoon { again: Instant },
    /// It is another one, and this picture goes on from one that is not known.
    NoBeginning,
    /// No picture of this size is decoded.
    TooLarge,
}

impl FollowedSize {
    /// What to do with a picture of this size, of which `key` says whether anything begins with it.
    pub(super) fn follow(&mut self, size: Size, key: bool, now: Instant) -> SizeVerdict {
        if size.area() > MAX_SCREEN_PX {
            return SizeVerdict::TooLarge;
        }
        if self.size == Some(size) {
            return SizeVerdict::Same;
        }
        if !key {
            return SizeVerdict::NoBeginning;
        }
        let paid_until = self.paid_until.map_or(now, |until| until.max(now));
        let ahead = RESIZE_INTERVAL * (RESIZE_BURST - 1);
        if paid_until.saturating_duration_since(now) > ahead {
            return SizeVerdict::TooSoon { again: paid_until - ahead };
        }
        (self.size, self.paid_until) = (Some(size), Some(paid_until + RESIZE_INTERVAL));
        SizeVerdict::New
    }
}

/// When a key picture is asked for: at once, but not too often, and again until one has come.
#[derive(Debug, Default)]
pub(super) struct KeyRequests {
    wanted: bool,
    asked_at: Option<Instant>,
    /// How often it was asked without anything having been heard since.
    in_vain: u32,
    /// Before this moment the answer would be of no use.
    useful_at: Option<Instant>,
}

impl KeyRequests {
    /// The stream is broken.
    pub(super) fn want(&mut self) {
        (self.wanted, self.in_vain) = (true, 0);
    }

    /// The stream is broken, and a key picture is of use from this moment on.
    pub(super) fn want_from(&mut self, useful_at: Instant) {
        self.want();
        self.useful_at = Some(useful_at);
    }

    /// A whole picture came: what was wanted before it is there.
    pub(super) fn satisfied(&mut self) {
        (self.wanted, self.in_vain, self.useful_at) = (false, 0, None);
    }

    /// When the next one may be asked for, if one is wanted; `None` also where that is at once.
    pub(super) fn due(&self) -> Option<Instant> {
        let asked_at = self.wanted.then_some(self.asked_at)?;
        let wait = match self.in_vain.checked_sub(1) {
            None => KEY_REQUEST_INTERVAL,
            Some(times) => KEY_REQUEST_PATIENCE.saturating_mul(1 << times.min(8)).min(KEY_REQUEST_LONGEST),
        };
        asked_at.map(|at| at + wait).max(self.useful_at)
    }

    /// Whether to ask now.
    pub(super) fn ask(&mut self, now: Instant) -> bool {
        let ask = self.wanted && self.due().is_none_or(|due| now >= due);
        if ask {
            (self.asked_at, self.in_vain) = (Some(now), self.in_vain + 1);
        }
        ask
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beistand_platform::cage::CagedDecoder;

    fn size(width: u16, height: u16) -> Size {
        Size::new(width, height).unwrap()
    }

    #[test]
    fn all_that_a_host_can_make_the_program_hold_stays_below_600_mb() {
        // The slot's picture, its upload to the graphics card, and the card's where that is this memory; and
        // what of the decoder's pictures counts as this program's.
        let screens = [size(7680, 4320), size(3840, 2160), size(1920, 1080)];
        let pictures = screens.map(|screen| 3 * 4 * screen.area() + CagedDecoder::own_bytes(screen));
        let pictures = pictures.into_iter().max().unwrap();
        assert_eq!(screens[0].area(), MAX_SCREEN_PX);
        assert!(pictures == 3 * 4 * MAX_SCREEN_PX, "the largest screen costs most");
        // Where pictures wait for the decoder's thread, the one in its hands, and the one that arrives.
        let inbox = beistand_session::Channel::Video.spec().inbox + 2;
        let waiting = QUEUED_BYTES + inbox * beistand_session::MAX_PICTURE_BYTES;
        assert!(pictures + waiting < 500_000_000, "the program itself needs the rest");
    }

    #[test]
    fn a_thousand_key_units_of_a_whole_screen_are_not_decoded() {
        let screen = size(1920, 1080);
        let mut budget = PixelBudget::of(screen);
        assert_eq!((0..1024).filter(|_| budget.take(screen.rect())).count(), SCREENS_A_PICTURE);
        assert!(!budget.take(Rect::new(0, 0, 1, 1).unwrap()));
    }

    #[test]
    fn a_few_sizes_are_followed_at_once_and_those_of_a_storm_one_per_interval() {
        let (mut followed, start) = (FollowedSize::default(), Instant::now());
        for side in 640..640 + RESIZE_BURST as u16 {
            assert_eq!(followed.follow(size(side, 480), true, start), SizeVerdict::New);
            assert_eq!(followed.follow(size(side, 480), false, start), SizeVerdict::Same);
        }
        let SizeVerdict::TooSoon { again } = followed.follow(size(800, 600), true, start) else {
            panic!("a fifth within no time");
        };
        assert!(again > start && again <= start + RESIZE_INTERVAL);
        assert_eq!(followed.follow(size(800, 600), true, again), SizeVerdict::New);
        let sizes =
            (0..1000u16).map(|step| (size(1000 + step, 480), again + Duration::from_millis(step.into())));
        let news = sizes.filter(|(size, at)| followed.follow(*size, true, *at) == SizeVerdict::New).count();
        assert!(news <= 5, "{news} in a second");
    }

    #[test]
    fn a_new_size_is_followed_from_a_beginning_only_and_up_to_what_is_decoded() {
        let (mut followed, start) = (FollowedSize::default(), Instant::now());
        assert_eq!(followed.follow(size(640, 480), false, start), SizeVerdict::NoBeginning);
        assert_eq!(followed.follow(size(8192, 8192), true, start), SizeVerdict::TooLarge);
        assert_eq!(followed.follow(size(7680, 4320), true, start), SizeVerdict::New);
    }

    #[test]
    fn a_key_picture_that_never_comes_is_asked_for_again_ever_less_often() {
        let (mut requests, mut now) = (KeyRequests::default(), Instant::now());
        requests.want();
        assert!(requests.ask(now));
        let mut waits = Vec::new();
        for _ in 0..6 {
            let due = requests.due().expect("it is not forgotten");
            waits.push((due - now).as_secs());
            now = due;
            assert!(requests.ask(now));
        }
        assert_eq!(waits, [2, 4, 8, 16, 16, 16]);
        requests.satisfied();
        assert_eq!((requests.due(), requests.ask(now + Duration::from_secs(99))), (None, false));
    }

    #[test]
    fn what_would_come_too_soon_is_asked_for_when_it_is_of_use() {
        let (mut requests, start) = (KeyRequests::default(), Instant::now());
        let useful_at = start + Duration::from_millis(150);
        requests.want_from(useful_at);
        assert!(!requests.ask(start));
        assert_eq!(requests.due(), Some(useful_at));
        assert!(requests.ask(useful_at));
    }

    #[test]
    fn a_key_picture_is_asked_for_at_once_and_again_within_500_ms_whatever_breaks_it() {
        let (mut requests, start) = (KeyRequests::default(), Instant::now());
        assert!(!requests.ask(start));
        requests.want();
        assert_eq!(requests.due(), None);
        assert!(requests.ask(start), "at once");
        // What came in answer broke the stream again.
        let soon = start + Duration::from_millis(100);
        requests.want();
        assert!(!requests.ask(soon));
        let due = requests.due().expect("it is not forgotten");
        assert!(due <= soon + Duration::from_millis(500) && requests.ask(due));
        requests.want();
        requests.satisfied();
        assert!(!requests.ask(due + Duration::from_secs(9)));
    }
}
