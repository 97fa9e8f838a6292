//! The technician's window shows the pixels that their processor would make of what arrived, also where a
//! shader makes them.

use std::path::PathBuf;

use beistand_codec::{
    Av1Decoder, ByteBudget, Damage, Frame, PartwiseEncoder, ScreenDecoder as _, ScreenEncoder as _, Size,
};
use beistand_tests::desktop::{full_screen, granted};
use beistand_tests::{Area, Device, Hand, Picture, Program, Screen, Start, poll};

use crate::support::{Host, PATIENCE};

/// Where the host's pointer rests, and what of the picture may be hidden by it.
const POINTER: (i16, i16) = (600, 400);
const BEHIND_POINTER: Area = Area::new(560, 360, 80, 80);

/// Nothing of a picture.
const NOWHERE: Area = Area::new(0, 0, 0, 0);

/// Steps in which a screen at rest has become exact.
const MOST_STEPS: usize = 1000;

/// A screen with text and many colours. Its sides are multiples of a tile's, so that all conversions have
/// whole rows.
fn colourful(width: u16, height: u16) -> Screen {
    let mut screen = Screen::with_window_manager(width, height);
    screen.paint_background([70, 100, 150]);
    let script = "for i in $(seq 0 255); do printf '\\033[48;5;%dm%3d \\033[0m' $i $i; done; exec cat";
    terminal(&mut screen, "colours", "80x16+20+40", script);
    Hand::new(&screen, Device::Injected).move_to(POINTER.0, POINTER.1);
    screen
}

/// A terminal that has drawn what its script says.
fn terminal(screen: &mut Screen, title: &str, geometry: &str, script: &str) {
    let window = screen.xterm(title, geometry, script);
    let drawn = poll(PATIENCE, || (screen.shot().crop(window.area).colours(20) == 20).then_some(()));
    drawn.expect("the terminal draws its text");
}

/// What a processor makes of this screen once all of it has arrived.
fn arrived(shot: &Picture) -> Picture {
    let size = Size::new(shot.width() as u16, shot.height() as u16).expect("a screen's");
    let places = (0..shot.height()).flat_map(|y| (0..shot.width()).map(move |x| (x, y)));
    let pixels = places.flat_map(|(x, y)| {
        let [r, g, b] = shot.pixel(x, y);
        [b, g, r, 0]
    });
    let frame = Frame::from_pixels(size, pixels.collect()).expect("a pixel for each place");
    let (mut encoder, mut decoder, mut seen) = (PartwiseEncoder::new(), Av1Decoder::new(), Frame::new(size));
    let mut damage = Damage::all(size);
    for _ in 0..MOST_STEPS {
        for unit in encoder.encode(&frame, &damage, ByteBudget::UNLIMITED).expect("encodes").units {
            decoder.decode(&unit, &mut seen).expect("decodes");
        }
        if !encoder.refinable() {
            return Picture::from_bgrx(shot.width(), shot.height(), seen.stride(), seen.pixels());
        }
        damage = Damage::none(size);
    }
    panic!("a screen at rest becomes exact")
}

/// A picture that has these pixels.
fn made(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let bytes: Vec<u8> = places
        .flat_map(|(x, y)| {
            let [r, g, b] = pixel(x, y);
            [b, g, r, 0]
        })
        .collect();
    Picture::from_bgrx(width, height, width as usize * 4, &bytes)
}

/// How far the two are apart in any channel outside of `except`.
fn worst(seen: &Picture, wanted: &Picture, except: Area) -> u8 {
    let [mut seen, mut wanted] = [seen, wanted].map(|picture| picture.clone());
    for picture in [&mut seen, &mut wanted] {
        picture.fill(except, [0; 3]);
    }
    let places = (0..seen.height()).flat_map(|y| (0..seen.width()).map(move |x| (x, y)));
    let off = places.flat_map(|(x, y)| {
        let (seen, wanted) = (seen.pixel(x, y), wanted.pixel(x, y));
        [0, 1, 2].map(|channel| seen[channel].abs_diff(wanted[channel]))
    });
    off.max().unwrap_or_default()
}

/// A technician who paints by a shader in full screen.
struct ShaderViewer {
    // Dropped before their screens.
    _technician: Program,
    _host: Program,
    hand: Hand,
    screen: Screen,
}

