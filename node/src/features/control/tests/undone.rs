//! What both people hear of input that had no effect.

use std::time::Duration;

use beistand_platform::UserSign;
use beistand_session::Role;
use tokio::time::{sleep, timeout};

use super::{ControlPair, PATIENCE, control_pair, key, pointer};
use crate::features::FeatureEvent;
use crate::features::control::undone::{UndoneCause, UndoneInput};
use crate::features::control::{ControlCommand, ControlEvent, UnsentCause, UnsentInput};
use crate::features::tell::Tell;
use crate::handle::NodeEvent;
use crate::words::{Language, Words};

/// What the user hears of it.
async fn undone(pair: &mut ControlPair) -> UndoneInput {
    let hearing = async {
        loop {
            let event = pair.host_events.recv().await.expect("the side is there");
            if let NodeEvent::Feature(FeatureEvent::Control(ControlEvent::Undone(undone))) = event {
                return undone;
            }
        }
    };
    timeout(PATIENCE, hearing).await.expect("told")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_users_hand_keeps_out_is_told_to_both_and_to_the_user_once() {
    let mut pair = control_pair();
    pair.give("text first").await;
    pair.done().await;
    pair.give(&format!("text {}", "x".repeat(5_000))).await;
    while pair.input.events().len() < 50 {
        sleep(Duration::from_millis(1)).await;
    }
    pair.hand.take_sign(UserSign::Hand);
    let unsent = pair.unsent().await;
    assert_eq!(unsent.why, UnsentCause::KeptOut);
    let told = undone(&mut pair).await;
    assert_eq!(told, UndoneInput { why: UndoneCause::UserActive, count: unsent.missing });
    assert!(pair.host_events.try_recv().is_err(), "no further word of the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_injector_never_presses_is_told_to_both() {
    let mut pair = control_pair();
    pair.give("text ab").await;
    pair.done().await;
    pair.input.refuse(Some("no key makes it"));
    pair.give("text cde").await;
    assert_eq!(pair.unsent().await, UnsentInput { why: UnsentCause::Refused, typed: 0, missing: 3 });
    assert_eq!(undone(&mut pair).await, UndoneInput { why: UndoneCause::Refused, count: 3 });
    pair.done().await;
    // What comes afterwards is typed.
    pair.input.refuse(None);
    pair.give("text fg").await;
    pair.done().await;
    assert_eq!(pair.typed(), "abfg");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_technician_gives_up_is_told_to_the_user() {
    let mut pair = control_pair();
    pair.give(&format!("text {}", "x".repeat(15_000))).await;
    while pair.input.events().len() < 20 {
        sleep(Duration::from_millis(1)).await;
    }
    pair.technician.command(ControlCommand::StopTyping);
    let unsent = pair.unsent().await;
    let told = undone(&mut pair).await;
    assert_eq!(told, UndoneInput { why: UndoneCause::GivenUp, count: unsent.missing });
}

/// Where the actor would let it wait behind the text, it would come when all is typed.
#[tokio::test(flavor = "multi_thread")]
async fn a_stop_and_a_persons_hand_wait_for_no_text_however_long() {
    let mut pair = control_pair();
    pair.give(&format!("text {}", "x".repeat(15_000))).await;
    while pair.input.events().len() < 20 {
        sleep(Duration::from_millis(1)).await;
    }
    let more = ControlCommand::Type(vec![key(true)]);
    assert!(pair.technician.room(&more).is_some(), "another text waits");
    for command in [ControlCommand::Input(pointer()), ControlCommand::StopTyping] {
        assert!(pair.technician.room(&command).is_none(), "{command:?}");
        pair.technician.command(command);
    }
    assert_eq!(pair.unsent().await.why, UnsentCause::Stopped);
    timeout(PATIENCE, pair.technician.room(&more).unwrap_or_else(|| Box::pin(async {})))
        .await
        .expect("there is room again");
}

#[test]
fn the_user_reads_how_much_and_why_in_both_languages() {
    for (language, one, many) in [
        (Language::English, "One character, key press or click", "860 characters"),
        (Language::German, "Ein Zeichen", "860 Zeichen"),
    ] {
        let words = Words::of_node(language);
        for why in [UndoneCause::UserActive, UndoneCause::KeptOut, UndoneCause::Refused, UndoneCause::GivenUp]
        {
            for (count, begin) in [(1, one), (860, many)] {
                let event = ControlEvent::Undone(UndoneInput { why, count });
                let said = words.say(&event.phrase(Role::Host).expect("it is told"));
                assert!(said.contains(begin), "{said}");
                let json = event.json(&words);
                assert_eq!((&json["event"], &json["text"]), (&"not-done".into(), &said.into()));
            }
        }
    }
}
