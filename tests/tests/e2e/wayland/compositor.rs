//! A Wayland desktop in memory: mutter, which is GNOME's, without a screen, with PipeWire and a bus of its
//! own.
//!
//! mutter does not run as root, so all of it runs as a user without rights; the programs under test don't.

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use beistand_tests::{Process, Start, poll, root};

use crate::support::SOON;

/// The user that has no files (`nobody`).
const NOBODY: u32 = 65534;

/// Anybody of this computer may connect: the tests' programs are another user's.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=BUS</listen><auth>EXTERNAL</auth><policy context="default">
<allow user="*"/><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"#;

/// The desktop; all of it ends when it is dropped.
pub(super) struct Compositor {
    // Dropped in this order: windows before what shows them, and the bus last.
    windows: Vec<Process>,
    _services: Vec<Process>,
    _bus: Process,
    folder: tempfile::TempDir,
}

impl Compositor {
    /// A desktop with so many monitors of this size, side by side.
    pub(super) fn start(monitors: usize, (width, height): (u16, u16)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("bus.conf"), BUS.replace("BUS", &path(&folder, "bus")))
            .expect("ours");
        if root() {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).expect("root gives things away");
        }
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).expect("ours");
        let run = |words: &[&str]| Process::start(&mut command(folder.path(), words));
        let config = format!("--config-file={}", path(&folder, "bus.conf"));
        let bus = run(&["dbus-daemon", "--nofork", "--nopidfile", &config]);
        wait_for(&folder.path().join("bus"));
        let mut services = vec![run(&["pipewire"])];
        wait_for(&folder.path().join("pipewire-0"));
        services.push(run(&["wireplumber"]));
        let monitor = format!("--virtual-monitor={width}x{height}");
        let mut words = vec!["mutter", "--headless", "--wayland", "--no-x11"];
        words.extend(std::iter::repeat_n(monitor.as_str(), monitors));
        services.push(run(&words));
        wait_for(&folder.path().join("wayland-0"));
        Self { windows: Vec::new(), _services: services, _bus: bus, folder }
    }

    /// The bus's address.
    pub(super) fn bus(&self) -> String {
        format!("unix:path={}", path(&self.folder, "bus"))
    }

    /// Where PipeWire listens.
    pub(super) fn pipewire(&self) -> PathBuf {
        self.folder.path().join("pipewire-0")
    }

    /// A file that programs of this desktop can write.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program as a user of this desktop starts it.
    pub(super) fn on<'a>(&self, start: Start<'a>) -> Start<'a> {
        environment(self.folder.path())
            .into_iter()
            .fold(start, |start, (name, value)| start.variable(name, &value))
    }

    /// A terminal that fills the screen with red, and in which this script runs.
    pub(super) fn red_terminal(&mut self, script: &str) {
        let words = [
            "foot",
            "-o",
            "colors.background=ff0000",
            "-o",
            "initial-window-mode=fullscreen",
            "sh",
            "-c",
            script,
        ];
        self.windows.push(Process::start(&mut command(self.folder.path(), &words)));
    }
}

fn path(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

fn environment(folder: &Path) -> Vec<(&'static str, String)> {
    let at = |name: &str| folder.join(name).display().to_string();
    vec![
        ("XDG_RUNTIME_DIR", folder.display().to_string()),
        ("WAYLAND_DISPLAY", at("wayland-0")),
        ("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", at("bus"))),
    ]
}

fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("setpriv");
    if root() {
        let user = NOBODY.to_string();
        command.args(["--reuid", &user, "--regid", &user, "--clear-groups"]);
    }
    command.args(["--pdeathsig", "KILL", "--"]).args(words).env_remove("DISPLAY");
    command.envs(environment(folder));
    // mutter makes the socket of this name.
    command.env("WAYLAND_DISPLAY", "wayland-0").env("HOME", folder).env("LANG", "C.UTF-8");
    command.env("GSETTINGS_BACKEND", "memory").env("LIBGL_ALWAYS_SOFTWARE", "1");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn wait_for(path: &Path) {
    let there = poll(SOON, || path.exists().then_some(()));
    assert!(
        there.is_some(),
        "{} is not there; `cargo xtask test --only packages` installs all",
        path.display()
    );
}
