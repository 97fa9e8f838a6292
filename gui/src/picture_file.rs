//! Pictures as files: what was pasted is written as a PNG file, and of one that has arrived a small view is
//! made.
//!
//! What has arrived can be hostile: it is read row by row, so that it takes the memory of one row and of the
//! view, and what is larger than the bounds below is not read at all. Of kinds other than PNG there is no
//! view.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use egui::{Color32, ColorImage};
use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Limits, Transformations};

/// The longest side of a picture in pixels: four large screens side by side.
const MAX_SIDE_PX: usize = 16_384;

/// The most pixels of a picture: four screens of 3840x2160, which take half a second to look at.
const MAX_PIXELS: usize = 4 * 3840 * 2160;

/// The most bytes of a file that are looked at: such a picture of noise takes fewer.
const MAX_FILE_BYTES: u64 = 128 << 20;

/// What the decoder may take for itself in bytes: some rows of the widest picture.
const DECODER_BYTES: usize = 4 << 20;

/// The longest sides of a view in pixels: it stands beside a few lines of text.
const VIEW_PX: [usize; 2] = [240, 140];

/// Why there is no file, or no view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFault {
    /// It is larger than the bounds.
    TooLarge,
    /// It is no PNG file, or one that is read as a whole only.
    NotReadable,
    /// This computer can't read or write it.
    Broken,
}

/// Writes a picture into a file that isn't there yet, and says how many bytes that takes.
///
/// # Errors
/// Any [`PictureFault`].
pub fn write_picture(picture: &ColorImage, file: &Path) -> Result<u64, PictureFault> {
    let size = bounded(picture.size)?;
    let output = File::create_new(file).map_err(|_| PictureFault::Broken)?;
    write_rows(picture, size, output).map_err(|error| {
        tracing::warn!(%error, "the picture can't be written");
        PictureFault::Broken
    })
}

fn write_rows(
    picture: &ColorImage,
    [width, height]: [u32; 2],
    mut output: File,
) -> Result<u64, png::EncodingError> {
    let mut encoder = Encoder::new(BufWriter::new(&output), width, height);
    encoder.set_color(ColorType::Rgba);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Fast);
    let mut writer = encoder.write_header()?;
    let mut rows = writer.stream_writer()?;
    for row in picture.pixels.chunks(picture.size[0]) {
        let row: Vec<u8> = row.iter().flat_map(Color32::to_srgba_unmultiplied).collect();
        rows.write_all(&row)?;
    }
    rows.finish()?;
    writer.finish()?;
    Ok(output.seek(SeekFrom::End(0))?)
}

/// A small view of a picture that is here already.
///
/// # Errors
/// [`PictureFault::TooLarge`].
pub fn view_of(picture: &ColorImage) -> Result<ColorImage, PictureFault> {
    bounded(picture.size)?;
    let mut view = ShrunkView::new(picture.size);
    for row in picture.pixels.chunks(picture.size[0]) {
        view.add(row.iter().copied());
    }
    Ok(view.image())
}

/// A small view of a picture in a file.
///
/// # Errors
/// Any [`PictureFault`].
pub fn read_view(file: &Path) -> Result<ColorImage, PictureFault> {
    let input = File::open(file).map_err(|_| PictureFault::Broken)?;
    let about = input.metadata().map_err(|_| PictureFault::Broken)?;
    if !about.is_file() {
        return Err(PictureFault::NotReadable);
    }
    if about.len() > MAX_FILE_BYTES {
        return Err(PictureFault::TooLarge);
    }
    read_rows(input)
}

fn read_rows(input: impl Read + Seek) -> Result<ColorImage, PictureFault> {
    let unreadable = |_| PictureFault::NotReadable;
    let mut decoder = Decoder::new_with_limits(BufReader::new(input), Limits { bytes: DECODER_BYTES });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16 | Transformations::ALPHA);
    let about = decoder.read_header_info().map_err(unreadable)?;
    let (size, is_interlaced) = ([about.width, about.height].map(|side| side as usize), about.interlaced);
    bounded(size)?;
    if is_interlaced {
        return Err(PictureFault::NotReadable);
    }
    let mut rows = decoder.read_info().map_err(unreadable)?;
    let samples = rows.output_color_type().0.samples();
    let mut view = ShrunkView::new(size);
    while let Some(row) = rows.next_row().map_err(unreadable)? {
        view.add(row.data().chunks_exact(samples).map(|pixel| match *pixel {
            [grey, alpha] => Color32::from_rgba_unmultiplied(grey, grey, grey, alpha),
            [red, green, blue, alpha] => Color32::from_rgba_unmultiplied(red, green, blue, alpha),
            [red, green, blue] => Color32::from_rgb(red, green, blue),
            _ => Color32::from_gray(pixel.first().copied().unwrap_or_default()),
        }));
    }
    Ok(view.image())
}

/// The size, where it is within the bounds.
fn bounded(size: [usize; 2]) -> Result<[u32; 2], PictureFault> {
    let [width, height] = size;
    if width == 0 || height == 0 {
        return Err(PictureFault::NotReadable);
    }
    if width > MAX_SIDE_PX || height > MAX_SIDE_PX || width * height > MAX_PIXELS {
        return Err(PictureFault::TooLarge);
    }
    Ok(size.map(|side| side as u32))
}

