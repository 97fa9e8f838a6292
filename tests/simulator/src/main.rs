//! Runs a network of many nodes in this process and prints what came of its lookups.

use std::io::Write as _;

use beistand_simulator::{Scenario, Summary, run};
use clap::Parser;

/// Simulates the DHT: hosts that provide a key, technicians who look for them, churn and hostile nodes in
/// between. Prints a line of a Markdown table, or of JSON. Times are of the simulated clock.
#[derive(Parser)]
struct Arguments {
    /// Nodes in the network.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(64..=4_000_000))]
    nodes: u32,
    /// Where all that is random comes from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Percent of the nodes that go, and as many that come, between providing and finding.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=90))]
    churn: u8,
    /// Percent of the nodes that are hostile.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=90))]
    hostile: u8,
    /// Percent of the hostile nodes that answer with junk; the others answer nothing.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u8).range(0..=100))]
    junk: u8,
    /// Hosts that are looked for, one after the other, each in a fresh state of the network.
    #[arg(long, default_value_t = 50)]
    lookups: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Print the head of the table first.
    #[arg(long, conflicts_with = "json")]
    head: bool,
}

fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let share = |percent: u8| f64::from(percent) / 100.0;
    let scenario = Scenario {
        nodes: arguments.nodes as usize,
        seed: arguments.seed,
        churn: share(arguments.churn),
        hostile: share(arguments.hostile),
        junk: share(arguments.junk),
        lookups: arguments.lookups,
    };
    let summary = Summary::of(&run(&scenario));
    let mut out = std::io::stdout().lock();
    if arguments.head {
        writeln!(out, "{}", Summary::head())?;
    }
    if arguments.json {
        writeln!(out, "{}", json(&scenario, &summary))
    } else {
        writeln!(out, "{}", summary.row(&scenario))
    }
}

fn json(scenario: &Scenario, summary: &Summary) -> serde_json::Value {
    serde_json::json!({
        "nodes": scenario.nodes,
        "seed": scenario.seed,
        "churn": scenario.churn,
        "hostile": scenario.hostile,
        "junk": scenario.junk,
        "lookups": summary.lookups,
        "success_percent": summary.success_percent,
        "named_percent": summary.named_percent,
        "hops_p50": summary.hops.0,
        "hops_p95": summary.hops.1,
        "requests_p50": summary.requests,
        "dials_p50": summary.dials,
        "named_secs_p50": summary.named_secs.0,
        "named_secs_p95": summary.named_secs.1,
        "reached_secs_p50": summary.reached_secs.0,
        "reached_secs_p95": summary.reached_secs.1,
        "provided_secs_p50": summary.provided_secs,
        "provide_requests_p50": summary.provide_requests,
        "bytes_per_node": summary.bytes_per_node,
    })
}
