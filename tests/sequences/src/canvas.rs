//! Images in memory, of any height, and drawing on them: areas, gradients, round corners, shadows, other
//! images.
//!
//! Everything is cut to the canvas's clip; coordinates may lie outside.

use crate::noise::mix;

/// A colour as it lies in memory: blue, green, red.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) [u8; 3]);

/// A colour as it is usually written, `0xRRGGBB`.
pub(crate) const fn rgb(hex: u32) -> Colour {
    Colour([hex as u8, (hex >> 8) as u8, (hex >> 16) as u8])
}

impl Colour {
    /// Between this and `other`, at 0 to 1.
    pub(crate) fn towards(self, other: Self, at: f32) -> Self {
        let mut result = self;
        for (channel, other) in result.0.iter_mut().zip(other.0) {
            *channel = mix(f32::from(*channel), f32::from(other), at).round() as u8;
        }
        result
    }
}

/// A rectangle that may be empty or lie outside, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

impl Area {
    pub(crate) const fn new(x: i32, y: i32, width: i32, height: i32) -> Self {
        Self { x, y, width, height }
    }

    pub(crate) const fn right(self) -> i32 {
        self.x + self.width
    }

    pub(crate) const fn bottom(self) -> i32 {
        self.y + self.height
    }

    /// Smaller by `by` on each side.
    pub(crate) const fn inset(self, by: i32) -> Self {
        Self::new(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)
    }

    /// What is left below the first `height` rows.
    pub(crate) const fn below(self, height: i32) -> Self {
        Self::new(self.x, self.y + height, self.width, self.height - height)
    }

    /// The first `height` rows.
    pub(crate) const fn top(self, height: i32) -> Self {
        Self::new(self.x, self.y, self.width, height)
    }

    /// The first `width` columns.
    pub(crate) const fn left(self, width: i32) -> Self {
        Self::new(self.x, self.y, width, self.height)
    }

    /// What is left after the first `width` columns.
    pub(crate) const fn after(self, width: i32) -> Self {
        Self::new(self.x + width, self.y, self.width - width, self.height)
    }

    pub(crate) fn intersection(self, other: Self) -> Self {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let width = (self.right().min(other.right()) - x).max(0);
        let height = (self.bottom().min(other.bottom()) - y).max(0);
        // Neither rows nor columns where one of them is missing.
        if width == 0 || height == 0 {
            Self { x, y, width: 0, height: 0 }
        } else {
            Self { x, y, width, height }
        }
    }
}

/// Pixels, B G R X, rows without padding.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    width: i32,
    height: i32,
    pixels: Vec<u8>,
}

impl Image {
    /// An image of one colour; sides below one pixel become one.
    pub(crate) fn new(width: i32, height: i32, colour: Colour) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let Colour([b, g, r]) = colour;
        let pixels = [b, g, r, 255].repeat((width * height) as usize);
        Self { width, height, pixels }
    }

    pub(crate) fn area(&self) -> Area {
        Area::new(0, 0, self.width, self.height)
    }

    pub(crate) fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The colour at a point, which is moved inside where it lies outside.
    pub(crate) fn colour(&self, x: i32, y: i32) -> Colour {
        let start = self.start(x.clamp(0, self.width - 1), y.clamp(0, self.height - 1));
        Colour([self.pixels[start], self.pixels[start + 1], self.pixels[start + 2]])
    }

    /// Sets the colour at a point inside.
    pub(crate) fn set(&mut self, x: i32, y: i32, Colour(colour): Colour) {
        let start = self.start(x, y);
        self.pixels[start..start + 3].copy_from_slice(&colour);
    }

    /// To draw on all of it.
    pub(crate) fn canvas(&mut self) -> Canvas<'_> {
        let clip = self.area();
        Canvas { image: self, clip }
    }

    fn start(&self, x: i32, y: i32) -> usize {
        (y as usize * self.width as usize + x as usize) * 4
    }

    fn row(&self, x: i32, y: i32, width: i32) -> &[u8] {
        let start = self.start(x, y);
        &self.pixels[start..start + width as usize * 4]
    }

    fn row_mut(&mut self, x: i32, y: i32, width: i32) -> &mut [u8] {
        let start = self.start(x, y);
        &mut self.pixels[start..start + width as usize * 4]
    }
}

/// A part of an image that is drawn on.
pub(crate) struct Canvas<'a> {
    image: &'a mut Image,
    clip: Area,
}

