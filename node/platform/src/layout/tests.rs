//! Desktops of one monitor and of several, as pictures.

use super::*;

fn area(x: u16, y: u16, width: u16, height: u16) -> DesktopArea {
    DesktopArea::new(x, y, width, height).unwrap()
}

fn rect(x: u16, y: u16, width: u16, height: u16) -> Rect {
    Rect::new(x, y, width, height).unwrap()
}

fn monitor(name: &str, area: DesktopArea) -> DesktopMonitor {
    DesktopMonitor { name: name.to_owned(), area }
}

/// One of 1920x1080, and right of it, lower, one of 1280x1024.
fn two() -> (DesktopArea, Vec<DesktopMonitor>) {
    let monitors =
        vec![monitor("left", area(0, 0, 1920, 1080)), monitor("right", area(1920, 200, 1280, 1024))];
    (area(0, 0, 3200, 1224), monitors)
}

fn choice(shared: &[&str], wanted: Option<&str>) -> MonitorChoice {
    let names = shared.iter().map(|name| (*name).to_owned()).collect();
    let shared = if shared.is_empty() { SharedMonitors::All } else { SharedMonitors::Only(names) };
    MonitorChoice { shared, wanted: wanted.map(str::to_owned), ..MonitorChoice::default() }
}

fn layout(shared: &[&str], wanted: Option<&str>) -> ScreenLayout {
    let (desktop, monitors) = two();
    ScreenLayout::new(desktop, monitors, &choice(shared, wanted))
}

#[test]
fn without_a_choice_the_picture_is_the_desktop() {
    let layout = layout(&[], None);
    assert!(layout.is_plain());
    assert_eq!(layout.size(), Size::new(3200, 1224).unwrap());
    assert_eq!(layout.sources(layout.size().rect()), [(area(0, 0, 3200, 1224), rect(0, 0, 3200, 1224))]);
    assert_eq!(layout.desktop_position((3000, 7)), Some((3000, 7)));
    assert!(layout.monitors().all(|(monitor, shared)| shared && layout.shows(monitor)));
}

#[test]
fn one_monitor_is_a_picture_of_its_size_and_positions_are_its_own() {
    let layout = layout(&[], Some("right"));
    assert!(layout.is_plain());
    assert_eq!(layout.size(), Size::new(1280, 1024).unwrap());
    assert_eq!(layout.desktop_position((0, 0)), Some((1920, 200)));
    assert_eq!(layout.desktop_position((9999, 9999)), Some((3199, 1223)));
    assert_eq!(layout.picture_position((1919, 300)), None, "the pointer is on the other one");
    assert_eq!(layout.picture_position((1921, 300)), Some((1, 100)));
    assert_eq!(layout.in_picture(area(1900, 190, 40, 20)), [rect(0, 0, 20, 10)]);
    assert_eq!(layout.in_picture(area(0, 0, 100, 100)), []);
    let shown: Vec<_> = layout.monitors().map(|(monitor, _)| layout.shows(monitor)).collect();
    assert_eq!(shown, [false, true]);
}

#[test]
fn what_the_user_does_not_share_is_never_a_source_whatever_is_wanted() {
    for wanted in [None, Some("left"), Some("right"), Some("none of them")] {
        let layout = layout(&["right"], wanted);
        assert_eq!(layout.size(), Size::new(1280, 1024).unwrap(), "{wanted:?}");
        for (source, _) in layout.sources(layout.size().rect()) {
            assert_eq!(source.intersection(area(0, 0, 1920, 1080)), None);
        }
        assert_eq!(layout.monitors().filter(|(_, shared)| *shared).count(), 1);
    }
}

#[test]
fn between_monitors_that_are_shared_the_picture_is_black_and_clicks_go_to_the_nearest() {
    let layout = layout(&["left", "right"], None);
    assert!(!layout.is_plain());
    let sources: Vec<_> =
        layout.sources(layout.size().rect()).into_iter().map(|(source, _)| source).collect();
    assert_eq!(sources, [area(0, 0, 1920, 1080), area(1920, 200, 1280, 1024)]);
    assert_eq!(layout.desktop_position((2500, 10)), Some((2500, 200)));
    assert_eq!(layout.picture_position((2500, 10)), None);
}

#[test]
fn where_the_shared_monitor_is_gone_nothing_is_shown() {
    let layout = layout(&["unplugged"], Some("left"));
    assert_eq!(layout.sources(layout.size().rect()), []);
    assert_eq!(layout.in_picture(area(0, 0, 3200, 1224)), []);
    assert_eq!((layout.desktop_position((5, 5)), layout.picture_position((5, 5))), (None, None));
}

#[test]
fn monitors_that_show_the_same_are_fetched_once() {
    let monitors = vec![monitor("wall", area(0, 0, 1024, 768)), monitor("desk", area(0, 0, 1920, 1080))];
    let names = choice(&["wall", "desk"], None);
    let layout = ScreenLayout::new(area(0, 0, 1920, 1080), monitors, &names);
    let fetched: usize = layout
        .sources(layout.size().rect())
        .iter()
        .map(|(source, _)| usize::from(source.width()) * usize::from(source.height()))
        .sum();
    assert_eq!(fetched, 1920 * 1080);
}

