//! `/quic-v1` on quinn, which libp2p's own QUIC transport speaks with in both directions.
//!
//! What it does differently is how it sends: congestion is judged by measured bandwidth and round trip instead of by
//! losses (`bbr`), and what is buffered is bounded. docs/NETWORK.md says why, with figures. Addresses, certificates,
//! streams and hole punching are libp2p's.
//!
//! What it does not do: datagrams, connection migration, draft versions. It checks that a peer holds the key of the
//! PeerId that it gives, and leaves it to the swarm whether that is the PeerId that was dialled.

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
use quinn::{TransportConfig, VarInt};

pub use connection::{QuicConnecting, QuicConnection, QuicStream};
pub use controller::BbrFactory;
pub use transport::QuicTransport;

/// How long a handshake may take: as libp2p's. Hole punching tries as long.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);

/// Without a packet from the other side for this long a connection is lost, in milliseconds. Sessions notice sooner,
/// by pings of their own.
const IDLE_TIMEOUT_MILLIS: u32 = 10_000;

/// How often something is sent when there is nothing to send: twice in an idle timeout.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// What the round trip is taken for until it is measured: a handshake packet that is lost is sent again after three of
/// these, not after a second as with the 333 ms of RFC 9002, section 6.2.2. Chromium's; where it is too short, a packet
/// or two are sent in vain.
const INITIAL_RTT: Duration = Duration::from_millis(100);

/// Streams that the other side may have open at once: as libp2p's.
const MAX_STREAMS: u32 = 256;

/// What one stream may send ahead of its reader, in bytes: 40 ms at 100 Mbit/s. More only fills buffers.
const STREAM_WINDOW_BYTES: u32 = 512 * 1024;

/// What all streams of a connection may send ahead of their readers, in bytes: eight whose readers are busy don't
/// stop the rest.
const RECEIVE_WINDOW_BYTES: u32 = 8 * STREAM_WINDOW_BYTES;

/// What is kept of a connection until it is acknowledged, in bytes: as much as a stream's window, since what waits
/// here waits before everything that is written later.
const SEND_WINDOW_BYTES: u64 = 512 * 1024;

/// Connections that were begun by others and are not yet taken, at most, at each listener. The swarm takes them at
/// once and has bounds of its own.
const MAX_INCOMING: usize = 256;

/// Bytes that such connections may hold in all.
const MAX_INCOMING_BYTES: u64 = 4 * 1024 * 1024;

/// What the transport is made of.
#[derive(Clone)]
pub struct QuicConfig {
    /// How connections judge congestion: [`BbrFactory`] unless something is to be compared with it.
    pub congestion: Arc<dyn ControllerFactory + Send + Sync>,
    client: Arc<QuicClientConfig>,
    server: Arc<QuicServerConfig>,
}

impl QuicConfig {
    /// For the owner of a key.
    ///
    /// # Errors
    /// [`QuicError::Certificate`] where no certificate can be made with it.
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

    /// The settings of the connections of both sides, and of the endpoints.
    fn into_quinn(self) -> QuinnConfig {
        let transport = Arc::new(self.transport());
        let mut server = quinn::ServerConfig::with_crypto(self.server);
        server.transport_config(Arc::clone(&transport));
        // A session changes paths by itself.
        server.migration(false).max_incoming(MAX_INCOMING).incoming_buffer_size_total(MAX_INCOMING_BYTES);
        let mut client = quinn::ClientConfig::new(self.client);
        client.transport_config(transport);
        let mut endpoint = quinn::EndpointConfig::default();
        endpoint.supported_versions(vec![1]);
        QuinnConfig { client, server, endpoint }
    }

    fn transport(&self) -> TransportConfig {
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

/// Why there is no connection, or no more.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QuicError {
    /// Ours: no certificate can be made with the key.
    #[error("no certificate: {0}")]
    Certificate(String),
    /// Ours: a socket can't be opened or read, or the network's interfaces not be watched.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Ours: the endpoint refuses to dial.
    #[error(transparent)]
    Dial(#[from] quinn::ConnectError),
    /// Ours: to dial as a listener, one must listen.
    #[error("nothing listens from which a hole could be punched")]
    NoListener,
    /// Ours: this is being tried already.
    #[error("a hole is being punched to {0} already")]
    AlreadyPunching(SocketAddr),
    /// The other side's, or the network's: the connection did not come about, or ended.
    #[error(transparent)]
    Connection(#[from] quinn::ConnectionError),
    /// The other side's: its certificate is not libp2p's.
    #[error("the peer has no valid certificate")]
    PeerCertificate,
    /// The network's: the handshake took too long.
    #[error("no handshake within {HANDSHAKE_TIMEOUT:?}")]
    HandshakeTimeout,
}
