//! Nothing happens on a desktop with two windows.

use super::Scene;
use crate::canvas::{Area, Image};
use crate::desktop::{self, Editor};
use crate::text::Typesetter;

pub(super) struct Idle;

impl Idle {
    pub(super) fn open(screen: &mut Image, mut text: Typesetter, seed: u64) -> Self {
        let area = screen.area();
        *screen = desktop::bare(area, &mut text, seed);
        let mut canvas = screen.canvas();
        let (width, height) = (area.width, area.height);
        let behind = Area::new(width / 8, height / 8, width / 2, height / 2);
        let inside = desktop::window(&mut canvas, &mut text, behind, "Documents", false);
        desktop::files(&mut canvas, &mut text, inside, seed);
        let before = Area::new(width / 3, height / 4, width * 3 / 5, height * 2 / 3);
        let inside = desktop::window(&mut canvas, &mut text, before, "Editor", true);
        let editor = Editor::new(100, true, seed);
        editor.draw_frame(&mut canvas, &mut text, inside);
        editor.draw_code(&mut canvas, &mut text, inside, 0);
        Self
    }
}

impl Scene for Idle {
    fn advance(&mut self, _: &mut Image) {}
}
