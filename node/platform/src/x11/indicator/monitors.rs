//! Which monitors there are, and where on them the bars are.

use x11rb::errors::ConnectionError;
use x11rb::protocol::randr::{ConnectionExt as _, MonitorInfo};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _};

use crate::x11::{X11Display, X11Failure};

/// The least that a bar needs to be of any use, in pixels: a name, two buttons, two lines beside each other.
pub(super) const LEAST_BAR_PX: (u16, u16) = (300, 40);

/// Dots per inch at which a point is a pixel.
const PLAIN_DPI: f32 = 96.0;

/// The largest enlargement: four times is an 8K screen. Below 1 nothing could be read, whatever is set.
const MAX_SCALE: f32 = 4.0;

/// Longest list of settings that is read, in words of 4 bytes: desktops set some dozen lines.
const MAX_SETTINGS_WORDS: u32 = 16 * 1024;

/// A rectangle on the screen, or on a window, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::x11) struct ScreenArea {
    pub(in crate::x11) x: i16,
    pub(in crate::x11) y: i16,
    pub(in crate::x11) width: u16,
    pub(in crate::x11) height: u16,
}

/// The monitors that are on, as far as the screen has them: any program can add one to the list, and a bar
/// beyond the screen would be one that nobody sees. The whole screen where none has room for a bar.
pub(in crate::x11) fn monitors(display: &X11Display) -> Result<Vec<ScreenArea>, X11Failure> {
    let listed = match display.conn.randr_get_monitors(display.root(), true) {
        // A server with an older RandR answers with an error.
        Ok(cookie) => cookie.reply().map(|reply| reply.monitors).unwrap_or_default(),
        Err(ConnectionError::UnsupportedExtension) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let area = |monitor: &MonitorInfo| ScreenArea {
        x: monitor.x,
        y: monitor.y,
        width: monitor.width,
        height: monitor.height,
    };
    let root = display.conn.get_geometry(display.root())?.reply()?;
    let screen = ScreenArea { x: 0, y: 0, width: root.width, height: root.height };
    Ok(on_screen(listed.iter().map(area), screen))
}

fn on_screen(listed: impl Iterator<Item = ScreenArea>, screen: ScreenArea) -> Vec<ScreenArea> {
    let mut monitors: Vec<_> = listed.filter_map(|area| common(&area, &screen)).collect();
    if !monitors.iter().any(|area| area.width >= LEAST_BAR_PX.0 && area.height >= LEAST_BAR_PX.1) {
        monitors = vec![screen];
    }
    monitors
}

/// What both have.
fn common(one: &ScreenArea, other: &ScreenArea) -> Option<ScreenArea> {
    let (one, other) = (edges(one), edges(other));
    let (left, top) = (one.0.max(other.0), one.1.max(other.1));
    let (right, bottom) = (one.2.min(other.2), one.3.min(other.3));
    (left < right && top < bottom).then(|| ScreenArea {
        x: left as i16,
        y: top as i16,
        width: (right - left) as u16,
        height: (bottom - top) as u16,
    })
}

/// By how much everything is enlarged, as the user's desktop has it (`Xft.dpi`).
pub(in crate::x11) fn scale(display: &X11Display) -> Result<f32, X11Failure> {
    let settings = display
        .conn
        .get_property(
            false,
            display.root(),
            AtomEnum::RESOURCE_MANAGER,
            AtomEnum::STRING,
            0,
            MAX_SETTINGS_WORDS,
        )?
        .reply()?;
    Ok(scale_in(&String::from_utf8_lossy(&settings.value)))
}

fn scale_in(settings: &str) -> f32 {
    let dpi = settings.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == "Xft.dpi").then(|| value.trim().parse::<f32>().ok()).flatten()
    });
    dpi.map_or(1.0, |dpi| dpi / PLAIN_DPI).clamp(1.0, MAX_SCALE)
}

/// A bar of about `natural` size in the middle of the upper edge of each monitor. Monitors that show the same
/// have one between them, on what the smallest of them shows.
pub(super) fn places(monitors: &[ScreenArea], natural: (u16, u16)) -> Vec<(ScreenArea, ScreenArea)> {
    let mut smallest_first = monitors.to_vec();
    smallest_first.sort_by_key(|monitor| u32::from(monitor.width) * u32::from(monitor.height));
    let mut placed: Vec<(ScreenArea, ScreenArea)> = Vec::new();
    for monitor in smallest_first {
        if placed.iter().any(|(bar, _)| contains(&monitor, bar)) {
            continue;
        }
        let width = natural.0.min(monitor.width);
        let bar = ScreenArea {
            x: monitor.x + ((monitor.width - width) / 2) as i16,
            y: monitor.y,
            width,
            height: natural.1.min(monitor.height),
        };
        placed.push((bar, monitor));
    }
    placed
}

/// Where a bar comes to lie whose left end is to be at `x`: along its edge, and nowhere else.
pub(super) fn moved(bar: ScreenArea, monitor: ScreenArea, x: i32) -> ScreenArea {
    let left = i32::from(monitor.x);
    let right = left + i32::from(monitor.width) - i32::from(bar.width);
    ScreenArea { x: x.clamp(left, right.max(left)) as i16, ..bar }
}

/// How far a bar that makes room goes beyond what it makes room for, in pixels: a button's width, so that the
/// next click beside it is free too.
const ASIDE_PX: i32 = 40;

