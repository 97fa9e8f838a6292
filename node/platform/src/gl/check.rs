//! Tries whether a shader makes the same pixels of planes as the processor, before anybody sees any.
//!
//! Drivers have faults, and colours that are a little off are seen by nobody who could report them. The
//! shader adds whole numbers that depend on one sample each, so all there is to try is each sample by itself.

use beistand_codec::{BYTES_PER_PIXEL, ChromaShares, PlanarFrame, Size};

use super::painter::{PlanesFilter, PlanesPainter};
use super::program::ShaderFault;

/// The values of a sample: one in each column.
const COLUMNS: u16 = 256;

/// The rows that have each value of U, of V and of both at these values of Y. With one of them each share is
/// seen unclipped.
const LUMA: [u8; 5] = [0, 64, 128, 192, 255];

/// Which of the samples of a row take all values; the others are grey, Y that of the row.
const VARIED: [[bool; 3]; 4] =
    [[true, false, false], [false, true, false], [false, false, true], [false, true, true]];

/// Draws all samples and looks at each pixel.
///
/// # Errors
/// [`ShaderFault::OtherColours`] where one is another than the processor's; what was refused otherwise.
pub(super) fn draws_the_colours(gl: &glow::Context, painter: &mut PlanesPainter) -> Result<(), ShaderFault> {
    let picture = all_samples();
    painter.take_in(gl, &picture, &[]);
    let drawn = painter.drawn_apart(gl, picture.size(), PlanesFilter::Nearest)?;
    let [y, u, v] = picture.planes();
    let same = drawn.pixels().as_chunks::<BYTES_PER_PIXEL>().0.iter().enumerate().all(|(at, pixel)| {
        let [r, g, b] = ChromaShares::BT709.rgb([y.samples[at], u.samples[at], v.samples[at]]);
        pixel[..3] == [b, g, r]
    });
    if same { Ok(()) } else { Err(ShaderFault::OtherColours) }
}

/// A picture that has every sample in several places.
fn all_samples() -> PlanarFrame {
    let rows = || LUMA.into_iter().flat_map(|luma| VARIED.map(|varied| (luma, varied)));
    let size = Size::new(COLUMNS, rows().count() as u16).expect("a picture");
    let grey = ChromaShares::GREY as u8;
    let planes = [0, 1, 2].map(|plane: usize| {
        let row = |(luma, varied): (u8, [bool; 3])| {
            let other = if plane == 0 { luma } else { grey };
            (0..=u8::MAX).map(move |value| if varied[plane] { value } else { other })
        };
        rows().flat_map(row).collect()
    });
    PlanarFrame::from_planes(size, planes).expect("a sample for each pixel")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREY: u8 = ChromaShares::GREY as u8;

    #[test]
    fn every_share_is_seen_where_nothing_is_clipped() {
        let picture = all_samples();
        let [y, u, v] = picture.planes();
        let inside = |colour: u8| colour > 0 && colour < 255;
        let seen = |wanted: &dyn Fn([u8; 3], [u8; 3]) -> bool| {
            (0..picture.size().area()).any(|at| {
                let samples = [y.samples[at], u.samples[at], v.samples[at]];
                wanted(samples, ChromaShares::BT709.rgb(samples))
            })
        };
        for value in 0..=255 {
            assert!(seen(&|[_, u, v], [_, g, _]| (u, v) == (value, GREY) && inside(g)), "U {value}, green");
            assert!(seen(&|[_, u, _], [_, _, b]| u == value && inside(b)), "U {value}, blue");
            assert!(seen(&|[_, _, v], [r, _, _]| v == value && inside(r)), "V {value}, red");
            assert!(seen(&|[_, u, v], [_, g, _]| (u, v) == (GREY, value) && inside(g)), "V {value}, green");
            assert!(seen(&|[y, u, v], rgb| y == value && (u, v) == (GREY, GREY) && rgb == [value; 3]));
        }
    }
}
