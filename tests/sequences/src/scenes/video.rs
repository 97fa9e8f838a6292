//! A film plays in a window: a camera that pans and zooms over a landscape, somebody who walks through it,
//! grain, a flicker of the light, and a cut now and then. The rest of the screen is still.

use super::{Scene, desktop_with_window};
use crate::canvas::{Area, Colour, Image, rgb};
use crate::noise::mix;
use crate::photo;
use crate::random::{self, Random};
use crate::text::{Style, Typesetter};
use crate::words;

/// The film's size where the screen is large enough, in pixels.
const FILM_PX: (i32, i32) = (640, 360);
/// Pictures from one cut to the next.
const SHOT: u32 = 72;
/// The grain of a film.
const GRAIN: i32 = 5;

pub(super) struct Video {
    place: Area,
    seed: u64,
    picture: u32,
    /// What this shot's camera pans over, larger than the film.
    set: Image,
    film: Image,
}

impl Video {
    pub(super) fn open(screen: &mut Image, mut text: Typesetter, seed: u64) -> Self {
        let inside = desktop_with_window(screen, &mut text, "Player", false, seed);
        let (width, height) = (FILM_PX.0.min(inside.width * 2 / 3), FILM_PX.1.min(inside.height * 2 / 3));
        let place = Area::new(inside.x + inside.width / 20, inside.y + inside.height / 16, width, height);
        surroundings(screen, &mut text, inside, place, seed);
        let film = Image::new(width, height, rgb(0));
        let mut video = Self { place, seed, picture: 0, set: set(&film, seed), film };
        video.show(screen);
        video
    }

    fn show(&mut self, screen: &mut Image) {
        let Area { width, height, .. } = self.film.area();
        let at = (self.picture % SHOT) as f32;
        // Hundredths of a pixel a picture would do: nothing here falls on whole pixels.
        let zoom = 1.15 + 0.0031 * at;
        let (left, top) = (1.37 * at, 14.0 + 0.29 * at);
        let flicker = 1.0 + 0.012 * ((random::at(self.picture as i32, 0, 3) >> 24) as f32 / 128.0 - 1.0);
        let walker = Walker::new(self.film.area(), at);
        for y in 0..height {
            for x in 0..width {
                let seen = sample(&self.set, left + x as f32 / zoom, top + y as f32 / zoom);
                let lit = walker.over(seen, x as f32, y as f32);
                let level = |channel: f32| (channel * flicker).round().clamp(0.0, 255.0) as u8;
                self.film.set(x, y, Colour(lit.map(level)));
            }
        }
        photo::grain(&mut self.film, (self.seed as u32).wrapping_add(self.picture * 77), GRAIN);
        screen.canvas().image(self.place.x, self.place.y, &self.film, self.film.area());
    }
}

impl Scene for Video {
    fn advance(&mut self, screen: &mut Image) {
        self.picture += 1;
        if self.picture.is_multiple_of(SHOT) {
            self.set = set(&self.film, self.seed.wrapping_add(u64::from(self.picture)));
        }
        self.show(screen);
    }
}

fn set(film: &Image, seed: u64) -> Image {
    let Area { width, height, .. } = film.area();
    photo::landscape(width * 5 / 4 + 16, height * 5 / 4 + 16, seed ^ 0xF11A)
}

/// The colour between four pixels.
fn sample(image: &Image, x: f32, y: f32) -> [f32; 3] {
    let (left, top) = (x.floor(), y.floor());
    let at = |dx: i32, dy: i32| image.colour(left as i32 + dx, top as i32 + dy).0.map(f32::from);
    let [a, b, c, d] = [at(0, 0), at(1, 0), at(0, 1), at(1, 1)];
    let (u, v) = (x - left, y - top);
    [0, 1, 2].map(|channel| mix(mix(a[channel], b[channel], u), mix(c[channel], d[channel], u), v))
}

/// Somebody in a coat: a head and a body, shaded as round things are, that cross the film.
struct Walker {
    parts: [Part; 2],
}

/// An ellipse: its middle, its radii, its colour (blue, green, red).
struct Part {
    middle: (f32, f32),
    radii: (f32, f32),
    colour: [f32; 3],
}

impl Walker {
    fn new(film: Area, at: f32) -> Self {
        let (width, height) = (film.width as f32, film.height as f32);
        // A triangle wave: up and down with each step.
        let step = ((at * 0.13).fract() - 0.5).abs() * 0.03 * height;
        let x = width * (0.95 - 0.011 * at);
        let body = Part {
            middle: (x, height * 0.8 + step),
            radii: (width * 0.055, height * 0.26),
            colour: [60.0, 48.0, 140.0],
        };
        let head = Part {
            middle: (x - width * 0.005, height * 0.49 + step),
            radii: (width * 0.025, height * 0.065),
            colour: [130.0, 160.0, 205.0],
        };
        Self { parts: [body, head] }
    }

    fn over(&self, seen: [f32; 3], x: f32, y: f32) -> [f32; 3] {
        let mut result = seen;
        for part in &self.parts {
            let (dx, dy) = ((x - part.middle.0) / part.radii.0, (y - part.middle.1) / part.radii.1);
            let square = dx * dx + dy * dy;
            if square < 1.1 {
                let cover = ((1.1 - square) * 8.0).min(1.0);
                let light = 0.55 + 0.6 * (1.0 - square).max(0.0).sqrt() - 0.35 * dx;
                result = [0, 1, 2].map(|channel| mix(result[channel], part.colour[channel] * light, cover));
            }
        }
        result
    }
}

/// The page around the film: controls, a title, remarks.
fn surroundings(screen: &mut Image, text: &mut Typesetter, inside: Area, place: Area, seed: u64) {
    let mut random = Random::new(seed);
    let mut canvas = screen.canvas();
    let mut canvas = canvas.clip(inside);
    let controls = Area::new(place.x, place.bottom(), place.width, 36);
    canvas.fill(controls, rgb(0x202024));
    canvas.rounded(Area::new(controls.x + 60, controls.y + 16, controls.width - 160, 4), 2, rgb(0x606068));
    canvas.rounded(Area::new(controls.x + 60, controls.y + 16, controls.width / 4, 4), 2, rgb(0xE0574C));
    let white = Style::sans(15, rgb(0xF0F0F0));
    text.draw(&mut canvas, controls.x + 14, controls.y + 23, "1:07", white);
    text.draw(&mut canvas, controls.right() - 80, controls.y + 23, "4:32", white);
    let (title, body) = (Style::sans(26, rgb(0x181818)), Style::sans(16, rgb(0x404040)));
    text.draw(&mut canvas, place.x, controls.bottom() + 40, &words::title(&mut random, 5), title);
    for row in 0..12 {
        let y = controls.bottom() + 80 + row * 27;
        text.draw(
            &mut canvas.clip(inside.left(place.right() - inside.x)),
            place.x,
            y,
            &words::sentence(&mut random),
            body,
        );
    }
    for row in 0..12 {
        let y = place.y + row * 76;
        let left = place.right() + inside.width / 30;
        canvas.rounded(Area::new(left, y, 44, 44), 22, rgb(random.below(0x80_80_80) + 0x40_40_40));
        text.draw(
            &mut canvas,
            left + 60,
            y + 18,
            &words::title(&mut random, 2),
            Style::sans(16, rgb(0x181818)),
        );
        text.draw(&mut canvas, left + 60, y + 40, &words::sentence(&mut random), body);
    }
}
