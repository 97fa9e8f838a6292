//! How many pictures leave, and how many bytes each may have, as the technician wishes them.
//!
//! By itself a picture has what the path carries in less than the time to the next one. Where pictures are to
//! be sharp, each has several times as much, so fewer arrive in the same time, and later. Where they are to
//! be sparing, each is paid for by a pause.
//!
//! It reads no clock and encodes nothing.

use std::time::{Duration, Instant};

use beistand_codec::ByteBudget;
use beistand_session::PictureQuality;

/// How many times as many bytes a sharp picture may have as one that must not be late: on a path that carries
/// a picture in 25 ms a screen that moves is then a tenth of a second old, which a hand still follows.
const SHARP_TIMES: u32 = 4;

/// The bytes of sparing pictures in a second, on average: 1 Mbit/s.
const SPARING_BYTES_PER_SEC: u32 = 125_000;

/// The least time from one sparing picture to the next: ten a second are enough to follow what somebody does.
const SPARING_INTERVAL: Duration = Duration::from_millis(100);

/// A sparing picture's most bytes: what is paid for by an eighth of a second. The first one of a screen may
/// have more.
const SPARING_PICTURE_BYTES: u32 = 16 << 10;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct PicturePace {
    quality: PictureQuality,
    /// Before that no other picture leaves.
    next_at: Option<Instant>,
}

impl PicturePace {
    /// Pictures are to be like this from now on.
    pub(super) fn wish(&mut self, quality: PictureQuality) {
        self.quality = quality;
        match quality {
            // What was owed is nobody's any more.
            PictureQuality::Automatic | PictureQuality::Sharp => self.next_at = None,
            PictureQuality::Sparing => {}
        }
    }

    /// How long the next picture has to wait.
    pub(super) fn wait(&self, now: Instant) -> Option<Duration> {
        self.next_at.map(|at| at.saturating_duration_since(now)).filter(|wait| !wait.is_zero())
    }

    /// What the next picture may have where the path has this much room.
    pub(super) fn budget(&self, room: ByteBudget) -> ByteBudget {
        ByteBudget(match self.quality {
            PictureQuality::Automatic => room.0,
            PictureQuality::Sharp => room.0.saturating_mul(SHARP_TIMES),
            PictureQuality::Sparing => room.0.min(SPARING_PICTURE_BYTES),
        })
    }

    /// One of so many bytes has left.
    pub(super) fn sent(&mut self, bytes: usize, now: Instant) {
        match self.quality {
            PictureQuality::Automatic | PictureQuality::Sharp => {}
            PictureQuality::Sparing => {
                let paid = Duration::from_secs_f64(bytes as f64 / f64::from(SPARING_BYTES_PER_SEC));
                let from = self.next_at.map_or(now, |at| at.max(now));
                self.next_at = Some(from + paid.max(SPARING_INTERVAL));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A path that carries 100 KB in the time of a picture, and a screen that moves without end, for ten
    /// seconds: how many pictures left, and their bytes.
    fn ten_seconds(quality: PictureQuality) -> (u32, usize) {
        let (mut pace, start) = (PicturePace::default(), Instant::now());
        pace.wish(quality);
        let (mut now, mut pictures, mut bytes) = (start, 0, 0);
        while now < start + Duration::from_secs(10) {
            match pace.wait(now) {
                Some(wait) => now += wait,
                None => {
                    let size = pace.budget(ByteBudget(100_000)).0 as usize;
                    pace.sent(size, now);
                    pictures += 1;
                    bytes += size;
                    // What the encoder takes.
                    now += Duration::from_millis(10);
                }
            }
        }
        (pictures, bytes)
    }

    #[test]
    fn sparing_pictures_keep_their_bounds_however_much_moves_and_however_wide_the_path_is() {
        let (pictures, bytes) = ten_seconds(PictureQuality::Sparing);
        assert!(pictures <= 101, "{pictures}");
        assert!(bytes <= 10 * SPARING_BYTES_PER_SEC as usize + SPARING_PICTURE_BYTES as usize, "{bytes}");
        assert!(bytes > 9 * SPARING_BYTES_PER_SEC as usize, "and use them: {bytes}");
        let (pictures, bytes) = ten_seconds(PictureQuality::Automatic);
        assert!(pictures == 1000 && bytes == 100_000_000, "{pictures} {bytes}");
    }

    #[test]
    fn a_sharp_picture_has_several_times_as_much_and_none_of_these_is_without_end() {
        let budget = |quality, room| {
            let mut pace = PicturePace::default();
            pace.wish(quality);
            pace.budget(ByteBudget(room)).0
        };
        assert_eq!(budget(PictureQuality::Automatic, 5_000), 5_000);
        assert_eq!(budget(PictureQuality::Sharp, 5_000), 20_000);
        assert_eq!(budget(PictureQuality::Sharp, u32::MAX), u32::MAX);
        assert_eq!(budget(PictureQuality::Sparing, 5_000), 5_000);
        assert_eq!(budget(PictureQuality::Sparing, u32::MAX), SPARING_PICTURE_BYTES);
    }

    #[test]
    fn whoever_no_longer_spares_waits_for_nothing() {
        let (mut pace, now) = (PicturePace::default(), Instant::now());
        pace.wish(PictureQuality::Sparing);
        pace.sent(1_000_000, now);
        assert_eq!(pace.wait(now), Some(Duration::from_secs(8)), "a whole screen is paid for");
        pace.wish(PictureQuality::Automatic);
        assert_eq!(pace.wait(now), None);
    }
}
