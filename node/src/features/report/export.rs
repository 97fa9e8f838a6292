//! A report as a file: Markdown and HTML for people, JSON for scripts and for a later comparison.
//!
//! What is in the values comes from a machine that may be hostile: nothing of it is markup.

use beistand_inspect::{Change, Finding, FindingKind, MachineReport, Part, PartSet, Verdict};
use beistand_session::escape;
use serde_json::{Map, Value, json};

use super::texts::{finding_advice, finding_phrase, part_phrase, verdict_phrase};
use crate::words::{Words, args};

/// What says that a file is a report, and in which form.
const FORMAT: &str = "beistand report 1";

/// Lines that are read of a file: as many as a report has.
const MAX_LINES: usize = beistand_inspect::MAX_FINDINGS;

/// The report as JSON.
pub(super) fn json_value(report: &MachineReport, words: &Words) -> Value {
    let left_out: Vec<_> = report.left_out.iter().map(Part::word).collect();
    let lines: Vec<_> = report.findings().iter().map(|finding| line_value(finding, words)).collect();
    json!({
        "format": FORMAT,
        "taken": report.taken_secs,
        "broken": report.count(Verdict::Broken),
        "look": report.count(Verdict::Look),
        "left_out": left_out,
        "lines": lines,
    })
}

fn line_value(finding: &Finding, words: &Words) -> Value {
    let values: Map<String, Value> =
        finding.named_values().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let mut line = json!({
        "part": finding.part().word(),
        "kind": finding.kind().word(),
        "verdict": finding.verdict().word(),
        "values": values,
        "text": words.say(&finding_phrase(finding)),
    });
    if let Some(advice) = finding_advice(finding) {
        line["advice"] = words.say(&advice).into();
    }
    line
}

/// A change as JSON.
pub(super) fn change_value(change: &Change, words: &Words) -> Value {
    let side = |finding: &Option<Finding>| finding.as_ref().map(|finding| line_value(finding, words));
    json!({ "change": change.kind.word(), "before": side(&change.before), "after": side(&change.after) })
}

/// A report that was saved; `None` where the text is none.
pub(super) fn from_json(text: &str) -> Option<MachineReport> {
    let value: Value = serde_json::from_str(text).ok()?;
    if value["format"] != FORMAT {
        return None;
    }
    let left_out = value["left_out"].as_array()?.iter().filter_map(|part| Part::from_word(part.as_str()?));
    let left_out = left_out.fold(PartSet::default(), PartSet::with);
    let lines = value["lines"].as_array()?.iter().take(MAX_LINES);
    let findings = lines.filter_map(|line| {
        let kind = FindingKind::from_word(line["kind"].as_str()?)?;
        let names = kind.value_names().iter();
        let values =
            names.map(|name| line["values"][*name].as_str().map(escape)).collect::<Option<Vec<_>>>()?;
        let part = Part::from_word(line["part"].as_str()?)?;
        Finding::from_elsewhere(part, kind, Verdict::from_word(line["verdict"].as_str()?)?, values)
    });
    Some(MachineReport::new(value["taken"].as_u64()?, left_out, findings.collect()))
}

/// The report as Markdown.
pub(super) fn markdown(report: &MachineReport, words: &Words) -> String {
    let mut text = format!("# {}\n\n{}\n", words.text("report-title"), summary(report, words));
    for part in parts(report) {
        text.push_str(&format!("\n## {}\n\n", words.say(&part_phrase(part))));
        for finding in report.of_part(part) {
            let verdict = words.say(&verdict_phrase(finding.verdict()));
            let said = plain_markdown(&words.say(&finding_phrase(finding)));
            text.push_str(&format!("- **{verdict}**: {said}\n"));
            if let Some(advice) = finding_advice(finding) {
                text.push_str(&format!("  {}\n", plain_markdown(&words.say(&advice))));
            }
        }
    }
    text
}

/// The report as a page of its own, which loads nothing.
pub(super) fn html(report: &MachineReport, words: &Words) -> String {
    let title = plain_html(&words.text("report-title"));
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
        <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
        <style>body{{font:16px sans-serif;max-width:50em;margin:2em auto;padding:0 1em}}\
        .broken b{{color:#b00020}}.look b{{color:#8a5a00}}small{{display:block}}</style>\n\
        <h1>{title}</h1>\n<p>{}</p>\n",
        words.language().tag(),
        plain_html(&summary(report, words))
    );
    for part in parts(report) {
        text.push_str(&format!("<h2>{}</h2>\n<ul>\n", plain_html(&words.say(&part_phrase(part)))));
        for finding in report.of_part(part) {
            let verdict = plain_html(&words.say(&verdict_phrase(finding.verdict())));
            let said = plain_html(&words.say(&finding_phrase(finding)));
            text.push_str(&format!("<li class=\"{}\"><b>{verdict}</b>: {said}", finding.verdict().word()));
            if let Some(advice) = finding_advice(finding) {
                text.push_str(&format!("<small>{}</small>", plain_html(&words.say(&advice))));
            }
            text.push_str("</li>\n");
        }
        text.push_str("</ul>\n");
    }
    text.push_str("</html>\n");
    text
}

fn summary(report: &MachineReport, words: &Words) -> String {
    let (broken, look) = (report.count(Verdict::Broken), report.count(Verdict::Look));
    words.with("report-summary", args![broken = broken, look = look])
}

/// The parts that have lines.
fn parts(report: &MachineReport) -> impl Iterator<Item = Part> {
    Part::ALL.iter().copied().filter(|part| report.of_part(*part).next().is_some())
}

fn plain_markdown(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        // Readers make links of `https://`, `www.` and addresses by themselves.
        let links = match character {
            '@' => true,
            ':' => text[at..].starts_with(":/"),
            '.' => text[..at].to_ascii_lowercase().ends_with("www"),
            _ => false,
        };
        if links || "\\`*_{}[]()<>#+!|~&".contains(character) {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}

fn plain_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_a_link_in_markdown() {
        let plain = plain_markdown("see https://a.example, WWW.b.example: anna@c.example [x](y)");
        assert_eq!(plain, "see https\\://a.example, WWW\\.b.example: anna\\@c.example \\[x\\]\\(y\\)");
    }
}
