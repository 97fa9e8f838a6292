//! The network itself: who is there now, and the transport by which they reach each other. A node that nobody
//! has called yet does nothing, so it is made when it is called first.

use std::collections::HashMap;
use std::future::Ready;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::channel::mpsc;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::{DialOpts, ListenerId, TransportError, TransportEvent};
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId, Transport};

use crate::clock::{Clock, lock};
use crate::node;
use crate::population::{Conduct, Place, Population};
use crate::wire::{self, Muxer, Stream};

/// How long the dial of somebody who is gone takes: QUIC's own limit.
const DIAL_TIMEOUT: Duration = Duration::from_secs(5);

/// How long an unanswered question holds its asker up: the DHT's limit for a stream.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection that somebody made to a node.
pub(crate) type Arrival = (PeerId, Muxer);

/// Somebody who can be called.
struct Called {
    arrivals: mpsc::UnboundedSender<Arrival>,
    learn: mpsc::UnboundedSender<usize>,
}

#[derive(Default)]
struct NetworkState {
    members: HashMap<usize, Called>,
    /// A person's program, which is in nobody's table.
    persons: HashMap<u64, (PeerId, Place, mpsc::UnboundedSender<Arrival>)>,
    after_churn: bool,
    /// How many told of each other before a member was called, with itself; of the technician's way only.
    depths: HashMap<usize, u32>,
    /// The honest members that have named a provider.
    namers: Vec<usize>,
    dials: u64,
}

/// One trial's network.
#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) population: Arc<Population>,
    pub(crate) clock: Clock,
    state: Arc<Mutex<NetworkState>>,
}

impl Network {
    pub(crate) fn new(population: Arc<Population>, clock: Clock) -> Self {
        Self { population, clock, state: Arc::default() }
    }

    /// Makes all nodes that are there.
    pub(crate) fn call_all(&self) {
        for member in 0..self.population.members.len() {
            if !self.population.members[member].comes {
                self.call(member);
            }
        }
    }

    /// A share goes, and as many come.
    pub(crate) fn churn(&self) {
        let mut state = lock(&self.state);
        state.after_churn = true;
        state.depths.clear();
        state.dials = 0;
        state.namers.clear();
        let members = &self.population.members;
        state.members.retain(|member, _| {
            let stays = !members[*member].leaves;
            if !stays {
                self.clock.end_group(*member as u64 + 1);
            }
            stays
        });
        for (member, called) in &state.members {
            for other in self.population.table(*member, true) {
                if members[other].comes {
                    // A node that has ended learns nothing.
                    let _ = called.learn.unbounded_send(other);
                }
            }
        }
    }

    /// An honest member has named a provider.
    pub(crate) fn named(&self, member: usize) {
        lock(&self.state).namers.push(member);
    }

    /// The fewest that told of each other up to somebody who has named a provider.
    pub(crate) fn hops(&self) -> Option<u32> {
        let state = lock(&self.state);
        state.namers.iter().filter_map(|member| state.depths.get(member)).min().copied()
    }

    /// Dials since the churn.
    pub(crate) fn dials(&self) -> u64 {
        lock(&self.state).dials
    }

    /// The transport of a person's program at this place, which others reach at `number`.
    pub(crate) fn person(&self, number: u64, peer: PeerId, place: Place) -> Wire {
        let (outbox, arrivals) = mpsc::unbounded();
        lock(&self.state).persons.insert(number, (peer, place, outbox));
        Wire { network: self.clone(), own: (peer, place), arrivals }
    }

    /// Whoever is reached there now, made where it has not been called before.
    fn call(&self, member: usize) -> Option<mpsc::UnboundedSender<Arrival>> {
        let whole = &self.population.members;
        let entry = whole.get(member)?;
        let mut state = lock(&self.state);
        if if state.after_churn { entry.leaves } else { entry.comes } {
            return None;
        }
        if let Some(called) = state.members.get(&member) {
            return Some(called.arrivals.clone());
        }
        let (arrivals, inbox) = mpsc::unbounded();
        let (learn, learning) = mpsc::unbounded();
        state.members.insert(member, Called { arrivals: arrivals.clone(), learn });
        let after_churn = state.after_churn;
        drop(state);
        let task = if entry.conduct == Conduct::Mute {
            mute(self.clock.clone(), inbox).boxed()
        } else {
            let wire = Wire { network: self.clone(), own: (entry.peer, entry.place), arrivals: inbox };
            node::serve(self.clone(), member, wire, learning, after_churn).boxed()
        };
        self.clock.spawn(member as u64 + 1, task);
        Some(arrivals)
    }

