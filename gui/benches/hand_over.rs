//! What a picture costs the processor from the decoder's planes until it is OpenGL's to send to the graphics
//! card: `cargo bench --workspace --bench hand_over`.
//!
//! By a texture of pixels: they are made of the planes and copied in egui's own form, or made smaller. By a
//! shader: the planes are kept. Once for all of the picture, and once for a line of text that changed.

#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant};

use beistand_codec::{PlanarFrame, Plane};
use beistand_gui::texture::{PictureFilter, PictureTexture};
use beistand_node::{PictureSlot, Rect, Size};
use egui::{Context, RawInput, TextureOptions};

/// How often each is done; the median counts.
const TURNS: usize = 61;

/// What the window makes of the picture.
const FILTERS: [(&str, PictureFilter); 2] = [
    ("one to one", PictureFilter::Full(TextureOptions::NEAREST)),
    ("as 1280x720", PictureFilter::Mean([1280, 720])),
];

fn main() {
    println!("| picture | drawn | changed | pixels, ms: made | for the card | bytes | planes, ms | bytes |");
    println!("|---|---|---|---|---|---|---|---|");
    for (width, height) in [(1920, 1080), (3840, 2160)] {
        let size = Size::new(width, height).expect("a picture");
        let line = Rect::new(640, 320, 512, 64).expect("a part of it");
        for (changed, rect) in [("all", size.rect()), ("512x64", line)] {
            FILTERS.into_iter().for_each(|(drawn, filter)| row(size, (drawn, filter), (changed, rect)));
        }
    }
}

fn row(size: Size, (drawn, filter): (&str, PictureFilter), (changed, rect): (&str, Rect)) {
    let stride = usize::from(size.width());
    let samples = [7, 31, 113].map(|step| (0..size.area()).map(|at| (at * step) as u8).collect::<Vec<_>>());
    let planes = samples.each_ref().map(|samples| Plane { samples, stride });
    let (ctx, slot, mut texture) = (Context::default(), PictureSlot::default(), PictureTexture::default());
    // As large as a shader needs them.
    let card = RawInput { max_texture_side: Some(8192), ..RawInput::default() };
    ctx.run_ui(card, |_| {}).textures_delta.clear();
    slot.update(size, |_| None);
    let mut bytes = 0;
    let mut send = || {
        texture.update(&ctx, &slot, filter);
        let mut delta = ctx.tex_manager().write().take_delta();
        bytes =
            delta.set.values().flatten().map(|part| part.image.size().iter().product::<usize>() * 4).sum();
        delta.clear();
    };
    send();
    let (mut made, mut sent) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        made.push(timed(|| {
            slot.update(size, |view| {
                let frame = view.frame_mut().expect("in pixels");
                frame.canvas().draw(planes, rect).expect("fits");
                [rect]
            });
        }));
        sent.push(timed(&mut send));
    }
    let mut planar = PlanarFrame::new(size);
    let mut kept: Vec<_> =
        (0..TURNS).map(|_| timed(|| planar.canvas().draw(planes, rect).expect("fits"))).collect();
    println!(
        "| {}x{} | {drawn} | {changed} | {:.2} | {:.2} | {bytes} | {:.2} | {} |",
        size.width(),
        size.height(),
        median(&mut made),
        median(&mut sent),
        median(&mut kept),
        rect.area() * 3
    );
}

fn timed(mut turn: impl FnMut()) -> Duration {
    let since = Instant::now();
    turn();
    since.elapsed()
}

/// In ms.
fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e3
}
