//! Finds the keys that a source names, and the values that it gives with them.

use std::collections::BTreeSet;

/// A key where a source names it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamedKey<'a> {
    /// The key.
    pub(super) key: &'a str,
    /// The names of the values that are given with it, where the place shows that.
    pub(super) values: Option<BTreeSet<String>>,
}

/// Every literal in the source that begins with one of the prefixes and a dash, but the kinds of events in
/// JSON.
pub(super) fn keys<'a>(source: &'a str, prefixes: &[&str]) -> Vec<NamedKey<'a>> {
    let is_key = |text: &str| {
        let rest = |prefix: &&str| text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-'));
        prefixes.iter().filter_map(rest).any(|rest| !rest.is_empty())
    };
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(quote) = source[from..].find('"') {
        let start = from + quote + 1;
        let end = start + source[start..].bytes().take_while(|byte| is_in_key(*byte)).count();
        from = start;
        if source[end..].starts_with('"') && is_key(&source[start..end]) {
            let before = &source[..start - 1];
            if !before.trim_end().ends_with("\"event\":") {
                found.push(NamedKey { key: &source[start..end], values: values(before, &source[end + 1..]) });
            }
            from = end + 1;
        }
    }
    found
}

fn is_in_key(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
}

/// The names of the values that follow the key: none where it is `text("key")` or `Phrase::new("key")`.
fn values(before: &str, after: &str) -> Option<BTreeSet<String>> {
    let before = before.trim_end();
    if before.ends_with(".text(") || before.ends_with("Phrase::new(") {
        return Some(BTreeSet::new());
    }
    let list = after.trim_start().strip_prefix(',')?.trim_start();
    let list = list.strip_prefix("words::").unwrap_or(list).strip_prefix("args![")?;
    Some(names(list))
}

/// The names before `=` in a list that ends with the bracket that closes it.
fn names(list: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut depth = 0_usize;
    let mut in_text = false;
    let mut name = Some(String::new());
    let mut escaped = false;
    for character in list.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if in_text => escaped = true,
            '"' => in_text = !in_text,
            _ if in_text => {}
            ']' if depth == 0 => break,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => name = Some(String::new()),
            '=' if depth == 0 => names.extend(name.take().map(|name| name.trim().to_owned())),
            _ => {
                if let Some(name) = &mut name {
                    name.push(character);
                }
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(source: &str) -> Vec<(String, Option<Vec<String>>)> {
        keys(source, &["sample"])
            .into_iter()
            .map(|one| (one.key.to_owned(), one.values.map(|values| values.into_iter().collect())))
            .collect()
    }

    #[test]
    fn keys_are_found_with_their_values() {
        assert_eq!(named(r#"words.text("sample-a")"#), [("sample-a".to_owned(), Some(vec![]))]);
        let given = named(r#"say("x", Phrase::with("sample-a", args![to = f(&a, "],"), at == 1, by = b]))"#);
        assert_eq!(given[0].1, Some(vec!["at".to_owned(), "by".to_owned(), "to".to_owned()]));
        assert_eq!(named(r#"Self::Full => "sample-full","#), [("sample-full".to_owned(), None)]);
        assert_eq!(named(r#"word == "sample" || word == "samples-x" || "sample-a b" || "a" + "sample""#), []);
        assert_eq!(named(r#"json!({ "event": "sample-refused" })"#), [], "a word of JSON");
        assert_eq!(named("a(\"\\\"\", \"sample-b\")").len(), 1, "after an escaped quotation mark");
    }
}
