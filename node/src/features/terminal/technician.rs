//! Terminals at the technician: what is printed there is drawn here, what is typed here goes there.
//!
//! It answers no query of a program's, and tells the host only how far its output was drawn.

use std::collections::VecDeque;

use beistand_session::{
    MAX_TERMINALS, MAX_TYPED_BYTES, Permission, Role, TerminalEnd, TerminalMessage, TerminalSize,
};

use super::screen::TerminalScreen;
use super::{TerminalCommand, TerminalEvent, TerminalRefusal};
use crate::features::side::{NoWorld, Side, SideContext, SideExistence, SideFault, Standing};

/// The bytes that are drawn before others have their turn: where each sequence fills a large screen they take
/// some milliseconds.
const DRAWN_BYTES: usize = 128;

/// The technician's side.
pub(in crate::features) struct TerminalTechnician {
    cx: SideContext<Self>,
    /// The oldest first.
    tabs: Vec<SeenTab>,
    standing: Standing,
}

struct SeenTab {
    number: u32,
    screen: TerminalScreen,
    /// What was printed and is not drawn yet: one message, and what was left of the one before when the user
    /// took something back.
    undrawn: VecDeque<u8>,
}

impl SeenTab {
    /// Draws what is not drawn yet. Cancel safe: what is left is drawn later.
    async fn draw(&mut self) {
        while !self.undrawn.is_empty() {
            let part = self.undrawn.drain(..self.undrawn.len().min(DRAWN_BYTES)).collect::<Vec<_>>();
            self.screen.print(&part);
            tokio::task::yield_now().await;
        }
    }
}

impl Side for TerminalTechnician {
    type Message = TerminalMessage;
    type Command = TerminalCommand;
    type Event = TerminalEvent;
    type World = NoWorld;

    // While the session is paused what was seen is still there.
    const EXISTENCE: SideExistence = SideExistence::WholeSessionActing;

    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault> {
        Ok(Self { cx, tabs: Vec::new(), standing: *now })
    }

    async fn command(&mut self, command: TerminalCommand) {
        let done = match command {
            TerminalCommand::Open(size) => self.open(size).await,
            TerminalCommand::Type { terminal, bytes } => self.type_in(terminal, &bytes).await,
            TerminalCommand::Resize { terminal, size } => {
                self.ask(terminal, |terminal| TerminalMessage::Resize { terminal, size }).await
            }
            TerminalCommand::Close(terminal) => self.ask(terminal, TerminalMessage::Close).await,
            TerminalCommand::Look(terminal) => self.look(terminal).await,
            // The user's to say.
            TerminalCommand::Record(_) | TerminalCommand::Leftover { .. } => Err(TerminalRefusal::NotAllowed),
        };
        if let Err(why) = done {
            self.cx.events.emit(TerminalEvent::Refused { why }).await;
        }
    }

    async fn heard(&mut self, message: TerminalMessage) -> Result<(), SideFault> {
        match message {
            TerminalMessage::Opened { terminal, size, by } => self.opened(terminal, size, by).await,
            TerminalMessage::Printed { terminal, number, bytes } => {
                if let Some(tab) = self.tabs.iter_mut().find(|tab| tab.number == terminal) {
                    tab.undrawn.extend(bytes);
                    tab.draw().await;
                    let is_news = tab.screen.announce();
                    self.cx.outbox.send(TerminalMessage::Taken { terminal, number }).await;
                    if is_news {
                        self.cx.events.emit(TerminalEvent::Changed { terminal }).await;
                    }
                }
            }
            TerminalMessage::Resized { terminal, size } => {
                if let Some(tab) = self.tab(Some(terminal)) {
                    tab.screen.resize(size);
                }
            }
            TerminalMessage::Closed { terminal, why } => {
                if let Some(index) = self.tabs.iter().position(|tab| tab.number == terminal) {
                    self.tabs.remove(index);
                    self.cx.events.emit(TerminalEvent::Closed { terminal, why }).await;
                }
            }
            TerminalMessage::Unopened(why) => {
                self.cx.events.emit(TerminalEvent::Refused { why: why.into() }).await;
            }
            TerminalMessage::Busy { terminal, busy } => {
                if self.tab(Some(terminal)).is_some() {
                    self.cx.events.emit(TerminalEvent::Busy { terminal, busy }).await;
                }
            }
            // The session passes on nothing that is the technician's to say.
            TerminalMessage::Open(_)
            | TerminalMessage::Type { .. }
            | TerminalMessage::Resize { .. }
            | TerminalMessage::Close(_)
            | TerminalMessage::Taken { .. } => {}
        }
        Ok(())
    }

