//! Film: photographs that move by fractions of a sample, at changing quantisers, beside text.

use super::ends::StreamEnds;
use super::pictures::{TestTexture, paint};
use super::{exact, settings, size};
use crate::av1::choose::rate::TextQuality;
use crate::av1::frame::stream::SearchEffort;
use crate::av1::types::Chroma;
use crate::{BYTES_PER_PIXEL, Damage, Rect};

/// Clouds of a few sizes, seen from a place in quarters of a pixel.
fn clouds(x: u16, y: u16, from: (i32, i32)) -> [u8; 3] {
    let (x, y) = ((4 * i32::from(x) + from.0) as f32 / 4.0, (4 * i32::from(y) + from.1) as f32 / 4.0);
    let waves = |scale: f32, turn: f32| {
        (x / scale + turn).sin() * (y / scale - turn).cos() + ((x + 2.0 * y) / (0.7 * scale)).sin()
    };
    let light = 128.0 + 22.0 * waves(23.0, 0.3) + 14.0 * waves(9.0, 1.1) + 6.0 * waves(3.1, 2.0);
    let tint = 10.0 * waves(31.0, 0.9);
    [light + tint, light, 0.8 * light - tint].map(|level| level as u8)
}

#[test]
fn film_that_moves() {
    for chroma in [Chroma::Full, Chroma::Half] {
        let mut ends = StreamEnds::new(size(328, 264), chroma, exact());
        let whole = ends.size().rect();
        paint(&mut ends.picture, whole, TestTexture::TwoColours, 5);
        let window = Rect::new(24, 16, 270, 230).expect("a part");
        let mut damage = Damage::none(ends.size());
        damage.add(window);
        for (step, q_idx) in [60, 60, 60, 140, 140, 20, 60].into_iter().enumerate() {
            let text = if step == 4 { TextQuality::Plain } else { TextQuality::Exact };
            ends.settings = settings(q_idx, text, SearchEffort::Full);
            let from = (7 * step as i32, 5 * step as i32);
            for y in window.y()..window.bottom() {
                let row = ends.picture.row_mut(window, y).chunks_exact_mut(BYTES_PER_PIXEL);
                for (x, pixel) in row.enumerate() {
                    pixel[..3].copy_from_slice(&clouds(x as u16, y, from));
                }
            }
            if step == 0 {
                ends.show(&Damage::all(ends.size()));
            } else {
                ends.show(&damage);
            }
        }
        assert!(2 * ends.units[2].len() < ends.units[0].len(), "film is predicted");
        ends.rest(1000);
    }
}
