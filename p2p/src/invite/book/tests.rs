//! What becomes of an invite: time, use, wrong secrets, handshakes that are broken off. No handshake is run.

use zeroize::Zeroizing;

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

fn secret(number: u8) -> InviteSecret {
    InviteSecret::from_bytes(&[0, number, number, number, number, number, number, number]).unwrap()
}

fn keys(number: u8) -> InviteKeys {
    InviteKeys {
        psk: Zeroizing::new([number; 32]),
        rendezvous: [number; 32],
        invite_id: [number; 16],
        streams: Zeroizing::new([number; 32]),
    }
}

fn open(book: &mut InviteBook, number: u8, now: Instant) -> InviteId {
    book.open(Invite { secret: secret(number), host: None }, keys(number), now);
    [number; 16]
}

#[test]
fn lifetimes_are_1_to_60_minutes() {
    assert_eq!(InviteLifetime::at_most(MINUTE * 61), InviteLifetime::MAX);
    assert_eq!(InviteLifetime::at_most(MINUTE * 15), InviteLifetime::default());
}

#[test]
fn an_invite_expires_when_its_time_is_over() {
    let (mut book, start) = (InviteBook::default(), Instant::now());
    let id = open(&mut book, 1, start);
    assert_eq!(book.poll_timeout(), Some(start + MINUTE * 15));
    assert!(book.note_overdue(start + MINUTE * 15));
    let end = start + MINUTE * 60;
    assert_eq!(book.poll_timeout(), Some(end));
    let before = end - Duration::from_millis(1);
    assert!(!book.handle_timeout(before));
    assert_eq!(book.state(&id, before), InviteState::Open);
    // Even before the timer has been handled.
    assert!(book.current(end).is_none());
    assert_eq!(book.state(&id, end), InviteState::Expired);
    assert!(book.handle_timeout(end));
    assert!(!book.handle_timeout(end));
    assert_eq!(book.state(&id, end), InviteState::Expired);
    assert_eq!(book.note_wrong(end), None);
}

/// For somebody who is reading it out, until the user asks for a new one; within an hour, and at least for a
/// quarter of one.
#[test]
fn an_invite_stays_good_past_its_time_until_there_is_a_new_one() {
    for (life, end) in [(1, 60), (15, 60), (45, 60), (60, 75)] {
        let start = Instant::now();
        let mut book = InviteBook::new(InviteLifetime::at_most(MINUTE * life));
        let id = open(&mut book, 1, start);
        let due = start + MINUTE * life;
        assert!(!book.note_overdue(due - Duration::from_millis(1)));
        assert!(!book.handle_timeout(due) && book.note_overdue(due) && !book.note_overdue(due));
        let last = start + MINUTE * end - Duration::from_millis(1);
        assert!(!book.handle_timeout(last));
        assert_eq!(book.state(&id, last), InviteState::Open, "{life}");
        assert!(book.handle_timeout(start + MINUTE * end), "{life}");
        assert_eq!(book.state(&id, start + MINUTE * end), InviteState::Expired);
    }
    let (mut book, start) = (InviteBook::default(), Instant::now());
    let old = open(&mut book, 1, start);
    assert!(book.note_overdue(start + MINUTE * 16));
    let new = open(&mut book, 2, start + MINUTE * 16);
    let states = [old, new].map(|id| book.state(&id, start + MINUTE * 16));
    assert_eq!(states, [InviteState::Replaced, InviteState::Open]);
}

#[test]
fn an_invite_for_one_peer_ends_with_its_time() {
    let (mut book, start) = (InviteBook::default(), Instant::now());
    book.open_reserved(keys(1), start);
    assert_eq!(book.poll_timeout(), Some(start + MINUTE * 15));
    assert!(book.handle_timeout(start + MINUTE * 15) && !book.note_overdue(start + MINUTE * 15));
}

#[test]
fn an_invite_is_used_once() {
    let (mut book, start) = (InviteBook::default(), Instant::now());
    let id = open(&mut book, 1, start);
    assert_eq!(book.consume(&id, start), Ok(()));
    assert_eq!(book.consume(&id, start), Err(InviteState::Used));
    assert_eq!(book.state(&id, start), InviteState::Used);
    assert!(book.current(start).is_none());
    assert_eq!(book.consume(&[9; 16], start), Err(InviteState::Unknown));
}

#[test]
fn a_yes_to_an_invite_that_just_expired_counts_once_and_a_replaced_one_never() {
    let (mut book, start) = (InviteBook::default(), Instant::now());
    let first = open(&mut book, 1, start);
    let late = start + MINUTE * 61;
    assert_eq!(book.consume(&first, late), Ok(()));
    assert_eq!(book.consume(&first, late), Err(InviteState::Used));
    let second = open(&mut book, 2, late);
    open(&mut book, 3, late);
    assert_eq!(book.consume(&second, late), Err(InviteState::Replaced));
}

