//! The technician's side alone: what it hears from the host, and what it says by itself.

use std::time::Instant;

use beistand_p2p::testing::{InboxFeed, inbox_feed};
use beistand_session::{
    Channel, Command as SessionCommand, HELD_LIFE, InputEvent, Message, PushbackMessage, Role, SystemKind,
};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::{PATIENCE, SETTLED, both, button};
use crate::features::FeatureEvent;
use crate::features::control::flow::MarkNumbers;
use crate::features::control::{ControlCommand, ControlEvent, ControlMessage, ControlTechnician};
use crate::features::side::{EventEmitter, SideContext, SideLoadMeter, Standing};
use crate::features::slot::SlotHandle;
use crate::features::wire::{Heard, Outbox};
use crate::handle::NodeEvent;

/// A technician's side, what it says, and what its program hears.
fn technician()
-> (SlotHandle<ControlTechnician>, InboxFeed, mpsc::Receiver<SessionCommand>, mpsc::Receiver<NodeEvent>) {
    let (commands, said) = mpsc::channel(64);
    let (event_outbox, events) = mpsc::channel(64);
    let (faults, _) = mpsc::channel(1);
    let (feed, mut inboxes) = inbox_feed();
    let context = SideContext {
        outbox: Outbox::new(commands),
        events: EventEmitter::new(event_outbox),
        world: MarkNumbers::default(),
        role: Role::Technician,
        load: SideLoadMeter::default(),
    };
    let standing = Standing { granted: Some(both()), ..Standing::new(Instant::now()) };
    let inbox = <ControlMessage as Heard>::take(&mut inboxes);
    let slot = SlotHandle::start("control", both(), context, inbox, faults, standing);
    (slot, feed, said, events)
}

#[tokio::test]
async fn the_technician_hears_that_a_click_did_nothing() {
    let (_slot, feed, _said, mut events) = technician();
    feed.deliver(PushbackMessage::OwnWindow);
    let event = timeout(PATIENCE, events.recv()).await.expect("it is told");
    let told = matches!(event, Some(NodeEvent::Feature(FeatureEvent::Control(ControlEvent::OwnWindow))));
    assert!(told, "{event:?}");
}

#[tokio::test]
async fn the_technician_hears_on_which_kind_of_system_they_act() {
    let (_slot, feed, _said, mut events) = technician();
    feed.deliver(PushbackMessage::System(SystemKind::X11));
    let event = timeout(PATIENCE, events.recv()).await.expect("it is told");
    let told = ControlEvent::System(SystemKind::X11);
    assert!(
        matches!(&event, Some(NodeEvent::Feature(FeatureEvent::Control(heard))) if *heard == told),
        "{event:?}"
    );
}

#[tokio::test]
async fn while_something_is_down_the_technicians_side_says_so_again_and_again() {
    let (slot, _feed, mut said, _events) = technician();
    let mut next = async || match timeout(PATIENCE, said.recv()).await.expect("in time") {
        Some(SessionCommand::Say(Message::Input(event))) => event,
        other => panic!("{other:?}"),
    };
    slot.command(ControlCommand::Input(button(true)));
    assert_eq!(next().await, button(true));
    let began = Instant::now();
    for _ in 0..4 {
        assert_eq!(next().await, InputEvent::ButtonsHeld);
    }
    assert!(began.elapsed() < 2 * HELD_LIFE, "often enough");
    slot.command(ControlCommand::Input(button(false)));
    // One that was on its way already may come before it.
    while next().await != button(false) {}
    sleep(HELD_LIFE / 2).await;
    assert!(said.try_recv().is_err(), "nothing is down any more");
}

#[tokio::test]
async fn a_technician_is_told_once_per_interruption_that_input_was_not_sent() {
    let (slot, feed, _said, mut events) = technician();
    feed.void(Channel::Input);
    let told = timeout(PATIENCE, events.recv()).await.expect("in time");
    assert!(matches!(told, Some(NodeEvent::Feature(FeatureEvent::Control(ControlEvent::NotSent(_))))));
    for _ in 0..5 {
        slot.refused(Channel::Input);
    }
    sleep(SETTLED).await;
    assert!(events.try_recv().is_err());
}
