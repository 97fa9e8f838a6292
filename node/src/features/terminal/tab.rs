//! One terminal of the host's: a thread that has its shell, and what others see of it.
//!
//! The thread reads no more than the helper's side keeps up with, so that a program that prints without end
//! waits, as on a slow line. While nobody but the user sees the terminal it reads freely.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use beistand_platform::terminal::{ShellInterest, ShellRead, ShellWaker, ShellWatch, UserShell};
use beistand_session::{MAX_PRINTED_BYTES, PRINTED_AHEAD, Role, TerminalSize};
use tokio::sync::Notify;

use super::screen::TerminalScreen;
use super::typed::TypedRecord;

/// The most bytes that wait to be typed: a program that doesn't read holds up a page or two, and what is
/// typed beyond that is refused.
const MAX_WAITING_BYTES: usize = 64 << 10;

/// What is read after a shell's end: the system holds no more of what the shell itself printed.
const MAX_LAST_BYTES: usize = 128 << 10;

/// Recorded lines that wait to be told.
const MAX_RECORDED: usize = 256;

/// A terminal, as the host's side holds it. The shell is ended when this is dropped.
pub(super) struct HostTab {
    shared: Arc<TabShared>,
    waker: ShellWaker,
    watch: ShellWatch,
}

struct TabShared {
    screen: TerminalScreen,
    state: Mutex<TabState>,
    /// Held while something is printed and passed on, so that nobody sees it half done.
    printing: Mutex<()>,
    /// Told of everything that the host's side has to carry on.
    news: Arc<Notify>,
}

#[derive(Default)]
struct TabState {
    // Orders
    by_user: TypingQueue,
    by_helper: TypingQueue,
    size: Option<TerminalSize>,
    ends: bool,
    /// Whether the helper sees it.
    shared: bool,
    /// Whether it is recorded what the helper types.
    recorded: bool,
    // What comes of it
    unsent: VecDeque<Vec<u8>>,
    /// The numbers of the newest output that was sent and that was taken.
    sent: u32,
    taken: u32,
    changed: bool,
    lines: VecDeque<String>,
    /// Lines that are not in the record, for there was no room.
    lost: usize,
    exit: Option<Option<i32>>,
}

/// What one of them typed and waits for room in the terminal.
#[derive(Default)]
struct TypingQueue {
    parts: VecDeque<Vec<u8>>,
    bytes: usize,
}

impl TypingQueue {
    /// Whether there is room for it.
    fn push(&mut self, part: Vec<u8>) -> bool {
        if self.bytes + part.len() > MAX_WAITING_BYTES {
            return false;
        }
        self.bytes += part.len();
        self.parts.push_back(part);
        true
    }

    /// Takes so much off its first part as `take` says.
    fn pass(&mut self, take: impl FnOnce(&[u8]) -> usize) -> Vec<u8> {
        let Some(mut part) = self.parts.pop_front() else { return Vec::new() };
        let rest = part.split_off(take(&part).min(part.len()));
        self.bytes -= part.len();
        if !rest.is_empty() {
            self.parts.push_front(rest);
        }
        part
    }
}

/// What the thread does next.
struct TabOrders {
    size: Option<TerminalSize>,
    ends: bool,
    recorded: bool,
    /// Whether anything is to be typed.
    types: bool,
    /// Whether it may read what is printed.
    reads: bool,
}

impl HostTab {
    /// Starts the thread.
    pub(super) fn start(shell: UserShell, size: TerminalSize, news: Arc<Notify>) -> std::io::Result<Self> {
        let (waker, watch) = (shell.waker(), shell.watch());
        let state = Mutex::new(TabState::default());
        let shared = Arc::new(TabShared {
            screen: TerminalScreen::new(size),
            state,
            printing: Mutex::default(),
            news,
        });
        let theirs = shared.clone();
        std::thread::Builder::new().name("terminal".to_owned()).spawn(move || work(shell, &theirs))?;
        Ok(Self { shared, waker, watch })
    }

    pub(super) fn screen(&self) -> &TerminalScreen {
        &self.shared.screen
    }

    /// Types this; whether there is room for it.
    pub(super) fn type_in(&self, from: Role, bytes: Vec<u8>) -> bool {
        let mut state = self.shared.lock();
        let has_room = match from {
            Role::Host => state.by_user.push(bytes),
            Role::Technician => state.by_helper.push(bytes),
        };
        drop(state);
        self.waker.wake();
        has_room
    }

    /// What the helper typed and no program has read must not be read any more. What the user typed ahead is
    /// lost with it: the terminal knows no difference.
    pub(super) fn void(&self) {
        let state = &mut *self.shared.lock();
        state.by_helper = TypingQueue::default();
        self.watch.drop_typed();
        self.waker.wake();
    }

    pub(super) fn resize(&self, size: TerminalSize) {
        self.shared.lock().size = Some(size);
        self.waker.wake();
    }

    /// Whether the helper sees it from now on; where they do, they are shown first what is there.
    pub(super) fn share(&self, shared: bool) {
        let _whole = self.shared.printing.lock().unwrap_or_else(PoisonError::into_inner);
        let state = &mut *self.shared.lock();
        if std::mem::replace(&mut state.shared, shared) != shared {
            state.unsent.clear();
            // What was on its way is lost, or was taken.
            state.taken = state.sent;
            if shared {
                let repainting = self.shared.screen.repainting();
                state.unsent.extend(repainting.chunks(MAX_PRINTED_BYTES).map(<[u8]>::to_vec));
            }
        }
        self.waker.wake();
        self.shared.news.notify_one();
    }

    pub(super) fn record(&self, recorded: bool) {
        self.shared.lock().recorded = recorded;
    }

