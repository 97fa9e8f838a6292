//! The paths between the two sides, and the one rule by which one is picked.
//!
//! A path is a connection that the driver has; it says when one comes, goes or is measured. The technician
//! picks, since it is the one who dials; the host follows. It knows nothing of streams and keys.

use std::time::{Duration, Instant};

/// Names a path; the driver's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathId(pub u64);

impl PathId {
    /// The path on which the handshake runs.
    pub const FIRST: Self = Self(0);
}

/// How direct a path is; the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathKind {
    /// In the same local network, or on the same machine.
    Lan,
    /// Across the internet, directly.
    Direct,
    /// Through a relay.
    Relay,
}

/// PathTable that are known at once: the connections that libp2p lets a peer have, and some that are going.
const MAX_PATHS: usize = 8;

/// A path that is no more direct must answer in less than two thirds of the time, and so much sooner, to be
/// worth a change.
const WORTH: Duration = Duration::from_millis(10);

/// What a resume takes beside the round trips: a busy machine at either end, and a packet that is sent again.
const SLACK: Duration = Duration::from_millis(500);

/// The paths of a session.
#[derive(Debug, Default)]
pub(crate) struct PathTable(Vec<KnownPath>);

#[derive(Debug)]
struct KnownPath {
    id: PathId,
    kind: PathKind,
    round_trip: Option<Duration>,
    /// When it came.
    since: Instant,
    /// It did not carry a resume; it is not tried again before this.
    resting_until: Option<Instant>,
}

impl KnownPath {
    /// The rule: direct before relay, the LAN before all, then the round trip, then the older one.
    fn rank(&self) -> (PathKind, Duration, Instant) {
        (self.kind, self.round_trip.unwrap_or(Duration::MAX), self.since)
    }

    fn resting(&self, now: Instant) -> bool {
        self.resting_until.is_some_and(|until| now < until)
    }
}

impl PathTable {
    /// A path came. Past the bound it is not known, and so never used.
    pub(crate) fn add(&mut self, now: Instant, id: PathId, kind: PathKind) {
        if self.0.len() < MAX_PATHS && !self.contains(id) {
            self.0.push(KnownPath { id, kind, round_trip: None, since: now, resting_until: None });
        }
    }

    /// A path is gone.
    pub(crate) fn remove(&mut self, id: PathId) {
        self.0.retain(|path| path.id != id);
    }

    /// A path's round trip was measured while nothing else was on its way.
    pub(crate) fn measured(&mut self, id: PathId, round_trip: Duration) {
        if let Some(path) = self.0.iter_mut().find(|path| path.id == id) {
            path.round_trip = Some(round_trip);
        }
    }

    /// A path did not carry a resume.
    pub(crate) fn failed(&mut self, id: PathId, until: Instant) {
        if let Some(path) = self.0.iter_mut().find(|path| path.id == id) {
            path.resting_until = Some(until);
        }
    }

    pub(crate) fn contains(&self, id: PathId) -> bool {
        self.0.iter().any(|path| path.id == id)
    }

    /// How long a resume may take on this path, where that is known, and at most `longest`.
    pub(crate) fn patience(&self, id: PathId, longest: Duration) -> Duration {
        let round_trip = self.0.iter().find(|path| path.id == id).and_then(|path| path.round_trip);
        round_trip.map_or(longest, |round_trip| (round_trip * 3 + SLACK).min(longest))
    }

    /// Whether the path came less than `age` ago: then it works, most likely.
    pub(crate) fn new_within(&self, now: Instant, id: PathId, age: Duration) -> bool {
        self.0.iter().any(|path| path.id == id && now.saturating_duration_since(path.since) < age)
    }

    /// The path to go on with where `current` says nothing any more: the best other one, or else it itself.
    pub(crate) fn way_out(&self, now: Instant, current: PathId) -> Option<PathId> {
        let paths = self.0.iter().filter(|path| !path.resting(now));
        paths.min_by_key(|path| (path.id == current, path.rank())).map(|path| path.id)
    }

