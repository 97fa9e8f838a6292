//! Why what the helper does with mouse and keyboard does not arrive: one function over what is known.
//!
//! It says so only while somebody tries: a notice that is always there is read by nobody.

use std::time::{Duration, Instant};

use crate::state::{SessionFacts, SessionWay};
use beistand_node::{HandsStand, Permission, UnsentCause};

/// How long after somebody has tried it is said why nothing came of it: a line is read in three seconds.
const SAID: Duration = Duration::from_secs(5);

/// How the user's mouse and keyboard take what the helper does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HandsSight {
    /// As the user's program said last.
    stand: Option<HandsStand>,
    /// When something last had no effect there.
    dropped_at: Option<Instant>,
    /// Why, as the hands stood then.
    dropped_by: Option<HandsObstacle>,
    /// When something last did not get there.
    interrupted_at: Option<Instant>,
}

/// What the helper tried without being allowed to, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TriedHand {
    /// What it takes.
    pub permission: Permission,
    /// When.
    pub at: Instant,
}

/// Why nothing arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandsObstacle {
    /// The user has paused.
    Paused,
    /// There is no connection.
    Lost,
    /// The user has not allowed it.
    NotGranted(Permission),
    /// A question is on the user's screen.
    Question,
    /// The user's own hand is at work.
    UsersHand,
    /// The connection is too slow.
    Behind,
}

/// What the helper is about to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskDraft {
    /// What.
    pub permission: Permission,
    /// Why, as far as it is written.
    pub reason: String,
}

impl HandsSight {
    /// The user's program says how they stand.
    pub fn stand(&mut self, stand: HandsStand, now: Instant) {
        // What had no effect before anything was known is nobody's news.
        if let Some(before) = self.stand.filter(|before| before.dropped != stand.dropped) {
            self.dropped_at = Some(now);
            self.dropped_by = stand_obstacle(stand).or_else(|| stand_obstacle(before));
        }
        self.stand = Some(stand);
    }

    /// Something was not sent, or had no effect, for this reason.
    pub fn not_sent(&mut self, why: UnsentCause, now: Instant) {
        match why {
            UnsentCause::KeptOut => {
                self.dropped_at = Some(now);
                self.dropped_by = self.stand.and_then(stand_obstacle);
            }
            UnsentCause::Interrupted => self.interrupted_at = Some(now),
            UnsentCause::Stopped | UnsentCause::Refused | UnsentCause::Busy => {}
        }
    }

    /// When something last came to nothing.
    fn latest(&self) -> Option<Instant> {
        self.dropped_at.max(self.interrupted_at)
    }
}

/// Why hands that stand so take nothing.
fn stand_obstacle(stand: HandsStand) -> Option<HandsObstacle> {
    match stand {
        HandsStand { open: false, .. } => Some(HandsObstacle::Question),
        HandsStand { users_hand: true, .. } => Some(HandsObstacle::UsersHand),
        HandsStand { .. } => None,
    }
}

/// Why what the helper does at the moment comes to nothing.
pub fn hands_obstacle(
    facts: &SessionFacts,
    hands: &HandsSight,
    tried: Option<TriedHand>,
    now: Instant,
) -> Option<HandsObstacle> {
    let is_fresh = |at: Instant| now.saturating_duration_since(at) < SAID;
    let tried = tried.filter(|tried| is_fresh(tried.at));
    if tried.is_none() && !hands.latest().is_some_and(is_fresh) {
        return None;
    }
    if facts.paused() {
        return Some(HandsObstacle::Paused);
    }
    if facts.way == SessionWay::Lost {
        return Some(HandsObstacle::Lost);
    }
    if let Some(TriedHand { permission, .. }) = tried
        && !facts.granted.contains(permission)
    {
        return Some(HandsObstacle::NotGranted(permission));
    }
    if hands.dropped_at.is_some_and(is_fresh) {
        // What is over by now was the reason all the same.
        let why = hands.stand.and_then(stand_obstacle).or(hands.dropped_by);
        return Some(why.unwrap_or(HandsObstacle::Behind));
    }
    hands.interrupted_at.is_some_and(is_fresh).then_some(HandsObstacle::Behind)
}

/// How long it is still said, where it is.
pub fn said_for(hands: &HandsSight, tried: Option<TriedHand>, now: Instant) -> Duration {
    let latest = hands.latest().max(tried.map(|tried| tried.at));
    latest.map_or(Duration::ZERO, |at| (at + SAID).saturating_duration_since(now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::SessionFlow;
    use beistand_node::PermissionSet;

    const VIEW: PermissionSet = PermissionSet::NONE.with(Permission::View);

    fn facts(granted: PermissionSet) -> SessionFacts {
        SessionFacts { granted, ..SessionFacts::default() }
    }

    fn stand(open: bool, users_hand: bool, dropped: u32) -> HandsStand {
        HandsStand { open, users_hand, dropped }
    }

    #[test]
    fn each_reason_is_named_while_somebody_tries_and_the_strongest_first() {
        let now = Instant::now();
        let tried = |permission| Some(TriedHand { permission, at: now });
        let says = |facts: &SessionFacts, hands: &HandsSight, tried| hands_obstacle(facts, hands, tried, now);
        let mut hands = HandsSight::default();
        let all = facts(PermissionSet::DESKTOP);
        assert_eq!(says(&all, &hands, None), None);
        assert_eq!(
            says(&facts(VIEW), &hands, tried(Permission::Keyboard)),
            Some(HandsObstacle::NotGranted(Permission::Keyboard))
        );
        assert_eq!(says(&all, &hands, tried(Permission::Keyboard)), None, "it has been granted meanwhile");
        let paused = SessionFacts { flow: SessionFlow::Paused, ..facts(VIEW) };
        assert_eq!(says(&paused, &hands, tried(Permission::Pointer)), Some(HandsObstacle::Paused));
        let lost = SessionFacts { way: SessionWay::Lost, ..facts(VIEW) };
        assert_eq!(says(&lost, &hands, tried(Permission::Pointer)), Some(HandsObstacle::Lost));
        hands.stand(stand(false, false, 4), now);
        assert_eq!(says(&all, &hands, None), None, "nobody has tried since");
        hands.stand(stand(false, false, 5), now);
        assert_eq!(says(&all, &hands, None), Some(HandsObstacle::Question));
        hands.stand(stand(true, true, 6), now);
        assert_eq!(says(&all, &hands, None), Some(HandsObstacle::UsersHand));
        hands.stand(stand(true, false, 6), now);
        assert_eq!(says(&all, &hands, None), Some(HandsObstacle::UsersHand), "the reason was theirs");
        let mut slow = HandsSight::default();
        slow.not_sent(UnsentCause::Interrupted, now);
        assert_eq!(says(&all, &slow, None), Some(HandsObstacle::Behind));
        slow.not_sent(UnsentCause::KeptOut, now);
        assert_eq!(says(&all, &slow, None), Some(HandsObstacle::Behind));
    }

    #[test]
    fn it_is_said_for_a_while_and_no_longer() {
        let now = Instant::now();
        let tried = Some(TriedHand { permission: Permission::Pointer, at: now });
        let hands = HandsSight::default();
        assert_eq!(said_for(&hands, tried, now), SAID);
        assert!(hands_obstacle(&facts(VIEW), &hands, tried, now + SAID / 2).is_some());
        assert_eq!(hands_obstacle(&facts(VIEW), &hands, tried, now + SAID), None);
        assert_eq!(said_for(&hands, tried, now + SAID), Duration::ZERO);
    }
}
