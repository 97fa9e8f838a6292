//! The X11 screen as every backend has it: its size, and the one format of pixels that is understood.

use beistand_codec::Size;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageOrder};

use crate::DesktopObstacle;
use crate::x11::{X11Display, X11Failure};

/// The size of the root window now.
pub(super) fn root_size(display: &X11Display) -> Result<Size, X11Failure> {
    let geometry = display.conn.get_geometry(display.root())?.reply()?;
    let (width, height) = (geometry.width, geometry.height);
    Size::new(width, height).ok_or(X11Failure(DesktopObstacle::ScreenTooLarge { width, height }))
}

/// Frames are B G R X in memory; every other format is told, not guessed.
pub(super) fn check_pixel_format(display: &X11Display) -> Result<(), X11Failure> {
    let (setup, screen) = (display.conn.setup(), display.screen());
    let visual = screen
        .allowed_depths
        .iter()
        .flat_map(|depth| &depth.visuals)
        .find(|visual| visual.visual_id == screen.root_visual);
    let masks = visual.map(|visual| (visual.red_mask, visual.green_mask, visual.blue_mask));
    let bits = setup
        .pixmap_formats
        .iter()
        .find(|format| format.depth == screen.root_depth)
        .map(|format| format.bits_per_pixel);
    if masks == Some((0xff_0000, 0xff00, 0xff))
        && bits == Some(32)
        && setup.image_byte_order == ImageOrder::LSB_FIRST
    {
        return Ok(());
    }
    Err(X11Failure(DesktopObstacle::PixelFormat { depth: screen.root_depth }))
}
