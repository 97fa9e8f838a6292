//! What a technician's side has asked the host to do, one thing after the other: under which numbers, what
//! has begun, and what is given up because no word of it comes.
//!
//! It sends nothing and reads no clock, and what a task is only its room knows.

use std::time::{Duration, Instant};

use super::side::SideLoad;

/// How long after all became void a revoke is known here, at the latest: both come at once, by two ways.
const REVOKE_TIME: Duration = Duration::from_secs(1);

/// How long after a stop the end of a task is waited for: longer than the host's machine holds one up.
const STOP_TIME: Duration = Duration::from_secs(10);

/// A task that was asked for and is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AskedTask<K> {
    pub(super) id: u32,
    pub(super) kind: K,
    /// What it is about, as a person reads it.
    pub(super) subject: String,
    pub(super) begun: bool,
    /// When it is given up, where it was stopped.
    given_up: Option<Instant>,
    findings: usize,
}

impl<K> AskedTask<K> {
    /// Whether it was stopped.
    pub(super) fn is_stopped(&self) -> bool {
        self.given_up.is_some()
    }
}

/// Why a task is over without a word of the host's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TaskLoss {
    /// The path was lost, or the permission: the host has ended it.
    Voided,
    /// It was stopped, and did not end.
    Late,
}

/// All of them, in the order in which they were asked for.
#[derive(Debug)]
pub(super) struct AskedTasks<K> {
    tasks: Vec<AskedTask<K>>,
    /// How many there are at a time.
    most: usize,
    /// The number of the newest one.
    newest: u32,
    /// When all became void: with the path, or with the permission, which is known a moment later.
    voided: Option<Instant>,
}

