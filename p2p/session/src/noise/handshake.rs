//! The session handshake, `Noise_XXpsk0+psk3_25519_ChaChaPoly_BLAKE2s`: the technician initiates.
//!
//! | message | payload |
//! |---|---|
//! | 1 | ML-KEM-768 encapsulation key, commitment |
//! | 2 | ML-KEM-768 ciphertext, the host's nonce |
//! | 3 | the technician's nonce |
//!
//! psk0 is the invite's. psk3 comes of the KEM's secret and the transcript after message 2, so that whoever
//! records the session needs both the elliptic curve and the lattice broken.
//!
//! The commitment is a hash of the technician's nonce and static key: message 3 is then determined by
//! messages 1 and 2, and neither side can try values until the short authentication string is one it wants.

use snow::HandshakeState;
use zeroize::Zeroizing;

use super::{EpochKeys, Secret, TAG_BYTES, builder, derive, hash, kem, random};
use crate::{Binding, HandshakeFailure, HostSetup, InviteKeys, InviteStanding, MAX_INVITES, StaticKey};

const PATTERN: &str = "Noise_XXpsk0+psk3_25519_ChaChaPoly_BLAKE2s";

/// Name and version; another version fails at message 1.
const PROTOCOL: &[u8] = b"beistand/session/3";

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 32;
const COMMITMENT_BYTES: usize = 32;

/// Bytes of the first message: e, payload.
pub(crate) const MESSAGE_1_BYTES: usize = KEY_BYTES + kem::KEY_BYTES + COMMITMENT_BYTES + TAG_BYTES;
/// Bytes of the second message: e, s, payload.
pub(crate) const MESSAGE_2_BYTES: usize =
    KEY_BYTES + KEY_BYTES + TAG_BYTES + kem::CIPHERTEXT_BYTES + NONCE_BYTES + TAG_BYTES;
/// Bytes of the third message: s, payload.
pub(crate) const MESSAGE_3_BYTES: usize = KEY_BYTES + TAG_BYTES + NONCE_BYTES + TAG_BYTES;

/// What a completed handshake gives.
pub(crate) struct Secured {
    /// The first epoch's keys.
    pub(crate) keys: EpochKeys,
    /// The session's own key, from which the next epochs' keys come.
    pub(crate) session_key: Secret,
    /// The short authentication string.
    pub(crate) sas: [u8; 4],
    /// Our key.
    pub(crate) static_key: StaticKey,
    /// The other side's static key.
    pub(crate) peer_key: [u8; 32],
    /// Which invite it was, by its place in [`HostSetup::invites`]; 0 at the technician.
    pub(crate) invite: usize,
    /// What it is good for.
    pub(crate) standing: InviteStanding,
}

/// The technician, who has sent message 1.
pub(crate) struct Offered {
    noise: HandshakeState,
    kem: kem::SecretHalf,
    nonce: Zeroizing<[u8; NONCE_BYTES]>,
    static_key: StaticKey,
    psk: Secret,
}

impl Offered {
    /// Message 1.
    pub(crate) fn new(
        keys: &InviteKeys,
        binding: &Binding,
        static_key: StaticKey,
    ) -> Result<(Vec<u8>, Self), HandshakeFailure> {
        let mut noise = builder(PATTERN)
            .local_private_key(static_key.secret())
            .and_then(|builder| builder.psk(0, &keys.psk))
            .and_then(|builder| builder.prologue(&prologue(keys, binding))?.build_initiator())
            .map_err(|_| HandshakeFailure::Local)?;
        let kem = kem::SecretHalf::generate().map_err(|_| HandshakeFailure::Local)?;
        let nonce = random::<NONCE_BYTES>().map_err(|_| HandshakeFailure::Local)?;
        let payload =
            [kem.encapsulation_key().as_slice(), &commitment(nonce.as_slice(), &static_key.public())]
                .concat();
        let message = write(&mut noise, &payload, MESSAGE_1_BYTES)?;
        Ok((message, Self { noise, kem, nonce, static_key, psk: keys.psk.clone() }))
    }

