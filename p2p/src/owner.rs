//! Whom an IP address belongs to, wherever strangers get a share of something by their address.

use std::net::IpAddr;

/// The key for an address's owner: for IPv6 its network, since one customer has all of that. This machine's
/// own addresses have none, since they belong to a forwarder for many.
pub(crate) fn owner(ip: IpAddr) -> Option<IpAddr> {
    match ip.to_canonical() {
        ip if ip.is_loopback() => None,
        IpAddr::V6(ip) => Some(IpAddr::V6((u128::from(ip) >> 64 << 64).into())),
        ip => Some(ip),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_has_a_network_of_ipv6_and_one_address_of_ipv4() {
        let of = |text: &str| owner(text.parse().expect("an address"));
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_eq!([of("127.0.0.1"), of("::1")], [None, None]);
    }
}
