//! What the tests of the network share: names of computers, their addresses, connections with a time-out.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use beistand_session::{CheckupEnd, FindingKind};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::report::{ProbeReport, text};

/// How long looking up a name may take: the system's own resolver asks each server twice for 5 s.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(12);

/// The longest name of a computer: RFC 1035, section 2.3.4.
const MAX_HOST_CHARS: usize = 253;

/// A computer's name or address: nothing that a program could take for an option, or a terminal for a
/// command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostName(String);

impl HostName {
    pub(crate) fn new(name: &str) -> Option<Self> {
        let is_address = name.parse::<IpAddr>().is_ok();
        let in_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_');
        let is_name =
            name.chars().all(in_name) && name.starts_with(|letter: char| letter.is_ascii_alphanumeric());
        (is_address || is_name && name.len() <= MAX_HOST_CHARS).then(|| Self(name.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Its addresses, of which the first is reported, as the system knows them.
    pub(crate) async fn lookup(
        &self,
        port: u16,
        report: &ProbeReport,
    ) -> Result<Vec<SocketAddr>, CheckupEnd> {
        let looking = tokio::net::lookup_host((self.0.as_str(), port));
        let found = timeout(LOOKUP_TIMEOUT, looking).await.map_err(|_| CheckupEnd::TimedOut)?;
        let addresses: Vec<SocketAddr> = found.map_err(|_| CheckupEnd::UnknownName)?.collect();
        let first = addresses.first().ok_or(CheckupEnd::UnknownName)?;
        report.find(FindingKind::Address, [text(self.as_str()), text(first.ip().to_string())]).await;
        Ok(addresses)
    }
}

/// A connection to the first address that takes one, in `limit` for each.
pub(crate) async fn connect(addresses: &[SocketAddr], limit: Duration) -> Result<TcpStream, CheckupEnd> {
    let mut end = CheckupEnd::UnknownName;
    for address in addresses {
        match timeout(limit, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => end = end_of(&error),
            Err(_) => end = CheckupEnd::TimedOut,
        }
    }
    Err(end)
}

/// How a test ends that met this.
pub(crate) fn end_of(error: &io::Error) -> CheckupEnd {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => CheckupEnd::Gone,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => CheckupEnd::NotPermitted,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => CheckupEnd::DiskFull,
        io::ErrorKind::TimedOut => CheckupEnd::TimedOut,
        io::ErrorKind::ConnectionRefused
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::NetworkDown
        | io::ErrorKind::AddrNotAvailable => CheckupEnd::Unreachable,
        _ => CheckupEnd::Broken,
    }
}
