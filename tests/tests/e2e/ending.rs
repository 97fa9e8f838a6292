//! Every way in which a session ends: each side learns it within three seconds, with the right exit code;
//! where the other side vanished without a word it learns within three seconds that it is looked for, and can
//! be ended at once. That it ends by itself after ten minutes is tested in virtual time, at the session.

use beistand_tests::Screen;

use crate::support::{Host, NOTICE, PATIENCE, SOON, Session, exit, expect_end, expect_error};

#[test]
fn the_user_ends_it() {
    let screen = Screen::new(640, 480);
    let mut session = Session::start(&screen);
    session.host.say("end");
    let ended = session.technician.expect("ended", NOTICE);
    assert_eq!(ended.text("by"), "peer");
    expect_end(&mut session.technician, NOTICE, exit::AS_ASKED, &["end"]);
    expect_end(&mut session.host, NOTICE, exit::AS_ASKED, &["end"]);
    assert_eq!(session.host.newest("ended").expect("said").text("by"), "us");
}

#[test]
fn the_technician_ends_it() {
    let screen = Screen::new(640, 480);
    let mut session = Session::start(&screen);
    session.technician.say("end");
    let ended = session.host.expect("ended", NOTICE);
    assert_eq!(ended.text("by"), "peer");
    expect_end(&mut session.host, NOTICE, exit::AS_ASKED, &["end"]);
    expect_end(&mut session.technician, NOTICE, exit::AS_ASKED, &["end"]);
}

#[test]
fn who_is_killed_is_looked_for_until_the_other_side_has_enough() {
    let screens = [(); 2].map(|()| Screen::new(640, 480));
    let [mut one, mut other] = screens.each_ref().map(Session::start);
    one.technician.kill();
    other.host.kill();
    one.host.expect("reconnecting", NOTICE);
    other.technician.expect("reconnecting", NOTICE);
    one.host.say("end");
    expect_end(&mut one.host, NOTICE, exit::AS_ASKED, &["end"]);
    other.technician.say("end");
    expect_end(&mut other.technician, NOTICE, exit::AS_ASKED, &["end"]);
}

#[test]
fn a_host_that_is_killed_before_the_answer_is_lost() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    let mut technician = host.technician();
    host.program.expect("request", PATIENCE);
    host.program.kill();
    expect_end(&mut technician, SOON, exit::LOST, &["lost", "connection"]);
}

#[test]
fn a_technician_who_presses_control_c_says_goodbye() {
    let screen = Screen::new(640, 480);
    let mut session = Session::start(&screen);
    session.technician.interrupt();
    session.host.expect("ended", NOTICE);
    expect_end(&mut session.host, NOTICE, exit::AS_ASKED, &[]);
}

#[test]
fn a_technician_whose_terminal_is_closed_says_goodbye() {
    let screen = Screen::new(640, 480);
    let mut session = Session::start(&screen);
    session.technician.hang_up();
    assert_eq!(session.host.expect("ended", NOTICE).text("by"), "peer");
    expect_end(&mut session.host, NOTICE, exit::AS_ASKED, &["end"]);
    expect_end(&mut session.technician, NOTICE, exit::AS_ASKED, &["end"]);
}

#[test]
fn a_host_that_is_shut_down_says_goodbye() {
    let screen = Screen::new(640, 480);
    let mut session = Session::start(&screen);
    session.host.terminate();
    assert_eq!(session.technician.expect("ended", NOTICE).text("by"), "peer");
    expect_end(&mut session.technician, NOTICE, exit::AS_ASKED, &["end"]);
    expect_end(&mut session.host, NOTICE, exit::AS_ASKED, &["end"]);
}

#[test]
fn a_host_that_is_shut_down_while_it_waits_stops() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    host.program.terminate();
    expect_end(&mut host.program, NOTICE, exit::AS_ASKED, &["stopped"]);
}

#[test]
fn a_host_whose_screen_goes_away_ends_the_session() {
    let screen = Screen::new(640, 480);
    let mut session = Session::start(&screen);
    session.expect_any_picture();
    drop(screen);
    session.technician.expect("ended", NOTICE * 2);
    let code = session.technician.exit(NOTICE);
    assert_ne!(code, None, "it ended by itself");
    let code = session.host.exit(NOTICE);
    assert!(matches!(code, Some(1..)), "{code:?}: {}", session.host.errors());
}

#[test]
fn a_technician_who_gives_up_before_the_answer_leaves_the_host_waiting() {
    let screen = Screen::new(640, 480);
    let mut host = Host::start(&screen);
    let mut technician = host.technician();
    let first = host.program.expect("request", PATIENCE);
    technician.say("end");
    expect_end(&mut technician, NOTICE, exit::AS_ASKED, &[]);
    host.program.expect("withdrawn", NOTICE);
    host.program.expect("invite", NOTICE);
    host.program.answer(&first, "view");
    expect_error(&host.program, "Nobody is asking");
    // A second technician can still come, and a yes to the first is none to them.
    let mut second = host.technician();
    host.program.expect("request", PATIENCE);
    host.program.answer(&first, "view");
    expect_error(&host.program, "is not the number");
    assert!(second.newest("granted").is_none());
    host.program.allow("view");
    second.expect("granted", SOON);
}
