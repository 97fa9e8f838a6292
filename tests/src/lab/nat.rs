//! Kinds of NAT, in the words of RFC 4787, and the nftables rules that make them.
//!
//! Rules only: [`super::Lab`] loads them into a router whose way out is the device `uplink` and whose hosts
//! are behind the device `lan`.

use std::fmt;

/// How long a mapping of the more open kinds lives without a packet from inside: RFC 4787's least (REQ-5).
const MAPPING_LIFE: &str = "2m";

/// Mappings of a router at most, so that a flood of ports can't grow without end.
const MAPPINGS: u32 = 4096;

/// What a router with changed ports flips in a port: a bijection without a table. Ports below 2048 stay as
/// they are, as flipping could make them privileged ones.
const PORT_FLIP: &str = "0x0400";

/// Which address and port a host's packets have outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mapping {
    /// The same for all destinations.
    EndpointIndependent,
    /// The same for all ports of a destination's address.
    AddressDependent,
    /// Another for each destination.
    AddressAndPortDependent,
}

/// Whose packets get in at a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filtering {
    /// Everybody's.
    EndpointIndependent,
    /// From addresses that the host has sent to.
    AddressDependent,
    /// From addresses and ports that the host has sent to.
    AddressAndPortDependent,
}

/// Whether the port outside is the host's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ports {
    /// It is.
    Preserved,
    /// It is another.
    Changed,
}

/// What a host sees of all the NATs before it, for UDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behaviour {
    /// How addresses are mapped.
    pub mapping: Mapping,
    /// What gets in.
    pub filtering: Filtering,
    /// What becomes of the port.
    pub ports: Ports,
}

impl Behaviour {
    /// A host with a public address and no firewall.
    pub const OPEN: Self = Self {
        mapping: Mapping::EndpointIndependent,
        filtering: Filtering::EndpointIndependent,
        ports: Ports::Preserved,
    };

    /// Both NATs in a row: the stricter of each.
    #[must_use]
    pub fn behind(self, outer: Self) -> Self {
        Self {
            mapping: self.mapping.max(outer.mapping),
            filtering: self.filtering.max(outer.filtering),
            ports: self.ports.max(outer.ports),
        }
    }

    /// Whether two hosts reach each other once each has sent to the address that a third one saw of the
    /// other.
    pub fn punches(self, other: Self) -> bool {
        let admits = |from: Self, at: Self| {
            // A host whose packets come from the announced address has been sent to by the other.
            from.mapping == Mapping::EndpointIndependent || at.filtering < Filtering::AddressAndPortDependent
        };
        // Where one gets through, the other answers to what it sees.
        let (here, there) = (admits(self, other), admits(other, self));
        here && there
    }
}

/// A kind of NAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nat {
    /// Endpoint-independent mapping and filtering.
    FullCone(Ports),
    /// Endpoint-independent mapping, address-dependent filtering.
    AddressRestricted(Ports),
    /// Endpoint-independent mapping, address- and port-dependent filtering.
    PortRestricted(Ports),
    /// Address- and port-dependent mapping and filtering, with a random port for each destination.
    Symmetric,
}

impl Nat {
    /// All kinds, each with both ways to treat ports where it has both.
    pub const ALL: [Self; 7] = [
        Self::FullCone(Ports::Preserved),
        Self::FullCone(Ports::Changed),
        Self::AddressRestricted(Ports::Preserved),
        Self::AddressRestricted(Ports::Changed),
        Self::PortRestricted(Ports::Preserved),
        Self::PortRestricted(Ports::Changed),
        Self::Symmetric,
    ];

    /// What it does, in RFC 4787's words.
    pub const fn behaviour(self) -> Behaviour {
        let (mapping, filtering, ports) = match self {
            Self::FullCone(ports) => (Mapping::EndpointIndependent, Filtering::EndpointIndependent, ports),
            Self::AddressRestricted(ports) => {
                (Mapping::EndpointIndependent, Filtering::AddressDependent, ports)
            }
            Self::PortRestricted(ports) => {
                (Mapping::EndpointIndependent, Filtering::AddressAndPortDependent, ports)
            }
            Self::Symmetric => {
                (Mapping::AddressAndPortDependent, Filtering::AddressAndPortDependent, Ports::Changed)
            }
        };
        Behaviour { mapping, filtering, ports }
    }
}

impl fmt::Display for Nat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, ports) = match self {
            Self::FullCone(ports) => ("full cone", ports),
            Self::AddressRestricted(ports) => ("address-restricted", ports),
            Self::PortRestricted(ports) => ("port-restricted", ports),
            Self::Symmetric => return formatter.write_str("symmetric"),
        };
        let ports = if *ports == Ports::Changed { ", port changed" } else { "" };
        write!(formatter, "{name}{ports}")
    }
}

