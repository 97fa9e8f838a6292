//! A page with proportional text, headings, a table and photographs scrolls by pixels, as under two fingers:
//! down to its end, then up again.

use super::{Scene, desktop_with_window};
use crate::canvas::{Area, Canvas, Image, rgb};
use crate::photo;
use crate::random::Random;
use crate::text::{Style, Typesetter};
use crate::words;

/// The height of the whole page, in pixels.
const PAGE_PX: i32 = 9000;
/// The widest column of text, in pixels.
const COLUMN_PX: i32 = 760;
const INK: u32 = 0x202122;
const BODY: Style = Style::sans(17, rgb(INK));
const LINE_PX: i32 = 27;

pub(super) struct Document {
    page: Image,
    view: Area,
    random: Random,
    offset: i32,
    speed: i32,
}

impl Document {
    pub(super) fn open(screen: &mut Image, mut text: Typesetter, seed: u64) -> Self {
        let inside = desktop_with_window(screen, &mut text, "Reader", false, seed);
        let tools = 40.min(inside.height / 6);
        let mut canvas = screen.canvas();
        canvas.fill(inside.top(tools), rgb(0xF2F2F4));
        canvas.rounded(Area::new(inside.x + 120, inside.y + 7, inside.width / 2, 26), 13, rgb(0xFFFFFF));
        let address = Style::sans(15, rgb(0x505050));
        text.draw(
            &mut canvas.clip(inside),
            inside.x + 138,
            inside.y + 25,
            "library.example/history/harbour",
            address,
        );
        let view = inside.below(tools);
        let mut document = Self {
            page: page(view.width, &mut text, seed),
            view,
            random: Random::new(seed),
            offset: 0,
            speed: 60,
        };
        document.show(screen);
        document
    }

    fn show(&mut self, screen: &mut Image) {
        let part = Area::new(0, self.offset, self.view.width, self.view.height);
        let mut canvas = screen.canvas();
        let mut canvas = canvas.clip(self.view);
        canvas.image(self.view.x, self.view.y, &self.page, part);
        let track = Area::new(self.view.right() - 12, self.view.y, 12, self.view.height);
        canvas.fill(track, rgb(0xF4F4F4));
        let (length, most) = (self.view.height * self.view.height / PAGE_PX, PAGE_PX - self.view.height);
        let top = track.y + (track.height - length) * self.offset / most.max(1);
        canvas.rounded(Area::new(track.x + 2, top, 8, length), 4, rgb(0xB4B4B8));
    }
}

impl Scene for Document {
    fn advance(&mut self, screen: &mut Image) {
        if self.random.chance(30) {
            self.speed = self.random.between(40, 120) * self.speed.signum();
        }
        let most = (PAGE_PX - self.view.height).max(0);
        self.offset = (self.offset + self.speed).clamp(0, most);
        if self.offset == most {
            self.speed = -self.speed.abs();
        } else if self.offset == 0 {
            self.speed = self.speed.abs();
        }
        self.show(screen);
    }
}

fn page(width: i32, text: &mut Typesetter, seed: u64) -> Image {
    let mut image = Image::new(width, PAGE_PX, rgb(0xFFFFFF));
    let mut random = Random::new(seed ^ 0xD0C);
    let column = COLUMN_PX.min(width - 60).max(40);
    let left = (width - column) / 2;
    let mut canvas = image.canvas();
    let mut y = 70;
    text.draw(&mut canvas, left, y, &words::title(&mut random, 4), Style::sans(38, rgb(INK)));
    y += 20;
    canvas.fill(Area::new(left, y, column, 1), rgb(0xA2A9B1));
    let mut section = 0;
    while y < PAGE_PX {
        match section % 5 {
            1 => y = picture(&mut canvas, text, Area::new(left, y + 24, column, 0), random.bits()),
            3 => y = table(&mut canvas, text, Area::new(left, y + 24, column, 0), &mut random),
            _ => {
                y += 56;
                text.draw(&mut canvas, left, y, &words::title(&mut random, 5), Style::sans(25, rgb(INK)));
                y += 8;
                canvas.fill(Area::new(left, y, column, 1), rgb(0xD0D4D8));
            }
        }
        for _ in 0..random.between(1, 3) {
            y = paragraph(&mut canvas, text, Area::new(left, y + 14, column, 0), &mut random);
        }
        section += 1;
    }
    image
}

/// Some sentences, broken at the column's width; a few words are links. Returns where it ends.
fn paragraph(canvas: &mut Canvas<'_>, text: &mut Typesetter, area: Area, random: &mut Random) -> i32 {
    let link = Style { colour: rgb(0x3366CC), ..BODY };
    let space = text.width(" ", BODY);
    let (mut x, mut y) = (area.x, area.y + LINE_PX);
    for _ in 0..random.between(3, 7) {
        for word in words::sentence(random).split(' ') {
            let width = text.width(word, BODY);
            if x + width > area.right() {
                (x, y) = (area.x, y + LINE_PX);
            }
            let style = if random.chance(4) { link } else { BODY };
            x = text.draw(canvas, x, y, word, style) + space;
        }
    }
    y
}

fn picture(canvas: &mut Canvas<'_>, text: &mut Typesetter, area: Area, seed: u64) -> i32 {
    let height = area.width * 9 / 16;
    canvas.border(Area { height: height + 44, ..area }, rgb(0xC8CCD1));
    let photo = photo::landscape(area.width - 12, height - 12, seed);
    canvas.image(area.x + 6, area.y + 6, &photo, photo.area());
    let caption = words::sentence(&mut Random::new(seed));
    let mut inside = canvas.clip(Area { height: height + 44, ..area }.inset(6));
    text.draw(&mut inside, area.x + 12, area.y + height + 22, &caption, Style::sans(15, rgb(0x404244)));
    area.y + height + 44
}

fn table(canvas: &mut Canvas<'_>, text: &mut Typesetter, area: Area, random: &mut Random) -> i32 {
    let cell = area.width / 4;
    let rows = random.between(5, 9);
    for row in 0..rows {
        for column in 0..4 {
            let place = Area::new(area.x + column * cell, area.y + row * 34, cell + 1, 35);
            canvas.fill(place, rgb(if row == 0 { 0xDCE6F2 } else { 0xF8F9FA }));
            canvas.border(place, rgb(0xA2A9B1));
            let content = if row > 0 && column > 0 {
                format!("{}.{:02}", random.below(2000), random.below(100))
            } else {
                words::title(random, 2)
            };
            text.draw(
                &mut canvas.clip(place),
                place.x + 10,
                place.y + 23,
                &content,
                Style::sans(16, rgb(INK)),
            );
        }
    }
    area.y + rows * 34 + 1
}
