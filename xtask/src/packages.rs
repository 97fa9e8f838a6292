//! Packages of the operating system: which are needed for what, and installing those that are missing.

use std::process::{Command, Stdio};

use crate::Problem;
use crate::run::{command, output, present, run};

/// To compile: a C compiler, XCB for the second capture backend, xkbcommon for the second injector, Opus.
pub(crate) const BUILD: &[&str] = &[
    "gcc",
    "libc6-dev",
    "pkg-config",
    "libxcb1-dev",
    "libxcb-shm0-dev",
    "libxcb-randr0-dev",
    "libxkbcommon-dev",
    "libopus-dev",
];

/// To run the desktop program on X11: what its window library loads, software OpenGL, a font, and `dav1d` for
/// its library, which decodes pictures and has another package name in each release.
pub(crate) const DESKTOP: &[&str] = &[
    "libx11-6",
    "libx11-xcb1",
    "libxcursor1",
    "libxi6",
    "libxkbcommon0",
    "libxkbcommon-x11-0",
    "libgl1",
    "libegl1",
    "libgl1-mesa-dri",
    "libfontconfig1",
    "fonts-dejavu-core",
    "dav1d",
];

/// To make packages: what reads libraries' versions, what strips programs, and what packs for other systems.
pub(crate) const PACKAGE: &[&str] = &["dpkg-dev", "binutils", "xz-utils", "rpm", "zip"];

/// To test: virtual screens with a window manager, real programs and others' hands and eyes (xdotool,
/// import), a message bus, the network tools for namespaces and NATs, a second AV1 decoder, a virus scanner
/// (its signatures are the tests' own), two sound servers, two Wayland compositors with a terminal and the
/// portal of one, and what desktops read of an installed program.
pub(crate) const TEST: &[&str] = &[
    "xvfb",
    "x11-xkb-utils",
    "openbox",
    "xterm",
    "mousepad",
    "x11-utils",
    "x11-xserver-utils",
    "xclip",
    "xdotool",
    "imagemagick",
    "dbus-daemon",
    "iproute2",
    "nftables",
    "util-linux",
    "aom-tools",
    "clamav",
    "pulseaudio",
    "pulseaudio-utils",
    "pipewire-pulse",
    "mutter",
    "foot",
    "wireplumber",
    "desktop-file-utils",
    "appstream",
    "libglib2.0-bin",
    "man-db",
    "sway",
    "xdg-desktop-portal",
    "xdg-desktop-portal-wlr",
];

/// Installs those of `groups` that are missing.
///
/// # Errors
/// Where they can't be installed: no apt-get on this system, no root rights, no network. Says what is needed.
pub(crate) fn install(groups: &[&[&str]]) -> Result<(), Problem> {
    let wanted: Vec<&str> = groups.concat();
    if !present("dpkg-query", "--version") || !present("apt-get", "--version") {
        return elsewhere(&wanted);
    }
    let missing = missing(&wanted);
    if missing.is_empty() {
        println!("all {} packages are installed", wanted.len());
        return Ok(());
    }
    println!("missing: {}", missing.join(" "));
    let by_hand = format!(
        "install them yourself, then run this again:\n  apt-get update && apt-get install --no-install-recommends {}",
        missing.join(" ")
    );
    let problem = |problem: Problem| format!("{problem}\nThe packages could not be installed: {by_hand}");
    run(apt_get()?.arg("update")).map_err(problem)?;
    run(apt_get()?.args(["install", "-y", "--no-install-recommends"]).args(&missing)).map_err(problem)
}

/// Those of `wanted` that dpkg does not have installed.
fn missing<'a>(wanted: &[&'a str]) -> Vec<&'a str> {
    // It fails where a single name is unknown, but lists the others all the same.
    let listed = command("dpkg-query")
        .args(["--show", "--showformat", "${db:Status-Abbrev} ${Package}\n"])
        .args(wanted)
        .stderr(Stdio::null())
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    wanted.iter().filter(|name| !installed(&listed, name)).copied().collect()
}

fn installed(listed: &str, name: &str) -> bool {
    listed.lines().any(|line| {
        let mut words = line.split_whitespace();
        words.next().is_some_and(|status| status.ends_with('i')) && words.next() == Some(name)
    })
}

/// `apt-get`, through sudo where this is not root.
fn apt_get() -> Result<Command, Problem> {
    let mut apt_get = if output(command("id").arg("-u"))?.trim() == "0" {
        command("apt-get")
    } else if present("sudo", "--version") {
        let mut sudo = command("sudo");
        // Asks for a password on the terminal where one is needed; without a terminal it fails and says so.
        sudo.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    } else {
        return Err("installing packages needs root, and there is no sudo; run this as root once".to_owned());
    };
    apt_get.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(apt_get)
}

/// Systems without apt-get: trusts what is there, where the programs at least can be found.
fn elsewhere(wanted: &[&str]) -> Result<(), Problem> {
    let programs = [("pkg-config", "--version"), ("Xvfb", "-help"), ("xterm", "-version")];
    let missing: Vec<&str> = programs
        .iter()
        .filter(|(program, flag)| !present(program, flag))
        .map(|(program, _)| *program)
        .collect();
    if missing.is_empty() {
        println!("no apt-get here; the programs looked for are there");
        return Ok(());
    }
    Err(format!(
        "this system has no apt-get, and these programs are missing: {}.\nInstall what these packages of Debian are \
         called here, then run this again:\n  {}",
        missing.join(" "),
        wanted.join(" ")
    ))
}

#[cfg(test)]
mod tests {
    use super::installed;

    #[test]
    fn only_wholly_installed_packages_count() {
        let listed = "ii  xvfb\nrc  xterm\nun  openbox\nhi  openssl\n";
        assert!(installed(listed, "xvfb"));
        assert!(installed(listed, "openssl"), "held, but installed");
        assert!(!installed(listed, "xterm"), "removed, its configuration is left");
        assert!(!installed(listed, "openbox"));
        assert!(!installed(listed, "xv"));
    }
}
