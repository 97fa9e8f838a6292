//! The windows on the screen, from the one in front on, by what macOS says of them to every program: whose
//! they are, and where. Their titles and their content aren't looked at.

use objc2_core_foundation::{CFArray, CFDictionary, CFNumber, CFString, CFType, CGRect};
use objc2_core_graphics::{
    CGRectMakeWithDictionaryRepresentation, CGWindowListCopyWindowInfo, CGWindowListOption, kCGNullWindowID,
    kCGWindowAlpha, kCGWindowBounds, kCGWindowLayer, kCGWindowOwnerPID,
};

/// Most windows that are looked at: a desktop with more has other troubles.
const MAX_WINDOWS: usize = 1000;

/// The layer of plain windows.
const PLAIN_LAYER: i64 = 0;

/// How high and wide a window is at least, in points, that somebody presses on; of what is thinner this
/// program has the sides of the bar's frame, which let presses through.
const LEAST_SIDE: f64 = 20.0;

/// A window that is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShownWindow {
    /// The process whose window it is.
    pub(super) owner: i64,
    /// How far above plain windows it lies.
    pub(super) layer: i64,
    /// How much of what lies below it covers: 1 is all.
    pub(super) alpha: f64,
    /// Where it is, in points.
    pub(super) bounds: CGRect,
}

impl ShownWindow {
    pub(super) fn contains(&self, x: f64, y: f64) -> bool {
        let CGRect { origin, size } = self.bounds;
        (origin.x..origin.x + size.width).contains(&x) && (origin.y..origin.y + size.height).contains(&y)
    }

    /// Whether it is more than a line.
    pub(super) fn is_broad(&self) -> bool {
        self.bounds.size.width >= LEAST_SIDE && self.bounds.size.height >= LEAST_SIDE
    }

    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let (a, b) = (self.bounds, other.bounds);
        a.origin.x < b.origin.x + b.size.width
            && b.origin.x < a.origin.x + a.size.width
            && a.origin.y < b.origin.y + b.size.height
            && b.origin.y < a.origin.y + a.size.height
    }
}

/// All that are shown, the one in front first.
pub(super) fn look() -> Vec<ShownWindow> {
    let Some(list) = CGWindowListCopyWindowInfo(CGWindowListOption::OptionOnScreenOnly, kCGNullWindowID)
    else {
        return Vec::new();
    };
    // SAFETY: the list is, as its documentation says, one of dictionaries with strings as keys.
    let list = unsafe { &*(&raw const *list).cast::<CFArray<CFDictionary<CFString, CFType>>>() };
    list.iter().take(MAX_WINDOWS).filter_map(|entry| shown(&entry)).collect()
}

fn shown(entry: &CFDictionary<CFString, CFType>) -> Option<ShownWindow> {
    // SAFETY: the constants are strings that live as long as the program.
    let (owner, layer, alpha, bounds) =
        unsafe { (kCGWindowOwnerPID, kCGWindowLayer, kCGWindowAlpha, kCGWindowBounds) };
    let number = |key: &CFString| entry.get(key)?.downcast::<CFNumber>().ok();
    let bounds = entry.get(bounds)?.downcast::<CFDictionary>().ok()?;
    let mut rect = CGRect::default();
    // SAFETY: it gets a dictionary and room for what it fills in.
    if !unsafe { CGRectMakeWithDictionaryRepresentation(Some(&bounds), &raw mut rect) } {
        return None;
    }
    Some(ShownWindow {
        owner: number(owner)?.as_i64()?,
        layer: number(layer)?.as_i64()?,
        alpha: number(alpha).and_then(|alpha| alpha.as_f64()).unwrap_or(1.0),
        bounds: rect,
    })
}

/// Whether one of `owners` has the window that a press at this point reaches, or may reach: of others' only
/// plain windows count as covering it, since the Dock and the pointer have windows that let presses through.
pub(super) fn is_below(x: f64, y: f64, owners: &[i64]) -> bool {
    let is_own = |window: &ShownWindow| owners.contains(&window.owner) && window.is_broad();
    let mut here = look().into_iter().filter(|window| window.contains(x, y));
    here.find(|window| is_own(window) || window.layer == PLAIN_LAYER).is_some_and(|window| is_own(&window))
}

/// Whether the window in front, which gets the keys, is one of this process's.
pub(super) fn is_own_in_front() -> bool {
    let own = i64::from(std::process::id());
    look().iter().find(|window| window.layer == PLAIN_LAYER).is_some_and(|window| window.owner == own)
}
