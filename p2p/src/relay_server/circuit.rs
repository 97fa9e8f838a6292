//! One circuit: asks the called peer, answers the caller, and splices both. These are two tasks in sequence,
//! so that the behaviour knows when the circuit is up.

use std::time::Duration;

use futures::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use libp2p::PeerId;
use tokio::time::timeout;

use super::line::CircuitShare;
use super::splice::{CircuitSplice, STALL};
use super::wire::{self, CircuitLimit, RelayAnswer, RelayStatus};
use super::{CircuitEnd, ReachedLimit};

/// How long a called peer may take to answer: less than clients wait, so that they get an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a peer may take to read an answer: it is one small message, and a peer that reads nothing must
/// not keep its stream.
pub(super) const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// Calls the peer behind `ends[1]` for `caller`, who is behind `ends[0]`, and answers the caller in any case.
/// Returns the ends once they are connected.
///
/// # Errors
/// The status with which the caller was refused.
pub(super) async fn connect<S: AsyncRead + AsyncWrite + Unpin>(
    mut ends: [S; 2],
    caller: PeerId,
    limit: CircuitLimit,
) -> Result<[S; 2], RelayStatus> {
    let [hop, stop] = &mut ends;
    let status = match timeout(ANSWER_TIMEOUT, call(stop, &caller, limit)).await {
        Ok(Ok(())) => match timeout(WRITE_TIMEOUT, RelayAnswer::connected(limit).write(hop)).await {
            Ok(Ok(())) => return Ok(ends),
            Ok(Err(_)) | Err(_) => return Err(RelayStatus::ConnectionFailed),
        },
        Ok(Err(status)) => status,
        Err(_) => RelayStatus::ConnectionFailed,
    };
    refuse(hop, status).await;
    Err(status)
}

async fn call<S: AsyncRead + AsyncWrite + Unpin>(
    stop: &mut S,
    caller: &PeerId,
    limit: CircuitLimit,
) -> Result<(), RelayStatus> {
    wire::write_call(stop, caller, limit).await.map_err(|_| RelayStatus::ConnectionFailed)?;
    match wire::read_answer(stop).await {
        Ok(100) => Ok(()),
        Ok(201) => Err(RelayStatus::ResourceLimitExceeded),
        Ok(202) => Err(RelayStatus::PermissionDenied),
        Ok(_) | Err(_) => Err(RelayStatus::ConnectionFailed),
    }
}

/// Refuses the request of a HOP stream, and closes it.
pub(super) async fn refuse(hop: &mut (impl AsyncWrite + Unpin), status: RelayStatus) {
    answer(hop, &RelayAnswer::refusal(status)).await;
}

/// Sends the final answer on a HOP stream and closes it. A peer that does not read it in time gets none.
pub(super) async fn answer(hop: &mut (impl AsyncWrite + Unpin), answer: &RelayAnswer) {
    let said = async {
        answer.write(hop).await?;
        hop.close().await
    };
    if !matches!(timeout(WRITE_TIMEOUT, said).await, Ok(Ok(()))) {
        tracing::debug!("an answer was not taken");
    }
}

/// Splices two connected ends, until one of them or a limit ends the circuit.
pub(super) async fn relay<S: AsyncRead + AsyncWrite + Unpin>(
    ends: [S; 2],
    part: CircuitShare,
    limit: CircuitLimit,
) -> CircuitEnd {
    let splice = CircuitSplice::new(ends, part, limit.bytes, STALL);
    match limit.duration {
        None => splice.await,
        Some(duration) => {
            timeout(duration, splice).await.unwrap_or(CircuitEnd::Limit(ReachedLimit::Duration))
        }
    }
}
