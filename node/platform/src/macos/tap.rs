//! Listening to mouse and keyboard by an event tap: macOS calls it before a window gets an event, and says
//! which process has made the event, if one has.
//!
//! A thread of its own runs the loop by which the tap is called. The tap only listens: it swallows and
//! changes nothing. Where macOS turns it off, because it was slow or the user wanted it, it is turned on
//! again.

use std::ffi::c_void;
use std::ptr::NonNull;
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;

use objc2_core_foundation::{CFMachPort, CFRetained, CFRunLoop, kCFRunLoopCommonModes};
use objc2_core_graphics::{
    CGEvent, CGEventField, CGEventFlags, CGEventTapLocation, CGEventTapOptions, CGEventTapPlacement,
    CGEventTapProxy, CGEventType, CGPreflightListenEventAccess,
};

use super::permission;
use crate::macos_facts::tapped_event::TappedEvent;
use crate::macos_facts::virtual_key;
use crate::{DesktopFault, DesktopObstacle, DesktopPart, SystemPermission};

/// What is listened to.
const KINDS: [CGEventType; 14] = [
    CGEventType::LeftMouseDown,
    CGEventType::LeftMouseUp,
    CGEventType::RightMouseDown,
    CGEventType::RightMouseUp,
    CGEventType::OtherMouseDown,
    CGEventType::OtherMouseUp,
    CGEventType::MouseMoved,
    CGEventType::LeftMouseDragged,
    CGEventType::RightMouseDragged,
    CGEventType::OtherMouseDragged,
    CGEventType::ScrollWheel,
    CGEventType::KeyDown,
    CGEventType::KeyUp,
    CGEventType::FlagsChanged,
];

/// Who hears of each event. It must not wait.
pub(super) type TapReceiver = Box<dyn FnMut(TappedEvent) + Send>;

/// The thread of a tap; it ends with this value.
pub(super) struct TapThread {
    run_loop: SharedRunLoop,
    thread: Option<JoinHandle<()>>,
}

/// What the tap is called with.
struct TapDesk {
    tell: TapReceiver,
    /// The tap itself, once there is one.
    port: Option<CFRetained<CFMachPort>>,
}

/// A thread's loop, which others may end.
struct SharedRunLoop(CFRetained<CFRunLoop>);

// SAFETY: it is counted atomically, and of what is done with it here, stopping it and waking it up, both may
// be done from any thread.
unsafe impl Send for SharedRunLoop {}
// SAFETY: as above.
unsafe impl Sync for SharedRunLoop {}

impl TapThread {
    /// # Errors
    /// [`DesktopFault::Unavailable`] where macOS gives this program no tap.
    pub(super) fn start(part: DesktopPart, tell: TapReceiver) -> Result<Self, DesktopFault> {
        permission::require(SystemPermission::Accessibility, part)?;
        let fault = move |what: &str| DesktopFault::Unavailable {
            part,
            obstacle: DesktopObstacle::System(what.to_owned()),
        };
        let (opened, answer) = sync_channel(1);
        let run = move || {
            let desk = Box::into_raw(Box::new(TapDesk { tell, port: None }));
            // SAFETY: it is a desk that nobody else knows yet.
            let tapped = unsafe { tap(desk) };
            let is_open = tapped.is_some();
            drop(opened.send(tapped.map(SharedRunLoop)));
            if is_open {
                // Until it is stopped. The tap is called by it alone.
                CFRunLoop::run();
            }
            // SAFETY: the loop is over, so that nobody else uses the desk any more.
            let desk = unsafe { Box::from_raw(desk) };
            if let Some(port) = &desk.port {
                CFMachPort::invalidate(port);
            }
        };
        let thread = std::thread::Builder::new().name("event-tap".to_owned()).spawn(run);
        let thread = thread.map_err(|error| fault(&error.to_string()))?;
        let run_loop = answer.recv().ok().flatten().ok_or_else(|| fault("CGEventTapCreate"))?;
        Ok(Self { run_loop, thread: Some(thread) })
    }
}

