//! What a library that decodes AV1 is to the decoder, and the one that is built in: re_rav1d, which is dav1d
//! in Rust.
//!
//! dav1d itself can't be built in beside it: re_rav1d has functions of the same names, and one program has
//! room for one of each. Whoever has loaded it hands it in.

use re_rav1d::dav1d::{Decoder, Error, Picture, PixelLayout, PlanarImageComponent as Component, Settings};

use crate::{DecodeError, Plane};

/// A library.
pub trait Av1Library: Send {
    /// A decoder of one stream, for pictures of at most `limit_px` pixels. It starts no threads, since where
    /// the decoder is locked in none can be started; it may have some that were there before.
    ///
    /// # Errors
    /// Where the library refuses, for want of memory.
    fn open(&self, limit_px: u32) -> Result<Box<dyn Av1Context>, DecodeError>;
}

/// A library's decoder of one stream.
pub trait Av1Context: Send {
    /// Forgets what was decoded.
    fn flush(&mut self);

    /// Decodes one temporal unit, which shows one picture.
    ///
    /// # Errors
    /// [`DecodeError::Bitstream`] where it doesn't.
    fn decode(&mut self, unit: &[u8]) -> Result<Box<dyn Av1Picture>, DecodeError>;
}

/// What is done with a picture's planes Y, U and V.
pub type LookAtPlanes<'a> = dyn FnMut([Plane<'_>; 3]) -> Result<(), DecodeError> + 'a;

/// A decoded picture.
pub trait Av1Picture: Send {
    /// Width and height.
    fn size(&self) -> (u32, u32);

    /// Whether it has 8 bits and 4:4:4.
    fn is_8_bit_444(&self) -> bool;

    /// Lets `look` see its planes Y, U and V, each of its size. Only of pictures with 8 bits and 4:4:4.
    ///
    /// # Errors
    /// [`DecodeError::Bitstream`] where it has none; what `look` says otherwise.
    fn planes(&self, look: &mut LookAtPlanes<'_>) -> Result<(), DecodeError>;
}

/// re_rav1d.
pub(super) struct Rav1d;

impl Av1Library for Rav1d {
    fn open(&self, limit_px: u32) -> Result<Box<dyn Av1Context>, DecodeError> {
        let mut settings = Settings::new();
        // A worker that fails would leave its caller waiting, and nobody here ends one that waits too long.
        settings.set_n_threads(1);
        settings.set_max_frame_delay(1);
        settings.set_frame_size_limit(limit_px);
        settings.set_apply_grain(false);
        Ok(Box::new(Decoder::with_settings(&settings).map_err(refused)?))
    }
}

impl Av1Context for Decoder {
    fn flush(&mut self) {
        Self::flush(self);
    }

    fn decode(&mut self, unit: &[u8]) -> Result<Box<dyn Av1Picture>, DecodeError> {
        self.send_data(unit.to_vec(), None, None, None).map_err(refused)?;
        Ok(Box::new(self.get_picture().map_err(refused)?))
    }
}

impl Av1Picture for Picture {
    fn size(&self) -> (u32, u32) {
        (self.width(), self.height())
    }

    fn is_8_bit_444(&self) -> bool {
        self.bit_depth() == 8 && self.pixel_layout() == PixelLayout::I444
    }

    fn planes(&self, look: &mut LookAtPlanes<'_>) -> Result<(), DecodeError> {
        let components = [Component::Y, Component::U, Component::V];
        let samples = components.map(|component| self.plane(component));
        look(
            [0, 1, 2].map(|index| Plane {
                samples: &samples[index],
                stride: self.stride(components[index]) as usize,
            }),
        )
    }
}

fn refused(error: Error) -> DecodeError {
    DecodeError::Bitstream(match error {
        Error::Again => "a unit without a picture".to_owned(),
        error => error.to_string(),
    })
}
