//! The network: the way out, name servers, and what redirects.

use beistand_inspect::FindingKind as K;
use beistand_inspect::Verdict::{Broken, Look};

use beistand_session::AdjustKind::{Dns, Network};

use crate::{MachineMend, MachineRecipe};

/// Shell that gives the cable to NetworkManager, as on any desktop, with these name servers.
macro_rules! office {
    ($servers:literal) => {
        concat!(
            "nmcli device set eth0 managed yes
            nmcli connection add type ethernet ifname eth0 con-name Office ipv4.dns '",
            $servers,
            "' ipv4.method manual ipv4.addresses 192.168.7.20/24 ipv4.gateway 192.168.7.1 \\
             ipv6.method manual ipv6.addresses fd00:7::20/64 ipv6.gateway fd00:7::1
            nmcli --wait 10 connection up Office\n"
        )
    };
}

/// What mends a name server.
const HONEST: MachineMend = MachineMend::Adjust(Dns, "192.168.7.1");

pub(super) const RECIPES: &[MachineRecipe] = &[
    MachineRecipe::new(
        "no way out",
        (K::NoGateway, Broken, ""),
        "ip route del default; ip -6 route del default",
    ),
    MachineRecipe::new("a cable that is unplugged", (K::NoGateway, Broken, ""), "ip link set eth0 down")
        .in_full(),
    MachineRecipe::new(
        "a router that is off",
        (K::GatewaySilent, Broken, "192.168.7.99"),
        "ip route replace default via 192.168.7.99; echo 'nameserver 203.0.113.53' > /etc/resolv.conf",
    ),
    MachineRecipe::new(
        "IPv6 that leads nowhere",
        (K::GatewaySilent, Look, "fd00:7::99"),
        "ip -6 route replace default via fd00:7::99
        # As a browser tries it first.
        timeout 5 bash -c ': > /dev/tcp/2001:db8::1/443' || true",
    )
    .in_full(),
    MachineRecipe::new(
        "no DNS",
        (K::NameServerSilent, Broken, "192.168.7.53"),
        "echo 'nameserver 192.168.7.53' > /etc/resolv.conf",
    ),
    MachineRecipe::new(
        "no DNS in NetworkManager's connection",
        (K::NameServerSilent, Broken, "192.168.7.53"),
        office!("192.168.7.53"),
    )
    .on_fresh()
    .mended_by(HONEST),
    MachineRecipe::new(
        "no name server",
        (K::NoNameServer, Broken, ""),
        concat!(
            office!("192.168.7.1"),
            "nmcli connection modify Office ipv4.dns ''; nmcli --wait 10 connection up Office"
        ),
    )
    .on_fresh()
    .mended_by(HONEST),
    MachineRecipe::new(
        "one name server of two that is gone",
        (K::NameServerSilent, Look, "192.168.7.53"),
        office!("192.168.7.1 192.168.7.53"),
    )
    .on_fresh()
    .mended_by(HONEST),
    MachineRecipe::new("a slow name server", (K::NameServer, Look, "192.168.7.2"), office!("192.168.7.2"))
        .on_fresh()
        .mended_by(HONEST),
    MachineRecipe::new(
        "a login page before the network",
        (K::NameServerLies, Broken, "192.168.7.3"),
        "echo 'nameserver 192.168.7.3' > /etc/resolv.conf",
    ),
    MachineRecipe::new(
        "a name server of somebody else's",
        (K::NameServerLies, Broken, "192.168.7.3"),
        office!("192.168.7.3"),
    )
    .on_fresh()
    .mended_by(HONEST),
    MachineRecipe::new(
        "a network that is switched off",
        (K::NoGateway, Broken, ""),
        concat!(office!("192.168.7.1"), "nmcli networking off"),
    )
    .on_fresh()
    .mended_by(MachineMend::Adjust(Network, "on")),
    MachineRecipe::new(
        "a hijacked hosts file",
        (K::HostsEntry, Broken, "www.paypal.com"),
        "echo '203.0.113.9 www.paypal.com paypal.com' >> /etc/hosts",
    )
    .mended_by(MachineMend::Hosts),
    MachineRecipe::new(
        "updates blocked by the hosts file",
        (K::HostsEntry, Broken, "security.debian.org"),
        "echo '0.0.0.0 security.debian.org deb.debian.org' >> /etc/hosts",
    )
    .mended_by(MachineMend::Hosts),
    MachineRecipe::new(
        "a proxy that is gone",
        (K::Proxy, Look, "127.0.0.1:3128"),
        "echo 'https_proxy=\"http://127.0.0.1:3128\"' >> /etc/environment",
    )
    .mended_by(MachineMend::Proxy),
    MachineRecipe::new(
        "updates by a foreign proxy",
        (K::Proxy, Look, "203.0.113.9:8080"),
        "echo 'Acquire::http::Proxy \"http://203.0.113.9:8080\";' > /etc/apt/apt.conf.d/99proxy",
    )
    .in_full()
    .mended_by(MachineMend::Quarantine("/etc/apt/apt.conf.d/99proxy")),
    MachineRecipe::new("an MTU that is too small", (K::Interface, Look, "eth0"), "ip link set eth0 mtu 576"),
];
