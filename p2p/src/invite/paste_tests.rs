//! Invites as people paste them: in chats, in quoted and wrapped mails, numbered, in the alphabets of other
//! keyboards. What is meant is found, or refused with a reason; a wrong one is never taken without a word.

use std::time::{Duration, Instant, SystemTime};

use libp2p::identity::Keypair;
use proptest::prelude::*;

use super::*;

const SECRET: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];
const OTHER: [u8; 8] = [9; 8];
const WORDS: &str = "avoid acoustic aviation olive ambush eggshell";
const CODE: &str = "20G3-0G2G-C1R8-QX";

fn invite(bytes: [u8; 8]) -> Invite {
    Invite { secret: InviteSecret::from_bytes(&bytes).unwrap(), host: None }
}

fn link(bytes: [u8; 8]) -> String {
    let host = Keypair::ed25519_from_bytes([7; 32]).unwrap().public().try_into_ed25519().unwrap();
    let addresses =
        ["/ip4/192.0.2.1/tcp/4001", "/ip6/2001:db8::1/udp/4001/quic-v1"].map(|text| text.parse().unwrap());
    let expiry = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    invite(bytes).link(&host, &addresses, expiry).to_string()
}

fn secret_in(text: &str) -> Result<[u8; 8], InviteError> {
    Invite::parse(text).map(|invite| *invite.secret().as_bytes())
}

fn full_width(text: &str) -> String {
    let wide = |c: char| match c {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
        other => other,
    };
    text.chars().map(wide).collect()
}

fn wrapped(text: &str, width: usize, line: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let lines: Vec<String> = chars.chunks(width).map(|chunk| chunk.iter().collect()).collect();
    lines.join(line)
}

fn each_word(line: impl Fn(usize, &str) -> String) -> String {
    WORDS.split(' ').enumerate().map(|(at, word)| line(at + 1, word)).collect()
}

#[test]
fn an_invite_is_found_in_whatever_was_pasted_with_it() {
    let link = link(SECRET);
    let mail: String = (0..60).map(|n| format!("> line {n} of the mail before this one, quoted\n")).collect();
    for text in [
        format!("\n\n{WORDS}\n"),
        WORDS.replacen(" olive", "\nolive", 1),
        format!("[10:31, 3/5/2024] Oma: {WORDS}"),
        format!("03.05.24, 10:31 - Oma: {WORDS}"),
        format!("[10:30, 3/5/2024] Oma: Hallo\n[10:31, 3/5/2024] Oma: {WORDS}\n[10:32, 3/5/2024] Oma: ok?"),
        each_word(|at, word| format!("[10:3{at}, 3/5/2024] Oma: {word}\n")),
        each_word(|_, word| format!("<Oma> {word}\n")),
        each_word(|at, word| format!("Wort {at}: {word}\n")),
        format!("Hallo, hier die Wörter: {WORDS} LG Oma"),
        format!("Can you use it? {WORDS}. Thank you, Gran"),
        each_word(|at, word| format!("{at}. {word}\n")),
        each_word(|at, word| format!("{at}) {word}, ")),
        each_word(|at, word| format!("{at}{word} ")),
        each_word(|at, word| format!("{}) {word}\n", char::from(b'`' + u8::try_from(at).unwrap()))),
        each_word(|_, word| format!("o   {word}\n")),
        each_word(|at, word| format!("{}\u{20e3} {word}\n", at)),
        each_word(|_, word| format!("> > {word}\n")),
        format!("Привет! Вот слова: {WORDS}. Спасибо"),
        format!("Code: {CODE}"),
        "Der Code ist 20G3 0G2G C1R8 QX, danke".to_owned(),
        "Der Code ist 20 G3 0G 2G C1 R8 QX, danke".to_owned(),
        format!("{}\n{}", "Code:", "2 0 g 3 - 0 g 2 g - c 1 r 8 - q x"),
        format!("{mail}{link}\n-- \nSent from my phone\n"),
        format!("{mail}\n> {}\n\nLG", wrapped(&link, 72, "\n> ")),
        format!("<{link}>"),
        format!("<a href=\"{link}\">{link}</a>"),
        link.replacen(':', "%3A", 1),
        wrapped(&format!("Hier ist der Link, den Du wolltest, liebe Tess: {link}"), 60, "\n"),
        wrapped(&link, 60, "=\n"),
        wrapped(&link, 78, "\r\n>> "),
        format!("{WORDS}\n\n{CODE}\n\n{link}\n"),
        full_width(WORDS),
        full_width(&format!("Code: {CODE}")),
        full_width(&link),
        WORDS.to_uppercase().replace('I', "İ"),
        WORDS.replace('i', "ı"),
        WORDS.replace('i', "i\u{307}"),
        WORDS.replace(' ', ","),
        format!("“{WORDS}”."),
        format!("{WORDS}\n{WORDS}\n").replacen("avoid", "- avoid", 2),
    ] {
        assert_eq!(secret_in(&text), Ok(SECRET), "{text}");
    }
}

