//! The bar that shows a session as others on the screen see it, and a program that hides it.
//!
//! It knows the bar's title and where its buttons are (node/platform/src/x11/indicator), nothing of its
//! inside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, StackMode, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::{Screen, Window, poll};

/// The bar's title.
const TITLE: &str = "Beistand indicator";

/// How long the bar may take to be there on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a program that hides the bar does so again.
const AGAIN: Duration = Duration::from_millis(10);

/// Where the middle of "End" is from the bar's right end, in pixels.
const END_PX: i16 = 50;
/// Where that of "Pause" and "Go on" is.
const FLOW_PX: i16 = 134;
/// Where both are from the bar's upper end, in pixels.
const DOWN_PX: i16 = 23;

/// The bar on a screen; waits until it is there.
#[track_caller]
pub fn indicator(screen: &Screen) -> Window {
    // No window manager frames it, so that it is never settled.
    let found = poll(PATIENCE, || screen.windows().into_iter().find(|window| window.title == TITLE));
    found.expect("the bar is on the screen")
}

/// Whether there is a bar on the screen.
pub fn has_indicator(screen: &Screen) -> bool {
    screen.windows().iter().any(|window| window.title == TITLE)
}

/// Where the bar's "End" is.
pub fn end_button(bar: &Window) -> (i16, i16) {
    from_right(bar, END_PX)
}

/// Where the bar's "Pause" or "Go on" is.
pub fn flow_button(bar: &Window) -> (i16, i16) {
    from_right(bar, FLOW_PX)
}

fn from_right(bar: &Window, pixels: i16) -> (i16, i16) {
    ((bar.area.x + bar.area.width) as i16 - pixels, bar.area.y as i16 + DOWN_PX)
}

/// How the bar is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hiding {
    /// By a window that no window manager stacks, and that wants to be on top.
    Cover,
    /// By taking it off the screen.
    Unmap,
    /// By moving it away.
    Move,
}

/// A program that hides the bar, a hundred times a second, until it is dropped.
#[derive(Debug)]
pub struct Hider {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Hider {
    /// Starts to hide this bar.
    ///
    /// # Panics
    /// Where the screen is gone.
    pub fn start(screen: &Screen, bar: &Window, hiding: Hiding) -> Self {
        let (connection, number) = x11rb::connect(Some(screen.display())).expect("the screen is there");
        let root = connection.setup().roots[number].root;
        let target = match hiding {
            Hiding::Cover => cover(&connection, root, screen.size().0),
            Hiding::Unmap | Hiding::Move => bar.id,
        };
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::Acquire) && hide(&connection, target, hiding).is_some() {
                std::thread::sleep(AGAIN);
            }
        });
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for Hider {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A window along the upper edge.
fn cover(connection: &RustConnection, root: u32, width: u16) -> u32 {
    let id = connection.generate_id().expect("few are used");
    let values = CreateWindowAux::new().override_redirect(1).background_pixel(0x20_20_20);
    let (depth, class) = (COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_OUTPUT);
    let made = connection.create_window(depth, id, root, 0, 0, width, 200, 0, class, 0, &values);
    made.expect("the server runs").check().expect("a window");
    id
}

/// Hides it once; `None` where the screen is gone.
fn hide(connection: &RustConnection, target: u32, hiding: Hiding) -> Option<()> {
    match hiding {
        Hiding::Cover => {
            connection.map_window(target).ok()?;
            let above = ConfigureWindowAux::new().stack_mode(StackMode::ABOVE);
            connection.configure_window(target, &above).ok()?;
        }
        Hiding::Unmap => _ = connection.unmap_window(target).ok()?,
        Hiding::Move => {
            let away = ConfigureWindowAux::new().x(-3000);
            connection.configure_window(target, &away).ok()?;
        }
    }
    connection.sync().ok()
}
