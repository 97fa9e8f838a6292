//! What runs: who keeps the processor, memory and disks busy, over a moment.
//!
//! It reads no environment. Of a command line it keeps the beginning, with secrets masked.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::linux::{MachineLook, size_text};
use crate::{Finding, FindingKind, Verdict, hide_in_command};

/// The time between both looks: long enough that a share of a processor can be told from a tick.
const MOMENT: Duration = Duration::from_millis(700);

/// Ticks per second of the processor's time (sysconf(_SC_CLK_TCK) on every Linux of ours).
const TICKS: u64 = 100;

/// A page in bytes, likewise.
const PAGE: u64 = 4096;

/// Processes of each kind that are named.
const NAMED: usize = 5;

/// A process that takes so much of one processor is named, in percent.
const LEAST_PERCENT: u64 = 10;

/// From here on it is looked at.
const MUCH_PERCENT: u64 = 80;

/// A process with less memory is not named.
const LEAST_MEMORY: u64 = 200 << 20;

/// A process that reads and writes less per second is not named.
const LEAST_RATE: u64 = 1 << 20;

/// A process that reads and writes more per second keeps a disk busy.
const MUCH_RATE: u64 = 80 << 20;

/// Ended processes that nobody has collected: a few are always on their way.
const MANY_ZOMBIES: usize = 50;

/// A process at one look.
#[derive(Debug, Clone, Default)]
struct SeenProcess {
    name: String,
    parent: u32,
    zombie: bool,
    ticks: u64,
    /// How long it has run, and how long it has waited for a processor, in nanoseconds.
    wanted: u64,
    memory: u64,
    transferred: u64,
}

pub(super) fn collect(look: &MachineLook) -> Vec<Finding> {
    let before = processes(look);
    look.probes().pause(MOMENT.min(look.limit.left()));
    let after = processes(look);
    let moment = MOMENT.as_millis().max(1) as u64;
    let mut found = Vec::new();
    let mut busy = Vec::new();
    let mut wishes = HashMap::new();
    let mut writing = Vec::new();
    for (id, now) in &after {
        // A number may be another process's by now.
        let Some(then) = before.get(id).filter(|then| then.name == now.name) else { continue };
        let percent = now.ticks.saturating_sub(then.ticks) * 1000 * 100 / TICKS / moment;
        busy.push((percent, *id, now));
        // What others keep it from counts too: each of three that share a processor keeps it busy.
        let wanted = now.wanted.saturating_sub(then.wanted) / 10_000 / moment;
        wishes.insert(*id, percent.max(wanted));
        writing.push((now.transferred.saturating_sub(then.transferred) * 1000 / moment, *id, now));
    }
    for (percent, id, process) in most(busy, LEAST_PERCENT) {
        let wished = wishes.get(&id).copied().unwrap_or(percent);
        let verdict = if wished >= MUCH_PERCENT { Verdict::Look } else { Verdict::Fine };
        let values = [&process.name[..], &percent.to_string(), &command(look, id)];
        found.push(look.line(FindingKind::BusyProcess, verdict, values));
    }
    found.extend(zombies(look, &after));
    let large = after.iter().map(|(id, process)| (process.memory, *id, process)).collect();
    let total = total_memory(look);
    for (memory, _, process) in most(large, LEAST_MEMORY) {
        let verdict = if memory > total / 2 { Verdict::Look } else { Verdict::Fine };
        found.push(look.line(FindingKind::LargeProcess, verdict, [&process.name, &size_text(memory)]));
    }
    for (rate, _, process) in most(writing, LEAST_RATE) {
        let verdict = if rate > MUCH_RATE { Verdict::Look } else { Verdict::Fine };
        found.push(look.line(FindingKind::DiskProcess, verdict, [&process.name, &size_text(rate)]));
    }
    found
}

/// Whose ended processes are a pile.
fn zombies(look: &MachineLook, all: &HashMap<u32, SeenProcess>) -> Vec<Finding> {
    let mut piles: BTreeMap<u32, usize> = BTreeMap::new();
    for process in all.values().filter(|process| process.zombie) {
        *piles.entry(process.parent).or_default() += 1;
    }
    let piles = piles.into_iter().filter(|(_, count)| *count >= MANY_ZOMBIES);
    let of_pile = |(parent, count): (u32, usize)| {
        let name = all.get(&parent).map_or("?", |process| &process.name);
        look.line(FindingKind::ZombieProcesses, Verdict::Look, [name, &count.to_string()])
    };
    piles.map(of_pile).collect()
}

/// The first few by their measure, of those that have so much of it.
fn most(mut all: Vec<(u64, u32, &SeenProcess)>, least: u64) -> Vec<(u64, u32, &SeenProcess)> {
    all.retain(|(measure, _, _)| *measure >= least);
    all.sort_by_key(|(measure, id, _)| (std::cmp::Reverse(*measure), *id));
    all.truncate(NAMED);
    all
}

fn processes(look: &MachineLook) -> HashMap<u32, SeenProcess> {
    let own = std::process::id();
    let ids = look.names("/proc").into_iter().filter_map(|name| name.parse::<u32>().ok());
    // This program, which is looking just now, is no finding.
    ids.filter(|id| *id != own).filter_map(|id| Some((id, process(look, id)?))).collect()
}

fn process(look: &MachineLook, id: u32) -> Option<SeenProcess> {
    let text = look.text(&format!("/proc/{id}/stat"));
    // The name is in brackets and may have any character (proc_pid_stat(5)).
    let (before, after) = text.rsplit_once(')')?;
    let name = before.split_once('(')?.1.to_owned();
    let fields: Vec<&str> = after.split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3).and_then(|field| field.parse::<u64>().ok());
    let zombie = fields.first() == Some(&"Z");
    let parent = field(4).and_then(|parent| u32::try_from(parent).ok())?;
    let ticks = field(14)? + field(15)?;
    let memory = field(24)?.saturating_mul(PAGE);
    // Of its first thread; of a kernel that doesn't count it, nothing (sched-stats in the kernel's
    // documentation).
    let stats = look.text(&format!("/proc/{id}/schedstat"));
    let wanted = stats.split_whitespace().take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    // Only of one's own processes.
    let io = look.text(&format!("/proc/{id}/io"));
    let bytes = |name: &str| io.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
    let transferred = bytes("read_bytes:").unwrap_or(0) + bytes("write_bytes:").unwrap_or(0);
    Some(SeenProcess { name, parent, zombie, ticks, wanted, memory, transferred })
}

fn command(look: &MachineLook, id: u32) -> String {
    let text = look.text(&format!("/proc/{id}/cmdline"));
    hide_in_command(text.split('\0').filter(|argument| !argument.is_empty()))
}

fn total_memory(look: &MachineLook) -> u64 {
    let info = look.text("/proc/meminfo");
    let line = info.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.map_or(u64::MAX, |kib| kib << 10)
}
