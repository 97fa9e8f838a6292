//! The user's own hand in a session: it wins over the technician's at once, and its emergency key stops
//! everything.
//!
//! What it does: keeps when the hand was last used and lets whoever injects react at once, on the thread on
//! which the desktop tells. What it does not do: it ends and pauses nothing; the session's actor does, by
//! the signs that it is passed.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use beistand_platform::{Desktop, DesktopFault, DesktopPart, UserSign, UserSignReceiver, UserWatch};
use beistand_platform::{PanicKeySign, PanicKeyWatch};
use tokio::sync::watch;

use crate::handle::Notice;

/// How long the user's own mouse and keyboard keep the technician's away.
const USER_PRIORITY: Duration = Duration::from_secs(2);

/// What of the user concerns the session's actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UserAlarm {
    /// They have pressed the emergency key.
    Panic,
    /// The desktop has ended what it gave: by their press on its own sign, or otherwise.
    Stopped,
    /// They can't be watched any more.
    Unwatched,
    /// Their monitor shows something else than this screen.
    Away,
    /// From now on the emergency key is heard.
    KeyHeard,
    /// It no longer is.
    KeyUnheard,
}

/// What was told and concerns the session's actor: a state, so that none is lost behind others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct ToldAlarms {
    panic: bool,
    stopped: bool,
    unwatched: bool,
    /// How often.
    away: u64,
    /// Whether the desktop hears the emergency key for us.
    key_heard: bool,
}

/// Where the session's actor finds the alarms.
#[derive(Debug)]
pub(crate) struct AlarmInbox {
    told: watch::Receiver<ToldAlarms>,
    heeded: ToldAlarms,
}

impl AlarmInbox {
    /// The next one, the most pressing first. Cancel safe.
    pub(crate) async fn recv(&mut self) -> UserAlarm {
        loop {
            let told = *self.told.borrow_and_update();
            let heeded = &mut self.heeded;
            if told.panic && !heeded.panic {
                heeded.panic = true;
                return UserAlarm::Panic;
            }
            if told.stopped && !heeded.stopped {
                heeded.stopped = true;
                return UserAlarm::Stopped;
            }
            if told.unwatched && !heeded.unwatched {
                heeded.unwatched = true;
                return UserAlarm::Unwatched;
            }
            if told.away != heeded.away {
                heeded.away = told.away;
                return UserAlarm::Away;
            }
            if told.key_heard != heeded.key_heard {
                heeded.key_heard = told.key_heard;
                return if told.key_heard { UserAlarm::KeyHeard } else { UserAlarm::KeyUnheard };
            }
            if self.told.changed().await.is_err() {
                // Nobody watches any more, so nothing is told.
                std::future::pending::<()>().await;
            }
        }
    }
}

/// What reacts to the hand. It must not wait.
pub(crate) type HandReaction = dyn Fn() + Send + Sync;

/// The user's hand; clones are one.
#[derive(Clone)]
pub(crate) struct UserHand {
    state: Arc<HandState>,
}

struct HandState {
    began: Instant,
    /// When it was last used: microseconds since `began`, plus one; 0 before the first time.
    used: AtomicU64,
    stopped: AtomicBool,
    reactions: Mutex<Vec<Weak<HandReaction>>>,
    /// Why nobody watches it.
    unwatched: Mutex<Option<DesktopFault>>,
}

/// A watched hand, and what the session's actor hears of it.
pub(crate) struct WatchedHand {
    pub(crate) hand: UserHand,
    pub(crate) alarms: AlarmInbox,
    /// Why the session begins paused: the user isn't in front of the screen that is shared.
    pub(crate) absence: Option<Notice>,
    /// Why the emergency key isn't heard, where it isn't.
    pub(crate) key_fault: Option<DesktopFault>,
    /// Where the alarms are told.
    outbox: Arc<watch::Sender<ToldAlarms>>,
    /// Ends the watch when it is dropped.
    _watch: Option<Box<dyn UserWatch>>,
    /// The same where the desktop listens for the emergency key.
    key_watch: Option<Box<dyn PanicKeyWatch>>,
}

