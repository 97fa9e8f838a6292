//! A technician written by docs/PROTOCOL.md instead of by the code, which keeps to it but for one thing at a
//! time: what a host that doesn't check that thing would take for a technician.

use snow::params::{CipherChoice, DHChoice, HashChoice};
use snow::resolvers::{CryptoResolver, DefaultResolver};
use snow::types::{Cipher, Dh, Hash, Random};
use snow::{Builder, Error, HandshakeState};
use zeroize::Zeroizing;

use super::super::kem::{CIPHERTEXT_BYTES, SecretHalf};
use super::super::{MESSAGE_1_BYTES, MESSAGE_3_BYTES, Secret, Secured, derive, hash};
use super::{binding, host, keys, static_key};
use crate::HandshakeFailure;

const PATTERN: &str = "Noise_XXpsk0+psk3_25519_ChaChaPoly_BLAKE2s";
const NONCE: [u8; 32] = [9; 32];

/// A point of low order: every shared secret with it is zero.
const LOW_ORDER: [u8; 32] = [0; 32];

/// What this technician does.
struct HandmadeTechnician {
    version: &'static [u8],
    roles: [&'static [u8]; 2],
    low_order: Option<KeyKind>,
    /// The static key in the commitment.
    committed_key: [u8; 32],
    /// What it takes for the post-quantum secret.
    kem_secret: fn(Secret) -> Secret,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum KeyKind {
    Ephemeral,
    Static,
}

impl Default for HandmadeTechnician {
    fn default() -> Self {
        Self {
            version: b"beistand/session/3",
            roles: [b"technician", b"host"],
            low_order: None,
            committed_key: static_key(3).public(),
            kem_secret: |secret| secret,
        }
    }
}

impl HandmadeTechnician {
    fn begin(&self) -> HandshakeState {
        let (keys, binding) = (keys(), binding());
        let [ours, theirs] = self.roles;
        let parts: [&[u8]; 6] =
            [self.version, &keys.invite_id, ours, &binding.technician_peer, theirs, &binding.host_peer];
        let mut prologue = Vec::new();
        for part in parts {
            prologue.extend((part.len() as u64).to_be_bytes());
            prologue.extend(part);
        }
        let resolver = Box::new(LowOrderResolver(self.low_order));
        Builder::with_resolver(PATTERN.parse().unwrap(), resolver)
            .local_private_key(&[3; 32])
            .and_then(|builder| builder.psk(0, &keys.psk))
            .and_then(|builder| builder.prologue(&prologue)?.build_initiator())
            .unwrap()
    }

    /// What a host makes of it.
    fn ask(&self) -> Result<Secured, HandshakeFailure> {
        let mut noise = self.begin();
        let half = SecretHalf::generate().unwrap();
        let commitment = hash(&[b"beistand/sas/commitment", &NONCE, &self.committed_key]);
        let payload = [half.encapsulation_key().as_slice(), &commitment].concat();
        let mut message_1 = [0; MESSAGE_1_BYTES];
        assert_eq!(noise.write_message(&payload, &mut message_1), Ok(MESSAGE_1_BYTES));
        let (message_2, host) = host().answer(&message_1)?;
        let mut payload = vec![0; message_2.len()];
        noise.read_message(&message_2, &mut payload).unwrap();
        let secret = (self.kem_secret)(half.decapsulate(&payload[..CIPHERTEXT_BYTES]).unwrap());
        let psk = derive(noise.get_handshake_hash(), secret.as_slice(), "beistand/session/psk3");
        noise.set_psk(3, psk.as_slice()).unwrap();
        let mut message_3 = [0; MESSAGE_3_BYTES];
        assert_eq!(noise.write_message(&NONCE, &mut message_3), Ok(MESSAGE_3_BYTES));
        host.finish(&message_3)
    }

    fn failure(&self) -> Option<HandshakeFailure> {
        self.ask().err()
    }
}

/// Gives keys of low order, and the shared secrets that everybody knows then.
struct LowOrderResolver(Option<KeyKind>);

impl CryptoResolver for LowOrderResolver {
    fn resolve_rng(&self) -> Option<Box<dyn Random>> {
        DefaultResolver.resolve_rng()
    }

    fn resolve_dh(&self, choice: &DHChoice) -> Option<Box<dyn Dh>> {
        let inner = DefaultResolver.resolve_dh(choice)?;
        Some(Box::new(LowOrderDh { inner, wanted: self.0, is: None }))
    }

    fn resolve_hash(&self, choice: &HashChoice) -> Option<Box<dyn Hash>> {
        DefaultResolver.resolve_hash(choice)
    }

    fn resolve_cipher(&self, choice: &CipherChoice) -> Option<Box<dyn Cipher>> {
        DefaultResolver.resolve_cipher(choice)
    }
}

struct LowOrderDh {
    inner: Box<dyn Dh>,
    wanted: Option<KeyKind>,
    is: Option<KeyKind>,
}

impl LowOrderDh {
    fn low_order(&self) -> bool {
        self.is.is_some() && self.is == self.wanted
    }
}

impl Dh for LowOrderDh {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn pub_len(&self) -> usize {
        self.inner.pub_len()
    }

    fn priv_len(&self) -> usize {
        self.inner.priv_len()
    }

    fn set(&mut self, privkey: &[u8]) {
        self.is = Some(KeyKind::Static);
        self.inner.set(privkey);
    }

    fn generate(&mut self, rng: &mut dyn Random) -> Result<(), Error> {
        self.is = Some(KeyKind::Ephemeral);
        self.inner.generate(rng)
    }

    fn pubkey(&self) -> &[u8] {
        if self.low_order() { &LOW_ORDER } else { self.inner.pubkey() }
    }

    fn privkey(&self) -> &[u8] {
        self.inner.privkey()
    }

    fn dh(&self, pubkey: &[u8], out: &mut [u8]) -> Result<(), Error> {
        if self.low_order() {
            out.fill(0);
            return Ok(());
        }
        self.inner.dh(pubkey, out)
    }
}

#[test]
fn a_technician_written_by_the_document_is_understood() {
    assert!(HandmadeTechnician::default().ask().is_ok());
}

#[test]
fn another_version_or_other_roles_are_refused_like_a_wrong_invite() {
    let older = HandmadeTechnician { version: b"beistand/session/2", ..Default::default() };
    let newer = HandmadeTechnician { version: b"beistand/session/4", ..Default::default() };
    let mirrored = HandmadeTechnician { roles: [b"host", b"technician"], ..Default::default() };
    for technician in [older, newer, mirrored] {
        assert_eq!(technician.failure(), Some(HandshakeFailure::WrongSecret));
    }
}

#[test]
fn a_key_of_low_order_is_refused_in_a_message_that_is_authentic() {
    let ephemeral = HandmadeTechnician { low_order: Some(KeyKind::Ephemeral), ..Default::default() };
    // Not `WrongSecret`: the message was read, and the Diffie-Hellman with its key refused.
    assert_eq!(ephemeral.failure(), Some(HandshakeFailure::Malformed));
    let lasting = HandmadeTechnician {
        low_order: Some(KeyKind::Static),
        committed_key: LOW_ORDER,
        ..Default::default()
    };
    assert_eq!(lasting.failure(), Some(HandshakeFailure::Malformed));
}

#[test]
fn without_the_post_quantum_secret_there_is_no_session() {
    let guess = HandmadeTechnician { kem_secret: |_| Zeroizing::new([0; 32]), ..Default::default() };
    assert_eq!(guess.failure(), Some(HandshakeFailure::Malformed));
}

#[test]
fn a_static_key_other_than_the_committed_one_is_refused() {
    let other = HandmadeTechnician { committed_key: static_key(5).public(), ..Default::default() };
    assert_eq!(other.failure(), Some(HandshakeFailure::Malformed));
}
