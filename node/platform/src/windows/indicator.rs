//! The bar that shows the user that somebody helps, and the look at it from outside.

use std::ptr::null_mut;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use windows_sys::Win32::Foundation::{HWND, POINT, RECT};
use windows_sys::Win32::System::Threading::GetCurrentThreadId;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    DispatchMessageW, GWL_EXSTYLE, GetMessageW, GetWindowLongW, GetWindowRect, IsWindow, IsWindowVisible,
    MSG, PostThreadMessageW, SMTO_ABORTIFHUNG, SendMessageTimeoutW, WM_APP, WM_NULL, WM_QUIT, WS_EX_LAYERED,
    WindowFromPoint,
};

use super::bar::BarWindows;
use super::last_fault;
use super::monitors::SeenMonitors;
use crate::{
    DesktopFault, DesktopPart, IndicatorFace, IndicatorFlaw, IndicatorPressReceiver, IndicatorSight,
    IndicatorWatch, SessionIndicator,
};

/// How long the bar may take for its answer, in milliseconds: it only draws.
const ANSWER_MILLIS: u32 = 500;

/// What the bar's thread is told.
const DRAW: u32 = WM_APP;
const RESTORE: u32 = WM_APP + 1;
const STEP_ASIDE: u32 = WM_APP + 2;

/// The bar; it goes with this value.
pub(super) struct WindowsIndicator {
    face: Arc<Mutex<IndicatorFace>>,
    /// The bars as they are now, by their numbers.
    bars: Arc<Mutex<Vec<usize>>>,
    number: u32,
    thread: Option<JoinHandle<()>>,
}

impl WindowsIndicator {
    /// # Errors
    /// [`DesktopFault::Unavailable`].
    pub(super) fn open(face: IndicatorFace, pressed: IndicatorPressReceiver) -> Result<Self, DesktopFault> {
        let (face, bars) = (Arc::new(Mutex::new(face)), Arc::<Mutex<Vec<usize>>>::default());
        let (shown, noted) = (Arc::clone(&face), Arc::clone(&bars));
        let (opened, answer) = sync_channel(1);
        let run = move || run(shown, pressed, &noted, &opened);
        let thread = std::thread::Builder::new().name("indicator".to_owned()).spawn(run);
        let thread = thread.map_err(|_| last_fault(DesktopPart::Indicator))?;
        let number = answer.recv().map_err(|_| last_fault(DesktopPart::Indicator))??;
        Ok(Self { face, bars, number, thread: Some(thread) })
    }

    fn tell(&self, message: u32) {
        // SAFETY: a message without content to a thread that is waiting for one.
        unsafe { PostThreadMessageW(self.number, message, 0, 0) };
    }
}

fn run(
    face: Arc<Mutex<IndicatorFace>>,
    pressed: IndicatorPressReceiver,
    noted: &Mutex<Vec<usize>>,
    opened: &SyncSender<Result<u32, DesktopFault>>,
) {
    let mut bar = match BarWindows::show(face, pressed) {
        Ok(bar) => bar,
        Err(fault) => return drop(opened.send(Err(fault))),
    };
    let note = |bar: &BarWindows| *lock(noted) = bar.bars().map(|bar| bar as usize).collect();
    note(&bar);
    // SAFETY: it only asks.
    drop(opened.send(Ok(unsafe { GetCurrentThreadId() })));
    // SAFETY: all zeros is a valid message.
    let mut message: MSG = unsafe { std::mem::zeroed() };
    // SAFETY: it fills the message; 0 is the end, -1 a fault.
    while unsafe { GetMessageW(&raw mut message, null_mut(), 0, 0) } > 0 {
        let done = match message.message {
            DRAW if message.hwnd.is_null() => Ok(bar.draw()),
            RESTORE if message.hwnd.is_null() => bar.restore(),
            STEP_ASIDE if message.hwnd.is_null() => bar.step_aside(),
            _ => {
                // SAFETY: it is the message that was just got.
                unsafe { DispatchMessageW(&raw const message) };
                continue;
            }
        };
        if let Err(fault) = done {
            tracing::warn!(%fault, "the bar is gone");
        }
        note(&bar);
    }
    lock(noted).clear();
}

fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it is held.
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SessionIndicator for WindowsIndicator {
    fn show(&self, face: &IndicatorFace) {
        lock(&self.face).clone_from(face);
        self.tell(DRAW);
    }

    fn restore(&self) {
        self.tell(RESTORE);
    }

    fn step_aside(&self) {
        self.tell(STEP_ASIDE);
    }

    fn watch(&self) -> Result<Box<dyn IndicatorWatch>, DesktopFault> {
        Ok(Box::new(BarWatch { bars: Arc::clone(&self.bars) }))
    }
}

impl Drop for WindowsIndicator {
    fn drop(&mut self) {
        self.tell(WM_QUIT);
        if let Some(thread) = self.thread.take() {
            // Fails only where the thread has panicked, and its windows are gone then.
            drop(thread.join());
        }
    }
}

/// Looks at the bars by what Windows says of them.
struct BarWatch {
    bars: Arc<Mutex<Vec<usize>>>,
}

impl IndicatorWatch for BarWatch {
    fn look(&mut self) -> IndicatorSight {
        let bars: Vec<HWND> = lock(&self.bars).iter().map(|bar| *bar as HWND).collect();
        let monitors = SeenMonitors::look();
        if bars.is_empty() {
            return IndicatorSight::Hidden(IndicatorFlaw::Gone);
        }
        let flaw = bars.iter().find_map(|bar| flaw(*bar, &monitors));
        match flaw {
            Some(flaw) => IndicatorSight::Hidden(flaw),
            None if bars.len() < monitors.places.len() => IndicatorSight::Hidden(IndicatorFlaw::Outside),
            None => IndicatorSight::Seen,
        }
    }
}

fn flaw(bar: HWND, monitors: &SeenMonitors) -> Option<IndicatorFlaw> {
    let mut rect = RECT { left: 0, top: 0, right: 0, bottom: 0 };
    // SAFETY: they only ask, and fill what is theirs; a window that is gone says so.
    unsafe {
        if IsWindow(bar) == 0 || GetWindowRect(bar, &raw mut rect) == 0 {
            return Some(IndicatorFlaw::Gone);
        }
        if IsWindowVisible(bar) == 0 {
            return Some(IndicatorFlaw::Unmapped);
        }
        if GetWindowLongW(bar, GWL_EXSTYLE).cast_unsigned() & WS_EX_LAYERED != 0 {
            return Some(IndicatorFlaw::Altered);
        }
        if SendMessageTimeoutW(bar, WM_NULL, 0, 0, SMTO_ABORTIFHUNG, ANSWER_MILLIS, null_mut()) == 0 {
            return Some(IndicatorFlaw::Stuck);
        }
    }
    let is_inside = monitors.places.iter().any(|(_, place)| {
        rect.left >= place.left
            && rect.top >= place.top
            && rect.right <= place.right
            && rect.bottom <= place.bottom
    });
    if !is_inside {
        return Some(IndicatorFlaw::Outside);
    }
    let middle = i32::midpoint(rect.top, rect.bottom);
    let is_covered = [rect.left + 8, i32::midpoint(rect.left, rect.right), rect.right - 8]
        .into_iter()
        // SAFETY: it only asks.
        .any(|x| unsafe { WindowFromPoint(POINT { x, y: middle }) } != bar);
    is_covered.then_some(IndicatorFlaw::Covered)
}
