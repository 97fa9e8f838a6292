//! A picture as a PNG file.

use std::io::Write as _;
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
            PngError::Encode(error) => crate::fault::logged("fault-encoder", error),
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

/// Writes the picture into `file` and says its width and height. Whoever reads a file that was there before
/// before finds the one or the other, and never a part.
///
/// # Errors
/// Any [`PngError`].
pub fn save_png(picture: &PictureSlot, file: &Path) -> Result<(u16, u16), PngError> {
    let frame = picture.peek(PictureView::to_frame).ok_or(PngError::NoPicture)?;
    let (width, height) = (frame.size().width(), frame.size().height());
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width.into(), height.into());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rgb(&frame))?;
    writer.finish()?;
    replace(file, &bytes)?;
    Ok((width, height))
}

/// Puts a file of these bytes there, in one step where it is a file and no device.
fn replace(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if std::fs::metadata(file).is_ok_and(|there| !there.is_file()) {
        return std::fs::write(file, bytes);
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut draft = tempfile::NamedTempFile::new_in(folder)?;
    draft.write_all(bytes)?;
    draft.persist(file)?;
    Ok(())
}

fn rgb(frame: &Frame) -> Vec<u8> {
    frame.pixels().chunks_exact(BYTES_PER_PIXEL).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_in_one_step_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("picture.png");
        replace(&file, b"one").unwrap();
        // Whoever has it open keeps what it was.
        let mut open = std::fs::File::open(&file).unwrap();
        replace(&file, b"two").unwrap();
        let before = std::io::read_to_string(&mut open).unwrap();
        assert_eq!((before.as_str(), std::fs::read(&file).unwrap().as_slice()), ("one", b"two".as_slice()));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_device_stays_one() {
        replace(Path::new("/dev/null"), b"one").unwrap();
        assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
    }
}
