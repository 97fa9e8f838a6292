//! How a picture lies in memory where its monitor is turned: which of its pixels is which of the upright one.
//!
//! Pure geometry: it copies nothing. Pointers of turned monitors are not turned: no desktop that turns its
//! pictures is known to describe a pointer beside them.

use beistand_codec::{Rect, Size};

/// What was done to the upright picture, as PipeWire says it (`SPA_META_TRANSFORMATION_*`): left and right
/// were changed for each other, or not, and it was turned to the left by a number of quarters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct PictureTurn {
    quarters: u32,
    flipped: bool,
}

impl PictureTurn {
    /// Of PipeWire's number for it; `None` for one that means nothing.
    pub(super) fn of(number: u32) -> Option<Self> {
        (number < 8).then_some(Self { quarters: number % 4, flipped: number >= 4 })
    }

    /// Whether the picture lies as it is seen.
    pub(super) fn is_none(self) -> bool {
        self == Self::default()
    }

    /// The upright picture's size, of the one in memory; the other way round it is the same.
    pub(super) fn size(self, size: Size) -> Size {
        let turned = Size::new(size.height(), size.width()).filter(|_| self.quarters % 2 == 1);
        turned.unwrap_or(size)
    }

    /// Where in memory a pixel of the upright picture is, of which this is the size.
    pub(super) fn source(self, (x, y): (u16, u16), upright: Size) -> (u16, u16) {
        let (right, bottom) = (upright.width() - 1, upright.height() - 1);
        let x = if self.flipped { right - x } else { x };
        match self.quarters {
            0 => (x, y),
            1 => (y, right - x),
            2 => (right - x, bottom - y),
            _ => (bottom - y, x),
        }
    }

    /// Where in the upright picture a pixel in memory is.
    fn target(self, (x, y): (u16, u16), upright: Size) -> (u16, u16) {
        let (right, bottom) = (upright.width() - 1, upright.height() - 1);
        let (x, y) = match self.quarters {
            0 => (x, y),
            1 => (right - y, x),
            2 => (right - x, bottom - y),
            _ => (y, bottom - x),
        };
        (if self.flipped { right - x } else { x }, y)
    }

    /// Where in the upright picture a rectangle in memory is; it lies in the picture.
    pub(super) fn upright(self, rect: Rect, upright: Size) -> Option<Rect> {
        let one = self.target((rect.x(), rect.y()), upright);
        let other = self.target((rect.right() - 1, rect.bottom() - 1), upright);
        let (left, top) = (one.0.min(other.0), one.1.min(other.1));
        Rect::new(left, top, one.0.max(other.0) - left + 1, one.1.max(other.1) - top + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three letters above three others, as they lie in memory.
    fn in_memory(number: u32) -> String {
        let upright = Size::new(3, 2).expect("not empty");
        let turn = PictureTurn::of(number).expect("one of eight");
        let size = turn.size(upright);
        let mut rows = vec![vec![' '; size.width().into()]; size.height().into()];
        for (at, letter) in "abcdef".chars().enumerate() {
            let (x, y) = turn.source(((at % 3) as u16, (at / 3) as u16), upright);
            rows[usize::from(y)][usize::from(x)] = letter;
        }
        rows.iter().map(|row| row.iter().collect::<String>()).collect::<Vec<_>>().join("/")
    }

    #[test]
    fn each_of_the_eight_turns_is_undone() {
        let lies =
            ["abc/def", "cf/be/ad", "fed/cba", "da/eb/fc", "cba/fed", "ad/be/cf", "def/abc", "fc/eb/da"];
        for (number, lies) in (0..).zip(lies) {
            assert_eq!(in_memory(number), lies, "{number}");
        }
        assert_eq!(PictureTurn::of(8), None);
    }

    #[test]
    fn what_has_changed_is_turned_with_the_picture() {
        let upright = Size::new(30, 20).expect("not empty");
        for turn in (0..8).filter_map(PictureTurn::of) {
            let rect = Rect::new(3, 5, 4, 2).expect("not empty");
            let found = turn.upright(rect, upright).expect("not empty");
            assert_eq!(found.area(), rect.area());
            for (x, y) in [(found.x(), found.y()), (found.right() - 1, found.bottom() - 1)] {
                let (x, y) = turn.source((x, y), upright);
                assert!(x >= rect.x() && x < rect.right() && y >= rect.y() && y < rect.bottom(), "{turn:?}");
            }
        }
    }
}
