//! What is drawn over the screen of a real X server: clicks go through it, it is above full-screen windows,
//! and it covers nothing of this program.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use beistand_platform::x11::{X11Indicator, X11Overlay};
use beistand_platform::{
    DesktopArea, FADE_STEPS, IndicatorFace, IndicatorFlow, IndicatorSight, OverlayDrawing, OverlayLabel,
    OverlayMark, OverlayNews, OverlayPoint, OverlayShape, ScreenOverlay, SessionIndicator,
};
use x11rb::protocol::xproto::*;
use x11rb::wrapper::ConnectionExt as _;

use crate::support::hand::PhysicalMouse;
use crate::support::running::{Running, window_manager};
use crate::support::{Client, PATIENCE, Recorder, Xvfb};

/// The colour of what is drawn, and of windows below.
const MARK: u32 = 0xd5_5e_00;
const BELOW: u32 = 0x20_40_60;

/// How long it must stay as it is.
const A_WHILE: Duration = Duration::from_millis(700);

struct Drawn {
    overlay: X11Overlay,
    news: Receiver<OverlayNews>,
    client: Client,
    serial: u64,
    spared: Vec<DesktopArea>,
}

impl Drawn {
    fn on(xvfb: &Xvfb) -> Self {
        let (sender, news) = channel();
        let overlay =
            X11Overlay::open(xvfb.name(), Box::new(move |one| _ = sender.send(one))).expect("an overlay");
        Self { overlay, news, client: xvfb.client(), serial: 0, spared: Vec::new() }
    }

    /// Draws these, and waits until they are on the screen.
    #[track_caller]
    fn show(&mut self, shapes: Vec<OverlayShape>) {
        self.serial += 1;
        let mark = |(number, shape)| OverlayMark { number: number as u64, shape, colour: MARK, fade: 0 };
        let marks = shapes.into_iter().enumerate().map(mark).collect();
        self.overlay.show(OverlayDrawing { serial: self.serial, marks, spared: self.spared.clone() });
        assert_eq!(self.news.recv_timeout(PATIENCE), Ok(OverlayNews::Shown(self.serial)));
    }

    fn colour(&self, x: i16, y: i16) -> u32 {
        colour(&self.client, x, y)
    }

    /// Waits until a pixel has this colour.
    #[track_caller]
    fn expect(&self, (x, y): (i16, i16), wanted: u32) {
        let start = Instant::now();
        while self.colour(x, y) != wanted {
            assert!(start.elapsed() < PATIENCE, "{:06x} at {x},{y}", self.colour(x, y));
            std::thread::yield_now();
        }
    }
}

fn colour(client: &Client, x: i16, y: i16) -> u32 {
    let image = client.conn.get_image(ImageFormat::Z_PIXMAP, client.root, x, y, 1, 1, !0).unwrap();
    let data = image.reply().expect("on the screen").data;
    u32::from_le_bytes([data[0], data[1], data[2], 0])
}

fn line(from: OverlayPoint, to: OverlayPoint) -> OverlayShape {
    OverlayShape::Line(vec![from, to])
}

fn windows(client: &Client, title: &str) -> Vec<Window> {
    let children = client.conn.query_tree(client.root).unwrap().reply().unwrap().children;
    let has_title = |window: &Window| {
        let cookie = client.conn.get_property(false, *window, AtomEnum::WM_NAME, AtomEnum::STRING, 0, 64);
        cookie.unwrap().reply().is_ok_and(|reply| reply.value == title.as_bytes())
    };
    children.into_iter().filter(has_title).collect()
}

fn is_mapped(client: &Client, title: &str) -> bool {
    windows(client, title).into_iter().any(|window| {
        let attributes = client.conn.get_window_attributes(window).unwrap().reply();
        attributes.is_ok_and(|attributes| attributes.map_state == MapState::VIEWABLE)
    })
}

