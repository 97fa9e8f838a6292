//! A Wayland desktop in memory: mutter, which is GNOME's, or sway, which is built on wlroots, without a
//! screen, with PipeWire and a bus of its own.
//!
//! Neither runs as root, so all of it runs as a user without rights; the programs under test don't.

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use beistand_tests::{Process, Start, poll, root};
use futures::executor::block_on;
use zbus::connection::Builder;
use zbus::fdo::DBusProxy;

use super::screencopy_relay::relay_screencopy;
use crate::support::SOON;

/// The user that has no files (`nobody`).
const NOBODY: u32 = 65534;

/// Anybody of this computer may connect: the tests' programs are another user's.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=BUS</listen><auth>EXTERNAL</auth><policy context="default">
<allow user="*"/><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"#;

/// What the portal of wlroots asks nobody, and where it looks for the screen.
const CHOICE: &str = "[screencast]\noutput_name=HEADLESS-1\nchooser_type=none\n";

/// The desktop; all of it ends when it is dropped.
pub(super) struct Compositor {
    // Dropped in this order: windows before what shows them, and the bus last.
    windows: Vec<Process>,
    services: Vec<Process>,
    _bus: Process,
    folder: tempfile::TempDir,
    kind: CompositorKind,
}

/// Whose it is.
#[derive(Debug, Clone, Copy)]
enum CompositorKind {
    Mutter,
    Sway,
}

impl CompositorKind {
    /// The socket that it makes.
    fn display(self) -> &'static str {
        match self {
            Self::Mutter => "wayland-0",
            Self::Sway => "wayland-1",
        }
    }

    /// How a terminal has the whole screen, and our bar is seen all the same where there is no other sign.
    fn whole_screen(self) -> &'static str {
        match self {
            Self::Mutter => "initial-window-mode=fullscreen",
            Self::Sway => "initial-window-mode=windowed",
        }
    }
}

impl Compositor {
    /// GNOME's, with so many monitors of this size, side by side.
    pub(super) fn start(monitors: usize, (width, height): (u16, u16)) -> Self {
        let mut desktop = Self::without_windows(CompositorKind::Mutter);
        let monitor = format!("--virtual-monitor={width}x{height}");
        let mut words = vec!["mutter", "--headless", "--wayland", "--no-x11"];
        words.extend(std::iter::repeat_n(monitor.as_str(), monitors));
        desktop.serve(&words);
        wait_for(&desktop.display());
        desktop
    }

    /// That of wlroots, with one monitor of this size in this scale.
    pub(super) fn sway(width: u16, height: u16, scale: f32) -> Self {
        let mut desktop = Self::without_windows(CompositorKind::Sway);
        let monitor = format!("output HEADLESS-1 resolution {width}x{height} scale {scale}");
        let config = format!("{monitor} bg #00ff00 solid_color\ndefault_border none\n");
        std::fs::write(desktop.file("sway"), config).expect("ours");
        let config = path(&desktop.folder, "sway");
        desktop.serve(&["sway", "--config", &config]);
        wait_for(&desktop.display());
        desktop
    }

    /// The portal of wlroots and the real one before it, which know nobody to ask.
    pub(super) fn start_portal(&mut self) {
        let config = self.file("xdg-desktop-portal-wlr");
        std::fs::create_dir(&config).expect("ours");
        std::fs::write(config.join("config"), CHOICE).expect("ours");
        relay_screencopy(&self.file("wayland-9"), &self.display());
        self.serve(&["env", "WAYLAND_DISPLAY=wayland-9", "/usr/libexec/xdg-desktop-portal-wlr"]);
        self.wait_for_name("org.freedesktop.impl.portal.desktop.wlr");
        // It looks at who asks, which only the same user may.
        let mut portal = Command::new("setpriv");
        portal.args(["--pdeathsig", "KILL", "--", "/usr/libexec/xdg-desktop-portal"]);
        surround(&mut portal, self.folder.path());
        self.services.push(Process::start(&mut portal));
        self.wait_for_name("org.freedesktop.portal.Desktop");
    }

