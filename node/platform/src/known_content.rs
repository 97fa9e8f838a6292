//! Recognising what both sides have already, so that two clipboards can't send the same thing to each other
//! for ever.
//!
//! Clipboard managers take over what is put on the clipboard, and then it looks like something newly copied.
//! Some change the ends of lines or write a picture as another file, so it is the text that is compared, and
//! the pixels.

use std::io::Cursor;
use std::time::{Duration, Instant};

use png::{ColorType, Decoder, Limits, Transformations};

use crate::ClipboardContent;

/// How long something that was reported is not reported once more: managers take over what was copied within
/// half a second. Later it is a person who copies it again.
const REPEATED: Duration = Duration::from_secs(2);

/// The most bytes of pixels that are compared: a screen of 4096x4096. Larger pictures are the same
/// where their sizes are.
const MAX_PIXEL_BYTES: usize = 64 << 20;

/// How far colours may lie apart that are the same: managers multiply them by their opacity and divide again.
const TOLERANCE: i32 = 2;

/// What both sides have.
#[derive(Default)]
pub(crate) struct KnownContent {
    content: Option<ClipboardContent>,
    /// Where it was not put, but reported.
    reported: Option<Instant>,
}

impl KnownContent {
    pub(crate) fn put(&mut self, content: ClipboardContent) {
        *self = Self { content: Some(content), reported: None };
    }

    pub(crate) fn reported(&mut self, content: ClipboardContent, now: Instant) {
        *self = Self { content: Some(content), reported: Some(now) };
    }

    /// Whether it is this.
    pub(crate) fn has(&self, content: &ClipboardContent, now: Instant) -> bool {
        let over = self.reported.is_some_and(|at| now.duration_since(at) >= REPEATED);
        !over && self.content.as_ref().is_some_and(|known| same(known, content))
    }
}

fn same(one: &ClipboardContent, other: &ClipboardContent) -> bool {
    match (one, other) {
        (ClipboardContent::Text(one), ClipboardContent::Text(other)) => {
            one == other || significant(one).eq(significant(other))
        }
        (ClipboardContent::Png(one), ClipboardContent::Png(other)) => {
            one == other || same_picture(one, other)
        }
        (ClipboardContent::Text(_), ClipboardContent::Png(_))
        | (ClipboardContent::Png(_), ClipboardContent::Text(_)) => false,
    }
}

/// The text without what managers change.
fn significant(text: &str) -> impl Iterator<Item = &str> {
    text.trim_end().lines()
}

fn same_picture(one: &[u8], other: &[u8]) -> bool {
    let (Some(one), Some(other)) = (PictureFile::open(one), PictureFile::open(other)) else { return false };
    if one.size != other.size {
        return false;
    }
    if one.pixel_bytes() > MAX_PIXEL_BYTES {
        return true;
    }
    let (Some(one), Some(other)) = (one.pixels(), other.pixels()) else { return false };
    one.chunks_exact(4).zip(other.chunks_exact(4)).all(|(one, other)| same_colour(one, other))
}

/// Red, green, blue and opacity. What can't be seen does not matter.
fn same_colour(one: &[u8], other: &[u8]) -> bool {
    let seen = |pixel: &[u8], channel: usize| i32::from(pixel[channel]) * i32::from(pixel[3]) / 255;
    (0..3).all(|channel| (seen(one, channel) - seen(other, channel)).abs() <= TOLERANCE)
        && (i32::from(one[3]) - i32::from(other[3])).abs() <= TOLERANCE
}

/// A PNG file whose header was read.
struct PictureFile<'a> {
    reader: png::Reader<Cursor<&'a [u8]>>,
    /// In pixels.
    size: (u32, u32),
}

impl<'a> PictureFile<'a> {
    fn open(file: &'a [u8]) -> Option<Self> {
        let limits = Limits { bytes: MAX_PIXEL_BYTES };
        let mut decoder = Decoder::new_with_limits(Cursor::new(file), limits);
        decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
        let reader = decoder.read_info().ok()?;
        let size = reader.info().size();
        Some(Self { reader, size })
    }

    fn pixel_bytes(&self) -> usize {
        let pixels = u64::from(self.size.0) * u64::from(self.size.1);
        usize::try_from(pixels * 4).unwrap_or(usize::MAX)
    }

    /// Red, green, blue and opacity of each pixel.
    fn pixels(mut self) -> Option<Vec<u8>> {
        let mut buffer = vec![0; self.reader.output_buffer_size()?];
        let info = self.reader.next_frame(&mut buffer).ok()?;
        buffer.truncate(info.buffer_size());
        match info.color_type {
            ColorType::Rgba => Some(buffer),
            ColorType::GrayscaleAlpha => Some(
                buffer.chunks_exact(2).flat_map(|pixel| [pixel[0], pixel[0], pixel[0], pixel[1]]).collect(),
            ),
            ColorType::Grayscale | ColorType::Rgb | ColorType::Indexed => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use png::{Compression, Encoder};

    use super::*;

    fn picture(colour: ColorType, compression: Compression, pixels: &[u8]) -> ClipboardContent {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, 2, 1);
        encoder.set_color(colour);
        encoder.set_compression(compression);
        encoder.write_header().unwrap().write_image_data(pixels).unwrap();
        ClipboardContent::Png(file)
    }

    fn text(text: &str) -> ClipboardContent {
        ClipboardContent::Text(text.to_owned())
    }

    #[test]
    fn a_text_is_known_whatever_ends_its_lines() {
        assert!(same(&text("one\ntwo"), &text("one\r\ntwo\r\n")));
        assert!(!same(&text("one\ntwo"), &text("one two")));
        assert!(!same(&text("one"), &picture(ColorType::Rgb, Compression::Fast, &[0; 6])));
    }

    #[test]
    fn a_picture_is_known_in_another_file() {
        let first = picture(ColorType::Rgb, Compression::NoCompression, &[1, 2, 3, 9, 9, 9]);
        let again = picture(ColorType::Rgba, Compression::High, &[1, 2, 3, 255, 10, 9, 9, 255]);
        assert_ne!(first, again);
        assert!(same(&first, &again));
        assert!(!same(&first, &picture(ColorType::Rgb, Compression::Fast, &[1, 2, 3, 99, 9, 9])));
        let grey = picture(ColorType::Grayscale, Compression::Fast, &[7, 9]);
        assert!(same(&grey, &picture(ColorType::Rgb, Compression::Fast, &[7, 7, 7, 9, 9, 9])));
        let unseen = picture(ColorType::Rgba, Compression::Fast, &[50, 60, 70, 0, 9, 9, 9, 255]);
        assert!(same(&unseen, &picture(ColorType::Rgba, Compression::Fast, &[0, 0, 0, 0, 9, 9, 9, 255])));
        let broken = ClipboardContent::Png(b"\x89PNG\r\n\x1a\n".to_vec());
        assert!(!same(&first, &broken));
    }

    #[test]
    fn what_was_put_is_known_for_ever_and_what_was_reported_for_a_while() {
        let start = Instant::now();
        let mut known = KnownContent::default();
        assert!(!known.has(&text("a"), start));
        known.put(text("a"));
        assert!(known.has(&text("a"), start + Duration::from_secs(86_400)));
        known.reported(text("b"), start);
        assert!(known.has(&text("b"), start + Duration::from_secs(1)));
        assert!(!known.has(&text("b"), start + REPEATED));
        assert!(!known.has(&text("a"), start), "only the newest");
    }
}
