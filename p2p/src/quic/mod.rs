//! `/quic-v1` on quinn, compatible with libp2p's own QUIC transport in both directions.
//!
//! It differs in how it sends: it judges congestion by measured bandwidth and round trip instead of by losses
//! (`bbr`), and bounds what is buffered. docs/NETWORK.md says why, with figures. Addresses, certificates,
//! streams and hole punching work as in libp2p.
//!
//! What it does not do: datagrams, connection migration, draft versions. It checks that a peer holds the key
//! of the PeerId that it presents; the swarm checks whether that is the PeerId that was dialled.

mod address;
mod bbr;
mod connection;
mod controller;
mod listener;
mod punch;
mod rate;
mod transport;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use libp2p::identity::Keypair;
use libp2p::tls;
use quinn::congestion::ControllerFactory;
use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use quinn::{AckFrequencyConfig, TransportConfig, VarInt};

pub use connection::{QuicConnecting, QuicConnection, QuicStream};
pub use controller::BbrFactory;
pub use transport::QuicTransport;

/// How long a handshake may take: as long as libp2p's, and as hole punching tries.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a connection may be silent until it counts as lost, in milliseconds: as long as libp2p's.
/// Sessions notice sooner by pings of their own.
const IDLE_TIMEOUT_MILLIS: u32 = 10_000;

/// How often to send something when there is nothing to send: twice per idle timeout.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// The round trip assumed until it is measured: Chromium's. A lost handshake packet is sent again after three
/// of these, not after a second as with the 333 ms of RFC 9002, section 6.2.2. If it is too short, a packet
/// or two are sent in vain.
const INITIAL_RTT: Duration = Duration::from_millis(100);

/// How long the other side may keep an acknowledgement back: the last packet of a picture has none after it
/// that would show its loss, and is sent again only when a round trip and this time have passed. The usual
/// 25 ms are most of the time to the next picture.
const MAX_ACK_DELAY: Duration = Duration::from_millis(5);

/// Packets that may arrive out of order before that is acknowledged at once: none, as without the extension,
/// since each is a loss for all we know.
const REORDERING: VarInt = VarInt::from_u32(1);

/// Streams that the other side may have open at once: as many as libp2p's.
const MAX_STREAMS: u32 = 256;

/// Bytes that one stream may send ahead of its reader: 40 ms at 100 Mbit/s. More only fills buffers.
const STREAM_WINDOW_BYTES: u32 = 512 * 1024;

/// Bytes that all streams of a connection may send ahead of their readers: enough that eight with busy
/// readers don't stop the rest.
const RECEIVE_WINDOW_BYTES: u32 = 8 * STREAM_WINDOW_BYTES;

/// Unacknowledged bytes kept per connection: as many as a stream's window, since they delay everything that
/// is written later.
const SEND_WINDOW_BYTES: u64 = 512 * 1024;

/// Connections begun by others that wait to be accepted, per listener: more than ever wait, since the swarm
/// accepts them at once and has bounds of its own.
const MAX_INCOMING: usize = 256;

/// Bytes that such connections may hold in all: 16 KiB each.
const MAX_INCOMING_BYTES: u64 = 4 * 1024 * 1024;

/// The transport's configuration.
#[derive(Clone)]
pub struct QuicConfig {
    /// How connections judge congestion: [`BbrFactory`], unless something else is to be compared with it.
    pub congestion: Arc<dyn ControllerFactory + Send + Sync>,
    client: Arc<QuicClientConfig>,
    server: Arc<QuicServerConfig>,
}

impl QuicConfig {
    /// The configuration for the owner of a key.
    ///
    /// # Errors
    /// [`QuicError::Certificate`] if no certificate can be made with the key.
    pub fn new(key: &Keypair) -> Result<Self, QuicError> {
        let certificate = |error: &dyn std::fmt::Display| QuicError::Certificate(error.to_string());
        let client = tls::make_client_config(key, None).map_err(|error| certificate(&error))?;
        let server = tls::make_server_config(key).map_err(|error| certificate(&error))?;
        Ok(Self {
            congestion: Arc::new(BbrFactory),
            client: Arc::new(QuicClientConfig::try_from(client).map_err(|error| certificate(&error))?),
            server: Arc::new(QuicServerConfig::try_from(server).map_err(|error| certificate(&error))?),
        })
    }

    /// The settings of both sides' connections, and of the endpoints.
    fn into_quinn(self) -> QuinnConfig {
        let transport = Arc::new(self.transport());
        let mut server = quinn::ServerConfig::with_crypto(self.server);
        server.transport_config(Arc::clone(&transport));
        // Sessions change paths by themselves.
        server.migration(false).max_incoming(MAX_INCOMING).incoming_buffer_size_total(MAX_INCOMING_BYTES);
        let mut client = quinn::ClientConfig::new(self.client);
        client.transport_config(transport);
        let mut endpoint = quinn::EndpointConfig::default();
        endpoint.supported_versions(vec![1]);
        QuinnConfig { client, server, endpoint }
    }

    fn transport(&self) -> TransportConfig {
        let mut acknowledgements = AckFrequencyConfig::default();
        acknowledgements.max_ack_delay(Some(MAX_ACK_DELAY)).reordering_threshold(REORDERING);
        let mut transport = TransportConfig::default();
        transport
            .max_concurrent_uni_streams(VarInt::from_u32(0))
            .max_concurrent_bidi_streams(VarInt::from_u32(MAX_STREAMS))
            .datagram_receive_buffer_size(None)
            .initial_rtt(INITIAL_RTT)
            .keep_alive_interval(Some(KEEP_ALIVE))
            .max_idle_timeout(Some(VarInt::from_u32(IDLE_TIMEOUT_MILLIS).into()))
            .allow_spin(false)
            .stream_receive_window(VarInt::from_u32(STREAM_WINDOW_BYTES))
            .receive_window(VarInt::from_u32(RECEIVE_WINDOW_BYTES))
            .send_window(SEND_WINDOW_BYTES)
            .ack_frequency_config(Some(acknowledgements))
            .congestion_controller_factory(Arc::clone(&self.congestion) as _);
        transport
    }
}

impl std::fmt::Debug for QuicConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QuicConfig").finish_non_exhaustive()
    }
}

/// The same in quinn's terms.
#[derive(Debug, Clone)]
struct QuinnConfig {
    client: quinn::ClientConfig,
    server: quinn::ServerConfig,
    endpoint: quinn::EndpointConfig,
}

/// Why a connection failed or ended.
#[derive(Debug, thiserror::Error)]
pub enum QuicError {
    /// Ours: no certificate can be made with the key.
    #[error("no certificate: {0}")]
    Certificate(String),
    /// Ours: a socket can't be opened or read, or the network's interfaces can't be watched.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Ours: the endpoint refuses to dial.
    #[error(transparent)]
    Dial(#[from] quinn::ConnectError),
    /// Ours: dialling as a listener needs a listener.
    #[error("nothing listens from which a hole could be punched")]
    NoListener,
    /// Ours: this hole is being punched already.
    #[error("a hole is being punched to {0} already")]
    AlreadyPunching(SocketAddr),
    /// The other side's or the network's: the connection could not be set up, or ended.
    #[error(transparent)]
    Connection(#[from] quinn::ConnectionError),
    /// The other side's: its certificate is not one of libp2p's.
    #[error("the peer has no valid certificate")]
    PeerCertificate,
    /// The network's: the handshake took too long.
    #[error("no handshake within {HANDSHAKE_TIMEOUT:?}")]
    HandshakeTimeout,
}
