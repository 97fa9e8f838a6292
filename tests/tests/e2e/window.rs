//! Both windows as two people use them: with a mouse and a keyboard, on two screens.

use std::time::Duration;

use beistand_tests::desktop::{User, full_screen_one_to_one, granted};
use beistand_tests::{Device, Hand, InputWatch, Program, Screen, Start, cost, poll};

use crate::input::{expect_typed, notepad};
use crate::support::{ALL, Host, NOTICE, PATIENCE, SOON, exit};

/// What a helper asks for where nobody says anything else: all but terminals and the return.
pub(crate) const USUAL: &str = "view,pointer,keyboard,clipboard-to-user,clipboard-from-user,files-to-user,files-from-user,voice,diagnostics,checkup,sweep,repair,adjust,annotate";

/// Between two keys of a person who reads: each is drawn before the next, also where the processor draws.
const KEY_PAUSE: Duration = Duration::from_millis(400);

/// Two screens, the user's with the invite page open.
struct WindowStage {
    // Dropped first: programs before their screens.
    host: Program,
    user: User,
    link: String,
    screen: Screen,
    technicians: Screen,
}

impl WindowStage {
    fn new() -> Self {
        let screen = Screen::with_window_manager(1280, 960);
        screen.paint_background([70, 100, 150]);
        let technicians = Screen::with_window_manager(1400, 1050);
        let host = Start::desktop(&[]).on(&screen).start();
        let user = User::at(&screen, Device::Physical);
        let link = user.get_help(&screen);
        Self { host, user, link, screen, technicians }
    }

    fn technician(&self) -> Program {
        Start::desktop(&["view", "--name", "Tess", "--reason", "printer"])
            .invite(&self.link)
            .on(&self.technicians)
            .start()
    }

    /// A technician in a session, in which the user allowed to see.
    fn helped(&mut self) -> Program {
        let mut technician = self.technician();
        self.host.expect("request", PATIENCE);
        self.user.press_allow(&self.screen);
        granted(&mut self.host);
        granted(&mut technician);
        technician
    }
}

#[test]
fn a_person_gets_help_and_the_technician_types_in_their_window() {
    let mut stage = WindowStage::new();
    let (window, file) = notepad(&mut stage.screen);
    let mut technician = stage.technician();
    let request = stage.host.expect("request", PATIENCE);
    assert_eq!(request.text("technician"), "Tess");
    stage.user.tick_all(&stage.screen);
    stage.user.press_allow(&stage.screen);
    assert_eq!(granted(&mut stage.host), USUAL);
    assert_eq!(granted(&mut technician), USUAL);

    let hand = Hand::new(&stage.technicians, Device::Injected);
    let picture = full_screen_one_to_one(&stage.technicians, &stage.screen, &hand);
    let (x, y) = window.area.centre();
    let at = (x + picture.x as i16, y + picture.y as i16);
    // The user has just pressed a button, which keeps all other hands out for a while.
    // The viewer says of a pixel once that the pointer is there, so each try takes another one.
    let mut step = 0;
    let followed = poll(PATIENCE, || {
        step = 1 - step;
        hand.move_to(at.0 + step, at.1);
        poll(Duration::from_millis(300), || (stage.screen.pointer() == (x + step, y)).then_some(()))
    });
    assert!(followed.is_some(), "the pointer follows the technician's");
    hand.click(at);
    poll(PATIENCE, || stage.screen.has_focus(&window).then_some(())).expect("the click has arrived");
    hand.text("Hello from the Technician, 100% (a_b) ~\n", Duration::from_millis(20));
    expect_typed(&file, "Hello from the Technician, 100% (a_b) ~\n");

    // The bar is there all the time, and its End ends both.
    stage.user.press_end(&stage.screen);
    technician.expect("ended", NOTICE);
    stage.host.expect("ended", NOTICE);
}

