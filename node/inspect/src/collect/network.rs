//! The network: interfaces, the way out, name servers, what redirects, and wireless networks.
//!
//! It asks the machine's own name servers for one name, and nobody else for anything.

use std::net::IpAddr;
use std::thread;
use std::time::Duration;

use crate::linux::MachineLook;
use crate::{Finding, FindingKind, LookUp, Verdict};

/// Interfaces that are named.
const MAX_INTERFACES: usize = 12;

/// Name servers that are asked: as many as the C library asks (resolv.conf(5)).
const MAX_SERVERS: usize = 3;

/// How long a name server is waited for: what takes longer is no use to anybody.
const SERVER_TIME: Duration = Duration::from_millis(1500);

/// A name server that takes longer is felt.
const SLOW_SERVER: Duration = Duration::from_millis(500);

/// The smallest MTU that is usual; IPv6 needs 1280 (RFC 8200, 5).
const LEAST_MTU: i64 = 1280;

/// A wireless signal below this share of the best is weak.
const WEAK_PERCENT: i64 = 30;

/// Entries of the hosts file that are named.
const MAX_HOSTS: usize = 12;

/// Names that nobody redirects for a good reason: updates and what protects a computer.
const PROTECTED: [&str; 12] = [
    "debian.org",
    "ubuntu.com",
    "microsoft.com",
    "windowsupdate.com",
    "apple.com",
    "google.com",
    "mozilla.org",
    "paypal.com",
    "kaspersky.com",
    "avast.com",
    "malwarebytes.com",
    "letsencrypt.org",
];

pub(super) fn collect(look: &MachineLook) -> Vec<Finding> {
    let mut found = interfaces(look);
    found.extend(ways_out(look));
    found.extend(name_servers(look));
    // After somebody was asked for something, so that the system has tried.
    found.extend(silent_gateways(look));
    found.extend(hosts(look));
    found.extend(proxies(look));
    found.extend(manager(look));
    found.extend(wifi(look));
    found
}

fn interfaces(look: &MachineLook) -> Vec<Finding> {
    let addresses = look.tool("ip", &["-o", "addr"]);
    let addresses = addresses.text().unwrap_or_default();
    let names = look.names("/sys/class/net").into_iter().filter(|name| name != "lo").take(MAX_INTERFACES);
    let of_interface = |name: String| {
        let state = look.word(&format!("/sys/class/net/{name}/operstate")).unwrap_or_default();
        let mtu = look.number(&format!("/sys/class/net/{name}/mtu")).unwrap_or_default();
        let own = addresses.lines().filter_map(|line| {
            let mut words = line.split_whitespace().skip(1);
            (words.next()? == name && words.next()?.starts_with("inet")).then(|| words.next())?
        });
        let own = own.take(4).collect::<Vec<_>>().join(" ");
        let own = if own.is_empty() { "–" } else { &own };
        let verdict = if (1..LEAST_MTU).contains(&mtu) { Verdict::Look } else { Verdict::Fine };
        look.line(FindingKind::Interface, verdict, [&name, &state, own, &mtu.to_string()])
    };
    names.map(of_interface).collect()
}

fn ways_out(look: &MachineLook) -> Vec<Finding> {
    let routes = look.text("/proc/net/route");
    let gateway = routes.lines().skip(1).find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [interface, "00000000", gateway, ..] = fields[..] else { return None };
        // As the processor has it in memory.
        let address = u32::from_str_radix(gateway, 16).ok()?.swap_bytes();
        Some((IpAddr::from(address.to_be_bytes()).to_string(), interface.to_owned()))
    });
    let six = look.text("/proc/net/ipv6_route");
    let six = six.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let default = fields.len() > 9 && fields[1] == "00" && fields[0].bytes().all(|byte| byte == b'0');
        (default && fields[9] != "lo").then(|| fields[9].to_owned())
    });
    let mut found = Vec::new();
    match (&gateway, &six) {
        (Some((address, interface)), _) => {
            found.push(look.line(FindingKind::Gateway, Verdict::Fine, [address, interface]));
        }
        (None, None) => found.push(look.line(FindingKind::NoGateway, Verdict::Broken, [])),
        (None, Some(_)) => {}
    }
    found.push(match &six {
        Some(interface) => look.line(FindingKind::Ipv6Gateway, Verdict::Fine, [interface]),
        None => look.line(FindingKind::Ipv6None, Verdict::Fine, []),
    });
    found
}

