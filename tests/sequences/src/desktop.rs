//! What stands on a desktop: the wallpaper, the bar, icons, windows and the editor and file manager in them.

use crate::canvas::{Area, Canvas, Colour, Image, rgb};
use crate::photo;
use crate::random::Random;
use crate::text::{Style, Typesetter};
use crate::words::{self, Token};

/// The bar at the top of the screen, in pixels.
pub(crate) const BAR_PX: i32 = 28;
/// A window's title, in pixels.
const TITLE_PX: i32 = 34;
/// How far a window's shadow reaches, in pixels.
pub(crate) const SHADOW_PX: i32 = 12;
/// The distance of lines of code, in pixels.
pub(crate) const LINE_PX: i32 = 19;
/// The em of code, in pixels.
const CODE_PX: u16 = 14;

/// A desktop without windows: a photograph, the bar, icons.
pub(crate) fn bare(area: Area, text: &mut Typesetter, seed: u64) -> Image {
    let mut image = photo::landscape(area.width, area.height, seed);
    let mut canvas = image.canvas();
    bar(&mut canvas, text);
    for (index, name) in ["Home", "Documents", "Projects", "Backup", "Archive"].iter().enumerate() {
        let (x, y) = (28, BAR_PX + 24 + index as i32 * 104);
        let colour = rgb([0x4A90D9, 0xE0A030, 0x6FB04A, 0xB05AA0, 0x8A8F98][index]);
        canvas.rounded(Area::new(x, y + 6, 26, 14), 4, colour.towards(rgb(0), 0.2));
        canvas.rounded(Area::new(x, y + 12, 56, 40), 5, colour);
        canvas.rounded(Area::new(x, y + 18, 56, 34), 5, colour.towards(rgb(0xFFFFFF), 0.18));
        let left = x + 28 - text.width(name, Style::sans(14, rgb(0))) / 2;
        text.draw(&mut canvas, left + 1, y + 71, name, Style::sans(14, rgb(0x101010)));
        text.draw(&mut canvas, left, y + 70, name, Style::sans(14, rgb(0xFFFFFF)));
    }
    image
}

fn bar(canvas: &mut Canvas<'_>, text: &mut Typesetter) {
    let area = Area::new(0, 0, i32::from(u16::MAX), BAR_PX);
    canvas.fill(area, rgb(0x2B2B2E));
    let style = Style::sans(14, rgb(0xE6E6E6));
    text.draw(canvas, 14, 19, "Activities", style);
    text.draw(canvas, 110, 19, "Editor", style);
    text.draw(canvas, 176, 19, "File   Edit   View   Help", Style::sans(14, rgb(0xA8A8AC)));
    text.draw(canvas, 420, 19, "Tue 14 Oct  10:42", style);
}

/// Draws a window with its shadow and returns what is inside.
pub(crate) fn window(
    canvas: &mut Canvas<'_>,
    text: &mut Typesetter,
    area: Area,
    title: &str,
    dark: bool,
) -> Area {
    canvas.shadow(area, SHADOW_PX);
    let (head, ink, body) =
        if dark { (0x3A3A3E, 0xDDDDDD, 0x1E1E1E) } else { (0xE4E4E6, 0x303030, 0xFFFFFF) };
    canvas.rounded(area.top(TITLE_PX + 10), 8, rgb(head));
    canvas.fill(area.below(TITLE_PX), rgb(body));
    let style = Style::sans(15, rgb(ink));
    let left = area.x + (area.width - text.width(title, style)) / 2;
    text.draw(&mut canvas.clip(area), left, area.y + 22, title, style);
    for (index, colour) in [0xE0574C, 0xE0A93A, 0x5BB24E].into_iter().enumerate() {
        canvas.rounded(Area::new(area.x + 14 + index as i32 * 22, area.y + 11, 13, 13), 6, rgb(colour));
    }
    area.below(TITLE_PX)
}

/// An editor for code with its list of files; only the code moves.
pub(crate) struct Editor {
    lines: Vec<Vec<Token>>,
    dark: bool,
    files: Vec<String>,
}

impl Editor {
    /// An editor with at least `lines` lines of code.
    pub(crate) fn new(lines: usize, dark: bool, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let files = (0..40).map(|_| format!("{}.rs", words::title(&mut random, 1).to_lowercase())).collect();
        Self { lines: words::program(&mut random, lines), dark, files }
    }

    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Makes it end after `lines` lines.
    pub(crate) fn truncate(&mut self, lines: usize) {
        self.lines.truncate(lines);
    }

    /// Whether it shows light text on a dark background.
    pub(crate) fn dark(&self) -> bool {
        self.dark
    }

    /// Replaces a line that may lie beyond the end.
    pub(crate) fn set_line(&mut self, index: usize, tokens: Vec<Token>) {
        self.lines.resize(self.lines.len().max(index + 1), Vec::new());
        self.lines[index] = tokens;
    }

