//! Rooms of a session in both windows, as two people use them with a mouse: a report is made, read and sent,
//! and a repair is proposed, allowed and taken back.

use std::fs;
use std::path::Path;
use std::time::Duration;

use beistand_tests::desktop::{User, granted, plain_buttons};
use beistand_tests::{Area, Device, Hand, Program, Screen, Start, poll};

use crate::support::{PATIENCE, SOON};

/// Where the toolbar's buttons are in English, from the viewer's left and upper edge in pixels.
const REPORT_X: u32 = 610;
const REPAIR_X: u32 = 901;
const TOOLBAR_Y: u32 = 20;

/// Below the viewer's toolbar, in pixels.
const PANELS_Y: u32 = 60;

/// From the middle of the list of repairs to that of *quarantine* in it, in pixels.
const QUARANTINE_PX: i16 = 215;

/// The height of buttons of which one is a yes, in pixels.
const ANSWER_PX: u32 = 40;

/// Both windows in a session in which all was allowed that a helper asks for.
struct RoomStage {
    // Dropped first: programs before their screens.
    host: Program,
    technician: Program,
    user: User,
    /// The helper's hand.
    hand: Hand,
    screen: Screen,
    technicians: Screen,
    /// Where the viewer is.
    viewer: Area,
    /// Where the user's window is.
    window: Area,
}

impl RoomStage {
    fn new() -> Self {
        // High enough for most of the user's page.
        let screen = Screen::with_window_manager(1280, 1700);
        let technicians = Screen::with_window_manager(1400, 1050);
        let mut host = Start::desktop(&[]).on(&screen).start();
        let user = User::at(&screen, Device::Physical);
        let link = user.get_help(&screen);
        let technician = Start::desktop(&["view", "--name", "Tess"]).invite(link).on(&technicians);
        let mut technician = technician.start();
        host.expect("request", PATIENCE);
        user.tick_all(&screen);
        user.press_allow(&screen);
        granted(&mut host);
        granted(&mut technician);
        let window = user.open_window(&screen);
        let viewer = technicians.window("Beistand").area;
        let hand = Hand::new(&technicians, Device::Injected);
        Self { host, technician, user, hand, screen, technicians, viewer, window }
    }

    /// The helper opens a panel: its buttons, from top to bottom.
    #[track_caller]
    fn open_panel(&self, x: u32) -> Vec<Area> {
        let button = ((self.viewer.x + x) as i16, (self.viewer.y + TOOLBAR_Y) as i16);
        let before = self.in_panels();
        self.hand.click(button);
        poll(SOON, || Some(self.in_panels()).filter(|now| *now != before)).expect("the panel opens")
    }

    fn in_panels(&self) -> Vec<Area> {
        let all = plain_buttons(&self.technicians.shot(), self.viewer);
        all.into_iter().filter(|button| button.y > self.viewer.y + PANELS_Y).collect()
    }

    /// The user's yes by their hand: the left one of two buttons side by side, once it was in sight for a
    /// while. They look for it further down the page.
    #[track_caller]
    fn say_yes(&mut self, event: &str) {
        let yes = poll(PATIENCE, || {
            let buttons = plain_buttons(&self.screen.shot(), self.window);
            let is_answer = |one: &&Area| one.height >= ANSWER_PX;
            let answers: Vec<_> = buttons.iter().filter(is_answer).collect();
            let pair = answers.windows(2).find(|pair| pair[0].y == pair[1].y);
            if pair.is_none() {
                self.user.scroll(self.window, 5);
                std::thread::sleep(Duration::from_millis(150));
            }
            pair.map(|pair| *pair[0])
        });
        let yes = yes.expect("a question with two answers").centre();
        let said = poll(PATIENCE, || {
            self.user.click(yes);
            self.host.wait_for(event, Duration::from_secs(2))
        });
        self.save("yes");
        assert!(said.is_some(), "a hand says yes: {event}");
    }

    fn save(&self, name: &str) {
        if let Ok(folder) = std::env::var("BEISTAND_SHOTS") {
            self.screen.shot().save(&Path::new(&folder).join(format!("{name}-user.png")));
            self.technicians.shot().save(&Path::new(&folder).join(format!("{name}-helper.png")));
        }
    }
}

#[test]
fn a_report_is_asked_for_read_and_sent_in_both_windows() {
    let mut stage = RoomStage::new();
    let buttons = stage.open_panel(REPORT_X);
    stage.save("report-panel");
    stage.hand.click(buttons[0].centre());
    stage.host.expect("report-asked", SOON);
    stage.host.expect("report-draft", PATIENCE);
    assert!(stage.technician.newest("report").is_none(), "nothing has left");
    stage.say_yes("report-sent");
    stage.technician.expect("report", SOON);
    stage.save("report-sent");
}

#[test]
fn a_repair_is_proposed_allowed_and_taken_back_in_both_windows() {
    let mut stage = RoomStage::new();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bad");
    fs::write(&file, "bad").expect("ours");
    let list = stage.open_panel(REPAIR_X)[0];
    stage.save("repair-panel");
    stage.hand.click(list.centre());
    std::thread::sleep(Duration::from_millis(500));
    stage.save("repair-list");
    let (x, y) = list.centre();
    let before = stage.in_panels();
    stage.hand.click((x, y + QUARANTINE_PX));
    let panel = poll(SOON, || Some(stage.in_panels()).filter(|now| *now != before)).expect("it is chosen");
    stage.save("repair-chosen");
    // A field, and the button below it.
    stage.hand.click(panel[1].centre());
    stage.hand.text(&file.display().to_string(), Duration::from_millis(20));
    stage.hand.click(panel[2].centre());
    stage.host.expect("repair-question", SOON);
    assert!(file.exists());
    stage.say_yes("repair-begun");
    stage.host.expect_that("repair-ended", SOON, |event| event.text("end") == "done");
    assert!(!file.exists());
    stage.save("repair-done");
}
