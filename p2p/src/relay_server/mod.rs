//! The relay of a public node: circuit v2's server,
//! <https://github.com/libp2p/specs/blob/master/relay/circuit-v2.md>.
//!
//! What it does: gives peers places through which others can call them, splices circuits between a caller and
//! a called peer, and keeps all of it within [`RelayLimits`], with a fair share of the line for each circuit.
//! Its clients are libp2p's own, in any language. What it does not do: it does not interpret the bytes that
//! it relays, it signs no vouchers (nobody asks for them), and it relays no circuit over a circuit.
//!
//! `behaviour` follows the decisions of `accounts`. One `handler` per connection negotiates streams in the
//! messages of `wire`. One task per `circuit` calls the other end and splices both, as fast as the `line`
//! allows: `shares` and `day` decide who may go next.

mod accounts;
mod behaviour;
mod circuit;
mod day;
mod handler;
mod line;
mod protobuf;
mod shares;
mod splice;
mod tally;
mod wire;

use std::time::Duration;

use libp2p::PeerId;

pub(crate) use behaviour::RelayServer;
pub(crate) use wire::RelayStatus;

/// The limits of a relay. Bytes are those of both directions together, and 0 means no limit.
#[derive(Debug, Clone, Default)]
pub(crate) struct RelayLimits {
    /// Peers with a place at once.
    pub(crate) max_reservations: usize,
    /// Circuits at once.
    pub(crate) max_circuits: usize,
    /// Circuits at once that a peer opens. To a peer there may be four times as many, of which this many from
    /// one address.
    pub(crate) max_circuits_per_peer: usize,
    /// How long a circuit may last; `None` for no limit.
    pub(crate) max_circuit_duration: Option<Duration>,
    /// Bytes per circuit.
    pub(crate) max_circuit_bytes: u64,
    /// Bytes per second over one circuit.
    pub(crate) max_circuit_bytes_a_second: u64,
    /// Bytes per second over all circuits.
    pub(crate) max_bytes_a_second: u64,
    /// Bytes per peer in any 24 hours, over its circuits as caller or called.
    pub(crate) max_peer_bytes_a_day: u64,
}

/// An event at a relay.
#[derive(Debug)]
#[expect(dead_code, reason = "the peers are for the log, which shows the event as it is")]
pub(crate) enum RelayEvent {
    /// A peer has a new place, or has renewed it.
    Reserved { peer: PeerId, renewed: bool },
    /// A peer got no place.
    ReservationRefused { peer: PeerId, status: RelayStatus },
    /// A peer's last place is gone.
    ReservationEnded { peer: PeerId },
    /// Two peers are connected.
    CircuitOpened { caller: PeerId, called: PeerId },
    /// Two peers were not connected.
    CircuitRefused { caller: PeerId, called: PeerId, status: RelayStatus },
    /// Two peers are no longer connected.
    CircuitClosed { caller: PeerId, called: PeerId, end: CircuitEnd },
}

/// Why a circuit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CircuitEnd {
    /// Both ends had closed it.
    Closed,
    /// One end reset it or is gone.
    Lost,
    /// One end did not read the bytes that waited for it for too long.
    Stalled,
    /// It was cut at this limit.
    Limit(ReachedLimit),
}

/// A limit that a circuit was cut at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReachedLimit {
    Bytes,
    Duration,
    Day,
}
