//! The screen encoder within a byte budget: the first picture of a large change is whole, and it gets sharp
//! from what matters outwards.

use beistand_codec::{
    Av1Decoder, Av1ScreenEncoder, BYTES_PER_PIXEL, ByteBudget, Damage, Frame, Rect, ScreenDecoder,
    ScreenEncoder, SharpeningDepth, SharpeningWish, Sharpness, Size, TILE_PX, psnr_rgb,
};
use beistand_sequences::{Kind, Sequence};

/// What a line of 10 Mbit/s carries in 50 ms.
const LINE: ByteBudget = ByteBudget(62_500);

/// The side of the squares that are looked at, in pixels.
const SQUARE_PX: u16 = TILE_PX;

struct SharpeningLane {
    encoder: Av1ScreenEncoder,
    decoder: Av1Decoder,
    screen: Frame,
}

impl SharpeningLane {
    fn new(size: Size) -> Self {
        Self { encoder: Av1ScreenEncoder::new(), decoder: Av1Decoder::new(), screen: Frame::new(size) }
    }

    /// A screen that shows a picture exactly.
    fn at_rest(picture: &Frame) -> Self {
        let mut lane = Self::new(picture.size());
        lane.show(picture, &Damage::all(picture.size()), ByteBudget::UNLIMITED);
        while lane.encoder.refinable() {
            lane.show(picture, &Damage::none(picture.size()), ByteBudget::UNLIMITED);
        }
        lane
    }

    fn show(&mut self, picture: &Frame, damage: &Damage, budget: ByteBudget) -> usize {
        let coded = self.encoder.encode(picture, damage, budget).expect("encodes");
        self.decode(&coded)
    }

    fn sharpen(&mut self, picture: &Frame, wish: &SharpeningWish<'_>, budget: ByteBudget) -> usize {
        let coded = self.encoder.sharpen(picture, wish, budget).expect("encodes");
        self.decode(&coded)
    }

    fn decode(&mut self, coded: &beistand_codec::EncodedPicture) -> usize {
        for unit in &coded.units {
            self.decoder.decode(unit, &mut self.screen).expect("decodes");
        }
        coded.len()
    }
}

fn full_hd() -> Size {
    Size::new(1920, 1080).expect("a size")
}

/// Pictures of a sequence, the first of them apart.
fn pictures(kind: Kind, count: usize) -> (Frame, Vec<Frame>) {
    let mut sequence = Sequence::new(kind, full_hd(), 7);
    let mut picture = Frame::new(full_hd());
    let mut next = || {
        sequence.next(&mut picture);
        picture.clone()
    };
    let first = next();
    (first, (0..count).map(|_| next()).collect())
}

fn squares(size: Size) -> impl Iterator<Item = Rect> {
    let (columns, rows) = (size.width().div_ceil(SQUARE_PX), size.height().div_ceil(SQUARE_PX));
    (0..rows).flat_map(move |row| {
        (0..columns).filter_map(move |column| {
            Rect::new(column * SQUARE_PX, row * SQUARE_PX, SQUARE_PX, SQUARE_PX)?.intersection(size.rect())
        })
    })
}

fn psnr_of(square: Rect, picture: &Frame, shown: &Frame) -> f64 {
    let mut error = 0u64;
    for y in square.y()..square.bottom() {
        let pixels = picture.row(square, y).chunks_exact(BYTES_PER_PIXEL);
        for (a, b) in pixels.zip(shown.row(square, y).chunks_exact(BYTES_PER_PIXEL)) {
            error += (0..3).map(|channel| u64::from(a[channel].abs_diff(b[channel])).pow(2)).sum::<u64>();
        }
    }
    let samples = 3 * usize::from(square.width()) * usize::from(square.height());
    if error == 0 { f64::INFINITY } else { 10.0 * (255.0 * 255.0 * samples as f64 / error as f64).log10() }
}

fn worst_square(picture: &Frame, shown: &Frame) -> f64 {
    squares(picture.size()).map(|square| psnr_of(square, picture, shown)).fold(f64::INFINITY, f64::min)
}

/// Budgets, how the whole picture looks at least, and the worst square of it, in dB. One of the slides is a
/// photograph with the grain of a sensor all over.
const WHOLE: [(u32, f64, f64); 5] = [
    (16 << 10, 22.0, 13.0),
    (32 << 10, 26.0, 17.0),
    (62_500, 29.0, 20.0),
    (256 << 10, 36.0, 28.0),
    (4 << 20, 38.0, 33.0),
];

#[test]
fn the_first_picture_of_a_large_change_is_whole_and_within_its_budget() {
    let (before, slides) = pictures(Kind::Slides, 4);
    for (budget, whole, square) in WHOLE {
        let mut lane = SharpeningLane::at_rest(&before);
        for (number, slide) in slides.iter().enumerate() {
            let bytes = lane.show(slide, &Damage::all(full_hd()), ByteBudget(budget));
            let (db, worst) = (psnr_rgb(slide, &lane.screen), worst_square(slide, &lane.screen));
            println!("slide {number} within {budget}: {bytes} bytes, {db:.1} dB, a square of {worst:.1} dB");
            assert!(bytes <= budget as usize, "slide {number}: {bytes} bytes of {budget}");
            assert!(db >= whole, "slide {number} within {budget}: {db:.1} dB");
            assert!(worst >= square, "slide {number} within {budget}: a square of {worst:.1} dB");
        }
    }
}

