//! The decoder in its cage, which is the real program started as one: as good as the one in this process,
//! bounded in time and memory, and without rights.
#![allow(clippy::print_stdout)]

#[path = "../../../codec/tests/hostile/units.rs"]
mod units;

mod bounds;
mod lies;
mod mutated;
mod pictures;
mod rights;

use std::cell::RefCell;
use std::path::Path;

use beistand_codec::{
    Av1ScreenEncoder, ByteBudget, Damage, EncodedUnit, Frame, ScreenDecoder, ScreenEncoder, Size,
};
use beistand_platform::cage::{CageLimits, CagedDecoder, DecoderLibrary};
use beistand_platform::own_program::OwnProgram;

/// Both libraries.
const LIBRARIES: [DecoderLibrary; 2] = [DecoderLibrary::Dav1d, DecoderLibrary::Rav1d];

/// The program that is started as a decoder.
fn program() -> OwnProgram {
    OwnProgram::at(Path::new(env!("CARGO_BIN_EXE_beistand-node")))
}

fn caged(library: DecoderLibrary) -> CagedDecoder {
    CagedDecoder::new(program(), library, CageLimits::default())
}

thread_local! {
    /// A decoder a thread: each one is a process.
    static DECODER: RefCell<CagedDecoder> = RefCell::new(caged(DecoderLibrary::default()));
}

/// A caged decoder that knows nothing yet.
fn with_decoder<R>(act: impl FnOnce(&mut dyn ScreenDecoder) -> R) -> R {
    DECODER.with_borrow_mut(|decoder| {
        decoder.reset();
        act(decoder)
    })
}

/// A key unit of a whole screen of this size, in one colour.
fn key_unit(size: Size, level: u8) -> EncodedUnit {
    let mut picture = Frame::new(size);
    picture.pixels_mut().fill(level);
    let mut coded =
        Av1ScreenEncoder::new().encode(&picture, &Damage::all(size), ByteBudget::UNLIMITED).expect("encodes");
    assert_eq!(coded.units.len(), 1);
    coded.units.remove(0)
}

fn size(width: u16, height: u16) -> Size {
    Size::new(width, height).expect("valid")
}
