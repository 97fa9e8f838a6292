//! A sound server of a test's own, with rooms in which something can be played and heard.

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::process::{Process, poll};

/// Samples per second of all rooms, in each channel.
pub const SAMPLES_PER_SEC: usize = 48_000;

/// How long a server may take to start.
const START: Duration = Duration::from_secs(15);

/// Which server it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoundServerKind {
    /// PulseAudio.
    PulseAudio,
    /// PipeWire, with its own session manager and its service for PulseAudio's programs.
    PipeWire,
}

/// A running server. It ends when dropped.
#[derive(Debug)]
pub struct SoundServer {
    kind: SoundServerKind,
    folder: tempfile::TempDir,
    // Dropped in this order: those that need another before it.
    processes: Vec<Process>,
}

impl SoundServer {
    /// Starts one without any device.
    ///
    /// # Panics
    /// Where it doesn't start.
    #[track_caller]
    pub fn start(kind: SoundServerKind) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("pulse")).expect("a folder of ours");
        let mut server = Self { kind, folder, processes: Vec::new() };
        match kind {
            SoundServerKind::PulseAudio => {
                let socket = format!(
                    "--load=module-native-protocol-unix auth-anonymous=1 socket={}",
                    server.socket().display()
                );
                let fixed =
                    ["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes"];
                server.run("pulseaudio", &[&fixed[..], &[&socket]].concat());
            }
            SoundServerKind::PipeWire => {
                // The session manager ends without a message bus.
                let bus = format!("--address={}", server.bus());
                server.run("dbus-daemon", &["--session", "--nofork", "--nopidfile", &bus]);
                server.listens("bus");
                server.run("pipewire", &[]);
                server.listens("pipewire-0");
                server.run("wireplumber", &[]);
                server.run("pipewire-pulse", &[]);
            }
        }
        let ready = || server.control(&["info"]).is_some().then_some(());
        poll(START, ready).expect("the sound server answers");
        server
    }

    /// What a program finds it by: `XDG_RUNTIME_DIR`.
    pub fn runtime(&self) -> &Path {
        self.folder.path()
    }

    /// Waits until somebody listens at a socket. It is there a moment before that, and the session manager
    /// ends for good where it is refused.
    #[track_caller]
    fn listens(&self, socket: &str) {
        let path = self.runtime().join(socket);
        poll(START, || UnixStream::connect(&path).ok())
            .unwrap_or_else(|| panic!("nobody listens at {socket}"));
    }

    /// Makes a room: what is played to `NAME_mouth` is heard by the microphone `NAME_mic`, and what is
    /// played to `NAME_ear` by whoever records the room, alone: otherwise a voice would come back to where it
    /// was said, again and again.
    ///
    /// # Panics
    /// Where the server doesn't.
    #[track_caller]
    pub fn room(&self, name: &str) {
        let load = |arguments: &[&str]| {
            let loaded = self.control(&[&["load-module"], arguments].concat());
            assert!(loaded.is_some(), "the sound server makes no {name}");
        };
        let both = ["rate=48000", "channels=2", "channel_map=front-left,front-right"];
        load(&[&["module-null-sink", &format!("sink_name={name}")], &both[..]].concat());
        let one = ["channels=1", "channel_map=mono", "remix=no"];
        let (sink, monitor) = (format!("master={name}"), format!("master={name}.monitor"));
        let (left, right) = ("master_channel_map=front-left", "master_channel_map=front-right");
        for (module, part, master, side) in [
            ("module-remap-sink", format!("sink_name={name}_mouth"), &sink, left),
            ("module-remap-sink", format!("sink_name={name}_ear"), &sink, right),
            ("module-remap-source", format!("source_name={name}_mic"), &monitor, left),
        ] {
            load(&[&[module, &part, master, side], &one[..]].concat());
        }
        match self.kind {
            SoundServerKind::PulseAudio => {}
            // PipeWire has made them, but it is the session manager that joins them, when it gets to it.
            SoundServerKind::PipeWire => {
                let joints = [
                    format!("-> input.{name}_mic:"),
                    format!("<- output.{name}_mouth:"),
                    format!("<- output.{name}_ear:"),
                ];
                let joined = || {
                    let links = self.says("pw-link", &["--links"])?;
                    joints.iter().all(|joint| links.contains(joint)).then_some(())
                };
                poll(START, joined)
                    .unwrap_or_else(|| panic!("the session manager does not join the parts of {name}"));
            }
        }
    }

    /// Pulls out the microphones of all rooms.
    ///
    /// # Panics
    /// Where the server doesn't let go of them.
    #[track_caller]
    pub fn pull_out_microphones(&self) {
        let done = self.control(&["unload-module", "module-remap-source"]);
        assert!(done.is_some(), "the sound server keeps its microphones");
    }

    /// Says samples in a room, to their end.
    ///
    /// # Panics
    /// Where it can't be played.
    #[track_caller]
    pub fn play(&self, room: &str, samples: &[i16]) {
        let file = self.folder.path().join("played");
        let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        fs::write(&file, bytes).expect("a folder of ours");
        let device = format!("--device={room}_mouth");
        let mut player = self.command("pacat");
        player
            .args(["--playback", "--raw", "--format=s16le", "--rate=48000", "--channels=1", &device])
            .arg(&file);
        assert!(player.status().is_ok_and(|status| status.success()), "pacat plays in {room}");
    }

    /// Begins to record what is heard in a room.
    pub fn record(&self, room: &str) -> SoundRecording {
        let file = self.folder.path().join(format!("recorded in {room}"));
        let device = format!("--device={room}.monitor");
        let mut recorder = Process::command("parec");
        self.settle(&mut recorder);
        recorder.args([
            "--raw",
            "--format=s16le",
            "--rate=48000",
            "--channels=2",
            "--channel-map=front-left,front-right",
            "--latency-msec=20",
            &device,
        ]);
        recorder.stdout(fs::File::create(&file).expect("a folder of ours"));
        SoundRecording { process: Process::start(&mut recorder), file }
    }

    fn bus(&self) -> String {
        format!("unix:path={}", self.runtime().join("bus").display())
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("pulse/native")
    }

    fn run(&mut self, program: &str, arguments: &[&str]) {
        let mut command = Process::command(program);
        command.args(arguments);
        self.settle(&mut command);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        self.processes.insert(0, Process::start(&mut command));
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        self.settle(&mut command);
        command.stderr(Stdio::null());
        command
    }

    /// What `pactl` says, where it succeeds.
    fn control(&self, arguments: &[&str]) -> Option<String> {
        self.says("pactl", arguments)
    }

    /// What a program says, where it succeeds.
    fn says(&self, program: &str, arguments: &[&str]) -> Option<String> {
        let output = self.command(program).args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// A program that knows no server but this.
    fn settle(&self, command: &mut Command) {
        command.env("XDG_RUNTIME_DIR", self.runtime()).env("HOME", self.runtime());
        command.env("DBUS_SESSION_BUS_ADDRESS", self.bus());
        for name in ["PULSE_SERVER", "PULSE_RUNTIME_PATH", "DISPLAY"] {
            command.env_remove(name);
        }
    }
}

/// A recording that goes on.
#[derive(Debug)]
pub struct SoundRecording {
    process: Process,
    file: PathBuf,
}

impl SoundRecording {
    /// What was said in the room so far, and what was heard there, at the same time.
    pub fn samples(&self) -> [Vec<f32>; 2] {
        let bytes = fs::read(&self.file).unwrap_or_default();
        let side = |first: usize| {
            let pairs = bytes.chunks_exact(4).map(|both| i16::from_le_bytes([both[first], both[first + 1]]));
            pairs.map(|sample| f32::from(sample) / 32_768.0).collect()
        };
        [side(0), side(2)]
    }

    /// Ends it.
    pub fn end(mut self) {
        self.process.terminate();
        self.process.wait(Duration::from_secs(5));
    }
}
