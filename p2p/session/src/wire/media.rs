//! Messages of the video, cursor and chat channels.

use serde::{Deserialize, Serialize};

use super::MAX_CHAT_CHARS;
use super::bounded::{Bytes, List};
use crate::{CursorShape, MAX_CURSOR_SIDE_PX, MAX_PICTURE_BYTES, MAX_UNITS, PictureUnit};

/// Bytes of the largest pointer shape.
const MAX_CURSOR_BYTES: usize = 4 * MAX_CURSOR_SIDE_PX as usize * MAX_CURSOR_SIDE_PX as usize;

/// A picture of the screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WirePicture {
    pub(crate) id: u64,
    /// Microseconds since the host's session began.
    pub(crate) captured: u64,
    pub(crate) screen: (u16, u16),
    units: List<WireUnit, MAX_UNITS>,
}

impl WirePicture {
    /// The picture, or `None` where it has too many units or bytes.
    pub(crate) fn new(id: u64, captured: u64, screen: (u16, u16), units: Vec<PictureUnit>) -> Option<Self> {
        let units = units.into_iter().map(WireUnit::new).collect::<Option<Vec<_>>>()?;
        Some(Self { id, captured, screen, units: List::new(units)? })
    }

    /// Its units.
    pub(crate) fn into_units(self) -> Vec<PictureUnit> {
        self.units.into_vec().into_iter().map(WireUnit::into_unit).collect()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct WireUnit {
    stream: u16,
    x: u16,
    y: u16,
    width: u16,
    height: u16,
    key: bool,
    data: Bytes<MAX_PICTURE_BYTES>,
}

impl WireUnit {
    fn new(unit: PictureUnit) -> Option<Self> {
        let PictureUnit { stream, x, y, width, height, key, data } = unit;
        Some(Self { stream, x, y, width, height, key, data: Bytes::new(data)? })
    }

    fn into_unit(self) -> PictureUnit {
        let Self { stream, x, y, width, height, key, data } = self;
        PictureUnit { stream, x, y, width, height, key, data: data.into_vec() }
    }
}

/// A message of the cursor channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum CursorMessage {
    Shape(WireShape),
    Position(Option<(u16, u16)>),
}

/// A pointer's picture whose parts fit each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawShape", into = "RawShape")]
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
struct RawShape {
    width: u16,
    height: u16,
    hotspot: (u16, u16),
    pixels: Bytes<MAX_CURSOR_BYTES>,
}

impl TryFrom<RawShape> for WireShape {
    type Error = &'static str;

    fn try_from(raw: RawShape) -> Result<Self, Self::Error> {
        let RawShape { width, height, hotspot, pixels } = raw;
        Self::new(CursorShape { width, height, hotspot, pixels: pixels.into_vec() })
            .ok_or("a pointer shape whose parts do not fit each other")
    }
}

impl From<WireShape> for RawShape {
    fn from(shape: WireShape) -> Self {
        let CursorShape { width, height, hotspot, pixels } = shape.0;
        let pixels = Bytes::new(pixels).expect("a consistent shape has few enough");
        Self { width, height, hotspot, pixels }
    }
}

/// A line of chat of at most [`MAX_CHAT_CHARS`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct ChatLine(String);

impl ChatLine {
    /// The line, or `None` where it is longer.
    pub(crate) fn new(line: String) -> Option<Self> {
        (line.chars().count() <= MAX_CHAT_CHARS).then_some(Self(line))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ChatLine {
    type Error = &'static str;

    fn try_from(line: String) -> Result<Self, Self::Error> {
        Self::new(line).ok_or("a line over its length")
    }
}

impl From<ChatLine> for String {
    fn from(line: ChatLine) -> Self {
        line.0
    }
}
