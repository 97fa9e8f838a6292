//! Who runs when: workload by workload, and within one round by round, so that all programs meet the same
//! machine. Its caller says how a run is started; it reads what the run wrote.

use std::fs;
use std::path::{Path, PathBuf};

use super::bench::RunPlan;
use super::figures::GlassFigures;
use super::options::GlassOptions;
use super::peers::Contender;
use super::table::{GlassCell, WorkloadRows};
use crate::Problem;
use crate::run::target_dir;

/// Runs everything that `options` ask for by `run`, with its results below `out`. A run that fails does not
/// end the others.
///
/// # Errors
/// Where no results can be written there.
pub(super) fn measure(
    options: &GlassOptions,
    contenders: &[Contender],
    out: &Path,
    run: &mut dyn FnMut(&RunPlan<'_>) -> Result<(), Problem>,
) -> Result<Vec<WorkloadRows>, Problem> {
    let mut groups = Vec::new();
    for line in &options.lines {
        let here: Vec<Contender> = contenders
            .iter()
            .copied()
            .filter(|contender| line.argument().is_none() || crosses(*contender))
            .collect();
        let out = out.join(line.argument().map_or("none".to_owned(), |line| line.replace(':', "-")));
        for workload in &options.workloads {
            let mut runs: Vec<Vec<RunOutcome>> = vec![Vec::new(); here.len()];
            for round in 1..=options.rounds {
                for (contender, runs) in here.iter().zip(&mut runs) {
                    let out = out.join(round.to_string());
                    let plan =
                        RunPlan { contender: *contender, workload, line, seconds: options.seconds, out };
                    println!("\n==== {}: {}, round {round} ====", line.row(workload), contender.title());
                    runs.push(one_run(&plan, run)?);
                }
            }
            let cells = here.iter().copied().zip(runs.into_iter().map(cell)).collect();
            groups.push(WorkloadRows { line: *line, workload, cells });
        }
    }
    Ok(groups)
}

/// Whether a program can be run across a line.
fn crosses(contender: Contender) -> bool {
    match contender {
        Contender::Ours => true,
        Contender::Peer(peer) => peer.across.is_some(),
    }
}

/// What a run measured, or why it measured nothing.
type RunOutcome = Result<GlassFigures, RunFailure>;

/// Why a run failed, and where its logs are.
#[derive(Debug, Clone)]
struct RunFailure {
    reason: String,
    logs: PathBuf,
}

/// Runs one.
///
/// # Errors
/// Where no run can be made.
fn one_run(
    plan: &RunPlan<'_>,
    run: &mut dyn FnMut(&RunPlan<'_>) -> Result<(), Problem>,
) -> Result<RunOutcome, Problem> {
    let result = plan.result();
    fs::create_dir_all(&plan.out).map_err(|error| format!("{}: {error}", plan.out.display()))?;
    // One of an earlier run would be taken for this one's.
    match fs::remove_file(&result) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(format!("{}: {error}", result.display()));
        }
        _ => {}
    }
    let ran = run(plan);
    let figures = match (ran, fs::read_to_string(&result)) {
        (_, Ok(text)) => GlassFigures::read(&text),
        (Err(problem), Err(_)) => Err(problem),
        (Ok(()), Err(_)) => Err("it wrote no result".to_owned()),
    };
    Ok(figures.map_err(|reason| {
        println!("failed: {reason}; logs in {}", plan.logs().display());
        RunFailure { reason, logs: plan.logs() }
    }))
}