#[test]
fn a_click_on_a_mark_reaches_the_window_below_and_the_mark_stays() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    let mut drawn = Drawn::on(&xvfb);
    drawn.show(vec![line((50, 50), (200, 50)), OverlayShape::Spot((300, 200))]);
    assert_eq!((drawn.colour(100, 50), drawn.colour(100, 120)), (MARK, BELOW));
    assert_eq!(drawn.colour(300, 200), BELOW, "nothing is filled");
    PhysicalMouse::connect(xvfb.name()).unwrap().click(100, 50).unwrap();
    let lines = std::iter::from_fn(|| Some(recorder.next()));
    let clicked: Vec<_> = lines.filter(|line| line.starts_with("button")).take(2).collect();
    assert_eq!(clicked, ["button 1 down at 100,50", "button 1 up at 100,50"]);
    assert_eq!(drawn.colour(100, 50), MARK);
    drawn.show(Vec::new());
    drawn.expect((100, 50), BELOW);
}

#[test]
fn a_mark_is_above_a_full_screen_window_that_is_raised() {
    let xvfb = Xvfb::start();
    let _openbox = window_manager(&xvfb);
    let mut drawn = Drawn::on(&xvfb);
    drawn.show(vec![line((100, 700), (900, 700))]);
    let _xterm = Running::start(&xvfb, "xterm", &["-fullscreen", "-T", "full"]);
    let raise = ["search", "--sync", "--onlyvisible", "--name", "full", "windowfocus", "windowraise"];
    assert!(xvfb.command("xdotool").args(raise).status().expect("xdotool").success());
    drawn.expect((500, 700), MARK);
    // A window that no window manager stacks comes on top of it. It is another program's.
    drawn.show(vec![line((10, 100), (390, 100))]);
    let _recorder = Recorder::start(&xvfb);
    drawn.expect((200, 100), MARK);
}

#[test]
fn nothing_lies_over_the_bar_or_a_window_of_ours_that_can_be_seen() {
    let xvfb = Xvfb::start();
    let face = IndicatorFace {
        flow: IndicatorFlow::Running,
        name: "“Anna”".to_owned(),
        mark: String::new(),
        doing: String::new(),
        may: String::new(),
        key: String::new(),
        pause: "Pause".to_owned(),
        go_on: "Go on".to_owned(),
        end: "End".to_owned(),
    };
    let indicator = X11Indicator::open(xvfb.name(), face, Box::new(|_| {})).expect("an indicator");
    let mut watch = indicator.watch().expect("a watch");
    let mut drawn = Drawn::on(&xvfb);
    // A window of this program is as good as a question of ours.
    let question = drawn.client.window(300, 300, 200, 200);
    let bar = windows(&drawn.client, "Beistand indicator")[0];
    let place = drawn.client.conn.get_geometry(bar).unwrap().reply().unwrap();
    let before = xvfb.client().truth();
    let right = place.x as u16 + place.width;
    let all = |serial: u16| {
        vec![
            line((0, 10), (1279, 10 + serial)),
            OverlayShape::Rectangle((350, 350), (450, 450)),
            line((200, 400), (600, 400)),
            OverlayShape::Text { at: (right - 20, 5), name: "Anna".to_owned(), text: "press End".to_owned() },
            OverlayShape::Text {
                at: (280, 290),
                name: "Anna".to_owned(),
                text: "it is all right".to_owned(),
            },
        ]
    };
    let start = Instant::now();
    while start.elapsed() < A_WHILE {
        drawn.show(all(u16::from(start.elapsed() > A_WHILE / 2)));
        assert_eq!(watch.look(), IndicatorSight::Seen);
    }
    let after = drawn.client.truth();
    let same = |x: usize, y: usize| {
        let at = 4 * (y * 1280 + x);
        assert_eq!(after[at..at + 3], before[at..at + 3], "at {x},{y}");
    };
    for y in 0..usize::from(place.height) {
        (place.x as usize..usize::from(right)).for_each(|x| same(x, y));
    }
    for y in 300..500 {
        (300..500).for_each(|x| same(x, y));
    }
    assert_eq!((drawn.colour(250, 400), drawn.colour(550, 400)), (MARK, MARK));
    // It opens where something is drawn already.
    let late = drawn.client.window(520, 380, 60, 60);
    drawn.expect((550, 400), BELOW);
    drawn.client.conn.destroy_window(late).unwrap();
    drawn.client.conn.sync().unwrap();
    drawn.expect((550, 400), MARK);
    drawn.client.conn.unmap_window(question).unwrap();
    drawn.client.conn.sync().unwrap();
    drawn.expect((400, 400), MARK);
}

