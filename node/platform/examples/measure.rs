//! Measures the capturer on `$DISPLAY`: `measure` (draws in a window of its own).
//!
//! Times: a drawn 64x64 square and a drawn whole screen until the changed pixels are in the frame; a whole
//! picture; the processor while nothing happens.

#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant};

use beistand_codec::{Frame, Size};
use beistand_platform::Capturer;
use beistand_platform::x11::X11Capturer;
use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::*;

fn main() {
    let (conn, screen) = x11rb::connect(None).expect("a display");
    let screen = &conn.setup().roots[screen];
    let (root, width, height) = (screen.root, screen.width_in_pixels, screen.height_in_pixels);
    let window = conn.generate_id().expect("an id");
    let values = CreateWindowAux::new().override_redirect(1);
    let class = WindowClass::INPUT_OUTPUT;
    conn.create_window(COPY_DEPTH_FROM_PARENT, window, root, 0, 0, width, height, 0, class, 0, &values)
        .expect("sent");
    conn.map_window(window).expect("sent");
    let gc = conn.generate_id().expect("an id");
    conn.create_gc(gc, window, &CreateGCAux::new()).expect("sent");
    conn.get_input_focus().expect("sent").reply().expect("a round trip");

    let mut capturer = X11Capturer::open(&std::env::var("DISPLAY").expect("a display")).expect("a capturer");
    let mut frame = Frame::new(Size::new(1, 1).expect("valid"));
    while capturer.capture(&mut frame, Duration::from_millis(50)).expect("captured").is_some() {}

    let mut colour = 1;
    let mut draw_and_capture = |width, height| {
        let mut times: Vec<Duration> = (0..300)
            .map(|_| {
                colour += 0x01_03_07;
                conn.change_gc(gc, &ChangeGCAux::new().foreground(colour & 0xff_ff_ff)).expect("sent");
                let rect = Rectangle { x: 128, y: 128, width, height };
                conn.poly_fill_rectangle(window, gc, &[rect]).expect("sent");
                let start = Instant::now();
                conn.flush().expect("sent");
                capturer.capture(&mut frame, Duration::from_secs(1)).expect("captured").expect("drawn");
                start.elapsed()
            })
            .collect();
        times.sort();
        (times[150], times[285])
    };
    let square = draw_and_capture(64, 64);
    println!("64x64 drawn to captured: median {:?}, 95 % {:?}", square.0, square.1);
    let whole = draw_and_capture(width, height);
    println!("{width}x{height} drawn to captured: median {:?}, 95 % {:?}", whole.0, whole.1);

    let before = cpu();
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(5) {
        capturer.capture(&mut frame, Duration::from_secs(1)).expect("captured");
    }
    println!(
        "idle: {:.3} % of a core",
        (cpu() - before).as_secs_f64() / start.elapsed().as_secs_f64() * 100.0
    );
}

/// Processor time of this process so far.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/schedstat").expect("Linux");
    Duration::from_nanos(stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).expect("a number"))
}
