//! What the keys mean: in GNOME by its list of input sources, on X11 by `setxkbmap` until the next login, else
//! by `org.freedesktop.locale1` for the whole system.

use beistand_session::AdjustFault;

use crate::bus::{BusObject, SystemBus};
use crate::files::read_file;
use crate::tools::{DesktopKey, printed};
use crate::{AdjustMachine, AdjustPresent};

const SOURCES: DesktopKey = DesktopKey { schema: "org.gnome.desktop.input-sources", key: "sources" };

const LOCALE: BusObject<'static> = BusObject {
    service: "org.freedesktop.locale1",
    path: "/org/freedesktop/locale1",
    interface: "org.freedesktop.locale1",
};

/// Which layouts there are.
const LAYOUTS: &str = "usr/share/X11/xkb/rules/evdev.lst";

/// Who decides what the keys mean.
#[derive(Debug, Clone, Copy)]
enum KeyboardStore {
    Gnome,
    X11,
    System,
}

fn store(machine: &AdjustMachine) -> KeyboardStore {
    if machine.is_gnome() {
        KeyboardStore::Gnome
    } else if machine.x11_display().is_some() {
        KeyboardStore::X11
    } else {
        KeyboardStore::System
    }
}

pub(crate) fn read(machine: &AdjustMachine) -> Result<AdjustPresent, AdjustFault> {
    let (now, raw) = match store(machine) {
        KeyboardStore::Gnome => {
            let raw = SOURCES.get(machine)?;
            let first = sources(&raw).into_iter().find_map(|source| source.layout());
            (first.unwrap_or_else(|| "us".to_owned()), raw)
        }
        KeyboardStore::X11 => {
            let display = machine.x11_display().unwrap_or_default();
            let text = printed(machine, "setxkbmap", &["-display", display, "-query"])?;
            let map = XkbMap::of_query(&text);
            (map.value(), map.raw())
        }
        KeyboardStore::System => {
            let bus = SystemBus::to_read(machine)?;
            let layout: String = bus.get(LOCALE, "X11Layout")?;
            let map = XkbMap { layout, variant: bus.get(LOCALE, "X11Variant")? };
            (map.value(), map.raw())
        }
    };
    let layouts = layouts(&read_file(&machine.root.join(LAYOUTS))?);
    Ok(AdjustPresent { raw, ..AdjustPresent::of_choices(now, layouts) })
}

pub(crate) fn set(machine: &AdjustMachine, layout: &str) -> Result<(), AdjustFault> {
    let before = match store(machine) {
        KeyboardStore::Gnome => SOURCES.get(machine)?,
        KeyboardStore::X11 | KeyboardStore::System => String::new(),
    };
    restore(machine, &raw_after(machine, layout, &before))
}

pub(crate) fn raw_after(machine: &AdjustMachine, layout: &str, before: &str) -> String {
    match store(machine) {
        KeyboardStore::Gnome => {
            let name = layout.replace('(', "+").replace(')', "");
            let wanted = InputSource { kind: "xkb".to_owned(), name };
            let others = sources(before).into_iter().filter(|source| *source != wanted);
            let all: Vec<String> =
                std::iter::once(wanted.clone()).chain(others).map(|one| one.text()).collect();
            format!("[{}]", all.join(", "))
        }
        KeyboardStore::X11 | KeyboardStore::System => XkbMap::of_value(layout).raw(),
    }
}

pub(crate) fn restore(machine: &AdjustMachine, raw: &str) -> Result<(), AdjustFault> {
    match store(machine) {
        KeyboardStore::Gnome => SOURCES.set(machine, raw),
        KeyboardStore::X11 | KeyboardStore::System => apply(machine, &XkbMap::of_raw(raw)),
    }
}

