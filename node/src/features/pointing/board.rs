//! The marks that are on the user's screen: how much there is at most, and when each goes. It draws nothing.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use beistand_platform::{FADE_STEPS, OverlayMark, OverlayPoint, OverlayShape};
use beistand_session::{MarkColour, MarkStay, UnshownCause};

/// Marks at a time: more than anybody explains at once, and the screen below can still be read. The oldest
/// goes for a newer one.
pub(super) const MAX_MARKS: usize = 24;

/// Texts among them: each covers as much as a small note.
pub(super) const MAX_TEXTS: usize = 4;

/// How far two texts are from each other at least, in pixels: two bubbles at twice the scale. An older one
/// goes for a newer one, so that no wall is built of them.
const TEXTS_APART: (u16, u16) = (560, 240);

/// How long all lines are at most, in pixels: some 12 times across a large screen, and less than a tenth of
/// it. It bounds what the server draws as well.
const MAX_INK_PX: u32 = 24_000;

/// How long all lines are at most within a cell of so many pixels each way: a line has some 7 pixels, so more
/// than half of it stays as it is, and nothing is ever filled.
const CELL_PX: u16 = 64;
const MAX_CELL_INK_PX: u32 = 256;

/// Lines are measured in steps of so many pixels.
const STEP_PX: u32 = 8;

/// Points of one stroke, and of all: what a server draws within a frame.
pub(super) const MAX_STROKE_POINTS: usize = 1_024;
const MAX_POINTS: usize = 4_096;

/// How long a mark that goes by itself is seen: long enough to be found and followed.
const FADE_AFTER: Duration = Duration::from_secs(12);

/// How long one is seen that stays until it is wiped: nobody remembers an older one.
const STAY_FOR: Duration = Duration::from_secs(600);

/// How long it takes a mark to fade, at the end of its time.
const FADING: Duration = Duration::from_secs(2);

/// How long a place at which the user points is seen.
const BACK_FOR: Duration = Duration::from_secs(6);

/// The colour of what the user points at: reddish purple of the same palette, which no mark of the helper's
/// has.
pub(super) const USER_COLOUR: u32 = 0xcc_79_a7;

/// The marks.
#[derive(Debug, Default)]
pub(super) struct MarkBoard {
    /// The oldest first.
    marks: Vec<HeldMark>,
    newest: u64,
    /// The mark that the user is drawing.
    traced: Option<u64>,
}

#[derive(Debug)]
struct HeldMark {
    number: u64,
    /// The technician's number; `None` where it is the user's.
    id: Option<u32>,
    shape: OverlayShape,
    colour: u32,
    /// When it goes.
    ends: Instant,
}

impl HeldMark {
    fn points(&self) -> usize {
        match &self.shape {
            OverlayShape::Line(points) => points.len(),
            OverlayShape::Arrow(..)
            | OverlayShape::Rectangle(..)
            | OverlayShape::Ellipse(..)
            | OverlayShape::Spot(_)
            | OverlayShape::Text { .. } => 1,
        }
    }

    /// Its lines.
    fn lines(&self) -> Vec<(OverlayPoint, OverlayPoint)> {
        match &self.shape {
            OverlayShape::Line(points) => points.windows(2).map(|pair| (pair[0], pair[1])).collect(),
            OverlayShape::Arrow(from, to) => vec![(*from, *to)],
            OverlayShape::Rectangle(from, to) | OverlayShape::Ellipse(from, to) => {
                let (right_top, left_bottom) = ((to.0, from.1), (from.0, to.1));
                vec![(*from, right_top), (right_top, *to), (*to, left_bottom), (left_bottom, *from)]
            }
            OverlayShape::Spot(at) => vec![(*at, (at.0.saturating_add(CELL_PX), at.1)); 2],
            OverlayShape::Text { .. } => Vec::new(),
        }
    }

    fn is_text(&self) -> bool {
        matches!(self.shape, OverlayShape::Text { .. })
    }

    /// When it has faded so far.
    fn fades_at(&self, step: u8) -> Option<Instant> {
        let left = u32::from(FADE_STEPS.saturating_sub(step)) + 1;
        self.ends.checked_sub(FADING / (u32::from(FADE_STEPS) + 1) * left)
    }

