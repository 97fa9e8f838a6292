//! Pictures in planes: what is to be coded, and what the decoder will show (the specification's `CurrFrame`).
//!
//! Planes are padded to whole superblocks, so that blocks that reach over the picture's edge need no other code.

use std::ops::Range;

use super::types::{Chroma, SUPERBLOCK};

/// One plane of 8 bit samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plane {
    stride: usize,
    samples: Vec<u8>,
}

impl Plane {
    fn new(width: usize, height: usize) -> Self {
        Self { stride: width, samples: vec![0; width * height] }
    }

    /// Samples from one row to the next.
    pub(crate) fn stride(&self) -> usize {
        self.stride
    }

    /// Rows, padding included.
    pub(crate) fn rows(&self) -> usize {
        self.samples.len() / self.stride
    }

    /// All samples, row after row.
    pub(crate) fn samples(&self) -> &[u8] {
        &self.samples
    }

    /// All samples, to be written.
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

    /// Copies a rectangle from another plane of the same size.
    pub(crate) fn copy_from(&mut self, other: &Self, columns: Range<usize>, rows: Range<usize>) {
        for y in rows {
            let range = y * self.stride + columns.start..y * self.stride + columns.end;
            self.samples[range.clone()].copy_from_slice(&other.samples[range]);
        }
    }
}

/// The three planes of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planes {
    /// Luma samples of the picture itself.
    pub(crate) width: usize,
    /// Luma samples of the picture itself.
    pub(crate) height: usize,
    pub(crate) chroma: Chroma,
    pub(crate) planes: [Plane; 3],
}

impl Planes {
    /// A picture of zeros.
    pub(crate) fn new(width: usize, height: usize, chroma: Chroma) -> Self {
        let padded = (width.next_multiple_of(SUPERBLOCK), height.next_multiple_of(SUPERBLOCK));
        let shift = chroma.shift();
        let luma = Plane::new(padded.0, padded.1);
        let half = Plane::new(padded.0 >> shift, padded.1 >> shift);
        Self { width, height, chroma, planes: [luma, half.clone(), half] }
    }

    /// How far a plane's coordinates are shifted against luma's.
    pub(crate) fn shift(&self, plane: usize) -> usize {
        if plane == 0 { 0 } else { self.chroma.shift() }
    }

    /// Copies the superblock at a luma position from another picture of the same size.
    pub(crate) fn copy_superblock(&mut self, other: &Self, x: usize, y: usize) {
        for (index, (plane, other)) in self.planes.iter_mut().zip(&other.planes).enumerate() {
            let shift = if index == 0 { 0 } else { self.chroma.shift() };
            let (x, y, side) = (x >> shift, y >> shift, SUPERBLOCK >> shift);
            plane.copy_from(other, x..x + side, y..y + side);
        }
    }

    /// The planes cut into bands of rows, given in luma rows of whole superblocks.
    pub(crate) fn bands_mut(&mut self, heights: &[usize]) -> Vec<Band<'_>> {
        let shifts = [0, self.chroma.shift(), self.chroma.shift()];
        let mut rest = self.planes.each_mut().map(|plane| (plane.stride, plane.samples.as_mut_slice()));
        let mut top = 0;
        heights
            .iter()
            .map(|height| {
                let mut index = 0;
                let planes = rest.each_mut().map(|(stride, samples)| {
                    let rows = height >> shifts[index];
                    index += 1;
                    let (band, below) = std::mem::take(samples).split_at_mut(rows * *stride);
                    *samples = below;
                    BandPlane { stride: *stride, samples: band }
                });
                let band = Band { top, planes };
                top += height;
                band
            })
            .collect()
    }
}

/// A band of a picture's rows, as one thread writes it.
#[derive(Debug)]
pub(crate) struct Band<'a> {
    /// The band's first luma row.
    pub(crate) top: usize,
    pub(crate) planes: [BandPlane<'a>; 3],
}

impl Band<'_> {
    /// The band from a luma column on, which becomes the first.
    pub(crate) fn from_column(&mut self, left: usize, chroma: Chroma) -> Band<'_> {
        let mut shifts = [0, chroma.shift(), chroma.shift()].into_iter();
        let planes = self.planes.each_mut().map(|plane| {
            let shift = shifts.next().expect("a shift a plane");
            BandPlane { stride: plane.stride, samples: &mut plane.samples[left >> shift..] }
        });
        Band { top: self.top, planes }
    }
}

/// A plane's part of a band; coordinates are the band's own.
#[derive(Debug)]
pub(crate) struct BandPlane<'a> {
    pub(crate) stride: usize,
    pub(crate) samples: &'a mut [u8],
}

impl BandPlane<'_> {
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
        let mut planes = Planes::new(100, 200, Chroma::Half);
        {
            let mut bands = planes.bands_mut(&[64, 192]);
            assert_eq!(bands[1].top, 64);
            bands[1].planes[0].at_mut(3, 0)[0] = 7;
            bands[1].planes[2].at_mut(5, 1)[0] = 9;
        }
        assert_eq!(planes.planes[0].row(3, 64, 1), [7]);
        assert_eq!(planes.planes[2].row(5, 33, 1), [9]);
    }
}
