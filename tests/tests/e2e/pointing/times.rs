//! How long it takes from the technician's hand to the user's screen, and back into the technician's picture:
//! of a stroke, and of a key that is typed.

use std::time::{Duration, Instant};

use beistand_tests::desktop::framed_picture;
use beistand_tests::{Area, Framebuffer, Screen, Window, poll};

use super::{SKY, WANTS, draw_command, has_tools};
use crate::support::{Host, PATIENCE};
use crate::support_windows::HelperWindow;

/// Strokes, and keys.
const ROUNDS: usize = 40;

/// Between two of them: all that one caused is over.
const REST: Duration = Duration::from_millis(350);

/// How often it is looked: far more often than a screen changes, and no more than a spare core does.
const LOOK: Duration = Duration::from_micros(250);

/// Which button shows the picture pixel by pixel.
const ACTUAL_BUTTON: usize = 1;

/// X11's code of a key with a letter.
const KEY_X: u8 = 53;

/// How far from the middle of a line its dark edge is, which the technician's window does not draw by itself:
/// where it is seen, the picture has the stroke.
const EDGE_PX: u32 = 3;

/// A user's screen and a technician's window in which each pixel is one of it.
struct TimedStage {
    // Dropped first: programs before their screens.
    helper: HelperWindow,
    _host: Host,
    screen: Screen,
    /// A terminal on it.
    window: Window,
    /// Where the user's screen is in the window.
    picture: Area,
    /// The memory of both screens: the user's and the technician's.
    memory: [Framebuffer; 2],
}

impl TimedStage {
    fn new() -> Self {
        let mut screen = Screen::with_window_manager(1024, 640);
        screen.paint_background([70, 100, 150]);
        let window = screen.xterm("typed", "60x6+40+80", "exec cat");
        let mut host = Host::start(&screen);
        let helper = HelperWindow::helping(&mut host, WANTS);
        framed_picture(&helper.screen);
        let actual = helper.toolbar()[ACTUAL_BUTTON];
        helper.hand.click(actual.centre());
        let is_exact = || Some(framed_picture(&helper.screen)).filter(|area| area.width == 1024);
        let picture = poll(PATIENCE, is_exact).expect("pixel by pixel");
        let memory = [screen.framebuffer(), helper.screen.framebuffer()];
        Self { helper, _host: host, screen, window, picture, memory }
    }

    /// A place of the user's screen on the technician's.
    fn there(&self, x: u32, y: u32) -> (i16, i16) {
        ((self.picture.x + x) as i16, (self.picture.y + y) as i16)
    }

    /// How long until the first holds on the user's screen, and then the second on the technician's.
    fn until(
        &self,
        here: impl Fn(&Framebuffer) -> bool,
        there: impl Fn(&Framebuffer) -> bool,
    ) -> [Duration; 2] {
        let begun = Instant::now();
        let wait = |memory: &Framebuffer, holds: &dyn Fn(&Framebuffer) -> bool| {
            while !holds(memory) {
                assert!(begun.elapsed() < PATIENCE, "it comes");
                std::thread::sleep(LOOK);
            }
            begun.elapsed()
        };
        [wait(&self.memory[0], &here), wait(&self.memory[1], &there)]
    }
}

fn pixel(memory: &Framebuffer, (x, y): (u32, u32)) -> [u8; 3] {
    memory.read(Area::new(x, y, 1, 1)).pixel(0, 0)
}

/// What the times say, a line for each screen.
fn told(what: &str, mut times: Vec<[Duration; 2]>) -> String {
    let places = ["on the user's screen", "in the technician's window"];
    let lines = places.iter().enumerate().map(|(number, place)| {
        times.sort_by_key(|times| times[number]);
        let at = |part: usize| times[(times.len() - 1) * part / 100][number].as_secs_f64() * 1e3;
        format!("{what} {place}: median {:.1} ms, 95 of 100 within {:.1} ms", at(50), at(95))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Keys that are typed into a terminal: the first change of its text, on both screens.
fn keys(stage: &TimedStage) -> Vec<[Duration; 2]> {
    let text = Area::new(40, 100, 560, 110);
    let (left, top) = stage.there(text.x, text.y);
    let seen = Area::new(left as u32, top as u32, text.width, text.height);
    let focus = || {
        // The first one may come too soon after the user's answer.
        stage.helper.hand.click(stage.there(300, 150));
        std::thread::sleep(2 * REST);
        stage.screen.has_focus(&stage.window).then_some(())
    };
    poll(PATIENCE, focus).expect("the terminal has the keyboard");
    let one = |_| {
        let before = [stage.memory[0].bytes(text), stage.memory[1].bytes(seen)];
        stage.helper.hand.key(KEY_X, true);
        let times =
            stage.until(|memory| memory.bytes(text) != before[0], |memory| memory.bytes(seen) != before[1]);
        stage.helper.hand.key(KEY_X, false);
        std::thread::sleep(REST);
        times
    };
    (0..ROUNDS).map(one).collect()
}

/// Strokes: from the move of the mouse by which a line gets its second point.
fn strokes(stage: &TimedStage) -> Vec<[Duration; 2]> {
    let hand = &stage.helper.hand;
    let one = |round: usize| {
        // Beside each other: there is a bound to how much is drawn in one place.
        let (x, y) = (300 + 200 * (round as u32 / 14 % 2), 250 + 24 * (round as u32 % 14));
        let (from, to) = (stage.there(x, y), stage.there(x + 120, y));
        hand.move_to(from.0, from.1);
        std::thread::sleep(REST / 4);
        hand.press(beistand_tests::button::LEFT);
        std::thread::sleep(REST);
        let edge = stage.there(x + 60, y + EDGE_PX);
        let edge = (edge.0 as u32, edge.1 as u32);
        let before = pixel(&stage.memory[1], edge);
        hand.move_to(to.0, to.1);
        let light = |pixel: [u8; 3]| pixel.iter().map(|value| u32::from(*value)).sum::<u32>();
        let is_darker = |now: [u8; 3]| light(now) + 100 < light(before);
        let times =
            stage.until(|memory| pixel(memory, (x + 60, y)) == SKY, |memory| is_darker(pixel(memory, edge)));
        hand.release(beistand_tests::button::LEFT);
        std::thread::sleep(REST);
        times
    };
    (0..ROUNDS).map(one).collect()
}

#[test]
#[ignore = "it measures"]
fn how_long_a_stroke_takes_beside_a_key() {
    let stage = TimedStage::new();
    println!("{}", told("a key", keys(&stage)));
    stage.helper.command(draw_command("en"), has_tools);
    // Sky, which has a dark edge.
    let swatch = stage.helper.screen.shot();
    let swatch = swatch.bounds_of(SKY, 2, swatch.area()).expect("its swatch");
    stage.helper.hand.click(swatch.centre());
    println!("{}", told("a stroke", strokes(&stage)));
}
