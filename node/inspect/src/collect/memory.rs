//! Memory and swap.

use crate::linux::{MachineLook, size_text};
use crate::{Finding, FindingKind, Verdict};

pub(super) fn collect(look: &MachineLook) -> Vec<Finding> {
    let info = look.text("/proc/meminfo");
    let kib = |name: &str| {
        let line = info.lines().find(|line| line.split(':').next() == Some(name))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    let mut found = Vec::new();
    if let (Some(size), Some(free)) = (kib("MemTotal"), kib("MemAvailable")) {
        let values = [&size_text(free << 10)[..], &size_text(size << 10)];
        found.push(look.line(FindingKind::Memory, memory_verdict(free, size), values));
    }
    if let (Some(size), Some(free)) = (kib("SwapTotal"), kib("SwapFree"))
        && size > 0
    {
        let used = size.saturating_sub(free);
        let verdict = if used * 10 > size * 8 { Verdict::Look } else { Verdict::Fine };
        found.push(look.line(FindingKind::Swap, verdict, [&size_text(used << 10), &size_text(size << 10)]));
    }
    let kills = look.text("/proc/vmstat");
    let kills = kills.lines().find_map(|line| line.strip_prefix("oom_kill ")).unwrap_or("0").trim();
    if kills != "0" {
        found.push(look.line(FindingKind::OutOfMemory, Verdict::Look, [kills]));
    }
    found
}

/// What so much free memory of so much means.
pub fn memory_verdict(free: u64, size: u64) -> Verdict {
    match free.saturating_mul(100) / size.max(1) {
        0..3 => Verdict::Broken,
        3..10 => Verdict::Look,
        _ => Verdict::Fine,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_memory_is_told_before_none_is_left() {
        let verdicts = [1, 5, 40].map(|free| memory_verdict(free, 100));
        assert_eq!(verdicts, [Verdict::Broken, Verdict::Look, Verdict::Fine]);
    }
}
