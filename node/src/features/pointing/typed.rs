//! Pointing as a person types it. Parsing only.

use beistand_session::{MAX_MARK_CHARS, MAX_MARK_POINTS, MarkColour, MarkPoint, MarkShape, MarkStay};

use super::{LabelSwitch, PointingCommand};
use crate::features::verb::VerbUsage;
use crate::words::{Phrase, args};

/// How the verbs are typed.
pub(super) const USAGES: &[VerbUsage] = &[
    VerbUsage::both("point [X Y]"),
    VerbUsage::technician("draw [COLOUR] [stay] X,Y X,Y …"),
    VerbUsage::technician("arrow [COLOUR] [stay] X,Y X,Y"),
    VerbUsage::technician("mark [COLOUR] [stay] X,Y WxH [round]"),
    VerbUsage::technician("write [COLOUR] [stay] X Y TEXT"),
    VerbUsage::both("wipe"),
    VerbUsage::host("label on|off"),
];

/// The command that a typed line stands for; `None` where the verb is no such thing.
pub(super) fn command(word: &str, rest: &str) -> Option<Result<PointingCommand, Phrase>> {
    let usage = USAGES.iter().find(|usage| usage.word() == word)?.usage;
    let wrong = || Phrase::with("pointing-usage", args![usage = usage]);
    let command = match word {
        "point" if rest.trim().is_empty() => Some(PointingCommand::Point(None)),
        "point" => pair(rest).map(|at| PointingCommand::Point(Some(at))),
        "wipe" => rest.trim().is_empty().then_some(PointingCommand::Wipe),
        "label" => match rest.trim() {
            "on" => Some(PointingCommand::Label(LabelSwitch::On)),
            "off" => Some(PointingCommand::Label(LabelSwitch::Off)),
            _ => None,
        },
        _ => drawn(word, rest),
    };
    Some(command.ok_or_else(wrong))
}

fn drawn(word: &str, rest: &str) -> Option<PointingCommand> {
    let (mut colour, mut stay, mut rest) = (MarkColour::Vermilion, MarkStay::Fades, rest.trim_start());
    while let Some((first, behind)) = rest.split_once(' ') {
        match (MarkColour::from_word(first), first) {
            (Some(wanted), _) => colour = wanted,
            (None, "stay") => stay = MarkStay::Stays,
            (None, _) => break,
        }
        rest = behind.trim_start();
    }
    let shape = match word {
        "draw" => {
            let points: Option<Vec<_>> = rest.split_whitespace().map(point).collect();
            MarkShape::Stroke(points.filter(|points| (1..=MAX_MARK_POINTS).contains(&points.len()))?)
        }
        "arrow" => {
            let (from, to) = rest.trim().split_once(' ')?;
            MarkShape::Arrow { from: point(from)?, to: point(to.trim())? }
        }
        "mark" => marked(rest)?,
        "write" => {
            let (x, rest) = rest.split_once(' ')?;
            let (y, text) = rest.trim_start().split_once(' ')?;
            let fits = (1..=MAX_MARK_CHARS).contains(&text.trim().chars().count());
            let at = MarkPoint { x: x.parse().ok()?, y: y.parse().ok()? };
            fits.then(|| MarkShape::Text { at, text: text.trim().to_owned() })?
        }
        _ => return None,
    };
    Some(PointingCommand::Draw { id: 0, shape, colour, stay })
}

fn marked(rest: &str) -> Option<MarkShape> {
    let mut words = rest.split_whitespace();
    let (from, size) = (point(words.next()?)?, words.next()?.split_once('x')?);
    let (width, height): (u16, u16) = (size.0.parse().ok()?, size.1.parse().ok()?);
    let to = MarkPoint { x: from.x.checked_add(width)?, y: from.y.checked_add(height)? };
    match (words.next(), words.next()) {
        (None, None) => Some(MarkShape::Rectangle { from, to }),
        (Some("round"), None) => Some(MarkShape::Ellipse { from, to }),
        _ => None,
    }
}

/// `X,Y`.
fn point(text: &str) -> Option<MarkPoint> {
    let (x, y) = text.split_once(',')?;
    Some(MarkPoint { x: x.parse().ok()?, y: y.parse().ok()? })
}

/// `X Y`.
fn pair(text: &str) -> Option<MarkPoint> {
    let (x, y) = text.trim().split_once(' ')?;
    Some(MarkPoint { x: x.parse().ok()?, y: y.trim().parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: u16, y: u16) -> MarkPoint {
        MarkPoint { x, y }
    }

    fn read(line: &str) -> Option<PointingCommand> {
        let (word, rest) = crate::features::split_verb(line);
        command(word, rest).expect("a verb of pointing").ok()
    }

    fn shape(line: &str) -> Option<(MarkShape, MarkColour, MarkStay)> {
        match read(line)? {
            PointingCommand::Draw { shape, colour, stay, .. } => Some((shape, colour, stay)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lines_are_read_as_they_are_documented() {
        let plain = |shape| Some((shape, MarkColour::Vermilion, MarkStay::Fades));
        assert_eq!(read("point 3 4"), Some(PointingCommand::Point(Some(at(3, 4)))));
        assert_eq!(read("point"), Some(PointingCommand::Point(None)));
        assert_eq!(read("label off"), Some(PointingCommand::Label(LabelSwitch::Off)));
        assert_eq!(shape("draw 1,2 3,4"), plain(MarkShape::Stroke(vec![at(1, 2), at(3, 4)])));
        assert_eq!(shape("arrow 1,2 3,4"), plain(MarkShape::Arrow { from: at(1, 2), to: at(3, 4) }));
        assert_eq!(shape("mark 1,2 30x40"), plain(MarkShape::Rectangle { from: at(1, 2), to: at(31, 42) }));
        assert_eq!(shape("mark 1,2 3x4 round"), plain(MarkShape::Ellipse { from: at(1, 2), to: at(4, 6) }));
        let text = MarkShape::Text { at: at(5, 6), text: "blue  here".to_owned() };
        assert_eq!(shape("write sky stay 5 6 blue  here"), Some((text, MarkColour::Sky, MarkStay::Stays)));
    }

    #[test]
    fn what_is_too_long_too_far_or_not_a_place_is_refused() {
        let long = format!("write 1 1 {}", "x".repeat(MAX_MARK_CHARS + 1));
        let many = format!("draw {}", "1,1 ".repeat(MAX_MARK_POINTS + 1));
        for line in [
            "point 3",
            "point -1 4",
            "draw",
            "draw 1,2,3",
            "arrow 1,2",
            "mark 65535,1 1x1",
            "mark 1,1 2x2 square",
            "write 1 1",
            "write 1 1  ",
            "wipe all",
            "label",
            &long,
            &many,
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
