//! The marks that are on the user's screen: how many there are at most, and when each goes. It draws nothing.

use std::time::{Duration, Instant};

use beistand_platform::{OverlayMark, OverlayPoint, OverlayShape};
use beistand_session::{MarkColour, MarkStay, UnshownCause};

/// Marks at a time: more than anybody explains at once, and the screen below can still be read. The oldest
/// goes for a newer one.
pub(super) const MAX_MARKS: usize = 24;

/// Texts among them: each covers as much as a small note.
pub(super) const MAX_TEXTS: usize = 4;

/// Points of one stroke, and of all: what a server draws within a frame.
pub(super) const MAX_STROKE_POINTS: usize = 1_024;
const MAX_POINTS: usize = 4_096;

/// How long a mark that goes by itself is seen: long enough to be found and followed.
const FADE_AFTER: Duration = Duration::from_secs(12);

/// How long before its end it is drawn thin.
const THIN_FOR: Duration = Duration::from_secs(2);

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
}

#[derive(Debug)]
struct HeldMark {
    number: u64,
    /// The technician's number; `None` where it is the user's.
    id: Option<u32>,
    shape: OverlayShape,
    colour: u32,
    /// When it goes.
    ends: Option<Instant>,
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

    fn is_text(&self) -> bool {
        matches!(self.shape, OverlayShape::Text { .. })
    }

    fn thin_from(&self) -> Option<Instant> {
        self.ends.and_then(|at| at.checked_sub(THIN_FOR))
    }
}

impl MarkBoard {
    /// A mark of the technician's, with its number there.
    pub(super) fn add(&mut self, id: u32, shape: OverlayShape, look: (MarkColour, MarkStay), now: Instant) {
        let (colour, stay) = look;
        let ends = match stay {
            MarkStay::Fades => Some(now + FADE_AFTER),
            MarkStay::Stays => None,
        };
        self.push(HeldMark { number: 0, id: Some(id), shape, colour: rgb(colour), ends });
    }

    /// The user points here.
    pub(super) fn add_back(&mut self, at: OverlayPoint, now: Instant) {
        let (shape, ends) = (OverlayShape::Spot(at), Some(now + BACK_FOR));
        self.push(HeldMark { number: 0, id: None, shape, colour: USER_COLOUR, ends });
    }

    fn push(&mut self, mark: HeldMark) {
        self.newest += 1;
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
        let newest = self.marks.iter_mut().rev().find(|mark| mark.id.is_some());
        let Some(mark) = newest.filter(|mark| mark.id == Some(id)) else { return Err(UnshownCause::TooLong) };
        let OverlayShape::Line(points) = &mut mark.shape else { return Err(UnshownCause::TooLong) };
        if points.len() + more.len() > MAX_STROKE_POINTS {
            return Err(UnshownCause::TooLong);
        }
        points.extend(more);
        mark.ends = mark.ends.map(|_| now + FADE_AFTER);
        Ok(())
    }

    /// All of them go; whether there were any.
    pub(super) fn wipe(&mut self) -> bool {
        !std::mem::take(&mut self.marks).is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// Takes away those whose time is over.
    pub(super) fn expire(&mut self, now: Instant) {
        self.marks.retain(|mark| mark.ends.is_none_or(|at| at > now));
    }

    /// When one of them next looks different by itself.
    pub(super) fn next_change(&self, now: Instant) -> Option<Instant> {
        let changes = self.marks.iter().flat_map(|mark| [mark.thin_from(), mark.ends]);
        changes.flatten().filter(|at| *at > now).min()
    }

    /// How they look now.
    pub(super) fn drawn(&self, now: Instant) -> Vec<OverlayMark> {
        let drawn = |mark: &HeldMark| OverlayMark {
            number: mark.number,
            shape: mark.shape.clone(),
            colour: mark.colour,
            thin: mark.thin_from().is_some_and(|at| at <= now),
        };
        self.marks.iter().map(drawn).collect()
    }
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

    fn text() -> OverlayShape {
        OverlayShape::Text { at: (1, 1), name: "Anna".to_owned(), text: "here".to_owned() }
    }

    #[test]
    fn however_much_is_drawn_there_are_only_so_many_marks_texts_and_points() {
        let (mut board, now) = (MarkBoard::default(), Instant::now());
        for id in 0..200 {
            board.add(id, if id % 2 == 0 { text() } else { OverlayShape::Spot((1, 1)) }, STAYS, now);
        }
        let drawn = board.drawn(now);
        assert_eq!(drawn.len(), MAX_MARKS);
        let texts = drawn.iter().filter(|mark| matches!(mark.shape, OverlayShape::Text { .. })).count();
        assert!(texts <= MAX_TEXTS, "{texts}");
        for id in 0..40 {
            board.add(id, OverlayShape::Line(vec![(0, 0); 200]), STAYS, now);
            while board.extend(id, vec![(1, 1); 200], now).is_ok() {}
        }
        let points: usize = board.marks.iter().map(HeldMark::points).sum();
        assert!(points <= MAX_POINTS + MAX_STROKE_POINTS, "{points}");
    }

    #[test]
    fn a_mark_goes_by_itself_unless_it_is_to_stay_and_is_thin_before() {
        let (mut board, start) = (MarkBoard::default(), Instant::now());
        board.add(1, OverlayShape::Spot((1, 1)), FADES, start);
        board.add(2, OverlayShape::Spot((2, 2)), STAYS, start);
        let thin = board.next_change(start).expect("it changes");
        assert_eq!(thin, start + FADE_AFTER - THIN_FOR);
        assert_eq!(board.drawn(thin).iter().map(|mark| mark.thin).collect::<Vec<_>>(), [true, false]);
        let end = board.next_change(thin).expect("it goes");
        board.expire(end);
        assert_eq!(board.drawn(end).len(), 1);
        assert_eq!(board.next_change(end), None);
    }

    #[test]
    fn only_the_newest_stroke_goes_on() {
        let (mut board, now) = (MarkBoard::default(), Instant::now());
        board.add(1, OverlayShape::Line(vec![(0, 0)]), FADES, now);
        board.add_back((9, 9), now);
        assert_eq!(
            board.extend(1, vec![(1, 1)], now),
            Ok(()),
            "what the user points at is no mark of theirs"
        );
        board.add(2, OverlayShape::Spot((1, 1)), FADES, now);
        assert_eq!(board.extend(1, vec![(2, 2)], now), Err(UnshownCause::TooLong));
        assert_eq!(board.extend(2, vec![(2, 2)], now), Err(UnshownCause::TooLong));
        assert!(board.wipe() && !board.wipe());
    }
}
