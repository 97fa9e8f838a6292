//! Connections to the session's bus, and waits on it that end.
//!
//! It asks nobody anything, and does not try again.

use std::time::Duration;

use async_io::Timer;
use futures::future::{Either, select};
use futures::pin_mut;
use zbus::Connection;
use zbus::connection::Builder;

/// A connection, had within that time; each call over it may take as long.
pub(super) async fn connect(patience: Duration) -> zbus::Result<Connection> {
    let connecting = Builder::session()?.method_timeout(patience).build();
    let late = || Err(zbus::Error::Failure("the session's bus does not answer".to_owned()));
    within(patience, connecting).await.unwrap_or_else(late)
}

/// What comes of it within that time.
pub(super) async fn within<T>(limit: Duration, act: impl Future<Output = T>) -> Option<T> {
    pin_mut!(act);
    match select(act, Timer::after(limit)).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;

    #[test]
    fn a_wait_has_an_end() {
        let moment = Duration::from_millis(1);
        assert_eq!(block_on(within(moment, std::future::pending::<()>())), None);
        assert_eq!(block_on(within(Duration::from_secs(600), async { 7 })), Some(7));
    }
}
