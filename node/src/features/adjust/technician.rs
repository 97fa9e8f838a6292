//! The technician's side: it passes wishes on and reports what comes of them.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use beistand_session::{AdjustFault, AdjustKind, AdjustMessage, MAX_ADJUST_VALUE_BYTES};
use tokio::time::sleep_until;

use super::{AdjustCommand, AdjustEvent, AdjustRefusal};
use crate::features::errands::SideErrands;
use crate::features::side::{NoWorld, Side, SideContext, SideExistence, SideFault, SideLoad, Standing};

/// Wishes that wait for an answer: the user is asked about one at a time.
const MAX_WISHES: usize = 4;

/// How long a list is waited for: some services are slow, and some tools hang until they are ended.
const LIST_TIME: Duration = Duration::from_secs(180);

/// How long a wish waits for its end: a user who is away for longer is asked again.
const WISH_TIME: Duration = Duration::from_secs(15 * 60);

/// How long after the answer that the user is busy a wish is said again: the wish before it has ended by then
/// altogether, as a rule.
const BUSY_PAUSE: Duration = Duration::from_millis(250);

/// How often it is said again: for two seconds. What lasts longer is a question, of which the technician
/// hears.
const BUSY_TRIES: u8 = 8;

/// Lines of a list: all settings, what was changed earlier, and a few that are said again meanwhile.
const MAX_LINES: usize = AdjustKind::ALL.len() + 16;

/// Changes that are known: more than a session makes.
const MAX_KNOWN: usize = 64;

/// The technician's side.
pub(in crate::features) struct AdjustTechnician {
    cx: SideContext<Self>,
    errands: SideErrands<Self>,
    /// What was asked for and has not ended.
    wishes: Vec<HelpersWish>,
    /// Changes that were heard of and can be taken back, the oldest first.
    known: VecDeque<u32>,
    /// Settings that the host will say again, since they were changed.
    refreshes: usize,
    newest: u32,
    list: Option<AwaitedList>,
    /// The change that goes back by itself, as far as it was heard.
    on_trial: Option<u32>,
}

/// A list that was asked for.
struct AwaitedList {
    until: Instant,
    /// Lines that may still come.
    lines: usize,
}

/// A wish that was passed on.
struct HelpersWish {
    id: u32,
    message: AdjustMessage,
    /// When it is said again, and how often it was.
    again: Option<Instant>,
    tries: u8,
    /// When it is given up.
    until: Instant,
    /// Whether the user was said to be asked, and a change was heard of.
    asked: bool,
    changed: bool,
}

impl Side for AdjustTechnician {
    type Message = AdjustMessage;
    type Command = AdjustCommand;
    type Event = AdjustEvent;
    type World = NoWorld;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        // Where the side begins again in a session, the end of an older wish is not a newer one's.
        let newest = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.subsec_nanos());
        let (errands, known) = (SideErrands::default(), VecDeque::new());
        Ok(Self { cx, errands, wishes: Vec::new(), known, refreshes: 0, newest, list: None, on_trial: None })
    }

    async fn command(&mut self, command: AdjustCommand) {
        match command {
            AdjustCommand::List => {
                let until = Instant::now() + LIST_TIME;
                self.list = Some(AwaitedList { until, lines: MAX_LINES });
                self.errands.say(AdjustMessage::List);
            }
            AdjustCommand::Set { value, .. } if value.len() > MAX_ADJUST_VALUE_BYTES => {
                self.errands.emit(AdjustEvent::Refused { why: AdjustRefusal::TooLong });
            }
            AdjustCommand::Set { kind, value } => {
                self.wish(|id| AdjustMessage::Set { id, kind, value });
            }
            AdjustCommand::Undo { change } => {
                self.know(change);
                self.wish(|id| AdjustMessage::Undo { id, change });
            }
            AdjustCommand::Yes { .. } | AdjustCommand::No { .. } | AdjustCommand::Keep { .. } => {
                self.errands.emit(AdjustEvent::Refused { why: AdjustRefusal::UsersOnly });
            }
        }
        self.tell_load();
        self.errands.pass_on(&self.cx).await;
    }

    async fn heard(&mut self, message: AdjustMessage) -> Result<(), SideFault> {
        if let Some(event) = self.take_in(message) {
            self.errands.emit(event);
        }
        self.tell_load();
        self.errands.pass_on(&self.cx).await;
        Ok(())
    }

    async fn refused(&mut self) {
        // What had no room will not be answered.
        self.list = None;
        for HelpersWish { id, .. } in std::mem::take(&mut self.wishes) {
            self.errands.emit(AdjustEvent::Ended { id, fault: Some(AdjustFault::Lost) });
        }
        self.tell_load();
        self.errands.pass_on(&self.cx).await;
    }

    async fn run(&mut self) -> SideFault {
        loop {
            self.errands.pass_on(&self.cx).await;
            let list = self.list.iter().map(|list| list.until);
            let wishes =
                self.wishes.iter().map(|wish| wish.again.map_or(wish.until, |again| again.min(wish.until)));
            let Some(next) = wishes.chain(list).min() else { return std::future::pending().await };
            sleep_until(next.into()).await;
            self.give_up(Instant::now());
            self.say_again(Instant::now());
        }
    }

    async fn stop(self) {
        self.cx.load.set(SideLoad::Idle);
        let (wishes, events) = (self.wishes, self.cx.events);
        tokio::spawn(async move {
            for HelpersWish { id, .. } in wishes {
                events.emit(AdjustEvent::Ended { id, fault: Some(AdjustFault::TakenBack) }).await;
            }
        });
    }
}

