//! Round trips through noise, and junk. Whole pastes of people are tested in `paste_tests`.

use proptest::prelude::*;

use super::*;

#[test]
fn what_people_paste_is_taken() {
    let link = LINK.strip_prefix("beistand:").unwrap();
    let (start, end) = link.split_at(40);
    for text in [
        "Avoid ACOUSTIC aviation, olive; ambush - \"eggshell\".",
        "1. avoid\n2. acoustic\n3. aviation\n4. olive\r\n5) ambush\n#6 eggshell",
        "„avoid acoustic aviation olive“ ‘ambush’ «eggshell»\u{a0}",
        "avoi acou avia oliv ambu eggs",
        "av0id ac0ustic aviat10n o1ive ambush eggshe11",
        GERMAN_WORDS,
        &GERMAN_WORDS.to_uppercase(),
        "Einladung: anme, abfo, anli, oper, achs, espr",
        "\u{feff}avoid\u{200b} acoustic aviation olive ambush eggshell\u{200e}",
        "Beistand: avoid acoustic aviation olive ambush eggshell",
        CODE,
        "20g30g2gc1r8qx",
        " \"2OG3 og2g cIr8 qx\" ",
        "2-o-g 3-0-g 2GC L R8 QX",
        "20G30G2 GC1R8QX",
        "20G 30G 2GC 1R8 QX",
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

/// The bytes of any secret.
fn secret_bytes() -> impl Strategy<Value = [u8; 8]> {
    any::<u64>().prop_map(|bits| (bits >> 4).to_be_bytes())
}

proptest! {
    #[test]
    fn words_survive_noise(
        bytes in secret_bytes(),
        german: bool,
        upper: u64,
        gaps in proptest::collection::vec(gap(), 7),
        numbered: bool,
        cut: u8,
    ) {
        let language = if german { InviteLanguage::German } else { InviteLanguage::English };
        prop_assume!(words::is_clear(invite(bytes).secret()));
        let words = invite(bytes).words(language);
        let mut text = gaps[6].clone();
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
        bytes in secret_bytes(),
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
        bytes in secret_bytes(),
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
    fn no_body_makes_it_panic(version in 0_u8..3, body in proptest::collection::vec(any::<u8>(), 49..500)) {
        let _ = parse(&forged(version, &body));
    }

    #[test]
    fn a_flipped_or_cut_link_is_refused(bytes in secret_bytes(), at in 0_usize..150, other in "[a-z2-7]", cut: bool) {
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
