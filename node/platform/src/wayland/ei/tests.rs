//! Against the desktop's own end of the protocol, on a thread of the test's.

use std::io::Write as _;
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::mpsc::{Receiver, Sender, channel};

use reis::eis;
use reis::handshake::EisHandshaker;
use reis::request::{Device, DeviceCapability, EisRequest, EisRequestConverter};
use reis::{PendingRequestResult, eis::device::DeviceType};
use rustix::event::{PollFd, PollFlags, poll};

use super::*;

/// A German keyboard of a few keys: q with @ on the third level, 7 with /, y and z changed over.
const KEYMAP: &str = r#"xkb_keymap {
xkb_keycodes { minimum = 8; maximum = 255;
  <LFSH> = 50; <RTSH> = 62; <LVL3> = 108; <CAPS> = 66; <AE07> = 16; <AD01> = 24; <AD06> = 29; <AB01> = 52; };
xkb_types { virtual_modifiers LevelThree;
  type "ONE_LEVEL" { modifiers = none; level_name[1] = "Any"; };
  type "TWO_LEVEL" { modifiers = Shift; map[Shift] = 2; level_name[1] = "Base"; level_name[2] = "Shift"; };
  type "ALPHABETIC" { modifiers = Shift+Lock; map[Shift] = 2; map[Lock] = 2;
    level_name[1] = "Base"; level_name[2] = "Caps"; };
  type "LEVELS" { modifiers = Shift+Lock+LevelThree; map[Shift] = 2; map[Lock] = 2; map[LevelThree] = 3;
    level_name[1] = "Base"; level_name[2] = "Shift"; level_name[3] = "Level3"; };
};
xkb_compatibility { virtual_modifiers LevelThree;
  interpret ISO_Level3_Shift+AnyOf(all) { virtualModifier = LevelThree; action = SetMods(modifiers = LevelThree); };
  interpret Any+AnyOf(all) { action = NoAction(); };
};
xkb_symbols { name[group1] = "German";
  key <LFSH> { [ Shift_L ] }; key <RTSH> { [ Shift_R ] }; key <CAPS> { [ Caps_Lock ] };
  key <LVL3> { [ ISO_Level3_Shift ] };
  key <AE07> { type = "TWO_LEVEL", [ 7, slash ] };
  key <AD01> { type = "LEVELS", [ q, Q, at ] };
  key <AD06> { type = "ALPHABETIC", [ z, Z ] };
  key <AB01> { type = "ALPHABETIC", [ y, Y ] };
  modifier_map Shift { <LFSH>, <RTSH> }; modifier_map Lock { <CAPS> }; modifier_map Mod5 { <LVL3> };
};
};"#;

const Q: u32 = 16;
const SEVEN: u32 = 8;
const SHIFT: u32 = 42;
const LEVEL: u32 = 100;
const Y: u32 = 44;

/// What the desktop is to do.
enum DesktopOrder {
    Pause,
    Resume,
    /// Caps Lock is on.
    Lock,
}

/// The desktop's end.
struct DesktopEnd {
    context: eis::Context,
    heard: Sender<String>,
    orders: Receiver<DesktopOrder>,
    keyboard: Option<Device>,
}

/// A keyboard and a pointer on two screens; what arrives, and what the desktop is to do.
fn desktop() -> (EiInput, Receiver<String>, Sender<DesktopOrder>, UnixStream) {
    let (ours, theirs) = UnixStream::pair().expect("sockets");
    let context = eis::Context::new(theirs.try_clone().expect("a socket")).expect("a socket");
    let ((heard, hears), (order, orders)) = (channel(), channel());
    let end = DesktopEnd { context, heard, orders, keyboard: None };
    std::thread::spawn(move || end.run());
    (EiInput::start(OwnedFd::from(ours)).expect("a thread"), hears, order, theirs)
}

