//! The ticket of a return, and the bytes of its file.
//!
//! It says who may come back to whom, with which permissions and until when. The file is sealed with this
//! installation's own key: a byte that is changed, or a file of another computer's, makes it void. Time is
//! passed in.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use beistand_p2p::invite::ReservedInvite;
use beistand_session::{MAX_NAME_CHARS, PermissionSet, ReturnSecret, Role, StaticKey, escaped_name_warning};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use crate::convert::warning_phrase;
use crate::words::{Phrase, args};

/// How long after a session its helper may come back: a restart with updates, and looking for the glasses.
const RETURN_LIFE: Duration = Duration::from_secs(60 * 60);

/// How far ahead of this computer's clock a ticket may be: clocks are set by seconds while a computer starts.
const CLOCK_SLACK: Duration = Duration::from_secs(60);

/// The first bytes of the file.
const HEAD: &[u8] = b"beistand return 1\n";

const SEAL_BYTES: usize = 32;

/// The longest file: 64 characters of a name with escapes, and two lists of 32 numbers.
pub(super) const MAX_TICKET_BYTES: usize = 4096;

/// Who may come back to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnTicket {
    /// Whose side this installation was on.
    role: Role,
    secret: ReturnSecret,
    /// The other side's static key.
    peer_key: [u8; 32],
    /// What the other side is called.
    name: String,
    permissions: PermissionSet,
    /// The session's last known moment, in seconds since 1970.
    seen_secs: u64,
}

/// Why a ticket is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReturnRefusal {
    /// The file is damaged, or another installation's.
    Unsealed,
    /// Others than its owner may read it.
    Open,
    /// It is from the future: a clock was set back.
    Early {
        /// Whose ticket it is.
        name: String,
    },
    /// Its time is over.
    Over {
        /// Whose ticket it was.
        name: String,
    },
}

impl ReturnRefusal {
    /// What a person is told.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Unsealed => Phrase::new("return-file-damaged"),
            Self::Open => Phrase::new("return-file-open"),
            Self::Early { name } => Phrase::with("return-file-early", args![name = name]),
            Self::Over { name } => Phrase::with("return-file-over", args![name = name]),
        }
    }
}

/// What is in the file behind the seal.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TicketBody {
    helper: bool,
    secret: [u8; 32],
    peer: [u8; 32],
    name: String,
    permissions: PermissionSet,
    seen: u64,
}

impl Drop for TicketBody {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl ReturnTicket {
    /// The ticket of a session that lives at `now`.
    pub(crate) fn new(
        role: Role,
        secret: ReturnSecret,
        peer_key: [u8; 32],
        name: String,
        permissions: PermissionSet,
        now: SystemTime,
    ) -> Self {
        let mut name: String = name.chars().take(MAX_NAME_CHARS).collect();
        if name.trim().is_empty() {
            // By something it must be told from others.
            name = number_of(&peer_key);
        }
        Self { role, secret, peer_key, name, permissions, seen_secs: secs(now) }
    }

    /// The same, of a session that still lives at `now`, with these permissions.
    #[must_use]
    pub(crate) fn refreshed(&self, permissions: PermissionSet, now: SystemTime) -> Self {
        Self { permissions, seen_secs: secs(now), ..self.clone() }
    }

    /// The same, which is good for no more than `life` from now on.
    #[must_use]
    pub(super) fn ending_in(self, life: Duration, now: SystemTime) -> Self {
        let seen_secs = secs(now).saturating_sub(RETURN_LIFE.saturating_sub(life).as_secs());
        Self { seen_secs, ..self }
    }

    /// A ticket of the user's for tests and for looking at pages.
    pub fn sample(name: &str, peer_key: [u8; 32], permissions: PermissionSet) -> Self {
        let secret = ReturnSecret::from_bytes(&[1; 32]);
        Self::new(Role::Host, secret, peer_key, name.to_owned(), permissions, SystemTime::now())
    }

    /// What the other side is called, escaped; a number where it has no name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the user is to think of that name, where it looks like another's: as when they were asked first.
    pub fn warning(&self) -> Option<Phrase> {
        escaped_name_warning(&self.name).map(warning_phrase)
    }

