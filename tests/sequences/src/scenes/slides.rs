//! A talk: each picture is another slide, a title, points beside a photograph, a photograph alone, or a
//! chart.

use super::Scene;
use crate::canvas::{Area, Canvas, Colour, Image, rgb};
use crate::photo;
use crate::random::Random;
use crate::text::{Style, Typesetter};
use crate::words;

pub(super) struct Slides {
    text: Typesetter,
    seed: u64,
    slide: u64,
}

/// Background from and to, text, accent.
const THEMES: [[u32; 4]; 3] = [
    [0x16324F, 0x2D6A8F, 0xFFFFFF, 0xF2B134],
    [0xFFFFFF, 0xE4EAF2, 0x22303C, 0xD1495B],
    [0x3B1F4A, 0xA8456B, 0xFFF6EC, 0xF6C667],
];

impl Slides {
    pub(super) fn open(screen: &mut Image, text: Typesetter, seed: u64) -> Self {
        let mut slides = Self { text, seed, slide: 0 };
        slides.show(screen);
        slides
    }

    fn show(&mut self, screen: &mut Image) {
        let mut random = Random::new(self.seed.wrapping_add(self.slide));
        let area = screen.area();
        let theme = THEMES[(self.seed.wrapping_add(self.slide / 4) % 3) as usize].map(rgb);
        let [from, to, ink, accent] = theme;
        let mut canvas = screen.canvas();
        canvas.gradient(area, from, to, 0.6);
        let slide = Slide { area, px: (area.height / 14).clamp(12, 160) as u16 };
        match self.slide % 4 {
            0 => slide.title(&mut canvas, &mut self.text, &mut random, ink, accent),
            1 => slide.points(&mut canvas, &mut self.text, &mut random, ink, accent),
            2 => slide.photo(&mut canvas, &mut self.text, &mut random),
            _ => slide.chart(&mut canvas, &mut self.text, &mut random, ink, accent),
        }
        let number = Style::sans(slide.px / 3, ink.towards(from, 0.3));
        let place = (area.width * 24 / 25, area.height * 24 / 25);
        self.text.draw(&mut canvas, place.0, place.1, &(self.slide + 1).to_string(), number);
    }
}

impl Scene for Slides {
    fn advance(&mut self, screen: &mut Image) {
        self.slide += 1;
        self.show(screen);
    }
}

/// Where a slide's parts stand: its area and the em of its headline.
struct Slide {
    area: Area,
    px: u16,
}

impl Slide {
    fn title(
        &self,
        canvas: &mut Canvas<'_>,
        text: &mut Typesetter,
        random: &mut Random,
        ink: Colour,
        accent: Colour,
    ) {
        let (x, y) = (self.area.width / 10, self.area.height * 2 / 5);
        text.draw(canvas, x, y, &words::title(random, 4), Style::sans(self.px * 3 / 2, ink));
        canvas.fill(Area::new(x, y + self.area.height / 18, self.area.width / 6, 6), accent);
        let line = Style::sans(self.px / 2, ink);
        text.draw(canvas, x, y + self.area.height / 6, &words::title(random, 7), line);
    }

    fn points(
        &self,
        canvas: &mut Canvas<'_>,
        text: &mut Typesetter,
        random: &mut Random,
        ink: Colour,
        accent: Colour,
    ) {
        self.headline(canvas, text, random, ink);
        let line = Style::sans(self.px * 9 / 20, ink);
        let step = self.area.height / 9;
        let (left, first) = (self.area.width / 16, self.area.height / 3);
        let photo_area =
            Area::new(self.area.width * 11 / 20, first - step / 2, self.area.width * 2 / 5, step * 5);
        for row in 0..5 {
            let y = first + row * step;
            canvas.rounded(Area::new(left, y - 12, 12, 12), 6, accent);
            let words = random.between(3, 6);
            let mut inside = canvas.clip(self.area.left(photo_area.x - left / 3));
            text.draw(&mut inside, left + 34, y, &words::title(random, words), line);
        }
        let photo = photo::landscape(photo_area.width, photo_area.height, random.bits());
        canvas.image(photo_area.x, photo_area.y, &photo, photo.area());
    }

    fn photo(&self, canvas: &mut Canvas<'_>, text: &mut Typesetter, random: &mut Random) {
        let photo = photo::landscape(self.area.width, self.area.height, random.bits());
        canvas.image(0, 0, &photo, photo.area());
        let caption = words::title(random, 5);
        let (x, y) = (self.area.width / 16, self.area.height * 7 / 8);
        text.draw(canvas, x + 2, y + 2, &caption, Style::sans(self.px, rgb(0x101010)));
        text.draw(canvas, x, y, &caption, Style::sans(self.px, rgb(0xFFFFFF)));
    }

    fn chart(
        &self,
        canvas: &mut Canvas<'_>,
        text: &mut Typesetter,
        random: &mut Random,
        ink: Colour,
        accent: Colour,
    ) {
        self.headline(canvas, text, random, ink);
        let (left, floor) = (self.area.width / 10, self.area.height * 17 / 20);
        let label = Style::sans(self.px / 3, ink);
        for line in 0..6 {
            let y = floor - line * self.area.height / 10;
            canvas.fill(Area::new(left, y, self.area.width * 4 / 5, 1), ink.towards(accent, 0.4));
            text.draw(canvas, left - self.area.width / 30, y + 6, &(line * 20).to_string(), label);
        }
        let step = self.area.width / 10;
        for bar in 0..8 {
            let height = random.between(self.area.height / 12, self.area.height / 2);
            let place = Area::new(left + step / 3 + bar * step, floor - height, step / 2, height);
            canvas.gradient(place, accent, accent.towards(ink, 0.4), 0.0);
            text.draw(canvas, place.x, floor + self.area.height / 24, &words::title(random, 1), label);
        }
    }

    fn headline(&self, canvas: &mut Canvas<'_>, text: &mut Typesetter, random: &mut Random, ink: Colour) {
        let (x, y) = (self.area.width / 16, self.area.height / 6);
        text.draw(canvas, x, y, &words::title(random, 5), Style::sans(self.px, ink));
    }
}
