//! A host and a technician, brought as far as a test needs them.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use beistand_tests::{Event, Picture, Process, Program, Screen, Start, poll};

/// What takes a moment on an idle machine may take this long on a busy one.
pub(crate) const SOON: Duration = Duration::from_secs(10);

/// What a user waits for: starting a program, stretching the key, connecting.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How long the other side may take to notice any end.
pub(crate) const NOTICE: Duration = Duration::from_secs(3);

/// The exit codes of the programs.
pub(crate) mod exit {
    pub(crate) const AS_ASKED: Option<i32> = Some(0);
    pub(crate) const BAD_INPUT: Option<i32> = Some(2);
    pub(crate) const DENIED: Option<i32> = Some(3);
    pub(crate) const NOT_FOUND: Option<i32> = Some(4);
    pub(crate) const LOST: Option<i32> = Some(5);
}

/// Everything that a technician asks for by default.
pub(crate) const ALL: &str = "view,pointer,keyboard";

/// A host without a request yet.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) program: Program,
    pub(crate) link: String,
    pub(crate) words: String,
}

impl Host {
    /// Starts `beistand-node share` on a screen.
    pub(crate) fn start(screen: &Screen) -> Self {
        Self::of(Start::node("share").on(screen))
    }

    /// Starts it as `start` says and waits for its invite.
    pub(crate) fn of(start: Start<'_>) -> Self {
        let mut program = start.start();
        let invite = program.expect("invite", PATIENCE);
        Self { program, link: invite.text("link"), words: invite.text("words") }
    }

    /// Starts `beistand-node connect` with this host's link.
    pub(crate) fn technician(&self) -> Program {
        Start::node("connect").invite(&self.link).start()
    }
}

/// A message bus of a test's own.
#[derive(Debug)]
pub(crate) struct MessageBus {
    pub(crate) address: String,
    _daemon: Process,
    _folder: tempfile::TempDir,
}

impl MessageBus {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // By a path, which is the same in every network.
        let address = format!("unix:path={}", folder.path().join("bus").display());
        let mut daemon = Process::command("dbus-daemon");
        daemon.args(["--session", "--nofork", "--print-address=1", "--address", &address]);
        let mut daemon = Process::start(daemon.stdout(Stdio::piped()));
        let stdout = daemon.child().stdout.take().expect("piped");
        let mut said = String::new();
        BufReader::new(stdout).read_line(&mut said).expect("dbus-daemon says where it is");
        Self { address, _daemon: daemon, _folder: folder }
    }
}

/// A session in which the user said yes.
#[derive(Debug)]
pub(crate) struct Session {
    // Dropped first, so that what they print at a failure is not drowned in a lost screen.
    pub(crate) technician: Program,
    pub(crate) host: Program,
    /// The link, which is used up.
    pub(crate) link: String,
    /// When the user said yes.
    pub(crate) since: Instant,
    shots: tempfile::TempDir,
    shot: u32,
}

impl Session {
    /// A session over loopback with all that is asked for.
    pub(crate) fn start(screen: &Screen) -> Self {
        Self::of(Host::start(screen), |host| host.technician())
    }

    /// A session of a host and the technician that `connect` starts.
    pub(crate) fn of(host: Host, connect: impl FnOnce(&Host) -> Program) -> Self {
        Self::allowing(ALL, host, connect)
    }

    /// The same with what the user's answer says.
    pub(crate) fn allowing(permissions: &str, host: Host, connect: impl FnOnce(&Host) -> Program) -> Self {
        let technician = connect(&host);
        let Host { program: mut host, link, .. } = host;
        let mut technician = technician;
        host.expect("request", PATIENCE);
        host.allow(permissions);
        let since = Instant::now();
        technician.expect("granted", SOON);
        host.expect("granted", SOON);
        Self {
            technician,
            host,
            link,
            since,
            shots: tempfile::tempdir().expect("a temporary folder"),
            shot: 0,
        }
    }

    /// What the technician sees now; `None` where there is no picture yet.
    pub(crate) fn seen(&mut self) -> Option<Picture> {
        self.shot += 1;
        let path: PathBuf = self.shots.path().join(format!("{}.png", self.shot));
        self.technician.say(&format!("screenshot {}", path.display()));
        // The file may be there before it is whole.
        poll(Duration::from_secs(2), || Picture::try_load(&path).ok())
    }

    /// Waits until the technician sees the host's screen with more than `psnr` dB.
    #[track_caller]
    pub(crate) fn expect_picture(&mut self, screen: &Screen, psnr: f64, timeout: Duration) -> f64 {
        let mut best = f64::NEG_INFINITY;
        let (start, mut steps) = (Instant::now(), Vec::new());
        let found = poll(timeout, || {
            let seen = self.seen()?;
            let real = screen.shot();
            if (seen.width(), seen.height()) == (real.width(), real.height()) {
                let now = seen.psnr(&real);
                if now > best {
                    steps.push(format!("{:.1} s {now:.1} dB", start.elapsed().as_secs_f32()));
                    best = now;
                }
            }
            (best > psnr).then_some(best)
        });
        found.unwrap_or_else(|| {
            let folder = std::env::temp_dir();
            let (real, seen) =
                (folder.join("beistand-e2e-host.png"), folder.join("beistand-e2e-technician.png"));
            screen.shot().save(&real);
            self.seen().inspect(|picture| picture.save(&seen));
            panic!(
                "the technician's picture reached {best:.1} dB, not {psnr} dB, in {timeout:?} ({}); see {} and {}",
                steps.join(", "),
                real.display(),
                seen.display()
            )
        })
    }

    /// The newest figures of the picture.
    pub(crate) fn figures(&self) -> Option<Event> {
        self.technician.newest("picture")
    }

    /// Waits until the first picture is there.
    #[track_caller]
    pub(crate) fn expect_any_picture(&mut self) {
        let seen = poll(SOON, || self.seen());
        assert!(seen.is_some(), "the technician has no picture");
    }
}

/// Waits until a program has said this on standard error.
#[track_caller]
pub(crate) fn expect_error(program: &Program, text: &str) {
    let said = poll(SOON, || program.errors().contains(text).then_some(()));
    assert!(said.is_some(), "`{text}` is not in: {}", program.errors());
}

/// Checks how a program ended: its exit code, the reason in its last event, and a message that says what
/// happened.
#[track_caller]
pub(crate) fn expect_end(program: &mut Program, within: Duration, code: Option<i32>, says: &[&str]) {
    let exit = program.exit(within);
    let errors = program.errors();
    assert_eq!(exit, code, "exit code; it said: {errors}");
    let all = format!(
        "{errors}\n{}",
        program.newest("ended").map(|event| event.value.to_string()).unwrap_or_default()
    );
    assert!(!all.trim().is_empty(), "it ended without a word");
    let all = all.to_lowercase();
    assert!(says.is_empty() || says.iter().any(|word| all.contains(word)), "none of {says:?} in: {all}");
    assert!(!all.contains("panicked"), "it crashed: {all}");
}
