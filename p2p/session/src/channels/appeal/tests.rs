//! Appeals, and what becomes of them.

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{PermissionSet, Role};

pub(crate) fn any_message() -> impl Strategy<Value = AppealWire> {
    let permission = || prop::sample::select(&Permission::ALL[..]).prop_map(WirePermission);
    let answers =
        vec![AppealAnswer::Asked, AppealAnswer::Declined, AppealAnswer::Unanswered, AppealAnswer::NotAsked];
    prop_oneof![
        (permission(), "\\PC{0,60}")
            .prop_map(|(permission, reason)| AppealWire::Ask { permission, reason: Text::new(&reason).unwrap() }),
        (permission(), prop::sample::select(answers))
            .prop_map(|(permission, answer)| AppealWire::Answer { permission, answer }),
    ]
}

fn ask(reason: &str) -> AppealMessage {
    AppealMessage::Ask { permission: Permission::Keyboard, reason: reason.to_owned() }
}

#[test]
fn whoever_may_nothing_may_ask_and_the_reason_beside_it_is_escaped() {
    let mut pair = Pair::allowed(PermissionSet::NONE);
    pair.technician(say(ask("a\u{202e}b 🔑"))).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Host), [heard(ask("a\\u{202e}b \\u{1f511}"))]);
    let answer = AppealMessage::Answer { permission: Permission::Keyboard, answer: AppealAnswer::Declined };
    pair.host(say(answer.clone())).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(answer.clone())]);
    assert_eq!(pair.host(say(ask(""))), Err(CommandError::WrongRole));
    assert_eq!(pair.technician(say(answer)), Err(CommandError::WrongRole));
    let long = "ü".repeat(MAX_ASKED_CHARS + 1);
    assert_eq!(pair.technician(say(ask(&long))), Err(CommandError::Invalid("appeal")));
}

#[test]
fn nothing_is_asked_for_before_the_users_first_answer() {
    let mut pair = Pair::new();
    pair.run(millis(1000));
    let _ = pair.request(Role::Host);
    assert!(pair.technician(say(ask(""))).is_err());
}

#[test]
fn a_number_that_is_no_permissions_is_not_read() {
    for number in 0..=u8::MAX {
        let known = Permission::ALL.into_iter().any(|permission| permission as u8 == number);
        assert_eq!(WirePermission::try_from(number).is_ok(), known, "{number}");
    }
}
