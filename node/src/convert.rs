//! Turns what the crates below say into what a program is told, and the config into what they want.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use beistand_p2p::host::InviteText as P2pInvite;
use beistand_p2p::{
    Connection, DEFAULT_NETWORK, LAN_NETWORK, Multiaddr, NetworkConfig, NetworkKey, Node, PUBLIC_NETWORK,
    PathKind as P2pPath, path_kind, transport_name,
};
use beistand_session::{NameWarning, Request, emoji};
use zeroize::Zeroizing;

use crate::config::{Config, ConfigError};
use crate::handle::{Event, InviteText, PathInfo, PathKind, RequestInfo, Sas};
use crate::identity;

/// What the network is to do.
pub(crate) fn network(config: &Config) -> Result<NetworkConfig, ConfigError> {
    let (bootstrap, listen) = config.parse_addresses(str::parse::<Multiaddr>)?;
    let network_key = config.network_key_file.as_deref().map(|path| network_key(&config.network, path));
    Ok(NetworkConfig {
        network: config.network.clone(),
        listen,
        bootstrap,
        mdns: config.mdns,
        upnp: config.upnp,
        network_key: network_key.transpose()?,
        serve: None,
    })
}

/// Bytes of a network's key file at most: it has 95.
const MAX_NETWORK_KEY_BYTES: u64 = 1024;

fn network_key(network: &str, path: &Path) -> Result<NetworkKey, ConfigError> {
    let wrong = |message: String| ConfigError::NetworkKey { path: path.to_owned(), message };
    if [DEFAULT_NETWORK, PUBLIC_NETWORK, LAN_NETWORK].contains(&network) {
        let text = "a key belongs to a private network; name yours with `network`, or leave the key out";
        return Err(wrong(text.to_owned()));
    }
    let unreadable = |error: std::io::Error| wrong(format!("it can't be read: {error}"));
    let file = std::fs::File::open(path).map_err(unreadable)?;
    if identity::open_to_others(&file.metadata().map_err(unreadable)?).is_some() {
        return Err(wrong(format!(
            "others on this computer can read it; close it with: chmod 600 '{}'",
            path.display()
        )));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(MAX_NETWORK_KEY_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    text.parse().map_err(wrong)
}

/// What the user is told of [`beistand_session::Event::ChatFull`].
pub(crate) fn chat_full() -> Event {
    let text = "Your last line was not sent: the connection is too slow or gone, and many lines wait for it already. \
                Send it again once the other side has answered.";
    Event::Notice(text.to_owned())
}

pub(crate) fn ready(node: &Node) -> Event {
    let listen = node.listen_addresses().iter().map(ToString::to_string).collect();
    Event::Ready { peer_id: node.peer_id().to_string(), listen }
}

pub(crate) fn invite(text: P2pInvite) -> InviteText {
    InviteText {
        words: text.words.to_string(),
        code: text.code.to_string(),
        link: text.link.to_string(),
        expires_at: text.expires_at,
        expires_in: text.life,
    }
}

pub(crate) fn request(id: u64, request: Request) -> RequestInfo {
    RequestInfo {
        id,
        name: request.name,
        warning: request.warning.map(|warning| warning_text(warning).to_owned()),
        reason: request.reason,
        sas: Sas(request.sas.map(emoji)),
        wants: request.wants,
    }
}

fn warning_text(warning: NameWarning) -> &'static str {
    match warning {
        NameWarning::Company => {
            "this name has a well-known company in it. Real companies do not call to help with your computer."
        }
        NameWarning::System => {
            "this name looks like a message of your computer. It is only a name that somebody typed."
        }
        _ => "this name may be meant to mislead you.",
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

/// `text` as a sentence: it begins with a capital and ends with a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let mut sentence: String =
        characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
