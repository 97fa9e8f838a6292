//! The bar that shows the user that somebody helps, drawn by a process of its own, and the look at it from
//! outside.

use std::io;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::bar::BAR_ARGUMENT;
use super::displays;
use super::seat::DesktopSeat;
use super::shown_windows::{self, ShownWindow};
use crate::macos_facts::bar_wire::{BarOrder, BarReport};
use crate::macos_facts::display_places::{MacDisplay, MacDisplays};
use crate::{
    DesktopFault, DesktopObstacle, DesktopPart, IndicatorFace, IndicatorFlaw, IndicatorPressReceiver,
    IndicatorSight, IndicatorWatch, SessionIndicator,
};

/// How long the bar may take until it is shown: a program is started for it.
const START_TIME: Duration = Duration::from_secs(4);

/// How long it may take for its answer: it only draws.
const ANSWER_TIME: Duration = Duration::from_millis(500);

/// On which layer it lies: above menus and what fills the display.
const BAR_LAYER: i64 = 1000;

/// From which layer on a window is the pointer's.
const POINTER_LAYER: i64 = i32::MAX as i64 - 100;

/// Orders that may wait: the bar takes them as they come, and a later face replaces an earlier one.
const MAX_ORDERS: usize = 16;

/// The bar; it goes with this value.
pub(super) struct BarProcess {
    process: Child,
    orders: SyncSender<BarOrder>,
    answers: Answers,
    seat: DesktopSeat,
}

/// How many times the bar has answered, or that it no longer can.
#[derive(Clone, Default)]
struct Answers {
    shared: Arc<(Mutex<AnswerState>, Condvar)>,
}

#[derive(Debug, Clone, Copy, Default)]
struct AnswerState {
    pongs: u64,
    gone: bool,
}

