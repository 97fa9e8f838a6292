//! A node: libp2p's swarm with the real Kademlia behaviour, set as the product sets it, and nothing else.

use std::time::Duration;

use futures::channel::mpsc;
use futures::{FutureExt, StreamExt};
use libp2p::core::upgrade::Version;
use libp2p::kad::store::MemoryStore;
use libp2p::kad::{self, BucketInserts, InboundRequest, Mode, QueryResult};
use libp2p::swarm::{Config, StreamProtocol, SwarmEvent};
use libp2p::{PeerId, Swarm, Transport};

use crate::network::{Network, Wire};
use crate::population::Conduct;
use crate::store::Store;

/// The protocol's name makes no difference here.
const PROTOCOL: StreamProtocol = StreamProtocol::new("/beistand/simulator/kad/1");

/// The libraries' limits are on the real clock, which means nothing here: queries end by the simulated one.
const NEVER: Duration = Duration::from_secs(24 * 3600);

/// Keys that a node keeps providers of, as a public node of the product.
const MAX_PROVIDED_KEYS: usize = 65_536;

/// Addresses of one peer that are dialled at once, as in the product.
const DIALS_AT_ONCE: std::num::NonZeroU8 = std::num::NonZeroU8::new(8).expect("it is not 0");

pub(crate) type Kad = kad::Behaviour<Store>;

/// A swarm whose tasks belong to `group`.
pub(crate) fn swarm(
    network: &Network,
    group: u64,
    peer: PeerId,
    wire: Wire,
    junk: Option<u64>,
    mode: Mode,
) -> Swarm<Kad> {
    let (mut config, limits) = beistand_p2p::dht_settings(
        PROTOCOL,
        NEVER,
        // Servers keep the tables that they were given.
        if mode == Mode::Server { BucketInserts::Manual } else { BucketInserts::OnConnected },
        MAX_PROVIDED_KEYS,
    );
    config.set_substreams_timeout(NEVER);
    let store = match junk {
        Some(seed) => Store::Junk { seed },
        None => Store::Honest(Box::new(MemoryStore::with_config(peer, limits))),
    };
    let mut behaviour = Kad::with_config(peer, store, config);
    behaviour.set_mode(Some(mode));
    let clock = network.clock.clone();
    let settings = Config::with_executor(move |task| clock.spawn(group, task))
        .with_idle_connection_timeout(NEVER)
        .with_dial_concurrency_factor(DIALS_AT_ONCE)
        .with_substream_upgrade_protocol_override(Version::V1);
    Swarm::new(wire.boxed(), behaviour, peer, settings)
}

/// Ends the bootstrap that Kademlia would begin half a second of real time after a peer was learned: one is
/// begun in its place, which takes back the timer, and is ended at once; [`on_event`] ends what follows from
/// it.
pub(crate) fn calm(kad: &mut Kad) {
    if let Ok(query) = kad.bootstrap()
        && let Some(mut query) = kad.query_mut(&query)
    {
        query.finish();
    }
}

/// The other half of [`calm`], for each event.
pub(crate) fn on_event(kad: &mut Kad, event: &kad::Event) {
    match event {
        kad::Event::OutboundQueryProgressed { id, result: QueryResult::Bootstrap(_), .. } => {
            if let Some(mut query) = kad.query_mut(id) {
                query.finish();
            }
        }
        kad::Event::RoutingUpdated { is_new_peer: true, .. } if kad.mode() == Mode::Client => calm(kad),
        _ => {}
    }
}

/// A member of the network, which answers whoever asks.
pub(crate) async fn serve(
    network: Network,
    member: usize,
    wire: Wire,
    mut learn: mpsc::UnboundedReceiver<usize>,
    after_churn: bool,
) {
    let population = network.population.clone();
    let own = &population.members[member];
    let junk = (own.conduct == Conduct::Junk).then_some(member as u64);
    let mut swarm = swarm(&network, member as u64 + 1, own.peer, wire, junk, Mode::Server);
    let add = |swarm: &mut Swarm<Kad>, other: usize| {
        let address = population.address(other, Some(member));
        swarm.behaviour_mut().add_address(&population.members[other].peer, address);
    };
    for other in population.table(member, after_churn) {
        add(&mut swarm, other);
    }
    calm(swarm.behaviour_mut());
    loop {
        futures::select_biased! {
            event = swarm.select_next_some().fuse() => {
                let SwarmEvent::Behaviour(event) = event else { continue };
                on_event(swarm.behaviour_mut(), &event);
                let kad::Event::InboundRequest { request } = event else { continue };
                if matches!(request, InboundRequest::GetProvider { num_provider_peers: 1.., .. }) && junk.is_none() {
                    network.named(member);
                }
            }
            other = learn.select_next_some() => add(&mut swarm, other),
        }
    }
}
