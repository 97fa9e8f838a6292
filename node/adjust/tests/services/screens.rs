//! What X servers keep: real ones of our own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use beistand_adjust::{AdjustDeed, read};
use beistand_session::{AdjustFault, AdjustKind};

use crate::{NOWHERE, Place, there_and_back};

/// Where the system's tools are.
const TOOLS: &str = "/usr/bin:/bin";

/// An X server that ends with the test.
struct XServer {
    child: Child,
    name: String,
}

impl XServer {
    /// Starts one; `None` where it is not installed.
    fn start(program: &str, arguments: &[&str]) -> Option<Self> {
        let mut child = Command::new(program)
            .args(["-displayfd", "1", "-noreset"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut number = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut number).unwrap();
        Some(Self { child, name: format!(":{}", number.trim()) })
    }

    fn xvfb() -> Self {
        Self::start("Xvfb", &["-screen", "0", "1280x1024x24", "-nolisten", "tcp"]).expect("Xvfb is installed")
    }
}

impl Drop for XServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_keyboard_of_an_x_server_goes_there_and_back() {
    let (place, server) = (Place::new(), XServer::xvfb());
    place.write("root/usr/share/X11/xkb/rules/evdev.lst", "! layout\n  us  English (US)\n  de  German\n");
    let machine = place.machine(Some(TOOLS), NOWHERE, "", Some(&server.name));
    there_and_back(&machine, AdjustKind::Keyboard, "de");
}

#[test]
fn when_the_screen_of_an_x_server_goes_dark_goes_there_and_back() {
    let (place, server) = (Place::new(), XServer::xvfb());
    let machine = place.machine(Some(TOOLS), NOWHERE, "", Some(&server.name));
    there_and_back(&machine, AdjustKind::Sleep, "60");
    there_and_back(&machine, AdjustKind::Sleep, "0");
}

#[test]
fn the_resolution_of_an_x_server_goes_there_and_back() {
    let arguments = ["-geometry", "1024x768", "-SecurityTypes", "None", "-rfbport", "-1", "-localhost"];
    let Some(server) = XServer::start("Xtigervnc", &arguments) else {
        // Xvfb has one mode only.
        return eprintln!(
            "skipped: no X server with several modes is installed (tigervnc-standalone-server)"
        );
    };
    let place = Place::new();
    let machine = place.machine(None, NOWHERE, "", Some(&server.name));
    let was = read(AdjustKind::Resolution, &machine).unwrap();
    assert_eq!(was.value, "1024x768");
    there_and_back(&machine, AdjustKind::Resolution, "1280x1024");
    there_and_back(&machine, AdjustKind::Resolution, "800x600");
    assert_eq!(AdjustDeed::wish(AdjustKind::Resolution, "123x45", &machine), Err(AdjustFault::NotAChoice));
}

#[test]
fn an_x_server_with_one_mode_offers_that_and_one_that_is_gone_is_told() {
    let (place, server) = (Place::new(), XServer::xvfb());
    let machine = place.machine(None, NOWHERE, "", Some(&server.name));
    assert_eq!(read(AdjustKind::Resolution, &machine).unwrap().choices, ["1280x1024"]);
    drop(server);
    assert_eq!(read(AdjustKind::Resolution, &machine), Err(AdjustFault::NoDisplay));
}