impl ShaderViewer {
    fn of(screen: &Screen, width: u16, height: u16) -> Self {
        let technicians = Screen::with_window_manager(width, height);
        let config: PathBuf = technicians.folder().join("config.toml");
        std::fs::write(&config, "painting = \"shader\"\n").expect("a folder of ours");
        let Host { program: mut host, link, .. } = Host::start(screen);
        let mut technician = Start::desktop(&["view", "--name", "Tess"])
            .arguments(["-v".into(), "--config".into(), config])
            .invite(link)
            .on(&technicians)
            .start();
        host.expect("request", PATIENCE);
        host.allow("view");
        granted(&mut technician);
        let tried = || technician.errors().contains("a shader makes the picture's pixels").then_some(());
        poll(PATIENCE, tried).expect("it is a shader that is tried here");
        let hand = Hand::new(&technicians, Device::Injected);
        full_screen(&technicians, &hand);
        hand.move_to(width as i16 / 2, height as i16 / 2);
        Self { _technician: technician, _host: host, hand, screen: technicians }
    }

    /// Waits until no channel of any pixel is further off than this from what `drawn` makes of what arrived.
    #[track_caller]
    fn expect(&self, host: &Screen, drawn: impl Fn(&Picture) -> Picture, off: u8, except: Area) {
        let mut wanted: Option<[Picture; 2]> = None;
        let mut last = u8::MAX;
        let shown = poll(PATIENCE, || {
            // The host's screen has a sign that somebody is there, which may move.
            let shot = host.shot();
            let [_, wanted] = match wanted.take().filter(|[of, _]| *of == shot) {
                Some(known) => wanted.insert(known),
                None => {
                    let made = drawn(&arrived(&shot));
                    wanted.insert([shot, made])
                }
            };
            last = worst(&self.screen.shot(), wanted, except);
            (last <= off).then_some(())
        });
        if shown.is_none() {
            let path = std::env::temp_dir().join("beistand-not-painted.png");
            self.screen.shot().save(&path);
            panic!("a pixel is {last} off; what is there: {}", path.display());
        }
    }
}

/// A place in a picture that is drawn in so many parts of its size.
fn times(area: Area, times: u32, parts: u32) -> Area {
    let [x, y, width, height] = [area.x, area.y, area.width, area.height].map(|side| side * times / parts);
    Area::new(x, y, width, height)
}

#[test]
fn a_shader_makes_the_pixels_that_the_processor_makes_and_what_lies_over_them_stays_there() {
    let mut screen = colourful(1024, 704);
    let viewer = ShaderViewer::of(&screen, 1024, 704);
    viewer.expect(&screen, Picture::clone, 0, BEHIND_POINTER);
    let pointer = viewer.screen.shot().crop(BEHIND_POINTER);
    assert!(pointer.colours(2) == 2, "the user's pointer is drawn over it");

    // What changes alone goes to the card.
    terminal(&mut screen, "more", "40x8+500+500", "seq -s ' ' 1 90; printf '\\033[41m red'; exec cat");
    viewer.expect(&screen, Picture::clone, 0, BEHIND_POINTER);

    // The toolbar that the pointer brings lies over it, and nothing else changes.
    let before = viewer.screen.shot();
    let [top, below] = [Area::new(0, 0, 1024, 120), Area::new(0, 120, 1024, 584)];
    viewer.hand.move_to(500, 0);
    let there = poll(PATIENCE, || {
        let seen = viewer.screen.shot().crop(top);
        (worst(&seen, &before.crop(top), NOWHERE) > 60).then_some(())
    });
    there.expect("the toolbar is over the picture");
    let seen = viewer.screen.shot().crop(below);
    assert_eq!(worst(&seen, &before.crop(below), NOWHERE), 0);
}

#[test]
fn a_shader_draws_twice_as_large_pixel_by_pixel() {
    let screen = colourful(1024, 704);
    let viewer = ShaderViewer::of(&screen, 2048, 1408);
    let twice = |arrived: &Picture| made(2048, 1408, |x, y| arrived.pixel(x / 2, y / 2));
    viewer.expect(&screen, twice, 0, times(BEHIND_POINTER, 2, 1));
}

#[test]
fn a_shader_makes_a_picture_smaller_by_a_mean() {
    let screen = colourful(2048, 1408);
    let viewer = ShaderViewer::of(&screen, 1024, 704);
    let half = |arrived: &Picture| {
        made(1024, 704, |x, y| {
            let four = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| arrived.pixel(2 * x + dx, 2 * y + dy));
            [0, 1, 2]
                .map(|channel| (four.iter().map(|pixel| u32::from(pixel[channel])).sum::<u32>() / 4) as u8)
        })
    };
    viewer.expect(&screen, half, 1, times(BEHIND_POINTER, 1, 2));
}
