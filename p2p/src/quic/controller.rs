//! Connects [`BbrSender`] to quinn. It decides nothing.

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use quinn::congestion::{Controller, ControllerFactory, ControllerMetrics};
use quinn_proto::RttEstimator;

use super::bbr::BbrSender;

/// Makes a congestion controller for each connection: by measured bandwidth and round trip, not by losses.
#[derive(Debug, Clone, Copy, Default)]
pub struct BbrFactory;

impl ControllerFactory for BbrFactory {
    fn build(self: Arc<Self>, now: Instant, mtu: u16) -> Box<dyn Controller> {
        Box::new(BbrController(BbrSender::new(now, mtu)))
    }
}

#[derive(Debug, Clone)]
struct BbrController(BbrSender);

impl Controller for BbrController {
    fn on_sent(&mut self, now: Instant, bytes: u64, _last_packet: u64) {
        self.0.on_sent(now, bytes);
    }

    fn on_ack(&mut self, now: Instant, sent: Instant, bytes: u64, _idle: bool, rtt: &RttEstimator) {
        self.0.on_ack(now, sent, bytes, rtt.get());
    }

    fn on_end_acks(&mut self, now: Instant, in_flight: u64, idle: bool, _largest: Option<u64>) {
        self.0.on_acks_end(now, in_flight, idle);
    }

    fn on_congestion_event(&mut self, _now: Instant, _sent: Instant, outage: bool, lost_bytes: u64) {
        if lost_bytes == 0 {
            self.0.on_mark();
        } else {
            self.0.on_loss(lost_bytes);
        }
        if outage {
            self.0.on_outage();
        }
    }

    fn on_mtu_update(&mut self, mtu: u16) {
        self.0.set_mtu(mtu);
    }

    fn window(&self) -> u64 {
        self.0.window()
    }

    fn metrics(&self) -> ControllerMetrics {
        let mut metrics = ControllerMetrics::default();
        metrics.congestion_window = self.0.window();
        metrics.pacing_rate = self.0.bandwidth().map(|bytes| (bytes * 8.0) as u64);
        metrics
    }

    fn clone_box(&self) -> Box<dyn Controller> {
        Box::new(self.clone())
    }

    fn initial_window(&self) -> u64 {
        self.0.initial_window()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
