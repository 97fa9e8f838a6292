//! A display of its own for each test, things to draw on it, and a window in another process that tells what
//! it gets.

#![allow(unreachable_pub, reason = "it is for the modules beside it")]

pub mod hand;
pub mod input;
pub mod running;
pub mod selection;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::randr::{ConnectionExt as _, Rotation};
use x11rb::protocol::xproto::*;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// Longest wait for something that must happen.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Display numbers that these tests take, whichever is free.
const DISPLAYS: std::ops::Range<u32> = 60..70;

/// An Xvfb that ends with the test.
pub struct Xvfb {
    child: Child,
    name: String,
}

impl Xvfb {
    pub fn start() -> Self {
        Self::start_sized("1280x1024x24")
    }

    pub fn start_sized(screen: &str) -> Self {
        Self::start_with(screen, &[])
    }

    pub fn start_with(screen: &str, arguments: &[&str]) -> Self {
        for _ in 0..100 {
            for number in DISPLAYS {
                if let Some(xvfb) = Self::try_start(number, screen, arguments) {
                    return xvfb;
                }
            }
        }
        panic!("no free display for Xvfb");
    }

    fn try_start(number: u32, screen: &str, arguments: &[&str]) -> Option<Self> {
        let name = format!(":{number}");
        let mut child = Command::new("Xvfb")
            .args([&name, "-screen", "0", screen, "-nolisten", "tcp", "-noreset", "-displayfd", "1"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        // It writes its number when it is ready, or ends without a word where the number is taken.
        BufReader::new(stdout).read_line(&mut line).expect("readable");
        if line.trim().is_empty() {
            child.wait().expect("ended");
            return None;
        }
        Some(Self { child, name })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", &self.name);
        command
    }

    pub fn client(&self) -> Client {
        connect(&self.name)
    }

    /// Gives all its keyboards a layout, as `setxkbmap` calls it.
    #[track_caller]
    pub fn lay_out(&self, arguments: &[&str]) {
        assert!(self.command("setxkbmap").args(arguments).status().expect("setxkbmap").success());
    }
}

impl Drop for Xvfb {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program on the display of this name.
pub fn connect(display: &str) -> Client {
    let (conn, screen) = x11rb::connect(Some(display)).expect("the display answers");
    let root = conn.setup().roots[screen].root;
    Client { conn, root }
}

/// A program that draws and looks.
pub struct Client {
    pub conn: RustConnection,
    pub root: Window,
}

impl Client {
    /// A mapped window that no window manager frames.
    pub fn window(&self, x: i16, y: i16, width: u16, height: u16) -> Window {
        self.map(1, [x, y], [width, height])
    }

    /// A mapped window in a window manager's frame.
    pub fn managed_window(&self, width: u16, height: u16) -> Window {
        let window = self.map(0, [0, 0], [width, height]);
        let framed = || self.conn.query_tree(window).unwrap().reply().unwrap().parent != self.root;
        while !framed() {
            std::thread::sleep(std::time::Duration::from_millis(50));
            // One that has just started says that it is there before it looks after all windows.
            self.conn.unmap_window(window).unwrap();
            self.conn.map_window(window).unwrap();
            self.conn.sync().unwrap();
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        window
    }

    fn map(&self, unmanaged: u32, [x, y]: [i16; 2], [width, height]: [u16; 2]) -> Window {
        let window = self.conn.generate_id().unwrap();
        let values =
            CreateWindowAux::new().override_redirect(unmanaged).background_pixel(0x20_40_60).event_mask(
                EventMask::KEY_PRESS
                    | EventMask::KEY_RELEASE
                    | EventMask::BUTTON_PRESS
                    | EventMask::BUTTON_RELEASE
                    | EventMask::POINTER_MOTION,
            );
        self.conn
            .create_window(
                COPY_DEPTH_FROM_PARENT,
                window,
                self.root,
                x,
                y,
                width,
                height,
                0,
                WindowClass::INPUT_OUTPUT,
                0,
                &values,
            )
            .unwrap();
        self.conn.map_window(window).unwrap();
        self.conn.sync().unwrap();
        window
    }

    /// Fills a rectangle, and waits until the server has done it.
    pub fn fill(&self, window: Window, rect: Rectangle, colour: u32) {
        let gc = self.conn.generate_id().unwrap();
        self.conn.create_gc(gc, window, &CreateGCAux::new().foreground(colour)).unwrap();
        self.conn.poly_fill_rectangle(window, gc, &[rect]).unwrap();
        self.conn.free_gc(gc).unwrap();
        self.conn.sync().unwrap();
    }

    /// The whole screen, as the core protocol has it.
    pub fn truth(&self) -> Vec<u8> {
        let geometry = self.conn.get_geometry(self.root).unwrap().reply().unwrap();
        self.conn
            .get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, geometry.width, geometry.height, !0)
            .unwrap()
            .reply()
            .unwrap()
            .data
    }
}

/// The screen may be made smaller than a monitor only where the monitor is off.
pub fn switch_monitor_off(client: &Client) {
    let resources = client.conn.randr_get_screen_resources(client.root).unwrap().reply().unwrap();
    for crtc in resources.crtcs {
        let (now, known) = (resources.timestamp, resources.config_timestamp);
        client
            .conn
            .randr_set_crtc_config(crtc, now, known, 0, 0, x11rb::NONE, Rotation::ROTATE0, &[])
            .unwrap()
            .reply()
            .unwrap();
    }
}

/// A window in another process, 400x300 at the top left corner, with the keyboard's focus.
pub struct Recorder {
    child: Child,
    lines: Receiver<String>,
}

impl Recorder {
    /// Starts it: this program once more, with [`recorder_process`] alone.
    pub fn start(xvfb: &Xvfb) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["support::recorder_process", "--exact", "--ignored", "--nocapture"])
            .env("BEISTAND_RECORDER", xvfb.name())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = forward(child.stdout.take().expect("piped"));
        let recorder = Self { child, lines };
        recorder.expect("ready");
        recorder
    }

    /// The next thing that it got.
    pub fn next(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("an event")
    }

    /// Asserts what it got next.
    #[track_caller]
    pub fn expect(&self, line: &str) {
        assert_eq!(self.next(), line);
    }

    /// Asserts that it gets nothing for so long.
    #[track_caller]
    pub fn expect_nothing(&self, time: Duration) {
        assert_eq!(self.lines.recv_timeout(time), Err(RecvTimeoutError::Timeout));
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn forward(stdout: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            // The test harness writes lines of its own, and its first one without an end.
            if let Some((_, line)) = line.split_once("@ ")
                && sender.send(line.to_owned()).is_err()
            {
                return;
            }
        }
    });
    receiver
}

