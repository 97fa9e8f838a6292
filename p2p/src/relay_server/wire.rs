//! The messages of circuit v2 as bytes: protocol buffers, each after its length.
//!
//! A relay reads two kinds of messages and writes two: it reads a peer's request or answer, skips the rest of
//! the message, and writes its own. It accepts no message longer than [`MAX_MESSAGE_BYTES`] and keeps only an
//! identity from each.

use std::time::Duration;

use futures::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::{Multiaddr, PeerId};
use thiserror::Error;

use super::protobuf::{BrokenField, FieldReader, FieldValue, MessageWriter};

/// Bytes per message at most: libp2p's limit. A reservation with a dozen addresses takes a quarter of it.
pub(super) const MAX_MESSAGE_BYTES: usize = 4096;

/// Bytes per length: two can express [`MAX_MESSAGE_BYTES`].
const MAX_LENGTH_BYTES: usize = 2;

/// Bytes of a reservation's addresses together: the message stays within [`MAX_MESSAGE_BYTES`] with
/// everything else in it.
const MAX_ADDRESSES_BYTES: usize = MAX_MESSAGE_BYTES - 128;

/// A peer's request to a relay, on a stream of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RelayRequest {
    /// A place, so that others can call it.
    Reserve,
    /// A circuit to this peer.
    Connect(PeerId),
}

/// One side's answer to a request, with the protocol's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum RelayStatus {
    Ok = 100,
    ResourceLimitExceeded = 201,
    PermissionDenied = 202,
    ConnectionFailed = 203,
    NoReservation = 204,
    MalformedMessage = 400,
    UnexpectedMessage = 401,
}

/// The limits of a circuit, as far as the protocol can express them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct CircuitLimit {
    /// Whole seconds; `None` for no limit.
    pub(super) duration: Option<Duration>,
    /// Bytes, both directions together; 0 for no limit.
    pub(super) bytes: u64,
}