    /// A path that is worth leaving `current` for while that works. It must have answered before.
    pub(crate) fn better(&self, now: Instant, current: PathId) -> Option<PathId> {
        let current = self.0.iter().find(|path| path.id == current)?;
        let worth = |path: &&KnownPath| {
            let sooner = path
                .round_trip
                .zip(current.round_trip)
                .is_some_and(|(theirs, ours)| theirs * 3 / 2 + WORTH < ours);
            path.kind < current.kind || path.kind == current.kind && sooner
        };
        let paths = self.0.iter().filter(|path| path.round_trip.is_some() && !path.resting(now));
        paths.filter(worth).min_by_key(|path| path.rank()).map(|path| path.id)
    }

    /// When the next path that rests may be tried.
    pub(crate) fn next_try(&self, now: Instant) -> Option<Instant> {
        self.0.iter().filter(|path| path.resting(now)).filter_map(|path| path.resting_until).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLIS: fn(u64) -> Duration = Duration::from_millis;

    fn paths(now: Instant, list: &[(PathKind, Option<u64>)]) -> PathTable {
        let mut paths = PathTable::default();
        for (id, (kind, round_trip)) in (0..).zip(list) {
            paths.add(now + MILLIS(id), PathId(id), *kind);
            if let Some(millis) = round_trip {
                paths.measured(PathId(id), MILLIS(*millis));
            }
        }
        paths
    }

    #[test]
    fn the_most_direct_is_better_then_the_fastest() {
        use PathKind::{Direct, Lan, Relay};
        let now = Instant::now();
        type Case<'a> = (&'a [(PathKind, Option<u64>)], Option<u64>);
        let cases: [Case<'_>; 7] = [
            (&[(Relay, Some(10)), (Direct, Some(80)), (Lan, Some(90))], Some(2)),
            (&[(Relay, Some(10)), (Direct, None)], None),
            (&[(Direct, Some(10)), (Relay, Some(1)), (Direct, Some(8))], None),
            (&[(Direct, Some(100)), (Direct, Some(50)), (Direct, Some(40))], Some(2)),
            (&[(Direct, Some(100)), (Direct, Some(60))], None),
            (&[(Lan, Some(3)), (Lan, Some(1))], None),
            (&[(Lan, None), (Lan, Some(1))], None),
        ];
        for (list, better) in cases {
            assert_eq!(paths(now, list).better(now, PathId(0)), better.map(PathId), "{list:?}");
        }
    }

    #[test]
    fn the_way_out_is_the_best_other_path_that_does_not_rest() {
        use PathKind::{Direct, Relay};
        let now = Instant::now();
        let mut paths = paths(now, &[(Direct, Some(1)), (Relay, None), (Direct, None), (Direct, None)]);
        assert_eq!(paths.way_out(now, PathId(0)), Some(PathId(2)));
        paths.failed(PathId(2), now + MILLIS(100));
        assert_eq!(paths.way_out(now, PathId(0)), Some(PathId(3)));
        paths.remove(PathId(3));
        assert_eq!(paths.way_out(now, PathId(0)), Some(PathId(1)));
        paths.remove(PathId(1));
        assert_eq!(paths.way_out(now, PathId(0)), Some(PathId(0)));
        assert_eq!(paths.next_try(now), Some(now + MILLIS(100)));
        assert_eq!(paths.way_out(now + MILLIS(100), PathId(0)), Some(PathId(2)));
        paths.remove(PathId(0));
        assert_eq!(paths.way_out(now, PathId(0)), None);
    }

    #[test]
    fn they_are_bounded() {
        let now = Instant::now();
        let mut paths = PathTable::default();
        for id in 0..100 {
            paths.add(now, PathId(id), PathKind::Lan);
        }
        assert_eq!(paths.0.len(), MAX_PATHS);
    }

    #[test]
    fn a_near_path_is_given_less_time_and_a_new_one_is_known_for_it() {
        let now = Instant::now();
        let paths = paths(
            now,
            &[(PathKind::Direct, Some(40)), (PathKind::Relay, None), (PathKind::Relay, Some(5000))],
        );
        let patience = |id| paths.patience(PathId(id), MILLIS(2500));
        assert_eq!([patience(0), patience(1), patience(2)], [620, 2500, 2500].map(MILLIS));
        assert!(paths.new_within(now + MILLIS(99), PathId(0), MILLIS(100)));
        assert!(!paths.new_within(now + MILLIS(100), PathId(0), MILLIS(100)));
    }
}
