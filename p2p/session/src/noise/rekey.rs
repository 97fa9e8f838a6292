//! The handshake for the next epoch's keys, `Noise_KKpsk2_25519_ChaChaPoly_BLAKE2s`, with the session's own key as
//! psk2: the technician initiates, inside the session.

use snow::HandshakeState;

use super::{EpochKeys, Secret, TAG_BYTES, builder, derive};
use crate::StaticKey;

const PATTERN: &str = "Noise_KKpsk2_25519_ChaChaPoly_BLAKE2s";
const PROLOGUE: &[u8] = b"beistand/session/1/epoch";
/// Bytes of either message: e, an empty payload.
const MESSAGE_BYTES: usize = 32 + TAG_BYTES;

/// The next epoch.
pub(crate) struct NextEpoch {
    /// Its keys.
    pub(crate) keys: EpochKeys,
    /// The session's own key from then on.
    pub(crate) session_key: Secret,
}

/// The technician, who has sent the first message.
pub(crate) struct RekeyOffer(HandshakeState);

impl RekeyOffer {
    /// The first message for the epoch with this number; `None` where this machine can't make keys.
    pub(crate) fn new(
        session_key: &Secret,
        static_key: &StaticKey,
        host_key: &[u8; 32],
        epoch: u64,
    ) -> Option<(Vec<u8>, Self)> {
        let mut noise = builder(PATTERN)
            .local_private_key(static_key.secret())
            .and_then(|builder| builder.remote_public_key(host_key)?.psk(2, session_key))
            .and_then(|builder| builder.prologue(&prologue(epoch))?.build_initiator())
            .ok()?;
        Some((write(&mut noise)?, Self(noise)))
    }

    /// Reads the reply; `None` where it is not authentic.
    pub(crate) fn finish(mut self, reply: &[u8], session_key: &Secret) -> Option<NextEpoch> {
        read(&mut self.0, reply)?;
        next(self.0, session_key)
    }
}

/// The host's reply to the first message, and the next epoch; `None` where the message is not authentic.
pub(crate) fn answer_rekey(
    message: &[u8],
    session_key: &Secret,
    static_key: &StaticKey,
    technician_key: &[u8; 32],
    epoch: u64,
) -> Option<(Vec<u8>, NextEpoch)> {
    let mut noise = builder(PATTERN)
        .local_private_key(static_key.secret())
        .and_then(|builder| builder.remote_public_key(technician_key)?.psk(2, session_key))
        .and_then(|builder| builder.prologue(&prologue(epoch))?.build_responder())
        .ok()?;
    read(&mut noise, message)?;
    let reply = write(&mut noise)?;
    Some((reply, next(noise, session_key)?))
}

fn prologue(epoch: u64) -> Vec<u8> {
    [PROLOGUE, &epoch.to_be_bytes()].concat()
}

fn next(noise: HandshakeState, session_key: &Secret) -> Option<NextEpoch> {
    let session_key = derive(noise.get_handshake_hash(), session_key.as_slice(), "beistand/session/next");
    Some(NextEpoch { keys: EpochKeys(noise.into_stateless_transport_mode().ok()?), session_key })
}

fn write(noise: &mut HandshakeState) -> Option<Vec<u8>> {
    let mut message = vec![0; MESSAGE_BYTES];
    let length = noise.write_message(&[], &mut message).ok()?;
    (length == MESSAGE_BYTES).then_some(message)
}

fn read(noise: &mut HandshakeState, message: &[u8]) -> Option<()> {
    if message.len() != MESSAGE_BYTES {
        return None;
    }
    (noise.read_message(message, &mut [0; MESSAGE_BYTES]).ok()? == 0).then_some(())
}
