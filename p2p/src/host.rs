//! The host's end of an invite: announces it, answers handshakes, and hands over the session with whoever
//! proves to have it.
//!
//! Run loop: a command of the node, a new control stream, the end of a handshake, or the invite's expiry. It
//! does not decide on consent; until the user consents, a session shows only who is asking.
//!
//! An invite that is reserved for one peer is open once: it is neither shown nor renewed, and whoever proves
//! to have it with another static key is refused before anybody hears of them.
//!
//! An invite whose time is over stays good for a while, until the user asks for a new one: they may be
//! reading it out.
//!
//! Whoever does not know the invite is counted, and nothing else. Who knows it and breaks off, or asks
//! repeatedly, may have it from somebody who overheard it: the third time makes a new one.

mod events;
mod handshake;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant, SystemTime};

use beistand_session::{
    Binding, Channel, Command, EndReason, HostSetup, InviteStanding, Leg, PermissionSet, Session, StaticKey,
};
use libp2p::{Multiaddr, Stream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::sleep_until;

pub use self::events::{HostCommand, HostEvent, InviteText, InvitedSession, ReplaceCause};
use self::handshake::{HandshakeOutcome, handshake, tell_to_come_again};
use crate::driver::{SessionHandle, drive};
use crate::invite::{
    HandshakeAdmission, Invite, InviteBook, InviteId, InviteKeys, InviteLifetime, InviteState, MAX_ADDRESSES,
    RequestStanding, ReservedInvite, derive, rendezvous_key,
};
use crate::seats::StreamSeat;
use crate::sorter::{NewSession, StreamSorter};
use crate::source::StreamSource;
use crate::swarm::{
    Connection, NetworkConfig, Node, ReachWatch, StartError, StreamKey, for_link, from_outside,
};

/// Link renewals per invite: one for each of two relays and for a port that the router opens, and one to
/// spare. The words stay valid throughout.
const MAX_RELINKS: usize = 4;

/// When somebody who knows the invite may try again while others do, who may break off: a handshake takes a
/// second or two.
const OTHERS_FIRST: Duration = Duration::from_secs(2);

/// Events that wait for the node: an invite, or a session that a person decides on.
const EVENT_QUEUE: usize = 8;

/// Commands that wait: a person's clicks.
const COMMAND_QUEUE: usize = 8;

/// A host that waits for a technician. It ends when it is dropped.
#[derive(Debug)]
pub struct Host {
    /// Where commands go.
    pub commands: mpsc::Sender<HostCommand>,
    /// Events, in order.
    pub events: mpsc::Receiver<HostEvent>,
    /// The node that it runs on.
    pub node: Node,
    /// By whom that can be found.
    pub reach: ReachWatch,
}

impl Host {
    /// Starts a node and makes the first invite, which lives for `life`. The user is asked only for
    /// permissions that this program `offers`.
    ///
    /// # Errors
    /// Any [`StartError`].
    pub async fn start(
        network: NetworkConfig,
        key: StaticKey,
        life: InviteLifetime,
        offers: PermissionSet,
    ) -> Result<Self, StartError> {
        Self::start_for(network, key, life, offers, None).await
    }

    /// Starts a node that waits for the one peer of `reserved`, for `life`.
    ///
    /// # Errors
    /// Any [`StartError`].
    pub async fn start_reserved(
        network: NetworkConfig,
        key: StaticKey,
        life: InviteLifetime,
        offers: PermissionSet,
        reserved: ReservedInvite,
    ) -> Result<Self, StartError> {
        Self::start_for(network, key, life, offers, Some(reserved)).await
    }

    async fn start_for(
        network: NetworkConfig,
        key: StaticKey,
        life: InviteLifetime,
        offers: PermissionSet,
        reserved: Option<ReservedInvite>,
    ) -> Result<Self, StartError> {
        let name = network.invite_network().to_owned();
        let reach = ReachWatch::of(&network);
        let (node, incoming) = Node::start(network).await?;
        node.keep_reachable().await;
        let (inbox, new) = StreamSorter::start(incoming);
        let (commands, command_inbox) = mpsc::channel(COMMAND_QUEUE);
        let (event_outbox, events) = mpsc::channel(EVENT_QUEUE);
        let actor = InviteActor {
            commands: command_inbox,
            new,
            addresses: node.watch_addresses(),
            events: event_outbox,
            inbox,
            node: node.clone(),
            network: name,
            key,
            life,
            offers,
            book: InviteBook::new(life),
            handshakes: JoinSet::new(),
            announced: None,
            linked: None,
            inviting: true,
            reserved,
            other_keys: 0,
        };
        tokio::spawn(actor.run());
        Ok(Self { commands, events, node, reach })
    }
}

/// The contents of the newest link.
struct NewestLink {
    /// Where the host can be reached from elsewhere.
    outside: Vec<Multiaddr>,
    expires_at: SystemTime,
    relinks: usize,
}

struct InviteActor {
    // Inboxes
    commands: mpsc::Receiver<HostCommand>,
    new: mpsc::Receiver<NewSession>,
    addresses: watch::Receiver<Vec<Multiaddr>>,
    // Outbox
    events: mpsc::Sender<HostEvent>,
    // State
    inbox: StreamSorter,
    node: Node,
    network: String,
    key: StaticKey,
    life: InviteLifetime,
    offers: PermissionSet,
    book: InviteBook,
    handshakes: JoinSet<HandshakeOutcome>,
    /// The rendezvous key under which the network knows this host.
    announced: Option<Vec<u8>>,
    /// The link that was given out last.
    linked: Option<NewestLink>,
    /// Whether an invite should be open: true until the user consents to somebody.
    inviting: bool,
    /// The only invite there is, where it is reserved for one peer.
    reserved: Option<ReservedInvite>,
    /// How often somebody had its secret and another key.
    other_keys: u32,
}

impl InviteActor {
    async fn run(mut self) {
        match self.reserved.clone() {
            Some(reserved) => self.reserve(&reserved).await,
            None => self.renew().await,
        }
        loop {
            let deadline = self.book.poll_timeout();
            tokio::select! {
                command = self.commands.recv() => match command {
                    Some(HostCommand::NewInvite) => self.renew_unless_reserved().await,
                    Some(HostCommand::Consumed(invite)) => self.consume(&invite).await,
                    None => return,
                },
                Some(new) = self.new.recv() => self.begin(new),
                Ok(()) = self.addresses.changed() => self.relink().await,
                Some(outcome) = self.handshakes.join_next() => match outcome {
                    Ok(outcome) => self.on_outcome(outcome).await,
                    Err(error) => tracing::error!(%error, "a handshake's task failed"),
                },
                () = until(deadline) => {
                    let now = Instant::now();
                    let expired = self.book.handle_timeout(now);
                    self.expect_technicians();
                    if self.book.note_overdue(now) && self.inviting {
                        let _ = self.events.send(HostEvent::InviteOverdue).await;
                    }
                    if expired && self.inviting {
                        self.on_expiry().await;
                    }
                }
            }
        }
    }

    /// Opens the invite that is reserved for one peer.
    async fn reserve(&mut self, reserved: &ReservedInvite) {
        let keys = reserved.keys(&self.network);
        let key = rendezvous_key(&keys.rendezvous);
        self.node.provide(key.clone()).await;
        self.announced = Some(key);
        self.book.open_reserved(keys, Instant::now());
        self.expect_technicians();
    }

    /// The open invite has expired.
    async fn on_expiry(&mut self) {
        if self.reserved.is_some() {
            self.withdraw().await;
            let _ = self.events.send(HostEvent::ReservationOver).await;
        } else {
            self.renew().await;
        }
    }

    async fn renew_unless_reserved(&mut self) {
        if self.reserved.is_none() {
            self.renew().await;
        }
    }

    /// Makes a new invite and revokes the previous one.
    async fn renew(&mut self) {
        self.withdraw().await;
        let event = match self.make().await {
            Ok(text) => HostEvent::Invite(text),
            Err(reason) => HostEvent::NoInvite(reason),
        };
        // If the receiver is gone, so is the host's handle; the closed command channel then stops the actor.
        let _ = self.events.send(event).await;
    }

    async fn make(&mut self) -> Result<InviteText, String> {
        let invite = Invite::generate().map_err(|error| error.to_string())?;
        let (secret, network) = (invite.secret().clone(), self.network.clone());
        let keys = tokio::task::spawn_blocking(move || derive(&secret, &network)).await;
        let keys = keys.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
        let expires_at = SystemTime::now() + self.life.duration();
        let addresses = for_link(self.node.listen_addresses(), MAX_ADDRESSES);
        let text = self.text(&invite, &addresses, expires_at, self.life.duration())?;
        self.linked = Some(NewestLink { outside: from_outside(addresses), expires_at, relinks: 0 });
        let key = rendezvous_key(&keys.rendezvous);
        self.node.provide(key.clone()).await;
        self.announced = Some(key);
        self.book.open(invite, keys, Instant::now());
        self.expect_technicians();
        Ok(text)
    }

    /// Lets technicians with the open invite and the last few open streams: the others hear why not.
    fn expect_technicians(&self) {
        let keys = self.book.keys(Instant::now()).map(|(keys, _)| StreamKey::new(keys.streams.clone()));
        self.node.stream_names().expect(keys.collect());
    }

    fn text(
        &self,
        invite: &Invite,
        addresses: &[Multiaddr],
        expires_at: SystemTime,
        life: Duration,
    ) -> Result<InviteText, String> {
        let public_key =
            self.node.public_key().clone().try_into_ed25519().map_err(|error| error.to_string())?;
        Ok(InviteText {
            invite: invite.clone(),
            link: invite.link(&public_key, addresses, expires_at),
            expires_at,
            life,
        })
    }

    /// Publishes the open invite again if its link can now name more ways in from outside.
    async fn relink(&mut self) {
        let now = Instant::now();
        let (Some(linked), Some(open)) = (&self.linked, self.book.current(now)) else { return };
        let Some(invite) = &open.invite else { return };
        let addresses = for_link(self.node.listen_addresses(), MAX_ADDRESSES);
        let outside = from_outside(addresses.clone());
        if linked.relinks >= MAX_RELINKS || outside.iter().all(|address| linked.outside.contains(address)) {
            return;
        }
        let life = open.due_at.saturating_duration_since(now);
        if let Ok(text) = self.text(invite, &addresses, linked.expires_at, life) {
            let (expires_at, relinks) = (linked.expires_at, linked.relinks + 1);
            self.linked = Some(NewestLink { outside, expires_at, relinks });
            let _ = self.events.send(HostEvent::Invite(text)).await;
        }
    }

    async fn consume(&mut self, invite: &InviteId) {
        if let Err(state) = self.book.consume(invite, Instant::now()) {
            tracing::warn!(?state, "the user consented to an invite that was void meanwhile");
        }
        self.inviting = false;
        self.expect_technicians();
        self.withdraw().await;
    }

    async fn withdraw(&mut self) {
        self.linked = None;
        if let Some(key) = self.announced.take() {
            self.node.stop_providing(key).await;
        }
    }

    /// Somebody wants to begin a session.
    fn begin(&mut self, NewSession { connection, opening, stream, seat }: NewSession) {
        let now = Instant::now();
        match self.book.admit(&StreamSource::of(&connection), now) {
            HandshakeAdmission::Admitted => {}
            HandshakeAdmission::SourceBusy { retry_in } | HandshakeAdmission::Busy { retry_in } => {
                tracing::debug!(?retry_in, "a handshake was put off: too many");
                tokio::spawn(tell_to_come_again(stream, retry_in, seat));
                return;
            }
        }
        let (ids, invites): (Vec<InviteId>, Vec<_>) =
            self.book.keys(now).map(|(keys, state)| (keys.invite_id, for_session(keys, state))).unzip();
        let mut session = Session::host(self.setup(&connection, invites), now);
        session.receive(now, Leg::FIRST, Channel::Control, &opening[..]);
        // Nothing has been sent yet.
        let Some(invite) = session.proved_invite().and_then(|index| ids.get(index).copied()) else {
            return self.count_wrong(now);
        };
        if !self.book.begin(&invite, now) {
            tokio::spawn(tell_to_come_again(stream, OTHERS_FIRST, seat));
            return;
        }
        self.spawn_handshake(session, connection, stream, invite, seat);
    }

    fn spawn_handshake(
        &mut self,
        session: Session,
        connection: Connection,
        stream: Stream,
        invite: InviteId,
        seat: StreamSeat,
    ) {
        seat.prove();
        let Some(registration) = self.inbox.register(connection.peer) else {
            // It has a session already, and can't have begun this one.
            self.handshakes.spawn(std::future::ready(HandshakeOutcome::BrokenOff(invite)));
            return;
        };
        // The technician finds the way back, since it knows where the host is.
        let handle = drive(self.node.clone(), registration, connection, stream, session, None);
        self.handshakes.spawn(handshake(handle, invite, seat));
    }

    fn setup(
        &self,
        connection: &Connection,
        invites: Vec<(beistand_session::InviteKeys, InviteStanding)>,
    ) -> HostSetup {
        HostSetup {
            invites,
            binding: Binding {
                technician_peer: connection.peer.to_bytes(),
                host_peer: self.node.peer_id().to_bytes(),
            },
            static_key: self.key.clone(),
            offers: self.offers,
        }
    }

    /// Somebody does not know the invite.
    fn count_wrong(&mut self, now: Instant) {
        let told = self.book.note_wrong(now).filter(|count| count.is_power_of_two());
        if let Some(count) = told {
            // If the node is busy, it will hear the next figure.
            let _ = self.events.try_send(HostEvent::WrongTries { count });
        }
    }

    async fn on_outcome(&mut self, outcome: HandshakeOutcome) {
        match outcome {
            HandshakeOutcome::Asked(asking) => self.on_request(*asking).await,
            // Nobody in the middle has the one key: there is no picture to try for.
            HandshakeOutcome::BrokenOff(invite) if self.reserved.is_some() => self.book.note_over(&invite),
            HandshakeOutcome::BrokenOff(invite) => {
                if let Some(times) = self.book.note_broken_off(&invite, Instant::now()) {
                    self.replace(ReplaceCause::BrokenOff { times }).await;
                }
            }
            HandshakeOutcome::Over(invite) => self.book.note_over(&invite),
        }
    }

    async fn on_request(&mut self, asking: InvitedSession) {
        if self.reserved.as_ref().is_some_and(|reserved| !reserved.is_for(&asking.request.technician_key)) {
            tracing::warn!("somebody has the secret of a reserved invite and not its key: refused");
            self.book.note_over(&asking.invite);
            void(asking.session).await;
            self.other_keys = self.other_keys.saturating_add(1);
            if self.other_keys.is_power_of_two() {
                // If the node is busy, it hears of a later one.
                let _ = self.events.try_send(HostEvent::OtherKey);
            }
            return;
        }
        match self.book.note_request(&asking.invite, Instant::now()) {
            RequestStanding::Ask => _ = self.events.send(HostEvent::Session(asking)).await,
            RequestStanding::Revoked => void(asking.session).await,
            // The peer is the one it is for, and the book has closed it: they have asked too often.
            RequestStanding::MakeNew { .. } if self.reserved.is_some() => {
                void(asking.session).await;
                self.withdraw().await;
                let _ = self.events.send(HostEvent::ReservationOver).await;
            }
            RequestStanding::MakeNew { asked } => {
                void(asking.session).await;
                self.replace(ReplaceCause::AskedAgain { times: asked }).await;
            }
        }
    }

    /// The invite was revoked, since somebody else may have it.
    async fn replace(&mut self, cause: ReplaceCause) {
        tracing::warn!(?cause, "somebody else may have the invite: it is replaced");
        let _ = self.events.send(HostEvent::InviteReplaced(cause)).await;
        self.renew().await;
    }
}

/// Tells somebody that their invite is void, and sees it said.
async fn void(session: SessionHandle) {
    let _ = session.commands.send(Command::End(EndReason::InviteExpired)).await;
    tokio::spawn(session.closed());
}

fn for_session(keys: &InviteKeys, state: InviteState) -> (beistand_session::InviteKeys, InviteStanding) {
    let state = match state {
        InviteState::Open => InviteStanding::Open,
        InviteState::Used => InviteStanding::Used,
        // Whoever holds an invite that is no longer open needs a new one, however it ended.
        InviteState::Expired | InviteState::Replaced | InviteState::Unknown => InviteStanding::Expired,
    };
    (session_keys(keys), state)
}

/// The keys that the handshake needs.
pub(crate) fn session_keys(keys: &InviteKeys) -> beistand_session::InviteKeys {
    beistand_session::InviteKeys { psk: keys.psk.clone(), invite_id: keys.invite_id }
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}
