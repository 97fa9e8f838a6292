//! ML-KEM-768 (FIPS 203) as bytes in, bytes out.

use ml_kem::ml_kem_768::{DecapsulationKey, EncapsulationKey};
use ml_kem::{B32, Decapsulate, KeyExport, Seed};

use super::{Secret, random};
use crate::HandshakeFailure;

/// Bytes of an encapsulation key.
pub(super) const KEY_BYTES: usize = 1184;

/// Bytes of a ciphertext.
pub(super) const CIPHERTEXT_BYTES: usize = 1088;

/// The half that stays secret.
pub(super) struct SecretHalf(DecapsulationKey);

impl SecretHalf {
    /// A new key.
    pub(super) fn generate() -> Result<Self, getrandom::Error> {
        let seed = random::<64>()?;
        Ok(Self(DecapsulationKey::from_seed(Seed::from(*seed))))
    }

    /// The half that travels.
    pub(super) fn encapsulation_key(&self) -> Vec<u8> {
        self.0.encapsulation_key().to_bytes().to_vec()
    }

    /// The shared secret, or `None` where the ciphertext has another length. A forged ciphertext gives a
    /// secret that nobody else has (FIPS 203, section 6.3).
    pub(super) fn decapsulate(&self, ciphertext: &[u8]) -> Option<Secret> {
        self.0.decapsulate_slice(ciphertext).ok().map(|secret| Secret::new(secret.into()))
    }
}

/// A ciphertext for `key`, and the shared secret in it.
pub(super) fn encapsulate(key: &[u8]) -> Result<(Vec<u8>, Secret), HandshakeFailure> {
    let key = key.try_into().map_err(|_| HandshakeFailure::Malformed)?;
    let key = EncapsulationKey::new(&key).map_err(|_| HandshakeFailure::Malformed)?;
    let randomness = random::<32>().map_err(|_| HandshakeFailure::Local)?;
    let (ciphertext, secret) = key.encapsulate_deterministic(&B32::from(*randomness));
    Ok((ciphertext.to_vec(), Secret::new(secret.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_get_the_same_secret() {
        let secret_half = SecretHalf::generate().unwrap();
        let key = secret_half.encapsulation_key();
        assert_eq!(key.len(), KEY_BYTES);
        let (ciphertext, secret) = encapsulate(&key).unwrap();
        assert_eq!(ciphertext.len(), CIPHERTEXT_BYTES);
        assert_eq!(secret_half.decapsulate(&ciphertext).as_deref(), Some(&*secret));
        assert_eq!(secret_half.decapsulate(&ciphertext[1..]), None);
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        assert!(encapsulate(&[0xff; KEY_BYTES]).is_err());
        assert!(encapsulate(&[0; KEY_BYTES - 1]).is_err());
    }

    #[test]
    fn the_secret_half_is_erased_when_it_is_dropped() {
        fn erased(_: &impl zeroize::ZeroizeOnDrop) {}
        erased(&SecretHalf::generate().unwrap().0);
    }
}
