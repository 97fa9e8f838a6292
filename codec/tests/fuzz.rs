//! Our AV1 encoder behind the public traits, with arbitrary bytes as pictures, damage and operations: it
//! never fails, what it sends is always decodable, and at rest the decoder's side sees the picture.
//!
//! `cargo test -p beistand-codec -- --ignored fuzz` searches for as long as `BEISTAND_FUZZ_SECS` says.

use std::time::{Duration, Instant};

use beistand_codec::{
    Av1Decoder, Av1ScreenEncoder, ByteBudget, Damage, EncodeError, EncodedPicture, Frame, Rect,
    ScreenDecoder, ScreenEncoder, Size, psnr_rgb,
};
use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};

/// More calls than any picture of these tests takes to become sharp.
const REFINE_CALLS_MAX: usize = 200;

/// What a picture loses by its colours alone, at rest: conversion there and back.
const SHARP_DB: f64 = 45.0;

/// An encoder and a decoder, and the picture that the decoder's side sees.
struct FuzzedCodec {
    encoder: Av1ScreenEncoder,
    decoder: Av1Decoder,
    picture: Frame,
    screen: Frame,
}

impl FuzzedCodec {
    fn new(size: Size) -> Self {
        Self {
            encoder: Av1ScreenEncoder::new(),
            decoder: Av1Decoder::new(),
            picture: Frame::new(size),
            screen: Frame::new(size),
        }
    }

    fn show(&mut self, damage: &Damage) -> EncodedPicture {
        let coded = self.encoder.encode(&self.picture, damage, ByteBudget::UNLIMITED).expect("encodes");
        for unit in &coded.units {
            assert_eq!(self.decoder.decode(unit, &mut self.screen).expect("decodes"), unit.rect);
        }
        coded
    }

    fn show_all(&mut self) -> EncodedPicture {
        self.show(&Damage::all(self.picture.size()))
    }

    fn rest(&mut self) {
        let none = Damage::none(self.picture.size());
        for _ in 0..REFINE_CALLS_MAX {
            if !self.encoder.refinable() {
                assert!(self.show(&none).is_empty(), "nothing is left to send");
                let sharpness = psnr_rgb(&self.picture, &self.screen);
                assert!(sharpness > SHARP_DB, "{sharpness} dB at rest");
                return;
            }
            assert!(!self.show(&none).is_empty(), "refining sends something");
        }
        panic!("refinement does not end");
    }
}

fn size(width: u16, height: u16) -> Size {
    Size::new(width, height).expect("valid")
}

/// Bytes that are read as whatever is wanted; zeros follow the last.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn below(&mut self, limit: u16) -> u16 {
        (u32::from(u16::from_le_bytes([self.next(), self.next()])) * u32::from(limit) / 65536) as u16
    }

    fn rect(&mut self, size: Size) -> Rect {
        let (x, y) = (self.below(size.width()), self.below(size.height()));
        let (width, height) = (1 + self.below(size.width() - x), 1 + self.below(size.height() - y));
        Rect::new(x, y, width, height).expect("within the picture")
    }
}

/// Does whatever the bytes say.
fn play(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let mut ends = FuzzedCodec::new(size(1 + bytes.below(300), 1 + bytes.below(200)));
    ends.show_all();
    while !bytes.0.is_empty() {
        let size = ends.picture.size();
        match bytes.next() % 16 {
            0 => {
                let other = Size::new(1 + bytes.below(300), 1 + bytes.below(200)).expect("valid");
                (ends.picture, ends.screen) = (Frame::new(other), Frame::new(other));
                if other != size {
                    assert!(ends.show(&Damage::none(other)).units[0].key, "another size starts anew");
                }
            }
            1 => {
                ends.encoder.request_key();
                ends.decoder.reset();
                assert!(ends.show(&Damage::none(size)).units[0].key, "a key was asked for");
            }
            2 => ends.rest(),
            3 => {
                let wrong = Damage::all(Size::new(size.width() + 1, size.height()).expect("valid"));
                let refused = ends.encoder.encode(&ends.picture, &wrong, ByteBudget::UNLIMITED);
                assert!(matches!(refused, Err(EncodeError::Damage)));
            }
            4 => {
                let mut damage = Damage::none(size);
                damage.add(bytes.rect(size));
                ends.show(&damage);
            }
            5 => drop(ends.show(&Damage::none(size))),
            kind => {
                let rect = bytes.rect(size);
                fill(&mut ends.picture, rect, kind, &mut bytes);
                let mut damage = Damage::none(size);
                damage.add(rect);
                ends.show(&damage);
            }
        }
    }
    ends.rest();
}