#[test]
fn with_fine_pixels_on_both_sides_the_picture_is_pixel_by_pixel_and_a_click_is_where_it_was() {
    let screen = Screen::with_window_manager(1000, 700).scaled(2);
    screen.paint_background([70, 100, 150]);
    let technicians = Screen::with_window_manager(1400, 1050).scaled(2);
    let mut screen = screen;
    let (_window, log) = screen.xev("700x350+150+300");
    let Host { program: mut host, link, .. } = Host::start(&screen);
    let mut technician = Start::desktop(&["view", "--name", "Tess"]).invite(link).on(&technicians).start();
    host.expect("request", PATIENCE);
    host.allow(ALL);
    granted(&mut technician);
    let hand = Hand::new(&technicians, Device::Injected);
    let picture = full_screen_one_to_one(&technicians, &screen, &hand);
    let same = || (technicians.shot().crop(picture).psnr(&screen.shot()) > 35.0).then_some(());
    poll(PATIENCE, same).expect("each pixel is one of theirs");
    for (x, y) in [(200, 400), (201, 401), (499, 350), (800, 640)] {
        // A move within a second of the answer has no effect.
        let there = poll(PATIENCE, || {
            hand.move_to(x + 1 + picture.x as i16, y + picture.y as i16);
            hand.move_to(x + picture.x as i16, y + picture.y as i16);
            poll(Duration::from_millis(300), || (screen.pointer() == (x, y)).then_some(()))
        });
        assert!(there.is_some(), "the pointer is at {:?}, not {:?}", screen.pointer(), (x, y));
        hand.click((x + picture.x as i16, y + picture.y as i16));
        let clicked = format!("root:({x},{y})");
        let seen = poll(PATIENCE, || {
            let log = std::fs::read_to_string(&log).ok()?;
            let mut presses = log.split("ButtonPress event").skip(1);
            presses.any(|press| press.lines().take(3).any(|line| line.contains(&clicked))).then_some(())
        });
        assert!(seen.is_some(), "a click at {clicked}");
    }
}

#[test]
fn a_click_from_a_program_is_no_consent() {
    let mut stage = WindowStage::new();
    let technician = stage.technician();
    stage.host.expect("request", PATIENCE);
    let injected = User::at(&stage.screen, Device::Injected);
    let mut watch = InputWatch::new(&stage.screen);
    injected.press_allow(&stage.screen);
    injected.tick_all(&stage.screen);
    injected.press_allow(&stage.screen);
    assert!(watch.presses().len() >= 2, "the clicks reached the screen");
    // A program's keys are no consent either: past No and More to a large choice, and a press of it.
    Hand::new(&stage.screen, Device::Injected).text(" \n\t\t\t \n", KEY_PAUSE);
    std::thread::sleep(Duration::from_millis(500));
    for program in [&stage.host, &technician] {
        assert!(program.newest("granted").is_none(), "a program consented");
    }
    // The same click by a hand is one.
    stage.user.press_allow(&stage.screen);
    granted(&mut stage.host);
}

#[test]
fn a_yes_is_said_by_the_keyboard_of_this_computer() {
    let mut stage = WindowStage::new();
    let _technician = stage.technician();
    stage.host.expect("request", PATIENCE);
    // Read for as long as it takes, then past No and More to the first large choice.
    std::thread::sleep(Duration::from_secs(3));
    Hand::new(&stage.screen, Device::Physical).text("\t\t\t ", KEY_PAUSE);
    granted(&mut stage.host);
}

#[test]
fn the_window_has_pictures_decoded_in_a_process_without_rights() {
    let mut stage = WindowStage::new();
    let technician = stage.helped();
    let decoder = poll(PATIENCE, || cost::caged_decoder(technician.pid()));
    assert!(decoder.is_some(), "a decoder of its own");
}

#[test]
fn a_viewer_that_is_asked_to_end_says_goodbye() {
    let mut stage = WindowStage::new();
    let mut technician = stage.helped();
    technician.terminate();
    stage.host.expect("ended", NOTICE);
    technician.exit(NOTICE);
    assert!(stage.host.running(), "the user's window stays and says what happened");
}

#[test]
fn a_viewer_with_a_bad_invite_says_so_and_stays() {
    let screen = Screen::with_window_manager(1280, 960);
    let mut technician = Start::desktop(&["view"]).invite("abandon abandon abandon").on(&screen).start();
    let ended = poll(SOON, || technician.newest("ended"));
    assert!(technician.running() || technician.exit(SOON) == exit::BAD_INPUT);
    assert!(ended.is_some() || !technician.errors().is_empty(), "it says what is wrong");
}

#[test]
fn the_first_window_is_there_within_two_seconds() {
    let screen = Screen::with_window_manager(1280, 960);
    let start = std::time::Instant::now();
    let _host = Start::desktop(&[]).on(&screen).start();
    let window = screen.window("Beistand");
    poll(SOON, || (screen.shot().crop(window.area).colours(20) == 20).then_some(()))
        .expect("the home page is drawn");
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}
