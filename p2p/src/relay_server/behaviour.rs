//! The relay in the swarm: takes requests from the connections, lets the accounts decide, and runs the
//! circuits.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use either::Either;
use libp2p::PeerId;
use libp2p::core::transport::PortUse;
use libp2p::core::{Endpoint, Multiaddr};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::dummy;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, ExternalAddresses, FromSwarm, ListenAddresses, NetworkBehaviour,
    NotifyHandler, Stream, THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
};
use tokio::task::{self, JoinSet};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::accounts::{CircuitId, RESERVATION_LIFE, RelayAccounts};
use super::handler::{HandlerCommand, HandlerReport, RelayHandler};
use super::line::RelayLine;
use super::wire::{CircuitLimit, RelayAnswer, RelayRequest, RelayStatus};
use super::{CircuitEnd, RelayEvent, RelayLimits, circuit};

/// How often places that were not renewed are taken back: often, compared with the hour that they last.
const SWEEP_INTERVAL: Duration = Duration::from_secs(10);

/// The behaviour. State: places and circuits (`accounts`), circuits whose called peer is being reached
/// (`calls`), and the tasks of all others.
pub(crate) struct RelayServer {
    own: PeerId,
    limits: RelayLimits,
    accounts: RelayAccounts,
    line: Arc<RelayLine>,
    /// The address of each connection that is not a circuit.
    connections: HashMap<ConnectionId, Option<IpAddr>>,
    calls: HashMap<CircuitId, PendingCall>,
    tasks: JoinSet<TaskOutcome>,
    circuits: HashMap<task::Id, CircuitTask>,
    /// It ends when this is dropped.
    _pacer: JoinSet<()>,
    sweep: Interval,
    external: ExternalAddresses,
    listen: ListenAddresses,
    actions: VecDeque<ToSwarm<RelayEvent, HandlerCommand>>,
}

/// A circuit that waits for a stream to the called peer, on the newest of its places.
struct PendingCall {
    ends: [(PeerId, ConnectionId); 2],
    hop: Stream,
}

#[derive(Debug, Clone, Copy)]
struct CircuitTask {
    id: CircuitId,
    caller: PeerId,
    called: PeerId,
}

/// The result of a circuit's task.
enum TaskOutcome {
    Connected(Result<Box<[Stream; 2]>, RelayStatus>),
    Ended(CircuitEnd),
}

impl RelayServer {
    /// A relay within `limits`. The bytes that it relays are added to `relayed`. It must be polled in the
    /// current runtime.
    pub(crate) fn new(own: PeerId, limits: RelayLimits, relayed: Arc<AtomicU64>) -> Self {
        let mut sweep = interval(SWEEP_INTERVAL);
        sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let line = Arc::new(RelayLine::new(&limits, relayed, Instant::now()));
        let mut pacer = JoinSet::new();
        pacer.spawn(line.clone().pace());
        Self {
            own,
            accounts: RelayAccounts::new(limits.clone()),
            limits,
            line,
            connections: HashMap::new(),
            calls: HashMap::new(),
            tasks: JoinSet::new(),
            circuits: HashMap::new(),
            _pacer: pacer,
            sweep,
            external: ExternalAddresses::default(),
            listen: ListenAddresses::default(),
            actions: VecDeque::new(),
        }
    }

    fn limit(&self) -> CircuitLimit {
        CircuitLimit { duration: self.limits.max_circuit_duration, bytes: self.limits.max_circuit_bytes }
    }

    fn on_reserve(&mut self, peer: PeerId, connection: ConnectionId, hop: Stream) {
        let now = Instant::now();
        let ip = self.connections.get(&connection).copied().flatten();
        let given = if self.line.day_is_over(&peer, now) {
            Err(RelayStatus::ResourceLimitExceeded)
        } else {
            self.accounts.reserve(peer, connection, ip, now)
        };
        let (answer, event) = match given {
            Ok(renewed) => {
                self.notify(peer, connection, HandlerCommand::Keep(true));
                if !renewed {
                    self.call_there_too(peer, connection);
                }
                let expires =
                    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + RESERVATION_LIFE;
                let answer = RelayAnswer::reserved(expires, &self.own_addresses(ip), self.limit());
                (answer, RelayEvent::Reserved { peer, renewed })
            }
            Err(status) => (RelayAnswer::refusal(status), RelayEvent::ReservationRefused { peer, status }),
        };
        self.notify(peer, connection, HandlerCommand::Answer { hop, answer });
        self.actions.push_back(ToSwarm::GenerateEvent(event));
    }

