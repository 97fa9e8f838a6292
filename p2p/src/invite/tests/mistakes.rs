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
    let wrong = |words: &str, right: &str, word: &str| {
        let text = words.replace(right, word);
        let error = parse(&text).unwrap_err();
        assert!(error.to_string().starts_with("Word 3, "), "{error}");
        let InviteError::WrongWord { position: 3, word: named, proposals } = error else {
            panic!("{text}: {error:?}");
        };
        assert!(named == word && proposals.len() <= MAX_PROPOSALS, "{text}: {proposals:?}");
        proposals.first().copied()
    };
    for word in ["avation", "aviatoin", "afiation", "av1atton"] {
        assert_eq!(wrong(WORDS, "aviation", word), Some("aviation"), "{word}");
    }
    assert_eq!(wrong(WORDS, "aviation", "qqqqqqqq"), None);
    assert_eq!(wrong(GERMAN_WORDS, "anliegen", "anlihgen"), Some("anliegen"));
    assert_eq!(wrong(GERMAN_WORDS, "anliegen", "elephant"), Some("elefant"), "a word of the other list");
    let long = WORDS.replace("aviation", &"x".repeat(5_000));
    assert!(matches!(parse(&long), Err(InviteError::WrongWord { word, .. }) if word.len() == 16));
    let mixed = WORDS.replace("aviation", "zigzag");
    for (count, text) in [(5, "avoid acoustic aviation olive ambush"), (7, &format!("{mixed} eggshell"))] {
        assert_eq!(parse(text), Err(InviteError::WordCount { found: count }));
    }
    let swapped = WORDS.replace("avoid acoustic", "acoustic avoid");
    assert_eq!(parse(&swapped), Err(InviteError::CheckFailed { rendering: InviteRendering::Words }));
}

#[test]
fn a_wrong_character_of_a_code_is_named() {
    let wrong = |position, character| {
        Err(InviteError::WrongCharacter { rendering: InviteRendering::Code, position, character })
    };
    assert_eq!(parse("20G3-0U2G-C1R8-QX"), wrong(6, 'u'));
    assert_eq!(parse("20G3-0G2G-C1R8-Qé"), wrong(14, 'é'));
    assert_eq!(parse("20G3-0G2G-C1R8-Q"), Err(InviteError::CodeLength { found: 13 }));
    assert_eq!(parse("20G3-0G2G-C1R8-QXX"), Err(InviteError::CodeLength { found: 15 }));
    assert_eq!(
        parse("20G3-0G2H-C1R8-QX"),
        Err(InviteError::CheckFailed { rendering: InviteRendering::Code })
    );
}

#[test]
fn look_alikes_are_refused_and_named() {
    let look = |position, character, latin| Err(InviteError::LookAlike { position, character, latin });
    assert_eq!(parse(&WORDS.replace("avoid", "аvoid")), look(1, 'а', Some('a')));
    assert_eq!(parse(&WORDS.replace("ambush", "aмbush")), look(5, 'м', Some('m')));
    assert_eq!(parse(&WORDS.replace("avoid", "avοid")), look(1, 'ο', Some('o')));
    assert_eq!(parse("20G3-ОG2G-C1R8-QX"), look(2, 'О', Some('o')));
    assert_eq!(parse(&LINK.replacen("aiae", "аiае", 1)), look(1, 'а', Some('a')));
    assert!(parse(&LINK.replacen("beistand", "bеistand", 1)).is_err());
    let said = parse(&WORDS.replace("avoid", "аvoid")).unwrap_err().to_string();
    assert!(said.contains('а') && said.contains("\"a\"") && said.contains("keyboard"), "{said}");
}

#[test]
fn debug_and_errors_keep_the_secret() {
    let parsed = parse(LINK).unwrap();
    assert!(format!("{parsed:?}").contains("InviteSecret(hidden)"));
    assert_eq!(parsed.secret(), &InviteSecret::from_bytes(&SECRET).unwrap());
    assert_ne!(parsed.secret(), &InviteSecret::from_bytes(&[0; 8]).unwrap());
    for text in [
        WORDS.replace("ambush", "abmush"),
        WORDS.replace("ambush", "zigzag"),
        LINK.replacen("beistand:a", "beistand:b", 1),
    ] {
        let error = parse(&text).unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(!said.contains("aviation") && !said.contains("aicamcak"), "{said}");
    }
    assert_ne!(Invite::generate().unwrap(), Invite::generate().unwrap());
}

/// Counts how often the check bits miss one wrong word, over all wrong words at each place of some invites.
/// With 6 bits it should be 1 in 64, within 4 standard deviations; no wrong word makes a text of the other
/// list.
#[test]
fn the_check_bits_find_63_of_64_wrong_words() {
    let (mut tried, mut missed) = (0_u32, 0_u32);
    for (seed, language) in (0..8).zip(InviteLanguage::ALL.into_iter().cycle()) {
        let secret = invite([seed, 7, seed * 31 + 5, 1, 9, seed * 7, 3, 200]);
        let words = secret.words(language);
        for position in 0..6 {
            let right = words.split(' ').nth(position).unwrap();
            for other in language.list().iter().filter(|other| **other != right) {
                let text: Vec<_> = words
                    .split(' ')
                    .enumerate()
                    .map(|(at, word)| if at == position { other } else { word })
                    .collect();
                match parse(&text.join(" ")) {
                    Ok(read) => {
                        assert_eq!(read.words(language).as_str(), text.join(" "));
                        missed += 1;
                    }
                    Err(error) => {
                        assert_eq!(error, InviteError::CheckFailed { rendering: InviteRendering::Words })
                    }
                }
                tried += 1;
            }
        }
    }
    let expected = f64::from(tried) / 64.0;
    assert!((f64::from(missed) - expected).abs() < 4.0 * expected.sqrt(), "{missed} of {tried}");
}

/// The same for one wrong character of a code: 1 in 1,024 if it belongs to the secret, none if it belongs to
/// the check bits.
#[test]
fn the_check_bits_find_1023_of_1024_wrong_characters() {
    let (mut tried, mut missed) = (0_u32, 0_u32);
    for seed in 0..200 {
        let secret = invite([seed % 16, seed, 3, seed.wrapping_mul(31), 5, 6, seed, 8]);
        let code: Vec<char> = secret.code().replace('-', "").chars().collect();
        for position in 0..14 {
            for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().filter(|other| *other != code[position]) {
                let text: String =
                    code.iter().enumerate().map(|(at, c)| if at == position { other } else { *c }).collect();
                let read = parse(&text);
                assert!(position < 12 || read.is_err(), "{text}");
                tried += u32::from(position < 12);
                missed += u32::from(read.is_ok());
            }
        }
    }
    let expected = f64::from(tried) / 1024.0;
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