impl Drop for TapThread {
    fn drop(&mut self) {
        while let Some(thread) = &self.thread {
            // A loop that hasn't begun yet isn't stopped by being told to; it is told again then.
            self.run_loop.0.stop();
            if thread.is_finished() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        if let Some(thread) = self.thread.take() {
            // Fails only where the thread has panicked, and then it tells nothing any more.
            drop(thread.join());
        }
    }
}

/// Makes the tap and has this thread's loop call it.
///
/// # Safety
/// The desk stays where it is until the tap is invalidated, and nobody uses it while the loop runs.
unsafe fn tap(desk: *mut TapDesk) -> Option<CFRetained<CFRunLoop>> {
    let mask = KINDS.iter().fold(0_u64, |mask, kind| mask | 1 << kind.0);
    // To listen alone needs a permission of its own, which who may control has or hasn't, as macOS decides.
    let options = match CGPreflightListenEventAccess() {
        true => CGEventTapOptions::ListenOnly,
        false => CGEventTapOptions::Default,
    };
    // SAFETY: the function has the form that is asked for, and what it is called with is said above.
    let port = unsafe {
        CGEvent::tap_create(
            CGEventTapLocation::SessionEventTap,
            CGEventTapPlacement::HeadInsertEventTap,
            options,
            mask,
            Some(tapped),
            desk.cast::<c_void>(),
        )
    }?;
    // SAFETY: the loop doesn't run yet.
    unsafe { (*desk).port = Some(port.clone()) };
    let source = CFMachPort::new_run_loop_source(None, Some(&port), 0)?;
    let run_loop = CFRunLoop::current()?;
    // SAFETY: the constant is a string that lives as long as the program.
    run_loop.add_source(Some(&source), unsafe { kCFRunLoopCommonModes });
    CGEvent::tap_enable(&port, true);
    Some(run_loop)
}

/// # Safety
/// As macOS calls it: on the thread of the loop, with the desk's address.
unsafe extern "C-unwind" fn tapped(
    _: CGEventTapProxy,
    kind: CGEventType,
    event: NonNull<CGEvent>,
    desk: *mut c_void,
) -> *mut CGEvent {
    // SAFETY: it is the desk, which only this function uses while the loop runs, and never twice at once.
    let desk = unsafe { &mut *desk.cast::<TapDesk>() };
    if kind == CGEventType::TapDisabledByTimeout || kind == CGEventType::TapDisabledByUserInput {
        if let Some(port) = &desk.port {
            CGEvent::tap_enable(port, true);
        }
    } else {
        // SAFETY: macOS hands over an event for as long as this takes.
        let seen = seen(kind, unsafe { event.as_ref() });
        (desk.tell)(seen);
    }
    event.as_ptr()
}

fn seen(kind: CGEventType, event: &CGEvent) -> TappedEvent {
    let event = Some(event);
    // What comes from a device was made by no process.
    let by_hand = CGEvent::integer_value_field(event, CGEventField::EventSourceUnixProcessID) == 0;
    match kind {
        CGEventType::KeyDown | CGEventType::KeyUp | CGEventType::FlagsChanged => {
            let key = CGEvent::integer_value_field(event, CGEventField::KeyboardEventKeycode);
            let key = u16::try_from(key).unwrap_or(u16::MAX);
            let flags = CGEvent::flags(event);
            TappedEvent::Key {
                key,
                pressed: kind == CGEventType::KeyDown || (kind != CGEventType::KeyUp && is_down(key, flags)),
                control: flags.contains(CGEventFlags::MaskControl),
                option: flags.contains(CGEventFlags::MaskAlternate),
                by_hand,
            }
        }
        CGEventType::LeftMouseDown | CGEventType::RightMouseDown | CGEventType::OtherMouseDown => {
            let at = CGEvent::location(event);
            TappedEvent::Press { x: at.x, y: at.y, by_hand }
        }
        _ => TappedEvent::Motion { by_hand },
    }
}

/// Whether this modifier is down, by what is held now.
fn is_down(key: u16, flags: CGEventFlags) -> bool {
    virtual_key::is_modifier(key)
        && match key {
            0x36 | 0x37 => flags.contains(CGEventFlags::MaskCommand),
            0x38 | 0x3c => flags.contains(CGEventFlags::MaskShift),
            0x39 => flags.contains(CGEventFlags::MaskAlphaShift),
            0x3a | 0x3d => flags.contains(CGEventFlags::MaskAlternate),
            0x3b | 0x3e => flags.contains(CGEventFlags::MaskControl),
            _ => flags.contains(CGEventFlags::MaskSecondaryFn),
        }
}
