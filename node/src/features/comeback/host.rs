//! The user's side: it makes the secret, hands it over, and keeps the ticket while the permission is there.

use std::time::Duration;

use beistand_session::{ComebackMessage, Permission, PermissionSet, ReturnSecret, Role};
use tokio::time::{Instant, sleep_until};

use super::desk::{KeptTicket, REFRESH_INTERVAL, ReturnErrands, ReturnWorld};
use super::{ComebackCommand, ComebackEvent};
use crate::features::side::{Side, SideContext, SideExistence, SideFault, Standing};

/// How long after each of them a helper's next announcement is told, and how many are: nobody restarts a
/// computer more often, and a user is not to be worn down. A change of what is allowed begins anew.
const ANNOUNCE_PAUSES: [Duration; 3] =
    [Duration::from_secs(30), Duration::from_secs(300), Duration::from_secs(300)];

/// The host's side.
pub(in crate::features) struct ComebackHost {
    cx: SideContext<Self>,
    errands: ReturnErrands,
    kept: KeptTicket,
    /// What the side has not followed yet.
    behind: Option<Standing>,
    granted: PermissionSet,
    /// The secret that the technician has yet to get.
    unsaid: Option<ReturnSecret>,
    /// Whether the user was told that the technician has it.
    told: bool,
    refresh_at: Option<Instant>,
    /// Whether somebody removed the ticket: there is no other until the permission is granted again.
    removed: bool,
    /// When the newest announcement was told, and how many were.
    announced_at: Option<Instant>,
    announced: usize,
}

impl Side for ComebackHost {
    type Message = ComebackMessage;
    type Command = ComebackCommand;
    type Event = ComebackEvent;
    type World = ReturnWorld;

    // Whether the permission is there decides, not a pause.
    const EXISTENCE: SideExistence = SideExistence::WholeSessionActing;

    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault> {
        let kept = KeptTicket::new(Role::Host, cx.world.clone());
        Ok(Self {
            cx,
            errands: ReturnErrands::default(),
            kept,
            behind: Some(*now),
            granted: PermissionSet::NONE,
            unsaid: None,
            told: false,
            refresh_at: None,
            removed: false,
            announced_at: None,
            announced: 0,
        })
    }

    async fn command(&mut self, command: ComebackCommand) {
        match command {
            // The verb is the technician's.
            ComebackCommand::Announce => self.errands.emit(ComebackEvent::Refused { behind: false }),
        }
        self.errands.pass_on(&self.cx).await;
    }

    async fn heard(&mut self, message: ComebackMessage) -> Result<(), SideFault> {
        match message {
            ComebackMessage::Kept(true) => {
                if self.kept.is_kept() && !std::mem::replace(&mut self.told, true) {
                    self.errands.emit(ComebackEvent::Kept);
                }
            }
            ComebackMessage::Kept(false) => {
                self.refresh_at = None;
                if self.kept.drop_it() {
                    self.errands.emit(ComebackEvent::NotKept { by: Role::Technician });
                }
            }
            ComebackMessage::Announce => self.take_announcement(Instant::now()),
            // The session lets none through from a technician.
            ComebackMessage::Offer { .. } => {}
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

impl ComebackHost {
    /// Brings the ticket in line with what is allowed.
    fn follow(&mut self, now: &Standing) {
        let Some(granted) = now.granted else { return };
        self.kept.begin();
        let granted = granted.difference(now.withheld);
        let changed = std::mem::replace(&mut self.granted, granted) != granted;
        if changed {
            self.announced = 0;
        }
        if !granted.contains(Permission::Reconnect) {
            self.unsaid = None;
            self.removed = false;
            self.refresh_at = None;
            self.errands.unsay();
            if self.kept.drop_it() {
                self.errands.emit(ComebackEvent::TakenBack);
            }
        } else if !self.kept.is_kept() {
            // Where a ticket can't be kept another change of the permissions tries again.
            if changed && !self.removed {
                self.make();
            }
        } else if changed {
            self.refresh();
        }
        // While the session is paused nothing is said.
        if now.allowed().contains(Permission::Reconnect)
            && let Some(secret) = self.unsaid.take()
        {
            self.errands.say(ComebackMessage::Offer { secret, name: self.kept.own_name() });
        }
    }

    fn make(&mut self) {
        let secret = ReturnSecret::generate().ok();
        self.told = false;
        self.unsaid = secret.filter(|secret| self.kept.keep(secret.clone(), None, self.granted));
        if self.unsaid.is_some() {
            self.refresh_at = Some(Instant::now() + REFRESH_INTERVAL);
        } else {
            self.errands.emit(ComebackEvent::NotKept { by: Role::Host });
        }
    }

    fn refresh(&mut self) {
        let kept = self.kept.refresh(self.granted);
        self.refresh_at = kept.then(|| Instant::now() + REFRESH_INTERVAL);
        if !kept {
            // Another window has removed it, or the disk is full: it is gone for this session.
            self.removed = true;
            self.errands.emit(ComebackEvent::TakenBack);
        }
    }

    fn take_announcement(&mut self, now: Instant) {
        let pause = self.announced.checked_sub(1).map(|told| ANNOUNCE_PAUSES.get(told).copied());
        let due = match (pause, self.announced_at) {
            (Some(Some(pause)), Some(at)) => now.duration_since(at) >= pause,
            // They have been told often enough.
            (Some(None), _) => false,
            (None, _) | (_, None) => true,
        };
        if due {
            self.announced_at = Some(now);
            self.announced += 1;
            let allowed = self.granted.contains(Permission::Reconnect);
            self.errands.emit(ComebackEvent::Announced { allowed });
        }
    }
}
