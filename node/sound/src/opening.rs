//! A device on its way from being wished for to its end: whether it is still wanted while it is opened, and
//! that whoever waits for its end hears of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{SoundFault, StreamEnd};

/// Whether somebody still wants the device that is being opened. Clones are one.
#[derive(Clone, Default)]
pub struct StreamWish(Arc<Mutex<WishState>>);

#[derive(Default)]
enum WishState {
    #[default]
    Wished,
    /// It is being opened; this stops that.
    Opening(Box<dyn FnOnce() + Send>),
    /// It is open.
    Fulfilled,
    Withdrawn,
}

impl StreamWish {
    /// Nobody wants it any more: opening it stops, however long the system would take. What is open already
    /// is for whoever holds it to close.
    pub fn withdraw(&self) {
        let mut state = self.lock();
        let stop = match std::mem::take(&mut *state) {
            WishState::Fulfilled => {
                *state = WishState::Fulfilled;
                return;
            }
            WishState::Opening(stop) => Some(stop),
            WishState::Wished | WishState::Withdrawn => None,
        };
        *state = WishState::Withdrawn;
        drop(state);
        stop.into_iter().for_each(|stop| stop());
    }

    /// It is being opened from now on, and this stops that.
    ///
    /// # Errors
    /// [`SoundFault::Gone`] where nobody wants it any more.
    pub(crate) fn begin(&self, stop: impl FnOnce() + Send + 'static) -> Result<(), SoundFault> {
        self.pass_to(WishState::Opening(Box::new(stop)))
    }

    /// It is open: who wanted it holds it from now on.
    ///
    /// # Errors
    /// As above.
    pub(crate) fn fulfil(&self) -> Result<(), SoundFault> {
        self.pass_to(WishState::Fulfilled)
    }

    fn pass_to(&self, next: WishState) -> Result<(), SoundFault> {
        let mut state = self.lock();
        match *state {
            WishState::Withdrawn => Err(SoundFault::Gone),
            WishState::Wished | WishState::Opening(_) | WishState::Fulfilled => {
                *state = next;
                Ok(())
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, WishState> {
        // Nothing panics while it is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says once that a stream has ended, also where its thread dies of what it worked on: what is shown as open
/// is open.
pub(crate) struct EndNotice(Option<StreamEnd>);

impl EndNotice {
    pub(crate) fn new(ended: StreamEnd) -> Self {
        Self(Some(ended))
    }

    /// It has ended by itself.
    pub(crate) fn say(mut self, fault: SoundFault) {
        self.0.take().into_iter().for_each(|ended| ended(fault));
    }

    /// It was closed here, which needs no saying.
    pub(crate) fn forget(mut self) {
        self.0 = None;
    }
}

impl Drop for EndNotice {
    fn drop(&mut self) {
        self.0.take().into_iter().for_each(|ended| ended(SoundFault::Broken));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    #[test]
    fn what_nobody_wants_any_more_stops_opening_and_what_is_open_stays() {
        let (stopped, stops) = mpsc::channel();
        let begin = |wish: &StreamWish| {
            let stopped = stopped.clone();
            wish.begin(move || stopped.send(()).unwrap_or_default())
        };
        let wish = StreamWish::default();
        assert_eq!(begin(&wish), Ok(()));
        wish.clone().withdraw();
        assert!(stops.try_recv().is_ok());
        assert_eq!((begin(&wish), wish.fulfil()), (Err(SoundFault::Gone), Err(SoundFault::Gone)));
        let wish = StreamWish::default();
        assert_eq!((begin(&wish), wish.fulfil()), (Ok(()), Ok(())));
        wish.withdraw();
        assert!(stops.try_recv().is_err());
    }

    #[test]
    fn a_thread_that_dies_says_that_its_stream_is_over() {
        let (said, heard) = mpsc::channel();
        let notice = || {
            let said = said.clone();
            EndNotice::new(Box::new(move |fault| said.send(fault).unwrap_or_default()))
        };
        let dying = notice();
        let died = thread::spawn(move || {
            let _notice = dying;
            panic!("what a stranger sent was too much");
        });
        assert!(died.join().is_err());
        assert_eq!(heard.try_recv(), Ok(SoundFault::Broken));
        notice().say(SoundFault::Gone);
        assert_eq!(heard.try_recv(), Ok(SoundFault::Gone));
        notice().forget();
        assert!(heard.try_recv().is_err(), "it was closed here");
    }
}