impl DesktopEnd {
    fn run(mut self) {
        let mut handshaker = Some(EisHandshaker::new(&self.context, 1));
        let mut converter: Option<EisRequestConverter> = None;
        while self.wait() {
            while let Some(request) = self.context.pending_request() {
                let PendingRequestResult::Request(request) = request else { return };
                if let Some(converter) = &mut converter {
                    converter.handle_request(request).expect("what the protocol allows");
                    // Before the next one is answered, which may be whether all has arrived.
                    while let Some(request) = converter.next_request() {
                        self.answer(request);
                    }
                } else if let Some(done) =
                    handshaker.as_mut().expect("not done").handle_request(request).expect("allowed")
                {
                    let made = EisRequestConverter::new(&self.context, done, 1);
                    let _ = made.handle().add_seat(
                        Some("seat"),
                        DeviceCapability::PointerAbsolute
                            | DeviceCapability::Button
                            | DeviceCapability::Scroll
                            | DeviceCapability::Keyboard
                            | DeviceCapability::Touch,
                    );
                    converter = Some(made);
                    handshaker = None;
                }
            }
            let _ = self.context.flush();
        }
    }

    /// Waits for more, and does meanwhile what the test wants; whether the other end is there.
    fn wait(&mut self) -> bool {
        let moment = rustix::time::Timespec { tv_sec: 0, tv_nsec: 2_000_000 };
        loop {
            while let Ok(order) = self.orders.try_recv() {
                let keyboard = self.keyboard.as_ref().expect("a device");
                match order {
                    DesktopOrder::Pause => keyboard.paused(),
                    DesktopOrder::Resume => keyboard.resumed(),
                    DesktopOrder::Lock => {
                        keyboard.interface::<eis::Keyboard>().expect("it is one").modifiers(9, 0, 2, 0, 0);
                    }
                }
                let _ = self.context.flush();
            }
            let socket = self.context.as_fd();
            let mut ready = [PollFd::new(&socket, PollFlags::IN)];
            match poll(&mut ready, Some(&moment)) {
                Ok(0) => {}
                Ok(_) => return self.context.read().is_ok(),
                Err(_) => return false,
            }
        }
    }

    fn answer(&mut self, request: EisRequest) {
        let heard = match request {
            EisRequest::Bind(bind) => {
                let capabilities = DeviceCapability::Keyboard.into();
                let keyboard =
                    bind.seat.add_device(Some("keyboard"), DeviceType::Virtual, capabilities, keymap);
                let capabilities =
                    DeviceCapability::PointerAbsolute | DeviceCapability::Button | DeviceCapability::Scroll;
                let pointer =
                    bind.seat.add_device(Some("pointer"), DeviceType::Virtual, capabilities, screens);
                keyboard.resumed();
                pointer.resumed();
                self.keyboard = Some(keyboard);
                return;
            }
            EisRequest::PointerMotionAbsolute(to) => format!("at {} {}", to.dx_absolute, to.dy_absolute),
            EisRequest::Button(button) => format!("button {} {:?}", button.button, button.state),
            EisRequest::ScrollDiscrete(turn) => format!("turn {} {}", turn.discrete_dx, turn.discrete_dy),
            EisRequest::KeyboardKey(key) => format!("key {} {:?}", key.key, key.state),
            EisRequest::DeviceStartEmulating(_) => "begin".to_owned(),
            _ => return,
        };
        let _ = self.heard.send(heard);
    }
}

fn keymap(keyboard: &Device) {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(KEYMAP.as_bytes()).and_then(|()| file.write_all(&[0])).expect("room");
    let size = u32::try_from(KEYMAP.len() + 1).expect("short");
    let interface = keyboard.interface::<eis::Keyboard>().expect("it is one");
    interface.keymap(eis::keyboard::KeymapType::Xkb, size, file.as_fd());
}

fn screens(pointer: &Device) {
    for (left, name) in [(0, "left"), (1920, "right")] {
        pointer.device().region_mapping_id(name);
        pointer.device().region(left, 0, 1920, 1080, 1.0);
    }
}

/// What has arrived by now, without the words that begin it.
fn arrived(input: &EiInput, hears: &Receiver<String>) -> Vec<String> {
    input.settle().expect("it answers");
    hears.try_iter().filter(|heard| heard != "begin").collect()
}

fn keys(keys: &[(u32, bool)]) -> Vec<String> {
    let state = |down: bool| if down { "Press" } else { "Released" };
    keys.iter().map(|(key, down)| format!("key {key} {}", state(*down))).collect()
}

fn sign(letter: char) -> u32 {
    xkeysym::Keysym::from_char(letter).raw()
}

