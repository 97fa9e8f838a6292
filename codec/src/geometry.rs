//! Sizes and rectangles in pixels. A value that exists is valid: never empty, never larger than
//! [`MAX_SIDE_PX`].

/// The longest side of a picture, in pixels: 8K wide screens (7680) and what AV1 level 6.x carries.
pub const MAX_SIDE_PX: u16 = 8192;

/// The size of a picture in pixels; both sides are in `1..=MAX_SIDE_PX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    width: u16,
    height: u16,
}

impl Size {
    /// A size, or `None` where a side is zero or over [`MAX_SIDE_PX`].
    pub const fn new(width: u16, height: u16) -> Option<Self> {
        if width == 0 || height == 0 || width > MAX_SIDE_PX || height > MAX_SIDE_PX {
            return None;
        }
        Some(Self { width, height })
    }

    /// Pixels from left to right.
    pub const fn width(self) -> u16 {
        self.width
    }

    /// Pixels from top to bottom.
    pub const fn height(self) -> u16 {
        self.height
    }

    /// How many pixels there are.
    pub const fn area(self) -> usize {
        self.width as usize * self.height as usize
    }

    /// The rectangle that covers all of a picture of this size.
    pub const fn rect(self) -> Rect {
        Rect { x: 0, y: 0, size: self }
    }
}

/// A non-empty rectangle in a picture, in pixels from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rect {
    x: u16,
    y: u16,
    size: Size,
}

impl Rect {
    /// A rectangle, or `None` where it is empty or its far corner lies beyond [`MAX_SIDE_PX`].
    pub const fn new(x: u16, y: u16, width: u16, height: u16) -> Option<Self> {
        let Some(size) = Size::new(width, height) else { return None };
        if x as u32 + width as u32 > MAX_SIDE_PX as u32 || y as u32 + height as u32 > MAX_SIDE_PX as u32 {
            return None;
        }
        Some(Self { x, y, size })
    }

    /// The left edge.
    pub const fn x(self) -> u16 {
        self.x
    }

    /// The top edge.
    pub const fn y(self) -> u16 {
        self.y
    }

    /// The size.
    pub const fn size(self) -> Size {
        self.size
    }

    /// Pixels from left to right.
    pub const fn width(self) -> u16 {
        self.size.width
    }

    /// Pixels from top to bottom.
    pub const fn height(self) -> u16 {
        self.size.height
    }

    /// The first column right of the rectangle.
    pub const fn right(self) -> u16 {
        self.x + self.size.width
    }

    /// The first row below the rectangle.
    pub const fn bottom(self) -> u16 {
        self.y + self.size.height
    }

    /// How many pixels there are.
    pub const fn area(self) -> usize {
        self.size.area()
    }

    /// Whether the rectangle lies wholly inside a picture of `size`.
    pub const fn fits(self, size: Size) -> bool {
        self.right() <= size.width && self.bottom() <= size.height
    }

    /// What both have in common, if anything.
    pub fn intersection(self, other: Self) -> Option<Self> {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let right = self.right().min(other.right());
        let bottom = self.bottom().min(other.bottom());
        Self::new(x, y, right.checked_sub(x)?, bottom.checked_sub(y)?)
    }

    /// The smallest rectangle that covers both.
    pub fn union(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let width = self.right().max(other.right()) - x;
        let height = self.bottom().max(other.bottom()) - y;
        Self { x, y, size: Size { width, height } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_and_oversized_do_not_exist() {
        assert!(Size::new(0, 1).is_none());
        assert!(Size::new(1, MAX_SIDE_PX + 1).is_none());
        assert!(Rect::new(MAX_SIDE_PX, 0, 1, 1).is_none());
        assert!(Rect::new(u16::MAX, u16::MAX, u16::MAX, u16::MAX).is_none());
    }

    #[test]
    fn touching_rectangles_share_nothing() {
        let a = Rect::new(0, 0, 4, 4).expect("valid");
        let b = Rect::new(4, 0, 4, 4).expect("valid");
        assert_eq!(a.intersection(b), None);
        assert_eq!(a.union(b), Rect::new(0, 0, 8, 4).expect("valid"));
    }
}
