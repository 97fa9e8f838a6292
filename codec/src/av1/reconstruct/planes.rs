//! Pictures in planes: what is to be coded, and what the decoder will show (the specification's `CurrFrame`).
//!
//! Planes are padded to whole superblocks, so that blocks that reach over the picture's edge need no other
//! code.

use crate::av1::types::{Chroma, SUPERBLOCK};

/// One plane of 8 bit samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlaneBuffer {
    stride: usize,
    samples: Vec<u8>,
}

impl PlaneBuffer {
    fn new(width: usize, height: usize) -> Self {
        Self { stride: width, samples: vec![0; width * height] }
    }

    /// Samples from one row to the next.
    pub(crate) fn stride(&self) -> usize {
        self.stride
    }

    /// Rows, padding included.
    #[cfg(test)]
    pub(crate) fn rows(&self) -> usize {
        self.samples.len() / self.stride
    }

    /// All samples, row after row.
    pub(crate) fn samples(&self) -> &[u8] {
        &self.samples
    }

    /// All samples, to be written.
    #[cfg(test)]
    pub(crate) fn samples_mut(&mut self) -> &mut [u8] {
        &mut self.samples
    }

    /// The samples from a position on.
    pub(crate) fn at(&self, x: usize, y: usize) -> &[u8] {
        &self.samples[y * self.stride + x..]
    }

    /// `width` samples of a row.
    pub(crate) fn row(&self, x: usize, y: usize, width: usize) -> &[u8] {
        &self.samples[y * self.stride + x..][..width]
    }
}

/// The three planes of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PicturePlanes {
    /// Luma samples of the picture itself.
    pub(crate) width: usize,
    /// Luma samples of the picture itself.
    pub(crate) height: usize,
    pub(crate) chroma: Chroma,
    pub(crate) planes: [PlaneBuffer; 3],
}

impl PicturePlanes {
    /// A picture of zeros.
    pub(crate) fn new(width: usize, height: usize, chroma: Chroma) -> Self {
        let padded = (width.next_multiple_of(SUPERBLOCK), height.next_multiple_of(SUPERBLOCK));
        let shift = chroma.shift();
        let luma = PlaneBuffer::new(padded.0, padded.1);
        let half = PlaneBuffer::new(padded.0 >> shift, padded.1 >> shift);
        Self { width, height, chroma, planes: [luma, half.clone(), half] }
    }

    /// How far a plane's coordinates are shifted against luma's.
    pub(crate) fn shift(&self, plane: usize) -> usize {
        if plane == 0 { 0 } else { self.chroma.shift() }
    }

    /// The samples from a superblock at a luma position on.
    pub(crate) fn superblock(&self, x: usize, y: usize) -> SuperblockView<'_> {
        let planes = [0, 1, 2].map(|index| {
            let (shift, plane) = (self.shift(index), &self.planes[index]);
            (plane.at(x >> shift, y >> shift), plane.stride())
        });
        SuperblockView { planes, shift: self.chroma.shift() }
    }

    /// The whole picture as one band.
    pub(crate) fn band_mut(&mut self) -> PictureBand<'_> {
        let shift = self.chroma.shift();
        let planes = self
            .planes
            .each_mut()
            .map(|plane| BandPlane { stride: plane.stride, samples: &mut plane.samples });
        PictureBand { top: 0, shift, planes }
    }

    /// A band for each row of superblocks.
    pub(crate) fn superblock_rows_mut(&mut self) -> impl Iterator<Item = PictureBand<'_>> {
        let mut left = self.height.div_ceil(SUPERBLOCK);
        let mut rest = Some(self.band_mut());
        std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            let (row, below) = rest.take()?.split_at(SUPERBLOCK);
            rest = Some(below);
            Some(row)
        })
    }

    /// The planes cut into bands of rows, given in luma rows of whole superblocks.
    pub(crate) fn bands_mut(
        &mut self,
        heights: impl Iterator<Item = usize>,
    ) -> impl Iterator<Item = PictureBand<'_>> {
        let mut rest = Some(self.band_mut());
        let cut = move |height| {
            let (band, below) = rest.take().expect("it is put back").split_at(height);
            rest = Some(below);
            band
        };
        heights.map(cut)
    }
}

