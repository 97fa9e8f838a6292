//! A picture as a decoder has it: in planes, for whoever has pixels made of them elsewhere.
//!
//! It is only kept here; what its samples mean is [`ChromaShares`](crate::ChromaShares)'s.

use crate::{BYTES_PER_PIXEL, Canvas, ChromaShares, Frame, Plane, Size, colour};

/// A picture in planes Y, U and V with 8 bits a sample, 4:4:4, rows top to bottom without padding.
#[derive(Clone, PartialEq, Eq)]
pub struct PlanarFrame {
    size: Size,
    planes: [Vec<u8>; 3],
}

impl PlanarFrame {
    /// A black picture.
    pub fn new(size: Size) -> Self {
        let grey = ChromaShares::GREY as u8;
        Self { size, planes: [0, grey, grey].map(|sample| vec![sample; size.area()]) }
    }

    /// A picture from its planes, or `None` where one has another length than the size says.
    pub fn from_planes(size: Size, planes: [Vec<u8>; 3]) -> Option<Self> {
        planes.iter().all(|plane| plane.len() == size.area()).then_some(Self { size, planes })
    }

    /// Width and height.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The planes Y, U and V.
    pub fn planes(&self) -> [Plane<'_>; 3] {
        let stride = self.size.width().into();
        self.planes.each_ref().map(|samples| Plane { samples, stride })
    }

    /// The picture as something that others may draw on.
    pub fn canvas(&mut self) -> Canvas<'_> {
        Canvas::of_planes(self.size, self.planes.each_mut().map(Vec::as_mut_slice))
    }

    /// The same in pixels.
    pub fn to_frame(&self) -> Frame {
        let mut frame = Frame::new(self.size);
        let stride = usize::from(self.size.width()) * BYTES_PER_PIXEL;
        let sides = (self.size.width(), self.size.height());
        colour::to_pixels(self.planes(), frame.pixels_mut(), stride, sides).expect("planes of this size");
        frame
    }
}

impl std::fmt::Debug for PlanarFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PlanarFrame({}x{})", self.size.width(), self.size.height())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rect;

    fn size(width: u16, height: u16) -> Size {
        Size::new(width, height).unwrap()
    }

    #[test]
    fn a_new_one_is_black() {
        let size = size(33, 7);
        let mut black = Frame::new(size);
        black.pixels_mut().chunks_exact_mut(4).for_each(|pixel| pixel[3] = 255);
        assert!(PlanarFrame::new(size).to_frame() == black);
        assert!(PlanarFrame::from_planes(size, [0, 0, 1].map(|less| vec![0; size.area() - less])).is_none());
    }

    #[test]
    fn what_is_drawn_on_planes_is_what_would_be_drawn_on_pixels() {
        let size = size(100, 60);
        let (mut planar, mut frame) = (PlanarFrame::new(size), PlanarFrame::new(size).to_frame());
        for (x, y, width, height) in [(0, 0, 100, 60), (99, 59, 1, 1), (3, 7, 64, 40)] {
            let rect = Rect::new(x, y, width, height).unwrap();
            // The last row ends with its last sample.
            let stride = usize::from(width) + 5;
            let length = stride * usize::from(height - 1) + usize::from(width);
            let samples = [7, 31, 113]
                .map(|step| (0..length).map(|at| (at * step + usize::from(x)) as u8).collect::<Vec<_>>());
            let planes = samples.each_ref().map(|samples| Plane { samples, stride });
            planar.canvas().draw(planes, rect).unwrap();
            frame.canvas().draw(planes, rect).unwrap();
        }
        let shares = ChromaShares::BT709;
        let [y, u, v] = planar.planes();
        for (at, pixel) in frame.pixels().as_chunks::<4>().0.iter().enumerate() {
            let [r, g, b] = shares.rgb([y.samples[at], u.samples[at], v.samples[at]]);
            let off = [pixel[2].abs_diff(r), pixel[1].abs_diff(g), pixel[0].abs_diff(b)];
            // Green may be off by one at a row's end: see [`ChromaShares::rgb`].
            assert!(off[0] == 0 && off[1] <= 1 && off[2] == 0, "{at}: {off:?}");
        }
    }

    #[test]
    fn a_plane_that_is_too_small_or_a_place_outside_is_refused() {
        let mut planar = PlanarFrame::new(size(8, 8));
        let samples = [64, 64, 63].map(|length| vec![200; length]);
        let planes = samples.each_ref().map(|samples| Plane { samples, stride: 8 });
        assert!(planar.canvas().draw(planes, size(8, 8).rect()).is_err());
        assert!(planar.canvas().draw(planes, Rect::new(1, 0, 8, 8).unwrap()).is_err());
    }
}
