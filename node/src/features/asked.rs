//! Which questions of features wait for the user, and which deeds wait for what the system asks them in turn:
//! what they read then is not to be drawn over.
//!
//! It asks nothing, and knows no feature but by its name.

use tokio::sync::watch;

use super::{HostWorld, TechnicianWorld};

/// Questions that are known at a time: each feature has a few at most, and of more the oldest are forgotten.
const MAX_OPEN: usize = 64;

/// What an event of a feature means for whoever reads a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AskedUser {
    /// The user is asked, and this is the question's number.
    Opens(u32),
    /// That question is over, and so is what it led to as far as the system asks anything.
    Closes(u32),
    /// All of the feature's are.
    ClosesAll,
}

/// A side of a session that has questions, or none.
pub(crate) trait AskingWorld {
    /// Where it is noted that the user is asked something.
    fn questions(&self) -> OpenQuestions;
}

impl AskingWorld for HostWorld {
    fn questions(&self) -> OpenQuestions {
        self.questions.clone()
    }
}

impl AskingWorld for TechnicianWorld {
    // Whoever helps is asked nothing that could be drawn over.
    fn questions(&self) -> OpenQuestions {
        OpenQuestions::default()
    }
}

/// The questions that wait. Clones are one list.
#[derive(Debug, Clone, Default)]
pub(crate) struct OpenQuestions(watch::Sender<Vec<(&'static str, u32)>>);

/// Whoever wants to know whether the user is asked anything.
#[derive(Debug)]
pub(crate) struct QuestionWatch(watch::Receiver<Vec<(&'static str, u32)>>);

impl OpenQuestions {
    /// An event of this feature means this.
    pub(crate) fn note(&self, feature: &'static str, what: AskedUser) {
        self.0.send_if_modified(|open| {
            let before = open.len();
            match what {
                AskedUser::Opens(number) if open.contains(&(feature, number)) => return false,
                AskedUser::Opens(number) => {
                    open.push((feature, number));
                    if open.len() > MAX_OPEN {
                        open.remove(0);
                    }
                    return true;
                }
                AskedUser::Closes(number) => open.retain(|one| *one != (feature, number)),
                AskedUser::ClosesAll => open.retain(|(of, _)| *of != feature),
            }
            open.len() != before
        });
    }

    /// From now on.
    pub(crate) fn watch(&self) -> QuestionWatch {
        QuestionWatch(self.0.subscribe())
    }
}

impl QuestionWatch {
    /// Whether the user is asked anything.
    pub(crate) fn any(&self) -> bool {
        !self.0.borrow().is_empty()
    }

    /// Waits until that may have changed. Cancel safe.
    pub(crate) async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_is_asked_until_the_last_question_is_over() {
        let questions = OpenQuestions::default();
        let watch = questions.watch();
        for (feature, what, asked) in [
            ("one", AskedUser::Closes(1), false),
            ("one", AskedUser::Opens(1), true),
            ("one", AskedUser::Opens(1), true),
            ("other", AskedUser::Opens(1), true),
            ("one", AskedUser::Closes(1), true),
            ("other", AskedUser::Opens(2), true),
            ("one", AskedUser::ClosesAll, true),
            ("other", AskedUser::ClosesAll, false),
        ] {
            questions.note(feature, what);
            assert_eq!(watch.any(), asked, "{feature} {what:?}");
        }
    }

    #[test]
    fn only_so_many_are_kept() {
        let questions = OpenQuestions::default();
        (0..1_000).for_each(|number| questions.note("one", AskedUser::Opens(number)));
        assert_eq!(questions.0.borrow().len(), MAX_OPEN);
        questions.note("one", AskedUser::ClosesAll);
        assert!(!questions.watch().any());
    }
}
