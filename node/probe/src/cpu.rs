//! Whether the processor computes the same again and again: all cores compute the same chain of SHA-256, at
//! once and under full load, and what they come to must agree.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use beistand_session::FindingKind;
use sha2::{Digest, Sha256};

use crate::report::{Probe, ProbeReport, ProbeResult, count};
use crate::request::number_in;

/// How long it takes where nobody says, in seconds: what a fan needs to become audible.
const USUAL_SECS: u64 = 10;

/// How long it may take: what is not stable under load shows it by then, or takes hours.
const MAX_SECS: u64 = 60;

/// Links of a chain: some milliseconds; a stop waits for no more.
const LINKS: u32 = 5_000;

/// Cores of one test: more are in no computer that somebody sits at.
const MAX_CORES: usize = 256;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CpuProbe {
    seconds: u64,
}

impl Probe for CpuProbe {
    fn parse(args: &str) -> Option<Self> {
        number_in(args, 1..=MAX_SECS, USUAL_SECS).map(|seconds| Self { seconds })
    }

    fn subject(&self) -> String {
        String::new()
    }

    async fn run(self, report: ProbeReport) -> ProbeResult {
        report.in_thread(move |report| load(Duration::from_secs(self.seconds), report)).await
    }
}

fn load(time: Duration, report: &ProbeReport) -> ProbeResult {
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get().min(MAX_CORES));
    let (rounds, wrong) = (AtomicU64::new(0), AtomicU64::new(0));
    let wanted = chain();
    let begin = Instant::now();
    let compute = || {
        while begin.elapsed() < time && !report.is_stopped() {
            let agrees = chain() == wanted;
            rounds.fetch_add(1, Ordering::Relaxed);
            wrong.fetch_add(u64::from(!agrees), Ordering::Relaxed);
            report.advance(begin.elapsed().as_millis() as u64, time.as_millis() as u64);
        }
    };
    thread::scope(|scope| {
        for _ in 1..cores {
            scope.spawn(compute);
        }
        compute();
    });
    report.go_on()?;
    let [rounds, wrong] = [rounds, wrong].map(|number| count(number.into_inner()));
    report.find_blocking(FindingKind::CpuResult, [count(cores as u64), rounds, wrong]);
    Ok(())
}

/// What a chain comes to; each link depends on the one before.
fn chain() -> [u8; 32] {
    let mut link = [0; 32];
    for _ in 0..LINKS {
        link = Sha256::digest(std::hint::black_box(link)).into();
    }
    link
}

#[cfg(test)]
mod tests {
    use beistand_session::{CheckupEnd, CheckupKind};

    use super::*;
    use crate::report::tests::{number, outcome};
    use crate::{ProbeNews, ProbeRequest, ProbeRun};

    #[tokio::test]
    async fn all_cores_agree() {
        let (findings, end) =
            outcome(ProbeRun::start(ProbeRequest::parse(CheckupKind::Cpu, "1").unwrap())).await;
        assert_eq!(end, CheckupEnd::Done);
        assert!(number(&findings[0], "rounds") > 0);
        assert_eq!(number(&findings[0], "wrong"), 0);
    }

    #[tokio::test]
    async fn a_minute_of_load_is_stopped_at_once() {
        let mut run = ProbeRun::start(ProbeRequest::parse(CheckupKind::Cpu, "60").unwrap());
        assert!(matches!(run.next().await, Some(ProbeNews::Advance(_))));
        tokio::time::timeout(Duration::from_secs(20), run.stop()).await.expect("far before its end");
    }
}
