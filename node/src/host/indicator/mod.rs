//! The bar that shows the user that somebody helps: there from consent to the end, and watched.
//!
//! A thread, which is not the one that draws the bar, asks the desktop four times a second whether the user
//! can see it. Where they can't, it is put back; where that does not help the session is paused. There is no
//! session without it. What it does not do: it grants nothing, and what is pressed on it the host's actor
//! carries out.

mod face;
mod judge;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use beistand_platform::{
    Desktop, DesktopFault, IndicatorFace, IndicatorFlaw, IndicatorPress, IndicatorSight, IndicatorWatch,
    SessionIndicator,
};
use tokio::sync::{Notify, oneshot};

use crate::fault;
use crate::features::{ActivityRecord, Standing};
use crate::words::{Phrase, Words};
pub(crate) use face::{EmergencyKeyState, NameMark, ShownSession};
use judge::{SightJudge, SightVerdict};

/// The time between two looks: with it a covered bar pauses the session after one second.
const LOOK_INTERVAL: Duration = Duration::from_millis(250);

/// Looks in a row, one second, that must have found the bar in sight before Go on counts.
const SEEN_BEFORE_GO_ON: u8 = 4;

/// How long a desktop may take to show the bar: a busy machine takes a tenth of it.
const OPEN_TIMEOUT: Duration = Duration::from_secs(5);

/// The time between two tries to make a new one where somebody destroyed it.
const REOPEN_INTERVAL: Duration = Duration::from_secs(1);

/// What the bar has to say to the host's actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IndicatorNews {
    /// The user ends the session.
    End,
    /// The user can't see the bar, so the session must not go on.
    Hidden,
    /// The user pauses the session.
    Pause,
    /// The user's hand lets the session go on.
    GoOn,
}

/// Opens the user's desktop, each time that a bar is made.
pub(crate) type OpenDesktop = Box<dyn Fn() -> Result<Arc<dyn Desktop>, DesktopFault> + Send>;

/// The bar of one session. Dropping it takes it away.
pub(crate) struct HostIndicator {
    desk: Arc<IndicatorDesk>,
    /// Raised where the bar is to make room.
    aside: Arc<Notify>,
}

/// What the actor and the thread have in common.
struct IndicatorDesk {
    state: Mutex<DeskState>,
    /// The thread is to look at the state.
    changed: Condvar,
    /// There are wishes.
    wished: Notify,
}

struct DeskState {
    session: ShownSession,
    closed: bool,
    /// Whether the bar is to make room.
    aside: bool,
    /// Looks in a row that found the bar in sight.
    seen: u8,
    wishes: IndicatorWishes,
}

/// What is wanted and was not carried out yet: a state, so that none is lost in a queue.
#[derive(Debug, Clone, Copy, Default)]
struct IndicatorWishes {
    end: bool,
    hidden: bool,
    pause: bool,
    go_on: bool,
}

impl HostIndicator {
    /// Shows the bar for `session`; it is on the screen when this returns.
    ///
    /// # Errors
    /// Why it can't be shown.
    pub(crate) async fn show(
        desktop: OpenDesktop,
        session: ShownSession,
        activity: ActivityRecord,
        aside: Arc<Notify>,
        words: Words,
    ) -> Result<Self, Phrase> {
        let wishes = IndicatorWishes::default();
        let state = DeskState { session, closed: false, aside: false, seen: 0, wishes };
        let desk = IndicatorDesk { state: Mutex::new(state), changed: Condvar::new(), wished: Notify::new() };
        let indicator = Self { desk: Arc::new(desk), aside };
        let thread = WatchThread {
            desk: Arc::clone(&indicator.desk),
            desktop,
            activity,
            words,
            started: Instant::now(),
            judge: SightJudge::default(),
        };
        let (opened, answer) = oneshot::channel();
        std::thread::Builder::new()
            .name("watch-indicator".to_owned())
            .spawn(move || thread.run(opened))
            .map_err(|error| fault::out_of_resources(&error))?;
        match tokio::time::timeout(OPEN_TIMEOUT, answer).await {
            Ok(Ok(Ok(()))) => Ok(indicator),
            Ok(Ok(Err(fault))) => Err(Phrase::from(&fault)),
            Ok(Err(_)) | Err(_) => Err(Phrase::new("indicator-silent")),
        }
    }

