//! The question on the terminal that waits for the user's yes, and which line answers it.
//!
//! What it does: gives each question an answer of its own, a number that a yes must name. So a yes can't fall
//! on a question that came after the one that was read. It counts once there was time to read the question.
//! What more is granted in a session is such a question too, and keeps remote input out until it is answered:
//! the terminal may stand on the screen that the technician points at.
//!
//! What it does not do: it prints nothing and reads no clock.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use beistand_node::words::{Phrase, args};
use beistand_node::{FeatureCommand, NodeCommand, Permission, PermissionSet};

/// The time between a question and the first yes that counts: nobody reads it faster, and what was typed for
/// something else has ended by then.
const READING_TIME: Duration = Duration::from_millis(1500);

/// The lowest answer: all have four digits.
const FIRST_ANSWER: u64 = 1000;

/// How many answers there are.
const ANSWERS: u64 = 9000;

/// What is asked, and what may be.
#[derive(Debug)]
pub(crate) struct Questions {
    open: Option<Question>,
    /// The request that the user has said yes to last: it may be a session before this program hears of it.
    allowed: Option<u64>,
    /// Whether the user has consented to a session.
    in_session: bool,
    /// The answer of the newest question.
    newest: u64,
}

#[derive(Debug)]
struct Question {
    subject: QuestionSubject,
    answer: String,
    /// Whether the user must first say that it is them.
    unvouched: bool,
    /// When it was on the terminal; `None` while it isn't.
    printed: Option<Instant>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum QuestionSubject {
    /// The request with this id.
    Request(u64),
    /// One permission more.
    Grant(Permission),
    /// This of a feature, which lets the technician do more.
    More(FeatureCommand),
}

impl Questions {
    /// Nobody asks for anything.
    pub(crate) fn new() -> Self {
        Self { open: None, allowed: None, in_session: false, newest: FIRST_ANSWER }
    }

    /// Somebody asks for help, with this id; hands back the answer. `unvouched`: they have the name of
    /// somebody who is known with another key.
    pub(crate) fn ask_for_request(&mut self, id: u64, unvouched: bool) -> &str {
        self.allowed = None;
        self.ask_whether(QuestionSubject::Request(id), unvouched)
    }

    /// The user wants to allow one thing more; hands back the answer.
    ///
    /// # Errors
    /// Where there is nobody to allow it to.
    pub(crate) fn ask_for_grant(&mut self, permission: Permission) -> Result<&str, Phrase> {
        if !self.in_session {
            return Err(Phrase::new("terminal-nobody-helps"));
        }
        Ok(self.ask(QuestionSubject::Grant(permission)))
    }

    /// The user wants a feature to let the technician do more; hands back the answer. Before they have
    /// consented nothing is allowed yet, so that their yes is the question.
    pub(crate) fn ask_for_more(&mut self, command: &FeatureCommand) -> Option<&str> {
        let consented = self.in_session || self.allowed.is_some();
        consented.then(|| self.ask(QuestionSubject::More(command.clone())))
    }

    fn ask(&mut self, subject: QuestionSubject) -> &str {
        self.ask_whether(subject, false)
    }

    fn ask_whether(&mut self, subject: QuestionSubject, unvouched: bool) -> &str {
        // It is no secret, but a line from before the question shall not hit it: never the one before, and
        // none that could be foreseen.
        let step = 1 + RandomState::new().hash_one(self.newest) % (ANSWERS - 1);
        self.newest = FIRST_ANSWER + (self.newest - FIRST_ANSWER + step) % ANSWERS;
        let question = Question { subject, answer: self.newest.to_string(), unvouched, printed: None };
        &self.open.insert(question).answer
    }

    /// The question is on the terminal since now.
    pub(crate) fn printed(&mut self, now: Instant) {
        if let Some(question) = &mut self.open {
            question.printed = Some(now);
        }
    }

    /// The answer of the question that waits.
    pub(crate) fn answer(&self) -> Option<&str> {
        self.open.as_ref().map(|question| question.answer.as_str())
    }

    /// Whoever asked with this id went away.
    pub(crate) fn withdraw(&mut self, id: u64) {
        self.allowed.take_if(|allowed| *allowed == id);
        self.open.take_if(|question| question.subject == QuestionSubject::Request(id));
    }

    /// The user has consented to a session.
    pub(crate) fn begin_session(&mut self) {
        self.in_session = true;
    }