/// What is wrong with a message.
#[derive(Debug, Error)]
pub(super) enum WireError {
    #[error("the stream ended or failed: {0}")]
    Io(#[from] std::io::Error),
    #[error("the message is {0}")]
    Malformed(&'static str),
    #[error("the message is of a kind that is not sent here")]
    Unexpected,
}

impl From<BrokenField> for WireError {
    fn from(_: BrokenField) -> Self {
        Self::Malformed("cut off or not a protocol buffer")
    }
}

impl RelayRequest {
    /// Reads the message that opens a HOP stream, and no byte beyond it.
    pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<Self, WireError> {
        Self::decode(&read_message(stream).await?)
    }

    fn decode(message: &[u8]) -> Result<Self, WireError> {
        let mut kind = None;
        let mut peer = None;
        for field in FieldReader(message) {
            match field? {
                (1, FieldValue::Number(number)) => kind = Some(number),
                (2, FieldValue::Bytes(bytes)) => peer = Some(bytes),
                (_, FieldValue::Number(_) | FieldValue::Bytes(_) | FieldValue::Other) => {}
            }
        }
        match kind {
            Some(0) => Ok(Self::Reserve),
            Some(1) => decode_peer(peer.ok_or(WireError::Malformed("without a peer"))?).map(Self::Connect),
            Some(_) => Err(WireError::Unexpected),
            None => Err(WireError::Malformed("without a type")),
        }
    }
}

fn decode_peer(message: &[u8]) -> Result<PeerId, WireError> {
    let mut id = None;
    for field in FieldReader(message) {
        if let (1, FieldValue::Bytes(bytes)) = field? {
            id = Some(bytes);
        }
    }
    let id = id.ok_or(WireError::Malformed("without a peer's identity"))?;
    PeerId::from_bytes(id).map_err(|_| WireError::Malformed("about no peer"))
}

/// Reads a called peer's answer on a STOP stream, and no byte beyond it. Returns the protocol's number.
pub(super) async fn read_answer(stream: &mut (impl AsyncRead + Unpin)) -> Result<u64, WireError> {
    decode_answer(&read_message(stream).await?)
}

fn decode_answer(message: &[u8]) -> Result<u64, WireError> {
    let mut kind = None;
    let mut status = None;
    for field in FieldReader(message) {
        match field? {
            (1, FieldValue::Number(number)) => kind = Some(number),
            (4, FieldValue::Number(number)) => status = Some(number),
            (_, FieldValue::Number(_) | FieldValue::Bytes(_) | FieldValue::Other) => {}
        }
    }
    match kind {
        Some(1) => status.ok_or(WireError::Malformed("without a status")),
        Some(_) => Err(WireError::Unexpected),
        None => Err(WireError::Malformed("without a type")),
    }
}

/// A relay's answer on a HOP stream, with its length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RelayAnswer(Vec<u8>);

impl RelayAnswer {
    /// A refusal.
    pub(super) fn refusal(status: RelayStatus) -> Self {
        let mut message = MessageWriter::default();
        message.number(1, 2);
        message.number(5, status as u64);
        Self(message.with_length())
    }

    /// The place is kept until `expires` after the start of 1970, and the relay is at these addresses.
    /// Addresses that don't fit in the message are left out.
    pub(super) fn reserved(expires: Duration, addresses: &[Multiaddr], limit: CircuitLimit) -> Self {
        let mut reservation = MessageWriter::default();
        reservation.number(1, expires.as_secs());
        for address in addresses {
            if reservation.0.len() + address.len() > MAX_ADDRESSES_BYTES {
                break;
            }
            reservation.bytes(2, address.as_ref());
        }
        let mut message = MessageWriter::default();
        message.number(1, 2);
        message.bytes(3, &reservation.0);
        write_limit(&mut message, 4, limit);
        message.number(5, RelayStatus::Ok as u64);
        Self(message.with_length())
    }

    /// The circuit is up: the bytes that follow on this stream come from the other end.
    pub(super) fn connected(limit: CircuitLimit) -> Self {
        let mut message = MessageWriter::default();
        message.number(1, 2);
        write_limit(&mut message, 4, limit);
        message.number(5, RelayStatus::Ok as u64);
        Self(message.with_length())
    }

    pub(super) async fn write(&self, stream: &mut (impl AsyncWrite + Unpin)) -> std::io::Result<()> {
        stream.write_all(&self.0).await?;
        stream.flush().await
    }
}

/// Tells a called peer on a STOP stream who calls it.
pub(super) async fn write_call(
    stream: &mut (impl AsyncWrite + Unpin),
    caller: &PeerId,
    limit: CircuitLimit,
) -> std::io::Result<()> {
    let mut peer = MessageWriter::default();
    peer.bytes(1, &caller.to_bytes());
    let mut message = MessageWriter::default();
    message.number(1, 0);
    message.bytes(2, &peer.0);
    write_limit(&mut message, 3, limit);
    stream.write_all(&message.with_length()).await?;
    stream.flush().await
}

async fn read_message(stream: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, WireError> {
    let mut length = 0;
    for at in 0..=MAX_LENGTH_BYTES {
        if at == MAX_LENGTH_BYTES {
            return Err(WireError::Malformed("too long"));
        }
        let mut byte = [0];
        stream.read_exact(&mut byte).await?;
        length |= usize::from(byte[0] & 0x7f) << (7 * at);
        if byte[0] & 0x80 == 0 {
            break;
        }
    }
    if length > MAX_MESSAGE_BYTES {
        return Err(WireError::Malformed("too long"));
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message).await?;
    Ok(message)
}

/// Writes the limit, if there is one: without it the protocol means an unlimited circuit, which clients use
/// like any other connection.
fn write_limit(message: &mut MessageWriter, field: u64, limit: CircuitLimit) {
    if limit == CircuitLimit::default() {
        return;
    }
    let mut written = MessageWriter::default();
    if let Some(duration) = limit.duration {
        written.number(1, duration.as_secs().clamp(1, u32::MAX.into()));
    }
    if limit.bytes > 0 {
        written.number(2, limit.bytes);
    }
    message.bytes(field, &written.0);
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use futures::io::Cursor;
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Result<RelayRequest, WireError> {
        block_on(RelayRequest::read(&mut Cursor::new(bytes)))
    }

    fn connect(peer: &PeerId) -> Vec<u8> {
        let mut id = MessageWriter::default();
        id.bytes(1, &peer.to_bytes());
        id.bytes(2, &[4; 20]);
        let mut message = MessageWriter::default();
        message.number(1, 1);
        message.bytes(2, &id.0);
        message.bytes(99, b"of a later version");
        message.with_length()
    }

    #[test]
    fn requests_are_read_with_what_is_unknown_in_them() {
        let peer = PeerId::random();
        assert_eq!(read(&[2, 8, 0]).unwrap(), RelayRequest::Reserve);
        assert_eq!(read(&connect(&peer)).unwrap(), RelayRequest::Connect(peer));
        assert!(matches!(read(&[2, 8, 2]), Err(WireError::Unexpected)), "a status");
        assert!(matches!(read(&[2, 8, 1]), Err(WireError::Malformed(_))), "to nobody");
        assert!(matches!(read(&[0]), Err(WireError::Malformed(_))), "of no kind");
        assert!(matches!(read(&[0xff, 0xff, 0x7f]), Err(WireError::Malformed("too long"))));
        assert!(matches!(read(&[0xff, 0x7f]), Err(WireError::Malformed("too long"))));
        assert!(matches!(read(&[2, 8]), Err(WireError::Io(_))), "cut off");
    }

    #[test]
    fn nothing_beyond_the_message_is_read() {
        let mut stream = Cursor::new([2, 8, 0, 77, 78]);
        block_on(RelayRequest::read(&mut stream)).unwrap();
        assert_eq!(stream.position(), 3);
    }

    #[test]
    fn an_answer_has_the_protocols_bytes() {
        assert_eq!(RelayAnswer::refusal(RelayStatus::NoReservation).0, [5, 8, 2, 40, 0xcc, 1]);
        assert_eq!(RelayAnswer::connected(CircuitLimit::default()).0, [4, 8, 2, 40, 100]);
        let limit = CircuitLimit { duration: Some(Duration::from_secs(120)), bytes: 1 << 17 };
        assert_eq!(RelayAnswer::connected(limit).0, [12, 8, 2, 34, 6, 8, 120, 16, 0x80, 0x80, 8, 40, 100]);
        let address: Multiaddr = "/ip4/1.2.3.4/tcp/5".parse().unwrap();
        let reserved = RelayAnswer::reserved(Duration::from_secs(9), &[address], CircuitLimit::default());
        let expected = [18, 8, 2, 26, 12, 8, 9, 18, 8, 4, 1, 2, 3, 4, 6, 0, 5, 40, 100];
        assert_eq!(reserved.0, expected);
    }

    #[test]
    fn an_answer_with_too_many_addresses_has_as_many_as_fit() {
        let name = "a".repeat(60);
        let long: Multiaddr = format!("/dns4/{name}.example/tcp/4001").parse().unwrap();
        let answer =
            RelayAnswer::reserved(Duration::from_secs(u64::MAX), &vec![long; 300], CircuitLimit::default());
        assert!(
            (3_900..MAX_MESSAGE_BYTES + MAX_LENGTH_BYTES).contains(&answer.0.len()),
            "{}",
            answer.0.len()
        );
    }

    #[test]
    fn the_answer_of_a_called_peer_is_its_status() {
        assert_eq!(decode_answer(&[8, 1, 32, 100]).unwrap(), 100);
        assert_eq!(decode_answer(&[8, 1, 32, 0xcb, 1]).unwrap(), 203);
        assert!(matches!(decode_answer(&[8, 0, 32, 100]), Err(WireError::Unexpected)));
        assert!(matches!(decode_answer(&[8, 1]), Err(WireError::Malformed(_))));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
            let _ = decode_answer(&bytes);
        }

        #[test]
        fn a_request_that_is_cut_off_is_refused_and_a_changed_one_harms_nobody(
            cut in any::<prop::sample::Index>(),
            bit in 0_usize..8,
        ) {
            let peer = PeerId::random();
            let whole = connect(&peer);
            let at = cut.index(whole.len());
            prop_assert!(read(&whole[..at]).is_err());
            let mut changed = whole.clone();
            changed[at] ^= 1 << bit;
            let _ = read(&changed);
        }
    }
}
