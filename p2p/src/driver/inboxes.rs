//! What was heard on each channel, on its way to whoever does something about it: an inbox a channel.
//!
//! Each is bounded by its channel's spec. Where one is full its channel is no longer read, and no other is
//! touched by that. What became void while it waited is never handed out, and nothing is before whoever reads
//! knows that it is allowed: the news of a grant goes another way and may come a moment later.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::sync::{Mutex, MutexGuard, PoisonError};

use beistand_session::{ByChannel, Channel, Message, OnChannel, Permission, PermissionSet};
use futures::future::select_all;
use tokio::sync::{mpsc, watch};

/// What waits.
#[derive(Debug)]
struct HeardMessage {
    /// The generation in which it was heard.
    generation: u64,
    /// Which permission let it act.
    needs: Option<Permission>,
    message: Message,
}

/// The inboxes of a session's channels.
#[derive(Debug, Default)]
pub struct Inboxes(Box<ByChannel<Option<ChannelInbox>>>);

impl Inboxes {
    /// The inbox of the channel that `M` travels on; `None` where it was taken before.
    pub fn take<M: OnChannel>(&mut self) -> Option<Inbox<M>> {
        let ChannelInbox { heard, generation } = self.0[M::CHANNEL].take()?;
        Some(Inbox { heard, early: None, generation, message: PhantomData })
    }
}

#[derive(Debug)]
struct ChannelInbox {
    heard: mpsc::Receiver<HeardMessage>,
    generation: watch::Receiver<u64>,
}

/// The messages of one channel that wait.
#[derive(Debug)]
pub struct Inbox<M> {
    heard: mpsc::Receiver<HeardMessage>,
    /// What was taken out and not handed out yet.
    early: Option<HeardMessage>,
    /// Rises each time that all before becomes void.
    generation: watch::Receiver<u64>,
    message: PhantomData<fn() -> M>,
}

/// What comes out of an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InboxDelivery<M> {
    /// The other side said this.
    Message(M),
    /// What was heard before and has not acted yet must not act any more, and what is under way by it ends.
    Void,
    /// Nothing more will come.
    Closed,
}

impl<M> InboxDelivery<M> {
    /// The same of another kind.
    pub fn map<N>(self, change: impl FnOnce(M) -> N) -> InboxDelivery<N> {
        match self {
            Self::Message(message) => InboxDelivery::Message(change(message)),
            Self::Void => InboxDelivery::Void,
            Self::Closed => InboxDelivery::Closed,
        }
    }
}

impl<M: OnChannel> Inbox<M> {
    /// The next delivery. `allowed` is what whoever reads knows to be allowed: what needs more waits. That
    /// something became void overtakes all that waits. Cancel safe.
    pub async fn recv(&mut self, allowed: PermissionSet) -> InboxDelivery<M> {
        let may_act = |heard: &HeardMessage| heard.needs.is_none_or(|needs| allowed.contains(needs));
        loop {
            if let Some(heard) = self.early.take_if(|heard| may_act(heard))
                && heard.generation == *self.generation.borrow()
                && let Some(message) = M::from_message(heard.message)
            {
                return InboxDelivery::Message(message);
            }
            tokio::select! {
                biased;
                Ok(()) = self.generation.changed() => {
                    self.early = None;
                    return InboxDelivery::Void;
                }
                heard = self.heard.recv(), if self.early.is_none() => match heard {
                    Some(heard) => self.early = Some(heard),
                    None => return InboxDelivery::Closed,
                },
                // The session is over: nothing will be allowed any more.
                else => self.early = None,
            }
        }
    }
}

/// The driver's end of the inboxes.
pub(super) struct InboxRoutes(ByChannel<InboxRoute>);

struct InboxRoute {
    outbox: mpsc::Sender<HeardMessage>,
    generation: watch::Sender<u64>,
    /// What found no room. Bounded by what one read can bring, since its channel is not read while there is
    /// any.
    waiting: VecDeque<HeardMessage>,
}

impl InboxRoutes {
    pub(super) fn new() -> (Self, Inboxes) {
        let mut inboxes = Inboxes::default();
        let routes = ByChannel::new(|channel| {
            let (outbox, heard) = mpsc::channel(channel.spec().inbox);
            let (generation, seen) = watch::channel(0);
            inboxes.0[channel] = Some(ChannelInbox { heard, generation: seen });
            InboxRoute { outbox, generation, waiting: VecDeque::new() }
        });
        (Self(routes), inboxes)
    }

    /// Hands a message on, now or as soon as there is room.
    pub(super) fn deliver(&mut self, message: Message, needs: Option<Permission>) {
        let route = &mut self.0[message.channel()];
        let generation = *route.generation.borrow();
        route.waiting.push_back(HeardMessage { generation, needs, message });
        route.flush();
    }

    /// Nothing that was heard on this channel may act any more.
    pub(super) fn void(&mut self, channel: Channel) {
        let route = &mut self.0[channel];
        route.waiting.clear();
        route.generation.send_modify(|generation| *generation += 1);
    }

    /// Whether a channel's messages find room, so that it may be read on.
    pub(super) fn has_room(&self, channel: Channel) -> bool {
        self.0[channel].waiting.is_empty()
    }

    /// Waits until something that waits finds room; for ever where nothing does. Cancel safe.
    pub(super) async fn freed(&self) {
        let waiting = self.0.iter().filter(|(_, route)| !route.waiting.is_empty());
        let reserves: Vec<_> = waiting.map(|(_, route)| Box::pin(route.outbox.reserve())).collect();
        if reserves.is_empty() {
            return std::future::pending().await;
        }
        // The permit is given back at once: this is the only sender, so there is room for what follows.
        drop(select_all(reserves).await);
    }

