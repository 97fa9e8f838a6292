//! How long another computer takes to answer.
//!
//! It is asked by ICMP where this system lets everybody do that (`net.ipv4.ping_group_range`), and by opening
//! a connection otherwise: a refusal is an answer too.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use beistand_session::FindingKind;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::{Instant, sleep_until, timeout};

use crate::net::HostName;
use crate::report::{Probe, ProbeReport, ProbeResult, count, micros, text};

/// How often it is asked: enough to see that some answers are lost.
const ASKED: u16 = 10;

/// The time between two questions: nobody takes so few for an attack.
const INTERVAL: Duration = Duration::from_millis(300);

/// How long an answer is waited for: the far side of the earth and a satellite.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// The port that is asked where none is named: web servers are what is most often asked for.
const USUAL_PORT: u16 = 443;

/// What is sent with each question.
const ECHO_BYTES: usize = 32;

/// The head of an ICMP echo in bytes: RFC 792.
const ICMP_HEAD_BYTES: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PingProbe {
    host: HostName,
    port: u16,
    /// A port was named: it is what is asked.
    by_port: bool,
}

impl Probe for PingProbe {
    fn parse(args: &str) -> Option<Self> {
        let mut words = args.split_whitespace();
        let host = HostName::new(words.next()?)?;
        let named = words.next().map(|port| port.parse().ok().filter(|port| *port != 0));
        let port = named.unwrap_or(Some(USUAL_PORT))?;
        words.next().is_none().then_some(Self { host, port, by_port: named.is_some() })
    }

    fn subject(&self) -> String {
        let host = self.host.as_str();
        if self.by_port { format!("{host} {}", self.port) } else { host.to_owned() }
    }

    async fn run(self, report: ProbeReport) -> ProbeResult {
        let address = self.host.lookup(self.port, &report).await?[0];
        let asker = match (self.by_port, echo_socket(address).await) {
            (false, Ok(socket)) => PingAsker::Echo(socket, if address.is_ipv4() { 8 } else { 128 }),
            (true, _) | (false, Err(_)) => PingAsker::Connect(address),
        };
        report.find(FindingKind::PingWay, [text(asker.way())]).await;
        let mut answers = Vec::new();
        let begin = Instant::now();
        for number in 1..=ASKED {
            sleep_until(begin + INTERVAL * u32::from(number - 1)).await;
            let asked = Instant::now();
            if matches!(timeout(ANSWER_TIMEOUT, asker.ask(number)).await, Ok(Ok(()))) {
                let time = asked.elapsed();
                answers.push(time);
                report.find(FindingKind::PingReply, [count(number.into()), micros(time)]).await;
            } else {
                report.find(FindingKind::PingLost, [count(number.into())]).await;
            }
            report.advance(number.into(), ASKED.into());
        }
        let mean = answers.iter().sum::<Duration>() / u32::try_from(answers.len().max(1)).unwrap_or(1);
        let least = answers.iter().min().copied().unwrap_or_default();
        let most = answers.iter().max().copied().unwrap_or_default();
        let [sent, received] = [u64::from(ASKED), answers.len() as u64].map(count);
        let summary = [sent, received, micros(least), micros(mean), micros(most)];
        report.find(FindingKind::PingSummary, summary).await;
        Ok(())
    }
}

/// By what it is asked.
enum PingAsker {
    /// By ICMP, with the kind of its questions.
    Echo(UdpSocket, u8),
    Connect(SocketAddr),
}

impl PingAsker {
    fn way(&self) -> String {
        match self {
            Self::Echo(..) => "ICMP".to_owned(),
            Self::Connect(address) => format!("TCP {}", address.port()),
        }
    }

    /// Waits for the answer to this question.
    async fn ask(&self, number: u16) -> io::Result<()> {
        match self {
            Self::Connect(address) => match TcpStream::connect(address).await {
                Err(error) if error.kind() != io::ErrorKind::ConnectionRefused => Err(error),
                Ok(_) | Err(_) => Ok(()),
            },
            Self::Echo(socket, question) => {
                // The system fills in the sum and the sender's number.
                let mut packet = [0x42; ICMP_HEAD_BYTES + ECHO_BYTES];
                let [high, low] = number.to_be_bytes();
                packet[..ICMP_HEAD_BYTES].copy_from_slice(&[*question, 0, 0, 0, 0, 0, high, low]);
                socket.send(&packet).await?;
                let mut answer = [0; 2 * (ICMP_HEAD_BYTES + ECHO_BYTES)];
                loop {
                    let length = socket.recv(&mut answer).await?;
                    if length >= ICMP_HEAD_BYTES && answer[6..ICMP_HEAD_BYTES] == [high, low] {
                        return Ok(());
                    }
                }
            }
        }
    }
}

/// A socket for echoes that needs no rights.
async fn echo_socket(address: SocketAddr) -> io::Result<UdpSocket> {
    let protocol = if address.is_ipv4() { Protocol::ICMPV4 } else { Protocol::ICMPV6 };
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(protocol))?;
    socket.set_nonblocking(true)?;
    let socket = UdpSocket::from_std(socket.into())?;
    socket.connect(SocketAddr::new(address.ip(), 0)).await?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use beistand_session::{CheckupEnd, CheckupKind};

    use super::*;
    use crate::report::tests::{kinds, number, outcome};
    use crate::{ProbeRequest, ProbeRun};

    #[tokio::test]
    async fn a_computer_that_answers_is_timed_also_where_it_refuses() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        for refuses in [false, true] {
            let _taken = (!refuses).then(|| listener.try_clone().unwrap());
            let port = if refuses { unused_port() } else { port };
            let request = ProbeRequest::parse(CheckupKind::Ping, &format!("127.0.0.1 {port}")).unwrap();
            let (findings, end) = outcome(ProbeRun::start(request)).await;
            assert_eq!(end, CheckupEnd::Done);
            let summary = findings.last().unwrap();
            assert_eq!((number(summary, "sent"), number(summary, "received")), (10, 10));
            assert!(number(summary, "least") <= number(summary, "most"));
            assert_eq!(kinds(&findings)[..2], [FindingKind::Address, FindingKind::PingWay]);
        }
    }

    fn unused_port() -> u16 {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
    }

    #[tokio::test]
    async fn a_name_that_nobody_can_have_is_told() {
        // Longer than a part of a name can be: no server is asked for it.
        let request = ProbeRequest::parse(CheckupKind::Ping, &"a".repeat(64)).unwrap();
        let (findings, end) = outcome(ProbeRun::start(request)).await;
        assert_eq!((findings, end), (Vec::new(), CheckupEnd::UnknownName));
    }
}
