//! What decoders make of streams: exactly what the encoder says they show.

use re_rav1d::dav1d::{Decoder, PlanarImageComponent as Component, Settings};

use super::planes::Planes;
use super::stream::{CodedFrame, FrameSettings, Stream};
use super::types::Chroma;
use crate::{BYTES_PER_PIXEL, Damage, Frame, Rect, Size};

const EXACT: FrameSettings = FrameSettings { base_q_idx: 60, exact_text: true };

/// A stream and an independent decoder.
struct Ends {
    stream: Stream,
    decoder: Decoder,
    picture: Frame,
    units: Vec<Vec<u8>>,
}

impl Ends {
    fn new(size: Size, chroma: Chroma) -> Self {
        let mut settings = Settings::new();
        settings.set_n_threads(1);
        settings.set_max_frame_delay(1);
        Self {
            stream: Stream::new(size.width().into(), size.height().into(), chroma),
            decoder: Decoder::with_settings(&settings).expect("a decoder"),
            picture: Frame::new(size),
            units: Vec::new(),
        }
    }

    fn show(&mut self, damage: &Damage, settings: FrameSettings) {
        if self.stream.update(&self.picture, damage).expect("fits") || self.stream.starts() {
            let coded = self.stream.code_change(settings);
            self.check(coded);
        }
    }

    fn refine(&mut self) {
        let coded = self.stream.code_refinement(EXACT, 1000);
        self.check(coded);
    }

    fn check(&mut self, coded: CodedFrame) {
        self.units.push(coded.data.clone());
        self.decoder.send_data(coded.data, None, None, None).expect("a valid unit");
        let picture = self.decoder.get_picture().expect("a picture");
        let shown: &Planes = self.stream.shown();
        for (index, plane) in [Component::Y, Component::U, Component::V].into_iter().enumerate() {
            let samples = picture.plane(plane);
            let stride = picture.stride(plane) as usize;
            let shift = shown.shift(index);
            let (width, height) = (shown.width.div_ceil(1 << shift), shown.height.div_ceil(1 << shift));
            for y in 0..height {
                let (theirs, ours) = (&samples[y * stride..][..width], shown.planes[index].row(0, y, width));
                if let Some(x) = (0..width).find(|x| theirs[*x] != ours[*x]) {
                    panic!(
                        "frame {}, plane {index}, at {x}, {y}: the decoder shows {}, we {}",
                        self.units.len() - 1,
                        theirs[x],
                        ours[x]
                    );
                }
            }
        }
    }

    fn paint(&mut self, rect: Rect, mut colour: impl FnMut(u16, u16) -> [u8; 3]) {
        for y in rect.y()..rect.bottom() {
            for (x, pixel) in self.picture.row_mut(rect, y).chunks_exact_mut(BYTES_PER_PIXEL).enumerate() {
                pixel[..3].copy_from_slice(&colour(rect.x() + x as u16, y));
            }
        }
    }
}

fn size(width: u16, height: u16) -> Size {
    Size::new(width, height).expect("a size")
}

#[test]
fn a_flat_picture() {
    for chroma in [Chroma::Full, Chroma::Half] {
        let mut ends = Ends::new(size(200, 136), chroma);
        let whole = ends.picture.size().rect();
        ends.paint(whole, |_, _| [200, 180, 90]);
        ends.show(&Damage::all(ends.picture.size()), EXACT);
        ends.refine();
    }
}

#[test]
fn two_colours() {
    for chroma in [Chroma::Full, Chroma::Half] {
        let mut ends = Ends::new(size(200, 136), chroma);
        let whole = ends.picture.size().rect();
        ends.paint(whole, |x, y| if (x / 5 + y / 7) % 3 == 0 { [255, 255, 255] } else { [20, 30, 40] });
        ends.show(&Damage::all(ends.picture.size()), EXACT);
        ends.refine();
    }
}

#[test]
fn noise() {
    for chroma in [Chroma::Full, Chroma::Half] {
        let mut ends = Ends::new(size(200, 136), chroma);
        let whole = ends.picture.size().rect();
        let mut state = 7u32;
        let mut random = move |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [_, a, b, c] = state.to_le_bytes();
            [a, b, c]
        };
        ends.paint(whole, &mut random);
        ends.show(&Damage::all(ends.picture.size()), EXACT);
        ends.refine();
        let part = Rect::new(40, 30, 70, 50).expect("a part");
        ends.paint(part, &mut random);
        let mut damage = Damage::none(ends.picture.size());
        damage.add(part);
        ends.show(&damage, EXACT);
        ends.refine();
    }
}

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
        let mut ends = Ends::new(size(328, 264), chroma);
        let whole = ends.picture.size().rect();
        ends.paint(whole, |x, y| if y % 16 < 8 { [20, 20, 20] } else { [230, 230 - (x % 3) as u8, 230] });
        let window = Rect::new(24, 16, 270, 230).expect("a part");
        let mut damage = Damage::none(ends.picture.size());
        damage.add(window);
        for (step, base_q_idx) in [60, 60, 60, 140, 140, 20, 60].into_iter().enumerate() {
            let step = step as i32;
            ends.paint(window, |x, y| clouds(x, y, (7 * step, 5 * step)));
            ends.show(&damage, FrameSettings { base_q_idx, exact_text: step != 4 });
        }
        assert!(2 * ends.units[2].len() < ends.units[0].len(), "film is predicted");
        ends.refine();
    }
}

#[test]
fn neighbours_from_far_apart() {
    let mut ends = Ends::new(size(2688, 64), Chroma::Full);
    let pattern = |x: u16, y: u16, seed: u16| {
        let dark = (x / 3 * 7 + y / 2 * 11 + x * y / 5 + seed) % 5 < 2;
        if dark { [10, 20, 30] } else { [240, 240, 250] }
    };
    let part = |x| Rect::new(x, 0, 128, 64).expect("a part");
    let everywhere = ends.picture.size().rect();
    let mut show = |first: u16, second: u16| {
        ends.paint(everywhere, |_, _| [128, 128, 128]);
        ends.paint(part(first), |x, y| pattern(x - first, y, 0));
        ends.paint(part(second), |x, y| pattern(x - second, y, 3));
        ends.show(&Damage::all(ends.picture.size()), EXACT);
    };
    show(0, 2528);
    show(1344, 1472);
    show(1280, 1408);
}
