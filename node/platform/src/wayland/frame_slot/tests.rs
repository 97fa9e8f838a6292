//! Slots into which a test puts pictures and pointers as PipeWire does.

use super::*;

fn size() -> Size {
    Size::new(128, 64).expect("not empty")
}

fn foreign<'a>(pixels: &'a [u8], changed: Option<Vec<Rect>>) -> ForeignPicture<'a> {
    let (size, turn, order) = (size(), PictureTurn::default(), PixelOrder::Rgb);
    ForeignPicture { size, turn, order, pixels, stride: 130 * 4, changed }
}

/// A slot of so many screens of the same size, side by side, and where the first one's pictures arrive.
fn slot(screens: i32) -> (FrameSlot, SlotFeed) {
    let slot = FrameSlot::default();
    let place = |number: i32| ScreenPlace { name: number.to_string(), at: (number * 128, 0), logical: None };
    slot.begin((0..screens).map(place).collect());
    let feed = slot.feed(0);
    (slot, feed)
}

fn pixels() -> Vec<u8> {
    [1, 2, 3, 4].repeat(130 * 64)
}

#[test]
fn a_newer_picture_replaces_an_older_one_and_what_changed_in_both_is_to_be_fetched() {
    let (slot, feed) = slot(1);
    let pixels = pixels();
    feed.put_picture(&foreign(&pixels, Some(Vec::new())));
    let mut state = slot.lock();
    let picture = state.screens[0].picture.as_mut().expect("a picture");
    assert_eq!(picture.pixels[..4], [3, 2, 1, 4]);
    assert_eq!(picture.damage.tiles().count(), 2, "the first is all new, whatever is said");
    picture.damage = Damage::none(size());
    assert!(state.take_wait().is_some() && state.take_wait().is_none());
    drop(state);
    let newer = [9, 9, 9, 9].repeat(130 * 64);
    for x in [0, 64] {
        feed.put_picture(&foreign(&newer, Rect::new(x, 0, 8, 8).map(|rect| vec![rect])));
    }
    let state = slot.lock();
    let picture = state.screens[0].picture.as_ref().expect("a picture");
    assert_eq!(picture.damage.tiles().count(), 2);
    assert_eq!(picture.pixels.iter().filter(|byte| **byte == 9).count(), 2 * 64 * 4);
}

#[test]
fn the_picture_of_a_turned_monitor_is_upright() {
    let (slot, feed) = slot(1);
    // The upright picture's first row is the first column, from below.
    let mut pixels = [1, 1, 1, 0].repeat(130 * 64);
    for row in 0..64 {
        pixels[row * 130 * 4..][..4].fill(if row == 63 { 8 } else { 9 });
    }
    let turn = PictureTurn::of(1).expect("a turn");
    feed.put_picture(&ForeignPicture { turn, ..foreign(&pixels, None) });
    {
        let mut state = slot.lock();
        let picture = state.screens[0].picture.as_mut().expect("a picture");
        assert_eq!((picture.size.width(), picture.size.height()), (64, 128));
        assert_eq!((picture.pixels[0], picture.pixels[4], picture.pixels[64 * 4]), (8, 9, 1));
        picture.damage = Damage::none(picture.size);
    }
    // What changes at the left end there is above here.
    feed.put_picture(&ForeignPicture {
        turn,
        ..foreign(&pixels, Rect::new(0, 0, 8, 8).map(|rect| vec![rect]))
    });
    let state = slot.lock();
    let damage = &state.screens[0].picture.as_ref().expect("a picture").damage;
    assert_eq!(damage.bounds(), Rect::new(0, 0, 64, 64));
    assert_eq!(state.locate((63, 127)), Some((0, (63.0, 127.0))));
}

#[test]
fn while_nobody_may_see_the_screen_no_pixel_of_it_is_kept() {
    let (slot, feed) = slot(1);
    let pixels = pixels();
    feed.put_picture(&foreign(&pixels, None));
    slot.show(false);
    assert!(slot.lock().screens[0].picture.is_none(), "what was there is gone");
    feed.put_picture(&foreign(&pixels, None));
    let state = slot.lock();
    assert!(state.screens[0].picture.is_none(), "and nothing follows");
    assert_eq!(state.locate((3, 4)), Some((0, (3.0, 4.0))), "input needs the size");
}

