//! The table of docs/BENCHMARKS.md, in the words in which a report says it in English.

use std::collections::BTreeMap;

use beistand_inspect::FindingKind;
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::{MachineResult, MendOutcome, SeenBy, SeenLine};

/// The words of a report.
const REPORT_WORDS: &str = include_str!("../../../node/src/features/report/words/en.ftl");

/// The words of a search.
const SWEEP_WORDS: &str = include_str!("../../../node/src/features/sweep/words/en.ftl");

/// What a line says, as people read it.
pub fn line_text(line: &SeenLine) -> String {
    match (line.by, &line.values[..]) {
        (SeenBy::Sweep(_), [name, path, ..]) => {
            format!("{} {name} ({path})", said(SWEEP_WORDS, &format!("sweep-thing-{}", line.kind), &[], &[]))
        }
        (SeenBy::Sweep(_) | SeenBy::Report, values) => {
            let names = FindingKind::from_word(&line.kind).map_or(&[][..], FindingKind::value_names);
            said(REPORT_WORDS, &format!("report-{}", line.kind), names, values)
        }
    }
}

/// A text in these words, or its key where they have none.
fn said(words: &str, key: &str, names: &[&str], values: &[String]) -> String {
    let mut bundle = FluentBundle::new(vec!["en".parse::<LanguageIdentifier>().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    // Words that can't be read are no words.
    if let Ok(words) = FluentResource::try_new(words.to_owned()) {
        bundle.add_resource_overriding(words);
    }
    let mut arguments = FluentArgs::new();
    for (name, value) in names.iter().zip(values) {
        arguments.set(*name, value.clone());
    }
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        return key.to_owned();
    };
    bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
}

/// A table in Markdown, with what is stood in for below it.
pub fn table(results: &[MachineResult]) -> String {
    let mut text = "| machine | found by | which says | verdict | ms | mended by | undone |\n".to_owned();
    text.push_str("|---|---|---|---|---|---|---|\n");
    for (number, result) in results.iter().enumerate() {
        text.push_str(&format!("| {}. {} |\n", number + 1, row(result)));
    }
    let mut notes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (number, result) in results.iter().enumerate() {
        if !result.recipe.stand_in.is_empty() {
            notes.entry(result.recipe.stand_in).or_default().push((number + 1).to_string());
        }
    }
    let notes: Vec<String> =
        notes.into_iter().map(|(note, numbers)| format!("{}: {note}", numbers.join(", "))).collect();
    if !notes.is_empty() {
        text.push_str(&format!("\n\\* Not all of it is real. {}.\n", notes.join("; ")));
    }
    text
}

fn row(MachineResult { recipe, line, millis, mend }: &MachineResult) -> String {
    let mark = if recipe.stand_in.is_empty() { "" } else { " *" };
    let by = match line.by {
        SeenBy::Report => "report".to_owned(),
        SeenBy::Sweep(category) => format!("sweep {}", category.word()),
    };
    let said = line_text(line).replace('|', "\\|").replace('`', "'");
    let mended = recipe.mend.map_or("–".to_owned(), |mend| mend.text());
    let undone = match mend {
        None => "–",
        Some(MendOutcome { undone: Some(true), .. }) => "yes",
        Some(MendOutcome { undone: Some(false), .. }) => "NO",
        Some(MendOutcome { undone: None, .. }) => "can't be",
    };
    format!("{}{mark} | {by} | {said} | {} | {millis} | {mended} | {undone}", recipe.name, line.verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_said_in_the_reports_words() {
        let values = vec!["203.0.113.9".to_owned()];
        let (kind, verdict) = ("name-server-silent".to_owned(), "broken".to_owned());
        let line = SeenLine { by: SeenBy::Report, kind, verdict, values };
        assert_eq!(line_text(&line), "Name server 203.0.113.9 does not answer");
    }
}
