//! What happens inside a machine: it is broken, and looked at.
//!
//! It runs as root in all the machine's namespaces, as its first process or as a unit of its systemd.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_inspect::{InspectLimit, InspectedSystem as _, LinuxMachine, REPORT_TIME};
use beistand_session::{SweepCategory, SweepFinding, SweepKind};
use beistand_sweep::{LinuxSweep, SweepRequest, SweepSink, SweptSystem as _};

use crate::mend::{DoneMend, file_state};
use crate::{MachineMend, MachineRecipe, MendOutcome, SeenBy, SeenMachine, SessionOutcome, recipe_named};

/// What was seen, as JSON.
pub(crate) const SEEN: &str = "/beistand/seen.json";

/// Why nothing was.
pub(crate) const PROBLEM: &str = "/beistand/problem";

/// There once either is.
pub(crate) const DONE: &str = "/beistand/done";

/// Where the program has its journal, as on any computer on which it was used before.
pub(crate) const DATA: &str = "/home/anna/.local/share/beistand";

/// What is searched for viruses.
const HOME: &str = "/home/anna";

/// How often a machine is looked at until its fault is seen: what takes a processor's time is felt in some
/// moments more than in others where tests run beside it.
const LOOKS: usize = 3;

/// How long looking may take here: what takes longer than a report may is seen in the time that it took.
const LOOKING: Duration = REPORT_TIME.saturating_mul(5);

/// Figures that the kernel has once for all namespaces, as a computer with nothing to do has them.
const QUIET: &str = "set -eu
mkdir -p /beistand/proc
cd /beistand/proc
printf 'MemTotal: 8000000 kB\\nMemFree: 5000000 kB\\nMemAvailable: 6000000 kB\\nSwapTotal: 2000000 kB\\nSwapFree: 2000000 kB\\n' > meminfo
printf 'oom_kill 0\\n' > vmstat
printf '0.10 0.20 0.30 1/100 1\\n' > loadavg
for file in meminfo vmstat loadavg; do mount --bind $file /proc/$file; done";

/// Breaks the machine by its recipe, or leaves it whole where there is none of this name, has it looked at by
/// this one, mends it where that can be done, and writes down what was seen.
///
/// # Errors
/// In words, where not even that could be written down.
pub fn session(name: &str, by: SeenBy) -> Result<(), String> {
    let (file, text) = match session_outcome(recipe_named(name), by) {
        Ok(outcome) => (SEEN, outcome.to_json().to_string()),
        Err(problem) => (PROBLEM, problem),
    };
    fs::write(file, text).map_err(|error| format!("{file}: {error}"))?;
    fs::write(DONE, "").map_err(|error| format!("{DONE}: {error}"))
}

fn session_outcome(recipe: Option<&MachineRecipe>, by: SeenBy) -> Result<SessionOutcome, String> {
    shell("the figures of the kernel", QUIET)?;
    let Some(recipe) = recipe else { return Ok(SessionOutcome { seen: look(by), mend: None }) };
    fs::create_dir_all(DATA).map_err(|error| format!("{DATA}: {error}"))?;
    if recipe.mend.is_some() {
        MachineMend::prepare(Path::new(DATA))?;
    }
    shell("breaking", recipe.breaks)?;
    let (seen, found) = look_for(recipe, true);
    let mend = recipe.mend.filter(|_| found).map(|mend| mend_and_undo(recipe, mend));
    Ok(SessionOutcome { seen, mend })
}

fn mend_and_undo(recipe: &MachineRecipe, mend: MachineMend) -> MendOutcome {
    let none = MendOutcome { mended: false, undone: None, problem: String::new() };
    let state = || mend.file().and_then(file_state);
    let before = state();
    let done = if recipe.has_user { DoneMend::by_user(recipe.name) } else { mend.run(Path::new(DATA)) };
    let done = match done {
        Ok(done) => done,
        Err(problem) => return MendOutcome { problem, ..none },
    };
    let mended = !look_for(recipe, false).1;
    if !done.can_undo() {
        return MendOutcome { mended, ..none };
    }
    match done.undo() {
        Ok(()) => {
            let back = mend.is_back().unwrap_or_else(|| look_for(recipe, true).1) && state() == before;
            MendOutcome { mended, undone: Some(back), ..none }
        }
        Err(problem) => MendOutcome { mended, undone: Some(false), problem },
    }
}

/// Looks until the fault is seen, or no longer, as it is expected; and whether it is.
fn look_for(recipe: &MachineRecipe, expected: bool) -> (SeenMachine, bool) {
    let mut seen = look(recipe.sign.by);
    for _ in 1..LOOKS {
        if recipe.sign.find(&seen.lines).is_some() == expected {
            break;
        }
        seen = look(recipe.sign.by);
    }
    let found = recipe.sign.find(&seen.lines).is_some();
    (seen, found)
}

fn look(by: SeenBy) -> SeenMachine {
    let start = Instant::now();
    let millis = || u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    match by {
        SeenBy::Report => {
            let report = Arc::new(LinuxMachine::here()).inspect(&InspectLimit::new(LOOKING));
            SeenMachine::of_report(&report, millis())
        }
        SeenBy::Sweep(category) => {
            let args = if category == SweepCategory::Virus { HOME } else { "" };
            let mut sink = FoundList::default();
            if let Some(request) = SweepRequest::parse(SweepKind::Only(category), args) {
                LinuxSweep::here().sweep(&request, &mut sink);
            }
            SeenMachine::of_search(&sink.found, millis())
        }
    }
}

/// All that a search finds.
#[derive(Default)]
struct FoundList {
    found: Vec<SweepFinding>,
}

impl SweepSink for FoundList {
    fn is_wanted(&self) -> bool {
        true
    }

    fn advance(&mut self, _permille: u16, _category: SweepCategory, _seen: u32) {}

    fn found(&mut self, finding: SweepFinding) {
        self.found.push(finding);
    }
}

/// Runs shell, whose background processes stay.
fn shell(what: &str, script: &str) -> Result<(), String> {
    let log = "/beistand/log";
    let output = fs::File::create(log).map_err(|error| format!("{log}: {error}"))?;
    let errors = output.try_clone().map_err(|error| format!("{log}: {error}"))?;
    let mut command = Command::new("sh");
    command.args(["-euc", script]).stdin(Stdio::null()).stdout(output).stderr(errors);
    let status = command.status().map_err(|error| format!("{what}: {error}"))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("{what} failed ({status}): {}", fs::read_to_string(log).unwrap_or_default().trim()))
}
