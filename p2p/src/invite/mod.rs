//! The invite: a secret of 60 bits that a person can say, type or paste.
//!
//! What it does: makes the secret, renders it as words, code and link, reads each of them back as forgivingly
//! as is safe, derives the keys, and records which invite is open.
//!
//! What it does not do: it opens no socket, reads no clock, and finds nobody. The swarm looks for the host
//! with the derived keys, and the handshake proves that both sides know them.

mod book;
mod code;
mod derive;
mod diagnose;
mod draft;
mod error;
mod find;
mod limiter;
mod link;
mod lists;
mod parse;
mod reserved;
mod secret;
mod similar;
mod text;
mod tokens;
mod words;

#[cfg(test)]
mod paste_tests;
#[cfg(test)]
mod sound;
#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use libp2p::identity::ed25519;
use libp2p::{Multiaddr, PeerId};
use zeroize::Zeroizing;

pub use book::{
    InviteBook, InviteId, InviteLifetime, InviteState, MAX_REQUESTS, MAX_RETIRED, MAX_UNFINISHED, OpenInvite,
    RequestStanding,
};
pub use derive::{DeriveError, InviteKeys, derive, rendezvous_key};
pub use draft::{DraftVerdict, DraftWord, MAX_DRAFT_BYTES, draft_words};
pub use error::{InviteError, InviteRendering};
pub use limiter::{
    HandshakeAdmission, MAX_TRIES_PER_MINUTE, MAX_TRIES_PER_SECOND, MAX_TRIES_PER_SECOND_AND_RELAY,
};
pub use link::{MAX_ADDRESS_BYTES, MAX_ADDRESSES, MAX_LINK_CHARS};
pub use lists::InviteLanguage;
pub use reserved::ReservedInvite;
pub use secret::{InviteSecret, RandomnessError};
pub use text::text_of_bytes;
pub use words::MAX_PROPOSALS;

/// Bytes of text that [`Invite::parse`] reads at most: a long mail or the newest page of a conversation, with
/// the invite somewhere in it. Longer text is refused unread.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;

/// An invite: the secret, and from a link also the address of the host.
#[derive(Debug, Clone, PartialEq)]
pub struct Invite {
    secret: InviteSecret,
    host: Option<HostHint>,
}

impl Invite {
    /// A new invite from the operating system's randomness, whose words are nobody's in another language.
    ///
    /// # Errors
    /// [`RandomnessError`] if the operating system gives none.
    pub fn generate() -> Result<Self, RandomnessError> {
        loop {
            let secret = InviteSecret::generate()?;
            if words::is_clear(&secret) {
                return Ok(Self { secret, host: None });
            }
        }
    }

    /// Finds the invite in what a person typed or pasted: words of either language, code, link, or several of
    /// them that agree, with any other text around them.
    ///
    /// Forgives case, spaces, quotes, line breaks, numbering, commas, dashes, invisible characters,
    /// full-width and Turkish letters, names and times before each line, and O for 0, I and L for 1. Whether
    /// it is expired is not looked at: the host decides by its own clock ([`HostHint::expired_for`]).
    ///
    /// # Errors
    /// Each variant of [`InviteError`]; its text is for the person who pasted it.
    pub fn parse(text: &str) -> Result<Self, InviteError> {
        parse::parse(text)
    }

    /// [`Invite::parse`] for text that comes straight from a file or a pipe, see [`text_of_bytes`].
    ///
    /// # Errors
    /// As [`Invite::parse`].
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, InviteError> {
        if bytes.len() > MAX_TEXT_BYTES {
            return Err(InviteError::TooLong);
        }
        Self::parse(&text_of_bytes(bytes))
    }

    /// The secret.
    pub const fn secret(&self) -> &InviteSecret {
        &self.secret
    }

    /// The host's address and identity, if the invite came as a link.
    pub const fn host(&self) -> Option<&HostHint> {
        self.host.as_ref()
    }

    /// Six lower-case words of this language with single spaces between them, for speaking.
    pub fn words(&self, language: InviteLanguage) -> Zeroizing<String> {
        words::render(&self.secret, language)
    }

    /// 14 Crockford base32 characters in groups of 4 with dashes between them.
    pub fn code(&self) -> Zeroizing<String> {
        code::render(&self.secret)
    }

    /// The link for pasting, at most [`MAX_LINK_CHARS`] characters.
    ///
    /// `addresses` are taken in order, so the best come first: at most [`MAX_ADDRESSES`], each of at most
    /// [`MAX_ADDRESS_BYTES`], as long as they fit. `/p2p/<host>` at their end is left out.
    pub fn link(
        &self,
        host: &ed25519::PublicKey,
        addresses: &[Multiaddr],
        expires_at: SystemTime,
    ) -> Zeroizing<String> {
        link::render(&self.secret, host, addresses, expires_at)
    }
}

/// What a link says about the host.
#[derive(Debug, Clone, PartialEq)]
pub struct HostHint {
    public_key: ed25519::PublicKey,
    addresses: Vec<Multiaddr>,
    expires_at: SystemTime,
}

impl HostHint {
    /// The key of the host's libp2p identity for this run.
    pub const fn public_key(&self) -> &ed25519::PublicKey {
        &self.public_key
    }

    /// The PeerId that the host must have.
    pub fn peer_id(&self) -> PeerId {
        libp2p::identity::PublicKey::from(self.public_key.clone()).to_peer_id()
    }

    /// The addresses to dial, without `/p2p/<host>` at the end; at most [`MAX_ADDRESSES`]. They are not yet
    /// filtered for what may be dialled.
    pub fn addresses(&self) -> &[Multiaddr] {
        &self.addresses
    }

    /// When the invite expires, by the host's clock.
    pub const fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    /// How long the invite has been expired if the clock that says `now` goes like the host's. A reason for a
    /// hint, not for a refusal: it may be this clock that is wrong.
    pub fn expired_for(&self, now: SystemTime) -> Option<Duration> {
        now.duration_since(self.expires_at).ok()
    }
}
