//! Which ports of another computer are open: a connection is opened and closed again, nothing is sent.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use beistand_session::FindingKind;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::net::{HostName, end_of};
use crate::report::{Probe, ProbeReport, ProbeResult, count, micros};

/// Ports of one test: whoever wants more of them looks for something else than a fault.
const MAX_PORTS: usize = 64;

/// How long each is waited for: what drops packets says nothing, and 64 of them take three minutes.
const PORT_TIMEOUT: Duration = Duration::from_secs(3);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortsProbe {
    host: HostName,
    ports: Vec<u16>,
}

impl Probe for PortsProbe {
    fn parse(args: &str) -> Option<Self> {
        let (host, ports) = args.split_once(char::is_whitespace)?;
        let port = |word: &str| word.parse().ok().filter(|port| *port != 0);
        let listed = ports.split([',', ' ']).filter(|word| !word.is_empty());
        let ports: Vec<u16> = listed.take(MAX_PORTS + 1).map(port).collect::<Option<_>>()?;
        let some = (1..=MAX_PORTS).contains(&ports.len());
        Some(Self { host: HostName::new(host).filter(|_| some)?, ports })
    }

    fn subject(&self) -> String {
        let ports: Vec<String> = self.ports.iter().map(u16::to_string).collect();
        format!("{} {}", self.host.as_str(), ports.join(","))
    }

    async fn run(self, report: ProbeReport) -> ProbeResult {
        let addresses = self.host.lookup(0, &report).await?;
        for (done, port) in self.ports.iter().enumerate() {
            let address = SocketAddr::new(addresses[0].ip(), *port);
            let asked = Instant::now();
            let number = count((*port).into());
            match timeout(PORT_TIMEOUT, TcpStream::connect(address)).await {
                Ok(Ok(_)) => report.find(FindingKind::PortOpen, [number, micros(asked.elapsed())]).await,
                Ok(Err(error)) if error.kind() == ErrorKind::ConnectionRefused => {
                    report.find(FindingKind::PortClosed, [number]).await;
                }
                Ok(Err(error)) => return Err(end_of(&error)),
                Err(_) => report.find(FindingKind::PortSilent, [number]).await,
            }
            report.advance(done as u64 + 1, self.ports.len() as u64);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use beistand_session::{CheckupEnd, CheckupKind};
    use tokio::net::TcpSocket;

    use super::*;
    use crate::report::tests::{kinds, outcome};
    use crate::{ProbeRequest, ProbeRun};

    #[tokio::test]
    async fn open_and_closed_ports_are_told_apart() {
        let open = TcpListener::bind("127.0.0.1:0").unwrap();
        // Held, so that no other program listens there meanwhile.
        let held = TcpSocket::new_v4().unwrap();
        held.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let closed = held.local_addr().unwrap().port();
        let args = format!("127.0.0.1 {},{closed}", open.local_addr().unwrap().port());
        let request = ProbeRequest::parse(CheckupKind::Ports, &args).unwrap();
        let (findings, end) = outcome(ProbeRun::start(request)).await;
        assert_eq!(end, CheckupEnd::Done);
        assert_eq!(kinds(&findings)[1..], [FindingKind::PortOpen, FindingKind::PortClosed]);
    }
}