    /// How far it has faded.
    fn fade(&self, now: Instant) -> u8 {
        let reached = |step: &u8| self.fades_at(*step).is_some_and(|at| at <= now);
        (1..=FADE_STEPS).rev().find(reached).unwrap_or_default()
    }
}

impl MarkBoard {
    /// A mark of the technician's, with its number there.
    ///
    /// # Errors
    /// [`UnshownCause::TooLong`] where too much would be covered.
    pub(super) fn add(
        &mut self,
        id: u32,
        shape: OverlayShape,
        (colour, stay): (MarkColour, MarkStay),
        now: Instant,
    ) -> Result<(), UnshownCause> {
        let time = match stay {
            MarkStay::Fades => FADE_AFTER,
            MarkStay::Stays => STAY_FOR,
        };
        let mark = HeldMark { number: 0, id: Some(id), shape, colour: rgb(colour), ends: now + time };
        if self.covers_too_much(&mark) {
            return Err(UnshownCause::TooLong);
        }
        self.push(mark);
        Ok(())
    }

    /// The user points here.
    pub(super) fn add_back(&mut self, at: OverlayPoint, now: Instant) {
        let (shape, ends) = (OverlayShape::Spot(at), now + BACK_FOR);
        self.push(HeldMark { number: 0, id: None, shape, colour: USER_COLOUR, ends });
    }

    /// The user draws this, which is all of it so far.
    pub(super) fn trace(&mut self, line: Vec<OverlayPoint>, now: Instant) {
        self.end_trace();
        let (shape, ends) = (OverlayShape::Line(line), now + BACK_FOR);
        self.push(HeldMark { number: 0, id: None, shape, colour: USER_COLOUR, ends });
        self.traced = Some(self.newest);
    }

    /// What the user draws goes: they have drawn it, or given up.
    pub(super) fn end_trace(&mut self) {
        if let Some(traced) = self.traced.take() {
            self.marks.retain(|mark| mark.number != traced);
        }
    }

    /// The user has drawn this.
    pub(super) fn add_back_line(&mut self, line: Vec<OverlayPoint>, now: Instant) {
        self.trace(line, now);
        self.traced = None;
    }

    fn push(&mut self, mark: HeldMark) {
        self.newest += 1;
        if let OverlayShape::Text { at, .. } = &mark.shape {
            self.marks.retain(|older| !is_near(older, *at));
        }
        self.marks.push(HeldMark { number: self.newest, ..mark });
        while self.marks.iter().filter(|mark| mark.is_text()).count() > MAX_TEXTS {
            if let Some(oldest) = self.marks.iter().position(HeldMark::is_text) {
                self.marks.remove(oldest);
            }
        }
        let points = |marks: &[HeldMark]| marks.iter().map(HeldMark::points).sum::<usize>();
        while self.marks.len() > MAX_MARKS || self.marks.len() > 1 && points(&self.marks) > MAX_POINTS {
            self.marks.remove(0);
        }
    }

    /// Whether with this mark more would be drawn than may be, in all or in one place.
    fn covers_too_much(&self, mark: &HeldMark) -> bool {
        let (mut all, mut cells) = (0, HashMap::<(u16, u16), u32>::new());
        for (from, to) in self.marks.iter().chain([mark]).flat_map(HeldMark::lines) {
            let (right, down) = (i64::from(to.0) - i64::from(from.0), i64::from(to.1) - i64::from(from.1));
            let length = right.unsigned_abs().max(down.unsigned_abs()).max(1) as u32;
            all += length;
            if all > MAX_INK_PX {
                return true;
            }
            let steps = length.div_ceil(STEP_PX);
            for step in 0..steps {
                let along = |from: u16, way: i64| {
                    let at = i64::from(from) + way * i64::from(step) / i64::from(steps);
                    u16::try_from(at).unwrap_or_default() / CELL_PX
                };
                let ink = cells.entry((along(from.0, right), along(from.1, down))).or_default();
                *ink += length / steps;
                if *ink > MAX_CELL_INK_PX {
                    return true;
                }
            }
        }
        false
    }