impl<K: Copy> AskedTasks<K> {
    /// None yet, and never more than `most`.
    pub(super) fn new(most: usize) -> Self {
        // Numbers go on where a permission comes back: what is on its way of an older task is not a newer
        // one's.
        let newest = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.subsec_nanos());
        Self { tasks: Vec::new(), most, newest, voided: None }
    }

    /// Whether none is under way.
    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// How much there is to do.
    pub(super) fn load(&self) -> SideLoad {
        match self.tasks.len() {
            0 => SideLoad::Idle,
            many if many >= self.most => SideLoad::Full,
            _ => SideLoad::Busy,
        }
    }

    /// One more is asked for; its number.
    pub(super) fn ask(&mut self, kind: K, subject: String) -> u32 {
        self.newest = self.newest.wrapping_add(1);
        let id = self.newest;
        self.tasks.push(AskedTask { id, kind, subject, begun: false, given_up: None, findings: 0 });
        id
    }

    /// All are to be stopped at `now`; their numbers.
    pub(super) fn stop(&mut self, now: Instant) -> impl Iterator<Item = u32> {
        self.tasks.iter_mut().map(move |task| {
            task.given_up.get_or_insert(now + STOP_TIME);
            task.id
        })
    }

    /// The one of this number.
    pub(super) fn of(&self, id: u32) -> Option<&AskedTask<K>> {
        self.tasks.iter().find(|task| task.id == id)
    }

    /// The one that runs.
    pub(super) fn running(&self) -> Option<&AskedTask<K>> {
        self.tasks.iter().find(|task| task.begun)
    }

    /// The one of this number begins, as one at a time does, and none twice.
    pub(super) fn begin(&mut self, id: u32) -> Option<&AskedTask<K>> {
        if self.running().is_some() {
            return None;
        }
        let task = self.tasks.iter_mut().find(|task| task.id == id)?;
        task.begun = true;
        Some(task)
    }

    /// The one of this number has found something more, of `most` things at most.
    pub(super) fn find(&mut self, id: u32, most: usize) -> Option<&AskedTask<K>> {
        let task = self.tasks.iter_mut().find(|task| task.id == id && task.findings < most)?;
        task.findings += 1;
        Some(task)
    }

    /// The one of this number is over.
    pub(super) fn end(&mut self, id: u32) -> Option<AskedTask<K>> {
        let index = self.tasks.iter().position(|task| task.id == id)?;
        Some(self.tasks.remove(index))
    }

    /// Those that have not begun will not.
    pub(super) fn take_waiting(&mut self) -> Vec<AskedTask<K>> {
        self.tasks.extract_if(.., |task| !task.begun).collect()
    }

    /// All of them, since nobody is there any more who could end them.
    pub(super) fn take_all(&mut self) -> Vec<AskedTask<K>> {
        std::mem::take(&mut self.tasks)
    }

    /// From `now` on no word of any of them comes.
    pub(super) fn void(&mut self, now: Instant) {
        self.voided = Some(now);
    }

    /// When [`Self::take_lost`] is to be asked next.
    pub(super) fn due(&self) -> Option<Instant> {
        let voided = self.voided.map(|at| at + REVOKE_TIME);
        voided.or_else(|| self.tasks.iter().filter_map(|task| task.given_up).min())
    }

    /// Those that are lost by `now`, and why.
    pub(super) fn take_lost(&mut self, now: Instant) -> Vec<(AskedTask<K>, TaskLoss)> {
        if self.voided.take_if(|at| *at + REVOKE_TIME <= now).is_some() {
            return self.take_all().into_iter().map(|task| (task, TaskLoss::Voided)).collect();
        }
        let late = |task: &mut AskedTask<K>| task.given_up.is_some_and(|at| at <= now);
        self.tasks.extract_if(.., late).map(|task| (task, TaskLoss::Late)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_runs_at_a_time_and_what_is_over_has_no_number() {
        let mut tasks = AskedTasks::new(2);
        assert_eq!(tasks.load(), SideLoad::Idle);
        let [first, second] = ["a", "b"].map(|subject| tasks.ask('x', subject.to_owned()));
        assert_eq!(tasks.load(), SideLoad::Full);
        assert!(tasks.begin(first.wrapping_sub(1)).is_none());
        assert_eq!(tasks.begin(first).map(|task| task.subject.as_str()), Some("a"));
        assert!(tasks.begin(first).is_none() && tasks.begin(second).is_none(), "one at a time, and once");
        assert!(tasks.find(first, 1).is_some() && tasks.find(first, 1).is_none());
        assert_eq!(tasks.end(first).map(|task| task.id), Some(first));
        assert!(tasks.of(first).is_none() && tasks.end(first).is_none());
        assert_eq!(tasks.load(), SideLoad::Busy);
        assert_eq!(tasks.take_waiting().len(), 1);
        assert!(tasks.is_empty());
    }

    #[test]
    fn what_was_stopped_is_given_up_after_its_time_and_what_was_not_is_not() {
        let (mut tasks, now) = (AskedTasks::new(8), Instant::now());
        let stopped = tasks.ask((), String::new());
        assert_eq!(tasks.due(), None);
        assert_eq!(tasks.stop(now).collect::<Vec<_>>(), [stopped]);
        assert_eq!(tasks.stop(now + STOP_TIME / 2).count(), 1, "its time does not begin again");
        tasks.ask((), String::new());
        assert_eq!(tasks.due(), Some(now + STOP_TIME));
        assert!(tasks.take_lost(now + STOP_TIME / 2).is_empty());
        let lost = tasks.take_lost(now + STOP_TIME);
        assert_eq!(
            lost.iter().map(|(task, why)| (task.id, *why)).collect::<Vec<_>>(),
            [(stopped, TaskLoss::Late)]
        );
        assert!(!tasks.is_empty() && tasks.due().is_none());
    }

    #[test]
    fn with_the_path_all_are_lost_a_moment_later() {
        let (mut tasks, now) = (AskedTasks::new(8), Instant::now());
        tasks.ask((), String::new());
        tasks.void(now);
        assert!(tasks.take_lost(now).is_empty(), "a revoke may be on its way");
        assert_eq!(tasks.due(), Some(now + REVOKE_TIME));
        assert_eq!(tasks.take_lost(now + REVOKE_TIME)[0].1, TaskLoss::Voided);
        assert_eq!(tasks.due(), None);
    }
}
