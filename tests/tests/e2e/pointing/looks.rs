//! Pictures of what is drawn, for a person to look at: `BEISTAND_PICTURES` names their folder.

use std::path::PathBuf;
use std::time::Duration;

use beistand_tests::desktop::{User, granted};
use beistand_tests::{Device, Program, Screen, Start};

use super::{WANTS, draw_command, has_tools};
use crate::support::{PATIENCE, SOON};
use crate::support_windows::TwoWindows;

/// How long whatever moves on a screen takes to settle.
const SETTLES: Duration = Duration::from_millis(700);

/// The user's window program and a technician without a window, in a session.
struct LookStage {
    // Dropped first: programs before their screens.
    technician: Program,
    host: Program,
    user: User,
    screen: Screen,
    language: &'static str,
}

impl LookStage {
    fn new(language: &'static str, scale: u16) -> Self {
        let mut screen = Screen::with_window_manager(1280 * scale, 960 * scale).scaled(scale);
        screen.paint_background([70, 100, 150]);
        screen.xterm("letter", "70x24+40+380", "seq -s ' ' 1 600; exec cat");
        let mut host = Start::desktop(&["--language", language]).on(&screen).start();
        let user = User::at(&screen, Device::Physical);
        let link = user.get_help(&screen);
        let connect = Start::node("connect").arguments(["--wants", WANTS, "--name", "Tess Ferrari"]);
        let mut technician = connect.arguments(["--language", language]).invite(link).start();
        host.expect("request", PATIENCE);
        user.tick_all(&screen);
        user.press_allow(&screen);
        granted(&mut host);
        granted(&mut technician);
        Self { technician, host, user, screen, language }
    }

    fn save(&self, name: &str) {
        std::thread::sleep(SETTLES);
        save(&self.screen, &format!("{}-{name}", self.language));
    }

    fn draw(&mut self, line: &str) {
        self.technician.say(line);
        self.technician.expect("pointing-shown", SOON);
    }
}

fn save(screen: &Screen, name: &str) {
    let folder = std::env::var_os("BEISTAND_PICTURES").map_or_else(std::env::temp_dir, PathBuf::from);
    screen.shot().save(&folder.join(format!("{name}.png")));
}

/// A mark of each kind and colour, 200 pixels apart.
fn all_marks(stage: &mut LookStage, scale: u32) {
    let at = |x: u32, y: u32| format!("{},{}", x * scale, y * scale);
    let wave: Vec<String> = (0..60_u32).map(|step| at(60 + 5 * step, 240 + (step * step) % 97 / 2)).collect();
    stage.draw(&format!("draw sky stay {}", wave.join(" ")));
    for (row, colour) in ["vermilion", "sky", "green", "yellow", "blue", "orange"].into_iter().enumerate() {
        let x = 60 + 200 * row as u32;
        stage.draw(&format!("arrow {colour} stay {} {}", at(x, 880), at(x + 120, 820)));
        stage.draw(&format!("mark {colour} stay {} {}x{}", at(x, 700), 100 * scale, 60 * scale));
    }
    stage.draw(&format!("mark green stay {} {}x{} round", at(420, 220), 160 * scale, 90 * scale));
    let write = |x: u32, y: u32| format!("{} {}", x * scale, y * scale);
    stage.draw(&format!("write yellow stay {} OK", write(700, 330)));
    let long = "Please press this button twice, then wait until the printer has stopped";
    stage.draw(&format!("write blue stay {} {long}", write(60, 560)));
    stage.draw(&format!("write orange stay {} Grüße aus Köln: äöü ß €", write(660, 580)));
    stage.draw(&format!("point {}", write(1000, 260)));
    stage.host.say(&format!("point {}", write(1100, 260)));
    stage.technician.say(&format!("move {}", write(1000, 480)));
}

#[test]
#[ignore = "it takes pictures for a person to look at"]
fn how_it_looks() {
    for (language, scale) in [("en", 1), ("de", 1)] {
        let mut stage = LookStage::new(language, scale);
        std::thread::sleep(2 * SETTLES);
        stage.save(&format!("{scale}-desktop"));
        all_marks(&mut stage, scale.into());
        stage.save(&format!("{scale}-marks"));
        stage.user.press_more(&stage.screen);
        stage.save(&format!("{scale}-bar-open"));
        stage.user.press_more(&stage.screen);
        let mut full = stage.screen.command("xterm");
        full.args(["-fullscreen", "-T", "full", "-e", "sh", "-c", "seq -s ' ' 1 4000; exec cat"]);
        stage.screen.start(&mut full);
        stage.screen.window("full");
        stage.save(&format!("{scale}-full-screen"));
        stage.technician.say("wipe");
        let y = 600 * u32::from(scale);
        stage.draw(&format!("draw vermilion {},{y} {},{}", 100 * scale, 500 * scale, y + 40));
        stage.draw(&format!("write sky {} {y} It goes", 600 * scale));
        for step in 0..8 {
            if step > 0 {
                std::thread::sleep(Duration::from_millis(if step == 1 { 9_000 } else { 300 }));
            }
            save(&stage.screen, &format!("{language}-{scale}-fading-{step}"));
        }
    }
}

#[test]
#[ignore = "it takes pictures for a person to look at"]
fn how_the_windows_look() {
    for language in ["en", "de"] {
        let mut two = TwoWindows::start(&["--wants", WANTS], language);
        two.helper.command(draw_command(language), has_tools);
        let place = |x, y| two.helper.place(&two.screen, (x, y));
        two.helper.hand.drag(&[place(300, 400), place(420, 420), place(500, 460), place(560, 400)]);
        std::thread::sleep(SETTLES);
        save(&two.helper.screen, &format!("{language}-helper-window"));
        save(&two.screen, &format!("{language}-user-bar"));
        two.user.open_window(&two.screen);
        std::thread::sleep(SETTLES);
        save(&two.screen, &format!("{language}-user-window"));
        two.host.terminate();
    }
}
