//! Finds others in the local network by multicast DNS, and lets itself be found, only while that is wanted.
//!
//! It says no more than libp2p's mDNS does: a PeerId, which is new for each run, the addresses in that
//! network, and a random name. It does not decide when it is wanted, and whoever answers has proved nothing.

use std::collections::HashMap;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use libp2p::core::transport::{ListenerId, PortUse};
use libp2p::core::{Endpoint, Multiaddr};
use libp2p::swarm::behaviour::{ExpiredListenAddr, NewListenAddr};
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent, THandlerOutEvent,
    ToSwarm, dummy,
};
use libp2p::{PeerId, mdns};
use tokio::runtime::{Builder, Runtime};

/// How often mDNS asks again in case an answer was lost. The first question is sent at the start.
const QUERY_INTERVAL: Duration = Duration::from_secs(60);

/// How long neighbours remember an answer: two questions, one of which may be lost. libp2p says no goodbye,
/// so this is also how long they remember somebody who is no longer there.
const ANSWER_LIFE: Duration = Duration::from_secs(120);

/// The behaviour. Inbox: [`NeighbourSearch::want`]; state: the running search, if there is one.
pub(crate) struct NeighbourSearch {
    own: PeerId,
    /// Whether it may ever run here.
    allowed: bool,
    listen: HashMap<Multiaddr, ListenerId>,
    running: Option<RunningSearch>,
    waker: Option<Waker>,
}

impl NeighbourSearch {
    pub(super) fn new(own: PeerId, allowed: bool) -> Self {
        Self { own, allowed, listen: HashMap::new(), running: None, waker: None }
    }

    /// Whether it runs.
    #[cfg(test)]
    pub(super) fn runs(&self) -> bool {
        self.running.is_some()
    }

    /// Starts or ends the search.
    pub(super) fn want(&mut self, wanted: bool) {
        if !wanted {
            self.running = None;
        } else if self.allowed && self.running.is_none() {
            match RunningSearch::start(self.own, &self.listen) {
                Ok(search) => self.running = Some(search),
                Err(error) => {
                    tracing::warn!(%error, "no mDNS here: peers on the LAN are found by a link only");
                    self.allowed = false;
                }
            }
            if let Some(waker) = self.waker.take() {
                waker.wake();
            }
        }
    }
}

/// libp2p's mDNS with a runtime of its own: it leaves its tasks behind when it is dropped, and they would go
/// on answering. They end with their runtime.
struct RunningSearch {
    behaviour: mdns::tokio::Behaviour,
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
}

impl RunningSearch {
    fn start(own: PeerId, listen: &HashMap<Multiaddr, ListenerId>) -> std::io::Result<Self> {
        let runtime =
            Builder::new_multi_thread().worker_threads(1).thread_name("mdns").enable_all().build()?;
        let config =
            mdns::Config { query_interval: QUERY_INTERVAL, ttl: ANSWER_LIFE, ..mdns::Config::default() };
        let entered = runtime.enter();
        let behaviour = mdns::tokio::Behaviour::new(config, own);
        drop(entered);
        let mut search = match behaviour {
            Ok(behaviour) => Self { behaviour, runtime: Some(runtime) },
            Err(error) => {
                runtime.shutdown_background();
                return Err(error);
            }
        };
        for (addr, listener) in listen {
            let new = NewListenAddr { listener_id: *listener, addr };
            search.behaviour.on_swarm_event(FromSwarm::NewListenAddr(new));
        }
        Ok(search)
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<mdns::Event, THandlerInEvent<NeighbourSearch>>> {
        // What it spawns and opens belongs to its runtime.
        let _entered = self.runtime.as_ref().map(Runtime::enter);
        self.behaviour.poll(cx)
    }
}

impl Drop for RunningSearch {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Waiting for it is not allowed in a task; its tasks end at their next step.
            runtime.shutdown_background();
        }
    }
}

