//! Whether all files in a folder and below can be read. Their content goes nowhere.
//!
//! It follows no link, and begins at none, so that what is read is what the user was shown. It reads ordinary
//! files alone: what is behind a device or a pipe is no file's content.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use beistand_posix::fs::{Mode, OFlags};
use beistand_session::{CheckupEnd, FindingKind};

use crate::net::end_of;
use crate::report::{Probe, ProbeReport, ProbeResult, count, text};

/// Files of one test: a folder with more takes longer than somebody waits.
const MAX_FILES: u64 = 100_000;

/// Bytes of one test: some minutes of a slow disk.
const MAX_BYTES: u64 = 16 << 30;

/// Files that can't be read and are named; of more the count says enough.
const MAX_NAMED: u64 = 32;

/// Folders that wait to be read: as many as there may be files, whatever their shape.
const MAX_FOLDERS: usize = 100_000;

/// What is read at once; a stop waits for no more.
const BLOCK_BYTES: usize = 256 << 10;

/// The longest path: what the system takes.
const MAX_PATH_BYTES: usize = 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScanProbe {
    folder: PathBuf,
}

/// A folder as it is typed: from the root, and without characters that nobody sees.
pub(crate) fn folder(args: &str) -> Option<PathBuf> {
    let is_path =
        args.starts_with('/') && args.len() <= MAX_PATH_BYTES && !args.chars().any(char::is_control);
    is_path.then(|| PathBuf::from(args))
}

impl Probe for ScanProbe {
    fn parse(args: &str) -> Option<Self> {
        folder(args).map(|folder| Self { folder })
    }

    fn subject(&self) -> String {
        self.folder.display().to_string()
    }

    async fn run(self, report: ProbeReport) -> ProbeResult {
        report.in_thread(move |report| ScanWalk::new(report).walk(self.folder)).await
    }
}

/// A walk through a folder, and what came of it.
struct ScanWalk<'a> {
    report: &'a ProbeReport,
    block: Vec<u8>,
    files: u64,
    bytes: u64,
    unreadable: u64,
}

impl<'a> ScanWalk<'a> {
    fn new(report: &'a ProbeReport) -> Self {
        Self { report, block: vec![0; BLOCK_BYTES], files: 0, bytes: 0, unreadable: 0 }
    }

    fn walk(mut self, root: PathBuf) -> ProbeResult {
        // Without what is at its end, a slash above all, with which the system would follow a link.
        let root: PathBuf = root.components().collect();
        if !fs::symlink_metadata(&root).map_err(|error| end_of(&error))?.is_dir() {
            return Err(CheckupEnd::Gone);
        }
        let (mut folders, mut folders_seen) = (vec![root], 0);
        while let Some(folder) = folders.pop() {
            self.report.go_on()?;
            folders_seen += 1;
            match fs::read_dir(&folder) {
                Ok(entries) => self.entries(entries, &mut folders)?,
                Err(error) => self.tell(&folder, &error),
            }
            // How many there are shows only on the way.
            self.report.advance(folders_seen, folders_seen + folders.len() as u64);
            if self.is_full(&folders) {
                self.report.find_blocking(FindingKind::ScanCut, []);
                break;
            }
        }
        let values = [count(self.files), count(self.bytes), count(self.unreadable)];
        self.report.find_blocking(FindingKind::ScanTotal, values);
        Ok(())
    }

    fn is_full(&self, folders: &[PathBuf]) -> bool {
        self.files >= MAX_FILES || self.bytes >= MAX_BYTES || folders.len() >= MAX_FOLDERS
    }

    fn entries(&mut self, entries: fs::ReadDir, folders: &mut Vec<PathBuf>) -> ProbeResult {
        for entry in entries.flatten() {
            self.report.go_on()?;
            if self.is_full(folders) {
                break;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => {
                    self.files += 1;
                    if let Err(error) = self.read(&entry.path())? {
                        self.tell(&entry.path(), &error);
                    }
                }
                Ok(_) => {}
                Err(error) => self.tell(&entry.path(), &error),
            }
        }
        Ok(())
    }

