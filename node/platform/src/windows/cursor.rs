//! The pointer: where it is, and its shape, drawn once on black and once on white, which tells what of it
//! lets the ground through.

use beistand_codec::{BYTES_PER_PIXEL, Size};
use windows_sys::Win32::Graphics::Gdi::DeleteObject;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CURSOR_SHOWING, CURSORINFO, DI_NORMAL, DrawIconEx, GetCursorInfo, GetIconInfo, GetSystemMetrics, HCURSOR,
    ICONINFO, SM_CXCURSOR, SM_CYCURSOR,
};

use super::bitmap::MemoryBitmap;
use super::monitors::DesktopBounds;
use crate::{CursorShape, ScreenLayout};

/// What was last told of the pointer.
#[derive(Default)]
pub(super) struct PointerLook {
    /// The number of its shape.
    handle: usize,
    shape: Option<CursorShape>,
    position: Option<Option<(u16, u16)>>,
}

impl PointerLook {
    /// Its shape and its place in the picture, where they are others than were told last.
    pub(super) fn news(
        &mut self,
        bounds: DesktopBounds,
        layout: &ScreenLayout,
    ) -> (Option<CursorShape>, Option<Option<(u16, u16)>>) {
        // SAFETY: all zeros is a valid value of it.
        let mut info: CURSORINFO = unsafe { std::mem::zeroed() };
        info.cbSize = size_of::<CURSORINFO>() as u32;
        // SAFETY: Windows fills as many bytes as are said in it.
        if unsafe { GetCursorInfo(&raw mut info) } == 0 {
            return (None, None);
        }
        let shows = info.flags & CURSOR_SHOWING != 0;
        let on_desktop = bounds.position(info.ptScreenPos.x, info.ptScreenPos.y).filter(|_| shows);
        let position = on_desktop.and_then(|position| layout.picture_position(position));
        let moved = (self.position != Some(position)).then_some(position);
        self.position = Some(position);
        let handle = info.hCursor as usize;
        if !shows || handle == self.handle {
            return (None, moved);
        }
        self.handle = handle;
        let shape = shape(info.hCursor).filter(|shape| self.shape.as_ref() != Some(shape));
        if shape.is_some() {
            self.shape.clone_from(&shape);
        }
        (shape, moved)
    }
}

fn shape(cursor: HCURSOR) -> Option<CursorShape> {
    let hotspot = hotspot(cursor)?;
    // SAFETY: it only asks for numbers.
    let (width, height) = unsafe { (GetSystemMetrics(SM_CXCURSOR), GetSystemMetrics(SM_CYCURSOR)) };
    let side = |side: i32| u16::try_from(side).ok().map(|side| side.clamp(1, CursorShape::MAX_SIDE_PX));
    let size = Size::new(side(width)?, side(height)?)?;
    let (mut on_black, mut on_white) = (MemoryBitmap::new(size)?, MemoryBitmap::new(size)?);
    on_white.pixels().fill(u8::MAX);
    for ground in [&on_black, &on_white] {
        // SAFETY: the context is alive; a cursor is an icon, and one that is gone by now fails.
        let drawn = unsafe {
            let (width, height) = (i32::from(size.width()), i32::from(size.height()));
            DrawIconEx(ground.context(), 0, 0, cursor, width, height, 0, std::ptr::null_mut(), DI_NORMAL)
        };
        if drawn == 0 {
            return None;
        }
    }
    let pairs = on_black.pixels().chunks_exact(BYTES_PER_PIXEL).zip(on_white.pixels().chunks_exact(4));
    let pixels = pairs.flat_map(|(black, white)| blended(black, white)).collect();
    let hotspot = (hotspot.0.min(size.width() - 1), hotspot.1.min(size.height() - 1));
    Some(CursorShape { size, hotspot, pixels })
}

/// A premultiplied pixel out of what it makes of black and of white.
fn blended(black: &[u8], white: &[u8]) -> [u8; 4] {
    // What inverts the ground makes white of black and black of white: it is shown as black.
    let through = (0..3).map(|at| white[at].saturating_sub(black[at])).max().unwrap_or(0);
    let alpha = u8::MAX - through;
    if (0..3).all(|at| black[at] > white[at]) {
        return [0, 0, 0, u8::MAX];
    }
    [black[0].min(alpha), black[1].min(alpha), black[2].min(alpha), alpha]
}

fn hotspot(cursor: HCURSOR) -> Option<(u16, u16)> {
    // SAFETY: all zeros is a valid value of it.
    let mut info: ICONINFO = unsafe { std::mem::zeroed() };
    // SAFETY: Windows fills it and hands out two bitmaps, which are ours to delete.
    unsafe {
        if GetIconInfo(cursor, &raw mut info) == 0 {
            return None;
        }
        DeleteObject(info.hbmMask);
        DeleteObject(info.hbmColor);
    }
    Some((u16::try_from(info.xHotspot).ok()?, u16::try_from(info.yHotspot).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lets_the_ground_through_is_told_by_black_and_white() {
        assert_eq!(blended(&[0, 0, 0, 0], &[255, 255, 255, 0]), [0, 0, 0, 0]);
        assert_eq!(blended(&[10, 20, 30, 0], &[10, 20, 30, 0]), [10, 20, 30, 255]);
        assert_eq!(blended(&[0, 0, 0, 0], &[128, 128, 128, 0]), [0, 0, 0, 127]);
        assert_eq!(blended(&[255, 255, 255, 0], &[0, 0, 0, 0]), [0, 0, 0, 255]);
    }
}
