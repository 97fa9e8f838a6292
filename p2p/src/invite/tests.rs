//! All renderings of an invite, a file per subject. Here are what several of them need and known answers,
//! computed by an independent implementation (Python with argon2-cffi).

mod links;
mod mistakes;
mod noise;

use std::time::{Duration, SystemTime};

use libp2p::Multiaddr;
use libp2p::identity::{Keypair, ed25519};

use super::*;

const SECRET: [u8; 10] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const WORDS: &str = "absurd avoid scissors anxiety gather lottery category dumb";
const CODE: &str = "041061-050R3G-G28A3W";
const LINK: &str = "beistand:aeaegaicamcakbqhbaeqv2sknrr6fhcsbk7pkud3cmxml6mvi53k5pv6pojeehxknekenurmaaaaaadljhjaaaiiataa\
                    aaqbayh2c5jydyba";

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_799_999_400)
}

fn expiry() -> SystemTime {
    now() + Duration::from_secs(600)
}

fn host() -> ed25519::PublicKey {
    Keypair::ed25519_from_bytes([7; 32]).unwrap().public().try_into_ed25519().unwrap()
}

fn invite(bytes: [u8; 10]) -> Invite {
    Invite { secret: InviteSecret::from_bytes(&bytes), host: None }
}

fn parse(text: &str) -> Result<Invite, InviteError> {
    Invite::parse(text)
}

fn bytes_of(text: &str) -> Result<[u8; 10], InviteError> {
    parse(text).map(|invite| *invite.secret().as_bytes())
}

fn addresses(texts: &[&str]) -> Vec<Multiaddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn link_of(bytes: [u8; 10]) -> String {
    let addresses = addresses(&["/ip4/192.0.2.1/tcp/4001", "/ip6/2001:db8::1/udp/4001/quic-v1"]);
    invite(bytes).link(&host(), &addresses, expiry()).to_string()
}

/// A link of this version with `body`, and a valid checksum.
fn forged(version: u8, body: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let mut bytes = vec![version];
    bytes.extend_from_slice(&u16::try_from(3 + body.len() + 4).unwrap().to_be_bytes());
    bytes.extend_from_slice(body);
    let checksum = Sha256::new().chain_update("beistand/link").chain_update(&bytes).finalize();
    bytes.extend_from_slice(&checksum[..4]);
    format!("beistand:{}", data_encoding::BASE32_NOPAD.encode(&bytes).to_lowercase())
}

fn body(expiry: u64, count: u8, addresses: &[u8]) -> Vec<u8> {
    [&SECRET[..], &host().to_bytes(), &expiry.to_be_bytes(), &[count], addresses].concat()
}

#[test]
fn renderings_have_known_answers() {
    let invite = invite(SECRET);
    assert_eq!(invite.words().as_str(), WORDS);
    assert_eq!(invite.code().as_str(), CODE);
    assert_eq!(invite.link(&host(), &addresses(&["/ip4/192.0.2.1/tcp/4001"]), expiry()).as_str(), LINK);
    for (byte, words, code) in [
        (0xff, "zoo zoo zoo zoo zoo zoo zoo town", "ZZZZZZ-ZZZZZZ-ZZZZ68"),
        (0x00, "abandon abandon abandon abandon abandon abandon abandon auto", "000000-000000-0000FG"),
    ] {
        let invite = super::tests::invite([byte; 10]);
        assert_eq!((invite.words().as_str(), invite.code().as_str()), (words, code));
    }
}

#[test]
fn derivation_has_a_known_answer() {
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let keys = derive(&InviteSecret::from_bytes(&SECRET), "default").unwrap();
    assert_eq!(hex(&*keys.psk), "967307de9dcd10fd7a8d660f9be31eba4922e8b1cf20471a9e36b7ea3f73758a");
    assert_eq!(hex(&keys.rendezvous), "c13bc6cde4a65166c22b91609fcd2a526cf722266c5b279057daccd4911426f9");
    assert_eq!(hex(&keys.invite_id), "d839334fe938bfc4d76ab7ae026399f7");
    assert_eq!(hex(&*keys.streams), "d05379726c778fa331c692e6737e20716774ffd1ca6b10744a668c47e79fa4e8");

    let key = rendezvous_key(&keys.rendezvous);
    assert_eq!((key.len(), &key[..2], &key[2..]), (34, &[0x12, 0x20][..], &keys.rendezvous[..]));
    assert!(libp2p::multihash::Multihash::<64>::from_bytes(&key).is_ok());

    let elsewhere = derive(&InviteSecret::from_bytes(&SECRET), "lan").unwrap();
    assert_ne!(*elsewhere.psk, *keys.psk);
    assert_ne!(elsewhere.rendezvous, keys.rendezvous);
}
