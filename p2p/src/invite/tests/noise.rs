//! Round trips through noise, and junk. Whole pastes of people are tested in `paste_tests`.

use proptest::prelude::*;

use super::*;

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
