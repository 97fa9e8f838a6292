//! How a display packs a pixel: 16, 24 or 30 bits of colour in words of 2 or 4 bytes.
//!
//! It converts one pixel; where pixels come from and go to is for its users.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ImageOrder, VisualClass, Visualid};

use crate::DesktopObstacle;
use crate::x11::{X11Display, X11Failure};

/// Where one colour is in a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ColourBits {
    shift: u32,
    /// From 1 to 16.
    bits: u32,
}

/// How a display packs the pixels of its windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PixelFormat {
    /// 2 or 4.
    bytes: usize,
    order: ImageOrder,
    /// Rows end at multiples of so many bytes.
    row_unit: usize,
    /// Red, green and blue.
    colours: [ColourBits; 3],
}

impl ColourBits {
    fn of_mask(mask: u32) -> Option<Self> {
        let (shift, bits) = (mask.trailing_zeros(), mask.count_ones());
        // One run of bits.
        let whole = mask.checked_shr(shift)? == (1u32.checked_shl(bits)?).wrapping_sub(1);
        (whole && (1..=16).contains(&bits)).then_some(Self { shift, bits })
    }

    fn most(self) -> u32 {
        (1 << self.bits) - 1
    }

    /// The colour's value from 0 to 255, to the nearest.
    fn read(self, pixel: u32) -> u8 {
        let (value, most) = (pixel >> self.shift & self.most(), self.most());
        ((value * 255 + most / 2) / most) as u8
    }

    fn write(self, value: u8) -> u32 {
        ((u32::from(value) * self.most() + 127) / 255) << self.shift
    }
}

impl PixelFormat {
    /// That of the root window.
    ///
    /// # Errors
    /// [`DesktopObstacle::PixelFormat`] where it is one that nobody uses any more: colours by number, or
    /// words of 1 or 3 bytes.
    pub(super) fn of_root(display: &X11Display) -> Result<Self, X11Failure> {
        let screen = display.screen();
        Self::of_visual(display, screen.root_visual, screen.root_depth)
    }

    /// That of windows with this visual and depth.
    ///
    /// # Errors
    /// As [`Self::of_root`].
    pub(super) fn of_visual(display: &X11Display, visual: Visualid, depth: u8) -> Result<Self, X11Failure> {
        let (setup, screen) = (display.conn.setup(), display.screen());
        let mut visuals = screen.allowed_depths.iter().flat_map(|depth| &depth.visuals);
        let visual = visuals.find(|known| known.visual_id == visual);
        let mut formats = setup.pixmap_formats.iter();
        let format = formats.find(|format| format.depth == depth);
        let found = visual.zip(format).and_then(|(visual, format)| {
            let by_value = matches!(visual.class, VisualClass::TRUE_COLOR | VisualClass::DIRECT_COLOR);
            let bytes = match format.bits_per_pixel {
                16 => 2,
                32 => 4,
                _ => return None,
            };
            let masks = [visual.red_mask, visual.green_mask, visual.blue_mask];
            let [red, green, blue] = masks.map(ColourBits::of_mask);
            let colours = [red?, green?, blue?];
            let row_unit = usize::from(format.scanline_pad / 8).max(1);
            by_value.then_some(Self { bytes, order: setup.image_byte_order, row_unit, colours })
        });
        found.ok_or(X11Failure(DesktopObstacle::PixelFormat { depth }))
    }

    /// Whether pixels are B G R X in memory, as frames have them.
    pub(super) fn is_bgrx(&self) -> bool {
        let [red, green, blue] = self.colours.map(|colour| (colour.shift, colour.bits));
        self.bytes == 4
            && self.order == ImageOrder::LSB_FIRST
            && [red, green, blue] == [(16, 8), (8, 8), (0, 8)]
    }

    /// Bytes from one row of `width` pixels to the next.
    pub(super) fn stride(&self, width: u16) -> usize {
        (usize::from(width) * self.bytes).next_multiple_of(self.row_unit)
    }

    /// Blue, green and red of the pixel that begins these bytes.
    pub(super) fn bgr(&self, row: &[u8], column: usize) -> [u8; 3] {
        let bytes = &row[column * self.bytes..(column + 1) * self.bytes];
        let pixel = match (bytes, self.order) {
            ([a, b], ImageOrder::LSB_FIRST) => u32::from(u16::from_le_bytes([*a, *b])),
            ([a, b], _) => u32::from(u16::from_be_bytes([*a, *b])),
            ([a, b, c, d], ImageOrder::LSB_FIRST) => u32::from_le_bytes([*a, *b, *c, *d]),
            ([a, b, c, d], _) => u32::from_be_bytes([*a, *b, *c, *d]),
            _ => 0,
        };
        let [red, green, blue] = self.colours.map(|colour| colour.read(pixel));
        [blue, green, red]
    }

    /// The value of a colour 0xRRGGBB, as windows have it in their attributes.
    pub(super) fn value(&self, colour: u32) -> u32 {
        let [_, red, green, blue] = colour.to_be_bytes();
        let [red_bits, green_bits, blue_bits] = self.colours;
        red_bits.write(red) | green_bits.write(green) | blue_bits.write(blue)
    }

    /// A row of colours 0xRRGGBB as an image has it.
    pub(super) fn row(&self, colours: &[u32]) -> Vec<u8> {
        let mut row = Vec::with_capacity(self.stride(colours.len() as u16));
        for colour in colours {
            let value = self.value(*colour);
            match (self.bytes, self.order) {
                (2, ImageOrder::LSB_FIRST) => row.extend((value as u16).to_le_bytes()),
                (2, _) => row.extend((value as u16).to_be_bytes()),
                (_, ImageOrder::LSB_FIRST) => row.extend(value.to_le_bytes()),
                (_, _) => row.extend(value.to_be_bytes()),
            }
        }
        row.resize(row.len().next_multiple_of(self.row_unit), 0);
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(bytes: usize, masks: [u32; 3]) -> PixelFormat {
        let colours = masks.map(|mask| ColourBits::of_mask(mask).unwrap());
        PixelFormat { bytes, order: ImageOrder::LSB_FIRST, row_unit: 4, colours }
    }

    #[test]
    fn every_depth_gives_back_the_colours_that_it_has() {
        let formats = [
            format(2, [0xf800, 0x07e0, 0x001f]),
            format(4, [0xff_0000, 0xff00, 0xff]),
            format(4, [0x3ff0_0000, 0x000f_fc00, 0x0000_03ff]),
        ];
        for (format, most_off) in formats.into_iter().zip([4, 0, 0]) {
            for value in 0..=255u8 {
                let colour = u32::from_be_bytes([0, value, 255 - value, value]);
                let row = format.row(&[0, colour]);
                let [blue, green, red] = format.bgr(&row, 1);
                for (seen, real) in [(red, value), (green, 255 - value), (blue, value)] {
                    assert!(seen.abs_diff(real) <= most_off, "{format:?} {seen} for {real}");
                }
            }
            assert_eq!(format.bgr(&format.row(&[0xff_ff_ff]), 0), [255; 3], "white stays white");
        }
    }

    #[test]
    fn rows_of_16_bits_end_at_whole_words() {
        let format = format(2, [0xf800, 0x07e0, 0x001f]);
        assert_eq!((format.stride(3), format.row(&[0; 3]).len()), (8, 8));
    }

    #[test]
    fn masks_with_holes_or_without_bits_are_no_colours() {
        for mask in [0, 0b101, 0x00ff_ffff] {
            assert_eq!(ColourBits::of_mask(mask), None, "{mask:#x}");
        }
    }
}
