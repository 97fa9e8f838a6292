//! Programs that a machine suffers from: one that listens, one that is busy, one that has much memory, and
//! one that leaves ended programs behind.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;
use std::thread;

/// Ended programs that are left behind.
const LITTER: usize = 80;

/// Listens at a port of all addresses, and does nothing for whoever comes.
///
/// # Errors
/// In words, where it can't.
pub fn listen(port: u16) -> Result<(), String> {
    let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    let listener = TcpListener::bind(address).map_err(|error| format!("{address}: {error}"))?;
    for stream in listener.incoming() {
        drop(stream);
    }
    Ok(())
}

/// Keeps a processor busy, as a miner does, until it is ended.
pub fn mine() -> ! {
    let mut count = 0_u64;
    loop {
        count = std::hint::black_box(count.wrapping_add(1));
    }
}

/// Holds so many megabytes of memory until it is ended.
pub fn hold(megabytes: usize) -> ! {
    // Each page has something in it.
    let held = std::hint::black_box(vec![1_u8; megabytes << 20]);
    loop {
        thread::park();
        std::hint::black_box(&held);
    }
}

/// Starts programs, and leaves them uncollected once they have ended.
///
/// # Errors
/// In words, where it can't.
pub fn litter() -> Result<(), String> {
    let mut left = Vec::new();
    for _ in 0..LITTER {
        left.push(Command::new("true").spawn().map_err(|error| error.to_string())?);
    }
    loop {
        thread::park();
        std::hint::black_box(&left);
    }
}
