//! An executor on one thread with a clock of its own: when no task can go on, the clock jumps to the next
//! moment that one waits for. What takes ten seconds on the network takes no longer here than its
//! computation.
//!
//! Timers of the libraries run on the real clock and wake from another thread; such wakes are ignored.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::ThreadId;
use std::time::Duration;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The task that [`Clock::run`] was given.
const MAIN: u64 = 0;

struct Timer {
    at: Duration,
    order: u64,
    waker: Waker,
}

impl Ord for Timer {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap gives out its greatest: the earliest.
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Timer {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Timer {}

#[derive(Default)]
struct ClockState {
    now: Duration,
    /// Numbers of tasks and timers.
    next: u64,
    timers: BinaryHeap<Timer>,
    /// Tasks that were begun since the last look.
    begun: Vec<(u64, u64, Task)>,
    ended_groups: Vec<u64>,
}

struct TaskWaker {
    id: u64,
    thread: ThreadId,
    ready: Arc<Mutex<VecDeque<u64>>>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        if std::thread::current().id() == self.thread {
            lock(&self.ready).push_back(self.id);
        }
    }
}

/// The clock and what runs by it.
#[derive(Clone, Default)]
pub(crate) struct Clock(Arc<Mutex<ClockState>>);

impl Clock {
    pub(crate) fn now(&self) -> Duration {
        lock(&self.0).now
    }

    /// Wakes at that moment.
    pub(crate) fn wake_at(&self, at: Duration, waker: &Waker) {
        let mut state = lock(&self.0);
        state.next += 1;
        let order = state.next;
        state.timers.push(Timer { at, order, waker: waker.clone() });
    }

    pub(crate) fn sleep(&self, time: Duration) -> Sleep {
        self.sleep_until(self.now() + time)
    }

    pub(crate) fn sleep_until(&self, at: Duration) -> Sleep {
        Sleep { clock: self.clone(), at }
    }

    /// Runs a task until it ends or its group is ended.
    pub(crate) fn spawn(&self, group: u64, task: Task) {
        let mut state = lock(&self.0);
        state.next += 1;
        let id = state.next;
        state.begun.push((id, group, task));
    }

    /// Drops all tasks of a group.
    pub(crate) fn end_group(&self, group: u64) {
        lock(&self.0).ended_groups.push(group);
    }

    /// Runs `main` and all that is spawned meanwhile until `main` ends; what still runs then is dropped.
    ///
    /// # Panics
    /// Where nothing can ever go on again.
    pub(crate) fn run<T>(&self, main: impl Future<Output = T>) -> T {
        let ready = Arc::new(Mutex::new(VecDeque::from([MAIN])));
        let thread = std::thread::current().id();
        let waker = |id| Waker::from(Arc::new(TaskWaker { id, thread, ready: ready.clone() }));
        let mut main = std::pin::pin!(main);
        let main_waker = waker(MAIN);
        let mut tasks: HashMap<u64, (u64, Task, Waker)> = HashMap::new();
        loop {
            let (begun, ended) = {
                let mut state = lock(&self.0);
                (std::mem::take(&mut state.begun), std::mem::take(&mut state.ended_groups))
            };
            for (id, group, task) in begun {
                tasks.insert(id, (group, task, waker(id)));
                lock(&ready).push_back(id);
            }
            if !ended.is_empty() {
                tasks.retain(|_, (group, ..)| !ended.contains(group));
                continue;
            }
            let next = lock(&ready).pop_front();
            match next {
                Some(MAIN) => {
                    if let Poll::Ready(result) = main.as_mut().poll(&mut Context::from_waker(&main_waker)) {
                        return result;
                    }
                }
                Some(id) => {
                    let Some((_, task, waker)) = tasks.get_mut(&id) else { continue };
                    if task.as_mut().poll(&mut Context::from_waker(waker)).is_ready() {
                        tasks.remove(&id);
                    }
                }
                None => {
                    let mut state = lock(&self.0);
                    let timer = state.timers.pop().expect("somebody waits, or `main` would have ended");
                    state.now = state.now.max(timer.at);
                    drop(state);
                    timer.waker.wake();
                }
            }
        }
    }
}

/// Waits for a moment of the clock.
pub(crate) struct Sleep {
    clock: Clock,
    at: Duration,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.clock.now() >= self.at {
            return Poll::Ready(());
        }
        self.clock.wake_at(self.at, cx.waker());
        Poll::Pending
    }
}

/// What a panic left behind is as good as before: nothing here is half changed at a panic.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_passes_at_once_and_in_order() {
        let clock = Clock::default();
        let order = Arc::new(Mutex::new(Vec::new()));
        for minutes in [30_u64, 10, 20] {
            let (clock, order) = (clock.clone(), order.clone());
            let sleep = clock.sleep(Duration::from_secs(minutes * 60));
            clock.spawn(
                1,
                Box::pin(async move {
                    sleep.await;
                    lock(&order).push(minutes);
                }),
            );
        }
        clock.run(clock.sleep(Duration::from_secs(3600)));
        assert_eq!(*lock(&order), [10, 20, 30]);
        assert_eq!(clock.now(), Duration::from_secs(3600));
    }
}