    async fn refused(&mut self) {
        self.cx.events.emit(TerminalEvent::Refused { why: TerminalRefusal::Behind }).await;
    }

    async fn changed(&mut self, now: &Standing) {
        self.standing = *now;
        let looks = now.granted.is_some_and(|granted| granted.contains(Permission::Terminal));
        while !looks && let Some(tab) = self.tabs.pop() {
            let (terminal, why) = (tab.number, TerminalEnd::Revoked);
            self.cx.events.try_emit(TerminalEvent::Closed { terminal, why });
        }
        for tab in &mut self.tabs {
            tab.draw().await;
        }
    }
}

impl TerminalTechnician {
    fn may(&self, permission: Permission) -> bool {
        self.standing.allowed().contains(permission)
    }

    /// The terminal of this number, or the newest.
    fn tab(&self, number: Option<u32>) -> Option<&SeenTab> {
        match number {
            Some(number) => self.tabs.iter().find(|tab| tab.number == number),
            None => self.tabs.last(),
        }
    }

    async fn open(&mut self, size: TerminalSize) -> Result<(), TerminalRefusal> {
        if !self.may(Permission::Terminal) || !self.may(Permission::TerminalType) {
            return Err(TerminalRefusal::NotAllowed);
        }
        if self.tabs.len() >= MAX_TERMINALS {
            return Err(TerminalRefusal::TooMany);
        }
        self.cx.outbox.send(TerminalMessage::Open(size)).await;
        Ok(())
    }

    async fn type_in(&mut self, number: Option<u32>, bytes: &[u8]) -> Result<(), TerminalRefusal> {
        for part in bytes.chunks(MAX_TYPED_BYTES) {
            let typed = |terminal| TerminalMessage::Type { terminal, bytes: part.to_vec() };
            self.ask(number, typed).await?;
        }
        Ok(())
    }

    async fn ask(
        &mut self,
        number: Option<u32>,
        ask: impl FnOnce(u32) -> TerminalMessage,
    ) -> Result<(), TerminalRefusal> {
        if !self.may(Permission::TerminalType) {
            return Err(TerminalRefusal::NotAllowed);
        }
        let terminal = self.tab(number).ok_or(TerminalRefusal::Missing)?.number;
        self.cx.outbox.send(ask(terminal)).await;
        Ok(())
    }

    async fn look(&mut self, number: Option<u32>) -> Result<(), TerminalRefusal> {
        let tab = self.tab(number).ok_or(TerminalRefusal::Missing)?;
        self.cx.events.emit(TerminalEvent::shown(tab.number, &tab.screen)).await;
        Ok(())
    }

    async fn opened(&mut self, terminal: u32, size: TerminalSize, by: Role) {
        if let Some(tab) = self.tabs.iter_mut().find(|tab| tab.number == terminal) {
            // After a pause, in which nothing of it came.
            tab.undrawn.clear();
            tab.screen.begin_again(size);
            return self.cx.events.emit(TerminalEvent::Busy { terminal, busy: false }).await;
        }
        if self.tabs.len() >= MAX_TERMINALS {
            return;
        }
        let screen = TerminalScreen::new(size);
        self.tabs.push(SeenTab { number: terminal, screen: screen.clone(), undrawn: VecDeque::new() });
        self.cx.events.emit(TerminalEvent::Opened { terminal, by, screen }).await;
    }
}
