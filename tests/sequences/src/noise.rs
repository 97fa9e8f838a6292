//! Smooth noise in two dimensions (Perlin's gradient noise), alone and in octaves: clouds, hills, grass.
//!
//! Only the four basic operations and rounding: the same values on every machine.

use crate::random;

/// Noise of one seed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noise(pub(crate) u32);

impl Noise {
    /// One octave at a point, about -0.7 to 0.7; its features are about one unit wide.
    pub(crate) fn at(self, x: f32, y: f32) -> f32 {
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let (column, row) = (left as i32, top as i32);
        let corner = |dx: i32, dy: i32| {
            let (gx, gy) = GRADIENTS[(random::at(column + dx, row + dy, self.0) >> 29) as usize];
            gx * (fx - dx as f32) + gy * (fy - dy as f32)
        };
        let (u, v) = (fade(fx), fade(fy));
        let upper = mix(corner(0, 0), corner(1, 0), u);
        let lower = mix(corner(0, 1), corner(1, 1), u);
        mix(upper, lower, v)
    }

    /// Octaves of half the size and `gain` times the weight each.
    pub(crate) fn octaves(self, x: f32, y: f32, count: u32, gain: f32) -> f32 {
        let (mut sum, mut weight, mut scale) = (0.0, 1.0, 1.0);
        for octave in 0..count {
            sum += weight * Self(self.0.wrapping_add(octave * 7919)).at(x * scale, y * scale);
            weight *= gain;
            scale *= 2.03;
        }
        sum
    }

    /// Octaves folded at zero, 0 to about 1: sharp ridges as of mountains.
    pub(crate) fn ridges(self, x: f32, y: f32, count: u32) -> f32 {
        let (mut sum, mut weight, mut scale) = (0.0, 0.5, 1.0);
        for octave in 0..count {
            let value = Self(self.0.wrapping_add(octave * 7919)).at(x * scale, y * scale);
            sum += weight * (1.0 - 2.0 * value.abs()).max(0.0);
            weight *= 0.5;
            scale *= 2.03;
        }
        sum
    }
}

/// Between `a` and `b`, at 0 to 1.
pub(crate) fn mix(a: f32, b: f32, at: f32) -> f32 {
    a + (b - a) * at
}

/// 0 below `low`, 1 above `high`, smooth between.
pub(crate) fn smooth_step(low: f32, high: f32, value: f32) -> f32 {
    let at = ((value - low) / (high - low)).clamp(0.0, 1.0);
    at * at * (3.0 - 2.0 * at)
}

fn fade(at: f32) -> f32 {
    at * at * at * (at * (at * 6.0 - 15.0) + 10.0)
}

const GRADIENTS: [(f32, f32); 8] = [
    (1.0, 0.0),
    (0.707, 0.707),
    (0.0, 1.0),
    (-0.707, 0.707),
    (-1.0, 0.0),
    (-0.707, -0.707),
    (0.0, -1.0),
    (0.707, -0.707),
];
