//! What is known of a session once the user has consented.

use std::time::{Duration, Instant};

use crate::flow::Flow;
use crate::{Permission, PermissionSet, Phase, Situation};

/// How long after a revoke what it forbids may still arrive without being held against its sender: it was on its way.
const GRACE: Duration = Duration::from_secs(2);

/// Messages without a grant after which a peer is closed.
const MAX_STRIKES: u8 = 3;

/// How often the encoder is told to start anew at most: a whole picture takes longer to arrive.
const KEY_REQUEST_INTERVAL: Duration = Duration::from_millis(250);

/// What is known once the user has consented.
#[derive(Debug)]
pub(super) struct Active {
    pub(super) grants: PermissionSet,
    pub(super) paused: bool,
    /// Counts the host's words about permissions.
    pub(super) serial: u32,
    /// Host: the one that the technician must have seen before anything but control messages starts. The channels are
    /// streams of their own: a picture could overtake the permission to see it.
    pub(super) gate: u32,
    /// Host: the last one that the technician has seen.
    pub(super) seen: u32,
    /// Host: pictures on their way.
    pub(super) flow: Flow,
    /// The last picture that was sent, or that arrived.
    pub(super) last_picture: Option<u64>,
    /// Host: a picture was lost to a pause or a revoke, so that the next must be a whole one.
    pub(super) chain_broken: bool,
    /// Technician: pictures up to this one may come again on this leg.
    pub(super) repeated: Option<u64>,
    key_requested: Option<Instant>,
    revoked: [Option<Instant>; Permission::ALL.len()],
    strikes: u8,
}

impl Active {
    /// The user has just consented.
    pub(super) fn new(grants: PermissionSet, paused: bool, serial: u32) -> Self {
        Self {
            grants,
            paused,
            serial,
            gate: serial,
            seen: 0,
            flow: Flow::default(),
            last_picture: None,
            chain_broken: false,
            repeated: None,
            key_requested: None,
            revoked: Default::default(),
            strikes: 0,
        }
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

    /// Counts a message without this grant. `None`: it may have been on its way; else whether it was one too many.
    pub(super) fn strike(&mut self, now: Instant, permission: Permission) -> Option<bool> {
        let revoked = self.revoked[permission as usize];
        if revoked.is_some_and(|since| now.saturating_duration_since(since) < GRACE) {
            return None;
        }
        self.strikes += 1;
        Some(self.strikes >= MAX_STRIKES)
    }

    /// Whether a request for a whole picture is to be passed on now.
    pub(super) fn key_request(&mut self, now: Instant) -> bool {
        let recent =
            self.key_requested.is_some_and(|last| now.saturating_duration_since(last) < KEY_REQUEST_INTERVAL);
        if !recent {
            self.key_requested = Some(now);
        }
        !recent
    }
}