impl Canvas<'_> {
    /// The same canvas, cut to `area` as well.
    pub(crate) fn clip(&mut self, area: Area) -> Canvas<'_> {
        Canvas { clip: self.clip.intersection(area), image: self.image }
    }

    pub(crate) fn fill(&mut self, area: Area, Colour([b, g, r]): Colour) {
        let area = area.intersection(self.clip);
        for y in area.y..area.bottom() {
            for pixel in self.image.row_mut(area.x, y, area.width).chunks_exact_mut(4) {
                pixel.copy_from_slice(&[b, g, r, 255]);
            }
        }
    }

    /// From `from` in the upper left corner to `to` in the lower right; `slant` is how much columns count
    /// against rows, 0 for a vertical gradient.
    pub(crate) fn gradient(&mut self, area: Area, from: Colour, to: Colour, slant: f32) {
        let length = area.height as f32 + slant * area.width as f32;
        let inside = area.intersection(self.clip);
        for y in inside.y..inside.bottom() {
            for x in inside.x..inside.right() {
                let at = ((y - area.y) as f32 + slant * (x - area.x) as f32) / length;
                self.image.set(x, y, from.towards(to, at));
            }
        }
    }

    /// The outline of `area`, one pixel wide, inside of it.
    pub(crate) fn border(&mut self, area: Area, colour: Colour) {
        self.fill(area.top(1), colour);
        self.fill(area.left(1), colour);
        self.fill(area.below(area.height - 1), colour);
        self.fill(area.after(area.width - 1), colour);
    }

    /// `area` with round corners, smooth at the edge.
    pub(crate) fn rounded(&mut self, area: Area, radius: i32, colour: Colour) {
        let inside = area.intersection(self.clip);
        for y in inside.y..inside.bottom() {
            for x in inside.x..inside.right() {
                let coverage = (outside(area, radius, x, y) - radius as f32 - 0.5).clamp(-1.0, 0.0) * -255.0;
                self.blend(x, y, colour, coverage.round() as u8);
            }
        }
    }

    /// A soft shadow around `area`, `reach` pixels wide and slightly lower than it.
    pub(crate) fn shadow(&mut self, area: Area, reach: i32) {
        let area = Area { y: area.y + reach / 3, ..area };
        let inside = area.inset(-reach).intersection(self.clip);
        for y in inside.y..inside.bottom() {
            for x in inside.x..inside.right() {
                let depth = (1.0 - outside(area, 0, x, y) / reach as f32).clamp(0.0, 1.0);
                self.blend(x, y, rgb(0), (depth * depth * 90.0).round() as u8);
            }
        }
    }

    /// Mixes `colour` into a pixel inside the clip; 255 covers it.
    fn blend(&mut self, x: i32, y: i32, colour: Colour, coverage: u8) {
        if coverage == 255 {
            self.image.set(x, y, colour);
        } else if coverage > 0 {
            self.blend_channels(x, y, colour, [coverage; 3]);
        }
    }

    fn blend_channels(&mut self, x: i32, y: i32, Colour(colour): Colour, coverage: [u8; 3]) {
        let start = self.image.start(x, y);
        for ((under, over), coverage) in
            self.image.pixels[start..start + 3].iter_mut().zip(colour).zip(coverage)
        {
            let (under_part, over_part) = (255 - u32::from(coverage), u32::from(coverage));
            *under = ((u32::from(*under) * under_part + u32::from(over) * over_part + 127) / 255) as u8;
        }
    }

    /// Draws `colour` through a mask of coverages (blue, green, red) whose rows are `width` wide.
    pub(crate) fn mask(&mut self, x: i32, y: i32, width: i32, coverage: &[[u8; 3]], colour: Colour) {
        if width == 0 {
            return;
        }
        let area = Area::new(x, y, width, coverage.len() as i32 / width);
        let inside = area.intersection(self.clip);
        for row in inside.y..inside.bottom() {
            for column in inside.x..inside.right() {
                let value = coverage[((row - y) * width + column - x) as usize];
                if value != [0; 3] {
                    self.blend_channels(column, row, colour, value);
                }
            }
        }
    }

    /// Copies `part` of `source` to `x`, `y`.
    pub(crate) fn image(&mut self, x: i32, y: i32, source: &Image, part: Area) {
        let part = part.intersection(source.area());
        let inside = Area::new(x, y, part.width, part.height).intersection(self.clip);
        for row in inside.y..inside.bottom() {
            let from = source.row(part.x + inside.x - x, part.y + row - y, inside.width);
            self.image.row_mut(inside.x, row, inside.width).copy_from_slice(from);
        }
    }
}

/// How far a pixel's middle lies outside of `area` made smaller by `radius`; 0 within.
fn outside(area: Area, radius: i32, x: i32, y: i32) -> f32 {
    let inner = area.inset(radius);
    let distance = |from: i32, to: i32, at: i32| {
        let at = at as f32 + 0.5;
        (from as f32 - at).max(at - to as f32).max(0.0)
    };
    let (dx, dy) = (distance(inner.x, inner.right(), x), distance(inner.y, inner.bottom(), y));
    (dx * dx + dy * dy).sqrt()
}