impl AdjustTechnician {
    fn wish(&mut self, message: impl FnOnce(u32) -> AdjustMessage) {
        if self.wishes.len() >= MAX_WISHES {
            return self.errands.emit(AdjustEvent::Refused { why: AdjustRefusal::Behind });
        }
        self.newest = self.newest.wrapping_add(1);
        let (id, until) = (self.newest, Instant::now() + WISH_TIME);
        let message = message(id);
        self.errands.emit(AdjustEvent::Sent { id });
        self.errands.say(message.clone());
        let (again, tries) = (None, 0);
        self.wishes.push(HelpersWish { id, message, again, tries, until, asked: false, changed: false });
    }

    /// Says again what the user was too busy for.
    fn say_again(&mut self, now: Instant) {
        for wish in &mut self.wishes {
            if wish.again.take_if(|again| *again <= now).is_some() {
                wish.tries += 1;
                self.errands.say(wish.message.clone());
            }
        }
    }

    fn tell_load(&self) {
        let idle = self.wishes.is_empty() && self.list.is_none();
        self.cx.load.set(if idle { SideLoad::Idle } else { SideLoad::Busy });
    }

    /// Waits no longer for what nobody has answered.
    fn give_up(&mut self, now: Instant) {
        self.list.take_if(|list| list.until <= now);
        let (lost, left): (Vec<_>, Vec<_>) = self.wishes.drain(..).partition(|wish| wish.until <= now);
        self.wishes = left;
        for HelpersWish { id, .. } in lost {
            self.errands.emit(AdjustEvent::Ended { id, fault: Some(AdjustFault::Lost) });
        }
        self.tell_load();
    }

    /// Notes a change that can be taken back.
    fn know(&mut self, change: u32) {
        if !self.known.contains(&change) {
            self.known.push_back(change);
        }
        while self.known.len() > MAX_KNOWN {
            self.known.pop_front();
        }
    }

    /// Whether a list may still have a line.
    fn list_line(&mut self) -> Option<()> {
        let list = self.list.as_mut()?;
        list.lines = list.lines.checked_sub(1)?;
        Some(())
    }

    /// Takes in what the host says, as far as it was asked for: what it makes up or repeats is not told.
    fn take_in(&mut self, message: AdjustMessage) -> Option<AdjustEvent> {
        match message {
            AdjustMessage::Listed => self.list.take().map(|_| AdjustEvent::Listed),
            AdjustMessage::Asked { id } => {
                self.wishes.iter_mut().find(|wish| wish.id == id && !wish.asked)?.asked = true;
                Some(AdjustEvent::Asked { id })
            }
            AdjustMessage::Ended { id, fault } => {
                let place = self.wishes.iter().position(|wish| wish.id == id)?;
                let wish = &mut self.wishes[place];
                if fault == Some(AdjustFault::Busy) && wish.tries < BUSY_TRIES && !wish.asked {
                    wish.again = Some(Instant::now() + BUSY_PAUSE);
                    return None;
                }
                self.wishes.remove(place);
                Some(AdjustEvent::Ended { id, fault })
            }
            AdjustMessage::Changed { change, trial_secs } => {
                // One for each wish; the host says it before the wish has ended.
                self.wishes.iter_mut().find(|wish| !wish.changed)?.changed = true;
                self.know(change.number);
                self.on_trial = (trial_secs > 0).then_some(change.number);
                self.refreshes = (self.refreshes + 1).min(AdjustKind::ALL.len());
                Some(AdjustEvent::Changed { change, trial_secs })
            }
            AdjustMessage::Kept { change } => {
                let kept = self.on_trial.take_if(|on_trial| *on_trial == change);
                kept.map(|change| AdjustEvent::Kept { change })
            }
            AdjustMessage::Undone { change, by } => {
                let place = self.known.iter().position(|known| *known == change)?;
                self.known.remove(place);
                self.refreshes = (self.refreshes + 1).min(AdjustKind::ALL.len());
                Some(AdjustEvent::Undone { change, by })
            }
            AdjustMessage::Setting { kind, state } => {
                if self.list_line().is_none() {
                    self.refreshes = self.refreshes.checked_sub(1)?;
                }
                Some(AdjustEvent::Setting { kind, state })
            }
            AdjustMessage::Earlier(change) => {
                self.list_line()?;
                self.know(change.number);
                Some(AdjustEvent::Earlier(change))
            }
            // The session lets none of these through from a host.
            AdjustMessage::List | AdjustMessage::Set { .. } | AdjustMessage::Undo { .. } => None,
        }
    }
}
