//! What a technician's program asks for while there is no session yet: it waits, in order, and they are told
//! once that it does.
//!
//! It carries out nothing.

use std::collections::VecDeque;

use tokio::sync::mpsc;

use crate::handle::{NodeCommand, NodeEvent, Notice};

/// Commands that wait here at most: as many as a script gives in a second or two. Whoever gives more waits as
/// well, since nothing more is taken from the queue.
const MAX_EARLY: usize = 256;

/// What a command leads to while there is no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EarlyStep {
    GoOn,
    Stop,
}

/// What waits.
#[derive(Debug, Default)]
pub(super) struct EarlyCommands {
    waiting: VecDeque<NodeCommand>,
    told: bool,
}

impl EarlyCommands {
    /// Whether no more is to be taken.
    pub(super) fn is_full(&self) -> bool {
        self.waiting.len() >= MAX_EARLY
    }

    /// Keeps the command for later. An end that comes after nothing else is one at once.
    pub(super) fn take(&mut self, command: NodeCommand) -> EarlyStep {
        match command {
            NodeCommand::End => return EarlyStep::Stop,
            NodeCommand::Finish if self.waiting.is_empty() => return EarlyStep::Stop,
            NodeCommand::Feature(_) | NodeCommand::Finish => self.waiting.push_back(command),
            // Commands of the user's side.
            NodeCommand::NewInvite
            | NodeCommand::Allow { .. }
            | NodeCommand::Vouch { .. }
            | NodeCommand::Deny { .. }
            | NodeCommand::Grant(_)
            | NodeCommand::Revoke(_)
            | NodeCommand::GrantDialog { .. }
            | NodeCommand::Pause
            | NodeCommand::Resume => {}
        }
        EarlyStep::GoOn
    }

    /// The oldest.
    pub(super) fn next(&mut self) -> Option<NodeCommand> {
        self.waiting.pop_front()
    }

    /// Tells the program that something waits.
    pub(super) async fn tell_once(&mut self, events: &mpsc::Sender<NodeEvent>) {
        if !std::mem::replace(&mut self.told, true) {
            // A program that has dropped its handle is told nothing.
            let _ = events.send(NodeEvent::Notice(Notice::Later)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::FeatureCommand;
    use beistand_session::Role;

    fn refresh() -> NodeCommand {
        let commands = FeatureCommand::parse(Role::Technician, "refresh").expect("a verb").expect("valid");
        NodeCommand::Feature(commands.into_iter().next().expect("one"))
    }

    #[test]
    fn what_is_asked_for_early_waits_in_order_and_within_bounds() {
        let mut early = EarlyCommands::default();
        while !early.is_full() {
            assert_eq!(early.take(refresh()), EarlyStep::GoOn);
        }
        assert_eq!(early.take(NodeCommand::Finish), EarlyStep::GoOn, "a script wants it done first");
        for _ in 0..MAX_EARLY {
            assert!(matches!(early.next(), Some(NodeCommand::Feature(_))));
        }
        assert!(matches!(early.next(), Some(NodeCommand::Finish)));
        assert!(early.next().is_none());
    }

    #[test]
    fn an_end_stops_the_search() {
        let mut early = EarlyCommands::default();
        assert_eq!(early.take(NodeCommand::Finish), EarlyStep::Stop, "nothing waits");
        early.take(refresh());
        assert_eq!(early.take(NodeCommand::End), EarlyStep::Stop);
    }

    #[tokio::test]
    async fn that_something_waits_is_told_once() {
        let (events, mut told) = mpsc::channel(4);
        let mut early = EarlyCommands::default();
        for _ in 0..3 {
            early.tell_once(&events).await;
        }
        assert!(matches!(told.try_recv(), Ok(NodeEvent::Notice(Notice::Later))));
        assert!(told.try_recv().is_err());
    }
}
