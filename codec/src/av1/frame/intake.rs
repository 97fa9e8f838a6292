//! Taking over pictures: colours into planes, and what changed since the picture before. Not in the
//! specification.
//!
//! It holds two pictures, what is to be shown now and before, so that what did not change need not be copied.
//! Damaged superblocks side by side are converted and compared in stripes a cell high, while their samples
//! are at hand; rows of superblocks in parallel.

use std::sync::OnceLock;

use yuv::YuvError;

use super::source::convert;
use super::workers::WorkerThreads;
use crate::av1::choose::cells::{CELL, Cells, STRIPE, note_equal_in_stripe, visible_cells};
use crate::av1::reconstruct::planes::{PictureBand, PicturePlanes};
use crate::av1::types::{Chroma, SUPERBLOCK};
use crate::{Damage, Frame, Rect};

/// Damaged superblocks from which on threads share them: waking one takes as long as a few of them.
const PARALLEL_FROM: usize = 24;

/// What is to be shown, and what was to be shown before.
pub(crate) struct PictureIntake {
    pictures: [PicturePlanes; 2],
    /// Which of them is the newest.
    now: usize,
    /// Superblocks in which the older picture differs from the newest.
    stale: Vec<bool>,
    /// Superblocks that the last picture changed.
    changed: Vec<bool>,
    /// By superblock, the cells that the last picture left as they were.
    equal: Vec<Cells>,
}

impl PictureIntake {
    /// For pictures of a size, in samples; nothing was shown yet.
    pub(crate) fn new(width: usize, height: usize, chroma: Chroma) -> Self {
        let superblocks = width.div_ceil(SUPERBLOCK) * height.div_ceil(SUPERBLOCK);
        Self {
            pictures: [(); 2].map(|()| PicturePlanes::new(width, height, chroma)),
            now: 0,
            stale: vec![false; superblocks],
            changed: vec![false; superblocks],
            equal: vec![Cells::MAX; superblocks],
        }
    }

    /// What is to be shown.
    pub(crate) fn now(&self) -> &PicturePlanes {
        &self.pictures[self.now]
    }

    /// What was to be shown before; only where something changed it is sure to be that.
    pub(crate) fn before(&self) -> &PicturePlanes {
        &self.pictures[1 - self.now]
    }

    /// The superblocks that the last picture changed, row by row.
    pub(crate) fn changed(&self) -> &[bool] {
        &self.changed
    }

    /// By superblock, the cells that the last picture left as they were.
    pub(crate) fn equal(&self) -> &[Cells] {
        &self.equal
    }

    /// Takes over what changed of a picture; whether anything did. With `anew`, whatever is damaged counts as
    /// changed.
    ///
    /// # Errors
    /// Where the colours can't be converted.
    pub(crate) fn update(
        &mut self,
        picture: &Frame,
        damage: &Damage,
        anew: bool,
        workers: &WorkerThreads,
    ) -> Result<bool, YuvError> {
        let [first, second] = &mut self.pictures;
        let (newest, older) = if self.now == 0 { (&*first, second) } else { (&*second, first) };
        let columns = newest.width.div_ceil(SUPERBLOCK);
        let step = IntakeJob { picture, newest, anew };
        let rows = older
            .superblock_rows_mut()
            .zip(damage.flags().chunks(columns))
            .zip(self.stale.chunks_mut(columns))
            .zip(self.changed.chunks_mut(columns))
            .zip(self.equal.chunks_mut(columns))
            .map(|((((band, damaged), stale), changed), equal)| IntakeRow {
                band,
                damaged,
                stale,
                changed,
                equal,
            });
        let failed = OnceLock::new();
        workers.share_if(damage.count() >= PARALLEL_FROM, rows, |row| {
            if let Err(error) = step.take_over(row) {
                // Which row failed first makes no difference.
                let _ = failed.set(error);
            }
        });
        if let Some(error) = failed.into_inner() {
            return Err(error);
        }
        let any = self.changed.contains(&true);
        if any {
            self.now = 1 - self.now;
        }
        Ok(any)
    }
}

/// What is common to all rows of superblocks of a picture that is taken over.
struct IntakeJob<'a> {
    picture: &'a Frame,
    newest: &'a PicturePlanes,
    anew: bool,
}

/// A row of superblocks: their samples in the older picture, and what is known of each superblock.
struct IntakeRow<'a> {
    band: PictureBand<'a>,
    damaged: &'a [bool],
    stale: &'a mut [bool],
    changed: &'a mut [bool],
    equal: &'a mut [Cells],
}

impl IntakeJob<'_> {
    fn take_over(&self, mut row: IntakeRow<'_>) -> Result<(), YuvError> {
        let y = row.band.top;
        for column in 0..row.damaged.len() {
            let x = column * SUPERBLOCK;
            row.changed[column] = false;
            row.equal[column] = Cells::MAX;
            let stale = std::mem::take(&mut row.stale[column]);
            if stale && !row.damaged[column] {
                row.band.copy_superblock(self.newest, x, 0);
            }
        }
        let mut column = 0;
        while column < row.damaged.len() {
            let damaged = row.damaged[column..].iter().take(STRIPE).take_while(|damaged| **damaged).count();
            if damaged > 0 {
                self.convert_and_compare(&mut row, column, damaged)?;
            }
            column += damaged.max(1);
        }
        for (column, damaged) in row.damaged.iter().enumerate().filter(|(_, damaged)| **damaged) {
            let visible = visible_cells(self.newest, column * SUPERBLOCK, y);
            row.changed[column] = *damaged && (self.anew || row.equal[column] & visible != visible);
            row.stale[column] = row.changed[column];
        }
        Ok(())
    }

    /// Takes over some superblocks side by side.
    fn convert_and_compare(
        &self,
        row: &mut IntakeRow<'_>,
        column: usize,
        count: usize,
    ) -> Result<(), YuvError> {
        let (x, y) = (column * SUPERBLOCK, row.band.top);
        let (left, above) = (self.newest.width - x, self.newest.height - y);
        let rows = SUPERBLOCK / CELL;
        for stripe in 0..rows {
            let top = stripe * CELL;
            if top < above {
                let (width, height) = (left.min(count * SUPERBLOCK), (above - top).min(CELL));
                let rect = Rect::new(x as u16, (y + top) as u16, width as u16, height as u16)
                    .expect("a superblock reaches into the picture");
                convert(&mut row.band, self.picture, rect)?;
            }
            let (now, before) = (row.band.superblock(x, 0), self.newest.superblock(x, y));
            note_equal_in_stripe(now, before, stripe, &mut row.equal[column..column + count]);
        }
        Ok(())
    }
}
