//! Files as a person types them: paths may have blanks in quotes, or behind a backslash, unless that is what
//! separates folders on their system.

use std::path::{Path, PathBuf};

use beistand_session::MAX_ASKED_NAME_BYTES;

use super::FilesCommand;

/// Paths on one line: as many as fit there.
const MAX_PATHS: usize = 1000;

/// The command of a line with this verb; the inner `None`: it makes no sense. `None`: the verb is another's.
pub(super) fn command(verb: &str, rest: &str) -> Option<Option<FilesCommand>> {
    match verb {
        "send" => Some(paths(rest).map(FilesCommand::Send)),
        "fetch" => {
            let name = rest.trim();
            Some((name.len() <= MAX_ASKED_NAME_BYTES).then(|| FilesCommand::Fetch(name.to_owned())))
        }
        "files" => Some(action(rest)),
        _ => None,
    }
}

fn action(rest: &str) -> Option<FilesCommand> {
    let (word, rest) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
    let number = || rest.trim().parse().ok();
    match word {
        "pick" => paths(rest).map(FilesCommand::Pick),
        "yes" => {
            let (number, folder) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
            let folder = match split(folder)?.as_slice() {
                [] => None,
                [folder] => Some(here(folder)),
                _ => return None,
            };
            Some(FilesCommand::Yes { number: number.parse().ok()?, folder })
        }
        "no" => Some(FilesCommand::No { number: number()? }),
        "pause" => Some(FilesCommand::Pause { number: number()? }),
        "resume" => Some(FilesCommand::Resume { number: number()? }),
        "cancel" => Some(FilesCommand::Cancel { number: number()? }),
        "list" if rest.is_empty() => Some(FilesCommand::List),
        "folder" => match paths(rest)?.as_slice() {
            [folder] => Some(FilesCommand::Folder(folder.clone())),
            _ => None,
        },
        _ => None,
    }
}

fn paths(rest: &str) -> Option<Vec<PathBuf>> {
    let paths = split(rest)?;
    (1..=MAX_PATHS).contains(&paths.len()).then(|| paths.iter().map(|path| here(path)).collect())
}

/// A path as a person means it: `~` is their home, and the rest begins where the program was started.
pub(super) fn here(path: &str) -> PathBuf {
    let home = || directories::UserDirs::new().map(|folders| folders.home_dir().to_owned());
    let path = match (path, path.strip_prefix("~/")) {
        ("~", _) => home().unwrap_or_default(),
        (_, Some(rest)) => home().unwrap_or_default().join(rest),
        (_, None) => PathBuf::from(path),
    };
    std::path::absolute(&path).unwrap_or_else(|_| Path::new("/").join(path))
}

/// Splits as a shell does; `None` where a quote is left open.
fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') if !std::path::is_separator(letter) => {
                word.get_or_insert_default().push(letters.next()?)
            }
            (None, ' ' | '\t') => words.extend(word.take()),
            (_, _) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_split_as_a_shell_does() {
        let split = |text| split(text).unwrap_or_default();
        assert_eq!(split("a 'b c' \"d \\\" e\" f\\ g ''"), ["a", "b c", "d \" e", "f g", ""]);
        assert_eq!(split("  "), [""; 0]);
        assert_eq!(super::split("'a"), None);
        assert_eq!(super::split("a\\"), None);
        assert_eq!(here("/a b"), PathBuf::from("/a b"));
        assert!(here("x").is_absolute());
    }

    #[test]
    fn lines_are_read_or_make_no_sense() {
        let read = |line: &str| {
            let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
            command(verb, rest).unwrap()
        };
        assert_eq!(read("send /a '/b c'"), Some(FilesCommand::Send(vec!["/a".into(), "/b c".into()])));
        assert_eq!(read("fetch"), Some(FilesCommand::Fetch(String::new())));
        assert_eq!(read("fetch the log"), Some(FilesCommand::Fetch("the log".to_owned())));
        assert_eq!(read("files yes 3"), Some(FilesCommand::Yes { number: 3, folder: None }));
        let folder = Some("/a b".into());
        assert_eq!(read("files yes 3 '/a b'"), Some(FilesCommand::Yes { number: 3, folder }));
        assert_eq!(read("files folder /x"), Some(FilesCommand::Folder("/x".into())));
        for wrong in [
            "send",
            "send 'a",
            "files",
            "files yes",
            "files yes x",
            "files yes 1 a b",
            "files list 1",
            "files dance",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(command("file", ""), None);
    }
}
