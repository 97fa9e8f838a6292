//! Commands as a person types them: a verb, and what belongs to it.

use beistand_mend::DeedEntry;
use beistand_session::{Permission, Role};

use super::changes::JournalledDeed;
use crate::words::Phrase;

/// A feature's commands as lines that are typed.
pub(crate) trait Verb: Sized {
    /// What the feature's program hears of a command that is refused.
    type Refused;

    /// How its verbs are typed, and by whom.
    const USAGES: &'static [VerbUsage];

    /// Reads a line that begins with the verb `word`. One line may be several commands. `None` where the verb
    /// is not this feature's.
    ///
    /// # Errors
    /// What is wrong with the rest of the line, for whoever typed it.
    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>>;

    /// Whether it waits while its feature has all that it can take: what a person does at the moment, and
    /// what stops something, never does.
    fn waits_for_room(&self) -> bool {
        true
    }

    /// Whether the user keeps something back by it that was shared.
    fn narrows(&self) -> bool {
        false
    }

    /// What the technician could do more after it than before: the user must be asked.
    fn widening(&self) -> Option<FeatureWidening> {
        None
    }

    /// The command by which less than all of `permission` is allowed, where `rest` stands behind that
    /// permission in the user's answer; `None` where the permission is not this feature's to divide.
    ///
    /// # Errors
    /// What is wrong with it, for whoever typed it.
    fn part_of(_permission: Permission, _rest: &str) -> Option<Result<Self, Phrase>> {
        None
    }

    /// An entry of the journal of what was changed on this machine, where it is this feature's.
    fn journalled(_entry: &DeedEntry) -> Option<Box<dyn JournalledDeed>> {
        None
    }

    /// What the program hears where the feature does not take the command; nothing where it would not matter.
    fn refuse(self, why: CommandRefusal) -> Option<Self::Refused>;
}

/// What a command of the user's lets the technician do more.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureWidening {
    /// The command's verb.
    pub verb: &'static str,
    /// What the user is asked.
    pub question: Phrase,
}

/// How a verb is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct VerbUsage {
    /// The verb and what belongs to it.
    pub(crate) usage: &'static str,
    /// Who can type it.
    pub(crate) typist: VerbTypist,
}

/// Who can type a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VerbTypist {
    Technician,
    Host,
    Both,
}

/// Why a feature does not take a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CommandRefusal {
    /// The user does not allow it at the moment.
    NotAllowed,
    /// Too many commands wait already.
    Behind,
}

impl VerbUsage {
    /// A verb that the technician alone can type.
    pub(crate) const fn technician(usage: &'static str) -> Self {
        Self { usage, typist: VerbTypist::Technician }
    }

    /// A verb that the host alone can type.
    pub(crate) const fn host(usage: &'static str) -> Self {
        Self { usage, typist: VerbTypist::Host }
    }

    /// A verb that both sides can type.
    pub(crate) const fn both(usage: &'static str) -> Self {
        Self { usage, typist: VerbTypist::Both }
    }

    /// Whether `role` can type it.
    pub(crate) fn is_for(&self, role: Role) -> bool {
        match self.typist {
            VerbTypist::Technician => role == Role::Technician,
            VerbTypist::Host => role == Role::Host,
            VerbTypist::Both => true,
        }
    }

    /// Its first word.
    pub(crate) fn word(&self) -> &'static str {
        self.usage.split(' ').next().unwrap_or_default()
    }
}

/// Splits a typed line into its verb and the rest, whose spaces are kept.
pub fn split_verb(line: &str) -> (&str, &str) {
    let line = line.trim_start();
    line.split_once(' ').unwrap_or((line.trim_end(), ""))
}
