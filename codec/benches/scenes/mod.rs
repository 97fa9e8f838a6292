//! Screens that move, drawn from a seed: text, windows, photographs, video.
//!
//! Each scene changes a picture in place and says where. The same seed gives the same pictures everywhere.

// Each program that includes this module uses another part of it, at another place of its tree.
#![allow(dead_code, unreachable_pub)]

use beistand_codec::{BYTES_PER_PIXEL, Damage, Frame, Rect, Size};

/// A small generator (xorshift64): the same numbers everywhere, without a dependency.
pub struct Random(u64);

impl Random {
    /// Numbers that follow from `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// The next number below `limit`.
    pub fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 32) % u64::from(limit)) as u32
    }
}

/// Blue, green, red.
pub type Colour = [u8; 3];

const PAPER: Colour = [250, 250, 250];
const INKS: [Colour; 4] = [[30, 30, 30], [30, 30, 30], [170, 60, 20], [30, 110, 30]];

/// The width of a glyph with its gap, in pixels.
pub const GLYPH_WIDTH: u16 = 9;
/// The height of a line of text in pixels.
pub const LINE_HEIGHT: u16 = 18;

/// Fills what of `rect` lies in `picture`.
pub fn fill(picture: &mut Frame, rect: Rect, colour: Colour) {
    let Some(rect) = rect.intersection(picture.size().rect()) else { return };
    for y in rect.y()..rect.bottom() {
        for pixel in picture.row_mut(rect, y).chunks_exact_mut(BYTES_PER_PIXEL) {
            pixel.copy_from_slice(&[colour[0], colour[1], colour[2], 255]);
        }
    }
}

/// Draws something like a letter, with soft edges, at `x`, `y`; returns its box.
pub fn glyph(picture: &mut Frame, x: u16, y: u16, code: u32) -> Option<Rect> {
    let rect = Rect::new(x, y, GLYPH_WIDTH, LINE_HEIGHT)?.intersection(picture.size().rect())?;
    let mut random = Random::new(u64::from(code) + 1);
    let ink = INKS[(code / 64) as usize % INKS.len()];
    let mut dots = [[0u32; 8]; 14];
    for _ in 0..3 {
        let (across, down) = (random.below(6) as usize, random.below(11) as usize);
        let horizontal = random.below(2) == 0;
        for step in 0..3 + random.below(6) as usize {
            let (column, row) =
                if horizontal { ((across + step).min(6), down) } else { (across, (down + step).min(12)) };
            dots[row][column] = 255;
            dots[row][column + 1] = dots[row][column + 1].max(90);
        }
    }
    for (row, line) in dots.iter().enumerate().take(rect.height().into()) {
        let pixels = picture.row_mut(rect, rect.y() + row as u16);
        for (pixel, &alpha) in pixels.chunks_exact_mut(BYTES_PER_PIXEL).zip(line) {
            for (channel, ink) in pixel.iter_mut().zip(ink) {
                *channel = ((u32::from(*channel) * (255 - alpha) + u32::from(ink) * alpha) / 255) as u8;
            }
        }
    }
    Some(rect)
}

/// A page of text in `rect`, starting at line `first` of an endless document.
pub fn text(picture: &mut Frame, rect: Rect, first: u32, seed: u64) {
    fill(picture, rect, PAPER);
    for line in 0..rect.height() / LINE_HEIGHT {
        let mut random = Random::new(seed + u64::from(first + u32::from(line)));
        let indent = random.below(4) as u16 * 4;
        let length = (20 + random.below(90) as u16).min(rect.width() / GLYPH_WIDTH);
        let ink = if random.below(3) == 0 { 64 * random.below(4) } else { 0 };
        for column in indent..length.max(indent) {
            let code = random.below(60);
            if code < 48 {
                let (x, y) = (rect.x() + column * GLYPH_WIDTH, rect.y() + line * LINE_HEIGHT + 2);
                glyph(picture, x, y, code + ink);
            }
        }
    }
}

