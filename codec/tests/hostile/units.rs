//! Units that a hostile peer might send: refused without a panic, and without a change to the screen.
//!
//! Whoever includes this says with `with_decoder` which decoder is tried.

use super::with_decoder;
use beistand_codec::{
    ByteBudget, Damage, DecodeError, EncodedUnit, Frame, MAX_STREAMS, Rav1eScreenEncoder, Rect,
    ScreenDecoder, ScreenEncoder, Size, StreamId,
};
use beistand_sequences::{Kind, Sequence};
use proptest::prelude::*;

const DELIMITER: [u8; 2] = [0x12, 0x00];

fn screen() -> Frame {
    let mut screen = Frame::new(Size::new(128, 96).expect("valid"));
    screen.pixels_mut().fill(77);
    screen
}

/// A valid key unit of 72x40 pixels.
fn valid() -> EncodedUnit {
    let size = Size::new(72, 40).expect("valid");
    let mut picture = Frame::new(size);
    Sequence::new(Kind::Idle, size, 1).next(&mut picture);
    let mut coded = Rav1eScreenEncoder::new()
        .encode(&picture, &Damage::all(size), ByteBudget::UNLIMITED)
        .expect("encodes");
    assert_eq!(coded.units.len(), 1);
    coded.units.remove(0)
}

/// Decodes `unit`; where it fails, the screen must be as it was.
fn decode(decoder: &mut dyn ScreenDecoder, unit: &EncodedUnit) -> Result<Rect, DecodeError> {
    let before = screen();
    let mut after = before.clone();
    let result = decoder.decode(unit, &mut after);
    assert!(result.is_ok() || before == after, "an error that left traces");
    result
}

fn decode_alone(unit: &EncodedUnit) -> Result<Rect, DecodeError> {
    with_decoder(|decoder| decode(decoder, unit))
}

/// Bits, most significant first.
struct Bits(Vec<bool>);

impl Bits {
    fn put(&mut self, value: u32, count: u32) -> &mut Self {
        self.0.extend((0..count).rev().map(|bit| value >> bit & 1 == 1));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        self.0
            .chunks(8)
            .map(|bits| bits.iter().enumerate().map(|(i, &bit)| u8::from(bit) << (7 - i)).sum())
            .collect()
    }
}

