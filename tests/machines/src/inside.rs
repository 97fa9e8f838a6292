//! What happens inside a machine: it is broken, and looked at.
//!
//! It runs as root in all the machine's namespaces, as its first process or as a unit of its systemd.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_inspect::{InspectLimit, InspectedSystem as _, LinuxMachine, REPORT_TIME};

use crate::{MachineRecipe, SeenMachine, recipe_named};

/// What was seen, as JSON.
pub(crate) const SEEN: &str = "/beistand/seen.json";

/// Why nothing was.
pub(crate) const PROBLEM: &str = "/beistand/problem";

/// There once either is.
pub(crate) const DONE: &str = "/beistand/done";

/// How often a machine is looked at until its fault is seen: what takes a processor's time is felt in some moments
/// more than in others where tests run beside it.
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

/// Breaks the machine by its recipe, or leaves it whole where there is none of this name, looks at it, and writes
/// down what was seen.
///
/// # Errors
/// In words, where not even that could be written down.
pub fn session(name: &str) -> Result<(), String> {
    let recipe = recipe_named(name);
    let (file, text) = match break_and_look(recipe) {
        Ok(seen) => (SEEN, seen.to_json().to_string()),
        Err(problem) => (PROBLEM, problem),
    };
    fs::write(file, text).map_err(|error| format!("{file}: {error}"))?;
    fs::write(DONE, "").map_err(|error| format!("{DONE}: {error}"))
}

fn break_and_look(recipe: Option<&MachineRecipe>) -> Result<SeenMachine, String> {
    shell("the figures of the kernel", QUIET)?;
    let Some(recipe) = recipe else { return Ok(look()) };
    shell("breaking", recipe.breaks)?;
    let mut seen = look();
    for _ in 1..LOOKS {
        if recipe.sign.find(&seen.lines).is_some() {
            break;
        }
        seen = look();
    }
    Ok(seen)
}

fn look() -> SeenMachine {
    let start = Instant::now();
    let report = Arc::new(LinuxMachine::here()).inspect(&InspectLimit::new(LOOKING));
    SeenMachine::of_report(&report, u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX))
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
