//! What any program of ours says of itself beside its help: a shell's completion, and its man pages.
//!
//! [`super::command_line::parse`] gives the commands for it to every program. It runs nothing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Arg, ArgMatches, Command};
use clap_complete::Shell;

use super::command_line::{ArgumentFault, CommandLineEnd};
use super::{Language, Phrase, Words, args};

/// The command that prints a shell's completion.
const COMPLETION: &str = "completion";

/// The command that writes the man pages; for whoever makes a package, so that help keeps quiet about it.
const MANUAL: &str = "manual";

/// The only value of either.
const VALUE: &str = "value";

/// The section of the manual that is about programs.
const SECTION: &str = "1";

/// What the headings of man pages are called by whoever makes them, and the keys of our words for them.
const HEADINGS: [(&str, &str); 6] = [
    ("NAME", "args-manual-name"),
    ("SYNOPSIS", "args-manual-synopsis"),
    ("DESCRIPTION", "args-manual-description"),
    ("SUBCOMMANDS", "args-manual-commands"),
    ("EXTRA", "args-manual-notes"),
    ("VERSION", "args-manual-version"),
];

/// The program with the commands for its pages.
pub(super) fn with_pages(command: Command) -> Command {
    let shell = Arg::new(VALUE).value_name("args-manual-value-shell").required(true).value_parser(shell);
    let folder = Arg::new(VALUE)
        .value_name("args-value-folder")
        .required(true)
        .value_parser(clap::value_parser!(PathBuf));
    let completion = Command::new(COMPLETION)
        .about("args-manual-completion")
        .after_help("args-manual-completion-after")
        .arg(shell);
    let manual = Command::new(MANUAL).about("args-manual-manual").hide(true).arg(folder);
    command.subcommand(completion).subcommand(manual)
}

/// The page, where one was asked for; `command` is the whole program in the reader's language.
pub(super) fn page(command: &Command, matches: &ArgMatches, words: &Words) -> Option<CommandLineEnd> {
    match matches.subcommand()? {
        (COMPLETION, asked) => {
            let text = completion(command, *asked.get_one::<Shell>(VALUE)?);
            Some(CommandLineEnd { text, is_fault: false })
        }
        (MANUAL, asked) => {
            let folder = asked.get_one::<PathBuf>(VALUE)?;
            let written = write_manual(command, folder, words);
            Some(match written {
                Ok(()) => CommandLineEnd { text: folder.display().to_string(), is_fault: false },
                Err(error) => {
                    let (folder, reason) = (folder.display().to_string(), Phrase::from(&error));
                    let text = words.with("args-manual-unwritten", args![folder = folder, reason = reason]);
                    CommandLineEnd { text, is_fault: true }
                }
            })
        }
        _ => None,
    }
}

fn shell(name: &str) -> Result<Shell, ArgumentFault> {
    Shell::from_str(name).map_err(|_| ArgumentFault(Phrase::new("args-manual-no-shell")))
}

fn completion(command: &Command, shell: Shell) -> String {
    let (mut command, mut script) = (command.clone(), Vec::new());
    let name = command.get_name().to_owned();
    clap_complete::generate(shell, &mut command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// Writes a page for the program and one for each command: `man1/beistand-node-share.1`, and for a language
/// other than English below its tag, where `man` looks for them.
fn write_manual(command: &Command, folder: &Path, words: &Words) -> io::Result<()> {
    let mut folder = folder.to_owned();
    if words.language() != Language::English {
        folder.push(words.language().tag());
    }
    folder.push(format!("man{SECTION}"));
    fs::create_dir_all(&folder)?;
    let commands =
        command.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help");
    for page in std::iter::once(command).chain(commands) {
        let name = page.get_display_name().unwrap_or_else(|| page.get_name());
        let mut text = Vec::new();
        clap_mangen::Man::new(page.clone()).section(SECTION).render(&mut text)?;
        let text = String::from_utf8_lossy(&text);
        let lines = text.lines().map(|line| heading(line, words)).collect::<Vec<_>>();
        fs::write(folder.join(format!("{name}.{SECTION}")), lines.join("\n") + "\n")?;
    }
    Ok(())
}

/// The line, where it is a heading in the reader's language.
fn heading(line: &str, words: &Words) -> String {
    let known = line.strip_prefix(".SH ").and_then(|name| {
        let name = name.trim_matches('"');
        HEADINGS.iter().find(|(theirs, _)| *theirs == name)
    });
    known.map_or_else(|| line.to_owned(), |(_, key)| format!(".SH \"{}\"", words.text(key)))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::{CommandFactory, Parser, Subcommand};

    use super::super::command_line;
    use super::*;
    use crate::CommonArgs;

    #[derive(Debug, Parser)]
    #[command(name = "sample", version, about = "terminal-about")]
    struct PagedProgram {
        #[command(subcommand)]
        command: PagedCommand,
        #[command(flatten)]
        common: CommonArgs,
    }

    #[derive(Debug, Subcommand)]
    enum PagedCommand {
        #[command(about = "terminal-share")]
        Share,
    }

    fn end(language: Language, arguments: &[&str]) -> CommandLineEnd {
        let arguments = ["sample"].iter().chain(arguments).map(OsString::from);
        command_line::parse::<PagedProgram>(arguments, &Words::of_node(language)).expect_err("nothing to run")
    }

    #[test]
    fn each_shell_gets_a_completion_that_knows_commands_and_flags() {
        for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
            let script = end(Language::English, &["completion", shell]);
            assert!(!script.is_fault && script.text.contains("share"), "{shell}");
            assert!(script.text.contains("data-dir"), "{shell}");
        }
        let unknown = end(Language::German, &["completion", "cmd"]);
        assert!(unknown.is_fault && unknown.text.contains("fish"), "{}", unknown.text);
    }

    #[test]
    fn there_is_a_man_page_for_the_program_and_each_command_in_the_readers_language() {
        let folder = tempfile::tempdir().expect("a folder of ours");
        let path = folder.path().display().to_string();
        for (language, below, heading) in [
            (Language::English, "man1", ".SH \"OPTIONS\""),
            (Language::German, "de/man1", ".SH \"BEZEICHNUNG\""),
        ] {
            assert!(!end(language, &["manual", &path]).is_fault);
            let words = Words::of_node(language);
            for (name, about) in [("sample", "terminal-about"), ("sample-share", "terminal-share")] {
                let page = folder.path().join(below).join(format!("{name}.1"));
                let page = fs::read_to_string(page).expect("it was written");
                let about = words.text(about).replace('-', "\\-").replace('\'', "\\*(Aq");
                assert!(page.contains(&about), "{about} in {page}");
                assert!(language == Language::English || page.contains(heading), "{page}");
                assert!(!page.contains("args-") && !page.contains("terminal-"), "{page}");
            }
        }
        let nowhere = end(Language::English, &["manual", "/proc/none"]);
        assert!(nowhere.is_fault && nowhere.text.contains("/proc/none"), "{}", nowhere.text);
    }

    #[test]
    fn the_commands_for_it_are_no_commands_of_the_program() {
        assert_eq!(PagedProgram::command().get_subcommands().count(), 1);
        assert!(!end(Language::English, &["--help"]).text.contains(MANUAL));
    }
}
