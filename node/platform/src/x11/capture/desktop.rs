//! The desktop of an X11 server as it is laid out now: how large it is, and which monitors RandR has on it.
//!
//! Any program can add monitors to that list, and name them; they are bounded here and cut to the desktop.

use beistand_session::escape;
use x11rb::errors::ConnectionError;
use x11rb::protocol::randr::{ConnectionExt as _, MonitorInfo};
use x11rb::protocol::xproto::ConnectionExt as _;

use crate::layout::{DesktopArea, DesktopMonitor, MAX_MONITOR_NAME_BYTES, MAX_MONITORS};
use crate::x11::{X11Display, X11Failure};
use crate::{DesktopFault, DesktopPart, MonitorChoice, ScreenLayout};

/// What is in the picture now.
pub(super) fn read_layout(display: &X11Display, choice: &MonitorChoice) -> Result<ScreenLayout, X11Failure> {
    let root = display.conn.get_geometry(display.root())?;
    let monitors = monitors(display)?;
    let root = root.reply()?;
    let desktop = DesktopArea::new(0, 0, root.width, root.height)
        .ok_or_else(|| X11Failure::system("the screen is empty"))?;
    Ok(ScreenLayout::new(desktop, monitors, choice))
}

/// The monitors of the display of this name (`:0`).
///
/// # Errors
/// [`DesktopFault::Unavailable`].
pub(in crate::x11) fn list_monitors(display: &str) -> Result<Vec<DesktopMonitor>, DesktopFault> {
    let listed = X11Display::open(display).and_then(|display| monitors(&display));
    listed.map_err(|failure| failure.fault(DesktopPart::Screen))
}

/// The monitors that are on; none where the server knows of none.
fn monitors(display: &X11Display) -> Result<Vec<DesktopMonitor>, X11Failure> {
    let conn = &display.conn;
    let listed = match conn.randr_get_monitors(display.root(), true) {
        // A server with an older RandR answers with an error.
        Ok(cookie) => cookie.reply().map(|reply| reply.monitors).unwrap_or_default(),
        Err(ConnectionError::UnsupportedExtension) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let listed = listed.into_iter().take(MAX_MONITORS);
    let asked: Vec<_> = listed
        .map(|monitor| Ok((conn.get_atom_name(monitor.name)?, monitor)))
        .collect::<Result<_, ConnectionError>>()?;
    let mut monitors = Vec::new();
    for (name, monitor) in asked {
        // One that goes away just now has no name any more.
        if let (Ok(name), Some(area)) = (name.reply(), area(&monitor)) {
            monitors.push(DesktopMonitor { name: readable(&name.name), area });
        }
    }
    monitors.sort_by_key(|monitor| (monitor.area.x(), monitor.area.y()));
    Ok(monitors)
}

/// As much of it as can be on the desktop.
fn area(monitor: &MonitorInfo) -> Option<DesktopArea> {
    let side = |at: i16, length: u16| {
        let end = i32::from(at) + i32::from(length);
        let start = at.max(0) as u16;
        Some((start, u16::try_from(end).ok()?.checked_sub(start)?))
    };
    let ((x, width), (y, height)) = (side(monitor.x, monitor.width)?, side(monitor.y, monitor.height)?);
    DesktopArea::new(x, y, width, height)
}

/// A name without what a terminal or a window would obey, and not too long.
fn readable(name: &[u8]) -> String {
    let mut readable = String::new();
    for character in escape(&String::from_utf8_lossy(name)).chars() {
        if readable.len() + character.len_utf8() > MAX_MONITOR_NAME_BYTES {
            break;
        }
        readable.push(character);
    }
    readable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monitor_that_begins_left_of_the_desktop_is_cut() {
        let monitor = MonitorInfo { x: -100, y: 20, width: 300, height: 200, ..MonitorInfo::default() };
        assert_eq!(area(&monitor), DesktopArea::new(0, 20, 200, 200));
        assert_eq!(area(&MonitorInfo { x: -300, ..monitor }), None);
    }

    #[test]
    fn names_have_no_control_characters_and_an_end() {
        assert_eq!(readable(b"HDMI\x1b[2J-1"), "HDMI\\u{1b}[2J-1");
        assert_eq!(readable("ä".repeat(99).as_bytes()).len(), MAX_MONITOR_NAME_BYTES);
    }
}
