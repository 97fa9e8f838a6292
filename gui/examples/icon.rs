//! Writes the icon's files into `gui/install/icons`, after its drawing in `gui/src/icon.rs` has changed.

use std::error::Error;
use std::fs::{self, File};
use std::path::Path;

use beistand_gui::icon::{ICON_SIZES, icon_pixels, icon_svg};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("install/icons");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("beistand.svg"), icon_svg())?;
    for side in ICON_SIZES {
        let file = File::create(folder.join(format!("beistand-{side}.png")))?;
        let mut encoder = png::Encoder::new(file, u32::from(side), u32::from(side));
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        encoder.write_header()?.write_image_data(&icon_pixels(side))?;
    }
    Ok(())
}
