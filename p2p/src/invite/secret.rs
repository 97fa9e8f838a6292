//! The 60 bits that both sides know, and the check bits in words and code.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Bits of the secret: behind the key stretch nobody finds one invite in its time, and with six check bits
/// they are six words. docs/SECURITY.md has the sum.
pub(super) const SECRET_BITS: u32 = 60;

/// Bytes of the secret; the first four bits are zero.
pub(super) const SECRET_BYTES: usize = 8;

/// Check bits of a code; the words have the first six of them.
pub(super) const CHECK_BITS: u32 = 10;

/// Separates the check bits from every other hash of the secret.
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
        bytes[0] &= u8::MAX >> (u64::BITS - SECRET_BITS);
        Ok(Self(bytes))
    }

    /// The secret with these bytes, or `None` if one of the first four bits is set.
    pub fn from_bytes(bytes: &[u8; SECRET_BYTES]) -> Option<Self> {
        (u64::from_be_bytes(*bytes) >> SECRET_BITS == 0).then(|| Self(Zeroizing::new(*bytes)))
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    /// Its bits and behind them the first `count` check bits, at most [`CHECK_BITS`].
    pub(super) fn checked(&self, count: u32) -> u128 {
        u128::from(u64::from_be_bytes(*self.0)) << count | u128::from(self.check() >> (CHECK_BITS - count))
    }

    /// The secret in what [`Self::checked`] gives, if its check bits fit.
    pub(super) fn from_checked(checked: u128, count: u32) -> Option<Self> {
        let bits = Zeroizing::new(u64::try_from(checked >> count).ok()?.to_be_bytes());
        Self::from_bytes(&bits).filter(|secret| secret.checked(count) == checked)
    }

    fn check(&self) -> u16 {
        let hash = Sha256::new().chain_update(CHECK_DOMAIN).chain_update(self.as_bytes()).finalize();
        u16::from_be_bytes([hash[0], hash[1]]) >> (u16::BITS - CHECK_BITS)
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
        let bits = |secret: &InviteSecret| u64::from_be_bytes(*secret.as_bytes());
        assert!(secrets.iter().all(|secret| bits(secret) >> SECRET_BITS == 0));
        for bit in 0..SECRET_BITS {
            let set = secrets.iter().filter(|secret| bits(secret) >> bit & 1 == 1).count();
            // Eight standard deviations around 500: chance alone leaves them once in a trillion runs.
            assert!((374..=626).contains(&set), "bit {bit} was set {set} times");
        }
    }

    #[test]
    fn a_secret_has_sixty_bits_and_its_check_bits_follow() {
        assert!(InviteSecret::from_bytes(&[0x10, 0, 0, 0, 0, 0, 0, 0]).is_none());
        let secret = InviteSecret::from_bytes(&[0x0f, 1, 2, 3, 4, 5, 6, 7]).unwrap();
        for count in [6, CHECK_BITS] {
            let checked = secret.checked(count);
            assert_eq!(InviteSecret::from_checked(checked, count), Some(secret.clone()));
            assert!((0..count).all(|bit| InviteSecret::from_checked(checked ^ 1 << bit, count).is_none()));
        }
    }

    #[test]
    fn a_secret_is_erased_when_it_is_dropped() {
        // A promise of its type, which the compiler checks.
        fn erased(_: &impl zeroize::ZeroizeOnDrop) {}
        let secret = InviteSecret::from_bytes(&[1; SECRET_BYTES]).unwrap();
        erased(&secret.0);
        let invite = crate::invite::Invite { secret, host: None };
        erased(&invite.words(crate::invite::InviteLanguage::English));
        erased(&invite.code());
    }
}
