//! The helper asks for one permission more, and hears what became of it.

use beistand_tests::Screen;

use crate::support::{Host, PATIENCE, SOON};

#[test]
fn who_may_only_look_asks_for_the_keyboard_and_hears_what_became_of_it() {
    let screen = Screen::with_window_manager(640, 480);
    let mut host = Host::start(&screen);
    let mut technician = host.technician();
    host.program.expect("request", PATIENCE);
    host.program.allow("view");
    technician.expect("granted", SOON);
    technician.say("appeal keyboard to type the address");
    let asked = host.program.expect("appeal", SOON);
    assert_eq!(asked.text("permission"), "keyboard");
    assert_eq!(asked.text("reason"), "to type the address");
    technician.expect_that("appeal-answered", SOON, |event| event.text("answer") == "asked");
    // Asking grants nothing: that takes the user's hand at the terminal.
    host.program.say("grant keyboard");
    host.program.type_line("appeal no");
    technician.expect_that("appeal-answered", SOON, |event| event.text("answer") == "declined");
    assert_eq!(technician.newest("granted").expect("one").text("permissions"), "view");
    host.program.type_line("grant keyboard");
    let question = host.program.expect("confirm", SOON);
    host.program.answer(&question, "");
    technician.expect_that("granted", SOON, |event| event.text("permissions").contains("keyboard"));
}
