//! The keys behind an invite: stretched, since whoever crawls the DHT sees `rendezvous` and can guess
//! offline.
//!
//! `K = Argon2id(S, salt = "beistand/invite/1" || network id, 64 MiB, t = 3, p = 1)`
//! ([RFC 9106](https://www.rfc-editor.org/rfc/rfc9106)), then HKDF-SHA-256 of K with a label for each key
//! ([RFC 5869](https://www.rfc-editor.org/rfc/rfc5869)).

use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::secret::InviteSecret;

const SALT: &str = "beistand/invite/1";

/// The salt for secrets that are not stretched: no key of theirs is one of an invite's.
const RESERVED_SALT: &str = "beistand/reserved/1";

/// Memory per guess in KiB: 64 MiB, which a small old machine can still spare.
const MEMORY_KIB: u32 = 64 * 1024;

/// Passes over the memory, as RFC 9106's second recommendation.
const PASSES: u32 = 3;

const PSK_LABEL: &[u8] = b"beistand/invite/1/psk";
const RENDEZVOUS_LABEL: &[u8] = b"beistand/invite/1/rendezvous";
const INVITE_ID_LABEL: &[u8] = b"beistand/invite/1/id";
const STREAMS_LABEL: &[u8] = b"beistand/invite/1/streams";

/// The keys that both sides derive from the secret.
#[derive(Clone)]
pub struct InviteKeys {
    /// The handshake's psk0. Secret.
    pub psk: Zeroizing<[u8; 32]>,
    /// The key under which the host can be found. Public: strangers on the DHT see it.
    pub rendezvous: [u8; 32],
    /// Identifies the invite in the handshake's prologue.
    pub invite_id: [u8; 16],
    /// Makes the names under which the two sides open streams to each other. Secret.
    pub streams: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for InviteKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InviteKeys(hidden)")
    }
}

/// Why the keys couldn't be derived: this machine's fault.
#[derive(Debug, thiserror::Error)]
pub enum DeriveError {
    /// 64 MiB of memory are not available.
    #[error(
        "reading an invite needs 64 MiB of free memory, which this computer does not have; close some programs"
    )]
    OutOfMemory,
    /// The network's name is longer than Argon2 takes.
    #[error("the name of the network is too long; choose a shorter one")]
    NetworkName,
}

/// Derives the keys of `secret` in the network with this id. Takes about 0.15 s and 64 MiB, so it must not
/// run on a thread that other work waits for.
///
/// # Errors
/// [`DeriveError::OutOfMemory`]; [`DeriveError::NetworkName`] if the name is longer than 4 GiB.
pub fn derive(secret: &InviteSecret, network_id: &str) -> Result<InviteKeys, DeriveError> {
    let stretched = stretch(secret, network_id)?;
    Ok(expand(&Hkdf::<Sha256>::new(None, stretched.as_slice())))
}

/// Derives the keys of 32 random bytes that nobody speaks or types. Nothing stretches them: there is nothing
/// to guess.
pub(super) fn derive_whole(secret: &[u8; 32], network_id: &str) -> InviteKeys {
    let salt = [RESERVED_SALT, network_id].concat();
    expand(&Hkdf::<Sha256>::new(Some(salt.as_bytes()), secret))
}

fn expand(hkdf: &Hkdf<Sha256>) -> InviteKeys {
    let expand = |label: &[u8], out: &mut [u8]| {
        hkdf.expand(label, out).expect("HKDF-SHA-256 gives up to 8,160 bytes");
    };
    let mut keys = InviteKeys {
        psk: Zeroizing::new([0; 32]),
        rendezvous: [0; 32],
        invite_id: [0; 16],
        streams: Zeroizing::new([0; 32]),
    };
    expand(PSK_LABEL, keys.psk.as_mut_slice());
    expand(RENDEZVOUS_LABEL, &mut keys.rendezvous);
    expand(INVITE_ID_LABEL, &mut keys.invite_id);
    expand(STREAMS_LABEL, keys.streams.as_mut_slice());
    keys
}

/// The key under which the host is a provider: the multihash `0x12 0x20 || rendezvous`, as if it were the
/// SHA-256 of some content. Other implementations of Kademlia refuse anything else.
pub fn rendezvous_key(rendezvous: &[u8; 32]) -> Vec<u8> {
    [&[0x12, 0x20], rendezvous.as_slice()].concat()
}

fn stretch(secret: &InviteSecret, network_id: &str) -> Result<Zeroizing<[u8; 32]>, DeriveError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).expect("within Argon2's ranges");
    // Our own memory, since Argon2 does not erase its own.
    let mut memory = Zeroizing::new(Vec::<Block>::new());
    memory.try_reserve_exact(params.block_count()).map_err(|_| DeriveError::OutOfMemory)?;
    memory.resize(params.block_count(), Block::default());

    let salt = [SALT, network_id].concat();
    let mut stretched = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(
            secret.as_bytes(),
            salt.as_bytes(),
            stretched.as_mut_slice(),
            memory.as_mut_slice(),
        )
        .map_err(|_| DeriveError::NetworkName)?;
    Ok(stretched)
}