/// Fills a rectangle with what follows in the bytes, over and over.
fn fill(picture: &mut Frame, rect: Rect, kind: u8, bytes: &mut Bytes<'_>) {
    let length = (1 + usize::from(bytes.next())).min(bytes.0.len());
    let (mut pattern, rest) = bytes.0.split_at(length);
    bytes.0 = rest;
    if pattern.is_empty() {
        pattern = &[0];
    }
    let mut index = 0;
    for y in rect.y()..rect.bottom() {
        for sample in picture.row_mut(rect, y) {
            *sample = match kind {
                6..=8 => pattern[index % pattern.len()],
                9..=11 => pattern[index / 4 % pattern.len()],
                12 => pattern[index / 32 % pattern.len()],
                13 => sample.wrapping_add(pattern[index % pattern.len()] >> 5),
                _ => pattern[index % pattern.len()].wrapping_mul((index >> 6) as u8 | 1),
            };
            index += 1;
        }
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(100))]

    #[test]
    fn whatever_the_bytes_say(bytes in prop::collection::vec(any::<u8>(), 0..1000)) {
        play(&bytes);
    }
}

#[test]
#[ignore = "searches for as long as it may"]
fn fuzz_whatever_the_bytes_say() {
    let secs = std::env::var("BEISTAND_FUZZ_SECS").ok().and_then(|secs| secs.parse().ok()).unwrap_or(60);
    let end = Instant::now() + Duration::from_secs(secs);
    while Instant::now() < end {
        let mut runner = TestRunner::new(config(100));
        let found = runner.run(&prop::collection::vec(any::<u8>(), 0..3000), |bytes| {
            play(&bytes);
            Ok(())
        });
        if let Err(TestError::Fail(reason, bytes)) = found {
            panic!("{reason}\n{bytes:?}");
        }
    }
}

#[test]
fn nothing_new_and_nothing_to_refine_is_an_empty_picture() {
    let mut ends = FuzzedCodec::new(size(100, 70));
    assert!(ends.show_all().units[0].key);
    ends.rest();
    assert!(ends.show_all().is_empty(), "damage without a change");
    assert!(ends.show(&Damage::none(size(100, 70))).is_empty());
}

#[test]
fn a_key_is_asked_for_in_the_middle_of_changes() {
    let mut ends = FuzzedCodec::new(size(200, 130));
    ends.show_all();
    for level in [50, 100, 150] {
        ends.picture.pixels_mut()[..9000].fill(level);
        ends.encoder.request_key();
        ends.decoder.reset();
        let mut damage = Damage::none(size(200, 130));
        damage.add(Rect::new(0, 0, 200, 12).expect("a part"));
        let coded = ends.show(&damage);
        assert!(coded.units.len() == 1 && coded.units[0].key);
        ends.rest();
    }
}

#[test]
fn wider_than_a_tile_may_be() {
    let mut ends = FuzzedCodec::new(size(4200, 128));
    for (index, byte) in ends.picture.pixels_mut().iter_mut().enumerate() {
        *byte = (index / 1000 * 37) as u8;
    }
    ends.show_all();
    ends.rest();
}
