//! Two people at two windows: the user's program on one screen and the technician's on another, in a session
//! that began as people begin one.

use std::time::Duration;

use beistand_tests::desktop::{User, framed_picture, granted, labels};
use beistand_tests::{Area, Device, Hand, Picture, Program, Screen, Start, poll};

use crate::support::{Host, PATIENCE};

/// The size of a user's screen on which the whole question has room.
const USERS_SIZE: (u16, u16) = (1280, 960);

/// That of the technician's, which is a little larger than the viewer.
const TECHNICIANS_SIZE: (u16, u16) = (1400, 1050);

/// The rows of buttons above the picture, by their middles from the window's upper edge, and half of what a
/// letter is high, in pixels.
const TOOLBAR_ROWS_PX: [u32; 3] = [20, 58, 96];
const HALF_ROW_PX: u32 = 9;

/// How long a window may take to show what a button does, before another one is tried.
const SHOWS: Duration = Duration::from_millis(1_500);

/// How long the list of commands may take to open, and between two keys: it is tried again where that is too
/// short.
const COMMANDS_OPEN: Duration = Duration::from_millis(300);
const TYPING: Duration = Duration::from_millis(20);

/// Both windows in a session in which all was allowed that was asked for.
pub(crate) struct TwoWindows {
    // Dropped first: programs before their screens.
    pub(crate) host: Program,
    /// The user's hand.
    pub(crate) user: User,
    pub(crate) helper: HelperWindow,
    /// The user's screen.
    pub(crate) screen: Screen,
}

impl TwoWindows {
    /// Starts both in a language, the technician's with these arguments as well.
    #[track_caller]
    pub(crate) fn start(arguments: &[&str], language: &str) -> Self {
        let screen = Screen::with_window_manager(USERS_SIZE.0, USERS_SIZE.1);
        screen.paint_background([70, 100, 150]);
        Self::on(screen, arguments, language)
    }

    /// The same, on this screen of the user's.
    #[track_caller]
    pub(crate) fn on(screen: Screen, arguments: &[&str], language: &str) -> Self {
        let mut host = Start::desktop(&["--language", language]).on(&screen).start();
        let user = User::at(&screen, Device::Physical);
        let link = user.get_help(&screen);
        let mut helper = HelperWindow::start(link, arguments, language);
        host.expect("request", PATIENCE);
        user.tick_all(&screen);
        user.press_allow(&screen);
        granted(&mut host);
        granted(&mut helper.program);
        Self { host, user, helper, screen }
    }
}

/// The technician's window.
pub(crate) struct HelperWindow {
    // Dropped before its screen.
    pub(crate) program: Program,
    pub(crate) hand: Hand,
    pub(crate) screen: Screen,
}

impl HelperWindow {
    /// Starts it with an invite. It asks the user then.
    #[track_caller]
    pub(crate) fn start(link: String, arguments: &[&str], language: &str) -> Self {
        let screen = Screen::with_window_manager(TECHNICIANS_SIZE.0, TECHNICIANS_SIZE.1);
        let start = Start::desktop(&["view", "--name", "Tess Ferrari", "--language", language]);
        let program = start.arguments(arguments).invite(link).on(&screen).start();
        let hand = Hand::new(&screen, Device::Injected);
        Self { program, hand, screen }
    }

    /// In a session with a user who shares without a window, and allows `permissions`.
    #[track_caller]
    pub(crate) fn helping(host: &mut Host, permissions: &str) -> Self {
        let mut helper = Self::start(host.link.clone(), &["--wants", permissions], "en");
        host.program.expect("request", PATIENCE);
        host.program.allow(permissions);
        granted(&mut helper.program);
        helper
    }

    /// Where the window is.
    #[track_caller]
    pub(crate) fn area(&self) -> Area {
        self.screen.window("Beistand").area
    }

    /// The words on the buttons above the picture, in their order.
    #[track_caller]
    pub(crate) fn toolbar(&self) -> Vec<Area> {
        let (window, shot) = (self.area(), self.screen.shot());
        let row = |middle: &u32| {
            Area::new(window.x, window.y + middle - HALF_ROW_PX, window.width, 2 * HALF_ROW_PX)
        };
        let rows = TOOLBAR_ROWS_PX.iter().map(row);
        // The picture begins below the last row, on a dark ground.
        let rows = rows.take_while(|row| shot.pixel(row.x + 3, row.y).iter().all(|value| *value > 200));
        rows.flat_map(|row| labels(&shot, row)).collect()
    }

    /// Does what the helper's list of commands calls so, until it has the effect that `is_done` sees.
    #[track_caller]
    pub(crate) fn command(&self, name: &str, is_done: impl Fn(&Picture) -> bool) {
        // As X11 numbers them.
        let [control, shift, p, escape] = [37, 50, 33, 9];
        let done = poll(PATIENCE, || {
            // A click beside the picture brings the keyboard here.
            let area = self.area();
            self.hand.click(((area.x + 3) as i16, (area.y + 3) as i16));
            for (key, pressed) in
                [(control, true), (shift, true), (p, true), (p, false), (shift, false), (control, false)]
            {
                self.hand.key(key, pressed);
            }
            std::thread::sleep(COMMANDS_OPEN);
            self.hand.text(&format!("{name}\n"), TYPING);
            let done = poll(SHOWS, || is_done(&self.screen.shot()).then_some(()));
            if done.is_none() {
                self.hand.key(escape, true);
                self.hand.key(escape, false);
            }
            done
        });
        done.unwrap_or_else(|| {
            let path = std::env::temp_dir().join("beistand-not-found.png");
            self.screen.shot().save(&path);
            panic!("no command does it; what is there: {}", path.display());
        });
    }

    /// Where a pixel of the host's screen, which is so large, is on the technician's.
    #[track_caller]
    pub(crate) fn place(&self, host: &Screen, (x, y): (u32, u32)) -> (i16, i16) {
        let (area, (width, height)) = (framed_picture(&self.screen), host.size());
        let along = |start: u32, side: u32, at: u32, of: u16| (start + side * at / u32::from(of)) as i16;
        (along(area.x, area.width, x, width), along(area.y, area.height, y, height))
    }
}
