//! Turns what the crates below say into what a program is told, and the config into what they want.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use beistand_p2p::host::InviteText as P2pInvite;
use beistand_p2p::{
    Connection, DEFAULT_NETWORK, LAN_NETWORK, Multiaddr, NetworkConfig, NetworkKey, Node, PUBLIC_NETWORK,
    PathKind as P2pPath, path_kind, transport_name,
};
use beistand_session::{NameWarning, Request};
use zeroize::Zeroizing;

use crate::acquaintances::Recognition;
use crate::config::{Config, ConfigError};
use crate::handle::{InviteText, NodeEvent, PathInfo, PathKind, RequestInfo};
use crate::identity;
use crate::sas::Sas;
use crate::words::{Language, Phrase, args};

/// What the network is to do.
pub(crate) fn network(config: &Config) -> Result<NetworkConfig, ConfigError> {
    let (bootstrap, listen) = config.parse_addresses(str::parse::<Multiaddr>)?;
    let relays = config.parse_relays(str::parse::<Multiaddr>)?;
    let network_key = config.network_key_file.as_deref().map(|path| network_key(&config.network, path));
    Ok(NetworkConfig {
        network: config.network.clone(),
        listen,
        bootstrap,
        relays,
        mdns: config.mdns,
        upnp: config.upnp,
        network_key: network_key.transpose()?,
        serve: None,
    })
}

/// Bytes of a network's key file at most: it has 95.
const MAX_NETWORK_KEY_BYTES: u64 = 1024;

fn network_key(network: &str, path: &Path) -> Result<NetworkKey, ConfigError> {
    let wrong = |fault: Phrase| ConfigError::NetworkKey { path: path.to_owned(), fault };
    if [DEFAULT_NETWORK, PUBLIC_NETWORK, LAN_NETWORK].contains(&network) {
        return Err(wrong(Phrase::new("config-key-private")));
    }
    let unreadable = |error: std::io::Error| {
        wrong(Phrase::with("config-key-unreadable", args![reason = Phrase::from(&error)]))
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    if identity::open_to_others(&file.metadata().map_err(unreadable)?).is_some() {
        return Err(wrong(Phrase::with("config-key-open", args![path = path.display().to_string()])));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(MAX_NETWORK_KEY_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    text.parse().map_err(|_| wrong(Phrase::new("config-key-form")))
}

pub(crate) fn ready(node: &Node) -> NodeEvent {
    let listen = node.listen_addresses().iter().map(ToString::to_string).collect();
    NodeEvent::Ready { peer_id: node.peer_id().to_string(), listen }
}

/// The invite in its renderings, its words in this person's language.
pub(crate) fn invite(text: P2pInvite, language: Language) -> InviteText {
    InviteText {
        words: text.invite.words(language.into()).to_string(),
        code: text.invite.code().to_string(),
        link: text.link.to_string(),
        expires_at: text.expires_at,
        expires_in: text.life,
    }
}

pub(crate) fn request(id: u64, request: Request) -> RequestInfo {
    RequestInfo {
        id,
        name: request.name,
        warning: request.warning.map(warning_phrase),
        reason: request.reason,
        sas: Sas::of_indices(request.sas),
        wants: request.wants,
        contact: None,
        recognition: Recognition::Stranger,
    }
}

/// What the user is told of a name that looks like another.
pub(crate) fn warning_phrase(warning: NameWarning) -> Phrase {
    match warning {
        NameWarning::Company => Phrase::new("node-name-company"),
        NameWarning::System => Phrase::new("node-name-system"),
        NameWarning::Hidden | NameWarning::MixedAlphabets => Phrase::new("node-name-misleading"),
    }
}

pub(crate) fn path(connection: &Connection, rtt: Option<Duration>) -> PathInfo {
    let kind = match path_kind(&connection.remote) {
        P2pPath::Lan => PathKind::Lan,
        P2pPath::Direct => PathKind::Direct,
        P2pPath::Relay => PathKind::Relay,
    };
    PathInfo { kind, transport: transport_name(&connection.remote), rtt }
}
