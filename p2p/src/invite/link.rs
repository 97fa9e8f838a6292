//! The rendering for pasting: `beistand:` and base32 (RFC 4648, lower case, no padding) of
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version, 2 |
//! | 2 | bytes in all, big-endian, so that text after the link is told apart from it |
//! | 8 | the secret; its first four bits are zero |
//! | 32 | the host's Ed25519 public key |
//! | 8 | expiry, seconds since 1970, big-endian |
//! | 1 | addresses, at most 8 |
//! | 1 + n each | an address's length, at most 128, and its multiaddr bytes |
//! | 4 | checksum: the start of SHA-256 over `beistand/link` and all bytes before |
//!
//! Version, length and checksum have the same place in every version, so a damaged link is never mistaken for
//! a newer one.

use std::time::{Duration, SystemTime};

use data_encoding::BASE32_NOPAD_NOCASE;
use libp2p::Multiaddr;
use libp2p::identity::ed25519;
use libp2p::multiaddr::Protocol;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::error::{InviteError, InviteRendering};
use super::secret::{InviteSecret, SECRET_BYTES};
use super::{HostHint, Invite, text};

/// The beginning of a link.
pub(super) const SCHEME: &str = "beistand:";

/// The scheme without its sign, which a program that passes a link on may have escaped.
pub(super) const SCHEME_NAME: &str = "beistand";

/// Addresses in a link: a few of the LAN, a few direct ones, and two relays.
pub const MAX_ADDRESSES: usize = 8;

/// Bytes per address in a link: a circuit over QUIC and IPv6 has about 70.
pub const MAX_ADDRESS_BYTES: usize = 128;

/// Characters of a link with its scheme: short enough for a QR code.
pub const MAX_LINK_CHARS: usize = SCHEME.len() + MAX_BYTES * 8 / 5;

/// Bytes behind the base32: they make 896 characters.
const MAX_BYTES: usize = 560;

/// Version 1 had ten bytes of secret; it was never given to anybody.
const VERSION: u8 = 2;
const HEAD_BYTES: usize = 3;
const KEY_BYTES: usize = 32;
const CHECKSUM_BYTES: usize = 4;

/// Bytes of a link without addresses.
const MIN_BYTES: usize = HEAD_BYTES + SECRET_BYTES + KEY_BYTES + 8 + 1 + CHECKSUM_BYTES;

/// Separates the checksum from every other hash.
const CHECKSUM_DOMAIN: &[u8] = b"beistand/link";

/// Renders the link.
pub(super) fn render(
    secret: &InviteSecret,
    host: &ed25519::PublicKey,
    addresses: &[Multiaddr],
    expires_at: SystemTime,
) -> Zeroizing<String> {
    let peer = libp2p::identity::PublicKey::from(host.clone()).to_peer_id();
    let expiry = expires_at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();

    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BYTES));
    bytes.extend_from_slice(&[VERSION, 0, 0]);
    bytes.extend_from_slice(secret.as_bytes());
    bytes.extend_from_slice(&host.to_bytes());
    bytes.extend_from_slice(&expiry.to_be_bytes());
    let count_at = bytes.len();
    bytes.push(0);
    for address in addresses {
        let mut address = address.clone();
        if matches!(address.iter().last(), Some(Protocol::P2p(id)) if id == peer) {
            address.pop();
        }
        let room = MAX_BYTES - CHECKSUM_BYTES - bytes.len();
        let length = match u8::try_from(address.len()) {
            Ok(length @ 1..) if usize::from(length) <= MAX_ADDRESS_BYTES.min(room.saturating_sub(1)) => {
                length
            }
            _ => continue,
        };
        bytes.push(length);
        bytes.extend_from_slice(address.as_ref());
        bytes[count_at] += 1;
        if usize::from(bytes[count_at]) == MAX_ADDRESSES {
            break;
        }
    }
    let length = u16::try_from(bytes.len() + CHECKSUM_BYTES).expect("at most 560");
    bytes[1..HEAD_BYTES].copy_from_slice(&length.to_be_bytes());
    let checksum = checksum(&bytes);
    bytes.extend_from_slice(&checksum);

    let mut out = Zeroizing::new(String::with_capacity(MAX_LINK_CHARS));
    out.push_str(SCHEME);
    BASE32_NOPAD_NOCASE.encode_append(&bytes, &mut out);
    out.make_ascii_lowercase();
    out
}

