//! Mutated units by the thousand: whatever becomes of the decoder, the program goes on, and a key unit brings
//! the picture back.

use std::ops::Range;
use std::time::{Duration, Instant};

use beistand_codec::{
    Av1ScreenEncoder, ByteBudget, DecodeError, EncodedUnit, Frame, ScreenDecoder, ScreenEncoder,
};
use beistand_sequences::{Kind, Sequence};

use crate::{LIBRARIES, caged, size};
use beistand_platform::cage::DecoderLibrary;

/// Xorshift, so that a run can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }
}

/// A key unit and what continues it.
fn film() -> Vec<EncodedUnit> {
    let size = size(160, 96);
    let mut sequence = Sequence::new(Kind::Video, size, 11);
    let mut picture = Frame::new(size);
    let mut encoder = Av1ScreenEncoder::new();
    let mut units = Vec::new();
    for _ in 0..4 {
        let damage = sequence.next(&mut picture);
        units.extend(encoder.encode(&picture, &damage, ByteBudget::UNLIMITED).expect("encodes").units);
    }
    assert!(units[0].key && units.len() >= 4);
    units
}

fn mutate(dice: &mut Dice, unit: &EncodedUnit) -> EncodedUnit {
    let mut unit = unit.clone();
    match dice.roll(8) {
        0 => unit.data.truncate(dice.roll(unit.data.len())),
        1 => unit.key = !unit.key,
        2 => {
            let extra = 1 + dice.roll(64);
            unit.data.extend((0..extra).map(|_| dice.roll(256) as u8));
        }
        // Headers come first and decide most.
        3 | 4 => {
            let bit = dice.roll(unit.data.len().min(40) * 8);
            unit.data[bit / 8] ^= 1 << (bit % 8);
        }
        _ => {
            for _ in 0..1 + dice.roll(8) {
                let at = dice.roll(unit.data.len());
                unit.data[at] = dice.roll(256) as u8;
            }
        }
    }
    unit
}

/// Decodes mutated units, then a whole one; what became of them.
fn mutated_units(library: DecoderLibrary, count: usize, seed: u64) {
    let film = film();
    let mut dice = Dice(seed);
    let mut decoder = caged(library);
    let mut screen = Frame::new(size(160, 96));
    let (mut shown, mut refused, mut lost, mut longest) = (0, 0, 0, Duration::ZERO);
    for _ in 0..count {
        let start = dice.roll(film.len());
        // What it continues comes first, mostly.
        if dice.roll(4) > 0 {
            for unit in &film[..start] {
                let _ = decoder.decode(unit, &mut screen);
            }
        }
        let unit = mutate(&mut dice, &film[start]);
        let since = Instant::now();
        match decoder.decode(&unit, &mut screen) {
            Ok(_) => shown += 1,
            Err(DecodeError::DecoderLost | DecodeError::TooSlow) => lost += 1,
            Err(DecodeError::NoCage(detail)) => panic!("{detail}"),
            Err(_) => refused += 1,
        }
        longest = longest.max(since.elapsed());
    }
    let became = format!("{shown} shown, {refused} refused, {lost} ended their decoder, longest {longest:?}");
    println!("{library:?}, seed {seed:#x}: {count} units: {became}");
    let since = Instant::now();
    while decoder.decode(&film[0], &mut screen).is_err() {
        assert!(since.elapsed() < Duration::from_millis(500), "the picture does not come back");
        std::thread::yield_now();
    }
}

#[test]
fn two_thousand_mutated_units_leave_the_program_and_its_picture_alive() {
    for library in LIBRARIES {
        mutated_units(library, 2_000, 0x9E37_79B9_7F4A_7C15);
    }
}

/// Slices of the million below, each with a seed of its own.
const SLICES: u64 = 100;

/// Which slices to run: all, or those of the variable `SLICES`, such as `40..60`.
fn slices() -> Range<u64> {
    let Ok(text) = std::env::var("SLICES") else { return 0..SLICES };
    let parts = text.split_once("..").and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    parts.expect("SLICES is FROM..TO")
}

#[test]
#[ignore = "takes hours; SLICES=FROM..TO runs a part"]
fn a_million_mutated_units_leave_the_program_and_its_picture_alive() {
    for slice in slices() {
        for library in LIBRARIES {
            print!("slice {slice}: ");
            mutated_units(
                library,
                1_000_000 / SLICES as usize,
                (slice + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15),
            );
        }
    }
}
