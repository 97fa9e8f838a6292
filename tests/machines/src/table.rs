//! The table of docs/BENCHMARKS.md, in the words in which a report says it in English.

use beistand_inspect::FindingKind;
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::{MachineResult, SeenBy, SeenLine};

/// The words of a report.
const REPORT_WORDS: &str = include_str!("../../../node/src/features/report/words/en.ftl");

/// What a line says, as people read it.
pub fn line_text(line: &SeenLine) -> String {
    let (words, kind) = match line.by {
        SeenBy::Report => (REPORT_WORDS, FindingKind::from_word(&line.kind)),
    };
    let key = format!("{}-{}", line.by.word(), line.kind);
    let Ok(words) = FluentResource::try_new(words.to_owned()) else { return key };
    let mut bundle = FluentBundle::new(vec!["en".parse::<LanguageIdentifier>().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    if bundle.add_resource(words).is_err() {
        return key;
    }
    let mut values = FluentArgs::new();
    for (name, value) in kind.map_or(&[][..], FindingKind::value_names).iter().zip(&line.values) {
        values.set(*name, value.clone());
    }
    let pattern = bundle.get_message(&key).and_then(|message| message.value());
    pattern.map_or(key, |pattern| bundle.format_pattern(pattern, Some(&values), &mut Vec::new()).into_owned())
}

/// A table in Markdown, with what is stood in for below it.
pub fn table(results: &[MachineResult]) -> String {
    let mut text = "| machine | named by | verdict | ms |\n|---|---|---|---|\n".to_owned();
    for (number, result) in results.iter().enumerate() {
        let MachineResult { recipe, line, millis } = result;
        let mark = if recipe.stand_in.is_empty() { "" } else { " *" };
        let said = line_text(line).replace('|', "\\|").replace('`', "'");
        let verdict = &line.verdict;
        text.push_str(&format!(
            "| {}. {}{mark} | {said} | {verdict} | {millis} |\n",
            number + 1,
            recipe.name
        ));
    }
    let stood_in = results.iter().filter(|result| !result.recipe.stand_in.is_empty());
    let notes: Vec<String> =
        stood_in.map(|result| format!("{}: {}", result.recipe.name, result.recipe.stand_in)).collect();
    if !notes.is_empty() {
        text.push_str(&format!("\n\\* Stood in for: {}.\n", notes.join("; ")));
    }
    text
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
