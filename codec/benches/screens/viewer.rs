//! The other side: one `re_rav1d` a stream, composed into the screen's planes.
//!
//! 4:2:0 is brought to 4:4:4 by repeating chroma samples, as most viewers do.

use std::collections::HashMap;

use beistand_codec::{EncodedUnit, Rect, Size, StreamId};
use beistand_conformance::{Chroma, Planes as Decoded, Rav1d};

use crate::clock::{Time, timed};
use crate::quality::Planes;

pub(crate) struct Viewer {
    size: Size,
    streams: HashMap<StreamId, Rav1d>,
    screen: Planes,
}

impl Viewer {
    pub(crate) fn new(size: Size) -> Self {
        // Black.
        let screen = [0, 128, 128].map(|level| vec![level; size.area()]);
        Self { size, streams: HashMap::new(), screen }
    }

    /// What is seen, as planes in 4:4:4.
    pub(crate) fn screen(&self) -> &Planes {
        &self.screen
    }

    /// Decodes units; the time is the decoder's alone, without colours.
    pub(crate) fn show(&mut self, units: &[EncodedUnit]) -> Time {
        let mut total = Time::default();
        for unit in units {
            if unit.key {
                self.streams.insert(unit.stream, Rav1d::new().expect("a decoder opens"));
            }
            let decoder = self.streams.get_mut(&unit.stream).expect("a stream begins with a key unit");
            let (decoded, time) = timed(|| decoder.decode_only(&unit.data));
            let planes = decoded.and_then(|decoded| decoded.planes()).expect("a unit of ours decodes");
            self.place(unit.rect, &planes);
            total = Time { wall: total.wall + time.wall, cpu: total.cpu + time.cpu };
        }
        total
    }

    fn place(&mut self, rect: Rect, planes: &Decoded) {
        let format = planes.format();
        assert_eq!(
            (format.width, format.height),
            (rect.width().into(), rect.height().into()),
            "a unit's size"
        );
        let (left, top) = (usize::from(rect.x()), usize::from(rect.y()));
        let width = usize::from(self.size.width());
        for (plane, (across, _)) in format.plane_sizes().into_iter().enumerate() {
            let shift = usize::from(plane > 0 && format.chroma == Chroma::Yuv420);
            let samples = planes.plane(plane);
            for y in 0..format.height {
                let row = &samples[(y >> shift) * across..][..across];
                let start = (top + y) * width + left;
                let target = &mut self.screen[plane][start..start + format.width];
                if shift == 0 {
                    target.copy_from_slice(row);
                } else {
                    target.iter_mut().enumerate().for_each(|(x, sample)| *sample = row[x >> 1]);
                }
            }
        }
    }
}
