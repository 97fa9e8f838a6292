//! Properties of all renderings: round trips through noise, single mistakes, junk, and known answers computed
//! by an independent implementation (Python with argon2-cffi).

use std::time::{Duration, SystemTime};

use libp2p::Multiaddr;
use libp2p::identity::{Keypair, ed25519};
use proptest::prelude::*;

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
    let long: Multiaddr = format!("/dns/{}/tcp/1", "x".repeat(120)).parse().unwrap();
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
fn what_people_paste_is_taken() {
    let link = LINK.strip_prefix("beistand:").unwrap();
    let (start, end) = link.split_at(40);
    for text in [
        "Absurd AVOID scissors, anxiety; gather - lottery \"category\" dumb.",
        "1. absurd\n2. avoid\n3. scissors\n4. anxiety\r\n5) gather\n6: lottery\n#7 category\n8 dumb",
        "„absurd avoid scissors anxiety“ ‘gather’ «lottery» category\u{a0}dumb",
        "absu avoi scis anxi gath lott cate dumb",
        "absurd av0id sc1ss0rs anxiety gather 1ottery category dumb",
        "\u{feff}absurd\u{200b} avoid scissors anxiety gather lottery category dumb\u{200e}",
        "Beistand: absurd avoid scissors anxiety gather lottery category dumb",
        CODE,
        "041061050r3gg28a3w",
        " \"O4I06L 050R3G g28a3w\" ",
        "o-4-1 0-6-1 050 R3G G28 A3W",
        LINK,
        &LINK.to_uppercase(),
        &format!("Here is my link: {LINK} Thanks a lot, Anna"),
        &format!("Вот ссылка: {LINK}. Спасибо"),
        &format!("Beistand: help me!\n<{LINK}>\n"),
        &format!("> beistand:{start}=\n> {end}\n"),
        &format!("beistand://{start}\u{200b}{end}/"),
    ] {
        assert_eq!(bytes_of(text), Ok(SECRET), "{text}");
    }
    let bytes = [b"\xef\xbb\xbf".as_slice(), WORDS.as_bytes(), b"\n"].concat();
    assert!(Invite::parse_bytes(&bytes).is_ok());
}

#[test]
fn nothing_is_no_invite() {
    for text in ["", " \r\n\t", "\u{200b}\u{feff}", "\"\"", "- - -"] {
        assert_eq!(parse(text), Err(InviteError::Empty), "{text:?}");
    }
    for text in [
        "hello",
        "https://example.org/watch",
        "I can't get this to work, please call me back",
        "Привет, как дела?",
        "12345",
        "中文中文中文中文中文中文",
    ] {
        let error = parse(text).unwrap_err();
        assert!(
            matches!(error, InviteError::NotAnInvite | InviteError::WordCount { .. }),
            "{text:?}: {error:?}"
        );
    }
    assert_eq!(Invite::parse_bytes(&[0xff; 20]), Err(InviteError::Empty));
}

#[test]
fn ten_mebibytes_are_refused_unread() {
    let text = format!("{WORDS} {}", "x".repeat(10 << 20));
    let start = std::time::Instant::now();
    for _ in 0..1_000 {
        assert_eq!(parse(&text), Err(InviteError::TooLong));
        assert_eq!(Invite::parse_bytes(text.as_bytes()), Err(InviteError::TooLong));
    }
    // In an optimised build, reading it even once takes longer than a thousandth of this.
    assert!(start.elapsed() < Duration::from_secs(1));
    assert!(parse(&format!("{WORDS}{}", " ".repeat(MAX_TEXT_BYTES - WORDS.len()))).is_ok());
    assert_eq!(
        parse(&format!("{WORDS}{}", " ".repeat(MAX_TEXT_BYTES - WORDS.len() + 1))),
        Err(InviteError::TooLong)
    );
}

