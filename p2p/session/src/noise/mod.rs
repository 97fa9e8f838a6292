//! The cryptography: the Noise handshakes with their post-quantum part, and the keys that come of them.
//!
//! It makes and reads handshake messages and encrypts records; it knows nothing of streams, time or what is
//! said.

mod handshake;
mod kem;
mod resolver;
mod resume;

pub(crate) use handshake::{
    Answered, Listening, MESSAGE_1_BYTES, MESSAGE_2_BYTES, MESSAGE_3_BYTES, Offered, Secured,
};
pub(crate) use resume::{NextLeg, ResumeAnswer, ResumeOffer, message_bytes};

use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use snow::{Builder, StatelessTransportState};
use zeroize::Zeroizing;

/// A secret of 32 bytes that is erased when dropped.
pub(crate) type Secret = Zeroizing<[u8; 32]>;

/// Bytes of ChaCha20-Poly1305's authentication tag.
pub(crate) const TAG_BYTES: usize = 16;

/// The keys of one leg.
pub(crate) struct EpochKeys(StatelessTransportState);

impl EpochKeys {
    /// Appends `plaintext`, encrypted, to `out`. A nonce must never be used twice.
    pub(crate) fn seal(&self, nonce: u64, plaintext: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        out.resize(start + plaintext.len() + TAG_BYTES, 0);
        self.0
            .write_message(nonce, plaintext, &mut out[start..])
            .expect("a fragment is shorter than a Noise message, and a counter of 56 bits never reaches the last nonce");
    }

    /// The plaintext, or `None` where the ciphertext is not authentic.
    pub(crate) fn open(&self, nonce: u64, ciphertext: &[u8]) -> Option<Vec<u8>> {
        let mut plaintext = vec![0; ciphertext.len().checked_sub(TAG_BYTES)?];
        let length = self.0.read_message(nonce, ciphertext, &mut plaintext).ok()?;
        plaintext.truncate(length);
        Some(plaintext)
    }
}

/// The public half of an X25519 key.
pub(crate) fn public_key(secret: &[u8; 32]) -> [u8; 32] {
    resolver::public_key(secret)
}

fn builder(pattern: &str) -> Builder<'static> {
    let params = pattern.parse().expect("our patterns are well-formed");
    Builder::with_resolver(params, Box::new(resolver::Resolver))
}

fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, getrandom::Error> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut())?;
    Ok(bytes)
}

/// HKDF-SHA-256 of `secret` with `salt`, for the use that `label` names.
fn derive(salt: &[u8], secret: &[u8], label: &str) -> Secret {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(salt), secret)
        .expand(label.as_bytes(), key.as_mut())
        .expect("32 bytes are few enough for HKDF");
    key
}

/// A name for a peer that takes this secret to compute.
pub(crate) fn peer_mark(secret: &[u8; 32], peer: &[u8; 32]) -> [u8; 32] {
    *derive(peer, secret, "beistand/peer mark")
}

/// By what whoever has this secret knows these bytes again as its own.
pub(crate) fn seal(secret: &[u8; 32], bytes: &[u8]) -> [u8; 32] {
    let mut seal = [0; 32];
    Hkdf::<Sha256>::new(None, secret)
        .expand_multi_info(&[b"beistand/seal", bytes], &mut seal)
        .expect("32 bytes are few enough for HKDF");
    seal
}

/// SHA-256 of the parts.
fn hash(parts: &[&[u8]]) -> [u8; 32] {
    parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize().into()
}

#[cfg(test)]
pub(crate) mod tests;
