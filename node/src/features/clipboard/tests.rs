//! Both desks with a clipboard in memory each, joined as a session joins them.

use std::time::{Duration, Instant};

use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_platform::fake::FakeClipboard;
use beistand_platform::{
    ClipboardContent, ContentKind, CopyRefusal, DesktopFault, DesktopPart, SystemClipboard,
};
use beistand_session::{
    Channel, ClipboardMessage, Command as SessionCommand, Message, Permission, PermissionSet, Role,
};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::desk::ClipboardSource;
use super::{ClipboardCommand, ClipboardDesk, ClipboardEvent, ClipboardRefusal};
use crate::features::FeatureEvent;
use crate::features::side::{EventEmitter, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::tell::Tell;
use crate::features::wire::Outbox;
use crate::handle::NodeEvent;
use crate::words::{Language, Words};

/// What waits in a test.
const QUEUE: usize = 64;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Long enough for something to be sent, if it were.
const A_WHILE: Duration = Duration::from_millis(100);

const TO_USER: PermissionSet = PermissionSet::NONE.with(Permission::ClipboardToUser);
const FROM_USER: PermissionSet = PermissionSet::NONE.with(Permission::ClipboardFromUser);
const BOTH: PermissionSet = TO_USER.with(Permission::ClipboardFromUser);

/// A person with a clipboard.
struct ClipboardPerson {
    clipboard: FakeClipboard,
    slot: SlotHandle<ClipboardDesk>,
    feed: InboxFeed,
    said: mpsc::Receiver<SessionCommand>,
    events: mpsc::Receiver<NodeEvent>,
    standing: Standing,
}

fn person(role: Role) -> ClipboardPerson {
    let clipboard = FakeClipboard::default();
    let theirs = clipboard.clone();
    let source = ClipboardSource::new(move || {
        let clipboard = theirs.clone();
        Box::new(move || Ok(Box::new(clipboard.open()) as Box<dyn SystemClipboard>))
    });
    person_with(role, clipboard, source)
}

/// A person at a computer without a clipboard.
fn person_without(role: Role) -> ClipboardPerson {
    let source = ClipboardSource::new(|| Box::new(|| Err(DesktopFault::NotHere(DesktopPart::Clipboard))));
    person_with(role, FakeClipboard::default(), source)
}

fn person_with(role: Role, clipboard: FakeClipboard, source: ClipboardSource) -> ClipboardPerson {
    let (commands, said) = mpsc::channel(QUEUE);
    let (event_outbox, events) = mpsc::channel(QUEUE);
    let (fault_outbox, _) = mpsc::channel(QUEUE);
    let (feed, mut inboxes) = inbox_feed();
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world: source,
        role,
        load: SideLoadMeter::default(),
    };
    let inbox = inboxes.take().expect("taken once");
    let standing = Standing::new(Instant::now());
    let slot = SlotHandle::start("clipboard", BOTH, context, inbox, fault_outbox, standing);
    ClipboardPerson { clipboard, slot, feed, said, events, standing }
}

impl ClipboardPerson {
    async fn change(&mut self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.standing);
        self.slot.set(Some(self.standing));
        self.slot.settle().await;
    }

    /// From now on this is granted, and the clipboard is open where it may be.
    async fn grant(&mut self, granted: PermissionSet) {
        self.change(|now| now.granted = Some(granted)).await;
        self.until(|person| person.clipboard.users() == usize::from(!granted.is_empty())).await;
    }

    async fn until(&self, holds: impl Fn(&Self) -> bool) {
        let waiting = async {
            while !holds(self) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(PATIENCE, waiting).await.expect("in time");
    }

    async fn event(&mut self) -> ClipboardEvent {
        match timeout(PATIENCE, self.events.recv()).await.expect("in time") {
            Some(NodeEvent::Feature(FeatureEvent::Clipboard(event))) => event,
            other => panic!("{other:?}"),
        }
    }

    async fn said(&mut self) -> ClipboardMessage {
        match timeout(PATIENCE, self.said.recv()).await.expect("in time") {
            Some(SessionCommand::Say(Message::Clipboard(message))) => message,
            other => panic!("{other:?}"),
        }
    }

    /// Carries what is said to the other one, as a session does, until it can be pasted there.
    async fn carry(&mut self, other: &mut Self) {
        let message = self.said().await;
        let ClipboardEvent::Sent { kind, bytes } = self.event().await else { panic!("sent") };
        other.feed.deliver(message);
        assert_eq!(other.event().await, ClipboardEvent::Received { kind, bytes });
    }

    /// Nothing is said for a while, and the program hears nothing.
    async fn expect_silence(&mut self) {
        tokio::time::sleep(A_WHILE).await;
        assert!(self.said.try_recv().is_err() && self.events.try_recv().is_err());
    }
}