    /// A technician who does not keep to what it committed to.
    #[cfg(test)]
    pub(crate) fn with_nonce(self, nonce: [u8; NONCE_BYTES]) -> Self {
        Self { nonce: Zeroizing::new(nonce), ..self }
    }

    /// Reads message 2; message 3 and the technician's end of the session.
    pub(crate) fn accept(mut self, message: &[u8]) -> Result<(Vec<u8>, Secured), HandshakeFailure> {
        let payload = read(&mut self.noise, message).ok_or(HandshakeFailure::Malformed)?;
        let (ciphertext, host_nonce) =
            payload.split_at_checked(kem::CIPHERTEXT_BYTES).ok_or(HandshakeFailure::Malformed)?;
        let kem_secret = self.kem.decapsulate(ciphertext).ok_or(HandshakeFailure::Malformed)?;
        set_psk3(&mut self.noise, &kem_secret)?;
        let message = write(&mut self.noise, self.nonce.as_slice(), MESSAGE_3_BYTES)?;
        let sas = sas(self.noise.get_handshake_hash(), self.nonce.as_slice(), host_nonce);
        let secured = secured(self.noise, self.static_key, &self.psk, &kem_secret, sas)?;
        Ok((message, secured))
    }
}

/// The host, which waits for message 1.
pub(crate) struct Listening(HostSetup);

impl Listening {
    /// A host with these invites.
    pub(crate) fn new(setup: HostSetup) -> Self {
        Self(setup)
    }

    /// Reads message 1 with each of the invites; message 2.
    pub(crate) fn answer(self, message: &[u8]) -> Result<(Vec<u8>, Answered), HandshakeFailure> {
        let Self(HostSetup { invites, binding, static_key, offers: _ }) = self;
        for (invite, (keys, standing)) in invites.into_iter().take(MAX_INVITES).enumerate() {
            let mut noise = builder(PATTERN)
                .local_private_key(static_key.secret())
                .and_then(|builder| builder.psk(0, &keys.psk))
                .and_then(|builder| builder.prologue(&prologue(&keys, &binding))?.build_responder())
                .map_err(|_| HandshakeFailure::Local)?;
            if let Some(payload) = read(&mut noise, message) {
                return answer(noise, &payload, Invite { keys, index: invite, standing }, static_key);
            }
        }
        Err(HandshakeFailure::WrongSecret)
    }
}

struct Invite {
    keys: InviteKeys,
    index: usize,
    standing: InviteStanding,
}

fn answer(
    mut noise: HandshakeState,
    payload: &[u8],
    invite: Invite,
    static_key: StaticKey,
) -> Result<(Vec<u8>, Answered), HandshakeFailure> {
    let (key, commitment) = payload.split_at_checked(kem::KEY_BYTES).ok_or(HandshakeFailure::Malformed)?;
    let commitment = commitment.try_into().map_err(|_| HandshakeFailure::Malformed)?;
    let (ciphertext, kem_secret) = kem::encapsulate(key)?;
    let nonce = random::<NONCE_BYTES>().map_err(|_| HandshakeFailure::Local)?;
    let payload = [ciphertext.as_slice(), nonce.as_slice()].concat();
    let message = write(&mut noise, &payload, MESSAGE_2_BYTES)?;
    set_psk3(&mut noise, &kem_secret)?;
    Ok((message, Answered { noise, kem_secret, nonce, commitment, invite, static_key }))
}

/// The host, which has sent message 2.
pub(crate) struct Answered {
    noise: HandshakeState,
    kem_secret: Secret,
    nonce: Zeroizing<[u8; NONCE_BYTES]>,
    commitment: [u8; COMMITMENT_BYTES],
    invite: Invite,
    static_key: StaticKey,
}

