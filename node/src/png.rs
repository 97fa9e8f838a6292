//! A picture as a PNG file.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use beistand_codec::{BYTES_PER_PIXEL, Frame};
use thiserror::Error;

use crate::picture::PictureSlot;

/// Why there is no file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PngError {
    /// No picture has arrived yet.
    #[error("there is no picture yet")]
    NoPicture,
    /// The file can't be written.
    #[error("the file can't be written: {0}")]
    File(#[from] std::io::Error),
    /// The picture can't be encoded.
    #[error("the picture can't be encoded: {0}")]
    Encode(#[from] png::EncodingError),
}

/// Writes the picture into `file` and says its width and height.
///
/// # Errors
/// Any [`PngError`].
pub fn save_png(picture: &PictureSlot, file: &Path) -> Result<(u16, u16), PngError> {
    let frame = picture.peek(|view| view.frame.clone()).ok_or(PngError::NoPicture)?;
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
