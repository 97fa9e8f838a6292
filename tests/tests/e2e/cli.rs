//! Bad input at the command line and in the configuration: exit code 2, and a message that names what is
//! wrong.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use beistand_tests::{Event, Program, Screen, Start};

use crate::support::{Host, PATIENCE, SOON, exit, expect_end};

fn node(arguments: &[&str]) -> Program {
    Start::bare("beistand-node").arguments(arguments).at_a_terminal().start()
}

#[test]
fn bad_flags_are_named() {
    let cases: &[(&[&str], &str)] = &[
        (&["share", "--colour", "red"], "--colour"),
        (&["dance"], "dance"),
        (&["share", "--capture", "camera"], "camera"),
        (&["share", "--listen", "/ip4/127.0.0.1/tcp/99999"], "99999"),
        (&["share", "--listen", "127.0.0.1:4001"], "127.0.0.1:4001"),
        (&["share", "--bootstrap", "nonsense"], "nonsense"),
        (&["connect", "--invite-file", "/nonexistent/invite"], "/nonexistent/invite"),
        (&["share", "--config", "/nonexistent/config.toml"], "/nonexistent/config.toml"),
    ];
    for (arguments, named) in cases {
        let mut program = node(arguments);
        assert_eq!(program.exit(SOON), exit::BAD_INPUT, "{arguments:?}: {}", program.errors());
        assert!(
            program.errors().contains(named),
            "{arguments:?}: `{named}` is not named in: {}",
            program.errors()
        );
    }
}

#[test]
fn without_a_command_the_help_is_shown() {
    let mut program = node(&[]);
    assert_eq!(program.exit(SOON), exit::BAD_INPUT);
    assert!(program.errors().contains("share"), "{}", program.errors());
    assert_eq!(node(&["--help"]).exit(SOON), exit::AS_ASKED);
    assert_eq!(node(&["--version"]).exit(SOON), exit::AS_ASKED);
}

#[test]
fn an_invite_among_the_arguments_is_refused_and_not_repeated() {
    let screen = Screen::new(640, 480);
    let mut host = Start::node("share").on(&screen).start();
    let link = host.expect("invite", PATIENCE).text("link");
    for arguments in [vec!["connect", &link], vec!["connect", "--invite", &link]] {
        let mut program = node(&arguments);
        assert_eq!(program.exit(SOON), exit::BAD_INPUT, "{}", program.errors());
        assert!(!program.errors().contains(&link), "the secret is repeated: {}", program.errors());
    }
    let mut program = node(&["connect", &link]);
    program.exit(SOON);
    let errors = program.errors().to_lowercase();
    assert!(
        errors.contains("invite-file") || errors.contains("standard input"),
        "says how instead: {errors}"
    );
}

#[test]
fn empty_and_huge_invites_are_refused() {
    for invite in ["", "   \n\t ", "\"\"", "аbandon аbility", "\0\0\0", "beistand:💥"] {
        expect_end(
            &mut Start::node("connect").invite(invite).start(),
            SOON,
            exit::BAD_INPUT,
            &["invite", "word", "character"],
        );
    }
    let huge = "abandon ".repeat(10 * 1024 * 1024 / 8);
    expect_end(
        &mut Start::node("connect").invite(&huge).start(),
        SOON,
        exit::BAD_INPUT,
        &["long", "invite", "word"],
    );
    // The same through standard input, which must not be read to its end.
    let mut program = Start::node("connect").arguments(["--invite-file", "-"]).start();
    program.write(huge.as_bytes());
    program.say("");
    expect_end(&mut program, SOON, exit::BAD_INPUT, &["long", "invite", "word"]);
}

#[test]
fn an_invite_is_read_from_standard_input() {
    let screen = Screen::new(640, 480);
    let mut host = Start::node("share").on(&screen).start();
    let link = host.expect("invite", PATIENCE).text("link");
    let mut technician = Start::node("connect").arguments(["--invite-file", "-"]).start();
    technician.say(&link);
    host.expect("request", PATIENCE);
    // Lines after it are commands.
    host.allow("view");
    technician.expect("granted", SOON);
    technician.say("end");
    expect_end(&mut technician, SOON, exit::AS_ASKED, &[]);
}

#[test]
fn a_pasted_message_on_standard_input_is_searched_for_the_invite() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    let mut technician = Start::node("connect").arguments(["--invite-file", "-"]).start();
    let [words, link] = [&host.words, &host.link];
    for line in ["", "[10:31, 3/5/2024] Gran: Hello!", &format!("> Words: {words}"), "> ", link, "Thank you"]
    {
        technician.say(line);
    }
    host.program.expect("request", PATIENCE);
    host.program.allow("view");
    technician.expect("granted", SOON);
    technician.say("end");
    expect_end(&mut technician, SOON, exit::AS_ASKED, &[]);
    assert!(!technician.errors().contains("not a command"), "{}", technician.errors());
}

