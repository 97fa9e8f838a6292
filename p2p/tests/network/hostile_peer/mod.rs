//! A peer that misbehaves in one chosen way, on plain libp2p swarms.
#![allow(dead_code, reason = "each test uses a part of it")]

mod raw;
mod store;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::StreamExt;
use libp2p::identity::Keypair;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::swarm::{NetworkBehaviour, StreamProtocol, SwarmEvent};
use libp2p::{Multiaddr, Swarm, SwarmBuilder, identify, kad, noise, relay, tcp, yamux};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use raw::{HostileStreams, RawAnswer};
use store::FloodStore;

/// The behaviour of a hostile peer.
#[derive(Debug, Clone)]
pub(crate) enum Trick {
    /// Answers each question of the DHT with this many new providers that do not exist.
    Flood { each: usize },
    /// Accepts the DHT's questions and never answers.
    Mute,
    /// Answers the DHT's questions with meaningless bytes.
    Garbage,
    /// Sends an identify message that is far too long.
    BigIdentify,
    /// Opens endless session streams to a peer and sends nothing on them.
    Streams { to: Multiaddr },
    /// Claims to be a relay and never answers requests for a place.
    StallingRelay,
    /// Gives places and makes circuits, and cuts each of them before the handshake in it ends.
    CuttingRelay,
}

#[derive(NetworkBehaviour)]
struct Behaviour {
    identify: Toggle<identify::Behaviour>,
    kad: Toggle<kad::Behaviour<FloodStore>>,
    relay: Toggle<relay::Behaviour>,
    raw: HostileStreams,
}

/// A running hostile peer. It ends when it is dropped.
pub(crate) struct Hostile {
    /// Its address, with its identity.
    pub(crate) address: Multiaddr,
    count: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Hostile {
    /// Starts one in the private network of this name.
    pub(crate) async fn start(network: &str, trick: Trick) -> Self {
        let count = Arc::new(AtomicUsize::new(0));
        let mut swarm = swarm(network, &trick, count.clone());
        swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse().expect("a multiaddr")).expect("loopback");
        let address = loop {
            if let SwarmEvent::NewListenAddr { address, .. } = swarm.select_next_some().await {
                break address.with_p2p(*swarm.local_peer_id()).expect("without one");
            }
        };
        swarm.add_external_address(address.clone());
        if let Trick::Streams { to } = trick {
            swarm.dial(to).expect("a dial");
        }
        let counter = count.clone();
        let task = tokio::spawn(async move {
            loop {
                if let SwarmEvent::Behaviour(BehaviourEvent::Relay(relay::Event::CircuitClosed { .. })) =
                    swarm.select_next_some().await
                {
                    counter.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        Self { address, count, task }
    }

    /// Fakes named, streams opened, bytes of an answer accepted, or circuits cut so far.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Waits until that count has been reached.
    pub(crate) async fn until_count(&self, count: usize) {
        let wait = async {
            while self.count() < count {
                // There is no event for a counter.
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(Duration::from_secs(30), wait).await.expect("in time");
    }
}

fn swarm(network: &str, trick: &Trick, count: Arc<AtomicUsize>) -> Swarm<Behaviour> {
    let name = format!("/beistand/{network}/kad/1");
    let dht = StreamProtocol::try_from_owned(name).expect("it begins with a slash");
    let one = |protocol: StreamProtocol, answer| HostileStreams::new(vec![protocol], answer, count.clone());
    let raw = match trick {
        Trick::Flood { .. } | Trick::CuttingRelay => {
            HostileStreams::new(Vec::new(), RawAnswer::Nothing, count.clone())
        }
        Trick::Mute => one(dht.clone(), RawAnswer::Nothing),
        Trick::Garbage => one(dht.clone(), RawAnswer::Garbage),
        Trick::BigIdentify => one(StreamProtocol::new("/ipfs/id/1.0.0"), RawAnswer::WithoutEnd),
        Trick::Streams { .. } => {
            // As long as a name that comes from an invite, and not it.
            one(dht.clone(), RawAnswer::Nothing).opening(StreamProtocol::new("/aaaaaaaaaaaaaaaaaaaaaaaaaa"))
        }
        Trick::StallingRelay => {
            one(StreamProtocol::new("/libp2p/circuit/relay/0.2.0/hop"), RawAnswer::Nothing)
        }
    };
    let says_who = !matches!(trick, Trick::BigIdentify);
    let cuts = matches!(trick, Trick::CuttingRelay);
    let flood = if let Trick::Flood { each } = trick { Some(*each) } else { None };
    let behaviour = move |key: &Keypair| {
        let peer = key.public().to_peer_id();
        let identify = says_who
            .then(|| identify::Behaviour::new(identify::Config::new("/beistand/1".to_owned(), key.public())));
        let kad = flood.map(|each| {
            let store = FloodStore::new(each, count.clone());
            let mut kad = kad::Behaviour::with_config(peer, store, kad::Config::new(dht.clone()));
            kad.set_mode(Some(kad::Mode::Server));
            kad
        });
        let relay = cuts.then(|| {
            // Fewer than a handshake needs.
            let limits = relay::Config { max_circuit_bytes: 64, ..relay::Config::default() };
            relay::Behaviour::new(peer, limits)
        });
        Behaviour { identify: identify.into(), kad: kad.into(), relay: relay.into(), raw }
    };
    SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
        .expect("keys")
        .with_behaviour(behaviour)
        .expect("it can't fail")
        .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(60)))
        .build()
}
