//! What it costs to show a picture in fewer pixels than it has: `cargo bench --workspace --bench mean`.
//!
//! Once for all of the picture, as after a change of the window's size, and once for a line of text that
//! changed.

#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use beistand_gui::texture::mean::{mean_image, smaller_part};
use beistand_node::{Frame, Rect, Size};

/// How often each is done; the median counts.
const TURNS: usize = 31;

fn main() {
    for (from, to) in [
        ((1920, 1080), [1280, 720]),
        ((2560, 1440), [1280, 720]),
        ((3840, 2160), [1280, 720]),
        ((3840, 2160), [1920, 1080]),
    ] {
        let size = Size::new(from.0, from.1).expect("a picture");
        let mut frame = Frame::new(size);
        for (index, value) in frame.pixels_mut().iter_mut().enumerate() {
            *value = (index.wrapping_mul(2_654_435_761) >> 13) as u8;
        }
        let sides = [usize::from(from.0), usize::from(from.1)];
        let whole = median(|| {
            black_box(mean_image(&frame, to, [0..to[0], 0..to[1]]));
        });
        let line = Rect::new(640, 320, 512, 64).expect("a part of it");
        let part = median(|| {
            black_box(mean_image(&frame, to, smaller_part(line, sides, to)));
        });
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "{}x{} as {}x{}: {:.1} ms, a change of 512x64 {:.2} ms",
            from.0,
            from.1,
            to[0],
            to[1],
            millis(whole),
            millis(part)
        );
    }
}

fn median(mut turn: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..TURNS)
        .map(|_| {
            let since = Instant::now();
            turn();
            since.elapsed()
        })
        .collect();
    times.sort();
    times[TURNS / 2]
}
