//! The folder of glassbench: whether it is complete, and how one run of it is started. What it writes is read
//! elsewhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::line::GlassLine;
use super::peers::Contender;
use crate::Problem;

/// What `make` makes there.
const BUILT: [&str; 5] = ["gb_work", "gb_sample", "gb_input", "gb_fakeviewer", "gb_line"];

/// What its `gen_content.py` draws.
const PICTURES: [&str; 3] = ["bg.bgra", "video.bgra", "slides.bgra"];

/// Display numbers for its two screens, of which the second has the next number: above those of this
/// project's own tests.
const DISPLAYS: std::ops::Range<u32> = 70..100;

/// glassbench, complete and built.
#[derive(Debug)]
pub(super) struct BenchFolder {
    folder: PathBuf,
}

/// One run: a workload with one program.
#[derive(Debug)]
pub(super) struct RunPlan<'a> {
    pub(super) contender: Contender,
    pub(super) workload: &'a str,
    pub(super) line: &'a GlassLine,
    pub(super) seconds: u32,
    /// Where its results go.
    pub(super) out: PathBuf,
}

impl RunPlan<'_> {
    /// What glassbench writes about it.
    pub(super) fn result(&self) -> PathBuf {
        self.out.join(format!("{}-{}.json", self.contender.name(), self.workload))
    }

    /// Where both programs' output is.
    pub(super) fn logs(&self) -> PathBuf {
        self.out.join("raw").join(self.contender.name()).join(self.workload)
    }
}

impl BenchFolder {
    /// # Errors
    /// In words, what is missing and how it is made.
    pub(super) fn open(folder: &Path) -> Result<Self, Problem> {
        let shown = folder.display();
        if !folder.is_dir() {
            return Err(format!("{shown} is no folder: give the one that glassbench is in"));
        }
        if let Some(missing) =
            missing(folder, &["glassbench", "peers.sh", "beistand-host.sh", "beistand-viewer.sh"])
        {
            return Err(format!("{shown} has no `{missing}`: give the folder that glassbench is in"));
        }
        if let Some(missing) = missing(folder, &BUILT) {
            return Err(format!("glassbench is not built (`{missing}` is missing): run `make` in {shown}"));
        }
        let beside = folder.parent().unwrap_or(folder);
        if missing(&beside.join("content"), &PICTURES).is_some() {
            return Err(format!(
                "glassbench's pictures are missing: run `python3 gen_content.py ../content` in {shown}"
            ));
        }
        let screens = beside.join("fb");
        let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
        if !in_memory(&mounts, &screens) {
            println!(
                "{0} is not in memory, so the virtual screens go through the disk's cache: `mkdir -p {0} && mount -t tmpfs none {0}`",
                screens.display()
            );
        }
        Ok(Self { folder: folder.to_owned() })
    }

    /// The command of a run, with our programs from `programs`.
    pub(super) fn command(&self, plan: &RunPlan<'_>, programs: &Path, display: u32) -> Command {
        let line = plan.line.argument();
        let mut command = match plan.contender {
            Contender::Ours => {
                let mut command = Command::new(self.folder.join("glassbench"));
                command.args(["--name", plan.contender.name()]);
                // The viewer's script brings the window to the whole screen and to 1:1 first.
                command.args(["--locate-wait", "8", "--settle", "2"]);
                command.arg("--host-cmd").arg(self.quoted("beistand-host.sh"));
                command.arg("--viewer-cmd").arg(self.quoted("beistand-viewer.sh"));
                command
            }
            Contender::Peer(peer) => {
                // The script doesn't say itself which shell it is for.
                let mut command = Command::new("bash");
                command.arg(self.folder.join("peers.sh")).arg(peer.name);
                // Later options replace those of the script.
                if let (Some(across), Some(_)) = (&peer.across, &line) {
                    command.args(["--host-cmd", across.host, "--viewer-cmd", across.viewer]);
                }
                command
            }
        };
        command.args(["--workload", plan.workload, "--seconds", &plan.seconds.to_string()]);
        command.args(["--display", &display.to_string()]).arg("--out").arg(&plan.out);
        if let Some(line) = line {
            command.args(["--line", &line]);
        }
        command.current_dir(&self.folder).env("BIN", programs);
        command
    }

    /// A script of its folder, for a shell.
    fn quoted(&self, script: &str) -> String {
        format!("'{}'", self.folder.join(script).to_string_lossy().replace('\'', "'\\''"))
    }
}

/// The first number of two displays in a row that nobody has.
///
/// # Errors
/// Where there are none.
pub(super) fn free_display(taken: impl Fn(u32) -> bool) -> Result<u32, Problem> {
    DISPLAYS.step_by(2).find(|number| !taken(*number) && !taken(number + 1)).ok_or_else(|| {
        format!(
            "all displays from :{} to :{} are taken: end what runs on some of them",
            DISPLAYS.start,
            DISPLAYS.end - 1
        )
    })
}

/// Whether an X server has a display, or has left its lock behind.
pub(super) fn display_is_taken(number: u32) -> bool {
    Path::new(&format!("/tmp/.X11-unix/X{number}")).exists()
        || Path::new(&format!("/tmp/.X{number}-lock")).exists()
}

