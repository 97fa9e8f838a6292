//! Trials in figures.

use std::time::Duration;

use crate::{Report, Scenario};

/// A report in figures; times are of the simulated clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Trials.
    pub lookups: usize,
    /// The share of trials in which the technician was connected to the host, in percent.
    pub success_percent: f64,
    /// The share of trials in which the technician heard of the host, in percent.
    pub named_percent: f64,
    /// Hops to whoever named the host: the middle and the 95th percentile.
    pub hops: (u32, u32),
    /// Questions of the technician, the middle.
    pub requests: u32,
    /// Dials of the technician, the middle.
    pub dials: u64,
    /// Seconds until the host was named: the middle and the 95th percentile, of those where it was.
    pub named_secs: (f64, f64),
    /// Seconds until the host was reached: the same.
    pub reached_secs: (f64, f64),
    /// Seconds until the host's key was provided, the middle.
    pub provided_secs: f64,
    /// Questions and records of the host, the middle.
    pub provide_requests: u32,
    /// Bytes of memory a node.
    pub bytes_per_node: Option<u64>,
}

impl Summary {
    /// The figures of a report.
    pub fn of(report: &Report) -> Self {
        let outcomes = &report.outcomes;
        let secs = |times: Vec<Option<Duration>>| -> (f64, f64) {
            let times = times.into_iter().flatten();
            let both = percentiles(times.collect());
            (both.0.as_secs_f64(), both.1.as_secs_f64())
        };
        let reached = outcomes.iter().filter(|outcome| outcome.reached.is_some()).count();
        let named = outcomes.iter().filter(|outcome| outcome.named.is_some()).count();
        Self {
            lookups: outcomes.len(),
            success_percent: 100.0 * reached as f64 / outcomes.len().max(1) as f64,
            named_percent: 100.0 * named as f64 / outcomes.len().max(1) as f64,
            hops: percentiles(outcomes.iter().filter_map(|outcome| outcome.hops).collect()),
            requests: percentiles(outcomes.iter().map(|outcome| outcome.requests).collect()).0,
            dials: percentiles(outcomes.iter().map(|outcome| outcome.dials).collect()).0,
            named_secs: secs(outcomes.iter().map(|outcome| outcome.named).collect()),
            reached_secs: secs(outcomes.iter().map(|outcome| outcome.reached).collect()),
            provided_secs: secs(outcomes.iter().map(|outcome| Some(outcome.provided)).collect()).0,
            provide_requests: percentiles(outcomes.iter().map(|outcome| outcome.provide_requests).collect())
                .0,
            bytes_per_node: report.bytes_per_node,
        }
    }

    /// The head of a table of [`Self::row`]s.
    pub fn head() -> &'static str {
        "| nodes | churn % | hostile % | named % | reached % | hops p50/p95 | requests | dials | named s p50/p95 | reached s p50/p95 \
         | provide s | provide requests | KiB a node |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|"
    }

    /// A line of a table.
    pub fn row(&self, scenario: &Scenario) -> String {
        let memory = self.bytes_per_node.map_or("-".to_owned(), |bytes| (bytes / 1024).to_string());
        format!(
            "| {} | {:.0} | {:.0} | {:.0} | {:.0} | {} / {} | {} | {} | {:.2} / {:.2} | {:.2} / {:.2} | {:.2} | {} | {memory} |",
            scenario.nodes,
            scenario.churn * 100.0,
            scenario.hostile * 100.0,
            self.named_percent,
            self.success_percent,
            self.hops.0,
            self.hops.1,
            self.requests,
            self.dials,
            self.named_secs.0,
            self.named_secs.1,
            self.reached_secs.0,
            self.reached_secs.1,
            self.provided_secs,
            self.provide_requests,
        )
    }
}

/// The middle and the 95th percentile.
fn percentiles<T: Ord + Copy + Default>(mut all: Vec<T>) -> (T, T) {
    all.sort_unstable();
    let at = |percent: usize| all.get((all.len() * percent / 100).min(all.len().saturating_sub(1))).copied();
    (at(50).unwrap_or_default(), at(95).unwrap_or_default())
}
