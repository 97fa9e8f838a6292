//! The commands that are typed on standard input. Parsing only.

use std::path::PathBuf;

use beistand_node::{InputEvent, KeyText, Permission, PermissionSet, PhysicalKey, PointerButton};

/// A line of the host's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HostLine {
    Allow(PermissionSet),
    Deny,
    Grant(Permission),
    Revoke(Permission),
    Pause,
    Resume,
    Say(String),
    NewInvite,
    End,
}

/// A line of the technician's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TechnicianLine {
    Input(Vec<InputEvent>),
    Screenshot(PathBuf),
    Say(String),
    Refresh,
    End,
}

/// What the host can type.
pub(crate) const HOST_HELP: &str =
    "allow [view,pointer,keyboard] · deny · grant NAME · revoke NAME · pause · resume · say TEXT · new · end";

/// What the technician can type.
pub(crate) const TECHNICIAN_HELP: &str = "key CODE[+CODE…] · text TEXT · move X Y · click [left|middle|right] · \
     press BUTTON · release BUTTON · scroll DX DY · screenshot FILE.png · refresh · say TEXT · end";

/// Reads a line of the host's.
pub(crate) fn host_line(line: &str) -> Result<HostLine, String> {
    let (word, rest) = split(line);
    match word {
        "allow" if rest.is_empty() => Ok(HostLine::Allow(PermissionSet::DESKTOP)),
        "allow" => Ok(HostLine::Allow(permissions(rest)?)),
        "deny" => Ok(HostLine::Deny),
        "grant" => Ok(HostLine::Grant(permission(rest)?)),
        "revoke" => Ok(HostLine::Revoke(permission(rest)?)),
        "pause" => Ok(HostLine::Pause),
        "resume" => Ok(HostLine::Resume),
        "say" => Ok(HostLine::Say(rest.to_owned())),
        "new" => Ok(HostLine::NewInvite),
        "end" => Ok(HostLine::End),
        _ => Err(format!("I don't know {word:?}. Commands: {HOST_HELP}")),
    }
}

/// Reads a line of the technician's.
pub(crate) fn technician_line(line: &str) -> Result<TechnicianLine, String> {
    let (word, rest) = split(line);
    let input = |events| Ok(TechnicianLine::Input(events));
    match word {
        "key" => input(keys(rest)?),
        "text" => {
            let text = KeyText::split(rest);
            if text.is_empty() {
                Err("text TEXT: there is nothing to type".to_owned())
            } else {
                input(text.into_iter().map(InputEvent::Text).collect())
            }
        }
        "move" => {
            let (x, y) = pair::<u16>("move X Y", rest)?;
            input(vec![InputEvent::PointerMove { x, y }])
        }
        "click" => {
            let button = button(rest)?;
            input(vec![
                InputEvent::Button { button, pressed: true },
                InputEvent::Button { button, pressed: false },
            ])
        }
        "press" => input(vec![InputEvent::Button { button: button(rest)?, pressed: true }]),
        "release" => input(vec![InputEvent::Button { button: button(rest)?, pressed: false }]),
        "scroll" => {
            let (dx, dy) = pair::<i16>("scroll DX DY", rest)?;
            input(vec![InputEvent::Wheel { dx: dx.saturating_mul(NOTCH), dy: dy.saturating_mul(NOTCH) }])
        }
        "screenshot" if !rest.is_empty() => Ok(TechnicianLine::Screenshot(PathBuf::from(rest))),
        "screenshot" => Err("screenshot FILE.png: the file's name is missing".to_owned()),
        "say" => Ok(TechnicianLine::Say(rest.to_owned())),
        "refresh" => Ok(TechnicianLine::Refresh),
        "end" => Ok(TechnicianLine::End),
        _ => Err(format!("I don't know {word:?}. Commands: {TECHNICIAN_HELP}")),
    }
}

/// Permissions, joined with commas.
pub(crate) fn permissions(text: &str) -> Result<PermissionSet, String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(permission).collect()
}

fn permission(word: &str) -> Result<Permission, String> {
    Permission::from_word(word).ok_or_else(|| {
        let known = Permission::ALL.map(Permission::word).join(", ");
        format!("there is no permission {word:?}; these are: {known}")
    })
}

/// One notch of a wheel, in the protocol's parts.
const NOTCH: i16 = 120;

fn split(line: &str) -> (&str, &str) {
    let line = line.trim_start();
    line.split_once(' ').unwrap_or((line.trim_end(), ""))
}

/// `KeyA`, or several at once: `ControlLeft+KeyC`. Pressed in order, released in reverse.
fn keys(text: &str) -> Result<Vec<InputEvent>, String> {
    let keys = text.trim().split('+').map(|name| {
        PhysicalKey::from_name(name.trim()).ok_or_else(|| {
            format!("there is no key {name:?}; keys have W3C names: KeyA, Digit1, Enter, ShiftLeft")
        })
    });
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let down = keys.iter().map(|key| InputEvent::Key { key: *key, pressed: true, text: None });
    let up = keys.iter().rev().map(|key| InputEvent::Key { key: *key, pressed: false, text: None });
    Ok(down.chain(up).collect())
}

fn button(text: &str) -> Result<PointerButton, String> {
    match text.trim() {
        "" | "left" | "1" => Ok(PointerButton::Left),
        "middle" | "2" => Ok(PointerButton::Middle),
        "right" | "3" => Ok(PointerButton::Right),
        "back" => Ok(PointerButton::Back),
        "forward" => Ok(PointerButton::Forward),
        other => {
            Err(format!("there is no mouse button {other:?}; these are: left, middle, right, back, forward"))
        }
    }
}

fn pair<T: std::str::FromStr>(usage: &str, text: &str) -> Result<(T, T), String> {
    let mut numbers = text.split_whitespace().map(str::parse);
    match (numbers.next(), numbers.next(), numbers.next()) {
        (Some(Ok(first)), Some(Ok(second)), None) => Ok((first, second)),
        _ => Err(format!("{usage}: two whole numbers are needed, not {text:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chord_is_released_in_reverse() {
        let Ok(TechnicianLine::Input(events)) = technician_line("key ControlLeft+KeyC") else {
            panic!("input")
        };
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
        for line in
            ["", "key KeyÄ", "move 1", "move -1 5", "move NaN 3", "click up", "scroll 1", "text", "format c:"]
        {
            assert!(technician_line(line).is_err(), "{line:?}");
        }
        for line in ["allow root", "revoke", "grant everything", "yes"] {
            assert!(host_line(line).is_err(), "{line:?}");
        }
    }

    #[test]
    fn text_keeps_its_spaces() {
        let Ok(TechnicianLine::Input(events)) = technician_line("text  a b ") else { panic!("input") };
        assert_eq!(events, KeyText::split(" a b ").into_iter().map(InputEvent::Text).collect::<Vec<_>>());
    }
}