    /// A number by which it is told from others of the same name.
    pub fn number(&self) -> String {
        number_of(&self.peer_key)
    }

    /// What the helper was allowed, and nothing more can be allowed by it.
    pub fn permissions(&self) -> PermissionSet {
        self.permissions
    }

    /// The same, for no more than these permissions.
    #[must_use]
    pub fn limited_to(self, permissions: PermissionSet) -> Self {
        Self { permissions: self.permissions.intersection(permissions), ..self }
    }

    /// Whose side this installation was on.
    pub fn role(&self) -> Role {
        self.role
    }

    /// How long it is still good.
    ///
    /// # Errors
    /// Why it isn't.
    pub fn left(&self, now: SystemTime) -> Result<Duration, ReturnRefusal> {
        let seen = UNIX_EPOCH + Duration::from_secs(self.seen_secs);
        match now.duration_since(seen) {
            Ok(age) if age < RETURN_LIFE => Ok(RETURN_LIFE - age),
            Ok(_) => Err(ReturnRefusal::Over { name: self.name.clone() }),
            Err(ahead) if ahead.duration() <= CLOCK_SLACK => Ok(RETURN_LIFE),
            Err(_) => Err(ReturnRefusal::Early { name: self.name.clone() }),
        }
    }

    /// The invite by which both find each other.
    pub(crate) fn invite(&self) -> ReservedInvite {
        ReservedInvite::new(self.secret.as_bytes(), self.peer_key)
    }

    pub(crate) fn peer_key(&self) -> &[u8; 32] {
        &self.peer_key
    }

    pub(super) fn has_secret_of(&self, other: &Self) -> bool {
        self.secret == other.secret
    }

    pub(super) fn seen_secs(&self) -> u64 {
        self.seen_secs
    }

    /// Its file.
    pub(super) fn to_bytes(&self, key: &StaticKey) -> Zeroizing<Vec<u8>> {
        let body = TicketBody {
            helper: self.role == Role::Technician,
            secret: *self.secret.as_bytes(),
            peer: self.peer_key,
            name: self.name.clone(),
            permissions: self.permissions,
            seen: self.seen_secs,
        };
        // With room for all of it, so that no copy is left behind.
        let mut text = Zeroizing::new(Vec::with_capacity(MAX_TICKET_BYTES));
        serde_json::to_writer(&mut *text, &body).expect("numbers and a string are written to memory");
        let seal = key.seal_of(&sealed(&text));
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_TICKET_BYTES));
        bytes.extend_from_slice(HEAD);
        bytes.extend_from_slice(&seal);
        bytes.extend_from_slice(&text);
        bytes
    }

    /// Reads its file, as far as this installation has written it. `None`: it hasn't.
    pub(super) fn from_bytes(bytes: &[u8], key: &StaticKey) -> Option<Self> {
        let (seal, text) = bytes.strip_prefix(HEAD)?.split_first_chunk::<SEAL_BYTES>()?;
        if bytes.len() > MAX_TICKET_BYTES || key.seal_of(&sealed(text)) != *seal {
            return None;
        }
        let body: TicketBody = serde_json::from_slice(text).ok()?;
        let in_bounds = body.name.chars().count() <= MAX_NAME_CHARS;
        // What no clock can be is no time.
        let is_time = UNIX_EPOCH.checked_add(Duration::from_secs(body.seen)).is_some();
        (in_bounds && is_time).then(|| Self {
            role: if body.helper { Role::Technician } else { Role::Host },
            secret: ReturnSecret::from_bytes(&body.secret),
            peer_key: body.peer,
            name: body.name.clone(),
            permissions: body.permissions,
            seen_secs: body.seen,
        })
    }
}

fn number_of(peer_key: &[u8; 32]) -> String {
    format!("#{:02x}{:02x}", peer_key[0], peer_key[1])
}

/// What the seal is of.
fn sealed(text: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new([HEAD, text].concat())
}