/// Gateways of which the system knows that they don't answer: nobody is asked for it.
fn silent_gateways(look: &MachineLook) -> Vec<Finding> {
    let mut found = Vec::new();
    for (family, verdict) in [("-4", Verdict::Broken), ("-6", Verdict::Look)] {
        let routes = look.tool("ip", &[family, "route", "show", "default"]).text().unwrap_or_default();
        let words = || routes.lines().next().unwrap_or_default().split_whitespace();
        let Some(gateway) = words().skip_while(|word| *word != "via").nth(1) else { continue };
        let state = look.tool("ip", &[family, "neigh", "show", "to", gateway]).text().unwrap_or_default();
        if ["FAILED", "INCOMPLETE"].iter().any(|silent| state.trim_end().ends_with(silent)) {
            found.push(look.line(FindingKind::GatewaySilent, verdict, [gateway]));
        }
    }
    found
}

fn name_servers(look: &MachineLook) -> Vec<Finding> {
    let settings = look.text("/etc/resolv.conf");
    let servers: Vec<IpAddr> = settings
        .lines()
        .filter_map(|line| line.trim().strip_prefix("nameserver")?.trim().split('%').next()?.parse().ok())
        .take(MAX_SERVERS)
        .collect();
    if servers.is_empty() {
        return vec![look.line(FindingKind::NoNameServer, Verdict::Broken, [])];
    }
    let answers: Vec<LookUp> = thread::scope(|scope| {
        let ask = |server: &IpAddr| {
            let server = *server;
            scope.spawn(move || look.probes().look_up(server, SERVER_TIME.min(look.limit.left())))
        };
        let asked: Vec<_> = servers.iter().map(ask).collect();
        asked.into_iter().map(|one| one.join().unwrap_or(LookUp::Silent)).collect()
    });
    let any = answers.iter().any(|answer| *answer != LookUp::Silent);
    let of_server = |(server, answer): (&IpAddr, LookUp)| match answer {
        LookUp::Answered(time) => {
            let verdict = if time > SLOW_SERVER { Verdict::Look } else { Verdict::Fine };
            let values = [&server.to_string()[..], &time.as_millis().to_string()];
            look.line(FindingKind::NameServer, verdict, values)
        }
        LookUp::Astray(address) => {
            let values = [&server.to_string()[..], &address.to_string()];
            look.line(FindingKind::NameServerLies, Verdict::Broken, values)
        }
        LookUp::Silent => {
            // One that answers is enough, after a wait for the others.
            let verdict = if any { Verdict::Look } else { Verdict::Broken };
            look.line(FindingKind::NameServerSilent, verdict, [&server.to_string()])
        }
    };
    servers.iter().zip(answers).map(of_server).collect()
}

fn hosts(look: &MachineLook) -> Vec<Finding> {
    let text = look.text("/etc/hosts");
    let own = look.word("/etc/hostname").unwrap_or_default();
    let entries = text.lines().filter_map(|line| {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_whitespace();
        let address: IpAddr = words.next()?.parse().ok()?;
        Some(words.map(move |name| (name.to_owned(), address)))
    });
    let mut found: Vec<Finding> = entries
        .flatten()
        .filter_map(|(name, address)| {
            let verdict = hosts_verdict(&name, address, &own)?;
            Some(look.line(FindingKind::HostsEntry, verdict, [&name, &address.to_string()]))
        })
        .collect();
    found.sort_by_key(|finding| std::cmp::Reverse(finding.verdict()));
    found.truncate(MAX_HOSTS);
    found
}

/// What to say of a name with an address of its own; nothing of what every machine has.
pub fn hosts_verdict(name: &str, address: IpAddr, own: &str) -> Option<Verdict> {
    let name = name.to_lowercase();
    let is_below = |domain: &&str| name == **domain || name.ends_with(&format!(".{domain}"));
    if PROTECTED.iter().any(is_below) {
        return Some(Verdict::Broken);
    }
    let is_own = !own.is_empty() && name.split('.').next() == own.split('.').next();
    let blocks = address.is_loopback() || address.is_unspecified();
    let is_private = match address {
        IpAddr::V4(address) => address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_multicast(),
    };
    // Names without a dot are of this network; those that lead nowhere are a list against advertisements.
    (!is_own && name.contains('.') && !blocks && !is_private && !name.ends_with(".localdomain"))
        .then_some(Verdict::Look)
}

