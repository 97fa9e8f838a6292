//! Real shells in real pseudo-terminals.

use std::time::{Duration, Instant};

use super::*;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

fn shell(script: &str) -> UserShell {
    UserShell::start(&ShellProgram::plain("/bin/sh", &["-c", script]), TerminalSize::USUAL).unwrap()
}

/// Reads until `wanted` was printed, or all is over.
fn read_until(shell: &mut UserShell, wanted: &str) -> String {
    let (mut printed, mut buffer) = (Vec::new(), [0; 4096]);
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        shell.wait(ShellInterest { printed: true, typing: false }).unwrap();
        match shell.read(&mut buffer) {
            ShellRead::Bytes(bytes) => printed.extend(&buffer[..bytes]),
            ShellRead::Over => break,
        }
        if !wanted.is_empty() && String::from_utf8_lossy(&printed).contains(wanted) {
            break;
        }
    }
    String::from_utf8_lossy(&printed).into_owned()
}

fn is_running(process: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{process}/stat"))
        .is_ok_and(|stat| !stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('Z')))
}

#[test]
fn a_shell_has_a_terminal_of_its_own_and_nothing_of_this_program() {
    let secret = std::fs::File::open("/dev/null").unwrap();
    // As a library might have left it.
    rustix::io::fcntl_setfd(&secret, rustix::io::FdFlags::empty()).unwrap();
    let mut shell = shell("tty; stty size; ls -l /proc/self/fd | grep -c /dev/null; env | sort; echo done");
    let printed = read_until(&mut shell, "done");
    assert!(printed.contains("/dev/pts/"), "{printed}");
    assert!(printed.contains("24 80"), "{printed}");
    assert!(printed.contains("\r\n0\r\n"), "a file of ours is open: {printed}");
    assert!(printed.contains("TERM=xterm-256color"), "{printed}");
    assert!(!printed.contains("CARGO"), "the environment is not this program's: {printed}");
}

#[test]
fn the_users_own_shell_is_what_their_account_says() {
    let program = ShellProgram::of_user().unwrap();
    assert!(program.path.is_absolute(), "{program:?}");
    assert!(program.argument.as_encoded_bytes().starts_with(b"-"), "a login shell: {program:?}");
    assert!(!program.user.is_empty(), "{program:?}");
}

#[test]
fn with_another_accounts_or_groups_rights_there_is_no_shell() {
    use rustix::process::{Gid, Uid, getgid, getuid};
    use rustix::thread::{set_thread_res_gid, set_thread_res_uid};
    if !getuid().is_root() {
        println!("SKIPPED: only an administrator can lend rights");
        return;
    }
    // As a program with the set-user or set-group bit has them; on a thread that ends with it.
    let with = |lend: fn() -> rustix::io::Result<()>| {
        let lent = move || lend().map(|()| ShellProgram::of_user());
        std::thread::spawn(lent).join().unwrap().unwrap()
    };
    assert!(with(|| Ok(())).is_ok());
    let group = with(|| set_thread_res_gid(getgid(), Gid::from_raw(65_534), getgid()));
    assert!(matches!(group, Err(ShellFault::NoAccount)), "{group:?}");
    let user = with(|| set_thread_res_uid(getuid(), Uid::from_raw(65_534), getuid()));
    assert!(matches!(user, Err(ShellFault::NoAccount)), "{user:?}");
}

#[test]
fn what_is_typed_arrives_and_the_size_follows() {
    let mut shell = shell("read line; echo got $line; stty size; echo done");
    shell.resize(TerminalSize::new(100, 30).unwrap()).unwrap();
    assert_eq!(shell.write(b"hello\r"), 6);
    let printed = read_until(&mut shell, "done");
    assert!(printed.contains("got hello") && printed.contains("30 100"), "{printed}");
}

#[test]
fn a_password_prompt_is_noticed() {
    let mut shell = shell("stty -echo; echo ready; read secret; stty echo; echo open; read line");
    read_until(&mut shell, "ready");
    assert!(shell.hides_typing());
    shell.write(b"hunter2\r");
    let printed = read_until(&mut shell, "open");
    assert!(!shell.hides_typing());
    assert!(!printed.contains("hunter2"), "{printed}");
}

#[test]
fn the_end_of_a_shell_is_the_end_of_what_it_started() {
    // One in the background, one that ignores to be told, one in a group of its own.
    let mut shell = shell(
        "set -m; sleep 1000 & echo a=$!; sh -c 'trap \"\" HUP; sleep 1000' & echo b=$!; echo done; sleep 1000",
    );
    let printed = read_until(&mut shell, "done");
    let pid = |name: &str| {
        let (_, rest) = printed.split_once(name).expect("printed");
        rest.chars().take_while(char::is_ascii_digit).collect::<String>()
    };
    let started = [pid("a="), pid("b=")];
    assert!(started.iter().all(|process| is_running(process)));
    shell.end();
    assert!(!started.iter().any(|process| is_running(process)), "{started:?}");
}

#[test]
fn a_shell_that_ends_says_how() {
    let mut shell = shell("exit 3");
    assert_eq!(read_until(&mut shell, ""), "");
    // It is waited for until the system has its code.
    let until = Instant::now() + PATIENCE;
    while is_running(&shell.child.id().to_string()) && Instant::now() < until {
        std::thread::yield_now();
    }
    assert_eq!(shell.end(), Some(3));
}

#[test]
fn what_is_typed_after_the_end_of_a_shell_does_not_wait() {
    let mut shell = shell("exit");
    read_until(&mut shell, "");
    assert_eq!(shell.write(b"late\r"), 5);
}

#[test]
fn what_was_typed_ahead_is_dropped() {
    let file = std::env::temp_dir().join(format!("beistand-ahead-{}", std::process::id()));
    let wait = format!("while [ ! -e {} ]; do sleep 0.02; done", file.display());
    let mut shell = shell(&format!("echo ready; {wait}; read line; echo got $line.; read line"));
    read_until(&mut shell, "ready");
    shell.write(b"rm x\rrm y\r");
    read_until(&mut shell, "rm y");
    shell.watch().drop_typed();
    shell.write(b"safe\r");
    std::fs::write(&file, "").unwrap();
    let printed = read_until(&mut shell, "got safe.");
    let _ = std::fs::remove_file(&file);
    assert!(printed.contains("got safe."), "{printed}");
}

#[test]
fn the_end_of_a_shell_is_noticed_though_it_left_something_running() {
    let mut shell = shell("set -m; sleep 1000 & echo pid=$!.; exit 4");
    let printed = read_until(&mut shell, ".");
    let (_, rest) = printed.split_once("pid=").expect("printed");
    let left = rest.trim_end().trim_end_matches('.').to_owned();
    while !shell.has_ended() {
        shell.wait(ShellInterest { printed: true, typing: false }).unwrap();
    }
    assert!(is_running(&left));
    assert_eq!(shell.end(), Some(4));
    assert!(!is_running(&left));
}

#[test]
fn the_program_in_the_foreground_has_a_name() {
    let mut shell = shell("echo one; set -m; sleep 1000");
    read_until(&mut shell, "one");
    let until = Instant::now() + PATIENCE;
    while shell.watch().foreground().as_deref() != Some("sleep") && Instant::now() < until {
        std::thread::yield_now();
    }
    assert_eq!(shell.watch().foreground().as_deref(), Some("sleep"));
    shell.end();
}
