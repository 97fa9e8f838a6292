//! Real programs of the system: `cat`, `sh`, `sleep`.

use beistand_posix::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{ToolCall, ToolGo, ToolOutcome, ToolOutput, ToolRunner, ToolStep};

const LONG: Duration = Duration::from_secs(1000);
/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn shell<'a>(arguments: &'a [&'a str]) -> ToolCall<'a> {
    ToolCall::new("sh", arguments).within(LONG)
}

#[test]
fn a_tool_reads_and_prints_more_than_a_pipe_holds() {
    let input = vec![b'a'; 300 << 10];
    let outcome = ToolRunner::from_env().run_quietly(&ToolCall::new("cat", &[]).within(LONG).reading(&input));
    assert_eq!(outcome, ToolOutcome::Done { success: true, bytes: input });
}

#[test]
fn a_tool_that_fails_is_told_from_one_that_ends_well() {
    let outcome = ToolRunner::from_env().run_quietly(&shell(&["-c", "echo no; exit 3"]));
    assert_eq!((outcome.text(), outcome.any_text()), (None, Some("no\n".to_owned())));
}

#[test]
fn what_is_no_program_is_absent() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("plain"), "echo").expect("a file");
    let runner = ToolRunner::new(folder.path());
    assert_eq!(runner.run_quietly(&ToolCall::new("plain", &[])), ToolOutcome::Absent);
    assert_eq!(runner.run_quietly(&ToolCall::new("missing", &[])), ToolOutcome::Absent);
}

#[test]
fn output_without_end_is_bounded() {
    let call = ToolCall { max_output_bytes: 5000, ..ToolCall::new("yes", &[]).within(LONG) };
    let ToolOutcome::Done { bytes, .. } = ToolRunner::from_env().run_quietly(&call) else {
        panic!("it ends")
    };
    assert_eq!(bytes.len(), 5000);
}

#[test]
fn what_is_only_said_is_not_kept() {
    let call = ToolCall { output: ToolOutput::Said, ..shell(&["-c", "head -c 1000000 /dev/zero"]) };
    let mut said = 0;
    let outcome = ToolRunner::from_env().run(&call, &mut |step| {
        if let ToolStep::Said(bytes) = step {
            said += bytes.len();
        }
        ToolGo::On
    });
    assert_eq!((outcome, said), (ToolOutcome::Done { success: true, bytes: Vec::new() }, 1_000_000));
}

#[test]
fn a_tool_that_hangs_is_ended_at_its_limit() {
    let call = ToolCall::new("sleep", &["1000"]).within(Duration::from_millis(100));
    assert_eq!(ToolRunner::from_env().run_quietly(&call), ToolOutcome::Late);
}

#[test]
fn a_tool_that_is_no_longer_wanted_is_ended_with_what_it_has_started() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("started").display().to_string();
    let script = "sleep 1000 & echo $! > \"$0\"; echo ready; wait";
    let outcome = ToolRunner::from_env().run(&shell(&["-c", script, &file]), &mut |step| match step {
        ToolStep::Said(_) => ToolGo::Stop,
        ToolStep::Waiting(_) => ToolGo::On,
    });
    assert_eq!(outcome, ToolOutcome::Stopped);
    ends(fs::read_to_string(&file).expect("it was started").trim());
}

#[test]
fn what_a_tool_leaves_behind_goes_on_where_it_ends_by_itself() {
    let script = "sleep 1000 > /dev/null & echo $!";
    let outcome = ToolRunner::from_env().run_quietly(&shell(&["-c", script]));
    let left = outcome.text().expect("it ends well");
    assert!(is_running(left.trim()));
    let killed = Command::new("kill").arg(left.trim()).status();
    assert!(killed.is_ok_and(|status| status.success()));
}

/// Which of the parts below a process of a test's own plays.
const PART: &str = "BEISTAND_TOOL_TEST_PART";

/// Runs the test of this name in a process of its own, started by these words.
fn play(before: &[&str], test: &str, part: &str) -> Child {
    let program = std::env::current_exe().expect("this program");
    let words: Vec<_> = before.iter().map(AsRef::as_ref).chain([program.as_os_str()]).collect();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).args(["--exact", test, "--nocapture"]).env(PART, part);
    command.stdout(Stdio::piped()).spawn().expect("it starts")
}

/// The words after `mark` in what a part prints.
fn told(lines: &mut impl Iterator<Item = std::io::Result<String>>, mark: &str) -> String {
    lines.find_map(|line| line.ok()?.strip_prefix(mark).map(str::to_owned)).expect("it says so")
}