impl WatchedHand {
    /// Watches the hand at this desktop. Where that can't be done the hand knows why. A desktop that does not
    /// answer at once holds nobody else up.
    pub(crate) async fn start(desktop: Result<Arc<dyn Desktop>, DesktopFault>) -> Self {
        let hand = UserHand::new();
        let (outbox, told) = watch::channel(ToldAlarms::default());
        let alarms = AlarmInbox { told, heeded: ToldAlarms::default() };
        let outbox = Arc::new(outbox);
        let (reacting, telling) = (hand.clone(), outbox.clone());
        let tell: UserSignReceiver = Box::new(move |sign| {
            reacting.take_sign(sign);
            match sign {
                UserSign::Hand => {}
                UserSign::Panic => telling.send_modify(|told| told.panic = true),
                UserSign::Stopped => telling.send_modify(|told| told.stopped = true),
                UserSign::Unwatched => telling.send_modify(|told| told.unwatched = true),
                UserSign::Away => telling.send_modify(|told| told.away += 1),
            }
        });
        let hears_key = desktop.as_ref().is_ok_and(|desktop| desktop.hears_panic_key());
        let watch = tokio::task::spawn_blocking(move || desktop.and_then(|desktop| desktop.watch_user(tell)));
        // Fails only where it has panicked.
        let watch = watch.await.unwrap_or(Err(DesktopFault::NotHere(DesktopPart::UserWatch)));
        let watch = watch.map_err(|fault| {
            tracing::error!(%fault, "the user's own hand can't be watched: no remote input");
            *lock(&hand.state.unwatched) = Some(fault);
        });
        let no_key = (!hears_key).then_some(DesktopFault::NotHere(DesktopPart::EmergencyKey));
        let key_fault = hand.unwatched().or(no_key);
        Self { hand, alarms, absence: None, key_fault, outbox, _watch: watch.ok(), key_watch: None }
    }

    /// Has the desktop listen for the emergency key where nobody hears it yet. It may ask its user, so this
    /// is for after their yes.
    pub(crate) fn listen_for_key(&mut self, desktop: Result<Arc<dyn Desktop>, DesktopFault>, title: String) {
        if self.key_fault != Some(DesktopFault::NotHere(DesktopPart::EmergencyKey)) {
            return;
        }
        let (hand, outbox) = (self.hand.clone(), self.outbox.clone());
        let tell = move |sign| match sign {
            PanicKeySign::Heard => outbox.send_modify(|told| told.key_heard = true),
            PanicKeySign::Unheard => outbox.send_modify(|told| told.key_heard = false),
            PanicKeySign::Pressed => {
                hand.take_sign(UserSign::Panic);
                outbox.send_modify(|told| told.panic = true);
            }
        };
        match desktop.and_then(|desktop| desktop.listen_for_panic_key(title, Box::new(tell))) {
            Ok(watch) => self.key_watch = Some(watch),
            Err(fault) => tracing::debug!(%fault, "the desktop does not listen for the emergency key"),
        }
    }
}

impl UserHand {
    /// A hand that rests.
    pub(crate) fn new() -> Self {
        let state = HandState {
            began: Instant::now(),
            used: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            reactions: Mutex::default(),
            unwatched: Mutex::default(),
        };
        Self { state: Arc::new(state) }
    }

    /// Why nobody watches it, where nobody does: nothing may be injected then.
    pub(crate) fn unwatched(&self) -> Option<DesktopFault> {
        lock(&self.state.unwatched).clone()
    }

    /// Whether it keeps remote input out now. What it did before `since` doesn't count: that was the click on
    /// Allow.
    pub(crate) fn keeps_input_out(&self, since: Instant) -> bool {
        self.state.stopped.load(Ordering::Acquire)
            || self.last_use().is_some_and(|at| at > since && at.elapsed() < USER_PRIORITY)
    }

