//! Asks a NAT what it does, as peers do: by plain UDP datagrams to public hosts (RFC 5780), and by punching
//! holes.

use std::collections::BTreeSet;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use super::{Behaviour, Filtering, Lab, Mapping, Ports};

/// How long an answer may take before the question is asked again.
const ANSWER: Duration = Duration::from_millis(150);

/// How often a question is asked before UDP counts as blocked.
const TRIES: u32 = 10;

/// Rounds of a punch before it counts as failed: some more than any pair needs that can be punched.
const ROUNDS: u32 = 15;

/// How long each side listens in a round.
const LISTEN: Duration = Duration::from_millis(10);

/// How long stragglers may take once a datagram has come that was sent after them.
const STRAGGLERS: Duration = Duration::from_millis(30);

/// What the NATs before a host do, as seen from two public hosts; `None` where no UDP gets through.
///
/// # Panics
/// Where a socket can't be used.
#[track_caller]
pub fn classify(lab: &Lab, host: &str, servers: [&str; 2]) -> Option<Behaviour> {
    let first = lab.udp(servers[0]);
    let (other_port, other_address) = (lab.udp(servers[0]), lab.udp(servers[1]));
    let client = lab.udp(host);
    let mapped = seen_by(&client, &first)?;
    let mapping = if seen_by(&client, &other_port)? != mapped {
        Mapping::AddressAndPortDependent
    } else if seen_by(&client, &other_address)? != mapped {
        Mapping::AddressDependent
    } else {
        Mapping::EndpointIndependent
    };
    let ports = if mapped.port() == local(&client).port() { Ports::Preserved } else { Ports::Changed };

    // A socket that has sent to one server only.
    let client = lab.udp(host);
    let mapped = seen_by(&client, &first)?;
    let heard = answers(&client, mapped, [&other_address, &other_port, &first])?;
    let filtering = if heard.contains(&local(&other_address)) {
        Filtering::EndpointIndependent
    } else if heard.contains(&local(&other_port)) {
        Filtering::AddressDependent
    } else {
        Filtering::AddressAndPortDependent
    };
    Some(Behaviour { mapping, filtering, ports })
}

/// Whether two hosts reach each other when a public one tells each the other's address and both send at once.
///
/// # Panics
/// Where a socket can't be used, or the server sees nothing of one of them.
#[track_caller]
pub fn punch(lab: &Lab, hosts: [&str; 2], server: &str) -> bool {
    let server = lab.udp(server);
    let mut peers = hosts.map(|host| {
        let socket = lab.udp(host);
        let seen = seen_by(&socket, &server).unwrap_or_else(|| panic!("no UDP comes out of {host}"));
        (Peer { socket, targets: BTreeSet::new(), heard: false }, seen)
    });
    let seen = peers.each_ref().map(|(_, seen)| *seen);
    peers[0].0.targets.insert(seen[1]);
    peers[1].0.targets.insert(seen[0]);
    for _ in 0..ROUNDS {
        peers.iter().for_each(|(peer, _)| peer.send());
        peers.iter_mut().for_each(|(peer, _)| peer.listen());
        if peers.iter().all(|(peer, _)| peer.heard) {
            return true;
        }
    }
    false
}

/// One side of a punch.
struct Peer {
    socket: UdpSocket,
    /// What it was told, and where datagrams came from.
    targets: BTreeSet<SocketAddr>,
    heard: bool,
}

impl Peer {
    fn send(&self) {
        for target in &self.targets {
            self.socket.send_to(b"punch", target).expect("a socket with a route");
        }
    }

    fn listen(&mut self) {
        let until = Instant::now() + LISTEN;
        while let Some((_, from)) = receive(&self.socket, until) {
            self.targets.insert(from);
            self.heard = true;
        }
    }
}

/// The address that a server sees of a client; `None` where it sees nothing.
fn seen_by(client: &UdpSocket, server: &UdpSocket) -> Option<SocketAddr> {
    (0..TRIES).find_map(|_| {
        client.send_to(b"who am I?", local(server)).expect("a socket with a route");
        receive(server, Instant::now() + ANSWER).map(|(_, from)| from)
    })
}

/// Who of `servers` gets through to a client that has sent to the last of them only.
fn answers(client: &UdpSocket, mapped: SocketAddr, servers: [&UdpSocket; 3]) -> Option<BTreeSet<SocketAddr>> {
    let last = local(servers[2]);
    let mut heard = BTreeSet::new();
    for _ in 0..TRIES {
        for server in servers {
            server.send_to(b"hello", mapped).expect("a socket with a route");
        }
        let mut until = Instant::now() + ANSWER;
        while let Some((_, from)) = receive(client, until) {
            heard.insert(from);
            if from == last {
                until = Instant::now() + STRAGGLERS;
            }
        }
        if heard.contains(&last) {
            return Some(heard);
        }
    }
    None
}

/// The next datagram's length and sender, if one comes in time.
fn receive(socket: &UdpSocket, until: Instant) -> Option<(usize, SocketAddr)> {
    let left = until.saturating_duration_since(Instant::now());
    // Zero would mean: for ever.
    socket.set_read_timeout(Some(left.max(Duration::from_micros(1)))).expect("a socket takes a timeout");
    socket.recv_from(&mut [0; 64]).ok()
}

fn local(socket: &UdpSocket) -> SocketAddr {
    socket.local_addr().expect("a bound socket has an address")
}
