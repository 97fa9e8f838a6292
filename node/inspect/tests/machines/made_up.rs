//! A machine that is made up: its files, its tools, and what its probes say.

use beistand_posix::unix::fs::{PermissionsExt as _, symlink};
use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use beistand_posix::fs::{CWD, FileType, Mode, mknodat};

use beistand_inspect::{DiskSpace, LinuxMachine, LookUp, MachineProbes};

/// What the probes say.
#[derive(Debug)]
pub(crate) struct MadeUpProbes {
    pub(crate) space: DiskSpace,
    pub(crate) answers: bool,
    pub(crate) now: SystemTime,
    /// What a file holds after the pause.
    later: Vec<(PathBuf, String)>,
}

impl MachineProbes for MadeUpProbes {
    fn space(&self, _folder: &Path) -> Option<DiskSpace> {
        Some(self.space)
    }

    fn look_up(&self, _server: IpAddr, _time: Duration) -> LookUp {
        if self.answers { LookUp::Answered(Duration::from_millis(12)) } else { LookUp::Silent }
    }

    fn now(&self) -> SystemTime {
        self.now
    }

    fn pause(&self, _time: Duration) {
        for (path, text) in &self.later {
            fs::write(path, text).expect("a folder of ours");
        }
    }
}

pub(crate) struct MadeUpMachine {
    folder: tempfile::TempDir,
    pub(crate) probes: MadeUpProbes,
    packages: String,
}

impl MadeUpMachine {
    /// A small Debian on which all is well.
    pub(crate) fn clean() -> Self {
        let space = DiskSpace { size: 40 << 30, free: 25 << 30, inodes: 1000, inodes_free: 900 };
        let probes = MadeUpProbes { space, answers: true, now: SystemTime::now(), later: Vec::new() };
        let mut machine =
            Self { folder: tempfile::tempdir().expect("a folder of ours"), probes, packages: String::new() };
        for (path, text) in [
            ("/etc/os-release", "NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n"),
            ("/etc/hostname", "desk\n"),
            (
                "/etc/hosts",
                "127.0.0.1 localhost\n127.0.1.1 desk\n::1 localhost ip6-localhost\nff02::1 ip6-allnodes\n",
            ),
            ("/etc/resolv.conf", "search home\nnameserver 192.168.0.1\n"),
            ("/etc/passwd", "root:x:0:0::/root:/bin/bash\n"),
            ("/etc/crontab", "17 * * * * root cd / && run-parts --report /etc/cron.hourly\n"),
            ("/etc/ssl/certs/ca-certificates.crt", "-----BEGIN CERTIFICATE-----\n"),
            ("/home/anna/.bashrc", "alias ll='ls -l'\neval \"$(dircolors)\"\n"),
            ("/etc/xdg/autostart/nm.desktop", "[Desktop Entry]\nExec=nm-applet\n"),
            ("/proc/sys/kernel/osrelease", "6.12.0\n"),
            ("/proc/uptime", "90000.12 100.0\n"),
            ("/proc/loadavg", "0.10 0.20 0.30 1/100 1\n"),
            ("/proc/cpuinfo", "processor\t: 0\nmodel name\t: Sample\nprocessor\t: 1\n"),
            (
                "/proc/meminfo",
                "MemTotal: 8000000 kB\nMemAvailable: 6000000 kB\nSwapTotal: 1000 kB\nSwapFree: 1000 kB\n",
            ),
            ("/proc/vmstat", "oom_kill 0\n"),
            ("/proc/mounts", "/dev/sda1 / ext4 rw,relatime 0 0\nproc /proc proc ro 0 0\n"),
            ("/proc/net/route", "Iface\tDestination\tGateway\neth0\t00000000\t0100A8C0\t0003\n"),
            ("/proc/net/tcp", "  sl  local_address\n   0: 0100007F:0277 00000000:0000 0A 0:0 0:0 0 0 0 9\n"),
            ("/sys/class/net/eth0/operstate", "up\n"),
            ("/sys/class/net/eth0/mtu", "1500\n"),
        ] {
            machine.file(path, text);
        }
        machine.package("sudo", "install ok installed");
        machine.process(1, "systemd", 20);
        machine.tool("ip", "echo '2: eth0    inet 192.168.0.7/24 brd 192.168.0.255 scope global eth0'");
        for quiet in ["systemctl", "journalctl", "apt-get", "dpkg"] {
            machine.tool(quiet, "exit 0");
        }
        machine
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join("root").join(path.trim_start_matches('/'))
    }

    pub(crate) fn tools(&self) -> PathBuf {
        self.folder.path().join("tools")
    }

    pub(crate) fn file(&mut self, path: &str, text: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().expect("below the root")).expect("a folder of ours");
        fs::write(path, text).expect("a folder of ours");
    }

    /// A pipe, to whose other end nobody comes.
    pub(crate) fn pipe(&mut self, path: &str) {
        let path = self.at(path);
        let _ = fs::remove_file(&path);
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a folder of ours");
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

    pub(crate) fn package(&mut self, name: &str, status: &str) {
        self.packages.push_str(&format!("Package: {name}\nStatus: {status}\nVersion: 1\n\n"));
        let packages = self.packages.clone();
        self.file("/var/lib/dpkg/status", &packages);
    }

    /// A process that has used so many ticks of a processor.
    pub(crate) fn process(&mut self, id: u32, name: &str, ticks: u64) {
        self.file(&format!("/proc/{id}/stat"), &stat(id, name, ticks));
        self.file(&format!("/proc/{id}/comm"), &format!("{name}\n"));
        self.file(&format!("/proc/{id}/cmdline"), &format!("{name}\0"));
    }

    /// The same process after the pause.
    pub(crate) fn later(&mut self, id: u32, name: &str, ticks: u64) {
        let path = self.at(&format!("/proc/{id}/stat"));
        self.probes.later.push((path, stat(id, name, ticks)));
    }

    /// A process that others can reach at a port.
    pub(crate) fn listening(&mut self, id: u32, name: &str, port: u16) {
        self.process(id, name, 0);
        fs::create_dir_all(self.at(&format!("/proc/{id}/fd"))).expect("a folder of ours");
        symlink("socket:[4242]", self.at(&format!("/proc/{id}/fd/5"))).expect("a folder of ours");
        self.file(
            "/proc/net/tcp",
            &format!("head\n   0: 00000000:{port:04X} 00000000:0000 0A 0:0 0:0 0 0 0 4242\n"),
        );
    }

    /// The machine, and the folder that it lives in.
    pub(crate) fn into_machine(self) -> (LinuxMachine, tempfile::TempDir) {
        let (root, tools) = (self.folder.path().join("root"), self.tools());
        (LinuxMachine::made_up(root, "/home/anna", tools, Box::new(self.probes)), self.folder)
    }
}

fn stat(id: u32, name: &str, ticks: u64) -> String {
    format!("{id} ({name}) S 0 1 1 0 -1 0 0 0 0 0 {ticks} 0 0 0 20 0 1 0 5 1000000 100 0 0\n")
}