/// Something like a photograph or a frame of a video: smooth shapes, edges and noise; `time` moves it.
pub fn photo(picture: &mut Frame, rect: Rect, time: u32, seed: u64) {
    let Some(rect) = rect.intersection(picture.size().rect()) else { return };
    let mut random = Random::new(seed);
    let phase = time as f32 * 0.15;
    for y in rect.y()..rect.bottom() {
        let fy = f32::from(y - rect.y());
        for (x, pixel) in picture.row_mut(rect, y).chunks_exact_mut(BYTES_PER_PIXEL).enumerate() {
            let fx = x as f32;
            let edge = if (fx * 0.03 + phase).sin() + (fy * 0.021).cos() > 0.4 { 40.0 } else { 0.0 };
            let noise = random.below(7) as f32;
            let shape =
                |a: f32, b: f32| 110.0 + 60.0 * (fx / a + phase).sin() + 40.0 * (fy / b - phase).cos();
            for (channel, value) in
                pixel.iter_mut().zip([shape(71.0, 43.0), shape(97.0, 61.0), shape(53.0, 83.0)])
            {
                *channel = (value + edge + noise) as u8;
            }
        }
    }
}

/// A desktop: background, a bar, a window with text.
pub fn desktop(size: Size, seed: u64) -> Frame {
    let mut picture = Frame::new(size);
    for y in 0..size.height() {
        let shade = (60 + u32::from(y) * 60 / u32::from(size.height())) as u8;
        let line = Rect::new(0, y, size.width(), 1).expect("a line of the picture");
        fill(&mut picture, line, [shade + 40, shade, shade / 2]);
    }
    let (width, height) = (size.width(), size.height());
    if let Some(bar) = Rect::new(0, 0, width, (height / 30).max(1)) {
        fill(&mut picture, bar, [48, 44, 40]);
    }
    if let Some(window) = Rect::new(width / 16, height / 10, (width * 3 / 4).max(1), (height * 3 / 4).max(1))
    {
        text(&mut picture, window, 0, seed);
    }
    picture
}

/// A scene: what happens on the screen, picture by picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    /// Nothing changes, but the desktop reports redraws.
    Idle,
    /// A letter each picture.
    Typing,
    /// A window of text scrolls by one line each picture.
    Scroll,
    /// A window is dragged over the desktop.
    Drag,
    /// A video of 640x360 plays in a window.
    Video,
    /// Whole pictures, one after the other, with rests.
    Slides,
}

impl Scene {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Idle, Self::Typing, Self::Scroll, Self::Drag, Self::Video, Self::Slides];

    /// Changes `picture` (from [`desktop`] of the same seed) to the scene's picture `step` and says where.
    pub fn advance(self, picture: &mut Frame, step: u32, seed: u64) -> Damage {
        let size = picture.size();
        let (width, height) = (size.width(), size.height());
        let window = Rect::new(width / 16, height / 10, width * 3 / 4, height * 3 / 4).expect("inside");
        let mut damage = Damage::none(size);
        match self {
            Self::Idle => damage.add(window),
            Self::Typing => {
                let (column, line) = ((step % 80) as u16, (step / 80 % 20) as u16);
                let (x, y) = (window.x() + column * GLYPH_WIDTH, window.y() + (line * 2 + 1) * LINE_HEIGHT);
                let cell = Rect::new(x, y, GLYPH_WIDTH, LINE_HEIGHT).expect("inside");
                fill(picture, cell, PAPER);
                damage.add(cell);
                glyph(picture, x, y + 2, Random::new(seed + u64::from(step)).below(48));
            }
            Self::Scroll => {
                text(picture, window, step, seed);
                damage.add(window);
            }
            Self::Drag => {
                let at = |step: u32| {
                    let (x, y) = ((step * 9 % u32::from(width / 3)) as u16, (step * 5 % 300) as u16);
                    Rect::new(width / 8 + x, height / 8 + y, 700.min(width / 2), 450.min(height / 2))
                };
                let before = at(step.saturating_sub(1)).expect("inside");
                let clean = desktop(size, seed);
                for y in before.y()..before.bottom().min(height) {
                    picture.row_mut(before, y).copy_from_slice(clean.row(before, y));
                }
                let now = at(step).expect("inside");
                text(picture, now, 1000, seed);
                damage.add(before);
                damage.add(now);
            }
            Self::Video => {
                let video = Rect::new(width / 4, height / 4, 640.min(width / 2), 360.min(height / 2));
                let video = video.expect("inside");
                photo(picture, video, step, seed + u64::from(step));
                damage.add(video);
            }
            Self::Slides => {
                if step.is_multiple_of(10) {
                    let slide = step / 10;
                    fill(picture, size.rect(), [230, 235, 240]);
                    text(picture, window, slide * 100, seed);
                    let image = Rect::new(width / 2, height / 3, width / 3, height / 3).expect("inside");
                    photo(picture, image, slide, seed);
                    damage = Damage::all(size);
                }
            }
        }
        damage
    }
}
