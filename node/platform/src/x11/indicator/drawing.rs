//! What stands where on the bar: who, what they do, what they may; the buttons, and the emergency key.
//!
//! The buttons keep their place and size whatever else is shown, so that nobody hits the wrong one because a
//! text became longer.

use super::canvas::BarCanvas;
use super::lettering::{BarLettering, TextLook};
use super::monitors::ScreenArea;
use crate::{IndicatorFace, IndicatorFlow};

/// The bar's size in points: two short columns of three lines that old eyes read; more than a tenth of a
/// small screen's height would be too much.
const BAR_PT: (f32, f32) = (600.0, 72.0);
/// The coloured line round the bar, in points.
const EDGE_PT: f32 = 3.0;
/// Between the line and what is in it, in points.
const INSIDE_PT: f32 = 9.0;
/// How far the buttons are below the upper end, in points.
const BUTTON_TOP_PT: f32 = 8.0;
/// A button's height and least width, in points: a finger's.
const BUTTON_PT: (f32, f32) = (30.0, 76.0);
/// Beside a button's text, in points.
const BUTTON_PADDING_PT: f32 = 10.0;
/// Between the buttons, and between the columns, in points.
const GAP_PT: f32 = 8.0;
/// The size of the name, in points.
const NAME_PT: f32 = 17.0;
/// The size of all other text, in points: that of the windows on the user's side (gui/src/theme.rs).
const LINE_PT: f32 = 16.0;
/// Where the lines stand, in points from the upper end; the third one is the emergency key's as well.
const BASELINES_PT: [f32; 3] = [22.0, 42.0, 61.5];

/// The colours are those of the windows' light theme (gui/src/theme.rs), 0xRRGGBB.
mod colour {
    pub(super) const CARD: u32 = 0xff_ff_ff;
    pub(super) const PAUSED_CARD: u32 = 0xfe_f6_e0;
    pub(super) const TEXT: u32 = 0x18_1d_24;
    pub(super) const WEAK: u32 = 0x54_5e_6b;
    pub(super) const LINE: u32 = 0xb4_bc_c7;
    pub(super) const WARNING: u32 = 0x85_4d_0e;
    pub(super) const DANGER: u32 = 0xb9_1c_1c;
    pub(super) const RUNNING: u32 = 0x14_8c_46;
    pub(super) const PAUSED: u32 = 0xd9_77_06;
}

/// A button of the bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BarButton {
    /// Pause, or go on.
    Flow,
    /// End.
    End,
}

/// A drawn bar.
pub(super) struct BarDrawing {
    pub(super) canvas: BarCanvas,
    /// Where the buttons are on it.
    pub(super) buttons: [(BarButton, ScreenArea); 2],
}

/// The colour of the bar's edge and of the frame round the screen.
pub(super) fn flow_colour(flow: IndicatorFlow) -> u32 {
    match flow {
        IndicatorFlow::Running => colour::RUNNING,
        IndicatorFlow::Paused => colour::PAUSED,
    }
}

/// The size in pixels that the bar has where there is room.
pub(super) fn natural_size(scale: f32) -> (u16, u16) {
    ((BAR_PT.0 * scale).round() as u16, (BAR_PT.1 * scale).round() as u16)
}

/// Draws the bar in this size, in pixels.
pub(super) fn draw_bar(
    lettering: &BarLettering,
    face: &IndicatorFace,
    (width, height): (u16, u16),
    scale: f32,
) -> BarDrawing {
    let card = match face.flow {
        IndicatorFlow::Running => colour::CARD,
        IndicatorFlow::Paused => colour::PAUSED_CARD,
    };
    let edge = flow_colour(face.flow);
    let mut canvas = BarCanvas::new(width, height, card);
    let whole = ScreenArea { x: 0, y: 0, width, height };
    canvas.outline(whole, (EDGE_PT * scale).round() as u16, edge);
    let mut pen = BarPen { canvas, lettering, scale };
    let inside = (EDGE_PT + INSIDE_PT) * scale;
    let (buttons, below) = pen.buttons(face, f32::from(width) - inside);
    let (beside, gap) = (f32::from(buttons[0].1.x), GAP_PT * scale);
    pen.text(face, inside, (beside - gap, below - gap), edge);
    BarDrawing { canvas: pen.canvas, buttons }
}

struct BarPen<'a> {
    canvas: BarCanvas,
    lettering: &'a BarLettering,
    scale: f32,
}

