//! The pixels of a pane: the picture one to one, in squares, made smaller or larger, and the host's pointer.
//!
//! It keeps nothing, and takes no part of the picture that it isn't asked for.

use beistand_node::{CursorImage, Frame, PaneCanvas, PictureView, Rect};

use super::sight::{PaneSight, SightPointer, SightScale};
use crate::texture::mean::mean_image;

/// The pane's fourth byte: opaque, where windows have that.
const OPAQUE: u32 = 0xff00_0000;

/// Makes this part of the pane show what the picture has there.
pub(super) fn fill(canvas: &mut PaneCanvas<'_>, sight: &PaneSight, view: &PictureView, part: Rect) {
    // For whoever has a pane pictures are kept in pixels.
    let Some(frame) = view.frame() else { return };
    match sight.scale() {
        SightScale::Whole(1) => fill_exact(canvas, sight, frame, part),
        SightScale::Smaller => fill_smaller(canvas, sight, frame, part),
        SightScale::Whole(_) | SightScale::Larger => fill_larger(canvas, sight, frame, part),
    }
    if let Some(pointer) = PointerPlace::of(sight, view) {
        pointer.draw(canvas, sight, part);
    }
}

/// The pane's pixels of row `y` within `part`.
fn row_mut<'a>(canvas: &'a mut PaneCanvas<'_>, part: Rect, y: u16) -> &'a mut [[u8; 4]] {
    let start = usize::from(y) * usize::from(canvas.size.width()) + usize::from(part.x());
    let (pixels, _) = canvas.pixels.as_chunks_mut::<4>();
    &mut pixels[start..start + usize::from(part.width())]
}

/// The column and the row of the drawn picture that are at the pane's first.
fn origin(sight: &PaneSight) -> [usize; 2] {
    let area = sight.place.area;
    let inside = |at: u16, drawn: i32| (i32::from(at) - drawn).max(0) as usize;
    [inside(area.x(), sight.drawn.left), inside(area.y(), sight.drawn.top)]
}

fn fill_exact(canvas: &mut PaneCanvas<'_>, sight: &PaneSight, frame: &Frame, part: Rect) {
    let [left, top] = origin(sight);
    let size = frame.size();
    for y in part.y()..part.bottom() {
        let (x, source) = (left + usize::from(part.x()), top + usize::from(y));
        if source >= usize::from(size.height()) {
            return;
        }
        let (pixels, _) = frame.row(size.rect(), source as u16).as_chunks::<4>();
        for (to, from) in row_mut(canvas, part, y).iter_mut().zip(pixels.iter().skip(x)) {
            *to = (u32::from_le_bytes(*from) | OPAQUE).to_le_bytes();
        }
    }
}

fn fill_smaller(canvas: &mut PaneCanvas<'_>, sight: &PaneSight, frame: &Frame, part: Rect) {
    let [left, top] = origin(sight);
    let to = [sight.drawn.width, sight.drawn.height];
    let span = |at: usize, from: u16, until: u16, most: usize| {
        (at + usize::from(from)).min(most)..(at + usize::from(until)).min(most)
    };
    let columns = span(left, part.x(), part.right(), to[0]);
    let rows = span(top, part.y(), part.bottom(), to[1]);
    if columns.is_empty() || rows.is_empty() {
        return;
    }
    let image = mean_image(frame, to, [columns, rows]);
    for (y, row) in (part.y()..part.bottom()).zip(image.pixels.chunks_exact(image.size[0])) {
        for (to, from) in row_mut(canvas, part, y).iter_mut().zip(row) {
            *to = [from.b(), from.g(), from.r(), 255];
        }
    }
}

/// Where a drawn pixel lies between two of the picture's: the first of them, and how much of 256 the second
/// one counts.
fn between(at: usize, from: usize, to: usize, whole: bool) -> (usize, usize, u32) {
    if whole {
        let pixel = (at * from / to).min(from - 1);
        return (pixel, pixel, 0);
    }
    // In parts of a pixel of 512, from the middle of the first one on.
    let middle = ((2 * at + 1) * from * 256 / to).saturating_sub(256);
    let first = (middle / 512).min(from - 1);
    (first, (first + 1).min(from - 1), (middle % 512 / 2) as u32)
}

