//! When to say how far the records of media and bulk channels have arrived: soon, but not of each one.

use std::time::{Duration, Instant};

use super::clock::PeerClock;
use crate::channels::control::ControlMessage;
use crate::record::Records;
use crate::{ByChannel, Channel};

/// The pause between two reports: a fiftieth of what a fast path's window lasts, and a quarter of the
/// messages that the control channel may carry.
const INTERVAL: Duration = Duration::from_millis(2);

/// What was reported of each channel.
#[derive(Debug, Default)]
pub(super) struct ProgressReports {
    reported: ByChannel<u64>,
    /// The counter that arrived last, and when.
    arrived: ByChannel<Option<(u64, Instant)>>,
    at: Option<Instant>,
}

/// What is to be done about progress.
#[derive(Debug, PartialEq)]
pub(super) enum ProgressDue {
    /// Nothing new has arrived.
    Nothing,
    /// Ask again then.
    At(Instant),
    /// Say this.
    Now(Vec<ControlMessage>),
}

impl ProgressReports {
    /// What is to be reported now. To be asked after every arrival, and when it says so.
    pub(super) fn due(&mut self, now: Instant, records: &Records, clock: &PeerClock) -> ProgressDue {
        for (channel, arrived) in self.arrived.iter_mut() {
            let counter = records.taken(channel);
            if channel.spec().class.is_reported() && arrived.is_none_or(|(last, _)| counter > last) {
                *arrived = Some((counter, now));
            }
        }
        let news: Vec<_> = self
            .arrived
            .iter()
            .filter_map(|(channel, arrived)| arrived.map(|(counter, at)| (channel, counter, at)))
            .filter(|(channel, counter, _)| *counter > self.reported[*channel])
            .collect();
        if news.is_empty() {
            return ProgressDue::Nothing;
        }
        if let Some(next) = self.at.map(|at| at + INTERVAL).filter(|next| now < *next) {
            return ProgressDue::At(next);
        }
        self.at = Some(now);
        let report = |(channel, counter, at): (Channel, u64, Instant)| {
            self.reported[channel] = counter;
            ControlMessage::Progress { channel: channel.number(), counter, arrived: clock.stamp(at) }
        };
        ProgressDue::Now(news.into_iter().map(report).collect())
    }
}
