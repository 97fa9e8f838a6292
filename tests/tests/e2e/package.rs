//! The packages, made of the programs under test: installed over a copy of this system, run, opened by a link
//! as a desktop opens it, and removed without a trace.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use beistand_tests::desktop::copied_text;
use beistand_tests::{Device, Hand, Process, Screen, poll, programs_dir, root};

use crate::support::PATIENCE;

/// How long packing and unpacking may take on a busy machine.
const PACKING: Duration = Duration::from_secs(120);

/// Where it says that the link was opened, and with which arguments the program runs.
const OPENED: &str = "opened with ";

fn pack(out: &Path, more: &[&str]) {
    let mut xtask = Command::new(programs_dir().join("xtask"));
    xtask.args(["package", "--quick", "--bin-dir"]).arg(programs_dir()).arg("--out").arg(out).args(more);
    let output = xtask.stdin(Stdio::null()).output().expect("xtask is built");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[test]
fn the_packages_install_open_a_link_and_leave_nothing_behind() {
    if !root() {
        let text = "SKIPPED: this needs a mount namespace, and that needs root\n";
        std::io::stderr().write_all(text.as_bytes()).ok();
        return;
    }
    let (out, again) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    pack(out.path(), &[]);
    pack(again.path(), &["--only", "beistand-node"]);
    for package in std::fs::read_dir(again.path()).unwrap() {
        let package = package.unwrap();
        let first = std::fs::read(out.path().join(package.file_name())).unwrap();
        let name = package.file_name();
        assert!(first == std::fs::read(package.path()).unwrap(), "packed twice, {name:?} is not the same");
    }

    let screen = Screen::with_window_manager(1000, 800);
    let hand = Hand::new(&screen, Device::Physical);
    let link = format!("beistand:{}", "aebqk3qplmz2w4nvtyc6hdj5rsgfuio".repeat(4));
    let mut install = screen.command("unshare");
    // With processes of its own, too: all that it starts ends with it.
    install.args(["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"]);
    install.args(["sh", "-c", include_str!("package.sh"), "sh"]).arg(out.path()).arg(&link);
    install.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut install = Process::start(&mut install);
    let lines = BufReader::new(install.child().stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut said = Vec::new();
    for line in lines {
        said.push(line);
        let Some(arguments) = said.last().and_then(|line| line.strip_prefix(OPENED)) else { continue };
        assert_eq!(arguments.trim(), "/usr/bin/beistand", "no program can read the link");
        let filled = poll(PATIENCE, || copied_text(&screen, &hand).filter(|text| *text == link));
        assert!(filled.is_some(), "the link is in the field");
        writeln!(install.child().stdin.as_mut().unwrap(), "go").unwrap();
    }
    let end = install.wait(PACKING);
    assert!(end.is_some_and(|status| status.success()), "{said:#?}");
    assert_eq!(said.last().map(String::as_str), Some("done"), "{said:#?}");
    assert!(
        !said.iter().any(|line| line.starts_with("left: ") || line.starts_with("/mnt/there")),
        "{said:#?}"
    );
}
