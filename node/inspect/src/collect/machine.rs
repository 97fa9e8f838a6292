//! The system and the computer: what they are, and how busy.

use super::setting_of;
use crate::linux::MachineLook;
use crate::{Finding, FindingKind, Verdict};

/// So many tasks per processor that wait at once: it is felt.
const BUSY_PER_PROCESSOR: f32 = 2.0;

pub(super) fn system(look: &MachineLook) -> Vec<Finding> {
    let mut found = Vec::new();
    let release = look.text("/etc/os-release");
    let kernel = look.word("/proc/sys/kernel/osrelease").unwrap_or_default();
    if let Some(name) = setting_of(&release, "PRETTY_NAME") {
        found.push(look.line(FindingKind::OperatingSystem, Verdict::Fine, [name, &kernel]));
    }
    let uptime = look.text("/proc/uptime");
    if let Some(seconds) = uptime.split('.').next().and_then(|seconds| seconds.parse::<u64>().ok()) {
        let hours = (seconds / 3600).to_string();
        found.push(look.line(FindingKind::Uptime, Verdict::Fine, [&hours]));
    }
    let processors = processors(look).1;
    let load = look.text("/proc/loadavg");
    // Over five minutes: one minute may be this very report.
    if let Some(load) = load.split(' ').nth(1).and_then(|load| load.parse::<f32>().ok()) {
        let verdict = load_verdict(load, processors);
        found.push(look.line(FindingKind::Load, verdict, [&format!("{load:.0}"), &processors.to_string()]));
    }
    found
}

pub(super) fn hardware(look: &MachineLook) -> Vec<Finding> {
    let mut found = Vec::new();
    let maker = look.word("/sys/class/dmi/id/sys_vendor");
    if let Some(model) = look.word("/sys/class/dmi/id/product_name") {
        found.push(look.line(FindingKind::Computer, Verdict::Fine, [&maker.unwrap_or_default(), &model]));
    }
    let (model, count) = processors(look);
    if count > 0 {
        found.push(look.line(FindingKind::Processor, Verdict::Fine, [&model, &count.to_string()]));
    }
    found
}

/// What the processor is called, and how many there are.
fn processors(look: &MachineLook) -> (String, usize) {
    let info = look.text("/proc/cpuinfo");
    let count = info.lines().filter(|line| line.starts_with("processor")).count();
    let model = info.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split_once(':')).map_or("", |(_, model)| model.trim());
    (model.to_owned(), count)
}

fn load_verdict(load: f32, processors: usize) -> Verdict {
    if load > BUSY_PER_PROCESSOR * processors.max(1) as f32 { Verdict::Look } else { Verdict::Fine }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn load_goes_by_the_number_of_processors() {
        assert_eq!(load_verdict(7.0, 4), Verdict::Fine);
        assert_eq!(load_verdict(9.0, 4), Verdict::Look);
        assert_eq!(load_verdict(0.5, 0), Verdict::Fine);
    }
}
