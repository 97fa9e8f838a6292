//! All renderings of an invite, a file per subject. Here are what several of them need and known answers,
//! computed by an independent implementation (Python with argon2-cffi).

mod links;
mod mistakes;
mod noise;

use std::time::{Duration, SystemTime};

use libp2p::Multiaddr;
use libp2p::identity::{Keypair, ed25519};

use super::*;

const SECRET: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];
const WORDS: &str = "avoid acoustic aviation olive ambush eggshell";
const GERMAN_WORDS: &str = "anmerken abfolge anliegen operator achse espresso";
const CODE: &str = "20G3-0G2G-C1R8-QX";
const LINK: &str = "beistand:aiaecaicamcakbqhbdveu3dd4kofecv66vihwezoyx4zkr3wv27l464siipou2iui3jcyaaaaaagwsosaaaqqbgaaabacbqp\
                    ueiss2ps";

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_799_999_400)
}

fn expiry() -> SystemTime {
    now() + Duration::from_secs(600)
}

fn host() -> ed25519::PublicKey {
    Keypair::ed25519_from_bytes([7; 32]).unwrap().public().try_into_ed25519().unwrap()
}

fn invite(bytes: [u8; 8]) -> Invite {
    Invite { secret: InviteSecret::from_bytes(&bytes).unwrap(), host: None }
}

fn parse(text: &str) -> Result<Invite, InviteError> {
    Invite::parse(text)
}

fn bytes_of(text: &str) -> Result<[u8; 8], InviteError> {
    parse(text).map(|invite| *invite.secret().as_bytes())
}

fn addresses(texts: &[&str]) -> Vec<Multiaddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn link_of(bytes: [u8; 8]) -> String {
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
    assert_eq!(invite.words(InviteLanguage::English).as_str(), WORDS);
    assert_eq!(invite.words(InviteLanguage::German).as_str(), GERMAN_WORDS);
    assert_eq!(invite.code().as_str(), CODE);
    assert_eq!(invite.link(&host(), &addresses(&["/ip4/192.0.2.1/tcp/4001"]), expiry()).as_str(), LINK);
    for (bytes, words, code) in [
        (
            [15, 255, 255, 255, 255, 255, 255, 255],
            "zigzag zigzag zigzag zigzag zigzag wedges",
            "ZZZZ-ZZZZ-ZZZZ-9V",
        ),
        ([0; 8], "abalone abalone abalone abalone abalone acrobat", "0000-0000-0000-6Z"),
    ] {
        let invite = super::tests::invite(bytes);
        assert_eq!((invite.words(InviteLanguage::English).as_str(), invite.code().as_str()), (words, code));
    }
}

#[test]
fn derivation_has_a_known_answer() {
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let keys = derive(&InviteSecret::from_bytes(&SECRET).unwrap(), "default").unwrap();
    assert_eq!(hex(&*keys.psk), "ba29ce50590f822af5facd4e606941fa96928294a731e244a1570654b90a109e");
    assert_eq!(hex(&keys.rendezvous), "f596ab32ebde0b3fbd4700ee78c69cf1f5cbf5e93e3156a72018a17747cf3a33");
    assert_eq!(hex(&keys.invite_id), "51665e5604b1f2c3f456f850af9cde54");
    assert_eq!(hex(&*keys.streams), "59df71257ee1ee68385f0731feaed9bb8834ab86451a472bf971ef9130da6820");

    let key = rendezvous_key(&keys.rendezvous);
    assert_eq!((key.len(), &key[..2], &key[2..]), (34, &[0x12, 0x20][..], &keys.rendezvous[..]));
    assert!(libp2p::multihash::Multihash::<64>::from_bytes(&key).is_ok());

    let elsewhere = derive(&InviteSecret::from_bytes(&SECRET).unwrap(), "lan").unwrap();
    assert_ne!(*elsewhere.psk, *keys.psk);
    assert_ne!(elsewhere.rendezvous, keys.rendezvous);
}
