//! SIGINT, SIGTERM and SIGHUP.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::SignalSender;

/// The signals that ask a program to end. From the first value on they no longer kill it.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// `None` where whoever started the program wants it to outlive its terminal, as `nohup` does.
    hang_up: Option<Signal>,
}

impl Signals {
    /// Begins to listen.
    ///
    /// # Errors
    /// Where the system has no room for it.
    pub fn listen() -> io::Result<Self> {
        let hang_up = SignalKind::hangup();
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: if ignored(&status, hang_up) { None } else { Some(signal(hang_up)?) },
        })
    }

    /// Waits for the next one: who sent it. Cancel safe.
    pub async fn next(&mut self) -> SignalSender {
        let hang_up = async {
            match &mut self.hang_up {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => SignalSender::Person,
            _ = self.terminate.recv() => SignalSender::System,
            _ = hang_up => SignalSender::System,
        }
    }
}

/// Whether the process of this `/proc/PID/status` was started with the signal ignored; false on systems
/// without it.
fn ignored(status: &str, kind: SignalKind) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    // The lowest bit is signal 1.
    mask >> (kind.as_raw_value() - 1) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_read_from_the_mask() {
        let status = "Name:\tx\nSigBlk:\t0000000000000001\nSigIgn:\t0000000000001001\n";
        assert!(ignored(status, SignalKind::hangup()));
        assert!(!ignored(status, SignalKind::terminate()));
        assert!(!ignored("", SignalKind::hangup()));
    }
}
