//! What a host's pictures may cost the technician: bytes that wait, pixels to decode, and how often a screen
//! may change or a key picture be asked for. Pure: the time is passed in.
//!
//! What the decoder itself holds is bounded by its cage.

use std::time::{Duration, Instant};

use beistand_codec::{MAX_SCREEN_PX, Rect, Size};

/// Bytes of pictures that wait to be decoded, the unacknowledged ones: as much as the three pictures that an
/// honest host has on their way at most, all of the greatest length.
pub(super) const QUEUED_BYTES: usize = 3 * beistand_session::MAX_PICTURE_BYTES;

/// Pictures that wait to be decoded: small ones cost memory too.
pub(super) const QUEUED_PICTURES: usize = 64;

/// How many screens' worth of pixels one picture may have decoded, all its units together. One is what it
/// shows; stills that are widened to whole blocks lap over each other a little.
const SCREENS_A_PICTURE: usize = 2;

/// How often the screen's size may change: a peer that changes it with every picture would make us allocate
/// and start decoders without end.
const RESIZE_INTERVAL: Duration = Duration::from_millis(200);

/// How often a key picture is asked for while the stream is broken: the round trip of a slow path.
const KEY_REQUEST_INTERVAL: Duration = Duration::from_millis(500);

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

/// The screen's size, as far as it is followed.
#[derive(Debug, Default)]
pub(super) struct FollowedSize {
    size: Option<Size>,
    changed_at: Option<Instant>,
}

/// Whether a picture's size can be followed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SizeVerdict {
    /// As before.
    Same,
    /// All that was decoded is void.
    New,
    /// It changes too often.
    TooSoon,
    /// No picture of this size is decoded.
    TooLarge,
}

impl FollowedSize {
    pub(super) fn follow(&mut self, size: Size, now: Instant) -> SizeVerdict {
        if size.area() > MAX_SCREEN_PX {
            return SizeVerdict::TooLarge;
        }
        if self.size == Some(size) {
            return SizeVerdict::Same;
        }
        if self.changed_at.is_some_and(|at| now.saturating_duration_since(at) < RESIZE_INTERVAL) {
            return SizeVerdict::TooSoon;
        }
        (self.size, self.changed_at) = (Some(size), Some(now));
        SizeVerdict::New
    }
}

/// When a key picture is asked for: at once, but not too often, and never forgotten.
#[derive(Debug, Default)]
pub(super) struct KeyRequests {
    asked_at: Option<Instant>,
    wanted: bool,
}

impl KeyRequests {
    /// The stream is broken.
    pub(super) fn want(&mut self) {
        self.wanted = true;
    }

    /// A whole picture came: what was wanted before it is there.
    pub(super) fn satisfied(&mut self) {
        self.wanted = false;
    }

    /// When the next one may be asked for, if one is wanted.
    pub(super) fn due(&self) -> Option<Instant> {
        let asked_at = self.wanted.then_some(self.asked_at)?;
        asked_at.map(|at| at + KEY_REQUEST_INTERVAL)
    }

    /// Whether to ask now.
    pub(super) fn ask(&mut self, now: Instant) -> bool {
        let ask = self.wanted && self.due().is_none_or(|due| now >= due);
        if ask {
            (self.asked_at, self.wanted) = (Some(now), false);
        }
        ask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(width: u16, height: u16) -> Size {
        Size::new(width, height).unwrap()
    }

    #[test]
    fn all_that_a_host_can_make_the_program_hold_stays_below_600_mb() {
        // The slot's picture, its upload to the graphics card, and the card's where that is this memory.
        let pictures = 3 * 4 * MAX_SCREEN_PX;
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
    fn a_size_that_changes_with_every_picture_is_not_followed() {
        let (mut followed, start) = (FollowedSize::default(), Instant::now());
        assert_eq!(followed.follow(size(640, 480), start), SizeVerdict::New);
        assert_eq!(followed.follow(size(640, 480), start), SizeVerdict::Same);
        assert_eq!(followed.follow(size(641, 480), start), SizeVerdict::TooSoon);
        assert_eq!(followed.follow(size(641, 480), start + RESIZE_INTERVAL), SizeVerdict::New);
        assert_eq!(followed.follow(size(8192, 8192), start), SizeVerdict::TooLarge);
        assert_eq!(followed.follow(size(7680, 4320), start + 2 * RESIZE_INTERVAL), SizeVerdict::New);
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
