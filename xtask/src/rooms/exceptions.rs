//! What may speak of a feature outside its rooms, and why. An entry that nothing needs any more is an error.

use super::RoomException;

pub(super) const EXCEPTIONS: &[RoomException] = &[
    RoomException {
        path: "p2p/session/src/permission.rs",
        feature: "*",
        reason: "the permissions of the protocol, a bit each, of features that exist and of those to come",
    },
    RoomException {
        path: "Cargo.toml",
        feature: "clipboard",
        reason: "a feature of eframe's, for copying within the window",
    },
    RoomException { path: "Cargo.toml", feature: "adjust", reason: MEMBER },
    RoomException { path: "node/Cargo.toml", feature: "adjust", reason: MEMBER },
    RoomException {
        path: "node/src/features/terminal/screen/",
        feature: "clipboard",
        reason: "what programs in a terminal ask for and don't get",
    },
    RoomException {
        path: "node/benches/terminal.rs",
        feature: "terminal",
        reason: "its benchmark, which cargo wants here",
    },
    RoomException {
        path: "tests/src/screen.rs",
        feature: "clipboard",
        reason: "the harness reads what a program on a virtual screen has copied",
    },
    RoomException {
        path: "tests/src/desktop.rs",
        feature: "clipboard",
        reason: "the demo takes the invite's link from there, as a person would",
    },
    RoomException {
        path: "tests/tests/e2e/harness.rs",
        feature: "clipboard",
        reason: "the harness's own test of reading it",
    },
    RoomException {
        path: "gui/tests/window/panels.rs",
        feature: "view",
        reason: "its panel asks for measurements by itself, which is nothing that somebody did",
    },
    RoomException {
        path: "gui/tests/window/panels.rs",
        feature: "terminal",
        reason: "its panel fits a terminal to its place by itself, which is nothing that somebody did",
    },
    RoomException {
        path: "gui/src/panels/pointing/hand.rs",
        feature: "control",
        reason: "egui's own name for a button of the mouse",
    },
    RoomException { path: "gui/src/cli/words/", feature: "*", reason: HELP },
    RoomException { path: "node/src/bin/beistand-node/words/", feature: "*", reason: HELP },
    RoomException { path: "node/src/features/tests.rs", feature: "*", reason: SAMPLES },
    RoomException { path: "p2p/session/src/authorize/tests.rs", feature: "*", reason: SAMPLES },
    RoomException { path: "p2p/session/src/record/tests.rs", feature: "*", reason: SAMPLES },
    RoomException { path: "p2p/session/src/session/tests/", feature: "*", reason: SAMPLES },
    RoomException { path: "p2p/src/driver/inboxes.rs", feature: "*", reason: SAMPLES },
    RoomException { path: "p2p/src/driver/tests.rs", feature: "*", reason: SAMPLES },
    RoomException { path: "p2p/tests/network/connect.rs", feature: "*", reason: SAMPLES },
    RoomException { path: "p2p/tests/network/relay.rs", feature: "*", reason: SAMPLES },
    RoomException { path: "p2p/src/driver.rs", feature: "*", reason: ROOM_SIZE },
    RoomException { path: "node/src/lib.rs", feature: "*", reason: EXPORTS },
    RoomException { path: "node/platform/Cargo.toml", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/src/fake/mod.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/src/lib.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/src/windows/", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/src/macos/", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/src/traits/fault.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/src/traits/hotkey.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/src/enigo.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/src/wheel.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/src/traits/keeper.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/src/fake/keeper.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/src/x11/keeper.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/src/wayland/keeper.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/src/wayland/seat/", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/src/wayland/portal/", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/src/known_content.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/src/x11/user_watch.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/tests/desktop/enigo.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/tests/desktop/keeper.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/tests/desktop/keyboard.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/tests/desktop/session_lock.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/tests/desktop/user_watch.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/tests/desktop/indicator.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/tests/desktop/origin.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/platform/tests/desktop/support/selection.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/src/backends.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/src/fault.rs", feature: "*", reason: DESKTOP },
    RoomException { path: "node/src/fault/words/", feature: "*", reason: DESKTOP },
    RoomException { path: "gui/src/backend.rs", feature: "*", reason: EVENT_LOOP },
    RoomException { path: "gui/src/hand_check.rs", feature: "*", reason: EVENT_LOOP },
    RoomException { path: "gui/src/input.rs", feature: "*", reason: EVENT_LOOP },
    RoomException { path: "gui/src/keys/", feature: "*", reason: EVENT_LOOP },
    RoomException { path: "gui/src/panels/context.rs", feature: "*", reason: EVENT_LOOP },
    RoomException { path: "gui/src/pane/hand.rs", feature: "*", reason: EVENT_LOOP },
    RoomException { path: "gui/src/shell/", feature: "*", reason: EVENT_LOOP },
    RoomException { path: "gui/src/state.rs", feature: "*", reason: EVENT_LOOP },
    RoomException {
        path: "gui/src/state/hands.rs",
        feature: "control",
        reason: "the one place that says why the helper's own mouse and keyboard have no effect",
    },
    RoomException { path: "gui/src/views/picture.rs", feature: "*", reason: EVENT_LOOP },
    RoomException { path: "gui/src/views/session_bar.rs", feature: "*", reason: EVENT_LOOP },
    RoomException { path: "gui/examples/gallery.rs", feature: "*", reason: WHOLE },
    RoomException { path: "gui/tests/window/common/mod.rs", feature: "*", reason: WHOLE },
    RoomException { path: "gui/tests/window/hand_check.rs", feature: "*", reason: WHOLE },
    RoomException { path: "gui/tests/window/host/", feature: "*", reason: WHOLE },
    RoomException { path: "gui/tests/window/technician/", feature: "*", reason: WHOLE },
    RoomException { path: "node/src/bin/beistand-node/command.rs", feature: "*", reason: WHOLE },
    RoomException { path: "node/src/bin/beistand-node/lines.rs", feature: "*", reason: WHOLE },
    RoomException { path: "node/src/host/tests.rs", feature: "*", reason: WHOLE },
    RoomException { path: "tests/machines/", feature: "*", reason: WHOLE },
    RoomException { path: "tests/tests/e2e/around_dialogs.rs", feature: "*", reason: WHOLE },
    RoomException { path: "tests/tests/e2e/cli.rs", feature: "*", reason: WHOLE },
    RoomException { path: "tests/tests/e2e/consent.rs", feature: "*", reason: WHOLE },
    RoomException { path: "tests/tests/e2e/hostile_host.rs", feature: "*", reason: WHOLE },
    RoomException { path: "tests/tests/e2e/indicator.rs", feature: "*", reason: WHOLE },
    RoomException { path: "tests/tests/e2e/input.rs", feature: "*", reason: WHOLE },
    RoomException { path: "tests/tests/e2e/invite.rs", feature: "*", reason: WHOLE },
    RoomException { path: "tests/tests/e2e/lab_storm.rs", feature: "*", reason: WHOLE },
    RoomException { path: "tests/tests/e2e/network.rs", feature: "*", reason: WHOLE },
    RoomException { path: "tests/tests/e2e/picture.rs", feature: "*", reason: WHOLE },
    RoomException { path: "tests/tests/e2e/wayland/", feature: "*", reason: WHOLE },
    RoomException { path: "tests/tests/e2e/window.rs", feature: "*", reason: WHOLE },
    RoomException { path: "tests/tests/e2e/wine.rs", feature: "*", reason: WHOLE },
    RoomException { path: "node/probe/", feature: "*", reason: PROBES },
    RoomException { path: "node/sweep/", feature: "*", reason: SEARCHES },
    RoomException {
        path: "node/sound/",
        feature: "*",
        reason: "the devices and the sound of the conversation, and its words in the session",
    },
    RoomException { path: "node/mend/", feature: "*", reason: MENDS },
    RoomException { path: "node/adjust/", feature: "adjust", reason: MEMBER },
    RoomException { path: "node/transfer/", feature: "files", reason: CARRIES },
];

const HELP: &str = "the help of a flag lists every permission by its word";
const SAMPLES: &str = "tests of what carries messages, with those of a feature as samples";
const ROOM_SIZE: &str = "the driver hands out how large the next picture may be";
const EXPORTS: &str = "types of the crates below that a window needs";
const DESKTOP: &str = "the desktop has the part that the feature needs, whatever uses it";
const EVENT_LOOP: &str =
    "keys and presses are read before egui sees them, and consent is a matter of who pressed";
const WHOLE: &str = "tests and examples of the whole, in which people do what a feature is for";
const PROBES: &str = "it runs the tests that a technician asks for, and reports in the words of the session";
const SEARCHES: &str = "it searches what a technician asks for, and reports in the words of the session";
const MENDS: &str = "it does what a user has said yes to, in the words of the session";
const MEMBER: &str = "the crate below the node that does it has the feature's name";
const CARRIES: &str = "it reads and writes what is sent, in the words of the session";
