//! How superblocks are shown, as far as it decides what is refined first.

/// How what is shown of a superblock compares with what is to be shown, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SuperblockSharpness {
    Exact,
    /// Nobody sees a difference: over 41 dB, or as well as sharpening makes it.
    Close,
    /// The same, with text that is not exact.
    CloseText,
    /// Hardly anybody sees it while something moves: over 36 dB.
    Fair,
    /// Worse than that: no text, as far as is known.
    Coarse,
    /// Worse than that, with text.
    CoarseText,
}

/// The mean squared error up to which something is [`SuperblockSharpness::Close`]: 41 dB.
const CLOSE_ERROR: f32 = 5.2;

/// The same of [`SuperblockSharpness::Fair`]: 36 dB.
const FAIR_ERROR: f32 = 16.4;

impl SuperblockSharpness {
    /// Of a superblock that is not exact: off by a mean squared error, with text in it that is not exact or
    /// without.
    pub(crate) fn of_error(error: f32, text: bool) -> Self {
        match (error, text) {
            (..=CLOSE_ERROR, false) => Self::Close,
            (..=CLOSE_ERROR, true) => Self::CloseText,
            (_, true) => Self::CoarseText,
            (..=FAIR_ERROR, false) => Self::Fair,
            (_, false) => Self::Coarse,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_the_error_the_worse() {
        use SuperblockSharpness::{Close, CloseText, Coarse, CoarseText, Fair};
        let of = |text| [1.0, 10.0, 100.0].map(|error| SuperblockSharpness::of_error(error, text));
        assert_eq!(of(false), [Close, Fair, Coarse]);
        assert_eq!(of(true), [CloseText, CoarseText, CoarseText]);
    }
}