/// What each slide takes until it looks right, at what 10 Mbit/s carry in 50 ms a picture: dB and bytes. The
/// photograph's grain is in all colours: 40 dB of it are nearly all of its bits.
const LOOKS_RIGHT: [(f64, usize); 4] = [(40.0, 220_000), (37.5, 650_000), (40.0, 125_000), (40.0, 125_000)];

#[test]
fn a_slide_looks_right_within_what_a_line_carries_in_its_time() {
    let (before, slides) = pictures(Kind::Slides, 4);
    let mut lane = SharpeningLane::at_rest(&before);
    for (number, (slide, (db, most))) in slides.iter().zip(LOOKS_RIGHT).enumerate() {
        let mut bytes = lane.show(slide, &Damage::all(full_hd()), LINE);
        while psnr_rgb(slide, &lane.screen) < db {
            let step = lane.show(slide, &Damage::none(full_hd()), LINE);
            assert!(step > 0 && step <= LINE.0 as usize, "slide {number}: {step} bytes");
            bytes += step;
        }
        println!("slide {number}: {db} dB after {bytes} bytes");
        assert!(bytes <= most, "slide {number}: {db} dB after {bytes} bytes");
    }
}

/// A slide that was shown coarsely, beside what a lane shows of it.
fn coarse_slide(number: usize) -> (SharpeningLane, Frame) {
    let (before, mut slides) = pictures(Kind::Slides, number);
    let slide = slides.pop().expect("as many as asked for");
    let mut lane = SharpeningLane::at_rest(&before);
    lane.show(&slide, &Damage::all(full_hd()), ByteBudget(40_000));
    (lane, slide)
}

/// The squares of a photograph that are sharpened first where the pointer is.
fn sharpened_first(pointer: (u16, u16)) -> Vec<Rect> {
    let (mut lane, slide) = coarse_slide(2);
    let all = Damage::all(full_hd());
    let wish = SharpeningWish { within: &all, depth: SharpeningDepth::Close, pointer: Some(pointer) };
    let before = lane.screen.clone();
    assert_eq!(lane.encoder.sharpness(&all), Sharpness::Coarse);
    lane.sharpen(&slide, &wish, ByteBudget(16_000));
    let touched = |square: &Rect| psnr_of(*square, &slide, &lane.screen) != psnr_of(*square, &slide, &before);
    squares(full_hd()).filter(touched).collect()
}

#[test]
fn sharpening_goes_from_the_pointer_outwards() {
    let (left, right) = ((300, 800), (1600, 800));
    let near = |squares: &[Rect], (x, y): (u16, u16)| {
        let near = |square: &&Rect| square.x().abs_diff(x) < 400 && square.y().abs_diff(y) < 400;
        squares.iter().filter(near).count()
    };
    let (at_left, at_right) = (sharpened_first(left), sharpened_first(right));
    assert!(near(&at_left, left) > 4 && near(&at_left, right) == 0, "{at_left:?}");
    assert!(near(&at_right, right) > 4 && near(&at_right, left) == 0, "{at_right:?}");
}

#[test]
fn what_moves_is_left_alone_and_what_is_close_is_no_part_of_what_is_coarse() {
    let (mut lane, slide) = coarse_slide(2);
    let mut left = Damage::none(full_hd());
    left.add(Rect::new(0, 0, 960, 1080).expect("a half"));
    let before = lane.screen.clone();
    let right = Rect::new(960, 0, 960, 1080).expect("a half");
    let same = |a: &Frame, b: &Frame| (0..1080).all(|y| a.row(right, y) == b.row(right, y));
    let close = SharpeningWish { within: &left, depth: SharpeningDepth::Close, pointer: None };
    let mut calls = 0;
    while lane.encoder.sharpness(&left) == Sharpness::Coarse {
        assert!(lane.sharpen(&slide, &close, LINE) > 0 && calls < 100, "it comes to an end");
        calls += 1;
    }
    assert_eq!(lane.encoder.sharpness(&left), Sharpness::Close);
    assert_eq!(lane.sharpen(&slide, &close, LINE), 0, "nothing coarse is left");
    let exact = SharpeningWish { depth: SharpeningDepth::Exact, ..close };
    while lane.encoder.sharpness(&left) != Sharpness::Exact {
        assert!(lane.sharpen(&slide, &exact, ByteBudget(200_000)) > 0 && calls < 500, "it comes to an end");
        calls += 1;
    }
    assert!(same(&before, &lane.screen), "the other half is as it was");
    assert_eq!(lane.encoder.sharpness(&Damage::all(full_hd())), Sharpness::Coarse);
}

#[test]
fn text_comes_before_photographs() {
    // Points beside a photograph, on which the pointer is.
    let (mut lane, slide) = coarse_slide(1);
    let all = Damage::all(full_hd());
    let wish = SharpeningWish { within: &all, depth: SharpeningDepth::Close, pointer: Some((1400, 600)) };
    let text = Rect::new(128, 320, 768, 512).expect("the points");
    let photo = Rect::new(1088, 384, 640, 448).expect("the photograph");
    let before = lane.screen.clone();
    lane.sharpen(&slide, &wish, ByteBudget(16_000));
    let gained = |rect| psnr_of(rect, &slide, &lane.screen) - psnr_of(rect, &slide, &before);
    assert!(
        gained(text) > 1.0 && gained(photo) == 0.0,
        "text {:.2}, photograph {:.2} dB",
        gained(text),
        gained(photo)
    );
}