    /// Yes to the question with this answer, as far as the permissions and these parts of them go, in a line
    /// that was whole at `typed`.
    ///
    /// # Errors
    /// Where no such question waits, or nobody can have read it. It goes on waiting then.
    pub(crate) fn allow(
        &mut self,
        answer: &str,
        permissions: PermissionSet,
        parts: Vec<FeatureCommand>,
        typed: Instant,
    ) -> Result<Vec<NodeCommand>, Phrase> {
        let question = self.read(answer, typed)?;
        if question.unvouched {
            return Err(Phrase::new("terminal-vouch-first"));
        }
        if !parts.is_empty() && !matches!(question.subject, QuestionSubject::Request(_)) {
            return Err(Phrase::new("terminal-parts-of-request"));
        }
        let subject = question.subject.clone();
        self.open = None;
        Ok(match subject {
            // What of a permission is allowed is known before it is.
            QuestionSubject::Request(request) => {
                self.allowed = Some(request);
                let parts = parts.into_iter().map(NodeCommand::Feature);
                parts.chain([NodeCommand::Allow { request, permissions }]).collect()
            }
            QuestionSubject::More(command) => {
                vec![NodeCommand::Feature(command), NodeCommand::GrantDialog { visible: false }]
            }
            QuestionSubject::Grant(permission) => {
                let granted = permissions.contains(permission).then_some(NodeCommand::Grant(permission));
                granted.into_iter().chain([NodeCommand::GrantDialog { visible: false }]).collect()
            }
        })
    }

    /// Whoever asks in the question with this answer is whom they say they are, in a line that was whole at
    /// `typed`.
    ///
    /// # Errors
    /// Where no such question waits, or nobody can have read it.
    pub(crate) fn vouch(&mut self, answer: &str, typed: Instant) -> Result<Vec<NodeCommand>, Phrase> {
        let QuestionSubject::Request(request) = self.read(answer, typed)?.subject else {
            return Err(Phrase::new("terminal-nobody-asks"));
        };
        if let Some(question) = &mut self.open {
            question.unvouched = false;
        }
        Ok(vec![NodeCommand::Vouch { request }])
    }

    /// No to the question that waits, or to the one with this answer.
    ///
    /// # Errors
    /// Where no such question waits.
    pub(crate) fn deny(&mut self, answer: Option<&str>) -> Result<Vec<NodeCommand>, Phrase> {
        if let Some(answer) = answer {
            self.named(answer)?;
        }
        let question = self.open.take().ok_or(Phrase::new("terminal-nobody-asks"))?;
        Ok(vec![match question.subject {
            QuestionSubject::Request(request) => NodeCommand::Deny { request },
            QuestionSubject::Grant(_) | QuestionSubject::More(_) => {
                NodeCommand::GrantDialog { visible: false }
            }
        }])
    }

    /// The question that waits, where it has this answer and could be read by the time that this was typed.
    fn read(&self, answer: &str, typed: Instant) -> Result<&Question, Phrase> {
        let question = self.named(answer)?;
        let read = question.printed.is_some_and(|printed| typed >= printed + READING_TIME);
        if read { Ok(question) } else { Err(Phrase::new("terminal-too-soon")) }
    }

