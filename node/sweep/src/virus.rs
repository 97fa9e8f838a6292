//! Files in which ClamAV knows something: by its daemon where that answers, else by `clamscan`.
//!
//! Which files are scanned is decided here: ordinary ones below a path that the user's account can read. No
//! link is followed, nothing is waited for and nothing is removed; the scanner is given the list.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use beistand_posix::fs::OFlags;
use beistand_session::{SweepCategory, SweepEnd, SweepFinding, SweepReason, SweepStanding, SweepThing};
use beistand_tool::{ToolCall, ToolGo, ToolOutcome, ToolOutput, ToolStep};

use crate::lines::LineSplitter;
use crate::machine::{LinuxSweep, not_seen, open_plain};
use crate::run::{SweepProgress, SweepResult};

/// Files of one scan: more take longer than the time there is.
const MAX_FILES: usize = 200_000;

/// Their paths together in bytes: as much memory as a picture of the screen.
const MAX_LIST_BYTES: usize = 32 << 20;

/// Folders that wait to be read.
const MAX_FOLDERS: usize = 100_000;

/// Files that could not be looked at and are named; of more the number says enough.
const MAX_NAMED: usize = 16;

/// File systems that the system makes up (linux/magic.h): of proc, sysfs, cgroups, debugfs, tracefs,
/// securityfs, configfs, efivarfs, bpf, devpts, pstore and mqueue. No file there could be infected, and some
/// act when read.
const MADE_UP: [u32; 13] = [
    0x9fa0,
    0x6265_6572,
    0x0027_e0eb,
    0x6367_7270,
    0x6462_6720,
    0x7472_6163,
    0x7363_6673,
    0x6265_6570,
    0xde5e_81e4,
    0xcafe_4a11,
    0x1cd1,
    0x6165_676c,
    0x1980_0202,
];

/// Larger files the scanner would call clean without having looked at all of them (clamscan(1),
/// `--max-filesize`).
const MAX_FILE_BYTES: u64 = 100 << 20;

/// What it says where something in a file is larger than it looks at.
const TOO_LARGE: &str = "Heuristics.Limits.Exceeded";

/// How long the daemon may take to answer.
const PING_TIME: Duration = Duration::from_secs(5);

const HERE: SweepCategory = SweepCategory::Virus;

/// A scanner, and what it is started with. It reads its list of files from its input.
struct VirusScanner {
    program: &'static str,
    arguments: &'static [&'static str],
    /// Whether it unpacks archives itself, in a folder that it is given.
    unpacks: bool,
}

/// It gets each file already opened, so that it reads what the user can read and no more.
static DAEMON: VirusScanner = VirusScanner {
    program: "clamdscan",
    arguments: &["--fdpass", "--no-summary", "--stdout", "--file-list=/dev/stdin"],
    unpacks: false,
};

static ALONE: VirusScanner = VirusScanner {
    program: "clamscan",
    arguments: &[
        "--no-summary",
        "--stdout",
        "--follow-dir-symlinks=0",
        "--follow-file-symlinks=0",
        "--alert-exceeds-max=yes",
        "--file-list=/dev/stdin",
    ],
    unpacks: true,
};

/// What a scanner has said.
#[derive(Debug, Default)]
struct ScanCount {
    looked_at: usize,
    /// Files that it could not look at.
    refused: usize,
    /// Whether it says itself that all went well. Where it found something it doesn't.
    well: bool,
}

/// The files that are to be scanned.
#[derive(Debug, Default)]
struct ScanList {
    /// One path per line.
    text: Vec<u8>,
    count: usize,
    unreadable: usize,
    named: Vec<SweepFinding>,
    is_cut: bool,
}

impl LinuxSweep {
    pub(crate) fn search_viruses(
        &self,
        path: &Path,
        progress: &mut SweepProgress<'_>,
        found: &mut Vec<SweepFinding>,
    ) -> SweepResult {
        let scanner = self.scanner(progress)?;
        let mut list = self.scan_list(path, progress)?;
        found.append(&mut list.named);
        progress.leave_off(list.unreadable.saturating_sub(MAX_NAMED) as u32);
        if list.is_cut {
            found.push(not_seen(HERE, &path.display().to_string(), SweepReason::NotInTime));
        }
        if list.count == 0 {
            return Ok(());
        }
        let scanned = self.scan(scanner, &list, progress)?;
        if !self.at(path).exists() {
            // What it is on was taken away in the midst.
            return Err(SweepEnd::Gone);
        }
        let (said, missed) =
            (scanned.looked_at + scanned.refused, list.count.saturating_sub(scanned.looked_at));
        if said == 0 {
            // It says something of each file, or nothing where it has nothing to compare them with.
            return Err(SweepEnd::NoSignatures);
        }
        if missed > 0 {
            let mut finding = not_seen(HERE, &path.display().to_string(), SweepReason::Unreadable);
            finding.line = missed.to_string();
            found.push(finding);
        }
        // One that was ended in the midst has not found nothing.
        if said < list.count && !scanned.well { Err(SweepEnd::Broken) } else { Ok(()) }
    }

