//! The names under which session streams are negotiated: secret, and another one for each pair of peers.
//!
//! A name comes from the invite and both PeerIds. The technician's node lists it, in what identify tells the
//! host and nobody else; that proves the invite, and only then does the host's node answer to it, on
//! connections with this peer alone. So a scan of a host finds no trace of sessions, and whoever lacks the
//! invite can't open a stream. A name that a liar learns from a technician who tried the liar is of no use
//! at the host, where the liar's own PeerId makes another one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use data_encoding::BASE32_NOPAD;
use hkdf::Hkdf;
use libp2p::PeerId;
use libp2p::swarm::StreamProtocol;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Separates names from all else that is derived. Its version is the session protocol's: another version
/// finds nothing to open.
const NAME_LABEL: &[u8] = b"beistand/session/3/stream";

/// Bytes of a name before it is written in base32: it can't be guessed, and is as short as other names.
const NAME_BYTES: usize = 16;

/// The key of an invite from which names are made. Erased when dropped.
#[derive(Clone)]
pub(crate) struct StreamKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for StreamKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StreamKey(hidden)")
    }
}

impl StreamKey {
    pub(crate) const fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self(key)
    }

    /// The name of the streams between these two, in both directions: a slash and 26 characters.
    pub(crate) fn name(&self, technician: &PeerId, host: &PeerId) -> StreamProtocol {
        let hkdf = Hkdf::<Sha256>::from_prk(self.0.as_slice()).expect("as long as a SHA-256");
        let mut name = [0; NAME_BYTES];
        let info: [&[u8]; 3] = [NAME_LABEL, &sized(technician), &sized(host)];
        hkdf.expand_multi_info(&info, &mut name).expect("HKDF-SHA-256 gives up to 8,160 bytes");
        let name = format!("/{}", BASE32_NOPAD.encode(&name).to_ascii_lowercase());
        StreamProtocol::try_from_owned(name).expect("it begins with a slash")
    }
}

/// A PeerId after its length, which is at most 42.
fn sized(peer: &PeerId) -> Vec<u8> {
    let bytes = peer.to_bytes();
    [&[bytes.len() as u8], bytes.as_slice()].concat()
}

/// The names that this node answers to, shared between its handle and its connections.
#[derive(Debug, Clone)]
pub(crate) struct StreamNames {
    own: PeerId,
    state: Arc<Mutex<NameState>>,
}

#[derive(Debug, Default)]
struct NameState {
    /// Host: the invites by which a peer may come, at most 1 + [`MAX_RETIRED`](crate::invite::MAX_RETIRED).
    expected: Vec<StreamKey>,
    /// Host: the peers that have shown to know an invite. Bounded by the connections and the sessions.
    proved: HashMap<PeerId, StreamProtocol>,
    /// Technician: the candidates that are being tried, and the host.
    offered: HashMap<PeerId, StreamProtocol>,
}

impl StreamNames {
    pub(super) fn new(own: PeerId) -> Self {
        Self { own, state: Arc::default() }
    }

    /// Host: from now on peers may come by these invites and no others. Those that have come stay.
    pub(crate) fn expect(&self, keys: Vec<StreamKey>) {
        self.state().expected = keys;
    }

    /// Technician: offers a candidate the name that only the host can know, until [`Self::withdraw`].
    pub(crate) fn offer(&self, candidate: PeerId, key: &StreamKey) {
        let name = key.name(&self.own, &candidate);
        self.state().offered.insert(candidate, name);
    }

    /// Technician: that candidate was not the host.
    pub(crate) fn withdraw(&self, candidate: &PeerId) {
        self.state().offered.remove(candidate);
    }

    /// The name of the streams with this peer, if there is one.
    pub(super) fn of(&self, peer: &PeerId) -> Option<StreamProtocol> {
        let state = self.state();
        state.offered.get(peer).or_else(|| state.proved.get(peer)).cloned()
    }

    /// Host: this peer lists these protocols. Remembers the name that proves an invite, if it is among them.
    pub(super) fn recognise<'a>(&self, peer: &PeerId, mut listed: impl Iterator<Item = &'a StreamProtocol>) {
        let mut state = self.state();
        if state.expected.is_empty() || state.proved.contains_key(peer) {
            return;
        }
        let names: Vec<_> = state.expected.iter().map(|key| key.name(peer, &self.own)).collect();
        if let Some(name) = listed.find(|listed| names.contains(listed)) {
            state.proved.insert(*peer, name.clone());
        }
    }

    /// Host: forgets the peers of which nothing is left.
    pub(super) fn retain(&self, left: impl Fn(&PeerId) -> bool) {
        self.state().proved.retain(|peer, _| left(peer));
    }

    fn state(&self) -> MutexGuard<'_, NameState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use libp2p::identity::Keypair;

    use super::*;

    fn key(byte: u8) -> StreamKey {
        StreamKey::new(Zeroizing::new([byte; 32]))
    }

    fn peer(byte: u8) -> PeerId {
        Keypair::ed25519_from_bytes([byte; 32]).unwrap().public().to_peer_id()
    }

    #[test]
    fn a_name_has_a_known_answer_and_says_nothing() {
        let name = key(7).name(&peer(1), &peer(2));
        assert_eq!(name.as_ref(), "/ymjkeu74qyl7wt64ew6wk7whia");
        let others = [key(8).name(&peer(1), &peer(2)), key(7).name(&peer(2), &peer(1))];
        assert!(others.iter().all(|other| *other != name && other.as_ref().len() == 27));
    }

    #[test]
    fn a_host_answers_to_a_name_only_for_a_peer_that_lists_its_own() {
        let host = StreamNames::new(peer(2));
        host.expect(vec![key(6), key(7)]);
        let technician = StreamNames::new(peer(1));
        technician.offer(peer(2), &key(7));
        let offered = technician.of(&peer(2)).unwrap();
        // Whoever overhears it can't use it, and a guess is none.
        host.recognise(&peer(3), [&offered].into_iter());
        host.recognise(&peer(1), [&StreamProtocol::new("/ipfs/ping/1.0.0")].into_iter());
        assert_eq!((host.of(&peer(1)), host.of(&peer(3))), (None, None));
        host.recognise(&peer(1), [&StreamProtocol::new("/ipfs/ping/1.0.0"), &offered].into_iter());
        assert_eq!(host.of(&peer(1)), Some(offered.clone()));
        // It stays when the invite is gone, as long as anything is left of the peer.
        host.expect(Vec::new());
        host.retain(|peer_left| *peer_left == peer(1));
        assert_eq!(host.of(&peer(1)), Some(offered));
        host.retain(|_| false);
        technician.withdraw(&peer(2));
        assert_eq!((host.of(&peer(1)), technician.of(&peer(2))), (None, None));
    }
}
