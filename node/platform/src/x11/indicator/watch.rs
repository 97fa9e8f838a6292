//! Looks at the indicator's windows from outside, by a connection and on a thread of its own.
//!
//! What it asks for is what decides whether a person can see them: whether they are there, shown, whole,
//! opaque, on the monitors, and whether anything lies over them.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use x11rb::errors::ReplyError;
use x11rb::protocol::shape::{ConnectionExt as _, SK};
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt as _, MapState, Window, WindowClass};

use super::SharedIndicator;
use super::monitors::{LEAST_BAR_PX, ScreenArea, contains, meet, monitors};
use super::windows::opacity_atom;
use crate::x11::{X11Display, X11Failure};
use crate::{DesktopFault, DesktopPart, IndicatorFlaw, IndicatorSight, IndicatorWatch};

/// How long the keeper's thread may be silent: it wakes up twice a second, and later on a busy machine.
const STUCK_AFTER: Duration = Duration::from_secs(3);

/// Looks at the windows of one indicator.
pub(super) struct X11IndicatorWatch {
    display: X11Display,
    shared: Arc<SharedIndicator>,
    opacity: Atom,
    /// The newest beat, and when it was first seen.
    beat: (u64, Instant),
}

/// What the server says of a window on the screen.
struct WindowFacts {
    place: ScreenArea,
    class: WindowClass,
    map_state: MapState,
}

impl X11IndicatorWatch {
    pub(super) fn open(display: &str, shared: Arc<SharedIndicator>) -> Result<Self, DesktopFault> {
        Self::start(display, shared).map_err(|failure| failure.fault(DesktopPart::Indicator))
    }

    fn start(display: &str, shared: Arc<SharedIndicator>) -> Result<Self, X11Failure> {
        let display = X11Display::open(display)?;
        let opacity = opacity_atom(&display)?;
        Ok(Self { display, shared, opacity, beat: (0, Instant::now()) })
    }

    fn examine(&mut self) -> Result<Option<IndicatorFlaw>, X11Failure> {
        let own = self.shared.windows().clone();
        if own.bars.is_empty() {
            return Ok(Some(IndicatorFlaw::Gone));
        }
        let hangs = self.keeper_hangs();
        let monitors = monitors(&self.display)?;
        // Bottom to top.
        let stack = self.display.conn.query_tree(self.display.root())?.reply()?.children;
        let mut places = Vec::new();
        for bar in &own.bars {
            match self.examine_bar(*bar, &stack)? {
                Ok(place) => places.push(place),
                Err(flaw) => return Ok(Some(flaw)),
            }
        }
        let large = |place: &&ScreenArea| place.width >= LEAST_BAR_PX.0 && place.height >= LEAST_BAR_PX.1;
        let on = |monitor| places.iter().filter(large).any(|place| contains(monitor, place));
        if !monitors.iter().all(on) {
            return Ok(Some(IndicatorFlaw::Outside));
        }
        let lowest = stack.iter().position(|window| own.bars.contains(window)).unwrap_or_default();
        let above = stack[lowest..].iter().filter(|one| !own.bars.contains(one) && !own.frames.contains(one));
        let above: Vec<Window> = above.copied().collect();
        if self.covers(&above, &stack, &own.bars, &places)? {
            return Ok(Some(IndicatorFlaw::Covered));
        }
        Ok(hangs.then_some(IndicatorFlaw::Stuck))
    }

    fn keeper_hangs(&mut self) -> bool {
        let beat = self.shared.beat.load(Ordering::Acquire);
        if beat != self.beat.0 {
            self.beat = (beat, Instant::now());
        }
        self.beat.1.elapsed() >= STUCK_AFTER
    }