/// The planes of a picture from a superblock on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SuperblockView<'a> {
    /// Samples, and how many there are from one row to the next.
    pub(crate) planes: [(&'a [u8], usize); 3],
    /// How far chroma's coordinates are shifted against luma's.
    pub(crate) shift: usize,
}

/// A band of a picture's rows, as one thread writes it.
#[derive(Debug)]
pub(crate) struct PictureBand<'a> {
    /// The band's first luma row.
    pub(crate) top: usize,
    /// How far chroma's coordinates are shifted against luma's.
    pub(crate) shift: usize,
    pub(crate) planes: [BandPlane<'a>; 3],
}

impl<'a> PictureBand<'a> {
    /// How far a plane's coordinates are shifted against luma's.
    pub(crate) fn shift(&self, plane: usize) -> usize {
        if plane == 0 { 0 } else { self.shift }
    }

    /// Cuts it after so many luma rows, whole superblocks.
    pub(crate) fn split_at(self, rows: usize) -> (Self, Self) {
        let Self { top, shift, planes: [y, u, v] } = self;
        let ((y, y_below), (u, u_below), (v, v_below)) =
            (y.split_at(rows), u.split_at(rows >> shift), v.split_at(rows >> shift));
        let below = Self { top: top + rows, shift, planes: [y_below, u_below, v_below] };
        (Self { top, shift, planes: [y, u, v] }, below)
    }

    /// The samples from a superblock at a luma position of the band on.
    pub(crate) fn superblock(&self, x: usize, y: usize) -> SuperblockView<'_> {
        let planes = [0, 1, 2].map(|index| {
            let (shift, plane) = (self.shift(index), &self.planes[index]);
            (plane.at(x >> shift, y >> shift), plane.stride)
        });
        SuperblockView { planes, shift: self.shift }
    }

    /// Copies the superblock at a luma position of the band from a picture of the band's.
    pub(crate) fn copy_superblock(&mut self, other: &PicturePlanes, x: usize, y: usize) {
        let SuperblockView { planes, .. } = other.superblock(x, self.top + y);
        for (index, (from, from_stride)) in planes.into_iter().enumerate() {
            let shift = self.shift(index);
            let plane = &mut self.planes[index];
            let (stride, side) = (plane.stride, SUPERBLOCK >> shift);
            let to = plane.at_mut(x >> shift, y >> shift);
            for (to, from) in to.chunks_mut(stride).zip(from.chunks(from_stride)).take(side) {
                to[..side].copy_from_slice(&from[..side]);
            }
        }
    }

    /// The band from a luma column on, which becomes the first.
    pub(crate) fn past_column(&mut self, left: usize) -> PictureBand<'_> {
        let (top, shift) = (self.top, self.shift);
        let mut shifts = [0, shift, shift].into_iter();
        let planes = self.planes.each_mut().map(|plane| {
            let shift = shifts.next().expect("a shift a plane");
            BandPlane { stride: plane.stride, samples: &mut plane.samples[left >> shift..] }
        });
        PictureBand { top, shift, planes }
    }
}

/// A plane's part of a band; coordinates are the band's own.
#[derive(Debug)]
pub(crate) struct BandPlane<'a> {
    pub(crate) stride: usize,
    pub(crate) samples: &'a mut [u8],
}

impl<'a> BandPlane<'a> {
    fn split_at(self, rows: usize) -> (Self, Self) {
        let (above, below) = self.samples.split_at_mut(rows * self.stride);
        (Self { stride: self.stride, samples: above }, Self { stride: self.stride, samples: below })
    }

    /// The samples from a position on.
    pub(crate) fn at(&self, x: usize, y: usize) -> &[u8] {
        &self.samples[y * self.stride + x..]
    }

    /// The samples from a position on, to be written.
    pub(crate) fn at_mut(&mut self, x: usize, y: usize) -> &mut [u8] {
        &mut self.samples[y * self.stride + x..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_parts_of_the_planes() {
        let mut planes = PicturePlanes::new(100, 200, Chroma::Half);
        {
            let mut bands: Vec<_> = planes.bands_mut([64, 192].into_iter()).collect();
            assert_eq!(bands[1].top, 64);
            bands[1].planes[0].at_mut(3, 0)[0] = 7;
            bands[1].planes[2].at_mut(5, 1)[0] = 9;
        }
        assert_eq!(planes.planes[0].row(3, 64, 1), [7]);
        assert_eq!(planes.planes[2].row(5, 33, 1), [9]);
    }
}
