//! The pointer's picture, as a program has it and as it travels.

use serde::{Deserialize, Serialize};

use super::super::bounded::Bytes;

/// The longest side of a pointer shape in pixels: the largest that desktops offer for weak eyes.
pub const MAX_CURSOR_SIDE_PX: u16 = 256;

/// Bytes of the largest pointer shape.
const MAX_CURSOR_BYTES: usize = 4 * MAX_CURSOR_SIDE_PX as usize * MAX_CURSOR_SIDE_PX as usize;

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

/// A pointer's picture whose parts fit each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawCursorShape", into = "RawCursorShape")]
pub(crate) struct WireShape(CursorShape);

impl WireShape {
    /// The shape, or `None` where its parts do not fit each other.
    pub(crate) fn new(shape: CursorShape) -> Option<Self> {
        shape.consistent().then_some(Self(shape))
    }

    pub(crate) fn into_shape(self) -> CursorShape {
        self.0
    }
}

#[derive(Serialize, Deserialize)]
struct RawCursorShape {
    width: u16,
    height: u16,
    hotspot: (u16, u16),
    pixels: Bytes<MAX_CURSOR_BYTES>,
}

impl TryFrom<RawCursorShape> for WireShape {
    type Error = &'static str;

    fn try_from(raw: RawCursorShape) -> Result<Self, Self::Error> {
        let RawCursorShape { width, height, hotspot, pixels } = raw;
        Self::new(CursorShape { width, height, hotspot, pixels: pixels.into_vec() })
            .ok_or("a pointer shape whose parts do not fit each other")
    }
}

impl From<WireShape> for RawCursorShape {
    fn from(shape: WireShape) -> Self {
        let CursorShape { width, height, hotspot, pixels } = shape.0;
        let pixels = Bytes::new(pixels).expect("a consistent shape has few enough");
        Self { width, height, hotspot, pixels }
    }
}