impl BarProcess {
    /// # Errors
    /// [`DesktopFault::Unavailable`].
    pub(super) fn open(
        face: IndicatorFace,
        pressed: IndicatorPressReceiver,
        seat: DesktopSeat,
    ) -> Result<Self, DesktopFault> {
        let mut process = start().map_err(|error| fault(&error))?;
        let streams = process.stdin.take().zip(process.stdout.take());
        let (input, output) = streams.ok_or_else(|| fault(&io::ErrorKind::BrokenPipe.into()))?;
        let (orders, waiting) = sync_channel(MAX_ORDERS);
        let answers = Answers::default();
        seat.note_bar(process.id());
        let bar = Self { process, orders, answers, seat };
        let (shown, answer) = sync_channel(1);
        let heard = bar.answers.clone();
        let writer = move || write_orders(input, waiting);
        let reader = move || read_reports(output, pressed, &heard, &shown);
        let spawn = |name: &str| std::thread::Builder::new().name(name.to_owned());
        spawn("bar-orders").spawn(writer).map_err(|error| fault(&error))?;
        spawn("bar-reports").spawn(reader).map_err(|error| fault(&error))?;
        bar.order(BarOrder::Show(Box::new(face)));
        match answer.recv_timeout(START_TIME) {
            Ok(()) => Ok(bar),
            Err(RecvTimeoutError::Timeout) => Err(fault(&io::ErrorKind::TimedOut.into())),
            Err(RecvTimeoutError::Disconnected) => Err(fault(&io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn order(&self, order: BarOrder) {
        // A bar that takes no orders doesn't answer either, which whoever watches it notices.
        if self.orders.try_send(order).is_err() {
            tracing::warn!("the bar takes no orders");
        }
    }
}

impl Drop for BarProcess {
    fn drop(&mut self) {
        self.seat.note_bar(0);
        if let Err(error) = self.process.kill().and_then(|()| self.process.wait()) {
            tracing::warn!(%error, "the bar's process could not be ended");
        }
    }
}

fn start() -> io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(BAR_ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn()
}

fn write_orders(mut input: ChildStdin, waiting: std::sync::mpsc::Receiver<BarOrder>) {
    for order in waiting {
        if order.write(&mut input).is_err() {
            return;
        }
    }
}

fn read_reports(
    mut output: ChildStdout,
    mut pressed: IndicatorPressReceiver,
    answers: &Answers,
    shown: &SyncSender<()>,
) {
    while let Ok(report) = BarReport::read(&mut output) {
        match report {
            // Told once; whoever waited may have gone.
            BarReport::Shown => drop(shown.try_send(())),
            BarReport::Pong => answers.change(|state| state.pongs += 1),
            BarReport::Pressed(press) => pressed(press),
        }
    }
    answers.change(|state| state.gone = true);
}

impl Answers {
    fn lock(&self) -> MutexGuard<'_, AnswerState> {
        // Nothing panics while it is held.
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut AnswerState)) {
        change(&mut self.lock());
        self.shared.1.notify_all();
    }

    /// Waits for one more than there were, or until the bar is gone.
    fn wait(&self, before: u64) -> AnswerState {
        let waiting = |state: &mut AnswerState| !state.gone && state.pongs <= before;
        let waited = self.shared.1.wait_timeout_while(self.lock(), ANSWER_TIME, waiting);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

fn fault(error: &io::Error) -> DesktopFault {
    let obstacle = DesktopObstacle::System(error.to_string());
    DesktopFault::Unavailable { part: DesktopPart::Indicator, obstacle }
}

impl SessionIndicator for BarProcess {
    fn show(&self, face: &IndicatorFace) {
        self.order(BarOrder::Show(Box::new(face.clone())));
    }

    fn restore(&self) {
        self.order(BarOrder::Restore);
    }

    fn step_aside(&self) {
        self.order(BarOrder::StepAside);
    }

    fn watch(&self) -> Result<Box<dyn IndicatorWatch>, DesktopFault> {
        let (orders, answers) = (self.orders.clone(), self.answers.clone());
        Ok(Box::new(BarSightWatch { process: i64::from(self.process.id()), orders, answers }))
    }
}

/// Looks at the bars by what macOS says of their windows.
struct BarSightWatch {
    process: i64,
    orders: SyncSender<BarOrder>,
    answers: Answers,
}

impl IndicatorWatch for BarSightWatch {
    fn look(&mut self) -> IndicatorSight {
        let before = *self.answers.lock();
        if before.gone {
            return IndicatorSight::Hidden(IndicatorFlaw::Gone);
        }
        // One that takes no more orders doesn't answer in time.
        drop(self.orders.try_send(BarOrder::Ping));
        let after = self.answers.wait(before.pongs);
        if after.gone {
            return IndicatorSight::Hidden(IndicatorFlaw::Gone);
        }
        if after.pongs <= before.pongs {
            return IndicatorSight::Hidden(IndicatorFlaw::Stuck);
        }
        match flaw(&shown_windows::look(), &displays::look(), self.process) {
            Some(flaw) => IndicatorSight::Hidden(flaw),
            None => IndicatorSight::Seen,
        }
    }
}

/// What keeps the user from seeing a bar on each display, of the windows from the one in front on.
fn flaw(windows: &[ShownWindow], displays: &MacDisplays, process: i64) -> Option<IndicatorFlaw> {
    // What is thinner is a side of the frame.
    let is_bar = |window: &ShownWindow| window.owner == process && window.is_broad();
    let bars: Vec<(usize, &ShownWindow)> =
        windows.iter().enumerate().filter(|(_, window)| is_bar(window)).collect();
    if bars.is_empty() {
        return Some(IndicatorFlaw::Unmapped);
    }
    if bars.iter().any(|(_, bar)| bar.alpha < 1.0 || bar.layer != BAR_LAYER) {
        return Some(IndicatorFlaw::Altered);
    }
    let is_on = |(_, bar): &&(usize, &ShownWindow), display: &MacDisplay| {
        let (x, y) = (bar.bounds.origin.x, bar.bounds.origin.y);
        x >= display.left
            && y >= display.top
            && x + bar.bounds.size.width <= display.left + display.width
            && y + bar.bounds.size.height <= display.top + display.height
    };
    if !displays.places().all(|(display, _)| bars.iter().any(|bar| is_on(&bar, display))) {
        return Some(IndicatorFlaw::Outside);
    }
    let covers = |above: &ShownWindow, bar: &ShownWindow| {
        above.owner != process && above.alpha > 0.0 && above.layer < POINTER_LAYER && above.overlaps(bar)
    };
    let is_covered = bars.iter().any(|(at, bar)| windows[..*at].iter().any(|above| covers(above, bar)));
    is_covered.then_some(IndicatorFlaw::Covered)
}
