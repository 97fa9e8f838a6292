//! A candidate that is being tried, and when it is worth another try. It reads no clock and tries nothing.

use std::time::Duration;

use beistand_session::{EndReason, HandshakeFailure};

use super::ConnectFailure;
use crate::swarm::Candidate;

/// Pause before an unreachable candidate is tried again: its network may just be coming up.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// How often a candidate that closes without a word is tried again: a host that is flooded lets somebody in
/// by then, and each try counts there.
const MAX_SILENT_CLOSES: u32 = 2;

/// How long to wait in all for hosts that put us off: a minute, which is how long a host counts, and a bit. A
/// liar can't hold us up for longer.
const MAX_WAIT: Duration = Duration::from_secs(75);

/// A candidate to be tried.
pub(super) struct Knock {
    pub(super) candidate: Candidate,
    /// How often it closed without a word.
    pub(super) silent_closes: u32,
}

impl Knock {
    /// In which time to try again after this failure, having `searched` for so long; `None` if that is of no
    /// use.
    pub(super) fn retry_in(&mut self, cause: &ConnectFailure, searched: Duration) -> Option<Duration> {
        match cause {
            ConnectFailure::PutOff(retry_in) => (searched + *retry_in <= MAX_WAIT).then_some(*retry_in),
            ConnectFailure::Refused(EndReason::HandshakeFailed(HandshakeFailure::InviteRefused)) => {
                self.silent_closes += 1;
                (self.silent_closes <= MAX_SILENT_CLOSES).then(|| RETRY_PAUSE * self.silent_closes)
            }
            ConnectFailure::Refused(_) | ConnectFailure::Stopped => None,
            ConnectFailure::Start(_)
            | ConnectFailure::NotFound
            | ConnectFailure::Unreachable(_)
            | ConnectFailure::Derive(_)
            | ConnectFailure::Broken => Some(RETRY_PAUSE),
        }
    }
}

#[cfg(test)]
mod tests {
    use libp2p::PeerId;

    use super::*;

    fn knock() -> Knock {
        Knock { candidate: Candidate { peer: PeerId::random(), addresses: Vec::new() }, silent_closes: 0 }
    }

    const fn refused(failure: HandshakeFailure) -> ConnectFailure {
        ConnectFailure::Refused(EndReason::HandshakeFailed(failure))
    }

    #[test]
    fn a_silent_close_is_tried_again_twice() {
        let (mut knock, silent) = (knock(), refused(HandshakeFailure::InviteRefused));
        let pauses: Vec<_> = (0..3).map(|_| knock.retry_in(&silent, Duration::ZERO)).collect();
        assert_eq!(pauses, [Some(RETRY_PAUSE), Some(RETRY_PAUSE * 2), None]);
        let used = ConnectFailure::Refused(EndReason::InviteUsed);
        assert_eq!(knock.retry_in(&used, Duration::ZERO), None);
        assert_eq!(knock.retry_in(&ConnectFailure::NotFound, Duration::ZERO), Some(RETRY_PAUSE));
    }

    #[test]
    fn whoever_is_put_off_comes_again_then_but_waits_for_no_liar() {
        let (mut knock, minute) = (knock(), Duration::from_secs(60));
        let put_off = ConnectFailure::PutOff(minute);
        assert_eq!(knock.retry_in(&put_off, Duration::from_secs(3)), Some(minute));
        assert_eq!(knock.retry_in(&put_off, Duration::from_secs(20)), None);
        assert_eq!(knock.retry_in(&ConnectFailure::PutOff(minute * 60), Duration::ZERO), None);
    }
}
