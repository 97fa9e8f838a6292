//! The pointer: where it is, and its shape, as far as macOS still shows it to programs.
//!
//! The shape is drawn at the desktop's scale. Newer systems may keep it to themselves; the helper's own
//! pointer is shown then.

use beistand_codec::{BYTES_PER_PIXEL, Size};
use objc2::rc::autoreleasepool;
use objc2_app_kit::NSCursor;
use objc2_core_foundation::{CGPoint, CGRect, CGSize};
use objc2_core_graphics::{
    CGBitmapContextCreate, CGColorSpace, CGContext, CGImageAlphaInfo, CGImageByteOrderInfo,
};

use super::displays;
use crate::macos_facts::display_places::MacDisplays;
use crate::{CursorShape, ScreenLayout};

/// What was last told of the pointer.
#[derive(Default)]
pub(super) struct MacPointer {
    shape: Option<CursorShape>,
    position: Option<Option<(u16, u16)>>,
}

impl MacPointer {
    /// Its shape and its place in the picture, where they are others than were told last.
    pub(super) fn news(
        &mut self,
        displays: &MacDisplays,
        layout: &ScreenLayout,
    ) -> (Option<CursorShape>, Option<Option<(u16, u16)>>) {
        let on_desktop = displays::pointer().and_then(|(x, y)| displays.position(x, y));
        let position = on_desktop.and_then(|position| layout.picture_position(position));
        let moved = (self.position != Some(position)).then_some(position);
        self.position = Some(position);
        let scale = displays.scale() / f64::from(layout.shrink());
        let shape = autoreleasepool(|_| shape(scale)).filter(|shape| self.shape.as_ref() != Some(shape));
        if shape.is_some() {
            self.shape.clone_from(&shape);
        }
        (shape, moved)
    }
}

#[expect(deprecated, reason = "nothing else says which pointer another program shows")]
fn shape(scale: f64) -> Option<CursorShape> {
    let cursor = NSCursor::currentSystemCursor()?;
    let (image, hotspot) = (cursor.image(), cursor.hotSpot());
    let points = image.size();
    let side = |points: f64| (points * scale).round().clamp(1.0, f64::from(CursorShape::MAX_SIDE_PX)) as u16;
    let size = Size::new(side(points.width), side(points.height))?;
    let (width, height) = (usize::from(size.width()), usize::from(size.height()));
    let mut pixels = vec![0; width * height * BYTES_PER_PIXEL];
    let mut proposed = CGRect {
        origin: CGPoint { x: 0.0, y: 0.0 },
        size: CGSize { width: width as f64, height: height as f64 },
    };
    // SAFETY: the rectangle is alive until it returns; there are neither a context nor hints.
    let picture = unsafe { image.CGImageForProposedRect_context_hints(&raw mut proposed, None, None) }?;
    let colours = CGColorSpace::new_device_rgb()?;
    let format = CGImageAlphaInfo::PremultipliedFirst.0 | CGImageByteOrderInfo::Order32Little.0;
    // SAFETY: there are as many bytes as the sides and the stride say, and they outlive the context, which
    // is let go of at the end of this block.
    unsafe {
        let start = pixels.as_mut_ptr().cast();
        let stride = width * BYTES_PER_PIXEL;
        let context = CGBitmapContextCreate(start, width, height, 8, stride, Some(&colours), format)?;
        let whole = CGRect {
            origin: CGPoint { x: 0.0, y: 0.0 },
            size: CGSize { width: width as f64, height: height as f64 },
        };
        CGContext::draw_image(Some(&context), whole, Some(&picture));
        CGContext::flush(Some(&context));
    }
    let spot = |at: f64, side: u16| ((at * scale).max(0.0) as u16).min(side - 1);
    let hotspot = (spot(hotspot.x, size.width()), spot(hotspot.y, size.height()));
    Some(CursorShape { size, hotspot, pixels })
}
