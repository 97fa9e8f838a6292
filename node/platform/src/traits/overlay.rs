//! Drawing over the user's screen.

use super::DesktopFault;
use crate::layout::DesktopArea;

/// In how many steps a mark fades: five parts of two seconds, which an eye takes for one.
pub const FADE_STEPS: u8 = 4;

/// Points of a line of the user's own: a hand's, which says “this here, then there”.
pub const MAX_CAUGHT_POINTS: usize = 192;

/// A pixel of the desktop.
pub type OverlayPoint = (u16, u16);

/// Lines and a few words over everything on the user's screen but what this program itself shows there.
/// Clicks go through it. Dropping it takes it away.
///
/// It is bounded by whoever draws: [`OverlayDrawing::marks`] are all drawn.
pub trait ScreenOverlay: Send {
    /// Shows this from now on instead of what was there. Does not wait; of several the newest is shown.
    fn show(&self, drawing: OverlayDrawing);

    /// Shows these words beside the mouse pointer, which is there; `None`: no more. Does not wait.
    fn label(&self, label: Option<OverlayLabel>);

    /// The next click on the desktop, or the line that is drawn with the button down, is reported instead of
    /// reaching what lies there; not one on the bar that shows a session. Another button than the main one
    /// gives up, and so does time. Does not wait.
    fn catch_click(&self);

    /// No click is waited for any more. Does not wait.
    fn let_click(&self);
}

/// What an overlay shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OverlayDrawing {
    /// A number that rises, by which it is reported.
    pub serial: u64,
    /// The lowest first.
    pub marks: Vec<OverlayMark>,
    /// Where nothing of it is seen, whatever is drawn.
    pub spared: Vec<DesktopArea>,
}

/// One mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverlayMark {
    /// A number that no other mark has. A line with the same number as before goes on.
    pub number: u64,
    /// What it is.
    pub shape: OverlayShape,
    /// 0xRRGGBB.
    pub colour: u32,
    /// How far it has faded: not at all, or up to [`FADE_STEPS`], after which it is about to go.
    pub fade: u8,
}

/// What a mark looks like. Nothing is filled but the ground of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverlayShape {
    /// A line from point to point.
    Line(Vec<OverlayPoint>),
    /// An arrow from its tail to its tip.
    Arrow(OverlayPoint, OverlayPoint),
    /// The outline of a rectangle between two corners.
    Rectangle(OverlayPoint, OverlayPoint),
    /// The outline of an ellipse in such a rectangle.
    Ellipse(OverlayPoint, OverlayPoint),
    /// A ring round a place.
    Spot(OverlayPoint),
    /// Words in a bubble that says whose they are.
    Text {
        /// Where it begins.
        at: OverlayPoint,
        /// Whose they are.
        name: String,
        /// The words, of which as many are shown as have room in a few short lines.
        text: String,
    },
}

/// Words beside the mouse pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverlayLabel {
    /// Where the pointer is.
    pub at: OverlayPoint,
    /// The words, cut where they are too long.
    pub text: String,
}

/// What an overlay has to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverlayNews {
    /// The drawing with this number is on the screen.
    Shown(u64),
    /// The user clicked here.
    Caught(OverlayPoint),
    /// The user draws a line with the button down, and this is all of it so far.
    Drawing(Vec<OverlayPoint>),
    /// They have drawn this line, of at most [`MAX_CAUGHT_POINTS`].
    Drawn(Vec<OverlayPoint>),
    /// They did not.
    GaveUp,
    /// There is no overlay, or no longer.
    Failed(DesktopFault),
}

/// Who is told of it, on a thread of the overlay's. It must not wait.
pub type OverlayNewsReceiver = Box<dyn FnMut(OverlayNews) + Send>;
