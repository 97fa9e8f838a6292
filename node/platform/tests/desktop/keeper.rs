//! Keeping the screen of a real X server on, and knowing what covers it.

use std::time::{Duration, Instant};

use beistand_platform::ScreenKeeper as _;
use beistand_platform::x11::X11ScreenKeeper;
use beistand_session::ScreenCover;
use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection as _;
use x11rb::protocol::screensaver::ConnectionExt as _;
use x11rb::protocol::xproto::*;
use x11rb::wrapper::ConnectionExt as _;

use crate::support::{Client, PATIENCE, Xvfb};

/// The shortest time after which the server's saver comes on.
const SAVER_AFTER: Duration = Duration::from_secs(1);

fn set_saver(client: &Client) {
    let seconds = i16::try_from(SAVER_AFTER.as_secs()).unwrap();
    client.conn.set_screen_saver(seconds, 0, Blanking::PREFERRED, Exposures::ALLOWED).unwrap();
    client.conn.flush().unwrap();
}

fn saver_is_on(client: &Client) -> bool {
    client.conn.screensaver_query_info(client.root).unwrap().reply().unwrap().state == 1
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn the_screen_stays_on_while_it_is_kept_and_goes_dark_after() {
    let xvfb = Xvfb::start();
    let client = xvfb.client();
    set_saver(&client);
    until("it goes dark by itself", || saver_is_on(&client));
    let mut keeper = X11ScreenKeeper::open(xvfb.name()).unwrap();
    until("a saver that is on goes away", || !saver_is_on(&client));
    let start = Instant::now();
    while start.elapsed() < 3 * SAVER_AFTER {
        assert!(!saver_is_on(&client), "it is kept on");
        assert_eq!(keeper.keep(), Ok(ScreenCover::None));
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(keeper);
    until("it goes dark again", || saver_is_on(&client));
}

#[test]
fn a_saver_that_the_user_asked_for_stays_and_is_known() {
    let xvfb = Xvfb::start();
    let client = xvfb.client();
    let mut keeper = X11ScreenKeeper::open(xvfb.name()).unwrap();
    client.conn.force_screen_saver(ScreenSaver::ACTIVE).unwrap();
    until("it is on", || saver_is_on(&client));
    assert_eq!(keeper.keep(), Ok(ScreenCover::Saver));
    assert!(saver_is_on(&client));
    client.conn.force_screen_saver(ScreenSaver::RESET).unwrap();
    until("it is off", || !saver_is_on(&client));
    assert_eq!(keeper.keep(), Ok(ScreenCover::None));
}

#[test]
fn locks_are_known_by_their_window_and_by_their_word() {
    let xvfb = Xvfb::start();
    let client = xvfb.client();
    let conn = &client.conn;
    let mut keeper = X11ScreenKeeper::open(xvfb.name()).unwrap();
    let window = conn.generate_id().unwrap();
    let aux = CreateWindowAux::new().override_redirect(1);
    let class = WindowClass::INPUT_OUTPUT;
    conn.create_window(COPY_DEPTH_FROM_PARENT, window, client.root, 0, 0, 1280, 1024, 0, class, 0, &aux)
        .unwrap();
    conn.change_property8(
        PropMode::REPLACE,
        window,
        AtomEnum::WM_CLASS,
        AtomEnum::STRING,
        b"i3lock\0i3lock\0",
    )
    .unwrap();
    conn.sync().unwrap();
    assert_eq!(keeper.keep(), Ok(ScreenCover::None), "it is not to be seen");
    conn.map_window(window).unwrap().check().unwrap();
    assert_eq!(keeper.keep(), Ok(ScreenCover::Lock));
    conn.destroy_window(window).unwrap().check().unwrap();
    assert_eq!(keeper.keep(), Ok(ScreenCover::None));

    let atom = |name: &[u8]| conn.intern_atom(false, name).unwrap().reply().unwrap().atom;
    let (status, lock, blank) = (atom(b"_SCREENSAVER_STATUS"), atom(b"LOCK"), atom(b"BLANK"));
    for (word, cover) in [(lock, ScreenCover::Lock), (blank, ScreenCover::None), (0, ScreenCover::None)] {
        conn.change_property32(PropMode::REPLACE, client.root, status, AtomEnum::INTEGER, &[word, 0, 0])
            .unwrap();
        conn.sync().unwrap();
        assert_eq!(keeper.keep(), Ok(cover), "{word}");
    }
}
