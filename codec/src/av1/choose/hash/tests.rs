//! Synthetic scrolls and drags on text and noise.

use crate::av1::frame::workers::WorkerThreads;
use proptest::prelude::*;

use super::{Displacement, LumaPlane, MotionIndex};
use crate::av1::types::SUPERBLOCK;

#[derive(Debug)]
struct HashedPicture {
    samples: Vec<u8>,
    width: usize,
    height: usize,
}

impl HashedPicture {
    fn from_fn(width: usize, height: usize, sample: impl Fn(usize, usize) -> u8) -> Self {
        let samples = (0..width * height).map(|at| sample(at % width, at / width)).collect();
        Self { samples, width, height }
    }

    fn plane(&self) -> LumaPlane<'_> {
        LumaPlane::new(&self.samples, self.width, self.width, self.height)
    }

    /// A window's view of an endless content.
    fn draw(&mut self, window: (usize, usize, usize, usize), content: impl Fn(usize, usize) -> u8) {
        let (x0, y0, width, height) = window;
        for y in y0..y0 + height {
            for x in x0..x0 + width {
                self.samples[y * self.width + x] = content(x - x0, y - y0);
            }
        }
    }

    fn damage(&self, other: &Self) -> Vec<bool> {
        let columns = self.width.div_ceil(SUPERBLOCK);
        let mut damaged = vec![false; columns * self.height.div_ceil(SUPERBLOCK)];
        for (at, (a, b)) in self.samples.iter().zip(&other.samples).enumerate() {
            damaged[at / self.width / SUPERBLOCK * columns + at % self.width / SUPERBLOCK] |= a != b;
        }
        damaged
    }
}

