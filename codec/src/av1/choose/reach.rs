//! Which vectors one frame may use together: each must be coded as a difference to any other. A search aid,
//! not in the specification, which only ends a vector's difference to its prediction at 2048 samples (section
//! 5.11.32).

use super::hash::Displacement;

/// The largest difference between two vectors of a frame, in samples.
const SPAN: i16 = 2047;

/// The vectors that a frame uses; no motion is always among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct VectorReach {
    /// The lowest distance in both directions; the highest is [`SPAN`] above it.
    lowest: Displacement,
}

impl VectorReach {
    /// As far in all directions as the most important vector of a frame allows.
    pub(crate) fn of(vectors: &[Displacement]) -> Self {
        let (dx, dy) = vectors.first().copied().unwrap_or_default();
        let lowest = |distance: i16| (-SPAN / 2).min(distance).max(distance - SPAN);
        Self { lowest: (lowest(dx), lowest(dy)) }
    }

    /// Whether a vector is one of them.
    pub(crate) fn contains(self, (dx, dy): Displacement) -> bool {
        let within = |distance: i16, lowest: i16| (0..=SPAN).contains(&(distance.saturating_sub(lowest)));
        within(dx, self.lowest.0) && within(dy, self.lowest.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_two_vectors_are_too_far_apart(
            first in (-2047..=2047i16, -2047..=2047i16),
            others in prop::collection::vec((-2047..=2047i16, -2047..=2047i16), 2),
        ) {
            let reach = VectorReach::of(&[first]);
            prop_assert!(reach.contains(first) && reach.contains((0, 0)));
            let [one, other] = others[..] else { unreachable!("two vectors") };
            if reach.contains(one) && reach.contains(other) {
                prop_assert!((one.0 - other.0).abs() <= SPAN && (one.1 - other.1).abs() <= SPAN);
            }
        }
    }

    #[test]
    fn what_moves_a_thousand_samples_is_always_within_reach() {
        let reach = VectorReach::of(&[]);
        assert!([(1023, -1023), (-1023, 1023)].iter().all(|by| reach.contains(*by)));
    }
}
