//! Systems without a cage of ours: the decoder runs **in this process, with all its rights**.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use beistand_codec::{Av1Decoder, Av1Library, Canvas, DecodeError, EncodedUnit, Rect, ScreenDecoder, Size};

use super::{CageLimits, DecoderLibrary};
use crate::own_program::OwnProgram;

/// A decoder in this process: this system has no cage yet.
pub struct CagedDecoder(Av1Decoder);

impl CagedDecoder {
    /// A decoder that knows no stream yet.
    pub fn new(_program: OwnProgram, _library: DecoderLibrary, _limits: CageLimits) -> Self {
        Self(Av1Decoder::new())
    }

    /// Bytes of this program's own memory that a cage's pictures take: there is no cage, and what the decoder
    /// itself takes isn't counted.
    pub fn own_bytes(_screen: Size) -> usize {
        0
    }
}

impl ScreenDecoder for CagedDecoder {
    fn take_in(&mut self, unit: &EncodedUnit, screen: Size) -> Result<(), DecodeError> {
        self.0.take_in(unit, screen)
    }

    fn draw(&mut self, screen: &mut Canvas<'_>) -> Result<Vec<Rect>, DecodeError> {
        self.0.draw(screen)
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}

pub(super) fn dav1d() -> Result<Box<dyn Av1Library>, String> {
    Err("dav1d is loaded on Linux only".to_owned())
}

pub(crate) fn own_program() -> &'static Path {
    Path::new("")
}

pub(crate) fn decode_inside(_arguments: &[OsString]) -> ExitCode {
    ExitCode::FAILURE
}
