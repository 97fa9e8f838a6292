//! Every message: there and back, cut, changed.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(message in any_message()) {
        let bytes = message.encode();
        prop_assert!(bytes.len() <= message.channel().spec().max_message_bytes);
        prop_assert_eq!(WireMessage::decode(message.channel(), &bytes), Ok(message));
    }

    #[test]
    fn what_is_cut_or_longer_is_not(message in any_message()) {
        let mut bytes = message.encode();
        for end in 0..bytes.len() {
            prop_assert_eq!(WireMessage::decode(message.channel(), &bytes[..end]), Err(Violation::Malformed));
        }
        bytes.push(0);
        prop_assert_eq!(WireMessage::decode(message.channel(), &bytes), Err(Violation::Malformed));
    }

    #[test]
    fn flipped_bits_give_another_message_or_none(message in any_message(), at: prop::sample::Index, bit in 0..8) {
        let mut bytes = message.encode();
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        if let Ok(read) = WireMessage::decode(message.channel(), &bytes) {
            // What exists is within its bounds, and so can be written again.
            prop_assert!(read.encode().len() <= message.channel().spec().max_message_bytes);
        }
    }

    #[test]
    fn junk_is_read_without_harm(channel in 0..Channel::ALL.len(), bytes in vec(any::<u8>(), 0..300)) {
        let channel = Channel::ALL[channel];
        if let Ok(read) = WireMessage::decode(channel, &bytes) {
            prop_assert!(read.encode().len() <= channel.spec().max_message_bytes);
        }
    }
}

#[test]
fn numbers_name_channels() {
    for channel in Channel::ALL {
        assert_eq!(Channel::from_number(channel.number()), Some(channel));
    }
    let last = Channel::ALL.into_iter().map(Channel::number).max().unwrap();
    assert_eq!(Channel::from_number(last + 1), None);
}

#[test]
fn every_message_comes_under_a_row_of_its_channel() {
    proptest!(|(message in any_message())| {
        let rows = message.channel().spec().rows;
        prop_assert!(rows.iter().any(|row| std::ptr::eq(*row, message.row())));
    });
}
