//! The show: two screens, two people, three parts.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use beistand_tests::cost::{CpuMeter, peak_memory};
use beistand_tests::desktop::{User, full_screen_one_to_one, granted};
use beistand_tests::{Area, Device, Hand, Picture, Program, Screen, Start, Window, poll};

use crate::probe::{Latency, Probe};
use crate::report::{Part, Report, SHARP_DB};

/// The colour behind the user's windows: on the technician's screen it tells that the picture is there.
const BACKGROUND: [u8; 3] = [58, 92, 140];

/// A fast typist: about 100 words per minute.
const KEY_EVERY: Duration = Duration::from_millis(120);

/// What is typed repeatedly.
const SENTENCE: &str = "The quick brown fox jumps over the lazy dog; 0123456789 (A_b) 100%.\n";

/// How long a picture may take to become sharp once nothing moves any more.
const REST: Duration = Duration::from_secs(5);

/// So long without a picture the screen is at rest: figures come once a second while there are any.
const QUIET: Duration = Duration::from_secs(2);

/// How long it may take to come to rest.
const SETTLE: Duration = Duration::from_secs(20);

/// How long both sides may take to end once the user pressed End.
const END: Duration = Duration::from_secs(3);

/// For everything that a person would wait for without a thought.
const PATIENCE: Duration = Duration::from_secs(30);

/// The user's screen with what is on it.
struct Desk {
    screen: Screen,
    notepad: Window,
    typed: PathBuf,
    log: Window,
    /// The log grows while this file is there.
    go: PathBuf,
}

/// A session under way, with both people's hands.
struct DemoSession {
    host: Program,
    technician: Program,
    desk: Desk,
    screen: Screen,
    hand: Hand,
    /// Where the user's screen is on the technician's.
    picture: Area,
}

/// Runs the show for about `seconds` and writes pictures to `out`.
pub(crate) fn run(seconds: u32, out: &Path) -> Report {
    fs::create_dir_all(out).unwrap_or_else(|error| panic!("{}: {error}", out.display()));
    println!("Two virtual screens are set up: the user's, with programs on it, and the technician's.");
    let desk = Desk::new();
    let screen = Screen::with_window_manager(2048, 1200);
    let mut host = Start::desktop(&[]).on(&desk.screen).start();
    let user = User::at(&desk.screen, Device::Physical);
    println!("The user presses \"Get help\" and copies the link.");
    let link = user.get_help(&desk.screen);
    desk.screen.shot().save(&out.join("1-invite.png"));
    println!("The technician pastes it.");
    let pasted = Instant::now();
    let mut technician = Start::desktop(&["view", "--name", "Tess", "--reason", "Your printer"])
        .invite(link)
        .on(&screen)
        .start();
    let invite_to_question = host.expect("request", PATIENCE).at - pasted;
    user.choices(&desk.screen);
    desk.screen.shot().save(&out.join("2-consent.png"));
    println!("The user says yes.");
    let yes = Instant::now();
    user.let_help(&desk.screen);
    let first = poll(PATIENCE, || shows(&screen, BACKGROUND).then(Instant::now)).expect("the picture comes");
    granted(&mut technician);
    desk.screen.shot().save(&out.join("3-user.png"));
    screen.shot().save(&out.join("4-technician-window.png"));
    let hand = Hand::new(&screen, Device::Injected);
    let picture = full_screen_one_to_one(&screen, &desk.screen, &hand);
    let mut session = DemoSession { host, technician, desk, screen, hand, picture };
    let part = Duration::from_secs(seconds.into()) / 3;
    println!("The technician types, watches a log run by, scrolls and points; {seconds} s in all.");
    let (typing, typed) = session.typing(part);
    let parts = vec![typing, session.scrolling(part), session.resting(part)];
    let psnr = session.sharpness(out);
    let (host_memory, technician_memory) =
        (peak_memory(session.host.pid()), peak_memory(session.technician.pid()));
    user.press_end(&session.desk.screen);
    let ended = poll(END, || session.technician.newest("ended").and(session.host.newest("ended"))).is_some();
    let yes_to_picture = first - yes;
    Report { invite_to_question, yes_to_picture, parts, host_memory, technician_memory, psnr, typed, ended }
}

