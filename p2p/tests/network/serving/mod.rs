//! A public node's settings for tests.

use beistand_p2p::ServeConfig;
use zeroize::Zeroizing;

/// Few places, and no limit of bytes or time. The node's identity follows from `secret`.
pub(crate) fn unlimited(secret: u8) -> ServeConfig {
    ServeConfig {
        secret_key: Zeroizing::new([secret; 32]),
        external: Vec::new(),
        max_circuits: 16,
        max_circuits_per_peer: 4,
        max_circuit_bytes: 0,
        max_circuit_bytes_a_second: 0,
        max_bytes_a_second: 0,
        max_peer_bytes_a_day: 0,
        max_circuit_duration: None,
        max_reservations: 16,
        max_connections: 64,
    }
}
