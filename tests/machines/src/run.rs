//! Runs machines, each in namespaces of its own, and says whether each was seen as it has to be.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use beistand_inspect::Verdict;

use crate::{MachineGround, MachineRecipe, MendOutcome, SeenBy, SeenLine, SeenMachine, SessionOutcome};

/// A machine that nobody has broken.
pub(crate) const TWIN: &str = "a whole machine";

/// The same with systemd.
pub(crate) const BOOTED_TWIN: &str = "a whole machine with systemd";

/// Lines that ask to look here on a machine that is whole, at most: more would be false alarms.
const LOOKS_OF_A_WHOLE: usize = 2;

/// A machine that was seen.
#[derive(Debug, Clone)]
pub struct MachineResult {
    /// Its recipe.
    pub recipe: &'static MachineRecipe,
    /// What names its fault.
    pub line: SeenLine,
    /// How long looking took.
    pub millis: u64,
    /// What came of mending it, where it can be.
    pub mend: Option<MendOutcome>,
}

/// A machine that was not seen as it has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineFault {
    /// Which.
    pub name: String,
    /// What is wrong, in words.
    pub why: String,
}

/// Whether this process may make namespaces.
pub fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Where machines are made.
#[derive(Debug)]
pub struct MachineLab {
    /// This program, as which each stage and each session runs.
    program: PathBuf,
    /// A fresh system with a desktop, where there is one.
    fresh: Option<PathBuf>,
    /// Machines at a time.
    at_a_time: usize,
}

/// Which whole machine a broken one is like.
type TwinKind = (MachineGround, bool, SeenBy);

impl MachineLab {
    /// A lab with this program of ours and with this fresh system, in which so many machines stand at a time.
    pub fn new(program: impl Into<PathBuf>, fresh: Option<PathBuf>, at_a_time: usize) -> Self {
        Self { program: program.into(), fresh, at_a_time }
    }