    /// The technician's stroke with this number goes on; it must be their newest mark.
    ///
    /// # Errors
    /// [`UnshownCause::TooLong`] where it isn't, or has no room for more.
    pub(super) fn extend(
        &mut self,
        id: u32,
        more: Vec<OverlayPoint>,
        now: Instant,
    ) -> Result<(), UnshownCause> {
        let newest = self.marks.iter().rposition(|mark| mark.id.is_some());
        let Some(place) = newest.filter(|place| self.marks[*place].id == Some(id)) else {
            return Err(UnshownCause::TooLong);
        };
        let OverlayShape::Line(points) = &self.marks[place].shape else { return Err(UnshownCause::TooLong) };
        if more.is_empty() || points.len() + more.len() > MAX_STROKE_POINTS {
            return Err(UnshownCause::TooLong);
        }
        let shape = OverlayShape::Line(points.last().copied().into_iter().chain(more.clone()).collect());
        let part = HeldMark { number: 0, id: None, shape, colour: 0, ends: now };
        if self.covers_too_much(&part) {
            return Err(UnshownCause::TooLong);
        }
        let mark = &mut self.marks[place];
        if let OverlayShape::Line(points) = &mut mark.shape {
            points.extend(more);
        }
        mark.ends = mark.ends.max(now + FADE_AFTER);
        Ok(())
    }

    /// All of them go; whether there were any.
    pub(super) fn wipe(&mut self) -> bool {
        !std::mem::take(&mut self.marks).is_empty()
    }

    /// Whether there is anything of the technician's.
    pub(super) fn has_theirs(&self) -> bool {
        self.marks.iter().any(|mark| mark.id.is_some())
    }

    /// Takes away those whose time is over.
    pub(super) fn expire(&mut self, now: Instant) {
        self.marks.retain(|mark| mark.ends > now);
    }

    /// When one of them next looks different by itself.
    pub(super) fn next_change(&self, now: Instant) -> Option<Instant> {
        let changes = self.marks.iter().flat_map(|mark| {
            let fades = (1..=FADE_STEPS).filter_map(move |step| mark.fades_at(step));
            fades.chain([mark.ends])
        });
        changes.filter(|at| *at > now).min()
    }

    /// How they look now.
    pub(super) fn drawn(&self, now: Instant) -> Vec<OverlayMark> {
        let drawn = |mark: &HeldMark| OverlayMark {
            number: mark.number,
            shape: mark.shape.clone(),
            colour: mark.colour,
            fade: mark.fade(now),
        };
        self.marks.iter().map(drawn).collect()
    }
}

/// Whether it is a text that lies where one at this place would touch it.
fn is_near(mark: &HeldMark, at: OverlayPoint) -> bool {
    let OverlayShape::Text { at: other, .. } = &mark.shape else { return false };
    at.0.abs_diff(other.0) < TEXTS_APART.0 && at.1.abs_diff(other.1) < TEXTS_APART.1
}