    /// Hands on what finds room.
    pub(super) fn flush(&mut self) {
        self.0.iter_mut().for_each(|(_, route)| route.flush());
    }

    /// Hands on all that waits, for as long as it takes.
    pub(super) async fn finish(mut self) {
        for (_, route) in self.0.iter_mut() {
            for heard in std::mem::take(&mut route.waiting) {
                let _ = route.outbox.send(heard).await;
            }
        }
    }
}

impl InboxRoute {
    fn flush(&mut self) {
        while let Some(heard) = self.waiting.pop_front() {
            match self.outbox.try_send(heard) {
                Ok(()) => {}
                Err(mpsc::error::TrySendError::Full(heard)) => return self.waiting.push_front(heard),
                // Nobody listens on this channel: what comes there is of no use to anybody.
                Err(mpsc::error::TrySendError::Closed(_)) => self.waiting.clear(),
            }
        }
    }
}

/// Delivers to inboxes without a session, for tests of whoever listens.
pub struct InboxFeed(Mutex<InboxRoutes>);

/// Inboxes and what delivers to them.
pub fn inbox_feed() -> (InboxFeed, Inboxes) {
    let (routes, inboxes) = InboxRoutes::new();
    (InboxFeed(Mutex::new(routes)), inboxes)
}

impl InboxFeed {
    /// Delivers a message that needs no permission.
    pub fn deliver(&self, message: impl Into<Message>) {
        self.routes().deliver(message.into(), None);
    }

    /// Delivers a message that this permission let act.
    pub fn deliver_by(&self, permission: Permission, message: impl Into<Message>) {
        self.routes().deliver(message.into(), Some(permission));
    }

    /// Makes all void that was delivered on this channel.
    pub fn void(&self, channel: Channel) {
        self.routes().void(channel);
    }

    fn routes(&self) -> MutexGuard<'_, InboxRoutes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beistand_session::{ChatMessage, InputEvent};
    use futures::FutureExt;

    fn line(number: u32) -> ChatMessage {
        ChatMessage::Line { number, text: String::new() }
    }

    fn pointer(x: u16) -> InputEvent {
        InputEvent::PointerMove { x, y: 0 }
    }

    #[tokio::test]
    async fn a_full_inbox_stops_its_own_channel_alone_and_loses_nothing() {
        let (mut routes, mut inboxes) = InboxRoutes::new();
        let capacity = Channel::Chat.spec().inbox as u32;
        for number in 0..=capacity {
            routes.deliver(line(number).into(), None);
        }
        routes.deliver(pointer(1).into(), None);
        assert!(!routes.has_room(Channel::Chat) && routes.has_room(Channel::Input));
        let mut input = inboxes.take::<InputEvent>().unwrap();
        assert_eq!(input.recv(PermissionSet::NONE).await, InboxDelivery::Message(pointer(1)));
        let mut chat = inboxes.take::<ChatMessage>().unwrap();
        assert!(inboxes.take::<ChatMessage>().is_none());
        assert_eq!(chat.recv(PermissionSet::NONE).await, InboxDelivery::Message(line(0)));
        routes.freed().await;
        routes.flush();
        assert!(routes.has_room(Channel::Chat));
        drop(routes);
        for number in 1..=capacity {
            assert_eq!(chat.recv(PermissionSet::NONE).await, InboxDelivery::Message(line(number)));
        }
        assert_eq!(chat.recv(PermissionSet::NONE).await, InboxDelivery::Closed);
    }

    #[tokio::test]
    async fn what_became_void_is_never_handed_out() {
        let (mut routes, mut inboxes) = InboxRoutes::new();
        let mut input = inboxes.take::<InputEvent>().unwrap();
        (0..600).for_each(|x| routes.deliver(pointer(x).into(), None));
        routes.void(Channel::Input);
        routes.deliver(pointer(1000).into(), None);
        assert_eq!(input.recv(PermissionSet::NONE).await, InboxDelivery::Void);
        let mut next = Box::pin(input.recv(PermissionSet::NONE));
        let delivered = loop {
            tokio::select! {
                biased;
                delivered = &mut next => break delivered,
                () = routes.freed() => routes.flush(),
            }
        };
        assert_eq!(delivered, InboxDelivery::Message(pointer(1000)));
    }

    #[tokio::test]
    async fn what_needs_more_than_is_known_to_be_allowed_waits_until_it_is_or_becomes_void() {
        let (mut routes, mut inboxes) = InboxRoutes::new();
        let mut input = inboxes.take::<InputEvent>().unwrap();
        let keyboard = PermissionSet::NONE.with(Permission::Keyboard);
        let pointer_too = keyboard.with(Permission::Pointer);
        let deliver =
            |routes: &mut InboxRoutes, x| routes.deliver(pointer(x).into(), Some(Permission::Pointer));
        deliver(&mut routes, 1);
        routes.deliver(pointer(2).into(), None);
        assert_eq!(input.recv(keyboard).now_or_never(), None);
        assert_eq!(input.recv(pointer_too).await, InboxDelivery::Message(pointer(1)));
        assert_eq!(input.recv(keyboard).await, InboxDelivery::Message(pointer(2)), "in their order");
        deliver(&mut routes, 3);
        assert_eq!(input.recv(keyboard).now_or_never(), None);
        routes.void(Channel::Input);
        deliver(&mut routes, 4);
        assert_eq!(input.recv(keyboard).await, InboxDelivery::Void);
        assert_eq!(input.recv(pointer_too).await, InboxDelivery::Message(pointer(4)));
        deliver(&mut routes, 5);
        assert_eq!(input.recv(keyboard).now_or_never(), None);
        drop(routes);
        assert_eq!(input.recv(keyboard).await, InboxDelivery::Closed, "the session is over");
    }
}
