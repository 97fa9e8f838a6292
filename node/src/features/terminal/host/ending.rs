//! How terminals at the host end: with what the helper may do, by the user's answer, or by themselves.

use std::time::Instant;

use beistand_session::{Role, TerminalEnd, TerminalMessage};

use super::TerminalHost;
use super::numbered::{NumberedTab, TabStage};
use crate::features::terminal::{LeftoverAnswer, TerminalEvent, TerminalRefusal};

impl TerminalHost {
    /// A terminal is no longer allowed: it is ended, unless something runs in it about which the user is
    /// asked.
    pub(super) async fn leave(&mut self, index: usize) {
        let numbered = &mut self.tabs[index];
        numbered.tab.share(false);
        let (terminal, why) = (numbered.number, TerminalEnd::Revoked);
        match numbered.tab.foreground() {
            None => numbered.end(why),
            Some(program) => {
                numbered.stage = TabStage::Asked(Instant::now() + self.cx.world.patience);
                numbered.question = Some(program);
                self.news.notify_one();
            }
        }
        if self.grants.may_look() {
            self.say_shared(TerminalMessage::Closed { terminal, why }).await;
        } else if self.tabs[index].known {
            self.untold.push((terminal, why));
        }
    }

    /// The user's answer, which must not be about a program that they didn't mean.
    pub(super) fn answer(
        &mut self,
        terminal: Option<u32>,
        answer: LeftoverAnswer,
    ) -> Result<(), TerminalRefusal> {
        let is_asked = |it: &&mut NumberedTab| matches!(it.stage, TabStage::Asked(_));
        let is_meant = |it: &&mut NumberedTab| terminal.is_none_or(|number| number == it.number);
        let mut meant = self.tabs.iter_mut().filter(is_asked).filter(is_meant);
        let numbered = meant.next().ok_or(TerminalRefusal::Missing)?;
        if meant.next().is_some() {
            return Err(TerminalRefusal::Several);
        }
        match answer {
            LeftoverAnswer::End => numbered.end(TerminalEnd::Revoked),
            LeftoverAnswer::Keep => {
                numbered.stage = TabStage::Kept;
                numbered.by = Role::Host;
            }
        }
        Ok(())
    }

    pub(super) fn end_unanswered(&mut self, now: Instant) {
        for numbered in &mut self.tabs {
            if matches!(numbered.stage, TabStage::Asked(until) if until <= now) {
                numbered.end(TerminalEnd::Revoked);
            }
        }
    }

    /// A terminal of which nothing is left to be shown, and its shell's exit code.
    pub(super) fn ended(&self) -> Option<(usize, Option<i32>)> {
        let may_look = self.grants.may_look();
        self.tabs.iter().enumerate().find_map(|(index, numbered)| {
            let is_seen = may_look && numbered.stage == TabStage::Open;
            numbered.tab.exit().filter(|_| !is_seen || !numbered.tab.has_unsent()).map(|code| (index, code))
        })
    }

    /// Takes a terminal off the list, once both have heard of it.
    pub(super) async fn close(&mut self, index: usize, code: Option<i32>) {
        let may_look = self.grants.may_look();
        let Self { cx, tabs, .. } = self;
        let numbered = &mut tabs[index];
        let terminal = numbered.number;
        let (why, known) = match numbered.stage {
            TabStage::Open => (TerminalEnd::Exited(code), false),
            // The helper has lost it already.
            TabStage::Kept | TabStage::Asked(_) => (TerminalEnd::Exited(code), true),
            TabStage::Ending(why) => (why, why == TerminalEnd::Revoked),
        };
        if !numbered.told {
            let told = &mut numbered.told;
            let tell = || {
                *told = true;
                Some(TerminalEvent::Closed { terminal, why })
            };
            cx.events.emit_with(tell).await;
        }
        if known || !may_look {
            let numbered = tabs.remove(index);
            if !known && numbered.known && self.grants.looks {
                self.untold.push((terminal, why));
            }
            return;
        }
        let say = || {
            tabs.remove(index);
            Some(TerminalMessage::Closed { terminal, why })
        };
        cx.outbox.send_with(say).await;
    }
}
