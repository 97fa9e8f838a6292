//! A computer that is made up: its files, its packages, its processes and its tools.

use beistand_posix::unix::fs::{PermissionsExt as _, symlink};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use beistand_posix::fs::{CWD, FileType, Mode, mknodat};
use beistand_session::{SweepCategory, SweepEnd, SweepFinding, SweepKind};
use beistand_sweep::{LinuxSweep, SweepOutcome, SweepRequest, SweepSink, SweptSystem as _};
use md5::{Digest as _, Md5};

pub(crate) struct MadeUpComputer {
    folder: tempfile::TempDir,
    status: String,
}

impl MadeUpComputer {
    /// A small Debian on which all is well.
    pub(crate) fn clean() -> Self {
        let folder = tempfile::tempdir().expect("a folder of ours");
        let mut computer = Self { folder, status: String::new() };
        computer.packaged("applet", "/usr/bin/nm-applet", "#!/bin/sh\nexit\n");
        computer.settings("applet", "/etc/xdg/autostart/nm.desktop", "[Desktop Entry]\nExec=nm-applet\n");
        computer.packaged("cron", "/etc/cron.daily/tidy", "#!/bin/sh\n");
        computer.packaged("dash", "/usr/bin/sh", "\u{7f}ELF sh");
        computer.settings("cron", "/etc/crontab", "17 * * * * root sh /etc/cron.daily/tidy\n");
        computer.file("/etc/hostname", "desk\n");
        computer.file("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 desk\n0.0.0.0 ads.example.com\n");
        computer.file("/home/anna/.bashrc", "alias ll='ls -l'\n");
        computer.packaged("cups", "/usr/sbin/cupsd", "\u{7f}ELF cups");
        computer.process(20, "cupsd", "/usr/sbin/cupsd", "cupsd\0-l\0");
        computer.listening(20, "0100007F:0277");
        computer
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.root().join(path.trim_start_matches('/'))
    }

    pub(crate) fn file(&mut self, path: &str, text: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().expect("below the root")).expect("a folder of ours");
        fs::write(path, text).expect("a folder of ours");
    }

    /// A file that can be run.
    pub(crate) fn program(&mut self, path: &str, text: &str) {
        self.file(path, text);
        fs::set_permissions(self.at(path), fs::Permissions::from_mode(0o755)).expect("ours");
    }

    /// Makes a file as old as this.
    pub(crate) fn age(&mut self, path: &str, days: u64) {
        let file = fs::File::options().write(true).open(self.at(path)).expect("ours");
        let then = SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60);
        file.set_modified(then).expect("ours");
    }

    /// A pipe, to whose other end nobody comes.
    pub(crate) fn pipe(&mut self, path: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().expect("below the root")).expect("a folder of ours");
        let _ = fs::remove_file(&path);
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a folder of ours");
    }

    pub(crate) fn link(&mut self, path: &str, target: impl AsRef<Path>) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().expect("below the root")).expect("a folder of ours");
        symlink(target, path).expect("a folder of ours");
    }

    /// A program of a package.
    pub(crate) fn packaged(&mut self, package: &str, path: &str, text: &str) {
        self.program(path, text);
        self.append(&format!("/var/lib/dpkg/info/{package}.list"), &format!("{path}\n"));
        let line = format!("{}  {}\n", md5(text), path.trim_start_matches('/'));
        self.append(&format!("/var/lib/dpkg/info/{package}.md5sums"), &line);
    }

    /// A file of settings of a package.
    pub(crate) fn settings(&mut self, package: &str, path: &str, text: &str) {
        self.file(path, text);
        self.append(&format!("/var/lib/dpkg/info/{package}.list"), &format!("{path}\n"));
        self.status.push_str(&format!("Package: {package}\nConffiles:\n {path} {}\n\n", md5(text)));
        let status = self.status.clone();
        self.file("/var/lib/dpkg/status", &status);
    }

    fn append(&mut self, path: &str, text: &str) {
        let before = fs::read_to_string(self.at(path)).unwrap_or_default();
        self.file(path, &format!("{before}{text}"));
    }

    pub(crate) fn process(&mut self, pid: u32, name: &str, file: &str, command: &str) {
        self.file(&format!("/proc/{pid}/comm"), &format!("{name}\n"));
        self.file(&format!("/proc/{pid}/cmdline"), command);
        self.link(&format!("/proc/{pid}/exe"), file);
    }

    /// A process that waits at an address, written as the system does.
    pub(crate) fn listening(&mut self, pid: u32, local: &str) {
        let inode = 4000 + pid;
        self.link(&format!("/proc/{pid}/fd/5"), format!("socket:[{inode}]"));
        if !self.at("/proc/net/tcp").exists() {
            self.file("/proc/net/tcp", "  sl  local_address\n");
        }
        self.append("/proc/net/tcp", &format!("   0: {local} 00000000:0000 0A 0:0 0:0 0 0 0 {inode}\n"));
    }

    pub(crate) fn tools(&self) -> PathBuf {
        self.folder.path().join("tools")
    }

    /// A tool that runs this.
    pub(crate) fn tool(&mut self, name: &str, script: &str) {
        fs::create_dir_all(self.tools()).expect("a folder of ours");
        // Renamed into its place, so that nobody has it open for writing when it is started.
        let (draft, path) = (self.tools().join("draft"), self.tools().join(name));
        fs::write(&draft, format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")).expect("a folder of ours");
        fs::set_permissions(&draft, fs::Permissions::from_mode(0o755)).expect("a folder of ours");
        fs::rename(draft, path).expect("a folder of ours");
    }

    pub(crate) fn sweep(&self, kind: SweepKind, args: &str, sink: &mut ListSink) -> SweepOutcome {
        let machine = LinuxSweep::made_up(self.root(), "/home/anna", self.tools());
        machine.sweep(&SweepRequest::parse(kind, args).expect("it makes sense"), sink)
    }

    /// Searches everything to its end.
    pub(crate) fn everything(&self) -> Vec<SweepFinding> {
        let mut sink = ListSink::default();
        let outcome = self.sweep(SweepKind::Everything, "", &mut sink);
        assert_eq!(outcome.end, SweepEnd::Done);
        assert!(sink.far.is_sorted() && sink.far.last() == Some(&1000), "{:?}", sink.far);
        sink.findings
    }

    /// Scans for viruses.
    pub(crate) fn viruses(&self, path: &str, sink: &mut ListSink) -> SweepOutcome {
        self.sweep(SweepKind::Only(SweepCategory::Virus), path, sink)
    }
}

fn md5(text: &str) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Keeps what is told.
#[derive(Debug, Default)]
pub(crate) struct ListSink {
    pub(crate) findings: Vec<SweepFinding>,
    pub(crate) far: Vec<u16>,
    /// After so many findings it is no longer wanted.
    pub(crate) enough: Option<usize>,
}

impl SweepSink for ListSink {
    fn is_wanted(&self) -> bool {
        self.enough.is_none_or(|enough| self.findings.len() < enough)
    }

    fn advance(&mut self, permille: u16, _category: SweepCategory, _seen: u32) {
        self.far.push(permille);
    }

    fn found(&mut self, finding: SweepFinding) {
        self.findings.push(finding);
    }
}
