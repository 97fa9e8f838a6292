//! Refusals, which only the host makes.

use proptest::prelude::*;

use super::*;
use crate::session::tests::*;
use crate::{PermissionSet, Role};

pub(crate) fn any_message() -> impl Strategy<Value = PushbackWire> {
    Just(PushbackWire::OwnWindow)
}

#[test]
fn a_refusal_reaches_the_technician_who_may_point_and_comes_from_no_technician() {
    let mut pair = Pair::allowed(PermissionSet::NONE.with(Permission::Pointer));
    pair.host(say(PushbackMessage::OwnWindow)).unwrap();
    pair.run(millis(100));
    assert_eq!(pair.news(Role::Technician), [heard(PushbackMessage::OwnWindow)]);
    assert_eq!(pair.technician(say(PushbackMessage::OwnWindow)), Err(CommandError::WrongRole));
    let mut pair = Pair::allowed(PermissionSet::NONE.with(Permission::View));
    let refused = pair.host(say(PushbackMessage::OwnWindow));
    assert_eq!(refused, Err(CommandError::NotGranted(Permission::Pointer)));
}
