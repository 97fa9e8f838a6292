//! An invite that is kept for one peer: 32 random bytes that two computers share already, in place of a
//! secret that a person speaks, and the static key of the only one who may use it.
//!
//! It has no words and no link. How it came to both sides is their programs' affair.

use std::fmt;

use zeroize::Zeroizing;

use super::InviteKeys;
use super::derive::derive_whole;

/// An invite for one peer alone.
#[derive(Clone, PartialEq, Eq)]
pub struct ReservedInvite {
    secret: Zeroizing<[u8; 32]>,
    /// The static key that the other side must have. Whoever has another one is refused.
    peer: [u8; 32],
}

impl fmt::Debug for ReservedInvite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReservedInvite(hidden)")
    }
}

impl ReservedInvite {
    /// The invite with these bytes, of which none is known to anybody else, for whoever has this static key.
    pub fn new(secret: &[u8; 32], peer: [u8; 32]) -> Self {
        Self { secret: Zeroizing::new(*secret), peer }
    }

    /// Its keys in the network with this id.
    pub fn keys(&self, network_id: &str) -> InviteKeys {
        derive_whole(&self.secret, network_id)
    }

    /// Whether it is for whoever has this static key.
    pub fn is_for(&self, key: &[u8; 32]) -> bool {
        self.peer == *key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_keys_are_its_networks_and_no_other_invites() {
        let invite = ReservedInvite::new(&[1; 32], [2; 32]);
        let keys = invite.keys("a");
        assert_eq!(*keys.psk, *invite.keys("a").psk);
        let others = [invite.keys("b"), ReservedInvite::new(&[3; 32], [2; 32]).keys("a")];
        for other in others {
            assert_ne!(*keys.psk, *other.psk);
            assert_ne!(keys.rendezvous, other.rendezvous);
            assert_ne!(keys.invite_id, other.invite_id);
            assert_ne!(*keys.streams, *other.streams);
        }
        assert!(invite.is_for(&[2; 32]) && !invite.is_for(&[1; 32]));
        assert_eq!(format!("{invite:?}"), "ReservedInvite(hidden)");
    }
}
