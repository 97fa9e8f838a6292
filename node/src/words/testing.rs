//! The proof that a crate's texts are whole, for a test in each crate that has rooms.
//!
//! What it does: reads the Fluent files and the crate's sources, and names each text that is missing in one
//! language, is not used, is used but not there, or is given other values than it has.
//!
//! What it does not do: it compiles nothing. A key is a literal that begins with a room's prefix, wherever it
//! stands.

mod scan;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};

use super::{Language, WordRoom};
use scan::NamedKey;

/// The names of the values in each text, by key.
type Variables = BTreeMap<String, BTreeSet<String>>;

/// What is wrong with the texts of the crate in `crate_folder`, which is its `CARGO_MANIFEST_DIR`; nothing
/// where they are whole. `own` are its rooms, `others` those of the crates below, whose texts it may use too.
pub fn faults(own: &[WordRoom], others: &[WordRoom], crate_folder: impl AsRef<Path>) -> Vec<String> {
    let crate_folder = crate_folder.as_ref();
    let mut faults = Vec::new();
    let mine = texts(own, &mut faults);
    let mut known = texts(others, &mut faults);
    known.extend(mine.clone());
    let prefixes: Vec<&str> = own.iter().chain(others).map(|room| room.prefix).collect();

    let mut used = BTreeSet::new();
    for path in sources(&crate_folder.join("src"), &mut faults) {
        let source = match std::fs::read_to_string(&path) {
            Ok(source) => source,
            Err(error) => {
                faults.push(format!("{}: {error}", path.display()));
                continue;
            }
        };
        let name = path.strip_prefix(crate_folder).unwrap_or(&path).display();
        for named in scan::keys(&source, &prefixes) {
            used.insert(named.key.to_owned());
            faults.extend(fault_of(&named, &known).map(|fault| format!("{name}: \"{}\" {fault}", named.key)));
        }
    }
    let unused = mine.keys().filter(|key| !used.contains(*key));
    faults.extend(unused.map(|key| format!("\"{key}\" is used nowhere")));
    faults
}

/// The texts of the rooms, each of them checked.
fn texts(rooms: &[WordRoom], faults: &mut Vec<String>) -> Variables {
    let mut all = Variables::new();
    for room in rooms {
        let [english, german] = Language::ALL.map(|language| read(room, language, faults));
        for (key, variables) in &english {
            match german.get(key) {
                None => faults.push(format!("\"{key}\" is missing in German")),
                Some(there) if there != variables => {
                    faults.push(format!("\"{key}\" has {variables:?} in English and {there:?} in German"));
                }
                Some(_) => {}
            }
        }
        let missing = german.keys().filter(|key| !english.contains_key(*key));
        faults.extend(missing.map(|key| format!("\"{key}\" is missing in English")));
        for (key, variables) in english {
            if all.insert(key.clone(), variables).is_some() {
                faults.push(format!("\"{key}\" is there twice"));
            }
        }
    }
    all
}

/// A room's texts in one language.
fn read(room: &WordRoom, language: Language, faults: &mut Vec<String>) -> Variables {
    let place = format!("{} in {language:?}", room.prefix);
    let resource = match fluent_syntax::parser::parse(room.text(language)) {
        Ok(resource) => resource,
        Err((resource, wrong)) => {
            faults.extend(wrong.iter().map(|wrong| format!("{place}: {wrong}")));
            resource
        }
    };
    let mut texts = Variables::new();
    for entry in &resource.body {
        match entry {
            Entry::Message(message) => {
                let key = message.id.name;
                if !key.strip_prefix(room.prefix).is_some_and(|rest| rest.starts_with('-')) {
                    faults.push(format!("{place}: \"{key}\" does not begin with the room's prefix"));
                }
                let mut variables = BTreeSet::new();
                match &message.value {
                    Some(pattern) => in_pattern(pattern, &mut variables),
                    None => faults.push(format!("{place}: \"{key}\" has no text")),
                }
                if texts.insert(key.to_owned(), variables).is_some() {
                    faults.push(format!("{place}: \"{key}\" is there twice"));
                }
            }
            Entry::Junk { content } => faults.push(format!("{place}: this is not Fluent: {content}")),
            Entry::Term(_) | Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
        }
    }
    if language == Language::German && room.german.lines().any(|line| line.contains('"') && !is_escape(line))
    {
        faults.push(format!("{place}: German quotation marks are „ and “"));
    }
    texts
}

