//! libaom in real time, at several quantisers: one as the reference, the others for its curve of bytes over
//! quality.
//!
//! In 4:4:4 its time includes the conversion of colours, as ours does: both are given pixels.

use beistand_codec::{Damage, EncodedUnit, Rect, Size, StreamId};
use beistand_libaom::{Chroma, Encoder, Settings};

use crate::clock::timed;
use crate::contender::{Coded, Contender, Role};
use crate::quality::{self, Planes, Source};

/// As many threads as the machine that the project's figures are of has cores.
const THREADS: u8 = 2;
/// What the large products use for screens.
const SPEED: u8 = 10;
/// 39 to 43 dB in luma on the generated sequences.
const REFERENCE_QUANTISER: u8 = 30;
/// From about 55 to about 36 dB.
const POINTS: [u8; 5] = [4, 12, 20, 40, 52];

pub(crate) fn contenders(size: Size) -> Vec<Box<dyn Contender>> {
    let reference = Libaom::boxed(size, Chroma::Yuv444, REFERENCE_QUANTISER, Role::Reference);
    let small = Libaom::boxed(size, Chroma::Yuv420, REFERENCE_QUANTISER, Role::Shown);
    let points =
        POINTS.into_iter().map(|quantiser| Libaom::boxed(size, Chroma::Yuv444, quantiser, Role::Point));
    [reference, small].into_iter().chain(points).collect()
}

struct Libaom {
    encoder: Encoder,
    rect: Rect,
    chroma: Chroma,
    quantiser: u8,
    role: Role,
    first: bool,
    /// What 4:4:4 is converted to.
    planes: Planes,
}

impl Libaom {
    fn boxed(size: Size, chroma: Chroma, quantiser: u8, role: Role) -> Box<dyn Contender> {
        let settings = Settings {
            width: size.width(),
            height: size.height(),
            chroma,
            threads: THREADS,
            speed: SPEED,
            quantiser,
        };
        let encoder = Encoder::new(settings).expect("libaom takes the settings");
        Box::new(Self {
            encoder,
            rect: size.rect(),
            chroma,
            quantiser,
            role,
            first: true,
            planes: [0, 1, 2].map(|_| vec![0; size.area()]),
        })
    }
}

impl Contender for Libaom {
    fn name(&self) -> String {
        let chroma = match self.chroma {
            Chroma::Yuv420 => 420,
            Chroma::Yuv444 => 444,
        };
        match self.role {
            Role::Point => format!("libaom-{chroma}-q{}", self.quantiser),
            Role::Shown | Role::Reference => format!("libaom-{chroma}"),
        }
    }

    fn role(&self) -> Role {
        self.role
    }

    fn encode(&mut self, source: &Source, _: &Damage) -> Coded {
        let key = std::mem::take(&mut self.first);
        let Self { encoder, planes, .. } = self;
        let (data, time) = match self.chroma {
            Chroma::Yuv420 => timed(|| encoder.encode(slices(&source.yuv420), key)),
            Chroma::Yuv444 => timed(|| {
                quality::convert(&source.picture, planes);
                encoder.encode(slices(planes), key)
            }),
        };
        let data = data.expect("libaom takes its picture");
        Coded { units: vec![EncodedUnit { stream: StreamId(0), rect: self.rect, key, data }], time }
    }
}

fn slices(planes: &Planes) -> [&[u8]; 3] {
    [0, 1, 2].map(|plane| planes[plane].as_slice())
}
