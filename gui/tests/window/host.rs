//! The user's pages, a file per subject. Here is only what several of them need.

mod asked_for;
mod bar;
mod bubbles;
mod consent;
mod invite;
mod returns;
mod session;
mod who;

use beistand_node::PermissionSet;

use crate::common::{Test, arm, asked, permissions};

const ALLOW: &str = "Allow what is ticked";
const INJECTED: &str =
    "Please click with this computer's own mouse. Clicks made by programs don't count here.";

fn helped() -> Test {
    let mut test = asked();
    arm(&mut test);
    test.click(ALLOW);
    let granted = PermissionSet::DESKTOP;
    test.say(permissions(granted), |state| {
        state.host_session().is_some_and(|session| session.facts.granted == PermissionSet::DESKTOP)
    });
    assert_eq!(test.heard_names(), ["dialog false", "allow 7 view"]);
    test
}
