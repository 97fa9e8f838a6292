//! The line between the two computers of a run. What it does to packets is glassbench's business.

use std::fmt;

use crate::Problem;

/// What lies between the two sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum GlassLine {
    /// Both sides are on one machine.
    Loopback,
    Slow(SlowLine),
}

/// A line with a rate and a delay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SlowLine {
    kbit_a_second: u32,
    /// One way.
    delay_millis: u32,
    loss_percent: f64,
    /// What waits before it; glassbench's own size where none is given.
    queue_kilobytes: Option<u32>,
}

impl SlowLine {
    pub(super) const fn new(kbit_a_second: u32, delay_millis: u32, loss_percent: f64) -> Self {
        Self { kbit_a_second, delay_millis, loss_percent, queue_kilobytes: None }
    }
}

impl GlassLine {
    /// Reads `none` or `KBIT:MS[:LOSS[:QUEUE]]`.
    ///
    /// # Errors
    /// In words, where it is neither.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        if text == "none" {
            return Ok(Self::Loopback);
        }
        let wanted = || {
            format!(
                "`{text}` is no line: it is `none` or KBIT:MS[:LOSS%[:QUEUE_KB]], such as 10000:20 or 10000:20:1"
            )
        };
        let parts: Vec<&str> = text.split(':').collect();
        let whole = |index: usize| parts.get(index).map(|part| part.parse::<u32>()).transpose();
        let (kbit, delay, queue) = match (whole(0), whole(1), whole(3)) {
            (Ok(Some(kbit)), Ok(Some(delay)), Ok(queue)) if parts.len() <= 4 => (kbit, delay, queue),
            _ => return Err(wanted()),
        };
        let loss: f64 = parts.get(2).map_or(Ok(0.0), |part| part.parse()).map_err(|_| wanted())?;
        if kbit == 0 || !(0.0..100.0).contains(&loss) {
            return Err(wanted());
        }
        let line = SlowLine { queue_kilobytes: queue, ..SlowLine::new(kbit, delay, loss) };
        Ok(Self::Slow(line))
    }

    /// A workload across it, as the table names it.
    pub(super) fn row(&self, workload: &str) -> String {
        match self {
            Self::Loopback => workload.to_owned(),
            Self::Slow(_) => format!("{self}: {workload}"),
        }
    }

    /// As glassbench's `--line` has it, where there is one.
    pub(super) fn argument(&self) -> Option<String> {
        let Self::Slow(line) = self else { return None };
        let mut argument = format!("{}:{}", line.kbit_a_second, line.delay_millis);
        if line.loss_percent > 0.0 || line.queue_kilobytes.is_some() {
            argument += &format!(":{}", line.loss_percent);
        }
        if let Some(queue) = line.queue_kilobytes {
            argument += &format!(":{queue}");
        }
        Some(argument)
    }
}

/// As a person calls it.
impl fmt::Display for GlassLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Slow(line) = self else { return write!(f, "no line") };
        match line.kbit_a_second {
            kbit if kbit.is_multiple_of(1000) => write!(f, "{} Mbit/s", kbit / 1000)?,
            kbit => write!(f, "{kbit} kbit/s")?,
        }
        write!(f, ", {} ms", line.delay_millis)?;
        if line.loss_percent > 0.0 {
            write!(f, ", {} % loss", line.loss_percent)?;
        }
        if let Some(queue) = line.queue_kilobytes {
            write!(f, ", a queue of {queue} kB")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_named() {
        for (text, name) in [
            ("10000:20", "10 Mbit/s, 20 ms"),
            ("10000:20:1", "10 Mbit/s, 20 ms, 1 % loss"),
            ("2000:50:0.5:60", "2 Mbit/s, 50 ms, 0.5 % loss, a queue of 60 kB"),
            ("512:0:0:60", "512 kbit/s, 0 ms, a queue of 60 kB"),
        ] {
            let line = GlassLine::parse(text).expect(text);
            assert_eq!((line.to_string().as_str(), line.argument().as_deref()), (name, Some(text)));
        }
        let none = GlassLine::parse("none").expect("valid");
        assert_eq!((none.to_string().as_str(), none.argument()), ("no line", None));
        assert_eq!(none.row("typing"), "typing");
        assert_eq!(GlassLine::Slow(SlowLine::new(2_000, 50, 0.0)).row("typing"), "2 Mbit/s, 50 ms: typing");
    }

    #[test]
    fn a_line_without_loss_is_the_same_however_it_is_written() {
        assert_eq!(GlassLine::parse("10000:20:0"), Ok(GlassLine::Slow(SlowLine::new(10_000, 20, 0.0))));
    }

    #[test]
    fn what_is_no_line_is_refused() {
        for text in
            ["", "10000", "10000:", "a:b", "0:20", "10000:20:100", "10000:20:-1", "1:2:3:4:5", "1:2:x"]
        {
            assert!(GlassLine::parse(text).expect_err(text).contains("is no line"), "{text}");
        }
    }
}
