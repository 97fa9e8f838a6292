//! What the network that this machine is in allows, in words for a person: a node like a host's is started and watched
//! for some seconds.
//!
//! What it does not do: it changes nothing but what every host does, such as asking the router for a port.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use beistand_p2p::{LAN_NETWORK, Multiaddr, ObservedAddress, RouterAnswer, Survey, survey};

use crate::config::Config;
use crate::convert;
use crate::doctor::{Finding, finding, say};

/// How long the network is watched where not all is known sooner: names are resolved, a router is asked and a relay is
/// found within a few seconds, or not at all.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long the local network alone is watched: an answer by multicast takes some milliseconds.
const LAN_PATIENCE: Duration = Duration::from_secs(1);

/// How long the node may take to start, beyond that.
const START_TIMEOUT: Duration = Duration::from_secs(10);

/// Tries the network as `config` sets it.
pub(crate) fn examine(config: &Config) -> Vec<Finding> {
    match look(config) {
        Ok(seen) => findings(&seen, &config.network),
        Err(error) => vec![finding("network", Err(error))],
    }
}

fn look(config: &Config) -> Result<Survey, String> {
    let network = convert::network(config).map_err(say)?;
    let alone = network.listen.iter().all(|address| ip(address).is_some_and(|ip| ip.is_loopback()));
    let patience = match config.network.as_str() {
        _ if alone => Duration::ZERO,
        LAN_NETWORK => LAN_PATIENCE,
        _ => PATIENCE,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(say)?;
    runtime.block_on(async {
        let looking = tokio::time::timeout(patience + START_TIMEOUT, survey(network, patience, complete));
        looking.await.map_err(|_| "the network did not come up in time".to_owned())?.map_err(say)
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
    let mut findings = vec![finding("network", Ok(listens(seen)))];
    let Some(peers) = seen.public_peers.into_iter().chain(seen.private_peers).reduce(|one, two| one + two)
    else {
        let text = format!("only the local network is joined; {} found there", peers_text(seen.lan_peers));
        findings.push(finding("internet", Ok(text)));
        return findings;
    };
    let reached = seen.quic || seen.tcp;
    findings.push(finding("internet", internet(seen, peers, network)));
    if reached {
        findings.push(finding("udp", udp(seen)));
        findings.push(finding("ipv6", Ok(ipv6(seen).to_owned())));
        findings.push(finding("address", address(seen)));
    }
    findings.push(finding("router", Ok(router(&seen.router))));
    if reached {
        findings.push(finding("relays", relays(seen)));
    }
    findings
}

fn listens(seen: &Survey) -> String {
    let direct = seen.listen.iter().filter(|address| !address.to_string().contains("p2p-circuit"));
    format!("listens on {}", direct.map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

fn internet(seen: &Survey, peers: usize, network: &str) -> Result<String, String> {
    let joined = if seen.public_peers.is_some() { "public network" } else { "private network" };
    if seen.quic || seen.tcp {
        return Ok(format!("the {joined} is reached; {} known in it", peers_text(peers)));
    }
    Err(format!(
        "nobody of the {joined} ({network}) answers, so only computers in the same local network, or with addresses in a \
         link, can be reached. Check that this computer is online; a firewall must let it open connections to other \
         ports than those of the web. For a private network, check `bootstrap`"
    ))
}

fn udp(seen: &Survey) -> Result<String, String> {
    if seen.quic {
        return Ok("UDP gets through".to_owned());
    }
    Err("UDP does not get through, TCP does: sessions work, most of them through a relay. Whoever runs this network can \
         allow outgoing UDP"
        .to_owned())
}

fn ipv6(seen: &Survey) -> &'static str {
    if seen.ipv6 {
        "IPv6 works, which makes direct connections more likely"
    } else {
        "no peer was reached by IPv6; nothing needs it"
    }
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

fn address(seen: &Survey) -> Result<String, String> {
    let places: BTreeSet<String> = seen
        .observations
        .iter()
        .filter(|one| outer(one))
        .filter_map(|one| ip(&one.seen))
        .map(|ip| ip.to_string())
        .collect();
    let places = if places.is_empty() {
        "nowhere yet".to_owned()
    } else {
        places.into_iter().collect::<Vec<_>>().join(" and ")
    };
    let tested = match seen.reached.is_empty() {
        true => "",
        false => " It was called from outside and answered.",
    };
    let mapping = match mapping(seen) {
        Mapping::None => "There is no NAT between this computer and them.",
        Mapping::Same => "Its router gives it one port for all, so most direct connections will work.",
        Mapping::PerPeer => {
            "Its router gives it another port for each of them (a symmetric NAT): a direct connection works only where \
             the other side is open; otherwise a relay is used. If you may, forward a port to this computer, or turn \
             UPnP on in the router."
        }
        Mapping::Unknown => "Too few have answered to tell what its router does with ports.",
    };
    Ok(format!("others see this computer at {places}. {mapping}{tested}"))
}

fn router(router: &RouterAnswer) -> String {
    match router {
        RouterAnswer::Opened(address) => format!("the router opened a port at {address}"),
        RouterAnswer::None => {
            "the router takes no wishes (UPnP is off or missing); that is usual, and direct connections \
                         often work without"
                .to_owned()
        }
        RouterAnswer::NotPublic => {
            "the router is itself behind another one, so a port that it opens leads nowhere".to_owned()
        }
        RouterAnswer::Silent => "no router was asked, or it has not answered yet".to_owned(),
    }
}

fn relays(seen: &Survey) -> Result<String, String> {
    match (seen.relays, seen.first_relay_after) {
        (count @ 1.., Some(after)) => {
            let places = if count == 1 { "one relay keeps".to_owned() } else { format!("{count} relays keep") };
            Ok(format!("{places} a place for this computer, the first after {:.1} s", after.as_secs_f32()))
        }
        _ => Err("no relay keeps a place for this computer, so those whom no direct way leads here can't come. In a \
                  private network run `beistand-node serve` on a computer with a public address"
            .to_owned()),
    }
}

fn peers_text(count: usize) -> String {
    if count == 1 { "one peer".to_owned() } else { format!("{count} peers") }
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
        let offline = findings(&Survey { public_peers: Some(0), ..Survey::default() }, "default");
        let internet = offline.iter().find(|one| one.what == "internet").unwrap();
        assert!(!internet.works && internet.detail.contains("Check"), "{internet:?}");
        let no_udp = Survey { quic: false, tcp: true, ..seen(Vec::new()) };
        let udp = findings(&no_udp, "default").into_iter().find(|one| one.what == "udp").unwrap();
        assert!(!udp.works && udp.detail.contains("TCP"), "{udp:?}");
        let lan = findings(&Survey { lan_peers: 1, ..Survey::default() }, LAN_NETWORK);
        assert!(lan.iter().all(|one| one.works), "{lan:?}");
    }
}
