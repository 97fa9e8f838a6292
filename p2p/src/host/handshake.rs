//! One handshake at the host's end, from the proof of the invite to the request; and the word for those who
//! have to come again later.

use std::time::Duration;

use beistand_session::{EndReason, HandshakeFailure, put_off};
use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::Stream;
use tokio::time::timeout;

use super::InvitedSession;
use crate::driver::{HandshakeResult, SessionHandle};
use crate::invite::InviteId;
use crate::seats::StreamSeat;

/// How long somebody who is put off may take to hear it: a slow line's few round trips.
const PUT_OFF: Duration = Duration::from_secs(3);

/// Bytes read of somebody who is put off, and dropped: more than they have to say.
const PUT_OFF_BYTES: usize = 64;

/// How a handshake ended.
pub(super) enum HandshakeOutcome {
    /// There is a request.
    Asked(Box<InvitedSession>),
    /// Whoever knew this invite did not go on with it.
    BrokenOff(InviteId),
    /// It is nobody's doing: this invite was void, which its holder was told, or this machine can't make
    /// keys.
    Over(InviteId),
}

/// Waits for the end of the handshake of somebody who has proved to know an invite, which is a request if it
/// succeeds.
pub(super) async fn handshake(
    mut session: SessionHandle,
    invite: InviteId,
    mut seat: StreamSeat,
) -> HandshakeOutcome {
    tokio::select! {
        // By dropping the handle the session ends.
        () = seat.lost() => HandshakeOutcome::BrokenOff(invite),
        result = session.handshake() => match result {
            Some(HandshakeResult::Request(request)) => {
                HandshakeOutcome::Asked(Box::new(InvitedSession { session, request, invite }))
            }
            Some(HandshakeResult::Ended(end)) if is_nobodys_doing(end.reason) => {
                HandshakeOutcome::Over(invite)
            }
            Some(HandshakeResult::Ended(_)) | None => HandshakeOutcome::BrokenOff(invite),
        },
    }
}

/// Whether whoever knew the invite did what they could.
fn is_nobodys_doing(reason: EndReason) -> bool {
    matches!(
        reason,
        EndReason::InviteUsed
            | EndReason::InviteExpired
            | EndReason::HandshakeFailed(HandshakeFailure::Local)
    )
}

/// Tells somebody to come again in `retry_in`.
pub(super) async fn tell_to_come_again(mut stream: Stream, retry_in: Duration, mut seat: StreamSeat) {
    let secs = u16::try_from(retry_in.as_millis().div_ceil(1000)).unwrap_or(u16::MAX);
    let say = async {
        stream.write_all(&put_off(secs)).await?;
        stream.close().await?;
        // Until they have heard it: a stream that is dropped with unread bytes is reset.
        while stream.read(&mut [0; PUT_OFF_BYTES]).await? > 0 {}
        std::io::Result::Ok(())
    };
    tokio::select! {
        () = seat.lost() => {}
        said = timeout(PUT_OFF, say) => if !matches!(said, Ok(Ok(()))) {
            tracing::debug!("somebody who was put off did not hear it");
        },
    }
}
