//! Since when nothing of the technician's has reached the desktop: where no hand is told from a program, what
//! the user widens counts only then.
//!
//! It keeps no input out, which is the side of control's; it knows when that does.

use std::time::{Duration, Instant};

use beistand_session::{Permission, PermissionSet};

use crate::features::asked::{OpenQuestions, QuestionWatch};
use crate::features::{GrantDialog, Standing};
use crate::handle::NodeCommand;

/// How long nothing must have been injected: what the desktop was given before has arrived by then. It is
/// less than the window's own time before a click counts.
const SETTLED: Duration = Duration::from_secs(1);

/// What injects.
const INPUT: PermissionSet = PermissionSet::NONE.with(Permission::Pointer).with(Permission::Keyboard);

/// How quiet it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quietness {
    /// Nothing was ever injected.
    Always,
    Since(Instant),
    /// Something may be injected now.
    Loud,
}

/// Watches over it for one session.
pub(super) struct QuietTime {
    /// Whether the desktop tells a hand from a program, so that none of this matters.
    tells: bool,
    questions: QuestionWatch,
    quietness: Quietness,
    /// When it will be over without any other news.
    fades_at: Option<Instant>,
}

impl QuietTime {
    pub(super) fn new(tells: bool, questions: &OpenQuestions) -> Self {
        Self { tells, questions: questions.watch(), quietness: Quietness::Always, fades_at: None }
    }

    /// How it stands now. To be told before and after each change.
    pub(super) fn look(&mut self, standing: &Standing, now: Instant) {
        if self.fades_at.take().is_some_and(|at| at <= now) {
            self.quietness = Quietness::Loud;
        }
        let lasts = standing.allowed().intersection(INPUT).is_empty()
            || standing.dialog == GrantDialog::Open
            || self.questions.any();
        let fades_at = standing.dialog.over_at().filter(|at| !lasts && *at > now);
        self.fades_at = fades_at;
        if !lasts && fades_at.is_none() {
            self.quietness = Quietness::Loud;
        } else if self.quietness == Quietness::Loud {
            self.quietness = Quietness::Since(now);
        }
    }

    /// Whether the command is the user's own, or can do no harm.
    pub(super) fn lets(&self, command: &NodeCommand, now: Instant) -> bool {
        let widens = match command {
            NodeCommand::Feature(command) => command.widening().is_some(),
            NodeCommand::Grant(_) => true,
            // In a pause nothing is injected.
            NodeCommand::Resume
            | NodeCommand::Allow { .. }
            | NodeCommand::Vouch { .. }
            | NodeCommand::NewInvite
            | NodeCommand::Deny { .. }
            | NodeCommand::Revoke(_)
            | NodeCommand::GrantDialog { .. }
            | NodeCommand::Pause
            | NodeCommand::Finish
            | NodeCommand::End => false,
        };
        let settled = match self.quietness {
            Quietness::Always => true,
            Quietness::Since(at) => now.saturating_duration_since(at) >= SETTLED,
            Quietness::Loud => false,
        };
        self.tells || !widens || settled
    }

    /// Waits until the user may be asked something, or no longer. Cancel safe.
    pub(super) async fn changed(&mut self) {
        self.questions.changed().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::asked::AskedUser;

    /// Everything is allowed, and no dialog was open for long.
    fn standing(now: Instant) -> Standing {
        let at = now.checked_sub(Duration::from_secs(60)).expect("it runs");
        Standing { granted: Some(PermissionSet::DESKTOP), ..Standing::new(at) }
    }

    const GRANT: NodeCommand = NodeCommand::Grant(Permission::Reconnect);

    #[test]
    fn what_widens_counts_only_after_a_while_in_which_nothing_is_injected() {
        let now = Instant::now();
        let later = now + SETTLED;
        type Change = fn(&mut Standing, &OpenQuestions);
        let quiet: [Change; 4] = [
            |standing, _| standing.held = true,
            |standing, _| standing.dialog = GrantDialog::Open,
            |standing, _| standing.withheld = INPUT,
            |_, questions| questions.note("one", AskedUser::Opens(1)),
        ];
        for change in quiet {
            let questions = OpenQuestions::default();
            let mut time = QuietTime::new(false, &questions);
            let mut standing = standing(now);
            time.look(&standing, now);
            assert!(!time.lets(&GRANT, now));
            assert!(
                time.lets(&NodeCommand::Revoke(Permission::View), now) && time.lets(&NodeCommand::Pause, now)
            );
            change(&mut standing, &questions);
            time.look(&standing, now);
            assert!(!time.lets(&GRANT, now), "what was injected may be on its way");
            time.look(&standing, later);
            assert!(time.lets(&GRANT, later));
        }
    }

    #[test]
    fn a_dialog_that_was_closed_keeps_input_out_for_a_while_and_no_longer() {
        let now = Instant::now();
        let mut time = QuietTime::new(false, &OpenQuestions::default());
        let mut standing = standing(now);
        time.look(&standing, now);
        standing.dialog = GrantDialog::Open;
        time.look(&standing, now);
        let closed = now + SETTLED;
        standing.dialog = GrantDialog::ClosedAt(closed);
        time.look(&standing, closed);
        assert!(time.lets(&GRANT, closed), "the word comes behind its dialog's end");
        let over = closed + Duration::from_secs(60);
        time.look(&standing, over);
        assert!(!time.lets(&GRANT, over));
        // Nobody has looked in between.
        standing.dialog = GrantDialog::ClosedAt(over);
        time.look(&standing, over);
        standing.dialog = GrantDialog::Open;
        let again = over + Duration::from_secs(60);
        time.look(&standing, again);
        assert!(!time.lets(&GRANT, again), "it has not been quiet all the time");
    }

    #[test]
    fn where_hands_are_told_or_nothing_was_ever_injected_it_counts_at_once() {
        let now = Instant::now();
        let mut tells = QuietTime::new(true, &OpenQuestions::default());
        tells.look(&standing(now), now);
        assert!(tells.lets(&GRANT, now));
        let mut watched = QuietTime::new(false, &OpenQuestions::default());
        let view = PermissionSet::NONE.with(Permission::View);
        watched.look(&Standing { granted: Some(view), ..standing(now) }, now);
        assert!(watched.lets(&GRANT, now));
    }
}
