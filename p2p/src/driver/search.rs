//! When the peer of a session is dialled, and where: again and again while nothing is heard of it, and now
//! and then for a direct way while the session runs through a relay.
//!
//! Sans-IO: it is told how the session stands and says what to do next; it neither dials nor picks a path.

use std::time::{Duration, Instant};

use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};

use crate::swarm::{Candidate, PathKind, path_kind};

/// How long a lost peer is looked for as often as may help: most outages are shorter, and a computer that
/// slept looks from then on.
const EAGER: Duration = Duration::from_secs(30);

/// How often the peer is dialled while nothing is heard of it: what is lost of one try is not waited for, and
/// a link that returns is found soon.
const REDIAL: Duration = Duration::from_millis(500);

/// The same after the eager time.
const REDIAL_LATER: Duration = Duration::from_secs(2);

/// How long a change to a path that stands takes at most, while which nothing needs to be dialled.
const CHANGE: Duration = Duration::from_millis(250);

/// After so long without a word, what is connected to relays is most likely dead, too: this computer has
/// another address, or its link was gone. Until then the standing paths are tried.
const RENEW_AFTER: Duration = Duration::from_millis(500);

/// How often connections to relays that have not come up are begun anew: a handshake repeats what is lost
/// after 0.3 and 0.9 s, then ever later.
const RENEW_AGAIN: Duration = Duration::from_millis(1500);

/// The same after the eager time.
const RENEW_LATER: Duration = Duration::from_secs(5);

/// How long the first hole punching has before it is tried again. It is tried ever later, since NATs rarely
/// change.
const FIRST_PUNCH: Duration = Duration::from_secs(10);

/// The longest pause between two tries to punch a hole.
const LONGEST_PUNCH: Duration = Duration::from_secs(120);

/// Direct addresses that are remembered of a peer, the newest first.
const MAX_DIRECT: usize = 8;

/// Circuits that are remembered: at as many relays as a host keeps places.
const MAX_CIRCUITS: usize = 4;

/// How the session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing is heard of the peer.
    Lost,
    /// It runs through a relay.
    Relayed,
    /// It runs directly.
    Direct,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Dial the peer here and wherever else it may be.
    Everywhere(Vec<Multiaddr>),
    /// Dial the peer here and nowhere else.
    There(Vec<Multiaddr>),
    /// A circuit more, by which both sides try to punch a hole, and the direct addresses once more.
    Punch(Vec<Multiaddr>),
    /// Drop the connections to relays, these among them, that were there when the peer was lost, and make
    /// them anew.
    RenewRelays { relays: Vec<PeerId>, lost_at: Instant },
}

/// Looks for one peer.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) peer: PeerId,
    /// Technician: the one who knows where else to look, and who opens circuits.
    leads: bool,
    direct: Vec<Multiaddr>,
    circuits: Vec<Multiaddr>,
    standing: Standing,
    since: Instant,
    dialled_at: Option<Instant>,
    renewed_at: Option<Instant>,
    punched_at: Option<Instant>,
    punch_pause: Duration,
}

impl Search {
    /// For the technician, who found the peer there.
    pub(super) fn leading(now: Instant, candidate: Candidate) -> Self {
        let mut search = Self::following(now, candidate.peer);
        search.leads = true;
        candidate.addresses.iter().rev().for_each(|address| search.remember(address));
        search
    }

    /// For the host, who was found.
    pub(super) fn following(now: Instant, peer: PeerId) -> Self {
        Self {
            peer,
            leads: false,
            direct: Vec::new(),
            circuits: Vec::new(),
            standing: Standing::Direct,
            since: now,
            dialled_at: None,
            renewed_at: None,
            punched_at: None,
            punch_pause: FIRST_PUNCH,
        }
    }

    /// The peer was reached there, or is said to be.
    pub(super) fn remember(&mut self, address: &Multiaddr) {
        let relayed = path_kind(address) == PathKind::Relay;
        let (list, most) =
            if relayed { (&mut self.circuits, MAX_CIRCUITS) } else { (&mut self.direct, MAX_DIRECT) };
        list.retain(|known| known != address);
        list.insert(0, address.clone());
        list.truncate(most);
    }

    /// What is due now, and when to ask again.
    pub(super) fn poll(&mut self, now: Instant, standing: Standing) -> (Option<Step>, Option<Instant>) {
        if standing != self.standing {
            self.standing = standing;
            self.since = now;
            (self.dialled_at, self.renewed_at, self.punched_at) = (None, None, None);
            self.punch_pause = FIRST_PUNCH;
        }
        match standing {
            Standing::Lost => self.poll_lost(now),
            Standing::Relayed if self.leads => self.poll_relayed(now),
            Standing::Relayed | Standing::Direct => (None, None),
        }
    }

    fn poll_lost(&mut self, now: Instant) -> (Option<Step>, Option<Instant>) {
        let eager = now < self.since + EAGER;
        let (redial, renew) = if eager { (REDIAL, RENEW_AGAIN) } else { (REDIAL_LATER, RENEW_LATER) };
        let renew_at = self.renewed_at.map_or(self.since + RENEW_AFTER, |at| at + renew);
        if renew_at <= now {
            self.renewed_at = Some(now);
            let step = Step::RenewRelays { relays: self.relays(), lost_at: self.since };
            return (Some(step), Some(now));
        }
        let dial_at = self.dialled_at.map_or(self.since + CHANGE, |at| at + redial);
        if dial_at > now {
            return (None, Some(dial_at.min(renew_at)));
        }
        self.dialled_at = Some(now);
        let step = if self.leads {
            Some(Step::Everywhere(self.direct.iter().chain(&self.circuits).cloned().collect()))
        } else {
            // The technician holds no places at relays: a circuit would lead nowhere.
            (!self.direct.is_empty()).then(|| Step::There(self.direct.clone()))
        };
        (step, Some((now + redial).min(renew_at)))
    }