fn proxies(look: &MachineLook) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut add = |place: &str, proxy: &str| {
        found.push(look.line(FindingKind::Proxy, Verdict::Look, [place, proxy]));
    };
    let environment = look.text("/etc/environment");
    for line in environment.lines() {
        if let Some((name, value)) = line.split_once('=')
            && !name.trim_start().starts_with('#')
            && name.to_lowercase().ends_with("_proxy")
            && !name.to_lowercase().starts_with("no_")
        {
            add("/etc/environment", value.trim().trim_matches('"'));
        }
    }
    for file in look.names("/etc/apt/apt.conf.d") {
        let path = format!("/etc/apt/apt.conf.d/{file}");
        let text = look.text(&path);
        let line = text.lines().find(|line| line.contains("::Proxy") && !line.trim().starts_with("//"));
        if let Some(value) = line.and_then(|line| line.split('"').nth(1)) {
            add(&path, value);
        }
    }
    let mode = look.tool("gsettings", &["get", "org.gnome.system.proxy", "mode"]);
    if let Some(mode @ ("'manual'" | "'auto'")) = mode.text().as_deref().map(str::trim) {
        add("GNOME", mode.trim_matches('\''));
    }
    found
}

fn manager(look: &MachineLook) -> Vec<Finding> {
    let state = look.tool("nmcli", &["-t", "-f", "STATE,CONNECTIVITY", "general"]);
    let said = state.text().unwrap_or_default();
    let Some((state, reach)) = said.trim().split_once(':') else {
        return Vec::new();
    };
    let verdict = if ["none", "limited"].contains(&reach) { Verdict::Look } else { Verdict::Fine };
    let mut found = vec![look.line(FindingKind::NetworkManager, verdict, [state, reach])];
    if reach == "portal" {
        found.push(look.line(FindingKind::CaptivePortal, Verdict::Broken, []));
    }
    found
}

fn wifi(look: &MachineLook) -> Vec<Finding> {
    let mut found = Vec::new();
    for line in look.text("/proc/net/wireless").lines().skip(2) {
        let Some((interface, rest)) = line.trim().split_once(':') else { continue };
        let quality =
            rest.split_whitespace().nth(1).and_then(|link| link.trim_end_matches('.').parse::<i64>().ok());
        if let Some(quality) = quality {
            // Of 70, as cfg80211 has it.
            let percent = (quality * 100 / 70).clamp(0, 100);
            let verdict = if percent < WEAK_PERCENT { Verdict::Look } else { Verdict::Fine };
            found.push(look.line(FindingKind::WifiSignal, verdict, [interface, &percent.to_string()]));
        }
    }
    if let Some((channel, _)) = connected_wifi(look) {
        found.push(look.line(FindingKind::WifiChannel, Verdict::Fine, [&channel]));
    }
    found
}

/// What the wireless network in use is called.
pub(super) fn wifi_name(look: &MachineLook) -> Vec<Finding> {
    let name = connected_wifi(look).map(|(_, name)| name);
    name.map(|name| look.line(FindingKind::WifiName, Verdict::Fine, [&name])).into_iter().collect()
}

/// Its channel and its name.
fn connected_wifi(look: &MachineLook) -> Option<(String, String)> {
    let arguments = ["-t", "-f", "IN-USE,CHAN,SSID", "device", "wifi", "list", "--rescan", "no"];
    let text = look.tool("nmcli", &arguments).text()?;
    let line = text.lines().find_map(|line| line.strip_prefix("*:"))?;
    line.split_once(':').map(|(channel, name)| (channel.to_owned(), name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hosts_entry_is_judged_by_its_name_and_where_it_leads() {
        let verdict = |name: &str, address: &str| hosts_verdict(name, address.parse().unwrap(), "desk");
        assert_eq!(verdict("localhost", "127.0.0.1"), None);
        assert_eq!(verdict("desk.example.org", "127.0.1.1"), None);
        assert_eq!(verdict("ads.example.com", "0.0.0.0"), None);
        assert_eq!(verdict("nas.home", "192.168.0.4"), None);
        assert_eq!(verdict("bank.example.com", "203.0.113.9"), Some(Verdict::Look));
        assert_eq!(verdict("security.debian.org", "203.0.113.9"), Some(Verdict::Broken));
        assert_eq!(verdict("deb.debian.org", "127.0.0.1"), Some(Verdict::Broken));
        assert_eq!(verdict("notdebian.org", "127.0.0.1"), None);
    }
}
