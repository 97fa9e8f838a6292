//! A search that runs: whether it may go on, how far it is, and how much it has told.

use std::time::{Duration, Instant};

use beistand_session::{MAX_SWEEP_FINDINGS, SweepCategory, SweepEnd, SweepFinding, SweepKind};
use beistand_tool::{ToolCall, ToolGo, ToolOutcome, ToolRunner};

use crate::{SweepOutcome, SweepSink};

/// How long a search may take: somebody waits for it.
const SEARCH_TIME: Duration = Duration::from_secs(10 * 60);

/// How long a search for viruses may take: a home of some hundred gigabytes.
const VIRUS_TIME: Duration = Duration::from_secs(2 * 60 * 60);

/// For `?` in a search.
pub(crate) type SweepResult = Result<(), SweepEnd>;

/// A search that runs.
pub(crate) struct SweepProgress<'a> {
    sink: &'a mut dyn SweepSink,
    deadline: Instant,
    /// Which categories, and which of them is looked through.
    categories: Vec<SweepCategory>,
    index: usize,
    seen: u32,
    told: usize,
    left_off: u32,
}

impl<'a> SweepProgress<'a> {
    pub(crate) fn new(kind: SweepKind, sink: &'a mut dyn SweepSink) -> Self {
        let time = if kind == SweepKind::Only(SweepCategory::Virus) { VIRUS_TIME } else { SEARCH_TIME };
        let categories = kind.categories();
        let deadline = Instant::now() + time;
        Self { sink, deadline, categories, index: 0, seen: 0, told: 0, left_off: 0 }
    }

    /// Goes through the categories, each with this.
    pub(crate) fn each(
        mut self,
        mut search: impl FnMut(&mut Self, SweepCategory, &mut Vec<SweepFinding>) -> SweepResult,
    ) -> SweepOutcome {
        let mut end = SweepEnd::Done;
        for (index, category) in self.categories.clone().into_iter().enumerate() {
            self.index = index;
            self.advance(0, 1);
            let mut found = Vec::new();
            let result = search(&mut self, category, &mut found);
            // Also what was found before it had to stop.
            self.tell(found);
            if let Err(why) = result {
                end = why;
                break;
            }
        }
        if end == SweepEnd::Done {
            self.advance(1, 1);
        }
        SweepOutcome { end, seen: self.seen, left_off: self.left_off }
    }

    /// For `?` in a loop.
    pub(crate) fn go_on(&self) -> SweepResult {
        if !self.sink.is_wanted() {
            return Err(SweepEnd::Stopped);
        }
        if self.left().is_zero() { Err(SweepEnd::TimedOut) } else { Ok(()) }
    }

    /// How much time there is.
    pub(crate) fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Something more was looked at; for `?` in a loop.
    pub(crate) fn look(&mut self) -> SweepResult {
        self.seen = self.seen.saturating_add(1);
        self.go_on()
    }

    /// So much of the category is done.
    pub(crate) fn advance(&mut self, done: u64, whole: u64) {
        let whole = whole.max(1);
        let share =
            (done.min(whole) * 1000 / whole + 1000 * self.index as u64) / self.categories.len() as u64;
        self.sink.advance(share.min(1000) as u16, self.categories[self.index], self.seen);
    }

    /// Tells what was found in a category, the worst first, as far as there is room for it.
    fn tell(&mut self, mut found: Vec<SweepFinding>) {
        let room = self.room();
        found.sort_by(|one, other| {
            (other.standing, &one.thing, &one.name).cmp(&(one.standing, &other.thing, &other.name))
        });
        let too_many = found.len().saturating_sub(room);
        self.left_off = self.left_off.saturating_add(u32::try_from(too_many).unwrap_or(u32::MAX));
        for finding in found.into_iter().take(room) {
            self.told += 1;
            self.sink.found(finding.fitted());
        }
    }

    /// Findings that may still be told of a category: each has its share, so that a long list of one hides no
    /// other.
    pub(crate) fn room(&self) -> usize {
        (MAX_SWEEP_FINDINGS / self.categories.len()).min(MAX_SWEEP_FINDINGS - self.told)
    }

    /// Tells at once what was found in a category that takes long.
    pub(crate) fn tell_now(&mut self, finding: SweepFinding) {
        if self.told < MAX_SWEEP_FINDINGS {
            self.told += 1;
            self.sink.found(finding.fitted());
        } else {
            self.left_off = self.left_off.saturating_add(1);
        }
    }

    /// There is more of a kind, which is not told.
    pub(crate) fn leave_off(&mut self, count: u32) {
        self.left_off = self.left_off.saturating_add(count);
    }

    /// Runs a tool no longer than the search may take.
    pub(crate) fn run_tool(&self, tools: &ToolRunner, call: &ToolCall<'_>) -> Result<ToolOutcome, SweepEnd> {
        let call = ToolCall { limit: call.limit.min(self.left()), ..*call };
        let go = || if self.sink.is_wanted() { ToolGo::On } else { ToolGo::Stop };
        match tools.run(&call, &mut |_| go()) {
            ToolOutcome::Stopped => Err(SweepEnd::Stopped),
            outcome @ (ToolOutcome::Absent | ToolOutcome::Late | ToolOutcome::Done { .. }) => Ok(outcome),
        }
    }
}
