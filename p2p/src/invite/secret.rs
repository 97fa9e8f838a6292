//! The 80 bits that both sides know, and the 8 check bits in words and code.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Bytes of the secret: 80 bits can't be guessed offline behind the key stretch, and still make 8 words.
pub(super) const SECRET_BYTES: usize = 10;

/// Bytes of the secret with its check byte: 88 bits, which are 8 words of 11 bits.
pub(super) const CHECKED_BYTES: usize = SECRET_BYTES + 1;

/// Separates the check byte from every other hash of the secret.
const CHECK_DOMAIN: &[u8] = b"beistand/invite/1/check";

/// The secret of an invite. Erased when dropped, never shown by `Debug`.
#[derive(Clone)]
pub struct InviteSecret(Zeroizing<[u8; SECRET_BYTES]>);

impl InviteSecret {
    /// A new secret from the operating system's randomness.
    ///
    /// # Errors
    /// [`RandomnessError`] if the operating system gives none.
    pub fn generate() -> Result<Self, RandomnessError> {
        let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
        getrandom::fill(bytes.as_mut_slice())?;
        Ok(Self(bytes))
    }

    /// The secret with these bytes.
    pub fn from_bytes(bytes: &[u8; SECRET_BYTES]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    /// Its bytes and the check byte.
    pub(super) fn checked(&self) -> Zeroizing<[u8; CHECKED_BYTES]> {
        let mut out = Zeroizing::new([0; CHECKED_BYTES]);
        out[..SECRET_BYTES].copy_from_slice(self.as_bytes());
        out[SECRET_BYTES] = self.check();
        out
    }

    /// The secret in `checked`, if the check byte fits.
    pub(super) fn from_checked(checked: &[u8; CHECKED_BYTES]) -> Option<Self> {
        let bytes = checked.first_chunk().expect("the secret is the longer part of it");
        let secret = Self::from_bytes(bytes);
        (secret.check() == checked[SECRET_BYTES]).then_some(secret)
    }

    fn check(&self) -> u8 {
        Sha256::new().chain_update(CHECK_DOMAIN).chain_update(self.as_bytes()).finalize()[0]
    }
}

impl PartialEq for InviteSecret {
    fn eq(&self, other: &Self) -> bool {
        // Every byte is compared, so the time does not reveal where two secrets differ.
        self.0.iter().zip(other.0.iter()).fold(0, |differences, (a, b)| differences | (a ^ b)) == 0
    }
}

impl Eq for InviteSecret {}

impl fmt::Debug for InviteSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InviteSecret(hidden)")
    }
}

/// The operating system gives no random bytes, so no secret can be made.
#[derive(Debug, thiserror::Error)]
#[error("this computer gives no random numbers, so no invite can be made ({0}); restart it and try again")]
pub struct RandomnessError(#[from] getrandom::Error);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_secrets_are_random() {
        let secrets: Vec<_> = (0..1000).map(|_| InviteSecret::generate().unwrap()).collect();
        for bit in 0..SECRET_BYTES * 8 {
            let set = secrets.iter().filter(|secret| secret.0[bit / 8] >> (bit % 8) & 1 == 1).count();
            // Eight standard deviations around 500: chance alone leaves them once in a trillion runs.
            assert!((374..=626).contains(&set), "bit {bit} was set {set} times");
        }
    }

    #[test]
    fn a_secret_is_erased_when_it_is_dropped() {
        // A promise of its type, which the compiler checks.
        fn erased(_: &impl zeroize::ZeroizeOnDrop) {}
        erased(&InviteSecret::from_bytes(&[1; SECRET_BYTES]).0);
        let invite =
            crate::invite::Invite { secret: InviteSecret::from_bytes(&[1; SECRET_BYTES]), host: None };
        erased(&invite.words());
        erased(&invite.code());
    }
}
