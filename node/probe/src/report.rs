//! A running test: what it reports, and how it is stopped.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use beistand_session::{CheckupEnd, CheckupFinding, FindingKind, FindingValue, MAX_FINDING_CHARS};
use tokio::sync::{mpsc, watch};

use crate::ProbeRequest;

/// News that wait for whoever passes them on; a test waits where they are not taken.
const NEWS_QUEUE: usize = 16;

/// Findings of one test: more than a person reads. The last one says that there are more.
pub(crate) const MAX_FINDINGS: u32 = 128;

/// What a running test has to say. After [`Self::Ended`] there is nothing more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProbeNews {
    /// So far it is, in thousandths.
    Advance(u16),
    /// This was found.
    Finding(CheckupFinding),
    /// It is over, and nothing of it is left.
    Ended(CheckupEnd),
}

/// A test, and what it came to. All its modules have one.
pub(crate) trait Probe: Sized + Send + 'static {
    /// Reads what belongs to it; `None` where that makes no sense.
    fn parse(args: &str) -> Option<Self>;

    /// What it reaches for, for the person whose computer it is.
    fn subject(&self) -> String;

    /// Runs it. Dropped where it has to stop; threads look at [`ProbeReport::is_stopped`] instead.
    fn run(self, report: ProbeReport) -> impl Future<Output = ProbeResult> + Send;
}

/// How a test ended; `Ok` is [`CheckupEnd::Done`].
pub(crate) type ProbeResult = Result<(), CheckupEnd>;

/// A running test as its owner holds it. It stops when this is dropped.
#[derive(Debug)]
pub struct ProbeRun {
    news: mpsc::Receiver<ProbeNews>,
    stop: watch::Sender<bool>,
}

impl ProbeRun {
    /// Starts a test; within a runtime.
    pub fn start(request: ProbeRequest) -> Self {
        Self::start_with(|report| request.run(report))
    }

    pub(crate) fn start_with<F>(run: impl FnOnce(ProbeReport) -> F) -> Self
    where
        F: Future<Output = ProbeResult> + Send + 'static,
    {
        let (news_outbox, news) = mpsc::channel(NEWS_QUEUE);
        let (stop, stopped) = watch::channel(false);
        let (alive, mut gone) = mpsc::channel(1);
        let told = Arc::default();
        let report = ProbeReport { news: news_outbox.clone(), stop: stopped.clone(), told, _alive: alive };
        let running = run(report);
        tokio::spawn(async move {
            let end = tokio::select! {
                biased;
                () = until_stopped(stopped) => CheckupEnd::Stopped,
                ended = running => ended.err().unwrap_or(CheckupEnd::Done),
            };
            // Until its threads have ended too.
            let _: Option<Infallible> = gone.recv().await;
            let _ = news_outbox.send(ProbeNews::Ended(end)).await;
        });
        Self { news, stop }
    }

    /// The next news; `None` after its end. Cancel safe.
    pub async fn next(&mut self) -> Option<ProbeNews> {
        self.news.recv().await
    }

    /// Asks it to stop; its end says when it has.
    pub fn ask_to_stop(&self) {
        self.stop.send_replace(true);
    }

    /// Stops it. Nothing of it acts any more when this returns.
    pub async fn stop(mut self) {
        self.ask_to_stop();
        // Who waits for room for news goes on.
        while self.next().await.is_some() {}
    }
}

