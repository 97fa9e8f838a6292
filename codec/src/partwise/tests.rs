//! Which changes get a stream of their own, and that both decoders together show the screen. How either
//! stream is coded is tested with the encoder.

use super::*;
use crate::{Av1Decoder, ScreenDecoder as _};

const PART: StreamId = StreamId(FIRST_PART);

/// Both ends of a stream of 1024x512.
struct Stage {
    encoder: PartwiseEncoder,
    decoder: Av1Decoder,
    screen: Frame,
    shown: Frame,
}

impl Stage {
    fn new() -> Self {
        let size = Size::new(1024, 512).expect("valid");
        let mut stage = Self {
            encoder: PartwiseEncoder::new(),
            decoder: Av1Decoder::new(),
            screen: Frame::new(size),
            shown: Frame::new(size),
        };
        stage.change(size.rect(), 200);
        stage.rest();
        stage
    }

    /// Paints a rectangle grey and brings the other end up to date; the streams of the units.
    fn change(&mut self, rect: Rect, grey: u8) -> Vec<EncodedUnit> {
        for y in rect.y()..rect.bottom() {
            self.screen.row_mut(rect, y).fill(grey);
        }
        let mut damage = Damage::none(self.screen.size());
        damage.add(rect);
        self.step(&damage)
    }

    fn step(&mut self, damage: &Damage) -> Vec<EncodedUnit> {
        let encoded = self.encoder.encode(&self.screen, damage, ByteBudget::UNLIMITED).expect("encodes");
        for unit in &encoded.units {
            self.decoder.decode(unit, &mut self.shown).expect("decodes");
        }
        encoded.units
    }

    fn rest(&mut self) {
        while self.encoder.refinable() {
            self.step(&Damage::none(self.screen.size()));
        }
    }

    #[track_caller]
    fn assert_same(&self) {
        let pixels = self.screen.pixels().iter().zip(self.shown.pixels());
        let wrong = pixels.enumerate().filter(|(at, (real, shown))| at % 4 < 3 && real.abs_diff(**shown) > 1);
        assert_eq!(wrong.count(), 0, "both show the same");
    }

    /// Types until the place has a stream of its own.
    fn type_there(&mut self, x: u16, y: u16) {
        for letter in 0..6 {
            let letter = Rect::new(x + 12 * letter, y, 10, 16).expect("valid");
            self.change(letter, 40_u8.wrapping_add(letter.x() as u8));
            self.assert_same();
        }
    }
}

fn streams(units: &[EncodedUnit]) -> Vec<(StreamId, bool)> {
    units.iter().map(|unit| (unit.stream, unit.key)).collect()
}

#[test]
fn what_keeps_changing_in_one_place_gets_a_stream_of_that_place() {
    let mut stage = Stage::new();
    let mut seen = Vec::new();
    for letter in 0..6 {
        let units = stage.change(Rect::new(300 + 12 * letter, 100, 10, 16).expect("valid"), 10);
        seen.extend(streams(&units));
        stage.assert_same();
    }
    let screen = StreamId(1);
    let expected =
        [(screen, false), (screen, false), (screen, false), (PART, true), (PART, false), (PART, false)];
    assert_eq!(seen, expected);
}

#[test]
fn what_changes_in_several_places_at_once_gets_a_stream_for_each() {
    let mut stage = Stage::new();
    let size = stage.screen.size();
    let mut seen = Vec::new();
    for round in 0..7_u8 {
        let mut damage = Damage::none(size);
        for place in [(0, 0), (960, 448), (400, 200)] {
            let rect = Rect::new(place.0, place.1, 20, 20).expect("valid");
            (rect.y()..rect.bottom()).for_each(|y| stage.screen.row_mut(rect, y).fill(10 * round));
            damage.add(rect);
        }
        seen = streams(&stage.step(&damage));
        stage.assert_same();
    }
    let parts = [FIRST_PART, FIRST_PART + 1, FIRST_PART + 2].map(|stream| (StreamId(stream), false));
    assert_eq!(seen, parts);
    stage.change(Rect::new(0, 0, 1024, 300).expect("valid"), 7);
    stage.rest();
    stage.assert_same();
}

#[test]
fn more_places_than_there_are_parts_are_shown_all_the_same() {
    let mut stage = Stage::new();
    for round in 0..40_u16 {
        let (x, y) = ((round * 7 % 15) * 64, (round * 5 % 7) * 64);
        stage.change(Rect::new(x, y, 30, 30).expect("valid"), round as u8);
        stage.assert_same();
        let parts: Vec<_> = stage.encoder.places.iter().filter(|place| place.part.is_some()).collect();
        let lap = |one: &BusyPlace, other: &BusyPlace| one.rect.intersection(other.rect).is_some();
        assert!((1..parts.len()).all(|at| !parts[..at].iter().any(|one| lap(one, parts[at]))));
    }
    assert!(stage.encoder.places.len() <= MAX_PARTS);
}

#[test]
fn the_screens_stream_catches_up_with_what_the_part_has_shown() {
    let mut stage = Stage::new();
    stage.type_there(300, 100);
    let far = Rect::new(0, 400, 1024, 100).expect("valid");
    let units = stage.change(far, 90);
    assert_eq!(streams(&units), [(StreamId(1), false)]);
    stage.assert_same();
    stage.type_there(310, 120);
    stage.rest();
    stage.assert_same();
}

#[test]
fn what_was_written_and_taken_back_in_a_part_is_gone() {
    let mut stage = Stage::new();
    stage.type_there(300, 100);
    stage.change(Rect::new(290, 90, 120, 40).expect("valid"), 200);
    stage.assert_same();
    stage.change(Rect::new(0, 400, 1024, 100).expect("valid"), 90);
    stage.assert_same();
}

#[test]
fn a_part_moves_with_the_text_and_a_lost_decoder_gets_all_of_it() {
    let mut stage = Stage::new();
    for line in 0..4 {
        stage.type_there(200, 20 + 110 * line);
    }
    stage.encoder.request_key();
    stage.decoder.reset();
    let size = stage.screen.size();
    stage.shown = Frame::new(size);
    let units = stage.step(&Damage::all(size));
    assert_eq!(streams(&units), [(StreamId(1), true)]);
    stage.rest();
    stage.assert_same();
    stage.type_there(200, 20);
}

#[test]
fn screens_smaller_than_a_part_and_changes_larger_than_one_have_none() {
    let size = |width, height| Size::new(width, height).expect("valid");
    let rect = |x, y, width, height| Rect::new(x, y, width, height).expect("valid");
    assert_eq!(part_round(rect(0, 0, 64, 64), size(511, 500)), None);
    assert_eq!(part_round(rect(0, 0, 64, 64), size(600, 127)), None);
    assert_eq!(part_round(rect(0, 0, 600, 64), size(1024, 512)), None);
    assert_eq!(part_round(rect(0, 0, 64, 192), size(1024, 512)), None);
    // At the edges it is moved inside.
    assert_eq!(part_round(rect(960, 448, 64, 64), size(1024, 512)), Some(rect(512, 384, 512, 128)));
}
