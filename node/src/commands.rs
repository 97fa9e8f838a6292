//! The way from a program to its node. What a person must be able to rely on is a state that the newest word
//! decides: end, pause, no, each permission, and "a question to the user is on the screen". It is there
//! whatever waits in the queue, and can't be lost because that is full. All else is queued, and so is
//! everything of a program that waits for its turn ([`CommandOutbox::reserve`]).
//!
//! It decides nothing and knows no session.

use tokio::sync::mpsc::error::{SendError, TrySendError};
use tokio::sync::{mpsc, watch};

use beistand_session::Permission;

use crate::handle::NodeCommand;

/// What a person wants as of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct HeldWishes {
    /// What is under way is to end. For good.
    end: bool,
    /// Whether the session is to be paused, and how often that was said: it may be paused by others too.
    paused: bool,
    pause_changes: u64,
    /// The newest request to which the user said no.
    denied: Option<u64>,
    /// Whether a dialog in which the user can grant something is on the screen, and how often that changed:
    /// one that opened and closed in a moment is still heard of.
    dialog: bool,
    dialog_changes: u64,
    /// The newest word about each permission, in the order of [`Permission::ALL`].
    permissions: [PermissionWish; Permission::ALL.len()],
}

/// What was said of a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct PermissionWish {
    granted: bool,
    /// How often something was said.
    changes: u64,
}

impl HeldWishes {
    /// Takes in what the command says, or hands it back where nobody must be able to rely on it.
    fn take(&mut self, command: NodeCommand) -> Option<NodeCommand> {
        match command {
            NodeCommand::End => self.end = true,
            NodeCommand::Pause => self.set_paused(true),
            NodeCommand::Resume => self.set_paused(false),
            NodeCommand::Deny { request } => self.denied = Some(request),
            NodeCommand::GrantDialog { visible } => {
                self.dialog = visible;
                self.dialog_changes += 1;
            }
            NodeCommand::Grant(permission) => self.change(permission, true),
            NodeCommand::Revoke(permission) => self.change(permission, false),
            NodeCommand::NewInvite
            | NodeCommand::Allow { .. }
            | NodeCommand::Vouch { .. }
            | NodeCommand::Feature(_)
            | NodeCommand::Finish => return Some(command),
        }
        None
    }

    fn set_paused(&mut self, paused: bool) {
        self.paused = paused;
        self.pause_changes += 1;
    }

    fn change(&mut self, permission: Permission, granted: bool) {
        let mut all = Permission::ALL.iter().zip(&mut self.permissions);
        if let Some((_, wish)) = all.find(|(one, _)| **one == permission) {
            *wish = PermissionWish { granted, changes: wish.changes + 1 };
        }
    }

    /// The first permission of which this was said and `heeded` does not know it; it knows it then.
    fn next_permission(&self, heeded: &mut Self, granted: bool) -> Option<Permission> {
        let mut all = Permission::ALL.iter().zip(&self.permissions).zip(&mut heeded.permissions);
        let ((permission, wish), known) =
            all.find(|((_, wish), known)| wish.changes != known.changes && wish.granted == granted)?;
        *known = *wish;
        Some(*permission)
    }
}

/// Where commands go. Clones are one.
#[derive(Debug, Clone)]
pub struct CommandOutbox {
    queue: mpsc::Sender<NodeCommand>,
    held: watch::Sender<HeldWishes>,
}

/// Where the node finds them.
#[derive(Debug)]
pub struct CommandInbox {
    queue: mpsc::Receiver<NodeCommand>,
    held: watch::Receiver<HeldWishes>,
    /// What of the held wishes was handed out.
    heeded: HeldWishes,
    /// Whether the program is gone, and the end was said for it.
    is_over: bool,
}

/// A way for commands in whose queue `queued` wait at most.
pub fn command_channel(queued: usize) -> (CommandOutbox, CommandInbox) {
    let (queue, source) = mpsc::channel(queued);
    let held = watch::Sender::new(HeldWishes::default());
    let inbox =
        CommandInbox { queue: source, held: held.subscribe(), heeded: HeldWishes::default(), is_over: false };
    (CommandOutbox { queue, held }, inbox)
}

impl CommandOutbox {
    /// Tells the node at once.
    ///
    /// # Errors
    /// The command, where the node is gone, or its queue is full and the command is not one that is held.
    pub fn try_send(&self, command: NodeCommand) -> Result<(), TrySendError<NodeCommand>> {
        if self.queue.is_closed() {
            return Err(TrySendError::Closed(command));
        }
        self.hold(command).map_or(Ok(()), |command| self.queue.try_send(command))
    }

