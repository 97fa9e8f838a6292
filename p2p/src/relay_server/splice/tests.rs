//! Circuits between two ends in memory: bytes, ends, limits.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use futures::io::{AsyncReadExt, AsyncWriteExt};
use libp2p::PeerId;
use proptest::prelude::*;
use tokio::io::{AsyncRead as _, AsyncWrite as _, DuplexStream, ReadBuf, duplex};
use tokio::time::timeout;

use super::super::RelayLimits;
use super::super::line::RelayLine;
use super::*;

/// Long enough for a machine that is compiling at the same time.
const PATIENCE: Duration = Duration::from_secs(20);

/// Bytes that a test's stream takes ahead of its reader.
const WINDOW: usize = 4096;

/// One end of a pipe in memory.
struct TestPipe(DuplexStream);

impl AsyncRead for TestPipe {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut bytes = ReadBuf::new(bytes);
        ready!(Pin::new(&mut self.0).poll_read(cx, &mut bytes))?;
        Poll::Ready(Ok(bytes.filled().len()))
    }
}

impl AsyncWrite for TestPipe {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

/// A caller, a called peer, the splice between them, and the number of bytes that it has relayed.
fn circuit(
    limits: &RelayLimits,
    stall: Duration,
) -> ([TestPipe; 2], impl Future<Output = CircuitEnd> + use<>, Arc<AtomicU64>) {
    let relayed = Arc::new(AtomicU64::new(0));
    let line = Arc::new(RelayLine::new(limits, relayed.clone(), Instant::now()));
    let part = line.join([PeerId::random(), PeerId::random()], Instant::now());
    let [(caller, near), (called, far)] = [(); 2].map(|()| duplex(WINDOW));
    let splice = CircuitSplice::new([TestPipe(near), TestPipe(far)], part, limits.max_circuit_bytes, stall);
    let paced = async move {
        tokio::select! {
            biased;
            end = splice => end,
            () = async { line.pace().await; std::future::pending().await } => CircuitEnd::Lost,
        }
    };
    ([TestPipe(caller), TestPipe(called)], paced, relayed)
}

async fn send(mut pipe: impl AsyncWrite + Unpin, bytes: &[u8], part: usize) {
    for part in bytes.chunks(part) {
        // An end that is cut off sends no more.
        if pipe.write_all(part).await.is_err() {
            return;
        }
    }
    let _ = pipe.close().await;
}

async fn receive(mut pipe: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut bytes = Vec::new();
    pipe.read_to_end(&mut bytes).await.expect("a pipe in memory");
    bytes
}

/// Both ends send and close. Returns what each received, why the circuit ended, and what was counted.
async fn exchange(limits: &RelayLimits, sent: [&[u8]; 2], part: usize) -> ([Vec<u8>; 2], CircuitEnd, u64) {
    let ([caller, called], splice, relayed) = circuit(limits, PATIENCE);
    let ((caller_in, caller_out), (called_in, called_out)) = (caller.split(), called.split());
    let all = async {
        tokio::join!(
            splice,
            send(caller_out, sent[0], part),
            send(called_out, sent[1], part),
            receive(caller_in),
            receive(called_in),
        )
    };
    let (end, (), (), to_caller, to_called) = timeout(PATIENCE, all).await.expect("in time");
    ([to_called, to_caller], end, relayed.load(Ordering::Relaxed))
}

fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime").block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn all_bytes_arrive_in_order_both_ways_whatever_the_limits_of_rate(
        sent in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60_000), 2),
        part in 1_usize..20_000,
        all in prop_oneof![Just(0), 1_000_000_u64..50_000_000],
        one in prop_oneof![Just(0), 1_000_000_u64..50_000_000],
        day in prop_oneof![Just(0), Just(1_u64 << 20)],
    ) {
        let limits = RelayLimits {
            max_bytes_a_second: all,
            max_circuit_bytes_a_second: one,
            max_peer_bytes_a_day: day,
            ..RelayLimits::default()
        };
        let (got, end, relayed) = run(exchange(&limits, [&sent[0], &sent[1]], part.max(64)));
        prop_assert_eq!(end, CircuitEnd::Closed);
        prop_assert!(got[0] == sent[0] && got[1] == sent[1]);
        prop_assert_eq!(relayed, (sent[0].len() + sent[1].len()) as u64);
    }

    #[test]
    fn a_circuit_is_cut_at_its_bytes_and_at_a_peers_day(
        sent in 0_usize..50_000,
        back in 0_usize..50_000,
        most in 1_usize..60_000,
        by_day: bool,
    ) {
        let mut limits = RelayLimits::default();
        *(if by_day { &mut limits.max_peer_bytes_a_day } else { &mut limits.max_circuit_bytes }) = most as u64;
        let (got, end, relayed) = run(exchange(&limits, [&vec![1; sent], &vec![2; back]], 1_000));
        let reached = if by_day { ReachedLimit::Day } else { ReachedLimit::Bytes };
        prop_assert_eq!(end, if sent + back > most { CircuitEnd::Limit(reached) } else { CircuitEnd::Closed });
        prop_assert!(got[0].len() + got[1].len() <= most.min(sent + back));
        prop_assert_eq!(relayed as usize, most.min(sent + back));
    }
}

