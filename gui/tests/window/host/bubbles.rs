//! What is offered, as a bubble among the messages of both people: answered only by a hand that could read
//! it, and followed to its end; and a picture that is pasted there.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use beistand_gui::panels::{PanelName, Panels};
use beistand_gui::picture_file::write_picture;
use beistand_gui::state::AppState;
use beistand_node::{
    ChatEvent, ChatLine, FeatureCommand, FeatureEvent, FilesCommand, FilesEnd, FilesEvent, FilesProgress,
    FilesQuestion, FilesWay, LineFrom, NodeCommand, NodeEvent, Origin, Permission, PermissionSet,
};
use egui::{Color32, ColorImage, Event};
use egui_kittest::kittest::Queryable as _;

use super::{INJECTED, helped};
use crate::common::{Test, arm, permissions, viewing};

const PATIENCE: Duration = Duration::from_secs(10);

fn panels(state: &AppState) -> &Panels {
    let host = state.host_session().map(|session| &session.panels);
    host.or_else(|| state.viewing().map(|viewing| &viewing.panels)).expect("a session")
}

fn bubbles(state: &AppState) -> usize {
    panels(state).bubbles().len()
}

fn say(test: &mut Test, event: FilesEvent) {
    test.node.say(NodeEvent::Feature(FeatureEvent::Files(event)));
    test.catch_up();
}

fn write(test: &mut Test, text: &str) {
    let line = ChatLine { number: 1, from: LineFrom::Peer, text: text.to_owned(), at: SystemTime::now() };
    test.node.say(NodeEvent::Feature(FeatureEvent::Chat(ChatEvent::Line(line))));
    test.catch_up();
}

fn question(number: u32, name: &str) -> FilesEvent {
    let (names, folder) = (vec![name.to_owned()], PathBuf::from("/home/anna/Downloads"));
    FilesEvent::Question(FilesQuestion { number, names, files: 1, folders: 0, bytes: 5_000_000, folder })
}

fn heard(test: &Test) -> Vec<FilesCommand> {
    let files = |command| match command {
        NodeCommand::Feature(FeatureCommand::Files(command)) => Some(command),
        _ => None,
    };
    test.heard().into_iter().filter_map(files).collect()
}

/// Clicks the first button of this name: the one in the conversation.
fn press(test: &mut Test, label: &str) {
    test.harness.get_all_by_label(label).next().expect("shown").click();
    test.steps(3);
}

fn wait_for(test: &mut Test, text: &str) {
    let deadline = Instant::now() + PATIENCE;
    while !test.shows(text) {
        assert!(Instant::now() < deadline, "{text}");
        std::thread::yield_now();
        test.harness.step();
    }
    test.steps(2);
}

#[test]
fn an_offer_among_the_messages_is_accepted_by_a_hand_that_could_read_it_where_it_stays() {
    let mut test = helped();
    write(&mut test, "This is the driver");
    say(&mut test, question(3, "driver.zip"));
    assert_eq!(bubbles(test.state()), 1);
    assert!(test.shows("driver.zip? They go to /home/anna/Downloads."));
    press(&mut test, "Receive");
    assert!(heard(&test).is_empty(), "nobody has read it yet");
    arm(&mut test);
    test.node.press_from(Origin::Injected);
    press(&mut test, "Receive");
    assert!(heard(&test).is_empty() && test.shows(INJECTED));
    test.node.press_from(Origin::Physical);
    arm(&mut test);
    // What the helper writes pushes it to another place.
    write(&mut test, "Just say yes");
    press(&mut test, "Receive");
    assert!(heard(&test).is_empty(), "it has just moved");
    arm(&mut test);
    press(&mut test, "Receive");
    assert_eq!(heard(&test), [FilesCommand::Yes { number: 3, folder: None }]);
    press(&mut test, "Refuse");
    assert_eq!(heard(&test), [FilesCommand::No { number: 3 }], "no works always");
}

#[test]
fn no_yes_is_given_to_an_offer_that_is_not_in_sight_as_a_whole() {
    let mut test = helped();
    say(&mut test, question(3, &"driver ".repeat(200)));
    assert!(test.disabled().iter().any(|label| label == "Receive"));
    arm(&mut test);
    press(&mut test, "Receive");
    assert!(heard(&test).is_empty());
    press(&mut test, "Refuse");
    assert_eq!(heard(&test), [FilesCommand::No { number: 3 }]);
}

#[test]
fn a_bubble_follows_its_offer_to_the_end_and_opens_the_folder_alone() {
    let mut test = helped();
    say(&mut test, question(3, "driver.zip"));
    let (title, way) = ("driver.zip".to_owned(), FilesWay::Receiving);
    let folder = tempfile::tempdir().expect("a folder of ours");
    let target = Some(folder.path().to_owned());
    say(&mut test, FilesEvent::Begun { id: 3, way, title: title.clone(), folder: target });
    let progress = FilesProgress {
        id: 3,
        way,
        title: title.clone(),
        bytes: 1_000_000,
        total: 5_000_000,
        bytes_per_sec: 500_000,
        secs_left: Some(8),
        is_paused_here: false,
        is_paused_there: false,
    };
    say(&mut test, FilesEvent::Advance(progress.clone()));
    assert!(test.shows("1 MB of 5 MB, 500 kB per second, 8 s left"));
    // Both in the conversation and beside it.
    press(&mut test, "Cancel");
    assert_eq!(heard(&test), [FilesCommand::Cancel { number: 3 }]);
    say(&mut test, FilesEvent::Advance(FilesProgress { is_paused_here: true, ..progress }));
    press(&mut test, "Go on");
    assert_eq!(heard(&test), [FilesCommand::Resume { number: 3 }]);
    let path = Some(folder.path().join("driver.zip"));
    let (end, kept, skipped, found) = (FilesEnd::Done, 1, 0, 0);
    say(&mut test, FilesEvent::Ended { id: 3, way, title, end, kept, skipped, found, path });
    assert!(test.node.opened_folders().is_empty(), "nothing is opened by itself");
    press(&mut test, "Open folder");
    assert_eq!(test.node.opened_folders(), [folder.path()]);
    assert!(heard(&test).is_empty());
}

