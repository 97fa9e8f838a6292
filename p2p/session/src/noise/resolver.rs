//! snow's primitives, with what snow leaves out: a Diffie-Hellman result of zero is an error (a peer's key of
//! low order would make the result known to everybody), and keys are overwritten when they are dropped.

use snow::Error;
use snow::params::{CipherChoice, DHChoice, HashChoice};
use snow::resolvers::{CryptoResolver, DefaultResolver};
use snow::types::{Cipher, Dh, Hash, Random};

/// Where snow gets its primitives.
pub(super) struct Resolver;

impl CryptoResolver for Resolver {
    fn resolve_rng(&self) -> Option<Box<dyn Random>> {
        DefaultResolver.resolve_rng()
    }

    fn resolve_dh(&self, choice: &DHChoice) -> Option<Box<dyn Dh>> {
        Some(Box::new(CheckedDh(DefaultResolver.resolve_dh(choice)?)))
    }

    fn resolve_hash(&self, choice: &HashChoice) -> Option<Box<dyn Hash>> {
        DefaultResolver.resolve_hash(choice)
    }

    fn resolve_cipher(&self, choice: &CipherChoice) -> Option<Box<dyn Cipher>> {
        Some(Box::new(ErasedCipher(DefaultResolver.resolve_cipher(choice)?)))
    }
}

/// The public half of an X25519 key.
pub(super) fn public_key(secret: &[u8; 32]) -> [u8; 32] {
    let mut dh = Resolver.resolve_dh(&DHChoice::Curve25519).expect("snow is built with curve25519");
    dh.set(secret);
    dh.pubkey().try_into().expect("an X25519 key has 32 bytes")
}

struct CheckedDh(Box<dyn Dh>);

impl Dh for CheckedDh {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn pub_len(&self) -> usize {
        self.0.pub_len()
    }

    fn priv_len(&self) -> usize {
        self.0.priv_len()
    }

    fn set(&mut self, privkey: &[u8]) {
        self.0.set(privkey);
    }

    fn generate(&mut self, rng: &mut dyn Random) -> Result<(), Error> {
        self.0.generate(rng)
    }

    fn pubkey(&self) -> &[u8] {
        self.0.pubkey()
    }

    fn privkey(&self) -> &[u8] {
        self.0.privkey()
    }

    fn dh(&self, pubkey: &[u8], out: &mut [u8]) -> Result<(), Error> {
        self.0.dh(pubkey, out)?;
        // RFC 7748, section 6.1: all bits together, so that time tells nothing of them.
        if out.iter().fold(0, |bits, byte| bits | byte) == 0 {
            return Err(Error::Dh);
        }
        Ok(())
    }
}

impl Drop for CheckedDh {
    fn drop(&mut self) {
        self.0.set(&[0; 32]);
    }
}

struct ErasedCipher(Box<dyn Cipher>);

impl Cipher for ErasedCipher {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn set(&mut self, key: &[u8; 32]) {
        self.0.set(key);
    }

    fn encrypt(&self, nonce: u64, authtext: &[u8], plaintext: &[u8], out: &mut [u8]) -> usize {
        self.0.encrypt(nonce, authtext, plaintext, out)
    }

    fn decrypt(
        &self,
        nonce: u64,
        authtext: &[u8],
        ciphertext: &[u8],
        out: &mut [u8],
    ) -> Result<usize, Error> {
        self.0.decrypt(nonce, authtext, ciphertext, out)
    }
}

impl Drop for ErasedCipher {
    fn drop(&mut self) {
        self.0.set(&[0; 32]);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Notes its newest key where a test can see it after the drop.
    struct NotedKey(Arc<Mutex<Vec<u8>>>);

    impl NotedKey {
        fn note(&self, key: &[u8]) {
            *self.0.lock().unwrap() = key.to_vec();
        }
    }

    impl Dh for NotedKey {
        fn name(&self) -> &'static str {
            "noted"
        }

        fn pub_len(&self) -> usize {
            32
        }

        fn priv_len(&self) -> usize {
            32
        }

        fn set(&mut self, privkey: &[u8]) {
            self.note(privkey);
        }

        fn generate(&mut self, _: &mut dyn Random) -> Result<(), Error> {
            Err(Error::Rng)
        }

        fn pubkey(&self) -> &[u8] {
            &[]
        }

        fn privkey(&self) -> &[u8] {
            &[]
        }

        fn dh(&self, _: &[u8], _: &mut [u8]) -> Result<(), Error> {
            Err(Error::Dh)
        }
    }

    impl Cipher for NotedKey {
        fn name(&self) -> &'static str {
            "noted"
        }

        fn set(&mut self, key: &[u8; 32]) {
            self.note(key);
        }

        fn encrypt(&self, _: u64, _: &[u8], _: &[u8], _: &mut [u8]) -> usize {
            0
        }

        fn decrypt(&self, _: u64, _: &[u8], _: &[u8], _: &mut [u8]) -> Result<usize, Error> {
            Err(Error::Decrypt)
        }
    }

    #[test]
    fn keys_that_snow_holds_are_overwritten_when_it_drops_them() {
        let key = Arc::new(Mutex::new(Vec::new()));
        let mut dh = CheckedDh(Box::new(NotedKey(key.clone())));
        dh.set(&[7; 32]);
        assert_eq!(*key.lock().unwrap(), [7; 32]);
        drop(dh);
        assert_eq!(*key.lock().unwrap(), [0; 32]);
        let mut cipher = ErasedCipher(Box::new(NotedKey(key.clone())));
        cipher.set(&[8; 32]);
        assert_eq!(*key.lock().unwrap(), [8; 32]);
        drop(cipher);
        assert_eq!(*key.lock().unwrap(), [0; 32]);
    }
}