fn fill_larger(canvas: &mut PaneCanvas<'_>, sight: &PaneSight, frame: &Frame, part: Rect) {
    let [left, top] = origin(sight);
    let size = frame.size();
    let whole = matches!(sight.scale(), SightScale::Whole(_));
    let [width, height] = [size.width(), size.height()].map(usize::from);
    let columns: Vec<_> = (part.x()..part.right())
        .map(|x| between(left + usize::from(x), width, sight.drawn.width, whole))
        .collect();
    for y in part.y()..part.bottom() {
        let (above, below, share) = between(top + usize::from(y), height, sight.drawn.height, whole);
        let row = |at: usize| frame.row(size.rect(), at as u16).as_chunks::<4>().0;
        let (above, below) = (row(above), row(below));
        for (to, (first, second, across)) in row_mut(canvas, part, y).iter_mut().zip(&columns) {
            let mix = |channel: usize| {
                let along = |row: &[[u8; 4]]| {
                    u32::from(row[*first][channel]) * (256 - across)
                        + u32::from(row[*second][channel]) * across
                };
                ((along(above) * (256 - share) + along(below) * share + (1 << 15)) >> 16) as u8
            };
            *to = [mix(0), mix(1), mix(2), 255];
        }
    }
}

/// The host's pointer in the pane.
pub(super) struct PointerPlace<'a> {
    image: &'a CursorImage,
    /// Its corner in the window, in pixels.
    corner: [i64; 2],
    scale: f32,
}

impl<'a> PointerPlace<'a> {
    /// Where it is, if the pane has to draw it.
    pub(super) fn of(sight: &PaneSight, view: &'a PictureView) -> Option<Self> {
        let SightPointer::Scaled(scale) = sight.pointer else { return None };
        let (image, (x, y)) = (view.cursor.as_ref()?, view.cursor_position?);
        if image.width == 0 || image.height == 0 {
            return None;
        }
        let at = |pixel: u16, drawn: usize, from: u16, start: i32, hotspot: u16| {
            let middle = f64::from(pixel) * drawn as f64 / f64::from(from) + f64::from(start);
            (middle - f64::from(hotspot) * f64::from(scale)).round() as i64
        };
        let (size, drawn) = (view.size(), sight.drawn);
        let corner = [
            at(x, drawn.width, size.width(), drawn.left, image.hotspot.0),
            at(y, drawn.height, size.height(), drawn.top, image.hotspot.1),
        ];
        Some(Self { image, corner, scale })
    }

    /// The part of the pane that it covers.
    pub(super) fn part(&self, sight: &PaneSight) -> Option<Rect> {
        let side = |pixels: u16| (f32::from(pixels) * self.scale).ceil() as i64;
        let far = [self.corner[0] + side(self.image.width), self.corner[1] + side(self.image.height)];
        sight.inside(self.corner, far)
    }

    /// Draws what of it is in this part of the pane.
    fn draw(&self, canvas: &mut PaneCanvas<'_>, sight: &PaneSight, part: Rect) {
        let Some(part) = self.part(sight).and_then(|covered| covered.intersection(part)) else { return };
        let (pixels, _) = self.image.pixels.as_chunks::<4>();
        let area = sight.place.area;
        // Of the pointer's own pixels: the one under the middle of the pane's.
        let own = |pane: u16, area: u16, corner: i64| {
            let at = i64::from(pane) + i64::from(area) - corner;
            ((at as f32 + 0.5) / self.scale) as usize
        };
        for y in part.y()..part.bottom() {
            let row = own(y, area.y(), self.corner[1]) * usize::from(self.image.width);
            for (x, to) in (part.x()..part.right()).zip(row_mut(canvas, part, y)) {
                let column = own(x, area.x(), self.corner[0]).min(usize::from(self.image.width) - 1);
                if let Some(from) = pixels.get(row + column) {
                    blend(to, from);
                }
            }
        }
    }
}

/// Lays a pixel with premultiplied colours over an opaque one.
fn blend(to: &mut [u8; 4], [blue, green, red, alpha]: &[u8; 4]) {
    let rest = 255 - u32::from(*alpha);
    for (below, above) in to.iter_mut().zip([blue, green, red]) {
        *below = (u32::from(*above) + (u32::from(*below) * rest + 127) / 255).min(255) as u8;
    }
}

#[cfg(test)]
mod tests {
    use beistand_node::{PictureSlot, Size};