/// A picture that becomes smaller row by row: each of its pixels is the mean of those that it stands for.
struct ShrunkView {
    size: [usize; 2],
    to: [usize; 2],
    /// The rows that came.
    rows: usize,
    /// What the row that is being made has of red, green, blue and alpha, and of how many pixels.
    sums: Vec<[u32; 5]>,
    pixels: Vec<Color32>,
}

impl ShrunkView {
    fn new(size: [usize; 2]) -> Self {
        let scale = (0..2).map(|axis| VIEW_PX[axis] as f32 / size[axis] as f32).fold(1.0, f32::min);
        let to = size.map(|side| ((side as f32 * scale) as usize).max(1));
        Self { size, to, rows: 0, sums: vec![[0; 5]; to[0]], pixels: Vec::with_capacity(to[0] * to[1]) }
    }

    fn add(&mut self, row: impl Iterator<Item = Color32>) {
        let ([width, height], [columns, lines]) = (self.size, self.to);
        for (x, pixel) in row.take(width).enumerate() {
            let sum = &mut self.sums[x * columns / width];
            for (sum, part) in sum.iter_mut().zip(pixel.to_array().into_iter().chain([1])) {
                *sum += u32::from(part);
            }
        }
        self.rows += 1;
        if self.rows * lines / height > self.pixels.len() / columns && self.pixels.len() < columns * lines {
            self.pixels.extend(self.sums.iter_mut().map(|sum| {
                let [red, green, blue, alpha, count] = std::mem::take(sum);
                let [red, green, blue, alpha] =
                    [red, green, blue, alpha].map(|part| (part / count.max(1)).min(255) as u8);
                Color32::from_rgba_premultiplied(red, green, blue, alpha)
            }));
        }
    }

    /// The view; what never came is transparent.
    fn image(mut self) -> ColorImage {
        self.pixels.resize(self.to[0] * self.to[1], Color32::TRANSPARENT);
        ColorImage::new(self.to, self.pixels)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn sample(size: [usize; 2]) -> ColorImage {
        let pixel = |index: usize| Color32::from_rgb((index % size[0]) as u8, (index / size[0]) as u8, 7);
        ColorImage::new(size, (0..size[0] * size[1]).map(pixel).collect())
    }

    fn encoded(width: u32, height: u32, rows: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, width, height);
        encoder.set_color(ColorType::Grayscale);
        let mut writer = encoder.write_header().unwrap();
        let mut stream = writer.stream_writer().unwrap();
        let _ = stream.write_all(&vec![9; width as usize * rows]);
        drop(stream);
        drop(writer);
        bytes
    }

    #[test]
    fn what_was_written_looks_the_same_when_it_is_read_and_nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.png");
        let small = sample([40, 30]);
        assert_eq!(write_picture(&small, &file), Ok(std::fs::metadata(&file).unwrap().len()));
        assert_eq!(read_view(&file).unwrap().pixels, small.pixels);
        assert_eq!(write_picture(&small, &file), Err(PictureFault::Broken), "it is there already");
        let large = sample([1000, 500]);
        let file = folder.path().join("b.png");
        write_picture(&large, &file).unwrap();
        let view = read_view(&file).unwrap();
        assert_eq!((view.size, &view.pixels), ([240, 120], &view_of(&large).unwrap().pixels));
    }

    #[test]
    fn what_is_too_large_is_neither_written_nor_read() {
        let wide = ColorImage::new([MAX_SIDE_PX + 1, 1], vec![Color32::RED; MAX_SIDE_PX + 1]);
        assert_eq!(view_of(&wide), Err(PictureFault::TooLarge));
        assert_eq!(write_picture(&wide, Path::new("/nowhere/a.png")), Err(PictureFault::TooLarge));
        for (width, height) in [(MAX_SIDE_PX as u32 + 1, 1), (8000, 8000), (u32::MAX >> 1, u32::MAX >> 1)] {
            // A header that promises so much is a few bytes.
            let mut header = encoded(1, 1, 1);
            header[16..20].copy_from_slice(&width.to_be_bytes());
            header[20..24].copy_from_slice(&height.to_be_bytes());
            let sum = crc(&header[12..29]);
            header[29..33].copy_from_slice(&sum.to_be_bytes());
            assert_eq!(read_rows(Cursor::new(header)), Err(PictureFault::TooLarge), "{width}x{height}");
        }
    }

    /// The sum at the end of a part of a PNG file.
    fn crc(bytes: &[u8]) -> u32 {
        let step = |sum: u32, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 };
        !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
    }

    #[test]
    fn what_is_damaged_has_no_view_and_harms_nothing() {
        let whole = encoded(300, 200, 200);
        assert_eq!(read_rows(Cursor::new(whole.clone())).unwrap().size, [210, 140]);
        for length in 0..whole.len() {
            let cut = read_rows(Cursor::new(whole[..length].to_vec()));
            // Whether the very end is missed is the decoder's affair.
            assert!(length > 60 || cut == Err(PictureFault::NotReadable), "{length} bytes");
        }
        for index in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[index] ^= 0x55;
            let _ = read_rows(Cursor::new(flipped));
        }
        assert_eq!(read_view(Path::new("/")), Err(PictureFault::NotReadable));
        assert_eq!(read_view(Path::new("/nowhere/a.png")), Err(PictureFault::Broken));
    }
}