#[test]
fn three_4k_monitors_are_one_picture_at_half_size_or_each_one_at_its_own() {
    let third = |name, x| monitor(name, area(x, 0, 3840, 2160));
    let monitors = vec![third("a", 0), third("b", 3840), third("c", 7680)];
    let desktop = area(0, 0, 11_520, 2160);
    let all = ScreenLayout::new(desktop, monitors.clone(), &MonitorChoice::default());
    assert_eq!((all.shrink(), all.size()), (2, Size::new(5760, 1080).unwrap()));
    assert_eq!(all.in_picture(area(11_519, 2159, 1, 1)), [rect(5759, 1079, 1, 1)]);
    assert_eq!(all.desktop_position((5759, 1079)), Some((11_519, 2159)));
    assert_eq!(all.picture_position((11_519, 2159)), Some((5759, 1079)));
    let source = all.sources(rect(5700, 1000, 60, 80));
    assert_eq!(source, [(area(11_400, 2000, 120, 160), rect(5700, 1000, 60, 80))]);
    let one = ScreenLayout::new(desktop, monitors, &choice(&[], Some("c")));
    assert_eq!((one.shrink(), one.size()), (1, Size::new(3840, 2160).unwrap()));
    assert_eq!(one.desktop_position((10, 10)), Some((7690, 10)));
}

#[test]
fn an_odd_edge_of_a_smaller_picture_is_covered() {
    let layout = ScreenLayout::new(area(0, 0, 8193, 101), Vec::new(), &MonitorChoice::default());
    assert_eq!(layout.size(), Size::new(4097, 51).unwrap());
    let whole = layout.sources(layout.size().rect());
    assert_eq!(whole, [(area(0, 0, 8193, 101), layout.size().rect())]);
    assert_eq!(layout.desktop_position((4096, 50)), Some((8192, 100)));
}

#[test]
fn a_monitor_beyond_the_desktop_and_more_than_anybody_has_are_left_out() {
    let mut monitors = vec![monitor("beyond", area(5000, 0, 100, 100))];
    monitors.extend((0..40).map(|index| monitor(&index.to_string(), area(0, 0, 10, 10))));
    let layout = ScreenLayout::new(area(0, 0, 100, 100), monitors, &MonitorChoice::default());
    assert_eq!(layout.monitors().count(), MAX_MONITORS);
    assert!(layout.monitors().all(|(monitor, _)| monitor.name != "beyond"));
}

#[test]
fn what_is_hidden_is_no_source_where_it_lies_on_what_is_shared_and_comes_back() {
    let (desktop, mut monitors) = two();
    monitors.push(monitor("wall", area(0, 0, 3200, 1224)));
    let mut choice = choice(&["right", "wall"], None);
    choice.hidden.insert("left".to_owned());
    for wanted in [None, Some("wall"), Some("left")] {
        choice.wanted = wanted.map(str::to_owned);
        let layout = ScreenLayout::new(desktop, monitors.clone(), &choice);
        for (source, _) in layout.sources(layout.size().rect()) {
            assert_eq!(source.intersection(area(0, 0, 1920, 1080)), None, "{wanted:?}");
        }
        assert_eq!(layout.picture_position((5, 5)), None);
        assert_eq!(layout.in_picture(area(0, 0, 1920, 1080)), []);
        let (x, y) = layout.desktop_position((5, 5)).expect("something is shown");
        assert!(x >= 1920 || y >= 1080, "pointing does not reach it: {x}, {y}");
    }
    choice.hidden.clear();
    choice.wanted = None;
    assert_eq!(ScreenLayout::new(desktop, monitors, &choice).picture_position((5, 5)), Some((5, 5)));
}

#[test]
fn what_is_shared_does_not_depend_on_what_the_helper_looks_at() {
    for wanted in [None, Some("left"), Some("right")] {
        let all = layout(&[], wanted);
        assert!(
            all.is_shared((5, 5)) && all.is_shared((2000, 300)) && all.is_shared((2500, 10)),
            "{wanted:?}"
        );
        let right = layout(&["right"], wanted);
        assert!(right.is_shared((2000, 300)), "{wanted:?}");
        assert!(!right.is_shared((5, 5)), "{wanted:?}");
        assert!(!right.is_shared((2500, 10)), "on no monitor: {wanted:?}");
    }
}

#[test]
fn a_monitor_that_is_hidden_is_not_shared_where_it_lies_on_one_that_is() {
    let (_, mut monitors) = two();
    monitors.push(monitor("wall", area(0, 0, 3200, 1224)));
    let mut choice = choice(&["right", "wall"], None);
    choice.hidden.insert("left".to_owned());
    let layout = ScreenLayout::uncaptured(monitors, &choice);
    assert!(!layout.is_shared((5, 5)));
    assert!(layout.is_shared((2000, 300)) && layout.is_shared((5, 1200)));
}

#[test]
fn before_the_monitors_are_known_all_is_shared_or_nothing() {
    let shared =
        |names: &[&str]| ScreenLayout::uncaptured(Vec::new(), &choice(names, None)).is_shared((5, 5));
    assert!(shared(&[]));
    assert!(!shared(&["right"]));
}