fn apply(machine: &AdjustMachine, map: &XkbMap) -> Result<(), AdjustFault> {
    let XkbMap { layout, variant } = map;
    if let KeyboardStore::X11 = store(machine) {
        let display = machine.x11_display().unwrap_or_default();
        let arguments = ["-display", display, "-layout", layout, "-variant", variant];
        return printed(machine, "setxkbmap", &arguments).map(drop);
    }
    let bus = SystemBus::to_write(machine)?;
    let (model, options): (String, String) = (bus.get(LOCALE, "X11Model")?, bus.get(LOCALE, "X11Options")?);
    // Not the console's keys, and the user may be asked for a password.
    bus.call(LOCALE, "SetX11Keyboard", &(layout, model, variant, options, false, true))
}

/// Layouts and their variants, as the X server has them: several are joined with commas.
#[derive(Debug, Clone, PartialEq, Eq)]
struct XkbMap {
    layout: String,
    variant: String,
}

impl XkbMap {
    fn of_query(text: &str) -> Self {
        let line = |name: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix(name));
            value.unwrap_or_default().trim().to_owned()
        };
        Self { layout: line("layout:"), variant: line("variant:") }
    }

    /// `de`, `de(nodeadkeys)`.
    fn of_value(value: &str) -> Self {
        let (layout, variant) = value.split_once('(').unwrap_or((value, ""));
        Self { layout: layout.to_owned(), variant: variant.trim_end_matches(')').to_owned() }
    }

    fn of_raw(raw: &str) -> Self {
        let (layout, variant) = raw.split_once('|').unwrap_or((raw, ""));
        Self { layout: layout.to_owned(), variant: variant.to_owned() }
    }

    fn raw(&self) -> String {
        format!("{}|{}", self.layout, self.variant)
    }

    fn value(&self) -> String {
        let Self { layout, variant } = self;
        if variant.is_empty() { layout.clone() } else { format!("{layout}({variant})") }
    }
}

/// An entry of GNOME's list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct InputSource {
    kind: String,
    name: String,
}

impl InputSource {
    fn text(&self) -> String {
        format!("('{}', '{}')", self.kind, self.name)
    }

    /// Its layout, where it is one and no method to compose characters.
    fn layout(&self) -> Option<String> {
        let (layout, variant) = self.name.split_once('+').unwrap_or((&self.name, ""));
        let map = XkbMap { layout: layout.to_owned(), variant: variant.to_owned() };
        (self.kind == "xkb").then(|| map.value())
    }
}

/// `[('xkb', 'de'), ('ibus', 'mozc')]`.
fn sources(text: &str) -> Vec<InputSource> {
    let quoted: Vec<&str> = text.split('\'').skip(1).step_by(2).collect();
    let pairs = quoted.chunks_exact(2);
    pairs.map(|pair| InputSource { kind: pair[0].to_owned(), name: pair[1].to_owned() }).collect()
}

/// The layouts of the X server's list.
fn layouts(list: &str) -> Vec<String> {
    let inside = list.lines().skip_while(|line| line.trim() != "! layout").skip(1);
    let lines = inside.take_while(|line| !line.starts_with('!'));
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn layouts_are_read_however_they_are_written() {
        let query = "rules:      evdev\nmodel:      pc105\nlayout:     de\nvariant:    nodeadkeys\n";
        assert_eq!(XkbMap::of_query(query).value(), "de(nodeadkeys)");
        let found: Vec<_> = sources("[('xkb', 'de+neo'), ('ibus', 'mozc')]");
        assert_eq!(
            found.iter().map(InputSource::layout).collect::<Vec<_>>(),
            [Some("de(neo)".to_owned()), None]
        );
        assert!(sources("@a(ss) []").is_empty());
        assert_eq!(
            layouts("! model\n  pc105 x\n\n! layout\n  us   English (US)\n  de   German\n\n! variant\n"),
            ["us", "de"]
        );
    }

    proptest! {
        #[test]
        fn what_was_there_comes_back_and_nothing_panics(layout in "[a-z]{2}", variant in "[a-z_]{0,9}", junk in "\\PC{0,60}") {
            let map = XkbMap { layout, variant };
            prop_assert_eq!(&XkbMap::of_raw(&map.raw()), &map);
            prop_assert_eq!(&XkbMap::of_value(&map.value()), &map);
            let _ = (sources(&junk), layouts(&junk), XkbMap::of_query(&junk), XkbMap::of_value(&junk));
        }
    }
}
