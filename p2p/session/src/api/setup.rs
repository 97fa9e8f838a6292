//! What a session starts from: keys, the invite, and what the technician asks for.

use std::time::Duration;

use zeroize::Zeroizing;

use crate::{PermissionSet, noise};

/// The most invites that a host tries on one handshake: the open one and the last few, so that somebody who
/// comes late is told why.
pub const MAX_INVITES: usize = 4;

/// The longest name in characters; what is longer is cut off.
pub const MAX_NAME_CHARS: usize = 64;

/// The longest reason in characters; what is longer is cut off.
pub const MAX_REASON_CHARS: usize = 500;

/// How long the user has for the answer: they read, look for their glasses, and ask back by telephone.
pub const ANSWER_TIME: Duration = Duration::from_secs(5 * 60);

/// The X25519 static key of an installation or of a run. Erased from memory when dropped.
#[derive(Clone)]
pub struct StaticKey(Zeroizing<[u8; 32]>);

impl StaticKey {
    /// A key from its 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A new key from the operating system's random numbers.
    ///
    /// # Errors
    /// [`getrandom::Error`] where the operating system has none.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut())?;
        Ok(Self(bytes))
    }

    /// Its 32 bytes, to be stored.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.0.clone()
    }

    /// The public half.
    pub fn public(&self) -> [u8; 32] {
        noise::public_key(&self.0)
    }

    /// By what this installation knows the peer with that static key again, and nobody else does: without the
    /// secret half of this key it can't be told from any other bytes.
    pub fn mark_of(&self, peer: &[u8; 32]) -> [u8; 32] {
        noise::peer_mark(&self.0, peer)
    }

    /// By what this installation knows bytes again that it has written itself. Nobody else can make it.
    pub fn seal_of(&self, bytes: &[u8]) -> [u8; 32] {
        noise::seal(&self.0, bytes)
    }

    pub(crate) fn secret(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for StaticKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StaticKey(secret)")
    }
}

/// What an invite gives the handshake.
#[derive(Clone)]
pub struct InviteKeys {
    /// The secret that both sides must know.
    pub psk: Zeroizing<[u8; 32]>,
    /// Names the invite; not secret to whoever knows `psk`.
    pub invite_id: [u8; 16],
}

impl std::fmt::Debug for InviteKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InviteKeys(secret)")
    }
}

/// What an invite is still good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InviteStanding {
    /// A session can come of it.
    Open,
    /// A user consented with it already.
    Used,
    /// Its time is over.
    Expired,
}

/// The bytes of both sides' libp2p PeerIds: binds the session to its connection. At most 255 bytes each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Of the technician.
    pub technician_peer: Vec<u8>,
    /// Of the host.
    pub host_peer: Vec<u8>,
}

/// What the technician's side of a session starts from.
#[derive(Debug, Clone)]
pub struct TechnicianSetup {
    /// From the invite.
    pub keys: InviteKeys,
    /// The connection.
    pub binding: Binding,
    /// The key by which the host may know this installation again.
    pub static_key: StaticKey,
    /// Who the technician says they are; cut off at [`MAX_NAME_CHARS`].
    pub name: String,
    /// Why they ask; may be empty; cut off at [`MAX_REASON_CHARS`].
    pub reason: String,
    /// What they ask for.
    pub wants: PermissionSet,
}

/// What the host's side of a session starts from.
#[derive(Debug, Clone)]
pub struct HostSetup {
    /// The invites to try, at most [`MAX_INVITES`]; what is beyond is ignored.
    pub invites: Vec<(InviteKeys, InviteStanding)>,
    /// The connection.
    pub binding: Binding,
    /// The host's key; a new one for each run will do.
    pub static_key: StaticKey,
    /// What this program can do if it is allowed. Nothing else is asked of the user, and nothing else can be
    /// allowed.
    pub offers: PermissionSet,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_of_one_key_and_of_these_bytes() {
        let (key, other) = (StaticKey::from_bytes([1; 32]), StaticKey::from_bytes([2; 32]));
        assert_eq!(key.seal_of(b"a"), key.seal_of(b"a"));
        assert_ne!(key.seal_of(b"a"), key.seal_of(b"b"));
        assert_ne!(key.seal_of(b"a"), other.seal_of(b"a"));
        assert_ne!(key.seal_of(&[3; 32]), key.mark_of(&[3; 32]));
    }

    #[test]
    fn secrets_are_erased_when_they_are_dropped_and_shown_by_nothing() {
        // A promise of their types, which the compiler checks.
        fn erased(_: &impl zeroize::ZeroizeOnDrop) {}
        let key = StaticKey::from_bytes([77; 32]);
        let keys = InviteKeys { psk: Zeroizing::new([77; 32]), invite_id: [78; 16] };
        erased(&key.0);
        erased(&key.to_bytes());
        erased(&keys.psk);
        let shown = format!("{key:?} {keys:?}");
        assert!(!shown.contains("77") && !shown.contains("78"), "{shown}");
    }
}