    /// Waits for a place in the queue. What is put there keeps its order, an end too: a script that has a
    /// text typed and ends wants both.
    ///
    /// # Errors
    /// The node is gone.
    pub async fn reserve(&self) -> Result<mpsc::Permit<'_, NodeCommand>, SendError<()>> {
        self.queue.reserve().await
    }

    /// Whether both go to the same node.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.queue.same_channel(&other.queue)
    }

    /// Holds the command, or hands it back to be queued.
    fn hold(&self, command: NodeCommand) -> Option<NodeCommand> {
        let mut queued = None;
        self.held.send_if_modified(|held| {
            queued = held.take(command);
            queued.is_none()
        });
        queued
    }
}

impl CommandInbox {
    /// The next command: first what is held, then what waits in the queue. `None` where nobody is left to
    /// give any. Cancel safe.
    pub async fn recv(&mut self) -> Option<NodeCommand> {
        loop {
            if let Some(command) = self.next_held() {
                return Some(command);
            }
            tokio::select! {
                biased;
                Ok(()) = self.held.changed() => {}
                command = self.queue.recv() => return command,
            }
        }
    }

    /// The same, for a node: a program that is gone wants the end, and nothing more after that, so that who
    /// serves commands first still comes to the rest. Cancel safe.
    pub(crate) async fn next(&mut self) -> NodeCommand {
        if self.is_over {
            return std::future::pending().await;
        }
        match self.recv().await {
            Some(command) => command,
            None => {
                self.is_over = true;
                NodeCommand::End
            }
        }
    }

    /// The next of the wishes that are held, for a node that takes nothing from the queue at the moment. A
    /// program that is gone wants the end. Cancel safe.
    pub(crate) async fn next_wish(&mut self) -> NodeCommand {
        if self.is_over {
            return std::future::pending().await;
        }
        loop {
            if let Some(command) = self.next_held() {
                return command;
            }
            if self.held.changed().await.is_err() {
                self.is_over = true;
                return NodeCommand::End;
            }
        }
    }

    /// The next command, where there is one.
    pub fn try_recv(&mut self) -> Option<NodeCommand> {
        self.next_held().or_else(|| self.queue.try_recv().ok())
    }

    /// Of a wish to go on that was not handed out yet nothing is left.
    pub(crate) fn forget_resume(&mut self) {
        let held = *self.held.borrow();
        if !held.paused {
            self.heeded.pause_changes = held.pause_changes;
        }
    }

