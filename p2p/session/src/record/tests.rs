//! Records between two record layers.

use std::time::Instant;

use super::frame::MAX_RECORD_BYTES;
use super::*;
use crate::noise::tests::epoch_keys;

const MAX: usize = 1 << 20;

fn pair() -> (Records, Records) {
    let (ours, theirs) = epoch_keys();
    (Records::new(ours), Records::new(theirs))
}

fn message(bytes: &[u8]) -> Result<Option<ArrivedMessage>, Violation> {
    Ok(Some(ArrivedMessage { number: None, bytes: bytes.to_vec() }))
}

fn receive(
    records: &mut Records,
    channel: Channel,
    bytes: &[u8],
) -> Result<Option<ArrivedMessage>, Violation> {
    records.push(channel, bytes);
    records.next_message(Instant::now(), channel, MAX)
}

#[test]
fn a_record_looks_as_described() {
    let (mut ours, _) = pair();
    ours.seal(Channel::Chat, 0, None, b"one");
    let record = ours.seal(Channel::Chat, 0, None, b"two");
    assert_eq!(record.len(), 2 + 1 + 8 + 1 + 3 + 16);
    assert_eq!(record[..11], [0, 29, 0, 4, 0, 0, 0, 0, 0, 0, 1]);
}

#[test]
fn counters_must_rise_and_may_skip() {
    let (mut ours, mut theirs) = pair();
    let records: Vec<_> = (0..4).map(|byte| ours.seal(Channel::Input, 0, None, &[byte])).collect();
    assert_eq!(receive(&mut theirs, Channel::Input, &records[1]), message(&[1]));
    assert_eq!(receive(&mut theirs, Channel::Input, &records[3]), message(&[3]));
    assert_eq!(receive(&mut theirs, Channel::Input, &records[2]), Err(Violation::Replay));
}

#[test]
fn channels_count_apart() {
    let (mut ours, mut theirs) = pair();
    for channel in Channel::ALL {
        let record = ours.seal(channel, 0, None, b"x");
        assert_eq!(receive(&mut theirs, channel, &record), message(b"x"));
    }
}

#[test]
fn every_flipped_bit_is_noticed() {
    let (mut ours, _) = pair();
    let record = ours.seal(Channel::Input, 0, None, b"key");
    for bit in 16..record.len() * 8 {
        let (_, mut theirs) = pair();
        let mut changed = record.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(receive(&mut theirs, Channel::Input, &changed).is_err(), "bit {bit}");
    }
}

#[test]
fn every_cut_waits_and_every_longer_or_shorter_length_is_refused() {
    let (mut ours, mut theirs) = pair();
    let record = ours.seal(Channel::Input, 0, None, b"key");
    for cut in 0..record.len() {
        theirs.push(Channel::Input, &record[cut..=cut]);
        let expected = if cut + 1 == record.len() { message(b"key") } else { Ok(None) };
        assert_eq!(theirs.next_message(Instant::now(), Channel::Input, MAX), expected);
    }
    for length in [0_u16, 1, 25] {
        assert_eq!(receive(&mut theirs, Channel::Input, &length.to_be_bytes()), Err(Violation::RecordLength));
    }
    // A record may be as long as its channel's longest message, and never longer than Noise's.
    for (max, length) in [(100, 135_u16), (MAX, (MAX_RECORD_BYTES - 1) as u16)] {
        let (_, mut theirs) = pair();
        theirs.push(Channel::Input, &length.to_be_bytes());
        let refused = theirs.next_message(Instant::now(), Channel::Input, max);
        assert_eq!(refused, Err(Violation::RecordLength), "{length}");
        let (_, mut theirs) = pair();
        theirs.push(Channel::Input, &(length - 1).to_be_bytes());
        assert_eq!(theirs.next_message(Instant::now(), Channel::Input, max), Ok(None));
    }
}

#[test]
fn the_next_leg_has_other_keys_and_forgets_what_was_cut_off() {
    let (mut ours, mut theirs) = pair();
    let (our_next, their_next) = epoch_keys();
    let early = ours.seal(Channel::Video, 0, None, b"early");
    let begun = ours.seal(Channel::Video, MORE, None, b"begun ");
    assert_eq!(receive(&mut theirs, Channel::Video, &begun), Ok(None));
    assert_eq!(receive(&mut theirs, Channel::Video, &early[..9]), Ok(None));
    ours.resume(Leg(1), our_next);
    theirs.resume(Leg(1), their_next);
    let record = ours.seal(Channel::Video, 0, None, b"whole");
    assert_eq!(record[10], 2, "counters go on");
    assert_eq!(receive(&mut theirs, Channel::Video, &record), message(b"whole"));
    assert_eq!(receive(&mut theirs, Channel::Video, &early), Err(Violation::Replay));
    let mut early = early;
    early[10] = 9;
    assert_eq!(receive(&mut theirs, Channel::Input, &early), Err(Violation::OutOfPlace));
    let (mut ours, mut theirs) = pair();
    theirs.resume(Leg(1), epoch_keys().1);
    let old = ours.seal(Channel::Video, 0, None, b"old");
    assert_eq!(receive(&mut theirs, Channel::Video, &old), Err(Violation::Epoch));
}

#[test]
fn a_number_travels_with_the_first_part() {
    let (mut ours, mut theirs) = pair();
    let first = ours.seal(Channel::Chat, MORE, Some(7), b"a");
    let last = ours.seal(Channel::Chat, 0, None, b"b");
    assert_eq!(receive(&mut theirs, Channel::Chat, &first), Ok(None));
    let arrived = ArrivedMessage { number: Some(7), bytes: b"ab".to_vec() };
    assert_eq!(receive(&mut theirs, Channel::Chat, &last), Ok(Some(arrived)));
}
