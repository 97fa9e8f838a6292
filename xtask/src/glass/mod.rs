//! `cargo xtask glass`: a session from outside, beside other programs.
//!
//! It builds our programs, has glassbench run each workload with ours and with the others in turn, so that
//! the machine is the same for all, and writes the table. What it does not do: it measures nothing itself,
//! knows nothing of what is inside the programs, and ends none that glassbench has started.

mod bench;
mod figures;
mod goals;
mod json;
mod line;
mod options;
mod paper;
mod peers;
mod table;
mod turns;

use std::path::PathBuf;

use self::bench::{BenchFolder, display_is_taken, free_display};
use self::options::{GlassOptions, HELP};
use self::peers::{Contender, PeerProgram, check_programs, program_folders};
use self::table::{GlassCell, WorkloadRows, table};
use self::turns::measure;
use crate::Problem;
use crate::packages;
use crate::run::{cargo, command, output, present, run, target_dir};

/// Measures what `arguments` ask for.
///
/// # Errors
/// Where something is missing or not understood, a build failed, or some of the runs did; what the others
/// measured is written down all the same.
pub(crate) fn run_glass(arguments: &[&str]) -> Result<(), Problem> {
    if arguments.iter().any(|argument| matches!(*argument, "--help" | "-h")) {
        println!("{HELP}");
        return Ok(());
    }
    let options = GlassOptions::parse(arguments)?;
    let bench = BenchFolder::open(&options.folder)?;
    if output(command("id").arg("-u"))?.trim() != "0" {
        return Err("glassbench needs network namespaces, and those need root: run this as root".to_owned());
    }
    if !options.print_only {
        // It would be a pity to find out only after all runs.
        paper::read()?;
    }
    packages::install(&[packages::BUILD, packages::DESKTOP, packages::TEST])?;
    if !present("python3", "--version") {
        return Err("glassbench needs Python: install python3, then run this again".to_owned());
    }
    let programs = programs(&options)?;
    let (contenders, absent) = contenders(&options.against, &program_folders());
    for absent in &absent {
        println!("{absent}");
    }
    let rows = measure(&options, &contenders, &target_dir().join("glass"), &mut |plan| {
        let display = free_display(display_is_taken)?;
        run(&mut bench.command(plan, &programs, display)).map_err(|problem| {
            // The table is for everybody, and this has folders of this machine in it.
            println!("{problem}");
            "glassbench itself failed".to_owned()
        })
    })?;
    let text = paragraph(&options, &absent) + "\n" + &table(&rows);
    println!("\n{text}");
    if !options.print_only {
        paper::write(&text)?;
        println!("written into {}", paper::PAPER);
    }
    failures(&rows)
}

/// The folder with our programs, built if need be.
fn programs(options: &GlassOptions) -> Result<PathBuf, Problem> {
    if let Some(folder) = &options.bin_dir {
        check_programs(folder)?;
        return Ok(folder.clone());
    }
    run(cargo().args([
        "build",
        "--release",
        "--locked",
        "--bins",
        "-p",
        "beistand-gui",
        "-p",
        "beistand-node",
    ]))?;
    Ok(target_dir().join("release"))
}

/// Who takes part, and a sentence about each that can't.
fn contenders(against: &[&'static PeerProgram], folders: &[PathBuf]) -> (Vec<Contender>, Vec<String>) {
    let mut contenders = vec![Contender::Ours];
    let mut absent = Vec::new();
    for peer in against {
        let missing = peer.missing(folders);
        if missing.is_empty() {
            contenders.push(Contender::Peer(peer));
        } else {
            absent.push(format!("{} is left out: not installed here ({}).", peer.name, missing.join(", ")));
        }
    }
    (contenders, absent)
}

/// What stands above the table: how it was made.
fn paragraph(options: &GlassOptions, absent: &[String]) -> String {
    let build = if options.bin_dir.is_some() { "programs that were built before" } else { "release build" };
    let rounds = match options.rounds {
        1 => "one run of each".to_owned(),
        rounds => format!("medians of {rounds} runs"),
    };
    let absent: String = absent.iter().map(|absent| format!(" {absent}")).collect();
    format!("`{}`, {build}, all programs in turn, {rounds}.{absent}\n", options.command_line())
}

/// An error that names what failed.
fn failures(rows: &[WorkloadRows]) -> Result<(), Problem> {
    let mut failed = Vec::new();
    for group in rows {
        for (contender, cell) in &group.cells {
            if let GlassCell::Failed { reason, logs } = cell {
                let row = group.line.row(group.workload);
                failed.push(format!("{row}, {}: {reason}; logs in {logs}", contender.title()));
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("some runs failed:\n  {}", failed.join("\n  "))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_not_installed_is_left_out_and_named() {
        let peers = [PeerProgram::named("xpra").expect("known")];
        let (contenders, absent) = contenders(&peers, &[]);
        assert_eq!(contenders, [Contender::Ours]);
        assert_eq!(absent, ["xpra is left out: not installed here (xpra)."]);
        let options = ["/bench", "--against", "xpra", "--rounds", "3", "--bin-dir", "/y"];
        let options = GlassOptions::parse(&options).expect("valid");
        let text = paragraph(&options, &absent);
        assert!(text.starts_with("`cargo xtask glass FOLDER --against xpra"), "{text}");
        assert!(
            text.contains("built before") && text.contains("medians of 3 runs. xpra is left out"),
            "{text}"
        );
        assert!(!text.contains("/y") && !text.contains("/bench"), "{text}");
    }
}
