//! Where windows of this program can be seen: nothing is drawn over them, and the bar stays above all that
//! is.
//!
//! A window of ours that lies behind others, or is minimised or elsewhere and only kept by a window manager
//! that shows small pictures of it, is drawn over like those. What lies above it counts as hiding it
//! where it is opaque for certain.

use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::shape::{ConnectionExt as _, SK};
use x11rb::protocol::xfixes::{ConnectionExt as _, Region};
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, GetGeometryReply, MapState, Rectangle, Window, WindowClass,
};

use crate::DesktopArea;
use crate::x11::indicator::monitors::ScreenArea;
use crate::x11::indicator::opacity_atom;
use crate::x11::input::target::WindowOwnership;
use crate::x11::{X11Display, X11Failure};

/// Parts of a window's shape that are looked at: rounded corners have some twenty.
const MAX_PARTS: usize = 256;

/// How deep a window manager puts a window into its frame, and at how many windows of each depth is looked.
const FRAME_DEPTH: usize = 2;
const MAX_FRAME_PARTS: usize = 128;

/// What a window manager writes at a window that it does not show.
const ICONIC: u32 = 3;

/// Finds the windows of this program.
pub(super) struct OwnWindowFinder {
    ownership: WindowOwnership,
    opaque: Atom,
    opacity: Atom,
    state: Atom,
}

/// What it has found.
#[derive(Debug, Default, PartialEq)]
pub(super) struct OwnSight {
    /// From the lowest to the topmost.
    windows: Vec<OwnWindow>,
    /// The lowest of those that no window manager stacks, such as the bar.
    pub(super) lowest_kept: Option<Window>,
}

#[derive(Debug, PartialEq)]
struct OwnWindow {
    area: ScreenArea,
    /// What hides it.
    hidden_by: Vec<ScreenArea>,
}

/// A window on the screen.
struct TopWindow {
    id: Window,
    area: ScreenArea,
    kept: bool,
    ours: bool,
    /// Where nothing shows through it.
    opaque: Vec<ScreenArea>,
}

impl OwnWindowFinder {
    pub(super) fn new(display: &X11Display) -> Result<Self, X11Failure> {
        let ownership = WindowOwnership::of_this_process(display)?;
        let opaque = display.conn.intern_atom(false, b"_NET_WM_OPAQUE_REGION")?.reply()?.atom;
        let opacity = opacity_atom(display)?;
        let state = display.conn.intern_atom(false, b"WM_STATE")?.reply()?.atom;
        Ok(Self { ownership, opaque, opacity, state })
    }

    /// Looks where they are, but for `except`.
    pub(super) fn look(&self, display: &X11Display, except: &[Window]) -> Result<OwnSight, X11Failure> {
        let stack = display.conn.query_tree(display.root())?.reply()?.children;
        let mut seen: Vec<TopWindow> = Vec::new();
        for window in stack.into_iter().filter(|window| !except.contains(window)) {
            seen.extend(self.top_window(display, window)?);
        }
        let mut sight = OwnSight::default();
        for (place, window) in seen.iter().enumerate().filter(|(_, window)| window.ours) {
            let above = seen[place + 1..].iter().filter(|other| !other.ours);
            let hidden_by = match window.kept {
                true => Vec::new(),
                false => above.flat_map(|other| other.opaque.iter().copied()).collect(),
            };
            sight.windows.push(OwnWindow { area: window.area, hidden_by });
            if window.kept && sight.lowest_kept.is_none() {
                sight.lowest_kept = Some(window.id);
            }
        }
        Ok(sight)
    }

    /// `None` where the window is gone, or shows nothing.
    fn top_window(&self, display: &X11Display, id: Window) -> Result<Option<TopWindow>, X11Failure> {
        let conn = &display.conn;
        let (attributes, geometry) = (conn.get_window_attributes(id)?, conn.get_geometry(id)?);
        let shape = conn.shape_get_rectangles(id, SK::BOUNDING)?;
        let named = conn.get_property(false, id, self.opaque, AtomEnum::CARDINAL, 0, 4 * MAX_PARTS as u32)?;
        let faint = conn.get_property(false, id, self.opacity, AtomEnum::ANY, 0, 1)?;
        let attributes = existing(attributes.reply())?.filter(|attributes| {
            attributes.map_state == MapState::VIEWABLE && attributes.class == WindowClass::INPUT_OUTPUT
        });
        let (geometry, shape) = (existing(geometry.reply())?, existing(shape.reply())?);
        let named = existing(named.reply())?;
        let faint = existing(faint.reply())?.is_some_and(|faint| faint.type_ != x11rb::NONE);
        let (Some(attributes), Some(geometry), Some(shape)) = (attributes, geometry, shape) else {
            return Ok(None);
        };
        let kept = attributes.override_redirect;
        let ours = self.ownership.made(display, id)? || self.ownership.frames_ours(display, id)?;
        if ours && !kept && self.is_iconic(display, id)? {
            return Ok(None);
        }
        let inside: Vec<Rectangle> = if faint {
            Vec::new()
        } else if geometry.depth == display.screen().root_depth {
            shape.rectangles
        } else {
            named.map(|named| named_parts(named.value32().into_iter().flatten())).unwrap_or_default()
        };
        let opaque = inside.into_iter().take(MAX_PARTS).map(|part| moved(part, &geometry)).collect();
        Ok(Some(TopWindow { id, area: outer(&geometry), kept, ours, opaque }))
    }
}