fn secs(now: SystemTime) -> u64 {
    now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use beistand_session::Permission;

    const KEY: [u8; 32] = [5; 32];

    fn key() -> StaticKey {
        StaticKey::from_bytes(KEY)
    }

    /// A ticket of a session that was seen at this second.
    pub(in crate::returns) fn ticket(role: Role, peer: u8, secret: u8, seen: u64) -> ReturnTicket {
        ReturnTicket::new(
            role,
            ReturnSecret::from_bytes(&[secret; 32]),
            [peer; 32],
            format!("peer {peer}"),
            PermissionSet::NONE.with(Permission::View).with(Permission::Reconnect),
            at(seen),
        )
    }

    pub(in crate::returns) fn at(secs: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(secs)
    }

    #[test]
    fn a_ticket_is_good_for_an_hour_and_no_longer() {
        let ticket = ticket(Role::Host, 1, 2, 10_000);
        assert_eq!(ticket.left(at(10_000)), Ok(RETURN_LIFE));
        assert_eq!(ticket.left(at(10_000 + 3599)), Ok(Duration::from_secs(1)));
        for later in [3600, 3601, 1 << 40] {
            assert!(matches!(ticket.left(at(10_000 + later)), Err(ReturnRefusal::Over { .. })), "{later}");
        }
        let lives_on = ticket.refreshed(ticket.permissions(), at(13_000));
        assert_eq!(lives_on.left(at(10_000 + 3600)), Ok(RETURN_LIFE - Duration::from_secs(600)));
    }

    #[test]
    fn a_ticket_from_the_future_is_refused_and_no_clock_lengthens_one() {
        let ticket = ticket(Role::Technician, 1, 2, 10_000);
        assert_eq!(ticket.left(at(9_940)), Ok(RETURN_LIFE), "a minute is a clock being set");
        for ahead in [61, 3_600, 9_999] {
            assert!(matches!(ticket.left(at(10_000 - ahead)), Err(ReturnRefusal::Early { .. })), "{ahead}");
        }
        for now in 9_900..14_000 {
            assert!(!ticket.left(at(now)).is_ok_and(|left| left > RETURN_LIFE), "{now}");
        }
    }

    #[test]
    fn a_ticket_of_another_installation_is_void() {
        let bytes = ticket(Role::Host, 1, 2, 3).to_bytes(&key());
        assert!(ReturnTicket::from_bytes(&bytes, &key()).is_some());
        assert!(ReturnTicket::from_bytes(&bytes, &StaticKey::from_bytes([6; 32])).is_none());
    }

    #[test]
    fn nothing_shows_its_secret() {
        let shown = format!("{:?}", ticket(Role::Host, 1, 77, 3));
        assert!(!shown.contains("77"), "{shown}");
    }

    proptest! {
        #[test]
        fn a_ticket_survives_its_file(
            helper: bool, secret: [u8; 32], peer: [u8; 32], name in "\\PC{0,80}", permissions: u32,
            seen in 0..u64::from(u32::MAX),
        ) {
            let role = if helper { Role::Technician } else { Role::Host };
            let secret = ReturnSecret::from_bytes(&secret);
            let ticket = ReturnTicket::new(role, secret, peer, name, permissions.into(), at(seen));
            let bytes = ticket.to_bytes(&key());
            prop_assert!(bytes.len() <= MAX_TICKET_BYTES);
            prop_assert_eq!(ReturnTicket::from_bytes(&bytes, &key()), Some(ticket));
        }

        #[test]
        fn no_changed_bit_and_no_part_of_a_ticket_is_one(at in any::<prop::sample::Index>(), bit in 0..8) {
            let mut bytes = ticket(Role::Host, 1, 2, 3).to_bytes(&key());
            let at = at.index(bytes.len());
            prop_assert_eq!(ReturnTicket::from_bytes(&bytes[..at], &key()), None);
            bytes[at] ^= 1_u8 << bit;
            prop_assert_eq!(ReturnTicket::from_bytes(&bytes, &key()), None);
        }

        #[test]
        fn no_bytes_make_a_ticket(junk in prop::collection::vec(any::<u8>(), 0..200), sealed: bool) {
            let mut bytes = HEAD.to_vec();
            if sealed {
                bytes.extend_from_slice(&key().seal_of(&super::sealed(&junk)));
            }
            bytes.extend_from_slice(&junk);
            prop_assert_eq!(ReturnTicket::from_bytes(&bytes, &key()), None);
        }
    }
}
