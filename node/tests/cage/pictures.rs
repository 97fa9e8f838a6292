//! What the cage shows is what the decoder in this process shows.

use beistand_codec::{
    Av1Decoder, Av1ScreenEncoder, ByteBudget, Frame, Rav1eScreenEncoder, ScreenDecoder, ScreenEncoder,
};
use beistand_sequences::{Kind, Sequence};

use crate::{LIBRARIES, caged, size};
use beistand_platform::cage::DecoderLibrary;

fn same_in_the_cage(mut encoder: impl ScreenEncoder, kind: Kind) {
    let size = size(320, 200);
    let mut sequence = Sequence::new(kind, size, 7);
    let mut picture = Frame::new(size);
    let mut decoders: Vec<(Box<dyn ScreenDecoder>, Frame)> =
        vec![(Box::new(Av1Decoder::new()), Frame::new(size))];
    for library in LIBRARIES {
        decoders.push((Box::new(caged(library)), Frame::new(size)));
    }
    for number in 0..8 {
        let damage = sequence.next(&mut picture);
        let coded = encoder.encode(&picture, &damage, ByteBudget::UNLIMITED).expect("encodes");
        for (decoder, screen) in &mut decoders {
            for unit in &coded.units {
                assert_eq!(decoder.decode(unit, screen).expect("decodes"), unit.rect);
            }
        }
        let (_, reference) = &decoders[0];
        assert!(decoders.iter().all(|(_, screen)| screen == reference), "{kind:?}, picture {number}");
    }
}

#[test]
fn every_picture_of_the_screen_encoder_is_the_same_in_the_cage() {
    for kind in Kind::ALL {
        same_in_the_cage(Av1ScreenEncoder::new(), kind);
    }
}

#[test]
fn stills_of_parts_are_the_same_in_the_cage() {
    for kind in [Kind::Document, Kind::Drag] {
        same_in_the_cage(Rav1eScreenEncoder::new(), kind);
    }
}

/// Only rows that are another than before are copied: what was not drawn must not be missing afterwards.
#[test]
fn a_picture_that_was_not_drawn_is_made_up_for_and_a_screen_that_was_wiped_is_drawn_by_the_next_key_unit() {
    let size = size(320, 200);
    let mut sequence = Sequence::new(Kind::Scroll, size, 3);
    let (mut picture, mut encoder) = (Frame::new(size), Av1ScreenEncoder::new());
    let (mut here, mut reference) = (Av1Decoder::new(), Frame::new(size));
    let (mut decoder, mut screen) = (caged(DecoderLibrary::default()), Frame::new(size));
    for number in 0..12 {
        if number == 8 {
            screen = Frame::new(size);
            encoder = Av1ScreenEncoder::new();
        }
        let damage = sequence.next(&mut picture);
        let coded = encoder.encode(&picture, &damage, ByteBudget::UNLIMITED).expect("encodes");
        for unit in &coded.units {
            here.decode(unit, &mut reference).expect("decodes");
            decoder.take_in(unit, size).expect("decodes");
            if number != 4 {
                decoder.draw(&mut screen.canvas()).expect("draws");
            }
        }
        assert_eq!(screen == reference, number != 4, "picture {number}");
    }
}

#[test]
fn another_size_is_another_decoder_and_needs_a_key_unit() {
    let mut decoder = caged(DecoderLibrary::default());
    for size in [size(64, 64), size(200, 100)] {
        let mut screen = Frame::new(size);
        let unit = crate::key_unit(size, 90);
        let continued = beistand_codec::EncodedUnit { key: false, ..unit.clone() };
        let refused = decoder.decode(&continued, &mut screen);
        assert!(matches!(refused, Err(beistand_codec::DecodeError::MissingKey)), "{refused:?}");
        decoder.decode(&unit, &mut screen).expect("decodes");
        assert!(screen.pixels()[0].abs_diff(90) <= 2);
    }
}
