//! The lab itself: whether its NATs and lines are what they claim to be.

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use beistand_tests::lab::{
    Behaviour, Conditions, Direction, Filtering, INTERNET, Lab, Mapping, Nat, Plan, Ports, Router, Side,
    classify, punch,
};
use beistand_tests::poll;

use crate::support::SOON;

const SERVERS: [&str; 2] = ["server0", "server1"];

fn with_servers() -> Plan {
    Plan::new().host(SERVERS[0], INTERNET).host(SERVERS[1], INTERNET)
}

#[test]
fn each_nat_is_what_it_claims() {
    let mut plan = with_servers().host("open", INTERNET);
    for (number, nat) in Nat::ALL.into_iter().enumerate() {
        let router = format!("router{number}");
        plan = plan.router(&router, nat, INTERNET).host(&format!("host{number}"), &router);
    }
    let Some(lab) = Lab::build(&plan) else { return };
    assert_eq!(classify(&lab, "open", SERVERS), Some(Behaviour::OPEN));
    for (number, nat) in Nat::ALL.into_iter().enumerate() {
        assert_eq!(classify(&lab, &format!("host{number}"), SERVERS), Some(nat.behaviour()), "{nat}");
    }
}

#[test]
fn nats_in_a_row_are_as_strict_as_the_strictest() {
    let pairs = [
        (Nat::Symmetric, Nat::FullCone(Ports::Preserved)),
        (Nat::FullCone(Ports::Changed), Nat::PortRestricted(Ports::Preserved)),
        (Nat::AddressRestricted(Ports::Changed), Nat::FullCone(Ports::Preserved)),
    ];
    let mut plan = with_servers();
    for (number, (carrier, household)) in pairs.into_iter().enumerate() {
        let (outer, inner) = (format!("carrier{number}"), format!("household{number}"));
        plan = plan.router(&outer, carrier, INTERNET).router(&inner, household, &outer);
        plan = plan.host(&format!("host{number}"), &inner);
    }
    let Some(lab) = Lab::build(&plan) else { return };
    for (number, (carrier, household)) in pairs.into_iter().enumerate() {
        let expected = household.behaviour().behind(carrier.behaviour());
        let seen = classify(&lab, &format!("host{number}"), SERVERS);
        assert_eq!(seen, Some(expected), "{household} behind {carrier}");
    }
}

#[test]
fn blocked_udp_lets_tcp_through() {
    let router = Router::without_udp(Nat::PortRestricted(Ports::Changed));
    let plan = with_servers().router("office", router, INTERNET).host("worker", "office");
    let Some(lab) = Lab::build(&plan) else { return };
    assert_eq!(classify(&lab, "worker", SERVERS), None);
    let server = (lab.address(SERVERS[0]), 4001);
    let listener =
        lab.network(SERVERS[0]).enter(|| std::net::TcpListener::bind(server)).expect("a free port");
    let stream = lab.network("worker").enter(|| std::net::TcpStream::connect_timeout(&server.into(), SOON));
    let here = stream.expect("TCP gets out").local_addr().expect("connected");
    let (_, seen) = listener.accept().expect("it is connected");
    assert_eq!(seen.ip(), lab.address("office"), "the NAT stands between them");
    assert_ne!(seen.port(), here.port(), "it changes TCP's ports, too");
}

/// The kinds that make a difference to a punch.
const KINDS: [Nat; 5] = [
    Nat::FullCone(Ports::Preserved),
    Nat::AddressRestricted(Ports::Changed),
    Nat::PortRestricted(Ports::Preserved),
    Nat::PortRestricted(Ports::Changed),
    Nat::Symmetric,
];

#[test]
fn holes_are_punched_where_theory_says_so() {
    let mut plan = with_servers();
    for (number, nat) in KINDS.into_iter().enumerate() {
        for side in ["a", "b"] {
            let router = format!("router-{side}{number}");
            plan = plan.router(&router, nat, INTERNET).host(&format!("{side}{number}"), &router);
        }
    }
    let Some(lab) = Lab::build(&plan) else { return };
    for (one, one_nat) in KINDS.into_iter().enumerate() {
        for (two, two_nat) in KINDS.into_iter().enumerate().skip(one) {
            let punched = punch(&lab, [&format!("a{one}"), &format!("b{two}")], SERVERS[0]);
            let expected = one_nat.behaviour().punches(two_nat.behaviour());
            assert_eq!(punched, expected, "{one_nat} and {two_nat}");
        }
    }
}

#[test]
fn a_new_address_ends_the_old_mappings() {
    let plan =
        with_servers().router("home", Nat::PortRestricted(Ports::Preserved), INTERNET).host("user", "home");
    let Some(mut lab) = Lab::build(&plan) else { return };
    let (server, client) = (lab.udp(SERVERS[0]), lab.udp("user"));
    let old = exchange(&client, &server).expect("a way out").ip();
    assert_eq!(old, lab.address("home"));
    let new = lab.change_address("home");
    let seen = poll(SOON, || exchange(&client, &server)).expect("a way out again").ip();
    assert!(seen == new && seen != old, "{seen} {new} {old}");
}

