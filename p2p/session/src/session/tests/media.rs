//! Pictures, the pointer, chat.

use super::*;
use crate::{CursorShape, MAX_CHAT_CHARS, MAX_PICTURE_BYTES, MAX_UNITS};

#[test]
fn pictures_of_all_sizes_arrive_whole() {
    let mut pair = Pair::allowed(VIEW);
    let sizes = [1, 2, 16_383, 16_384, 16_385, 65_535, 1_000_000, MAX_PICTURE_BYTES - 64];
    for (id, bytes) in (0..).zip(sizes) {
        let sent = picture(id, bytes, pair.now);
        pair.host(Command::Picture(sent.clone())).unwrap();
        pair.run(millis(50));
        let events = pair.take(Role::Technician);
        let shown = events.iter().find_map(|event| match event {
            Event::Picture(shown) => Some(shown),
            _ => None,
        });
        let shown = shown.expect("a picture");
        assert_eq!((shown.id, &shown.units, shown.screen), (id, &sent.units, sent.screen));
        pair.technician(Command::Shown { picture: id }).unwrap();
        pair.run(millis(50));
        let shown = pair.news(Role::Host);
        assert!(matches!(shown[..], [Event::Shown { picture, .. }] if picture == id), "{shown:?}");
    }
}

#[test]
fn what_is_no_picture_is_refused() {
    let mut pair = Pair::allowed(VIEW);
    let now = pair.now;
    pair.host(Command::Picture(picture(5, 10, now))).unwrap();
    let mut many = picture(6, 1, now);
    many.units = vec![many.units[0].clone(); MAX_UNITS + 1];
    for wrong in [picture(5, 10, now), picture(4, 10, now), picture(6, MAX_PICTURE_BYTES, now), many] {
        assert_eq!(pair.host(Command::Picture(wrong)), Err(CommandError::Invalid("picture")));
    }
    assert_eq!(pair.host.stats().pictures_in_flight, 1);
}

#[test]
fn the_moment_of_capture_is_known_at_the_other_side() {
    let mut pair = Pair::allowed(VIEW);
    pair.run(Duration::from_secs(3));
    let captured = pair.now;
    pair.run(millis(7));
    pair.host(Command::Picture(picture(1, 1000, captured))).unwrap();
    pair.run(millis(50));
    let events = pair.take(Role::Technician);
    let Some(Event::Picture(shown)) = events.iter().find(|event| matches!(event, Event::Picture(_))) else {
        panic!("{events:?}")
    };
    assert_eq!(shown.captured_at, captured);
    // 7 ms before it left, 10 ms of travel, 40 ms until it is shown.
    pair.technician(Command::Shown { picture: 1 }).unwrap();
    pair.run(millis(50));
    assert!(pair.news(Role::Host).contains(&Event::Shown { picture: 1, latency: millis(57) }));
}

#[test]
fn no_more_pictures_leave_than_are_acknowledged() {
    let mut pair = Pair::allowed(VIEW);
    let mut sent = 0;
    while pair.host.picture_room(pair.now).is_some() {
        let now = pair.now;
        pair.host(Command::Picture(picture(sent, 5000, now))).unwrap();
        sent += 1;
        assert!(sent < 10);
    }
    assert_eq!((sent, pair.host.stats().pictures_in_flight), (3, 3));
    pair.run(millis(50));
    pair.technician(Command::Shown { picture: 2 }).unwrap();
    pair.run(millis(50));
    assert_eq!(pair.host.stats().pictures_in_flight, 0);
    assert!(pair.host.picture_room(pair.now).is_some());
    // A decoder that lost its way asks for a whole picture: it is not waited for for ever.
    for id in 3..6 {
        let now = pair.now;
        pair.host(Command::Picture(picture(id, 5000, now))).unwrap();
    }
    pair.run(millis(50));
    assert_eq!(pair.host.picture_room(pair.now), None);
    pair.take(Role::Host);
    for _ in 0..5 {
        pair.technician(Command::RequestKey).unwrap();
        pair.run(millis(10));
    }
    pair.run(millis(50));
    assert_eq!(pair.news(Role::Host), [Event::KeyRequested]);
    assert!(pair.host.picture_room(pair.now).is_some());
}

#[test]
fn the_pointer_arrives_and_the_newest_wins() {
    let mut pair = Pair::allowed(VIEW);
    let shape =
        |byte| CursorShape { width: 256, height: 256, hotspot: (3, 4), pixels: vec![byte; 256 * 256 * 4] };
    pair.host.hold(Channel::Cursor, true);
    for byte in 0..5 {
        pair.host(Command::CursorShape(shape(byte))).unwrap();
        pair.host(Command::CursorPosition(Some((byte.into(), 1)))).unwrap();
    }
    pair.host.hold(Channel::Cursor, false);
    pair.run(millis(100));
    pair.host(Command::CursorPosition(None)).unwrap();
    pair.run(millis(100));
    let news = pair.news(Role::Technician);
    assert_eq!(news.len(), 3);
    assert_eq!(news[0], Event::CursorShape(shape(4)));
    assert_eq!(news[1..], [Event::CursorPosition(Some((4, 1))), Event::CursorPosition(None)]);
    for wrong in [
        CursorShape { width: 0, ..shape(0) },
        CursorShape { width: 255, ..shape(0) },
        CursorShape { hotspot: (256, 0), ..shape(0) },
        CursorShape { width: 512, height: 128, ..shape(0) },
    ] {
        assert_eq!(pair.host(Command::CursorShape(wrong)), Err(CommandError::Invalid("pointer shape")));
    }
}

#[test]
fn chat_goes_both_ways_and_is_escaped() {
    let mut pair = Pair::allowed(VIEW);
    pair.technician(Command::Chat("a\u{202e}b".to_owned())).unwrap();
    pair.host(Command::Chat("ü".repeat(MAX_CHAT_CHARS))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [Event::Chat("a\\u{202e}b".to_owned())]);
    assert_eq!(pair.news(Role::Technician), [Event::Chat("ü".repeat(MAX_CHAT_CHARS))]);
    let long = Command::Chat("x".repeat(MAX_CHAT_CHARS + 1));
    assert_eq!(pair.host(long), Err(CommandError::Invalid("line")));
}
