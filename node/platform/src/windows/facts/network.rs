//! Network interfaces: their addresses, routers and name servers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::ERROR_SUCCESS;
use windows_sys::Win32::NetworkManagement::IpHelper::{
    GAA_FLAG_INCLUDE_GATEWAYS, GAA_FLAG_SKIP_ANYCAST, GAA_FLAG_SKIP_MULTICAST, GetAdaptersAddresses,
    IF_TYPE_SOFTWARE_LOOPBACK, IP_ADAPTER_ADDRESSES_LH,
};
use windows_sys::Win32::NetworkManagement::Ndis::IfOperStatusUp;
use windows_sys::Win32::Networking::WinSock::{
    AF_INET, AF_INET6, AF_UNSPEC, SOCKADDR_IN, SOCKADDR_IN6, SOCKET_ADDRESS,
};

use crate::facts::{InterfaceFact, MAX_FACTS};

/// What is handed out at most, in bytes: some hundred interfaces.
const MAX_BYTES: usize = 256 << 10;

/// Addresses of one kind of an interface.
const MAX_ADDRESSES: usize = 8;

/// All but the one within the machine.
pub(super) fn interfaces() -> Vec<InterfaceFact> {
    let mut room: Vec<IP_ADAPTER_ADDRESSES_LH> =
        Vec::with_capacity(MAX_BYTES / size_of::<IP_ADAPTER_ADDRESSES_LH>());
    let mut bytes = (room.capacity() * size_of::<IP_ADAPTER_ADDRESSES_LH>()) as u32;
    let flags = GAA_FLAG_INCLUDE_GATEWAYS | GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST;
    let first = room.as_mut_ptr();
    // SAFETY: there is as much room as is said.
    let known =
        unsafe { GetAdaptersAddresses(u32::from(AF_UNSPEC), flags, null_mut(), first, &raw mut bytes) };
    if known != ERROR_SUCCESS {
        return Vec::new();
    }
    // SAFETY: each is the next of a list in that room, which outlives the walk.
    let all = std::iter::successors(unsafe { first.as_ref() }, |one| unsafe { one.Next.as_ref() });
    let outside = all.filter(|one| one.IfType != IF_TYPE_SOFTWARE_LOOPBACK);
    outside.take(MAX_FACTS).map(fact).collect()
}

fn fact(adapter: &IP_ADAPTER_ADDRESSES_LH) -> InterfaceFact {
    // SAFETY: each list is in the room of the interfaces, and ends with none.
    let (addresses, gateways, name_servers) = unsafe {
        let addresses = listed(adapter.FirstUnicastAddress.as_ref(), |one| (&one.Address, one.Next.as_ref()));
        let gateways = listed(adapter.FirstGatewayAddress.as_ref(), |one| (&one.Address, one.Next.as_ref()));
        let servers = listed(adapter.FirstDnsServerAddress.as_ref(), |one| (&one.Address, one.Next.as_ref()));
        (addresses, gateways, servers)
    };
    let units: Vec<u16> = (0..MAX_FACTS)
        // SAFETY: the name ends with a zero, where this ends too.
        .map_while(|at| Some(unsafe { *adapter.FriendlyName.add(at) }).filter(|unit| *unit != 0))
        .collect();
    InterfaceFact {
        name: String::from_utf16_lossy(&units),
        is_up: adapter.OperStatus == IfOperStatusUp,
        mtu: adapter.Mtu,
        addresses,
        gateways,
        name_servers,
    }
}

fn listed<'a, T>(
    first: Option<&'a T>,
    parts: impl Fn(&'a T) -> (&'a SOCKET_ADDRESS, Option<&'a T>),
) -> Vec<IpAddr> {
    let all = std::iter::successors(first, |one| parts(one).1);
    all.filter_map(|one| address_of(parts(one).0)).take(MAX_ADDRESSES).collect()
}

fn address_of(address: &SOCKET_ADDRESS) -> Option<IpAddr> {
    // SAFETY: what it points at is of the family that it says, each of whose bytes are an address.
    unsafe {
        match address.lpSockaddr.as_ref()?.sa_family {
            AF_INET => {
                let address = address.lpSockaddr.cast::<SOCKADDR_IN>().read_unaligned();
                Some(Ipv4Addr::from(address.sin_addr.S_un.S_addr.to_ne_bytes()).into())
            }
            AF_INET6 => {
                let address = address.lpSockaddr.cast::<SOCKADDR_IN6>().read_unaligned();
                Some(Ipv6Addr::from(address.sin6_addr.u.Byte).into())
            }
            _ => None,
        }
    }
}
