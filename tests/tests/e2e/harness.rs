//! The harness itself: whether it sees, presses and measures what it says.

use std::time::Duration;

use beistand_tests::{Area, Device, Hand, InputWatch, Network, Press, Process, Screen, button, poll};

use crate::support::SOON;

#[test]
fn a_screen_shows_its_programs_and_its_memory_holds_the_same() {
    let mut screen = Screen::with_window_manager(800, 600);
    let window = screen.xterm("terminal", "40x10+50+60", "echo hello; exec cat");
    assert!(window.area.width > 200, "{window:?}");
    let framebuffer = screen.framebuffer();
    assert_eq!(framebuffer.size(), (800, 600));
    // The text is drawn a moment after the window is shown.
    let drawn = poll(SOON, || (screen.shot().crop(window.area).colours(3) > 2).then_some(()));
    assert!(drawn.is_some(), "the terminal drew its text");
    let corner = Area::new(0, 0, 30, 30);
    assert!(screen.shot().crop(corner).psnr(&framebuffer.read(corner)).is_infinite());
}

#[test]
fn a_hand_is_told_from_a_program() {
    let screen = Screen::new(400, 300);
    let mut watch = InputWatch::new(&screen);
    let (injected, physical) = (Hand::new(&screen, Device::Injected), Hand::new(&screen, Device::Physical));
    injected.click((100, 100));
    physical.click((100, 100));
    let devices: Vec<String> = watch
        .presses()
        .iter()
        .filter_map(|press| match press {
            Press::Button { number: button::LEFT, device } => Some(device.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(devices.len(), 2, "{devices:?}");
    assert!(devices[0].contains("XTEST"), "{devices:?}");
    assert!(!devices[1].contains("XTEST"), "{devices:?}");
}

#[test]
fn both_hands_type_and_point() {
    for device in [Device::Injected, Device::Physical] {
        let mut screen = Screen::new(800, 600);
        let file = screen.folder().join("typed");
        let window = screen.xterm("typing", "60x10+0+0", &format!("exec cat > {}", file.display()));
        let hand = Hand::new(&screen, device);
        let (x, y) = window.area.centre();
        hand.move_to(x, y);
        hand.text("Hello, World! 100% (a_b) ~^\n", Duration::from_millis(2));
        let typed = poll(SOON, || std::fs::read_to_string(&file).ok().filter(|text| text.ends_with('\n')));
        assert_eq!(typed.as_deref(), Some("Hello, World! 100% (a_b) ~^\n"), "{device:?}");
    }
}

#[test]
fn xev_and_the_clipboard_are_read() {
    let mut screen = Screen::new(400, 300);
    let (window, log) = screen.xev("200x200+50+50");
    Hand::new(&screen, Device::Injected).click(window.area.centre());
    let seen =
        poll(SOON, || std::fs::read_to_string(&log).ok().filter(|text| text.contains("ButtonRelease")));
    assert!(seen.is_some_and(|text| text.contains("ButtonPress event")));

    let file = screen.folder().join("copied");
    std::fs::write(&file, "some text").expect("a folder of ours");
    let mut copy = screen.command("xclip");
    copy.args(["-selection", "clipboard", "-quiet"]).arg(&file);
    screen.start(&mut copy);
    assert_eq!(poll(SOON, || screen.clipboard()).as_deref(), Some("some text"));
}

#[test]
fn joined_networks_reach_each_other() {
    let Some((one, two)) = Network::pair() else { return };
    let before = two.bytes("lan0");
    one.run("bash -c 'echo hello > /dev/udp/10.77.0.2/9'");
    let arrived = poll(SOON, || (two.bytes("lan0") > before).then_some(()));
    assert!(arrived.is_some());
    let alone = Network::new().expect("root, or there were no pair");
    let refused = alone.command("bash").args(["-c", "echo > /dev/udp/10.77.0.2/9"]).output();
    assert!(!refused.expect("nsenter is installed").status.success(), "an unjoined network reaches nothing");
}

#[test]
fn a_process_ends_with_its_owner() {
    let process = Process::start(Process::command("sleep").arg("600"));
    let folder = std::path::PathBuf::from(format!("/proc/{}", process.pid()));
    assert!(folder.exists());
    drop(process);
    assert!(!folder.exists());
}
