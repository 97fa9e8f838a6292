//! Pictures of the main pages, in both languages and both themes, compared with those in `snapshots`.
//!
//! A page that is meant to look otherwise is painted anew by
//! `BEISTAND_SNAPSHOTS=paint cargo test -p beistand-gui --test window snapshots`, and the picture looked at.
//! Where a picture differs, the new one is left in the folder for temporary files, and the test says where.

use std::path::{Path, PathBuf};

use beistand_gui::theme;
use beistand_node::words::Language;
use egui::{Color32, ColorImage, Theme};

use crate::common::{Look, raster};
use crate::pages::{cases, drawn};

/// The pages, and how large each is painted.
const PAGES: [(&str, [usize; 2]); 5] = [
    ("home", [560, 640]),
    ("invite", [560, 640]),
    ("consent", [740, 520]),
    ("give", [560, 640]),
    ("ended", [560, 400]),
];

/// How far a channel may be from what it was: letters are placed by parts of a pixel.
const NEAR: u8 = 40;
/// The share of pixels that may be further away, in thousandths: a clock that counts has other digits.
const OTHERS_PER_MILLE: usize = 4;
/// Bytes of a picture: 20 of them are no burden to a clone.
const MAX_BYTES: usize = 24_000;
/// How many steps of each channel are kept, so that a picture is small: enough for the edges of letters.
const LEVELS: u32 = 7;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window/snapshots")
}

#[test]
fn the_main_pages_look_as_they_did() {
    let paints = std::env::var("BEISTAND_SNAPSHOTS").is_ok_and(|word| word == "paint");
    let mut faults = Vec::new();
    for (page, size) in PAGES {
        for language in Language::ALL {
            for theme in [Theme::Light, Theme::Dark] {
                let name = format!("{page}-{}-{theme:?}.png", language.tag()).to_lowercase();
                let image = painted(page, size, language, theme);
                let path = folder().join(&name);
                if paints {
                    std::fs::create_dir_all(folder()).unwrap();
                    std::fs::write(&path, encoded(&image)).unwrap();
                } else if let Err(what) = compare(&image, &path) {
                    let beside = std::env::temp_dir().join(format!("beistand-{name}"));
                    std::fs::write(&beside, encoded(&image)).unwrap();
                    faults.push(format!("{name}: {what}; it is now {}", beside.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn painted(page: &str, size: [usize; 2], language: Language, theme: Theme) -> ColorImage {
    let case = cases().into_iter().find(|case| case.name == page).expect("a page of that name");
    let look = Look { language, theme, ..Look::of_size(size.map(|side| side as f32)) };
    let test = drawn(&case, look);
    let page = if theme == Theme::Light { theme::LIGHT.page } else { theme::DARK.page };
    let mut image = raster::paint(&test.harness, size, page);
    for pixel in &mut image.pixels {
        let [r, g, b] = [pixel.r(), pixel.g(), pixel.b()].map(kept);
        *pixel = Color32::from_rgb(r, g, b);
    }
    image
}

/// The nearest of [`LEVELS`].
fn kept(channel: u8) -> u8 {
    let level = (u32::from(channel) * LEVELS + 127) / 255;
    u8::try_from(level * 255 / LEVELS).expect("a channel")
}

fn compare(image: &ColorImage, path: &Path) -> Result<(), String> {
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    let mut decoder = png::Decoder::new(std::io::BufReader::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(|error| error.to_string())?;
    let mut bytes = vec![0; reader.output_buffer_size().unwrap_or_default()];
    let info = reader.next_frame(&mut bytes).map_err(|error| error.to_string())?;
    if [info.width, info.height].map(|side| side as usize) != image.size {
        return Err("another size".to_owned());
    }
    let differs = |(old, new): &(&[u8], &Color32)| {
        old.iter().zip(new.to_array()).any(|(old, new)| old.abs_diff(new) > NEAR)
    };
    let others = bytes.chunks_exact(3).zip(&image.pixels).filter(differs).count();
    let limit = image.pixels.len() * OTHERS_PER_MILLE / 1000;
    if others > limit { Err(format!("{others} pixels differ, more than {limit}")) } else { Ok(()) }
}

fn encoded(image: &ColorImage) -> Vec<u8> {
    let [width, height] = image.size.map(|side| u32::try_from(side).expect("small"));
    let mut colours: Vec<Color32> = Vec::new();
    let number = |pixel: &Color32| {
        let known = colours.iter().position(|colour| colour == pixel);
        let number = known.unwrap_or_else(|| {
            colours.push(*pixel);
            colours.len() - 1
        });
        u8::try_from(number).expect("a page has few colours")
    };
    let pixels: Vec<u8> = image.pixels.iter().map(number).collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Indexed);
    let palette: Vec<u8> = colours.iter().flat_map(|colour| [colour.r(), colour.g(), colour.b()]).collect();
    encoder.set_palette(palette);
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().expect("in memory");
    writer.write_image_data(&pixels).expect("as large as said");
    writer.finish().expect("in memory");
    file
}

#[test]
fn no_picture_of_a_page_is_large_and_none_is_of_no_page() {
    let mut count = 0;
    for file in std::fs::read_dir(folder()).unwrap() {
        let file = file.unwrap();
        let name = file.file_name().into_string().unwrap();
        assert!(PAGES.iter().any(|(page, _)| name.starts_with(&format!("{page}-"))), "{name}");
        let bytes = file.metadata().unwrap().len();
        assert!(bytes <= MAX_BYTES as u64, "{name} has {bytes} bytes");
        count += 1;
    }
    assert_eq!(count, PAGES.len() * 4);
}
