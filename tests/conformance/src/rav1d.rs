//! dav1d's port `re_rav1d`, one thread, one temporal unit in and one picture out.

use re_rav1d::dav1d::{Decoder, Error, Picture, PixelLayout, PlanarImageComponent as Component, Settings};
use thiserror::Error;

use crate::{Chroma, Format, Planes};

/// Why there is no picture.
#[derive(Debug, Error)]
pub enum Rav1dError {
    /// The stream's fault.
    #[error("re_rav1d refuses the unit: {0}")]
    Refused(String),
    /// The unit is accepted and shows nothing.
    #[error("the unit shows no picture")]
    NoPicture,
    /// The picture is not 8 bits in 4:4:4 or 4:2:0.
    #[error("a picture of {0} bits in {1}")]
    Format(usize, &'static str),
}

/// A decoder of one stream.
pub struct Rav1d(Decoder);

impl Rav1d {
    /// A decoder that has seen nothing.
    ///
    /// # Errors
    /// [`Rav1dError::Refused`] where it can't be made.
    pub fn new() -> Result<Self, Rav1dError> {
        let mut settings = Settings::new();
        settings.set_n_threads(1);
        settings.set_max_frame_delay(1);
        settings.set_apply_grain(false);
        // What the specification forbids is an error here, not repaired.
        settings.set_strict_std_compliance(true);
        Decoder::with_settings(&settings).map(Self).map_err(refused)
    }

    /// Decodes one temporal unit into the picture that it shows.
    ///
    /// # Errors
    /// Any [`Rav1dError`]; the decoder is of no further use then.
    pub fn decode(&mut self, unit: &[u8]) -> Result<Planes, Rav1dError> {
        planes(&self.picture(unit)?)
    }

    /// Decodes one temporal unit and leaves the samples where they are, which is all that takes a decoder's
    /// time.
    ///
    /// # Errors
    /// As [`Rav1d::decode`].
    pub fn decode_only(&mut self, unit: &[u8]) -> Result<Decoded, Rav1dError> {
        self.picture(unit).map(Decoded)
    }

    fn picture(&mut self, unit: &[u8]) -> Result<Picture, Rav1dError> {
        self.0.send_data(unit.to_vec(), None, None, None).map_err(refused)?;
        match self.0.get_picture() {
            Ok(picture) => Ok(picture),
            Err(Error::Again) => Err(Rav1dError::NoPicture),
            Err(error) => Err(refused(error)),
        }
    }
}

/// A decoded picture, still the decoder's.
pub struct Decoded(Picture);

impl Decoded {
    /// Copies its samples.
    ///
    /// # Errors
    /// [`Rav1dError::Format`].
    pub fn planes(&self) -> Result<Planes, Rav1dError> {
        planes(&self.0)
    }
}

fn planes(picture: &Picture) -> Result<Planes, Rav1dError> {
    let (chroma, name) = match picture.pixel_layout() {
        PixelLayout::I420 => (Some(Chroma::Yuv420), "4:2:0"),
        PixelLayout::I444 => (Some(Chroma::Yuv444), "4:4:4"),
        PixelLayout::I422 => (None, "4:2:2"),
        PixelLayout::I400 => (None, "4:0:0"),
    };
    let (8, Some(chroma)) = (picture.bit_depth(), chroma) else {
        return Err(Rav1dError::Format(picture.bit_depth(), name));
    };
    let format = Format { width: picture.width() as usize, height: picture.height() as usize, chroma };
    let components = [Component::Y, Component::U, Component::V];
    let sizes = format.plane_sizes();
    let samples = [0, 1, 2].map(|plane| {
        let (width, height) = sizes[plane];
        let stride = picture.stride(components[plane]) as usize;
        let padded = picture.plane(components[plane]);
        padded.chunks(stride).take(height).flat_map(|row| &row[..width]).copied().collect()
    });
    Ok(Planes::new(format, samples).expect("rows of the format's width and height"))
}

fn refused(error: Error) -> Rav1dError {
    Rav1dError::Refused(error.to_string())
}
