//! Pictures as they pass through a session: encoded bytes with their place on the screen.
//!
//! Whether they make sense as pictures is the decoder's to say, not the session's.

use std::time::Instant;

/// The most bytes of one picture, all units and their headers together.
pub const MAX_PICTURE_BYTES: usize = 8 << 20;

/// The most units of one picture: a screen of the largest size in as many streams as an encoder would ever
/// split it.
pub const MAX_UNITS: usize = 1024;

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
