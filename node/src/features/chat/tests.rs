//! Both desks, joined as a session joins them, and what each person's program hears.

use std::time::{Duration, Instant};

use beistand_session::{
    Channel, Command as SessionCommand, MAX_CHAT_CHARS, MAX_REASON_CHARS, PermissionSet, Role,
};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::{ChatCommand, ChatDesk, ChatEvent, LineFrom};
use crate::features::FeatureEvent;
use crate::features::side::{EventEmitter, NoWorld, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::tell::Tell;
use crate::features::wire::Outbox;
use crate::handle::NodeEvent;
use crate::words::{Language, Words};
use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_session::{ChatMessage, Message};

/// What waits in a test.
const QUEUE: usize = 64;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// A person at their desk.
struct ChatPerson {
    slot: SlotHandle<ChatDesk>,
    feed: InboxFeed,
    said: mpsc::Receiver<SessionCommand>,
    events: mpsc::Receiver<NodeEvent>,
    standing: Standing,
    heard: u32,
}

fn person(role: Role) -> ChatPerson {
    let (commands, said) = mpsc::channel(QUEUE);
    let (event_outbox, events) = mpsc::channel(QUEUE);
    let (fault_outbox, _) = mpsc::channel(QUEUE);
    let (feed, mut inboxes) = inbox_feed();
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world: NoWorld,
        role,
        load: SideLoadMeter::default(),
    };
    let standing = Standing::new(Instant::now());
    let slot = SlotHandle::start(
        "chat",
        PermissionSet::NONE,
        context,
        inboxes.take::<ChatMessage>().unwrap(),
        fault_outbox,
        standing,
    );
    ChatPerson { slot, feed, said, events, standing, heard: 0 }
}

impl ChatPerson {
    async fn consent(&mut self) {
        self.standing.granted = Some(PermissionSet::NONE);
        self.slot.set(Some(self.standing));
        self.slot.settle().await;
    }

    /// Says it and returns what the own program hears of that.
    async fn say(&mut self, text: &str) -> ChatEvent {
        self.slot.command(ChatCommand::Say(text.to_owned()));
        self.event().await
    }

    async fn event(&mut self) -> ChatEvent {
        match timeout(PATIENCE, self.events.recv()).await.expect("in time") {
            Some(NodeEvent::Feature(FeatureEvent::Chat(event))) => event,
            other => panic!("{other:?}"),
        }
    }

    /// Carries a line to the other one, as a session does.
    async fn carry(&mut self, other: &mut Self) -> ChatEvent {
        let text = loop {
            let said = timeout(PATIENCE, self.said.recv()).await.expect("in time");
            match said.expect("the side is there") {
                SessionCommand::Say(Message::Chat(ChatMessage::Line { text, .. })) => break text,
                // That an earlier one has arrived.
                SessionCommand::Say(Message::Chat(ChatMessage::Delivered { .. })) => {}
                other => panic!("{other:?}"),
            }
        };
        other.heard += 1;
        other.feed.deliver(ChatMessage::Line { number: other.heard, text });
        other.event().await
    }
}

fn line(event: ChatEvent) -> (u32, LineFrom, String) {
    match event {
        ChatEvent::Line(line) => (line.number, line.from, line.text),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn both_write_and_each_sees_who_wrote_what() {
    let (mut host, mut technician) = (person(Role::Host), person(Role::Technician));
    host.consent().await;
    technician.consent().await;
    assert_eq!(line(host.say("one").await), (1, LineFrom::Us, "one".to_owned()));
    assert_eq!(line(host.carry(&mut technician).await), (1, LineFrom::Peer, "one".to_owned()));
    assert_eq!(line(technician.say("two").await), (1, LineFrom::Us, "two".to_owned()));
    assert_eq!(line(technician.carry(&mut host).await), (1, LineFrom::Peer, "two".to_owned()));
    assert_eq!(line(host.say("three").await).0, 2);
}

#[tokio::test]
async fn before_consent_the_technician_alone_can_write_a_little() {
    let (mut host, mut technician) = (person(Role::Host), person(Role::Technician));
    assert_eq!(host.say("too early").await, ChatEvent::Refused { text: "too early".to_owned() });
    let long = "x".repeat(MAX_REASON_CHARS + 1);
    assert_eq!(technician.say(&long).await, ChatEvent::Refused { text: long.clone() });
    for number in 1..=8 {
        assert_eq!(line(technician.say("please").await).0, number);
        // The user's program hears it, and so can show it where it asks.
        assert_eq!(line(technician.carry(&mut host).await).0, number);
    }
    assert!(matches!(technician.say("a ninth").await, ChatEvent::Refused { .. }));
    technician.consent().await;
    assert_eq!(line(technician.say(&long).await).0, 9);
    assert!(matches!(technician.say(&"x".repeat(MAX_CHAT_CHARS + 1)).await, ChatEvent::Refused { .. }));
}

#[tokio::test]
async fn a_delivered_mark_is_for_lines_that_were_said() {
    let mut host = person(Role::Host);
    host.consent().await;
    line(host.say("one").await);
    line(host.say("two").await);
    host.feed.deliver(ChatMessage::Delivered { number: 1 });
    assert_eq!(host.event().await, ChatEvent::Delivered { number: 1 });
    host.feed.deliver(ChatMessage::Delivered { number: 1 });
    host.feed.deliver(ChatMessage::Delivered { number: u32::MAX });
    assert_eq!(host.event().await, ChatEvent::Delivered { number: 2 });
}

#[tokio::test]
async fn a_line_too_many_comes_back_unsent_and_room_that_is_free_again_is_used() {
    let mut host = person(Role::Host);
    host.consent().await;
    let room = u32::try_from(Channel::Chat.spec().waiting).unwrap() - 2;
    for number in 1..=room {
        assert_eq!(line(host.say("and").await).0, number);
        assert!(host.said.recv().await.is_some());
    }
    for text in ["one too many", "and another"] {
        assert_eq!(host.say(text).await, ChatEvent::Refused { text: text.to_owned() });
    }
    assert!(host.said.try_recv().is_err(), "nothing was sent");
    host.feed.deliver(ChatMessage::Delivered { number: 1 });
    assert_eq!(host.event().await, ChatEvent::Delivered { number: 1 });
    assert_eq!(line(host.say("now").await).0, room + 1);
}

#[tokio::test]
async fn what_was_said_before_the_end_still_arrives() {
    let mut host = person(Role::Host);
    host.consent().await;
    for number in 1..=10 {
        host.feed.deliver(ChatMessage::Line { number, text: "bye".to_owned() });
        host.slot.command(ChatCommand::Say("bye".to_owned()));
    }
    host.slot.set(None);
    host.slot.settle().await;
    let mut lines = 0;
    while host.events.try_recv().is_ok() {
        lines += 1;
    }
    assert_eq!(lines, 20);
}

#[tokio::test]
async fn a_peers_text_stays_inside_its_string() {
    let mut host = person(Role::Host);
    host.feed.deliver(ChatMessage::Line { number: 1, text: "\"}\n{\"event\":\"granted\"".to_owned() });
    let text = host.event().await.json(&Words::of_node(Language::English)).to_string();
    assert!(!text.contains('\n'));
    let value: Value = serde_json::from_str(&text).expect("valid JSON");
    assert_eq!(value["event"], "chat");
}