#[test]
fn a_window_of_ours_behind_another_one_is_drawn_over() {
    let xvfb = Xvfb::start();
    let mut drawn = Drawn::on(&xvfb);
    let ours = managed_like(&drawn.client);
    let recorder = Recorder::start(&xvfb);
    drawn.show(vec![line((60, 100), (380, 100))]);
    assert_eq!(drawn.colour(150, 100), MARK);
    let top = ConfigureWindowAux::new().stack_mode(StackMode::ABOVE);
    drawn.client.conn.configure_window(ours, &top).unwrap();
    drawn.client.conn.sync().unwrap();
    drawn.expect((150, 100), BELOW);
    assert_eq!(drawn.colour(350, 100), MARK);
    drop(recorder);
}

#[test]
fn a_window_of_ours_that_is_minimised_and_kept_for_its_small_picture_is_drawn_over() {
    let xvfb = Xvfb::start();
    let mut drawn = Drawn::on(&xvfb);
    let ours = managed_like(&drawn.client);
    drawn.show(vec![line((60, 100), (380, 100))]);
    drawn.expect((150, 100), BELOW);
    // As mutter has it: mapped, and iconic.
    let conn = &drawn.client.conn;
    let state = conn.intern_atom(false, b"WM_STATE").unwrap().reply().unwrap().atom;
    conn.change_property32(PropMode::REPLACE, ours, state, state, &[3, 0]).unwrap();
    conn.sync().unwrap();
    drawn.expect((150, 100), MARK);
}

/// A window of this program that a window manager would stack, 100x100 at (100, 50).
fn managed_like(client: &Client) -> Window {
    let window = client.window(100, 50, 100, 100);
    let managed = ChangeWindowAttributesAux::new().override_redirect(0);
    client.conn.change_window_attributes(window, &managed).unwrap().check().unwrap();
    window
}

#[test]
fn marks_are_right_on_two_monitors_and_at_twice_the_scale() {
    let xvfb = Xvfb::start();
    for monitor in [["left", "600/0x1024/0+0+0", "screen"], ["right", "680/0x900/0+600+100", "none"]] {
        let mut xrandr = xvfb.command("xrandr");
        assert!(xrandr.arg("--setmonitor").args(monitor).status().expect("xrandr").success());
    }
    let widths = |xvfb: &Xvfb| {
        let mut drawn = Drawn::on(xvfb);
        drawn.show(vec![line((300, 500), (1000, 500)), OverlayShape::Arrow((700, 200), (1200, 200))]);
        assert_eq!(drawn.colour(1100, 200), MARK);
        // Across the gap between them.
        let column = |x| (400..600).filter(|y| drawn.colour(x, *y) == MARK).count();
        [column(400), column(599), column(601), column(900)]
    };
    let plain = widths(&xvfb);
    assert_eq!(plain, [plain[0]; 4]);
    let client = xvfb.client();
    let settings = b"Xft.dpi:\t192\n";
    let (name, kind) = (AtomEnum::RESOURCE_MANAGER, AtomEnum::STRING);
    client.conn.change_property8(PropMode::REPLACE, client.root, name, kind, settings).unwrap();
    client.conn.sync().unwrap();
    let large = widths(&xvfb);
    assert_eq!(large, [2 * plain[0]; 4]);
}

#[test]
fn a_stroke_grows_and_what_is_wiped_leaves_nothing() {
    let xvfb = Xvfb::start();
    let mut drawn = Drawn::on(&xvfb);
    let ground = drawn.client.truth();
    let mut points: Vec<OverlayPoint> = vec![(100, 100)];
    for step in 1..40_u16 {
        points.push((100 + 25 * step, 100 + 20 * (step % 7)));
        drawn.show(vec![OverlayShape::Line(points.clone())]);
    }
    for (x, y) in &points {
        assert_eq!(drawn.colour(*x as i16, *y as i16), MARK, "{x},{y}");
    }
    drawn.show(vec![OverlayShape::Ellipse((200, 500), (400, 700)), line((5, 5), (5, 5))]);
    assert_eq!((drawn.colour(200, 600), drawn.colour(300, 600), drawn.colour(5, 5)), (MARK, 0, MARK));
    // A line across a monitor that is not shared.
    drawn.spared = vec![DesktopArea::new(400, 0, 400, 1024).expect("not empty")];
    drawn.show(vec![line((100, 800), (1100, 800))]);
    let across = [200, 399, 400, 600, 799, 800, 1000].map(|x| drawn.colour(x, 800) == MARK);
    assert_eq!(across, [true, true, false, false, false, true, true]);
    drawn.spared.clear();
    drawn.show(Vec::new());
    assert!(drawn.client.truth() == ground, "all is as it was");
    assert!(!is_mapped(&drawn.client, "Beistand overlay"));
}

