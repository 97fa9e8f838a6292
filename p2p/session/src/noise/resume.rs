//! The handshake that begins a session's next leg, `Noise_KKpsk0_25519_ChaChaPoly_BLAKE2s`, with the
//! session's own key as psk0: whoever does not have it can neither make nor read the first message.

use snow::HandshakeState;
use zeroize::Zeroizing;

use super::{EpochKeys, Secret, TAG_BYTES, builder, derive};
use crate::{Leg, StaticKey};

const PATTERN: &str = "Noise_KKpsk0_25519_ChaChaPoly_BLAKE2s";
const PROLOGUE: &[u8] = b"beistand/session/3/resume";

/// Bytes of a message beyond its payload: e and a tag.
const HEAD_BYTES: usize = 32 + TAG_BYTES;

/// Bytes of a message with a payload of this many.
pub(crate) const fn message_bytes(payload_bytes: usize) -> usize {
    HEAD_BYTES + payload_bytes
}

/// The next leg's secrets.
pub(crate) struct NextLeg {
    /// Its keys.
    pub(crate) keys: EpochKeys,
    /// The session's own key from then on.
    pub(crate) session_key: Secret,
}

/// The technician, who has sent the first message.
pub(crate) struct ResumeOffer(HandshakeState);

impl ResumeOffer {
    /// The first message for this leg; `None` where this machine can't make keys.
    pub(crate) fn new(
        session_key: &Secret,
        static_key: &StaticKey,
        host_key: &[u8; 32],
        leg: Leg,
        payload: &[u8],
    ) -> Option<(Vec<u8>, Self)> {
        let mut noise = builder(PATTERN)
            .local_private_key(static_key.secret())
            .and_then(|builder| builder.remote_public_key(host_key)?.psk(0, session_key))
            .and_then(|builder| builder.prologue(&prologue(leg))?.build_initiator())
            .ok()?;
        Some((write(&mut noise, payload)?, Self(noise)))
    }

    /// Reads the reply; its payload, or `None` where it is not authentic.
    pub(crate) fn finish(mut self, reply: &[u8], session_key: &Secret) -> Option<(Vec<u8>, NextLeg)> {
        let payload = read(&mut self.0, reply)?;
        Some((payload, next(self.0, session_key)?))
    }
}

/// The host, who has read the first message.
pub(crate) struct ResumeAnswer(HandshakeState);

impl ResumeAnswer {
    /// Reads the first message for this leg; `None` where it is not authentic under this key.
    pub(crate) fn read(
        message: &[u8],
        session_key: &Secret,
        static_key: &StaticKey,
        technician_key: &[u8; 32],
        leg: Leg,
    ) -> Option<(Vec<u8>, Self)> {
        let mut noise = builder(PATTERN)
            .local_private_key(static_key.secret())
            .and_then(|builder| builder.remote_public_key(technician_key)?.psk(0, session_key))
            .and_then(|builder| builder.prologue(&prologue(leg))?.build_responder())
            .ok()?;
        let payload = read(&mut noise, message)?;
        Some((payload, Self(noise)))
    }

    /// The reply, and the leg's secrets; `None` where this machine can't make keys.
    pub(crate) fn reply(mut self, payload: &[u8], session_key: &Secret) -> Option<(Vec<u8>, NextLeg)> {
        let reply = write(&mut self.0, payload)?;
        Some((reply, next(self.0, session_key)?))
    }
}

fn prologue(leg: Leg) -> Vec<u8> {
    [PROLOGUE, &leg.number().to_be_bytes()].concat()
}

/// The session's next key comes of the one before and of what this handshake alone has: whoever learns one
/// and has recorded the handshakes after it would need an ephemeral key of each of them, too.
fn next(mut noise: HandshakeState, session_key: &Secret) -> Option<NextLeg> {
    let (sent, received) = noise.dangerously_get_raw_split();
    let secret =
        Zeroizing::new([&session_key[..], &Zeroizing::new(sent)[..], &Zeroizing::new(received)[..]].concat());
    let session_key = derive(noise.get_handshake_hash(), &secret, "beistand/session/next");
    Some(NextLeg { keys: EpochKeys(noise.into_stateless_transport_mode().ok()?), session_key })
}

fn write(noise: &mut HandshakeState, payload: &[u8]) -> Option<Vec<u8>> {
    let mut message = vec![0; message_bytes(payload.len())];
    let length = noise.write_message(payload, &mut message).ok()?;
    (length == message.len()).then_some(message)
}

fn read(noise: &mut HandshakeState, message: &[u8]) -> Option<Vec<u8>> {
    let mut payload = vec![0; message.len().checked_sub(HEAD_BYTES)?];
    let length = noise.read_message(message, &mut payload).ok()?;
    (length == payload.len()).then_some(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_session_key_takes_more_than_the_one_before_and_what_was_sent() {
        let (technician, host) = (StaticKey::from_bytes([1; 32]), StaticKey::from_bytes([2; 32]));
        let (key, leg) = (Secret::new([3; 32]), Leg::FIRST);
        let (message, mut offer) = ResumeOffer::new(&key, &technician, &host.public(), leg, b"").unwrap();
        let (_, answer) = ResumeAnswer::read(&message, &key, &host, &technician.public(), leg).unwrap();
        let (reply, theirs) = answer.reply(b"", &key).unwrap();
        read(&mut offer.0, &reply).unwrap();
        let transcript = offer.0.get_handshake_hash().to_vec();
        let ours = next(offer.0, &key).unwrap();
        assert_eq!(ours.session_key, theirs.session_key);
        assert_ne!(ours.session_key, derive(&transcript, &key[..], "beistand/session/next"));
    }
}
