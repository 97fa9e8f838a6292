//! Provider records: ours in JavaScript's DHT server, JavaScript's in ours, and a session that needs one.

use beistand_tests::{Screen, poll};

use crate::peer::{Js, Serve};
use crate::session::{connect, end, host};
use crate::{PATIENCE, RELAY_KEY};

#[test]
#[ignore = "for `cargo xtask interop`"]
fn dht_server_leads_a_technician_with_words_to_the_host() {
    // A relay as well: JavaScript's servers keep no record without an address, and a host that only listens
    // names none until somebody has called it from outside or a relay keeps a place for it.
    let js = Js::start("relay");
    let screen = Screen::new(640, 480);
    let mut host = host(&screen, None, &js.listen);
    let words = host.expect("invite", PATIENCE).text("words");
    let technician = connect(&mut host, &screen, &words, None, &js.listen);
    // Both were its guests; nothing else knew of both.
    let guests = js.events().iter().filter(|event| event.kind() == "connected").count();
    assert!(guests >= 2, "{:?}", js.events());
    end(technician, host);
}

#[test]
#[ignore = "for `cargo xtask interop`"]
fn dht_server_keeps_what_a_public_node_provides() {
    let mut js = Js::start("dht-server");
    let mut serve = Serve::start(&js.listen);
    let stored = poll(PATIENCE, || {
        let stored = js.ask("stored", &[RELAY_KEY]).text("providers");
        stored.contains(&serve.peer_id).then_some(())
    });
    assert!(stored.is_some(), "the record did not arrive");
    // Somebody who knows only the DHT server finds the relay by it, and where it is.
    let mut stranger = Js::start("stranger");
    stranger.ask("enter", &[&js.listen[0]]);
    let found = stranger.ask("find", &[RELAY_KEY]);
    assert!(found.text("providers").contains(&serve.peer_id), "{:?}", found.value);
    assert!(found.text("addresses").contains("/tcp/"), "{:?}", found.value);
    serve.expect_unharmed();
}

#[test]
#[ignore = "for `cargo xtask interop`"]
fn dht_client_finds_and_provides_at_a_public_node() {
    let mut serve = Serve::start(&[]);
    let mut one = Js::start("stranger");
    one.ask("enter", &[&serve.address]);
    let found = one.ask("find", &[RELAY_KEY]);
    assert!(found.text("providers").contains(&serve.peer_id), "{:?}", found.value);

    // A record needs an address, so this one listens.
    let mut provider = Js::start("dht-server");
    provider.ask("enter", &[&serve.address]);
    provider.ask("provide", &["something of JavaScript's"]);
    let found = poll(PATIENCE, || {
        let found = one.ask("find", &["something of JavaScript's"]);
        found.text("providers").contains(&provider.peer_id).then_some(found)
    });
    assert!(found.is_some(), "the record was not found again");
    serve.expect_unharmed();
}
