//! Builds what a [`Plan`] says: a namespace for each host and router, and a core that routes between public
//! addresses.
//!
//! The core routes instead of bridging, so that multicast ends at each line, as on the real internet: nobody
//! is found by mDNS there. A household is a bridge, and its members do find each other.

use std::net::{Ipv4Addr, UdpSocket};

use super::plan::Node;
use super::{Conditions, Link, Plan};
use crate::Network;

/// The core's own address, every public node's gateway. The addresses look public to the programs, so that
/// they treat them as such; nothing leaves the namespaces.
const CORE: Ipv4Addr = Ipv4Addr::new(5, 45, 0, 1);

/// A running internet. All of it ends when this is dropped, or when the process does.
#[derive(Debug)]
pub struct Lab {
    plan: Plan,
    // Before the namespaces, whose devices they hold.
    links: Vec<Option<Link>>,
    addresses: Vec<Ipv4Addr>,
    networks: Vec<Network>,
    core: Network,
    /// Public addresses that were handed out.
    used: u8,
}

impl Lab {
    /// Builds it; `None` (with a line that says so) where this is not root.
    ///
    /// # Panics
    /// Where `ip` or `nft` are missing or refuse.
    #[track_caller]
    pub fn build(plan: &Plan) -> Option<Self> {
        let core = Network::new()?;
        core.run(&format!(
            "set -e\n{QUIET}\nip address add {CORE}/32 dev lo\necho 1 > /proc/sys/net/ipv4/ip_forward"
        ));
        let mut lab = Self {
            plan: plan.clone(),
            links: Vec::new(),
            addresses: Vec::new(),
            networks: Vec::new(),
            core,
            used: 0,
        };
        for (number, node) in plan.nodes.iter().enumerate() {
            let network = Network::new()?;
            network.run(QUIET);
            match node.behind {
                None => lab.join_internet(number, node.line, &network),
                Some(router) => lab.join_household(number, router, &network),
            }
            if let Some(router) = node.router {
                network.run(&router_script(lab.inside(number), &router.rules()));
            }
            lab.networks.push(network);
        }
        Some(lab)
    }

    fn join_internet(&mut self, number: usize, line: Option<Conditions>, network: &Network) {
        let address = self.next_public();
        let port = format!("line{number}");
        let link = match line {
            Some(conditions) => {
                Some(Link::open((network, "uplink"), (&self.core, &port), conditions, number as u64))
            }
            None => {
                network
                    .run(&format!("ip link add uplink type veth peer name {port} netns {}", self.core.pid()));
                None
            }
        };
        network.run(&format!("ip link set uplink up\n{}", public_script(address)));
        self.core.run(&format!("ip link set {port} up\nip route add {address}/32 dev {port} src {CORE}"));
        self.links.push(link);
        self.addresses.push(address);
    }

    fn join_household(&mut self, number: usize, router: usize, network: &Network) {
        let gateway = self.inside(router);
        let [a, b, c, _] = gateway.octets();
        let address = Ipv4Addr::new(a, b, c, 10 + number as u8);
        let home = &self.networks[router];
        network.run(&format!("ip link add uplink type veth peer name port{number} netns {}", home.pid()));
        home.run(&format!("ip link set port{number} master lan up"));
        network.run(&format!(
            "ip address add {address}/24 dev uplink\nip link set uplink up\nip route add default via {gateway}"
        ));
        self.links.push(None);
        self.addresses.push(address);
    }

    /// A router's address for those behind it.
    fn inside(&self, number: usize) -> Ipv4Addr {
        if self.plan.is_carrier(number) {
            // RFC 6598: what carriers use between their NAT and their customers'.
            Ipv4Addr::new(100, 64, number as u8, 1)
        } else {
            Ipv4Addr::new(192, 168, number as u8, 1)
        }
    }

    fn next_public(&mut self) -> Ipv4Addr {
        self.used =
            self.used.checked_add(1).expect("a lab has fewer public addresses than a byte has values");
        Ipv4Addr::new(5, 45, 1, self.used)
    }

    /// The network of a host or router.
    ///
    /// # Panics
    /// Where nothing has this name, as all that follow.
    #[track_caller]
    pub fn network(&self, name: &str) -> &Network {
        &self.networks[self.plan.number(name)]
    }

    /// The address of a host or router, on the side that looks to the internet.
    #[track_caller]
    pub fn address(&self, name: &str) -> Ipv4Addr {
        self.addresses[self.plan.number(name)]
    }

    /// A UDP socket of a host's, on any free port.
    #[track_caller]
    pub fn udp(&self, name: &str) -> UdpSocket {
        let address = self.address(name);
        self.network(name).enter(|| UdpSocket::bind((address, 0))).expect("the host has this address")
    }

    /// The line of a host or router that is on the internet by one.
    #[track_caller]
    pub fn link(&self, name: &str) -> &Link {
        self.links[self.plan.number(name)].as_ref().unwrap_or_else(|| panic!("{name} has no line"))
    }

    /// Gives a host or router on the internet another address, as a provider does over night: the old one is
    /// gone, and a router forgets its mappings.
    #[track_caller]
    pub fn change_address(&mut self, name: &str) -> Ipv4Addr {
        let number = self.plan.number(name);
        let Node { behind: None, .. } = self.plan.nodes[number] else {
            panic!("{name} is not on the internet")
        };
        let address = self.next_public();
        let old = std::mem::replace(&mut self.addresses[number], address);
        self.core
            .run(&format!("ip route del {old}/32\nip route add {address}/32 dev line{number} src {CORE}"));
        // The kernel forgets what it masqueraded with an address when the address goes.
        self.networks[number].run(&format!("ip address flush dev uplink\n{}", public_script(address)));
        address
    }
}

/// Devices to come have no IPv6, which would only add noise of its own. Loopback has it, as on every machine:
/// a program that listens on all addresses may wait for one.
const QUIET: &str = "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6";

fn public_script(address: Ipv4Addr) -> String {
    format!(
        "set -e\nip address add {address}/32 dev uplink\nip route add default via {CORE} dev uplink onlink"
    )
}

fn router_script(inside: Ipv4Addr, rules: &str) -> String {
    format!(
        "set -e\nip link add lan type bridge forward_delay 0\nip address add {inside}/24 dev lan\nip link set lan up\necho 1 > \
         /proc/sys/net/ipv4/ip_forward\nnft -f - <<'END'\n{rules}END"
    )
}
