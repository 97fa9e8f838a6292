//! The user's own hand, by low-level hooks: Windows calls them before any window gets an event, and marks
//! what a program has injected.
//!
//! A thread of its own waits for messages, by which the hooks are called. Windows takes a hook away whose
//! thread is slow (300 ms); so the hooks only note and tell. Nothing is held up or swallowed.

use std::cell::RefCell;
use std::ptr::null_mut;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::{LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::System::Threading::GetCurrentThreadId;
use windows_sys::Win32::UI::Input::KeyboardAndMouse::{
    VK_CONTROL, VK_END, VK_LCONTROL, VK_LMENU, VK_MENU, VK_RCONTROL, VK_RETURN, VK_RMENU, VK_SPACE,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CallNextHookEx, GetMessageW, HC_ACTION, HHOOK, KBDLLHOOKSTRUCT, LLKHF_INJECTED, LLMHF_INJECTED, MSG,
    MSLLHOOKSTRUCT, PostThreadMessageW, SetWindowsHookExW, UnhookWindowsHookEx, WH_KEYBOARD_LL, WH_MOUSE_LL,
    WINDOWS_HOOK_ID, WM_KEYDOWN, WM_LBUTTONDOWN, WM_MBUTTONDOWN, WM_QUIT, WM_RBUTTONDOWN, WM_SYSKEYDOWN,
    WM_XBUTTONDOWN,
};

use super::last_fault;
use super::monitors::DesktopBounds;
use crate::{
    AnswerKey, DesktopFault, DesktopPart, Origin, PressOrigin, SeenKey, SeenPress, UserSign,
    UserSignReceiver, UserWatch,
};

/// How often a hand that goes on is told of: a mouse sends a thousand events a second.
const HAND_INTERVAL: Duration = Duration::from_millis(50);

/// How long a press is the one that a window asks about.
const PRESS_LIFE: Duration = Duration::from_secs(1);

/// Presses that are kept: more than one within a second already can't be told apart.
const MAX_PRESSES: usize = 16;

/// How far from where a window saw a press it may be, in pixels: a window counts in parts of them.
const NEARNESS: f32 = 3.0;

thread_local! {
    /// What the hooks of this thread report to; Windows hands a hook nothing of its program's.
    static HOOKED: RefCell<Option<HookDesk>> = const { RefCell::new(None) };
}

/// What the hooks of one thread know.
struct HookDesk {
    tell: Box<dyn FnMut(HookedEvent) + Send>,
}

/// An event before any window has it.
#[derive(Debug, Clone, Copy)]
enum HookedEvent {
    /// A key went down or up.
    Key { key: u16, pressed: bool, by_hand: bool },
    /// A button went down.
    Press { x: i32, y: i32, by_hand: bool },
    /// The mouse moved, its wheel turned or a button went up.
    Motion { by_hand: bool },
}

/// The thread of two hooks; it ends with this value.
struct HookThread {
    number: u32,
    thread: Option<JoinHandle<()>>,
}

impl HookThread {
    fn start(tell: Box<dyn FnMut(HookedEvent) + Send>, part: DesktopPart) -> Result<Self, DesktopFault> {
        let (opened, answer) = sync_channel(1);
        let run = move || {
            HOOKED.set(Some(HookDesk { tell }));
            let (keyboard, mouse) =
                (LowHook::set(WH_KEYBOARD_LL, keyboard_hook), LowHook::set(WH_MOUSE_LL, mouse_hook));
            let (Some(_keyboard), Some(_mouse)) = (keyboard, mouse) else {
                drop(opened.send(Err(last_fault(part))));
                return;
            };
            // SAFETY: it only asks.
            drop(opened.send(Ok(unsafe { GetCurrentThreadId() })));
            wait_for_quit();
        };
        let thread = std::thread::Builder::new().name("user-watch".to_owned()).spawn(run);
        let thread = thread.map_err(|_| last_fault(part))?;
        let number = answer.recv().map_err(|_| last_fault(part))??;
        Ok(Self { number, thread: Some(thread) })
    }
}

impl Drop for HookThread {
    fn drop(&mut self) {
        // SAFETY: a message without content to a thread that is waiting for one.
        unsafe { PostThreadMessageW(self.number, WM_QUIT, 0, 0) };
        if let Some(thread) = self.thread.take() {
            // Fails only where the thread has panicked, and then it tells nothing any more.
            drop(thread.join());
        }
    }
}

/// A hook of this thread's; taken away when dropped.
struct LowHook(HHOOK);

impl LowHook {
    fn set(
        kind: WINDOWS_HOOK_ID,
        call: unsafe extern "system" fn(i32, WPARAM, LPARAM) -> LRESULT,
    ) -> Option<Self> {
        // SAFETY: the function is of the hook's form and lives as long as the program.
        let hook = unsafe { SetWindowsHookExW(kind, Some(call), GetModuleHandleW(null_mut()), 0) };
        (!hook.is_null()).then_some(Self(hook))
    }
}

impl Drop for LowHook {
    fn drop(&mut self) {
        // SAFETY: it is ours.
        unsafe { UnhookWindowsHookEx(self.0) };
    }
}

fn wait_for_quit() {
    // SAFETY: all zeros is a valid message.
    let mut message: MSG = unsafe { std::mem::zeroed() };
    // SAFETY: it fills the message; 0 is the end, -1 a fault.
    while unsafe { GetMessageW(&raw mut message, null_mut(), 0, 0) } > 0 {}
}

fn report(event: HookedEvent) {
    HOOKED.with(|desk| {
        if let Ok(mut desk) = desk.try_borrow_mut()
            && let Some(desk) = desk.as_mut()
        {
            (desk.tell)(event);
        }
    });
}

/// # Safety
/// As Windows calls it: for `HC_ACTION` the last value is the address of what happened.
unsafe extern "system" fn keyboard_hook(code: i32, kind: WPARAM, event: LPARAM) -> LRESULT {
    if code == HC_ACTION as i32 {
        // SAFETY: Windows says that it is one.
        let event = unsafe { &*(event as *const KBDLLHOOKSTRUCT) };
        let pressed = matches!(u32::try_from(kind), Ok(WM_KEYDOWN | WM_SYSKEYDOWN));
        let (key, by_hand) = (event.vkCode as u16, event.flags & LLKHF_INJECTED == 0);
        report(HookedEvent::Key { key, pressed, by_hand });
    }
    // SAFETY: the same values go on to the next hook.
    unsafe { CallNextHookEx(null_mut(), code, kind, event) }
}

/// # Safety
/// As Windows calls it: for `HC_ACTION` the last value is the address of what happened.
unsafe extern "system" fn mouse_hook(code: i32, kind: WPARAM, event: LPARAM) -> LRESULT {
    if code == HC_ACTION as i32 {
        // SAFETY: Windows says that it is one.
        let event = unsafe { &*(event as *const MSLLHOOKSTRUCT) };
        let by_hand = event.flags & LLMHF_INJECTED == 0;
        let is_press = matches!(
            u32::try_from(kind),
            Ok(WM_LBUTTONDOWN | WM_RBUTTONDOWN | WM_MBUTTONDOWN | WM_XBUTTONDOWN)
        );
        report(match is_press {
            true => HookedEvent::Press { x: event.pt.x, y: event.pt.y, by_hand },
            false => HookedEvent::Motion { by_hand },
        });
    }
    // SAFETY: the same values go on to the next hook.
    unsafe { CallNextHookEx(null_mut(), code, kind, event) }
}

/// Watches the user's hand and the combination by which they stop everything.
pub(super) struct HookedHand {
    _hooks: HookThread,
}

impl HookedHand {
    /// # Errors
    /// [`DesktopFault::Unavailable`] where Windows sets no hook.
    pub(super) fn start(mut tell: UserSignReceiver) -> Result<Self, DesktopFault> {
        let mut told: Option<Instant> = None;
        let mut held = HeldByHand::default();
        let listen = move |event: HookedEvent| {
            let by_hand = match event {
                HookedEvent::Key { key, pressed, by_hand: true } => {
                    if held.fires(key, pressed) {
                        tell(UserSign::Panic);
                    }
                    true
                }
                HookedEvent::Press { by_hand, .. } | HookedEvent::Motion { by_hand } => by_hand,
                HookedEvent::Key { by_hand: false, .. } => false,
            };
            if by_hand && told.is_none_or(|told| told.elapsed() >= HAND_INTERVAL) {
                told = Some(Instant::now());
                tell(UserSign::Hand);
            }
        };
        Ok(Self { _hooks: HookThread::start(Box::new(listen), DesktopPart::UserWatch)? })
    }
}

impl UserWatch for HookedHand {}

/// Ctrl and Alt, as far as a hand holds them.
#[derive(Debug, Default)]
struct HeldByHand {
    control: bool,
    alt: bool,
}

impl HeldByHand {
    /// Whether this press is the combination's last, [`PANIC`](crate::KeyCombination::PANIC).
    fn fires(&mut self, key: u16, pressed: bool) -> bool {
        match key {
            VK_CONTROL | VK_LCONTROL | VK_RCONTROL => self.control = pressed,
            VK_MENU | VK_LMENU | VK_RMENU => self.alt = pressed,
            _ => {}
        }
        pressed && key == VK_END && self.control && self.alt
    }
}

/// Tells a hand from a program by what the hooks saw last.
pub(super) struct HookedPresses {
    log: Arc<Mutex<PressLog>>,
    _hooks: HookThread,
}

/// Presses that nobody has asked about yet.
#[derive(Debug, Default)]
struct PressLog {
    buttons: Vec<(Instant, i32, i32, Origin)>,
    keys: Vec<(Instant, u16, Origin)>,
}

impl HookedPresses {
    /// # Errors
    /// [`DesktopFault::Unavailable`] where Windows sets no hook.
    pub(super) fn open() -> Result<Self, DesktopFault> {
        let log = Arc::new(Mutex::new(PressLog::default()));
        let noted = Arc::clone(&log);
        let note = move |event| lock(&noted).note(event);
        let hooks = HookThread::start(Box::new(note), DesktopPart::PressOrigin)?;
        Ok(Self { log, _hooks: hooks })
    }
}

fn lock(log: &Mutex<PressLog>) -> MutexGuard<'_, PressLog> {
    // Nothing panics while it is held.
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

impl PressLog {
    fn note(&mut self, event: HookedEvent) {
        let origin = |by_hand| if by_hand { Origin::Physical } else { Origin::Injected };
        match event {
            HookedEvent::Press { x, y, by_hand } => {
                self.buttons.retain(|(at, ..)| at.elapsed() < PRESS_LIFE);
                self.buttons.push((Instant::now(), x, y, origin(by_hand)));
                // Of so many none can be told apart any more, as of two.
                self.buttons.truncate(MAX_PRESSES);
            }
            HookedEvent::Key { key, pressed: true, by_hand } => {
                self.keys.retain(|(at, ..)| at.elapsed() < PRESS_LIFE);
                self.keys.push((Instant::now(), key, origin(by_hand)));
                self.keys.truncate(MAX_PRESSES);
            }
            HookedEvent::Key { pressed: false, .. } | HookedEvent::Motion { .. } => {}
        }
    }

    fn button(&mut self, seen: &SeenPress, bounds: DesktopBounds) -> Origin {
        let recent = std::mem::take(&mut self.buttons);
        let mut recent = recent.into_iter().filter(|(at, ..)| at.elapsed() < PRESS_LIFE);
        match (recent.next(), recent.next()) {
            (Some((_, x, y, origin)), None) => {
                let near = seen.position.is_none_or(|(seen_x, seen_y)| {
                    let (x, y) = ((x - bounds.left) as f32, (y - bounds.top) as f32);
                    (x - seen_x).abs() <= NEARNESS && (y - seen_y).abs() <= NEARNESS
                });
                if near { origin } else { Origin::Unclear }
            }
            (None, _) => Origin::Unknown,
            (Some(_), Some(_)) => Origin::Unclear,
        }
    }

    fn key(&mut self, seen: &SeenKey) -> Origin {
        let recent = std::mem::take(&mut self.keys);
        let mut recent = recent.into_iter().filter(|(at, ..)| at.elapsed() < PRESS_LIFE);
        match (recent.next(), recent.next()) {
            (Some((_, key, origin)), None) if named(key) == seen.key => origin,
            (None, _) => Origin::Unknown,
            (Some(_), _) => Origin::Unclear,
        }
    }
}

fn named(key: u16) -> AnswerKey {
    match key {
        VK_SPACE => AnswerKey::Space,
        VK_RETURN => AnswerKey::Enter,
        _ => AnswerKey::Other,
    }
}

impl PressOrigin for HookedPresses {
    fn origin_of(&mut self, press: &SeenPress) -> Origin {
        lock(&self.log).button(press, DesktopBounds::look())
    }

    fn key_origin_of(&mut self, key: &SeenKey) -> Origin {
        lock(&self.log).key(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: DesktopBounds = DesktopBounds { left: -100, top: 0, width: 800, height: 600 };

    #[test]
    fn a_press_is_a_hands_only_where_it_is_the_one_and_where_it_was_seen() {
        let seen = |x, y| SeenPress { seen: Instant::now(), position: Some((x, y)) };
        let mut log = PressLog::default();
        assert_eq!(log.button(&seen(110.0, 20.0), BOUNDS), Origin::Unknown);
        let press = |by_hand| HookedEvent::Press { x: 10, y: 20, by_hand };
        for (presses, expected) in
            [(&[true][..], Origin::Physical), (&[false], Origin::Injected), (&[true, true], Origin::Unclear)]
        {
            presses.iter().for_each(|by_hand| log.note(press(*by_hand)));
            assert_eq!(log.button(&seen(110.0, 20.0), BOUNDS), expected);
        }
        log.note(press(true));
        assert_eq!(log.button(&seen(150.0, 20.0), BOUNDS), Origin::Unclear);
    }

    #[test]
    fn only_a_hand_that_holds_ctrl_and_alt_stops_everything() {
        let mut held = HeldByHand::default();
        assert!(!held.fires(VK_END, true));
        assert!(!held.fires(VK_LCONTROL, true));
        assert!(!held.fires(VK_LMENU, true));
        assert!(held.fires(VK_END, true));
        assert!(!held.fires(VK_LMENU, false));
        assert!(!held.fires(VK_END, true));
    }
}
