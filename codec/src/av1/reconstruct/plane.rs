//! Samples of one plane, read and written row by row: what prediction and distortion share.
//!
//! A plane is that of a frame, or the band of one that a tile covers; positions are relative to its first
//! sample.

/// A plane that is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlaneView<'a> {
    pub(crate) samples: &'a [u8],
    /// Samples from one row to the next.
    pub(crate) stride: usize,
    /// Columns that may be read, in samples.
    pub(crate) width: usize,
    /// Rows that may be read, in samples.
    pub(crate) height: usize,
}

impl<'a> PlaneView<'a> {
    /// The columns of a row that may be read.
    pub(crate) fn row(&self, y: usize) -> &'a [u8] {
        &self.samples[y * self.stride..][..self.width]
    }
}

/// A rectangle of a plane, in samples of that plane.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PlaneArea {
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) w: usize,
    pub(crate) h: usize,
}

/// The rows of a block of `W` columns and `h` rows whose first sample is the first of `samples`.
///
/// Unlike those of `chunks`, their iterators need no division to be zipped.
pub(crate) fn rows<const W: usize>(samples: &[u8], stride: usize, h: usize) -> BlockRows<'_, W> {
    BlockRows { samples, stride, left: h }
}

/// Like [`rows`], to be written.
pub(crate) fn rows_mut<const W: usize>(samples: &mut [u8], stride: usize, h: usize) -> BlockRowsMut<'_, W> {
    BlockRowsMut { samples, stride, left: h }
}

/// What [`rows`] returns.
#[derive(Debug)]
pub(crate) struct BlockRows<'a, const W: usize> {
    samples: &'a [u8],
    stride: usize,
    left: usize,
}

impl<'a, const W: usize> Iterator for BlockRows<'a, W> {
    type Item = &'a [u8; W];

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let row = self.samples.first_chunk().expect(WITHIN);
        self.samples = self.samples.get(self.stride..).unwrap_or_default();
        Some(row)
    }
}

/// What [`rows_mut`] returns.
#[derive(Debug)]
pub(crate) struct BlockRowsMut<'a, const W: usize> {
    samples: &'a mut [u8],
    stride: usize,
    left: usize,
}

impl<'a, const W: usize> Iterator for BlockRowsMut<'a, W> {
    type Item = &'a mut [u8; W];

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let samples = std::mem::take(&mut self.samples);
        let (row, rest) = samples.split_at_mut(self.stride.min(samples.len()));
        self.samples = rest;
        Some(row.first_chunk_mut().expect(WITHIN))
    }
}

const WITHIN: &str = "a block lies within its plane";

/// Calls a function of a constant width with a block's width, so that the inner loops have known lengths; any
/// other width takes the last arm.
macro_rules! by_width {
    ($width:expr, $function:ident($($argument:expr),* $(,)?), _ => $otherwise:expr) => {
        match $width {
            4 => $function::<4>($($argument),*),
            8 => $function::<8>($($argument),*),
            16 => $function::<16>($($argument),*),
            32 => $function::<32>($($argument),*),
            64 => $function::<64>($($argument),*),
            _ => $otherwise,
        }
    };
    ($width:expr, $function:ident($($argument:expr),* $(,)?)) => {
        $crate::av1::reconstruct::plane::by_width!(
            $width,
            $function($($argument),*),
            _ => unreachable!("blocks are 4, 8, 16, 32 or 64 samples wide")
        )
    };
}
pub(crate) use by_width;
