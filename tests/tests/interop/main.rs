//! Others' peers: the real programs with js-libp2p as stranger, as DHT server, as relay, and as the relay's
//! guest.
//!
//! All are for `cargo xtask interop`, which installs the JavaScript of tests/interop and names its folder in
//! `BEISTAND_INTEROP_DIR`. All traffic stays on loopback or in namespaces of the test's own. JavaScript
//! speaks TCP alone, so whatever it had a part in went by TCP.

mod dht;
mod peer;
mod relay;
mod session;
mod stranger;

use std::time::Duration;

/// The private network of these tests.
const NETWORK: &str = "interop";

/// What may take a moment on a busy machine, with a JavaScript engine that compiles what it runs for the
/// first time.
const PATIENCE: Duration = Duration::from_secs(30);

/// The text whose SHA-256 multihash relays provide.
const RELAY_KEY: &str = "/beistand/relay/1";
