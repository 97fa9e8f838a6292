//! What this program and the process that draws its bar say to each other, over a pair of pipes.
//!
//! A window of macOS's belongs to a process's main thread, which is taken; so the bar is drawn by this
//! program, started again. Each message is a letter, the number of bytes that follow, and those.

use std::io::{self, Read, Write};

use crate::{IndicatorFace, IndicatorFlow, IndicatorPress};

/// The longest message: a face is nine short texts.
const MAX_MESSAGE_BYTES: usize = 1 << 16;

/// What a text of a face ends with; none has one inside, since they are escaped.
const SEPARATOR: char = '\0';

/// To the bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BarOrder {
    /// Show this.
    Show(Box<IndicatorFace>),
    /// Come back above all others, onto the displays that there are now.
    Restore,
    /// Go to the other end of the display.
    StepAside,
    /// Answer.
    Ping,
}

/// From the bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BarReport {
    /// It is on the screen.
    Shown,
    /// The answer to a [`BarOrder::Ping`].
    Pong,
    /// A button was pressed and released.
    Pressed(IndicatorPress),
}

impl BarOrder {
    /// Writes it.
    ///
    /// # Errors
    /// Where the other side is gone.
    pub(crate) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let (letter, content) = match self {
            Self::Show(face) => (b'S', encoded(face)),
            Self::Restore => (b'R', String::new()),
            Self::StepAside => (b'A', String::new()),
            Self::Ping => (b'P', String::new()),
        };
        write_message(to, letter, content.as_bytes())
    }

    /// Reads the next one.
    ///
    /// # Errors
    /// Where the other side is gone, or says something else.
    pub(crate) fn read(from: &mut impl Read) -> io::Result<Self> {
        let (letter, content) = read_message(from)?;
        match letter {
            b'S' => decoded(&content).map(|face| Self::Show(Box::new(face))).ok_or_else(invalid),
            b'R' => Ok(Self::Restore),
            b'A' => Ok(Self::StepAside),
            b'P' => Ok(Self::Ping),
            _ => Err(invalid()),
        }
    }
}

impl BarReport {
    const ALL: [(Self, u8); 5] = [
        (Self::Shown, b's'),
        (Self::Pong, b'p'),
        (Self::Pressed(IndicatorPress::Pause), b'w'),
        (Self::Pressed(IndicatorPress::GoOn), b'g'),
        (Self::Pressed(IndicatorPress::End), b'e'),
    ];

    /// Writes it.
    ///
    /// # Errors
    /// Where the other side is gone.
    pub(crate) fn write(self, to: &mut impl Write) -> io::Result<()> {
        let letter = Self::ALL.iter().find(|(report, _)| *report == self).map(|(_, letter)| *letter);
        write_message(to, letter.ok_or_else(invalid)?, &[])
    }

    /// Reads the next one.
    ///
    /// # Errors
    /// Where the other side is gone, or says something else.
    pub(crate) fn read(from: &mut impl Read) -> io::Result<Self> {
        let (letter, _) = read_message(from)?;
        let report = Self::ALL.iter().find(|(_, known)| *known == letter).map(|(report, _)| *report);
        report.ok_or_else(invalid)
    }
}

fn encoded(face: &IndicatorFace) -> String {
    let flow = match face.flow {
        IndicatorFlow::Running => "running",
        IndicatorFlow::Paused => "paused",
    };
    let IndicatorFace { flow: _, name, mark, doing, may, key, pause, go_on, end } = face;
    [flow, name, mark, doing, may, key, pause, go_on, end].join("\0")
}

fn decoded(content: &[u8]) -> Option<IndicatorFace> {
    let text = std::str::from_utf8(content).ok()?;
    let mut texts = text.split(SEPARATOR).map(str::to_owned);
    let flow = match &texts.next()?[..] {
        "running" => IndicatorFlow::Running,
        "paused" => IndicatorFlow::Paused,
        _ => return None,
    };
    let mut next = || texts.next();
    let (name, mark, doing, may, key) = (next()?, next()?, next()?, next()?, next()?);
    let (pause, go_on, end) = (next()?, next()?, next()?);
    next().is_none().then_some(IndicatorFace { flow, name, mark, doing, may, key, pause, go_on, end })
}

fn write_message(to: &mut impl Write, letter: u8, content: &[u8]) -> io::Result<()> {
    let length = u32::try_from(content.len()).ok().filter(|length| *length as usize <= MAX_MESSAGE_BYTES);
    let mut message = vec![letter];
    message.extend(length.ok_or_else(invalid)?.to_le_bytes());
    message.extend(content);
    to.write_all(&message)?;
    to.flush()
}

fn read_message(from: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    from.read_exact(&mut head)?;
    let [letter, length @ ..] = head;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_MESSAGE_BYTES {
        return Err(invalid());
    }
    let mut content = vec![0; length];
    from.read_exact(&mut content)?;
    Ok((letter, content))
}

fn invalid() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face() -> IndicatorFace {
        let text = |text: &str| text.to_owned();
        IndicatorFace {
            flow: IndicatorFlow::Paused,
            name: text("Ada"),
            mark: text(""),
            doing: text("sieht zu · 0:12"),
            may: text("Maus"),
            key: text("Ctrl+Alt+End"),
            pause: text("Pause"),
            go_on: text("Weiter"),
            end: text("Beenden"),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let orders =
            [BarOrder::Show(Box::new(face())), BarOrder::Restore, BarOrder::StepAside, BarOrder::Ping];
        let mut pipe = Vec::new();
        orders.iter().for_each(|order| order.write(&mut pipe).expect("memory takes it"));
        let mut from = &pipe[..];
        for order in orders {
            assert_eq!(BarOrder::read(&mut from).expect("whole"), order);
        }
        assert!(BarOrder::read(&mut from).is_err(), "the end");
        for (report, _) in BarReport::ALL {
            let mut pipe = Vec::new();
            report.write(&mut pipe).expect("memory takes it");
            assert_eq!(BarReport::read(&mut &pipe[..]).expect("whole"), report);
        }
    }

    #[test]
    fn what_is_cut_too_long_or_something_else_is_no_message() {
        let mut whole = Vec::new();
        BarOrder::Show(Box::new(face())).write(&mut whole).expect("memory takes it");
        for length in 0..whole.len() {
            assert!(BarOrder::read(&mut &whole[..length]).is_err());
        }
        assert!(BarOrder::read(&mut &b"S\xff\xff\xff\xff"[..]).is_err());
        assert!(BarOrder::read(&mut &b"S\x02\0\0\0xx"[..]).is_err());
        assert!(BarReport::read(&mut &b"?\0\0\0\0"[..]).is_err());
    }
}