async fn until_stopped(mut stopped: watch::Receiver<bool>) {
    // Where its owner is gone it stops too.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Where a test reports. Clones are one.
#[derive(Debug, Clone)]
pub(crate) struct ProbeReport {
    news: mpsc::Sender<ProbeNews>,
    stop: watch::Receiver<bool>,
    told: Arc<AtomicU32>,
    /// While any of these exists something of the test may still act.
    _alive: mpsc::Sender<Infallible>,
}

impl ProbeReport {
    /// Reports a finding; the values are those of its kind.
    pub(crate) async fn find<const N: usize>(&self, kind: FindingKind, values: [FindingValue; N]) {
        if let Some(finding) = self.finding(kind, values) {
            let _ = self.news.send(ProbeNews::Finding(finding)).await;
        }
    }

    /// As [`Self::find`], in a thread.
    pub(crate) fn find_blocking<const N: usize>(&self, kind: FindingKind, values: [FindingValue; N]) {
        if let Some(finding) = self.finding(kind, values) {
            let _ = self.news.blocking_send(ProbeNews::Finding(finding));
        }
    }

    fn finding<const N: usize>(
        &self,
        kind: FindingKind,
        values: [FindingValue; N],
    ) -> Option<CheckupFinding> {
        let before = self.told.fetch_add(1, Ordering::Relaxed);
        match before + 1 {
            MAX_FINDINGS => CheckupFinding::new(FindingKind::More, Vec::new()),
            told if told > MAX_FINDINGS => None,
            _ => {
                let finding = CheckupFinding::new(kind, values.into());
                debug_assert!(finding.is_some(), "the values of {kind:?}");
                finding
            }
        }
    }

    /// Reports how far the test is; what finds no room is out of date soon.
    pub(crate) fn advance(&self, done: u64, whole: u64) {
        let permille = (done.min(whole) * 1000).checked_div(whole).unwrap_or(0);
        let _ = self.news.try_send(ProbeNews::Advance(permille as u16));
    }

    /// Whether the test is to stop.
    pub(crate) fn is_stopped(&self) -> bool {
        *self.stop.borrow() || self.stop.has_changed().is_err()
    }

    /// For `?` in a thread's loop.
    pub(crate) fn go_on(&self) -> ProbeResult {
        if self.is_stopped() { Err(CheckupEnd::Stopped) } else { Ok(()) }
    }

    /// Runs the part of a test that waits for the machine, in a thread of its own.
    pub(crate) async fn in_thread(
        self,
        work: impl FnOnce(&Self) -> ProbeResult + Send + 'static,
    ) -> ProbeResult {
        tokio::task::spawn_blocking(move || work(&self)).await.unwrap_or(Err(CheckupEnd::Broken))
    }
}

/// A text of the world outside as a finding's value, with what could deceive its reader escaped. Of what is
/// too long the end is kept: a path's says most.
pub(crate) fn text(text: impl AsRef<str>) -> FindingValue {
    let text = beistand_session::escape(text.as_ref());
    let surplus = text.chars().count().saturating_sub(MAX_FINDING_CHARS);
    FindingValue::Text(text.chars().skip(surplus).collect())
}

/// A number of things as a finding's value.
pub(crate) fn count(number: u64) -> FindingValue {
    FindingValue::Number(number)
}

/// A time as a finding's value.
pub(crate) fn micros(time: Duration) -> FindingValue {
    FindingValue::Number(u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
}

/// Bytes per second as a finding's value.
pub(crate) fn rate(bytes: u64, time: Duration) -> FindingValue {
    let micros = time.as_micros().max(1);
    FindingValue::Number(u64::try_from(u128::from(bytes) * 1_000_000 / micros).unwrap_or(u64::MAX))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Far longer than anything here takes.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// What a test found, and how it ended.
    pub(crate) async fn outcome(mut run: ProbeRun) -> (Vec<CheckupFinding>, CheckupEnd) {
        let mut findings = Vec::new();
        loop {
            match tokio::time::timeout(PATIENCE, run.next()).await.expect("in time") {
                Some(ProbeNews::Advance(permille)) => assert!(permille <= 1000),
                Some(ProbeNews::Finding(finding)) => findings.push(finding),
                Some(ProbeNews::Ended(end)) => return (findings, end),
                None => panic!("it ended without a word"),
            }
        }
    }

    /// The kinds of what was found.
    pub(crate) fn kinds(findings: &[CheckupFinding]) -> Vec<FindingKind> {
        findings.iter().map(CheckupFinding::kind).collect()
    }

    /// A finding's number of this name.
    pub(crate) fn number(finding: &CheckupFinding, wanted: &str) -> u64 {
        let value = finding.values().find(|(name, ..)| *name == wanted).map(|(.., value)| value);
        let Some(FindingValue::Number(number)) = value else { panic!("{finding:?} has no {wanted}") };
        *number
    }

    #[tokio::test]
    async fn a_stop_waits_for_the_threads_and_no_longer() {
        let run = ProbeRun::start_with(|report| {
            report.in_thread(|report| {
                loop {
                    // It also waits for room, since nobody takes what it reports.
                    report.find_blocking(FindingKind::PingLost, [count(1)]);
                    report.go_on()?;
                }
            })
        });
        tokio::time::timeout(PATIENCE, run.stop()).await.expect("it stops");
    }

    #[tokio::test]
    async fn a_test_whose_owner_is_gone_stops() {
        let (ended, end) = tokio::sync::oneshot::channel::<()>();
        drop(ProbeRun::start_with(|report| async move {
            let _ended = ended;
            report.find(FindingKind::PingLost, [count(1)]).await;
            std::future::pending().await
        }));
        assert!(tokio::time::timeout(PATIENCE, end).await.expect("it stops").is_err());
    }

    #[tokio::test]
    async fn no_test_finds_more_than_can_be_told() {
        let run = ProbeRun::start_with(|report| async move {
            for number in 0..1000 {
                report.find(FindingKind::PingLost, [count(number)]).await;
            }
            Ok(())
        });
        let (findings, end) = outcome(run).await;
        assert_eq!((findings.len() as u32, end), (MAX_FINDINGS, CheckupEnd::Done));
        assert_eq!(findings.last().map(CheckupFinding::kind), Some(FindingKind::More));
    }

    #[test]
    fn what_is_found_commands_no_terminal_of_its_reader() {
        let title = text("\u{1b}]0;all is well\u{7}\u{202e}");
        assert_eq!(title, FindingValue::Text("\\u{1b}]0;all is well\\u{7}\\u{202e}".to_owned()));
        let FindingValue::Text(long) = text("\u{1b}".repeat(MAX_FINDING_CHARS)) else { panic!("a text") };
        assert_eq!(long.chars().count(), MAX_FINDING_CHARS);
        assert!(!long.contains('\u{1b}'));
    }

    #[test]
    fn of_a_text_that_is_too_long_the_end_is_kept() {
        let FindingValue::Text(kept) = text("a".repeat(MAX_FINDING_CHARS) + "end") else { panic!("a text") };
        assert!(kept.ends_with("aend") && kept.len() == MAX_FINDING_CHARS);
    }
}
