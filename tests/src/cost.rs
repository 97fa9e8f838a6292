//! What a process costs: processor time and memory, itself and all that it started.

use std::fs;
use std::time::{Duration, Instant};

/// The kernel's clock ticks a second in `/proc` (USER_HZ), 100 on every Linux of today.
const TICKS: u64 = 100;

/// Measures processor time from its making on.
#[derive(Debug)]
pub struct CpuMeter {
    pid: u32,
    start: Instant,
    used: Duration,
}

impl CpuMeter {
    /// Starts to measure.
    pub fn start(pid: u32) -> Self {
        Self { pid, start: Instant::now(), used: cpu_time(pid) }
    }

    /// Processor time since the start, in percent of one core.
    pub fn percent(&self) -> f64 {
        let used = cpu_time(self.pid).saturating_sub(self.used);
        used.as_secs_f64() / self.start.elapsed().as_secs_f64() * 100.0
    }
}

/// The processor time that a process and its children have used.
pub fn cpu_time(pid: u32) -> Duration {
    let ticks: u64 = tree(pid).into_iter().filter_map(|pid| ticks(&read(pid, "stat")?)).sum();
    Duration::from_millis(ticks * 1000 / TICKS)
}

/// The memory of a process and its children in bytes: its own, and its share of what it shares (PSS).
pub fn memory(pid: u32) -> u64 {
    tree(pid).into_iter().filter_map(|pid| kilobytes(&read(pid, "smaps_rollup")?, "Pss:")).sum::<u64>() * 1024
}

/// The most memory that a process itself ever held, in bytes (resident, all of what it shares counted).
pub fn peak_memory(pid: u32) -> u64 {
    read(pid, "status").and_then(|text| kilobytes(&text, "VmHWM:")).unwrap_or(0) * 1024
}

/// The process of `pid`'s that decodes pictures for it and may do nothing else, if there is one: the kernel
/// filters its system calls.
pub fn caged_decoder(pid: u32) -> Option<u32> {
    let filtered = |pid: &u32| read(*pid, "status").is_some_and(|text| text.contains("Seccomp:\t2"));
    tree(pid).into_iter().skip(1).find(filtered)
}

fn tree(pid: u32) -> Vec<u32> {
    let mut found = vec![pid];
    let mut next = 0;
    while let Some(pid) = found.get(next).copied() {
        next += 1;
        let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
        for thread in threads {
            let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            found.extend(children.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
        }
    }
    found
}

fn read(pid: u32, file: &str) -> Option<String> {
    fs::read_to_string(format!("/proc/{pid}/{file}")).ok()
}

/// User and system time from `/proc/PID/stat`: the 14th and 15th field, counted behind the name in brackets.
fn ticks(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}

fn kilobytes(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_does_not_shift_the_fields() {
        assert_eq!(ticks("7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 30 12 0 0"), Some(42));
    }

    #[test]
    fn this_process_has_memory() {
        let pid = std::process::id();
        assert!(memory(pid) > 100_000, "{}", memory(pid));
        assert!(peak_memory(pid) > 100_000);
    }
}
