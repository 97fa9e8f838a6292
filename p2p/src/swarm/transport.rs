//! The transports: QUIC and TCP with Noise and yamux, names, and circuits through relays.

use std::time::Duration;

use libp2p::core::Transport as _;
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::{Boxed, OrTransport};
use libp2p::core::upgrade::Version;
use libp2p::futures::future::Either;
use libp2p::identity::Keypair;
use libp2p::pnet::{PnetConfig, PreSharedKey};
use libp2p::{PeerId, dns, noise, relay, tcp, yamux};

use super::StartError;
use super::stream_rate::RatedMuxer;
use crate::quic;

/// How long a TCP connection and its handshakes may take: the kernel alone would try for two minutes, and a
/// peer that is dialled repeatedly would fill the list of pending connections.
const TCP_TIMEOUT: Duration = Duration::from_secs(10);

/// The same for a circuit, with the way to its relay: whoever opens one and says nothing would keep it, and
/// one of the places that the relay has for calls to us.
const CIRCUIT_TIMEOUT: Duration = Duration::from_secs(10);

type NodeTransport = Boxed<(PeerId, StreamMuxerBox)>;

/// All transports in one, and the behaviour that belongs to the circuits. With a network key there is no
/// QUIC, which does not support one.
pub(super) fn build(
    key: &Keypair,
    network_key: Option<PreSharedKey>,
) -> Result<(NodeTransport, relay::client::Behaviour), StartError> {
    let named = match dns::tokio::Transport::system(direct(key, network_key)?) {
        Ok(transport) => transport.boxed(),
        Err(error) => {
            tracing::info!(%error, "this system resolves no names: addresses with names lead nowhere");
            direct(key, network_key)?
        }
    };
    let (circuits, client) = relay::client::new(key.public().to_peer_id());
    let circuits = circuits
        .upgrade(Version::V1Lazy)
        .authenticate(noise(key)?)
        .multiplex(yamux::Config::default())
        .timeout(CIRCUIT_TIMEOUT)
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));
    let all = OrTransport::new(circuits, named).map(|either, _| {
        let (peer, muxer) = either.into_inner();
        (peer, StreamMuxerBox::new(RatedMuxer::new(muxer)))
    });
    Ok((all.boxed(), client))
}

fn direct(key: &Keypair, network_key: Option<PreSharedKey>) -> Result<NodeTransport, StartError> {
    let tcp = tcp::tokio::Transport::new(tcp::Config::default().nodelay(true));
    if let Some(network_key) = network_key {
        let closed = tcp.and_then(move |socket, _| PnetConfig::new(network_key).handshake(socket));
        return Ok(closed
            .upgrade(Version::V1Lazy)
            .authenticate(noise(key)?)
            .multiplex(yamux::Config::default())
            .timeout(TCP_TIMEOUT)
            .boxed());
    }
    let tcp = tcp.upgrade(Version::V1Lazy).authenticate(noise(key)?).multiplex(yamux::Config::default());
    let tcp = tcp.timeout(TCP_TIMEOUT);
    let config = quic::QuicConfig::new(key).map_err(|error| StartError::Transport(error.to_string()))?;
    let both = quic::QuicTransport::new(config).or_transport(tcp).map(|either, _| match either {
        Either::Left((peer, muxer)) => (peer, StreamMuxerBox::new(muxer)),
        Either::Right((peer, muxer)) => (peer, StreamMuxerBox::new(muxer)),
    });
    Ok(both.boxed())
}

fn noise(key: &Keypair) -> Result<noise::Config, StartError> {
    noise::Config::new(key).map_err(|error| StartError::Transport(error.to_string()))
}