/// Reads the invite from normalised text that follows a scheme, whatever comes after it. An expired link is
/// read like any other: its expiry is by the host's clock, and the host decides.
pub(super) fn read(text: &str) -> Result<Invite, InviteError> {
    let bytes = decode(text)?;
    let (covered, expected) = bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(InviteError::LinkCutOff)?;
    if checksum(covered) != *expected {
        return Err(InviteError::CheckFailed { rendering: InviteRendering::Link });
    }
    match covered[0] {
        0..VERSION => return Err(InviteError::LinkInvalid),
        VERSION => {}
        version => return Err(InviteError::NewerVersion { version }),
    }
    body(&covered[HEAD_BYTES..]).ok_or(InviteError::LinkInvalid)
}

/// How many characters the link at the start of `text` has, if it is whole.
pub(super) fn length(text: &str) -> Option<usize> {
    decode(text).ok().map(|bytes| (bytes.len() * 8).div_ceil(5))
}

/// The bytes of the link at the start of `text`; the link itself says how long it is.
fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, InviteError> {
    /// Characters that hold the version and the length.
    const HEAD_CHARS: usize = 5;

    let mut symbols = Zeroizing::new(Vec::with_capacity(MAX_LINK_CHARS));
    let mut wanted = HEAD_CHARS;
    let mut characters = text.chars().filter(|c| c.is_alphanumeric());
    while symbols.len() < wanted {
        let character = characters.next().ok_or(InviteError::LinkCutOff)?;
        let position = symbols.len() + 1;
        symbols.push(symbol(character).ok_or_else(|| wrong(position, character))?);
        if symbols.len() == HEAD_CHARS {
            let head = symbols.iter().fold(0_u32, |head, symbol| head << 5 | value(*symbol));
            let length = (head >> 1 & 0xffff) as usize;
            if !(MIN_BYTES..=MAX_BYTES).contains(&length) {
                return Err(InviteError::CheckFailed { rendering: InviteRendering::Link });
            }
            wanted = (length * 8).div_ceil(5);
        }
    }
    let damaged = |_| InviteError::CheckFailed { rendering: InviteRendering::Link };
    let mut bytes = Zeroizing::new(vec![0; wanted * 5 / 8]);
    BASE32_NOPAD_NOCASE.decode_mut(&symbols, &mut bytes).map_err(|partial| damaged(partial.error))?;
    Ok(bytes)
}

/// The part between head and checksum, or `None` if no program of ours can have written it.
fn body(bytes: &[u8]) -> Option<Invite> {
    let (secret, bytes) = bytes.split_first_chunk::<SECRET_BYTES>()?;
    let (key, bytes) = bytes.split_first_chunk::<KEY_BYTES>()?;
    let (expiry, bytes) = bytes.split_first_chunk::<8>()?;
    let (count, mut bytes) = bytes.split_first()?;
    if usize::from(*count) > MAX_ADDRESSES {
        return None;
    }
    let mut addresses = Vec::with_capacity(usize::from(*count));
    for _ in 0..*count {
        let (length, rest) = bytes.split_first()?;
        let (address, rest) = rest.split_at_checked(usize::from(*length))?;
        if address.len() > MAX_ADDRESS_BYTES {
            return None;
        }
        // An address that this version can't read may use a future transport; the others still lead to the
        // host.
        addresses.extend(Multiaddr::try_from(address.to_vec()).ok().filter(|address| !address.is_empty()));
        bytes = rest;
    }
    let host = HostHint {
        public_key: ed25519::PublicKey::try_from_bytes(key).ok()?,
        addresses,
        expires_at: SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(u64::from_be_bytes(*expiry)))?,
    };
    let secret = InviteSecret::from_bytes(secret)?;
    bytes.is_empty().then_some(Invite { secret, host: Some(host) })
}

fn checksum(covered: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let hash = Sha256::new().chain_update(CHECKSUM_DOMAIN).chain_update(covered).finalize();
    *hash.first_chunk().expect("4 of 32 bytes")
}

/// A character of the alphabet. 0 can only mean O; 1 may mean I or L and is refused.
fn symbol(character: char) -> Option<u8> {
    match character {
        'a'..='z' | '2'..='7' => u8::try_from(character).ok(),
        '0' => Some(b'o'),
        _ => None,
    }
}

fn value(symbol: u8) -> u32 {
    u32::from(if symbol.is_ascii_digit() { symbol - b'2' + 26 } else { symbol - b'a' })
}

fn wrong(position: usize, character: char) -> InviteError {
    if text::other_script(character) {
        InviteError::LookAlike { position: 1, character, latin: text::latin(character) }
    } else {
        InviteError::WrongCharacter { rendering: InviteRendering::Link, position, character }
    }
}
