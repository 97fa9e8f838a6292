//! A picture of the bar in memory.

use super::monitors::ScreenArea;
use crate::x11::pixel_format::PixelFormat;

/// Pixels as 0x00RRGGBB, rows top to bottom.
pub(in crate::x11) struct BarCanvas {
    pub(in crate::x11) width: u16,
    pub(in crate::x11) height: u16,
    pixels: Vec<u32>,
}

impl BarCanvas {
    pub(in crate::x11) fn new(width: u16, height: u16, colour: u32) -> Self {
        Self { width, height, pixels: vec![colour; usize::from(width) * usize::from(height)] }
    }

    /// Fills a rectangle, as far as it is on the canvas.
    pub(in crate::x11) fn fill(&mut self, area: ScreenArea, colour: u32) {
        for y in i32::from(area.y)..i32::from(area.y) + i32::from(area.height) {
            for x in i32::from(area.x)..i32::from(area.x) + i32::from(area.width) {
                self.blend(x, y, colour, 1.0);
            }
        }
    }

    /// A line of `thick` pixels inside a rectangle's edge.
    pub(in crate::x11) fn outline(&mut self, area: ScreenArea, thick: u16, colour: u32) {
        let ScreenArea { x, y, width, height } = area;
        let (right, bottom) =
            (x + width.saturating_sub(thick) as i16, y + height.saturating_sub(thick) as i16);
        for side in [
            ScreenArea { height: thick, ..area },
            ScreenArea { y: bottom, height: thick, ..area },
            ScreenArea { width: thick, ..area },
            ScreenArea { x: right, width: thick, ..area },
        ] {
            self.fill(side, colour);
        }
    }

    /// A disc.
    pub(in crate::x11) fn disc(&mut self, (x, y): (f32, f32), radius: f32, colour: u32) {
        for row in (y - radius).floor() as i32..=(y + radius).ceil() as i32 {
            for column in (x - radius).floor() as i32..=(x + radius).ceil() as i32 {
                let away = (column as f32 + 0.5 - x).hypot(row as f32 + 0.5 - y);
                self.blend(column, row, colour, (radius + 0.5 - away).clamp(0.0, 1.0));
            }
        }
    }

    /// Mixes a colour into a pixel; what is not on the canvas is left out.
    pub(in crate::x11) fn blend(&mut self, x: i32, y: i32, colour: u32, covered: f32) {
        let (Ok(column), Ok(row)) = (usize::try_from(x), usize::try_from(y)) else { return };
        let width = usize::from(self.width);
        if column >= width || row >= usize::from(self.height) {
            return;
        }
        let pixel = &mut self.pixels[row * width + column];
        let part = |shift: u32| {
            let (old, new) = ((*pixel >> shift & 0xff) as f32, (colour >> shift & 0xff) as f32);
            ((old + (new - old) * covered).round() as u32) << shift
        };
        *pixel = part(16) | part(8) | part(0);
    }

    /// All rows.
    pub(in crate::x11) fn into_pixels(self) -> Vec<u32> {
        self.pixels
    }

    /// Some rows as the X server wants them.
    pub(in crate::x11) fn rows(&self, rows: std::ops::Range<usize>, format: &PixelFormat) -> Vec<u8> {
        let width = usize::from(self.width);
        self.pixels[rows.start * width..rows.end * width]
            .chunks_exact(width)
            .flat_map(|row| format.row(row))
            .collect()
    }

    #[cfg(test)]
    pub(in crate::x11) fn count(&self, colour: u32) -> usize {
        self.pixels.iter().filter(|pixel| **pixel == colour).count()
    }
}
