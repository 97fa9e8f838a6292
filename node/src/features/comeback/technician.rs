//! The technician's side: it keeps the ticket that the host has handed over, while it may.

use beistand_session::{ComebackMessage, Permission, PermissionSet, Role};
use tokio::time::{Instant, sleep_until};

use super::desk::{KeptTicket, REFRESH_INTERVAL, ReturnErrands, ReturnWorld};
use super::{ComebackCommand, ComebackEvent};
use crate::features::side::{Side, SideContext, SideExistence, SideFault, Standing};

/// Secrets of one session that are kept, one in the place of the other: each grant makes one, and no user
/// grants so often. What a host says beyond that writes nothing.
const MAX_OFFERS: u32 = 32;

/// The technician's side.
pub(in crate::features) struct ComebackTechnician {
    cx: SideContext<Self>,
    errands: ReturnErrands,
    kept: KeptTicket,
    /// What the side has not followed yet.
    behind: Option<Standing>,
    /// What the user allows, as far as it is known here.
    granted: Option<PermissionSet>,
    offers: u32,
    refresh_at: Option<Instant>,
}

impl Side for ComebackTechnician {
    type Message = ComebackMessage;
    type Command = ComebackCommand;
    type Event = ComebackEvent;
    type World = ReturnWorld;

    const EXISTENCE: SideExistence = SideExistence::WholeSessionActing;

    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault> {
        let kept = KeptTicket::new(Role::Technician, cx.world.clone());
        let errands = ReturnErrands::default();
        Ok(Self { cx, errands, kept, behind: Some(*now), granted: None, offers: 0, refresh_at: None })
    }

    async fn command(&mut self, command: ComebackCommand) {
        match command {
            ComebackCommand::Announce if self.granted.is_some() => {
                self.errands.say(ComebackMessage::Announce);
                self.errands.emit(ComebackEvent::Announced { allowed: self.may_return() });
            }
            ComebackCommand::Announce => self.errands.emit(ComebackEvent::Refused { behind: false }),
        }
        self.errands.pass_on(&self.cx).await;
    }

    async fn heard(&mut self, message: ComebackMessage) -> Result<(), SideFault> {
        match message {
            // The news that it is allowed may come a moment later, by another way.
            ComebackMessage::Offer { secret, name } => {
                if self.offers < MAX_OFFERS && (self.granted.is_none() || self.may_return()) {
                    self.offers += 1;
                    let granted = self.granted.unwrap_or(PermissionSet::NONE.with(Permission::Reconnect));
                    let kept = self.kept.keep(secret, Some(name), granted);
                    self.refresh_at = kept.then(|| Instant::now() + REFRESH_INTERVAL);
                    self.errands.say(ComebackMessage::Kept(kept));
                    self.errands.emit(if kept {
                        ComebackEvent::Kept
                    } else {
                        ComebackEvent::NotKept { by: Role::Technician }
                    });
                }
            }
            // The session lets none of these through from a host.
            ComebackMessage::Kept(_) | ComebackMessage::Announce => {}
        }
        self.errands.pass_on(&self.cx).await;
        Ok(())
    }

    async fn changed(&mut self, now: &Standing) {
        self.behind = None;
        self.follow(now);
        self.errands.pass_on(&self.cx).await;
    }

    async fn run(&mut self) -> SideFault {
        loop {
            if let Some(now) = self.behind.take() {
                self.follow(&now);
            }
            self.errands.pass_on(&self.cx).await;
            match self.refresh_at {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
            self.refresh();
        }
    }
}

impl ComebackTechnician {
    fn may_return(&self) -> bool {
        self.granted.is_some_and(|granted| granted.contains(Permission::Reconnect))
    }

    /// Brings the ticket in line with what is allowed.
    fn follow(&mut self, now: &Standing) {
        if now.granted.is_none() || now.granted == self.granted {
            return;
        }
        self.granted = now.granted;
        self.kept.begin();
        if !self.may_return() {
            self.refresh_at = None;
            self.errands.unsay();
            if self.kept.drop_it() {
                self.errands.emit(ComebackEvent::TakenBack);
            }
        } else if self.kept.is_kept() {
            self.refresh();
        }
    }

    fn refresh(&mut self) {
        let Some(granted) = self.granted else { return };
        let kept = self.kept.refresh(granted);
        self.refresh_at = kept.then(|| Instant::now() + REFRESH_INTERVAL);
        if !kept {
            // Another window has removed it, or the disk is full: it is gone for this session.
            self.errands.emit(ComebackEvent::TakenBack);
        }
    }
}
