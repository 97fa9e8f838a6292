//! Scripts that type through both sides: all of it arrives in order, or both people hear how far it came.

use std::time::Duration;

use beistand_platform::UserSign;
use beistand_session::PermissionSet;
use tokio::time::sleep;

use super::{control_pair, key};
use crate::features::FeatureEvent;
use crate::features::control::{ControlCommand, ControlEvent, TypingProgress, UnsentCause, UnsentInput};
use crate::handle::NodeEvent;

/// Input is kept out for a second after the dialog, and a script types as soon as it may.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_script_types_in_the_first_second_waits_and_arrives() {
    let pair = control_pair();
    for line in ["text one", "key Enter", "text two"] {
        pair.give(line).await;
    }
    pair.done().await;
    assert_eq!(pair.typed(), "one⏎two");
}

#[tokio::test(flavor = "multi_thread")]
async fn four_hundred_lines_at_once_arrive_whole_and_in_order() {
    let mut pair = control_pair();
    let line = |at: usize| format!("{at:03} the quick brown fox");
    for at in 0..400 {
        pair.give(&format!("text {}", line(at))).await;
        pair.give("key ShiftLeft+Enter").await;
    }
    pair.done().await;
    let all: String = (0..400).map(|at| format!("{}⏎⏎", line(at))).collect();
    assert_eq!(pair.typed(), all);
    assert!(pair.input.held_keys().is_empty());
    let mut newest = None;
    while let Ok(event) = pair.events.try_recv() {
        if let NodeEvent::Feature(FeatureEvent::Control(event)) = event {
            match event {
                ControlEvent::Hands(_) => {}
                ControlEvent::Typing(_) => newest = Some(event),
                other => panic!("{other:?}"),
            }
        }
    }
    assert!(matches!(newest, Some(ControlEvent::Typing(TypingProgress { typed, of })) if typed == of));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_users_hand_in_the_middle_of_typing_is_told_and_nothing_stays_down() {
    let mut pair = control_pair();
    pair.give("text first").await;
    pair.done().await;
    pair.technician.command(ControlCommand::Type(vec![key(true)]));
    pair.give(&format!("text {}", "x".repeat(5_000))).await;
    while pair.input.events().len() < 50 {
        sleep(Duration::from_millis(1)).await;
    }
    pair.hand.take_sign(UserSign::Hand);
    let unsent = pair.unsent().await;
    assert_eq!(unsent.why, UnsentCause::KeptOut);
    assert!(unsent.missing > 0 && unsent.typed <= pair.input.events().len(), "{unsent:?}");
    assert!(unsent.typed + unsent.missing == 5_001, "{unsent:?}");
    pair.done().await;
    assert!(pair.input.held_keys().is_empty(), "what was held is let go of");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_can_be_stopped_and_is_told_how_far_it_came() {
    let mut pair = control_pair();
    pair.give(&format!("text {}", "x".repeat(15_000))).await;
    while pair.input.events().len() < 20 {
        sleep(Duration::from_millis(1)).await;
    }
    // Presses of a person would stand in the middle of it.
    pair.technician.command(ControlCommand::Input(key(true)));
    assert_eq!(pair.unsent().await.why, UnsentCause::Busy);
    pair.technician.command(ControlCommand::StopTyping);
    let unsent = pair.unsent().await;
    assert_eq!((unsent.why, unsent.typed + unsent.missing), (UnsentCause::Stopped, 15_000));
    pair.done().await;
    assert!(pair.input.events().len() < 2_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoke_in_the_middle_of_typing_tells_how_far_it_came() {
    let mut pair = control_pair();
    pair.give(&format!("text {}", "x".repeat(15_000))).await;
    while pair.input.events().len() < 20 {
        sleep(Duration::from_millis(1)).await;
    }
    pair.standing.granted = Some(PermissionSet::NONE);
    pair.host.set(Some(pair.standing));
    pair.technician.set(Some(pair.standing));
    let unsent = pair.unsent().await;
    assert_eq!(unsent.typed + unsent.missing, 15_000);
    // What comes now is refused with a word.
    pair.give("text more").await;
    assert_eq!(pair.unsent().await, UnsentInput { why: UnsentCause::KeptOut, typed: 0, missing: 4 });
    pair.done().await;
}