/// A key unit whose sequence header promises a still of the given size (AV1 specification, section 5.5).
fn still_of(width: u32, height: u32) -> Vec<u8> {
    let mut bits = Bits(Vec::new());
    bits.put(1, 3)
        .put(1, 1)
        .put(1, 1)
        .put(31, 5)
        .put(15, 4)
        .put(15, 4)
        .put(width - 1, 16)
        .put(height - 1, 16);
    // Superblocks, filters, no restoration; 8 bits, no description, full range, 4:4:4; no grain; the trailing
    // bit.
    bits.put(0, 3).put(0, 3).put(0, 1).put(0, 1).put(1, 1).put(0, 1).put(0, 1).put(1, 1);
    let sequence = bits.bytes();
    let frame = [0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let obu = |kind: u8, payload: &[u8]| [&[kind << 3 | 2, payload.len() as u8], payload].concat();
    [DELIMITER.to_vec(), obu(1, &sequence), obu(6, &frame)].concat()
}

#[test]
fn the_valid_one_is_valid() {
    let unit = valid();
    assert_eq!(decode_alone(&unit).expect("valid"), unit.rect);
}

#[test]
fn every_truncation() {
    let unit = valid();
    for length in 0..unit.data.len() {
        let cut = EncodedUnit { data: unit.data[..length].to_vec(), ..unit.clone() };
        assert!(decode_alone(&cut).is_err(), "{length} bytes of {}", unit.data.len());
    }
}

#[test]
fn a_picture_of_65535x65535() {
    for (width, height) in [(65535, 65535), (65535, 1), (8192, 8192), (129, 96)] {
        let unit = EncodedUnit { data: still_of(width, height), ..valid() };
        assert!(matches!(decode_alone(&unit), Err(DecodeError::Bitstream(_))), "{width}x{height}");
    }
}

#[test]
fn a_picture_of_another_size_than_its_rectangle() {
    for (width, height) in [(71, 40), (72, 41), (40, 72), (1, 1), (128, 96)] {
        let unit = EncodedUnit { rect: Rect::new(0, 0, width, height).expect("valid"), ..valid() };
        assert!(matches!(decode_alone(&unit), Err(DecodeError::Bitstream(_))), "{width}x{height}");
    }
}

#[test]
fn outside_the_screen() {
    let unit = EncodedUnit { rect: Rect::new(64, 0, 72, 40).expect("valid"), ..valid() };
    assert!(matches!(decode_alone(&unit), Err(DecodeError::OutsideScreen)));
}

#[test]
fn never_a_key_frame() {
    let unit = valid();
    let frame_only = [&DELIMITER[..], &[0x32, 0x04, 0x30, 0, 0, 0]].concat();
    let continued = EncodedUnit { key: false, data: frame_only, ..unit.clone() };
    assert!(matches!(decode_alone(&continued), Err(DecodeError::MissingKey)));
    let pretended = EncodedUnit { key: false, ..unit };
    assert!(decode_alone(&pretended).is_err(), "a key picture that says it is none");
}

#[test]
fn a_continuation_in_another_place() {
    with_decoder(|decoder| {
        let unit = valid();
        decode(decoder, &unit).expect("valid");
        let moved = Rect::new(8, 8, 72, 40).expect("valid");
        let data = [&DELIMITER[..], &[0x32, 0x04, 0x30, 0, 0, 0]].concat();
        let elsewhere = EncodedUnit { rect: moved, key: false, data, ..unit.clone() };
        assert!(decode(decoder, &elsewhere).is_err());
        assert!(decode(decoder, &unit).is_ok(), "a key unit starts anew");
    });
}

#[test]
fn a_screen_of_8192x8192_is_refused_by_name() {
    let size = Size::new(8192, 8192).expect("valid");
    let unit = EncodedUnit { data: still_of(8192, 8192), rect: size.rect(), ..valid() };
    let refused = with_decoder(|decoder| decoder.take_in(&unit, size));
    assert!(matches!(refused, Err(DecodeError::ScreenTooLarge)), "{refused:?}");
}

#[test]
fn nothing_is_drawn_twice_or_on_another_screen() {
    with_decoder(|decoder| {
        let unit = valid();
        decode(decoder, &unit).expect("valid");
        let mut same = screen();
        assert!(decoder.draw(&mut same.canvas()).is_err(), "drawn already");
        decoder.take_in(&unit, same.size()).expect("valid");
        let mut other = Frame::new(Size::new(96, 128).expect("valid"));
        assert!(decoder.draw(&mut other.canvas()).is_err());
        assert!(same == screen() && other.pixels().iter().all(|byte| *byte == 0));
    });
}

#[test]
fn too_many_streams() {
    with_decoder(|decoder| {
        let unit = EncodedUnit { stream: StreamId(MAX_STREAMS), ..valid() };
        assert!(matches!(decode(decoder, &unit), Err(DecodeError::TooManyStreams)));
        let results: Vec<_> = (0..MAX_STREAMS)
            .map(|id| decode(decoder, &EncodedUnit { stream: StreamId(id), ..unit.clone() }))
            .collect();
        assert!(results[..8].iter().all(Result::is_ok));
        assert!(matches!(results[15], Err(DecodeError::TooManyStreams)), "three screens' worth at most");
        decoder.reset();
        assert!(decode(decoder, &valid()).is_ok());
    });
}

#[test]
fn many_frames_in_one_unit() {
    let unit = valid();
    let twice = EncodedUnit { data: [&unit.data[..], &unit.data[..]].concat(), ..unit.clone() };
    assert!(decode_alone(&twice).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbage(data in prop::collection::vec(any::<u8>(), 0..300), key in any::<bool>()) {
        let _ = decode_alone(&EncodedUnit { data, key, ..valid_shape() });
    }

    #[test]
    fn garbage_in_a_frame(data in prop::collection::vec(any::<u8>(), 0..120), cut in 0usize..40) {
        with_decoder(|decoder| {
            let unit = SAMPLE.with(Clone::clone);
            decode(decoder, &unit).expect("valid");
            let frame = [&DELIMITER[..], &[0x32, data.len() as u8], &data].concat();
            let _ = decode(decoder, &EncodedUnit { data: frame, key: false, ..unit.clone() });
            let keep = unit.data.len().min(20 + cut);
            let spliced = [&unit.data[..keep], &data[..]].concat();
            let _ = decode(decoder, &EncodedUnit { data: spliced, ..unit });
        });
    }

    #[test]
    fn flipped_bits(flips in prop::collection::vec(any::<prop::sample::Index>(), 1..6)) {
        let mut unit = SAMPLE.with(Clone::clone);
        for flip in flips {
            let bit = flip.index(unit.data.len() * 8);
            unit.data[bit / 8] ^= 1 << (bit % 8);
        }
        let _ = decode_alone(&unit);
    }

    #[test]
    fn flipped_headers(flips in prop::collection::vec(0usize..40 * 8, 1..4)) {
        let mut unit = SAMPLE.with(Clone::clone);
        for bit in flips {
            unit.data[bit / 8] ^= 1 << (bit % 8);
        }
        let _ = decode_alone(&unit);
    }
}

thread_local! {
    /// [`valid`], coded once a thread.
    static SAMPLE: EncodedUnit = valid();
}

fn valid_shape() -> EncodedUnit {
    EncodedUnit {
        stream: StreamId(0),
        rect: Rect::new(0, 0, 72, 40).expect("valid"),
        key: true,
        data: Vec::new(),
    }
}
