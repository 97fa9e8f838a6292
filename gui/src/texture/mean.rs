//! A picture in fewer pixels than it has: each is the mean of all that it stands for, so that no thin line is
//! lost and small text keeps its shape. A graphics card looks at four pixels for each that it draws, whatever
//! lies between them.
//!
//! It keeps nothing: parts are made from the whole picture, so they fit each other.

use std::ops::Range;

use beistand_node::{Frame, Rect};
use egui::{Color32, ColorImage};

/// Which pixels of the larger side a pixel of the smaller side stands for, and how much of each.
struct MeanSpan {
    first: usize,
    shares: Vec<f32>,
}

impl MeanSpan {
    /// Those of pixel `at` where `from` pixels become `to`.
    fn new(from: usize, to: usize, at: usize) -> Self {
        // In parts of a pixel of the larger side, of which each has `to`.
        let (start, end) = (at * from, (at + 1) * from);
        let first = start / to;
        let overlap = |pixel: usize| end.min((pixel + 1) * to) - start.max(pixel * to);
        let shares = (first..end.div_ceil(to)).map(|pixel| overlap(pixel) as f32 / from as f32);
        Self { first, shares: shares.collect() }
    }

    fn end(&self) -> usize {
        self.first + self.shares.len()
    }
}

/// The part of the smaller picture in which this part of the larger one is.
pub fn smaller_part(rect: Rect, from: [usize; 2], to: [usize; 2]) -> [Range<usize>; 2] {
    let side = |start: u16, end: u16, from: usize, to: usize| {
        usize::from(start) * to / from..(usize::from(end) * to).div_ceil(from).min(to)
    };
    [side(rect.x(), rect.right(), from[0], to[0]), side(rect.y(), rect.bottom(), from[1], to[1])]
}

/// A part of the picture as it is with `to` pixels across and down.
pub fn mean_image(frame: &Frame, to: [usize; 2], [columns, rows]: [Range<usize>; 2]) -> ColorImage {
    let size = frame.size();
    let spans: Vec<_> =
        columns.clone().map(|column| MeanSpan::new(size.width().into(), to[0], column)).collect();
    let left = spans.first().map_or(0, |span| span.first);
    let right = spans.last().map_or(1, MeanSpan::end);
    let source =
        Rect::new(left as u16, 0, (right - left) as u16, size.height()).expect("a part of the picture");
    let mut sums = vec![0.0_f32; (right - left) * 4];
    let mut pixels = Vec::with_capacity(spans.len() * rows.len());
    for row in rows.clone() {
        sums.fill(0.0);
        let span = MeanSpan::new(size.height().into(), to[1], row);
        for (y, share) in (span.first..).zip(&span.shares) {
            for (sum, value) in sums.iter_mut().zip(frame.row(source, y as u16)) {
                *sum += share * f32::from(*value);
            }
        }
        pixels.extend(spans.iter().map(|span| mean(span, &sums[(span.first - left) * 4..])));
    }
    ColorImage::new([columns.len(), rows.len()], pixels)
}

fn mean(span: &MeanSpan, sums: &[f32]) -> Color32 {
    let (sums, _) = sums.as_chunks::<4>();
    let mut colour = [0.5_f32; 3];
    for (share, [blue, green, red, _]) in span.shares.iter().zip(sums) {
        colour = [colour[0] + share * red, colour[1] + share * green, colour[2] + share * blue];
    }
    let [red, green, blue] = colour.map(|value| value as u8);
    Color32::from_rgb(red, green, blue)
}

#[cfg(test)]
mod tests {
    use super::*;
    use beistand_node::Size;

    /// A white picture with black columns.
    fn lines(width: u16, height: u16, black: &[u16]) -> Frame {
        let mut frame = Frame::new(Size::new(width, height).unwrap());
        for (index, pixel) in frame.pixels_mut().chunks_exact_mut(4).enumerate() {
            let column = (index % usize::from(width)) as u16;
            pixel[..3].fill(if black.contains(&column) { 0 } else { 255 });
        }
        frame
    }

    fn whole(frame: &Frame, to: [usize; 2]) -> ColorImage {
        mean_image(frame, to, [0..to[0], 0..to[1]])
    }

    #[test]
    fn a_line_of_one_pixel_is_never_lost_wherever_it_is() {
        for line in 0..300 {
            let smaller = whole(&lines(300, 4, &[line]), [97, 2]);
            let darkest = smaller.pixels[..97].iter().map(|pixel| pixel.r()).min().unwrap();
            let ink: u32 = smaller.pixels[..97].iter().map(|pixel| 255 - u32::from(pixel.r())).sum();
            assert!(darkest < 215, "the line at {line} is {darkest}");
            assert!((80..=86).contains(&ink), "as much black as there was: {ink} at {line}");
        }
    }

    #[test]
    fn all_that_has_one_colour_keeps_it() {
        let frame = lines(1920, 7, &[]);
        assert!(whole(&frame, [1001, 3]).pixels.iter().all(|pixel| *pixel == Color32::WHITE));
    }

    #[test]
    fn a_part_is_what_the_whole_has_there() {
        let frame = lines(640, 64, &[3, 64, 65, 130, 200, 333]);
        let to = [391, 39];
        let all = whole(&frame, to);
        let [columns, rows] = smaller_part(Rect::new(64, 0, 192, 64).unwrap(), [640, 64], to);
        let part = mean_image(&frame, to, [columns.clone(), rows.clone()]);
        for (row, pixels) in rows.zip(part.pixels.chunks_exact(columns.len())) {
            assert_eq!(pixels, &all.pixels[row * 391 + columns.start..row * 391 + columns.end]);
        }
    }

    #[test]
    fn what_changed_is_within_the_part_and_the_last_pixel_in_the_last_one() {
        let from = [1000, 500];
        let to = [333, 167];
        assert_eq!(smaller_part(Rect::new(999, 499, 1, 1).unwrap(), from, to), [332..333, 166..167]);
        assert_eq!(smaller_part(Rect::new(0, 0, 1000, 500).unwrap(), from, to), [0..333, 0..167]);
    }
}
