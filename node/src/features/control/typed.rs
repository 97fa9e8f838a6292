//! Mouse and keyboard as a person types them. Parsing only.

use beistand_session::{InputEvent, KeyText, PhysicalKey, PointerButton};

use crate::features::verb::VerbUsage;
use crate::words::{Phrase, args};

/// One notch of a wheel, in the protocol's parts.
const NOTCH: i16 = 120;

/// How the verbs are typed.
pub(super) const USAGES: &[VerbUsage] = &[
    VerbUsage::technician("key CODE[+CODE…]"),
    VerbUsage::technician("hold CODE[+CODE…]"),
    VerbUsage::technician("let-go CODE[+CODE…]"),
    VerbUsage::technician("text TEXT"),
    VerbUsage::technician("move X Y"),
    VerbUsage::technician("click [left|middle|right]"),
    VerbUsage::technician("press BUTTON"),
    VerbUsage::technician("release BUTTON"),
    VerbUsage::technician("scroll DX DY"),
];

/// The events that a typed line stands for; `None` where the verb is no such thing.
pub(super) fn input(word: &str, rest: &str) -> Option<Result<Vec<InputEvent>, Phrase>> {
    Some(match word {
        "key" => keys(rest).map(|keys| moves(&keys, true).chain(moves(&keys, false).rev()).collect()),
        "hold" => keys(rest).map(|keys| moves(&keys, true).collect()),
        "let-go" => keys(rest).map(|keys| moves(&keys, false).rev().collect()),
        "text" => text(rest),
        "move" => pair("move X Y", rest).map(|(x, y)| vec![InputEvent::PointerMove { x, y }]),
        "click" => button(rest).map(|button| {
            vec![InputEvent::Button { button, pressed: true }, InputEvent::Button { button, pressed: false }]
        }),
        "press" => button(rest).map(|button| vec![InputEvent::Button { button, pressed: true }]),
        "release" => button(rest).map(|button| vec![InputEvent::Button { button, pressed: false }]),
        "scroll" => pair::<i16>("scroll DX DY", rest).map(|(dx, dy)| {
            vec![InputEvent::Wheel { dx: dx.saturating_mul(NOTCH), dy: dy.saturating_mul(NOTCH) }]
        }),
        _ => return None,
    })
}

fn text(text: &str) -> Result<Vec<InputEvent>, Phrase> {
    let parts = KeyText::split(text);
    if parts.is_empty() {
        return Err(Phrase::with("control-nothing-to-type", args![usage = "text TEXT"]));
    }
    Ok(parts.into_iter().map(InputEvent::Text).collect())
}

/// Each of them goes down, or up.
fn moves(keys: &[PhysicalKey], pressed: bool) -> impl DoubleEndedIterator<Item = InputEvent> {
    keys.iter().map(move |key| InputEvent::Key { key: *key, pressed, text: None })
}

/// `KeyA`, or several at once: `ControlLeft+KeyC`. Pressed in order, released in reverse.
fn keys(text: &str) -> Result<Vec<PhysicalKey>, Phrase> {
    let keys = text.trim().split('+').map(|name| {
        PhysicalKey::from_name(name.trim())
            .ok_or_else(|| Phrase::with("control-no-key", args![name = name.escape_debug().to_string()]))
    });
    keys.collect()
}

fn button(text: &str) -> Result<PointerButton, Phrase> {
    match text.trim() {
        "" | "left" | "1" => Ok(PointerButton::Left),
        "middle" | "2" => Ok(PointerButton::Middle),
        "right" | "3" => Ok(PointerButton::Right),
        "back" => Ok(PointerButton::Back),
        "forward" => Ok(PointerButton::Forward),
        other => Err(Phrase::with("control-no-button", args![name = other.escape_debug().to_string()])),
    }
}

fn pair<T: std::str::FromStr>(usage: &str, text: &str) -> Result<(T, T), Phrase> {
    let mut numbers = text.split_whitespace().map(str::parse);
    match (numbers.next(), numbers.next(), numbers.next()) {
        (Some(Ok(first)), Some(Ok(second)), None) => Ok((first, second)),
        _ => {
            Err(Phrase::with("control-numbers", args![usage = usage, text = text.escape_debug().to_string()]))
        }
    }
}
