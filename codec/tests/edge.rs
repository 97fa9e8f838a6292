//! A flat screen whose height is no multiple of a superblock: every row must arrive.

use beistand_codec::{
    Av1Decoder, ByteBudget, Damage, Frame, Rav1eScreenEncoder, ScreenDecoder, ScreenEncoder, Size,
};

#[test]
fn the_last_rows_of_a_flat_screen_arrive() {
    for (width, height, level) in [(1920, 1080, 0), (512, 56, 0), (512, 1080, 200), (500, 333, 90)] {
        let size = Size::new(width, height).expect("valid");
        let frame = Frame::from_pixels(size, vec![level; size.area() * 4]).expect("fits");
        let coded = Rav1eScreenEncoder::new()
            .encode(&frame, &Damage::all(size), ByteBudget::UNLIMITED)
            .expect("encodes");
        let mut screen = Frame::new(size);
        let mut decoder = Av1Decoder::new();
        for unit in &coded.units {
            decoder.decode(unit, &mut screen).expect("decodes");
        }
        for y in 0..height {
            let row = screen.row(size.rect(), y);
            let worst = row
                .chunks_exact(4)
                .map(|pixel| pixel[0].abs_diff(level))
                .enumerate()
                .max_by_key(|(_, off)| *off);
            assert!(worst.is_some_and(|(_, off)| off <= 2), "{width}x{height}, row {y}: {worst:?}");
        }
    }
}
