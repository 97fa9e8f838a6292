//! Whose bytes go next: floods, modest circuits and caps on one line, in virtual time.

use proptest::prelude::*;

use super::*;

const MS: Duration = Duration::from_millis(1);

fn rate(rate: u64) -> Option<Rate> {
    Rate::new(rate)
}

/// Circuits that hold the same number of bytes again whenever all are granted, in virtual time.
struct TestLine {
    shares: LineShares,
    now: Instant,
    holds: HashMap<ShareId, u64>,
    relayed: HashMap<ShareId, u64>,
}

impl TestLine {
    fn new(all: Option<Rate>, one: Option<Rate>) -> Self {
        let now = Instant::now();
        Self { shares: LineShares::new(all, one, now), now, holds: HashMap::new(), relayed: HashMap::new() }
    }

    fn bulk(&mut self, holds: u64) -> ShareId {
        let id = self.shares.open(self.now);
        self.holds.insert(id, holds);
        self.shares.ask(id, 0, holds, self.now);
        id
    }

    /// Runs for `time`, with timers that are late by up to a millisecond.
    fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            // Circuits that were granted something ask again at once.
            loop {
                let mut served = Vec::new();
                self.shares.serve(self.now, |id| served.push(id));
                if served.is_empty() {
                    break;
                }
                for id in served {
                    let bytes = self.shares.take(id, 0);
                    *self.relayed.entry(id).or_default() += bytes;
                    if let Some(holds) = self.holds.get(&id) {
                        self.shares.ask(id, 0, *holds, self.now);
                    }
                }
            }
            self.now += MS;
        }
    }

    fn relayed(&self, id: ShareId) -> u64 {
        self.relayed.get(&id).copied().unwrap_or(0)
    }

    fn all(&self) -> u64 {
        self.relayed.values().sum()
    }
}

#[test]
fn without_limits_all_is_granted_at_once() {
    let mut line = TestLine::new(None, None);
    let id = line.shares.open(line.now);
    line.shares.ask(id, 1, 100_000, line.now);
    line.shares.serve(line.now, |_| {});
    assert_eq!(line.shares.take(id, 1), 100_000);
    assert_eq!(line.shares.next(), None);
}

#[test]
fn a_small_message_waits_for_no_flood() {
    let mut line = TestLine::new(rate(12_500_000), None);
    for _ in 0..199 {
        line.bulk(1 << 20);
    }
    line.run(Duration::from_secs(1));
    assert_eq!(line.shares.slice, MAX_SLICE_BYTES);
    let small = line.shares.open(line.now);
    for _ in 0..50 {
        line.shares.ask(small, 0, 100, line.now);
        let asked = line.now;
        let before = line.relayed(small);
        while line.relayed(small) == before {
            line.run(MS);
        }
        assert!(line.now - asked <= 4 * MS, "{:?}", line.now - asked);
        line.run(20 * MS);
    }
}

#[test]
fn both_directions_of_a_circuit_are_one_share() {
    let mut line = TestLine::new(rate(1_000_000), None);
    let both = line.shares.open(line.now);
    let one = line.shares.open(line.now);
    let mut relayed = [0; 3];
    for _ in 0..1_000 {
        line.shares.ask(both, 0, 50_000, line.now);
        line.shares.ask(both, 1, 50_000, line.now);
        line.shares.ask(one, 0, 50_000, line.now);
        line.shares.serve(line.now, |_| {});
        relayed[0] += line.shares.take(both, 0);
        relayed[1] += line.shares.take(both, 1);
        relayed[2] += line.shares.take(one, 0);
        line.now += MS;
    }
    assert!(relayed[0].abs_diff(relayed[1]) <= MAX_SLICE_BYTES, "{relayed:?}");
    assert!((relayed[0] + relayed[1]).abs_diff(relayed[2]) <= 2 * MAX_SLICE_BYTES, "{relayed:?}");
}

#[test]
fn what_waits_is_forgotten_with_its_circuit() {
    let mut line = TestLine::new(rate(1_000), rate(1_000));
    let ids: Vec<_> = (0..10).map(|_| line.bulk(100_000)).collect();
    line.run(Duration::from_secs(2));
    for id in ids {
        line.shares.close(id);
    }
    assert_eq!((line.shares.len(), line.shares.next()), (0, None));
    line.shares.serve(line.now + Duration::from_secs(100), |_| panic!("nobody is there"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn floods_get_the_same_whatever_they_ask_for_at_once(
        all in 50_000_u64..20_000_000,
        holds in proptest::collection::vec(MAX_SLICE_BYTES..1_000_000, 2..20),
    ) {
        let mut line = TestLine::new(rate(all), None);
        let ids: Vec<_> = holds.iter().map(|holds| line.bulk(*holds)).collect();
        line.run(Duration::from_secs(5));
        let relayed: Vec<_> = ids.iter().map(|id| line.relayed(*id)).collect();
        let (least, most) = (relayed.iter().min().unwrap(), relayed.iter().max().unwrap());
        prop_assert!(most - least <= 3 * MAX_SLICE_BYTES, "{relayed:?}");
        // The rate is kept, and the line is busy.
        prop_assert!(line.all() <= 5 * all + all / 50 + MAX_SLICE_BYTES, "{} of {}", line.all(), 5 * all);
        prop_assert!(line.all() >= 5 * all - all / 50 - MAX_SLICE_BYTES, "{} of {}", line.all(), 5 * all);
    }

    #[test]
    fn a_circuits_cap_is_kept_and_leaves_the_rest_to_others(
        one in 20_000_u64..1_000_000,
        capped in 1_usize..10,
        spare in 2_u64..10,
    ) {
        let all = one * (capped as u64 + spare);
        let mut line = TestLine::new(rate(all), rate(one));
        let ids: Vec<_> = (0..capped).map(|_| line.bulk(1 << 20)).collect();
        line.run(Duration::from_secs(5));
        for id in ids {
            let relayed = line.relayed(id);
            prop_assert!(relayed <= 5 * one + one / 50 + MAX_SLICE_BYTES, "{relayed} of {}", 5 * one);
            prop_assert!(relayed >= 5 * one - one / 10 - MAX_SLICE_BYTES, "{relayed} of {}", 5 * one);
        }
    }

    #[test]
    fn modest_ones_get_all_that_they_want_beside_floods(
        modest in 1_usize..20,
        floods in 1_usize..20,
    ) {
        let all = 2_000_000;
        let share = all / (modest + floods) as u64;
        let mut line = TestLine::new(rate(all), None);
        for _ in 0..floods {
            line.bulk(1 << 20);
        }
        let ids: Vec<_> = (0..modest).map(|_| line.shares.open(line.now)).collect();
        // After the first round, in which all are new.
        line.run(Duration::from_secs(1));
        // A quarter of its share, every 20 ms.
        let message = share / 200;
        for round in 1..=100 {
            for id in &ids {
                line.shares.ask(*id, 0, message, line.now);
            }
            line.run(20 * MS);
            for id in &ids {
                prop_assert_eq!(line.relayed(*id), round * message);
            }
        }
    }
}
