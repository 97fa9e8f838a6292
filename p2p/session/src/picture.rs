//! Pictures and pointer shapes as they pass through a session: encoded bytes with their place on the screen.
//!
//! Whether they make sense as pictures is the decoder's to say, not the session's.

use std::time::Instant;

/// The most bytes of one picture, all units and their headers together.
pub const MAX_PICTURE_BYTES: usize = 8 << 20;

/// The most units of one picture: a screen of the largest size in as many streams as an encoder would ever split it.
pub const MAX_UNITS: usize = 1024;

/// The longest side of a pointer shape in pixels: the largest that desktops offer for weak eyes.
pub const MAX_CURSOR_SIDE_PX: u16 = 256;

/// One encoded picture of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Rises with each picture.
    pub id: u64,
    /// When the screen looked like this. At the technician: the same moment by its own clock as well as the
    /// heartbeat can tell, never in the future.
    pub captured_at: Instant,
    /// The screen's width and height in pixels.
    pub screen: (u16, u16),
    /// In the order in which they are to be decoded; at most [`MAX_UNITS`], [`MAX_PICTURE_BYTES`] in all.
    pub units: Vec<PictureUnit>,
}

/// One unit of one video stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureUnit {
    /// Which stream it continues.
    pub stream: u16,
    /// Where the stream's picture belongs: pixels from the screen's left edge.
    pub x: u16,
    /// Pixels from the top edge.
    pub y: u16,
    /// The stream's width in pixels.
    pub width: u16,
    /// The stream's height in pixels.
    pub height: u16,
    /// Whether it can be decoded without anything before it.
    pub key: bool,
    /// The encoded bytes.
    pub data: Vec<u8>,
}

/// A pointer's picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CursorShape {
    /// Width in pixels, `1..=`[`MAX_CURSOR_SIDE_PX`].
    pub width: u16,
    /// Height in pixels, `1..=`[`MAX_CURSOR_SIDE_PX`].
    pub height: u16,
    /// The pixel that points, from the top left corner.
    pub hotspot: (u16, u16),
    /// B G R A, premultiplied, rows top to bottom: 4 x width x height bytes.
    pub pixels: Vec<u8>,
}

impl CursorShape {
    /// Whether sides, hot spot and number of pixels fit each other.
    pub(crate) fn consistent(&self) -> bool {
        let side = 1..=MAX_CURSOR_SIDE_PX;
        side.contains(&self.width)
            && side.contains(&self.height)
            && self.hotspot.0 < self.width
            && self.hotspot.1 < self.height
            && self.pixels.len() == 4 * usize::from(self.width) * usize::from(self.height)
    }
}