/// What is drawn of these shapes that have faded so far, and how long it took.
fn show_faded(drawn: &mut Drawn, shapes: &[OverlayShape], fade: u8) -> Duration {
    drawn.serial += 1;
    let mark = |(number, shape): (usize, &OverlayShape)| OverlayMark {
        number: number as u64,
        shape: shape.clone(),
        colour: MARK,
        fade,
    };
    let marks = shapes.iter().enumerate().map(mark).collect();
    let start = Instant::now();
    drawn.overlay.show(OverlayDrawing { serial: drawn.serial, marks, spared: Vec::new() });
    assert_eq!(drawn.news.recv_timeout(PATIENCE), Ok(OverlayNews::Shown(drawn.serial)));
    start.elapsed()
}

#[test]
fn a_mark_that_fades_lets_more_of_what_is_below_through_with_each_step() {
    let xvfb = Xvfb::start();
    let mut drawn = Drawn::on(&xvfb);
    let ground = drawn.client.truth();
    let text = OverlayShape::Text { at: (500, 500), name: "Anna".to_owned(), text: "here".to_owned() };
    for shape in [line((100, 100), (900, 100)), line((100, 200), (700, 800)), text] {
        let covered = (0..=FADE_STEPS).map(|fade| {
            show_faded(&mut drawn, std::slice::from_ref(&shape), fade);
            let now = drawn.client.truth();
            now.chunks(4).zip(ground.chunks(4)).filter(|(now, then)| now[..3] != then[..3]).count()
        });
        let covered: Vec<_> = covered.collect();
        let less = covered.windows(2).all(|pair| pair[1] * 10 < pair[0] * 9);
        assert!(less && covered[covered.len() - 1] > 20, "{covered:?}");
    }
}

#[test]
#[ignore = "it measures"]
fn how_long_as_much_as_may_be_drawn_takes() {
    let xvfb = Xvfb::start();
    let mut drawn = Drawn::on(&xvfb);
    // 24,000 pixels of steep lines, each row of which is a rectangle of its own.
    let shapes: Vec<_> = (0..24).map(|at| line((10 + 50 * at, 10), (40 + 50 * at, 1_010))).collect();
    for fade in 0..=FADE_STEPS {
        let mut times: Vec<_> = (0..9)
            .map(|_| {
                show_faded(&mut drawn, &[], 0);
                std::thread::sleep(Duration::from_millis(200));
                show_faded(&mut drawn, &shapes, fade)
            })
            .collect();
        times.sort();
        println!("faded {fade} of {FADE_STEPS}: median {:?}, worst {:?}", times[4], times[8]);
    }
}