    /// What a machine needs and this lab has not.
    pub fn lacks(&self, recipe: &MachineRecipe) -> Option<&'static str> {
        if recipe.ground == MachineGround::Fresh && self.fresh.is_none() {
            return Some("a fresh system with a desktop");
        }
        let systemd: &[&'static str] = if recipe.boots && recipe.ground == MachineGround::Programs {
            &["/lib/systemd/systemd", "dbus-daemon"]
        } else {
            &[]
        };
        let folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
        let is_there = |name: &str| folders.iter().any(|folder| Path::new(folder).join(name).exists());
        systemd.iter().chain(recipe.needs).copied().find(|name| !is_there(name))
    }

    /// Runs these and their whole twins, and calls `done` for each that is as it has to be.
    pub fn run_all(
        &self,
        recipes: &[&'static MachineRecipe],
        done: &(dyn Fn(&MachineResult) + Sync),
    ) -> (Vec<MachineResult>, Vec<MachineFault>) {
        let mut faults = Vec::new();
        let kinds: BTreeSet<TwinKind> = recipes.iter().map(|recipe| twin_kind(recipe)).collect();
        let mut twins = BTreeMap::new();
        for (ground, boots, by) in kinds {
            let name = if boots { BOOTED_TWIN } else { TWIN };
            let fault = |why| MachineFault { name: name.to_owned(), why };
            match self.look_at(name, by, self.root_of(ground)) {
                Ok(SessionOutcome { seen, .. }) => {
                    faults.extend(alarms(&seen).into_iter().map(fault));
                    twins.insert((ground, boots, by), seen);
                }
                Err(why) => faults.push(fault(why)),
            }
        }
        let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let work = || {
            while let Some(recipe) = recipes.get(next.fetch_add(1, Ordering::Relaxed)) {
                let Some(twin) = twins.get(&twin_kind(recipe)) else { continue };
                let outcome = self.one(recipe, twin);
                if let Ok(result) = &outcome {
                    done(result);
                }
                outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
            }
        };
        thread::scope(|scope| {
            for _ in 0..self.at_a_time.max(1) {
                scope.spawn(work);
            }
        });
        let mut results = Vec::new();
        for outcome in outcomes.into_inner().unwrap_or_else(PoisonError::into_inner) {
            match outcome {
                Ok(result) => results.push(result),
                Err(fault) => faults.push(fault),
            }
        }
        results.sort_by_key(|result| recipes.iter().position(|recipe| recipe.name == result.recipe.name));
        (results, faults)
    }

    /// Looks at a whole system in a folder, which stays as it is; what is told of it that should not be comes
    /// beside.
    ///
    /// # Errors
    /// In words, where it can't be looked at.
    pub fn clean_root(&self, root: &Path) -> Result<(SeenMachine, Vec<String>), String> {
        let seen = self.look_at(TWIN, SeenBy::Report, Some(root))?.seen;
        let alarms = alarms(&seen);
        Ok((seen, alarms))
    }

    fn root_of(&self, ground: MachineGround) -> Option<&Path> {
        match ground {
            MachineGround::Programs => None,
            MachineGround::Fresh => self.fresh.as_deref(),
        }
    }

    fn one(&self, recipe: &'static MachineRecipe, twin: &SeenMachine) -> Result<MachineResult, MachineFault> {
        let fault = |why: String| MachineFault { name: recipe.name.to_owned(), why };
        if let Some(line) = recipe.sign.find(&twin.lines) {
            return Err(fault(format!("a machine that nobody has broken has this line too: {line:?}")));
        }
        let outcome =
            self.look_at(recipe.name, recipe.sign.by, self.root_of(recipe.ground)).map_err(fault)?;
        let SessionOutcome { seen, mend } = outcome;
        let Some(line) = recipe.sign.find(&seen.lines).cloned() else {
            let is_near =
                |line: &&SeenLine| line.verdict != Verdict::Fine.word() || line.kind == recipe.sign.kind;
            let near: Vec<_> = seen.lines.iter().filter(is_near).collect();
            return Err(fault(format!("not named by {:?}, but {near:?}", recipe.sign)));
        };
        match &mend {
            None if recipe.mend.is_some() => return Err(fault("it was not mended".to_owned())),
            Some(MendOutcome { mended: true, undone: None | Some(true), .. }) | None => {}
            Some(failed) => return Err(fault(format!("mending it: {failed:?}"))),
        }
        Ok(MachineResult { recipe, line, millis: seen.millis, mend })
    }

    /// Has a machine looked at from inside.
    fn look_at(&self, name: &str, by: SeenBy, fresh: Option<&Path>) -> Result<SessionOutcome, String> {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--", "unshare", "--mount", "--net", "--uts", "--ipc", "--"]);
        command.arg(&self.program).args(["stage", name, by.word()]).args(fresh);
        let output = command.stdin(Stdio::null()).output().map_err(|error| format!("unshare: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let value = serde_json::from_str(&text).ok();
        value
            .and_then(|value| SessionOutcome::from_json(&value))
            .ok_or_else(|| format!("{text}{}", String::from_utf8_lossy(&output.stderr)).trim().to_owned())
    }
}

fn twin_kind(recipe: &MachineRecipe) -> TwinKind {
    (recipe.ground, recipe.boots, recipe.sign.by)
}

/// What is told of a whole machine that should not be.
fn alarms(seen: &SeenMachine) -> Vec<String> {
    let broken =
        seen.of(Verdict::Broken).map(|line| format!("broken, though nobody has broken it: {line:?}"));
    let looks: Vec<_> = seen.of(Verdict::Look).collect();
    let many = (looks.len() > LOOKS_OF_A_WHOLE).then(|| format!("too many to look at: {looks:?}"));
    broken.chain(many).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_machine_has_nothing_broken_and_little_to_look_at() {
        let line = |verdict: Verdict| SeenLine {
            by: SeenBy::Report,
            kind: "clock-alone".to_owned(),
            verdict: verdict.word().to_owned(),
            values: Vec::new(),
        };
        let seen = |verdicts: &[Verdict]| SeenMachine {
            lines: verdicts.iter().copied().map(line).collect(),
            millis: 0,
        };
        assert_eq!(alarms(&seen(&[Verdict::Look, Verdict::Look, Verdict::Fine])).len(), 0);
        assert_eq!(alarms(&seen(&[Verdict::Look; 3])).len(), 1);
        assert_eq!(alarms(&seen(&[Verdict::Broken])).len(), 1);
    }
}