    fn without_windows(kind: CompositorKind) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("bus.conf"), BUS.replace("BUS", &path(&folder, "bus")))
            .expect("ours");
        if root() {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).expect("root gives things away");
        }
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).expect("ours");
        let config = format!("--config-file={}", path(&folder, "bus.conf"));
        let words = ["dbus-daemon", "--nofork", "--nopidfile", &config];
        let bus = Process::start(&mut command(folder.path(), &words));
        wait_for(&folder.path().join("bus"));
        let mut desktop = Self { windows: Vec::new(), services: Vec::new(), _bus: bus, folder, kind };
        desktop.serve(&["pipewire"]);
        wait_for(&desktop.pipewire());
        desktop.serve(&["wireplumber"]);
        desktop
    }

    fn serve(&mut self, words: &[&str]) {
        self.services.push(Process::start(&mut command(self.folder.path(), words)));
    }

    fn wait_for_name(&self, name: &str) {
        let open = async {
            let bus = Builder::address(self.bus().as_str())?.build().await?;
            DBusProxy::new(&bus).await
        };
        let names = block_on(open).expect("a bus");
        let has_owner = || block_on(names.name_has_owner(name.try_into().expect("a name")));
        let there = poll(SOON, || has_owner().is_ok_and(|has| has).then_some(()));
        assert!(there.is_some(), "nobody is {name}; `cargo xtask test --only packages` installs all");
    }

    /// The bus's address.
    pub(super) fn bus(&self) -> String {
        format!("unix:path={}", path(&self.folder, "bus"))
    }

    /// Where PipeWire listens.
    pub(super) fn pipewire(&self) -> PathBuf {
        self.folder.path().join("pipewire-0")
    }

    /// Where the compositor listens.
    fn display(&self) -> PathBuf {
        self.file(self.kind.display())
    }

    /// A file that programs of this desktop can write.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program as a user of this desktop starts it.
    pub(super) fn on<'a>(&self, start: Start<'a>) -> Start<'a> {
        environment(self.folder.path(), &self.display().display().to_string())
            .into_iter()
            .fold(start, |start, (name, value)| start.variable(name, &value))
    }

    /// A terminal that fills the screen with red, and in which this script runs.
    pub(super) fn red_terminal(&mut self, script: &str) {
        let words =
            ["foot", "-o", "colors.background=ff0000", "-o", self.kind.whole_screen(), "sh", "-c", script];
        let mut terminal = command(self.folder.path(), &words);
        terminal.env("WAYLAND_DISPLAY", self.kind.display());
        self.windows.push(Process::start(&mut terminal));
    }
}

fn path(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

fn environment(folder: &Path, display: &str) -> Vec<(&'static str, String)> {
    vec![
        ("XDG_RUNTIME_DIR", folder.display().to_string()),
        ("WAYLAND_DISPLAY", display.to_owned()),
        ("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", folder.join("bus").display())),
    ]
}

fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("setpriv");
    if root() {
        let user = NOBODY.to_string();
        command.args(["--reuid", &user, "--regid", &user, "--clear-groups"]);
    }
    command.args(["--pdeathsig", "KILL", "--"]).args(words);
    surround(&mut command, folder);
    command
}

/// What a program of the desktop finds around it.
fn surround(command: &mut Command, folder: &Path) {
    // mutter makes the socket of this name; sway finds one itself.
    command.env_remove("DISPLAY").envs(environment(folder, "wayland-0"));
    command.env("HOME", folder).env("XDG_CONFIG_HOME", folder).env("LANG", "C.UTF-8");
    command.env("XDG_CURRENT_DESKTOP", "sway").env("GSETTINGS_BACKEND", "memory");
    command.env("LIBGL_ALWAYS_SOFTWARE", "1").env("WLR_BACKENDS", "headless");
    command.env("WLR_RENDERER", "pixman").env("WLR_LIBINPUT_NO_DEVICES", "1");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
}

fn wait_for(path: &Path) {
    let there = poll(SOON, || path.exists().then_some(()));
    assert!(
        there.is_some(),
        "{} is not there; `cargo xtask test --only packages` installs all",
        path.display()
    );
}
