//! The user's side without a session: when a question is raised, and what the helper hears of it.

use std::time::Instant;

use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_session::{
    AppealAnswer, AppealMessage, Command as SessionCommand, Message, Permission, PermissionSet, Role,
};
use tokio::sync::mpsc;
use tokio::time::{Duration, Instant as TokioInstant};

use super::host::AppealPace;
use super::{AppealCommand, AppealEvent, AppealHost};
use crate::features::FeatureEvent;
use crate::features::side::{EventEmitter, NoWorld, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::verb::Verb as _;
use crate::features::wire::{Heard as _, Outbox};
use crate::handle::NodeEvent;

/// What waits in a test.
const QUEUE: usize = 64;

const VIEW: PermissionSet = PermissionSet::NONE.with(Permission::View);

struct AppealUser {
    slot: SlotHandle<AppealHost>,
    feed: InboxFeed,
    said: mpsc::Receiver<SessionCommand>,
    events: mpsc::Receiver<NodeEvent>,
    standing: Standing,
}

async fn user() -> AppealUser {
    let (commands, said) = mpsc::channel(QUEUE);
    let (event_outbox, events) = mpsc::channel(QUEUE);
    let (fault_outbox, _) = mpsc::channel(QUEUE);
    let (feed, mut inboxes) = inbox_feed();
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world: NoWorld,
        role: Role::Host,
        load: SideLoadMeter::default(),
    };
    let standing = Standing::new(Instant::now());
    let inbox = AppealMessage::take(&mut inboxes);
    let slot = SlotHandle::start("appeal", PermissionSet::NONE, context, inbox, fault_outbox, standing);
    let mut user = AppealUser { slot, feed, said, events, standing };
    user.change(|now| now.granted = Some(VIEW)).await;
    user
}

impl AppealUser {
    async fn change(&mut self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.standing);
        self.slot.set(Some(self.standing));
        self.slot.settle().await;
    }

    /// The helper asks for this: what they hear.
    async fn ask(&mut self, permission: Permission) -> AppealAnswer {
        self.feed.deliver(AppealMessage::Ask { permission, reason: "the printer".to_owned() });
        self.answered(permission).await
    }

    async fn answered(&mut self, of: Permission) -> AppealAnswer {
        match self.said.recv().await {
            Some(SessionCommand::Say(Message::Appeal(AppealMessage::Answer { permission, answer }))) => {
                assert_eq!(permission, of);
                answer
            }
            other => panic!("{other:?}"),
        }
    }

    async fn told(&mut self) -> AppealEvent {
        match self.events.recv().await {
            Some(NodeEvent::Feature(FeatureEvent::Appeal(event))) => event,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_appeal_is_a_question_until_the_user_grants_it_or_says_not_now() {
    let mut user = user().await;
    assert_eq!(user.ask(Permission::Keyboard).await, AppealAnswer::Asked);
    let reason = "the printer".to_owned();
    assert_eq!(user.told().await, AppealEvent::Asked { permission: Permission::Keyboard, reason });
    assert_eq!(user.ask(Permission::Pointer).await, AppealAnswer::NotAsked, "one at a time");
    user.slot.command(AppealCommand::Decline);
    assert_eq!(user.answered(Permission::Keyboard).await, AppealAnswer::Declined);
    assert_eq!(user.told().await, AppealEvent::Over);
    assert_eq!(user.ask(Permission::Keyboard).await, AppealAnswer::NotAsked, "too soon");
    user.change(|now| now.granted = Some(VIEW.with(Permission::Pointer))).await;
    assert_eq!(user.ask(Permission::Keyboard).await, AppealAnswer::Asked, "what they grant begins anew");
    user.told().await;
    user.change(|now| now.granted = Some(VIEW.with(Permission::Keyboard))).await;
    assert_eq!(user.told().await, AppealEvent::Over);
    assert_eq!(user.ask(Permission::Pointer).await, AppealAnswer::Asked);
}

#[tokio::test]
async fn nobody_is_asked_in_a_pause_for_what_is_granted_or_for_what_nobody_offers() {
    let mut user = user().await;
    assert_eq!(user.ask(Permission::View).await, AppealAnswer::NotAsked);
    assert_eq!(user.ask(Permission::Record).await, AppealAnswer::NotAsked);
    assert_eq!(user.ask(Permission::TerminalType).await, AppealAnswer::NotAsked, "it needs the terminal");
    user.change(|now| now.held = true).await;
    assert_eq!(user.ask(Permission::Keyboard).await, AppealAnswer::NotAsked);
    user.change(|now| now.held = false).await;
    assert_eq!(user.ask(Permission::Keyboard).await, AppealAnswer::Asked);
    user.told().await;
    user.change(|now| now.held = true).await;
    assert_eq!(user.told().await, AppealEvent::Over, "a pause takes the question away");
    assert_eq!(user.answered(Permission::Keyboard).await, AppealAnswer::NotAsked);
}

#[test]
fn the_user_is_asked_more_seldom_each_time() {
    let (mut pace, mut now) = (AppealPace::default(), TokioInstant::now());
    for pause in [15, 60, 300, 300, 300].map(Duration::from_secs) {
        assert!(pace.is_due(now));
        pace.raise(now);
        assert!(!pace.is_due(now + pause - Duration::from_millis(1)));
        now += pause;
    }
}

#[test]
fn it_is_typed_with_a_permission_and_a_reason() {
    let parse = |rest: &str| AppealCommand::parse("appeal", rest).expect("ours");
    let ask = AppealCommand::Ask { permission: Permission::Keyboard, reason: "to type  it".to_owned() };
    assert_eq!(parse("keyboard to type  it"), Ok(vec![ask]));
    assert_eq!(parse("no"), Ok(vec![AppealCommand::Decline]));
    for wrong in ["", "keys", &format!("keyboard {}", "x".repeat(201))] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}
