//! Pointing.

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Channel, Command, Event, PermissionSet, Role, TechnicianSetup};

fn any_point() -> impl Strategy<Value = MarkPoint> {
    any::<(u16, u16)>().prop_map(|(x, y)| MarkPoint { x, y })
}

fn any_points() -> impl Strategy<Value = WirePoints> {
    proptest::collection::vec(any_point(), 0..=MAX_MARK_POINTS).prop_map(|list| List::new(list).unwrap())
}

fn any_shape() -> impl Strategy<Value = WireShape> {
    prop_oneof![
        any_points().prop_map(WireShape::Stroke),
        (any_point(), any_point()).prop_map(|(from, to)| WireShape::Arrow(from, to)),
        (any_point(), any_point()).prop_map(|(from, to)| WireShape::Rectangle(from, to)),
        (any_point(), any_point()).prop_map(|(from, to)| WireShape::Ellipse(from, to)),
        any_point().prop_map(WireShape::Spot),
        (any_point(), "\\PC{0,80}").prop_map(|(at, text)| WireShape::Text(at, MarkText::new(&text).unwrap())),
    ]
}

pub(crate) fn any_message() -> impl Strategy<Value = PointingWire> {
    let id = any::<u32>();
    let colour = prop::sample::select(MarkColour::ALL);
    let stay = prop::sample::select(vec![MarkStay::Fades, MarkStay::Stays]);
    let why = prop::sample::select(UnshownCause::ALL);
    prop_oneof![
        (id, any_shape(), colour, stay)
            .prop_map(|(id, shape, colour, stay)| PointingWire::Draw { id, shape, colour, stay }),
        (id, any_points()).prop_map(|(id, points)| PointingWire::Extend { id, points }),
        Just(PointingWire::Wipe),
        id.prop_map(|id| PointingWire::Shown { id }),
        (id, why).prop_map(|(id, why)| PointingWire::Unshown { id, why }),
        any_point().prop_map(PointingWire::Back),
        Just(PointingWire::Wiped),
        any_points().prop_map(PointingWire::BackLine),
    ]
}

const ANNOTATE: PermissionSet = PermissionSet::NONE.with(Permission::Annotate);

/// A pair in which drawing is asked for, and allowed where `granted` says so.
fn allowed(granted: PermissionSet) -> Pair {
    let mut pair = Pair::with(TechnicianSetup { wants: ANNOTATE, ..technician_setup() }, host_setup());
    pair.run(millis(100));
    pair.host(Command::Allow(granted)).unwrap();
    pair.run(millis(100));
    pair.take(Role::Host);
    pair.take(Role::Technician);
    pair
}

fn written(text: &str) -> PointingMessage {
    let shape = MarkShape::Text { at: MarkPoint { x: 1, y: 2 }, text: text.to_owned() };
    PointingMessage::Draw(PointedMark { id: 1, shape, colour: MarkColour::Sky, stay: MarkStay::Fades })
}

#[test]
fn a_mark_and_where_the_user_points_arrive_and_what_is_read_is_escaped() {
    let mut pair = allowed(ANNOTATE);
    pair.technician(say(written("h\u{202e}i"))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard(written("h\\u{202e}i"))]);
    let at = MarkPoint { x: 7, y: 8 };
    for back in [PointingMessage::Back(at), PointingMessage::BackLine(vec![at; MAX_MARK_POINTS])] {
        pair.host(say(back.clone())).unwrap();
        pair.run(millis(100));
        assert_eq!(pair.news(Role::Technician), [heard(back)]);
    }
}

#[test]
fn a_text_or_a_stroke_over_its_bound_is_not_sent() {
    let mut pair = allowed(ANNOTATE);
    pair.technician(say(written(&"ü".repeat(MAX_MARK_CHARS)))).unwrap();
    let refused = Err(CommandError::Invalid("mark"));
    assert_eq!(pair.technician(say(written(&"ü".repeat(MAX_MARK_CHARS + 1)))), refused);
    let points = vec![MarkPoint { x: 65_535, y: 65_535 }; MAX_MARK_POINTS + 1];
    assert_eq!(pair.technician(say(PointingMessage::Extend { id: 1, points })), refused);
}

#[test]
fn nobody_draws_without_the_permission_nor_after_it_was_taken_back() {
    let mut pair = allowed(PermissionSet::NONE);
    let refused = Err(CommandError::NotGranted(Permission::Annotate));
    assert_eq!(pair.technician(say(written("hi"))), refused);
    assert_eq!(pair.host(say(PointingMessage::Back(MarkPoint { x: 1, y: 1 }))), refused);
    let mut pair = allowed(ANNOTATE);
    pair.technician.hold(Channel::Pointing, true);
    pair.technician(say(written("hi"))).unwrap();
    pair.host(Command::Revoke(Permission::Annotate)).unwrap();
    pair.run(millis(100));
    pair.technician.hold(Channel::Pointing, false);
    pair.run(millis(100));
    let heard = pair.take(Role::Host);
    assert!(!heard.iter().any(|event| matches!(event, Event::Heard(_))), "{heard:?}");
}