    /// Reads a file to its end, or as far as the test goes.
    fn read(&mut self, path: &Path) -> Result<io::Result<()>, CheckupEnd> {
        // What grows meanwhile, and what the system makes up without an end, is read as far as it was.
        let opened = open_file(path).and_then(|file| Ok((file.metadata()?.len(), file)));
        let mut file = match opened {
            Ok((length, file)) => file.take(length),
            Err(error) => return Ok(Err(error)),
        };
        while self.bytes < MAX_BYTES {
            self.report.go_on()?;
            match file.read(&mut self.block) {
                Ok(0) => break,
                Ok(length) => self.bytes += length as u64,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(()))
    }

    fn tell(&mut self, path: &Path, error: &io::Error) {
        self.unreadable += 1;
        if self.unreadable <= MAX_NAMED {
            let denied = error.kind() == io::ErrorKind::PermissionDenied;
            let kind = if denied { FindingKind::ScanDenied } else { FindingKind::ScanBroken };
            self.report.find_blocking(kind, [text(path.to_string_lossy())]);
        }
    }
}

/// Opens an ordinary file. Where something else has taken its place since the folder was read, it waits for
/// nobody at the other end of a pipe, follows no link and does nothing to a device.
fn open_file(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = File::from(beistand_posix::fs::open(path, flags, Mode::empty())?);
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

#[cfg(test)]
mod tests {
    use beistand_session::CheckupKind;

    use super::*;
    use crate::report::tests::{kinds, number, outcome};
    use crate::{ProbeRequest, ProbeRun};

    #[tokio::test]
    async fn files_are_read_and_links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("below");
        fs::create_dir(&below).unwrap();
        fs::write(folder.path().join("a"), [1; 1000]).unwrap();
        fs::write(below.join("b"), [2; 500]).unwrap();
        beistand_posix::unix::fs::symlink("/", below.join("root")).unwrap();
        let request = ProbeRequest::parse(CheckupKind::Scan, folder.path().to_str().unwrap()).unwrap();
        let (findings, end) = outcome(ProbeRun::start(request)).await;
        assert_eq!((kinds(&findings), end), (vec![FindingKind::ScanTotal], CheckupEnd::Done));
        let total = &findings[0];
        let found = ["files", "size", "unreadable"].map(|name| number(total, name));
        assert_eq!(found, [2, 1500, 0]);
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_read_is_named() {
        // A folder can be opened, and no one can read it as a file: not even the superuser.
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        let run = ProbeRun::start_with(move |report| {
            report.in_thread(move |report| {
                let mut walk = ScanWalk::new(report);
                let error = walk.read(&path)?.unwrap_err();
                walk.tell(&path, &error);
                walk.tell(&path, &io::ErrorKind::PermissionDenied.into());
                Ok(())
            })
        });
        let (findings, _) = outcome(run).await;
        assert_eq!(kinds(&findings), [FindingKind::ScanBroken, FindingKind::ScanDenied]);
    }

    #[tokio::test]
    async fn what_takes_a_files_place_is_not_waited_for() {
        use beistand_posix::fs::{CWD, FileType, mknodat};

        let folder = tempfile::tempdir().unwrap();
        let (pipe, link) = (folder.path().join("pipe"), folder.path().join("link"));
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        fs::write(folder.path().join("file"), "x").unwrap();
        beistand_posix::unix::fs::symlink("file", &link).unwrap();
        let run = ProbeRun::start_with(move |report| {
            report.in_thread(move |report| {
                let mut walk = ScanWalk::new(report);
                for path in [pipe, link] {
                    let error = walk.read(&path)?.unwrap_err();
                    walk.tell(&path, &error);
                }
                assert_eq!(walk.bytes, 0);
                Ok(())
            })
        });
        let (findings, end) = outcome(run).await;
        assert_eq!((kinds(&findings), end), (vec![FindingKind::ScanBroken; 2], CheckupEnd::Done));
    }

    #[tokio::test]
    async fn a_link_is_no_folder_to_begin_at() {
        let folder = tempfile::tempdir().unwrap();
        beistand_posix::unix::fs::symlink("/", folder.path().join("root")).unwrap();
        for typed in ["root", "root/", "root//."] {
            let typed = format!("{}/{typed}", folder.path().display());
            let request = ProbeRequest::parse(CheckupKind::Scan, &typed).unwrap();
            assert_eq!(outcome(ProbeRun::start(request)).await.1, CheckupEnd::Gone, "{typed}");
        }
    }

    #[tokio::test]
    async fn a_folder_that_is_gone_is_told() {
        let request = ProbeRequest::parse(CheckupKind::Scan, "/nonexistent").unwrap();
        assert_eq!(outcome(ProbeRun::start(request)).await.1, CheckupEnd::Gone);
    }
}