    async fn dial(self, own: (PeerId, Place), target: u64, teller: Option<usize>) -> io::Result<Arrival> {
        let person = lock(&self.state).persons.get(&target).map(|(peer, place, _)| (*peer, *place));
        let member = usize::try_from(target).ok().and_then(|target| target.checked_sub(1));
        let known = member.and_then(|member| self.population.members.get(member));
        lock(&self.state).dials += 1;
        let Some((peer, place)) = person.or(known.map(|member| (member.peer, member.place))) else {
            self.clock.sleep(DIAL_TIMEOUT).await;
            return Err(io::ErrorKind::TimedOut.into());
        };
        if let (Some(member), None) = (member, person) {
            let mut state = lock(&self.state);
            let before = teller.map_or(0, |teller| state.depths.get(&teller).copied().unwrap_or(0));
            state.depths.entry(member).or_insert(before + 1);
        }
        let delay = own.1.delay_to(&place);
        self.clock.sleep(delay * 2).await;
        let reached = if person.is_some() {
            lock(&self.state).persons.get(&target).map(|(_, _, arrivals)| arrivals.clone())
        } else {
            member.and_then(|member| self.call(member))
        };
        let (here, there) = wire::connection(&self.clock, delay);
        if reached.is_none_or(|arrivals| arrivals.unbounded_send((own.0, there)).is_err()) {
            self.clock.sleep(DIAL_TIMEOUT - (delay * 2).min(DIAL_TIMEOUT)).await;
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok((peer, here))
    }
}

/// Takes all connections and answers nothing; who asks gives up in the end.
async fn mute(clock: Clock, mut arrivals: mpsc::UnboundedReceiver<Arrival>) {
    let mut held: Vec<(Muxer, Vec<Stream>, Option<Duration>)> = Vec::new();
    futures::future::poll_fn(|cx| {
        while let Poll::Ready(Some((_, muxer))) = arrivals.poll_next_unpin(cx) {
            held.push((muxer, Vec::new(), None));
        }
        held.retain_mut(|(muxer, streams, until)| {
            while let Poll::Ready(stream) = muxer.poll_accept(cx) {
                let Some(stream) = stream else { return false };
                streams.push(stream);
                let at = clock.now() + ANSWER_TIMEOUT;
                clock.wake_at(at, cx.waker());
                until.get_or_insert(at);
            }
            until.is_none_or(|until| clock.now() < until)
        });
        Poll::Pending
    })
    .await
}

/// A node's transport.
pub(crate) struct Wire {
    network: Network,
    own: (PeerId, Place),
    arrivals: mpsc::UnboundedReceiver<Arrival>,
}

fn boxed((peer, muxer): Arrival) -> (PeerId, StreamMuxerBox) {
    (peer, StreamMuxerBox::new(muxer))
}

impl Transport for Wire {
    type Output = (PeerId, StreamMuxerBox);
    type Error = io::Error;
    type ListenerUpgrade = Ready<io::Result<Self::Output>>;
    type Dial = BoxFuture<'static, io::Result<Self::Output>>;

    fn listen_on(&mut self, _: ListenerId, address: Multiaddr) -> Result<(), TransportError<io::Error>> {
        // Everybody is reached at their number from the start.
        Err(TransportError::MultiaddrNotSupported(address))
    }

    fn remove_listener(&mut self, _: ListenerId) -> bool {
        false
    }

    fn dial(&mut self, address: Multiaddr, _: DialOpts) -> Result<Self::Dial, TransportError<io::Error>> {
        let mut numbers = address.iter().filter_map(|part| match part {
            Protocol::Memory(number) => Some(number),
            _ => None,
        });
        let Some(target) = numbers.next() else {
            return Err(TransportError::MultiaddrNotSupported(address));
        };
        let teller = numbers.next().and_then(|number| usize::try_from(number).ok()?.checked_sub(1));
        let dial = self.network.clone().dial(self.own, target, teller);
        Ok(dial.map(|arrival| arrival.map(boxed)).boxed())
    }

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<TransportEvent<Self::ListenerUpgrade, io::Error>> {
        let Poll::Ready(Some(arrival)) = self.arrivals.poll_next_unpin(cx) else { return Poll::Pending };
        Poll::Ready(TransportEvent::Incoming {
            listener_id: ListenerId::next(),
            upgrade: std::future::ready(Ok(boxed(arrival))),
            local_addr: Multiaddr::empty(),
            send_back_addr: Multiaddr::empty(),
        })
    }
}
