//! Ctrl+C.

use std::io;

use super::SignalSender;

/// Ctrl+C.
pub struct Signals(());

impl Signals {
    /// Begins to listen.
    ///
    /// # Errors
    /// Never here.
    pub fn listen() -> io::Result<Self> {
        Ok(Self(()))
    }

    /// Waits for the next one: who sent it. Cancel safe.
    pub async fn next(&mut self) -> SignalSender {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        SignalSender::Person
    }
}
