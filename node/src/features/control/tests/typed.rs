//! Lines that somebody types: what input they are. Nothing is sent here.

use beistand_session::{InputEvent, KeyText, Role};

use crate::features::FeatureCommand;
use crate::features::control::ControlCommand;
use crate::words::Phrase;

fn typed(line: &str) -> Option<Result<Vec<InputEvent>, Phrase>> {
    let events = |commands: Vec<FeatureCommand>| {
        commands.into_iter().flat_map(|command| match command {
            FeatureCommand::Control(ControlCommand::Type(events)) => events,
            other => panic!("{other:?}"),
        })
    };
    Some(FeatureCommand::parse(Role::Technician, line)?.map(|commands| events(commands).collect()))
}

#[test]
fn a_chord_is_released_in_reverse() {
    let events = typed("key ControlLeft+KeyC").unwrap().unwrap();
    let names: Vec<_> = events
        .iter()
        .map(|event| match event {
            InputEvent::Key { key, pressed, .. } => (key.name(), *pressed),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, [("ControlLeft", true), ("KeyC", true), ("KeyC", false), ("ControlLeft", false)]);
}

#[test]
fn what_is_no_command_is_explained() {
    for line in ["key KeyÄ", "move 1", "move -1 5", "move NaN 3", "click up", "scroll 1", "text"] {
        assert!(typed(line).is_some_and(|result| result.is_err()), "{line:?}");
    }
    assert!(typed("format c:").is_none() && typed("").is_none());
}

#[test]
fn text_keeps_its_spaces() {
    let events = typed("text  a b ").unwrap().unwrap();
    assert_eq!(events, KeyText::split(" a b ").into_iter().map(InputEvent::Text).collect::<Vec<_>>());
}

#[test]
fn the_user_types_no_remote_input() {
    assert!(FeatureCommand::parse(Role::Host, "key KeyA").is_none());
}
