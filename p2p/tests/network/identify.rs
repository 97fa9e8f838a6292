//! What a waiting host tells a peer that has no invite and only connects to it, as crawlers of the public
//! network do, and the nodes of a DHT, relays and neighbours.

use std::time::Duration;

use beistand_p2p::host::{Host, HostEvent};
use beistand_p2p::invite::InviteLifetime;
use beistand_p2p::{DEFAULT_NETWORK, Multiaddr, NetworkConfig, ServeConfig, ServingNode};
use beistand_session::{PermissionSet, StaticKey};
use futures::StreamExt;
use libp2p::identity::Keypair;
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Swarm, SwarmBuilder, identify, noise, tcp, yamux};
use tokio::time::timeout;

/// Long enough for a machine that is compiling at the same time.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(NetworkBehaviour)]
struct StrangerBehaviour {
    identify: identify::Behaviour,
}

async fn stranger() -> (Swarm<StrangerBehaviour>, Multiaddr) {
    let behaviour = |key: &Keypair| {
        let config = identify::Config::new("stranger/1".to_owned(), key.public());
        StrangerBehaviour { identify: identify::Behaviour::new(config) }
    };
    let mut swarm = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
        .expect("keys")
        .with_behaviour(behaviour)
        .expect("it can't fail")
        .with_swarm_config(|config| config.with_idle_connection_timeout(PATIENCE))
        .build();
    swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse().expect("a multiaddr")).expect("loopback");
    loop {
        if let SwarmEvent::NewListenAddr { address, .. } = swarm.select_next_some().await {
            let address = address.with_p2p(*swarm.local_peer_id()).expect("without one");
            return (swarm, address);
        }
    }
}

/// What the next peer tells, whoever connected.
async fn told(swarm: &mut Swarm<StrangerBehaviour>) -> identify::Info {
    let answer = async {
        loop {
            if let SwarmEvent::Behaviour(StrangerBehaviourEvent::Identify(identify::Event::Received {
                info,
                ..
            })) = swarm.select_next_some().await
            {
                return info;
            }
        }
    };
    timeout(PATIENCE, answer).await.expect("in time")
}

/// A host in the default networks, listening on all interfaces, that enters them by `entry` and waits.
async fn waiting_host(entry: &Multiaddr) -> Host {
    let network = NetworkConfig {
        network: DEFAULT_NETWORK.to_owned(),
        listen: ["/ip4/0.0.0.0/udp/0/quic-v1", "/ip4/0.0.0.0/tcp/0"]
            .map(|text| text.parse().expect("a multiaddr"))
            .to_vec(),
        bootstrap: vec![entry.clone()],
        mdns: false,
        upnp: false,
        ..NetworkConfig::default()
    };
    let key = StaticKey::generate().expect("randomness");
    let life = InviteLifetime::default();
    let mut host = Host::start(network, key, life, PermissionSet::DESKTOP).await.expect("a host");
    match timeout(PATIENCE, host.events.recv()).await.expect("in time") {
        Some(HostEvent::Invite(_)) => host,
        other => panic!("no invite but {other:?}"),
    }
}

fn expect_nothing_of_beistand(told: &identify::Info) {
    assert!(told.listen_addrs.is_empty(), "{:?}", told.listen_addrs);
    let spoken = told.protocols.iter().map(AsRef::<str>::as_ref);
    let names: Vec<&str> = spoken.chain([&*told.agent_version, &*told.protocol_version]).collect();
    for name in &names {
        assert!(!name.to_lowercase().contains("beistand"), "{names:?}");
    }
    assert!(!names.contains(&"/ipfs/kad/1.0.0"), "a person is no server: {names:?}");
    assert!(told.agent_version.starts_with("rust-libp2p/"), "{}", told.agent_version);
}

#[tokio::test]
async fn a_stranger_who_connects_to_a_waiting_host_reads_nothing_of_beistand_and_no_address() {
    let (mut caller, _) = stranger().await;
    let (mut entry, address) = stranger().await;
    let host = waiting_host(&address).await;
    // As a node of the DHT that the host calls.
    expect_nothing_of_beistand(&told(&mut entry).await);
    let listen = host.node.listen_addresses();
    let at = listen.iter().find(|address| address.to_string().starts_with("/ip4/127.0.0.1/tcp/"));
    caller.dial(at.expect("it listens everywhere").clone()).expect("an address");
    expect_nothing_of_beistand(&told(&mut caller).await);
}

#[tokio::test]
async fn a_public_node_says_where_it_is_and_not_what_program_it_is() {
    let serve = ServeConfig { max_circuits: 8, max_reservations: 8, ..crate::serving::unlimited(31) };
    let network = NetworkConfig {
        listen: vec!["/ip4/127.0.0.1/tcp/0".parse().expect("a multiaddr")],
        network: "office".to_owned(),
        upnp: false,
        serve: Some(serve),
        ..NetworkConfig::default()
    };
    let server = ServingNode::start(network).await.expect("a public node");
    let (mut caller, _) = stranger().await;
    caller.dial(server.addresses().remove(0)).expect("an address");
    let told = told(&mut caller).await;
    assert!(!told.agent_version.contains("beistand") && !told.protocol_version.contains("beistand"));
    assert!(!told.listen_addrs.is_empty());
}
