//! Commands as they stand in files of settings: which files they run, and how they look.

use beistand_inspect::{command_is_strange, hide_in_command};
use beistand_session::{SweepCategory, SweepFinding, SweepReason, SweepStanding, SweepThing};

use crate::drafts::SweepDraft;
use crate::machine::LinuxSweep;
use crate::remote::remote_product;

/// Where a command without a folder is looked for, after the user's own.
const FOLDERS: [&str; 6] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/// The user's own.
const OWN_FOLDERS: [&str; 2] = [".local/bin", "bin"];

/// Programs that run another one, which comes after them.
const WRAPPERS: [&str; 12] = [
    "env",
    "nohup",
    "setsid",
    "exec",
    "sudo",
    "nice",
    "ionice",
    "command",
    "time",
    "timeout",
    "stdbuf",
    "dbus-launch",
];

/// Programs that run a file, which comes after them.
const INTERPRETERS: [&str; 9] = ["sh", "bash", "dash", "zsh", "python", "python3", "perl", "java", "node"];

/// What systemd has before a command (systemd.service(5)).
const UNIT_SIGNS: [char; 5] = ['-', '@', ':', '+', '!'];

/// Words of a command that are looked at: what is run comes early.
const MAX_WORDS: usize = 32;

impl LinuxSweep {
    /// The files that a command runs: its program and, where that runs a file, this file. Only those that are
    /// there.
    pub(crate) fn files_of(&self, command: &str) -> Vec<String> {
        let mut files = Vec::new();
        let mut interprets = false;
        for word in plain_words(command) {
            let name = word.rsplit('/').next().unwrap_or(word);
            if files.is_empty() {
                interprets = INTERPRETERS.contains(&name);
                match self.program(word) {
                    Some(file) => files.push(file),
                    None => break,
                }
            } else if let (true, Some(file)) = (interprets, self.program(word)) {
                // The script is what matters, and so it comes first.
                files.insert(0, file);
                break;
            } else if !interprets {
                break;
            }
        }
        files
    }

    /// Where a program is.
    fn program(&self, word: &str) -> Option<String> {
        if let Some(rest) = word.strip_prefix("~/").or_else(|| word.strip_prefix("$HOME/")) {
            return self.in_home(rest).filter(|path| self.has_file(path));
        }
        if word.starts_with('/') {
            return Some(word.to_owned()).filter(|path| self.has_file(path));
        }
        if word.contains('/') {
            return None;
        }
        let own = OWN_FOLDERS.iter().filter_map(|folder| self.in_home(folder));
        let folders = own.chain(FOLDERS.iter().map(|folder| (*folder).to_owned()));
        folders.map(|folder| format!("{folder}/{word}")).find(|path| self.has_file(path))
    }

    /// What is found where something starts a command: `entry` is the file that says so.
    pub(crate) fn starting(
        &self,
        (category, thing, why): (SweepCategory, SweepThing, SweepReason),
        name: &str,
        entry: &str,
        command: &str,
    ) -> SweepDraft {
        let plain = SweepFinding::new(category, thing, SweepStanding::Unknown);
        let finding = SweepFinding {
            name: name.to_owned(),
            path: entry.to_owned(),
            line: hide_in_command(command.split_whitespace()),
            reasons: vec![why],
            ..plain
        };
        let mut files = self.files_of(command);
        files.push(entry.to_owned());
        let runs_from_anywhere = files.iter().any(|file| is_anybodys_place(file));
        let is_strange = command_is_strange(command.trim_start_matches(UNIT_SIGNS));
        SweepDraft::new(finding, files)
            .suspicious_where(remote_product(&[name, &what_runs(command)]).is_some(), SweepReason::RemoteTool)
            .suspicious_where(is_strange && command.contains("://"), SweepReason::FetchesAndRuns)
            .suspicious_where(
                runs_from_anywhere || is_strange && !command.contains("://"),
                SweepReason::AnybodysPlace,
            )
    }
}

/// What a command runs, as text: its program, and all that an interpreter is given. What others are given,
/// such as the address of a page, is only mentioned.
pub(crate) fn what_runs(command: &str) -> String {
    let mut words = plain_words(command);
    let Some(program) = words.next() else { return String::new() };
    let name = program.rsplit('/').next().unwrap_or(program);
    if !INTERPRETERS.contains(&name) {
        return program.to_owned();
    }
    [program].into_iter().chain(words).collect::<Vec<_>>().join(" ")
}

/// The words of a command without options, settings and what only passes it on.
fn plain_words(command: &str) -> impl Iterator<Item = &str> {
    let command = command.trim_start_matches(UNIT_SIGNS);
    let words = command.split([' ', '\t', '"', '\'', ';', '&', '|', '(', ')']);
    let words = words.filter(|word| !word.is_empty()).take(MAX_WORDS);
    let is_plain = |word: &&str| {
        let name = word.rsplit('/').next().unwrap_or(word);
        let is_argument = word.starts_with('-') || word.contains('=') && !word.starts_with('/');
        !is_argument && !WRAPPERS.contains(&name)
    };
    words.filter(is_plain)
}

/// Whether anybody can put a program there.
pub(crate) fn is_anybodys_place(path: &str) -> bool {
    ["/tmp/", "/var/tmp/", "/dev/shm/", "/run/user/"].iter().any(|folder| path.starts_with(folder))
        || path.contains("/.cache/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_only_mentioned_does_not_run() {
        let is_remote = |command| remote_product(&[&what_runs(command)]).is_some();
        for command in [
            "firefox https://anydesk.com/",
            "less anydesk.log",
            "apt install rustdesk",
            "vim /etc/xrdp/xrdp.ini",
            "grep -r teamviewer /",
        ] {
            assert!(!is_remote(command), "{command}");
        }
        for command in [
            "/usr/bin/anydesk --tray",
            "sh -c 'teamviewer'",
            "env X=1 nohup rustdesk",
            "java -jar /opt/connectwisecontrol-1/x.jar",
        ] {
            assert!(is_remote(command), "{command}");
        }
    }
}