async fn pair(granted: PermissionSet) -> (ClipboardPerson, ClipboardPerson) {
    let (mut host, mut technician) = (person(Role::Host), person(Role::Technician));
    host.grant(granted).await;
    technician.grant(granted).await;
    (host, technician)
}

fn text(text: &str) -> ClipboardContent {
    ClipboardContent::Text(text.to_owned())
}

fn refused(why: ClipboardRefusal) -> ClipboardEvent {
    ClipboardEvent::Refused { why }
}

#[tokio::test]
async fn what_is_copied_on_one_side_can_be_pasted_on_the_other_and_does_not_come_back() {
    let (mut host, mut technician) = pair(BOTH).await;
    let picture = ClipboardContent::Png(b"\x89PNG\r\n\x1a\nmuch".to_vec());
    for content in [text("one"), picture] {
        host.clipboard.copy(content.clone());
        host.carry(&mut technician).await;
        assert_eq!(technician.clipboard.content(), Some(content));
        technician.expect_silence().await;
    }
    technician.clipboard.copy(text("two"));
    technician.carry(&mut host).await;
    assert_eq!(host.clipboard.content(), Some(text("two")));
    host.expect_silence().await;
}

#[tokio::test]
async fn a_clipboard_that_rests_is_left_alone_and_what_was_copied_meanwhile_stays_here() {
    let (mut host, mut technician) = pair(BOTH).await;
    technician.slot.command(ClipboardCommand::Rest);
    technician.until(|person| person.clipboard.users() == 0).await;
    technician.clipboard.copy(text("somebody else's"));
    technician.expect_silence().await;
    host.clipboard.copy(text("for later"));
    technician.feed.deliver(host.said().await);
    technician.expect_silence().await;
    // Also after a grant that came meanwhile.
    technician.change(|now| now.granted = Some(TO_USER)).await;
    technician.expect_silence().await;
    assert_eq!(
        (technician.clipboard.users(), technician.clipboard.content()),
        (0, Some(text("somebody else's")))
    );
    technician.slot.command(ClipboardCommand::Use);
    technician.until(|person| person.clipboard.users() == 1).await;
    technician.expect_silence().await;
}

#[tokio::test]
async fn a_rest_that_is_said_where_nothing_is_allowed_yet_holds_for_what_is_allowed_later() {
    let mut technician = person(Role::Technician);
    technician.slot.command(ClipboardCommand::Rest);
    technician.change(|now| now.granted = Some(BOTH)).await;
    technician.expect_silence().await;
    assert_eq!(technician.clipboard.users(), 0);
    technician.change(|now| now.granted = Some(PermissionSet::NONE)).await;
    technician.slot.command(ClipboardCommand::Use);
    technician.grant(BOTH).await;
}

#[tokio::test]
async fn each_direction_needs_its_own_grant() {
    for (granted, from_host) in [(FROM_USER, true), (TO_USER, false)] {
        let (mut host, mut technician) = pair(granted).await;
        let (sender, receiver) =
            if from_host { (&mut host, &mut technician) } else { (&mut technician, &mut host) };
        receiver.clipboard.copy(text("not to be sent"));
        receiver.expect_silence().await;
        receiver.slot.command(ClipboardCommand::Copy("neither".to_owned()));
        assert_eq!(receiver.event().await, refused(ClipboardRefusal::NotAllowed));
        // Even if the session let it through.
        sender.feed.deliver(match from_host {
            true => ClipboardMessage::ToUser(beistand_session::ClipboardContent::Text("x".to_owned())),
            false => ClipboardMessage::FromUser(beistand_session::ClipboardContent::Text("x".to_owned())),
        });
        sender.expect_silence().await;
        assert_eq!(sender.clipboard.content(), None);
        sender.clipboard.copy(text("to be sent"));
        sender.carry(receiver).await;
        assert_eq!(receiver.clipboard.content(), Some(text("to be sent")));
    }
}

#[tokio::test]
async fn nothing_that_was_copied_before_a_grant_is_sent() {
    let mut host = person(Role::Host);
    host.clipboard.copy(text("before consent"));
    host.slot.settle().await;
    assert_eq!(host.clipboard.users(), 0, "before consent");
    host.change(|now| now.granted = Some(PermissionSet::DESKTOP)).await;
    assert_eq!(host.clipboard.users(), 0, "for other permissions");
    host.grant(TO_USER).await;
    host.clipboard.copy(text("before this direction was granted"));
    host.grant(BOTH).await;
    host.expect_silence().await;
    host.clipboard.copy(text("after"));
    let after = beistand_session::ClipboardContent::Text("after".to_owned());
    assert_eq!(host.said().await, ClipboardMessage::FromUser(after));
}

