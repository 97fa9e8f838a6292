//! The helper's side: it proposes, and hears what became of it. It believes the other side no more than that:
//! what it has not proposed, or what has ended, is passed over.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use beistand_session::{RepairEnd, RepairMessage};

use super::host::bare;
use super::{MAX_PROPOSALS, RepairCommand, RepairEvent, RepairRefusal, RepairWish};
use crate::features::TechnicianWorld;
use crate::features::side::{Side, SideContext, SideExistence, SideFault, SideLoad, Standing};

/// The technician's side.
pub(in crate::features) struct RepairTechnician {
    cx: SideContext<Self>,
    proposals: Vec<OwnProposal>,
    /// Whether an answer is awaited to how much can be freed, and to what was done before.
    awaits_space: bool,
    awaits_entries: bool,
}

/// What the technician's side works with, in a session.
#[derive(Debug, Clone, Default)]
pub(in crate::features) struct RepairCounter {
    /// The number of the session's newest proposal: it goes on where the permission comes back.
    newest: Arc<AtomicU32>,
}

impl From<&TechnicianWorld> for RepairCounter {
    fn from(_: &TechnicianWorld) -> Self {
        Self::default()
    }
}

/// What was proposed and has not ended.
struct OwnProposal {
    id: u32,
    wish: RepairWish,
    step: ProposalStep,
}

/// How far it is: each is told once, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ProposalStep {
    Proposed,
    Asked,
    Begun,
}

impl Side for RepairTechnician {
    type Message = RepairMessage;
    type Command = RepairCommand;
    type Event = RepairEvent;
    type World = RepairCounter;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        Ok(Self { cx, proposals: Vec::new(), awaits_space: false, awaits_entries: false })
    }

    async fn command(&mut self, command: RepairCommand) {
        match command {
            RepairCommand::Propose(deed) => {
                let wish = RepairWish::Deed(deed.clone());
                self.propose(wish, |id| RepairMessage::Propose { id, deed }).await;
            }
            RepairCommand::TakeBack(entry) => {
                let wish = RepairWish::TakeBack { entry, deed: None };
                self.propose(wish, |id| RepairMessage::TakeBack { id, entry }).await;
            }
            RepairCommand::Withdraw => self.withdraw().await,
            RepairCommand::Space => {
                self.awaits_space = true;
                self.cx.outbox.send(RepairMessage::AskSpace).await;
            }
            RepairCommand::List => {
                self.awaits_entries = true;
                self.cx.outbox.send(RepairMessage::AskEntries).await;
            }
            RepairCommand::Yes { .. } | RepairCommand::No { .. } | RepairCommand::Stop => {
                self.refuse(RepairRefusal::OtherSide).await;
            }
        }
    }

    async fn heard(&mut self, message: RepairMessage) -> Result<(), SideFault> {
        let event = match message {
            RepairMessage::Asked { id } => {
                self.step(id, ProposalStep::Asked).map(|wish| RepairEvent::Asked { id, wish })
            }
            RepairMessage::Begun { id } => {
                self.step(id, ProposalStep::Begun).map(|wish| RepairEvent::Begun { id, wish })
            }
            RepairMessage::Advance { id, permille } => {
                let begun = self.proposals.iter().find(|own| own.id == id && own.step == ProposalStep::Begun);
                begun.map(|own| RepairEvent::Advance { id, wish: own.wish.clone(), permille })
            }
            RepairMessage::Ended { id, outcome } => {
                let index = self.proposals.iter().position(|own| own.id == id);
                let ended = index.map(|index| self.proposals.remove(index));
                self.tell_load();
                ended.map(|own| RepairEvent::Ended { id, wish: own.wish, outcome })
            }
            RepairMessage::Space(kinds) => {
                std::mem::take(&mut self.awaits_space).then_some(RepairEvent::Space(kinds))
            }
            RepairMessage::Entries(entries) => {
                std::mem::take(&mut self.awaits_entries).then_some(RepairEvent::Entries(entries))
            }
            // The session lets none of these through from a host.
            RepairMessage::Propose { .. }
            | RepairMessage::TakeBack { .. }
            | RepairMessage::Withdraw { .. }
            | RepairMessage::AskSpace
            | RepairMessage::AskEntries => None,
        };
        if let Some(event) = event {
            self.cx.events.emit(event).await;
        }
        Ok(())
    }

    async fn stop(self) {
        self.cx.load.set(SideLoad::Idle);
        // The helper hears of each, however long their program is behind.
        for OwnProposal { id, wish, step } in self.proposals {
            let end = match step {
                ProposalStep::Proposed | ProposalStep::Asked => RepairEnd::TakenBack,
                // The other side stops it or brings it to its end, which is not heard here.
                ProposalStep::Begun => RepairEnd::Unheard,
            };
            self.cx.events.emit(RepairEvent::Ended { id, wish, outcome: bare(end) }).await;
        }
    }
}

impl RepairTechnician {
    async fn propose(&mut self, wish: RepairWish, message: impl FnOnce(u32) -> RepairMessage) {
        if self.proposals.len() >= MAX_PROPOSALS {
            return self.refuse(RepairRefusal::Behind).await;
        }
        let id = self.cx.world.newest.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        self.proposals.push(OwnProposal { id, wish: wish.clone(), step: ProposalStep::Proposed });
        self.tell_load();
        self.cx.outbox.send(message(id)).await;
        self.cx.events.emit(RepairEvent::Proposed { id, wish }).await;
    }

    /// Takes back what has not begun. It has ended here whatever the other side says, and one that has begun
    /// meanwhile is heard of by its number no more.
    async fn withdraw(&mut self) {
        let (begun, over): (Vec<_>, Vec<_>) =
            self.proposals.drain(..).partition(|own| own.step == ProposalStep::Begun);
        self.proposals = begun;
        self.tell_load();
        if over.is_empty() {
            return self.refuse(RepairRefusal::Nothing).await;
        }
        for OwnProposal { id, wish, .. } in over {
            self.cx.outbox.send(RepairMessage::Withdraw { id }).await;
            self.cx.events.emit(RepairEvent::Ended { id, wish, outcome: bare(RepairEnd::Withdrawn) }).await;
        }
    }

    async fn refuse(&self, why: RepairRefusal) {
        self.cx.events.emit(RepairEvent::Refused { why }).await;
    }

    /// A proposal has come so far, where that is news.
    fn step(&mut self, id: u32, step: ProposalStep) -> Option<RepairWish> {
        let own = self.proposals.iter_mut().find(|own| own.id == id && own.step < step)?;
        own.step = step;
        let wish = own.wish.clone();
        self.tell_load();
        Some(wish)
    }

    /// What is being done is waited for at the end, and no person's answer.
    fn tell_load(&self) {
        let begun = self.proposals.iter().any(|own| own.step == ProposalStep::Begun);
        self.cx.load.set(if begun { SideLoad::Busy } else { SideLoad::Idle });
    }
}
