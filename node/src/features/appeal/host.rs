//! The user's side: it raises the question, one at a time and not too often, and says what became of it.

use std::time::Duration;

use beistand_session::{AppealAnswer, AppealMessage, Permission, PermissionSet};
use tokio::time::{Instant, sleep_until};

use super::{AppealCommand, AppealEvent};
use crate::features::offers;
use crate::features::side::{NoWorld, Side, SideContext, SideExistence, SideFault, Standing};

/// How long a question waits: somebody who reads it may first ask on the phone.
const ANSWER_TIME: Duration = Duration::from_secs(120);

/// How long after each question the next one may be raised, the last one from then on: a user is not to be
/// worn down. What they grant begins anew.
const PAUSES: [Duration; 3] = [Duration::from_secs(15), Duration::from_secs(60), Duration::from_secs(300)];

/// The host's side.
pub(in crate::features) struct AppealHost {
    cx: SideContext<Self>,
    /// What is granted, where the session runs and isn't paused.
    granted: Option<PermissionSet>,
    /// What the user is being asked for, and until when.
    open: Option<(Permission, Instant)>,
    pace: AppealPace,
    /// What the technician has yet to hear.
    unsaid: Option<AppealMessage>,
}

impl Side for AppealHost {
    type Message = AppealMessage;
    type Command = AppealCommand;
    type Event = AppealEvent;
    type World = NoWorld;

    const EXISTENCE: SideExistence = SideExistence::WholeSession;

    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault> {
        let granted = granted(now);
        Ok(Self { cx, granted, open: None, pace: AppealPace::default(), unsaid: None })
    }

    async fn command(&mut self, command: AppealCommand) {
        match (command, self.open) {
            (AppealCommand::Decline, Some(_)) => self.close(Some(AppealAnswer::Declined)),
            (AppealCommand::Decline, None) | (AppealCommand::Ask { .. }, _) => {
                self.cx.events.try_emit(AppealEvent::Refused);
            }
        }
    }

    async fn heard(&mut self, message: AppealMessage) -> Result<(), SideFault> {
        match message {
            AppealMessage::Ask { permission, reason } => self.raise(permission, reason, Instant::now()),
            // The session lets none through from a technician.
            AppealMessage::Answer { .. } => {}
        }
        Ok(())
    }

    async fn changed(&mut self, now: &Standing) {
        let before = std::mem::replace(&mut self.granted, granted(now));
        if let (Some(before), Some(granted)) = (before, self.granted)
            && !granted.difference(before).is_empty()
        {
            self.pace = AppealPace::default();
        }
        match self.open {
            Some((permission, _)) if self.granted.is_some_and(|granted| granted.contains(permission)) => {
                self.close(None);
            }
            Some(_) if self.granted.is_none() => self.close(Some(AppealAnswer::NotAsked)),
            Some(_) | None => {}
        }
    }

    async fn run(&mut self) -> SideFault {
        loop {
            let unsaid = &mut self.unsaid;
            if unsaid.is_some() {
                self.cx.outbox.send_with(|| unsaid.take()).await;
            }
            match self.open {
                Some((_, until)) => sleep_until(until).await,
                None => return std::future::pending().await,
            }
            self.close(Some(AppealAnswer::Unanswered));
        }
    }
}

/// How often the user is asked.
#[derive(Debug, Default)]
pub(super) struct AppealPace {
    /// When the last question was raised, or was over, and how many there were.
    raised: Option<(Instant, usize)>,
}

impl AppealPace {
    /// Whether there may be a question now.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.raised.is_none_or(|(at, count)| now >= at + PAUSES[(count - 1).min(PAUSES.len() - 1)])
    }

    /// It is over: the pause begins now.
    pub(super) fn close(&mut self, now: Instant) {
        if let Some((at, _)) = &mut self.raised {
            *at = now;
        }
    }

    /// There is one.
    pub(super) fn raise(&mut self, now: Instant) {
        let count = self.raised.map_or(0, |(_, count)| count);
        self.raised = Some((now, count + 1));
    }
}

impl AppealHost {
    /// Asks the user, where that makes sense.
    fn raise(&mut self, permission: Permission, reason: String, now: Instant) {
        let possible = self
            .granted
            .is_some_and(|granted| !granted.contains(permission) && granted.has_what_it_needs(permission));
        if self.open.is_some() || !self.pace.is_due(now) || !possible || !offers().contains(permission) {
            self.answer(permission, AppealAnswer::NotAsked);
            return;
        }
        self.open = Some((permission, now + ANSWER_TIME));
        self.pace.raise(now);
        self.cx.events.try_emit(AppealEvent::Asked { permission, reason });
        self.answer(permission, AppealAnswer::Asked);
    }

    /// The question is over, with this answer where the permission itself isn't one.
    fn close(&mut self, answer: Option<AppealAnswer>) {
        let Some((permission, _)) = self.open.take() else { return };
        self.pace.close(Instant::now());
        self.cx.events.try_emit(AppealEvent::Over);
        if let Some(answer) = answer {
            self.answer(permission, answer);
        }
    }

    fn answer(&mut self, permission: Permission, answer: AppealAnswer) {
        self.unsaid = Some(AppealMessage::Answer { permission, answer });
    }
}

/// What is granted, where the session runs and isn't paused.
fn granted(now: &Standing) -> Option<PermissionSet> {
    now.granted.filter(|_| !now.paused && !now.held).map(|granted| granted.difference(now.withheld))
}
