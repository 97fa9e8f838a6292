//! Where a file speaks of a feature. What the lists, `Desktop` and the module tree have to say of it does not
//! count.

use std::collections::BTreeSet;

use super::features::{END_TO_END, Feature, LAYERS, PLATFORM, camel_case};
use crate::sources::{SourceFile, end_of_item, identifiers, words_of};

/// How much of a feature's name counts as speaking of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListensTo {
    /// Its word, wherever it stands: nothing else is called so.
    Words,
    /// The types that its rooms define, its variants in the lists' enums and paths into its folders: its word
    /// has other meanings too.
    Types,
}

/// The lines of a file outside a feature's rooms that speak of it, from 1.
pub(super) fn spoken_lines(
    feature: &Feature,
    types: &BTreeSet<&str>,
    listening: ListensTo,
    file: &SourceFile,
) -> Vec<usize> {
    if feature.has_room(&file.path) {
        return Vec::new();
    }
    let lines: Vec<&str> = file.text.lines().collect();
    let excused = excused_lines(feature, &file.path, &lines);
    let speaks = |line: &str| {
        names_type(line, types)
            || names_variant_or_path(feature, line)
            || (listening == ListensTo::Words && names_word(feature, line))
    };
    let spoken = lines.iter().enumerate().filter(|(index, line)| !excused.contains(index) && speaks(line));
    spoken.map(|(index, _)| index + 1).collect()
}

fn names_type(line: &str, types: &BTreeSet<&str>) -> bool {
    identifiers(line).any(|identifier| types.contains(identifier))
}

fn names_word(feature: &Feature, line: &str) -> bool {
    let wanted = words_of(&feature.name);
    identifiers(line)
        .any(|identifier| words_of(identifier).windows(wanted.len()).any(|words| words == wanted))
}

/// `FeatureEvent::Chat`, `Message::Chat`, `Channel::Chat`, `features::chat`.
fn names_variant_or_path(feature: &Feature, line: &str) -> bool {
    let follows = |enumeration: &str, wanted: &str| {
        let parts: Vec<&str> = line.split("::").collect();
        parts.windows(2).any(|pair| {
            let before = identifiers(pair[0]).last().unwrap_or_default();
            let after = identifiers(pair[1]).next().unwrap_or_default();
            let said = if enumeration.ends_with("..") {
                before.starts_with(enumeration.trim_end_matches('.'))
            } else {
                before == enumeration
            };
            said && after == wanted && pair[1].starts_with(wanted)
        })
    };
    let variant = camel_case(&feature.name);
    let modules = LAYERS.iter().filter_map(|layer| layer.folder.rsplit('/').next());
    follows("Feature..", &variant)
        || follows("Panel..", &variant)
        || feature
            .channel_names()
            .map(camel_case)
            .any(|channel| follows("Channel", &channel) || follows("Message", &channel))
        || modules.into_iter().any(|module| {
            let own = module != "channels";
            let mut names: Box<dyn Iterator<Item = &str>> = if own {
                Box::new(std::iter::once(feature.name.as_str()))
            } else {
                Box::new(feature.channel_names())
            };
            names.any(|name| follows(module, name))
        })
}

/// The lines, from 0, that may speak of the feature: the lists and the module tree's, and in the platform its
/// one method.
fn excused_lines(feature: &Feature, path: &str, lines: &[&str]) -> BTreeSet<usize> {
    let mut excused = BTreeSet::new();
    let in_platform = path.starts_with(PLATFORM);
    for (index, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        if LAYERS.iter().any(|layer| invokes(trimmed, layer.list)) {
            excused.extend(index..=end_of_brackets(lines, index));
        }
        if is_module_list(path) && feature.names().any(|name| declares_module(trimmed, name)) {
            excused.insert(index);
        }
        if is_module_list(path) && imports(trimmed) {
            excused.extend(index..=end_of_statement(lines, index));
        }
        if in_platform && feature.names().any(|name| trimmed.starts_with(&format!("fn {name}("))) {
            excused.extend(documented_from(lines, index)..=end_of_item(lines, index));
        }
    }
    excused
}

fn invokes(trimmed: &str, list: &str) -> bool {
    let rest = trimmed.rsplit_once(list).map(|(before, rest)| (before.trim_end(), rest.trim_start()));
    rest.is_some_and(|(before, rest)| {
        (before.is_empty() || before.ends_with("::")) && rest.starts_with(['{', '(', '['])
    })
}

/// Where the modules of features are declared.
fn is_module_list(path: &str) -> bool {
    let of_layer = LAYERS
        .iter()
        .any(|layer| path.strip_prefix(layer.folder).is_some_and(|rest| rest == ".rs" || rest == "/mod.rs"));
    of_layer || path.starts_with(PLATFORM) || path.strip_prefix(END_TO_END) == Some("main.rs")
}

fn declares_module(trimmed: &str, name: &str) -> bool {
    trimmed
        .strip_suffix(&format!("mod {name};"))
        .is_some_and(|before| before.is_empty() || before.starts_with("pub"))
}

/// `use`, also with a visibility.
fn imports(trimmed: &str) -> bool {
    let rest = trimmed.strip_prefix("pub").unwrap_or(trimmed);
    let rest = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or(rest, |(_, rest)| rest);
    rest.trim_start().starts_with("use ")
}

/// The line with the semicolon.
fn end_of_statement(lines: &[&str], start: usize) -> usize {
    let length = lines[start..].iter().take_while(|line| !line.trim_end().ends_with(';')).count();
    (start + length).min(lines.len() - 1)
}

/// The last line of what the first bracket at `start` opens.
fn end_of_brackets(lines: &[&str], start: usize) -> usize {
    let mut depth = 0_i32;
    for (index, line) in lines.iter().enumerate().skip(start) {
        for letter in line.chars() {
            match letter {
                '{' | '(' | '[' => depth += 1,
                '}' | ')' | ']' => depth -= 1,
                _ => {}
            }
        }
        if depth <= 0 {
            return index;
        }
    }
    lines.len().saturating_sub(1)
}

/// The first line of the documentation and attributes right above an item.
fn documented_from(lines: &[&str], start: usize) -> usize {
    let above = lines[..start].iter().rev();
    start
        - above
            .take_while(|line| line.trim_start().starts_with("///") || line.trim_start().starts_with("#["))
            .count()
}
