//! Judges from many looks whether the user can see the indicator. Reads no clock: the looks come at a steady
//! pace.

use beistand_platform::IndicatorSight;

/// What a look that finds it hidden counts; one that finds it in sight takes 1 back. So whoever covers it for
/// more than a third of the time is noticed in the end.
const HIDDEN_COUNTS: u8 = 2;

/// At how much it is hidden: four looks in a row, that is after one second, so that a menu that pops up over
/// it pauses nothing; it is put back within a tenth of that.
const HIDDEN_AT: u8 = 8;

/// What is to be done after a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SightVerdict {
    /// Nothing.
    InSight,
    /// It is to be put back.
    PutBack,
    /// It is to be put back, and the session must not go on meanwhile.
    Hidden,
}

/// What the looks came to so far.
#[derive(Debug, Default)]
pub(super) struct SightJudge {
    count: u8,
}

impl SightJudge {
    pub(super) fn judge(&mut self, sight: IndicatorSight) -> SightVerdict {
        match sight {
            IndicatorSight::Seen => {
                self.count = self.count.saturating_sub(1);
                return SightVerdict::InSight;
            }
            IndicatorSight::Hidden(_) => self.count = (self.count + HIDDEN_COUNTS).min(HIDDEN_AT),
        }
        if self.count >= HIDDEN_AT { SightVerdict::Hidden } else { SightVerdict::PutBack }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beistand_platform::IndicatorFlaw;

    const SEEN: IndicatorSight = IndicatorSight::Seen;
    const HIDDEN: IndicatorSight = IndicatorSight::Hidden(IndicatorFlaw::Covered);

    fn after(looks: impl IntoIterator<Item = IndicatorSight>) -> Option<usize> {
        let mut judge = SightJudge::default();
        looks.into_iter().position(|sight| judge.judge(sight) == SightVerdict::Hidden)
    }

    #[test]
    fn a_covered_bar_is_hidden_at_the_fourth_look() {
        assert_eq!(after([HIDDEN; 8]), Some(3));
        assert_eq!(after([SEEN; 100].into_iter().chain([HIDDEN; 8])), Some(103));
    }

    #[test]
    fn a_fight_for_the_top_is_lost_when_it_is_won_too_rarely() {
        // Seen at every second look.
        assert!(after([HIDDEN, SEEN].into_iter().cycle().take(32)).is_some_and(|looks| looks <= 12));
        // A menu now and then.
        assert_eq!(after([HIDDEN, SEEN, SEEN].into_iter().cycle().take(300)), None);
    }

    #[test]
    fn what_is_seen_again_goes_on_at_once_but_not_for_long_where_it_is_covered_again() {
        let mut judge = SightJudge::default();
        for _ in 0..100 {
            judge.judge(HIDDEN);
        }
        assert_eq!(judge.judge(SEEN), SightVerdict::InSight);
        assert_eq!(judge.judge(HIDDEN), SightVerdict::Hidden);
    }
}
