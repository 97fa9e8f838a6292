//! The program's icon, a lifebuoy: the one place where it is described. Its pixels at any size are the
//! window's own icon, and with the SVG they are the files in `gui/install/icons`, which `cargo run -p
//! beistand-gui --example icon` writes.
//!
//! It knows no window and writes no file.

use std::fmt::Write as _;

/// The sizes in pixels that desktops look for, from a menu's line to a software centre.
pub const ICON_SIZES: [u16; 9] = [16, 22, 24, 32, 48, 64, 128, 256, 512];

/// The window's own icon in pixels: what a task switcher shows on a dense screen.
pub const WINDOW_ICON_PX: u16 = 128;

/// The side of the square it is drawn in, in units of the drawing.
const SIDE: f32 = 64.0;

/// How often a pixel is looked at, in either direction: enough that no edge shows steps.
const SAMPLES: u16 = 6;

/// Behind the buoy: the accent, and how round its corners are.
const GROUND: ([u8; 3], f32) = ([15, 118, 110], 14.0);
/// The buoy: the radius of its middle and its width.
const RING: (f32, f32) = (17.0, 12.0);
const RING_COLOUR: [u8; 3] = [255, 255, 255];
/// Its four bands, whose middles are at the corners, and what each takes of the round.
const BAND_COLOUR: [u8; 3] = [245, 158, 11];
const BAND_DEGREES: f32 = 34.0;

/// What is at a place of the drawing: nothing in the corners.
fn colour_at(x: f32, y: f32) -> Option<[u8; 3]> {
    let (colour, corner) = GROUND;
    let middle = SIDE / 2.0;
    let (across, down) = (x - middle, y - middle);
    let over = |distance: f32| (distance.abs() - (middle - corner)).max(0.0);
    if over(across).hypot(over(down)) > corner {
        return None;
    }
    let (radius, width) = RING;
    if (across.hypot(down) - radius).abs() > width / 2.0 {
        return Some(colour);
    }
    let from_corner = (down.atan2(across).to_degrees() + 360.0).rem_euclid(90.0) - 45.0;
    Some(if from_corner.abs() <= BAND_DEGREES / 2.0 { BAND_COLOUR } else { RING_COLOUR })
}

/// Its pixels from the upper left: red, green, blue and how much covers what is behind.
pub fn icon_pixels(side: u16) -> Vec<u8> {
    let scale = SIDE / f32::from(side);
    let mut pixels = Vec::with_capacity(usize::from(side) * usize::from(side) * 4);
    for y in 0..side {
        for x in 0..side {
            pixels.extend(pixel(f32::from(x), f32::from(y), scale));
        }
    }
    pixels
}

fn pixel(x: f32, y: f32, scale: f32) -> [u8; 4] {
    let (mut sums, mut seen) = ([0_u32; 3], 0_u32);
    let at = |index: u16| (f32::from(index) + 0.5) / f32::from(SAMPLES);
    for row in 0..SAMPLES {
        for column in 0..SAMPLES {
            if let Some(colour) = colour_at((x + at(column)) * scale, (y + at(row)) * scale) {
                seen += 1;
                for (sum, part) in sums.iter_mut().zip(colour) {
                    *sum += u32::from(part);
                }
            }
        }
    }
    let all = u32::from(SAMPLES) * u32::from(SAMPLES);
    let [red, green, blue] = sums.map(|sum| (sum / seen.max(1)) as u8);
    [red, green, blue, (seen * 255 / all) as u8]
}

/// The same drawing for any size.
pub fn icon_svg() -> String {
    let hex = |[red, green, blue]: [u8; 3]| format!("#{red:02x}{green:02x}{blue:02x}");
    let ((ground, corner), (radius, width), middle) = (GROUND, RING, SIDE / 2.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{SIDE}\" height=\"{SIDE}\" viewBox=\"0 0 {SIDE} {SIDE}\">\n  \
         <rect width=\"{SIDE}\" height=\"{SIDE}\" rx=\"{corner}\" fill=\"{}\"/>\n  \
         <g fill=\"none\" stroke-width=\"{width}\">\n    \
         <circle cx=\"{middle}\" cy=\"{middle}\" r=\"{radius}\" stroke=\"{}\"/>\n    <path stroke=\"{}\" d=\"",
        hex(ground),
        hex(RING_COLOUR),
        hex(BAND_COLOUR),
    );
    for corner in [45.0_f32, 135.0, 225.0, 315.0] {
        let place = |degrees: f32| {
            let angle = (corner + degrees).to_radians();
            (middle + radius * angle.cos(), middle + radius * angle.sin())
        };
        let ((from_x, from_y), (to_x, to_y)) = (place(-BAND_DEGREES / 2.0), place(BAND_DEGREES / 2.0));
        // Writing to a string can't fail.
        let _ = write!(svg, "M{from_x:.3} {from_y:.3}A{radius} {radius} 0 0 1 {to_x:.3} {to_y:.3}");
    }
    svg + "\"/>\n  </g>\n</svg>\n"
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn file(name: &str) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("install/icons").join(name)
    }

    #[test]
    fn the_files_show_what_is_drawn_here() {
        assert_eq!(std::fs::read_to_string(file("beistand.svg")).unwrap(), icon_svg());
        for side in ICON_SIZES {
            let bytes = std::fs::read(file(&format!("beistand-{side}.png"))).unwrap();
            let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            let info = reader.next_frame(&mut pixels).unwrap();
            assert_eq!((info.width, info.height), (u32::from(side), u32::from(side)));
            assert!(pixels == icon_pixels(side), "beistand-{side}.png is of another drawing");
        }
    }

    #[test]
    fn its_corners_are_open_and_its_edges_smooth() {
        for side in ICON_SIZES {
            let pixels = icon_pixels(side);
            let (pixels, rest) = pixels.as_chunks::<4>();
            assert!(rest.is_empty() && pixels.len() == usize::from(side) * usize::from(side));
            assert!(pixels[0][3] < 128, "{side}: the corner");
            let middle = pixels[pixels.len() / 2 + usize::from(side) / 2];
            assert_eq!(middle, [15, 118, 110, 255], "{side}: the middle");
            assert!(pixels.iter().any(|pixel| (1..255).contains(&pixel[3])), "{side}: no smooth edge");
        }
    }
}
