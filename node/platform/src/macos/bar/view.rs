//! What is drawn in a window of the bar, and what is pressed there.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use objc2::rc::Retained;
use objc2::runtime::AnyObject;
use objc2::{DefinedClass as _, MainThreadMarker, MainThreadOnly, define_class, msg_send};
use objc2_app_kit::{
    NSColor, NSEvent, NSFont, NSFontAttributeName, NSForegroundColorAttributeName, NSRectFill,
    NSStringDrawing as _, NSView,
};
use objc2_core_graphics::{CGEvent, CGEventField};
use objc2_foundation::{NSDictionary, NSPoint, NSRect, NSSize, NSString};

use super::report;
use super::windows::{PanelDesk, PanelKind};
use crate::macos_facts::bar_wire::BarReport;
use crate::{IndicatorFace, IndicatorFlow, IndicatorPress, Origin};

/// A button's width in points, for words such as "Continue".
const BUTTON_WIDTH: f64 = 96.0;

/// What is left free around a button, and around the text.
const INSET: f64 = 5.0;
const TEXT_INSET: f64 = 12.0;

/// The letters' height.
const TEXT_SIZE: f64 = 13.0;

/// Characters of a name that are shown: a first and a last one.
const MAX_NAME_CHARS: usize = 32;

/// How long a button must have said "Go on" before it does: whoever meant to press Pause isn't quicker.
const ARMED_AFTER: Duration = Duration::from_secs(1);

/// Red, green and blue, as the window has them while a session runs, and while it rests.
const RUNNING: [f64; 3] = [0.71, 0.11, 0.11];
const PAUSED: [f64; 3] = [0.16, 0.31, 0.43];
const BUTTON: [f64; 3] = [0.19, 0.19, 0.19];

/// What a view knows.
pub(super) struct ViewPlace {
    kind: PanelKind,
    desk: Rc<PanelDesk>,
    /// The button on which the mouse went down, and by whom.
    down: RefCell<Option<(IndicatorPress, Origin)>>,
}

define_class!(
    // SAFETY: an NSView may be inherited from, and nothing is done when this is dropped. It is used on the
    // main thread alone.
    #[unsafe(super(NSView))]
    #[thread_kind = MainThreadOnly]
    #[name = "BeistandBarView"]
    #[ivars = ViewPlace]
    pub(super) struct BarView;

    // The methods have the forms of those of NSView and NSResponder.
    impl BarView {
        #[unsafe(method(isFlipped))]
        fn is_flipped(&self) -> bool {
            true
        }

        #[unsafe(method(acceptsFirstMouse:))]
        fn accepts_first_mouse(&self, _event: Option<&NSEvent>) -> bool {
            true
        }

        #[unsafe(method(drawRect:))]
        fn draw(&self, _dirty: NSRect) {
            let face = self.ivars().desk.face.borrow().clone();
            fill(self.bounds(), colour(&face));
            match self.ivars().kind {
                PanelKind::Bar => draw_bar(self.bounds(), &face),
                PanelKind::Edge => {}
            }
        }

        #[unsafe(method(mouseDown:))]
        fn mouse_down(&self, event: &NSEvent) {
            let down = self.button_at(event).map(|button| (button, origin(event)));
            self.ivars().down.replace(down);
        }

        #[unsafe(method(mouseUp:))]
        fn mouse_up(&self, event: &NSEvent) {
            let Some((pressed, by)) = self.ivars().down.take() else { return };
            let by_hand = by == Origin::Physical && origin(event) == Origin::Physical;
            let armed = self.ivars().desk.since.borrow().elapsed() >= ARMED_AFTER;
            let counts = pressed != IndicatorPress::GoOn || (by_hand && armed);
            if counts && self.button_at(event) == Some(pressed) {
                // Where nobody listens the process is about to end.
                drop(report(BarReport::Pressed(pressed)));
            }
        }
    }
);

impl BarView {
    pub(super) fn new(kind: PanelKind, desk: Rc<PanelDesk>, main: MainThreadMarker) -> Retained<Self> {
        let this = Self::alloc(main).set_ivars(ViewPlace { kind, desk, down: RefCell::new(None) });
        // SAFETY: NSView's way to begin takes nothing; its window gives it its size.
        unsafe { msg_send![super(this), init] }
    }