fn missing<'a>(folder: &Path, files: &[&'a str]) -> Option<&'a str> {
    files.iter().copied().find(|file| !folder.join(file).is_file())
}

/// Whether a folder is on a file system in memory, by the kernel's list of mounts.
fn in_memory(mounts: &str, folder: &Path) -> bool {
    let mount = |line: &str| {
        let mut words = line.split(' ').skip(1);
        let (point, kind) = (PathBuf::from(words.next()?), words.next()?.to_owned());
        folder.starts_with(&point).then_some((point.components().count(), kind))
    };
    // The innermost counts, and of several in one place the last.
    mounts.lines().filter_map(mount).max_by_key(|(depth, _)| *depth).is_some_and(|(_, kind)| kind == "tmpfs")
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::super::line::SlowLine;
    use super::super::peers::PeerProgram;
    use super::*;

    fn words(plan: &RunPlan<'_>) -> Vec<String> {
        let folder = BenchFolder { folder: PathBuf::from("/o'b") };
        let command = folder.command(plan, Path::new("/bin"), 70);
        assert_eq!(command.get_envs().collect::<Vec<_>>(), [(OsStr::new("BIN"), Some(OsStr::new("/bin")))]);
        let program = command.get_program().to_string_lossy().into_owned();
        let arguments = command.get_args().map(|word| word.to_string_lossy().into_owned());
        std::iter::once(program).chain(arguments).collect()
    }

    fn plan<'a>(contender: Contender, line: &'a GlassLine) -> RunPlan<'a> {
        RunPlan { contender, workload: "typing", line, seconds: 3, out: PathBuf::from("/out") }
    }

    const TAIL: &str = "--workload typing --seconds 3 --display 70 --out /out";

    #[test]
    fn our_programs_are_started_by_their_scripts() {
        let plan = plan(Contender::Ours, &GlassLine::Loopback);
        let start = "/o'b/glassbench --name beistand --locate-wait 8 --settle 2 --host-cmd '/o'\\''b/beistand-host.sh' \
                     --viewer-cmd '/o'\\''b/beistand-viewer.sh'";
        assert_eq!(words(&plan).join(" "), format!("{start} {TAIL}"));
        assert_eq!(plan.result(), Path::new("/out/beistand-typing.json"));
        assert_eq!(plan.logs(), Path::new("/out/raw/beistand/typing"));
    }

    #[test]
    fn a_peer_is_started_by_peers_sh_and_across_a_line_by_commands_for_that() {
        let peer = Contender::Peer(PeerProgram::named("x0vnc").expect("known"));
        assert_eq!(
            words(&plan(peer, &GlassLine::Loopback)).join(" "),
            format!("bash /o'b/peers.sh x0vnc {TAIL}")
        );
        let line = GlassLine::Slow(SlowLine::new(10_000, 20, 1.0));
        let across = words(&plan(peer, &line)).join(" ");
        assert!(across.contains("10.99.0.1::5902") && across.ends_with("--line 10000:20:1"), "{across}");
        assert!(!across.contains("-localhost=1"), "{across}");
    }

    #[test]
    fn screens_are_taken_where_both_are_free() {
        assert_eq!(free_display(|_| false), Ok(70));
        assert_eq!(free_display(|number| number == 71), Ok(72));
        assert!(
            free_display(|number| number.is_multiple_of(2)).expect_err("all taken").contains(":70 to :99")
        );
    }

    #[test]
    fn a_folder_that_is_not_glassbenchs_is_refused_with_what_to_do() {
        let fault = BenchFolder::open(Path::new("/nonexistent")).expect_err("no folder");
        assert!(fault.contains("is no folder"), "{fault}");
        let folder = std::env::temp_dir().join(format!("beistand-glass-{}", std::process::id()));
        let bench = folder.join("bench");
        fs::create_dir_all(&bench).expect("writable");
        let fault = |files: &[&str], inside: &Path| {
            for file in files {
                fs::write(inside.join(file), "").expect("writable");
            }
            BenchFolder::open(&bench).err().unwrap_or_default()
        };
        assert!(fault(&[], &bench).contains("has no `glassbench`"));
        let scripts = ["glassbench", "peers.sh", "beistand-host.sh", "beistand-viewer.sh"];
        assert!(fault(&scripts, &bench).contains("run `make`"));
        assert!(fault(&BUILT, &bench).contains("gen_content.py"));
        fs::create_dir_all(folder.join("content")).expect("writable");
        assert_eq!(fault(&PICTURES, &folder.join("content")), "");
        fs::remove_dir_all(&folder).expect("ours");
    }

    #[test]
    fn memory_is_told_from_the_disk() {
        let mounts = "overlay / overlay rw 0 0\nnone /a/fb tmpfs rw 0 0\n/dev/sda /tmp ext4 rw 0 0\n";
        assert!(in_memory(mounts, Path::new("/a/fb/70")));
        assert!(!in_memory(mounts, Path::new("/a")));
        assert!(!in_memory(mounts, Path::new("/tmp/fb")));
        assert!(!in_memory("", Path::new("/a/fb")));
    }
}
