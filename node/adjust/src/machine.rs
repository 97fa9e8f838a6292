//! Where the settings of a machine are.

use std::env;
use std::path::{Path, PathBuf};

use beistand_mend::Machine;
use beistand_tool::ToolRunner;

/// A machine as its settings see it: its files and tools, and the user's desktop.
#[derive(Debug, Clone)]
pub struct AdjustMachine {
    pub(crate) root: PathBuf,
    pub(crate) home: PathBuf,
    pub(crate) tools: ToolRunner,
    /// The address of the system's bus; the usual one without.
    pub(crate) system_bus: Option<String>,
    display: Option<String>,
    wayland: bool,
    /// As in `XDG_CURRENT_DESKTOP`: names with colons between.
    desktop: String,
    /// As in `XDG_CONFIG_HOME`.
    config: PathBuf,
    /// As in `XDG_DATA_DIRS`, with the user's own before.
    data: Vec<PathBuf>,
}

impl AdjustMachine {
    /// A machine, with the desktop that this program runs on.
    pub fn of(machine: &Machine) -> Self {
        let home = machine.in_home("");
        let own = env::home_dir().is_some_and(|own| own == home);
        let path = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| own && path.is_absolute());
        let mut data = vec![path("XDG_DATA_HOME").unwrap_or_else(|| home.join(".local/share"))];
        match env::var_os("XDG_DATA_DIRS").filter(|list| own && !list.is_empty()) {
            Some(list) => data.extend(env::split_paths(&list).filter(|path| path.is_absolute())),
            None => data.extend(DATA_FOLDERS.map(|folder| machine.at(folder))),
        }
        let text = |name: &str| env::var(name).ok().filter(|text| !text.is_empty());
        Self {
            root: machine.at("/"),
            config: path("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config")),
            home,
            tools: machine.tools().clone(),
            system_bus: None,
            display: text("DISPLAY"),
            wayland: text("WAYLAND_DISPLAY").is_some(),
            desktop: text("XDG_CURRENT_DESKTOP").unwrap_or_default(),
            data,
        }
    }

    /// The same with another bus of the system, desktop and X display: for tests.
    #[must_use]
    pub fn with_desktop(self, bus: &str, desktop: &str, display: Option<&str>) -> Self {
        let (desktop, display) = (desktop.to_owned(), display.map(str::to_owned));
        Self { system_bus: Some(bus.to_owned()), desktop, display, wayland: false, ..self }
    }

    /// The X display, where programs on it decide: not in a Wayland desktop.
    pub(crate) fn x11_display(&self) -> Option<&str> {
        self.display.as_deref().filter(|_| !self.wayland)
    }

    /// Whether the desktop is of this name.
    pub(crate) fn is_desktop(&self, name: &str) -> bool {
        self.desktop.split(':').any(|one| one.eq_ignore_ascii_case(name))
    }

    /// Whether it keeps its settings where GNOME does.
    pub(crate) fn is_gnome(&self) -> bool {
        ["GNOME", "Unity", "Budgie"].iter().any(|name| self.is_desktop(name))
    }

    /// Where the user's choice of programs is.
    pub(crate) fn mime_choices(&self) -> PathBuf {
        self.config.join("mimeapps.list")
    }

    /// Where entries of programs are, the user's own first.
    pub(crate) fn data_folders(&self) -> impl Iterator<Item = &Path> {
        self.data.iter().map(PathBuf::as_path)
    }
}

/// Where programs have their entries, unless the desktop says otherwise.
const DATA_FOLDERS: [&str; 4] =
    ["/usr/local/share", "/usr/share", "/var/lib/flatpak/exports/share", "/var/lib/snapd/desktop"];