    /// What is held and was not handed out yet, the most pressing first.
    fn next_held(&mut self) -> Option<NodeCommand> {
        let held = *self.held.borrow_and_update();
        let heeded = &mut self.heeded;
        if held.end && !heeded.end {
            heeded.end = true;
            return Some(NodeCommand::End);
        }
        let pause_changed = held.pause_changes != heeded.pause_changes;
        if pause_changed && held.paused {
            heeded.pause_changes = held.pause_changes;
            return Some(NodeCommand::Pause);
        }
        if let Some(permission) = held.next_permission(heeded, false) {
            return Some(NodeCommand::Revoke(permission));
        }
        if held.dialog_changes != heeded.dialog_changes {
            heeded.dialog_changes = held.dialog_changes;
            return Some(NodeCommand::GrantDialog { visible: held.dialog });
        }
        if let Some(request) = held.denied
            && heeded.denied != held.denied
        {
            heeded.denied = held.denied;
            return Some(NodeCommand::Deny { request });
        }
        if pause_changed {
            heeded.pause_changes = held.pause_changes;
            return Some(NodeCommand::Resume);
        }
        held.next_permission(heeded, true).map(NodeCommand::Grant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(inbox: &mut CommandInbox) -> Vec<String> {
        std::iter::from_fn(|| inbox.try_recv()).map(|command| format!("{command:?}")).collect()
    }

    #[test]
    fn a_full_queue_loses_no_end_no_pause_no_revoke_no_denial_and_no_dialog() {
        let (outbox, mut inbox) = command_channel(1);
        outbox.try_send(NodeCommand::NewInvite).unwrap();
        assert!(outbox.try_send(NodeCommand::NewInvite).is_err(), "the queue is full");
        for command in [
            NodeCommand::GrantDialog { visible: true },
            NodeCommand::Deny { request: 7 },
            NodeCommand::Revoke(Permission::View),
            NodeCommand::Pause,
            NodeCommand::End,
        ] {
            outbox.try_send(command).unwrap();
        }
        let heard = [
            "End",
            "Pause",
            "Revoke(View)",
            "GrantDialog { visible: true }",
            "Deny { request: 7 }",
            "NewInvite",
        ];
        assert_eq!(words(&mut inbox), heard);
        assert!(words(&mut inbox).is_empty(), "each is heard once");
    }

    #[test]
    fn the_newest_word_decides() {
        let (outbox, mut inbox) = command_channel(1);
        for command in [NodeCommand::Pause, NodeCommand::Resume, NodeCommand::Pause] {
            outbox.try_send(command).unwrap();
        }
        assert_eq!(words(&mut inbox), ["Pause"]);
        outbox.try_send(NodeCommand::Resume).unwrap();
        assert_eq!(words(&mut inbox), ["Resume"]);
        outbox.try_send(NodeCommand::Resume).unwrap();
        assert_eq!(words(&mut inbox), ["Resume"], "the node may have paused it by itself");
        for visible in [true, false] {
            outbox.try_send(NodeCommand::GrantDialog { visible }).unwrap();
        }
        assert_eq!(words(&mut inbox), ["GrantDialog { visible: false }"], "it was there for a moment");
    }

    #[test]
    fn of_a_permission_the_newest_word_counts_and_what_is_taken_back_goes_first() {
        let (outbox, mut inbox) = command_channel(1);
        for command in [
            NodeCommand::Grant(Permission::View),
            NodeCommand::Grant(Permission::Keyboard),
            NodeCommand::Revoke(Permission::View),
            NodeCommand::Revoke(Permission::Pointer),
            NodeCommand::Grant(Permission::Pointer),
        ] {
            outbox.try_send(command).unwrap();
        }
        assert_eq!(words(&mut inbox), ["Revoke(View)", "Grant(Pointer)", "Grant(Keyboard)"]);
        outbox.try_send(NodeCommand::Revoke(Permission::View)).unwrap();
        assert_eq!(words(&mut inbox), ["Revoke(View)"], "again");
    }

    #[test]
    fn a_wish_to_go_on_can_be_forgotten_and_a_pause_not() {
        let (outbox, mut inbox) = command_channel(1);
        outbox.try_send(NodeCommand::Resume).unwrap();
        inbox.forget_resume();
        assert!(words(&mut inbox).is_empty());
        outbox.try_send(NodeCommand::Pause).unwrap();
        inbox.forget_resume();
        assert_eq!(words(&mut inbox), ["Pause"]);
        outbox.try_send(NodeCommand::Resume).unwrap();
        assert_eq!(words(&mut inbox), ["Resume"], "said afterwards");
    }

    #[tokio::test]
    async fn what_is_held_wakes_the_node_and_comes_first() {
        let (outbox, mut inbox) = command_channel(4);
        outbox.try_send(NodeCommand::NewInvite).unwrap();
        outbox.try_send(NodeCommand::End).unwrap();
        assert!(matches!(inbox.recv().await, Some(NodeCommand::End)));
        assert!(matches!(inbox.recv().await, Some(NodeCommand::NewInvite)));
        let waiting = tokio::spawn(async move { inbox.recv().await });
        tokio::task::yield_now().await;
        outbox.try_send(NodeCommand::Pause).unwrap();
        assert!(matches!(waiting.await.unwrap(), Some(NodeCommand::Pause)));
    }

    #[tokio::test]
    async fn for_a_program_that_is_gone_the_node_hears_one_end() {
        let (outbox, mut inbox) = command_channel(1);
        outbox.try_send(NodeCommand::Pause).unwrap();
        drop(outbox);
        assert!(matches!(inbox.next().await, NodeCommand::Pause));
        assert!(matches!(inbox.next().await, NodeCommand::End));
        tokio::select! {
            biased;
            command = inbox.next() => panic!("{command:?}"),
            () = std::future::ready(()) => {}
        }
    }

    #[tokio::test]
    async fn wishes_are_heard_while_nothing_is_taken_from_the_queue() {
        let (outbox, mut inbox) = command_channel(2);
        outbox.reserve().await.unwrap().send(NodeCommand::Finish);
        outbox.try_send(NodeCommand::Pause).unwrap();
        assert!(matches!(inbox.next_wish().await, NodeCommand::Pause));
        outbox.try_send(NodeCommand::End).unwrap();
        assert!(matches!(inbox.next_wish().await, NodeCommand::End));
        assert!(matches!(inbox.try_recv(), Some(NodeCommand::Finish)));
        drop(outbox);
        assert!(matches!(inbox.next_wish().await, NodeCommand::End), "the program is gone");
    }

    #[tokio::test]
    async fn what_waited_for_its_turn_keeps_its_order() {
        let (outbox, mut inbox) = command_channel(2);
        for command in [NodeCommand::NewInvite, NodeCommand::End] {
            outbox.reserve().await.unwrap().send(command);
        }
        assert_eq!(words(&mut inbox), ["NewInvite", "End"]);
    }

    #[tokio::test]
    async fn a_program_that_is_gone_wants_nothing_more() {
        let (outbox, mut inbox) = command_channel(1);
        outbox.try_send(NodeCommand::Pause).unwrap();
        drop(outbox);
        assert!(matches!(inbox.recv().await, Some(NodeCommand::Pause)));
        assert!(inbox.recv().await.is_none());
        let (outbox, inbox) = command_channel(1);
        drop(inbox);
        assert!(outbox.try_send(NodeCommand::End).is_err());
        assert!(outbox.reserve().await.is_err());
    }
}