/// The colours of Okabe and Ito.
fn rgb(colour: MarkColour) -> u32 {
    match colour {
        MarkColour::Vermilion => 0xd5_5e_00,
        MarkColour::Sky => 0x56_b4_e9,
        MarkColour::Green => 0x00_9e_73,
        MarkColour::Yellow => 0xf0_e4_42,
        MarkColour::Blue => 0x00_72_b2,
        MarkColour::Orange => 0xe6_9f_00,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FADES: (MarkColour, MarkStay) = (MarkColour::Blue, MarkStay::Fades);
    const STAYS: (MarkColour, MarkStay) = (MarkColour::Blue, MarkStay::Stays);

    fn text(at: OverlayPoint) -> OverlayShape {
        OverlayShape::Text { at, name: "Anna".to_owned(), text: "here".to_owned() }
    }

    #[test]
    fn however_much_is_drawn_there_are_only_so_many_marks_texts_and_points() {
        let (mut board, now) = (MarkBoard::default(), Instant::now());
        for id in 0..200_u16 {
            let at = (100 * (id % 20), 300 * (id / 20));
            let shape = if id % 2 == 0 { text(at) } else { OverlayShape::Spot(at) };
            _ = board.add(u32::from(id), shape, STAYS, now);
            let drawn = board.drawn(now);
            let texts = drawn.iter().filter(|mark| matches!(mark.shape, OverlayShape::Text { .. })).count();
            assert!(drawn.len() <= MAX_MARKS && texts <= MAX_TEXTS, "{texts} of {}", drawn.len());
        }
    }

    #[test]
    fn nothing_is_filled_by_lines_however_they_are_drawn() {
        let now = Instant::now();
        // Up and down in one stroke.
        let zigzag: Vec<_> =
            (0..200).map(|step| (100 + 4 * step, if step % 2 == 0 { 0 } else { 800 })).collect();
        let mut board = MarkBoard::default();
        assert_eq!(board.add(1, OverlayShape::Line(zigzag.clone()), FADES, now), Err(UnshownCause::TooLong));
        assert_eq!(board.add(1, OverlayShape::Line(zigzag[..1].to_vec()), FADES, now), Ok(()));
        let grown = zigzag.iter().take_while(|at| board.extend(1, vec![**at], now).is_ok()).count();
        assert!(grown < 12, "{grown} times up and down side by side");
        // Frame in frame, and one line often.
        let mut board = MarkBoard::default();
        let frame = |step: u16| OverlayShape::Rectangle((100 + step, 100 + step), (300 - step, 300 - step));
        let frames = (0..24).take_while(|step| board.add(1, frame(4 * step), FADES, now).is_ok()).count();
        assert!(frames <= 5, "{frames} frames");
        // All over the screen, as thin as it may be.
        let mut board = MarkBoard::default();
        let line = |row: u16| OverlayShape::Line(vec![(0, 64 * row), (3_840, 64 * row)]);
        let lines = (0..24).take_while(|row| board.add(1, line(*row), FADES, now).is_ok()).count();
        assert!(lines <= 7, "{lines} lines");
        // What is usual has room.
        let mut board = MarkBoard::default();
        board.add(1, OverlayShape::Rectangle((100, 100), (900, 600)), FADES, now).expect("a frame");
        board.add(2, OverlayShape::Arrow((500, 900), (400, 500)), FADES, now).expect("an arrow");
        let ring: Vec<_> = (0..60_u16).map(|step| (300 + 3 * step, 300 + (step % 30) * 2)).collect();
        board.add(3, OverlayShape::Line(ring), FADES, now).expect("a stroke");
        for spot in 0..3 {
            board.add(4, OverlayShape::Spot((150 + 200 * spot, 700)), FADES, now).expect("a spot");
        }
    }

    #[test]
    fn no_wall_is_built_of_bubbles() {
        let (mut board, now) = (MarkBoard::default(), Instant::now());
        for at in [(100, 100), (360, 100), (100, 210), (360, 210)] {
            board.add(1, text(at), STAYS, now).expect("a text");
        }
        assert_eq!(board.drawn(now).len(), 1);
        board.add(1, text((1_000, 100)), STAYS, now).expect("a text");
        assert_eq!(board.drawn(now).len(), 2);
    }

    #[test]
    fn a_mark_goes_by_itself_and_fades_before() {
        let (mut board, start) = (MarkBoard::default(), Instant::now());
        board.add(1, OverlayShape::Spot((1, 1)), FADES, start).expect("drawn");
        board.add(2, OverlayShape::Spot((200, 2)), STAYS, start).expect("drawn");
        let mut now = start;
        for step in 1..=FADE_STEPS {
            now = board.next_change(now).expect("it changes");
            assert_eq!(board.drawn(now).iter().map(|mark| mark.fade).collect::<Vec<_>>(), [step, 0]);
            assert!(now >= start + FADE_AFTER - FADING, "not before its time");
        }
        let end = board.next_change(now).expect("it goes");
        assert_eq!(end, start + FADE_AFTER);
        board.expire(end);
        assert_eq!(board.drawn(end).len(), 1);
        board.expire(start + STAY_FOR);
        assert!(!board.has_theirs());
    }

    #[test]
    fn only_the_newest_stroke_goes_on() {
        let (mut board, now) = (MarkBoard::default(), Instant::now());
        board.add(1, OverlayShape::Line(vec![(0, 0)]), FADES, now).expect("drawn");
        board.add_back((9, 9), now);
        assert_eq!(
            board.extend(1, vec![(1, 1)], now),
            Ok(()),
            "what the user points at is no mark of theirs"
        );
        assert_eq!(board.extend(1, vec![], now), Err(UnshownCause::TooLong), "nothing renews nothing");
        board.add(2, OverlayShape::Spot((300, 1)), FADES, now).expect("drawn");
        assert_eq!(board.extend(1, vec![(2, 2)], now), Err(UnshownCause::TooLong));
        assert_eq!(board.extend(2, vec![(2, 2)], now), Err(UnshownCause::TooLong));
        assert!(board.wipe() && !board.wipe());
    }
}