/// What came of all rounds of a program.
fn cell(runs: Vec<RunOutcome>) -> GlassCell {
    let (mut figures, mut failures) = (Vec::new(), Vec::new());
    for run in runs {
        match run {
            Ok(run) => figures.push(run),
            Err(failure) => failures.push(failure),
        }
    }
    match failures.pop() {
        Some(failure) if figures.is_empty() => {
            // The page is for everybody: no folder of this machine's.
            let logs = failure.logs.strip_prefix(target_dir()).map(|logs| Path::new("target").join(logs));
            let logs = logs.unwrap_or(failure.logs).display().to_string();
            GlassCell::Failed { reason: failure.reason, logs }
        }
        last => {
            let failed = failures.len() + usize::from(last.is_some());
            GlassCell::Measured { figures: GlassFigures::middle(&figures), failed }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::failures;
    use super::super::figures::GlassFigure;
    use super::super::peers::PeerProgram;
    use super::*;

    /// A folder of its own for each test, deleted at its end.
    struct OwnFolder(PathBuf);

    impl OwnFolder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("beistand-{name}-{}", std::process::id()));
            _ = fs::remove_dir_all(&folder);
            Self(folder)
        }
    }

    impl Drop for OwnFolder {
        fn drop(&mut self) {
            _ = fs::remove_dir_all(&self.0);
        }
    }

    fn options(arguments: &[&str]) -> GlassOptions {
        GlassOptions::parse(&[&["/bench"][..], arguments].concat()).expect("valid")
    }

    /// Our programs and two others.
    fn three() -> Vec<Contender> {
        let peer = |name| Contender::Peer(PeerProgram::named(name).expect("known"));
        vec![Contender::Ours, peer("x0vnc"), peer("ffmpeg-tuned")]
    }

    fn write(plan: &RunPlan<'_>, middle: f64) {
        let text = format!("{{\"ok\": true, \"lat_p50\": {middle}}}");
        fs::write(plan.result(), text).expect("the folder is there");
    }

    fn middle(cell: &GlassCell) -> Option<f64> {
        match cell {
            GlassCell::Measured { figures, .. } => figures.get(GlassFigure::Middle),
            GlassCell::Failed { .. } => None,
        }
    }

    #[test]
    fn all_programs_take_turns_within_a_workload_and_the_middle_round_counts() {
        let folder = OwnFolder::new("glass-turns");
        let mut order = Vec::new();
        let options = options(&["--workload", "typing,drag", "--rounds", "3"]);
        let rows = measure(&options, &three()[..2], &folder.0, &mut |plan| {
            order.push(format!("{} {}", plan.contender.name(), plan.workload));
            write(plan, f64::from(u8::try_from(order.len()).expect("few")));
            Ok(())
        })
        .expect("measured");
        assert_eq!(order[..2], ["beistand typing", "x0vnc typing"]);
        assert_eq!(order[4..8], ["beistand typing", "x0vnc typing", "beistand drag", "x0vnc drag"]);
        let middles: Vec<_> =
            rows.iter().flat_map(|rows| rows.cells.iter().map(|(_, cell)| middle(cell))).collect();
        assert_eq!(middles, [Some(3.0), Some(4.0), Some(9.0), Some(10.0)]);
    }

    #[test]
    fn a_run_that_fails_ends_no_other_and_an_older_result_is_not_taken_for_it() {
        let folder = OwnFolder::new("glass-fails");
        let options = options(&["--workload", "typing,drag"]);
        let mut first = true;
        let rows = measure(&options, &three(), &folder.0, &mut |plan| {
            match (plan.contender.name(), plan.workload) {
                ("x0vnc", "typing") => return Err("`glassbench` failed (1)".to_owned()),
                ("ffmpeg-tuned", _) if std::mem::take(&mut first) => write(plan, 1.0),
                ("ffmpeg-tuned", _) => {}
                _ => write(plan, 2.0),
            }
            Ok(())
        })
        .expect("measured");
        let failed = failures(&rows).expect_err("two failed");
        assert!(failed.contains("typing, x0vnc: `glassbench` failed (1); logs in "), "{failed}");
        assert!(failed.contains("drag, ffmpeg-tuned: it wrote no result"), "{failed}");
        assert_eq!((middle(&rows[0].cells[0].1), middle(&rows[1].cells[1].1)), (Some(2.0), Some(2.0)));

        let again = measure(&options, &three(), &folder.0, &mut |_| Ok(())).expect("measured");
        assert!(again.iter().flat_map(|rows| &rows.cells).all(|(_, cell)| middle(cell).is_none()));
    }

    #[test]
    fn rounds_that_fail_are_counted_beside_the_middle_of_the_others() {
        let failure = || Err(RunFailure { reason: "no".to_owned(), logs: target_dir().join("glass/none/1") });
        let run = |value| Ok(GlassFigures::of(&[(GlassFigure::Middle, value)]));
        let cell_of = cell(vec![run(1.0), failure(), run(2.0), failure(), run(9.0)]);
        assert_eq!(
            cell_of,
            GlassCell::Measured { figures: GlassFigures::of(&[(GlassFigure::Middle, 2.0)]), failed: 2 }
        );
        let logs = "target/glass/none/1".to_owned();
        assert_eq!(cell(vec![failure()]), GlassCell::Failed { reason: "no".to_owned(), logs });
    }

    #[test]
    fn across_a_line_run_only_those_that_can() {
        let folder = OwnFolder::new("glass-line");
        let options = options(&["--workload", "typing", "--line", "none,10000:20"]);
        let mut out = Vec::new();
        let rows = measure(&options, &three(), &folder.0, &mut |plan| {
            out.push(plan.out.strip_prefix(&folder.0).expect("inside").to_owned());
            Ok(())
        })
        .expect("measured");
        assert_eq!(rows.iter().map(|rows| rows.cells.len()).collect::<Vec<_>>(), [3, 2]);
        assert_eq!((out[0].as_path(), out[3].as_path()), (Path::new("none/1"), Path::new("10000-20/1")));
    }
}
