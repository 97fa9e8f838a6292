//! Networks of their own: namespaces that end with the test, whatever happens to it.
//!
//! No namespace has a name: a process that waits holds it open, and the kernel ends both with us. Needs root.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::thread;

use rustix::fd::AsFd;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::{Process, root};

/// A network with nothing but loopback in it, until it is joined with another.
#[derive(Debug)]
pub struct Network {
    holder: Process,
}

impl Network {
    /// Makes one; `None` (with a line that says so) where this is not root.
    ///
    /// # Panics
    /// Where root may not make one either.
    #[track_caller]
    pub fn new() -> Option<Self> {
        if !root() {
            let text = "SKIPPED: this needs network namespaces, and those need root";
            std::io::Write::write_all(&mut std::io::stderr(), format!("{text}\n").as_bytes()).ok();
            return None;
        }
        let mut command = Process::command("unshare");
        command.args(["--net", "--", "sh", "-c", "ip link set lo up && echo ready && exec cat"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut holder = Process::start(&mut command);
        let mut line = String::new();
        BufReader::new(holder.child().stdout.take().expect("piped")).read_line(&mut line).expect("a pipe");
        assert_eq!(line.trim(), "ready", "a namespace with a loopback device");
        Some(Self { holder })
    }

    /// Two networks joined by a cable, 10.77.0.1 and 10.77.0.2.
    #[track_caller]
    pub fn pair() -> Option<(Self, Self)> {
        let (one, two) = (Self::new()?, Self::new()?);
        one.run(&format!("ip link add lan0 type veth peer name lan0 netns {}", two.holder.pid()));
        for (network, address) in [(&one, "10.77.0.1/24"), (&two, "10.77.0.2/24")] {
            network.run(&format!("ip address add {address} dev lan0"));
            network.run("ip link set lan0 up");
            // Multicast goes where the default route goes, as in a household.
            network.run("ip route add default dev lan0");
        }
        Some((one, two))
    }

    /// Runs a line of shell in it.
    ///
    /// # Panics
    /// Where it fails.
    #[track_caller]
    pub fn run(&self, script: &str) {
        let status = self.command("sh").args(["-c", script]).status().expect("nsenter is installed");
        assert!(status.success(), "`{script}` failed in the namespace");
    }

    /// Does something in it, such as opening a socket, which stays in it.
    ///
    /// # Panics
    /// Where `work` does. A process that it started would end with it: see [`Self::command`] for those.
    pub fn enter<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        let namespace =
            fs::File::open(format!("/proc/{}/ns/net", self.holder.pid())).expect("the holder runs");
        // Only the thread moves, and it ends with the work.
        let inside = move || {
            move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network))
                .expect("root may enter a namespace");
            work()
        };
        thread::scope(|scope| {
            scope.spawn(inside).join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// The process that holds it open, for tools that name a namespace so.
    pub fn pid(&self) -> u32 {
        self.holder.pid()
    }

    /// A command that runs in it.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Process::command("nsenter");
        command.arg(format!("--net=/proc/{}/ns/net", self.holder.pid())).arg("--").arg(program);
        command
    }

    /// Bytes that went over a device so far, with all headers, both directions of a session on `lo` counted.
    ///
    /// # Panics
    /// Where there is no such device.
    #[track_caller]
    pub fn bytes(&self, device: &str) -> u64 {
        let table =
            fs::read_to_string(format!("/proc/{}/net/dev", self.holder.pid())).expect("the holder runs");
        received(&table, device).unwrap_or_else(|| panic!("there is no device {device} in the namespace"))
    }
}

/// The bytes received by a device, from `/proc/net/dev`.
fn received(table: &str, device: &str) -> Option<u64> {
    table.lines().find_map(|line| {
        let (name, numbers) = line.split_once(':')?;
        (name.trim() == device).then(|| numbers.split_whitespace().next()?.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_from_the_kernels_table() {
        let table = "Inter-|   Receive\n face |bytes packets\n    lo: 1234 5 0\nlan0:99 1\n";
        assert_eq!(received(table, "lo"), Some(1234));
        assert_eq!(received(table, "lan0"), Some(99));
        assert_eq!(received(table, "eth0"), None);
    }
}