#[test]
fn a_wrong_word_is_named() {
    let wrong = |word: &str, suggestion| {
        let text = WORDS.replace("scissors", word);
        let expected = InviteError::WrongWord { position: 3, word: word.to_owned(), suggestion };
        assert_eq!(parse(&text), Err(expected.clone()), "{text}");
        assert!(expected.to_string().starts_with("Word 3, "), "{expected}");
    };
    wrong("scisors", Some("scissors"));
    wrong("scsisors", Some("scissors"));
    wrong("qqqqqqqq", None);
    wrong("sci55ors", Some("scissors"));
    let long = WORDS.replace("scissors", &"x".repeat(5_000));
    assert!(matches!(parse(&long), Err(InviteError::WrongWord { word, .. }) if word.len() == 16));
    let mixed = WORDS.replace("scissors", "zoo");
    for (count, text) in
        [(7, "absurd avoid scissors anxiety gather lottery category"), (9, &format!("{mixed} dumb"))]
    {
        assert_eq!(parse(text), Err(InviteError::WordCount { found: count }));
    }
    let swapped = WORDS.replace("absurd avoid", "avoid absurd");
    assert_eq!(parse(&swapped), Err(InviteError::CheckFailed { rendering: InviteRendering::Words }));
}

#[test]
fn a_wrong_character_of_a_code_is_named() {
    let wrong = |position, character| {
        Err(InviteError::WrongCharacter { rendering: InviteRendering::Code, position, character })
    };
    assert_eq!(parse("041061-050U3G-G28A3W"), wrong(10, 'u'));
    assert_eq!(parse("041061-050R3G-G28A3é"), wrong(18, 'é'));
    assert_eq!(parse("041061-050R3G-G28A3X"), wrong(18, 'x'), "the last two bits are zero");
    assert_eq!(parse("041061-050R3G-G28A3"), Err(InviteError::CodeLength { found: 17 }));
    assert_eq!(parse("041061-050R3G-G28A3WW"), Err(InviteError::CodeLength { found: 19 }));
    assert_eq!(
        parse("041061-050R3G-G28B3W"),
        Err(InviteError::CheckFailed { rendering: InviteRendering::Code })
    );
}

