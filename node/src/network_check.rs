//! What the network that this machine is in allows, in words for a person: a node like a host's is started
//! and watched for some seconds.
//!
//! What it does not do: it changes nothing but what every host does, such as asking the router for a port.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use beistand_p2p::{LAN_NETWORK, Multiaddr, ObservedAddress, RouterAnswer, Survey, survey};

use crate::config::Config;
use crate::doctor::{ExaminedPart, Finding, finding};
use crate::words::{Phrase, args};
use crate::{convert, fault};

/// How long the network is watched where not all is known sooner: names are resolved, a router is asked and a
/// relay is found within a few seconds, or not at all.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long the local network alone is watched: an answer by multicast takes some milliseconds.
const LAN_PATIENCE: Duration = Duration::from_secs(1);

/// How long the node may take to start, beyond that.
const START_TIMEOUT: Duration = Duration::from_secs(10);

/// Tries the network as `config` sets it.
pub(crate) fn examine(config: &Config) -> Vec<Finding> {
    match look(config) {
        Ok(seen) => findings(&seen, &config.network),
        Err(fault) => vec![finding(ExaminedPart::Network, Err(fault))],
    }
}

fn look(config: &Config) -> Result<Survey, Phrase> {
    let network = convert::network(config).map_err(|error| Phrase::from(&error))?;
    let alone = network.listen.iter().all(|address| ip(address).is_some_and(|ip| ip.is_loopback()));
    let patience = match config.network.as_str() {
        _ if alone => Duration::ZERO,
        LAN_NETWORK => LAN_PATIENCE,
        _ => PATIENCE,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| fault::out_of_resources(&error))?;
    runtime.block_on(async {
        let looking = tokio::time::timeout(patience + START_TIMEOUT, survey(network, patience, complete));
        let seen = looking.await.map_err(|_| Phrase::new("doctor-network-late"))?;
        seen.map_err(|error| Phrase::from(&error))
    })
}

/// Whether nothing more is to be learned by waiting.
fn complete(seen: &Survey) -> bool {
    if seen.public_peers.is_none() && seen.private_peers.is_none() {
        return seen.lan_peers > 0;
    }
    let peers = seen.public_peers.unwrap_or(1).min(seen.private_peers.unwrap_or(1));
    peers > 0
        && seen.relays > 1
        && seen.quic
        && seen.router != RouterAnswer::Silent
        && mapping(seen) != Mapping::Unknown
}

fn findings(seen: &Survey, network: &str) -> Vec<Finding> {
    let mut findings = vec![finding(ExaminedPart::Network, Ok(listens(seen)))];
    let Some(peers) = seen.public_peers.into_iter().chain(seen.private_peers).reduce(|one, two| one + two)
    else {
        let alone = Phrase::with("doctor-lan-only", args![peers = peers_phrase(seen.lan_peers)]);
        findings.push(finding(ExaminedPart::Internet, Ok(alone)));
        return findings;
    };
    let reached = seen.quic || seen.tcp;
    findings.push(finding(ExaminedPart::Internet, internet(seen, peers, network)));
    if reached {
        findings.push(finding(ExaminedPart::Udp, udp(seen)));
        let ipv6 = if seen.ipv6 { "doctor-ipv6" } else { "doctor-no-ipv6" };
        findings.push(finding(ExaminedPart::Ipv6, Ok(Phrase::new(ipv6))));
        findings.push(finding(ExaminedPart::Address, Ok(address(seen))));
    }
    findings.push(finding(ExaminedPart::Router, Ok(router(&seen.router))));
    if reached {
        findings.push(finding(ExaminedPart::Relays, relays(seen)));
    }
    findings
}

fn listens(seen: &Survey) -> Phrase {
    let direct = seen.listen.iter().filter(|address| !address.to_string().contains("p2p-circuit"));
    let addresses: Vec<_> = direct.map(ToString::to_string).collect();
    tracing::info!(?addresses, "this computer listens");
    Phrase::with("doctor-network", args![count = addresses.len()])
}

fn internet(seen: &Survey, peers: usize, network: &str) -> Result<Phrase, Phrase> {
    let public = seen.public_peers.is_some();
    if seen.quic || seen.tcp {
        let key = if public { "doctor-public-reached" } else { "doctor-private-reached" };
        return Ok(Phrase::with(key, args![peers = peers_phrase(peers)]));
    }
    let key = if public { "doctor-public-silent" } else { "doctor-private-silent" };
    Err(Phrase::with(key, args![network = network]))
}

fn udp(seen: &Survey) -> Result<Phrase, Phrase> {
    if seen.quic { Ok(Phrase::new("doctor-udp")) } else { Err(Phrase::new("doctor-udp-blocked")) }
}

/// What becomes of this machine's port on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mapping {
    /// Others see its own address.
    None,
    /// All see the same port.
    Same,
    /// Each sees another one.
    PerPeer,
    /// Too few have said.
    Unknown,
}

