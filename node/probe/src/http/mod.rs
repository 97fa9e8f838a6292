//! How a web server answers: how long each step takes, what it says, and by which certificates it proves who
//! it is.
//!
//! What it does not do: it fetches and changes nothing (it asks for the head of an answer), follows nothing,
//! and asks nothing of a server that can't prove who it is. TLS is 1.3 alone, as elsewhere in this program.

mod address;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use beistand_session::{CheckupEnd, FindingKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::net::{connect, end_of};
use crate::report::{Probe, ProbeReport, ProbeResult, count, micros, text};
use address::WebAddress;
use tls::{TlsChain, TlsLine};

/// How long each step may take: a person has given up by then.
const STEP_TIMEOUT: Duration = Duration::from_secs(10);

/// How much of an answer is read to find its first line.
const MAX_HEAD_BYTES: usize = 4096;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HttpProbe {
    address: WebAddress,
}

impl Probe for HttpProbe {
    fn parse(args: &str) -> Option<Self> {
        WebAddress::parse(args).map(|address| Self { address })
    }

    fn subject(&self) -> String {
        self.address.to_string()
    }

    async fn run(self, report: ProbeReport) -> ProbeResult {
        let WebAddress { host, port, secure, .. } = &self.address;
        let begin = Instant::now();
        let addresses: Vec<SocketAddr> = host.lookup(*port, &report).await?;
        let name = begin.elapsed();
        report.advance(1, 4);
        let begin = Instant::now();
        let stream = connect(&addresses, STEP_TIMEOUT).await?;
        let connected = begin.elapsed();
        report.advance(2, 4);
        let mut line = WebLine { stream, tls: None };
        let begin = Instant::now();
        if *secure {
            let mut tls = TlsLine::new(host.as_str()).ok_or(CheckupEnd::Invalid)?;
            within(tls.shake_hands(&mut line.stream)).await?;
            let chain = tls.chain();
            tell_chain(&report, &chain).await;
            if chain.verdict != FindingKind::CertificateTrusted {
                // Nothing is asked of somebody else.
                return Ok(());
            }
            line.tls = Some(tls);
        }
        let secured = begin.elapsed();
        report.advance(3, 4);
        let begin = Instant::now();
        let first_line = within(line.ask(&self.address.request())).await?;
        let first = begin.elapsed();
        report.find(FindingKind::HttpTimes, [name, connected, secured, first].map(micros)).await;
        let (status, protocol) = read_status(&first_line).ok_or(CheckupEnd::Broken)?;
        report.find(FindingKind::HttpStatus, [count(status.into()), text(protocol)]).await;
        Ok(())
    }
}

async fn within<T>(step: impl Future<Output = io::Result<T>>) -> Result<T, CheckupEnd> {
    match timeout(STEP_TIMEOUT, step).await {
        Ok(done) => done.map_err(|error| end_of(&error)),
        Err(_) => Err(CheckupEnd::TimedOut),
    }
}

async fn tell_chain(report: &ProbeReport, chain: &TlsChain) {
    for (index, one) in chain.certificates.iter().enumerate() {
        let number = count(index as u64 + 1);
        let values = [number, text(&one.subject), text(&one.issuer), text(&one.until)];
        report.find(FindingKind::Certificate, values).await;
    }
    report.find(chain.verdict, []).await;
}

/// A connection to a web server.
struct WebLine {
    stream: TcpStream,
    tls: Option<TlsLine>,
}

impl WebLine {
    /// Asks, and waits for the first line of the answer.
    async fn ask(&mut self, request: &str) -> io::Result<Vec<u8>> {
        match &mut self.tls {
            Some(tls) => tls.write(&mut self.stream, request.as_bytes()).await?,
            None => self.stream.write_all(request.as_bytes()).await?,
        }
        let mut head = Vec::new();
        while !head.contains(&b'\n') && head.len() < MAX_HEAD_BYTES {
            let mut part = [0; MAX_HEAD_BYTES];
            let length = match &mut self.tls {
                Some(tls) => tls.read(&mut self.stream, &mut part).await?,
                None => self.stream.read(&mut part).await?,
            };
            if length == 0 {
                break;
            }
            head.extend_from_slice(&part[..length]);
        }
        Ok(head)
    }
}

/// The status and the protocol in an answer's first line: RFC 9112, section 4.
fn read_status(head: &[u8]) -> Option<(u16, String)> {
    let line = head.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split(' ');
    let protocol = words.next().filter(|word| word.starts_with("HTTP/") && word.len() < 16)?;
    let status = words.next()?.trim().parse().ok().filter(|status| (100..1000).contains(status))?;
    Some((status, protocol.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::Arc;

    use beistand_session::CheckupKind;
    use proptest::prelude::*;
    use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

    use super::*;
    use crate::report::tests::{kinds, number, outcome};
    use crate::{ProbeRequest, ProbeRun};

    /// A web server that answers once; with a certificate of its own making where it is secure.
    fn server(secure: bool, answer: &'static [u8]) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 1024];
            if secure {
                let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
                let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.key_pair.serialize_der()));
                let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
                let config = rustls::ServerConfig::builder_with_provider(provider)
                    .with_safe_default_protocol_versions()
                    .unwrap()
                    .with_no_client_auth()
                    .with_single_cert(vec![made.cert.der().clone()], key)
                    .unwrap();
                let mut tls = rustls::ServerConnection::new(Arc::new(config)).unwrap();
                while tls.is_handshaking() && tls.complete_io(&mut stream).is_ok() {}
                return;
            }
            let length = stream.read(&mut asked).unwrap();
            assert!(asked[..length].starts_with(b"HEAD /a HTTP/1.1\r\nHost: 127.0.0.1"));
            stream.write_all(answer).unwrap();
        });
        port
    }

    async fn ask(url: String) -> (Vec<beistand_session::CheckupFinding>, CheckupEnd) {
        outcome(ProbeRun::start(ProbeRequest::parse(CheckupKind::Http, &url).unwrap())).await
    }

    #[tokio::test]
    async fn an_answer_is_timed_and_its_status_is_read() {
        let port = server(false, b"HTTP/1.1 404 Not Found\r\n\r\n");
        let (findings, end) = ask(format!("http://127.0.0.1:{port}/a")).await;
        assert_eq!(end, CheckupEnd::Done);
        assert_eq!(kinds(&findings), [FindingKind::Address, FindingKind::HttpTimes, FindingKind::HttpStatus]);
        assert_eq!(number(&findings[2], "status"), 404);
    }

    #[tokio::test]
    async fn a_server_that_nobody_vouches_for_is_shown_and_asked_nothing() {
        let port = server(true, b"");
        let (findings, end) = ask(format!("https://localhost:{port}/")).await;
        assert_eq!(end, CheckupEnd::Done, "{findings:?}");
        let expected = [FindingKind::Address, FindingKind::Certificate, FindingKind::CertificateUnknown];
        assert_eq!(kinds(&findings), expected);
        assert!(format!("{:?}", findings[1]).contains("rcgen self signed cert"), "{:?}", findings[1]);
    }

    #[tokio::test]
    async fn what_is_no_web_server_is_told() {
        let port = server(false, b"SSH-2.0-OpenSSH\r\n");
        let (_, end) = ask(format!("http://127.0.0.1:{port}/a")).await;
        assert_eq!(end, CheckupEnd::Broken);
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (_, end) = ask(format!("http://127.0.0.1:{closed}/a")).await;
        assert_eq!(end, CheckupEnd::Unreachable);
    }

    proptest! {
        #[test]
        fn junk_is_no_status(head in proptest::collection::vec(any::<u8>(), 0..60)) {
            if let Some((status, _)) = read_status(&head) {
                prop_assert!((100..1000).contains(&status));
            }
        }
    }
}
