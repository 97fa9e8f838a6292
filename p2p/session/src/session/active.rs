//! What is known of a session once the user has consented.

use std::time::{Duration, Instant};

use crate::{Permission, PermissionSet, Phase, Situation};

/// How long after a revoke what it forbids may still arrive without being held against its sender: it was on
/// its way.
const GRACE: Duration = Duration::from_secs(2);

/// Messages without a grant after which a peer is closed.
const MAX_STRIKES: u8 = 3;

/// What is known once the user has consented.
#[derive(Debug)]
pub(super) struct ActiveSession {
    pub(super) grants: PermissionSet,
    pub(super) paused: bool,
    /// Counts the host's words about permissions.
    pub(super) serial: u32,
    /// Host: the one that the technician must have seen before anything but control messages starts. The
    /// channels are streams of their own: a picture could overtake the permission to see it.
    pub(super) gate: u32,
    /// Host: the last one that the technician has seen.
    pub(super) seen: u32,
    revoked: [Option<Instant>; Permission::ALL.len()],
    strikes: u8,
}

impl ActiveSession {
    /// The user has just consented.
    pub(super) fn new(grants: PermissionSet, paused: bool, serial: u32) -> Self {
        Self { grants, paused, serial, gate: serial, seen: 0, revoked: Default::default(), strikes: 0 }
    }

    pub(super) fn situation(&self) -> Situation {
        Situation { phase: Phase::Active, paused: self.paused, grants: self.grants }
    }

    /// Whether only control messages may start.
    pub(super) fn gated(&self) -> bool {
        self.seen < self.gate
    }

    /// Takes new grants; those that were revoked by it.
    pub(super) fn set_grants(&mut self, now: Instant, grants: PermissionSet) -> PermissionSet {
        let revoked = self.grants.difference(grants);
        for permission in Permission::ALL {
            let since = &mut self.revoked[permission as usize];
            if revoked.contains(permission) {
                *since = Some(now);
            } else if grants.contains(permission) {
                *since = None;
            }
        }
        self.grants = grants;
        revoked
    }

    /// Counts a message without this grant.
    pub(super) fn strike(&mut self, now: Instant, permission: Permission) -> Strike {
        let revoked = self.revoked[permission as usize];
        if revoked.is_some_and(|since| now.saturating_duration_since(since) < GRACE) {
            return Strike::OnItsWay;
        }
        self.strikes += 1;
        if self.strikes >= MAX_STRIKES { Strike::OneTooMany } else { Strike::Counted }
    }
}

/// What is made of a message without a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strike {
    /// It may have been on its way when the grant was revoked.
    OnItsWay,
    /// It is held against its sender.
    Counted,
    /// It is held against its sender, and was the last that is borne with.
    OneTooMany,
}
