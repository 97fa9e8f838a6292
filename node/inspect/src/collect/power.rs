//! Temperatures and batteries.

use crate::linux::MachineLook;
use crate::{Finding, FindingKind, Verdict};

/// In degrees: a processor slows down from about here on.
const HOT: i64 = 90;

/// In degrees: it ends itself at about this.
const TOO_HOT: i64 = 100;

/// A battery that holds less of what it held when it was new is worn, in percent.
const WORN_PERCENT: i64 = 60;

pub(super) fn collect(look: &MachineLook) -> Vec<Finding> {
    let zones = look.names("/sys/class/thermal").into_iter().filter(|name| name.starts_with("thermal_zone"));
    let of_zone = |zone: String| {
        let degrees = look.number(&format!("/sys/class/thermal/{zone}/temp"))? / 1000;
        let name = look.word(&format!("/sys/class/thermal/{zone}/type")).unwrap_or(zone);
        Some(look.line(FindingKind::Temperature, heat_verdict(degrees), [&name, &degrees.to_string()]))
    };
    let batteries = look.names("/sys/class/power_supply").into_iter().filter(|name| name.starts_with("BAT"));
    let of_battery = |name: String| {
        let number = |what: &str| look.number(&format!("/sys/class/power_supply/{name}/{what}"));
        let full = number("energy_full").or(number("charge_full"))?;
        let new = number("energy_full_design").or(number("charge_full_design")).filter(|new| *new > 0)?;
        let percent = (full.saturating_mul(100) / new).clamp(0, 100);
        let verdict = if percent < WORN_PERCENT { Verdict::Look } else { Verdict::Fine };
        Some(look.line(FindingKind::Battery, verdict, [&name, &percent.to_string()]))
    };
    zones.filter_map(of_zone).chain(batteries.filter_map(of_battery)).collect()
}

fn heat_verdict(degrees: i64) -> Verdict {
    match degrees {
        TOO_HOT.. => Verdict::Broken,
        HOT..TOO_HOT => Verdict::Look,
        _ => Verdict::Fine,
    }
}
