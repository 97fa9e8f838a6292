//! A window of files is dragged across a photograph and another window, at a speed that changes now and then.

use super::Scene;
use crate::canvas::{Area, Image, rgb};
use crate::desktop::{self, BAR_PX, Editor};
use crate::random::Random;
use crate::text::Typesetter;

pub(super) struct Drag {
    random: Random,
    /// The screen without the window.
    behind: Image,
    window: Image,
    place: Area,
    speed: (i32, i32),
}

impl Drag {
    pub(super) fn open(screen: &mut Image, mut text: Typesetter, seed: u64) -> Self {
        let area = screen.area();
        let mut behind = desktop::bare(area, &mut text, seed);
        let other = Area::new(area.width * 11 / 20, area.height / 3, area.width * 2 / 5, area.height * 3 / 5);
        let inside = desktop::window(&mut behind.canvas(), &mut text, other, "Editor", true);
        let editor = Editor::new(60, true, seed);
        editor.draw_frame(&mut behind.canvas(), &mut text, inside);
        editor.draw_code(&mut behind.canvas(), &mut text, inside, 0);
        let place = Area::new(area.width / 8, area.height / 8, area.width * 2 / 5, area.height / 2);
        let mut window = Image::new(place.width, place.height, rgb(0xE4E4E6));
        let own = window.area();
        let inside = desktop::window(&mut window.canvas(), &mut text, own, "Documents", false);
        desktop::files(&mut window.canvas(), &mut text, inside, seed);
        let mut drag = Self { random: Random::new(seed), behind, window, place, speed: (9, 5) };
        drag.show(screen);
        drag
    }

    fn show(&mut self, screen: &mut Image) {
        let all = screen.area();
        let mut canvas = screen.canvas();
        canvas.image(0, 0, &self.behind, all);
        canvas.shadow(self.place, desktop::SHADOW_PX);
        canvas.image(self.place.x, self.place.y, &self.window, self.window.area());
    }
}

impl Scene for Drag {
    fn advance(&mut self, screen: &mut Image) {
        if self.random.chance(12) {
            let (across, down) = (self.random.between(3, 24), self.random.between(0, 11));
            self.speed = (across * self.speed.0.signum(), down * self.speed.1.signum());
        }
        let area = screen.area();
        let turn = |speed: i32, at: i32, least: i32, most: i32| {
            if at <= least {
                speed.abs().max(1)
            } else if at >= most {
                -speed.abs().max(1)
            } else {
                speed
            }
        };
        let Area { x, y, width, height } = self.place;
        self.speed.0 = turn(self.speed.0, x, 0, area.width - width);
        self.speed.1 = turn(self.speed.1, y, BAR_PX, area.height - height);
        self.place.x += self.speed.0;
        self.place.y = (y + self.speed.1).max(BAR_PX);
        self.show(screen);
    }
}
