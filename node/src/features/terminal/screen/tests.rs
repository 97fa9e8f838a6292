//! What programs print, and what is to be seen then; hostile programs too. How real ones draw is compared
//! with xterm in the end-to-end tests.

use proptest::prelude::*;

use super::*;

fn screen(columns: u16, rows: u16) -> TerminalScreen {
    TerminalScreen::new(TerminalSize::new(columns, rows).unwrap())
}

fn printed(bytes: impl AsRef<[u8]>) -> String {
    let screen = screen(20, 5);
    screen.print(bytes.as_ref());
    screen.text()
}

/// The style in which the first character is drawn.
fn style(sequence: &str) -> CellStyle {
    let screen = screen(20, 5);
    screen.print(format!("{sequence}x").as_bytes());
    screen.sight().rows[0][0].style
}

#[test]
fn text_wraps_scrolls_and_is_edited() {
    for (bytes, text) in [
        ("one\r\ntwo", "one\ntwo"),
        ("0123456789012345678901", "01234567890123456789\n01"),
        ("a\r\nb\r\nc\r\nd\r\ne\r\nf", "b\nc\nd\ne\nf"),
        ("abc\x08\x08X", "aXc"),
        ("abc\r\x1b[1P", "bc"),
        ("abc\r\x1b[2@", "  abc"),
        ("a\tb", "a       b"),
        ("\x1b[2;3Hx", "\n  x"),
        ("one\r\ntwo\x1b[1;1H\x1b[L", "\none\ntwo"),
        ("one\r\ntwo\x1b[1;1H\x1b[M", "two"),
        ("abc\x1b[1K", ""),
        ("abc\x1b[2;4r\x1b[4;1Hx\ny", "abc\n\nx\n y"),
        ("\x1b(0lqk\x1b(B", "┌─┐"),
        ("x\x1b[3b", "xxxx"),
        ("one\x1b[?1049h two\x1b[?1049l", "one"),
    ] {
        assert_eq!(printed(bytes), text, "{bytes:?}");
    }
}

#[test]
fn wide_characters_marks_and_emoji_take_their_room() {
    assert_eq!(printed("世界x"), "世界x");
    let screen = screen(20, 5);
    screen.print("世e\u{301}🦀x".as_bytes());
    let places: Vec<_> =
        screen.sight().rows[0].iter().map(|run| (run.column, run.columns, run.text.clone())).collect();
    let place = |column, columns, text: &str| (column, columns, text.to_owned());
    assert_eq!(
        places[..4],
        [
            place(0, 2, "世"),
            place(2, 1, "e\u{301}"),
            place(3, 2, "🦀"),
            place(5, 15, &format!("x{}", " ".repeat(14)))
        ]
    );
    // One that doesn't fit goes to the next row.
    assert_eq!(printed("0123456789012345678世"), "0123456789012345678\n世");
}

#[test]
fn colours_of_all_three_kinds_and_attributes_are_drawn() {
    assert_eq!(style("\x1b[38;5;196m").ink, [255, 0, 0]);
    assert_eq!(style("\x1b[38;2;1;2;3m").ink, [1, 2, 3]);
    assert_eq!(style("\x1b[48;2;1;2;3m").paper, Some([1, 2, 3]));
    assert_eq!(style("\x1b[31;1m").ink, style("\x1b[91m").ink, "bold is bright");
    let inverse = style("\x1b[7m");
    assert_eq!((inverse.ink, inverse.paper), (CellStyle::PAPER, Some(style("").ink)));
    let all = style("\x1b[1;3;4;9m");
    assert!(all.bold && all.italic && all.underline && all.strikeout);
    assert_eq!(style("\x1b[1;3;4;9m\x1b[0m"), style(""));
}

#[test]
fn what_has_scrolled_out_of_sight_can_be_looked_at_searched_and_copied() {
    let screen = screen(20, 5);
    for line in 0..100 {
        screen.print(format!("line {line}\r\n").as_bytes());
    }
    assert_eq!(screen.sight().history, 96);
    assert!(screen.find("LINE 7"), "the last one that fits is found first");
    assert_eq!(screen.selected().as_deref(), Some("line 7"));
    let first = screen.sight().back;
    assert!(screen.find("line 7"));
    assert!(screen.sight().back > first, "then one further back");
    assert!(!screen.find("(a+)+$"), "it is no pattern");
    screen.scroll_to_end();
    let place = |row, column, right| ScreenPlace { row, column, right };
    screen.select(Some((place(0, 5, false), place(1, 5, true))));
    assert_eq!(screen.selected().as_deref(), Some("96\nline 9"));
    screen.scroll(1_000_000);
    assert_eq!(screen.sight().back, 96);
}