#[test]
fn of_a_screen_that_the_user_hides_no_pixel_is_kept_and_its_pointer_is_nowhere() {
    let (slot, left) = slot(2);
    let right = slot.feed(1);
    let pixels = pixels();
    let hides = |name: &str| MonitorChoice { hidden: [name.to_owned()].into(), ..MonitorChoice::default() };
    slot.choose(&hides("1"));
    for feed in [&left, &right] {
        feed.put_picture(&foreign(&pixels, None));
    }
    let kept = || slot.lock().screens.iter().map(|screen| screen.picture.is_some()).collect::<Vec<_>>();
    assert_eq!(kept(), [true, false]);
    let see = |feed: &SlotFeed, at| feed.put_cursor(CursorNews { shape: None, position: Some(at) });
    see(&left, Some((5, 6)));
    assert_eq!(slot.lock().cursor.position, Some(Some((5, 6))));
    see(&right, Some((5, 6)));
    assert_eq!(slot.lock().cursor.position, Some(None));
    assert!(!slot.lock().lacks_picture);
    slot.choose(&hides("0"));
    assert_eq!(kept(), [false, false], "what was there is gone");
    assert!(slot.lock().lacks_picture, "the other one may be at rest");
    slot.clear();
    slot.begin(vec![ScreenPlace { name: "0".to_owned(), ..ScreenPlace::default() }]);
    left.put_picture(&foreign(&pixels, None));
    assert_eq!(kept(), [false], "also in the next session of the portal");
}

#[test]
fn what_is_on_the_second_screen_is_beside_the_first_one() {
    let (slot, left) = slot(2);
    let right = slot.feed(1);
    left.take_size(size());
    assert_eq!(slot.lock().locate((5, 5)), None, "the other one's size is not known yet");
    right.take_size(size());
    assert_eq!(slot.lock().locate((127, 5)), Some((0, (127.0, 5.0))));
    assert_eq!(slot.lock().locate((130, 5)), Some((1, (2.0, 5.0))));
    assert_eq!(slot.lock().locate((256, 5)), None);
    let see = |feed: &SlotFeed, at| feed.put_cursor(CursorNews { shape: None, position: Some(at) });
    see(&right, Some((2, 5)));
    see(&left, None);
    assert_eq!(slot.lock().cursor.position, Some(Some((130, 5))), "the left one never had it");
    see(&right, None);
    assert_eq!(slot.lock().cursor.position, Some(None));
    assert!(!slot.lock().is_resized());
    right.take_size(Size::new(64, 64).expect("not empty"));
    assert!(slot.lock().is_resized());
}

#[test]
fn after_a_picture_that_was_left_out_the_next_one_is_all_new() {
    let (slot, feed) = slot(1);
    let pixels = pixels();
    feed.put_picture(&foreign(&pixels, None));
    slot.lock().screens[0].picture.as_mut().expect("a picture").damage = Damage::none(size());
    feed.note_skipped();
    feed.put_picture(&foreign(&pixels, Rect::new(0, 0, 8, 8).map(|rect| vec![rect])));
    let state = slot.lock();
    assert_eq!(state.screens[0].picture.as_ref().expect("a picture").damage.tiles().count(), 2);
}

#[test]
fn a_pointer_that_is_where_nobody_put_it_was_moved_by_a_hand() {
    let (slot, feed) = slot(1);
    feed.take_size(size());
    let see = |at| feed.put_cursor(CursorNews { shape: None, position: Some(Some(at)) });
    see((5, 5));
    assert!(!slot.lock().moved_strangely, "it was there before");
    slot.note_pointed((20, 20));
    slot.note_pointed((60, 60));
    see((21, 19));
    see((60, 60));
    assert!(!slot.lock().moved_strangely);
    see((40, 40));
    assert!(slot.lock().moved_strangely);
}

#[test]
fn memory_that_is_too_short_and_a_change_outside_do_no_harm() {
    let (slot, feed) = slot(1);
    feed.put_picture(&foreign(&[7; 100], None));
    feed.put_picture(&foreign(&[7; 100], Rect::new(500, 500, 10, 10).map(|rect| vec![rect])));
    assert!(slot.lock().screens[0].picture.as_ref().expect("black").pixels.iter().all(|byte| *byte == 0));
}