    /// The relay's addresses for a peer at `ip`: clients ignore a place without an address. If no external
    /// address is known, these are the ones that the peer's own network may reach.
    fn own_addresses(&self, ip: Option<IpAddr>) -> Vec<Multiaddr> {
        let near = ip.is_some_and(|ip| ip.to_canonical().is_loopback());
        let listen =
            self.listen.iter().filter(|address| near || !ip_of(address).is_some_and(|ip| ip.is_loopback()));
        let known: Vec<_> = match self.external.as_slice() {
            [] => listen.collect(),
            external => external.iter().collect(),
        };
        let direct = known.into_iter().filter(|address| !relayed(address)).cloned();
        direct.map(|address| address.with_p2p(self.own).unwrap_or_else(|address| address)).collect()
    }

    fn on_connect(&mut self, caller: (PeerId, ConnectionId), called: PeerId, hop: Stream) {
        let now = Instant::now();
        let ip = self.connections.get(&caller.1).copied().flatten();
        let opened = if [caller.0, called].iter().any(|peer| self.line.day_is_over(peer, now)) {
            Err(RelayStatus::ResourceLimitExceeded)
        } else {
            self.accounts.open(caller.0, called, ip, now)
        };
        match opened {
            Ok((circuit, connection)) => {
                self.calls.insert(circuit, PendingCall { ends: [caller, (called, connection)], hop });
                self.notify(called, connection, HandlerCommand::Call(circuit));
            }
            Err(status) => self.refuse(caller, called, hop, status),
        }
    }

    /// The peer has a new place: it has most likely left the older ones without notice, so calls to those are
    /// repeated here.
    fn call_there_too(&mut self, peer: PeerId, connection: ConnectionId) {
        let mut waiting = Vec::new();
        for (id, call) in &mut self.calls {
            if call.ends[1].0 == peer {
                call.ends[1].1 = connection;
                waiting.push(*id);
            }
        }
        for id in waiting {
            self.notify(peer, connection, HandlerCommand::Call(id));
        }
    }

    fn refuse(&mut self, caller: (PeerId, ConnectionId), called: PeerId, hop: Stream, status: RelayStatus) {
        self.notify(caller.0, caller.1, HandlerCommand::Answer { hop, answer: RelayAnswer::refusal(status) });
        self.actions.push_back(ToSwarm::GenerateEvent(RelayEvent::CircuitRefused {
            caller: caller.0,
            called,
            status,
        }));
    }

    fn on_called(&mut self, id: CircuitId, at: ConnectionId, stop: Option<Stream>) {
        if stop.is_none() && self.calls.get(&id).is_some_and(|call| call.ends[1].1 != at) {
            // The newer place decides.
            return;
        }
        // The caller may have gone, or an older place may have answered after all.
        let Some(PendingCall { ends: [caller, (called, _)], hop }) = self.calls.remove(&id) else { return };
        let Some(stop) = stop else {
            self.accounts.close(id);
            return self.refuse(caller, called, hop, RelayStatus::ConnectionFailed);
        };
        let limit = self.limit();
        let task = async move {
            TaskOutcome::Connected(circuit::connect([hop, stop], caller.0, limit).await.map(Box::new))
        };
        let task = self.tasks.spawn(task).id();
        self.circuits.insert(task, CircuitTask { id, caller: caller.0, called });
    }

    fn on_step(&mut self, circuit: CircuitTask, step: TaskOutcome) {
        let CircuitTask { id, caller, called } = circuit;
        let event = match step {
            TaskOutcome::Connected(Ok(ends)) => {
                let part = self.line.join([caller, called], Instant::now());
                let limit = self.limit();
                let task = self
                    .tasks
                    .spawn(async move { TaskOutcome::Ended(circuit::relay(*ends, part, limit).await) });
                self.circuits.insert(task.id(), circuit);
                RelayEvent::CircuitOpened { caller, called }
            }
            TaskOutcome::Connected(Err(status)) => {
                self.accounts.close(id);
                RelayEvent::CircuitRefused { caller, called, status }
            }
            TaskOutcome::Ended(end) => {
                self.accounts.close(id);
                RelayEvent::CircuitClosed { caller, called, end }
            }
        };
        self.actions.push_back(ToSwarm::GenerateEvent(event));
    }

