//! Pictures as they travel.

use serde::{Deserialize, Serialize};

use super::super::bounded::{Bytes, List};
use crate::{MAX_PICTURE_BYTES, MAX_UNITS, PictureUnit};

/// Bytes of a unit's head at most, and of a picture's: numbers of 16 bits take 3 bytes, of 64 bits 10.
const UNIT_HEAD_BYTES: usize = 24;
const PICTURE_HEAD_BYTES: usize = 32;

/// Bytes of the heads of a picture of one unit, at most.
pub(super) const HEADS_BYTES: u32 = (PICTURE_HEAD_BYTES + UNIT_HEAD_BYTES) as u32;

/// A picture of the screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WirePicture {
    /// Travels as the message's number, which is one more.
    #[serde(skip)]
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
        let picture = Self { id, captured, screen, units: List::new(units)? };
        (picture.bytes() <= MAX_PICTURE_BYTES).then_some(picture)
    }

    /// Its bytes with all heads, at most.
    pub(crate) fn bytes(&self) -> usize {
        let units = self.units.iter().map(|unit| UNIT_HEAD_BYTES + unit.data.len());
        PICTURE_HEAD_BYTES + units.sum::<usize>()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_no_longer_than_assumed() {
        let [stream, x, y, width, height] = [u16::MAX; 5];
        let picture = |units: Vec<Vec<u8>>| {
            let unit = |data| PictureUnit { stream, x, y, width, height, key: true, data };
            let units = units.into_iter().map(unit).collect();
            WirePicture::new(u64::MAX, u64::MAX, (u16::MAX, u16::MAX), units).unwrap()
        };
        let largest = MAX_PICTURE_BYTES - PICTURE_HEAD_BYTES - UNIT_HEAD_BYTES;
        for units in [vec![], vec![vec![0; largest]], vec![vec![1]; MAX_UNITS]] {
            let picture = picture(units);
            assert!(postcard::to_stdvec(&picture).unwrap().len() <= picture.bytes());
        }
    }
}