#[test]
fn a_link_is_preferred_to_words_and_code_that_agree_with_it() {
    let host = |text: String| Invite::parse(&text).unwrap().host().cloned();
    assert!(host(format!("Words:  {WORDS}\nCode:   {CODE}\nLink:   {}\n", link(SECRET))).is_some());
    assert!(host(format!("Words:  {WORDS}\nCode:   {CODE}\n")).is_none());
}

#[test]
fn files_of_other_encodings_are_read() {
    let utf16 = |text: &str, mark: [u8; 2], unit: fn(u16) -> [u8; 2]| {
        let units = text.encode_utf16().flat_map(unit);
        mark.into_iter().chain(units).collect::<Vec<u8>>()
    };
    for bytes in [
        utf16(WORDS, [0xff, 0xfe], u16::to_le_bytes),
        utf16(WORDS, [0xfe, 0xff], u16::to_be_bytes),
        [b"die W\xf6rter: ", WORDS.as_bytes()].concat(),
        [b"\xef\xbb\xbf", WORDS.as_bytes()].concat(),
    ] {
        assert!(Invite::parse_bytes(&bytes).is_ok(), "{bytes:?}");
    }
}

#[test]
fn two_invites_in_one_text_are_refused_as_two() {
    let (one, two) = (invite(SECRET), invite(OTHER));
    for (first, second) in [
        (one.words(InviteLanguage::English).to_string(), two.words(InviteLanguage::English).to_string()),
        (one.words(InviteLanguage::English).to_string(), two.code().to_string()),
        (one.code().to_string(), two.code().to_string()),
        (link(SECRET), link(OTHER)),
        (link(SECRET), two.words(InviteLanguage::English).to_string()),
        (
            format!("{}\n{}", link(SECRET), one.words(InviteLanguage::English).as_str()),
            two.words(InviteLanguage::English).to_string(),
        ),
        (
            format!("{}\n{}", link(SECRET), one.words(InviteLanguage::English).as_str()),
            format!("{}\n{}", link(OTHER), two.words(InviteLanguage::English).as_str()),
        ),
    ] {
        for text in [format!("{first}\n{second}"), format!("{second} und {first}")] {
            assert_eq!(secret_in(&text), Err(InviteError::Ambiguous), "{text}");
        }
    }
}

/// A word of the list follows, so the last five words and that one fit in one of 64 texts; what two
/// renderings agree on is meant all the same.
#[test]
fn six_words_that_fit_by_chance_do_not_hide_what_the_renderings_agree_on() {
    let mut met = 0;
    for seed in 0..=u8::MAX {
        for other in 0..2 {
            let bytes = [other, seed, 3, 4, 5, 6, 7, 8];
            let invite = invite(bytes);
            let words = format!("Words: {} zigzag\n", invite.words(InviteLanguage::English).as_str());
            met += u32::from(secret_in(&words) == Err(InviteError::Ambiguous));
            assert_eq!(secret_in(&format!("{words}Code: {}", invite.code().as_str())), Ok(bytes));
        }
    }
    assert!(met > 0, "none of 512 texts had it");
}

#[test]
fn a_mistake_is_named_wherever_the_invite_stands() {
    for (from, to, position) in
        [("aviation", "aviatoin", 3), ("avoid", "avoyd", 1), ("eggshell", "egshell", 6)]
    {
        let words = WORDS.replace(from, to);
        for text in [
            words.clone(),
            format!("Words:  {words}\nCode:   20G3\n"),
            format!("[10:31, 3/5/2024] Oma: {words}"),
            format!("Hallo Tess, hier sind sie:\n\n{words}\n\nLG Oma"),
            words.split(' ').map(|word| format!("- {word}\n")).collect(),
        ] {
            match secret_in(&text).unwrap_err() {
                InviteError::WrongWord { position: at, word, proposals } => {
                    assert_eq!((at, word.as_str(), proposals.first()), (position, to, Some(&from)), "{text}");
                }
                error => panic!("{text}: {error:?}"),
            }
        }
    }
    let short = WORDS.replace(" eggshell", "");
    for text in [format!("Hallo Tess,\n{short}\nLG Oma"), short.clone()] {
        assert_eq!(secret_in(&text), Err(InviteError::WordCount { found: 5 }), "{text}");
    }
    let mixed = WORDS.replace("eggshell", "zigzag");
    let failed = |rendering| Err(InviteError::CheckFailed { rendering });
    assert_eq!(secret_in(&format!("Hallo:\n{mixed}\nLG")), failed(InviteRendering::Words));
    assert_eq!(secret_in("Der Code: 20G3-0G2H-C1R8-QX, danke"), failed(InviteRendering::Code));
    assert_eq!(
        secret_in("Der Code: 20G3-0U2G-C1R8-QX, danke"),
        Err(InviteError::WrongCharacter { rendering: InviteRendering::Code, position: 6, character: 'u' })
    );
    let cut = &link(SECRET)[..90];
    assert_eq!(secret_in(&format!("Der Link: {cut}")), Err(InviteError::LinkCutOff));
    assert_eq!(
        secret_in(&format!("Вот слова: {}", WORDS.replace("avoid", "аvoid"))),
        Err(InviteError::LookAlike { position: 1, character: 'а', latin: Some('a') })
    );
    let prose =
        "Hi Tess, the printer does not print and I have no idea what to do about it. Can you help me today?";
    assert_eq!(secret_in(prose), Err(InviteError::NotAnInvite));
}

