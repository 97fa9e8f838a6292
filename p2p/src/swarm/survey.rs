//! What a node has seen of its network so far, for whoever asks what this network allows. It only collects.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use libp2p::{Multiaddr, PeerId, upnp};

use super::{NetworkConfig, Node, StartError, addresses};

/// Observations that are kept: two a transport and family answer what is asked.
const MAX_OBSERVATIONS: usize = 32;

/// Addresses at which it is reached: more than any machine has.
const MAX_REACHED: usize = 64;

/// Where a peer sees this node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedAddress {
    /// Who says so.
    pub by: PeerId,
    /// Where the one who says so is.
    pub from: Option<IpAddr>,
    /// The address at which it sees us.
    pub seen: Multiaddr,
    /// `quic` or `tcp`.
    pub transport: &'static str,
}

/// What the router said to a wish for a port.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RouterAnswer {
    /// Nothing yet.
    #[default]
    Silent,
    /// It opened one; where.
    Opened(Multiaddr),
    /// There is none that takes such wishes.
    None,
    /// It did, and is itself behind another router.
    NotPublic,
}

/// What a node has seen of its network.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// Where it listens, and where it is reached.
    pub listen: Vec<Multiaddr>,
    /// Addresses at which it was reached from outside, circuits left out.
    pub reached: Vec<Multiaddr>,
    /// Where others see it.
    pub observations: Vec<ObservedAddress>,
    /// Whether a peer beyond this machine was connected over QUIC, that is over UDP.
    pub quic: bool,
    /// Whether one was over TCP.
    pub tcp: bool,
    /// Whether one was over IPv6.
    pub ipv6: bool,
    /// The router's word.
    pub router: RouterAnswer,
    /// Whether the public network is joined, and peers known in it.
    pub public_peers: Option<usize>,
    /// Whether a private network is joined, and peers known in it.
    pub private_peers: Option<usize>,
    /// Peers found on the LAN.
    pub lan_peers: usize,
    /// Relays at which this node can be called.
    pub relays: usize,
    /// How long it took to be so at the first.
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
        match addresses::transport_name(remote) {
            "quic" => self.so_far.quic = true,
            _ => self.so_far.tcp = true,
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

    /// This node is reached there from outside.
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

    /// All that is known here; the caller adds what others know.
    pub(super) fn report(&self) -> Survey {
        Survey { observations: self.observations.iter().cloned().collect(), ..self.so_far.clone() }
    }
}

/// How often the node is asked.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);

/// Starts a node as `config` says, has it find relays as a host does, and says what it has seen as soon as `enough`
/// says so, or when `patience` is over.
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
