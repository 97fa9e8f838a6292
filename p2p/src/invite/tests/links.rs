//! Links: their contents, and which of them are refused. Noise around them is tested in `noise`.

use super::*;

#[test]
fn a_link_leads_to_the_host() {
    let peer = libp2p::identity::PublicKey::from(host()).to_peer_id();
    let relay = Keypair::ed25519_from_bytes([8; 32]).unwrap().public().to_peer_id();
    let circuit = format!("/ip4/192.0.2.9/udp/4001/quic-v1/p2p/{relay}/p2p-circuit");
    let given =
        addresses(&[&format!("/ip4/192.0.2.1/tcp/4001/p2p/{peer}"), &format!("{circuit}/p2p/{peer}")]);
    let link = invite(SECRET).link(&host(), &given, expiry());
    let parsed = parse(&link).unwrap();
    let hint = parsed.host().unwrap();
    assert_eq!(parsed.secret().as_bytes(), &SECRET);
    assert_eq!((hint.public_key(), hint.peer_id(), hint.expires_at()), (&host(), peer, expiry()));
    assert_eq!(hint.addresses(), addresses(&["/ip4/192.0.2.1/tcp/4001", &circuit]));
}

#[test]
fn a_link_holds_what_fits() {
    let long: Multiaddr = format!("/dns/{}/tcp/1", "x".repeat(121)).parse().unwrap();
    let too_long: Multiaddr = format!("/dns/{}/tcp/1", "x".repeat(130)).parse().unwrap();
    let short: Multiaddr = "/ip4/192.0.2.1/tcp/1".parse().unwrap();
    let addresses_in = |given: &[Multiaddr]| {
        let link = invite(SECRET).link(&host(), given, expiry());
        assert!(link.len() <= MAX_LINK_CHARS, "{}", link.len());
        parse(&link).unwrap().host().unwrap().addresses().to_vec()
    };
    assert_eq!(addresses_in(&[]), []);
    assert_eq!(addresses_in(&[too_long, Multiaddr::empty(), short.clone()]), std::slice::from_ref(&short));
    assert_eq!(addresses_in(&vec![short.clone(); 20]).len(), MAX_ADDRESSES);
    let mixed = [vec![long; 7], vec![short.clone()]].concat();
    assert_eq!(addresses_in(&mixed).last(), Some(&short));
}

#[test]
fn an_expired_link_is_read_like_any_other() {
    let invite = parse(LINK).unwrap();
    let hint = invite.host().unwrap();
    assert_eq!(hint.expired_for(expiry() - Duration::from_secs(1)), None);
    assert_eq!(hint.expired_for(expiry() + Duration::from_secs(7_200)), Some(Duration::from_secs(7_200)));
}

#[test]
fn a_newer_link_asks_for_an_update() {
    for newer in [forged(3, &[0; 200]), forged(255, &body(u64::MAX, 0, &[]))] {
        let error = parse(&newer).unwrap_err();
        assert!(matches!(error, InviteError::NewerVersion { .. }), "{error:?}");
        assert!(error.to_string().contains("Update Beistand"));
    }
}

#[test]
fn a_cut_link_is_called_cut() {
    for length in "beistand:".len()..LINK.len() {
        assert_eq!(parse(&LINK[..length]), Err(InviteError::LinkCutOff), "{length}");
    }
}

#[test]
fn links_that_no_program_of_ours_makes_are_refused() {
    let expiry = 1_800_000_000;
    let address = [4, 192, 0, 2, 1, 6, 0, 1];
    let with = |length: u8| [&[length], &address[..]].concat();
    assert!(parse(&forged(2, &body(expiry, 1, &with(8)))).is_ok());
    let mut no_point = body(expiry, 0, &[]);
    no_point[8..40].copy_from_slice(&[0x02; 32]);
    let many = with(8).repeat(9);
    for (why, link) in [
        ("version 0", forged(0, &body(expiry, 0, &[]))),
        ("version 1", forged(1, &body(expiry, 0, &[]))),
        ("a secret of 61 bits", forged(2, &[&[16], &body(expiry, 0, &[])[1..]].concat())),
        ("9 addresses", forged(2, &body(expiry, 9, &many))),
        ("an address that is missing", forged(2, &body(expiry, 1, &[]))),
        ("an address longer than the link", forged(2, &body(expiry, 1, &with(9)))),
        ("bytes left over", forged(2, &body(expiry, 1, &with(7)))),
        ("an address over 128 bytes", forged(2, &body(expiry, 1, &[&[200][..], &[0; 200]].concat()))),
        ("a time that no clock has", forged(2, &body(u64::MAX, 0, &[]))),
        ("an invalid key", forged(2, &no_point)),
    ] {
        assert_eq!(parse(&link), Err(InviteError::LinkInvalid), "{why}");
    }
    let unknown = [&with(8)[..], &[3, 0xff, 0xff, 0x7f]].concat();
    let parsed = parse(&forged(2, &body(expiry, 2, &unknown))).unwrap();
    assert_eq!(parsed.host().unwrap().addresses().len(), 1, "an unknown kind of address is left out");
}
