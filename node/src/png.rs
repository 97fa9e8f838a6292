//! A picture as a PNG file.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use beistand_codec::{BYTES_PER_PIXEL, Frame};

use crate::picture::{PictureSlot, PictureView};
use crate::words::{Phrase, args};

/// Why there is no file.
#[derive(Debug)]
pub enum PngError {
    /// No picture has arrived yet.
    NoPicture,
    /// The file can't be written.
    File(std::io::Error),
    /// The picture can't be encoded.
    Encode(png::EncodingError),
}

impl From<&PngError> for Phrase {
    fn from(error: &PngError) -> Self {
        match error {
            PngError::NoPicture => Self::new("fault-png-none"),
            PngError::File(error) => Self::with("fault-png-file", args![reason = Self::from(error)]),
            PngError::Encode(error) => Self::with("fault-encoder", args![detail = error.to_string()]),
        }
    }
}

impl From<std::io::Error> for PngError {
    fn from(error: std::io::Error) -> Self {
        Self::File(error)
    }
}

impl From<png::EncodingError> for PngError {
    fn from(error: png::EncodingError) -> Self {
        Self::Encode(error)
    }
}

/// Writes the picture into `file` and says its width and height.
///
/// # Errors
/// Any [`PngError`].
pub fn save_png(picture: &PictureSlot, file: &Path) -> Result<(u16, u16), PngError> {
    let frame = picture.peek(PictureView::to_frame).ok_or(PngError::NoPicture)?;
    let (width, height) = (frame.size().width(), frame.size().height());
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(file)?), width.into(), height.into());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rgb(&frame))?;
    writer.finish()?;
    Ok((width, height))
}

fn rgb(frame: &Frame) -> Vec<u8> {
    frame.pixels().chunks_exact(BYTES_PER_PIXEL).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect()
}