/// Where a bar comes to lie that makes room at `x`: along its edge, by the shorter way. `None` where there is
/// no place for all of it on either side.
pub(super) fn aside(bar: ScreenArea, monitor: ScreenArea, x: i16) -> Option<ScreenArea> {
    let (now, x) = (i32::from(bar.x), i32::from(x));
    let ways = [x - ASIDE_PX - i32::from(bar.width), x + 1 + ASIDE_PX];
    let places = ways.into_iter().filter(|way| i32::from(moved(bar, monitor, *way).x) == *way);
    places.min_by_key(|way| way.abs_diff(now)).map(|way| moved(bar, monitor, way))
}

/// Whether `inner` lies wholly in `outer`.
pub(in crate::x11) fn contains(outer: &ScreenArea, inner: &ScreenArea) -> bool {
    let (outer, inner) = (edges(outer), edges(inner));
    inner.0 >= outer.0 && inner.1 >= outer.1 && inner.2 <= outer.2 && inner.3 <= outer.3
}

/// Whether both have a pixel in common.
pub(in crate::x11) fn meet(one: &ScreenArea, other: &ScreenArea) -> bool {
    let (one, other) = (edges(one), edges(other));
    one.0 < other.2 && other.0 < one.2 && one.1 < other.3 && other.1 < one.3
}

/// Left, top, right, bottom.
fn edges(area: &ScreenArea) -> (i32, i32, i32, i32) {
    let (x, y) = (i32::from(area.x), i32::from(area.y));
    (x, y, x + i32::from(area.width), y + i32::from(area.height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_makes_room_along_its_edge_by_the_shorter_way_and_never_leaves_the_monitor() {
        let monitor = ScreenArea { x: 100, y: 0, width: 1280, height: 800 };
        let bar = ScreenArea { x: 460, y: 0, width: 560, height: 64 };
        let right = aside(bar, monitor, 500).unwrap();
        assert_eq!(right, ScreenArea { x: 541, ..bar });
        let left = aside(bar, monitor, 900).unwrap();
        assert_eq!(left, ScreenArea { x: 300, ..bar });
        for x in bar.x..bar.x + 560 {
            let place = aside(bar, monitor, x).expect("there is room on one side");
            assert!(contains(&monitor, &place) && place.y == bar.y);
            assert!(!meet(&place, &ScreenArea { x, y: 3, width: 1, height: 1 }));
        }
        let narrow = ScreenArea { width: 700, ..monitor };
        assert_eq!(aside(bar, narrow, 650), None, "it stays in sight rather than making room");
    }

    #[test]
    fn a_monitor_that_a_program_made_up_takes_no_bar_off_the_screen() {
        let area = |x, y, width, height| ScreenArea { x, y, width, height };
        let screen = area(0, 0, 1920, 1080);
        assert_eq!(on_screen([area(20_000, 0, 1920, 1080)].into_iter(), screen), [screen]);
        assert_eq!(on_screen([area(0, 0, 20, 10)].into_iter(), screen), [screen]);
        let half = area(960, 0, 960, 1080);
        assert_eq!(on_screen([area(960, 0, 1920, 1080), half].into_iter(), screen), [half, half]);
    }

    const fn area(x: i16, y: i16, width: u16, height: u16) -> ScreenArea {
        ScreenArea { x, y, width, height }
    }

    #[test]
    fn each_monitor_has_a_bar_and_two_that_show_the_same_have_one() {
        let (left, right) = (area(0, 0, 1280, 1024), area(1280, 200, 1920, 1080));
        let bars = places(&[right, left], (560, 62));
        assert_eq!(bars, [(area(360, 0, 560, 62), left), (area(1960, 200, 560, 62), right)]);
        // A projector that shows a part of the larger one.
        let bars = places(&[area(0, 0, 1920, 1080), area(0, 0, 1024, 768)], (560, 62));
        assert_eq!(bars, [(area(232, 0, 560, 62), area(0, 0, 1024, 768))]);
        let bars = places(&[area(0, 0, 400, 50)], (560, 62));
        assert_eq!(bars[0].0, area(0, 0, 400, 50));
    }

    #[test]
    fn a_bar_moves_along_its_edge_and_stays_on_its_monitor() {
        let (bar, monitor) = (area(2000, 0, 500, 60), area(1280, 0, 1920, 1080));
        assert_eq!(moved(bar, monitor, 1500), area(1500, 0, 500, 60));
        assert_eq!(moved(bar, monitor, -400), area(1280, 0, 500, 60));
        assert_eq!(moved(bar, monitor, 9000), area(2700, 0, 500, 60));
    }

    #[test]
    fn the_scale_is_the_desktops_and_never_too_small_to_read() {
        for (settings, scale) in [
            ("Xft.dpi:\t192\n", 2.0),
            ("Xft.antialias: 1\nXft.dpi: 144", 1.5),
            ("Xft.dpi: 10", 1.0),
            ("Xft.dpi: 100000", 4.0),
            ("Xft.dpi: many", 1.0),
            ("", 1.0),
        ] {
            assert_eq!(scale_in(settings), scale, "{settings}");
        }
    }

    #[test]
    fn edges_that_touch_do_not_meet() {
        let bar = area(100, 0, 100, 50);
        assert!(!meet(&bar, &area(200, 0, 10, 10)));
        assert!(meet(&bar, &area(199, 49, 10, 10)));
        assert!(contains(&area(100, 0, 100, 50), &bar));
        assert!(!contains(&area(101, 0, 100, 50), &bar));
    }
}