/// Sends a datagram, and the address that it comes from there.
fn exchange(client: &UdpSocket, server: &UdpSocket) -> Option<std::net::SocketAddr> {
    client.send_to(b"hello", server.local_addr().expect("bound")).ok()?;
    server.set_read_timeout(Some(Duration::from_millis(100))).expect("not zero");
    server.recv_from(&mut [0; 16]).ok().map(|(_, from)| from)
}

/// Two public hosts, the first by a line.
fn lined(conditions: Conditions) -> Option<(Lab, UdpSocket, UdpSocket)> {
    let lab = Lab::build(&with_servers().line(SERVERS[0], conditions))?;
    let (one, two) = (lab.udp(SERVERS[0]), lab.udp(SERVERS[1]));
    for socket in [&one, &two] {
        socket.set_read_timeout(Some(Duration::from_millis(500))).expect("not zero");
    }
    Some((lab, one, two))
}

/// A datagram there and one back, in time.
fn round_trip(one: &UdpSocket, two: &UdpSocket) -> Option<Duration> {
    let start = Instant::now();
    exchange(one, two)?;
    exchange(two, one)?;
    Some(start.elapsed())
}

#[test]
fn a_line_delays_both_ways() {
    let Some((_lab, one, two)) = lined(Conditions::delay_millis(40)) else { return };
    let mut times: Vec<_> = (0..10).filter_map(|_| round_trip(&one, &two)).collect();
    times.sort();
    assert!(times.len() >= 5, "{times:?}");
    assert!(times[0] >= Duration::from_millis(80), "never early: {times:?}");
    // Half of them may be late on a busy machine.
    assert!(times[times.len() / 2] < Duration::from_millis(140), "{times:?}");
}

#[test]
fn a_line_loses_what_it_is_told_to() {
    const SENT: u64 = 2_000;
    let Some((lab, one, two)) = lined(Conditions::default().loss_percent(10.0)) else { return };
    let target = two.local_addr().expect("bound");
    for number in 0..SENT {
        one.send_to(&[0; 100], target).expect("a route");
        // The device's own queue holds 500 packets, and nothing but the line may lose one.
        if number % 100 == 99 {
            settle(&lab, number + 1);
        }
    }
    let figures = lab.link(SERVERS[0]).figures(Direction::Up);
    assert_eq!((figures.lost + figures.delivered, figures.overflowed), (SENT, 0), "{figures:?}");
    assert!((140..260).contains(&figures.lost), "200 expected: {figures:?}");
    two.set_read_timeout(Some(Duration::from_millis(50))).expect("not zero");
    let arrived = std::iter::from_fn(|| two.recv_from(&mut [0; 200]).ok()).count() as u64;
    assert!(arrived > 0 && arrived <= figures.delivered, "{arrived} {figures:?}");
}

/// Waits until the line has done with all packets.
fn settle(lab: &Lab, sent: u64) {
    let done = poll(SOON, || {
        let figures = lab.link(SERVERS[0]).figures(Direction::Up);
        (figures.delivered + figures.lost + figures.overflowed >= sent).then_some(())
    });
    assert!(done.is_some(), "{:?}", lab.link(SERVERS[0]).figures(Direction::Up));
}

#[test]
fn a_line_has_its_rate_and_its_queue() {
    // 100 packets of 1,000 bytes with their headers: 1 s at 800 kbit/s, and half of them fit into the queue.
    const SENT: u64 = 100;
    let conditions = Conditions { queue_bytes: 50_000, ..Conditions::default().rate_kbps(800) };
    let Some((lab, one, two)) = lined(conditions) else { return };
    let target = two.local_addr().expect("bound");
    let start = Instant::now();
    for _ in 0..SENT {
        one.send_to(&[0; 972], target).expect("a route");
    }
    settle(&lab, SENT);
    let took = start.elapsed();
    let figures = lab.link(SERVERS[0]).figures(Direction::Up);
    assert!((50..=60).contains(&figures.delivered), "{figures:?}");
    let least = Duration::from_millis(10 * figures.delivered);
    assert!(took >= least - Duration::from_millis(15), "{took:?} for {figures:?}");
    assert!(took < least * 2, "{took:?} for {figures:?}");
}

#[test]
fn a_cut_line_carries_nothing_until_it_is_mended() {
    let Some((lab, one, two)) = lined(Conditions::delay_millis(5)) else { return };
    assert!(poll(SOON, || round_trip(&one, &two)).is_some());
    lab.link(SERVERS[0]).cut();
    assert_eq!((exchange(&one, &two), exchange(&two, &one)), (None, None));
    let figures = [Direction::Up, Direction::Down].map(|way| lab.link(SERVERS[0]).figures(way).cut);
    assert_eq!(figures, [1, 1]);
    lab.link(SERVERS[0]).restore();
    assert!(poll(SOON, || round_trip(&one, &two)).is_some(), "it carries again");
}

#[test]
fn sides_say_what_they_are_behind() {
    let side = Side::behind_two(Nat::Symmetric, Nat::PortRestricted(Ports::Changed));
    assert_eq!(side.to_string(), "port-restricted, port changed, behind symmetric");
    assert_eq!(side.behaviour().mapping, Mapping::AddressAndPortDependent);
    assert_eq!(side.behaviour().filtering, Filtering::AddressAndPortDependent);
}
