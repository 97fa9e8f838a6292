//! A decoder that is in a host's hands and says what no decoder says: the program takes it for lost, whatever
//! it was, and never for more than a wrong picture.

use std::fs::{Permissions, write};
use std::os::unix::fs::PermissionsExt as _;

use beistand_codec::{DecodeError, Frame, ScreenDecoder};
use beistand_platform::cage::{CageLimits, CagedDecoder, DecoderLibrary};
use beistand_platform::own_program::OwnProgram;

use crate::{key_unit, size};

/// What becomes of a unit where the decoder is a script that says `greeting` first and `answer` to the
/// request.
fn decoded_by_a_liar(greeting: &[u8], answer: &[u8]) -> Result<Frame, DecodeError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("liar");
    let (greeting, answer) = (escaped(greeting), escaped(answer));
    let lines = [
        "#!/bin/sh",
        &format!("printf '{greeting}' >&0"),
        "/bin/dd bs=64 count=1 >/dev/null 2>&1",
        &format!("printf '{answer}' >&0"),
        "/bin/cat >/dev/null",
    ];
    write(&path, lines.join("\n")).expect("it can be written");
    std::fs::set_permissions(&path, Permissions::from_mode(0o700)).expect("it is ours");
    // A test ends soon, and its program's path is a constant elsewhere.
    let program = OwnProgram::at(Box::leak(path.into_boxed_path()));
    let size = size(128, 96);
    let mut screen = Frame::new(size);
    loop {
        let mut decoder = CagedDecoder::new(program, DecoderLibrary::Auto, CageLimits::default());
        let decoded = decoder.decode(&key_unit(size, 90), &mut screen);
        if matches!(&decoded, Err(DecodeError::NoCage(detail)) if detail.contains("busy")) {
            // Another test's child has the script's file open until it runs its own program.
            continue;
        }
        assert_eq!(decoder.process_id().is_some(), decoded.is_ok(), "one that lied is ended");
        return decoded.map(|_| screen);
    }
}

/// As `printf` has bytes.
fn escaped(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\{byte:03o}")).collect()
}

/// A picture of the screen of which all rows have changed, with its planes there and rows of this length.
fn shown(starts: [u32; 3], stride: u32) -> Vec<u8> {
    let [y, u, v] = starts;
    let place = [y, u, v, stride].map(u32::to_le_bytes);
    [&[6], &[0xFF; 32][..], place.as_flattened()].concat()
}

/// Where pictures begin in the memory.
const PICTURES_START: u32 = 16 << 20;

#[test]
fn whatever_a_decoder_says_that_no_decoder_says_ends_it() {
    let whole = shown([PICTURES_START; 3], 128);
    let answers = [
        vec![200],
        vec![0],
        vec![6],
        whole[..whole.len() - 1].to_vec(),
        [&whole[..], &[0]].concat(),
        vec![6; 4000],
        // Planes where the unit is, half outside, outside, far outside, and at an odd place.
        shown([0, PICTURES_START, PICTURES_START], 128),
        shown([PICTURES_START, PICTURES_START - 64, PICTURES_START], 128),
        shown([PICTURES_START, PICTURES_START, 1 << 30], 128),
        shown([u32::MAX - 63; 3], 128),
        shown([PICTURES_START + 1; 3], 128),
        // Rows that are too short, too long, and of an odd length.
        shown([PICTURES_START; 3], 0),
        shown([PICTURES_START; 3], 64),
        shown([PICTURES_START; 3], 129),
        shown([PICTURES_START; 3], 1 << 20),
        shown([PICTURES_START; 3], u32::MAX - 63),
    ];
    for answer in answers {
        let lost = decoded_by_a_liar(&[0], &answer);
        assert!(matches!(lost, Err(DecodeError::DecoderLost)), "{answer:?}: {:?}", lost.err());
    }
    let lost = decoded_by_a_liar(&whole, &[0]);
    assert!(matches!(lost, Err(DecodeError::DecoderLost)), "{:?}", lost.err());
}

#[test]
fn a_decoder_that_draws_nothing_and_says_it_has_shows_what_the_memory_had_at_first() {
    let screen = decoded_by_a_liar(&[0], &shown([PICTURES_START; 3], 128)).expect("it is a picture");
    let first = &screen.pixels()[..4];
    assert!(screen.pixels().chunks_exact(4).all(|pixel| pixel == first), "one colour");
}
