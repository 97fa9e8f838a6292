//! A line between two namespaces: a TUN device at each end, and threads that carry packets through a
//! [`Shaper`].
//!
//! The kernel need not know anything of it (netem is not needed). The threads end and the devices go when it
//! is dropped, or when the process ends.

use std::io::{ErrorKind, PipeReader, PipeWriter, pipe};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use tappers::{Interface, Tun};

use super::shaper::{Conditions, Figures, Shaper};
use crate::Network;

/// Bytes of a packet at most: a TUN device's default is 1,500.
const MAX_PACKET_BYTES: usize = 2_048;

/// How often a device that is down is looked at again.
const DOWN: Duration = Duration::from_millis(2);

/// A direction of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the first end to the second; in a lab from a household to the internet.
    Up,
    /// From the second end to the first.
    Down,
}

/// A line between two networks.
#[derive(Debug)]
pub struct Link {
    ways: [Arc<Way>; 2],
    /// The threads end when it is closed.
    stop: Option<PipeWriter>,
    threads: Vec<JoinHandle<()>>,
}

/// One direction: filled by the thread that reads one device, emptied by the one that writes the other.
#[derive(Debug)]
struct Way {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    shaper: Shaper,
    ended: bool,
}

impl Way {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }
}

impl Link {
    /// Makes a device in each of two networks, by name, and joins them; both directions are alike at first.
    /// They are to be set up and given addresses.
    ///
    /// # Panics
    /// Where this kernel or its user may not make TUN devices.
    #[track_caller]
    pub fn open(
        (one, one_device): (&Network, &str),
        (two, two_device): (&Network, &str),
        conditions: Conditions,
        seed: u64,
    ) -> Self {
        let ends = [(one, one_device), (two, two_device)].map(|(network, device)| {
            network.enter(|| {
                let name = Interface::new(device).expect("a short name");
                let mut tun = Tun::new_named(name).expect("a TUN device");
                tun.set_nonblocking(true).expect("a TUN device can be");
                Arc::new(tun)
            })
        });
        let ways = [0, 1].map(|direction| {
            let shaper = Shaper::new(conditions, seed * 2 + direction);
            let state = Mutex::new(State { shaper, ended: false });
            Arc::new(Way { state, changed: Condvar::new() })
        });
        let (stopped, stop) = pipe().expect("a pipe");
        let mut threads = Vec::new();
        for (from, way) in ways.iter().enumerate() {
            let (source, sink) = (Arc::clone(&ends[from]), Arc::clone(&ends[1 - from]));
            let (input, output) = (Arc::clone(way), Arc::clone(way));
            let stopped = stopped.try_clone().expect("a pipe");
            threads.push(thread::spawn(move || fill(&source, &input, &stopped)));
            threads.push(thread::spawn(move || empty(&sink, &output)));
        }
        Self { ways, stop: Some(stop), threads }
    }

    /// Changes what both directions are like.
    pub fn set(&self, conditions: Conditions) {
        self.set_way(Direction::Up, conditions);
        self.set_way(Direction::Down, conditions);
    }

    /// Changes what one direction is like.
    pub fn set_way(&self, direction: Direction, conditions: Conditions) {
        self.way(direction).change(|state| state.shaper.set(conditions));
    }

    /// Cuts it: what is on it and what comes is lost, and nobody is told.
    pub fn cut(&self) {
        self.ways.iter().for_each(|way| way.change(|state| state.shaper.set_cut(true)));
    }

    /// Mends it.
    pub fn restore(&self) {
        self.ways.iter().for_each(|way| way.change(|state| state.shaper.set_cut(false)));
    }

    /// What became of the packets of a direction so far.
    pub fn figures(&self, direction: Direction) -> Figures {
        self.way(direction).lock().shaper.figures()
    }

    fn way(&self, direction: Direction) -> &Way {
        &self.ways[usize::from(direction == Direction::Down)]
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.stop = None;
        self.ways.iter().for_each(|way| way.change(|state| state.ended = true));
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Reads packets from a device into a direction, until the pipe is closed.
fn fill(source: &Tun, way: &Way, stopped: &PipeReader) {
    let mut buffer = [0; MAX_PACKET_BYTES];
    loop {
        let mut events = [PollFd::new(source, PollFlags::IN), PollFd::new(stopped, PollFlags::IN)];
        if poll(&mut events, None).is_err() {
            continue;
        }
        if !events[1].revents().is_empty() {
            return;
        }
        match source.recv(&mut buffer) {
            Ok(len) => way.change(|state| state.shaper.push(Instant::now(), buffer[..len].to_vec())),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            // The device is down.
            Err(_) => thread::sleep(DOWN),
        }
    }
}

/// Writes packets of a direction to a device when it is their time.
fn empty(sink: &Tun, way: &Way) {
    let mut state = way.lock();
    while !state.ended {
        let now = Instant::now();
        if let Some(packet) = state.shaper.pop(now) {
            drop(state);
            // A device that is down takes nothing: the packet is lost, as on any line.
            let _ = sink.send(&packet);
            state = way.lock();
            continue;
        }
        state = match state.shaper.next_arrival() {
            Some(next) => {
                let wait = next.saturating_duration_since(now);
                way.changed.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0
            }
            None => way.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
        };
    }
}
