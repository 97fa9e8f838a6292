//! Pictures as the harness compares them: RGB, 8 bits a channel.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

/// A rectangle of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// Its left edge.
    pub x: u32,
    /// Its top edge.
    pub y: u32,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl Area {
    /// A rectangle.
    pub const fn new(x: u32, y: u32, width: u32, height: u32) -> Self {
        Self { x, y, width, height }
    }

    /// Its middle.
    pub const fn centre(self) -> (i16, i16) {
        ((self.x + self.width / 2) as i16, (self.y + self.height / 2) as i16)
    }

    /// How many pixels it has.
    pub const fn pixels(self) -> usize {
        self.width as usize * self.height as usize
    }

    /// Whether the two have a pixel in common.
    pub const fn meets(self, other: Self) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }
}

/// A picture: rows top to bottom, three bytes a pixel.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Picture {
    /// A picture from X11's usual B G R X bytes, with `stride` bytes from row to row.
    ///
    /// # Panics
    /// Where there are too few bytes.
    pub fn from_bgrx(width: u32, height: u32, stride: usize, bytes: &[u8]) -> Self {
        let rows = bytes.chunks(stride).take(height as usize);
        let rgb: Vec<u8> = rows
            .flat_map(|row| row[..width as usize * 4].chunks_exact(4))
            .flat_map(|pixel| [pixel[2], pixel[1], pixel[0]])
            .collect();
        assert_eq!(rgb.len(), width as usize * height as usize * 3, "as many bytes as the size says");
        Self { width, height, rgb }
    }

    /// Pixels from left to right.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels from top to bottom.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// All of it.
    pub fn area(&self) -> Area {
        Area::new(0, 0, self.width, self.height)
    }

    /// Red, green and blue of a pixel.
    ///
    /// # Panics
    /// Outside the picture.
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 3] {
        let start = (y as usize * self.width as usize + x as usize) * 3;
        [self.rgb[start], self.rgb[start + 1], self.rgb[start + 2]]
    }

    /// The part of it in `area`.
    ///
    /// # Panics
    /// Where that lies outside.
    pub fn crop(&self, area: Area) -> Self {
        let rows = area.y..area.y + area.height;
        let rgb = rows.flat_map(|y| self.row(area.x, y, area.width)).copied().collect();
        Self { width: area.width, height: area.height, rgb }
    }

    fn row(&self, x: u32, y: u32, width: u32) -> &[u8] {
        let start = (y as usize * self.width as usize + x as usize) * 3;
        &self.rgb[start..start + width as usize * 3]
    }

    /// Paints a rectangle in one colour; what lies outside the picture is left out.
    pub fn fill(&mut self, area: Area, colour: [u8; 3]) {
        for y in area.y.min(self.height)..(area.y + area.height).min(self.height) {
            for x in area.x.min(self.width)..(area.x + area.width).min(self.width) {
                let start = (y as usize * self.width as usize + x as usize) * 3;
                self.rgb[start..start + 3].copy_from_slice(&colour);
            }
        }
    }

    /// The sum of the squared differences of all channels.
    ///
    /// # Panics
    /// Where the sizes differ.
    pub fn difference(&self, other: &Self) -> u64 {
        assert_eq!((self.width, self.height), (other.width, other.height), "pictures of one size");
        self.rgb.iter().zip(&other.rgb).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum()
    }

    /// The peak signal-to-noise ratio over red, green and blue, in dB; infinite where the two are equal.
    ///
    /// # Panics
    /// Where the sizes differ.
    pub fn psnr(&self, other: &Self) -> f64 {
        let mean = self.difference(other) as f64 / self.rgb.len() as f64;
        10.0 * (255.0 * 255.0 / mean).log10()
    }

    /// The smallest rectangle around the pixels of a colour, each channel at most `tolerance` off.
    pub fn bounds_of(&self, colour: [u8; 3], tolerance: u8, within: Area) -> Option<Area> {
        let (mut left, mut top, mut right, mut bottom) = (u32::MAX, u32::MAX, 0, 0);
        for y in within.y..within.y + within.height {
            let row = self.row(within.x, y, within.width);
            for (x, pixel) in (within.x..).zip(row.chunks_exact(3)) {
                if pixel.iter().zip(colour).all(|(a, b)| a.abs_diff(b) <= tolerance) {
                    (left, top) = (left.min(x), top.min(y));
                    (right, bottom) = (right.max(x), bottom.max(y));
                }
            }
        }
        (left != u32::MAX).then(|| Area::new(left, top, right - left + 1, bottom - top + 1))
    }

    /// Where in this picture `part` lies, with a mean difference of at most `tolerance` a channel.
    pub fn find(&self, part: &Self, tolerance: u8) -> Option<(u32, u32)> {
        let limit = u64::from(tolerance) * part.rgb.len() as u64;
        let positions = (0..=self.height.checked_sub(part.height)?)
            .flat_map(|y| (0..=self.width.saturating_sub(part.width)).map(move |x| (x, y)));
        positions
            .filter_map(|(x, y)| Some((self.distance(part, x, y, limit)?, (x, y))))
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, position)| position)
    }

    /// The sum of the differences where `part` is laid at a position; `None` as soon as it is over `limit`.
    fn distance(&self, part: &Self, x: u32, y: u32, limit: u64) -> Option<u64> {
        let mut sum = 0;
        for row in 0..part.height {
            let (mine, theirs) = (self.row(x, y + row, part.width), part.row(0, row, part.width));
            sum += mine.iter().zip(theirs).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>();
            if sum > limit {
                return None;
            }
        }
        Some(sum)
    }

    /// How many different colours there are, up to `at_most`: tells a drawn screen from an empty one.
    pub fn colours(&self, at_most: usize) -> usize {
        let mut seen = std::collections::HashSet::new();
        for pixel in self.rgb.chunks_exact(3) {
            seen.insert([pixel[0], pixel[1], pixel[2]]);
            if seen.len() >= at_most {
                break;
            }
        }
        seen.len()
    }

    /// Writes it as PNG.
    ///
    /// # Panics
    /// Where the file can't be written.
    #[track_caller]
    pub fn save(&self, path: &Path) {
        let file = File::create(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut encoder = png::Encoder::new(BufWriter::new(file), self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header().expect("a size that a picture has");
        writer.write_image_data(&self.rgb).expect("the disk has room");
        writer.finish().expect("the disk has room");
    }

    /// Reads a PNG of 8 bits a channel, with or without alpha (which is dropped).
    ///
    /// # Panics
    /// Where there is no such file, or it is none.
    #[track_caller]
    pub fn load(path: &Path) -> Self {
        Self::try_load(path).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()))
    }

    /// Reads a PNG as [`Self::load`] does.
    ///
    /// # Errors
    /// What is wrong with it: not there, not written to its end yet, not of a kind that is known here.
    pub fn try_load(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let mut decoder = png::Decoder::new(BufReader::new(file));
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
        let mut reader = decoder.read_info().map_err(|error| error.to_string())?;
        let mut bytes = vec![0; reader.output_buffer_size().ok_or("too large")?];
        let info = reader.next_frame(&mut bytes).map_err(|error| error.to_string())?;
        bytes.truncate(info.buffer_size());
        let rgb = match info.color_type {
            png::ColorType::Rgb => bytes,
            png::ColorType::Rgba => {
                bytes.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
            }
            other => return Err(format!("{other:?} is neither RGB nor RGBA")),
        };
        Ok(Self { width: info.width, height: info.height, rgb })
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({}x{})", self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(width: u32, height: u32) -> Picture {
        let mut state = 7_u32;
        let next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        Picture {
            width,
            height,
            rgb: std::iter::repeat_with(next).take((width * height * 3) as usize).collect(),
        }
    }

    #[test]
    fn psnr_is_as_defined() {
        let one = noise(8, 8);
        assert!(one.psnr(&one).is_infinite());
        let mut other = one.clone();
        for value in &mut other.rgb {
            *value ^= 1;
        }
        // Every channel off by one: 20 log10(255).
        assert!((one.psnr(&other) - 48.13).abs() < 0.01);
    }

    #[test]
    fn a_part_is_found_where_it_was_cut() {
        let picture = noise(60, 40);
        let part = picture.crop(Area::new(13, 21, 16, 9));
        assert_eq!(picture.find(&part, 8), Some((13, 21)));
        assert_eq!(noise(16, 9).find(&part, 8), None);
    }

    #[test]
    fn a_button_is_found_by_its_colour() {
        let mut picture = noise(60, 40);
        picture.fill(Area::new(0, 0, 60, 40), [30, 30, 30]);
        picture.fill(Area::new(10, 20, 30, 8), [10, 200, 10]);
        assert_eq!(picture.bounds_of([12, 198, 10], 3, picture.area()), Some(Area::new(10, 20, 30, 8)));
        assert_eq!(picture.bounds_of([200, 0, 0], 3, picture.area()), None);
    }

    #[test]
    fn a_written_picture_is_read_back() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a.png");
        let picture = noise(33, 21);
        picture.save(&path);
        assert_eq!(Picture::load(&path), picture);
    }

    #[test]
    fn x11_bytes_are_turned_around() {
        let picture = Picture::from_bgrx(1, 2, 8, &[3, 2, 1, 0, 9, 9, 9, 9, 6, 5, 4, 0, 9, 9, 9, 9]);
        assert_eq!((picture.pixel(0, 0), picture.pixel(0, 1)), ([1, 2, 3], [4, 5, 6]));
    }
}
