//! Which relays keep a place for us, in virtual time. None is spoken to.

use super::*;

fn address(last: u8) -> Multiaddr {
    format!("/ip4/203.0.113.{last}/udp/4001/quic-v1").parse().expect("a multiaddr")
}

fn ask(relays: &mut RelayTable, now: Instant) -> Vec<(PeerId, ListenerId)> {
    let due = relays.due(now);
    let asked = |ask: PlaceRequest| {
        let listener = ListenerId::next();
        relays.asked(ask.relay, listener, now);
        (ask.relay, listener)
    };
    due.into_iter().map(asked).collect()
}

#[test]
fn the_key_is_a_multihash() {
    let key = relay_key();
    assert_eq!((key.len(), &key[..2]), (34, &[0x12, 0x20][..]));
}

#[test]
fn two_are_held_and_ours_are_preferred() {
    let (now, own) = (Instant::now(), PeerId::random());
    let pinned: Vec<_> = (6..=8).map(|last| (PeerId::random(), last)).collect();
    let mut relays = RelayTable::new(pinned.iter().map(|(peer, _)| *peer));
    for last in 1..=5 {
        relays.offer(PeerId::random(), &[address(last)], now);
    }
    assert!(relays.due(now).is_empty(), "nobody wants to be called");
    relays.want(RELAYS_WANTED);
    let others = ask(&mut relays, now);
    assert_eq!(others.len(), RELAYS_WANTED);
    for (_, listener) in &others {
        assert_eq!(relays.on_listening(*listener, own).len(), 1);
    }
    assert!(relays.due(now).is_empty());
    assert!(relays.short(), "those of others are not enough where there are ours");
    for (peer, last) in &pinned {
        relays.offer(*peer, &[address(*last)], now);
    }
    for (peer, listener) in ask(&mut relays, now) {
        assert!(pinned.iter().any(|(ours, _)| *ours == peer));
        relays.on_listening(listener, own);
    }
    assert!(!relays.short());
    assert_eq!(relays.held(), MAX_HELD);
}

#[test]
fn a_stranger_is_used_and_not_preferred_whatever_it_provides() {
    let (now, own) = (Instant::now(), PeerId::random());
    let ours = PeerId::random();
    let mut relays = RelayTable::new([ours]);
    relays.want(RELAYS_WANTED);
    // This is all that providers of the relays' key come to.
    let strangers: Vec<_> = (1..=8).map(|_| PeerId::random()).collect();
    for (last, stranger) in (1..).zip(&strangers) {
        relays.offer(*stranger, &[address(last)], now);
    }
    relays.offer(ours, &[address(9)], now);
    let asked = ask(&mut relays, now);
    assert_eq!(asked.len(), RELAYS_WANTED);
    assert_eq!(asked[0].0, ours, "first");
    assert!(strangers.contains(&asked[1].0), "there is only one of ours");
    for (_, listener) in asked {
        relays.on_listening(listener, own);
    }
    assert!(!relays.short() && relays.due(now).is_empty(), "no stranger gets a place beyond those");
}

#[test]
fn without_pinned_keys_two_of_strangers_are_enough() {
    let (now, own) = (Instant::now(), PeerId::random());
    let mut relays = RelayTable::default();
    relays.want(RELAYS_WANTED);
    for last in 1..=5 {
        relays.offer(PeerId::random(), &[address(last)], now);
    }
    assert!(relays.short());
    for (_, listener) in ask(&mut relays, now) {
        relays.on_listening(listener, own);
    }
    assert!(!relays.short());
    assert_eq!(relays.held(), RELAYS_WANTED);
}

#[test]
fn a_lost_place_is_asked_for_again_ever_later() {
    let (mut now, own, peer) = (Instant::now(), PeerId::random(), PeerId::random());
    let mut relays = RelayTable::default();
    relays.want(RELAYS_WANTED);
    relays.offer(peer, &[address(1)], now);
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let [(_, listener)] = ask(&mut relays, now)[..] else { panic!("it is due") };
        relays.on_closed(listener, own, now);
        let lost = now;
        while relays.due(now).is_empty() {
            now += Duration::from_secs(1);
        }
        pauses.push((now - lost).as_secs());
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
    let [(_, listener)] = ask(&mut relays, now)[..] else { panic!("it is due") };
    relays.on_listening(listener, own);
    assert_eq!(relays.on_closed(listener, own, now).len(), 1);
    assert_eq!(relays.due(now + FIRST_PAUSE).len(), 1, "a place that was held is missed at once");
}

#[test]
fn one_that_does_not_answer_is_overdue() {
    let now = Instant::now();
    let mut relays = RelayTable::default();
    relays.want(1);
    relays.offer(PeerId::random(), &[address(1)], now);
    let [(_, listener)] = ask(&mut relays, now)[..] else { panic!("it is due") };
    assert!(relays.overdue(now).is_empty());
    assert_eq!(relays.overdue(now + ANSWER_TIMEOUT), [listener]);
}

#[test]
fn a_flood_of_relays_is_bounded_and_one_of_ours_finds_room() {
    let now = Instant::now();
    let ours = PeerId::random();
    let mut relays = RelayTable::new([ours]);
    for _ in 0..1000 {
        relays.offer(PeerId::random(), &[address(1)], now);
    }
    assert_eq!(relays.known.len(), MAX_KNOWN);
    for last in 0..100 {
        relays.offer(ours, &[address(last)], now);
    }
    assert_eq!((relays.known.len(), relays.known[&ours].addresses.len()), (MAX_KNOWN, MAX_ADDRESSES));
}

#[test]
fn on_another_network_nobody_waits() {
    let (now, own) = (Instant::now(), PeerId::random());
    let mut relays = RelayTable::default();
    relays.want(1);
    relays.offer(PeerId::random(), &[address(1)], now);
    let (relay, listener) = ask(&mut relays, now)[0];
    relays.on_listening(listener, own);
    assert_eq!(relays.hasten(now), [relay]);
    relays.on_closed(listener, own, now);
    let (again, listener) = ask(&mut relays, now)[0];
    assert_eq!(again, relay, "at once");
    relays.on_closed(listener, own, now);
    assert!(ask(&mut relays, now).is_empty(), "it does not answer: later");
    assert!(relays.hasten(now).is_empty());
    assert_eq!(ask(&mut relays, now).len(), 1);
}
