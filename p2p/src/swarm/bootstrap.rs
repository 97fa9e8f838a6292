//! The peers through which the networks are entered. They are dialled until one of them answers, and again
//! when none is connected any more, since a machine may wake up in another network.

use std::time::{Duration, Instant};

use libp2p::{Multiaddr, PeerId};

/// The pause before a peer is dialled again, at first: a restart of its program takes as long. It doubles
/// each time.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// The longest pause: a person who comes back online should not wait longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

#[derive(Debug)]
struct BootstrapPeer {
    peer: PeerId,
    /// All are dialled at once: where UDP is blocked, the TCP address works.
    addresses: Vec<Multiaddr>,
    next: Instant,
    pause: Duration,
}

/// The bootstrap peers, and when to dial each.
#[derive(Debug, Default)]
pub(super) struct BootstrapList(Vec<BootstrapPeer>);

impl BootstrapList {
    pub(super) fn new(entries: impl IntoIterator<Item = (PeerId, Multiaddr)>, now: Instant) -> Self {
        let mut all: Vec<BootstrapPeer> = Vec::new();
        for (peer, address) in entries {
            match all.iter_mut().find(|entry| entry.peer == peer) {
                Some(entry) => entry.addresses.push(address),
                None => {
                    all.push(BootstrapPeer { peer, addresses: vec![address], next: now, pause: FIRST_PAUSE })
                }
            }
        }
        Self(all)
    }

    /// The peers to dial now.
    pub(super) fn due(
        &mut self,
        now: Instant,
        connected: impl Fn(&PeerId) -> bool,
    ) -> Vec<(PeerId, Vec<Multiaddr>)> {
        if self.0.iter().any(|entry| connected(&entry.peer)) {
            for entry in &mut self.0 {
                (entry.next, entry.pause) = (now, FIRST_PAUSE);
            }
            return Vec::new();
        }
        let mut due = Vec::new();
        for entry in self.0.iter_mut().filter(|entry| entry.next <= now) {
            entry.next = now + entry.pause;
            entry.pause = (entry.pause * 2).min(LONGEST_PAUSE);
            due.push((entry.peer, entry.addresses.clone()));
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_answers_then_one_then_it_is_lost() {
        let start = Instant::now();
        let peer = PeerId::random();
        let mut bootstrap = BootstrapList::new([(peer, "/ip4/192.0.2.1/tcp/1".parse().expect("one"))], start);
        let mut dialled = 0;
        for second in 0..600 {
            dialled += bootstrap.due(start + Duration::from_secs(second), |_| false).len();
        }
        assert!((10..=20).contains(&dialled), "{dialled}");
        let now = start + Duration::from_secs(600);
        assert!(bootstrap.due(now, |_| true).is_empty());
        assert_eq!(bootstrap.due(now, |_| false).len(), 1, "at once when it is lost");
    }

    #[test]
    fn all_addresses_of_a_peer_are_tried_at_once() {
        let (start, peer) = (Instant::now(), PeerId::random());
        let addresses: Vec<Multiaddr> = ["/ip4/192.0.2.1/udp/1/quic-v1", "/ip4/192.0.2.1/tcp/1"]
            .map(|address| address.parse().expect("one"))
            .to_vec();
        let entries = addresses.iter().map(|address| (peer, address.clone()));
        let mut bootstrap = BootstrapList::new(entries, start);
        assert_eq!(bootstrap.due(start, |_| false), [(peer, addresses)]);
    }
}
