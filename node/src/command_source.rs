//! Where a node finds what its program wants. A program that has dropped its handle wants the end.

use tokio::sync::mpsc;

use crate::handle::NodeCommand;

/// The commands of one program.
#[derive(Debug)]
pub(crate) struct CommandSource {
    queue: mpsc::Receiver<NodeCommand>,
    /// Whether the program is gone, and the end was said for it.
    is_over: bool,
}

impl CommandSource {
    pub(crate) fn new(queue: mpsc::Receiver<NodeCommand>) -> Self {
        Self { queue, is_over: false }
    }

    /// The next command; after the program is gone one [`NodeCommand::End`], and nothing more, so that who
    /// serves commands first still comes to the rest. Cancel safe.
    pub(crate) async fn next(&mut self) -> NodeCommand {
        if self.is_over {
            return std::future::pending().await;
        }
        match self.queue.recv().await {
            Some(command) => command,
            None => {
                self.is_over = true;
                NodeCommand::End
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_program_that_is_gone_wants_the_end_once() {
        let (commands, queue) = mpsc::channel(2);
        let mut source = CommandSource::new(queue);
        commands.send(NodeCommand::Pause).await.unwrap();
        drop(commands);
        assert!(matches!(source.next().await, NodeCommand::Pause));
        assert!(matches!(source.next().await, NodeCommand::End));
        tokio::select! {
            biased;
            command = source.next() => panic!("{command:?}"),
            () = std::future::ready(()) => {}
        }
    }
}
