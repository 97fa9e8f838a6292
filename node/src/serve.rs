//! A public node: relay, DHT server, and its figures for whoever runs it.

use std::net::SocketAddr;
use std::sync::Arc;

use beistand_p2p::{Multiaddr, NetworkConfig, ServeConfig, ServingNode};

use crate::config::Config;
use crate::handle::EndCause;
use crate::words::{Phrase, args};
use crate::{convert, identity, metrics};

/// A running public node. Ends when it is dropped.
#[derive(Debug)]
pub struct PublicNode {
    /// By what others know it; the same at every start.
    pub peer_id: String,
    /// Where it listens, each with its identity.
    pub listen: Vec<String>,
    /// Where it is known to be reached from outside: what belongs into others' `bootstrap`. Where there is
    /// none, it is a relay to those alone who reach it where it listens.
    pub reachable: Vec<String>,
    /// Where it tells its figures.
    pub metrics: Option<SocketAddr>,
    _server: Arc<ServingNode>,
    answering: Option<tokio::task::JoinHandle<()>>,
}

impl PublicNode {
    /// Starts one as `config` says.
    ///
    /// # Errors
    /// Why there is none, and what to do.
    pub async fn start(mut config: Config) -> Result<Self, EndCause> {
        config.listen_publicly();
        let network = network(&config)?;
        let server = Arc::new(ServingNode::start(network).await.map_err(|error| EndCause::failed(&error))?);
        let (metrics, answering) = match config.serve.metrics {
            Some(address) => {
                let figures = server.clone();
                let bound = metrics::serve(address, move || figures.figures()).await;
                let (bound, answering) = bound.map_err(|error| {
                    EndCause::failed(Phrase::with(
                        "fault-metrics",
                        args![address = address.to_string(), reason = Phrase::from(&error)],
                    ))
                })?;
                (Some(bound), Some(tokio::spawn(answering)))
            }
            None => (None, None),
        };
        let texts = |addresses: Vec<Multiaddr>| addresses.iter().map(ToString::to_string).collect();
        Ok(Self {
            peer_id: server.peer_id().to_string(),
            listen: texts(server.addresses()),
            reachable: texts(server.reachable().await),
            metrics,
            _server: server,
            answering,
        })
    }
}

impl Drop for PublicNode {
    fn drop(&mut self) {
        // It holds the node, which shall end with us.
        if let Some(answering) = &self.answering {
            answering.abort();
        }
    }
}

/// What the network is to do.
fn network(config: &Config) -> Result<NetworkConfig, EndCause> {
    let wrong = |error| EndCause::of_config(&error);
    let key =
        identity::load_or_create(&config.serve_key_file).map_err(|error| EndCause::of_identity(&error))?;
    let serve = &config.serve;
    let serve = ServeConfig {
        secret_key: key.to_bytes(),
        external: config.parse_external(str::parse::<Multiaddr>).map_err(wrong)?,
        max_circuits: serve.max_circuits as usize,
        max_circuits_per_peer: serve.max_circuits_per_peer as usize,
        max_circuit_bytes: serve.max_circuit_bytes,
        max_circuit_bytes_a_second: serve.max_circuit_bytes_a_second,
        max_bytes_a_second: serve.max_bytes_a_second,
        max_peer_bytes_a_day: serve.max_peer_bytes_a_day,
        max_circuit_duration: serve.max_circuit_duration,
        max_reservations: serve.max_reservations as usize,
        max_connections: serve.max_connections,
    };
    Ok(NetworkConfig { serve: Some(serve), ..convert::network(config).map_err(wrong)? })
}
