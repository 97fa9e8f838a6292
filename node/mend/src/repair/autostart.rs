//! What begins with the desktop: an entry is hidden by a file of the user's own, as desktops do it;
//! the system's file stays as it is.

use beistand_session::{DeedName, DeedSight, DeedSwitch, SightKind};

use super::sight as make_sight;
use super::swap::FileSwap;
use crate::{DeedFault, Machine};

/// Where entries are in the user's home, and in the system.
const USERS: &str = ".config/autostart";
const SYSTEMS: &str = "/etc/xdg/autostart";

const GROUP: &str = "[Desktop Entry]";
const HIDDEN: &str = "Hidden=true";

/// Lines by which an entry doesn't begin.
const OFF_LINES: [&str; 2] = [HIDDEN, "X-GNOME-Autostart-enabled=false"];

pub(super) fn before(name: &DeedName, to: DeedSwitch, machine: &Machine) -> Result<FileSwap, DeedFault> {
    let file = match name.as_str() {
        name if name.ends_with(".desktop") => name.to_owned(),
        name => format!("{name}.desktop"),
    };
    let systems = std::fs::read(machine.at(&format!("{SYSTEMS}/{file}"))).ok();
    let mut is_there = false;
    let swap = FileSwap::of(&machine.in_home(&format!("{USERS}/{file}")), false, |users| {
        let entry = users.map(<[u8]>::to_vec).or_else(|| systems.clone())?;
        is_there = true;
        let text = String::from_utf8_lossy(&entry).into_owned();
        let new = switched(&text, to)?;
        // A file of the user's that only hides the system's begins nothing by itself.
        let begins_nothing = to == DeedSwitch::On && begins(&new).is_none();
        Some(match systems.filter(|_| begins_nothing) {
            Some(systems) => systems,
            None => new.into_bytes(),
        })
    })?;
    match swap {
        Some(swap) => Ok(swap),
        None if is_there => Err(DeedFault::Already),
        None => Err(DeedFault::Gone),
    }
}

/// How the entry was: what it begins.
pub(super) fn sight(swap: &FileSwap) -> DeedSight {
    let new = String::from_utf8_lossy(&swap.new.0);
    // It was what it no longer is.
    let kind = if is_off(&new) { SightKind::On } else { SightKind::Off };
    make_sight(kind, 0, begins(&new).unwrap_or_default())
}

/// What an entry begins.
fn begins(text: &str) -> Option<&str> {
    let values = marked(text).filter(|(inside, _)| *inside).filter_map(|(_, line)| line.split_once('='));
    values.filter(|(key, _)| key.trim() == "Exec").map(|(_, value)| value.trim()).next()
}

/// The lines of the entry's own group, and whether each is.
fn marked(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut inside = false;
    text.lines().map(move |line| {
        if line.starts_with('[') {
            inside = line.trim() == GROUP;
        }
        (inside, line)
    })
}

fn is_off_line(line: &str) -> bool {
    let line: String = line.split_whitespace().collect();
    OFF_LINES.iter().any(|off| line.eq_ignore_ascii_case(off))
}

fn is_off(text: &str) -> bool {
    marked(text).any(|(inside, line)| inside && is_off_line(line))
}

/// The entry switched on or off; `None` where it is so already.
fn switched(text: &str, to: DeedSwitch) -> Option<String> {
    let off = is_off(text);
    if off == (to == DeedSwitch::Off) {
        return None;
    }
    let mut lines = Vec::new();
    for (inside, line) in marked(text) {
        match to {
            DeedSwitch::On if inside && is_off_line(line) => {}
            DeedSwitch::Off if inside && line.split('=').next().is_some_and(|key| key.trim() == "Hidden") => {
            }
            DeedSwitch::On | DeedSwitch::Off => lines.push(line),
        }
        if to == DeedSwitch::Off && line.trim() == GROUP && !lines.contains(&HIDDEN) {
            lines.push(HIDDEN);
        }
    }
    lines.push("");
    Some(lines.join("\n")).filter(|new| is_off(new) != off)
}