/// The recorder's process: tells each event of its window on standard output. Does nothing where it was not
/// started by [`Recorder::start`].
#[test]
#[ignore = "the other tests start it in a process of its own"]
fn recorder_process() {
    let Ok(display) = std::env::var("BEISTAND_RECORDER") else { return };
    let client = connect(&display);
    let window = client.window(0, 0, 400, 300);
    client.conn.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME).unwrap();
    client.conn.sync().unwrap();
    println!("@ ready");
    while let Ok(event) = client.conn.wait_for_event() {
        match event {
            Event::KeyPress(key) => println!("@ key {} down", key.detail),
            Event::KeyRelease(key) => println!("@ key {} up", key.detail),
            Event::ButtonPress(button) => {
                println!("@ button {} down at {},{}", button.detail, button.event_x, button.event_y)
            }
            Event::ButtonRelease(button) => {
                println!("@ button {} up at {},{}", button.detail, button.event_x, button.event_y)
            }
            Event::MotionNotify(motion) => println!("@ motion {},{}", motion.event_x, motion.event_y),
            _ => {}
        }
    }
}

/// An xterm over the whole screen whose program passes on what is typed.
pub struct Xterm {
    child: Child,
    typed: Receiver<u8>,
    _folder: tempfile::TempDir,
}

impl Xterm {
    pub fn start(xvfb: &Xvfb) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("typed");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let client = xvfb.client();
        let windows = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
        client.conn.change_window_attributes(client.root, &windows).unwrap().check().unwrap();
        let script = "stty raw -echo; exec > \"$TYPED\"; printf ready; exec cat";
        let child = xvfb
            .command("xterm")
            .env("TYPED", &pipe)
            .env("LC_ALL", "C.UTF-8")
            .args(["-u8", "-geometry", "200x100+0+0", "-e", "sh", "-c", script])
            .stderr(Stdio::null())
            .spawn()
            .expect("xterm is installed");
        let (sender, typed) = channel();
        let pipe = std::fs::File::open(&pipe).unwrap();
        std::thread::spawn(move || {
            for byte in BufReader::new(pipe).bytes().map_while(Result::ok) {
                if sender.send(byte).is_err() {
                    return;
                }
            }
        });
        let mut xterm = Self { child, typed, _folder: folder };
        assert_eq!(xterm.read(5), "ready");
        // Its program may start before its window is on the screen, and keys would go nowhere.
        while !matches!(client.conn.wait_for_event().unwrap(), Event::MapNotify(_)) {}
        xterm
    }

    /// The next bytes that were typed; fewer where no more come.
    pub fn read(&mut self, bytes: usize) -> String {
        let typed =
            std::iter::from_fn(|| self.typed.recv_timeout(PATIENCE).ok()).take(bytes).collect::<Vec<u8>>();
        String::from_utf8_lossy(&typed).into_owned()
    }
}

impl Drop for Xterm {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
