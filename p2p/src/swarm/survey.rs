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
    /// Connections beyond this machine and its network that are open now.
    pub beyond: usize,
    /// Relays through which this node can be called.
    pub relays: usize,
    /// Time until the first relay was ready.
    pub first_relay_after: Option<Duration>,
}

/// How long a node may take to meet another one beyond this machine: names are resolved and a first peer is
/// called within a few seconds, or not at all.
const ENTRY_PATIENCE: Duration = Duration::from_secs(10);

/// How long a node may take to know its own addresses.
const LISTEN_PATIENCE: Duration = Duration::from_secs(2);

/// By whom a node can be found, as far as it has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeReach {
    /// It isn't known yet.
    Unknown,
    /// By nobody: this machine is in no network.
    Nobody,
    /// By others in the same local network.
    LocalNetwork,
    /// By whoever has the internet, too.
    Internet,
}

impl Survey {
    /// By whom the node can be found, where it has run for so long.
    pub fn reach(&self, running: Duration) -> NodeReach {
        let networked = self.listen.iter().any(|address| !addresses::loopback(address));
        let joined = self.public_peers.is_some() || self.private_peers.is_some();
        match (networked, joined) {
            (false, _) if running < LISTEN_PATIENCE => NodeReach::Unknown,
            (false, _) => NodeReach::Nobody,
            (true, true) if self.beyond > 0 => NodeReach::Internet,
            (true, true) if running < ENTRY_PATIENCE => NodeReach::Unknown,
            (true, _) => NodeReach::LocalNetwork,
        }
    }
}

/// Watches by whom a node can be found.
#[derive(Debug)]
pub struct ReachWatch {
    started: Instant,
    looks: tokio::time::Interval,
    told: NodeReach,
    /// Whether there is nothing to watch: a node that listens to this machine alone is meant to.
    idle: bool,
}

impl ReachWatch {
    /// For a node that is started now, as `config` says.
    pub(crate) fn of(config: &NetworkConfig) -> Self {
        Self::new(config.listen.iter().all(addresses::loopback))
    }

    /// For a node that has just been started, and has to do with this machine `alone` or not.
    pub(crate) fn new(alone: bool) -> Self {
        let mut looks = tokio::time::interval(REACH_INTERVAL);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        Self { started: Instant::now(), looks, told: NodeReach::Unknown, idle: alone }
    }

    /// Whether it watches nothing.
    pub(crate) fn is_idle(&self) -> bool {
        self.idle
    }

    /// Waits until it is found by others than before. Cancel safe: what was missed is seen at the next look.
    pub async fn changed(&mut self, node: &Node) -> NodeReach {
        loop {
            self.looks.tick().await;
            if self.idle {
                std::future::pending::<()>().await;
            }
            // Whoever has the node hears elsewhere that it has ended.
            let Some(seen) = node.survey().await else { continue };
            let reach = seen.reach(self.started.elapsed());
            if reach != NodeReach::Unknown && std::mem::replace(&mut self.told, reach) != reach {
                return reach;
            }
        }
    }
}

/// How often to look: a person who has just plugged in a cable sees it within a moment.
const REACH_INTERVAL: Duration = Duration::from_secs(1);

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_says_by_whom_it_can_be_found_once_that_is_known() {
        let listen = |address: &str| vec![address.parse().expect("an address")];
        let (early, late) = (Duration::from_secs(1), Duration::from_secs(60));
        let alone = Survey { listen: listen("/ip4/127.0.0.1/tcp/1"), ..Survey::default() };
        assert_eq!((alone.reach(early), alone.reach(late)), (NodeReach::Unknown, NodeReach::Nobody));
        let local = Survey { listen: listen("/ip4/192.168.1.5/tcp/1"), ..Survey::default() };
        assert_eq!(local.reach(early), NodeReach::LocalNetwork, "it has joined nothing else");
        let joined = Survey { public_peers: Some(0), ..local };
        assert_eq!((joined.reach(early), joined.reach(late)), (NodeReach::Unknown, NodeReach::LocalNetwork));
        let met = Survey { tcp: true, ..joined.clone() };
        assert_eq!(met.reach(late), NodeReach::LocalNetwork, "a neighbour, or somebody who is gone");
        let met = Survey { beyond: 1, ..joined };
        assert_eq!((met.reach(early), met.reach(late)), (NodeReach::Internet, NodeReach::Internet));
    }
}
