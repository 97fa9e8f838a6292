//! Pictures that behave like photographs in an encoder: landscapes with sky, ridges in haze, water and grass,
//! with structure at every size down to the grain of a sensor.

use crate::canvas::{Area, Colour, Image, rgb};
use crate::noise::{Noise, mix, smooth_step};
use crate::random::{self, Random};

/// A landscape of this size; another seed is another place at another time of day.
pub(crate) fn landscape(width: i32, height: i32, seed: u64) -> Image {
    let mut image = Image::new(width, height, rgb(0));
    let scene = Landscape::new(width, height, seed);
    let Area { width, height, .. } = image.area();
    for y in 0..height {
        let v = y as f32 / height as f32;
        for x in 0..width {
            let light = if v > scene.shore && scene.is_water(x, v) {
                scene.water(&image, x, y, v)
            } else {
                scene.land_or_sky(x, v)
            };
            image.set(x, y, developed(light));
        }
    }
    grain(&mut image, seed as u32, GRAIN);
    image
}

/// Noise as of a sensor, up to `strength` levels to each side, mostly less.
pub(crate) fn grain(image: &mut Image, seed: u32, strength: i32) {
    let Area { width, height, .. } = image.area();
    for y in 0..height {
        for x in 0..width {
            let bits = random::at(x, y, seed);
            let uniform = |shift: u32| (bits >> shift & 0xFF) as i32 - 128;
            let (common, blue, red) = (uniform(0) + uniform(8), uniform(16), uniform(24));
            let Colour([b, g, r]) = image.colour(x, y);
            let noisy =
                |level: u8, noise: i32| (i32::from(level) + noise * strength / 256).clamp(0, 255) as u8;
            let colour = [noisy(b, common + blue / 2), noisy(g, common), noisy(r, common + red / 2)];
            image.set(x, y, Colour(colour));
        }
    }
}

/// The grain of a picture taken by day.
const GRAIN: i32 = 4;

/// Red, green, blue from 0 to 1 and, where very bright, above.
type Light = [f32; 3];

fn light(hex: u32) -> Light {
    [16, 8, 0].map(|shift| (hex >> shift & 0xFF) as f32 / 255.0)
}

fn blend(a: Light, b: Light, at: f32) -> Light {
    [0, 1, 2].map(|channel| mix(a[channel], b[channel], at))
}

fn scaled(a: Light, by: f32) -> Light {
    a.map(|channel| channel * by)
}

/// Bright parts roll off softly, as in a camera's curve.
fn developed(light: Light) -> Colour {
    let [r, g, b] = light.map(|channel| {
        let channel = channel.max(0.0);
        let rolled = if channel > 0.8 { 1.0 - 0.04 / (channel - 0.6) } else { channel };
        (rolled * 255.0).round() as u8
    });
    Colour([b, g, r])
}

/// Zenith, horizon, sun, far ridge, near ridge, meadow.
const PALETTES: [[u32; 6]; 4] = [
    [0x2B65A8, 0xB9D6EA, 0xFFF4D6, 0x7F9CB8, 0x2F4A34, 0x55702B],
    [0x28304F, 0xE9A06B, 0xFFD08A, 0x6E6484, 0x2A2530, 0x4A3B2A],
    [0x5A7F9E, 0xDDE3E4, 0xFFFFFF, 0x9FB0B5, 0x3C5548, 0x6D7F45],
    [0x1E5FA0, 0x9FD0E6, 0xFFE9B0, 0x8C8577, 0x5D4630, 0x9A7B45],
];

const RIDGES: usize = 5;

struct Landscape {
    unit: f32,
    noise: Noise,
    palette: [Light; 6],
    sun: (f32, f32),
    shore: f32,
    /// The rows, of a height of 1, at which the ridges begin in each column, the farthest first.
    skylines: Vec<[f32; RIDGES]>,
}

impl Landscape {
    fn new(width: i32, height: i32, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let palette = PALETTES[random.below(PALETTES.len() as u32) as usize].map(light);
        let noise = Noise(random.bits() as u32);
        let unit = 1.0 / height.max(1) as f32;
        let horizon = 0.42 + 0.12 * random.unit();
        // A slide that is a few pixels wide has a photograph of none.
        let skylines = (0..width.max(1)).map(|x| skyline(noise, x as f32 * unit, horizon)).collect();
        let sun = (width as f32 * unit * random.unit(), horizon * (0.3 + 0.4 * random.unit()));
        Self { unit, noise, palette, sun, shore: horizon + 0.2, skylines }
    }

    fn land_or_sky(&self, x: i32, v: f32) -> Light {
        let u = x as f32 * self.unit;
        let skyline = &self.skylines[x as usize];
        match skyline.iter().rposition(|top| v >= *top) {
            Some(RIDGES_LAST) => self.meadow(u, v),
            Some(ridge) => self.ridge(ridge, u, v, v - skyline[ridge]),
            None => self.sky(u, v),
        }
    }

