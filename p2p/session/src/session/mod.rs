//! The session.
use std::time::Instant;

use crate::{Channel, Command, CommandError, HostSetup, Output, Phase, Role, Stats, TechnicianSetup};

/// One side of a session.
#[derive(Debug)]
pub struct Session {}

impl Session {
    /// The technician's side.
    pub fn technician(_setup: TechnicianSetup, _now: Instant) -> Self {
        Self {}
    }
    /// The host's side.
    pub fn host(_setup: HostSetup, _now: Instant) -> Self {
        Self {}
    }
    /// Which side this is.
    pub fn role(&self) -> Role {
        Role::Host
    }
    /// How far it is.
    pub fn phase(&self) -> Phase {
        Phase::Ended
    }
    /// Bytes that arrived on a channel's stream.
    pub fn receive(&mut self, _now: Instant, _channel: Channel, _bytes: &[u8]) {}
    /// A channel's stream was closed.
    pub fn stream_closed(&mut self, _now: Instant, _channel: Channel) {}
    /// The deadline passed.
    pub fn handle_timeout(&mut self, _now: Instant) {}
    /// Does something.
    ///
    /// # Errors
    /// As [`CommandError`] says.
    pub fn command(&mut self, _now: Instant, _command: Command) -> Result<(), CommandError> {
        Ok(())
    }
    /// The next thing to do.
    pub fn poll_output(&mut self) -> Output {
        Output::Wait(None)
    }
    /// Host: bytes the next picture may have.
    pub fn picture_room(&self, _now: Instant) -> Option<u32> {
        None
    }
    /// Starts the next key epoch, before its time.
    pub fn renew_keys(&mut self, _now: Instant) {}
    /// Figures.
    pub fn stats(&self) -> Stats {
        Stats::default()
    }
}