#[tokio::test]
async fn a_revoke_and_a_pause_close_the_clipboard_before_they_are_acknowledged() {
    let (mut host, _technician) = pair(BOTH).await;
    host.change(|now| now.withheld = BOTH).await;
    assert_eq!(host.clipboard.users(), 0, "revoked");
    host.clipboard.copy(text("while revoked"));
    host.change(|now| now.withheld = PermissionSet::NONE).await;
    host.until(|person| person.clipboard.users() == 1).await;
    host.change(|now| now.held = true).await;
    assert_eq!(host.clipboard.users(), 0, "paused");
    host.clipboard.copy(text("while paused"));
    host.change(|now| now.held = false).await;
    host.until(|person| person.clipboard.users() == 1).await;
    host.expect_silence().await;
    host.slot.set(None);
    host.slot.settle().await;
    assert_eq!(host.clipboard.users(), 0, "over");
}

#[tokio::test]
async fn a_revoke_of_one_direction_leaves_the_other() {
    let (mut host, mut technician) = pair(BOTH).await;
    host.grant(TO_USER).await;
    host.clipboard.copy(text("no longer sent"));
    host.expect_silence().await;
    technician.clipboard.copy(text("still sent"));
    technician.carry(&mut host).await;
    host.grant(FROM_USER).await;
    let late = beistand_session::ClipboardContent::Text("late".to_owned());
    host.feed.deliver(ClipboardMessage::ToUser(late));
    host.expect_silence().await;
    assert_ne!(host.clipboard.content(), Some(text("late")));
}

#[tokio::test]
async fn what_became_void_is_not_put() {
    let mut host = person(Role::Host);
    let late = beistand_session::ClipboardContent::Text("late".to_owned());
    host.feed.deliver(ClipboardMessage::ToUser(late));
    host.feed.void(Channel::Clipboard);
    host.grant(BOTH).await;
    host.expect_silence().await;
    assert_eq!(host.clipboard.content(), None);
}

#[tokio::test]
async fn what_can_not_be_sent_is_told_to_whoever_copied_it() {
    let (mut host, _technician) = pair(BOTH).await;
    for (refusal, why) in [
        (CopyRefusal::TooLarge(ContentKind::Picture), ClipboardRefusal::TooLarge),
        (CopyRefusal::Secret, ClipboardRefusal::Secret),
        (CopyRefusal::NoAnswer, ClipboardRefusal::NoAnswer),
        (CopyRefusal::Invalid, ClipboardRefusal::Damaged),
    ] {
        host.clipboard.refuse(refusal);
        assert_eq!(host.event().await, refused(why));
    }
    host.slot.command(ClipboardCommand::Copy("x".repeat((1 << 20) + 1)));
    assert_eq!(host.event().await, refused(ClipboardRefusal::TooLarge));
    host.expect_silence().await;
}

#[tokio::test]
async fn without_a_clipboard_here_text_can_still_be_sent_and_that_is_told_once() {
    let (mut technician, mut host) = (person_without(Role::Technician), person(Role::Host));
    host.grant(BOTH).await;
    technician.change(|now| now.granted = Some(BOTH)).await;
    assert!(matches!(
        technician.event().await,
        ClipboardEvent::Refused { why: ClipboardRefusal::NotHere(_) }
    ));
    technician.change(|now| now.paused = true).await;
    technician.change(|now| now.paused = false).await;
    technician.expect_silence().await;
    technician.slot.command(ClipboardCommand::Copy("typed".to_owned()));
    technician.carry(&mut host).await;
    assert_eq!(host.clipboard.content(), Some(text("typed")));
}

#[tokio::test]
async fn a_clipboard_that_is_lost_is_told() {
    let (mut host, _technician) = pair(BOTH).await;
    host.clipboard.lose("gone");
    assert!(matches!(host.event().await, ClipboardEvent::Refused { why: ClipboardRefusal::NotHere(_) }));
}

#[test]
fn no_event_and_no_log_has_what_was_copied() {
    let words = Words::of_node(Language::English);
    let sent = ClipboardEvent::Sent { kind: ContentKind::Text, bytes: 42 };
    assert_eq!(sent.json(&words), json!({ "event": "clipboard-sent", "kind": "text", "bytes": 42 }));
    let command = ClipboardCommand::Copy("hunter2".to_owned());
    assert_eq!(format!("{command:?}"), "Copy(7 bytes)");
}