    fn sky(&self, u: f32, v: f32) -> Light {
        let [zenith, horizon, sun, ..] = self.palette;
        let down = (v / 0.55).min(1.0);
        let clear = blend(zenith, horizon, down * down.sqrt());
        let (dx, dy) = (u - self.sun.0, v - self.sun.1);
        let glow = 1.0 / (1.0 + 40.0 * (dx * dx + dy * dy));
        let clear = blend(clear, sun, glow * 0.7);
        let flat = 0.35 + v;
        let (cloud_u, cloud_v) = (u * 1.8 / flat, v * 4.2 / flat);
        let thickness = self.noise.octaves(cloud_u, cloud_v, 6, 0.55);
        let towards_sun = self.noise.octaves(cloud_u + 0.05, cloud_v - 0.12, 4, 0.55);
        let cover = smooth_step(0.02, 0.55, thickness);
        let lit = 0.78 + 0.5 * (thickness - towards_sun).clamp(-0.4, 0.4);
        blend(clear, scaled(blend(horizon, sun, 0.7), lit), cover * 0.9)
    }

    fn ridge(&self, ridge: usize, u: f32, v: f32, depth: f32) -> Light {
        let [_, haze, sun, far, near, _] = self.palette;
        let nearness = ridge as f32 / (RIDGES - 1) as f32;
        let seeded = Noise(self.noise.0.wrapping_add(100 + ridge as u32));
        let scale = 9.0 + 10.0 * nearness;
        let (su, sv) = (u * scale, v * scale * 1.6);
        let height = seeded.octaves(su, sv, 5, 0.6);
        let lit = height - seeded.octaves(su + 0.12, sv - 0.1, 5, 0.6);
        let rock = scaled(blend(far, near, nearness), 1.0 + 1.5 * lit.clamp(-0.4, 0.4));
        let snow_line = 0.07 - 0.05 * nearness - 0.12 * height;
        let snow = if ridge < 2 { smooth_step(0.02, -0.01, depth - snow_line) } else { 0.0 };
        let ground = blend(rock, scaled(blend(sun, haze, 0.4), 0.85 + lit), snow * 0.8);
        blend(ground, haze, (1.0 - nearness) * 0.5 + (depth * 0.8).min(0.15))
    }

    fn meadow(&self, u: f32, v: f32) -> Light {
        let [_, _, sun, _, near, meadow] = self.palette;
        let away = 1.0 / (v - 0.5).max(0.08);
        let patches = self.noise.octaves(u * 3.0 * away.sqrt(), v * 9.0, 4, 0.6);
        let blades = Noise(self.noise.0.wrapping_add(77)).octaves(u * 60.0 * away, v * 22.0 * away, 4, 0.8);
        let ground = blend(near, meadow, 0.65 + 0.6 * patches);
        let shaded = scaled(ground, 0.95 + 0.55 * blades);
        let flowers = smooth_step(0.52, 0.6, Noise(self.noise.0 ^ 5).at(u * 90.0 * away, v * 90.0));
        blend(shaded, sun, flowers * 0.6)
    }

    /// Between the shore and the meadow's edge.
    fn is_water(&self, x: i32, v: f32) -> bool {
        v < self.skylines[x as usize][RIDGES - 1]
    }

    /// What stands above the shore, mirrored, with ripples.
    fn water(&self, image: &Image, x: i32, y: i32, v: f32) -> Light {
        let u = x as f32 * self.unit;
        let depth = v - self.shore;
        let ripple = self.noise.octaves(u * 14.0, v * (160.0 - 200.0 * depth), 3, 0.6);
        let shore_row = (self.shore / self.unit) as i32;
        let mirrored = 2 * shore_row - y + (ripple * 26.0 * (0.3 + 4.0 * depth)) as i32;
        let across = x + (ripple * 8.0) as i32;
        let Colour([b, g, r]) = image.colour(across, mirrored.min(shore_row));
        let seen = [r, g, b].map(|channel| f32::from(channel) / 255.0);
        scaled(blend(seen, self.palette[0], 0.25), 0.86 + 0.2 * ripple)
    }
}

const RIDGES_LAST: usize = RIDGES - 1;

fn skyline(noise: Noise, u: f32, horizon: f32) -> [f32; RIDGES] {
    let mut tops = [0.0; RIDGES];
    for (ridge, top) in tops.iter_mut().enumerate() {
        let at = ridge as f32 / RIDGES_LAST as f32;
        let seeded = Noise(noise.0.wrapping_add(ridge as u32 * 31));
        let hills = seeded.ridges(u * (1.3 + at), 7.5 * at, 7);
        let base = horizon + 0.15 + 0.07 * at * at * at * at;
        *top = base - hills * (0.36 - 0.3 * at);
        if ridge == RIDGES_LAST {
            *top = horizon + 0.32 - 0.14 * seeded.octaves(u * 1.1, 0.0, 3, 0.4)
                + 0.006 * seeded.octaves(u * 90.0, 3.0, 3, 0.9);
        } else if ridge == RIDGES_LAST - 1 {
            // A forest's tree tops.
            *top += 0.02 - 0.035 * seeded.ridges(u * 45.0, 9.0, 4);
        }
    }
    tops
}
