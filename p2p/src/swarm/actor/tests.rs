//! Nodes with real sockets on loopback that are asked what they would tell anybody.

use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{SwarmBuilder, identify, kad, noise, tcp, yamux};
use tokio::time::timeout;

use super::super::networks::{LAN_NETWORK, PUBLIC_NETWORK};
use super::*;

/// Long enough for a machine that is compiling at the same time.
const PATIENCE: Duration = Duration::from_secs(30);

fn config(network: &str) -> NetworkConfig {
    NetworkConfig {
        network: network.to_owned(),
        // Not loopback, where no public network is joined; nobody is there to enter it by.
        listen: vec!["/ip4/0.0.0.0/tcp/0".parse().expect("a multiaddr")],
        bootstrap: vec![format!("/ip4/127.0.0.1/tcp/1/p2p/{}", PeerId::random()).parse().expect("one")],
        mdns: true,
        upnp: false,
        ..NetworkConfig::default()
    }
}

fn actor(config: &NetworkConfig) -> SwarmActor {
    let (incoming, listen) = (mpsc::channel(1).0, watch::Sender::new(Vec::new()));
    SwarmActor::new(&Keypair::generate_ed25519(), config, None, incoming, listen).expect("a node")
}

#[derive(NetworkBehaviour)]
struct Asking {
    identify: identify::Behaviour,
}

/// What a node tells somebody who only connects to it.
async fn identity_of(node: Multiaddr) -> identify::Info {
    let identify = |key: &Keypair| {
        let config = identify::Config::new("stranger/1".to_owned(), key.public());
        Asking { identify: identify::Behaviour::new(config) }
    };
    let mut swarm = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
        .expect("keys")
        .with_behaviour(identify)
        .expect("it can't fail")
        .with_swarm_config(|config| config.with_idle_connection_timeout(PATIENCE))
        .build();
    swarm.dial(node).expect("an address");
    let answer = async {
        loop {
            if let SwarmEvent::Behaviour(AskingEvent::Identify(identify::Event::Received { info, .. })) =
                swarm.select_next_some().await
            {
                return info;
            }
        }
    };
    timeout(PATIENCE, answer).await.expect("in time")
}

/// Where a node listens on loopback.
fn on_loopback(actor: &SwarmActor) -> Multiaddr {
    let listen = actor.listen.borrow();
    listen.iter().find(|address| addresses::loopback(address)).expect("it listens everywhere").clone()
}

#[tokio::test]
async fn a_host_that_is_called_reachable_serves_no_dht_of_the_public_network() {
    let config = config(PUBLIC_NETWORK);
    let mut actor = actor(&config);
    actor.listen(&config.listen).await.expect("a port");
    // What AutoNAT's word comes to.
    let reached: Multiaddr = "/ip4/203.0.113.7/tcp/4001".parse().expect("a multiaddr");
    actor.swarm.add_external_address(reached.clone());
    actor.on_swarm_event(SwarmEvent::ExternalAddrConfirmed { address: reached.clone() });
    assert_eq!(actor.survey.report().reached, std::slice::from_ref(&reached));
    let address = on_loopback(&actor);
    let (_commands, inbox) = mpsc::channel(1);
    let node = tokio::spawn(actor.run(inbox));
    let told = identity_of(address).await;
    node.abort();
    assert!(told.protocols.iter().all(|protocol| !protocol.as_ref().contains("kad")), "{told:?}");
    assert_eq!(told.listen_addrs, [reached], "where it is reached, and no other address of this machine");
}

#[tokio::test]
async fn neighbours_hear_of_a_node_only_while_an_invite_is_open_or_somebody_is_looked_for() {
    let mut actor = actor(&config(LAN_NETWORK));
    let heard = |actor: &mut SwarmActor| {
        let behaviour = actor.swarm.behaviour_mut();
        let serves = behaviour.dhts.dht(NetworkKind::Lan).map(|dht| dht.mode()) == Some(kad::Mode::Server);
        assert_eq!(serves, behaviour.neighbours.runs(), "both or neither");
        serves
    };
    assert!(!heard(&mut actor), "nothing is open");
    actor.on_command(SwarmCommand::Provide(b"an invite".to_vec()));
    assert!(heard(&mut actor));
    actor.on_command(SwarmCommand::StopProviding(b"an invite".to_vec()));
    assert!(!heard(&mut actor), "it was used");

    let (found, answers) = mpsc::channel(1);
    actor.on_command(SwarmCommand::Find { key: b"a host".to_vec(), found });
    assert!(heard(&mut actor));
    actor.on_lan_peer(PeerId::random(), "/ip4/192.168.1.7/tcp/1".parse().expect("a multiaddr"));
    drop(answers);
    actor.on_tick();
    assert!(!heard(&mut actor), "the search is over");
    assert!(actor.lan_peers.is_empty(), "who was there is forgotten");

    actor.on_command(SwarmCommand::RenewRelays { relays: Vec::new(), lost_at: Instant::now() });
    assert!(heard(&mut actor), "a session looks for its peer");
    actor.neighbours_until = Instant::now();
    actor.on_tick();
    assert!(!heard(&mut actor));
}

#[tokio::test]
async fn without_mdns_in_the_settings_it_never_runs() {
    let mut actor = actor(&NetworkConfig { mdns: false, ..config(LAN_NETWORK) });
    actor.on_command(SwarmCommand::Provide(b"an invite".to_vec()));
    assert!(!actor.swarm.behaviour().neighbours.runs());
}

#[tokio::test]
async fn a_relay_without_its_key_is_refused() {
    let relay: Multiaddr = "/ip4/192.0.2.1/tcp/4001".parse().expect("a multiaddr");
    let config = NetworkConfig { relays: vec![relay.clone()], ..config(PUBLIC_NETWORK) };
    let (incoming, listen) = (mpsc::channel(1).0, watch::Sender::new(Vec::new()));
    match SwarmActor::new(&Keypair::generate_ed25519(), &config, None, incoming, listen) {
        Err(StartError::Relay(named)) => assert_eq!(named, relay),
        other => panic!("{:?}", other.map(|_| "a node")),
    }
}
