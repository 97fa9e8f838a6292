//! What a node has seen of its network so far, to find out what this network allows. It only collects.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use libp2p::{Multiaddr, PeerId, upnp};

use super::{NetworkConfig, Node, StartError, addresses};

/// Observations kept: for each transport and address family more than the two that show a NAT's behaviour.
const MAX_OBSERVATIONS: usize = 32;

/// Addresses at which the node was reached, at most: more than any machine has.
const MAX_REACHED: usize = 64;

/// Where a peer sees this node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedAddress {
    /// The peer that sees it.
    pub by: PeerId,
    /// The peer's own IP address.
    pub from: Option<IpAddr>,
    /// The address that it sees.
    pub seen: Multiaddr,
    /// `quic` or `tcp`.
    pub transport: &'static str,
}

/// The router's answer to a request for a port.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RouterAnswer {
    /// It has not answered yet.
    #[default]
    Silent,
    /// It opened a port at this address.
    Opened(Multiaddr),
    /// No router takes such requests.
    None,
    /// It opened a port, but is itself behind another router.
    NotPublic,
}

/// What a node has seen of its network.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// The addresses on which it listens or is reached.
    pub listen: Vec<Multiaddr>,
    /// Addresses at which it was reached from outside, without circuits.
    pub reached: Vec<Multiaddr>,
    /// Addresses at which others see it.
    pub observations: Vec<ObservedAddress>,
    /// Whether a peer beyond this machine was connected over QUIC, and so over UDP.
    pub quic: bool,
    /// Whether a peer was connected over TCP.
    pub tcp: bool,
    /// Whether a peer was connected over IPv6.
    pub ipv6: bool,
    /// The router's answer.
    pub router: RouterAnswer,
    /// Peers known in the public network; `None` if it is not joined.
    pub public_peers: Option<usize>,
    /// Peers known in a private network; `None` if none is joined.
    pub private_peers: Option<usize>,
    /// Peers found on the LAN.
    pub lan_peers: usize,
    /// Relays through which this node can be called.
    pub relays: usize,
    /// Time until the first relay was ready.
    pub first_relay_after: Option<Duration>,
}

/// Collects a [`Survey`].
#[derive(Debug)]
pub(super) struct SurveyCollector {
    started: Instant,
    so_far: Survey,
    observations: VecDeque<ObservedAddress>,
}

impl SurveyCollector {
    pub(super) fn new(now: Instant) -> Self {
        Self { started: now, so_far: Survey::default(), observations: VecDeque::new() }
    }

    /// A connection that this node made.
    pub(super) fn on_connected(&mut self, remote: &Multiaddr) {
        if addresses::loopback(remote) || addresses::relayed(remote) {
            return;
        }
        if addresses::transport_name(remote) == "quic" {
            self.so_far.quic = true;
        } else {
            self.so_far.tcp = true;
        }
        self.so_far.ipv6 |= addresses::ip(remote).is_some_and(|ip| ip.is_ipv6());
    }

    pub(super) fn on_observed(&mut self, by: PeerId, remote: &Multiaddr, seen: Multiaddr) {
        let observation = ObservedAddress {
            by,
            from: addresses::ip(remote),
            transport: addresses::transport_name(&seen),
            seen,
        };
        if self.observations.contains(&observation) {
            return;
        }
        if self.observations.len() >= MAX_OBSERVATIONS {
            self.observations.pop_front();
        }
        self.observations.push_back(observation);
    }

    /// This node can be reached at this address from outside.
    pub(super) fn on_reached(&mut self, address: &Multiaddr) {
        let reached = &mut self.so_far.reached;
        if !addresses::relayed(address) && reached.len() < MAX_REACHED && !reached.contains(address) {
            reached.push(address.clone());
        }
    }

    pub(super) fn on_reservation(&mut self, now: Instant) {
        self.so_far.first_relay_after.get_or_insert(now - self.started);
    }

    pub(super) fn on_router(&mut self, event: &upnp::Event) {
        self.so_far.router = match event {
            upnp::Event::NewExternalAddr { external_addr, .. } => RouterAnswer::Opened(external_addr.clone()),
            upnp::Event::ExpiredExternalAddr { .. } => RouterAnswer::Silent,
            upnp::Event::GatewayNotFound => RouterAnswer::None,
            upnp::Event::NonRoutableGateway => RouterAnswer::NotPublic,
        };
    }

    /// The survey as far as it is known here; the caller adds the rest.
    pub(super) fn report(&self) -> Survey {
        Survey { observations: self.observations.iter().cloned().collect(), ..self.so_far.clone() }
    }
}

/// How often to ask the node: often enough that nobody notices the wait.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);

/// Starts a node as `config` says and has it find relays as a host does. Returns what it has seen as soon as
/// `enough` is true, or when `patience` is over.
///
/// # Errors
/// Any [`StartError`].
pub async fn survey(
    config: NetworkConfig,
    patience: Duration,
    enough: impl Fn(&Survey) -> bool,
) -> Result<Survey, StartError> {
    let (node, _incoming) = Node::start(config).await?;
    node.keep_reachable().await;
    let deadline = tokio::time::Instant::now() + patience;
    loop {
        let seen = node.survey().await.unwrap_or_default();
        if enough(&seen) || tokio::time::Instant::now() >= deadline {
            return Ok(seen);
        }
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
}