impl OwnWindowFinder {
    /// Whether the window manager says that what is in this frame is not shown (ICCCM 4.1.3.1): mutter keeps
    /// such a window mapped, below all others.
    fn is_iconic(&self, display: &X11Display, frame: Window) -> Result<bool, X11Failure> {
        let mut outer = vec![frame];
        for _ in 0..=FRAME_DEPTH {
            let conn = &display.conn;
            let state = |window: &Window| conn.get_property(false, *window, self.state, self.state, 0, 1);
            let states: Vec<_> = outer.iter().map(state).collect::<Result<_, _>>()?;
            for state in states {
                let first = existing(state.reply())?.and_then(|state| state.value32()?.next());
                if let Some(state) = first {
                    return Ok(state == ICONIC);
                }
            }
            let trees: Vec<_> =
                outer.iter().map(|window| conn.query_tree(*window)).collect::<Result<_, _>>()?;
            let mut inner = Vec::new();
            for tree in trees {
                inner.extend(existing(tree.reply())?.into_iter().flat_map(|tree| tree.children));
            }
            inner.truncate(MAX_FRAME_PARTS);
            outer = inner;
        }
        Ok(false)
    }
}

impl OwnSight {
    /// Sets `region` to where they can be seen, and to what is to be spared beside them.
    pub(super) fn write(
        &self,
        display: &X11Display,
        region: Region,
        spared: &[DesktopArea],
    ) -> Result<(), X11Failure> {
        let conn = &display.conn;
        let spared: Vec<Rectangle> = spared.iter().map(rectangle).collect();
        conn.xfixes_set_region(region, &spared)?;
        let (one, hidden) = (conn.generate_id()?, conn.generate_id()?);
        conn.xfixes_create_region(one, &[])?;
        conn.xfixes_create_region(hidden, &[])?;
        for window in &self.windows {
            let hidden_by: Vec<Rectangle> = window.hidden_by.iter().map(|area| (*area).into()).collect();
            conn.xfixes_set_region(one, &[window.area.into()])?;
            conn.xfixes_set_region(hidden, &hidden_by)?;
            conn.xfixes_subtract_region(one, hidden, one)?;
            conn.xfixes_union_region(region, one, region)?;
        }
        conn.xfixes_destroy_region(one)?;
        conn.xfixes_destroy_region(hidden)?;
        Ok(())
    }
}

impl From<ScreenArea> for Rectangle {
    fn from(ScreenArea { x, y, width, height }: ScreenArea) -> Self {
        Self { x, y, width, height }
    }
}

/// An area of the desktop as the server counts; beyond that nothing is seen.
fn rectangle(area: &DesktopArea) -> Rectangle {
    let side = |at: u16| i16::try_from(at).unwrap_or(i16::MAX);
    Rectangle { x: side(area.x()), y: side(area.y()), width: area.width(), height: area.height() }
}

/// Rectangles that a window names by four numbers each.
fn named_parts(numbers: impl Iterator<Item = u32>) -> Vec<Rectangle> {
    let numbers: Vec<u32> = numbers.collect();
    let parts = numbers.chunks_exact(4).filter_map(|part| {
        let (x, y) = (i16::try_from(part[0]).ok()?, i16::try_from(part[1]).ok()?);
        Some(Rectangle { x, y, width: u16::try_from(part[2]).ok()?, height: u16::try_from(part[3]).ok()? })
    });
    parts.collect()
}

/// A part of a window on the screen, as far as it lies in the window.
fn moved(part: Rectangle, window: &GetGeometryReply) -> ScreenArea {
    let side = |at: i16, border: u16| at.saturating_add(i16::try_from(border).unwrap_or(i16::MAX));
    let room = |at: i16, side: u16| side.saturating_sub(u16::try_from(at).unwrap_or_default());
    ScreenArea {
        x: side(window.x, window.border_width).saturating_add(part.x),
        y: side(window.y, window.border_width).saturating_add(part.y),
        width: part.width.min(room(part.x, window.width)),
        height: part.height.min(room(part.y, window.height)),
    }
}

/// A window's area with its border.
fn outer(window: &GetGeometryReply) -> ScreenArea {
    let wide = |side: u16| side.saturating_add(window.border_width.saturating_mul(2));
    ScreenArea { x: window.x, y: window.y, width: wide(window.width), height: wide(window.height) }
}

/// `None` where the window is gone.
fn existing<T>(reply: Result<T, ReplyError>) -> Result<Option<T>, X11Failure> {
    match reply {
        Ok(reply) => Ok(Some(reply)),
        Err(ReplyError::X11Error(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
