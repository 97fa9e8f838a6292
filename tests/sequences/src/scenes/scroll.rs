//! Code scrolls in an editor by whole lines: down through the file, then up again.

use super::{Scene, desktop_with_window};
use crate::canvas::{Area, Image};
use crate::desktop::Editor;
use crate::random::Random;
use crate::text::Typesetter;

/// How long the file is, in lines.
const LINES: usize = 2000;
/// The most lines a picture, as of a mouse's wheel.
const STEP_LINES: i32 = 3;

pub(super) struct Scroll {
    editor: Editor,
    text: Typesetter,
    random: Random,
    inside: Area,
    first: usize,
    down: bool,
}

impl Scroll {
    pub(super) fn open(screen: &mut Image, mut text: Typesetter, seed: u64) -> Self {
        let dark = seed.is_multiple_of(2);
        let editor = Editor::new(LINES, dark, seed);
        let inside = desktop_with_window(screen, &mut text, "Editor", dark, seed);
        editor.draw_frame(&mut screen.canvas(), &mut text, inside);
        editor.draw_code(&mut screen.canvas(), &mut text, inside, 0);
        Self { editor, text, random: Random::new(seed), inside, first: 0, down: true }
    }
}

impl Scene for Scroll {
    fn advance(&mut self, screen: &mut Image) {
        let step = self.random.between(1, STEP_LINES) as usize;
        let last = self.editor.len().saturating_sub(self.editor.rows(self.inside));
        self.first = if self.down { (self.first + step).min(last) } else { self.first.saturating_sub(step) };
        if self.first == last || self.first == 0 {
            self.down = self.first == 0;
        }
        self.editor.draw_code(&mut screen.canvas(), &mut self.text, self.inside, self.first);
    }
}