    /// The helper's side has drawn all output up to this number.
    pub(super) fn taken(&self, number: u32) {
        let state = &mut *self.shared.lock();
        state.taken = number.clamp(state.taken, state.sent);
        self.waker.wake();
        self.shared.news.notify_one();
    }

    /// The next output for the helper, with its number, where their side keeps up.
    pub(super) fn next_output(&self) -> Option<(u32, Vec<u8>)> {
        let state = &mut *self.shared.lock();
        if state.sent - state.taken >= PRINTED_AHEAD {
            return None;
        }
        let bytes = state.unsent.pop_front()?;
        state.sent = state.sent.wrapping_add(1);
        self.waker.wake();
        Some((state.sent, bytes))
    }

    /// Whether there is any.
    pub(super) fn has_output(&self) -> bool {
        let state = self.shared.lock();
        !state.unsent.is_empty() && state.sent - state.taken < PRINTED_AHEAD
    }

    /// Whether any waits, whoever is to keep up.
    pub(super) fn has_unsent(&self) -> bool {
        !self.shared.lock().unsent.is_empty()
    }

    /// Whether there is something new on the screen that nobody has heard of.
    pub(super) fn take_change(&self) -> bool {
        let changed = std::mem::take(&mut self.shared.lock().changed);
        changed && self.shared.screen.announce()
    }

    /// The next line that the helper typed and that is recorded.
    pub(super) fn next_line(&self) -> Option<String> {
        self.shared.lock().lines.pop_front()
    }

    /// Takes how many lines are missing in the record.
    pub(super) fn take_lost(&self) -> usize {
        std::mem::take(&mut self.shared.lock().lost)
    }

    /// The program in the foreground, where that is not the shell.
    pub(super) fn foreground(&self) -> Option<String> {
        self.watch.foreground()
    }

    /// Ends the shell and what it started; [`Self::exit`] follows.
    pub(super) fn end(&self) {
        self.shared.lock().ends = true;
        self.waker.wake();
    }

    /// The shell's exit code, once all has ended.
    pub(super) fn exit(&self) -> Option<Option<i32>> {
        self.shared.lock().exit
    }
}

impl Drop for HostTab {
    fn drop(&mut self) {
        self.end();
    }
}

impl TabShared {
    fn lock(&self) -> MutexGuard<'_, TabState> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn orders(&self) -> TabOrders {
        let state = &mut *self.lock();
        let ahead = u32::try_from(state.unsent.len()).unwrap_or(u32::MAX) + (state.sent - state.taken);
        TabOrders {
            size: state.size.take(),
            ends: state.ends,
            recorded: state.recorded,
            types: !state.by_user.parts.is_empty() || !state.by_helper.parts.is_empty(),
            reads: !state.shared || ahead < PRINTED_AHEAD,
        }
    }

    /// Types what is next, the user's keys before the helper's; what the helper typed by it, and whether that
    /// is hidden. All under the lock, so that what is taken back meanwhile is never typed.
    fn type_next(&self, shell: &mut UserShell) -> Option<(Vec<u8>, bool)> {
        let state = &mut *self.lock();
        if !state.by_user.parts.is_empty() {
            state.by_user.pass(|bytes| shell.write(bytes));
            return None;
        }
        let hidden = shell.hides_typing();
        Some((state.by_helper.pass(|bytes| shell.write(bytes)), hidden))
    }

    fn has_printed(&self, bytes: &[u8]) {
        let _whole = self.printing.lock().unwrap_or_else(PoisonError::into_inner);
        self.screen.print(bytes);
        let state = &mut *self.lock();
        state.changed = true;
        if state.shared {
            state.unsent.push_back(bytes.to_vec());
        }
        self.news.notify_one();
    }

    /// So many lines are not in the record.
    fn has_lost(&self, lines: usize) {
        if lines > 0 {
            self.lock().lost += lines;
            self.news.notify_one();
        }
    }

    fn has_recorded(&self, lines: Vec<String>) {
        let state = &mut *self.lock();
        state.lines.extend(lines);
        let over = state.lines.len().saturating_sub(MAX_RECORDED);
        state.lines.drain(..over);
        state.lost += over;
        self.news.notify_one();
    }
}

/// What the thread does.
fn work(mut shell: UserShell, shared: &TabShared) {
    let mut buffer = vec![0; MAX_PRINTED_BYTES];
    let mut lines = TypedRecord::default();
    let mut last_bytes = 0;
    loop {
        let orders = shared.orders();
        if orders.ends {
            break;
        }
        if let Some(size) = orders.size
            && let Ok(()) = shell.resize(size)
        {
            shared.screen.resize(size);
        }
        let interest = ShellInterest { printed: orders.reads, typing: orders.types };
        if shell.wait(interest).is_err() {
            break;
        }
        if orders.types
            && let Some((typed, hidden)) = shared.type_next(&mut shell)
            && orders.recorded
        {
            lines.typed(&typed, hidden, Instant::now());
            shared.has_lost(lines.take_lost());
        }
        if orders.reads {
            // Looked at first: what the shell printed until then is there to be read.
            let has_ended = shell.has_ended();
            match shell.read(&mut buffer) {
                ShellRead::Bytes(0) if has_ended => break,
                ShellRead::Bytes(0) => {}
                ShellRead::Bytes(read) => {
                    shared.has_printed(&buffer[..read]);
                    if lines.waits() {
                        shared.has_recorded(lines.shown(&shared.screen.text(), Instant::now()));
                    }
                    // What it left running may print without end.
                    last_bytes += if has_ended { read } else { 0 };
                    if last_bytes > MAX_LAST_BYTES {
                        break;
                    }
                }
                ShellRead::Over => break,
            }
        }
    }
    let code = shell.end();
    shared.lock().exit = Some(code);
    shared.news.notify_one();
}