    /// Shows what is allowed now.
    pub(crate) fn update(&self, standing: &Standing) {
        // Before the session says what is granted, what the user has chosen is shown.
        let Some(granted) = standing.granted else { return };
        self.change(|session| {
            session.granted = granted.difference(standing.withheld);
            session.paused = standing.paused || standing.held;
        });
    }

    /// Shows whether the emergency key works now.
    pub(crate) fn show_key(&self, key: EmergencyKeyState) {
        self.change(|session| session.key = key);
    }

    /// Waits for the next news. Cancel safe.
    pub(crate) async fn next(&self) -> IndicatorNews {
        loop {
            if let Some(news) = self.desk.lock().wishes.take() {
                return news;
            }
            tokio::select! {
                () = self.desk.wished.notified() => {}
                () = self.aside.notified() => {
                    self.desk.lock().aside = true;
                    self.desk.changed.notify_all();
                }
            }
        }
    }

    /// Of a wish to go on that was not heard yet nothing is left.
    pub(crate) fn forget_go_on(&self) {
        self.desk.lock().wishes.go_on = false;
    }

    fn change(&self, change: impl FnOnce(&mut ShownSession)) {
        let mut state = self.desk.lock();
        let before = state.session.clone();
        change(&mut state.session);
        if state.session != before {
            self.desk.changed.notify_all();
        }
    }
}

impl Drop for HostIndicator {
    fn drop(&mut self) {
        self.desk.lock().closed = true;
        self.desk.changed.notify_all();
    }
}

impl IndicatorDesk {
    fn lock(&self) -> MutexGuard<'_, DeskState> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `until`, or until the session is another than `shown`; `None` where the bar is no longer
    /// wanted.
    fn wait(&self, shown: &ShownSession, until: Instant) -> Option<ShownSession> {
        let time = until.saturating_duration_since(Instant::now());
        let waiting = |state: &mut DeskState| !state.closed && !state.aside && state.session == *shown;
        let waited = self.changed.wait_timeout_while(self.lock(), time, waiting);
        let state = waited.unwrap_or_else(PoisonError::into_inner).0;
        (!state.closed).then(|| state.session.clone())
    }

    /// A button was pressed. Going on takes a bar that has been in sight for a while: under something that
    /// covers it, and lets presses through, nobody knows what they press.
    fn press(&self, press: IndicatorPress) {
        let mut state = self.lock();
        if press == IndicatorPress::GoOn && state.seen < SEEN_BEFORE_GO_ON {
            tracing::warn!("Go on was pressed on a bar that was hidden a moment ago");
            return;
        }
        state.wishes.press(press);
        drop(state);
        self.wished.notify_one();
    }

    /// What a look has found.
    fn looked(&self, sight: IndicatorSight) {
        let mut state = self.lock();
        state.seen = if sight == IndicatorSight::Seen { state.seen.saturating_add(1) } else { 0 };
    }

    fn wish(&self, wish: impl FnOnce(&mut IndicatorWishes)) {
        wish(&mut self.lock().wishes);
        self.wished.notify_one();
    }
}

impl IndicatorWishes {
    fn press(&mut self, press: IndicatorPress) {
        match press {
            IndicatorPress::End => self.end = true,
            IndicatorPress::Pause => (self.pause, self.go_on) = (true, false),
            IndicatorPress::GoOn => self.go_on = true,
        }
    }