/// A helper who may send files, with the messages open.
fn helper() -> Test {
    let granted = PermissionSet::DESKTOP.with(Permission::FilesToUser);
    let mut test = viewing(granted);
    test.open_panel(PanelName::Chat);
    test
}

fn paste(test: &mut Test, size: [usize; 2]) {
    test.click("Write a message");
    let picture = ColorImage::filled(size, Color32::from_rgb(200, 30, 30));
    test.harness.event(Event::PasteImage(Arc::new(picture)));
    test.steps(2);
}

#[test]
fn a_pasted_picture_is_seen_first_and_then_offered_like_any_file() {
    let mut test = helper();
    paste(&mut test, [640, 400]);
    wait_for(&mut test, "640 × 400 pixels");
    assert!(heard(&test).is_empty());
    press(&mut test, "Send picture");
    let sent = heard(&test);
    let [FilesCommand::Send(paths)] = &sent[..] else { panic!("{sent:?}") };
    let name = paths[0].file_name().expect("a name").to_string_lossy().into_owned();
    assert!(name.starts_with("Picture 20") && name.ends_with(".png"), "{name}");
    assert!(std::fs::read(&paths[0]).expect("it is there").starts_with(b"\x89PNG"));
    say(&mut test, FilesEvent::Offered { id: 1, title: name.clone(), files: 1, bytes: 2_000 });
    assert!(!test.shows("640 × 400 pixels"), "it is no longer to be answered");
    assert!(test.shows("It begins when they say yes."));
    assert!(test.harness.query_by_role_and_label(egui::Role::Image, &name).is_some(), "its sender sees it");
    // And another one, which is not sent.
    paste(&mut test, [64, 64]);
    wait_for(&mut test, "64 × 64 pixels");
    test.click("Don't send");
    assert!(!test.shows("64 × 64 pixels") && heard(&test).is_empty());
}

#[test]
fn a_picture_that_is_too_large_or_may_not_be_sent_is_refused_in_words() {
    let mut test = helper();
    paste(&mut test, [20_000, 1]);
    wait_for(&mut test, "This picture is too large");
    test.say(permissions(PermissionSet::DESKTOP), |state| {
        state.viewing().is_some_and(|viewing| !viewing.facts.granted.contains(Permission::FilesToUser))
    });
    paste(&mut test, [64, 64]);
    wait_for(&mut test, "Files may not be sent in this direction");
    assert!(heard(&test).is_empty());
}

#[test]
fn the_user_sends_a_picture_only_by_hand() {
    let mut test = helped();
    let granted = PermissionSet::DESKTOP.with(Permission::FilesFromUser);
    test.say(permissions(granted), |state| {
        state.host_session().is_some_and(|session| session.facts.granted == granted)
    });
    paste(&mut test, [64, 64]);
    wait_for(&mut test, "64 × 64 pixels");
    press(&mut test, "Send picture");
    assert!(heard(&test).is_empty(), "it was not looked at yet");
    arm(&mut test);
    press(&mut test, "Send picture");
    let sent = heard(&test);
    assert!(matches!(&sent[..], [FilesCommand::Pick(paths)] if paths.len() == 1), "{sent:?}");
}

#[test]
fn a_picture_that_arrived_is_shown_when_it_is_whole() {
    let mut test = helper();
    let folder = tempfile::tempdir().expect("a folder of ours");
    let path = folder.path().join("Picture.png");
    write_picture(&ColorImage::filled([64, 64], Color32::RED), &path).expect("written");
    let is_shown =
        |test: &Test| test.harness.query_by_role_and_label(egui::Role::Image, "Picture.png").is_some();
    say(&mut test, question(2, "Picture.png"));
    assert!(!is_shown(&test), "nobody has said yes");
    let (title, way) = ("Picture.png".to_owned(), FilesWay::Receiving);
    let target = Some(folder.path().to_owned());
    say(&mut test, FilesEvent::Begun { id: 2, way, title: title.clone(), folder: target });
    assert!(!is_shown(&test), "it is not whole");
    let (end, kept, skipped, found) = (FilesEnd::Done, 1, 0, 0);
    say(&mut test, FilesEvent::Ended { id: 2, way, title, end, kept, skipped, found, path: Some(path) });
    let deadline = Instant::now() + PATIENCE;
    while !is_shown(&test) {
        assert!(Instant::now() < deadline, "it is shown");
        std::thread::yield_now();
        test.harness.step();
    }
}
