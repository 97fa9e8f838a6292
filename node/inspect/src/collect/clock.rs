//! The clock, and the certificates that depend on it.

mod expired;

use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::linux::MachineLook;
use crate::{Finding, FindingKind, Verdict};

/// What was written by this machine some time ago: a clock that is behind it is wrong.
const WRITTEN: [&str; 4] = ["/var/lib/dpkg/status", "/var/log/dpkg.log", "/etc/passwd", "/etc/ld.so.cache"];

/// A clock that is set a little back is nobody's trouble.
const TOLERANCE: Duration = Duration::from_secs(3600);

/// A clock beyond this year is wrong, whatever this program is run for.
const LAST_YEAR: u64 = 2060;

const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

pub(super) fn collect(look: &MachineLook) -> Vec<Finding> {
    let now = look.probes().now();
    let written = WRITTEN.iter().filter_map(|path| fs::metadata(look.at(path)).ok()?.modified().ok()).max();
    let mut found = Vec::new();
    let time = time_text(now);
    let behind = written.is_some_and(|written| now + TOLERANCE < written);
    if behind || seconds(now) / SECONDS_OF_YEAR + 1970 > LAST_YEAR {
        let newest = written.map(time_text).unwrap_or_default();
        found.push(look.line(FindingKind::ClockWrong, Verdict::Broken, [&time, &newest]));
    } else {
        found.push(look.line(FindingKind::ClockNow, Verdict::Fine, [&time, &zone(look)]));
    }
    match look
        .tool("timedatectl", &["show", "--property=NTPSynchronized", "--value"])
        .text()
        .as_deref()
        .map(str::trim)
    {
        Some("yes") => found.push(look.line(FindingKind::ClockSynchronised, Verdict::Fine, [])),
        // A container has the clock of the computer that it is on.
        Some("no") if look.exists("/run/systemd/container") => {}
        Some("no") => found.push(look.line(FindingKind::ClockAlone, Verdict::Look, [])),
        Some(_) | None => {}
    }
    found.extend(certificates(look));
    found
}

fn certificates(look: &MachineLook) -> Option<Finding> {
    let text = look.text(CERTIFICATES);
    let count = text.matches("BEGIN CERTIFICATE").count();
    let expired = expired::count(&text, &time_text(look.probes().now()));
    // A few always have.
    if expired * 2 > count {
        let verdict = if expired == count { Verdict::Broken } else { Verdict::Look };
        let values = [&expired.to_string()[..], &count.to_string()];
        return Some(look.line(FindingKind::CertificatesExpired, verdict, values));
    }
    if count > 0 {
        return Some(look.line(FindingKind::CertificatesThere, Verdict::Fine, [&count.to_string()]));
    }
    let installed = look.exists("/var/lib/dpkg/info/ca-certificates.list") || look.exists(CERTIFICATES);
    installed.then(|| look.line(FindingKind::CertificatesMissing, Verdict::Broken, []))
}

fn zone(look: &MachineLook) -> String {
    let link = look.link("/etc/localtime");
    let linked = link.and_then(|link| link.split_once("zoneinfo/").map(|(_, zone)| zone.to_owned()));
    linked.or(look.word("/etc/timezone")).unwrap_or_else(|| "UTC".to_owned())
}

const SECONDS_OF_DAY: u64 = 86_400;

/// On average.
const SECONDS_OF_YEAR: u64 = 31_556_952;

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// A time of day in UTC: `2026-11-30 07:20`. By Howard Hinnant's `civil_from_days`.
fn time_text(time: SystemTime) -> String {
    let seconds = seconds(time);
    let days = seconds / SECONDS_OF_DAY + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, year) = if month < 10 { (month + 3, year) } else { (month - 9, year + 1) };
    let year = year + era * 400;
    let minutes = seconds % SECONDS_OF_DAY / 60;
    format!("{year}-{month:02}-{day:02} {:02}:{:02} UTC", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_people_read_it() {
        let at = |seconds| time_text(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01 00:00 UTC");
        assert_eq!(at(951_782_400), "2000-02-29 00:00 UTC");
        assert_eq!(at(1_764_487_260), "2025-11-30 07:21 UTC");
    }
}