    fn scanner(&self, progress: &SweepProgress<'_>) -> Result<&'static VirusScanner, SweepEnd> {
        if self.tools.find(DAEMON.program).is_some() {
            let ping = ToolCall::new(DAEMON.program, &["--ping", "1"]).within(PING_TIME);
            if progress.run_tool(&self.tools, &ping)?.text().is_some() {
                return Ok(&DAEMON);
            }
        }
        self.tools.find(ALONE.program).map(|_| &ALONE).ok_or(SweepEnd::NoScanner)
    }

    /// All ordinary files below a path that the user can read.
    fn scan_list(&self, path: &Path, progress: &mut SweepProgress<'_>) -> Result<ScanList, SweepEnd> {
        let root = self.at(path);
        let metadata = root.symlink_metadata().map_err(|error| end_of(&error))?;
        let mut list = ScanList::default();
        if metadata.is_file() {
            self.list_file(&root, &mut list);
            return Ok(list);
        }
        if !metadata.is_dir() {
            return Err(SweepEnd::Gone);
        }
        fs::read_dir(&root).map_err(|error| end_of(&error))?;
        if is_made_up(&root) {
            return Err(SweepEnd::Gone);
        }
        let mut folders = vec![root];
        while let Some(folder) = folders.pop() {
            progress.go_on()?;
            if is_made_up(&folder) {
                continue;
            }
            let Ok(entries) = fs::read_dir(&folder) else {
                list.miss(self, &folder, SweepReason::Unreadable);
                continue;
            };
            for entry in entries.flatten() {
                progress.go_on()?;
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() && folders.len() < MAX_FOLDERS => folders.push(entry.path()),
                    Ok(kind) if kind.is_dir() => list.is_cut = true,
                    Ok(kind) if kind.is_file() => self.list_file(&entry.path(), &mut list),
                    Ok(_) => {}
                    Err(_) => list.miss(self, &entry.path(), SweepReason::Unreadable),
                }
                if list.count >= MAX_FILES || list.text.len() >= MAX_LIST_BYTES {
                    list.is_cut = true;
                    return Ok(list);
                }
            }
        }
        Ok(list)
    }

    fn list_file(&self, path: &Path, list: &mut ScanList) {
        // A line break in a name would be another file's name in the list.
        let name = path.to_str().filter(|name| !name.contains(['\n', '\r']));
        match (name, open_plain(path, OFlags::NOFOLLOW)) {
            (Some(_), Ok(file)) if file.metadata().is_ok_and(|file| file.len() > MAX_FILE_BYTES) => {
                list.miss(self, path, SweepReason::NotInTime);
            }
            (Some(name), Ok(_)) => {
                list.text.extend_from_slice(name.as_bytes());
                list.text.push(b'\n');
                list.count += 1;
            }
            (None, _) | (_, Err(_)) => list.miss(self, path, SweepReason::Unreadable),
        }
    }

    /// Has the files scanned, and tells at once what is found; how many files the scanner has said anything
    /// about.
    fn scan(
        &self,
        scanner: &VirusScanner,
        list: &ScanList,
        progress: &mut SweepProgress<'_>,
    ) -> Result<ScanCount, SweepEnd> {
        // Where it unpacks archives: it leaves that behind where it is ended.
        let folder = tempfile::Builder::new().prefix("beistand-scan-").tempdir();
        let folder = folder.map_err(|error| end_of(&error))?;
        let own = format!("--tempdir={}", folder.path().display());
        let own = scanner.unpacks.then_some(own.as_str());
        let arguments: Vec<&str> = scanner.arguments.iter().copied().chain(own).collect();
        let call = ToolCall {
            output: ToolOutput::Said,
            ..ToolCall::new(scanner.program, &arguments).within(progress.left()).reading(&list.text)
        };
        let (mut lines, mut count, mut stopped) = (LineSplitter::default(), ScanCount::default(), None);
        let outcome = self.tools.run(&call, &mut |step| {
            let bytes = match step {
                ToolStep::Waiting(_) => &[][..],
                ToolStep::Said(bytes) => bytes,
            };
            let taken = lines.take(bytes, |line| match scanned_file(line) {
                Some(ScannedFile::Clean) => {
                    count.looked_at += 1;
                    progress.look()
                }
                Some(ScannedFile::Refused) => {
                    count.refused += 1;
                    Ok(())
                }
                Some(ScannedFile::Infected { path, signature }) => {
                    count.looked_at += 1;
                    progress.look()?;
                    let finding = self.infected(path, signature, progress)?;
                    progress.tell_now(finding);
                    Ok(())
                }
                None => Ok(()),
            });
            progress.advance((count.looked_at + count.refused) as u64, list.count as u64);
            match taken.and_then(|()| progress.go_on()) {
                Ok(()) => ToolGo::On,
                Err(why) => {
                    stopped = Some(why);
                    ToolGo::Stop
                }
            }
        });
        match outcome {
            ToolOutcome::Absent => Err(SweepEnd::NoScanner),
            ToolOutcome::Late => Err(SweepEnd::TimedOut),
            ToolOutcome::Stopped => Err(stopped.unwrap_or(SweepEnd::Stopped)),
            ToolOutcome::Done { success, .. } => Ok(ScanCount { well: success, ..count }),
        }
    }

