//! A program's command line in the reader's language: its help, and what is wrong with the arguments.
//!
//! A command written for clap names keys where it would have texts: `help = "args-config"`, `about =
//! "terminal-share"`, `value_name = "args-value-file"`, `help_heading = "args-heading-network"`. What is no
//! key is shown as it is. Every program can also print its completion and its man pages.

use std::error::Error;
use std::ffi::OsString;
use std::fmt;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, Command, Parser};

use super::program_pages::{page, with_pages};
use super::{Phrase, Words, args};

/// Why there is nothing to run: the help or a page was asked for, or the arguments are wrong.
#[derive(Debug)]
pub struct CommandLineEnd {
    /// What to show.
    pub text: String,
    /// Whether the arguments are wrong: then it is for standard error.
    pub is_fault: bool,
}

/// What is wrong with one value, where a parser of ours says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgumentFault(pub Phrase);

impl fmt::Display for ArgumentFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.key())
    }
}

impl Error for ArgumentFault {}

/// Reads the arguments, the program's name first.
///
/// # Errors
/// [`CommandLineEnd`], where there is nothing to run.
pub fn parse<P: Parser>(
    arguments: impl IntoIterator<Item = OsString>,
    words: &Words,
) -> Result<P, CommandLineEnd> {
    let mut command = translate(with_pages(P::command()), words);
    let matches = command.try_get_matches_from_mut(arguments);
    if let Some(page) = matches.as_ref().ok().and_then(|matches| page(&command, matches, words)) {
        return Err(page);
    }
    let parsed = matches.and_then(|mut matches| P::from_arg_matches_mut(&mut matches));
    parsed.map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            CommandLineEnd { text: error.to_string(), is_fault: false }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            CommandLineEnd { text: error.to_string(), is_fault: true }
        }
        _ => CommandLineEnd { text: fault_text(&error, words), is_fault: true },
    })
}

/// The command with texts in the place of their keys.
fn translate(mut command: Command, words: &Words) -> Command {
    // Only then are the flags and commands there that clap itself adds.
    command.build();
    translate_built(command, words)
}

fn translate_built(mut command: Command, words: &Words) -> Command {
    let text = |styled: &StyledStr| {
        let key = styled.to_string();
        words.has(&key).then(|| words.text(&key))
    };
    if command.get_name() == "help" {
        command = command.about(words.text("args-help-command"));
    }
    if let Some(about) = command.get_about().and_then(text) {
        command = command.about(about);
    }
    if let Some(after) = command.get_after_help().and_then(text) {
        command = command.after_help(after);
    }
    command = command
        .mut_args(|arg| translate_arg(arg, words))
        .subcommand_help_heading(words.text("args-heading-commands"))
        .subcommand_value_name(words.text("args-value-command"))
        .help_template(format!(
            "{{before-help}}{{about-with-newline}}\n\x1b[1m\x1b[4m{}:\x1b[0m {{usage}}\n\n{{all-args}}{{after-help}}",
            words.text("args-heading-usage")
        ));
    let usage = command.render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
    let usage = usage.replace("[OPTIONS]", &format!("[{}]", words.text("args-value-options")));
    command.override_usage(usage).mut_subcommands(|inner| translate_built(inner, words))
}

fn translate_arg(mut arg: Arg, words: &Words) -> Arg {
    let help = match arg.get_id().as_str() {
        "help" => Some(words.text("args-help")),
        "version" => Some(words.text("args-version")),
        _ => arg.get_help().map(ToString::to_string).filter(|key| words.has(key)).map(|key| words.text(&key)),
    };
    if let Some(help) = help {
        arg = arg.help(&help).long_help(help);
    }
    if let Some(names) = arg.get_value_names() {
        let name = |key: &str| if words.has(key) { words.text(key) } else { key.to_owned() };
        let names: Vec<String> = names.iter().map(|key| name(key)).collect();
        arg = arg.value_names(names);
    }
    let heading = match arg.get_help_heading() {
        Some(key) => words.text(key),
        // Those that clap itself adds, last.
        None if ["help", "version"].contains(&arg.get_id().as_str()) => words.text("args-heading-general"),
        None => words.text("args-heading-options"),
    };
    if arg.is_positional() { arg } else { arg.help_heading(heading) }
}

/// What is wrong with the arguments, and where to look.
fn fault_text(error: &clap::Error, words: &Words) -> String {
    let context = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let mut lines = vec![match error.kind() {
        ErrorKind::UnknownArgument => words.with("args-unknown", args![argument = argument]),
        ErrorKind::InvalidSubcommand => {
            words.with("args-no-such-command", args![command = context(ContextKind::InvalidSubcommand)])
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            words.with("args-no-value", args![argument = argument])
        }
        ErrorKind::InvalidValue => words.with("args-wrong-value", args![argument = argument, value = value]),
        ErrorKind::ValueValidation => match error.source() {
            Some(source) => {
                let fault = match source.downcast_ref::<ArgumentFault>() {
                    Some(ArgumentFault(phrase)) => words.say(phrase),
                    None => source.to_string(),
                };
                words.with(
                    "args-wrong-value-because",
                    args![argument = argument, value = value, fault = fault],
                )
            }
            None => words.with("args-wrong-value", args![argument = argument, value = value]),
        },
        ErrorKind::MissingRequiredArgument => words.with("args-missing", args![argument = argument]),
        ErrorKind::ArgumentConflict => {
            words.with("args-conflict", args![argument = argument, other = context(ContextKind::PriorArg)])
        }
        // What no argument of ours leads to is said as clap says it.
        _ => error.to_string(),
    }];
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let near = near.map(context).into_iter().find(|near| !near.is_empty());
    lines.extend(near.map(|near| words.with("args-did-you-mean", args![near = near])));
    lines.push(words.text("args-see-help"));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::CommonArgs;
    use crate::words::Language;

    #[derive(Debug, Parser)]
    #[command(name = "sample", version)]
    struct Sample {
        #[command(flatten)]
        common: CommonArgs,
    }

    fn end(language: Language, arguments: &[&str]) -> CommandLineEnd {
        let arguments = ["sample"].iter().chain(arguments).map(OsString::from);
        parse::<Sample>(arguments, &Words::of_node(language)).expect_err("there is nothing to run")
    }

    #[test]
    fn every_common_argument_has_its_text() {
        let words = Words::of_node(Language::German);
        for arg in Sample::command().get_arguments() {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(words.has(&help), "{}: {help}", arg.get_id());
        }
        let help = end(Language::German, &["--help"]);
        assert!(!help.is_fault);
        for english in ["Usage", "Options", "OPTIONS", "Print", "FILE", "args-"] {
            assert!(!help.text.contains(english), "{english} in {}", help.text);
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for language in Language::ALL {
            let unknown = end(language, &["--colour", "red"]);
            assert!(unknown.is_fault && unknown.text.contains("--colour"), "{}", unknown.text);
            let wrong = end(language, &["--language", "xx"]).text;
            assert!(wrong.contains("--language") && wrong.contains("xx"), "{wrong}");
            let near = end(language, &["--confg", "x"]).text;
            assert!(near.contains("--config"), "{near}");
            let missing = end(language, &["--config"]).text;
            assert!(missing.contains("--config"), "{missing}");
        }
    }
}