    /// Where a bar is, or what is wrong with it by itself.
    fn examine_bar(
        &self,
        bar: Window,
        stack: &[Window],
    ) -> Result<Result<ScreenArea, IndicatorFlaw>, X11Failure> {
        let conn = &self.display.conn;
        let shape = conn.shape_query_extents(bar)?;
        let input = conn.shape_get_rectangles(bar, SK::INPUT)?;
        let opacity = conn.get_property(false, bar, self.opacity, AtomEnum::ANY, 0, 1)?;
        let Some(facts) = self.facts(&[bar])?.pop().flatten().filter(|_| stack.contains(&bar)) else {
            return Ok(Err(IndicatorFlaw::Gone));
        };
        let (Some(shape), Some(input)) = (existing(shape.reply())?, existing(input.reply())?) else {
            return Ok(Err(IndicatorFlaw::Gone));
        };
        let Some(opacity) = existing(opacity.reply())? else { return Ok(Err(IndicatorFlaw::Gone)) };
        if facts.map_state != MapState::VIEWABLE {
            return Ok(Err(IndicatorFlaw::Unmapped));
        }
        let whole = ScreenArea { x: 0, y: 0, ..facts.place };
        let pressable = input.rectangles.iter().any(|area| {
            contains(&ScreenArea { x: area.x, y: area.y, width: area.width, height: area.height }, &whole)
        });
        let opaque = opacity.type_ == u32::from(AtomEnum::NONE);
        if shape.bounding_shaped || shape.clip_shaped || !pressable || !opaque {
            return Ok(Err(IndicatorFlaw::Altered));
        }
        Ok(Ok(facts.place))
    }

    /// Whether one of the windows `above` lies over a bar that it is stacked above.
    fn covers(
        &self,
        above: &[Window],
        stack: &[Window],
        bars: &[Window],
        places: &[ScreenArea],
    ) -> Result<bool, X11Failure> {
        let height = |window: &Window| stack.iter().position(|one| one == window);
        let facts = self.facts(above)?;
        Ok(above.iter().zip(facts).any(|(window, facts)| {
            // Windows without a picture hide nothing; some desktops keep such at the screen's edges.
            let shown = facts.filter(|facts| {
                facts.map_state == MapState::VIEWABLE && facts.class == WindowClass::INPUT_OUTPUT
            });
            shown.is_some_and(|facts| {
                bars.iter()
                    .zip(places)
                    .any(|(bar, place)| height(window) > height(bar) && meet(&facts.place, place))
            })
        }))
    }

    /// What is known of each window; `None` for those that are gone. Asked for all at once.
    fn facts(&self, windows: &[Window]) -> Result<Vec<Option<WindowFacts>>, X11Failure> {
        let conn = &self.display.conn;
        let asked = windows
            .iter()
            .map(|window| Ok((conn.get_window_attributes(*window)?, conn.get_geometry(*window)?)))
            .collect::<Result<Vec<_>, X11Failure>>()?;
        let answered = asked.into_iter().map(|(attributes, geometry)| {
            let (attributes, geometry) = (existing(attributes.reply())?, existing(geometry.reply())?);
            Ok(attributes.zip(geometry).map(|(attributes, geometry)| WindowFacts {
                place: outer(geometry.x, geometry.y, geometry.width, geometry.height, geometry.border_width),
                class: attributes.class,
                map_state: attributes.map_state,
            }))
        });
        answered.collect()
    }
}

impl IndicatorWatch for X11IndicatorWatch {
    fn look(&mut self) -> IndicatorSight {
        match self.examine() {
            Ok(None) => IndicatorSight::Seen,
            Ok(Some(flaw)) => IndicatorSight::Hidden(flaw),
            Err(failure) => {
                tracing::debug!(%failure, "nobody says whether the bar can be seen");
                IndicatorSight::Hidden(IndicatorFlaw::Gone)
            }
        }
    }
}

/// A window's area with its border.
fn outer(x: i16, y: i16, width: u16, height: u16, border: u16) -> ScreenArea {
    let wide = |side: u16| side.saturating_add(border.saturating_mul(2));
    ScreenArea { x, y, width: wide(width), height: wide(height) }
}

/// `None` where the window is gone.
fn existing<T>(reply: Result<T, ReplyError>) -> Result<Option<T>, X11Failure> {
    match reply {
        Ok(reply) => Ok(Some(reply)),
        Err(ReplyError::X11Error(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
