//! Somebody types code below what is there already: a letter a picture, the cursor after it, blinking in
//! pauses.

use super::{Scene, desktop_with_window};
use crate::canvas::{Area, Image};
use crate::desktop::{Editor, LINE_PX};
use crate::random::Random;
use crate::text::Typesetter;
use crate::words::{self, Syntax, Token};

/// The pictures of a pause: the cursor goes off and on again.
const PAUSE: [bool; 3] = [false, true, true];
/// How many letters in a hundred are followed by a pause.
const PAUSE_PERCENT: u32 = 4;

pub(super) struct Typing {
    editor: Editor,
    text: Typesetter,
    random: Random,
    inside: Area,
    first: usize,
    /// The line that is written.
    line: usize,
    written: Vec<Token>,
    /// What is still to be written on this line, the last letter first.
    ahead: Vec<(Syntax, char)>,
    /// What is left of a pause, in pictures.
    pause: usize,
}

impl Typing {
    pub(super) fn open(screen: &mut Image, mut text: Typesetter, seed: u64) -> Self {
        let dark = seed % 2 == 1;
        let inside = desktop_with_window(screen, &mut text, "Editor", dark, seed);
        let mut editor = Editor::new(100, dark, seed);
        let line = editor.rows(inside) / 2;
        editor.truncate(line);
        editor.draw_frame(&mut screen.canvas(), &mut text, inside);
        editor.draw_code(&mut screen.canvas(), &mut text, inside, 0);
        let random = Random::new(seed ^ 0x7E97);
        let mut typing = Self {
            editor,
            text,
            random,
            inside,
            first: 0,
            line,
            written: Vec::new(),
            ahead: Vec::new(),
            pause: 0,
        };
        typing.think();
        typing.show(screen, true);
        typing
    }

    /// Decides what is written on this line.
    fn think(&mut self) {
        let lines = words::program(&mut self.random, 12);
        let longest =
            lines.into_iter().max_by_key(|line| line.iter().map(|(_, text)| text.len()).sum::<usize>());
        let letters = longest
            .into_iter()
            .flatten()
            .flat_map(|(syntax, text)| text.chars().map(|letter| (syntax, letter)).collect::<Vec<_>>());
        let letters: Vec<_> = letters.take(90).collect();
        // The editor indents by itself.
        let indent = letters.iter().take_while(|(_, letter)| *letter == ' ').count();
        self.written =
            letters[..indent].iter().map(|(syntax, letter)| (*syntax, letter.to_string())).collect();
        self.ahead = letters[indent..].iter().rev().copied().collect();
    }

    fn new_line(&mut self, screen: &mut Image) {
        self.show(screen, false);
        self.line += 1;
        self.think();
        let rows = self.editor.rows(self.inside);
        if self.line >= self.first + rows {
            self.first += rows / 2;
            self.editor.draw_code(&mut screen.canvas(), &mut self.text, self.inside, self.first);
        }
    }

    fn show(&mut self, screen: &mut Image, cursor: bool) {
        self.editor.set_line(self.line, self.written.clone());
        let mut canvas = screen.canvas();
        let (x, top) = self.editor.draw_line(&mut canvas, &mut self.text, self.inside, self.first, self.line);
        if cursor {
            let ink = Syntax::Plain.colour(self.editor.dark());
            canvas.clip(self.editor.code(self.inside)).fill(Area::new(x, top + 1, 2, LINE_PX - 2), ink);
        }
    }
}

impl Scene for Typing {
    fn advance(&mut self, screen: &mut Image) {
        if self.pause > 0 {
            self.pause -= 1;
            return self.show(screen, PAUSE[PAUSE.len() - 1 - self.pause]);
        }
        match self.ahead.pop() {
            Some((syntax, letter)) => self.written.push((syntax, letter.to_string())),
            None => self.new_line(screen),
        }
        if self.random.chance(PAUSE_PERCENT) {
            self.pause = PAUSE.len();
        }
        self.show(screen, true);
    }
}
