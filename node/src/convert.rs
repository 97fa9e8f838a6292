//! Turns what the crates below say into what a program is told, and the config into what they want.

use std::time::Duration;

use beistand_p2p::host::InviteText as P2pInvite;
use beistand_p2p::{
    Connection, Multiaddr, NetworkConfig, Node, PathKind as P2pPath, path_kind, transport_name,
};
use beistand_session::{NameWarning, Request, emoji};

use crate::config::{Config, ConfigError};
use crate::handle::{Event, InviteText, PathInfo, PathKind, RequestInfo, Sas};

/// What the network is to do.
pub(crate) fn network(config: &Config) -> Result<NetworkConfig, ConfigError> {
    let (bootstrap, listen) = config.parse_addresses(str::parse::<Multiaddr>)?;
    Ok(NetworkConfig { network: config.network.clone(), listen, bootstrap, mdns: config.mdns })
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
        verified: request.card.is_some(),
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