/// Whether a line's straight quotation marks are Fluent's own, as in `{"{"}`.
fn is_escape(line: &str) -> bool {
    line.matches('"').count() == 2 * line.matches("{\"").count()
}

fn in_pattern(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            in_expression(expression, found);
        }
    }
}

fn in_expression(expression: &Expression<&str>, found: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => in_inline(inline, found),
        Expression::Select { selector, variants } => {
            in_inline(selector, found);
            variants.iter().for_each(|variant| in_pattern(&variant.value, found));
        }
    }
}

fn in_inline(inline: &InlineExpression<&str>, found: &mut BTreeSet<String>) {
    let mut in_call = |call: &CallArguments<&str>| {
        call.positional.iter().for_each(|one| in_inline(one, found));
        call.named.iter().for_each(|one| in_inline(&one.value, found));
    };
    match inline {
        InlineExpression::VariableReference { id } => _ = found.insert(id.name.to_owned()),
        InlineExpression::FunctionReference { arguments, .. } => in_call(arguments),
        InlineExpression::TermReference { arguments, .. } => arguments.iter().for_each(in_call),
        InlineExpression::Placeable { expression } => in_expression(expression, found),
        InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. }
        | InlineExpression::MessageReference { .. } => {}
    }
}

/// What is wrong with this use of a text.
fn fault_of(named: &NamedKey<'_>, known: &Variables) -> Option<String> {
    let Some(variables) = known.get(named.key) else { return Some("is no text".to_owned()) };
    let given = named.values.as_ref()?;
    (given != variables).then(|| format!("is given {given:?} and has {variables:?}"))
}

/// Every Rust file in the folder and those below.
fn sources(folder: &Path, faults: &mut Vec<String>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                faults.push(format!("{}: {error}", folder.display()));
                continue;
            }
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::ROOMS;

    #[test]
    fn the_texts_of_this_crate_are_whole() {
        let faults = faults(ROOMS, &[], env!("CARGO_MANIFEST_DIR"));
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    fn faults_of(english: &'static str, german: &'static str, source: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("src")).unwrap();
        std::fs::write(folder.path().join("src").join("a.rs"), source).unwrap();
        faults(&[WordRoom { prefix: "try", english, german }], &[], folder.path())
    }

    #[test]
    fn every_kind_of_fault_is_found() {
        let one = "try-one = One { $count }\n";
        let used = "words.with(\"try-one\", args![count = 1])";
        assert_eq!(faults_of(one, "try-one = Eins { $count }\n", used), [""; 0]);
        for (english, german, source, fault) in [
            (one, "", used, "missing in German"),
            ("", one, used, "missing in English"),
            (one, "try-one = Eins { $counts }\n", used, "in English and"),
            (one, one, "", "is used nowhere"),
            (one, one, "words.text(\"try-one\")", "is given {} and has"),
            (one, one, "words.with(\"try-one\", args![name = f(1, 2)])", "is given {\"name\"} and has"),
            (one, one, "words.with(\"try-one\", args![count = 1]); words.text(\"try-two\")", "is no text"),
            ("other = x\n", "other = x\n", "", "room's prefix"),
            ("try-one = { $\n", "try-one = x\n", "", "try in English"),
            ("try-one = One\ntry-one = Two\n", "try-one = x\n", "", "there twice"),
            ("try-one = One\n", "try-one = \"Eins\"\n", "\"try-one\"", "quotation marks"),
        ] {
            let found = faults_of(english, german, source);
            assert!(found.iter().any(|found| found.contains(fault)), "{fault}: {found:?}");
        }
    }
}
