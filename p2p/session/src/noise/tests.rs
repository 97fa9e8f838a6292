//! What both sides must get alike, and what must fail.

mod handmade;

use snow::params::DHChoice;
use snow::resolvers::CryptoResolver;
use zeroize::Zeroizing;

use super::*;
use crate::{Binding, HandshakeFailure, HostSetup, InviteKeys, InviteStanding, Leg, StaticKey};

fn keys() -> InviteKeys {
    InviteKeys { psk: Zeroizing::new([7; 32]), invite_id: [8; 16] }
}

fn binding() -> Binding {
    Binding { technician_peer: vec![1], host_peer: vec![2] }
}

fn static_key(byte: u8) -> StaticKey {
    StaticKey::from_bytes([byte; 32])
}

fn host() -> Listening {
    Listening::new(HostSetup {
        invites: vec![(keys(), InviteStanding::Open)],
        binding: binding(),
        static_key: static_key(4),
        offers: crate::PermissionSet::NONE,
    })
}

fn secured() -> (Secured, Secured) {
    let (message_1, technician) = Offered::new(&keys(), &binding(), static_key(3)).unwrap();
    let (message_2, host) = host().answer(&message_1).unwrap();
    let (message_3, technician) = technician.accept(&message_2).unwrap();
    let host = host.finish(&message_3).unwrap();
    let lengths = [message_1.len(), message_2.len(), message_3.len()];
    assert_eq!(lengths, [MESSAGE_1_BYTES, MESSAGE_2_BYTES, MESSAGE_3_BYTES]);
    assert_eq!(lengths, [1264, 1216, 96]);
    (technician, host)
}

/// Whether a Diffie-Hellman with this public key is an error.
pub(crate) fn shared_secret_is_refused(public: &[u8; 32]) -> bool {
    let mut dh = resolver::Resolver.resolve_dh(&DHChoice::Curve25519).unwrap();
    dh.set(&[5; 32]);
    dh.dh(public, &mut [0; 56]).is_err()
}

#[test]
fn both_sides_get_the_same_keys() {
    let (technician, host) = secured();
    assert_eq!(technician.session_key, host.session_key);
    assert_eq!(technician.sas, host.sas);
    assert_eq!(technician.peer_key, static_key(4).public());
    assert_eq!(host.peer_key, static_key(3).public());
    let mut record = Vec::new();
    technician.keys.seal(9, b"hello", &mut record);
    assert_eq!(host.keys.open(9, &record).as_deref(), Some(&b"hello"[..]));
    assert_eq!(host.keys.open(10, &record), None);
    assert_eq!(technician.keys.open(9, &record), None);
    assert_eq!(host.keys.open(9, &record[..10]), None);
}

#[test]
fn a_nonce_other_than_the_committed_one_is_refused() {
    let (message_1, technician) = Offered::new(&keys(), &binding(), static_key(3)).unwrap();
    let (message_2, host) = host().answer(&message_1).unwrap();
    let (message_3, _) = technician.with_nonce([1; 32]).accept(&message_2).unwrap();
    assert_eq!(host.finish(&message_3).err(), Some(HandshakeFailure::Malformed));
}

#[test]
fn the_next_leg_needs_the_session_key() {
    let (technician, host) = secured();
    let offer = |leg| {
        let (key, own) = (&technician.session_key, &technician.static_key);
        ResumeOffer::new(key, own, &technician.peer_key, Leg(leg), b"here").unwrap()
    };
    let read = |message: &[u8], key: &Secret, leg| {
        ResumeAnswer::read(message, key, &host.static_key, &host.peer_key, Leg(leg))
    };
    let (message, offered) = offer(1);
    assert_eq!(message.len(), message_bytes(4));
    let (payload, answer) = read(&message, &host.session_key, 1).unwrap();
    assert_eq!(payload, b"here");
    let (reply, next) = answer.reply(b"there", &host.session_key).unwrap();
    let (payload, ours) = offered.finish(&reply, &technician.session_key).unwrap();
    assert_eq!(payload, b"there");
    assert_eq!(ours.session_key, next.session_key);
    assert_ne!(ours.session_key, technician.session_key);
    let mut record = Vec::new();
    ours.keys.seal(0, b"x", &mut record);
    assert!(next.keys.open(0, &record).is_some());
    assert!(host.keys.open(0, &record).is_none());

    // Another leg, another key, somebody else's static key, a cut or changed message.
    assert!(read(&message, &host.session_key, 2).is_none());
    assert!(read(&message[1..], &host.session_key, 1).is_none());
    assert!(read(&message, &Zeroizing::new([0; 32]), 1).is_none());
    assert!(read(&message, &next.session_key, 1).is_none());
    let key = &technician.session_key;
    let (stranger, _) = ResumeOffer::new(key, &static_key(9), &technician.peer_key, Leg(1), b"here").unwrap();
    assert!(read(&stranger, &host.session_key, 1).is_none());
    for index in 0..message.len() {
        let (mut message, _) = offer(1);
        message[index] ^= 1;
        // The last bit of a key means nothing to X25519, but the transcript has it.
        assert!(read(&message, &host.session_key, 1).is_none(), "{index}");
    }
    // The same leg tried twice has other keys.
    let (message, offered) = offer(1);
    let (_, answer) = read(&message, &host.session_key, 1).unwrap();
    let (reply, again) = answer.reply(b"there", &host.session_key).unwrap();
    assert_ne!(again.session_key, next.session_key);
    let mut changed = reply.clone();
    changed[40] ^= 1;
    assert!(offered.finish(&changed, &technician.session_key).is_none());
}

#[test]
fn random_bytes_are_random() {
    let draws: Vec<_> = (0..1000).map(|_| random::<32>().unwrap()).collect();
    for bit in 0..256 {
        let set = draws.iter().filter(|draw| draw[bit / 8] >> (bit % 8) & 1 == 1).count();
        // Eight standard deviations around 500: chance alone leaves them once in a trillion runs.
        assert!((374..=626).contains(&set), "bit {bit} was set {set} times");
    }
}

/// The keys of one leg at both sides, without the post-quantum part.
pub(crate) fn epoch_keys() -> (EpochKeys, EpochKeys) {
    let pattern = "Noise_NN_25519_ChaChaPoly_BLAKE2s";
    let mut ours = builder(pattern).build_initiator().unwrap();
    let mut theirs = builder(pattern).build_responder().unwrap();
    let (mut message, mut payload) = ([0; 100], [0; 100]);
    let length = ours.write_message(&[], &mut message).unwrap();
    theirs.read_message(&message[..length], &mut payload).unwrap();
    let length = theirs.write_message(&[], &mut message).unwrap();
    ours.read_message(&message[..length], &mut payload).unwrap();
    let keys = |state: snow::HandshakeState| EpochKeys(state.into_stateless_transport_mode().unwrap());
    (keys(ours), keys(theirs))
}