    fn poll_relayed(&mut self, now: Instant) -> (Option<Step>, Option<Instant>) {
        let due = self.punched_at.unwrap_or(self.since) + self.punch_pause;
        if due > now {
            return (None, Some(due));
        }
        if self.punched_at.replace(now).is_some() {
            self.punch_pause = (self.punch_pause * 2).min(LONGEST_PUNCH);
        }
        let step = (!self.circuits.is_empty())
            .then(|| Step::Punch(self.circuits.iter().chain(&self.direct).cloned().collect()));
        (step, Some(now + self.punch_pause))
    }

    fn relays(&self) -> Vec<PeerId> {
        let relay = |circuit: &Multiaddr| {
            circuit.iter().find_map(|part| if let Protocol::P2p(peer) = part { Some(peer) } else { None })
        };
        self.circuits.iter().filter_map(relay).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn direct(port: u16) -> Multiaddr {
        format!("/ip4/203.0.113.1/udp/{port}/quic-v1").parse().expect("a multiaddr")
    }

    fn circuit(relay: PeerId) -> Multiaddr {
        format!("/ip4/203.0.113.2/tcp/1/p2p/{relay}/p2p-circuit").parse().expect("a multiaddr")
    }

    /// All that is done within `secs` of a standing, with the milliseconds at which it is.
    fn run(search: &mut Search, from: Instant, secs: u64, standing: Standing) -> Vec<(u64, Step)> {
        let (mut now, mut steps) = (from, Vec::new());
        while now < from + Duration::from_secs(secs) {
            let (step, next) = search.poll(now, standing);
            steps.extend(step.map(|step| ((now - from).as_millis() as u64, step)));
            let Some(next) = next else { break };
            assert!(next >= now);
            now = next;
        }
        steps
    }

    #[test]
    fn a_lost_peer_is_dialled_again_and_again_and_its_relays_made_anew() {
        let (now, relay) = (Instant::now(), PeerId::random());
        let candidate = Candidate { peer: PeerId::random(), addresses: vec![direct(1), circuit(relay)] };
        let mut search = Search::leading(now, candidate);
        assert_eq!(search.poll(now, Standing::Direct), (None, None));
        let steps = run(&mut search, now, 10, Standing::Lost);
        let everywhere = Step::Everywhere(vec![direct(1), circuit(relay)]);
        let anew = Step::RenewRelays { relays: vec![relay], lost_at: now };
        let at = |wanted: &Step| -> Vec<u64> {
            steps.iter().filter(|(_, step)| step == wanted).map(|(at, _)| *at).collect()
        };
        assert_eq!(at(&everywhere), (0..20).map(|number| 250 + 500 * number).collect::<Vec<_>>());
        assert_eq!(at(&anew), [500, 2000, 3500, 5000, 6500, 8000, 9500]);
        assert_eq!(steps.len(), 27);
        let later = run(&mut search, now + Duration::from_secs(60), 20, Standing::Lost);
        assert_eq!(later.len(), 10 + 4, "{later:?}");
        search.poll(now, Standing::Direct);
        assert_eq!(run(&mut search, now, 0, Standing::Lost), [], "a change needs no dial");
        let again = run(&mut search, now + Duration::from_secs(60), 1, Standing::Direct);
        assert!(again.is_empty());
    }

    #[test]
    fn the_host_dials_only_where_it_was_called_from_directly() {
        let now = Instant::now();
        let mut search = Search::following(now, PeerId::random());
        search.remember(&circuit(PeerId::random()));
        let steps = run(&mut search, now, 3, Standing::Lost);
        assert!(matches!(steps[..], [(500, Step::RenewRelays { .. }), ..]), "{steps:?}");
        assert!(steps.iter().all(|(_, step)| matches!(step, Step::RenewRelays { .. })), "{steps:?}");
        search.remember(&direct(1));
        search.poll(now, Standing::Direct);
        assert_eq!(
            run(&mut search, now, 1, Standing::Lost),
            [
                (250, Step::There(vec![direct(1)])),
                (500, Step::RenewRelays { relays: search.relays(), lost_at: now }),
                (750, Step::There(vec![direct(1)]))
            ]
        );
        assert!(run(&mut search, now, 1000, Standing::Relayed).is_empty());
    }

    #[test]
    fn holes_are_punched_ever_later() {
        let now = Instant::now();
        let candidate = Candidate { peer: PeerId::random(), addresses: vec![circuit(PeerId::random())] };
        let mut search = Search::leading(now, candidate);
        let at: Vec<_> = run(&mut search, now, 400, Standing::Relayed).iter().map(|(at, _)| *at).collect();
        assert_eq!(at, [10, 20, 40, 80, 160, 280].map(|secs| secs * 1000));
    }

    #[test]
    fn a_flood_of_addresses_pushes_no_circuit_out() {
        let now = Instant::now();
        let mut search = Search::following(now, PeerId::random());
        let ours = circuit(PeerId::random());
        search.remember(&ours);
        (1..1000).for_each(|port| search.remember(&direct(port)));
        assert_eq!((search.direct.len(), search.circuits), (MAX_DIRECT, vec![ours]));
        assert_eq!(search.direct[0], direct(999));
    }
}
