//! How a feature is joined to its session: where it hears, and where it says things.
//!
//! It decides nothing; what may be said and heard is the session's to say.

use std::marker::PhantomData;
use std::sync::{Mutex, MutexGuard, PoisonError};

use beistand_p2p::{Inbox, InboxDelivery, Inboxes};
use beistand_session::{Channel, Command as SessionCommand, Message, OnChannel, PermissionSet};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// What a side of a feature hears: the messages of one channel, or of several.
pub(crate) trait Heard: Into<Message> + Send + 'static {
    /// Where it waits.
    type Inbox: Send + 'static;

    /// Takes its inbox; once per session.
    fn take(inboxes: &mut Inboxes) -> Self::Inbox;

    /// The next delivery that acts by what is allowed. Cancel safe.
    fn recv(
        inbox: &mut Self::Inbox,
        allowed: PermissionSet,
    ) -> impl Future<Output = InboxDelivery<Self>> + Send;

    /// Whether it travels on this channel.
    fn is_on(channel: Channel) -> bool;
}

impl<M: OnChannel> Heard for M {
    type Inbox = Inbox<M>;

    fn take(inboxes: &mut Inboxes) -> Inbox<M> {
        take_once(inboxes)
    }

    async fn recv(inbox: &mut Inbox<M>, allowed: PermissionSet) -> InboxDelivery<M> {
        inbox.recv(allowed).await
    }

    fn is_on(channel: Channel) -> bool {
        channel == M::CHANNEL
    }
}

/// Takes a channel's inbox.
pub(super) fn take_once<M: OnChannel>(inboxes: &mut Inboxes) -> Inbox<M> {
    inboxes.take().expect("each inbox has one feature, which takes it once")
}

/// Where a feature says things. Clones are one.
#[derive(Debug)]
pub(crate) struct Outbox<M> {
    commands: mpsc::Sender<SessionCommand>,
    message: PhantomData<fn(M)>,
}

impl<M> Clone for Outbox<M> {
    fn clone(&self) -> Self {
        Self::new(self.commands.clone())
    }
}

impl<M: Into<Message>> Outbox<M> {
    /// Waits for room. A session that has ended says so by its last event.
    pub(crate) async fn send(&self, message: M) {
        let _ = self.commands.send(SessionCommand::Say(message.into())).await;
    }

    /// Waits for room, then says what `make` makes then. Cancel safe: it is made only once there is room.
    pub(crate) async fn send_with(&self, make: impl FnOnce() -> Option<M>) {
        if let Ok(permit) = self.commands.reserve().await
            && let Some(message) = make()
        {
            permit.send(SessionCommand::Say(message.into()));
        }
    }

    /// As [`Self::send`], from a thread; whether the session is still there.
    pub(crate) fn blocking_send(&self, message: M) -> bool {
        self.commands.blocking_send(SessionCommand::Say(message.into())).is_ok()
    }

    /// The same, unless the gate is shut by the time there is room.
    pub(crate) fn blocking_send_through(&self, gate: &SendGate, runtime: &Handle, message: M) -> bool {
        let Ok(permit) = runtime.block_on(self.commands.reserve()) else { return false };
        let shut = gate.lock();
        if !*shut {
            permit.send(SessionCommand::Say(message.into()));
        }
        true
    }

    /// Takes back all that was said on this channel and has not arrived, as far as it has not left.
    pub(crate) async fn withdraw(&self, channel: Channel) {
        let _ = self.commands.send(SessionCommand::Withdraw(channel)).await;
    }
}

/// What a thread says things through: once it is shut nothing more is said, also nothing that waited for
/// room.
#[derive(Debug, Default)]
pub(crate) struct SendGate(Mutex<bool>);

impl SendGate {
    /// For good.
    pub(crate) fn shut(&self) {
        *self.lock() = true;
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        // Nothing panics while it is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M> Outbox<M> {
    pub(crate) fn new(commands: mpsc::Sender<SessionCommand>) -> Self {
        Self { commands, message: PhantomData }
    }
}
