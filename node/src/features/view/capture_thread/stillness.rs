//! Which tiles of the screen are still. What moves is replaced before anybody has seen it sharp: to sharpen a
//! film between two of its pictures takes time and bytes from the next one.
//!
//! It knows when tiles changed; how they are shown, the encoder knows.

use std::time::{Duration, Instant};

use beistand_codec::{Damage, Rect, Size, TILE_PX};

/// How many times as long as between its last two changes a tile must not have changed to be still: a film's
/// pictures don't come evenly.
const PATIENCE: u32 = 3;

/// The longest time after which a tile is still.
const PATIENCE_MAX: Duration = Duration::from_millis(150);

/// Changes that are farther apart are none of a film or of scrolling.
const MOVING_BELOW: Duration = Duration::from_millis(250);

/// See the module.
pub(super) struct TileStillness {
    size: Size,
    tiles: Vec<TileHistory>,
}

#[derive(Clone, Copy, Default)]
struct TileHistory {
    changed_at: Option<Instant>,
    /// Between the last two changes; the longest time before there were two.
    interval: Option<Duration>,
}

impl TileHistory {
    /// When it is still, if it is to be for as long as `least` at least; none where it never changed.
    fn still_at(self, least: Duration) -> Option<Instant> {
        let moving = self.interval.filter(|interval| *interval < MOVING_BELOW);
        let patience = moving.map_or(Duration::ZERO, |interval| (PATIENCE * interval).min(PATIENCE_MAX));
        Some(self.changed_at? + patience.max(least))
    }
}

impl TileStillness {
    /// Of a screen that did not change yet.
    pub(super) fn new(size: Size) -> Self {
        let tiles = usize::from(columns(size)) * usize::from(size.height().div_ceil(TILE_PX));
        Self { size, tiles: vec![TileHistory::default(); tiles] }
    }

    /// Something changed.
    pub(super) fn note(&mut self, damage: &Damage, now: Instant) {
        if damage.size() != self.size {
            *self = Self::new(damage.size());
        }
        let columns = columns(self.size);
        for rect in damage.tiles() {
            let index =
                usize::from(rect.y() / TILE_PX) * usize::from(columns) + usize::from(rect.x() / TILE_PX);
            let tile = &mut self.tiles[index];
            tile.interval = tile.changed_at.replace(now).map(|before| now.saturating_duration_since(before));
        }
    }

    /// The tiles that are still, and did not change for as long as `least`.
    pub(super) fn still(&self, now: Instant, least: Duration) -> Damage {
        let mut still = Damage::none(self.size);
        let columns = columns(self.size);
        for (index, tile) in (0u16..).zip(&self.tiles) {
            if tile.still_at(least).is_none_or(|at| at <= now) {
                let corner = Rect::new(index % columns * TILE_PX, index / columns * TILE_PX, 1, 1);
                still.add(corner.expect("a tile begins within the largest screen"));
            }
        }
        still
    }

    /// When the next tile will be still; none where all are.
    pub(super) fn next(&self, now: Instant, least: Duration) -> Option<Instant> {
        self.tiles.iter().filter_map(|tile| tile.still_at(least)).filter(|at| *at > now).min()
    }
}

fn columns(size: Size) -> u16 {
    size.width().div_ceil(TILE_PX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (u16, u16) = (200, 100);

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// The first two tiles of the first row, and what is still of all eight.
    fn screen() -> (TileStillness, Damage, Instant) {
        let size = Size::new(SIZE.0, SIZE.1).expect("a size");
        let mut changed = Damage::none(size);
        changed.add(Rect::new(0, 0, 100, 10).expect("a part"));
        (TileStillness::new(size), changed, Instant::now())
    }

    #[test]
    fn what_changed_once_is_still_at_once_unless_it_is_to_rest() {
        let (mut tiles, slide, start) = screen();
        assert_eq!(tiles.still(start, millis(25)).count(), 8, "nothing changed yet");
        tiles.note(&slide, start);
        assert_eq!(tiles.still(start, Duration::ZERO).count(), 8);
        assert_eq!(tiles.still(start, millis(25)).count(), 6);
        assert_eq!(tiles.next(start, millis(25)), Some(start + millis(25)));
        assert_eq!(tiles.still(start + millis(25), millis(25)).count(), 8);
        // The next slide.
        tiles.note(&slide, start + millis(1000));
        assert_eq!(tiles.still(start + millis(1000), Duration::ZERO).count(), 8);
    }

    #[test]
    fn a_film_is_never_still_between_its_pictures_and_soon_after_the_last() {
        let (mut tiles, film, start) = screen();
        let mut now = start;
        for picture in 0..30 {
            tiles.note(&film, now);
            // Pictures of 30 a second come 20 to 46 ms apart.
            let gap = millis(if picture % 2 == 0 { 20 } else { 46 });
            if picture > 0 {
                assert_eq!(tiles.still(now + gap, millis(25)).count(), 6, "picture {picture}");
            }
            now += gap;
        }
        assert_eq!(tiles.still(now + millis(150), millis(25)).count(), 8);
    }

    #[test]
    fn another_size_begins_anew() {
        let (mut tiles, film, start) = screen();
        tiles.note(&film, start);
        let other = Size::new(640, 480).expect("a size");
        tiles.note(&Damage::all(other), start);
        assert_eq!(tiles.still(start, Duration::ZERO), Damage::all(other));
    }
}
