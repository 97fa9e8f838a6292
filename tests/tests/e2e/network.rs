//! Ways between two sides: QUIC, TCP, and finding each other in a local network by words alone.

use beistand_tests::{Network, Screen, Start};

use crate::picture::desktop;
use crate::support::{Host, NOTICE, PATIENCE, SOON, Session, exit, expect_end};

fn over(transport: &str, listen: &str) {
    let screen = desktop(1280, 800);
    let flags = ["--no-mdns", "--listen", listen];
    let host = Host::of(Start::node_anywhere("share").arguments(flags).on(&screen));
    let mut session =
        Session::of(host, |host| Start::node_anywhere("connect").arguments(flags).invite(&host.link).start());
    let path = session.technician.newest("path").unwrap_or_else(|| session.technician.expect("path", SOON));
    assert_eq!(
        (path.text("transport").as_str(), path.text("kind").as_str()),
        (transport, "lan"),
        "{:?}",
        path.value
    );
    session.expect_picture(&screen, 40.0, SOON);
    session.technician.say("end");
    expect_end(&mut session.host, NOTICE, exit::AS_ASKED, &[]);
}

#[test]
fn a_session_over_quic() {
    over("quic", "/ip4/127.0.0.1/udp/0/quic-v1");
}

#[test]
fn a_session_over_tcp() {
    over("tcp", "/ip4/127.0.0.1/tcp/0");
}

/// A session in which the technician has only what can be read to them over the telephone, or only the link.
fn in_a_local_network(invite: impl FnOnce(&Host) -> String) {
    let Some((one, two)) = Network::pair() else { return };
    let screen = desktop(1280, 800);
    let host = Host::of(Start::node_anywhere("share").on(&screen).inside(&one));
    let mut session =
        Session::of(host, |host| Start::node_anywhere("connect").invite(invite(host)).inside(&two).start());
    session.expect_picture(&screen, 40.0, SOON);
    assert!(two.bytes("lan0") > 10_000, "the picture came over the cable");
    session.host.say("end");
    expect_end(&mut session.technician, NOTICE, exit::AS_ASKED, &[]);
}

#[test]
fn words_find_the_host_in_a_local_network() {
    in_a_local_network(|host| host.words.clone());
}

#[test]
fn misheard_words_find_it_too() {
    in_a_local_network(|host| format!(" {} ", host.words.to_uppercase().replace(' ', "  ")));
}

#[test]
fn a_link_finds_it_without_mdns() {
    let Some((one, two)) = Network::pair() else { return };
    let screen = Screen::new(640, 480);
    let mut host = Host::of(Start::node_anywhere("share").arguments(["--no-mdns"]).on(&screen).inside(&one));
    let mut technician =
        Start::node_anywhere("connect").arguments(["--no-mdns"]).invite(&host.link).inside(&two).start();
    host.program.expect("request", PATIENCE);
    host.program.say("deny");
    expect_end(&mut technician, NOTICE, exit::DENIED, &[]);
}

#[test]
fn a_cut_cable_is_noticed_by_both_sides() {
    let Some((one, two)) = Network::pair() else { return };
    let screen = Screen::new(640, 480);
    let host = Host::of(Start::node_anywhere("share").on(&screen).inside(&one));
    let mut session =
        Session::of(host, |host| Start::node_anywhere("connect").invite(&host.link).inside(&two).start());
    one.run("ip link set lan0 down");
    // Nothing arrives any more, not even an error: only the missing heartbeat tells.
    session.technician.expect("reconnecting", SOON);
    session.host.expect("reconnecting", SOON);
    session.host.say("end");
    expect_end(&mut session.host, NOTICE, exit::AS_ASKED, &["end"]);
    session.technician.say("end");
    expect_end(&mut session.technician, NOTICE, exit::AS_ASKED, &["end"]);
}

#[test]
fn a_mended_cable_brings_the_session_back() {
    let Some((one, two)) = Network::pair() else { return };
    let screen = Screen::new(640, 480);
    let host = Host::of(Start::node_anywhere("share").on(&screen).inside(&one));
    let mut session =
        Session::of(host, |host| Start::node_anywhere("connect").invite(&host.link).inside(&two).start());
    one.run("ip link set lan0 down");
    session.technician.expect("reconnecting", SOON);
    session.host.expect("reconnecting", SOON);
    session.technician.say("say said while the cable was out");
    one.run("ip link set lan0 up && ip route replace default dev lan0");
    session.host.expect_that("chat", PATIENCE, |chat| chat.value.to_string().contains("cable was out"));
    session.host.say("say and heard");
    session.technician.expect_that("chat", SOON, |chat| chat.value.to_string().contains("and heard"));
    session.technician.say("end");
    expect_end(&mut session.host, NOTICE, exit::AS_ASKED, &[]);
}