impl Answered {
    /// Which invite the technician knows, by its place in [`HostSetup::invites`].
    pub(crate) const fn invite(&self) -> usize {
        self.invite.index
    }

    /// Reads message 3; the host's end of the session.
    pub(crate) fn finish(mut self, message: &[u8]) -> Result<Secured, HandshakeFailure> {
        let nonce = read(&mut self.noise, message).ok_or(HandshakeFailure::Malformed)?;
        let technician_key = self.noise.get_remote_static().ok_or(HandshakeFailure::Malformed)?;
        if commitment(&nonce, technician_key) != self.commitment {
            return Err(HandshakeFailure::Malformed);
        }
        let sas = sas(self.noise.get_handshake_hash(), &nonce, self.nonce.as_slice());
        let secured = secured(self.noise, self.static_key, &self.invite.keys.psk, &self.kem_secret, sas)?;
        Ok(Secured { invite: self.invite.index, standing: self.invite.standing, ..secured })
    }
}

fn secured(
    noise: HandshakeState,
    static_key: StaticKey,
    psk: &Secret,
    kem_secret: &Secret,
    sas: [u8; 4],
) -> Result<Secured, HandshakeFailure> {
    let peer_key =
        noise.get_remote_static().and_then(|key| key.try_into().ok()).ok_or(HandshakeFailure::Malformed)?;
    let secrets = Zeroizing::new([psk.as_slice(), kem_secret.as_slice()].concat());
    let session_key = derive(noise.get_handshake_hash(), &secrets, "beistand/session/key");
    let keys = EpochKeys(noise.into_stateless_transport_mode().map_err(|_| HandshakeFailure::Local)?);
    Ok(Secured { keys, session_key, sas, static_key, peer_key, invite: 0, standing: InviteStanding::Open })
}

/// What both sides must agree on without saying it: each part with its length before it.
fn prologue(keys: &InviteKeys, binding: &Binding) -> Vec<u8> {
    let parts: [&[u8]; 6] =
        [PROTOCOL, &keys.invite_id, b"technician", &binding.technician_peer, b"host", &binding.host_peer];
    let mut prologue = Vec::new();
    for part in parts {
        prologue.extend((part.len() as u64).to_be_bytes());
        prologue.extend(part);
    }
    prologue
}

fn set_psk3(noise: &mut HandshakeState, kem_secret: &Secret) -> Result<(), HandshakeFailure> {
    let psk = derive(noise.get_handshake_hash(), kem_secret.as_slice(), "beistand/session/psk3");
    noise.set_psk(3, psk.as_slice()).map_err(|_| HandshakeFailure::Local)
}

fn commitment(nonce: &[u8], technician_key: &[u8]) -> [u8; COMMITMENT_BYTES] {
    hash(&[b"beistand/sas/commitment", nonce, technician_key])
}

/// Four times six bits.
fn sas(handshake_hash: &[u8], technician_nonce: &[u8], host_nonce: &[u8]) -> [u8; 4] {
    let hash = hash(&[b"beistand/sas", handshake_hash, technician_nonce, host_nonce]);
    let bits = u32::from_be_bytes([0, hash[0], hash[1], hash[2]]);
    [18, 12, 6, 0].map(|shift| (bits >> shift & 63) as u8)
}

fn write(noise: &mut HandshakeState, payload: &[u8], length: usize) -> Result<Vec<u8>, HandshakeFailure> {
    let mut message = vec![0; length];
    // Fails where the other side's key is of low order.
    match noise.write_message(payload, &mut message) {
        Ok(written) if written == length => Ok(message),
        _ => Err(HandshakeFailure::Malformed),
    }
}

fn read(noise: &mut HandshakeState, message: &[u8]) -> Option<Vec<u8>> {
    let mut payload = vec![0; message.len()];
    let length = noise.read_message(message, &mut payload).ok()?;
    payload.truncate(length);
    Some(payload)
}