    fn on_closed(&mut self, peer: PeerId, connection: ConnectionId) {
        self.connections.remove(&connection);
        if self.accounts.on_connection_closed(&peer, connection) {
            self.actions.push_back(ToSwarm::GenerateEvent(RelayEvent::ReservationEnded { peer }));
        }
        let hit = |call: &PendingCall| call.ends.iter().any(|(_, end)| *end == connection);
        let over: Vec<_> = self.calls.extract_if(|_, call| hit(call)).collect();
        for (id, PendingCall { ends: [caller, (called, _)], hop }) in over {
            self.accounts.close(id);
            self.refuse(caller, called, hop, RelayStatus::ConnectionFailed);
        }
    }

    fn expire(&mut self) {
        for (peer, connection) in self.accounts.expire(Instant::now()) {
            self.notify(peer, connection, HandlerCommand::Keep(false));
            if !self.accounts.has_place(&peer) {
                self.actions.push_back(ToSwarm::GenerateEvent(RelayEvent::ReservationEnded { peer }));
            }
        }
    }

    fn notify(&mut self, peer_id: PeerId, connection: ConnectionId, event: HandlerCommand) {
        let handler = NotifyHandler::One(connection);
        self.actions.push_back(ToSwarm::NotifyHandler { peer_id, handler, event });
    }

    /// Connections over a circuit may not ask for anything: they would be relayed twice.
    fn handler(&mut self, connection: ConnectionId, remote: &Multiaddr, circuit: bool) -> THandler<Self> {
        if circuit {
            return Either::Right(dummy::ConnectionHandler);
        }
        self.connections.insert(connection, ip_of(remote));
        Either::Left(RelayHandler::new())
    }
}

impl NetworkBehaviour for RelayServer {
    type ConnectionHandler = Either<RelayHandler, dummy::ConnectionHandler>;
    type ToSwarm = RelayEvent;

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _peer: PeerId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(self.handler(connection, remote, relayed(local)))
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        _peer: PeerId,
        address: &Multiaddr,
        _role: Endpoint,
        _port: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(self.handler(connection, address, relayed(address)))
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        self.external.on_swarm_event(&event);
        self.listen.on_swarm_event(&event);
        if let FromSwarm::ConnectionClosed(closed) = event {
            self.on_closed(closed.peer_id, closed.connection_id);
        }
    }

    fn on_connection_handler_event(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        let event = match event {
            Either::Left(event) => event,
            Either::Right(never) => match never {},
        };
        match event {
            HandlerReport::Asked { request: RelayRequest::Reserve, hop } => {
                self.on_reserve(peer, connection, hop)
            }
            HandlerReport::Asked { request: RelayRequest::Connect(called), hop } => {
                self.on_connect((peer, connection), called, hop);
            }
            HandlerReport::Called { circuit, stop } => self.on_called(circuit, connection, stop),
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        loop {
            if let Some(action) = self.actions.pop_front() {
                return Poll::Ready(action.map_in(Either::Left));
            }
            if self.sweep.poll_tick(cx).is_ready() {
                self.expire();
                continue;
            }
            let (task, step) = match self.tasks.poll_join_next_with_id(cx) {
                Poll::Ready(Some(Ok((task, step)))) => (task, step),
                // It panicked: only its circuit ends.
                Poll::Ready(Some(Err(error))) => (error.id(), TaskOutcome::Ended(CircuitEnd::Lost)),
                Poll::Ready(None) | Poll::Pending => return Poll::Pending,
            };
            if let Some(circuit) = self.circuits.remove(&task) {
                self.on_step(circuit, step);
            }
        }
    }
}

fn relayed(address: &Multiaddr) -> bool {
    address.iter().any(|part| part == Protocol::P2pCircuit)
}

fn ip_of(address: &Multiaddr) -> Option<IpAddr> {
    address.iter().find_map(|part| match part {
        Protocol::Ip4(ip) => Some(ip.into()),
        Protocol::Ip6(ip) => Some(ip.into()),
        _ => None,
    })
}