#[test]
fn look_alikes_are_refused_and_named() {
    let look = |position, character, latin| Err(InviteError::LookAlike { position, character, latin });
    assert_eq!(parse(&WORDS.replace("avoid", "аvoid")), look(2, 'а', Some('a')));
    assert_eq!(parse(&WORDS.replace("dumb", "duмb")), look(8, 'м', Some('m')));
    assert_eq!(parse(&WORDS.replace("avoid", "avοid")), look(2, 'ο', Some('o')));
    assert_eq!(parse("041061-О50R3G-G28A3W"), look(2, 'О', Some('o')));
    assert_eq!(parse(&LINK.replacen("aeae", "аеае", 1)), look(1, 'а', Some('a')));
    assert!(parse(&LINK.replacen("beistand", "bеistand", 1)).is_err());
    let said = parse(&WORDS.replace("avoid", "аvoid")).unwrap_err().to_string();
    assert!(said.contains('а') && said.contains("\"a\"") && said.contains("keyboard"), "{said}");
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
    for newer in [forged(2, &[0; 200]), forged(255, &body(u64::MAX, 0, &[]))] {
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
    assert!(parse(&forged(1, &body(expiry, 1, &with(8)))).is_ok());
    let mut no_point = body(expiry, 0, &[]);
    no_point[10..42].copy_from_slice(&[0x02; 32]);
    let many = with(8).repeat(9);
    for (why, link) in [
        ("version 0", forged(0, &body(expiry, 0, &[]))),
        ("9 addresses", forged(1, &body(expiry, 9, &many))),
        ("an address that is missing", forged(1, &body(expiry, 1, &[]))),
        ("an address longer than the link", forged(1, &body(expiry, 1, &with(9)))),
        ("bytes left over", forged(1, &body(expiry, 1, &with(7)))),
        ("an address over 128 bytes", forged(1, &body(expiry, 1, &[&[200][..], &[0; 200]].concat()))),
        ("a time that no clock has", forged(1, &body(u64::MAX, 0, &[]))),
        ("an invalid key", forged(1, &no_point)),
    ] {
        assert_eq!(parse(&link), Err(InviteError::LinkInvalid), "{why}");
    }
    let unknown = [&with(8)[..], &[3, 0xff, 0xff, 0x7f]].concat();
    let parsed = parse(&forged(1, &body(expiry, 2, &unknown))).unwrap();
    assert_eq!(parsed.host().unwrap().addresses().len(), 1, "an unknown kind of address is left out");
}

#[test]
fn debug_and_errors_keep_the_secret() {
    let parsed = parse(LINK).unwrap();
    assert!(format!("{parsed:?}").contains("InviteSecret(hidden)"));
    assert_eq!(parsed.secret(), &InviteSecret::from_bytes(&SECRET));
    assert_ne!(parsed.secret(), &InviteSecret::from_bytes(&[0; 10]));
    for text in [
        WORDS.replace("dumb", "dmub"),
        WORDS.replace("dumb", "zoo"),
        LINK.replacen("beistand:a", "beistand:b", 1),
    ] {
        let error = parse(&text).unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(!said.contains("scissors") && !said.contains("aicamcak"), "{said}");
    }
    assert_ne!(Invite::generate().unwrap(), Invite::generate().unwrap());
}

/// Counts how often the check bits miss one wrong word, over 8 x 2,047 x 8 wrong words. With 8 bits it should
/// be 1 in 256, within 4 standard deviations.
#[test]
fn the_check_bits_find_255_of_256_wrong_words() {
    let list = bip39::Language::English.word_list();
    let (mut tried, mut missed) = (0_u32, 0_u32);
    for seed in 0..8 {
        let words = invite([seed * 31 + 5; 10]).words();
        for position in 0..8 {
            let right = words.split(' ').nth(position).unwrap();
            for other in list.iter().filter(|other| **other != right) {
                let text: Vec<_> = words
                    .split(' ')
                    .enumerate()
                    .map(|(at, word)| if at == position { other } else { word })
                    .collect();
                match parse(&text.join(" ")) {
                    Ok(_) => missed += 1,
                    Err(error) => {
                        assert_eq!(error, InviteError::CheckFailed { rendering: InviteRendering::Words })
                    }
                }
                tried += 1;
            }
        }
    }
    let expected = f64::from(tried) / 256.0;
    assert!((f64::from(missed) - expected).abs() < 4.0 * expected.sqrt(), "{missed} of {tried}");
}

/// The same for one wrong character of a code: 1 in 256 if it belongs to the secret, none if it belongs to
/// the check bits.
#[test]
fn the_check_bits_find_255_of_256_wrong_characters() {
    let (mut tried, mut missed) = (0_u32, 0_u32);
    for seed in 0..64 {
        let code: Vec<char> = invite([seed * 3 + 1; 10]).code().replace('-', "").chars().collect();
        for position in 0..18 {
            for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().filter(|other| *other != code[position]) {
                let text: String =
                    code.iter().enumerate().map(|(at, c)| if at == position { other } else { *c }).collect();
                let read = parse(&text);
                assert!(position < 16 || read.is_err(), "{text}");
                tried += u32::from(position < 16);
                missed += u32::from(read.is_ok());
            }
        }
    }
    let expected = f64::from(tried) / 256.0;
    assert!((f64::from(missed) - expected).abs() < 4.0 * expected.sqrt(), "{missed} of {tried}");
}

#[test]
fn any_wrong_character_of_a_link_is_found() {
    for position in "beistand:".len()..LINK.len() {
        for other in "abcdefghijklmnopqrstuvwxyz0123456789*é".chars() {
            let mut text: Vec<char> = LINK.chars().collect();
            if text[position] == other || (text[position], other) == ('o', '0') {
                continue;
            }
            text[position] = other;
            let text: String = text.into_iter().collect();
            assert!(parse(&text).is_err(), "{text}");
            // A sign is skipped like a line break, and the text that follows may then happen to repair the
            // link.
            match parse(&format!("{text} and so on")) {
                Ok(read) => assert_eq!(Ok(read), parse(LINK), "{text}"),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
}

/// Text that may stand between two parts of an invite.
fn gap() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![
        " ",
        "  ",
        "\n",
        "\r\n",
        "\t",
        ", ",
        " - ",
        "\u{a0}",
        "\"",
        "“",
        "”",
        "’ ",
        "\u{200b} ",
        ". ",
        " / ",
        "\n> ",
    ])
    .prop_map(str::to_owned)
}

fn noisy_case(text: &str, upper: u64) -> String {
    text.chars()
        .enumerate()
        .map(
            |(at, c)| {
                if upper >> (at % 64) & 1 == 1 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
            },
        )
        .collect()
}

proptest! {
    #[test]
    fn words_survive_noise(
        bytes: [u8; 10],
        upper: u64,
        gaps in proptest::collection::vec(gap(), 9),
        numbered: bool,
        cut: u8,
    ) {
        let words = invite(bytes).words();
        let mut text = gaps[8].clone();
        for (at, (word, gap)) in words.split(' ').zip(&gaps).enumerate() {
            if numbered {
                text.push_str(&format!("{}. ", at + 1));
            }
            let length = if cut >> at & 1 == 1 { word.len().min(4) } else { word.len() };
            text.push_str(&noisy_case(&word[..length], upper.rotate_left(at as u32 * 8)));
            text.push_str(gap);
        }
        prop_assert_eq!(bytes_of(&text), Ok(bytes), "{}", text);
    }

    #[test]
    fn codes_survive_noise(
        bytes: [u8; 10],
        upper: u64,
        gaps in proptest::collection::vec(proptest::option::weighted(0.3, gap()), 20),
        mixed: u32,
    ) {
        let code = noisy_case(&invite(bytes).code(), upper);
        let mut text = String::new();
        for (at, c) in code.chars().enumerate() {
            text.push(match c {
                '0' if mixed >> at & 1 == 1 => 'O',
                '1' if mixed >> at & 1 == 1 => if at % 2 == 0 { 'l' } else { 'I' },
                c => c,
            });
            text.push_str(gaps[at].as_deref().unwrap_or(""));
        }
        prop_assert_eq!(bytes_of(&text), Ok(bytes), "{}", text);
    }

    #[test]
    fn links_survive_noise(
        bytes: [u8; 10],
        upper: u64,
        width in 20_usize..90,
        gap in gap(),
        before in "[a-zA-Zäß ,.]{0,40}",
        after in "( [a-zA-Zäß ,.]{0,40})?",
    ) {
        let link = link_of(bytes);
        let (scheme, symbols) = link.split_at("beistand:".len());
        let lines: Vec<String> = symbols.as_bytes().chunks(width).map(|line| String::from_utf8(line.to_vec()).unwrap()).collect();
        let text = format!("{before}{}{}{after}", noisy_case(scheme, upper), noisy_case(&lines.join(&gap), upper));
        let parsed = parse(&text);
        prop_assert!(parsed.is_ok(), "{}: {:?}", text, parsed);
        let parsed = parsed.unwrap();
        prop_assert_eq!(parsed.secret().as_bytes(), &bytes);
        prop_assert_eq!(parsed.host().unwrap().addresses().len(), 2);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,400}") {
        if let Err(error) = parse(&text) {
            prop_assert!(error.to_string().len() < 400);
        }
    }

    #[test]
    fn no_link_like_text_makes_it_panic(text in "(beistand:|[a-z2-7]{1,60}|[ \\-,\n]|аеο|1\\. ){0,12}") {
        let _ = parse(&text);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..1200)) {
        let _ = Invite::parse_bytes(&bytes);
    }

    #[test]
    fn no_body_makes_it_panic(version in 0_u8..3, body in proptest::collection::vec(any::<u8>(), 51..500)) {
        let _ = parse(&forged(version, &body));
    }

    #[test]
    fn a_flipped_or_cut_link_is_refused(bytes: [u8; 10], at in 0_usize..150, other in "[a-z2-7]", cut: bool) {
        let link = link_of(bytes);
        let at = "beistand:".len() + at % (link.len() - "beistand:".len());
        let mut changed = link.clone();
        if cut {
            changed.truncate(at);
        } else {
            changed.replace_range(at..=at, &other);
        }
        prop_assert!(changed == link || parse(&changed).is_err(), "{}", changed);
    }
}
