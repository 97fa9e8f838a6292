//! The settings of a public node, the table `[serve]`.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::Address;
use super::value::{AddressText, Bound, Count, ValueFault};

/// Where a public node tells its figures unless it is set: seen by this machine alone.
const DEFAULT_METRICS: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 9464);

/// What a public node relays in a second unless it is set: what a line of 100 Mbit/s carries. Only below a
/// limit are circuits served by turns, so there is one by itself.
const DEFAULT_KIBIBYTES_A_SECOND: u32 = 12_200;

/// What a public node does for others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serve {
    /// Where it is reached from outside, beyond the public addresses that it listens on. None unless set.
    pub external: Vec<Address>,
    /// Circuits at once. 200 unless set.
    pub max_circuits: u32,
    /// Circuits at once that one peer opens; to one peer there may be four times as many. 8 unless set.
    pub max_circuits_per_peer: u32,
    /// Bytes over one circuit, both directions together; 0, which is the default, for any number.
    pub max_circuit_bytes: u64,
    /// Bytes a second over one circuit, both directions together; 0, which is the default, for any number.
    pub max_circuit_bytes_a_second: u64,
    /// Bytes a second over all circuits, both directions together, shared evenly; 0 for any number, shared as
    /// it comes. 12,200 KiB unless set.
    pub max_bytes_a_second: u64,
    /// Bytes in any 24 hours over the circuits of one peer, at either end of them, both directions together;
    /// 0, which is the default, for any number.
    pub max_peer_bytes_a_day: u64,
    /// How long a circuit lives; `None`, which is the default, for as long as it is used.
    pub max_circuit_duration: Option<Duration>,
    /// Peers that can be called through it, at once. 1,000 unless set.
    pub max_reservations: u32,
    /// Connections at once. 4,000 unless set.
    pub max_connections: u32,
    /// Where it tells its figures by HTTP; `None` for nowhere. 127.0.0.1:9464 unless set.
    pub metrics: Option<SocketAddr>,
}

/// The table as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ServeSettings {
    pub(super) external: Vec<Spanned<AddressText>>,
    max_circuits: Count,
    max_circuits_per_peer: Count,
    max_circuit_mebibytes: Bound,
    max_circuit_kibibytes_a_second: Bound,
    max_kibibytes_a_second: Bound,
    max_peer_mebibytes_a_day: Bound,
    max_circuit_minutes: Bound,
    max_reservations: Count,
    max_connections: Count,
    metrics: Metrics,
}

impl Default for ServeSettings {
    fn default() -> Self {
        Self {
            external: Vec::new(),
            max_circuits: Count(200),
            max_circuits_per_peer: Count(8),
            max_circuit_mebibytes: Bound(0),
            max_circuit_kibibytes_a_second: Bound(0),
            max_kibibytes_a_second: Bound(DEFAULT_KIBIBYTES_A_SECOND),
            max_peer_mebibytes_a_day: Bound(0),
            max_circuit_minutes: Bound(0),
            max_reservations: Count(1_000),
            max_connections: Count(4_000),
            metrics: Metrics(Some(DEFAULT_METRICS.into())),
        }
    }
}

impl ServeSettings {
    pub(super) fn into_serve(self, addresses: impl Fn(Vec<Spanned<AddressText>>) -> Vec<Address>) -> Serve {
        let minutes = self.max_circuit_minutes.0;
        Serve {
            external: addresses(self.external),
            max_circuits: self.max_circuits.0,
            max_circuits_per_peer: self.max_circuits_per_peer.0,
            max_circuit_bytes: u64::from(self.max_circuit_mebibytes.0) << 20,
            max_circuit_bytes_a_second: u64::from(self.max_circuit_kibibytes_a_second.0) << 10,
            max_bytes_a_second: u64::from(self.max_kibibytes_a_second.0) << 10,
            max_peer_bytes_a_day: u64::from(self.max_peer_mebibytes_a_day.0) << 20,
            max_circuit_duration: (minutes > 0).then(|| Duration::from_secs(60 * u64::from(minutes))),
            max_reservations: self.max_reservations.0,
            max_connections: self.max_connections.0,
            metrics: self.metrics.0,
        }
    }
}

/// An IP address and a port, or `off`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Metrics(Option<SocketAddr>);

impl TryFrom<String> for Metrics {
    type Error = ValueFault;

    fn try_from(text: String) -> Result<Self, ValueFault> {
        if text == "off" {
            return Ok(Self(None));
        }
        text.parse().map(|address| Self(Some(address))).map_err(|_| ValueFault::Metrics)
    }
}
