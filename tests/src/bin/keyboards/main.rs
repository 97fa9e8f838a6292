//! `beistand-keyboards`: tries every keyboard layout of a list at every other, and prints a table.
//!
//! The whole session is real: keys are pressed in the technician's window on one virtual screen, and what the
//! user's programs get is read on another.

#![allow(clippy::print_stdout, clippy::print_stderr)] // What it is for.

use std::process::ExitCode;

use beistand_tests::keyboards::{HomeKeys, KeyboardLayout, KeyboardStage, LAYOUTS, PairOutcome};

const USAGE: &str = "Usage: beistand-keyboards [LAYOUT ...]\n\nRun it by `cargo xtask keyboards`.";

/// Faults of one pair that are printed: the first ones say what is wrong.
const PRINTED_FAULTS: usize = 12;

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let named: Option<Vec<KeyboardLayout>> = names.iter().map(|name| KeyboardLayout::named(name)).collect();
    let Some(named) = named else {
        let known: Vec<&str> = LAYOUTS.iter().map(|layout| layout.name).collect();
        eprintln!("{USAGE}\n\nLayouts: {}", known.join(" "));
        return ExitCode::from(2);
    };
    let layouts = if named.is_empty() { LAYOUTS.to_vec() } else { named };
    // The harness panics where it can't go on, and prints what the programs said.
    match std::panic::catch_unwind(|| try_all(&layouts)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) | Err(_) => ExitCode::FAILURE,
    }
}

/// Tries each at each; whether all arrived.
fn try_all(layouts: &[KeyboardLayout]) -> bool {
    let stage = KeyboardStage::start();
    let home: Vec<HomeKeys> = layouts.iter().map(|layout| stage.learn(*layout)).collect();
    let mut rows = Vec::new();
    let mut whole = PairOutcome::default();
    for (index, technician) in layouts.iter().enumerate() {
        let mut cells = Vec::new();
        for (other, user) in layouts.iter().enumerate() {
            let outcome = stage.tries(&home[index], *technician, *user, &home[other]);
            for fault in outcome.faults.iter().take(PRINTED_FAULTS) {
                eprintln!("{} at {}: {fault}", technician.name, user.name);
            }
            cells.push(cell(&outcome));
            whole.add(outcome);
        }
        eprintln!("{}: {}", technician.name, cells.join(" "));
        rows.push(format!("| {} | {} |", technician.name, cells.join(" | ")));
    }
    let names: Vec<&str> = layouts.iter().map(|layout| layout.name).collect();
    println!("| technician \\ user | {} |\n|---|{}", names.join(" | "), "---|".repeat(names.len()));
    println!("{}", rows.join("\n"));
    println!("\nCharacters: {}. Shortcuts: {}.", of(whole.texts), of(whole.shortcuts));
    whole.is_perfect()
}

/// Both shares of a pair, in per cent; one number where they are the same.
fn cell(outcome: &PairOutcome) -> String {
    let (texts, shortcuts) = (per_cent(outcome.texts), per_cent(outcome.shortcuts));
    if texts == shortcuts { texts } else { format!("{texts} / {shortcuts}") }
}

fn per_cent((tried, arrived): (usize, usize)) -> String {
    if tried == arrived { "100".to_owned() } else { format!("{:.1}", arrived as f64 * 100.0 / tried as f64) }
}

fn of((tried, arrived): (usize, usize)) -> String {
    format!("{arrived} of {tried} arrived")
}
