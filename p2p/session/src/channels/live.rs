//! What a channel does inside the session, beside carrying messages.

use std::time::Instant;

use super::{Row, WireForm};
use crate::session::PeerClock;
use crate::{CommandError, Phase, Role, Verdict, Violation};

/// The moment of a call, as a channel sees it.
pub(crate) struct Moment<'a> {
    pub(crate) now: Instant,
    pub(crate) clock: &'a PeerClock,
    /// Which side this is.
    pub(crate) role: Role,
    pub(crate) phase: Phase,
}

impl Moment<'_> {
    /// Whether a technician speaks before the user has consented.
    pub(crate) fn early_technician(&self) -> bool {
        self.role == Role::Technician && self.phase < Phase::Active
    }
}

/// What becomes of a message that was heard.
pub(crate) struct Hearing<P> {
    /// What the program hears of it, if anything.
    pub(crate) plain: Option<P>,
    /// The channel's messages of ours up to this number are known to have arrived by it.
    pub(crate) arrived: Option<u64>,
    /// It came too late to act, and what was heard on the channel before must not act any more either.
    pub(crate) too_late: bool,
}

impl<P> Hearing<P> {
    /// The program hears of it, and that is all.
    pub(crate) fn passed_on(plain: P) -> Self {
        Self { plain: Some(plain), arrived: None, too_late: false }
    }

    /// The program hears nothing of it.
    pub(crate) fn kept(arrived: Option<u64>) -> Self {
        Self { plain: None, arrived, too_late: false }
    }

    /// It came too late to act.
    pub(crate) fn too_late() -> Self {
        Self { plain: None, arrived: None, too_late: true }
    }

    /// The same with what the program hears in another form.
    pub(crate) fn map<Q>(self, form: impl FnOnce(P) -> Q) -> Hearing<Q> {
        Hearing { plain: self.plain.map(form), arrived: self.arrived, too_late: self.too_late }
    }
}

/// What a channel does inside the session. Every hook is called with the message already authorised.
pub(crate) trait LiveChannel<M: WireForm<Live = Self>>: Default + Send {
    /// Whether what has not acted yet is void as soon as there is no path: neither what was heard nor what
    /// was said and has not arrived acts after that, and nothing can be said until there is one.
    const VOID_WITHOUT_PATH: bool = false;

    /// Our program says this; it may be completed or refused.
    fn say(&mut self, _moment: &Moment<'_>, _message: &mut M) -> Result<(), CommandError> {
        Ok(())
    }

    /// What was said waits to be sent.
    fn queued(&mut self, _moment: &Moment<'_>, _message: &M) {}

    /// The last record of the message with this number leaves. Only of media.
    fn left(&mut self, _moment: &Moment<'_>, _number: u64) {}

    /// The other side says this.
    ///
    /// # Errors
    /// What it breaks of the protocol.
    fn hear(
        &mut self,
        moment: &Moment<'_>,
        message: M,
        number: Option<u64>,
    ) -> Result<Hearing<M::Plain>, Violation> {
        Ok(Hearing::passed_on(message.unpack(number, moment)))
    }

    /// What may be said has changed: `verdict` says about each row what a message of it would meet now.
    /// `lost`: one of ours was taken back by that. What is returned is heard by our program as if the other
    /// side had said it.
    fn allowed(
        &mut self,
        _moment: &Moment<'_>,
        _verdict: &dyn Fn(&Row, Role) -> Verdict,
        _lost: bool,
    ) -> Option<(M::Plain, &'static Row)> {
        None
    }

    /// A new leg has begun, and the other side has all up to this number. `lost`: what had not arrived will
    /// never be. As above.
    fn resumed(
        &mut self,
        _moment: &Moment<'_>,
        _verdict: &dyn Fn(&Row, Role) -> Verdict,
        _received: u64,
        _lost: bool,
    ) -> Option<(M::Plain, &'static Row)> {
        None
    }

    /// All of ours that had not arrived was taken back by our own program.
    fn withdrawn(&mut self) {}

    /// Bytes that the next message may have where the path would take this many and has so many messages on
    /// it; `None`: an acknowledgement must come first. Only of media.
    fn room(&self, _path_room: u32, _on_path: usize) -> Option<u32> {
        None
    }

    /// Messages that were said and have not had their effect, as far as known. Only of media.
    fn unshown(&self) -> usize {
        0
    }
}

/// A channel that does nothing by itself.
#[derive(Default)]
pub(crate) struct NotLive;

impl<M: WireForm<Live = Self>> LiveChannel<M> for NotLive {}