fn scramble(a: usize, b: usize) -> u64 {
    let mut hash =
        (a as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (b as u64).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
    hash ^= hash >> 29;
    hash = hash.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash ^ (hash >> 32)
}

fn noise(x: usize, y: usize) -> u8 {
    scramble(x, y) as u8
}

/// Lines of 16 rows with words of 26 letters, each of 8x16 samples with a soft rim, black on white.
fn text(x: usize, y: usize) -> u8 {
    let (column, line) = (x / 8, y / 16);
    let length = 20 + scramble(line, 7) as usize % 80;
    let letter = scramble(column, line) % 32;
    if letter > 25 || column % 100 > length || scramble(line, 3).is_multiple_of(6) {
        return 250;
    }
    let (x, y) = (x % 8, y % 16);
    if !(3..13).contains(&y) || x == 7 {
        return 250;
    }
    match scramble(letter as usize * 16 + x / 2, y / 3) % 4 {
        0 => 20,
        1 if x % 2 == 0 => 120,
        _ => 250,
    }
}

fn motion(before: &HashedPicture, after: &HashedPicture) -> Vec<Displacement> {
    let mut index = MotionIndex::new(before.width, before.height);
    let everything = vec![true; before.damage(after).len()];
    index.find_global_vectors(before.plane(), before.plane(), &everything, &WorkerThreads::new());
    index.advance();
    let damage = before.damage(after);
    index
        .find_global_vectors(before.plane(), after.plane(), &damage, &WorkerThreads::new())
        .as_slice()
        .to_vec()
}

fn scrolled(content: fn(usize, usize) -> u8, by: (usize, usize)) -> Vec<Displacement> {
    let (width, height) = (1280, 1080);
    let before = HashedPicture::from_fn(width, height, |x, y| content(x + 2000, y + 2000));
    let after = HashedPicture::from_fn(width, height, |x, y| content(x + 2000 + by.0, y + 2000 + by.1));
    motion(&before, &after)
}

#[test]
fn scrolls_of_any_distance_are_found() {
    for content in [noise, text] {
        for by in [
            (0, 1),
            (0, 2),
            (1, 0),
            (0, 16),
            (0, 48),
            (3, 5),
            (0, 119),
            (64, 64),
            (200, 301),
            (0, 700),
            (900, 0),
        ] {
            let found = scrolled(content, by);
            assert_eq!(found.first(), Some(&(by.0 as i16, by.1 as i16)), "{by:?} of {found:?}");
        }
    }
    assert_eq!(scrolled(noise, (0, 1000)).first(), Some(&(0, 1000)));
}

#[test]
fn scrolls_upwards_are_found() {
    let before = HashedPicture::from_fn(800, 600, |x, y| text(x, y + 500));
    let after = HashedPicture::from_fn(800, 600, |x, y| text(x, y + 500 - 37));
    assert_eq!(motion(&before, &after), [(0, -37)]);
}

#[test]
fn two_windows_give_both_vectors() {
    let desktop = |scroll: usize, drag: usize| {
        let mut picture = HashedPicture::from_fn(1280, 720, |_, y| (y / 8) as u8);
        picture.draw((40, 50, 500, 600), |x, y| text(x, y + scroll));
        picture.draw((600 + drag, 100 + drag / 2, 300, 200), noise);
        picture
    };
    let mut found = motion(&desktop(100, 0), &desktop(148, 60));
    found.sort_unstable();
    assert_eq!(found, [(-60, -30), (0, 48)]);
}

#[test]
fn flat_and_new_content_give_none() {
    let flat = |value: u8| HashedPicture::from_fn(640, 360, |_, _| value);
    assert_eq!(motion(&flat(10), &flat(200)), []);
    let bars = |phase: usize| HashedPicture::from_fn(640, 360, |x, _| ((x + phase) / 16) as u8);
    assert_eq!(motion(&bars(0), &bars(5)), [], "vertical bars have no place");
    let other = HashedPicture::from_fn(640, 360, |x, y| noise(x + 5000, y + 5000));
    assert_eq!(motion(&HashedPicture::from_fn(640, 360, noise), &other), []);
    assert_eq!(motion(&HashedPicture::from_fn(640, 360, text), &HashedPicture::from_fn(640, 360, text)), []);
}

#[test]
fn a_still_part_of_a_damaged_tile_votes_for_nothing() {
    let with_caret = |caret: bool| {
        let mut picture = HashedPicture::from_fn(640, 360, text);
        picture.draw((300, 200, 2, 14), |_, _| if caret { 0 } else { 255 });
        picture
    };
    assert_eq!(motion(&with_caret(true), &with_caret(false)), []);
}

#[test]
fn blocks_are_found_where_they_stood() {
    let before = HashedPicture::from_fn(640, 360, |x, y| if y < 256 { text(x, y) } else { 250 });
    let mut after = HashedPicture::from_fn(640, 360, |x, y| before.samples[y * 640 + x]);
    // A new line that repeats parts of older ones.
    after.draw((64, 288, 96, 16), |x, y| text(x + 40, y + 32));
    after.draw((160, 288, 96, 16), |x, y| text(x + 8, y + 80));
    let mut index = MotionIndex::new(640, 360);
    index.find_global_vectors(before.plane(), before.plane(), &[true; 60], &WorkerThreads::new());
    index.advance();
    index.find_global_vectors(before.plane(), after.plane(), &before.damage(&after), &WorkerThreads::new());
    for side in [16, 8] {
        let mut textured = 0;
        let mut found = 0;
        for y in (288..304).step_by(side) {
            for x in (64..256).step_by(side) {
                let block = |x, y| after.samples[y * 640 + x];
                if (0..side * side).all(|at| block(x + at % side, y + at / side) == 250) {
                    continue;
                }
                textured += 1;
                let by = index.blocks(before.plane(), after.plane(), (x, y)).find((x, y), (side, side));
                found += usize::from(by.is_some());
                if let Some(by) = by {
                    assert!(after.plane().block_matches(&before.plane(), (x, y), (side, side), by));
                }
            }
        }
        assert!(found * 10 >= textured * 7, "{found} of {textured} at {side}");
    }
    assert_eq!(
        index.blocks(before.plane(), after.plane(), (0, 0)).find((0, 0), (16, 16)),
        None,
        "not damaged"
    );
}

#[test]
fn the_index_follows_partial_damage() {
    let frame = |step: usize| {
        let mut picture = HashedPicture::from_fn(1024, 512, text);
        picture.draw((100 + step * 9, 64 + step * 3, 256, 160), noise);
        picture
    };
    let mut index = MotionIndex::new(1024, 512);
    let mut before = HashedPicture::from_fn(1024, 512, |_, _| 0);
    for step in 0..20 {
        let after = frame(step);
        let damage = before.damage(&after);
        let found = index.find_global_vectors(before.plane(), after.plane(), &damage, &WorkerThreads::new());
        if step > 0 {
            assert_eq!(found.as_slice().first(), Some(&(-9, -3)), "step {step}");
        }
        index.advance();
        before = after;
    }
}

fn any_picture() -> impl Strategy<Value = (HashedPicture, HashedPicture, Vec<bool>)> {
    (16usize..200, 16usize..200, 1u8..=255, any::<u64>()).prop_map(|(width, height, levels, seed)| {
        let seed = seed as usize % 1_000_000;
        let draw = |shift: usize| {
            HashedPicture::from_fn(width, height, |x, y| {
                noise((x + shift + seed) / 2, y / 2 + shift) % levels
            })
        };
        let tiles = width.div_ceil(SUPERBLOCK) * height.div_ceil(SUPERBLOCK);
        (draw(0), draw(seed % 9), (0..tiles).map(|tile| seed >> (tile % 16) & 1 == 0).collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_size_is_searched_and_any_block_found_is_equal((before, after, damaged) in any_picture()) {
        let mut index = MotionIndex::new(before.width, before.height);
        for _ in 0..2 {
            index.find_global_vectors(before.plane(), before.plane(), &damaged, &WorkerThreads::new());
            index.advance();
            index.find_global_vectors(before.plane(), after.plane(), &damaged, &WorkerThreads::new());
            for side in [8usize, 16] {
                for y in (0..before.height).step_by(side) {
                    for x in (0..before.width).step_by(side) {
                        if let Some(by) = index.blocks(before.plane(), after.plane(), (x, y)).find((x, y), (side, side)) {
                            prop_assert!(after.plane().block_matches(&before.plane(), (x, y), (side, side), by));
                        }
                    }
                }
            }
            index.advance();
        }
    }

    #[test]
    fn any_scroll_of_noise_is_found(dx in -150i16..=150, dy in -150i16..=150) {
        prop_assume!((dx, dy) != (0, 0));
        let picture = |dx: i16, dy: i16| {
            HashedPicture::from_fn(400, 400, |x, y| noise(x.wrapping_add_signed(dx.into()), y.wrapping_add_signed(dy.into())))
        };
        prop_assert_eq!(motion(&picture(0, 0), &picture(dx, dy)), [(dx, dy)]);
    }
}
