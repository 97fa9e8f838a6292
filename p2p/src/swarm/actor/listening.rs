//! Where the node listens and is reached: its own addresses, as listeners, relays and peers report them.
//!
//! It publishes them and hands them to the networks. It does not find out whether an address can be reached:
//! AutoNAT does.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures::StreamExt;
use libp2p::Multiaddr;
use libp2p::core::transport::ListenerId;
use libp2p::swarm::SwarmEvent;
use tokio::time::timeout_at;

use super::super::{StartError, addresses, nat};
use super::SwarmActor;

/// How long listening may take to start: the kernel needs microseconds, an interface watcher some
/// milliseconds.
const LISTEN_TIMEOUT: Duration = Duration::from_secs(3);

/// How long to wait for the other listeners once one has started: those of IPv6 never start on a machine
/// without IPv6.
const OTHERS_TIMEOUT: Duration = Duration::from_millis(250);

/// Own addresses that are published: those of all interfaces, circuits, and one that a router opened.
const MAX_OWN_ADDRESSES: usize = 64;

impl SwarmActor {
    /// Starts to listen and waits for the first address of each listener.
    pub(in super::super) async fn listen(&mut self, wanted: &[Multiaddr]) -> Result<(), StartError> {
        let mut waiting: HashMap<ListenerId, Multiaddr> = HashMap::new();
        for address in nat::on_one_port(wanted) {
            match self.swarm.listen_on(address.clone()) {
                Ok(id) => {
                    if self.counters.is_some() && addresses::specific(&address) {
                        self.named_listeners.insert(id);
                    }
                    waiting.insert(id, address);
                }
                // On a machine without IPv6 an IPv6 address fails; that does not matter while another address
                // works.
                Err(error) => {
                    let error = StartError::Listen { address, reason: error.to_string() };
                    if wanted.len() == 1 {
                        return Err(error);
                    }
                    tracing::warn!(%error, "not listening there");
                }
            }
        }
        let mut failed = None;
        let mut deadline = tokio::time::Instant::now() + LISTEN_TIMEOUT;
        while !waiting.is_empty() {
            // A listener that has not started by now may still do so; one that works is enough.
            let Ok(event) = timeout_at(deadline, self.swarm.select_next_some()).await else { break };
            match event {
                SwarmEvent::NewListenAddr { listener_id, address } => {
                    waiting.remove(&listener_id);
                    self.on_listen_address(listener_id, address);
                    deadline = deadline.min(tokio::time::Instant::now() + OTHERS_TIMEOUT);
                }
                SwarmEvent::ListenerClosed { listener_id, reason, .. } => {
                    if let (Some(address), Err(error)) = (waiting.remove(&listener_id), reason) {
                        failed = Some(StartError::Listen { address, reason: error.to_string() });
                    }
                }
                event => self.on_swarm_event(event),
            }
        }
        // Earlier dials would leave from ports on which nobody listens.
        self.enter();
        match failed {
            Some(error) if self.listen.borrow().is_empty() => Err(error),
            Some(error) => {
                tracing::warn!(%error, "not listening there");
                Ok(())
            }
            None => Ok(()),
        }
    }

    pub(super) fn on_listen_address(&mut self, listener: ListenerId, address: Multiaddr) {
        let own = *self.swarm.local_peer_id();
        let circuits = self.relays.on_listening(listener, own);
        if !circuits.is_empty() {
            self.survey.on_reservation(Instant::now());
            // The same reservation through the relay's other addresses: a technician may reach only one of
            // them.
            for circuit in circuits {
                self.swarm.add_external_address(circuit.clone());
                self.add_own_address(circuit);
            }
            self.rendezvous.announce_soon(Instant::now());
        }
        if self.counters.is_some()
            && (self.named_listeners.contains(&listener) || addresses::global(&address))
        {
            self.swarm.add_external_address(address.clone());
            self.survey.on_reached(&address);
        }
        self.add_own_address(address);
    }

    pub(super) fn on_listener_closed(&mut self, listener: ListenerId, addresses: &[Multiaddr]) {
        let own = *self.swarm.local_peer_id();
        for circuit in self.relays.on_closed(listener, own, Instant::now()) {
            self.swarm.remove_external_address(&circuit);
            self.forget_own_address(&circuit);
        }
        for address in addresses {
            self.forget_own_address(address);
        }
        self.keep_relays();
    }

    pub(super) fn on_reachable(&mut self, address: Multiaddr) {
        self.survey.on_reached(&address);
        self.add_own_address(address);
        self.rendezvous.announce_soon(Instant::now());
    }

    pub(super) fn add_own_address(&mut self, address: Multiaddr) {
        self.listen.send_if_modified(|listen| {
            let new = listen.len() < MAX_OWN_ADDRESSES && !listen.contains(&address);
            if new {
                listen.push(address);
            }
            new
        });
    }

    pub(super) fn forget_own_address(&mut self, address: &Multiaddr) {
        self.listen.send_if_modified(|listen| {
            let before = listen.len();
            listen.retain(|known| known != address);
            listen.len() < before
        });
    }
}
