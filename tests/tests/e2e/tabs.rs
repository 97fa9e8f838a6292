//! One helper with two people at once, in one window: what is shown and what is typed is of the tab that is
//! chosen, and of no other.

use std::path::{Path, PathBuf};
use std::time::Duration;

use beistand_tests::desktop::granted;
use beistand_tests::{Event, Picture, Screen, Window, poll};

use crate::input::{expect_typed, notepad};
use crate::support::{ALL, Host, PATIENCE};
use crate::support_windows::HelperWindow;

/// Where the first and the second tab are, from the window's left and upper edge in pixels.
const TABS: [(u32, u32); 2] = [(60, 18), (270, 18)];

/// Between two keys.
const TYPING: Duration = Duration::from_millis(20);

/// How long a window may take to show what a click does, before it is clicked again.
const SHOWS: Duration = Duration::from_millis(1_500);

/// How far a colour may be from what the screen has, for the picture is encoded.
const NEAR: u8 = 12;

/// Somebody who is helped, with a window in which what is typed is written into a file.
struct HelpedScreen {
    // Dropped first: the program before its screen.
    host: Host,
    colour: [u8; 3],
    window: Window,
    file: PathBuf,
    screen: Screen,
}

impl HelpedScreen {
    fn start(colour: [u8; 3]) -> Self {
        let mut screen = Screen::with_window_manager(900, 600);
        screen.paint_background(colour);
        let (window, file) = notepad(&mut screen);
        let host = Host::start(&screen);
        Self { host, colour, window, file, screen }
    }

    /// Waits until the helper sees this screen, by the colour of its lower right corner.
    #[track_caller]
    fn expect_shown(&self, helper: &HelperWindow, tab: Option<usize>) {
        let shown = poll(PATIENCE, || {
            if let Some(tab) = tab {
                let (area, (x, y)) = (helper.area(), TABS[tab]);
                helper.hand.click(((area.x + x) as i16, (area.y + y) as i16));
            }
            poll(SHOWS, || {
                let (x, y) = helper.place(&self.screen, (870, 570));
                let seen = helper.screen.shot().pixel(x as u32, y as u32);
                seen.iter().zip(self.colour).all(|(seen, of)| seen.abs_diff(of) <= NEAR).then_some(())
            })
        });
        assert!(shown.is_some(), "the picture is of the screen that is {:?}", self.colour);
    }

    /// The helper clicks into the window and types.
    #[track_caller]
    fn type_here(&self, helper: &HelperWindow, text: &str) {
        let before = typed(&self.file);
        let (x, y) = self.window.area.centre();
        let at = helper.place(&self.screen, (x as u32, y as u32));
        let focused = poll(PATIENCE, || {
            helper.hand.click(at);
            let arrived = || self.screen.has_focus(&self.window) && helper.screen.keyboard_is_grabbed();
            poll(SHOWS, || arrived().then_some(()))
        });
        assert!(focused.is_some(), "the click has arrived, and the picture has the keyboard");
        helper.hand.text(text, TYPING);
        expect_typed(&self.file, &format!("{before}{text}"));
    }
}

/// Waits until mouse and keyboard have been open in this many sessions: shortly after a yes at a terminal
/// what comes is still kept out.
#[track_caller]
fn hands_opened(helper: &HelperWindow, sessions: usize) {
    let opened = |event: &&Event| event.kind() == "hands" && event.text("open") == "true";
    let times = || helper.program.events().iter().filter(opened).count();
    poll(PATIENCE, || (times() >= sessions).then_some(())).expect("what the helper does is taken");
}

fn typed(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_default()
}

#[test]
fn of_two_who_are_helped_in_one_window_only_the_one_who_is_shown_gets_what_is_typed() {
    let mut first = HelpedScreen::start([70, 100, 150]);
    let mut second = HelpedScreen::start([150, 60, 60]);
    let mut helper = HelperWindow::helping(&mut first.host, ALL);
    first.expect_shown(&helper, None);
    hands_opened(&helper, 1);
    first.type_here(&helper, "one\n");

    helper.screen.copy(&second.host.link);
    // What is typed is this window's again before the list of commands is opened.
    let area = helper.area();
    let freed = poll(PATIENCE, || {
        helper.hand.click(((area.x + 3) as i16, (area.y + 3) as i16));
        poll(SHOWS, || (!helper.screen.keyboard_is_grabbed()).then_some(()))
    });
    assert!(freed.is_some(), "the window has its keyboard");
    // The page for an invite has no picture, and so no frame of one.
    helper.command("somebody else", |shot| !first_is_seen(shot, first.colour));
    let asked = poll(PATIENCE, || {
        helper.hand.control('a');
        helper.hand.control('v');
        helper.hand.text("\n", TYPING);
        second.host.program.wait_for("request", SHOWS)
    });
    assert!(asked.is_some(), "the second one is asked");
    second.host.program.allow(ALL);
    granted(&mut helper.program);
    second.expect_shown(&helper, None);
    hands_opened(&helper, 2);
    second.type_here(&helper, "two\n");
    assert_eq!(typed(&first.file), "one\n", "nothing of it went to the other one");

    first.expect_shown(&helper, Some(0));
    first.type_here(&helper, "again\n");
    second.expect_shown(&helper, Some(1));
    assert_eq!(typed(&second.file), "two\n", "nor the other way round");
}

/// Whether the middle of the helper's window has this colour, in which a person's screen is painted.
fn first_is_seen(shot: &Picture, colour: [u8; 3]) -> bool {
    shot.bounds_of(colour, NEAR, shot.area()).is_some_and(|area| area.width > 300)
}