impl Desk {
    fn new() -> Self {
        let mut screen = Screen::with_window_manager(1920, 1080);
        screen.paint_background(BACKGROUND);
        let (typed, go) = (screen.folder().join("typed.txt"), screen.folder().join("go"));
        let log = screen.xterm(
            "log",
            "90x28+40+110",
            &format!(
                "i=0; while :; do if [ -e {} ]; then i=$((i+1)); \
                 printf '\\033[3%dm%s\\033[0m  request %d took %d ms\\n' $((1 + i % 6)) \"$(date +%T.%N)\" $i $((i * 37 % 400)); \
                 fi; sleep 0.1; done",
                go.display()
            ),
        );
        let text: String = (1..200)
            .map(|line| format!("{line}. Dear Sir or Madam, the printer prints blank pages.\n"))
            .collect();
        screen.editor("letter.txt", &text);
        let notepad = screen.xterm("notepad", "80x6+1000+800", &format!("exec cat > {}", typed.display()));
        poll(PATIENCE, || typed.exists().then_some(())).expect("the shell opens the file");
        Self { screen, notepad, typed, log, go }
    }
}

impl DemoSession {
    /// A position on the user's screen as one on the technician's.
    fn there(&self, (x, y): (i16, i16)) -> (i16, i16) {
        (x + self.picture.x as i16, y + self.picture.y as i16)
    }

    /// Types for `time`; also says whether all of it arrived.
    fn typing(&mut self, time: Duration) -> (Part, bool) {
        let area = self.desk.notepad.area;
        // Into the window's corner: the pointer must not lie on the text.
        self.hand.click(self.there(((area.x + area.width - 6) as i16, (area.y + area.height - 6) as i16)));
        let focused = || self.desk.screen.has_focus(&self.desk.notepad).then_some(());
        poll(PATIENCE, focused).expect("the notepad takes the keyboard at the first click");
        let mut sent = String::new();
        let characters = SENTENCE.chars().cycle();
        let (part, ()) = self.measured("typing", Some(area), |session| {
            let end = Instant::now() + time;
            for character in characters {
                session.hand.text(character.encode_utf8(&mut [0; 4]), Duration::ZERO);
                sent.push(character);
                std::thread::sleep(KEY_EVERY);
                if Instant::now() > end {
                    break;
                }
            }
        });
        // `cat` sees whole lines only.
        if !sent.ends_with('\n') {
            self.hand.text("\n", Duration::ZERO);
            sent.push('\n');
        }
        let arrived = poll(REST, || fs::read_to_string(&self.desk.typed).ok().filter(|text| *text == sent));
        (part, arrived.is_some())
    }

    /// Lets the log run for `time`, while the technician points and turns the wheel in the editor.
    fn scrolling(&mut self, time: Duration) -> Part {
        let log = self.desk.log.area;
        // The newest lines: each differs from the one that was there before.
        let band = Area::new(log.x, log.y + log.height * 3 / 4, log.width / 2, 40);
        let editor = self.desk.screen.window("letter.txt").area;
        let (x, y) = self.there(editor.centre());
        let (part, ()) = self.measured("log and scrolling", Some(band), |session| {
            fs::write(&session.desk.go, "").expect("a folder of ours");
            let end = Instant::now() + time;
            let mut step = 0_i16;
            while Instant::now() < end {
                step += 1;
                session.hand.move_to(x + step % 40, y + step % 25);
                session.hand.wheel(if step % 40 < 20 { 1 } else { -1 });
                std::thread::sleep(Duration::from_millis(100));
            }
            fs::remove_file(&session.desk.go).expect("it was made above");
        });
        part
    }