#[test]
fn an_end_that_takes_nothing_stops_the_other_and_ends_the_circuit() {
    run(async {
        let ([mut caller, _called], splice, _) = circuit(&RelayLimits::default(), Duration::from_millis(200));
        let sent = AtomicU64::new(0);
        let flood = async {
            while caller.write_all(&[0; 1024]).await.is_ok() {
                sent.fetch_add(1024, Ordering::Relaxed);
            }
        };
        let (end, ()) = timeout(PATIENCE, async { tokio::join!(splice, flood) }).await.expect("in time");
        assert_eq!(end, CircuitEnd::Stalled);
        let bound = 2 * WINDOW + BUFFER_BYTES + 1024;
        assert!(sent.load(Ordering::Relaxed) as usize <= bound, "{sent:?}");
    });
}

#[test]
fn a_circuit_that_nobody_uses_stays() {
    run(async {
        let stall = Duration::from_millis(20);
        let ([mut caller, mut called], splice, _) = circuit(&RelayLimits::default(), stall);
        let talk = async {
            tokio::time::sleep(10 * stall).await;
            caller.write_all(b"still there").await.expect("it is open");
            let mut heard = [0; 11];
            called.read_exact(&mut heard).await.expect("it is open");
            heard
        };
        tokio::select! {
            heard = talk => assert_eq!(&heard, b"still there"),
            end = splice => panic!("{end:?}"),
        }
    });
}

#[test]
fn one_direction_may_end_before_the_other() {
    run(async {
        let ([mut caller, mut called], splice, _) = circuit(&RelayLimits::default(), PATIENCE);
        let talk = async {
            caller.write_all(b"question").await.expect("it is open");
            caller.close().await.expect("it is open");
            assert_eq!(receive(&mut called).await, b"question");
            called.write_all(b"answer").await.expect("it is open");
            called.close().await.expect("it is open");
            assert_eq!(receive(&mut caller).await, b"answer");
        };
        let (end, ()) = timeout(PATIENCE, async { tokio::join!(splice, talk) }).await.expect("in time");
        assert_eq!(end, CircuitEnd::Closed);
    });
}

#[test]
fn an_end_that_is_gone_ends_the_circuit() {
    run(async {
        let ([mut caller, called], splice, _) = circuit(&RelayLimits::default(), PATIENCE);
        drop(called);
        // Its direction ends as if it had been closed; bytes sent there reach nobody.
        let talk = async { while caller.write_all(&[0; 512]).await.is_ok() {} };
        let (end, ()) = timeout(PATIENCE, async { tokio::join!(splice, talk) }).await.expect("in time");
        assert_eq!(end, CircuitEnd::Lost);
    });
}
