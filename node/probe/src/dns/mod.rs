//! What several servers for names say of a name: the system's own and three well-known ones, or those that
//! are named. Each is asked once for both kinds of addresses.

mod message;

use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use beistand_session::FindingKind;
use tokio::net::UdpSocket;
use tokio::time::timeout;

use crate::net::HostName;
use crate::report::{Probe, ProbeReport, ProbeResult, micros, text};
use message::{DnsReply, RecordType, query, read_reply};

/// Servers that can be named: as many as fit on a line.
const MAX_SERVERS: usize = 4;

/// Servers of the system's: what its own resolver takes of them.
const MAX_SYSTEM_SERVERS: usize = 3;

/// How long an answer is waited for; the system's resolver waits 5 s and asks again.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(3);

/// The largest answer that a server sends without being told that more is welcome: RFC 1035, section 4.2.1.
/// Some send more.
const MAX_ANSWER_BYTES: usize = 4096;

/// Where names are asked for.
const DNS_PORT: u16 = 53;

/// Where the system says which servers it asks.
const RESOLV_CONF: &str = "/etc/resolv.conf";

/// Servers that everybody may ask, and what they are called.
const KNOWN: [(&str, [u8; 4]); 3] =
    [("cloudflare", [1, 1, 1, 1]), ("google", [8, 8, 8, 8]), ("quad9", [9, 9, 9, 9])];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DnsProbe {
    name: HostName,
    /// Empty: the system's and the well-known ones.
    servers: Vec<DnsServer>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct DnsServer {
    label: String,
    address: SocketAddr,
}

impl DnsServer {
    fn parse(word: &str) -> Option<Self> {
        if let Some((name, address)) = KNOWN.into_iter().find(|(name, _)| *name == word) {
            return Some(Self { label: name.to_owned(), address: (address, DNS_PORT).into() });
        }
        let address = word.parse().or_else(|_| word.parse().map(|ip: IpAddr| (ip, DNS_PORT).into())).ok()?;
        Some(Self { label: word.to_owned(), address })
    }
}

impl Probe for DnsProbe {
    fn parse(args: &str) -> Option<Self> {
        let mut words = args.split_whitespace();
        let name = HostName::new(words.next()?)?;
        let servers: Vec<DnsServer> =
            words.take(MAX_SERVERS + 1).map(DnsServer::parse).collect::<Option<_>>()?;
        (servers.len() <= MAX_SERVERS).then_some(Self { name, servers })
    }

    fn subject(&self) -> String {
        let servers = self.servers.iter().map(|server| server.label.as_str());
        [self.name.as_str()].into_iter().chain(servers).collect::<Vec<_>>().join(" ")
    }

    async fn run(self, report: ProbeReport) -> ProbeResult {
        let mut servers = self.servers;
        if servers.is_empty() {
            servers = system_servers(&fs::read_to_string(RESOLV_CONF).unwrap_or_default());
            servers.extend(KNOWN.into_iter().filter_map(|(name, _)| DnsServer::parse(name)));
        }
        for (done, server) in servers.iter().enumerate() {
            let asked = Instant::now();
            let (four, six) = tokio::join!(
                ask(server.address, self.name.as_str(), RecordType::A),
                ask(server.address, self.name.as_str(), RecordType::Aaaa),
            );
            let (label, time) = (text(&server.label), micros(asked.elapsed()));
            match joined(four, six) {
                None => report.find(FindingKind::DnsSilent, [label]).await,
                Some(reply) if reply.addresses.is_empty() => {
                    report.find(FindingKind::DnsNone, [label, text(reply.code_word()), time]).await;
                }
                Some(reply) => {
                    let addresses: Vec<String> = reply.addresses.iter().map(IpAddr::to_string).collect();
                    let addresses = text(addresses.join(", "));
                    report.find(FindingKind::DnsAnswer, [label, addresses, time]).await;
                }
            }
            report.advance(done as u64 + 1, servers.len() as u64);
        }
        Ok(())
    }
}

/// Both answers as one: a server that has addresses of one kind alone is well.
fn joined(four: io::Result<DnsReply>, six: io::Result<DnsReply>) -> Option<DnsReply> {
    let mut replies = [four, six].into_iter().flatten();
    let mut first = replies.next()?;
    first.addresses.extend(replies.next().into_iter().flat_map(|second| second.addresses));
    Some(first)
}

async fn ask(server: SocketAddr, name: &str, record: RecordType) -> io::Result<DnsReply> {
    let here: IpAddr = if server.is_ipv4() { [0; 4].into() } else { [0; 16].into() };
    let socket = UdpSocket::bind((here, 0)).await?;
    socket.connect(server).await?;
    // Chance alone keeps others from answering in its place.
    let id = getrandom::u32().map_err(io::Error::other)? as u16;
    socket.send(&query(id, name, record)).await?;
    let answered = async {
        let mut buffer = [0; MAX_ANSWER_BYTES];
        loop {
            let length = socket.recv(&mut buffer).await?;
            if let Some(reply) = read_reply(&buffer[..length], id) {
                return Ok(reply);
            }
        }
    };
    timeout(ANSWER_TIMEOUT, answered).await?
}

/// The servers that `resolv.conf` names.
fn system_servers(conf: &str) -> Vec<DnsServer> {
    let address = |line: &str| line.strip_prefix("nameserver")?.trim().parse::<IpAddr>().ok();
    let server = |ip: IpAddr| DnsServer { label: ip.to_string(), address: (ip, DNS_PORT).into() };
    conf.lines().filter_map(address).map(server).take(MAX_SYSTEM_SERVERS).collect()
}

#[cfg(test)]
mod tests {
    use beistand_session::{CheckupEnd, CheckupKind};

    use super::*;
    use crate::report::tests::{kinds, outcome};
    use crate::{ProbeRequest, ProbeRun};

    /// A server that has this to say: the head's second half and what follows the question.
    async fn server(flags: [u8; 2], answers: u8, tail: &'static [u8]) -> SocketAddr {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        tokio::spawn(async move {
            let mut buffer = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                let mut answer = buffer[..length].to_vec();
                answer[2..4].copy_from_slice(&flags);
                answer[7] = answers;
                answer.extend_from_slice(tail);
                socket.send_to(&answer, from).await.unwrap();
            }
        });
        address
    }

    #[tokio::test]
    async fn each_server_is_heard_or_said_to_be_silent() {
        let tail = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x07";
        let knows = server([0x81, 0x80], 1, tail).await;
        let denies = server([0x81, 0x83], 0, b"").await;
        let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let args = format!("example.org {knows} {denies} {}", silent.local_addr().unwrap());
        let run = ProbeRun::start(ProbeRequest::parse(CheckupKind::Dns, &args).unwrap());
        let (findings, end) = outcome(run).await;
        assert_eq!(end, CheckupEnd::Done);
        assert_eq!(kinds(&findings), [FindingKind::DnsAnswer, FindingKind::DnsNone, FindingKind::DnsSilent]);
        assert!(format!("{:?}", findings[0]).contains("192.0.2.7"), "{:?}", findings[0]);
        assert!(format!("{:?}", findings[1]).contains("NXDOMAIN"), "{:?}", findings[1]);
    }

    #[test]
    fn the_systems_servers_are_those_that_it_names() {
        let servers =
            system_servers("# nameserver 1.2.3.4\nnameserver 192.0.2.1\nnameserver ::1\nsearch a\n");
        let labels: Vec<&str> = servers.iter().map(|server| server.label.as_str()).collect();
        assert_eq!(labels, ["192.0.2.1", "::1"]);
    }
}