/// A router with a NAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Router {
    /// Its NAT.
    pub nat: Nat,
    /// Whether UDP gets through at all; TCP does always.
    pub udp: bool,
}

impl From<Nat> for Router {
    fn from(nat: Nat) -> Self {
        Self { nat, udp: true }
    }
}

impl Router {
    /// One that drops all UDP.
    #[must_use]
    pub const fn without_udp(nat: Nat) -> Self {
        Self { nat, udp: false }
    }

    /// Its rules, for `nft -f`.
    pub(super) fn rules(self) -> String {
        let Behaviour { filtering, ports, .. } = self.nat.behaviour();
        let learns = filtering < Filtering::AddressAndPortDependent;
        let mut chains = Vec::new();
        if self.nat != Nat::Symmetric && ports == Ports::Changed {
            chains.extend(flip_ports());
        }
        let mut forward = Vec::new();
        if !self.udp {
            forward.push("meta l4proto udp drop".to_owned());
        }
        if learns {
            forward.push("iifname lan update @owners { udp sport : ip saddr }".to_owned());
            forward.push("iifname lan update @contacts { ip daddr . udp sport }".to_owned());
            let known = match filtering {
                Filtering::EndpointIndependent => "udp dport != 0",
                Filtering::AddressDependent | Filtering::AddressAndPortDependent => {
                    "ip saddr . udp dport @contacts"
                }
            };
            let rule = format!("iifname uplink {known} dnat to udp dport map @owners");
            chains.push(chain("entrance", "nat", "prerouting", -100, &[rule]));
        }
        forward.push("iifname uplink ct state established,related accept".to_owned());
        forward.push("iifname uplink ct status dnat accept".to_owned());
        forward.push("iifname uplink drop".to_owned());
        chains.push(chain("through", "filter", "forward", 0, &forward));
        let random = if self.nat == Nat::Symmetric { " random,fully-random" } else { "" };
        chains.push(chain(
            "exit",
            "nat",
            "postrouting",
            100,
            &[format!("oifname uplink masquerade{random}")],
        ));
        // A router that refused what nobody asked for would spoil the punches of the peer.
        chains.push(chain("itself", "filter", "input", 0, &["iifname uplink drop".to_owned()]));
        format!(
            "table ip lab {{\nmap owners {{\ntype inet_service : ipv4_addr\nflags dynamic,timeout\ntimeout {MAPPING_LIFE}\nsize \
             {MAPPINGS}\n}}\nset contacts {{\ntype ipv4_addr . inet_service\nflags dynamic,timeout\ntimeout {MAPPING_LIFE}\nsize \
             {MAPPINGS}\n}}\n{}}}\n",
            chains.concat()
        )
    }
}

impl fmt::Display for Router {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.nat, if self.udp { "" } else { ", UDP blocked" })
    }
}

/// Changes the ports of hosts before connection tracking sees their packets, and back after it has seen the
/// answers: so the kernel's own port-preserving NAT does the rest.
fn flip_ports() -> [String; 2] {
    let rules = |device: &str, port: &str| {
        ["udp", "tcp"].map(|protocol| {
            format!(
                "{device} {protocol} {port} >= 2048 {protocol} {port} set {protocol} {port} ^ {PORT_FLIP}"
            )
        })
    };
    [
        chain("flip", "filter", "prerouting", -350, &rules("iifname lan", "sport")),
        chain("flip_back", "filter", "postrouting", 300, &rules("oifname lan", "dport")),
    ]
}

fn chain(name: &str, kind: &str, hook: &str, priority: i32, rules: &[String]) -> String {
    let rules = rules.join("\n");
    format!("chain {name} {{\ntype {kind} hook {hook} priority {priority}; policy accept;\n{rules}\n}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_symmetric_and_port_restricted_can_not_be_punched() {
        let behaviours = Nat::ALL.map(Nat::behaviour);
        for one in behaviours {
            for two in behaviours {
                let strict = |behaviour: Behaviour| behaviour.filtering == Filtering::AddressAndPortDependent;
                let symmetric = |behaviour: Behaviour| behaviour.mapping != Mapping::EndpointIndependent;
                let expected = !(strict(one) && strict(two) && (symmetric(one) || symmetric(two)));
                assert_eq!(one.punches(two), expected, "{one:?} {two:?}");
            }
            assert!(one.punches(Behaviour::OPEN));
        }
    }

    #[test]
    fn a_nat_behind_a_nat_is_as_strict_as_the_stricter() {
        let both = Nat::FullCone(Ports::Changed).behaviour().behind(Nat::Symmetric.behaviour());
        assert_eq!(both, Nat::Symmetric.behaviour());
        let both = Nat::PortRestricted(Ports::Preserved)
            .behaviour()
            .behind(Nat::FullCone(Ports::Changed).behaviour());
        assert_eq!(both, Nat::PortRestricted(Ports::Changed).behaviour());
    }
}