    /// Does nothing for `time`.
    fn resting(&mut self, time: Duration) -> Part {
        // What was under way is not part of the rest: refining, and an editor's scroll bar that fades.
        let quiet =
            || self.technician.newest("picture").is_none_or(|last| last.at.elapsed() > QUIET).then_some(());
        // Whether it ever gets quiet is what is measured next.
        let _ = poll(SETTLE, quiet);
        self.measured("at rest", None, |_| std::thread::sleep(time)).0
    }

    fn measured<T>(
        &mut self,
        name: &'static str,
        area: Option<Area>,
        act: impl FnOnce(&Self) -> T,
    ) -> (Part, T) {
        let corner = (self.picture.x, self.picture.y);
        let probe = area.map(|area| {
            Probe::start(self.desk.screen.framebuffer(), self.screen.framebuffer(), area, corner)
        });
        let (host, technician) = (CpuMeter::start(self.host.pid()), CpuMeter::start(self.technician.pid()));
        let start = Instant::now();
        let done = act(self);
        // The last change still has to arrive.
        if probe.is_some() {
            std::thread::sleep(Duration::from_millis(500));
        }
        let (host_cpu, technician_cpu) = (host.percent(), technician.percent());
        let latency: Option<Latency> = probe.map(Probe::finish);
        let (fps, kbps) = self.figures(start);
        (Part { name, latency, fps, kbps, host_cpu, technician_cpu }, done)
    }

    /// Means of the technician's own figures since `start`; the seconds in which it said nothing count as
    /// zero.
    fn figures(&self, start: Instant) -> (f64, f64) {
        let events = self.technician.events();
        let figures: Vec<_> =
            events.iter().filter(|event| event.kind() == "picture" && event.at > start).collect();
        let seconds = start.elapsed().as_secs_f64().max(1.0);
        let mean = |field| {
            let values = figures.iter().map(|event| event.number(field)).filter(|value| value.is_finite());
            // The sum of nothing would be -0.
            values.fold(0.0, |sum, value| sum + value) / seconds
        };
        (mean("fps"), mean("kbps"))
    }

    /// How well the technician's screen shows the user's, once nothing moves; pictures of both are kept.
    fn sharpness(&self, out: &Path) -> f64 {
        // Away from the picture, so that no pointer is drawn on it, and from the top, where the
        // toolbar appears.
        self.hand.move_to(2, i16::try_from(self.screen.size().1 / 2).unwrap_or(i16::MAX));
        let mut best = f64::NEG_INFINITY;
        poll(REST, || {
            let (real, seen) = (self.desk.screen.shot(), self.screen.shot());
            let shown = seen.crop(self.picture);
            best = best.max(self.without_moving_parts(&shown).psnr(&self.without_moving_parts(&real)));
            real.save(&out.join("5-user-screen.png"));
            seen.save(&out.join("6-technician-screen.png"));
            (best > SHARP_DB).then_some(())
        });
        best
    }

    /// The session bar's clock moves on between two looks, and the pointer is drawn by each side for itself.
    fn without_moving_parts(&self, picture: &Picture) -> Picture {
        let mut still = picture.clone();
        for window in self.desk.screen.windows() {
            if window.title.contains("you are being helped") {
                still.fill(window.area, [0; 3]);
            }
        }
        let pointer = self.desk.screen.window("letter.txt").area.centre();
        let corner = |value: i16| u32::try_from(value - 30).unwrap_or(0);
        still.fill(Area::new(corner(pointer.0), corner(pointer.1), 110, 100), [0; 3]);
        still
    }
}

/// Whether a colour is on a screen, in more than a few pixels.
fn shows(screen: &Screen, colour: [u8; 3]) -> bool {
    let shot = screen.shot();
    let close = |pixel: [u8; 3]| pixel.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 12);
    let (width, height) = (shot.width(), shot.height());
    let points = (0..height).step_by(16).flat_map(|y| (0..width).step_by(16).map(move |x| (x, y)));
    points.filter(|(x, y)| close(shot.pixel(*x, *y))).count() > 20
}
