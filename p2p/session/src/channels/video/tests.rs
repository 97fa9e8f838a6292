//! Pictures.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{Channel, CommandError, Event, Message, Role};

fn any_picture() -> impl Strategy<Value = WirePicture> {
    let unit = (any::<[u16; 5]>(), any::<bool>(), vec(any::<u8>(), 0..200)).prop_map(
        |([stream, x, y, width, height], key, data)| PictureUnit { stream, x, y, width, height, key, data },
    );
    (any::<(u64, (u16, u16))>(), vec(unit, 0..6))
        .prop_map(|((captured, screen), units)| WirePicture::new(0, captured, screen, units).unwrap())
}

pub(crate) fn any_message() -> impl Strategy<Value = VideoWire> {
    prop_oneof![
        any_picture().prop_map(VideoWire::Picture),
        any::<u64>().prop_map(|received| VideoWire::KeyRequest { received }),
        any::<(u64, u64)>().prop_map(|(number, took)| VideoWire::Shown { number, took }),
    ]
}

#[test]
fn pictures_of_all_sizes_arrive_whole() {
    let mut pair = Pair::allowed(VIEW);
    let sizes = [1, 2, 16_383, 16_384, 16_385, 65_535, 1_000_000, MAX_PICTURE_BYTES - 64];
    for (id, bytes) in (0..).zip(sizes) {
        let sent = picture(id, bytes, pair.now);
        pair.host(say_picture(sent.clone())).unwrap();
        pair.run(millis(50));
        let events = pair.take(Role::Technician);
        let shown = events.iter().find_map(|event| match event {
            Event::Heard(Message::Video(VideoMessage::Picture(shown))) => Some(shown),
            _ => None,
        });
        let shown = shown.expect("a picture");
        assert_eq!((shown.id, &shown.units, shown.screen), (id, &sent.units, sent.screen));
        pair.technician(say_shown(id)).unwrap();
        pair.run(millis(50));
        let shown = pair.news(Role::Host);
        assert!(matches!(shown[..], [Event::Heard(Message::Video(VideoMessage::Shown { picture, .. }))] if picture == id), "{shown:?}");
    }
}

#[test]
fn what_is_no_picture_is_refused() {
    let mut pair = Pair::allowed(VIEW);
    let now = pair.now;
    pair.host(say_picture(picture(5, 10, now))).unwrap();
    let mut many = picture(6, 1, now);
    many.units = vec![many.units[0].clone(); MAX_UNITS + 1];
    for wrong in [picture(5, 10, now), picture(4, 10, now), picture(6, MAX_PICTURE_BYTES, now), many] {
        assert_eq!(pair.host(say_picture(wrong)), Err(CommandError::Invalid("picture")));
    }
    assert_eq!(pair.host.stats().pictures_in_flight, 1);
}

#[test]
fn the_moment_of_capture_is_known_at_the_other_side() {
    let mut pair = Pair::allowed(VIEW);
    pair.run(Duration::from_secs(3));
    let captured = pair.now;
    pair.run(millis(7));
    pair.host(say_picture(picture(1, 1000, captured))).unwrap();
    pair.run(millis(50));
    let events = pair.take(Role::Technician);
    let Some(Event::Heard(Message::Video(VideoMessage::Picture(shown)))) = events.iter().find(|event| matches!(event, Event::Heard(Message::Video(VideoMessage::Picture(_))))) else {
        panic!("{events:?}")
    };
    assert_eq!(shown.captured_at, captured);
    // 7 ms before it left, 10 ms of travel, 40 ms until it is shown.
    pair.technician(say(VideoMessage::shown(1, millis(40)))).unwrap();
    pair.run(millis(50));
    let way = PictureWay { queue: Duration::ZERO, network: millis(10), there: millis(40) };
    let shown = VideoMessage::Shown { picture: 1, latency: millis(57), way };
    assert!(pair.news(Role::Host).contains(&heard(shown)));
}

#[test]
fn a_picture_that_waits_for_its_stream_is_queued_and_not_on_the_network() {
    let mut pair = Pair::allowed(VIEW);
    pair.run(Duration::from_secs(3));
    pair.host.hold(Channel::Video, true);
    let now = pair.now;
    pair.host(say_picture(picture(1, 1000, now))).unwrap();
    pair.run(millis(30));
    pair.host.hold(Channel::Video, false);
    let now = pair.now;
    pair.host.handle_timeout(now);
    pair.run(millis(10));
    pair.technician(say(VideoMessage::shown(1, Duration::ZERO))).unwrap();
    pair.run(millis(50));
    let way = PictureWay { queue: millis(30), network: millis(10), there: Duration::ZERO };
    let shown = VideoMessage::Shown { picture: 1, latency: millis(40), way };
    assert!(pair.news(Role::Host).contains(&heard(shown)));
}

#[test]
fn no_more_pictures_leave_than_are_acknowledged() {
    let mut pair = Pair::allowed(VIEW);
    for sent in 0..3 {
        // The next may leave when the path is through with this one; it need not be shown.
        assert!(pair.host.room(Channel::Video).is_some());
        let now = pair.now;
        pair.host(say_picture(picture(sent, 5000, now))).unwrap();
        pair.run(millis(50));
    }
    assert_eq!((pair.host.room(Channel::Video), pair.host.stats().pictures_in_flight), (None, 3));
    pair.technician(say_shown(2)).unwrap();
    pair.run(millis(50));
    assert_eq!(pair.host.stats().pictures_in_flight, 0);
    assert!(pair.host.room(Channel::Video).is_some());
    // A decoder that lost its way asks for a whole picture: it is not waited for for ever.
    for id in 3..6 {
        let now = pair.now;
        pair.host(say_picture(picture(id, 5000, now))).unwrap();
        pair.run(millis(50));
    }
    assert_eq!(pair.host.room(Channel::Video), None);
    pair.take(Role::Host);
    for _ in 0..5 {
        pair.technician(say_key_request()).unwrap();
        pair.run(millis(10));
    }
    pair.run(millis(50));
    assert_eq!(pair.news(Role::Host), [KEY_REQUESTED]);
    assert!(pair.host.room(Channel::Video).is_some());
}
