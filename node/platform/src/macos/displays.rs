//! Which displays are on, by Core Graphics, and where the pointer is on them.

use objc2_core_graphics::{
    CGDisplayBounds, CGDisplayCopyDisplayMode, CGDisplayMirrorsDisplay, CGDisplayMode, CGError, CGEvent,
    CGGetActiveDisplayList,
};

use crate::MAX_MONITORS;
use crate::macos_facts::display_places::{MacDisplay, MacDisplays};

/// Looks which displays are on. One that mirrors another isn't one of its own.
pub(super) fn look() -> MacDisplays {
    let mut ids = [0_u32; MAX_MONITORS];
    let mut count = 0_u32;
    // SAFETY: the list has as much room as is said, and the number is filled in.
    let error = unsafe { CGGetActiveDisplayList(MAX_MONITORS as u32, ids.as_mut_ptr(), &raw mut count) };
    let known = if error == CGError::Success { ids.get(..count as usize).unwrap_or_default() } else { &[] };
    let own = known.iter().filter(|id| CGDisplayMirrorsDisplay(**id) == 0);
    MacDisplays::new(own.map(|id| display(*id)).collect())
}

fn display(id: u32) -> MacDisplay {
    let bounds = CGDisplayBounds(id);
    let mode = CGDisplayCopyDisplayMode(id);
    let pixels = CGDisplayMode::pixel_width(mode.as_deref()) as f64;
    let points = CGDisplayMode::width(mode.as_deref()) as f64;
    let scale = if points > 0.0 && pixels >= points { pixels / points } else { 1.0 };
    MacDisplay {
        id,
        left: bounds.origin.x,
        top: bounds.origin.y,
        width: bounds.size.width,
        height: bounds.size.height,
        scale,
    }
}

/// Where the pointer is, in points.
pub(super) fn pointer() -> Option<(f64, f64)> {
    // An event that is made of nothing has the place of the pointer.
    let event = CGEvent::new(None)?;
    let at = CGEvent::location(Some(&event));
    Some((at.x, at.y))
}
