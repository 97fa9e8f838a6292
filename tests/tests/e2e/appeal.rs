//! The helper asks for one permission more, and hears what became of it.

use std::time::Duration;

use beistand_tests::{Area, Picture, Screen, poll};

use crate::input::{expect_typed, notepad};
use crate::support::{Host, PATIENCE, SOON};
use crate::support_windows::TwoWindows;

/// What a person is meant to press next, and the ground of a warning: gui/src/theme.rs.
const ACCENT: [u8; 3] = [15, 118, 110];
const WARNING_FILL: [u8; 3] = [254, 246, 224];

/// From a warning's lower left corner to the middle of the answer below it that allows, in pixels.
const ALLOW_FROM_WARNING: (u32, u32) = (50, 30);

/// Between two keys.
const TYPING: Duration = Duration::from_millis(20);

/// How long a window may take to show what a click does, before it is clicked again.
const SHOWS: Duration = Duration::from_millis(1_500);

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

/// A filled button in a window, where there is one and no other.
fn filled_button(shot: &Picture, window: Area) -> Option<Area> {
    let found = shot.bounds_of(ACCENT, 3, window)?;
    (found.width > 50 && (25..60).contains(&found.height)).then_some(found)
}

#[test]
fn who_types_in_vain_sees_why_and_asks_and_after_the_users_press_it_arrives() {
    let mut screen = Screen::with_window_manager(1280, 960);
    screen.paint_background([70, 100, 150]);
    let (window, file) = notepad(&mut screen);
    let mut stage = TwoWindows::on(screen, &["--wants", "view,pointer"], "en");
    let click_there = |stage: &TwoWindows| {
        let focused = poll(PATIENCE, || {
            let at = stage.helper.place(&stage.screen, free_place(stage, window.area)?);
            stage.helper.hand.click(at);
            poll(SHOWS, || stage.screen.has_focus(&window).then_some(()))
        });
        assert!(focused.is_some(), "the click has arrived");
    };
    click_there(&stage);
    let helpers = stage.helper.area();
    let ask = poll(PATIENCE, || {
        stage.helper.hand.text("in vain", TYPING);
        poll(SHOWS, || filled_button(&stage.helper.screen.shot(), helpers))
    });
    let ask = ask.expect("the picture says why nothing arrives, and how to ask");
    stage.helper.hand.click(ask.centre());
    let send = poll(PATIENCE, || {
        filled_button(&stage.helper.screen.shot(), helpers).filter(|button| button.y > ask.y + ask.height)
    });
    stage.helper.hand.click(send.expect("the form has its button").centre());
    let asked = stage.host.expect("appeal", SOON);
    assert_eq!(asked.text("permission"), "keyboard");

    let allowed = poll(PATIENCE, || {
        let users = users_window(&stage)?;
        let warning = stage.screen.shot().bounds_of(WARNING_FILL, 2, users)?;
        let (x, y) = ALLOW_FROM_WARNING;
        stage.user.click(((warning.x + x) as i16, (warning.y + warning.height + y) as i16));
        stage.helper.program.wait_for("granted", SHOWS)
    });
    assert!(allowed.expect("the user's press allows it").text("permissions").contains("keyboard"));
    poll(PATIENCE, || hands_open_again(&stage).then_some(())).expect("the user is asked nothing any more");
    click_there(&stage);
    poll(PATIENCE, || stage.helper.screen.keyboard_is_grabbed().then_some(()))
        .expect("the picture has the keyboard");
    stage.helper.hand.text("it arrives\n", TYPING);
    expect_typed(&file, "it arrives\n");
}

/// Whether what the helper does is taken since the keyboard was allowed: while the question goes it isn't.
fn hands_open_again(stage: &TwoWindows) -> bool {
    let events = stage.helper.program.events();
    let since = events.iter().rposition(|event| event.kind() == "granted").unwrap_or_default();
    events[since..].iter().any(|event| event.kind() == "hands" && event.text("open") == "true")
}

/// A place in this window that isn't below one of the user's own program.
fn free_place(stage: &TwoWindows, window: Area) -> Option<(u32, u32)> {
    /// What a window's frame takes beyond it, and a margin, in pixels.
    const AROUND_PX: u32 = 50;
    let windows = stage.screen.windows();
    let ours: Vec<_> = windows.iter().filter(|window| window.title.contains("Beistand")).collect();
    let is_free = |(x, y): &(u32, u32)| {
        let around = Area::new(x.saturating_sub(AROUND_PX), y.saturating_sub(AROUND_PX), 100, 100);
        !ours.iter().any(|window| window.area.meets(around))
    };
    // From below: the window manager may just have put its title on top of it.
    let rows = (window.y + 10..window.y + window.height - 10).step_by(20).rev();
    let places =
        rows.flat_map(|y| (window.x + 10..window.x + window.width - 10).step_by(20).map(move |x| (x, y)));
    places.into_iter().find(is_free)
}

/// The user's window, where they can see it; where not, they press what the bar says is new.
fn users_window(stage: &TwoWindows) -> Option<Area> {
    let windows = stage.screen.windows();
    let window = windows.iter().find(|window| window.title.ends_with(" – Beistand"));
    if window.is_none() {
        let bar = windows.iter().find(|window| window.title.starts_with("Beistand: "))?;
        stage.user.click(filled_button(&stage.screen.shot(), bar.area)?.centre());
    }
    // While it comes to the front a part of it may be beyond the screen.
    let (width, height) = stage.screen.size();
    let is_whole = |area: &Area| area.x + area.width <= width.into() && area.y + area.height <= height.into();
    window.map(|window| window.area).filter(is_whole)
}
