//! A session of the real programs, by words or by link, as far as the first picture.

use std::time::Duration;

use beistand_tests::{Network, Program, Screen, Start, poll};

use crate::PATIENCE;
use crate::peer::ours;

/// How often the technician is asked for a picture.
const GLANCE: Duration = Duration::from_millis(100);

/// Where a program runs: on loopback, or anywhere in a network.
pub(crate) fn at<'a>(subcommand: &str, network: Option<&'a Network>) -> Start<'a> {
    match network {
        // Nobody is to be found by the local network's means.
        Some(network) => Start::node_anywhere(subcommand).arguments(["--no-mdns"]).inside(network),
        None => Start::node(subcommand),
    }
}

/// A host that shows an invite.
pub(crate) fn host(screen: &Screen, network: Option<&Network>, bootstrap: &[String]) -> Program {
    ours(at("share", network), bootstrap).on(screen).start()
}

/// A technician with an invite, from the user's yes to the first picture; the session goes on.
#[track_caller]
pub(crate) fn connect(
    host: &mut Program,
    screen: &Screen,
    invite: &str,
    network: Option<&Network>,
    bootstrap: &[String],
) -> Program {
    let mut technician = ours(at("connect", network), bootstrap).invite(invite).start();
    host.expect("request", PATIENCE);
    host.allow("view,pointer,keyboard");
    technician.expect("granted", PATIENCE);
    let file = screen.folder().join("first.png");
    let picture = poll(PATIENCE, || {
        technician.say(&format!("screenshot {}", file.display()));
        technician.wait_for("screenshot", GLANCE)
    });
    assert!(picture.is_some(), "there is no picture");
    technician
}

/// Ends a session as the technician would.
#[track_caller]
pub(crate) fn end(mut technician: Program, mut host: Program) {
    technician.say("end");
    assert_eq!(host.exit(PATIENCE), Some(0), "{}", host.errors());
    assert_eq!(technician.exit(PATIENCE), Some(0), "{}", technician.errors());
}
