//! Small networks, as the ordinary tests run them.

use beistand_simulator::{Scenario, Summary, run};

#[test]
fn in_a_network_that_stays_every_host_is_found_soon() {
    let scenario = Scenario { nodes: 200, lookups: 10, ..Scenario::default() };
    let summary = Summary::of(&run(&scenario));
    assert_eq!(summary.success_percent, 100.0, "{summary:?}");
    assert!(summary.hops.1 <= 4 && summary.reached_secs.1 < 3.0, "{summary:?}");
}

#[test]
fn with_churn_and_hostile_nodes_most_hosts_are_found() {
    let scenario = Scenario { nodes: 200, lookups: 10, churn: 0.3, hostile: 0.1, ..Scenario::default() };
    let summary = Summary::of(&run(&scenario));
    assert!(summary.success_percent >= 80.0, "{summary:?}");
}

#[test]
fn a_seed_says_what_happens() {
    let scenario = Scenario { nodes: 150, lookups: 4, churn: 0.2, ..Scenario::default() };
    let found = |scenario: &Scenario| -> Vec<_> {
        run(scenario).outcomes.iter().map(|outcome| (outcome.reached.is_some(), outcome.hops)).collect()
    };
    assert_eq!(found(&scenario), found(&scenario));
}
