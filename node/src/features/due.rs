//! Waiting for what may be due.

use std::time::Instant;

/// Resolves then; never where it is not known when. Cancel safe.
pub(super) async fn until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
