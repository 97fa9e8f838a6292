//! The bar's windows: a panel at the top of each display, and four thin ones along its edges.
//!
//! They lie above all others, on every desktop and beside programs that fill the display, and never get the
//! keyboard. Those along the edges let presses through.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use objc2::rc::Retained;
use objc2::{MainThreadMarker, MainThreadOnly as _};
use objc2_app_kit::{
    NSBackingStoreType, NSPanel, NSScreen, NSScreenSaverWindowLevel, NSWindowCollectionBehavior,
    NSWindowStyleMask,
};
use objc2_foundation::{NSPoint, NSRect, NSSize};

use super::view::BarView;
use crate::{IndicatorFace, MAX_MONITORS};

/// The bar's height in points: two lines of text.
const BAR_HEIGHT: f64 = 48.0;

/// Its width, of which a narrow display shows what it has.
const BAR_WIDTH: f64 = 900.0;

/// How thick the frame round the display is.
const EDGE: f64 = 3.0;

/// What all windows of the bar have in common.
pub(super) struct PanelDesk {
    pub(super) face: RefCell<IndicatorFace>,
    /// Since when the bar has said whether the session goes on as it says now.
    pub(super) since: RefCell<Instant>,
}

/// Which window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PanelKind {
    /// With text and buttons.
    Bar,
    /// A side of the frame.
    Edge,
}

/// All windows, on all displays.
pub(super) struct BarPanels {
    desk: Rc<PanelDesk>,
    panels: Vec<Retained<NSPanel>>,
    /// Whether the bars are at the bottom, out of the pointer's way.
    is_below: bool,
}

impl BarPanels {
    pub(super) fn show(face: IndicatorFace, main: MainThreadMarker) -> Self {
        let desk = PanelDesk { face: RefCell::new(face), since: RefCell::new(Instant::now()) };
        let mut panels = Self { desk: Rc::new(desk), panels: Vec::new(), is_below: false };
        panels.restore(main);
        panels
    }

    pub(super) fn is_empty(&self) -> bool {
        self.panels.is_empty()
    }

    pub(super) fn set_face(&self, face: IndicatorFace) {
        let before = self.desk.face.replace(face.clone());
        if before.flow != face.flow {
            self.desk.since.replace(Instant::now());
        }
        for view in self.panels.iter().filter_map(|panel| panel.contentView()) {
            view.setNeedsDisplay(true);
        }
    }

    /// Puts each window in its place, above all others, on the displays that there are now: those that are
    /// there are moved.
    pub(super) fn restore(&mut self, main: MainThreadMarker) {
        let mut wanted: Vec<(PanelKind, NSRect)> = Vec::new();
        for screen in NSScreen::screens(main).iter().take(MAX_MONITORS) {
            wanted.extend(edges(screen.frame()).map(|edge| (PanelKind::Edge, edge)));
            wanted.push((PanelKind::Bar, bar(screen.visibleFrame(), self.is_below)));
        }
        if wanted.len() != self.panels.len() {
            self.panels.drain(..).for_each(|panel| panel.close());
            self.panels = wanted.iter().map(|(kind, place)| self.panel(*kind, *place, main)).collect();
        }
        for (panel, (_, place)) in self.panels.iter().zip(&wanted) {
            panel.setFrame_display(*place, true);
            panel.setAlphaValue(1.0);
            panel.orderFrontRegardless();
        }
    }

    /// Moves the bars to the other end of their displays.
    pub(super) fn step_aside(&mut self, main: MainThreadMarker) {
        self.is_below = !self.is_below;
        self.restore(main);
    }

    fn panel(&self, kind: PanelKind, place: NSRect, main: MainThreadMarker) -> Retained<NSPanel> {
        let style = NSWindowStyleMask::Borderless | NSWindowStyleMask::NonactivatingPanel;
        let panel = NSPanel::initWithContentRect_styleMask_backing_defer(
            NSPanel::alloc(main),
            place,
            style,
            NSBackingStoreType::Buffered,
            false,
        );
        // SAFETY: whoever closes it here counts it, too; it must not be given back twice.
        unsafe { panel.setReleasedWhenClosed(false) };
        panel.setLevel(NSScreenSaverWindowLevel);
        panel.setCollectionBehavior(
            NSWindowCollectionBehavior::CanJoinAllSpaces
                | NSWindowCollectionBehavior::Stationary
                | NSWindowCollectionBehavior::FullScreenAuxiliary
                | NSWindowCollectionBehavior::IgnoresCycle,
        );
        panel.setHidesOnDeactivate(false);
        panel.setHasShadow(false);
        panel.setOpaque(true);
        panel.setIgnoresMouseEvents(kind == PanelKind::Edge);
        panel.setContentView(Some(&BarView::new(kind, Rc::clone(&self.desk), main)));
        panel
    }
}

/// Where the bar of a display is; macOS counts from the bottom here.
fn bar(display: NSRect, is_below: bool) -> NSRect {
    let width = BAR_WIDTH.min(display.size.width);
    let x = display.origin.x + (display.size.width - width) / 2.0;
    let top = display.origin.y + display.size.height - BAR_HEIGHT;
    let y = if is_below { display.origin.y } else { top };
    NSRect::new(NSPoint::new(x, y), NSSize::new(width, BAR_HEIGHT))
}

/// The four sides of a display's frame.
fn edges(display: NSRect) -> [NSRect; 4] {
    let NSRect { origin, size } = display;
    let rect = |x, y, width, height| NSRect::new(NSPoint::new(x, y), NSSize::new(width, height));
    [
        rect(origin.x, origin.y, size.width, EDGE),
        rect(origin.x, origin.y + size.height - EDGE, size.width, EDGE),
        rect(origin.x, origin.y, EDGE, size.height),
        rect(origin.x + size.width - EDGE, origin.y, EDGE, size.height),
    ]
}