/// What the observations over UDP say, which is what holes are punched with; by TCP where there are none.
fn mapping(seen: &Survey) -> Mapping {
    let over = |transport| -> Vec<&ObservedAddress> {
        seen.observations.iter().filter(|one| one.transport == transport && outer(one)).collect()
    };
    let quic = over("quic");
    let told = if quic.is_empty() { over("tcp") } else { quic };
    if told.iter().any(|one| seen.listen.iter().any(|own| ip(own) == ip(&one.seen))) {
        return Mapping::None;
    }
    // Two peers at one address can't tell a NAT that looks at addresses from one that does not.
    let by: BTreeSet<IpAddr> = told.iter().filter_map(|one| one.from).collect();
    let addresses: BTreeSet<String> = told
        .iter()
        .filter(|one| ip(&one.seen).is_some_and(|ip| ip.is_ipv4()))
        .map(|one| one.seen.to_string())
        .collect();
    match (by.len(), addresses.len()) {
        (0 | 1, _) => Mapping::Unknown,
        (_, 0 | 1) => Mapping::Same,
        _ => Mapping::PerPeer,
    }
}

/// Whether the observation was made beyond this machine.
fn outer(one: &ObservedAddress) -> bool {
    ip(&one.seen).is_some_and(|ip| !ip.is_loopback())
}

fn address(seen: &Survey) -> Phrase {
    let places: BTreeSet<String> = seen
        .observations
        .iter()
        .filter(|one| outer(one))
        .filter_map(|one| ip(&one.seen))
        .map(|ip| ip.to_string())
        .collect();
    let mapping = Phrase::new(mapping(seen).key());
    if places.is_empty() {
        return Phrase::with("doctor-address-unknown", args![mapping = mapping]);
    }
    let places = places.into_iter().collect::<Vec<_>>().join(", ");
    let key = if seen.reached.is_empty() { "doctor-address" } else { "doctor-address-tested" };
    Phrase::with(key, args![places = places, mapping = mapping])
}

impl Mapping {
    fn key(self) -> &'static str {
        match self {
            Self::None => "doctor-no-nat",
            Self::Same => "doctor-nat-same",
            Self::PerPeer => "doctor-nat-per-peer",
            Self::Unknown => "doctor-nat-unknown",
        }
    }
}

fn router(router: &RouterAnswer) -> Phrase {
    match router {
        RouterAnswer::Opened(address) => {
            Phrase::with("doctor-router-opened", args![address = address.to_string()])
        }
        RouterAnswer::None => Phrase::new("doctor-router-none"),
        RouterAnswer::NotPublic => Phrase::new("doctor-router-not-public"),
        RouterAnswer::Silent => Phrase::new("doctor-router-silent"),
    }
}

fn relays(seen: &Survey) -> Result<Phrase, Phrase> {
    match (seen.relays, seen.first_relay_after) {
        (count @ 1.., Some(after)) => {
            Ok(Phrase::with("doctor-relays", args![count = count, seconds = after.as_secs_f32()]))
        }
        _ => Err(Phrase::new("doctor-no-relay")),
    }
}

fn peers_phrase(count: usize) -> Phrase {
    Phrase::with("doctor-peers", args![count = count])
}

/// The IP address at the front of an address.
fn ip(address: &Multiaddr) -> Option<IpAddr> {
    let text = address.to_string();
    let mut parts = text.split('/').skip(1);
    match parts.next()? {
        "ip4" | "ip6" => parts.next()?.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, Words};

    fn observation(from: &str, seen: &str) -> ObservedAddress {
        let peer = "12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo".parse().unwrap();
        ObservedAddress { by: peer, from: from.parse().ok(), seen: seen.parse().unwrap(), transport: "quic" }
    }

    fn seen(observations: Vec<ObservedAddress>) -> Survey {
        let listen = vec!["/ip4/192.168.1.5/udp/4001/quic-v1".parse().unwrap()];
        Survey { observations, listen, quic: true, public_peers: Some(3), ..Survey::default() }
    }

    #[test]
    fn the_nat_is_told_from_what_two_see() {
        let one = observation("203.0.113.1", "/ip4/198.51.100.7/udp/4001/quic-v1");
        let same = observation("203.0.113.2", "/ip4/198.51.100.7/udp/4001/quic-v1");
        let other = observation("203.0.113.2", "/ip4/198.51.100.7/udp/50001/quic-v1");
        let own = observation("203.0.113.2", "/ip4/192.168.1.5/udp/4001/quic-v1");
        assert_eq!(mapping(&seen(vec![one.clone()])), Mapping::Unknown);
        assert_eq!(mapping(&seen(vec![one.clone(), same])), Mapping::Same);
        assert_eq!(mapping(&seen(vec![one, other])), Mapping::PerPeer);
        assert_eq!(mapping(&seen(vec![own])), Mapping::None);
    }

    #[test]
    fn what_does_not_work_is_said_with_what_to_do() {
        let words = Words::of_node(Language::English);
        let find = |findings: Vec<Finding>, part| {
            findings.into_iter().find(|one| one.part == part).map(|one| (one.works, words.say(&one.detail)))
        };
        let offline = findings(&Survey { public_peers: Some(0), ..Survey::default() }, "default");
        let (works, said) = find(offline, ExaminedPart::Internet).unwrap();
        assert!(!works && said.contains("Check"), "{said}");
        let no_udp = Survey { quic: false, tcp: true, ..seen(Vec::new()) };
        let (works, said) = find(findings(&no_udp, "default"), ExaminedPart::Udp).unwrap();
        assert!(!works && said.contains("TCP"), "{said}");
        let lan = findings(&Survey { lan_peers: 1, ..Survey::default() }, LAN_NETWORK);
        assert!(lan.iter().all(|one| one.works), "{lan:?}");
    }
}
