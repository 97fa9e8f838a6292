//! Whether an event would reach a window of our own: those are refused, so that nobody grants himself
//! anything.
//!
//! A window is ours where the server says that our process made it (X-Resource 1.2), or where it or one that
//! it lies in names our process (`_NET_WM_PID`), for servers without X-Resource. A window manager's frame
//! around one of ours counts as ours.

use x11rb::NONE;
use x11rb::connection::RequestConnection;
use x11rb::errors::ReplyError;
use x11rb::protocol::res::{self, ClientIdMask, ClientIdSpec, ConnectionExt as _};
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt as _, InputFocus, Window};

use crate::x11::{X11Display, X11Failure};

/// How deep windows are followed into each other: toolkits stay below 20. Deeper ones count as ours.
const MAX_DEPTH: usize = 64;

/// How deep a window manager puts a window into its frame, and at how many windows of each depth is looked,
/// from the top: a frame of openbox's has 56 parts, of which the window is the topmost.
const FRAME_DEPTH: usize = 2;
const MAX_FRAME_PARTS: usize = 128;

/// Which windows are ours.
pub(in crate::x11) struct WindowOwnership {
    pid: u32,
    net_wm_pid: Atom,
    resources: bool,
}

impl WindowOwnership {
    pub(in crate::x11) fn of_this_process(display: &X11Display) -> Result<Self, X11Failure> {
        let net_wm_pid = display.conn.intern_atom(false, b"_NET_WM_PID")?.reply()?.atom;
        let resources = display.conn.extension_information(res::X11_EXTENSION_NAME)?.is_some() && {
            let version = display.conn.res_query_version(1, 2)?.reply()?;
            (version.server_major, version.server_minor) >= (1, 2)
        };
        Ok(Self { pid: std::process::id(), net_wm_pid, resources })
    }

    /// Whether a button press where the pointer is would reach a window of ours, or the frame round one, by
    /// which it is closed, moved and made small.
    pub(super) fn pointed_at(&self, display: &X11Display) -> Result<bool, X11Failure> {
        let mut window = display.root();
        for depth in 0..MAX_DEPTH {
            let Some(pointer) = existing(display.conn.query_pointer(window)?.reply())? else {
                return Ok(false);
            };
            if pointer.child == NONE {
                return Ok(false);
            }
            window = pointer.child;
            if self.made(display, window)? || depth == 0 && self.frames_ours(display, window)? {
                return Ok(true);
            }
        }
        Ok(true)
    }

    /// Whether a window of ours lies in this one, which lies in no other.
    pub(in crate::x11) fn frames_ours(
        &self,
        display: &X11Display,
        frame: Window,
    ) -> Result<bool, X11Failure> {
        let mut outer = vec![frame];
        for _ in 0..FRAME_DEPTH {
            // All are asked for before the first answer is waited for.
            let trees: Vec<_> =
                outer.iter().map(|window| display.conn.query_tree(*window)).collect::<Result<_, _>>()?;
            let mut inner = Vec::new();
            for tree in trees {
                inner.extend(
                    existing(tree.reply())?.into_iter().flat_map(|tree| tree.children.into_iter().rev()),
                );
            }
            inner.truncate(MAX_FRAME_PARTS);
            if self.made_any(display, &inner)? {
                return Ok(true);
            }
            outer = inner;
        }
        Ok(false)
    }

    fn made_any(&self, display: &X11Display, windows: &[Window]) -> Result<bool, X11Failure> {
        if !self.resources {
            for window in windows {
                if self.made(display, *window)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        let spec = |client: &Window| ClientIdSpec { client: *client, mask: ClientIdMask::LOCAL_CLIENT_PID };
        let specs: Vec<_> = windows.iter().map(spec).collect();
        let owners = display.conn.res_query_client_ids(&specs)?.reply()?;
        Ok(owners.ids.iter().any(|owner| owner.value.first() == Some(&self.pid)))
    }

    /// Whether a key press would reach a window of ours.
    pub(super) fn focused(&self, display: &X11Display) -> Result<bool, X11Failure> {
        let mut window = display.conn.get_input_focus()?.reply()?.focus;
        if window == u32::from(InputFocus::POINTER_ROOT) || window == display.root() {
            return self.pointed_at(display);
        }
        for _ in 0..MAX_DEPTH {
            if window == NONE || window == display.root() {
                return Ok(false);
            }
            if self.made(display, window)? {
                return Ok(true);
            }
            let Some(tree) = existing(display.conn.query_tree(window)?.reply())? else { return Ok(false) };
            window = tree.parent;
        }
        Ok(true)
    }

    /// Whether this window is ours.
    pub(in crate::x11) fn made(&self, display: &X11Display, window: Window) -> Result<bool, X11Failure> {
        let conn = &display.conn;
        let property = conn.get_property(false, window, self.net_wm_pid, AtomEnum::CARDINAL, 0, 1)?;
        let spec = ClientIdSpec { client: window, mask: ClientIdMask::LOCAL_CLIENT_PID };
        let owner = if self.resources { Some(conn.res_query_client_ids(&[spec])?) } else { None };
        let named = existing(property.reply())?.and_then(|reply| reply.value32()?.next());
        let made_by = match owner {
            Some(owner) => {
                existing(owner.reply())?.and_then(|reply| reply.ids.first()?.value.first().copied())
            }
            None => None,
        };
        Ok(named == Some(self.pid) || made_by == Some(self.pid))
    }
}

/// `None` where the window is gone: nothing can reach it then.
fn existing<T>(reply: Result<T, ReplyError>) -> Result<Option<T>, X11Failure> {
    match reply {
        Ok(reply) => Ok(Some(reply)),
        Err(ReplyError::X11Error(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
