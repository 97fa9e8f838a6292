//! The injector of the crate enigo on a real X server, as another process sees it: it acts, and what must not
//! be touched is refused as our own injector refuses it.

use beistand_platform::x11::{InputMethod, ScreenMethod, X11Desktop};
use beistand_platform::{Desktop, InputInjector};
use beistand_session::{InputEvent, KeyText, PointerButton};
use x11rb::protocol::xproto::{ConnectionExt as _, InputFocus};
use x11rb::wrapper::ConnectionExt as _;

use crate::support::input::{button, key, refused};
use crate::support::{Recorder, Xterm, Xvfb};

fn open(xvfb: &Xvfb) -> Box<dyn InputInjector> {
    let desktop = X11Desktop::of(xvfb.name(), ScreenMethod::Damage).with_input(InputMethod::Enigo);
    desktop.injector().expect("an injector")
}

#[test]
fn by_enigo_clicks_keys_and_text_arrive_and_are_released() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    let mut injector = open(&xvfb);
    injector.inject(&InputEvent::PointerMove { x: 10, y: 20 }).unwrap();
    recorder.expect("motion 10,20");
    injector.inject(&button(PointerButton::Left, true)).unwrap();
    recorder.expect("button 1 down at 10,20");
    injector.inject(&key("KeyA", true)).unwrap();
    recorder.expect("key 38 down");
    injector.release_all().unwrap();
    recorder.expect("button 1 up at 10,20");
    recorder.expect("key 38 up");
    drop(recorder);
    let mut xterm = Xterm::start(&xvfb);
    injector.inject(&InputEvent::PointerMove { x: 100, y: 100 }).unwrap();
    injector.inject(&InputEvent::Text(KeyText::try_from("hello, world".to_owned()).unwrap())).unwrap();
    assert_eq!(xterm.read(12), "hello, world");
}

#[test]
fn by_enigo_what_must_not_be_touched_is_refused() {
    let xvfb = Xvfb::start();
    let _recorder = Recorder::start(&xvfb);
    let client = xvfb.client();
    let ours = client.window(500, 0, 200, 200);
    let mut injector = open(&xvfb);
    assert!(refused(injector.inject(&InputEvent::PointerMove { x: 60_000, y: 5 })));
    injector.inject(&InputEvent::PointerMove { x: 550, y: 50 }).unwrap();
    assert!(refused(injector.inject(&button(PointerButton::Left, true))), "our own window");
    for name in ["ControlLeft", "AltLeft"] {
        injector.inject(&key(name, true)).unwrap();
    }
    assert!(refused(injector.inject(&key("End", true))), "the emergency key");
    assert!(refused(injector.inject(&key("F2", true))), "a console");
    injector.release_all().unwrap();
    client.conn.set_input_focus(InputFocus::PARENT, ours, x11rb::CURRENT_TIME).unwrap();
    client.conn.sync().unwrap();
    assert!(refused(injector.inject(&key("KeyB", true))), "our own window has the keyboard");
    assert!(refused(injector.inject(&InputEvent::Text(KeyText::try_from("x".to_owned()).unwrap()))));
}
