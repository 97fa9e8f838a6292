//! A decoded picture as its samples.

use std::fmt;

/// How many chroma samples there are for a luma sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Chroma {
    /// One for two by two.
    Yuv420,
    /// One for each.
    Yuv444,
}

/// What all pictures of a stream have in common; sides in luma samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Format {
    /// Samples from left to right.
    pub width: usize,
    /// Samples from top to bottom.
    pub height: usize,
    /// The chroma planes' density.
    pub chroma: Chroma,
}

impl Format {
    /// Width and height of the planes Y, U, V; halves are rounded up.
    pub fn plane_sizes(self) -> [(usize, usize); 3] {
        let chroma = match self.chroma {
            Chroma::Yuv420 => (self.width.div_ceil(2), self.height.div_ceil(2)),
            Chroma::Yuv444 => (self.width, self.height),
        };
        [(self.width, self.height), chroma, chroma]
    }

    /// How many samples, and at 8 bits bytes, a picture has.
    pub fn samples(self) -> usize {
        self.plane_sizes().iter().map(|(width, height)| width * height).sum()
    }
}

/// A picture's samples, 8 bits, rows without padding.
#[derive(Clone, PartialEq, Eq)]
pub struct Planes {
    format: Format,
    planes: [Vec<u8>; 3],
}

/// One sample that two pictures disagree about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// 0 for Y, 1 for U, 2 for V.
    pub plane: usize,
    /// The column, in samples of that plane.
    pub x: usize,
    /// The row.
    pub y: usize,
    /// What both have there.
    pub samples: (u8, u8),
}

impl Planes {
    /// A picture from its planes Y, U, V, or `None` where one has not the format's number of samples.
    pub fn new(format: Format, planes: [Vec<u8>; 3]) -> Option<Self> {
        let fits = planes.iter().zip(format.plane_sizes()).all(|(plane, (w, h))| plane.len() == w * h);
        fits.then_some(Self { format, planes })
    }

    /// Size and chroma.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The samples of Y (0), U (1) or V (2).
    ///
    /// # Panics
    /// Where there is no such plane.
    pub fn plane(&self, plane: usize) -> &[u8] {
        &self.planes[plane]
    }

    /// The first sample in which two pictures of one format differ, in the order of planes and rows.
    ///
    /// # Panics
    /// Where the formats differ.
    pub fn difference(&self, other: &Self) -> Option<Difference> {
        assert_eq!(self.format, other.format, "pictures of one format");
        let widths = self.format.plane_sizes().map(|(width, _)| width);
        (0..3).find_map(|plane| {
            let (a, b) = (&self.planes[plane], &other.planes[plane]);
            let at = a.iter().zip(b).position(|(a, b)| a != b)?;
            Some(Difference { plane, x: at % widths[plane], y: at / widths[plane], samples: (a[at], b[at]) })
        })
    }
}

impl fmt::Debug for Planes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Format { width, height, chroma } = self.format;
        write!(f, "Planes({width}x{height} {chroma:?})")
    }
}
