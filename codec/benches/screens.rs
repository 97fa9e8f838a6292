//! How fast, how small, how close: each scene through an encoder and the decoder, at 1920x1080.

#![allow(clippy::print_stdout)]

mod scenes;

use std::time::{Duration, Instant};

use beistand_codec::{
    Av1Decoder, ByteBudget, Damage, Frame, Rav1eScreenEncoder, ScreenDecoder, ScreenEncoder, Size, psnr_rgb,
};
use scenes::{Scene, desktop};

const SEED: u64 = 7;
const STEPS: u32 = 30;

/// What was measured of a run of pictures.
#[derive(Default)]
struct Figures {
    encode: Vec<Duration>,
    decode: Vec<Duration>,
    bytes: usize,
    psnr: Vec<f64>,
}

impl Figures {
    fn print(mut self, name: &str) {
        self.encode.sort();
        self.decode.sort();
        let count = self.encode.len();
        let ms = |times: &[Duration], percent: usize| {
            times[(times.len() - 1) * percent / 100].as_secs_f64() * 1000.0
        };
        println!(
            "{name:18} {count:3} pictures: encode {:7.2} median {:7.2} p95 ms, decode {:6.2} ms, {:8} B each, PSNR {:5.1} to {:5.1} dB",
            ms(&self.encode, 50),
            ms(&self.encode, 95),
            ms(&self.decode, 50),
            self.bytes / count,
            self.psnr.iter().copied().fold(f64::INFINITY, f64::min).min(99.9),
            self.psnr.iter().copied().fold(0.0, f64::max).min(99.9),
        );
    }
}

/// Both ends of a session.
struct Ends {
    encoder: Rav1eScreenEncoder,
    decoder: Av1Decoder,
    screen: Frame,
}

impl Ends {
    fn new(size: Size) -> Self {
        Self { encoder: Rav1eScreenEncoder::new(), decoder: Av1Decoder::new(), screen: Frame::new(size) }
    }

    fn show(&mut self, picture: &Frame, damage: &Damage, budget: ByteBudget, figures: &mut Figures) {
        let start = Instant::now();
        let coded = self.encoder.encode(picture, damage, budget).expect("encodes");
        figures.encode.push(start.elapsed());
        let start = Instant::now();
        for unit in &coded.units {
            self.decoder.decode(unit, &mut self.screen).expect("decodes");
        }
        figures.decode.push(start.elapsed());
        figures.bytes += coded.len();
        figures.psnr.push(psnr_rgb(picture, &self.screen));
    }

    fn rest(&mut self, picture: &Frame) -> Figures {
        let mut figures = Figures::default();
        while self.encoder.refinable() {
            self.show(picture, &Damage::none(picture.size()), ByteBudget::UNLIMITED, &mut figures);
        }
        figures
    }
}

fn main() {
    let size = Size::new(1920, 1080).expect("valid");
    let mut picture = desktop(size, SEED);
    let mut ends = Ends::new(size);
    let mut first = Figures::default();
    ends.show(&picture, &Damage::all(size), ByteBudget::UNLIMITED, &mut first);
    first.print("first picture");
    let start = Instant::now();
    let refined = ends.rest(&picture);
    if !refined.encode.is_empty() {
        println!("at rest after {:.0} ms more", start.elapsed().as_secs_f64() * 1000.0);
        refined.print("refinement");
    }
    for (name, budget) in [("unlimited", ByteBudget::UNLIMITED), ("50 kB a picture", ByteBudget(50_000))] {
        println!("budget: {name}");
        for scene in Scene::ALL {
            picture = desktop(size, SEED);
            ends.show(&picture, &Damage::all(size), ByteBudget::UNLIMITED, &mut Figures::default());
            ends.rest(&picture);
            let mut figures = Figures::default();
            for step in 0..STEPS {
                let damage = scene.advance(&mut picture, step, SEED);
                ends.show(&picture, &damage, budget, &mut figures);
            }
            figures.print(&format!("{scene:?}"));
        }
    }
}
