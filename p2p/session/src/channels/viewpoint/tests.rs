//! Monitors, told and asked for.

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Channel, Command, PermissionSet, Role};

pub(crate) fn any_message() -> impl Strategy<Value = ViewpointWire> {
    let monitor = ("\\PC{0,12}", any::<[u16; 4]>(), any::<bool>()).prop_map(|(name, sides, shown)| {
        let [x, y, width, height] = sides;
        let name = Text::new(&name).unwrap_or_default();
        WireMonitor { name, x, y, width, height, shown }
    });
    let monitors = proptest::collection::vec(monitor, 0..=MAX_SHARED_MONITORS)
        .prop_map(|monitors| ViewpointWire::Monitors(List::new(monitors).unwrap()));
    let watch = proptest::option::of("\\PC{0,12}")
        .prop_map(|name| ViewpointWire::Watch(name.map(|name| Text::new(&name).unwrap_or_default())));
    let quality = proptest::sample::select(QUALITIES.to_vec()).prop_map(ViewpointWire::Quality);
    prop_oneof![monitors, watch, quality]
}

const QUALITIES: [PictureQuality; 3] =
    [PictureQuality::Automatic, PictureQuality::Sharp, PictureQuality::Sparing];

const VIEW: PermissionSet = PermissionSet::NONE.with(Permission::View);

fn monitor(name: &str) -> SharedMonitor {
    SharedMonitor { name: name.to_owned(), x: 0, y: 0, width: 1920, height: 1080, shown: true }
}

fn watch(name: &str) -> ViewpointMessage {
    ViewpointMessage::Watch(Some(name.to_owned()))
}

#[test]
fn monitors_go_to_the_technician_and_wishes_to_the_host_with_the_screen_s_permission_only() {
    let mut pair = Pair::allowed(VIEW);
    let monitors = || ViewpointMessage::Monitors(vec![monitor("left"), monitor("right")]);
    pair.host(say(monitors())).unwrap();
    pair.technician(say(watch("right"))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(monitors())]);
    assert_eq!(pair.news(Role::Host), [heard(watch("right"))]);
    assert_eq!(pair.technician(say(monitors())), Err(CommandError::WrongRole));
    assert_eq!(pair.host(say(watch("left"))), Err(CommandError::WrongRole));
    pair.host(Command::Revoke(Permission::View)).unwrap();
    pair.run(millis(100));
    pair.take(Role::Technician);
    pair.take(Role::Host);
    let refused = Err(CommandError::NotGranted(Permission::View));
    assert_eq!(pair.technician(say(watch("right"))), refused);
    assert_eq!(pair.host(say(monitors())), refused);
}

#[test]
fn of_several_wishes_that_wait_the_last_one_counts() {
    let mut pair = Pair::allowed(VIEW);
    pair.technician.hold(Channel::Viewpoint, true);
    for name in ["left", "right", "middle"] {
        pair.technician(say(watch(name))).unwrap();
    }
    for quality in QUALITIES {
        pair.technician(say(ViewpointMessage::Quality(quality))).unwrap();
    }
    pair.technician.hold(Channel::Viewpoint, false);
    pair.run(millis(100));
    let sparing = ViewpointMessage::Quality(PictureQuality::Sparing);
    assert_eq!(pair.news(Role::Host), [heard(watch("middle")), heard(sparing)]);
}

#[test]
fn more_monitors_than_anybody_has_and_endless_names_are_refused() {
    let mut pair = Pair::allowed(VIEW);
    let most = vec![monitor(&"x".repeat(MAX_SHARED_MONITOR_NAME_BYTES)); MAX_SHARED_MONITORS];
    pair.host(say(ViewpointMessage::Monitors(most.clone()))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(ViewpointMessage::Monitors(most.clone()))]);
    let invalid = Err(CommandError::Invalid("monitors"));
    let more = [most, vec![monitor("one more")]].concat();
    assert_eq!(pair.host(say(ViewpointMessage::Monitors(more))), invalid);
    assert_eq!(pair.technician(say(watch(&"x".repeat(65)))), invalid);
}
