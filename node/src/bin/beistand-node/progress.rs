//! What takes a while, on standard error: which step of the way to the other computer it is, and for how many
//! seconds by now; how much of a file is there. On a terminal the step's line renews itself; anywhere else
//! each step is a line. With `--json` and `--quiet` nothing is printed.
//!
//! It keeps no clock, and what it prints is a text that is handed out.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use beistand_node::TaskAdvance;
use beistand_node::words::{Phrase, Words};

/// How often the line renews itself: it counts seconds.
pub(crate) const RENEWAL: Duration = Duration::from_secs(1);

/// Goes to the beginning of the line and empties it.
const EMPTY_LINE: &str = "\r\x1b[K";

/// The longest line that renews itself, in characters: one that the terminal wraps can't be emptied, and 80
/// are the fewest that a terminal usually has.
const MAX_CHARS: usize = 76;

/// The share of a file after which there is a line again, in thousandths. It is no line that renews itself:
/// whoever sends files types meanwhile.
const STRIDE: u16 = 250;

/// Files of which it is known how far they are, at most: a session has fewer under way.
const MAX_TASKS: usize = 64;

/// How the steps are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProgressShape {
    /// Not at all.
    Hidden,
    /// A line for each.
    Lines,
    /// A line that renews itself.
    Renewed,
}

/// What an event means for the step that is shown.
#[derive(Debug)]
pub(crate) enum StepNews {
    /// Nothing.
    Same,
    /// It is this one now.
    Step(Phrase),
    /// There is none any more.
    Over,
}

/// Which step it is.
#[derive(Debug)]
pub(crate) struct ProgressLine {
    shape: ProgressShape,
    words: Words,
    step: Option<(String, Instant)>,
    /// How many strides each task has made.
    strides: BTreeMap<String, u16>,
}

impl ProgressLine {
    /// No step yet.
    pub(crate) fn new(shape: ProgressShape, words: Words) -> Self {
        Self { shape, words, step: None, strides: BTreeMap::new() }
    }

    /// Whether there is a line that counts seconds.
    pub(crate) fn counts(&self) -> bool {
        self.shape == ProgressShape::Renewed && self.step.is_some()
    }

    /// What makes room for another line.
    pub(crate) fn make_room(&self) -> &'static str {
        if self.counts() { EMPTY_LINE } else { "" }
    }

    /// What to print at this news.
    pub(crate) fn on_news(&mut self, news: StepNews, now: Instant) -> String {
        match news {
            StepNews::Same => String::new(),
            StepNews::Over => {
                let printed = self.make_room().to_owned();
                self.step = None;
                printed
            }
            StepNews::Step(phrase) => {
                let text = format!("… {}", self.words.say(&phrase));
                if self.step.as_ref().is_some_and(|(known, _)| *known == text) {
                    return String::new();
                }
                self.step = Some((text.clone(), now));
                match self.shape {
                    ProgressShape::Hidden => String::new(),
                    ProgressShape::Lines => text + "\n",
                    ProgressShape::Renewed => self.renewed(now),
                }
            }
        }
    }

    /// The line as of now, where it counts.
    pub(crate) fn renewed(&self, now: Instant) -> String {
        let Some((text, since)) = self.step.as_ref().filter(|_| self.counts()) else { return String::new() };
        let seconds = now.saturating_duration_since(*since).as_secs();
        let count = if seconds > 0 { format!(" ({seconds} s)") } else { String::new() };
        let text: String = text.chars().take(MAX_CHARS - count.len()).collect();
        format!("{EMPTY_LINE}{text}{count}")
    }

    /// What to print of a task that goes on beside the conversation: a line at each quarter.
    pub(crate) fn on_advance(&mut self, advance: &TaskAdvance) -> String {
        let strides = advance.permille / STRIDE;
        let before = self.strides.get(&advance.name).copied().unwrap_or_default();
        if strides <= before || self.shape == ProgressShape::Hidden {
            return String::new();
        }
        if self.strides.len() >= MAX_TASKS {
            self.strides.clear();
        }
        self.strides.insert(advance.name.clone(), strides);
        format!("{}… {}\n", self.make_room(), self.words.say(&advance.phrase))
    }
}

#[cfg(test)]
mod tests {
    use beistand_node::words::Language;

    use super::*;

    fn line(shape: ProgressShape) -> ProgressLine {
        ProgressLine::new(shape, Words::of_node(Language::English))
    }

    fn step(key: &'static str) -> StepNews {
        StepNews::Step(Phrase::new(key))
    }

    #[test]
    fn on_a_terminal_one_line_renews_itself_and_counts() {
        let (mut progress, start) = (line(ProgressShape::Renewed), Instant::now());
        let shown = progress.on_news(step("terminal-waits-for-helper"), start);
        assert!(shown.starts_with("\r\x1b[K… Waiting for your helper"), "{shown:?}");
        let later = progress.renewed(start + Duration::from_secs(7));
        assert!(later.ends_with(" (7 s)") && !later.contains('\n'), "{later:?}");
        assert!(later.chars().count() <= MAX_CHARS + EMPTY_LINE.len());
        assert_eq!(progress.make_room(), "\r\x1b[K");
        assert_eq!(progress.on_news(step("terminal-waits-for-helper"), start), "", "it counts on");
        assert_eq!(progress.on_news(StepNews::Over, start), "\r\x1b[K");
        assert!(!progress.counts() && progress.renewed(start).is_empty() && progress.make_room().is_empty());
    }

    #[test]
    fn elsewhere_each_step_is_a_plain_line() {
        let (mut progress, start) = (line(ProgressShape::Lines), Instant::now());
        let shown = progress.on_news(step("terminal-waits-for-helper"), start);
        assert!(
            shown.starts_with("… Waiting") && shown.ends_with('\n') && !shown.contains('\x1b'),
            "{shown:?}"
        );
        assert_eq!(progress.renewed(start + Duration::from_secs(7)), "");
        assert_eq!(progress.on_news(StepNews::Over, start), "");
        let mut hidden = line(ProgressShape::Hidden);
        assert_eq!(hidden.on_news(step("terminal-waits-for-helper"), start), "");
    }

    #[test]
    fn a_file_has_a_line_at_each_quarter() {
        let mut progress = line(ProgressShape::Lines);
        let mut lines = 0;
        for permille in (0..=1000).step_by(10) {
            let phrase = Phrase::new("terminal-nothing");
            lines +=
                progress.on_advance(&TaskAdvance { name: "7".to_owned(), phrase, permille }).lines().count();
        }
        assert_eq!(lines, 4);
    }
}