/// The worst that a text can hold for its length takes no more than a bounded time per byte: twice the text
/// takes about twice the time, and the longest one much less than a person notices.
#[test]
fn the_longest_text_is_read_at_once() {
    let longest = |piece: &str| piece.repeat(MAX_TEXT_BYTES / piece.len());
    for text in [
        longest("zigzag "),
        longest("beistand:aiaec"),
        longest("beistand"),
        longest(&link(SECRET)[..150]),
        longest("20G3-"),
        longest("a1 "),
        longest("Oma: zigzag\n"),
        longest("аvoid "),
        longest("\u{fdfa}"),
        longest(": "),
        longest("x"),
    ] {
        let start = Instant::now();
        let _ = Invite::parse(&text);
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}: {:?}", text.chars().next(), start.elapsed());
    }
}

/// What may stand before and after an invite: sentences, chats, and what looks like parts of an invite.
fn around() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "Hallo",
            "Tess,",
            "the words:",
            "zigzag",
            "avoid",
            "elefant",
            "code",
            "Code:",
            "Link:",
            "beistand:",
            "Beistand",
            "ABCDEF",
            "20G3-",
            "12.",
            "3)",
            "a",
            "aiaec",
            "\n",
            "\n> ",
            "[10:31, 3/5/2024] Oma:",
            "\"",
            "<",
            ">",
            "слова",
            "ﬁ",
            "İ",
            "=\n",
            "...",
            "LG",
            "http://x.org/a?b=c",
            "\u{200b}",
            "—",
        ])
        .prop_map(str::to_owned),
        "[ -~]{0,12}",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.join(" "))
}

fn written() -> impl Strategy<Value = ([u8; 8], String)> {
    (any::<u64>(), any::<bool>(), 0..7_u8, 60_usize..79).prop_map(|(bits, german, way, width)| {
        let bytes = (bits >> 4).to_be_bytes();
        let language = if german { InviteLanguage::German } else { InviteLanguage::English };
        let words = invite(bytes).words(language).to_string();
        let text = match way {
            0 => words,
            1 => words.split(' ').enumerate().map(|(at, word)| format!("\n{}. {word}", at + 1)).collect(),
            2 => words.replace(' ', ", ").to_uppercase(),
            3 => invite(bytes).code().to_string(),
            4 => link(bytes),
            5 => wrapped(&link(bytes), width, "\n> "),
            _ => format!("Words: {words}\nCode: {}\nLink: {}", invite(bytes).code().as_str(), link(bytes)),
        };
        (bytes, text)
    })
}

proptest! {
    #[test]
    fn an_invite_in_any_text_is_found_or_refused_as_one_of_several(
        before in around(),
        (bytes, text) in written(),
        after in around(),
    ) {
        let pasted = format!("{before}\n{text}\n{after}");
        let read = secret_in(&pasted);
        prop_assert!(read == Ok(bytes) || read == Err(InviteError::Ambiguous), "{:?}: {}", read, pasted);
    }

    #[test]
    fn two_invites_in_any_text_are_never_taken_for_one(
        before in around(),
        (one, first) in written(),
        (two, second) in written(),
        after in around(),
    ) {
        prop_assume!(one != two);
        let read = secret_in(&format!("{before}\n{first}\n{second}\n{after}"));
        prop_assert_eq!(read, Err(InviteError::Ambiguous));
    }

    #[test]
    fn a_text_without_an_invite_is_refused_in_words(text in around()) {
        if let Err(error) = secret_in(&text) {
            prop_assert!((20..400).contains(&error.to_string().len()));
        }
    }

    #[test]
    fn no_bytes_of_any_encoding_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..3000), mark in 0..3_usize) {
        let marked = [[0xff, 0xfe].as_slice(), &[0xfe, 0xff], &[]][mark];
        let _ = Invite::parse_bytes(&[marked, &bytes].concat());
    }
}
