//! A network of many nodes in one process, with the real Kademlia behaviour over connections in memory and a
//! simulated clock: what the product's rendezvous finds, how far and how long it goes, with churn and with
//! hostile nodes.
//!
//! What it does not do: no encryption, no NAT, no relays, no loss, no bandwidth; nodes do not maintain their
//! tables, they are given those of a network that has settled. docs/SIMULATOR.md says what follows from that.
#![forbid(unsafe_code)]

mod clock;
mod network;
mod node;
mod population;
mod random;
mod store;
mod summary;
mod trial;
mod wire;

use std::sync::Arc;

use population::Population;
pub use summary::Summary;
pub use trial::Outcome;

/// A network and what happens in it.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Nodes that answer questions; at least 64.
    pub nodes: usize,
    /// Where all that is random comes from.
    pub seed: u64,
    /// The share of nodes that are gone, and replaced by as many new ones, between providing and finding; 0
    /// to 0.9.
    pub churn: f64,
    /// The share of nodes that are hostile; 0 to 0.9.
    pub hostile: f64,
    /// The share of the hostile nodes that answer with junk; the others answer nothing.
    pub junk: f64,
    /// Trials, each with a host, a technician and a key of its own.
    pub lookups: u64,
}

impl Default for Scenario {
    /// 300 honest nodes that stay, and 20 lookups.
    fn default() -> Self {
        Self { nodes: 300, seed: 1, churn: 0.0, hostile: 0.0, junk: 0.5, lookups: 20 }
    }
}

/// What came of a scenario.
#[derive(Debug, Clone)]
pub struct Report {
    /// Each trial.
    pub outcomes: Vec<Outcome>,
    /// Bytes of memory that a node takes at rest, where the system tells and all nodes were made at once.
    pub bytes_per_node: Option<u64>,
}

/// In networks up to this size all nodes run in the first trial, and their memory is measured.
const MEASURED_NODES: usize = 3_000;

/// Runs a scenario.
pub fn run(scenario: &Scenario) -> Report {
    let population = Arc::new(Population::new(scenario));
    let mut bytes_per_node = None;
    let outcomes = (0..scenario.lookups).map(|number| {
        let before = resident();
        let measure = || {
            let grown = before.zip(resident()).map(|(before, after)| after.saturating_sub(before));
            bytes_per_node = grown.map(|grown| grown / scenario.nodes as u64);
        };
        let all_made = (number == 0 && scenario.nodes <= MEASURED_NODES).then_some(measure);
        trial::run(&population, scenario.seed, number, all_made)
    });
    let outcomes = outcomes.collect();
    Report { outcomes, bytes_per_node }
}

/// The resident memory of this process in bytes, on Linux.
fn resident() -> Option<u64> {
    /// What Linux counts in on the machines that this runs on.
    const PAGE: u64 = 4096;
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(text.split(' ').nth(1)?.parse::<u64>().ok()? * PAGE)
}