    fn infected(
        &self,
        path: &str,
        signature: &str,
        progress: &mut SweepProgress<'_>,
    ) -> Result<SweepFinding, SweepEnd> {
        let inside = self.seen_from_inside(Path::new(path)).unwrap_or_else(|| path.to_owned());
        let plain = SweepFinding::new(HERE, SweepThing::Infected, SweepStanding::Suspicious);
        let mut finding = SweepFinding {
            name: inside.rsplit('/').next().unwrap_or_default().to_owned(),
            line: signature.to_owned(),
            reasons: vec![SweepReason::SignatureMatched],
            ..plain
        };
        if let Some(facts) = self.facts(&inside, false, progress)? {
            finding.size_bytes = Some(facts.size_bytes);
            finding.age_days = Some(facts.age_days);
            finding.sha256 = facts.hashes.map(|hashes| hashes.sha256);
        }
        finding.path = inside;
        Ok(finding)
    }
}

impl ScanList {
    fn miss(&mut self, machine: &LinuxSweep, path: &Path, why: SweepReason) {
        self.unreadable += 1;
        if self.named.len() < MAX_NAMED {
            let shown = path.to_str().and_then(|_| machine.seen_from_inside(path));
            let mut finding = not_seen(HERE, "", why);
            finding.path = shown.unwrap_or_else(|| path.display().to_string());
            finding.name = finding.path.rsplit('/').next().unwrap_or_default().to_owned();
            self.named.push(finding);
        }
    }
}

/// What a scanner says of a file.
#[derive(Debug, PartialEq, Eq)]
enum ScannedFile<'a> {
    Clean,
    /// It did not look at it.
    Refused,
    Infected {
        path: &'a str,
        signature: &'a str,
    },
}

/// A line of a scanner: `/a/b: OK`, `/a/b: Eicar-Signature FOUND`, `/a/b: Access denied. ERROR`.
fn scanned_file(line: &str) -> Option<ScannedFile<'_>> {
    let (path, said) = line.rsplit_once(": ")?;
    if !path.starts_with('/') {
        // A warning, with the file after it.
        return None;
    }
    Some(match said.strip_suffix(" FOUND") {
        Some(signature) if signature.starts_with(TOO_LARGE) => ScannedFile::Refused,
        Some(signature) => ScannedFile::Infected { path, signature },
        None if matches!(said, "OK" | "Empty file") => ScannedFile::Clean,
        None => ScannedFile::Refused,
    })
}

fn is_made_up(folder: &Path) -> bool {
    // The sign of a file system has 32 bits, whatever the system's own type for it.
    beistand_posix::fs::statfs(folder).is_ok_and(|system| MADE_UP.contains(&(system.f_type as u32)))
}

fn end_of(error: &io::Error) -> SweepEnd {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => SweepEnd::Gone,
        io::ErrorKind::PermissionDenied => SweepEnd::NotPermitted,
        io::ErrorKind::StorageFull => SweepEnd::DiskFull,
        _ => SweepEnd::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_scanner_are_read_as_they_come() {
        let mut lines = LineSplitter::default();
        let mut read = Vec::new();
        for part in [
            "/a/b: O",
            "K\n/c: d: Eicar-Test.UNOFFICIAL FOUND\n",
            "WARNING: /x: Can't access file\n/d: no ERROR\n/e: Emp",
        ] {
            lines
                .take(part.as_bytes(), |line| {
                    read.push(match scanned_file(line) {
                        Some(ScannedFile::Clean) => "clean".to_owned(),
                        Some(ScannedFile::Refused) => "refused".to_owned(),
                        Some(ScannedFile::Infected { path, signature }) => format!("{path} has {signature}"),
                        None => "nothing".to_owned(),
                    });
                    Ok(())
                })
                .unwrap();
        }
        assert_eq!(read, ["clean", "/c: d has Eicar-Test.UNOFFICIAL", "nothing", "refused"]);
    }
}