    /// The question that waits, where it has this answer.
    fn named(&self, answer: &str) -> Result<&Question, Phrase> {
        let question = self.open.as_ref().ok_or(Phrase::new("terminal-nobody-asks"))?;
        if question.answer != answer {
            let answer = answer.escape_debug().to_string();
            return Err(Phrase::with("terminal-other-question", args![answer = answer]));
        }
        Ok(question)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beistand_node::Role;

    fn all() -> PermissionSet {
        beistand_node::offers()
    }

    /// Somebody asks; the question's answer.
    fn asked(questions: &mut Questions, id: u64, now: Instant) -> String {
        let answer = questions.ask_for_request(id, false).to_owned();
        questions.printed(now);
        answer
    }

    /// What an answer leads to: the request that is allowed, or the key of the refusal.
    fn allowed(questions: &mut Questions, answer: &str, typed: Instant) -> Result<u64, &'static str> {
        match questions.allow(answer, all(), Vec::new(), typed).map_err(|phrase| phrase.key())?.as_slice() {
            [NodeCommand::Allow { request, .. }] => Ok(*request),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_yes_to_a_request_that_went_away_is_none_to_the_next_one() {
        let (mut questions, start) = (Questions::new(), Instant::now());
        let first = asked(&mut questions, 1, start);
        questions.withdraw(1);
        let later = start + Duration::from_secs(10);
        assert_eq!(allowed(&mut questions, &first, later), Err("terminal-nobody-asks"));
        let second = asked(&mut questions, 2, later);
        let later = later + Duration::from_secs(10);
        assert_eq!(allowed(&mut questions, &first, later), Err("terminal-other-question"));
        // The withdrawal of the one before takes nothing from the one that waits.
        questions.withdraw(1);
        assert_eq!(allowed(&mut questions, &second, later), Ok(2));
        assert_eq!(allowed(&mut questions, &second, later), Err("terminal-nobody-asks"), "it counts once");
    }

    #[test]
    fn more_is_asked_about_from_the_yes_on_and_never_in_place_of_a_request() {
        let more = FeatureCommand::parse(Role::Host, "show DP-2").expect("a verb").expect("a name").remove(0);
        let (mut questions, start) = (Questions::new(), Instant::now());
        let answer = asked(&mut questions, 1, start);
        assert_eq!(questions.ask_for_more(&more), None, "their yes is the question");
        assert_eq!(allowed(&mut questions, &answer, start + READING_TIME), Ok(1));
        assert!(questions.ask_for_more(&more).is_some(), "whether or not the session is known to run");
        questions.withdraw(1);
        asked(&mut questions, 2, start);
        assert_eq!(questions.ask_for_more(&more), None);
    }

    #[test]
    fn a_yes_counts_a_second_and_a_half_after_its_question() {
        let (mut questions, start) = (Questions::new(), Instant::now());
        let answer = questions.ask_for_request(1, false).to_owned();
        assert_eq!(
            allowed(&mut questions, &answer, start),
            Err("terminal-too-soon"),
            "it is not printed yet"
        );
        questions.printed(start);
        let before = start - Duration::from_secs(5);
        for typed in [before, start, start + READING_TIME - Duration::from_millis(1)] {
            assert_eq!(allowed(&mut questions, &answer, typed), Err("terminal-too-soon"));
        }
        assert_eq!(allowed(&mut questions, &answer, start + READING_TIME), Ok(1));
    }

    #[test]
    fn who_has_a_known_name_and_another_key_is_vouched_for_before_the_yes() {
        let (mut questions, start) = (Questions::new(), Instant::now());
        let answer = questions.ask_for_request(1, true).to_owned();
        questions.printed(start);
        let read = start + READING_TIME;
        assert_eq!(allowed(&mut questions, &answer, read), Err("terminal-vouch-first"));
        assert!(questions.vouch("1", read).is_err() && questions.vouch(&answer, start).is_err());
        assert_eq!(allowed(&mut questions, &answer, read), Err("terminal-vouch-first"));
        let vouched = questions.vouch(&answer, read).expect("read, and named");
        assert!(matches!(vouched.as_slice(), [NodeCommand::Vouch { request: 1 }]), "{vouched:?}");
        assert_eq!(allowed(&mut questions, &answer, read), Ok(1));
        assert!(questions.vouch(&answer, read).is_err(), "it is answered");
    }

    #[test]
    fn no_answer_is_the_one_before() {
        let mut questions = Questions::new();
        let mut last = String::new();
        for id in 0..20_000 {
            let answer = questions.ask_for_request(id, false);
            assert!(answer.len() == 4 && answer != last, "{answer} after {last}");
            last = answer.to_owned();
        }
    }

    #[test]
    fn one_thing_more_is_asked_for_too() {
        let (mut questions, start) = (Questions::new(), Instant::now());
        assert!(questions.ask_for_grant(Permission::Keyboard).is_err(), "nobody is there");
        questions.begin_session();
        let first = questions.ask_for_grant(Permission::Keyboard).expect("in a session").to_owned();
        let second = questions.ask_for_grant(Permission::Pointer).expect("in a session").to_owned();
        questions.printed(start);
        let read = start + READING_TIME;
        assert!(questions.allow(&first, all(), Vec::new(), read).is_err(), "it was replaced");
        assert!(questions.allow(&second, all(), Vec::new(), start).is_err(), "nobody can have read it");
        let commands = questions.allow(&second, all(), Vec::new(), read).expect("read, and named");
        assert!(
            matches!(
                commands.as_slice(),
                [NodeCommand::Grant(Permission::Pointer), NodeCommand::GrantDialog { visible: false }]
            ),
            "{commands:?}"
        );
    }

    #[test]
    fn what_a_feature_lets_them_do_more_is_asked_for_in_a_session_and_part_of_the_yes_before() {
        let (mut questions, start) = (Questions::new(), Instant::now());
        let more = || {
            let mut commands =
                FeatureCommand::parse(Role::Host, "show left").expect("a verb").expect("valid");
            commands.remove(0)
        };
        assert!(questions.ask_for_more(&more()).is_none(), "nothing is allowed yet");
        let answer = asked(&mut questions, 1, start);
        let read = start + READING_TIME;
        let commands = questions.allow(&answer, all(), vec![more()], read).expect("read");
        assert!(
            matches!(commands.as_slice(), [NodeCommand::Feature(_), NodeCommand::Allow { request: 1, .. }]),
            "the part comes first: {commands:?}"
        );
        questions.begin_session();
        let answer = questions.ask_for_more(&more()).expect("in a session").to_owned();
        questions.printed(start);
        assert!(questions.allow(&answer, all(), vec![more()], read).is_err(), "no part of something else");
        let commands = questions.allow(&answer, all(), Vec::new(), read).expect("read, and named");
        assert!(
            matches!(
                commands.as_slice(),
                [NodeCommand::Feature(_), NodeCommand::GrantDialog { visible: false }]
            ),
            "{commands:?}"
        );
    }

    #[test]
    fn a_no_needs_no_number_but_may_not_name_another_question() {
        let (mut questions, start) = (Questions::new(), Instant::now());
        asked(&mut questions, 1, start);
        assert!(questions.deny(Some("12")).is_err());
        let denied = questions.deny(None).expect("a question waits");
        assert!(matches!(denied.as_slice(), [NodeCommand::Deny { request: 1 }]), "{denied:?}");
        assert!(questions.deny(None).is_err());
    }
}
