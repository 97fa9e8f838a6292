//! The pointer.

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Channel, Role};

pub(crate) fn any_message() -> impl Strategy<Value = CursorWire> {
    let shape = (1_u16..12, 1_u16..12, any::<(u16, u16, u8)>()).prop_map(|(width, height, (x, y, byte))| {
        let hotspot = (x % width, y % height);
        let pixels = vec![byte; 4 * usize::from(width * height)];
        CursorWire::Shape(WireShape::new(CursorShape { width, height, hotspot, pixels }).unwrap())
    });
    let covers = vec![ScreenCover::None, ScreenCover::Saver, ScreenCover::Lock];
    let cover = proptest::sample::select(covers).prop_map(CursorWire::Cover);
    prop_oneof![shape, any::<Option<(u16, u16)>>().prop_map(CursorWire::Position), cover]
}

#[test]
fn of_what_covers_the_screen_the_newest_counts() {
    let mut pair = Pair::allowed(VIEW);
    pair.host.hold(Channel::Cursor, true);
    for cover in [ScreenCover::Saver, ScreenCover::None, ScreenCover::Lock] {
        pair.host(say(CursorMessage::Cover(cover))).unwrap();
    }
    pair.host.hold(Channel::Cursor, false);
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(CursorMessage::Cover(ScreenCover::Lock))]);
}

#[test]
fn the_pointer_arrives_and_the_newest_wins() {
    let mut pair = Pair::allowed(VIEW);
    let shape =
        |byte| CursorShape { width: 256, height: 256, hotspot: (3, 4), pixels: vec![byte; 256 * 256 * 4] };
    pair.host.hold(Channel::Cursor, true);
    for byte in 0..5 {
        pair.host(say_shape(shape(byte))).unwrap();
        pair.host(say_position(Some((byte.into(), 1)))).unwrap();
    }
    pair.host.hold(Channel::Cursor, false);
    pair.run(millis(100));
    pair.host(say_position(None)).unwrap();
    pair.run(millis(100));
    let news = pair.news(Role::Technician);
    assert_eq!(news.len(), 3);
    assert_eq!(news[0], heard_shape(shape(4)));
    assert_eq!(news[1..], [heard_position(Some((4, 1))), heard_position(None)]);
    for wrong in [
        CursorShape { width: 0, ..shape(0) },
        CursorShape { width: 255, ..shape(0) },
        CursorShape { hotspot: (256, 0), ..shape(0) },
        CursorShape { width: 512, height: 128, ..shape(0) },
    ] {
        assert_eq!(pair.host(say_shape(wrong)), Err(CommandError::Invalid("pointer shape")));
    }
}