#[test]
fn a_bad_configuration_is_named_with_its_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("config.toml");
    let cases = [
        ("unknown_key = 1\n", "unknown_key"),
        ("invite_minutes = \"soon\"\n", "line 1"),
        ("invite_minutes = 9999\n", "line 1"),
        ("# fine\nnetwork = \"la", "line 2"),
    ];
    for (text, named) in cases {
        fs::write(&path, text).expect("a folder of ours");
        let mut program = node(&["share", "--json", "--no-mdns", "--config", &path.display().to_string()]);
        assert_eq!(program.exit(SOON), exit::BAD_INPUT, "{text:?}: {}", program.errors());
        let errors = program.errors();
        assert!(errors.contains(named), "{text:?}: `{named}` is not named in: {errors}");
        assert_eq!(fs::read_to_string(&path).expect("still there"), text, "the file was left as it was");
    }
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let screen = Screen::new(640, 480);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let share = || {
        Start::bare("beistand-node")
            .arguments(["share", "--json", "--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0", "--data-dir"])
            .arguments([&data])
            .at_a_terminal()
            .on(&screen)
            .start()
    };
    let mut first = share();
    let link = first.expect("invite", PATIENCE).text("link");
    first.say("end");
    first.exit(SOON);
    let secrets: Vec<_> = fs::read_dir(&data)
        .expect("it made its folder")
        .flatten()
        .filter(|entry| entry.path().is_file() && entry.file_name().to_string_lossy().contains("key"))
        .collect();
    assert!(!secrets.is_empty(), "the long-term key is kept");
    for secret in &secrets {
        let mode = secret.metadata().expect("just listed").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?} is closed to others", secret.path());
        fs::set_permissions(secret.path(), fs::Permissions::from_mode(0o644)).expect("ours");
    }
    expect_end(&mut share(), SOON, exit::BAD_INPUT, &["chmod 600"]);
    let mut technician = Start::bare("beistand-node").arguments(["connect", "--json", "--no-mdns"]);
    technician = technician.arguments(["--listen", "/ip4/127.0.0.1/tcp/0", "--data-dir"]).arguments([&data]);
    expect_end(&mut technician.invite(link).start(), SOON, exit::BAD_INPUT, &["chmod 600"]);
}

#[test]
fn a_host_without_a_screen_says_so() {
    let mut program = Start::node("share").start();
    let code = program.exit(PATIENCE);
    assert!(matches!(code, Some(1 | 2)), "{code:?}");
    assert!(
        program.errors().contains("DISPLAY") || program.errors().contains("screen"),
        "{}",
        program.errors()
    );
}

#[test]
fn nonsense_on_the_command_lines_of_a_session_changes_nothing() {
    let screen = Screen::new(640, 480);
    let mut session = crate::support::Session::start(&screen);
    for line in [
        "key KeyÄ",
        "key",
        "text",
        "move a b",
        "move 99999999999 1",
        "move -1 -1",
        "move 1",
        "click elbow",
        "scroll",
        "fly",
        "scroll 99999 99999",
        "screenshot",
        "screenshot /nonexistent/folder/x.png",
        "",
        "   ",
        "\u{1b}[2J",
        "allow view",
    ] {
        session.technician.say(line);
    }
    let long = format!("say {}", "x".repeat(100_000));
    session.technician.say(&long);
    session.technician.write(b"\xff\xfe\xfd\n");
    session.host.write(b"allow \xff\n");
    session.host.type_bytes(b"allow \xff\n");
    session.technician.say("say still here");
    session.host.expect_that("chat", SOON, |chat| chat.value.to_string().contains("still here"));
    assert!(session.host.running() && session.technician.running());
}

#[test]
fn doctor_says_what_works_here() {
    let screen = Screen::new(640, 480);
    let mut doctor = Start::bare("beistand-node").arguments(["doctor"]).on(&screen).start();
    let code = doctor.exit(PATIENCE);
    assert!(matches!(code, Some(0 | 1)), "{code:?}: {}", doctor.errors());
}

#[test]
fn a_wayland_desktop_is_named_with_what_to_do_also_where_an_x_server_answers() {
    let screen = Screen::new(640, 480);
    let doctor = Start::node_anywhere("doctor").on(&screen).variable("WAYLAND_DISPLAY", "wayland-0");
    let doctor = doctor.variable("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    let is_named = |event: &Event| event.value.to_string().to_lowercase().contains("wayland");
    doctor.start().expect_that("finding", PATIENCE, is_named);
}
