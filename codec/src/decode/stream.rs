//! One AV1 stream: a `re_rav1d` context and the rectangle that it covers.

use re_rav1d::dav1d::{Decoder, Error, Picture, PixelLayout, PlanarImageComponent as Component, Settings};

use crate::colour::{self, PlaneRef};
use crate::{DecodeError, Frame, Rect};

/// A stream with its decoder; dropped at the first error.
pub(super) struct DecodedStream {
    rect: Rect,
    decoder: Decoder,
    limit_px: usize,
}

impl DecodedStream {
    /// A stream that expects a key picture of `rect`'s size.
    pub(super) fn open(rect: Rect) -> Result<Self, DecodeError> {
        let limit_px = rect.area();
        let mut settings = Settings::new();
        // A frame takes a few milliseconds; and a worker thread that fails would leave its caller waiting.
        settings.set_n_threads(1);
        settings.set_max_frame_delay(1);
        settings.set_frame_size_limit(u32::try_from(limit_px).expect("a picture has below 2^26 pixels"));
        settings.set_apply_grain(false);
        let decoder = Decoder::with_settings(&settings).map_err(refused)?;
        Ok(Self { rect, decoder, limit_px })
    }

    /// Forgets what was decoded and expects a key picture of `rect`'s size; keeps the context where it may.
    pub(super) fn restart(mut self, rect: Rect) -> Result<Self, DecodeError> {
        if rect.area() != self.limit_px {
            return Self::open(rect);
        }
        self.decoder.flush();
        self.rect = rect;
        Ok(self)
    }

    /// The part of the screen that it covers.
    pub(super) fn rect(&self) -> Rect {
        self.rect
    }

    /// Decodes one temporal unit into `screen`, which is untouched on error.
    pub(super) fn decode(&mut self, unit: &[u8], screen: &mut Frame) -> Result<(), DecodeError> {
        self.decoder.send_data(unit.to_vec(), None, None, None).map_err(refused)?;
        let picture = self.decoder.get_picture().map_err(refused)?;
        self.check(&picture)?;
        let planes = [Component::Y, Component::U, Component::V];
        let samples = planes.map(|plane| picture.plane(plane));
        let [y, u, v] = [0, 1, 2].map(|index| PlaneRef {
            samples: &samples[index],
            stride: picture.stride(planes[index]) as usize,
        });
        colour::from_planes([y, u, v], screen, self.rect)
            .map_err(|error| DecodeError::Bitstream(error.to_string()))
    }

    fn check(&self, picture: &Picture) -> Result<(), DecodeError> {
        let expected = (u32::from(self.rect.width()), u32::from(self.rect.height()));
        if (picture.width(), picture.height()) != expected {
            return Err(DecodeError::Bitstream("a picture of another size than its rectangle".to_owned()));
        }
        if picture.bit_depth() != 8 || picture.pixel_layout() != PixelLayout::I444 {
            return Err(DecodeError::Bitstream("a picture that is not 8 bit 4:4:4".to_owned()));
        }
        Ok(())
    }
}

fn refused(error: Error) -> DecodeError {
    DecodeError::Bitstream(match error {
        Error::Again => "a unit without a picture".to_owned(),
        error => error.to_string(),
    })
}