    fn button_at(&self, event: &NSEvent) -> Option<IndicatorPress> {
        if self.ivars().kind != PanelKind::Bar {
            return None;
        }
        let at = self.convertPoint_fromView(event.locationInWindow(), None);
        let [first, end] = buttons(self.bounds());
        let hits = |button: NSRect| {
            (button.origin.x..button.origin.x + button.size.width).contains(&at.x)
                && (button.origin.y..button.origin.y + button.size.height).contains(&at.y)
        };
        let go = match self.ivars().desk.face.borrow().flow {
            IndicatorFlow::Running => IndicatorPress::Pause,
            IndicatorFlow::Paused => IndicatorPress::GoOn,
        };
        if hits(end) {
            return Some(IndicatorPress::End);
        }
        hits(first).then_some(go)
    }
}

/// What comes from a device was made by no process.
fn origin(event: &NSEvent) -> Origin {
    let Some(event) = event.CGEvent() else { return Origin::Unknown };
    match CGEvent::integer_value_field(Some(&event), CGEventField::EventSourceUnixProcessID) {
        0 => Origin::Physical,
        _ => Origin::Injected,
    }
}

/// Where a bar's buttons are: pause or go on, and end.
fn buttons(bounds: NSRect) -> [NSRect; 2] {
    let right = bounds.origin.x + bounds.size.width;
    let at = |right: f64| {
        let corner = NSPoint::new(right - BUTTON_WIDTH, bounds.origin.y + INSET);
        NSRect::new(corner, NSSize::new(BUTTON_WIDTH, bounds.size.height - 2.0 * INSET))
    };
    [at(right - BUTTON_WIDTH - 2.0 * INSET), at(right - INSET)]
}

fn colour(face: &IndicatorFace) -> [f64; 3] {
    match face.flow {
        IndicatorFlow::Running => RUNNING,
        IndicatorFlow::Paused => PAUSED,
    }
}

fn fill(rect: NSRect, [red, green, blue]: [f64; 3]) {
    NSColor::colorWithSRGBRed_green_blue_alpha(red, green, blue, 1.0).setFill();
    NSRectFill(rect);
}

fn draw_bar(bounds: NSRect, face: &IndicatorFace) {
    let [first, end] = buttons(bounds);
    let go = match face.flow {
        IndicatorFlow::Running => &face.pause,
        IndicatorFlow::Paused => &face.go_on,
    };
    for (button, label) in [(first, go), (end, &face.end)] {
        fill(button, BUTTON);
        let corner = NSPoint::new(button.origin.x + INSET, button.origin.y + button.size.height / 3.0);
        write(corner, button.size.width - 2.0 * INSET, label);
    }
    let width = first.origin.x - 2.0 * TEXT_INSET;
    let name = cut(&face.name);
    let lines = [[&*name, &face.mark, &face.doing], [&face.may, &face.key, ""]];
    for (line, parts) in lines.into_iter().enumerate() {
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let top = bounds.origin.y + INSET + line as f64 * bounds.size.height / 2.0;
        write(NSPoint::new(bounds.origin.x + TEXT_INSET, top), width, &parts.join("  ·  "));
    }
}

/// A name that leaves room for what is to be thought of it.
fn cut(name: &str) -> String {
    match name.char_indices().nth(MAX_NAME_CHARS) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// One line of text, cut at its end where it is too long.
fn write(corner: NSPoint, width: f64, text: &str) {
    let (font, white) = (NSFont::boldSystemFontOfSize(TEXT_SIZE), NSColor::whiteColor());
    let (font, white): (&AnyObject, &AnyObject) = (&font, &white);
    let place = NSRect::new(corner, NSSize::new(width, TEXT_SIZE * 1.5));
    // SAFETY: the constants are strings that live as long as the program; a font and a colour are what they
    // ask for.
    unsafe {
        let keys = [NSFontAttributeName, NSForegroundColorAttributeName];
        let attributes = NSDictionary::from_slices(&keys, &[font, white]);
        NSString::from_str(text).drawInRect_withAttributes(place, Some(&attributes));
    }
}
