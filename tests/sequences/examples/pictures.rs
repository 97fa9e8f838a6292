//! Writes the first and some later pictures of every sequence as PNG into a directory, to be looked at:
//! `cargo run -p beistand-sequences --example pictures -- DIR [PICTURES]`.

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};

use beistand_codec::{BYTES_PER_PIXEL, Frame, Size};
use beistand_sequences::{Antialias, Kind, Sequence};

const SEED: u64 = 7;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("a directory to write to is missing")?);
    let pictures: u32 = arguments.next().map_or(Ok(4), |count| count.parse())?;
    let size = Size::new(1920, 1080).ok_or("a size")?;
    for (antialias, suffix) in [(Antialias::Grey, ""), (Antialias::Lcd, "-lcd")] {
        for kind in Kind::ALL {
            let mut sequence = Sequence::with_antialias(kind, size, SEED, antialias);
            let mut frame = Frame::new(size);
            for picture in 0..pictures {
                sequence.next(&mut frame);
                write(&folder.join(format!("{}{suffix}-{picture:02}.png", kind.name())), &frame)?;
            }
        }
    }
    Ok(())
}

fn write(path: &Path, frame: &Frame) -> Result<(), Box<dyn Error>> {
    let size = frame.size();
    let mut encoder = png::Encoder::new(File::create(path)?, size.width().into(), size.height().into());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let pixels = frame.pixels().chunks_exact(BYTES_PER_PIXEL);
    let rgb: Vec<u8> = pixels.flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect();
    encoder.write_header()?.write_image_data(&rgb)?;
    Ok(())
}
