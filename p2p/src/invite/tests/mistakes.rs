//! Single mistakes, and text without an invite: each is refused, and named where possible.

use super::*;

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