    /// The most pressing one. What narrows goes before what widens.
    fn take(&mut self) -> Option<IndicatorNews> {
        [
            (&mut self.end, IndicatorNews::End),
            (&mut self.hidden, IndicatorNews::Hidden),
            (&mut self.pause, IndicatorNews::Pause),
            (&mut self.go_on, IndicatorNews::GoOn),
        ]
        .into_iter()
        .find_map(|(wish, news)| std::mem::take(wish).then_some(news))
    }
}

/// The thread that shows what is to be shown and looks whether it can be seen.
struct WatchThread {
    desk: Arc<IndicatorDesk>,
    desktop: OpenDesktop,
    activity: ActivityRecord,
    words: Words,
    started: Instant,
    judge: SightJudge,
}

/// A bar on the screen, and who looks at it.
struct WatchedIndicator {
    indicator: Box<dyn SessionIndicator>,
    watch: Box<dyn IndicatorWatch>,
    face: IndicatorFace,
}

impl WatchThread {
    fn run(mut self, opened: oneshot::Sender<Result<(), DesktopFault>>) {
        let session = self.desk.lock().session.clone();
        match self.open(&session) {
            // Whoever no longer waits has given up, and the desk is closed.
            Ok(shown) => {
                let _ = opened.send(Ok(()));
                self.keep(session, shown);
            }
            Err(fault) => _ = opened.send(Err(fault)),
        }
    }

    fn open(&self, session: &ShownSession) -> Result<WatchedIndicator, DesktopFault> {
        let face = self.face(session);
        let desk = Arc::clone(&self.desk);
        let pressed = Box::new(move |press| desk.press(press));
        let indicator = (self.desktop)()?.indicator(face.clone(), pressed)?;
        let watch = indicator.watch()?;
        Ok(WatchedIndicator { indicator, watch, face })
    }

    fn face(&self, session: &ShownSession) -> IndicatorFace {
        face::face(session, self.activity.at(Instant::now()), self.started.elapsed(), &self.words)
    }

    fn keep(&mut self, mut session: ShownSession, shown: WatchedIndicator) {
        let mut shown = Some(shown);
        let (mut next_look, mut reopened) = (Instant::now(), None::<Instant>);
        while let Some(now) = self.desk.wait(&session, next_look) {
            session = now;
            let aside = std::mem::take(&mut self.desk.lock().aside);
            if let Some(shown) = shown.as_ref().filter(|_| aside) {
                shown.indicator.step_aside();
            }
            let face = self.face(&session);
            if let Some(shown) = &mut shown
                && shown.face != face
            {
                shown.indicator.show(&face);
                shown.face = face;
            }
            if Instant::now() < next_look {
                continue;
            }
            next_look = Instant::now() + LOOK_INTERVAL;
            let sight = shown
                .as_mut()
                .map_or(IndicatorSight::Hidden(IndicatorFlaw::Gone), |shown| shown.watch.look());
            self.desk.looked(sight);
            let verdict = self.judge.judge(sight);
            if verdict == SightVerdict::Hidden && !session.paused {
                tracing::warn!(?sight, "the bar that shows the session is hidden");
                self.desk.wish(|wishes| (wishes.hidden, wishes.go_on) = (true, false));
            }
            match sight {
                IndicatorSight::Seen => {}
                IndicatorSight::Hidden(IndicatorFlaw::Gone | IndicatorFlaw::Stuck) => {
                    if reopened.is_none_or(|at| at.elapsed() >= REOPEN_INTERVAL) {
                        reopened = Some(Instant::now());
                        // Before the new one, which would lie below the old one.
                        drop(shown.take());
                        shown = self.open(&session).inspect_err(|fault| tracing::debug!(%fault)).ok();
                    }
                }
                IndicatorSight::Hidden(
                    IndicatorFlaw::Unmapped
                    | IndicatorFlaw::Outside
                    | IndicatorFlaw::Covered
                    | IndicatorFlaw::Altered,
                ) => {
                    if let Some(shown) = &shown {
                        shown.indicator.restore();
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
