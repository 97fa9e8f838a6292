//! Both sides, joined as a session joins them, on a machine that is made up: its files are real, and its
//! tools are scripts.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use beistand_mend::{DeedJournal, DeedState, Machine};
use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_session::{Command as SessionCommand, Message, PermissionSet};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::host::AdjustWorld;
use super::*;
use crate::features::activity::ActivityRecord;
use crate::features::side::{EventEmitter, NoWorld, Side, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::wire::{Heard, Outbox};
use crate::features::{ChangeWorld, DeedsUnderWay, FeatureEvent};
use crate::handle::NodeEvent;
use crate::words::Language;

/// What waits in a test: a list of all settings and more.
const QUEUE: usize = 64;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// After this a wish that was answered with busy is said again: twenty a minute are heard.
const AGAIN: Duration = Duration::from_secs(3);

const ADJUST: PermissionSet = PermissionSet::NONE.with(Permission::Adjust);

/// A computer with two browsers and a printer.
struct MadeUpComputer {
    folder: tempfile::TempDir,
}

impl MadeUpComputer {
    fn new() -> Self {
        let computer = Self { folder: tempfile::tempdir().unwrap() };
        for name in ["firefox", "chromium"] {
            let entry = "[Desktop Entry]\nMimeType=text/html;x-scheme-handler/https;\n";
            computer.write(&format!("root/usr/share/applications/{name}.desktop"), entry);
        }
        computer.tool(
            "lpstat",
            "[ $1 = -e ] && echo Laser && echo Ink || echo system default destination: Laser",
        );
        computer.tool("lpoptions", "echo \"$@\" > \"${0%/*}/said\"");
        computer
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn tool(&self, name: &str, script: &str) {
        let name = format!("tools/{name}");
        self.write(&name, &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(self.path(&name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn choices(&self) -> String {
        fs::read_to_string(self.path("root/home/anna/.config/mimeapps.list")).unwrap_or_default()
    }

    fn journal(&self) -> DeedJournal {
        DeedJournal::open(&self.path("data"))
    }

    fn world(&self) -> AdjustWorld {
        let data = self.path("data");
        let machine = Machine::made_up(self.path("root"), "/home/anna", self.path("tools"), &data);
        let changes = ChangeWorld {
            journal: self.journal(),
            machine: Some(machine),
            who: "Max\u{202e}".to_owned(),
            deeds: DeedsUnderWay::default(),
            activity: ActivityRecord::default(),
        };
        AdjustWorld { changes, newest: std::sync::Arc::default() }
    }
}

struct AdjustPerson<S: Side> {
    slot: SlotHandle<S>,
    feed: InboxFeed,
    said: mpsc::Receiver<SessionCommand>,
    events: mpsc::Receiver<NodeEvent>,
    standing: Standing,
}

fn person<S>(role: Role, world: S::World, granted: PermissionSet) -> AdjustPerson<S>
where
    S: Side<Message = AdjustMessage, Command = AdjustCommand, Event = AdjustEvent>,
{
    let (commands, said) = mpsc::channel(QUEUE);
    let (event_outbox, events) = mpsc::channel(QUEUE);
    let (fault_outbox, _) = mpsc::channel(QUEUE);
    let (feed, mut inboxes) = inbox_feed();
    let inbox = <AdjustMessage as Heard>::take(&mut inboxes);
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world,
        role,
        load: SideLoadMeter::default(),
    };
    let standing = Standing { granted: Some(granted), ..Standing::new(Instant::now()) };
    let slot = SlotHandle::start("adjust", ADJUST, context, inbox, fault_outbox, standing);
    AdjustPerson { slot, feed, said, events, standing }
}

impl<S> AdjustPerson<S>
where
    S: Side<Message = AdjustMessage, Command = AdjustCommand, Event = AdjustEvent>,
{
    async fn event(&mut self) -> AdjustEvent {
        match timeout(PATIENCE, self.events.recv()).await.expect("in time") {
            Some(NodeEvent::Feature(FeatureEvent::Adjust(event))) => event,
            other => panic!("{other:?}"),
        }
    }

    /// The next event that `wanted` takes; what else is told meanwhile is not looked at.
    async fn event_that<T>(&mut self, wanted: impl Fn(AdjustEvent) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(self.event().await) {
                return found;
            }
        }
    }

    async fn said(&mut self) -> AdjustMessage {
        match timeout(PATIENCE, self.said.recv()).await.expect("in time") {
            Some(SessionCommand::Say(Message::Adjust(message))) => message,
            other => panic!("{other:?}"),
        }
    }

    /// How the wish of this number ended.
    async fn ended(&mut self, wish: u32) -> Option<AdjustFault> {
        loop {
            if let AdjustMessage::Ended { id, fault } = self.said().await
                && id == wish
            {
                return fault;
            }
        }
    }

    async fn refused(&mut self, command: AdjustCommand) -> AdjustRefusal {
        self.slot.command(command);
        self.event_that(|event| match event {
            AdjustEvent::Refused { why } => Some(why),
            _ => None,
        })
        .await
    }

    async fn stand(&mut self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.standing);
        self.slot.set(Some(self.standing));
        self.slot.settle().await;
    }
}

fn host(computer: &MadeUpComputer) -> AdjustPerson<AdjustHost> {
    person(Role::Host, computer.world(), ADJUST)
}

fn browser(id: u32, name: &str) -> AdjustMessage {
    AdjustMessage::Set { id, kind: AdjustKind::Browser, value: name.to_owned() }
}

impl AdjustPerson<AdjustHost> {
    async fn question(&mut self) -> (u32, AdjustWish) {
        self.event_that(|event| match event {
            AdjustEvent::Question { number, wish, who } => {
                assert_eq!(who, "Max\\u{202e}", "escaped");
                Some((number, wish))
            }
            _ => None,
        })
        .await
    }

    /// The technician's wish, with the user's yes: the change.
    async fn change(&mut self, id: u32, name: &str) -> AdjustChange {
        let (number, _) = loop {
            self.feed.deliver(browser(id, name));
            // While the wish before is being ended, the answer is that it is busy.
            if let Ok(asked) = timeout(AGAIN, self.question()).await {
                break asked;
            }
        };
        self.slot.command(AdjustCommand::Yes { number });
        self.event_that(|event| match event {
            AdjustEvent::Changed { change, trial_secs: 0 } => Some(change),
            AdjustEvent::Failed { fault } => panic!("{fault:?}"),
            _ => None,
        })
        .await
    }

    async fn undone(&mut self) -> (u32, AdjustUndoer) {
        self.event_that(|event| match event {
            AdjustEvent::Undone { change, by } => Some((change, by)),
            AdjustEvent::Failed { fault } => panic!("{fault:?}"),
            _ => None,
        })
        .await
    }
}

#[tokio::test]
async fn settings_are_listed_with_their_values_and_with_why_they_are_not_here() {
    let computer = MadeUpComputer::new();
    let mut host = host(&computer);
    host.feed.deliver(AdjustMessage::List);
    // Whoever asks again meanwhile gets no second one.
    host.feed.deliver(AdjustMessage::List);
    let mut settings = Vec::new();
    loop {
        match host.said().await {
            AdjustMessage::Setting { kind, state } => settings.push((kind, state)),
            AdjustMessage::Listed => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(host.events.try_recv().is_err(), "the helper's list is not the user's");
    let kinds: Vec<_> = settings.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, AdjustKind::ALL);
    let state = |wanted| settings.iter().find(|(kind, _)| *kind == wanted).map(|(_, state)| state).unwrap();
    let AdjustState::Here(found) = state(AdjustKind::Browser) else { panic!("two browsers") };
    assert_eq!(found.value, "automatic");
    assert_eq!(found.choices, ["automatic", "chromium.desktop", "firefox.desktop"]);
    assert_eq!(*state(AdjustKind::Mail), AdjustState::NotHere(AdjustFault::NoDevice));
    let AdjustState::Here(found) = state(AdjustKind::Printer) else { panic!("two printers") };
    assert_eq!(
        (found.value.as_str(), &found.choices[..]),
        ("Laser", &["Laser".to_owned(), "Ink".to_owned()][..])
    );
}

#[tokio::test]
async fn nothing_changes_before_the_user_says_yes_to_this_very_change() {
    let computer = MadeUpComputer::new();
    let mut host = host(&computer);
    host.feed.deliver(browser(7, "firefox.desktop"));
    let (number, wish) = host.question().await;
    assert_eq!(
        (wish.kind, wish.from.as_str(), wish.to.as_str()),
        (AdjustKind::Browser, "automatic", "firefox.desktop")
    );
    assert_eq!(host.said().await, AdjustMessage::Asked { id: 7 });
    // A hostile technician asks again and again: one question at a time.
    host.feed.deliver(browser(8, "chromium.desktop"));
    assert_eq!(host.ended(8).await, Some(AdjustFault::Busy));
    assert_eq!(host.refused(AdjustCommand::Yes { number: number + 1 }).await, AdjustRefusal::NoQuestion);
    assert_eq!(computer.choices(), "");
    assert!(computer.journal().entries().unwrap().is_empty());
    host.slot.command(AdjustCommand::No { number });
    assert_eq!(host.ended(7).await, Some(AdjustFault::Denied));
    assert_eq!(host.refused(AdjustCommand::Yes { number }).await, AdjustRefusal::NoQuestion);
    assert_eq!(computer.choices(), "");
    let change = host.change(9, "chromium.desktop").await;
    assert_eq!(host.ended(9).await, None);
    assert!(
        computer.choices().contains("x-scheme-handler/https=chromium.desktop\n"),
        "{}",
        computer.choices()
    );
    let entry = computer.journal().entry(change.number).unwrap();
    assert_eq!((entry.state, entry.feature.as_str()), (DeedState::Done, "adjust"));
}

#[tokio::test]
async fn the_user_undoes_by_a_word_and_the_helper_with_the_users_yes() {
    let computer = MadeUpComputer::new();
    computer.write(
        "root/home/anna/.config/mimeapps.list",
        "# mine\n[Default Applications]\ntext/html=old.desktop\n",
    );
    let before = computer.choices();
    let mut host = host(&computer);
    let change = host.change(1, "firefox.desktop").await;
    host.slot.command(AdjustCommand::Undo { change: change.number });
    assert_eq!(host.undone().await, (change.number, AdjustUndoer::User));
    assert_eq!(computer.choices(), before);
    let change = host.change(2, "firefox.desktop").await;
    // A session of tomorrow's: it knows nothing but the journal.
    let mut host = self::host(&computer);
    host.feed.deliver(AdjustMessage::Undo { id: 3, change: change.number });
    let (number, wish) = host.question().await;
    assert_eq!((wish.undoes, wish.to.as_str()), (Some(change.number), "automatic"));
    assert_ne!(computer.choices(), before, "not before the yes");
    host.slot.command(AdjustCommand::Yes { number });
    assert_eq!(host.undone().await, (change.number, AdjustUndoer::Helper));
    assert_eq!(computer.choices(), before);
    assert_eq!(host.ended(3).await, None);
    for change in [change.number, 99] {
        let fault = loop {
            host.feed.deliver(AdjustMessage::Undo { id: 4, change });
            match host.ended(4).await {
                Some(AdjustFault::Busy) => tokio::time::sleep(AGAIN / 10).await,
                fault => break fault,
            }
        };
        assert_eq!(fault, Some(AdjustFault::NoChange));
    }
}

#[tokio::test]
async fn a_pause_or_a_revoke_drops_the_question_and_an_old_yes_is_none_to_a_new_one() {
    for change in [|now: &mut Standing| now.paused = true, |now: &mut Standing| now.withheld = ADJUST] {
        let computer = MadeUpComputer::new();
        let mut host = host(&computer);
        host.feed.deliver(browser(1, "firefox.desktop"));
        let (number, _) = host.question().await;
        host.stand(change).await;
        assert_eq!(host.event().await, AdjustEvent::Dropped { number });
        assert_eq!(host.refused(AdjustCommand::Yes { number }).await, AdjustRefusal::NotAllowed);
        host.stand(|now| (now.paused, now.withheld) = (false, PermissionSet::NONE)).await;
        host.feed.deliver(browser(2, "chromium.desktop"));
        let (newer, _) = host.question().await;
        assert_ne!(newer, number);
        assert_eq!(host.refused(AdjustCommand::Yes { number }).await, AdjustRefusal::NoQuestion);
        assert_eq!(computer.choices(), "");
    }
}

#[tokio::test]
async fn what_has_moved_on_since_is_neither_changed_nor_undone() {
    let computer = MadeUpComputer::new();
    let mut host = host(&computer);
    host.feed.deliver(browser(1, "firefox.desktop"));
    let (number, _) = host.question().await;
    computer.write(
        "root/home/anna/.config/mimeapps.list",
        "[Default Applications]\nx-scheme-handler/https=mine.desktop\n",
    );
    let mine = computer.choices();
    host.slot.command(AdjustCommand::Yes { number });
    assert_eq!(host.ended(1).await, Some(AdjustFault::MovedOn));
    assert_eq!(computer.choices(), mine);
    let change = host.change(2, "firefox.desktop").await;
    // Another type of the same program's is the user's too.
    let own = computer.choices().replace("text/html=firefox", "text/html=own");
    computer.write("root/home/anna/.config/mimeapps.list", &own);
    host.slot.command(AdjustCommand::Undo { change: change.number });
    let fault = host.event_that(|event| match event {
        AdjustEvent::Failed { fault } => Some(fault),
        _ => None,
    });
    assert_eq!(fault.await, AdjustFault::MovedOn);
    assert_eq!(computer.choices(), own);
}

#[tokio::test]
async fn what_fails_is_told_and_what_makes_no_sense_is_not_asked() {
    let computer = MadeUpComputer::new();
    computer.tool("lpoptions", "exit 1");
    let mut host = host(&computer);
    let printer =
        |id, value: &str| AdjustMessage::Set { id, kind: AdjustKind::Printer, value: value.to_owned() };
    for (id, wish, fault) in [
        (1, printer(1, "--help"), AdjustFault::NotAChoice),
        (2, printer(2, "Laser"), AdjustFault::AlreadySo),
        (3, browser(3, "../evil.desktop"), AdjustFault::NotAChoice),
        (
            4,
            AdjustMessage::Set { id: 4, kind: AdjustKind::Mail, value: "x".to_owned() },
            AdjustFault::NoDevice,
        ),
    ] {
        host.feed.deliver(wish);
        assert_eq!(host.ended(id).await, Some(fault));
    }
    host.feed.deliver(printer(5, "Ink"));
    let (number, _) = host.question().await;
    assert_eq!(number, 1, "nothing else was asked");
    host.slot.command(AdjustCommand::Yes { number });
    assert_eq!(host.ended(5).await, Some(AdjustFault::Broken));
    let entries = computer.journal().entries().unwrap();
    assert_eq!(entries.iter().map(|entry| entry.state).collect::<Vec<_>>(), [DeedState::Failed]);
}

#[tokio::test]
async fn a_helper_can_not_bury_the_user_in_questions() {
    let computer = MadeUpComputer::new();
    let mut host = host(&computer);
    for id in 1..=20 {
        host.feed.deliver(browser(id, "firefox.desktop"));
        let (number, _) = host.question().await;
        host.slot.command(AdjustCommand::No { number });
        assert_eq!(host.ended(id).await, Some(AdjustFault::Denied));
    }
    host.feed.deliver(browser(21, "firefox.desktop"));
    assert_eq!(host.ended(21).await, Some(AdjustFault::Busy));
    host.feed.deliver(AdjustMessage::List);
    assert_eq!(host.said().await, AdjustMessage::Listed, "nothing is read either");
}

#[tokio::test]
async fn what_was_begun_is_finished_after_a_revoke_and_the_user_hears_of_it() {
    let computer = MadeUpComputer::new();
    computer.tool("lpoptions", "d=${0%/*}; : > $d/begun; while [ ! -e $d/go ]; do :; done; : > $d/done");
    let mut host = host(&computer);
    host.feed.deliver(AdjustMessage::Set { id: 1, kind: AdjustKind::Printer, value: "Ink".to_owned() });
    let (number, _) = host.question().await;
    host.slot.command(AdjustCommand::Yes { number });
    while !computer.path("tools/begun").exists() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    host.stand(|now| now.withheld = ADJUST).await;
    computer.write("tools/go", "");
    let changed = host.event_that(|event| match event {
        AdjustEvent::Changed { change, .. } => Some(change.number),
        _ => None,
    });
    let entry = computer.journal().entry(changed.await).unwrap();
    assert_eq!(entry.state, DeedState::Done);
    assert!(computer.path("tools/done").exists());
}

#[tokio::test]
async fn what_can_not_be_written_down_is_not_done() {
    let computer = MadeUpComputer::new();
    computer.write("data/changes.json", "{");
    let mut host = host(&computer);
    host.feed.deliver(browser(1, "firefox.desktop"));
    let (number, _) = host.question().await;
    host.slot.command(AdjustCommand::Yes { number });
    assert_eq!(host.ended(1).await, Some(AdjustFault::Broken));
    assert_eq!(computer.choices(), "");
}

#[tokio::test]
async fn the_helpers_side_knows_its_wishes_and_loses_them_with_the_permission() {
    let mut helper: AdjustPerson<AdjustTechnician> = person(Role::Technician, NoWorld, ADJUST);
    helper.slot.command(AdjustCommand::Set { kind: AdjustKind::Dns, value: "1.1.1.1".to_owned() });
    let AdjustEvent::Sent { id } = helper.event().await else { panic!("sent") };
    assert!(matches!(helper.said().await, AdjustMessage::Set { id: sent, .. } if sent == id));
    // What a hostile host says of wishes that nobody has is not told.
    helper.feed.deliver(AdjustMessage::Asked { id: id.wrapping_add(1) });
    helper.feed.deliver(AdjustMessage::Ended { id: id.wrapping_add(1), fault: None });
    helper.feed.deliver(AdjustMessage::Asked { id });
    assert_eq!(helper.event().await, AdjustEvent::Asked { id });
    assert_eq!(helper.refused(AdjustCommand::Yes { number: 1 }).await, AdjustRefusal::UsersOnly);
    let value = "x".repeat(300);
    let long = AdjustCommand::Set { kind: AdjustKind::Dns, value };
    assert_eq!(helper.refused(long).await, AdjustRefusal::TooLong);
    helper.stand(|now| now.paused = true).await;
    assert_eq!(helper.event().await, AdjustEvent::Ended { id, fault: Some(AdjustFault::TakenBack) });
    assert_eq!(helper.refused(AdjustCommand::List).await, AdjustRefusal::NotAllowed);
}

#[tokio::test]
async fn a_wish_is_said_again_while_the_user_is_busy_and_not_for_ever() {
    let mut helper: AdjustPerson<AdjustTechnician> = person(Role::Technician, NoWorld, ADJUST);
    let wish = || AdjustCommand::Set { kind: AdjustKind::Dns, value: "1.1.1.1".to_owned() };
    let busy = |id| AdjustMessage::Ended { id, fault: Some(AdjustFault::Busy) };
    helper.slot.command(wish());
    let AdjustEvent::Sent { id } = helper.event().await else { panic!("sent") };
    let said = helper.said().await;
    helper.feed.deliver(busy(id));
    assert_eq!(helper.said().await, said, "the same again");
    helper.feed.deliver(AdjustMessage::Asked { id });
    assert_eq!(helper.event().await, AdjustEvent::Asked { id }, "busy was not told");
    // Of what was asked already the user is not asked again.
    helper.feed.deliver(busy(id));
    assert_eq!(helper.event().await, AdjustEvent::Ended { id, fault: Some(AdjustFault::Busy) });
    helper.slot.command(wish());
    let AdjustEvent::Sent { id } = helper.event().await else { panic!("sent") };
    for _ in 0..9 {
        let AdjustMessage::Set { id: again, .. } = helper.said().await else { panic!("said again") };
        assert_eq!(again, id);
        helper.feed.deliver(busy(id));
    }
    assert_eq!(helper.event().await, AdjustEvent::Ended { id, fault: Some(AdjustFault::Busy) });
}

#[tokio::test]
async fn a_host_that_makes_things_up_or_repeats_itself_is_heard_once() {
    let mut helper: AdjustPerson<AdjustTechnician> = person(Role::Technician, NoWorld, ADJUST);
    let change =
        || AdjustChange { number: 7, kind: AdjustKind::Scale, from: "100".to_owned(), to: "125".to_owned() };
    let setting = || AdjustMessage::Setting {
        kind: AdjustKind::Scale,
        state: AdjustState::NotHere(AdjustFault::NoService),
    };
    helper.feed.deliver(AdjustMessage::Changed { change: change(), trial_secs: 15 });
    helper.feed.deliver(AdjustMessage::Kept { change: 7 });
    helper.feed.deliver(AdjustMessage::Undone { change: 7, by: AdjustUndoer::User });
    helper.slot.command(AdjustCommand::List);
    assert_eq!(helper.said().await, AdjustMessage::List);
    helper.feed.deliver(AdjustMessage::Listed);
    assert_eq!(helper.event().await, AdjustEvent::Listed, "nothing that was made up is told");
    helper.feed.deliver(setting());
    helper.feed.deliver(AdjustMessage::Earlier(change()));
    helper.feed.deliver(AdjustMessage::Listed);
    helper.slot.command(AdjustCommand::Set { kind: AdjustKind::Scale, value: "125".to_owned() });
    let AdjustEvent::Sent { id } = helper.event().await else { panic!("sent") };
    for _ in 0..3 {
        helper.feed.deliver(AdjustMessage::Asked { id });
        helper.feed.deliver(AdjustMessage::Changed { change: change(), trial_secs: 15 });
        helper.feed.deliver(setting());
    }
    helper.feed.deliver(AdjustMessage::Ended { id, fault: None });
    assert_eq!(helper.event().await, AdjustEvent::Asked { id });
    assert!(matches!(helper.event().await, AdjustEvent::Changed { .. }));
    assert!(matches!(helper.event().await, AdjustEvent::Setting { .. }));
    assert_eq!(helper.event().await, AdjustEvent::Ended { id, fault: None });
}

#[test]
fn what_is_typed_is_a_command_and_a_yes_is_a_question_of_its_own() {
    let parsed =
        |line: &str| AdjustCommand::parse("adjust", line).expect("its verb").map(|mut all| all.remove(0));
    assert_eq!(parsed("list"), Ok(AdjustCommand::List));
    let set = AdjustCommand::Set { kind: AdjustKind::Dns, value: "1.1.1.1 1.0.0.1".to_owned() };
    assert_eq!(parsed("set dns  1.1.1.1 1.0.0.1"), Ok(set.clone()));
    for (line, command, widens) in [
        ("yes 3", AdjustCommand::Yes { number: 3 }, true),
        ("keep 3", AdjustCommand::Keep { change: 3 }, true),
        ("no 3", AdjustCommand::No { number: 3 }, false),
        ("undo 3", AdjustCommand::Undo { change: 3 }, false),
    ] {
        assert_eq!(command.widening().is_some(), widens, "{line}");
        assert_eq!(parsed(line), Ok(command));
    }
    assert!(set.widening().is_none());
    for wrong in ["", "list all", "set", "set dns", "set nothing x", "yes", "yes it", "undo -1"] {
        assert!(parsed(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn every_setting_value_and_fault_has_its_text_in_both_languages() {
    for language in Language::ALL {
        let words = Words::of_node(language);
        for kind in AdjustKind::ALL {
            for value in ["on", "automatic", "0", "15", "de", "1280x1024", "x.desktop", "none"] {
                let wish =
                    AdjustWish { kind: *kind, from: value.to_owned(), to: "off".to_owned(), undoes: None };
                let text = words.say(&adjust_question_phrase(&wish, "Max"));
                assert!(text.contains("Max") && !text.contains('$') && !text.contains("adjust-"), "{text}");
            }
        }
        for fault in AdjustFault::ALL {
            assert!(!words.say(&adjust_fault_phrase(*fault)).starts_with("adjust-"));
        }
    }
}
