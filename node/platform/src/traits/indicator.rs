//! Showing the user, for as long as somebody helps, that somebody does.

use super::DesktopFault;

/// What the indicator shows, in the user's language. It knows no peer and no permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorFace {
    /// Whether the session goes on: the colour, and what its first button does.
    pub flow: IndicatorFlow,
    /// Who helps, as they call themselves, escaped. Cut where it is too long.
    pub name: String,
    /// What is to be thought of that name; never cut for the name's sake.
    pub mark: String,
    /// What they are doing, and since when they help.
    pub doing: String,
    /// What they may do.
    pub may: String,
    /// What the emergency key does.
    pub key: String,
    /// The button that pauses.
    pub pause: String,
    /// The button that goes on.
    pub go_on: String,
    /// The button that ends.
    pub end: String,
}

/// Whether the session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndicatorFlow {
    /// The helper sees and does what is allowed.
    Running,
    /// The helper sees nothing and does nothing.
    Paused,
}

/// A button of the indicator that was pressed and released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndicatorPress {
    /// Pause; by anybody, since it takes something away.
    Pause,
    /// Go on: press and release by one physical device, on a button that had said so for a while.
    GoOn,
    /// End; by anybody.
    End,
}

/// Who is told of presses. It must not wait.
pub type IndicatorPressReceiver = Box<dyn FnMut(IndicatorPress) + Send>;

/// An indicator on the screen. Dropping it takes it away.
pub trait SessionIndicator: Send {
    /// Shows this from now on. Does not wait.
    fn show(&self, face: &IndicatorFace);

    /// Puts it back: shown, in its place, above all others. Does not wait.
    fn restore(&self);

    /// Makes room for what is under the mouse pointer, where it lies over that: along its edge, and only as
    /// far as it stays in sight. Does not wait.
    fn step_aside(&self);

    /// What looks whether it can be seen, apart from what draws it.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`].
    fn watch(&self) -> Result<Box<dyn IndicatorWatch>, DesktopFault>;
}

/// Looks at an indicator from outside: at what the desktop says of it, not at what was drawn.
pub trait IndicatorWatch: Send {
    /// Whether the user can see it now.
    fn look(&mut self) -> IndicatorSight;
}

/// Whether the user can see the indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndicatorSight {
    /// They can, on each monitor.
    Seen,
    /// They can't.
    Hidden(IndicatorFlaw),
}

/// Why the user can't see the indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndicatorFlaw {
    /// There is none any more, or the desktop does not answer.
    Gone,
    /// Its window is not shown.
    Unmapped,
    /// It is not wholly on a monitor, or a monitor has none.
    Outside,
    /// Another window lies over it.
    Covered,
    /// Somebody has made it transparent or cut pieces out.
    Altered,
    /// What draws it and takes its presses hangs.
    Stuck,
}
