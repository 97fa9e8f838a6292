//! A stranger calls a public node of ours, and is called by one.

use crate::peer::{Js, Serve};

/// What any libp2p peer may expect of a public node.
const PROTOCOLS: [&str; 5] = [
    "/ipfs/id/1.0.0",
    "/ipfs/ping/1.0.0",
    "/beistand/interop/kad/1",
    "/libp2p/circuit/relay/0.2.0/hop",
    "/libp2p/autonat/2/dial-request",
];

#[test]
#[ignore = "for `cargo xtask interop`"]
fn stranger_identifies_and_pings_a_public_node() {
    let mut serve = Serve::start(&[]);
    let mut js = Js::start("stranger");
    let dialled = js.ask("dial", &[&serve.address]);
    assert_eq!(dialled.text("peer"), serve.peer_id);
    let identity = js.ask("identify", &[&serve.peer_id]);
    // What any program on this libp2p says of itself.
    assert!(identity.text("agent").starts_with("rust-libp2p/"), "{:?}", identity.value);
    assert_eq!(identity.text("protocol_version"), "ipfs/0.1.0");
    let spoken = identity.text("protocols");
    for protocol in PROTOCOLS {
        assert!(spoken.split(',').any(|other| other == protocol), "{protocol} is not among {spoken}");
    }
    assert!(identity.text("observed").starts_with("/ip4/127.0.0.1/tcp/"), "{:?}", identity.value);
    let ping = js.ask("ping", &[&serve.peer_id]);
    assert!(ping.number("millis") < 1000.0, "{:?}", ping.value);
    serve.expect_unharmed();
}

#[test]
#[ignore = "for `cargo xtask interop`"]
fn stranger_is_dialled_by_a_public_node() {
    let mut js = Js::start("dht-server");
    let mut serve = Serve::start(&js.listen);
    js.expect("connected", |event| event.text("direction") == "inbound");
    let identity = js.ask("identify", &[&serve.peer_id]);
    assert!(identity.text("agent").starts_with("rust-libp2p/"), "{:?}", identity.value);
    js.ask("ping", &[&serve.peer_id]);
    // Another one, which goes away in the middle of it all.
    let mut other = Js::start("stranger");
    other.ask("dial", &[&serve.address]);
    drop(other);
    js.ask("ping", &[&serve.peer_id]);
    assert!(js.running());
    serve.expect_unharmed();
}
