//! TLS on a connection, with a look at the certificates whether they are trusted or not.
//!
//! Nothing may be written to a server whose chain is not trusted: whoever uses this looks at
//! [`TlsLine::chain`] first.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use beistand_session::FindingKind;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore,
    SignatureScheme,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use x509_parser::prelude::{FromDer, X509Certificate};

/// Where systems keep whom they trust: Debian's place and its heirs', Fedora's, openSUSE's, Alpine's.
const TRUSTED: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Where a person or a script says otherwise, as other programs have it.
const TRUSTED_VARIABLE: &str = "SSL_CERT_FILE";

/// Certificates of a chain that are shown: real ones have two to four.
const MAX_CHAIN: usize = 8;

/// What is read at once: a record of TLS and its head.
const READ_BYTES: usize = 17 << 10;

/// A certificate as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShownCertificate {
    pub(super) subject: String,
    pub(super) issuer: String,
    /// The last day, as ISO 8601 has it.
    pub(super) until: String,
}

/// By what a server proves who it is, and whether that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TlsChain {
    pub(super) certificates: Vec<ShownCertificate>,
    pub(super) verdict: FindingKind,
}

/// One end of TLS.
pub(super) struct TlsLine {
    connection: ClientConnection,
    watch: Arc<ChainWatch>,
}

impl TlsLine {
    /// `None` where the name can be in no certificate.
    pub(super) fn new(host: &str) -> Option<Self> {
        let name = ServerName::try_from(host.to_owned()).ok()?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let roots = Arc::new(trusted());
        let judge = WebPkiServerVerifier::builder_with_provider(roots, provider.clone()).build().ok();
        let watch = Arc::new(ChainWatch { judge, provider: provider.clone(), verdict: Mutex::default() });
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .ok()?
            .dangerous()
            .with_custom_certificate_verifier(watch.clone())
            .with_no_client_auth();
        let connection = ClientConnection::new(Arc::new(config), name).ok()?;
        Some(Self { connection, watch })
    }

    /// Until both sides have proved what they can.
    pub(super) async fn shake_hands(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        while self.connection.is_handshaking() {
            self.flush(stream).await?;
            if self.connection.is_handshaking() && self.receive(stream).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        self.flush(stream).await
    }

    /// What the server has shown.
    pub(super) fn chain(&self) -> TlsChain {
        let shown = self.connection.peer_certificates().unwrap_or_default();
        let certificates = shown.iter().take(MAX_CHAIN).filter_map(|one| show(one)).collect();
        let verdict = self.watch.verdict.lock().unwrap_or_else(PoisonError::into_inner);
        TlsChain { certificates, verdict: verdict.unwrap_or(FindingKind::CertificateUnknown) }
    }

    pub(super) async fn write(&mut self, stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
        io::Write::write_all(&mut self.connection.writer(), bytes)?;
        self.flush(stream).await
    }

    /// Zero: the server has closed.
    pub(super) async fn read(&mut self, stream: &mut TcpStream, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            match io::Read::read(&mut self.connection.reader(), bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return read,
            }
            if self.receive(stream).await? == 0 {
                return Ok(0);
            }
        }
    }

    async fn flush(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        let mut bytes = Vec::new();
        while self.connection.wants_write() {
            self.connection.write_tls(&mut bytes)?;
        }
        stream.write_all(&bytes).await
    }

    async fn receive(&mut self, stream: &mut TcpStream) -> io::Result<usize> {
        let mut buffer = vec![0; READ_BYTES];
        let length = stream.read(&mut buffer).await?;
        let mut unread = &buffer[..length];
        while !unread.is_empty() {
            self.connection.read_tls(&mut unread)?;
            self.connection.process_new_packets().map_err(io::Error::other)?;
        }
        Ok(length)
    }
}

/// Takes every chain and keeps what there is to say about it.
#[derive(Debug)]
struct ChainWatch {
    /// Missing where this computer trusts nobody.
    judge: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
    verdict: Mutex<Option<FindingKind>>,
}

impl ServerCertVerifier for ChainWatch {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.judge.as_ref().map(|judge| {
            judge.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        });
        *self.verdict.lock().unwrap_or_else(PoisonError::into_inner) = verdict.map(verdict_of);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("only TLS 1.3 is spoken here".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn verdict_of(verdict: Result<ServerCertVerified, Error>) -> FindingKind {
    match verdict {
        Ok(_) => FindingKind::CertificateTrusted,
        Err(Error::InvalidCertificate(fault)) => match fault {
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => FindingKind::CertificateExpired,
            CertificateError::UnknownIssuer => FindingKind::CertificateUnknown,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                FindingKind::CertificateOther
            }
            _ => FindingKind::CertificateBad,
        },
        Err(_) => FindingKind::CertificateBad,
    }
}

/// Whom this computer trusts.
fn trusted() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let named = std::env::var_os(TRUSTED_VARIABLE);
    let files = match &named {
        Some(file) => vec![Path::new(file)],
        None => TRUSTED.iter().map(Path::new).collect(),
    };
    for file in files {
        if let Ok(certificates) = CertificateDer::pem_file_iter(file) {
            roots.add_parsable_certificates(certificates.flatten());
            break;
        }
    }
    roots
}

fn show(certificate: &CertificateDer<'_>) -> Option<ShownCertificate> {
    let (_, read) = X509Certificate::from_der(certificate).ok()?;
    let until = read.validity().not_after.to_datetime();
    Some(ShownCertificate {
        subject: read.subject().to_string(),
        issuer: read.issuer().to_string(),
        until: format!("{:04}-{:02}-{:02}", until.year(), u8::from(until.month()), until.day()),
    })
}
