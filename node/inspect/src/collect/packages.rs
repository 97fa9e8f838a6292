//! Debian's packages: held, broken, changed files, updates, a restart that is due.

use crate::linux::MachineLook;
use crate::{Finding, FindingKind, Verdict};
use beistand_tool::ToolOutcome;

/// Packages whose files somebody would swap who wants in: what a login, a shell and the network go through.
/// All would take minutes.
const WATCHED: [&str; 10] = [
    "bash",
    "coreutils",
    "dash",
    "login",
    "openssh-client",
    "openssh-server",
    "passwd",
    "procps",
    "sudo",
    "libpam-modules",
];

/// Packages that were installed last and are named.
const LAST: usize = 5;

pub(super) fn collect(look: &MachineLook) -> Vec<Finding> {
    let status = look.text("/var/lib/dpkg/status");
    if status.is_empty() {
        return Vec::new();
    }
    let mut found = states(look, &status);
    // Steps of dpkg's, by number, which it takes away when it has done them.
    let is_step = |name: &String| name.bytes().all(|byte| byte.is_ascii_digit());
    if look.names("/var/lib/dpkg/updates").iter().any(is_step) {
        found.push(look.line(FindingKind::PackagesInterrupted, Verdict::Broken, []));
    }
    found.extend(changed_files(look, &status));
    found.extend(updates(look));
    if look.exists("/var/run/reboot-required") || look.exists("/run/reboot-required") {
        let packages =
            look.text("/run/reboot-required.pkgs").split_whitespace().collect::<Vec<_>>().join(" ");
        found.push(look.line(FindingKind::RebootNeeded, Verdict::Look, [&packages]));
    }
    let log = look.text("/var/log/dpkg.log");
    let installed =
        log.lines().rev().filter_map(|line| line.split_once(" install ")?.1.split([':', ' ']).next());
    let last = installed.take(LAST).collect::<Vec<_>>().join(" ");
    if !last.is_empty() {
        found.push(look.line(FindingKind::LastInstalled, Verdict::Fine, [&last]));
    }
    found
}

/// Name and state (dpkg-query(1): wanted, error, status) of each package.
fn packages(status: &str) -> impl Iterator<Item = (&str, [&str; 3])> {
    status.split("\n\n").filter_map(|block| {
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let mut words = field("Status:")?.split(' ');
        Some((field("Package:")?, [words.next()?, words.next()?, words.next()?]))
    })
}

fn states(look: &MachineLook, status: &str) -> Vec<Finding> {
    let (mut found, mut whole) = (Vec::new(), 0_usize);
    for (name, [wanted, error, state]) in packages(status) {
        if error != "ok" {
            found.push(look.line(FindingKind::PackageBroken, Verdict::Broken, [name, error]));
            continue;
        }
        match state {
            "installed" => whole += 1,
            "config-files" | "not-installed" => continue,
            _ => found.push(look.line(FindingKind::PackageBroken, Verdict::Broken, [name, state])),
        }
        if wanted == "hold" {
            found.push(look.line(FindingKind::PackageHeld, Verdict::Look, [name]));
        }
    }
    if found.is_empty() {
        found.push(look.line(FindingKind::PackagesWhole, Verdict::Fine, [&whole.to_string()]));
    }
    found
}

fn changed_files(look: &MachineLook, status: &str) -> Vec<Finding> {
    let installed =
        packages(status).filter(|(name, state)| WATCHED.contains(name) && state[2] == "installed");
    let names: Vec<&str> = installed.map(|(name, _)| name).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let checked = look.tool("dpkg", &[&["--verify"], &names[..]].concat());
    if checked == ToolOutcome::Late {
        return vec![look.line(FindingKind::NotInTime, Verdict::Look, ["dpkg"])];
    }
    // `??5?????? c /etc/x`: the fifth is the checksum, `c` is a configuration file, which people change
    // (dpkg(1)).
    let checked = checked.any_text().unwrap_or_default();
    let changed = checked.lines().filter_map(|line| {
        let (flags, file) = line.split_once(' ')?;
        (flags.chars().nth(2) == Some('5') && !file.trim_start().starts_with("c ")).then(|| file.trim())
    });
    changed.map(|file| look.line(FindingKind::PackageFileChanged, Verdict::Broken, [file])).collect()
}

fn updates(look: &MachineLook) -> Option<Finding> {
    let simulated = look.tool("apt-get", &["-s", "-q", "-o", "Debug::NoLocking=true", "upgrade"]);
    if simulated == ToolOutcome::Late {
        // With many packages that is usual, and no sign of a fault.
        return Some(look.line(FindingKind::NotInTime, Verdict::Fine, ["apt-get"]));
    }
    let text = simulated.any_text()?;
    if simulated.text().is_none() {
        // `name : Depends: other but it is not installable`
        let unmet = text.lines().map(str::trim).find(|line| line.contains(" : ") && line.contains("ends: "));
        return Some(match unmet {
            Some(line) => look.line(FindingKind::PackageUnmet, Verdict::Broken, [line]),
            None => look.line(FindingKind::PackagesRefused, Verdict::Look, []),
        });
    }
    let updates: Vec<&str> = text.lines().filter(|line| line.starts_with("Inst ")).collect();
    let security = updates.iter().filter(|line| line.to_lowercase().contains("security")).count();
    let verdict = if security > 0 { Verdict::Look } else { Verdict::Fine };
    let values = [&updates.len().to_string()[..], &security.to_string()];
    Some(look.line(FindingKind::UpdatesPending, verdict, values))
}
