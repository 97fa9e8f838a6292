//! Circuits: a session of ours through JavaScript's relay, and JavaScript's peers through ours.

use beistand_tests::Screen;
use beistand_tests::lab::{INTERNET, Lab, Nat, Plan};

use crate::peer::{Js, Serve};
use crate::session::{connect, end, host};
use crate::{PATIENCE, RELAY_KEY};

/// Both behind symmetric NATs, so that no hole can be punched, and two public hosts.
fn two_households() -> Option<Lab> {
    let plan = Plan::new()
        .host("public0", INTERNET)
        .host("public1", INTERNET)
        .router("home", Nat::Symmetric, INTERNET)
        .host("host", "home")
        .router("office", Nat::Symmetric, INTERNET)
        .host("technician", "office");
    Lab::build(&plan)
}

#[test]
#[ignore = "for `cargo xtask interop`"]
fn relay_of_javascript_carries_a_session() {
    let Some(lab) = two_households() else { return };
    let listen = format!("/ip4/{}/tcp/4001", lab.address("public0"));
    let mut js = Js::listening("relay", &listen, Some(lab.network("public0")));
    let screen = Screen::new(640, 480);
    let mut host = host(&screen, Some(lab.network("host")), &js.listen);
    js.expect("place_given", |_| true);
    let words = host.expect("invite", PATIENCE).text("words");
    let mut technician = connect(&mut host, &screen, &words, Some(lab.network("technician")), &js.listen);
    let path = technician.newest("path").unwrap_or_else(|| technician.expect("path", PATIENCE));
    assert_eq!((path.text("kind").as_str(), path.text("transport").as_str()), ("relay", "tcp"));
    end(technician, host);
}

#[test]
#[ignore = "for `cargo xtask interop`"]
fn relay_of_javascript_is_found_by_its_provider_record() {
    let Some(lab) = two_households() else { return };
    // The only way in is a DHT server, which is no relay: its word is all that leads to JavaScript's relay.
    let entry = Js::listening(
        "dht-server",
        &format!("/ip4/{}/tcp/4001", lab.address("public0")),
        Some(lab.network("public0")),
    );
    let listen = format!("/ip4/{}/tcp/4001", lab.address("public1"));
    let mut relay = Js::listening("relay", &listen, Some(lab.network("public1")));
    relay.ask("enter", &[&entry.listen[0]]);
    relay.ask("provide", &[RELAY_KEY]);
    let screen = Screen::new(640, 480);
    let _host = host(&screen, Some(lab.network("host")), &entry.listen);
    relay.expect("place_given", |_| true);
}

#[test]
#[ignore = "for `cargo xtask interop`"]
fn relay_of_ours_carries_javascript() {
    /// Far more than the 128 KiB after which stock relays end a circuit.
    const BYTES: &str = "4194304";
    let mut serve = Serve::start(&[]);
    let mut called = Js::listening("stranger", &format!("{}/p2p-circuit", serve.address), None);
    let reserved = called.expect("reserved", |_| true);
    let circuit = format!("{}/p2p-circuit/p2p/{}", serve.address, called.peer_id);
    assert!(reserved.text("circuits").split(',').any(|address| address == circuit), "{:?}", reserved.value);
    let mut caller = Js::start("stranger");
    let dialled = caller.ask("dial", &[&circuit]);
    assert_eq!(dialled.text("peer"), called.peer_id);
    assert!(dialled.text("remote").contains("/p2p-circuit"), "{:?}", dialled.value);
    caller.ask("ping", &[&called.peer_id]);
    caller.ask("echo", &[&called.peer_id, BYTES]);
    // Both ways: whoever was called may open streams, too.
    called.ask("echo", &[&caller.peer_id, BYTES]);
    serve.expect_unharmed();
}

#[test]
#[ignore = "for `cargo xtask interop`"]
fn relay_of_ours_refuses_who_has_no_place() {
    let mut serve = Serve::start(&[]);
    let mut called = Js::start("stranger");
    called.ask("dial", &[&serve.address]);
    let mut caller = Js::start("stranger");
    let circuit = format!("{}/p2p-circuit/p2p/{}", serve.address, called.peer_id);
    let refused = caller.refused("dial", &[&circuit]);
    assert!(refused.contains("NO_RESERVATION"), "{refused}");
    serve.expect_unharmed();
}
