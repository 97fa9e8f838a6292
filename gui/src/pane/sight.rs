//! What a pane is to show: where, which part of the picture, at which size. In pixels of the window.

use beistand_node::{PanePlace, PictureView, Rect, Size};

/// What the pane shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PaneSight {
    /// Where the pane is, and where something lies over it.
    pub(super) place: PanePlace,
    /// Where the whole picture would be drawn, parts of which may be outside the pane.
    pub(super) drawn: DrawnArea,
    /// How large the picture was that was laid out.
    pub(super) picture: Size,
    /// What of the picture's news the window knows.
    pub(super) known: KnownNews,
    /// Who draws the host's pointer.
    pub(super) pointer: SightPointer,
    /// Whether the technician's hand is on the picture and may point.
    pub(super) hand: bool,
}

/// A whole picture as it is drawn: its corner may lie outside the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DrawnArea {
    pub(super) left: i32,
    pub(super) top: i32,
    /// At least 1.
    pub(super) width: usize,
    /// At least 1.
    pub(super) height: usize,
}

/// News that the window draws and not the pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct KnownNews {
    /// The pointer's shape.
    pub(super) cursor: Option<u64>,
    /// Whether the picture is behind.
    pub(super) stale: bool,
}

/// Who draws the host's pointer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum SightPointer {
    /// The window, or nobody.
    Elsewhere,
    /// The pane, so many pixels wide for each of its own.
    Scaled(f32),
}

/// How the picture's pixels become the window's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SightScale {
    /// One to one, or each a square of so many.
    Whole(usize),
    /// Fewer.
    Smaller,
    /// More, by no whole number.
    Larger,
}

impl KnownNews {
    pub(super) fn of(view: &PictureView) -> Self {
        Self { cursor: view.cursor.as_ref().map(|cursor| cursor.serial), stale: view.stale }
    }
}

impl PaneSight {
    pub(super) fn scale(&self) -> SightScale {
        let [width, height] = [self.picture.width(), self.picture.height()].map(usize::from);
        let times = self.drawn.width / width;
        if times >= 1 && (self.drawn.width, self.drawn.height) == (width * times, height * times) {
            SightScale::Whole(times)
        } else if self.drawn.width <= width && self.drawn.height <= height {
            SightScale::Smaller
        } else {
            SightScale::Larger
        }
    }

    /// Which pixels of the pane show something of this part of the picture.
    pub(super) fn pane_part(&self, part: Rect) -> Option<Rect> {
        // What is enlarged between pixels shows something of the pixel beside as well.
        let margin = i64::from(self.scale() == SightScale::Larger);
        let [from_x, from_y] = [self.picture.width(), self.picture.height()].map(i64::from);
        let [to_x, to_y] = [self.drawn.width, self.drawn.height].map(|side| side as i64);
        let span = |start: u16, end: u16, from: i64, to: i64, at: i64| {
            let first = (i64::from(start) - margin).max(0) * to / from;
            let last = ((i64::from(end) + margin) * to + from - 1) / from;
            (at + first, at + last)
        };
        let (left, right) = span(part.x(), part.right(), from_x, to_x, i64::from(self.drawn.left));
        let (top, bottom) = span(part.y(), part.bottom(), from_y, to_y, i64::from(self.drawn.top));
        self.inside([left, top], [right, bottom])
    }

    /// The part of these pixels of the window that is in the pane, in the pane's own pixels.
    pub(super) fn inside(&self, from: [i64; 2], to: [i64; 2]) -> Option<Rect> {
        let area = self.place.area;
        let span = |from: i64, to: i64, at: u16, side: u16| {
            let from = (from - i64::from(at)).clamp(0, i64::from(side));
            let to = (to - i64::from(at)).clamp(0, i64::from(side));
            (from as u16, (to - from).max(0) as u16)
        };
        let (x, width) = span(from[0], to[0], area.x(), area.width());
        let (y, height) = span(from[1], to[1], area.y(), area.height());
        Rect::new(x, y, width, height)
    }

    /// Whether something lies over one of these parts of the pane.
    pub(super) fn is_covered(&self, parts: &[Rect]) -> bool {
        let area = self.place.area;
        let covers = |hole: &Rect| {
            let (from, to) = ([hole.x(), hole.y()], [hole.right(), hole.bottom()]);
            let inside = self.inside(from.map(i64::from), to.map(i64::from));
            inside.is_some_and(|hole| parts.iter().any(|part| part.intersection(hole).is_some()))
        };
        self.place.holes.iter().any(|hole| hole.intersection(area).is_some() && covers(hole))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A picture of 100x50 at (10, 20) of the window, in so many pixels, all of it in the pane.
    pub(in crate::pane) fn sight(width: usize, height: usize) -> PaneSight {
        PaneSight {
            place: PanePlace {
                area: Rect::new(10, 20, width as u16, height as u16).unwrap(),
                holes: Vec::new(),
            },
            drawn: DrawnArea { left: 10, top: 20, width, height },
            picture: Size::new(100, 50).unwrap(),
            known: KnownNews::default(),
            pointer: SightPointer::Elsewhere,
            hand: false,
        }
    }

    #[test]
    fn a_part_of_the_picture_lies_where_all_its_pixels_are_seen() {
        let part = Rect::new(30, 10, 7, 3).unwrap();
        assert_eq!(sight(100, 50).pane_part(part), Some(part));
        assert_eq!(sight(200, 100).pane_part(part), Rect::new(60, 20, 14, 6));
        // 30 / 2 to 37 / 2, of which half a pixel counts as one.
        assert_eq!(sight(50, 25).pane_part(part), Rect::new(15, 5, 4, 2));
        // One pixel more at each side, times 1.5.
        assert_eq!(sight(150, 75).pane_part(part), Rect::new(43, 13, 14, 8));
    }

    #[test]
    fn what_lies_outside_the_pane_is_no_part_of_it() {
        let mut scrolled = sight(100, 50);
        scrolled.drawn.left = -40;
        let part = Rect::new(30, 10, 30, 3).unwrap();
        // The picture's column 50 is the pane's first.
        assert_eq!(scrolled.pane_part(part), Rect::new(0, 10, 10, 3));
        assert_eq!(scrolled.pane_part(Rect::new(0, 0, 50, 3).unwrap()), None);
    }

    #[test]
    fn only_whole_numbers_are_exact() {
        assert_eq!(sight(100, 50).scale(), SightScale::Whole(1));
        assert_eq!(sight(300, 150).scale(), SightScale::Whole(3));
        assert_eq!(sight(200, 150).scale(), SightScale::Larger);
        assert_eq!(sight(150, 75).scale(), SightScale::Larger);
        assert_eq!(sight(99, 50).scale(), SightScale::Smaller);
    }

    #[test]
    fn what_changes_under_a_menu_is_covered_and_what_changes_beside_it_is_not() {
        let mut sight = sight(100, 50);
        sight.place.holes = vec![Rect::new(20, 30, 10, 10).unwrap()];
        assert!(sight.is_covered(&[Rect::new(19, 19, 5, 5).unwrap()]));
        assert!(!sight.is_covered(&[Rect::new(20, 10, 5, 5).unwrap()]));
    }
}
