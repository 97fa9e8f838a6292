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

fn receive(records: &mut Records, channel: Channel, bytes: &[u8]) -> Result<Option<Vec<u8>>, Violation> {
    records.push(channel, bytes);
    records.next_message(Instant::now(), channel, MAX)
}

#[test]
fn a_record_looks_as_described() {
    let (mut ours, _) = pair();
    ours.seal(Channel::Chat, 0, b"one");
    let record = ours.seal(Channel::Chat, 0, b"two");
    assert_eq!(record.len(), 2 + 1 + 8 + 1 + 3 + 16);
    assert_eq!(record[..11], [0, 29, 0, 4, 0, 0, 0, 0, 0, 0, 1]);
}

#[test]
fn counters_must_rise_and_may_skip() {
    let (mut ours, mut theirs) = pair();
    let records: Vec<_> = (0..4).map(|byte| ours.seal(Channel::Input, 0, &[byte])).collect();
    assert_eq!(receive(&mut theirs, Channel::Input, &records[1]), Ok(Some(vec![1])));
    assert_eq!(receive(&mut theirs, Channel::Input, &records[3]), Ok(Some(vec![3])));
    assert_eq!(receive(&mut theirs, Channel::Input, &records[2]), Err(Violation::Replay));
}

#[test]
fn channels_count_apart() {
    let (mut ours, mut theirs) = pair();
    for channel in Channel::ALL {
        let record = ours.seal(channel, 0, b"x");
        assert_eq!(receive(&mut theirs, channel, &record), Ok(Some(b"x".to_vec())));
    }
}

#[test]
fn every_flipped_bit_is_noticed() {
    let (mut ours, _) = pair();
    let record = ours.seal(Channel::Input, 0, b"key");
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
    let record = ours.seal(Channel::Input, 0, b"key");
    for cut in 0..record.len() {
        theirs.push(Channel::Input, &record[cut..=cut]);
        let expected = if cut + 1 == record.len() { Some(b"key".to_vec()) } else { None };
        assert_eq!(theirs.next_message(Instant::now(), Channel::Input, MAX), Ok(expected));
    }
    for length in [0_u16, 1, 25] {
        assert_eq!(receive(&mut theirs, Channel::Input, &length.to_be_bytes()), Err(Violation::RecordLength));
    }
    // A record may be as long as its channel's longest message, and never longer than Noise's.
    for (max, length) in [(100, 127_u16), (MAX, (MAX_RECORD_BYTES - 1) as u16)] {
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
fn the_old_keys_go_when_all_channels_have_changed() {
    let (mut ours, mut theirs) = pair();
    let (our_next, their_next) = epoch_keys();
    let early = ours.seal(Channel::Video, 0, b"early");
    ours.seal(Channel::Control, 0, b"x");
    ours.install(our_next);
    theirs.install(their_next);
    let used = ours.switch();
    assert_eq!(used, Channel::Video.bit() | Channel::Control.bit());
    assert!(!theirs.must_switch());
    let control = ours.seal(Channel::Control, 0, b"done");
    assert_eq!(receive(&mut theirs, Channel::Control, &control), Ok(Some(b"done".to_vec())));
    assert!(theirs.must_switch());
    theirs.switch();
    theirs.peer_switched(used).unwrap();
    assert_eq!(theirs.peer_switched(used), Err(Violation::Rekey));
    // The video channel lags behind.
    assert!(!theirs.settled());
    assert_eq!(receive(&mut theirs, Channel::Video, &early), Ok(Some(b"early".to_vec())));
    assert!(!theirs.settled());
    let mark = ours.seal(Channel::Video, MARK, &[]);
    assert_eq!(receive(&mut theirs, Channel::Video, &mark), Ok(None));
    assert!(theirs.settled());
    assert_eq!(theirs.peer_switched(used), Err(Violation::Rekey));
}

#[test]
fn a_channel_does_not_go_back_to_the_old_keys() {
    let (mut ours, mut theirs) = pair();
    let (our_next, their_next) = epoch_keys();
    ours.seal(Channel::Chat, 0, b"x");
    theirs.install(their_next);
    ours.install(our_next);
    let old = ours.seal(Channel::Input, 0, b"old");
    ours.switch();
    let new = ours.seal(Channel::Input, 0, b"new");
    assert_eq!(receive(&mut theirs, Channel::Input, &new), Ok(Some(b"new".to_vec())));
    // Even with a counter that would still do.
    let mut record = old.clone();
    record[10] = 9;
    assert_eq!(receive(&mut theirs, Channel::Input, &record), Err(Violation::Epoch));
}