impl NetworkBehaviour for NeighbourSearch {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = mdns::Event;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn handle_pending_outbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: Option<PeerId>,
        addresses: &[Multiaddr],
        role: Endpoint,
    ) -> Result<Vec<Multiaddr>, ConnectionDenied> {
        let Some(search) = &mut self.running else { return Ok(Vec::new()) };
        search.behaviour.handle_pending_outbound_connection(connection, peer, addresses, role)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            FromSwarm::NewListenAddr(NewListenAddr { listener_id, addr }) => {
                self.listen.insert(addr.clone(), listener_id);
            }
            FromSwarm::ExpiredListenAddr(ExpiredListenAddr { addr, .. }) => _ = self.listen.remove(addr),
            _ => {}
        }
        if let Some(search) = &mut self.running {
            search.behaviour.on_swarm_event(event);
        }
    }

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        if let Some(search) = &mut self.running {
            return search.poll(cx);
        }
        self.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::future::poll_fn;
    use std::net::IpAddr;

    use futures::StreamExt;
    use if_watch::IfEvent;
    use if_watch::tokio::IfWatcher;
    use tokio::time::timeout;

    use super::*;

    /// Long enough for a machine that is compiling at the same time.
    const PATIENCE: Duration = Duration::from_secs(10);

    /// An IPv4 address of this machine beyond loopback, if it has one.
    async fn own_address() -> Option<IpAddr> {
        let mut interfaces = IfWatcher::new().ok()?;
        let address = async {
            loop {
                if let Ok(IfEvent::Up(net)) = interfaces.select_next_some().await
                    && net.addr().is_ipv4()
                    && !net.addr().is_loopback()
                {
                    return net.addr();
                }
            }
        };
        timeout(Duration::from_secs(1), address).await.ok()
    }

    /// A node that listens at this address, and searches.
    fn node(own: PeerId, at: IpAddr) -> NeighbourSearch {
        let mut search = NeighbourSearch::new(own, true);
        let addr = format!("/ip4/{at}/tcp/4001").parse().expect("a multiaddr");
        let listening = NewListenAddr { listener_id: ListenerId::next(), addr: &addr };
        search.on_swarm_event(FromSwarm::NewListenAddr(listening));
        search.want(true);
        search
    }

    /// How long the others' answers may take after the first one: they are sent at once. There is no event
    /// for an answer that doesn't come.
    const OTHER_ANSWERS: Duration = Duration::from_millis(250);

    /// Nodes that ask one after the other before nobody is said to answer: what is sent to all in a network
    /// may be lost, and each node asks ever more seldom.
    const ASKERS: usize = 3;

    /// All whom a new node finds until it has found `wanted`, and a little longer, while `others` run. `None`
    /// if none ever does.
    async fn found_by_a_new_node(
        at: IpAddr,
        wanted: PeerId,
        others: &mut [&mut NeighbourSearch],
    ) -> Option<HashSet<PeerId>> {
        for _ in 0..ASKERS {
            let found = found_by_one_node(at, wanted, others).await;
            if found.is_some() {
                return found;
            }
        }
        None
    }

    async fn found_by_one_node(
        at: IpAddr,
        wanted: PeerId,
        others: &mut [&mut NeighbourSearch],
    ) -> Option<HashSet<PeerId>> {
        let mut asker = node(PeerId::random(), at);
        let mut all = HashSet::new();
        let mut search = async |all: &mut HashSet<PeerId>, until: Option<PeerId>| {
            while until.is_none_or(|wanted| !all.contains(&wanted)) {
                let action = poll_fn(|cx| {
                    for other in others.iter_mut() {
                        while other.poll(cx).is_ready() {}
                    }
                    asker.poll(cx)
                });
                if let ToSwarm::GenerateEvent(mdns::Event::Discovered(found)) = action.await {
                    all.extend(found.into_iter().map(|(peer, _)| peer));
                }
            }
        };
        timeout(PATIENCE, search(&mut all, Some(wanted))).await.ok()?;
        let _ = timeout(OTHER_ANSWERS, search(&mut all, None)).await;
        Some(all)
    }

    #[tokio::test]
    async fn who_no_longer_searches_no_longer_answers() {
        let Some(at) = own_address().await else {
            println!("SKIPPED: this machine has no address beyond loopback");
            return;
        };
        let [always, once] = [(); 2].map(|()| PeerId::random());
        let (mut running, mut ended) = (node(always, at), node(once, at));
        if found_by_a_new_node(at, always, &mut [&mut running]).await.is_none() {
            println!("SKIPPED: multicast does not work on this machine");
            return;
        }
        let found = found_by_a_new_node(at, once, &mut [&mut running, &mut ended]).await;
        assert!(found.is_some(), "while it is wanted");
        ended.want(false);
        assert!(!ended.runs());
        // The one that still answers shows that the question was heard.
        let found = found_by_a_new_node(at, always, &mut [&mut running, &mut ended]).await;
        assert!(!found.expect("it still answers").contains(&once));
        ended.want(true);
        let found = found_by_a_new_node(at, once, &mut [&mut running, &mut ended]).await;
        assert!(found.is_some(), "it is wanted again");
    }

    #[tokio::test]
    async fn where_it_is_not_allowed_it_never_runs() {
        let mut search = NeighbourSearch::new(PeerId::random(), false);
        search.want(true);
        assert!(!search.runs());
    }
}
