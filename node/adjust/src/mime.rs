//! The files in which desktops keep which program opens what, as freedesktop.org's "Association between MIME
//! types and applications" describes them, and the entries of programs.
//!
//! What is not asked about stays as it is, to the letter.

/// The part of the file with what the user has chosen.
const CHOSEN: &str = "[Default Applications]";

/// What the user has chosen for a type: one program or several, as the line has them.
pub(crate) fn chosen<'a>(text: &'a str, mime: &str) -> Option<&'a str> {
    lines(text).find_map(|(_, line)| value_of(line, mime)).filter(|value| !value.is_empty())
}

/// The text with `programs` chosen for a type, or with none.
pub(crate) fn choose(text: &str, mime: &str, programs: Option<&str>) -> String {
    let old = lines(text).find(|(_, line)| value_of(line, mime).is_some()).map(|(index, _)| index);
    let mut all: Vec<String> = text.lines().map(str::to_owned).collect();
    let new = programs.map(|programs| format!("{mime}={programs}"));
    match (old, new) {
        (Some(index), Some(new)) => all[index] = new,
        (Some(index), None) => drop(all.remove(index)),
        (None, Some(new)) => match all.iter().position(|line| line.trim() == CHOSEN) {
            Some(head) => all.insert(head + 1, new),
            None => all.extend([CHOSEN.to_owned(), new]),
        },
        (None, None) => {}
    }
    all.into_iter().map(|line| line + "\n").collect()
}

/// The lines of what was chosen, with their places in the whole text.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut inside = false;
    text.lines().enumerate().filter(move |(_, line)| {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line == CHOSEN;
            return false;
        }
        inside
    })
}

fn value_of<'a>(line: &'a str, mime: &str) -> Option<&'a str> {
    let (key, value) = line.split_once('=')?;
    (key.trim() == mime).then(|| value.trim())
}

/// Whether a program's entry says that it opens a type and can be started.
pub(crate) fn opens(entry: &str, mime: &str) -> bool {
    let mut inside = false;
    let (mut opens, mut usable) = (false, true);
    for line in entry.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line == "[Desktop Entry]";
        }
        let Some((key, value)) = line.split_once('=').filter(|_| inside) else { continue };
        match (key.trim(), value.trim()) {
            ("MimeType", types) => opens |= types.split(';').any(|one| one.trim() == mime),
            ("Hidden", "true") => usable = false,
            (_, _) => {}
        }
    }
    opens && usable
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "# mine\n[Added Associations]\na/b=x.desktop;\n\n[Default Applications]\n\
        a/b=y.desktop\nc/d = z.desktop;w.desktop;\n[Removed Associations]\nc/d=v.desktop\n";

    #[test]
    fn what_was_chosen_is_read_and_changed_and_all_else_stays() {
        assert_eq!(chosen(TEXT, "a/b"), Some("y.desktop"));
        assert_eq!(chosen(TEXT, "c/d"), Some("z.desktop;w.desktop;"));
        assert_eq!(chosen(TEXT, "e/f"), None);
        assert_eq!(choose(TEXT, "a/b", Some("y.desktop")), TEXT);
        let without = choose(TEXT, "a/b", None);
        assert_eq!(without, TEXT.replace("a/b=y.desktop\n", ""));
        assert_eq!(choose("", "a/b", Some("x")), "[Default Applications]\na/b=x\n");
        assert_eq!(choose("", "a/b", None), "");
    }

    #[test]
    fn entries_say_what_they_open() {
        let entry = "[Desktop Entry]\nMimeType=text/html;x-scheme-handler/https;\n[Desktop Action new]\nHidden=true\n";
        assert!(opens(entry, "x-scheme-handler/https"));
        assert!(!opens(entry, "x-scheme-handler/mailto"));
        assert!(!opens(&entry.replace("[Desktop Action new]", ""), "text/html"));
    }

    proptest! {
        #[test]
        fn a_choice_that_is_made_is_read_and_what_else_is_there_stays(
            text in "(\\[Default Applications\\]\n|a/b=[a-z;.]{0,6}\n|c/d=[a-z]{1,5}\n|\\PC{0,12}\n){0,10}",
            program in "[a-z]{1,9}\\.desktop",
        ) {
            let after = choose(&text, "a/b", Some(&program));
            prop_assert_eq!(chosen(&after, "a/b"), Some(program.as_str()));
            prop_assert_eq!(chosen(&after, "c/d"), chosen(&text, "c/d"));
            prop_assert_eq!(choose(&after, "a/b", Some(&program)), after.clone());
            if chosen(&text, "a/b").is_none() && text.contains("[Default Applications]\n") {
                let others = |text: &str| text.lines().filter(|line| !line.contains("a/b")).count();
                prop_assert_eq!(others(&after), others(&text));
            }
        }
    }
}