#[test]
fn mouse_and_keys_arrive_on_the_screen_that_is_meant() {
    let (input, hears, ..) = desktop();
    input.point(Some("right"), 10.0, 20.0).expect("a device");
    input.point(Some("left"), 10.0, 20.0).expect("a device");
    input.point(None, 5.0, 5.0).expect("a device");
    assert!(matches!(input.point(Some("gone"), 1.0, 1.0), Err(PortalFault::Refused(_))));
    input.button(0x110, true).and_then(|()| input.button(0x110, false)).expect("a device");
    input.turn(0, 2).and_then(|()| input.turn(1, -1)).expect("a device");
    input.key(Q, true).and_then(|()| input.key(Q, false)).expect("a device");
    let mut expected = ["at 1930 20", "at 10 20", "at 5 5"].map(str::to_owned).to_vec();
    expected
        .extend(["button 272 Press", "button 272 Released", "turn 0 240", "turn -120 0"].map(str::to_owned));
    expected.extend(keys(&[(Q, true), (Q, false)]));
    assert_eq!(arrived(&input, &hears), expected);
}

#[test]
fn a_sign_is_made_by_the_desktops_own_keymap_whatever_is_held() {
    let (input, hears, order, _socket) = desktop();
    input.sign(sign('y'), true).and_then(|()| input.sign(sign('y'), false)).expect("a key");
    assert_eq!(arrived(&input, &hears), keys(&[(Y, true), (Y, false)]));
    input.sign(sign('@'), true).and_then(|()| input.sign(sign('@'), false)).expect("a key");
    let level = [(LEVEL, true), (Q, true), (LEVEL, false), (Q, false)];
    assert_eq!(arrived(&input, &hears), keys(&level));
    // The helper holds Shift, for a sign that takes none here, and for one that does.
    input.key(SHIFT, true).and_then(|()| input.sign(sign('7'), true)).expect("a key");
    input.sign(sign('7'), false).and_then(|()| input.sign(sign('/'), true)).expect("a key");
    input.sign(sign('/'), false).and_then(|()| input.key(SHIFT, false)).expect("a key");
    let seven = [(SHIFT, true), (SHIFT, false), (SEVEN, true), (SHIFT, true), (SEVEN, false)];
    let slash = [(SEVEN, true), (SEVEN, false), (SHIFT, false)];
    assert_eq!(arrived(&input, &hears), keys(&[&seven[..], &slash].concat()));
    assert!(matches!(input.sign(sign('€'), true), Err(PortalFault::Refused(_))), "no key makes it");
    // With Caps Lock on, Shift makes small letters.
    order.send(DesktopOrder::Lock).expect("it runs");
    let locked = || input.sign(sign('y'), true).and_then(|()| input.sign(sign('y'), false));
    let shifted = keys(&[(SHIFT, true), (Y, true), (SHIFT, false), (Y, false)]);
    let is_locked = (0..1000).any(|_| {
        locked().expect("a key");
        arrived(&input, &hears) == shifted
    });
    assert!(is_locked);
}

#[test]
fn a_device_that_is_paused_takes_nothing_and_one_that_is_gone_is_an_end() {
    let (input, hears, order, socket) = desktop();
    input.sign(sign('y'), true).expect("a key");
    order.send(DesktopOrder::Pause).expect("it runs");
    let is_refused = (0..1000).any(|_| {
        arrived(&input, &hears);
        matches!(input.key(Q, true), Err(PortalFault::Refused(_)))
    });
    assert!(is_refused);
    order.send(DesktopOrder::Resume).expect("it runs");
    // What was down is up again by the desktop's doing.
    let again = (0..10).any(|_| input.sign(sign('y'), true).is_ok());
    assert!(again);
    assert!(arrived(&input, &hears).ends_with(&keys(&[(Y, true)])));
    socket.shutdown(Shutdown::Both).expect("it is open");
    assert!(matches!(input.settle(), Err(PortalFault::Failed(_))));
    assert!(matches!(input.key(Q, true), Err(PortalFault::Failed(_))));
}

#[test]
fn no_bytes_for_a_keymap_make_it_panic() {
    for text in [&b""[..], b"\0", b"xkb_keymap {", &[0xff; 4096]] {
        assert!(keymap::SignMap::of(text).is_none_or(|map| map.level_key().is_none()));
    }
}
