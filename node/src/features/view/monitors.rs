//! The monitors of the user's desktop as both programs hear of them.

use beistand_platform::{DesktopMonitor, MonitorChoice, ScreenLayout, SharedMonitors};
use beistand_session::{Role, SharedMonitor, escape};
use serde_json::{Value, json};

use crate::words::{Phrase, args};

/// A monitor of the user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewMonitor {
    /// What the user's system calls it.
    pub name: String,
    /// Pixels from the left edge of the user's desktop.
    pub x: u16,
    /// Pixels from its top edge.
    pub y: u16,
    /// In pixels.
    pub width: u16,
    /// In pixels.
    pub height: u16,
    /// Whether the user shares it.
    pub shared: bool,
    /// Whether it is in the picture.
    pub shown: bool,
}

impl ViewMonitor {
    fn new(monitor: &DesktopMonitor, shared: bool, shown: bool) -> Self {
        let DesktopMonitor { name, area } = monitor;
        let (x, y, width, height) = (area.x(), area.y(), area.width(), area.height());
        Self { name: name.clone(), x, y, width, height, shared, shown }
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "name": self.name,
            "x": self.x,
            "y": self.y,
            "width": self.width,
            "height": self.height,
            "shared": self.shared,
            "shown": self.shown,
        })
    }
}

/// Before anything is captured: all monitors that there are.
pub(super) fn before_capture(monitors: &[DesktopMonitor], shared: &SharedMonitors) -> Vec<ViewMonitor> {
    monitors.iter().map(|monitor| ViewMonitor::new(monitor, shared.contains(&monitor.name), false)).collect()
}

/// All monitors, for the user.
pub(super) fn all(layout: &ScreenLayout) -> Vec<ViewMonitor> {
    layout
        .monitors()
        .map(|(monitor, shared)| ViewMonitor::new(monitor, shared, layout.shows(monitor)))
        .collect()
}

/// Those that the user shares, for the technician: of others not even that there are any.
pub(super) fn shared(layout: &ScreenLayout) -> Vec<SharedMonitor> {
    let shared = all(layout).into_iter().filter(|monitor| monitor.shared);
    let offered = |ViewMonitor { name, x, y, width, height, shown, .. }| SharedMonitor {
        name,
        x,
        y,
        width,
        height,
        shown,
    };
    shared.map(offered).collect()
}

/// What a host says is shared; its names may be made to look like something else.
pub(super) fn heard(monitors: Vec<SharedMonitor>) -> Vec<ViewMonitor> {
    let known = |SharedMonitor { name, x, y, width, height, shown }| ViewMonitor {
        name: escape(&name),
        x,
        y,
        width,
        height,
        shared: true,
        shown,
    };
    monitors.into_iter().map(known).collect()
}

/// What is to be in the picture once the monitor of this name is hidden, where these are all.
pub(super) fn hide(choice: &mut MonitorChoice, name: &str, all: &[DesktopMonitor]) {
    let names = all.iter().map(|monitor| &monitor.name).filter(|one| choice.shared.contains(one));
    let shared = names.filter(|one| *one != name).cloned().collect();
    choice.shared = SharedMonitors::Only(shared);
    choice.hidden.insert(name.to_owned());
}

/// The same once it is given back.
pub(super) fn show(choice: &mut MonitorChoice, name: &str) {
    choice.hidden.remove(name);
    match &mut choice.shared {
        SharedMonitors::All => {}
        SharedMonitors::Only(names) => _ = names.insert(name.to_owned()),
    }
}

/// The same where the monitors of these names are shared, and no other.
pub(super) fn only(choice: &mut MonitorChoice, names: &[String], all: &[DesktopMonitor]) {
    let others = all.iter().map(|monitor| &monitor.name).filter(|one| !names.contains(one));
    choice.hidden = others.cloned().collect();
    choice.shared = SharedMonitors::Only(names.iter().cloned().collect());
}

/// What the person on the side of `role` is told: nothing where there is nothing to choose.
pub(super) fn phrase(monitors: &[ViewMonitor], role: Role) -> Option<Phrase> {
    if monitors.len() < 2 {
        return None;
    }
    let names = |wanted: fn(&ViewMonitor) -> bool| {
        let names: Vec<_> = monitors.iter().filter(|one| wanted(one)).map(|one| one.name.as_str()).collect();
        names.join(", ")
    };
    let all = names(|_| true);
    Some(match role {
        Role::Host => Phrase::with("view-monitors-host", args![all = all, shared = names(|one| one.shared)]),
        Role::Technician => Phrase::with("view-monitors", args![all = all, shown = names(|one| one.shown)]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use beistand_platform::DesktopArea;

    fn monitor(name: &str, x: u16) -> DesktopMonitor {
        DesktopMonitor { name: name.to_owned(), area: DesktopArea::new(x, 0, 800, 600).expect("not empty") }
    }

    #[test]
    fn the_technician_hears_of_shared_monitors_only_and_the_user_of_all() {
        let shared_one = SharedMonitors::Only(["right".to_owned()].into());
        let choice = MonitorChoice { shared: shared_one, ..MonitorChoice::default() };
        let desktop = DesktopArea::new(0, 0, 1600, 600).expect("not empty");
        let layout = ScreenLayout::new(desktop, vec![monitor("left", 0), monitor("right", 800)], &choice);
        let offered = shared(&layout);
        assert_eq!(offered.len(), 1);
        assert_eq!((offered[0].name.as_str(), offered[0].x, offered[0].shown), ("right", 800, true));
        let told: Vec<_> = all(&layout).into_iter().map(|one| (one.name, one.shared)).collect();
        assert_eq!(told, [("left".to_owned(), false), ("right".to_owned(), true)]);
    }

    #[test]
    fn what_is_hidden_stays_hidden_when_others_follow_and_until_it_is_given_back() {
        let monitors = [monitor("left", 0), monitor("right", 800)];
        let mut choice = MonitorChoice::default();
        let shared = |choice: &MonitorChoice| ["left", "right", "new"].map(|one| choice.shared.contains(one));
        hide(&mut choice, "left", &monitors);
        assert_eq!(shared(&choice), [false, true, false]);
        hide(&mut choice, "right", &monitors);
        assert_eq!(shared(&choice), [false, false, false]);
        show(&mut choice, "left");
        assert_eq!(shared(&choice), [true, false, false]);
        assert!(choice.hidden.iter().eq(["right"]), "{:?}", choice.hidden);
        only(&mut choice, &["right".to_owned()], &monitors);
        assert_eq!(shared(&choice), [false, true, false]);
        assert!(choice.hidden.iter().eq(["left"]), "{:?}", choice.hidden);
        show(&mut choice, "left");
        assert_eq!(shared(&choice), [true, true, false], "what is plugged in later is not shared");
    }

    #[test]
    fn a_name_that_would_turn_the_text_round_is_shown_as_what_it_is() {
        let name = "HDMI\u{202e}1".to_owned();
        let heard = heard(vec![SharedMonitor { name, x: 0, y: 0, width: 1, height: 1, shown: true }]);
        assert_eq!(heard[0].name, "HDMI\\u{202e}1");
    }
}
