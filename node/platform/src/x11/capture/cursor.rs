//! The pointer: its shape through XFIXES, its position by asking once where motion was reported.

use beistand_codec::{BYTES_PER_PIXEL, Size};
use x11rb::protocol::xfixes::{ConnectionExt as _, GetCursorImageReply};
use x11rb::protocol::xproto::ConnectionExt as _;

use crate::x11::{X11Display, X11Failure};
use crate::{CursorShape, ScreenLayout};

/// What was last told about the pointer.
#[derive(Default)]
pub(super) struct PointerTracker {
    shape: Option<CursorShape>,
    position: Option<Option<(u16, u16)>>,
}

impl PointerTracker {
    /// The shape, as large as in the picture, where it differs from the last one told.
    pub(super) fn new_shape(
        &mut self,
        display: &X11Display,
        layout: &ScreenLayout,
    ) -> Result<Option<CursorShape>, X11Failure> {
        let shape = shape(&display.conn.xfixes_get_cursor_image()?.reply()?);
        let shape = shape.and_then(|shape| shrunk(shape, layout.shrink()));
        // An animated pointer comes back to the same pictures, and some toolkits set the same shape again and
        // again.
        if shape.is_none() || shape == self.shape {
            return Ok(None);
        }
        self.shape.clone_from(&shape);
        Ok(shape)
    }

    /// The position in the picture, where it differs from the last one told.
    pub(super) fn new_position(
        &mut self,
        display: &X11Display,
        layout: &ScreenLayout,
    ) -> Result<Option<Option<(u16, u16)>>, X11Failure> {
        let reply = display.conn.query_pointer(display.root())?.reply()?;
        let on_desktop = || Some((u16::try_from(reply.root_x).ok()?, u16::try_from(reply.root_y).ok()?));
        let position = reply.same_screen.then(on_desktop).flatten();
        let position = position.and_then(|position| layout.picture_position(position));
        if self.position == Some(position) {
            return Ok(None);
        }
        self.position = Some(position);
        Ok(Some(position))
    }

    /// Forgets what was told, so that everything is told again.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }
}

/// The server's picture, cut to the size that a shape may have.
fn shape(image: &GetCursorImageReply) -> Option<CursorShape> {
    let size =
        Size::new(image.width.min(CursorShape::MAX_SIDE_PX), image.height.min(CursorShape::MAX_SIDE_PX))?;
    let mut pixels = Vec::with_capacity(size.area() * BYTES_PER_PIXEL);
    for row in image.cursor_image.chunks_exact(usize::from(image.width)).take(usize::from(size.height())) {
        for pixel in &row[..usize::from(size.width())] {
            // A R G B in a word is B G R A in memory.
            pixels.extend_from_slice(&pixel.to_le_bytes());
        }
    }
    let hotspot = (image.xhot.min(size.width() - 1), image.yhot.min(size.height() - 1));
    (pixels.len() == size.area() * BYTES_PER_PIXEL).then_some(CursorShape { size, hotspot, pixels })
}

/// The shape in a picture in which so many pixels of the desktop, across and down, are one.
fn shrunk(shape: CursorShape, by: u16) -> Option<CursorShape> {
    if by == 1 {
        return Some(shape);
    }
    let size = Size::new(shape.size.width().div_ceil(by), shape.size.height().div_ceil(by))?;
    let (width, step) = (usize::from(shape.size.width()), usize::from(by));
    let mut sums = vec![0_u32; size.area() * BYTES_PER_PIXEL];
    for (index, pixel) in shape.pixels.chunks_exact(BYTES_PER_PIXEL).enumerate() {
        let at = index / width / step * usize::from(size.width()) + index % width / step;
        for (sum, value) in sums[at * BYTES_PER_PIXEL..].iter_mut().zip(pixel) {
            *sum += u32::from(*value);
        }
    }
    // What lies beyond the edge is transparent, as what is premultiplied has it.
    let of = u32::from(by) * u32::from(by);
    let pixels = sums.into_iter().map(|sum| u8::try_from((sum + of / 2) / of).unwrap_or(u8::MAX)).collect();
    let hotspot = (shape.hotspot.0 / by, shape.hotspot.1 / by);
    Some(CursorShape { size, hotspot, pixels })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_a_smaller_picture_the_pointer_is_smaller_and_points_at_the_same() {
        let size = Size::new(25, 24).expect("not empty");
        let pixels = [10, 20, 30, 255].repeat(size.area());
        let shape = CursorShape { size, hotspot: (7, 4), pixels };
        assert_eq!(shrunk(shape.clone(), 1), Some(shape.clone()));
        let smaller = shrunk(shape, 2).expect("not empty");
        assert_eq!(smaller.size, Size::new(13, 12).expect("not empty"));
        assert_eq!(smaller.hotspot, (3, 2));
        assert_eq!(smaller.pixels[..4], [10, 20, 30, 255]);
        assert_eq!(
            smaller.pixels[12 * 4..13 * 4],
            [5, 10, 15, 128],
            "half of the last one is beyond the edge"
        );
    }
}