#[test]
fn no_more_lines_are_kept_than_are_said() {
    let screen = screen(20, 5);
    screen.print(&b"x\r\n".repeat(2 * SCROLLBACK_LINES));
    assert_eq!(screen.sight().history, SCROLLBACK_LINES);
}

#[test]
fn a_new_size_breaks_lines_differently() {
    let screen = screen(20, 5);
    screen.print(b"0123456789012345");
    screen.resize(TerminalSize::new(10, 5).unwrap());
    assert_eq!((screen.text().as_str(), screen.sight().history), ("012345", 1));
    assert_eq!(screen.size(), TerminalSize::new(10, 5).unwrap());
    screen.resize(TerminalSize::new(20, 5).unwrap());
    assert!(screen.find("0123456789012345"), "nothing is lost");
}

#[test]
fn clipboard_links_titles_colours_and_bells_do_nothing() {
    for sequence in [
        "\x1b]52;c;aGVsbG8=\x07",
        "\x1b]52;c;?\x1b\\",
        "\x1b]8;;https://example.org\x1b\\",
        "\x1b]0;a title\x07",
        "\x1b]2;a title\x1b\\",
        "\x1b]4;1;rgb:ff/00/00\x07",
        "\x1b]10;?\x07",
        "\x1b]104\x07",
        "\x1b]1337;File=name=eA==:eA==\x07",
        "\x1b]777;notify;a;b\x07",
        "\x1bP+q544e\x1b\\",
        "\x1b_Gi=31,s=1,v=1,a=q;AAAA\x1b\\",
        "\x1b[22t",
        "\x1b[21t",
        "\x07",
    ] {
        assert_eq!(printed(format!("a{sequence}b")), "ab", "{sequence:?}");
        // Cut at any place.
        for at in 0..sequence.len() {
            let screen = screen(20, 5);
            screen.print(b"a");
            screen.print(&sequence.as_bytes()[..at]);
            screen.print(&sequence.as_bytes()[at..]);
            screen.print(b"b");
            assert_eq!(screen.text(), "ab", "{sequence:?} at {at}");
        }
    }
    assert_eq!(printed("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\"), "link");
    // An end that isn't one begins the next sequence.
    assert_eq!(printed("a\x1b]0;x\x1b[2;1Hb"), "a\nb");
    assert_eq!(printed("a\x1b]0;never ended \x18b"), "ab");
}

#[test]
fn a_string_without_an_end_is_kept_nowhere() {
    let screen = screen(20, 5);
    for opening in ["\x1b]52;c;", "\x1bP", "\x1b_", "\x1b^", "\x1bX"] {
        screen.print(opening.as_bytes());
        for _ in 0..64 {
            screen.print(&[b'A'; 16 << 10]);
        }
        screen.print(b"\x1b\\");
        assert_eq!(screen.text(), "");
    }
}

#[test]
fn no_byte_after_an_escape_opens_a_string_that_is_kept() {
    for byte in 0..=u8::MAX {
        let screen = screen(20, 5);
        screen.print(&[0x1b, byte, b']']);
        screen.print(b"52;c;");
        // Where the sequence had ended the rest is text; where it had not it is a string, and is dropped.
        let is_open = matches!(byte, 0x00..=0x17 | 0x19 | 0x1b..=0x1f | b']' | 0x7f..);
        assert_eq!(screen.lock().parser.drops(), is_open, "{byte:#x}");
        screen.print(b"aGk=\x07\x1b\\\x18end");
        let text = screen.text();
        assert!(text.ends_with("end"), "{byte:#x}: {text:?}");
        let is_text = !is_open && !matches!(byte, b'P' | b'X' | b'^' | b'_');
        assert_eq!(text.contains("aGk="), is_text, "{byte:#x}: {text:?}");
    }
}

#[test]
fn huge_counts_are_clamped() {
    for sequence in [
        "\x1b[65535b",
        "\x1b[65535L",
        "\x1b[65535M",
        "\x1b[65535@",
        "\x1b[65535P",
        "\x1b[65535X",
        "\x1b[65535S",
        "\x1b[65535T",
        "\x1b[65535A",
        "\x1b[65535B",
        "\x1b[65535C",
        "\x1b[65535I",
        "\x1b[65535Z",
        "\x1b[65535;65535H",
        "\x1b[65535;65535r",
        "\x1b[99999999999999999999b",
        "\x1b[65535d",
        "\x1b[65535G",
    ] {
        let screen = screen(20, 5);
        screen.print(format!("x{sequence}").repeat(20).as_bytes());
        screen.print(b"\x1b[r\x1b[2J\x1b[5;1Hend");
        assert!(screen.text().ends_with("end"), "{sequence}");
    }
    // A repetition prints what fits a few screens, whatever it says.
    let screen = screen(20, 5);
    screen.print(b"x\x1b[65535b");
    assert!(screen.sight().history < 50, "{}", screen.sight().history);
}

#[test]
fn a_cell_keeps_few_marks() {
    let screen = screen(20, 5);
    screen.print("a".as_bytes());
    for _ in 0..1000 {
        screen.print("\u{301}\u{302}".as_bytes());
        // However one gets back to it.
        screen.print("\x1b[C\x1b[D\u{303}".as_bytes());
    }
    let marks = screen.text().chars().count();
    assert!(marks <= 10, "{marks}");
}

#[test]
fn bad_utf_8_is_shown_as_such() {
    assert_eq!(printed(b"a\xffb"), "a\u{fffd}b");
    assert_eq!(printed(b"\xc3("), "\u{fffd}(");
    assert_eq!(printed(b"\xed\xa0\x80").replace('\u{fffd}', ""), "");
}

#[test]
fn a_repainting_shows_the_same() {
    let before = screen(20, 5);
    before.print(
        "one\x1b[31mred\x1b[0m 世 \x1b[44;1m bold \x1b[0m\r\n\r\n\x1b[7minverse\x1b[0m\x1b[?1h".as_bytes(),
    );
    before.print(b"\x1b[5;20Hx\x1b[2;7H\x1b[38;2;1;2;3mz");
    let after = screen(20, 5);
    after.print(b"something else");
    after.print(&before.repainting());
    let strip = |screen: &TerminalScreen| ScreenSight { history: 0, ..screen.sight() };
    assert_eq!(strip(&after), strip(&before));
    assert_eq!(after.key_modes(), before.key_modes());
}

#[test]
fn nothing_of_a_screen_is_in_a_log() {
    let screen = screen(20, 5);
    screen.print(b"hunter2");
    assert!(!format!("{screen:?}").contains("hunter2"));
}

#[test]
fn a_part_of_the_screen_that_scrolls_while_somebody_looks_back_leads_nowhere() {
    let screen = screen(20, 5);
    screen.print(b"1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n");
    screen.scroll(3);
    screen.print(b"\x1b[2;5r\x1b[5;1H\n\n\n\n\n\n");
    let sight = screen.sight();
    assert!(sight.back <= sight.history, "{} of {}", sight.back, sight.history);
}

/// Bytes that look like what programs print.
fn any_output() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        "[a-z ]{0,30}".prop_map(String::into_bytes),
        "\\PC{0,10}".prop_map(String::into_bytes),
        "\x1b\\[[?>=!]?[0-9]{0,5}(;[0-9]{0,5}){0,3}[ \"$']?[@-~]".prop_map(String::into_bytes),
        "\x1b[\\]P_^X()#78cDEHMNOZ=>][0-9;?a-z]{0,8}(\x1b\\\\|\x07)?".prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..20),
        Just(b"\r\n\t\x08".to_vec()),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_printed_does_no_harm(
        output in any_output(),
        columns in 2..40_u16,
        rows in 1..12_u16,
        at: prop::sample::Index,
    ) {
        let screen = screen(20, 5);
        let at = at.index(output.len() + 1);
        screen.print(&output[..at]);
        screen.resize(TerminalSize::new(columns, rows).unwrap());
        screen.scroll(3);
        screen.print(&output[at..]);
        screen.find("a");
        let sight = screen.sight();
        prop_assert_eq!(sight.rows.len(), usize::from(rows));
        for run in sight.rows.iter().flatten() {
            prop_assert!(run.column + run.columns <= columns);
        }
        screen.print(&screen.repainting());
    }
}
