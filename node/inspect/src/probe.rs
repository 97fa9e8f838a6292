//! What is asked of the machine beside files and tools, behind a trait, so that a test can answer.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// How full a file system is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DiskSpace {
    /// In bytes.
    pub size: u64,
    /// For users, in bytes.
    pub free: u64,
    /// 0 where it has no fixed number.
    pub inodes: u64,
    /// How many of them are free.
    pub inodes_free: u64,
}

/// What a name server answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookUp {
    /// It answered after so long.
    Answered(Duration),
    /// It answered with an address in a private network, in which the name is not.
    Astray(Ipv4Addr),
    /// It did not answer, or that it can't.
    Silent,
}

/// What is asked of the machine beside files and tools.
pub trait MachineProbes: Send + Sync + fmt::Debug {
    /// How full the file system at this folder is.
    fn space(&self, folder: &Path) -> Option<DiskSpace>;

    /// Asks a name server for an address, no longer than this.
    fn look_up(&self, server: IpAddr, time: Duration) -> LookUp;

    /// What the machine's clock says.
    fn now(&self) -> SystemTime;

    /// Lets time pass between two looks at what runs.
    fn pause(&self, time: Duration);
}

/// The machine that this program runs on.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemProbes;

/// The name that is looked up. It exists for examples and is nobody's.
const NAME: [&str; 2] = ["example", "org"];

/// The number of the question: its answer has it too. There is one question per socket.
const QUESTION: [u8; 2] = [0xbe, 0x15];

impl MachineProbes for SystemProbes {
    fn space(&self, folder: &Path) -> Option<DiskSpace> {
        let space = beistand_posix::fs::statvfs(folder).ok()?;
        Some(DiskSpace {
            size: space.f_blocks.saturating_mul(space.f_frsize),
            free: space.f_bavail.saturating_mul(space.f_frsize),
            inodes: space.f_files,
            inodes_free: space.f_favail,
        })
    }

    fn look_up(&self, server: IpAddr, time: Duration) -> LookUp {
        let start = Instant::now();
        match ask(server, time) {
            Some(Some(address)) if address.is_private() => LookUp::Astray(address),
            Some(_) => LookUp::Answered(start.elapsed()),
            None => LookUp::Silent,
        }
    }

    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn pause(&self, time: Duration) {
        thread::sleep(time);
    }
}

/// Asks for an address (RFC 1035, 4.1): the one that the server answers with, where it has one; `None` where
/// it does not answer, or that it can't.
fn ask(server: IpAddr, time: Duration) -> Option<Option<Ipv4Addr>> {
    let any: IpAddr =
        if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind(SocketAddr::new(any, 0)).ok()?;
    socket.set_read_timeout(Some(time.max(Duration::from_millis(1)))).ok()?;
    socket.connect(SocketAddr::new(server, 53)).ok()?;
    let mut question = QUESTION.to_vec();
    // Recursion desired, one question.
    question.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in NAME {
        question.push(u8::try_from(label.len()).ok()?);
        question.extend(label.as_bytes());
    }
    // The end of the name, an address of IPv4, of the internet.
    question.extend([0, 0, 1, 0, 1]);
    socket.send(&question).ok()?;
    let mut answer = [0; 512];
    let length = socket.recv(&mut answer).ok()?;
    let code = answer[3] & 0x0f;
    // 0 is an address, 3 that there is no such name.
    let good = length >= 12 && answer[..2] == QUESTION && matches!(code, 0 | 3);
    good.then(|| first_address(&answer[..length], question.len()))
}

/// The first address of an answer, of which the first part is a question of this length.
fn first_address(answer: &[u8], question: usize) -> Option<Ipv4Addr> {
    let mut at = question;
    loop {
        // The record's name: labels, or a pointer to some.
        while *answer.get(at)? != 0 && *answer.get(at)? < 0xc0 {
            at += 1 + usize::from(*answer.get(at)?);
        }
        at += if *answer.get(at)? == 0 { 1 } else { 2 };
        let head = answer.get(at..at + 10)?;
        let (kind, length) = (&head[..2], usize::from(u16::from_be_bytes([head[8], head[9]])));
        let data = answer.get(at + 10..at + 10 + length)?;
        if let ([0, 1], &[a, b, c, d]) = (kind, data) {
            return Some(Ipv4Addr::new(a, b, c, d));
        }
        at += 10 + length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_address_of_an_answer_is_found_behind_another_name() {
        let mut answer = vec![0; 29];
        // Another name for it, then that name's address.
        answer.extend([0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 3, 1, b'a', 0]);
        answer.extend([1, b'a', 0, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1]);
        assert_eq!(first_address(&answer, 29), Some(Ipv4Addr::new(10, 0, 0, 1)));
        for length in 29..answer.len() {
            assert_eq!(first_address(&answer[..length], 29), None);
        }
    }
}