    use super::super::sight::tests::sight;
    use super::*;

    /// A picture of 100x50, each of whose pixels is another colour.
    fn with_view<T>(look: impl FnOnce(&PictureView) -> T) -> T {
        let slot = PictureSlot::default();
        slot.update(Size::new(100, 50).unwrap(), |view| {
            let frame = view.frame_mut().unwrap();
            for (at, pixel) in frame.pixels_mut().as_chunks_mut::<4>().0.iter_mut().enumerate() {
                *pixel = [at as u8, (at >> 8) as u8, 77, 0];
            }
            None
        });
        slot.peek(look).unwrap()
    }

    /// The whole pane, filled in parts of this size.
    fn filled(sight: &PaneSight, view: &PictureView, step: u16) -> Vec<[u8; 4]> {
        let size = sight.place.area.size();
        let mut pixels = vec![0; size.area() * 4];
        let mut canvas = PaneCanvas { size, pixels: &mut pixels };
        for y in (0..size.height()).step_by(usize::from(step)) {
            for x in (0..size.width()).step_by(usize::from(step)) {
                let part = Rect::new(x, y, step, step).unwrap().intersection(size.rect()).unwrap();
                fill(&mut canvas, sight, view, part);
            }
        }
        pixels.as_chunks::<4>().0.to_vec()
    }

    fn picture_pixel(view: &PictureView, x: usize, y: usize) -> [u8; 4] {
        let [b, g, r, _] = view.frame().unwrap().pixels().as_chunks::<4>().0[y * 100 + x];
        [b, g, r, 255]
    }

    #[test]
    fn one_to_one_and_in_whole_squares_every_pixel_is_the_pictures() {
        with_view(|view| {
            for times in 1..4 {
                let sight = sight(100 * times, 50 * times);
                let pixels = filled(&sight, view, 33);
                for (at, pixel) in pixels.iter().enumerate() {
                    let (x, y) = (at % (100 * times) / times, at / (100 * times) / times);
                    assert_eq!(*pixel, picture_pixel(view, x, y), "{times} times, {x}, {y}");
                }
            }
        });
    }

    #[test]
    fn a_scrolled_picture_begins_where_it_was_scrolled_to() {
        with_view(|view| {
            let mut sight = sight(100, 50);
            sight.place.area = Rect::new(10, 20, 30, 20).unwrap();
            (sight.drawn.left, sight.drawn.top) = (-5, 7);
            let pixels = filled(&sight, view, 64);
            for (at, pixel) in pixels.iter().enumerate() {
                assert_eq!(*pixel, picture_pixel(view, 15 + at % 30, 13 + at / 30));
            }
        });
    }

    #[test]
    fn parts_at_any_scale_fit_each_other() {
        with_view(|view| {
            for (width, height) in [(63, 31), (170, 85), (100, 120), (1, 1), (333, 222)] {
                let sight = sight(width, height);
                assert_eq!(filled(&sight, view, 7), filled(&sight, view, 1000), "{width}x{height}");
            }
        });
    }

    #[test]
    fn the_pointer_is_drawn_over_the_picture_where_it_is_and_nowhere_else() {
        with_view(|view| {
            let image = CursorImage {
                width: 2,
                height: 1,
                hotspot: (1, 0),
                pixels: [0, 0, 0, 255, 100, 100, 100, 100].into(),
                serial: 1,
            };
            let mut view = view.clone();
            (view.cursor, view.cursor_position) = (Some(image), Some((40, 30)));
            let plain = filled(&sight(100, 50), &view, 9);
            let sight = PaneSight { pointer: SightPointer::Scaled(1.0), ..sight(100, 50) };
            let pixels = filled(&sight, &view, 9);
            let changed: Vec<_> = (0..plain.len()).filter(|at| plain[*at] != pixels[*at]).collect();
            assert_eq!(changed, [30 * 100 + 39, 30 * 100 + 40]);
            assert_eq!(pixels[changed[0]], [0, 0, 0, 255]);
            let below = plain[changed[1]].map(|colour| (100 + (u32::from(colour) * 155 + 127) / 255) as u8);
            assert_eq!(pixels[changed[1]][..3], below[..3]);
            let part = PointerPlace::of(&sight, &view).and_then(|pointer| pointer.part(&sight));
            assert_eq!(part, Rect::new(39, 30, 2, 1));
        });
    }
}
