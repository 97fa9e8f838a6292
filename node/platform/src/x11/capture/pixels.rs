//! What every backend must find on the X11 screen: its size and its format of pixels. One backend copies
//! pixels as they are, and takes one format only.

use beistand_codec::Size;
use x11rb::protocol::xproto::ConnectionExt as _;

use crate::DesktopObstacle;
use crate::x11::pixel_format::PixelFormat;
use crate::x11::{X11Display, X11Failure};

/// The size of the root window now, where it is one of a picture.
pub(super) fn root_size(display: &X11Display) -> Result<Size, X11Failure> {
    let geometry = display.conn.get_geometry(display.root())?.reply()?;
    let (width, height) = (geometry.width, geometry.height);
    Size::new(width, height).ok_or(X11Failure(DesktopObstacle::ScreenTooLarge { width, height }))
}

/// Frames are B G R X in memory; every other format is told, not guessed.
pub(super) fn check_pixel_format(display: &X11Display) -> Result<(), X11Failure> {
    if PixelFormat::of_root(display)?.is_bgrx() {
        return Ok(());
    }
    Err(X11Failure(DesktopObstacle::PixelFormat { depth: display.screen().root_depth }))
}
