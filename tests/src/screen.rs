//! A virtual screen with real programs on it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ConnectionExt, GrabMode, GrabStatus, ImageFormat, MapState,
};
use x11rb::rust_connection::RustConnection;

use crate::{Area, Framebuffer, Picture, Process, poll};

/// How long a program may take to show its window on a busy machine.
const WINDOW_TIMEOUT: Duration = Duration::from_secs(20);

/// An X server that draws into memory, and the programs that were started on it. All end when it is dropped.
#[derive(Debug)]
pub struct Screen {
    // Dropped in this order: the programs before their server, the server before its folder.
    programs: Vec<Process>,
    connection: RustConnection,
    server: Process,
    folder: TempDir,
    display: String,
    size: (u16, u16),
    window_manager: bool,
    /// Pixels of a point.
    scale: u16,
}

/// A window that is shown.
#[derive(Debug, Clone)]
pub struct Window {
    /// X11's number.
    pub id: u32,
    /// Its title.
    pub title: String,
    /// Where it is on the screen, without its frame.
    pub area: Area,
}

impl Screen {
    /// Starts a screen of this size. The server takes the first display number that is free.
    ///
    /// # Panics
    /// Where Xvfb does not start.
    #[track_caller]
    pub fn new(width: u16, height: u16) -> Self {
        // In memory where possible: a disk would be written at every change.
        let memory = Path::new("/dev/shm");
        let folder = tempfile::Builder::new()
            .prefix("beistand-screen-")
            .tempdir_in(if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() })
            .expect("a temporary folder");
        let mut command = Process::command("Xvfb");
        command
            .args(["-displayfd", "1", "-screen", "0", &format!("{width}x{height}x24"), "-nolisten", "tcp"])
            .args(["-noreset", "-s", "0", "-dpi", "96", "-fbdir"])
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server = Process::start(&mut command);
        let mut number = String::new();
        let stdout = server.child().stdout.take().expect("piped");
        // It writes the number when it is ready, or closes the pipe when it fails.
        BufReader::new(stdout).read_line(&mut number).expect("a pipe");
        assert!(
            !number.trim().is_empty(),
            "Xvfb did not start; `cargo xtask test --only packages` installs it"
        );
        let display = format!(":{}", number.trim());
        let (connection, _) = x11rb::connect(Some(&display)).expect("the server that just said it is ready");
        Self {
            programs: Vec::new(),
            connection,
            server,
            folder,
            display,
            size: (width, height),
            window_manager: false,
            scale: 1,
        }
    }

    /// A screen with the window manager openbox on it.
    #[track_caller]
    pub fn with_window_manager(width: u16, height: u16) -> Self {
        let mut screen = Self::new(width, height);
        let mut command = screen.command("openbox");
        command.arg("--sm-disable");
        screen.start(&mut command);
        // A window manager that is ready says so on the root window (EWMH).
        let property = screen.atom("_NET_SUPPORTING_WM_CHECK");
        let root = screen.root();
        poll(WINDOW_TIMEOUT, || screen.property(root, property)).expect("openbox starts");
        screen.window_manager = true;
        screen
    }

    /// The same screen with so many pixels per point, for all programs that ask the desktop for that.
    #[must_use]
    #[track_caller]
    pub fn scaled(mut self, scale: u16) -> Self {
        self.scale = scale;
        let resources = self.folder.path().join("resources");
        std::fs::write(&resources, format!("Xft.dpi: {}\n", 96 * scale)).expect("a folder of ours");
        let status = self.command("xrdb").arg("-merge").arg(resources).status().expect("xrdb is installed");
        assert!(status.success(), "the desktop's resolution is set");
        self
    }

    /// Pixels per point.
    pub fn scale(&self) -> u16 {
        self.scale
    }

    /// The name to reach it by, as in `DISPLAY`.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u16, u16) {
        self.size
    }

    /// Changes monitors and sizes as a person with `xrandr` does.
    #[track_caller]
    pub fn xrandr(&self, arguments: &[&str]) {
        let status = self.command("xrandr").args(arguments).status().expect("xrandr is installed");
        assert!(status.success(), "xrandr {arguments:?}");
    }

    /// Switches the screen's one monitor off, so that its size is free.
    pub fn switch_monitor_off(&self) {
        let mut command = self.command("xrandr");
        // It then wants a screen of no size, which is refused; the monitor is off by that time.
        let status = command.args(["--output", "screen", "--off"]).status();
        status.expect("xrandr is installed");
    }

    /// Makes the screen smaller than it was started, or as large again. Its one monitor must be off.
    #[track_caller]
    pub fn resize(&mut self, width: u16, height: u16) {
        self.xrandr(&["--fb", &format!("{width}x{height}")]);
        self.size = (width, height);
    }

    /// The server's process number.
    pub fn server_pid(&self) -> u32 {
        self.server.pid()
    }

    /// A folder that lives as long as the screen.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A command that shows itself on this screen, with a home of its own and a UTF-8 locale.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Process::command(program);
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        command.env_remove("WAYLAND_DISPLAY").env_remove("DBUS_SESSION_BUS_ADDRESS").stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// What a program needs to know to be on this screen.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let home = self.folder.path().display().to_string();
        vec![
            ("DISPLAY", self.display.clone()),
            ("HOME", home.clone()),
            ("XDG_RUNTIME_DIR", home),
            ("LANG", "C.UTF-8".to_owned()),
            ("LC_ALL", "C.UTF-8".to_owned()),
            // A virtual screen's millimetres mean nothing.
            ("WINIT_X11_SCALE_FACTOR", self.scale.to_string()),
            ("NO_AT_BRIDGE", "1".to_owned()),
            // No setting daemon and no accessibility bus: neither is under test.
            ("GSETTINGS_BACKEND", "memory".to_owned()),
        ]
    }

    /// Paints the screen behind all windows in one colour.
    #[track_caller]
    pub fn paint_background(&self, [red, green, blue]: [u8; 3]) {
        let colour = u32::from_be_bytes([0, red, green, blue]);
        let attributes = ChangeWindowAttributesAux::new().background_pixel(colour);
        let cookie = self.connection.change_window_attributes(self.root(), &attributes);
        cookie.expect("the server runs").check().expect("the root window has a background");
        let cookie = self.connection.clear_area(false, self.root(), 0, 0, 0, 0);
        cookie.expect("the server runs").check().expect("the root window is there");
    }

    /// Starts a program that ends with the screen.
    #[track_caller]
    pub fn start(&mut self, command: &mut Command) -> &mut Process {
        self.programs.push(Process::start(command));
        self.programs.last_mut().expect("just pushed")
    }

    /// A terminal of `columns` x `rows` at a position, which runs a shell script; waits until it is shown.
    #[track_caller]
    pub fn xterm(&mut self, title: &str, geometry: &str, script: &str) -> Window {
        let mut command = self.command("xterm");
        command.args(["-u8", "-fa", "DejaVu Sans Mono", "-fs", "11", "-geometry", geometry, "-T", title]);
        // The shell must not change the title by which it is found.
        command.args(["-xrm", "XTerm*allowTitleOps: false", "-e", "sh", "-c", script]);
        self.start(&mut command);
        self.window(title)
    }

    /// A text editor with a file in it; waits until it is shown.
    #[track_caller]
    pub fn editor(&mut self, name: &str, text: &str) -> Window {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a folder of ours");
        let mut command = self.command("mousepad");
        command.arg("--disable-server").arg(&path);
        self.start(&mut command);
        self.window(name)
    }

    /// A window that shows input events, and the file into which it writes them.
    #[track_caller]
    pub fn xev(&mut self, geometry: &str) -> (Window, PathBuf) {
        let path = self.folder.path().join("xev.log");
        let log = std::fs::File::create(&path).expect("a folder of ours");
        let mut command = self.command("stdbuf");
        command.args([
            "-oL",
            "xev",
            "-geometry",
            geometry,
            "-name",
            "events",
            "-event",
            "mouse",
            "-event",
            "button",
        ]);
        command.args(["-event", "keyboard"]).stdout(log);
        self.start(&mut command);
        (self.window("events"), path)
    }

    /// Waits for a shown window whose title contains `title`.
    ///
    /// # Panics
    /// Where there is none in time.
    #[track_caller]
    pub fn window(&self, title: &str) -> Window {
        let found = poll(WINDOW_TIMEOUT, || {
            self.windows().into_iter().find(|window| window.title.contains(title) && self.settled(window))
        });
        found.unwrap_or_else(|| {
            let titles: Vec<String> = self.windows().into_iter().map(|window| window.title).collect();
            panic!("no window `{title}` on {} in time; there are {titles:?}", self.display)
        })
    }

    /// Whether a window has the keyboard.
    ///
    /// # Panics
    /// Where the server ended.
    pub fn has_focus(&self, window: &Window) -> bool {
        let cookie = self.connection.get_input_focus().expect("the server runs");
        cookie.reply().expect("every server answers").focus == window.id
    }

    /// Whether a program has taken the keyboard for itself, as an open menu does.
    ///
    /// # Panics
    /// Where the server ended.
    pub fn keyboard_is_grabbed(&self) -> bool {
        let (root, time, mode) = (self.root(), x11rb::CURRENT_TIME, GrabMode::ASYNC);
        let cookie = self.connection.grab_keyboard(false, root, time, mode, mode).expect("the server runs");
        let status = cookie.reply().expect("every server answers").status;
        if status == GrabStatus::SUCCESS {
            // Done when this returns, so that the next key is not this program's.
            let cookie = self.connection.ungrab_keyboard(time).expect("the server runs");
            cookie.check().expect("every server can");
        }
        status == GrabStatus::ALREADY_GRABBED
    }

    /// Where the mouse pointer is.
    pub fn pointer(&self) -> (i16, i16) {
        let cookie = self.connection.query_pointer(self.root()).expect("the server runs");
        let reply = cookie.reply().expect("every server has a pointer");
        (reply.root_x, reply.root_y)
    }

    /// Under a window manager, whether it has put the window into its frame.
    fn settled(&self, window: &Window) -> bool {
        !self.window_manager || self.property(window.id, self.atom("_NET_FRAME_EXTENTS")).is_some()
    }

    /// All shown windows that have a title.
    pub fn windows(&self) -> Vec<Window> {
        let mut found = Vec::new();
        let mut open = vec![self.root()];
        while let Some(id) = open.pop() {
            // A window may go away at any time; its answers are errors then.
            if let Ok(tree) = self.connection.query_tree(id).expect("the server runs").reply() {
                open.extend(tree.children);
            }
            if let Some(title) = self.title(id).filter(|title| !title.is_empty())
                && let Some(area) = self.area(id)
            {
                found.push(Window { id, title, area });
            }
        }
        found
    }

    fn title(&self, window: u32) -> Option<String> {
        self.property(window, self.atom("_NET_WM_NAME"))
            .or_else(|| self.property(window, AtomEnum::WM_NAME.into()))
    }

    fn property(&self, window: u32, property: Atom) -> Option<String> {
        let cookie = self.connection.get_property(false, window, property, AtomEnum::ANY, 0, 256);
        let reply = cookie.expect("the server runs").reply().ok()?;
        (reply.type_ != u32::from(AtomEnum::NONE)).then(|| String::from_utf8_lossy(&reply.value).into_owned())
    }

    /// Where a shown window is on the screen.
    fn area(&self, window: u32) -> Option<Area> {
        let attributes =
            self.connection.get_window_attributes(window).expect("the server runs").reply().ok()?;
        if attributes.map_state != MapState::VIEWABLE {
            return None;
        }
        let size = self.connection.get_geometry(window).expect("the server runs").reply().ok()?;
        let cookie = self.connection.translate_coordinates(window, self.root(), 0, 0);
        let place = cookie.expect("the server runs").reply().ok()?;
        let positive = |value: i16| u32::try_from(value).unwrap_or(0);
        Some(Area::new(positive(place.dst_x), positive(place.dst_y), size.width.into(), size.height.into()))
    }

    fn atom(&self, name: &str) -> Atom {
        let cookie = self.connection.intern_atom(false, name.as_bytes());
        cookie.expect("the server runs").reply().expect("names are no secret").atom
    }

    fn root(&self) -> u32 {
        self.connection.setup().roots[0].root
    }

    /// What the screen shows, without the mouse pointer.
    #[track_caller]
    pub fn shot(&self) -> Picture {
        let (width, height) = self.size;
        let cookie =
            self.connection.get_image(ImageFormat::Z_PIXMAP, self.root(), 0, 0, width, height, u32::MAX);
        let image = cookie.expect("the server runs").reply().expect("the whole screen can be read");
        Picture::from_bgrx(width.into(), height.into(), usize::from(width) * 4, &image.data)
    }

    /// The screen's memory.
    #[track_caller]
    pub fn framebuffer(&self) -> Framebuffer {
        Framebuffer::open(&self.folder.path().join("Xvfb_screen0"))
    }

    /// Puts a text on the clipboard, as a program does in which it was copied.
    ///
    /// # Panics
    /// Where it isn't there in time.
    #[track_caller]
    pub fn copy(&mut self, text: &str) {
        let file = self.folder.path().join("copied");
        std::fs::write(&file, text).expect("a folder of ours");
        let mut copying = self.command("xclip");
        copying.args(["-selection", "clipboard", "-quiet"]).arg(&file);
        self.start(&mut copying);
        let copied = || (self.clipboard().as_deref() == Some(text)).then_some(());
        poll(WINDOW_TIMEOUT, copied).expect("xclip copies it");
    }

    /// What is on the clipboard (the one of Ctrl+C), where it is text.
    pub fn clipboard(&self) -> Option<String> {
        let mut command = self.command("timeout");
        // Who owns the clipboard may never answer.
        command.args(["2", "xclip", "-selection", "clipboard", "-o"]).stdout(Stdio::piped());
        let output = command.output().expect("xclip is installed");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}