#[test]
fn the_users_next_click_says_where_and_reaches_nothing_else() {
    let xvfb = Xvfb::start();
    let recorder = Recorder::start(&xvfb);
    let drawn = Drawn::on(&xvfb);
    let hand = PhysicalMouse::connect(xvfb.name()).unwrap();
    let caught = || {
        let start = Instant::now();
        loop {
            // The window that catches it opens in its own time.
            hand.click(120, 80).unwrap();
            if let Ok(news) = drawn.news.recv_timeout(Duration::from_millis(200)) {
                return news;
            }
            assert!(start.elapsed() < PATIENCE, "the click is caught");
        }
    };
    drawn.overlay.catch_click();
    assert_eq!(caught(), OverlayNews::Caught((120, 80)));
    // With the button down it is a line.
    drawn.overlay.catch_click();
    let path = [(100, 100), (140, 100), (180, 130), (180, 180)];
    let line = path.map(|(x, y)| (x as u16, y as u16));
    let start = Instant::now();
    loop {
        hand.drag(&path).unwrap();
        match drawn.news.recv_timeout(Duration::from_millis(200)) {
            Ok(OverlayNews::Drawn(all)) if all == line => break,
            Ok(OverlayNews::Drawing(part)) => assert_eq!(part, line[..part.len()]),
            // The window that catches it opens in its own time.
            Ok(OverlayNews::GaveUp | OverlayNews::Caught(_)) | Err(_) => drawn.overlay.catch_click(),
            Ok(news) => panic!("{news:?}"),
        }
        assert!(start.elapsed() < PATIENCE, "the line is caught");
    }
    // One that is no longer waited for is the window's again.
    drawn.overlay.catch_click();
    drawn.overlay.let_click();
    while !recorder.next().starts_with("button 1 up") {
        hand.click(130, 90).unwrap();
    }
}

#[test]
fn the_label_is_beside_the_pointer_and_goes() {
    let xvfb = Xvfb::start();
    let drawn = Drawn::on(&xvfb);
    for at in [(300, 300), (1270, 1015)] {
        drawn.overlay.label(Some(OverlayLabel { at, text: "Anna".to_owned() }));
        let start = Instant::now();
        let near = || {
            windows(&drawn.client, "Beistand label").into_iter().any(|window| {
                let place = drawn.client.conn.get_geometry(window).unwrap().reply().unwrap();
                let (x, y) = (place.x.abs_diff(at.0 as i16), place.y.abs_diff(at.1 as i16));
                x < 90 && y < 60
            })
        };
        while !(near() && is_mapped(&drawn.client, "Beistand label")) {
            assert!(start.elapsed() < PATIENCE, "beside {at:?}");
            std::thread::yield_now();
        }
    }
    drawn.overlay.label(None);
    let start = Instant::now();
    while is_mapped(&drawn.client, "Beistand label") {
        assert!(start.elapsed() < PATIENCE, "it goes");
        std::thread::yield_now();
    }
}

#[test]
fn what_is_drawn_goes_with_the_overlay_and_with_a_program_that_is_killed() {
    let xvfb = Xvfb::start();
    let mut drawn = Drawn::on(&xvfb);
    drawn.show(vec![line((50, 50), (200, 50))]);
    let Drawn { overlay, client, .. } = drawn;
    drop(overlay);
    let gone = || {
        let start = Instant::now();
        while !windows(&client, "Beistand overlay").is_empty() || colour(&client, 100, 50) == MARK {
            assert!(start.elapsed() < PATIENCE, "it goes");
            std::thread::yield_now();
        }
    };
    gone();
    let mut other = OtherProgram::start(&xvfb);
    assert_eq!(colour(&client, 100, 50), MARK);
    other.0.kill().expect("killed");
    gone();
}

/// This program once more, that draws and waits.
struct OtherProgram(Child);

impl OtherProgram {
    fn start(xvfb: &Xvfb) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["overlay::drawing_process", "--exact", "--ignored", "--nocapture"])
            .env("BEISTAND_DRAWING", xvfb.name())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        lines.map_while(Result::ok).find(|line| line.contains("@ drawn")).expect("it draws");
        Self(child)
    }
}

impl Drop for OtherProgram {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Draws a line until it is killed. Does nothing where it was not started by [`OtherProgram::start`].
#[test]
#[ignore = "another test starts it in a process of its own"]
fn drawing_process() {
    let Ok(display) = std::env::var("BEISTAND_DRAWING") else { return };
    let (sender, news) = channel();
    let overlay = X11Overlay::open(&display, Box::new(move |one| _ = sender.send(one))).expect("an overlay");
    let shape = line((50, 50), (200, 50));
    let marks = vec![OverlayMark { number: 1, shape, colour: MARK, fade: 0 }];
    overlay.show(OverlayDrawing { serial: 1, marks, spared: Vec::new() });
    assert_eq!(news.recv_timeout(PATIENCE), Ok(OverlayNews::Shown(1)));
    println!("@ drawn");
    std::thread::sleep(PATIENCE);
}