impl BarPen<'_> {
    /// Draws the buttons and the key below them, up to `right`; where they are, and the key's left end.
    fn buttons(&mut self, face: &IndicatorFace, right: f32) -> ([(BarButton, ScreenArea); 2], f32) {
        let scale = self.scale;
        let line = LINE_PT * scale;
        let wide = |texts: [&str; 2]| {
            let text = texts.map(|text| self.lettering.width(text, line)).into_iter().fold(0.0, f32::max);
            (text + 2.0 * BUTTON_PADDING_PT * scale).max(BUTTON_PT.1 * scale)
        };
        let (flow_width, end_width) = (wide([&face.pause, &face.go_on]), wide([&face.end, ""]));
        let area = |x: f32, width: f32| ScreenArea {
            x: x.round() as i16,
            y: (BUTTON_TOP_PT * scale).round() as i16,
            width: width.round() as u16,
            height: (BUTTON_PT.0 * scale).round() as u16,
        };
        let end = area(right - end_width, end_width);
        let flow = area(right - end_width - GAP_PT * scale - flow_width, flow_width);
        let label = match face.flow {
            IndicatorFlow::Running => &face.pause,
            IndicatorFlow::Paused => &face.go_on,
        };
        self.canvas.fill(flow, colour::CARD);
        self.canvas.outline(flow, scale.round() as u16, colour::LINE);
        self.centred(label, flow, TextLook { em_px: line, colour: colour::TEXT });
        self.canvas.fill(end, colour::DANGER);
        self.centred(&face.end, end, TextLook { em_px: line, colour: colour::CARD });
        let room = self.lettering.width(&face.key, line).min(right / 2.0);
        let text = self.lettering.cut(&face.key, line, room);
        let left = right - self.lettering.width(&text, line);
        let look = TextLook { em_px: line, colour: colour::WEAK };
        self.lettering.draw(&mut self.canvas, left, BASELINES_PT[2] * scale, &text, look);
        ([(BarButton::Flow, flow), (BarButton::End, end)], left)
    }

    fn centred(&mut self, text: &str, area: ScreenArea, look: TextLook) {
        let width = self.lettering.width(text, look.em_px);
        let x = f32::from(area.x) + (f32::from(area.width) - width) / 2.0;
        // Capital letters are about 0.7 em high.
        let y = f32::from(area.y) + f32::from(area.height) / 2.0 + 0.35 * look.em_px;
        self.lettering.draw(&mut self.canvas, x, y, text, look);
    }

    /// Draws the three lines from `left`, two of them up to `beside` the buttons, one up to what is `below`
    /// them.
    fn text(&mut self, face: &IndicatorFace, left: f32, (beside, below): (f32, f32), flow: u32) {
        let (scale, lettering) = (self.scale, self.lettering);
        let (name, line) = (NAME_PT * scale, LINE_PT * scale);
        let radius = 4.5 * scale;
        let [first_y, second_y, third_y] = BASELINES_PT.map(|y| y * scale);
        self.canvas.disc((left + radius, first_y - 5.5 * scale), radius, flow);
        let first = left + 2.0 * radius + 6.0 * scale;
        // The name is what gives way: it is the helper's own, and what is to be thought of it is not.
        let gap = 6.0 * scale;
        let mark = lettering.cut(&face.mark, line, beside - first);
        let room = beside - first - gap - lettering.width(&mark, line);
        let text = lettering.cut(&face.name, name, room.max(0.0));
        let look = TextLook { em_px: name, colour: colour::TEXT };
        let at = lettering.draw(&mut self.canvas, first, first_y, &text, look);
        let look = TextLook { em_px: line, colour: colour::WARNING };
        lettering.draw(
            &mut self.canvas,
            (at + gap).min(beside - lettering.width(&mark, line)),
            first_y,
            &mark,
            look,
        );
        let lines =
            [(&face.doing, second_y, beside, colour::TEXT), (&face.may, third_y, below, colour::WEAK)];
        for (text, y, right, colour) in lines {
            let text = lettering.cut(text, line, right - left);
            lettering.draw(&mut self.canvas, left, y, &text, TextLook { em_px: line, colour });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(flow: IndicatorFlow) -> IndicatorFace {
        IndicatorFace {
            flow,
            name: "“Anna Berger”".to_owned(),
            mark: "(name not verified)".to_owned(),
            doing: "Typing now · helping for 12 min".to_owned(),
            may: "May: see, mouse, keyboard".to_owned(),
            key: "Ctrl+Alt+End ends it at once".to_owned(),
            pause: "Pause".to_owned(),
            go_on: "Go on".to_owned(),
            end: "End".to_owned(),
        }
    }

    #[test]
    fn the_buttons_stay_where_they_are_whatever_is_shown() {
        let lettering = BarLettering::new();
        let draw = |face: &IndicatorFace| draw_bar(&lettering, face, natural_size(1.0), 1.0).buttons;
        let before = draw(&face(IndicatorFlow::Running));
        let long = IndicatorFace {
            name: "W".repeat(200),
            doing: "x".repeat(300),
            may: "y".repeat(300),
            ..face(IndicatorFlow::Paused)
        };
        assert_eq!(draw(&long), before);
    }

    #[test]
    fn no_name_hides_that_it_is_not_verified() {
        let lettering = BarLettering::new();
        let marked = |name: &str| {
            let face = IndicatorFace { name: name.to_owned(), ..face(IndicatorFlow::Running) };
            draw_bar(&lettering, &face, natural_size(2.0), 2.0).canvas.count(colour::WARNING)
        };
        let (short, long) = (marked("A"), marked(&"A very long name ".repeat(20)));
        assert!(short > 0 && long > short / 2, "{short} and {long} pixels of the warning");
    }

    #[test]
    fn what_is_usual_is_said_whole_in_letters_of_the_windows_size() {
        let lettering = BarLettering::new();
        let face = face(IndicatorFlow::Running);
        let width = |text: &str| lettering.width(text, LINE_PT);
        let (inside, right) = (EDGE_PT + INSIDE_PT, BAR_PT.0 - EDGE_PT - INSIDE_PT);
        let beside = right - 2.0 * BUTTON_PT.1 - 2.0 * GAP_PT - inside;
        assert!(lettering.width(&face.name, NAME_PT) + width(&face.mark) + 30.0 < beside);
        assert!(width(&face.doing) < beside);
        assert!(width(&face.may) + width(&face.key) + GAP_PT < right - inside);
        assert!(LINE_PT >= 16.0 && BAR_PT.1 - BASELINES_PT[2] > 0.25 * LINE_PT + EDGE_PT);
    }

    #[test]
    fn it_is_drawn_at_every_size_that_a_monitor_may_have() {
        let lettering = BarLettering::new();
        for scale in [1.0, 1.25, 2.0, 4.0] {
            for (width, height) in [natural_size(scale), (300, 40), (1, 1), (640, 20)] {
                let drawing = draw_bar(&lettering, &face(IndicatorFlow::Paused), (width, height), scale);
                assert_eq!((drawing.canvas.width, drawing.canvas.height), (width, height));
            }
        }
    }
}