    /// From now on `reaction` is called as soon as the hand is used after a rest, and at the emergency key,
    /// for as long as somebody holds it.
    pub(crate) fn on_use(&self, reaction: &Arc<HandReaction>) {
        let mut reactions = lock(&self.state.reactions);
        reactions.retain(|known| known.strong_count() > 0);
        reactions.push(Arc::downgrade(reaction));
    }

    pub(crate) fn take_sign(&self, sign: UserSign) {
        let rested = self.last_use().is_none_or(|at| at.elapsed() >= USER_PRIORITY);
        let now = u64::try_from(self.state.began.elapsed().as_micros()).unwrap_or(u64::MAX - 1);
        match sign {
            UserSign::Hand => self.state.used.store(now + 1, Ordering::Release),
            // Nobody could stop the technician by hand any more: better stopped now.
            UserSign::Panic | UserSign::Stopped | UserSign::Unwatched => {
                self.state.stopped.store(true, Ordering::Release)
            }
            UserSign::Away => {}
        }
        if rested || sign != UserSign::Hand {
            for reaction in lock(&self.state.reactions).iter().filter_map(Weak::upgrade) {
                reaction();
            }
        }
    }

    fn last_use(&self) -> Option<Instant> {
        let micros = self.state.used.load(Ordering::Acquire).checked_sub(1)?;
        Some(self.state.began + Duration::from_micros(micros))
    }
}

/// Nothing is half done where a reaction has panicked.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for UserHand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserHand").field("used", &self.state.used).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(hand: &UserHand) -> (Arc<HandReaction>, Arc<AtomicU64>) {
        let count = Arc::new(AtomicU64::new(0));
        let counter = count.clone();
        let reaction: Arc<HandReaction> = Arc::new(move || _ = counter.fetch_add(1, Ordering::Relaxed));
        hand.on_use(&reaction);
        (reaction, count)
    }

    #[test]
    fn a_hand_that_goes_on_is_reacted_to_once_and_the_emergency_key_always() {
        let hand = UserHand::new();
        let (reaction, count) = counted(&hand);
        for _ in 0..10 {
            hand.take_sign(UserSign::Hand);
        }
        assert_eq!(count.load(Ordering::Relaxed), 1);
        hand.take_sign(UserSign::Panic);
        assert_eq!(count.load(Ordering::Relaxed), 2);
        drop(reaction);
        hand.take_sign(UserSign::Panic);
        assert_eq!(count.load(Ordering::Relaxed), 2, "nobody holds it any more");
    }

    #[tokio::test]
    async fn no_alarm_is_lost_behind_others_and_the_emergency_key_comes_first() {
        let (outbox, told) = watch::channel(ToldAlarms::default());
        let mut alarms = AlarmInbox { told, heeded: ToldAlarms::default() };
        outbox.send_modify(|told| told.away += 100);
        outbox.send_modify(|told| told.unwatched = true);
        outbox.send_modify(|told| told.stopped = true);
        outbox.send_modify(|told| (told.panic, told.key_heard) = (true, true));
        let expected = [UserAlarm::Panic, UserAlarm::Stopped, UserAlarm::Unwatched, UserAlarm::Away];
        for expected in expected.into_iter().chain([UserAlarm::KeyHeard]) {
            assert_eq!(alarms.recv().await, expected);
        }
        outbox.send_modify(|told| told.away += 1);
        assert_eq!(alarms.recv().await, UserAlarm::Away, "again");
        outbox.send_modify(|told| told.key_heard = false);
        assert_eq!(alarms.recv().await, UserAlarm::KeyUnheard);
    }

    #[test]
    fn what_the_hand_did_before_does_not_count_and_the_emergency_key_lasts() {
        let hand = UserHand::new();
        let before = Instant::now();
        hand.take_sign(UserSign::Hand);
        assert!(hand.keeps_input_out(before.checked_sub(Duration::from_millis(1)).expect("it runs")));
        assert!(!hand.keeps_input_out(Instant::now()));
        hand.take_sign(UserSign::Panic);
        assert!(hand.keeps_input_out(Instant::now()));
    }
}
