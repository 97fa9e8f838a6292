//! What a compositor says of its monitors, as far as a window is concerned: their scales, and that they have
//! changed.
//!
//! It binds nothing and draws nothing.

/// A monitor's shape, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OutputShape {
    /// Pixels of a point, rounded up.
    pub(super) scale: i32,
    /// Width and height in points; `None` where nobody says.
    pub(super) points: Option<(i32, i32)>,
    /// Width and height of what it shows, in its own pixels.
    pub(super) pixels: (i32, i32),
}

impl Default for OutputShape {
    fn default() -> Self {
        Self { scale: 1, points: None, pixels: (0, 0) }
    }
}

/// The monitors by the compositor's numbers for them.
#[derive(Debug, Default)]
pub(super) struct OutputBook {
    known: Vec<KnownOutput>,
    /// Whether something has changed since that was last asked.
    changed: bool,
}

#[derive(Debug)]
struct KnownOutput {
    name: u32,
    /// As the compositor is describing it.
    coming: OutputShape,
    /// As it has described it; `None` before it has come to an end for the first time.
    shape: Option<OutputShape>,
    /// Whether it was there from the beginning.
    is_first: bool,
}

impl OutputBook {
    /// There is one of this name; `is_first`: it was there before anybody looked.
    pub(super) fn add(&mut self, name: u32, is_first: bool) {
        self.known.push(KnownOutput { name, coming: OutputShape::default(), shape: None, is_first });
    }

    /// It is gone.
    pub(super) fn remove(&mut self, name: u32) {
        let before = self.known.len();
        self.known.retain(|known| known.name != name);
        self.changed |= self.known.len() != before;
    }

    /// The compositor describes it.
    pub(super) fn describe(&mut self, name: u32, describe: impl FnOnce(&mut OutputShape)) {
        if let Some(known) = self.known.iter_mut().find(|known| known.name == name) {
            describe(&mut known.coming);
        }
    }

    /// It has been described wholly.
    pub(super) fn finish(&mut self, name: u32) {
        let Some(known) = self.known.iter_mut().find(|known| known.name == name) else { return };
        let before = known.shape.replace(known.coming);
        self.changed |= match before {
            // Of its points another object says, which comes a moment later.
            Some(before) if before.points.is_none() => before != OutputShape { points: None, ..known.coming },
            Some(before) => before != known.coming,
            None => !known.is_first,
        };
    }

    /// Pixels of a point: as the sharpest of them has it.
    pub(super) fn scale(&self) -> i32 {
        self.known.iter().filter_map(|known| known.shape).map(|shape| shape.scale).max().unwrap_or(1)
    }

    /// Whether one has come, gone or changed since that was last asked.
    pub(super) fn take_change(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_description_is_no_change_and_another_one_is() {
        let mut book = OutputBook::default();
        book.add(1, true);
        book.describe(1, |shape| shape.scale = 2);
        assert_eq!(book.scale(), 1, "it may not have been described wholly");
        book.finish(1);
        assert!(book.scale() == 2 && !book.take_change());
        book.describe(1, |shape| shape.points = Some((1280, 720)));
        book.finish(1);
        assert!(!book.take_change(), "nothing is new");
        // From 150 to 125 percent; of the scale in whole numbers nothing changes.
        book.describe(1, |shape| shape.points = Some((1536, 864)));
        book.finish(1);
        assert!(book.take_change() && !book.take_change());
    }

    #[test]
    fn a_monitor_that_comes_or_goes_is_a_change_and_takes_its_scale_with_it() {
        let mut book = OutputBook::default();
        book.add(1, true);
        book.finish(1);
        book.add(2, false);
        assert!(!book.take_change(), "of this one nothing is known yet");
        book.describe(2, |shape| shape.scale = 3);
        book.finish(2);
        assert!(book.take_change() && book.scale() == 3);
        book.remove(2);
        assert!(book.take_change() && book.scale() == 1);
        book.remove(7);
        book.describe(7, |shape| shape.scale = 4);
        book.finish(7);
        assert!(!book.take_change() && book.scale() == 1);
    }
}
