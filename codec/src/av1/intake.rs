//! Taking over pictures: colours into planes, and what changed since the picture before. Not in the specification.
//!
//! It holds two pictures, what is to be shown now and before, so that what did not change need not be copied. All is
//! done superblock by superblock while its samples are at hand, rows of them in parallel.

use yuv::YuvError;

use super::cells::{Cells, equal_cells, visible_cells};
use super::planes::{Band, Planes};
use super::source::convert_superblock;
use super::types::{Chroma, SUPERBLOCK};
use crate::{Damage, Frame, Rect};

/// Damaged superblocks from which on threads share them: waking one takes as long as a few of them.
const PARALLEL_FROM: usize = 24;

/// What is to be shown, and what was to be shown before.
pub(crate) struct Intake {
    pictures: [Planes; 2],
    /// Which of them is the newest.
    now: usize,
    /// Superblocks in which the older picture differs from the newest.
    stale: Vec<bool>,
    /// Superblocks that the last picture changed.
    changed: Vec<bool>,
    /// By superblock, the cells that the last picture left as they were.
    equal: Vec<Cells>,
}

impl Intake {
    /// For pictures of a size, in samples; nothing was shown yet.
    pub(crate) fn new(width: usize, height: usize, chroma: Chroma) -> Self {
        let superblocks = width.div_ceil(SUPERBLOCK) * height.div_ceil(SUPERBLOCK);
        let planes = Planes::new(width, height, chroma);
        Self {
            pictures: [planes.clone(), planes],
            now: 0,
            stale: vec![false; superblocks],
            changed: vec![false; superblocks],
            equal: vec![Cells::MAX; superblocks],
        }
    }

    /// What is to be shown.
    pub(crate) fn now(&self) -> &Planes {
        &self.pictures[self.now]
    }

    /// What was to be shown before; only where something changed it is sure to be that.
    pub(crate) fn before(&self) -> &Planes {
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

    /// Takes over what changed of a picture; whether anything did. With `anew`, whatever is damaged counts as changed.
    ///
    /// # Errors
    /// Where the colours can't be converted.
    pub(crate) fn update(&mut self, picture: &Frame, damage: &Damage, anew: bool) -> Result<bool, YuvError> {
        let [first, second] = &mut self.pictures;
        let (newest, older) = if self.now == 0 { (&*first, second) } else { (&*second, first) };
        let step = Step {
            picture,
            newest,
            columns: newest.width.div_ceil(SUPERBLOCK),
            anew,
            parallel: damage.count() >= PARALLEL_FROM && rayon::current_num_threads() > 1,
        };
        step.take_over(Rows {
            band: older.band_mut(),
            damaged: damage.flags(),
            stale: &mut self.stale,
            changed: &mut self.changed,
            equal: &mut self.equal,
        })?;
        let any = self.changed.contains(&true);
        if any {
            self.now = 1 - self.now;
        }
        Ok(any)
    }
}

/// What is common to all rows of superblocks of a picture that is taken over.
struct Step<'a> {
    picture: &'a Frame,
    newest: &'a Planes,
    /// Superblocks of a row.
    columns: usize,
    anew: bool,
    parallel: bool,
}

/// Rows of superblocks: their samples in the older picture, and what is known of each superblock.
struct Rows<'a> {
    band: Band<'a>,
    damaged: &'a [bool],
    stale: &'a mut [bool],
    changed: &'a mut [bool],
    equal: &'a mut [Cells],
}

impl<'a> Rows<'a> {
    fn split_at(self, rows: usize, columns: usize) -> (Self, Self) {
        let (band, band_below) = self.band.split_at(rows * SUPERBLOCK);
        let (damaged, damaged_below) = self.damaged.split_at(rows * columns);
        let (stale, stale_below) = self.stale.split_at_mut(rows * columns);
        let (changed, changed_below) = self.changed.split_at_mut(rows * columns);
        let (equal, equal_below) = self.equal.split_at_mut(rows * columns);
        let below = Self {
            band: band_below,
            damaged: damaged_below,
            stale: stale_below,
            changed: changed_below,
            equal: equal_below,
        };
        (Self { band, damaged, stale, changed, equal }, below)
    }
}

impl Step<'_> {
    fn take_over(&self, rows: Rows<'_>) -> Result<(), YuvError> {
        let count = rows.damaged.len() / self.columns;
        if count <= 1 {
            return self.take_over_row(rows);
        }
        let (upper, lower) = rows.split_at(count / 2, self.columns);
        let (upper, lower) = if self.parallel {
            rayon::join(|| self.take_over(upper), || self.take_over(lower))
        } else {
            (self.take_over(upper), self.take_over(lower))
        };
        upper.and(lower)
    }

    fn take_over_row(&self, mut rows: Rows<'_>) -> Result<(), YuvError> {
        let y = rows.band.top;
        for column in 0..self.columns {
            let x = column * SUPERBLOCK;
            rows.changed[column] = false;
            rows.equal[column] = Cells::MAX;
            let stale = std::mem::take(&mut rows.stale[column]);
            if rows.damaged[column] {
                convert_superblock(&mut rows.band, self.picture, self.rect(x, y))?;
                let equal = equal_cells(rows.band.superblock(x, 0), self.newest.superblock(x, y));
                let visible = visible_cells(self.newest, x, y);
                rows.equal[column] = equal;
                rows.changed[column] = self.anew || equal & visible != visible;
                rows.stale[column] = rows.changed[column];
            } else if stale {
                rows.band.copy_superblock(self.newest, x, 0);
            }
        }
        Ok(())
    }

    /// A superblock's part of the picture.
    fn rect(&self, x: usize, y: usize) -> Rect {
        let (width, height) = (self.newest.width - x, self.newest.height - y);
        let side = |left: usize| left.min(SUPERBLOCK) as u16;
        Rect::new(x as u16, y as u16, side(width), side(height))
            .expect("a superblock reaches into the picture")
    }
}