fn lines(child: &mut Child) -> impl Iterator<Item = std::io::Result<String>> + use<> {
    BufReader::new(child.stdout.take().expect("piped")).lines()
}

fn tell(text: &str) {
    let mut out = std::io::stdout();
    out.write_all(format!("\n{text}\n").as_bytes()).and_then(|()| out.flush()).expect("somebody reads");
}

#[test]
fn a_program_that_is_killed_leaves_no_tool_behind() {
    if std::env::var_os(PART).is_some() {
        // On a thread that isn't the first, and with a tool that starts others, as scanners do.
        let tool = || {
            let script = "sleep 1000 & echo $$ $!; wait";
            ToolRunner::from_env().run(&shell(&["-c", script]), &mut |step| {
                if let ToolStep::Said(bytes) = step {
                    tell(&format!("started {}", String::from_utf8_lossy(bytes).trim()));
                }
                ToolGo::On
            })
        };
        std::thread::spawn(tool).join().expect("it is killed before");
        return;
    }
    let mut program = play(&[], "tests::a_program_that_is_killed_leaves_no_tool_behind", "all");
    let started = told(&mut lines(&mut program), "started ");
    let started: Vec<&str> = started.split(' ').collect();
    assert!(started.len() == 2 && started.iter().all(|process| is_running(process)), "{started:?}");
    program.kill().expect("it runs");
    program.wait().expect("it is ours");
    started.into_iter().for_each(ends);
}

/// Stand-ins for `pkexec`: programs of the administrator's that have that one's rights. While one asks, its
/// user is still ours; once it was allowed, it is the administrator's altogether.
#[test]
fn what_asks_for_an_administrator_ends_with_its_stop_and_what_was_allowed_is_not_waited_for() {
    let test = "what_asks_for_an_administrator_ends_with_its_stop_and_what_was_allowed_is_not_waited_for";
    if let Ok(folder) = std::env::var(PART) {
        let script = "echo $$; exec sleep 1000";
        stop_once_it_says_its_number(&folder, "asking", &["-p", "-c", script]);
        stop_once_it_says_its_number(&folder, "allowed", &["--reuid=0", "/bin/sh", "-c", script]);
        return;
    }
    if fs::metadata("/proc/self").map_or(true, |own| own.uid() != 0) {
        return tell("SKIPPED: only an administrator can lay down a program with an administrator's rights");
    }
    let stand_ins = tempfile::tempdir().expect("a folder");
    fs::set_permissions(stand_ins.path(), fs::Permissions::from_mode(0o755)).expect("ours");
    for (name, program) in [("asking", "sh"), ("allowed", "setpriv")] {
        let place = stand_ins.path().join(name);
        fs::copy(Path::new("/usr/bin").join(program), &place).expect("a tool of the system's");
        fs::set_permissions(place, fs::Permissions::from_mode(0o4755)).expect("ours");
    }
    let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    let part = stand_ins.path().display().to_string();
    let mut program = play(&nobody, &format!("tests::{test}"), &part);
    let mut lines = lines(&mut program);
    ends(&told(&mut lines, "asking "));
    let allowed = told(&mut lines, "allowed ");
    assert_eq!(told(&mut lines, "stopped "), "allowed", "nobody waits for what can't be ended");
    assert!(is_running(&allowed));
    assert!(Command::new("kill").arg(&allowed).status().is_ok_and(|status| status.success()));
    assert!(program.wait().expect("it is ours").success());
}

fn stop_once_it_says_its_number(folder: &str, name: &str, arguments: &[&str]) {
    let path = format!("{folder}:/usr/bin:/bin");
    let outcome =
        ToolRunner::new(path).run(&ToolCall::new(name, arguments).within(LONG), &mut |step| match step {
            ToolStep::Said(number) => {
                tell(&format!("{name} {}", String::from_utf8_lossy(number).trim()));
                ToolGo::Stop
            }
            ToolStep::Waiting(_) => ToolGo::On,
        });
    assert_eq!(outcome, ToolOutcome::Stopped);
    tell(&format!("stopped {name}"));
}

/// Waits until this process runs no more.
#[track_caller]
fn ends(process: &str) {
    let begin = Instant::now();
    while is_running(process) {
        assert!(begin.elapsed() < PATIENCE, "it is ended");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whether this process runs: one that nobody has waited for doesn't.
fn is_running(process: &str) -> bool {
    let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) else { return false };
    let state = stat.rsplit(')').next().unwrap_or_default().trim_start();
    !state.starts_with(['Z', 'X'])
}
