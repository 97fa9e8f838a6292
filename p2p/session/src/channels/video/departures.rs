//! When pictures were queued and when they left, so that the word that one is shown says where the time went.
//!
//! It decides nothing; how much may be on its way is [`PictureWindow`](super::window::PictureWindow)'s.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::PictureWay;

/// Pictures that are kept in mind: more than are ever on their way, so that none is forgotten which may still
/// be shown.
const KEPT: usize = 16;

/// Pictures that were queued and are not known to be shown, oldest first.
#[derive(Debug, Default)]
pub(super) struct PictureDepartures(VecDeque<PictureDeparture>);

#[derive(Debug)]
struct PictureDeparture {
    id: u64,
    queued_at: Instant,
    /// When its last record left; that of the last leg, where it left on several.
    left_at: Option<Instant>,
}

impl PictureDepartures {
    /// A picture waits to be sent.
    pub(super) fn queued(&mut self, now: Instant, id: u64) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(PictureDeparture { id, queued_at: now, left_at: None });
    }

    /// Its last record leaves.
    pub(super) fn left(&mut self, now: Instant, id: u64) {
        if let Some(departure) = self.0.iter_mut().find(|departure| departure.id == id) {
            departure.left_at = Some(now);
        }
    }

    /// It is shown, and with it all before it. `there`: what the technician says it took between its arrival
    /// and that; `way_back`: how long that word travelled.
    pub(super) fn shown(&mut self, now: Instant, id: u64, there: Duration, way_back: Duration) -> PictureWay {
        let mut shown = None;
        while let Some(departure) = self.0.pop_front_if(|departure| departure.id <= id) {
            shown = Some(departure).filter(|departure| departure.id == id);
        }
        let Some(PictureDeparture { queued_at, left_at, .. }) = shown else { return PictureWay::default() };
        let left_at = left_at.unwrap_or(queued_at);
        let away = now.saturating_duration_since(left_at).saturating_sub(way_back);
        // Nobody has taken longer than there was time.
        let there = there.min(away);
        PictureWay { queue: left_at.saturating_duration_since(queued_at), network: away - there, there }
    }

    /// Nothing that was queued will be shown.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLIS: Duration = Duration::from_millis(1);

    #[test]
    fn where_the_time_went_adds_up_and_nobody_can_claim_more_than_there_was() {
        let start = Instant::now();
        for (said, there, network) in [(40, 40, 20), (0, 0, 60), (1000, 60, 0)] {
            let mut departures = PictureDepartures::default();
            departures.queued(start, 1);
            departures.left(start + 5 * MILLIS, 1);
            let shown = departures.shown(start + 75 * MILLIS, 1, said * MILLIS, 10 * MILLIS);
            let way = PictureWay { queue: 5 * MILLIS, network: network * MILLIS, there: there * MILLIS };
            assert_eq!(shown, way);
        }
    }

    #[test]
    fn pictures_that_are_never_shown_are_forgotten() {
        let start = Instant::now();
        let mut departures = PictureDepartures::default();
        for id in 0..100 {
            departures.queued(start, id);
        }
        assert_eq!(departures.0.len(), KEPT);
        departures.shown(start, 98, Duration::ZERO, Duration::ZERO);
        assert_eq!(departures.0.len(), 1);
        assert_eq!(departures.shown(start, 7, MILLIS, MILLIS), PictureWay::default());
        departures.clear();
        assert_eq!(departures.shown(start, 99, MILLIS, MILLIS), PictureWay::default());
    }
}