#[test]
fn wrong_secrets_are_counted_and_change_nothing() {
    let (mut book, start) = (InviteBook::default(), Instant::now());
    let id = open(&mut book, 1, start);
    for count in 1..=10_000 {
        assert_eq!(book.note_wrong(start), Some(count));
    }
    assert_eq!(book.state(&id, start), InviteState::Open);
    open(&mut book, 2, start);
    assert_eq!(book.note_wrong(start), Some(1));
}

#[test]
fn the_third_handshake_that_is_broken_off_revokes_the_invite() {
    let (mut book, start) = (InviteBook::default(), Instant::now());
    let id = open(&mut book, 1, start);
    assert!(book.begin(&id, start) && book.begin(&id, start));
    assert_eq!(book.note_broken_off(&id, start), None);
    assert!(book.begin(&id, start));
    // One was broken off and two are under way: nobody sees the pictures of a fourth.
    assert!(!book.begin(&id, start));
    assert_eq!(book.note_broken_off(&id, start), None);
    assert_eq!(book.note_broken_off(&id, start), Some(3));
    assert_eq!(book.state(&id, start), InviteState::Replaced);
    assert_eq!(book.note_broken_off(&id, start), None);
    assert!(book.begin(&id, start), "to be told that it is void");
    let next = open(&mut book, 2, start);
    assert!(book.begin(&next, start));
}

#[test]
fn a_handshake_that_led_to_a_request_was_not_broken_off() {
    let (mut book, start) = (InviteBook::default(), Instant::now());
    let id = open(&mut book, 1, start);
    for _ in 0..MAX_REQUESTS {
        assert!(book.begin(&id, start));
        assert_eq!(book.note_request(&id, start), RequestStanding::Ask);
    }
    assert!((0..3).all(|_| book.begin(&id, start)) && !book.begin(&id, start));
}

#[test]
fn the_third_request_is_not_shown_and_revokes_the_invite() {
    let (mut book, start) = (InviteBook::default(), Instant::now());
    let id = open(&mut book, 1, start);
    assert_eq!(book.note_request(&id, start), RequestStanding::Ask);
    assert_eq!(book.note_request(&id, start), RequestStanding::Ask);
    assert_eq!(book.note_request(&id, start), RequestStanding::MakeNew { asked: 3 });
    assert_eq!(book.state(&id, start), InviteState::Replaced);
    assert_eq!(book.note_request(&id, start), RequestStanding::Revoked);
    // One that expired while the handshake ran is still good, and one that was used is the node's matter.
    let used = open(&mut book, 2, start);
    assert_eq!(book.consume(&used, start), Ok(()));
    assert_eq!(book.note_request(&used, start), RequestStanding::Ask);
    let late = open(&mut book, 3, start);
    assert_eq!(book.note_request(&late, start + MINUTE * 61), RequestStanding::Ask);
}

#[test]
fn the_last_three_are_remembered_for_an_hour() {
    let (mut book, start) = (InviteBook::default(), Instant::now());
    let ids: Vec<_> = (1..=6).map(|number| open(&mut book, number, start)).collect();
    let states: Vec<_> = ids.iter().map(|id| book.state(id, start)).collect();
    use InviteState::{Open, Replaced, Unknown};
    assert_eq!(states, [Unknown, Unknown, Replaced, Replaced, Replaced, Open]);
    assert_eq!(book.keys(start).count(), 1 + MAX_RETIRED);
    assert!(book.keys(start).next().is_some_and(|(_, state)| state == Open));
    assert!(book.is_own(&secret(6)) && book.is_own(&secret(4)));
    assert!(!book.is_own(&secret(1)));

    book.handle_timeout(start + MINUTE * 60);
    book.handle_timeout(start + MINUTE * 120);
    assert_eq!(book.keys(start + MINUTE * 120).count(), 0);
    assert_eq!(book.poll_timeout(), None);
}

#[test]
fn debug_shows_no_secret() {
    let (mut book, start) = (InviteBook::default(), Instant::now());
    open(&mut book, 77, start);
    open(&mut book, 78, start);
    let shown = format!("{book:?}");
    // As `Debug` shows bytes; a single number could also be part of a time.
    for bytes in ["77, 77", "78, 78"] {
        assert!(format!("{:?}", [[77; 2], [78; 2]]).contains(bytes) && !shown.contains(bytes), "{shown}");
    }
}