    /// Draws all of it into a window's inside, except for the code.
    pub(crate) fn draw_frame(&self, canvas: &mut Canvas<'_>, text: &mut Typesetter, inside: Area) {
        let (side, tabs, ink, line) = if self.dark {
            (0x252526, 0x2D2D2D, 0xBBBBBB, 0x3C3C3C)
        } else {
            (0xF3F3F3, 0xECECEC, 0x404040, 0xD4D4D4)
        };
        let code = self.code(inside);
        canvas.fill(inside, rgb(side));
        canvas.fill(Area::new(code.x, inside.y, code.width, code.y - inside.y), rgb(tabs));
        canvas.fill(Area::new(code.x, inside.y, 150, code.y - inside.y), self.background());
        let style = Style::sans(14, rgb(ink));
        text.draw(&mut canvas.clip(inside), code.x + 20, inside.y + 21, &self.files[0], style);
        text.draw(&mut canvas.clip(inside), code.x + 170, inside.y + 21, &self.files[1], style);
        let list = inside.left(code.x - inside.x);
        let mut list_canvas = canvas.clip(list);
        for (index, name) in self.files.iter().enumerate() {
            let y = inside.y + 26 + index as i32 * 23;
            if index == 3 {
                list_canvas.fill(Area::new(list.x, y - 16, list.width, 23), rgb(line));
            }
            let depth = if index % 6 == 0 { 14 } else { 30 };
            text.draw(&mut list_canvas, list.x + depth, y, name, style);
        }
        let status = inside.below(inside.height - STATUS_PX);
        canvas.fill(status, rgb(0x0A6EBD));
        let style = Style::sans(13, rgb(0xFFFFFF));
        text.draw(
            &mut canvas.clip(status),
            status.x + 12,
            status.y + 16,
            "main    0 errors    Ln 214, Col 9    UTF-8",
            style,
        );
        canvas.fill(code, self.background());
    }

    /// Draws the code from line `first` on.
    pub(crate) fn draw_code(
        &self,
        canvas: &mut Canvas<'_>,
        text: &mut Typesetter,
        inside: Area,
        first: usize,
    ) {
        let code = self.code(inside);
        canvas.fill(code, self.background());
        for row in 0..=self.rows(inside) {
            self.draw_line(canvas, text, inside, first, first + row);
        }
    }

    /// Draws one line anew where the first line shown is `first`; returns where its next letter would stand,
    /// and the row's top.
    pub(crate) fn draw_line(
        &self,
        canvas: &mut Canvas<'_>,
        text: &mut Typesetter,
        inside: Area,
        first: usize,
        line: usize,
    ) -> (i32, i32) {
        let code = self.code(inside);
        let top = code.y + 4 + (line - first) as i32 * LINE_PX;
        let row = Area::new(code.x, top, code.width, LINE_PX).intersection(code);
        let mut canvas = canvas.clip(row);
        canvas.fill(row, self.background());
        let baseline = top + 14;
        let number = Style::mono(CODE_PX, rgb(if self.dark { 0x6E7681 } else { 0x8A9AA8 }));
        if line < self.lines.len() {
            text.draw(&mut canvas, code.x + 8, baseline, &format!("{:>4}", line + 1), number);
        }
        let mut x = code.x + 60;
        for (syntax, token) in self.lines.get(line).into_iter().flatten() {
            x = text.draw(&mut canvas, x, baseline, token, Style::mono(CODE_PX, syntax.colour(self.dark)));
        }
        (x, top)
    }

    /// How many whole lines are shown.
    pub(crate) fn rows(&self, inside: Area) -> usize {
        ((self.code(inside).height - 4) / LINE_PX).max(1) as usize
    }

    /// The part of a window's inside that shows code.
    pub(crate) fn code(&self, inside: Area) -> Area {
        let list = (inside.width / 7).min(230);
        let below_tabs = inside.after(list).below(TABS_PX.min(inside.height / 8));
        Area { height: below_tabs.height - STATUS_PX, ..below_tabs }
    }

    /// What the code stands on.
    fn background(&self) -> Colour {
        rgb(if self.dark { 0x1E1E1E } else { 0xFFFFFF })
    }
}

const TABS_PX: i32 = 32;
const STATUS_PX: i32 = 22;

/// A list of files as a file manager shows it.
pub(crate) fn files(canvas: &mut Canvas<'_>, text: &mut Typesetter, inside: Area, seed: u64) {
    let mut random = Random::new(seed);
    let mut canvas = canvas.clip(inside);
    let side = inside.left(inside.width / 5);
    canvas.fill(side, rgb(0xF0F1F3));
    for (index, name) in
        ["Recent", "Home", "Desktop", "Documents", "Downloads", "Pictures", "Trash"].iter().enumerate()
    {
        let y = side.y + 30 + index as i32 * 30;
        canvas.rounded(Area::new(side.x + 14, y - 11, 14, 12), 3, rgb(0x7C8796));
        text.draw(&mut canvas, side.x + 38, y, name, Style::sans(15, rgb(0x303840)));
    }
    let list = inside.after(side.width);
    for row in 0..(list.height / ROW_PX).max(0) {
        let y = list.y + row * ROW_PX;
        if row % 2 == 1 {
            canvas.fill(Area::new(list.x, y, list.width, ROW_PX), rgb(0xF7F8FA));
        }
        if row == 4 {
            canvas.fill(Area::new(list.x, y, list.width, ROW_PX), rgb(0x3584E4));
        }
        let ink = rgb(if row == 4 { 0xFFFFFF } else { 0x202428 });
        let icon = rgb([0x4A90D9, 0xD9A040, 0x70B060, 0xB0B4BC][random.below(4) as usize]);
        canvas.rounded(Area::new(list.x + 14, y + 6, 16, 18), 3, icon);
        let name = words::title(&mut random, 3).replace(' ', "-").to_lowercase();
        text.draw(&mut canvas, list.x + 42, y + 20, &name, Style::sans(15, ink));
        let size = format!("{}.{} kB", random.below(900) + 1, random.below(10));
        text.draw(&mut canvas, list.x + list.width * 3 / 5, y + 20, &size, Style::sans(15, ink));
        let date = format!("{:02} Oct 2024", random.below(30) + 1);
        text.draw(&mut canvas, list.x + list.width * 4 / 5, y + 20, &date, Style::sans(15, ink));
    }
}

const ROW_PX: i32 = 30;
