//! Secrets in command lines and in what programs print: they are masked before a finding exists.
//!
//! It knows how secrets are usually given (`--password x`, `token=x`, `Authorization: Bearer x`, a user in a
//! URL) and what looks like a key. A secret that is an ordinary word in an unusual place it can't know.

/// What stands in a secret's place.
const MASK: &str = "•••";

/// What the name of a secret contains.
const SECRET_NAMES: [&str; 12] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api-key",
    "api_key",
    "credential",
    "private-key",
    "access-key",
];

/// Names that are too short to be looked for inside others.
const WHOLE_NAMES: [&str; 7] = ["pass", "pw", "key", "auth", "psk", "pin", "cookie"];

/// Words after which the next one is a secret, in headers.
const SCHEMES: [&str; 3] = ["bearer", "basic", "digest"];

/// From so many characters on a word of letters and digits is taken for a key: ids that people read are
/// shorter.
const KEY_CHARS: usize = 28;

/// The text of a command, its arguments joined by blanks, with secrets masked.
pub fn hide_in_command<'a>(arguments: impl IntoIterator<Item = &'a str>) -> String {
    let mut hidden: Vec<String> = Vec::new();
    let mut next_is_secret = false;
    for argument in arguments {
        let is_flag = argument.starts_with('-');
        if next_is_secret && !is_flag {
            hidden.push(MASK.to_owned());
            next_is_secret = false;
            continue;
        }
        next_is_secret =
            is_flag && !argument.contains('=') && is_secret_name(argument.trim_start_matches('-'))
                || argument == "-p";
        hidden.push(match argument.strip_prefix("-p") {
            // As mysql, 7z and sshpass take it.
            Some(rest) if !rest.is_empty() && !argument.contains('=') => format!("-p{MASK}"),
            _ => hide_in_text(argument),
        });
    }
    hidden.join(" ")
}

/// A text with secrets masked.
pub fn hide_in_text(text: &str) -> String {
    let mut hidden: Vec<String> = Vec::new();
    let mut next_is_secret = false;
    for word in text.split(' ') {
        let bare = word.trim_matches(|character: char| !character.is_alphanumeric()).to_lowercase();
        if next_is_secret && SCHEMES.contains(&bare.as_str()) {
            hidden.push(word.to_owned());
            continue;
        }
        if next_is_secret && !word.is_empty() && !word.starts_with('-') {
            hidden.push(MASK.to_owned());
            next_is_secret = false;
            continue;
        }
        let names = word.ends_with([':', '=']) && is_secret_name(&name_of(word))
            || bare == "authorization"
            || word.starts_with("--") && !word.contains('=') && is_secret_name(&bare)
            || bare == "bearer";
        next_is_secret = names || next_is_secret && word.is_empty();
        hidden.push(hide_in_word(word));
    }
    hidden.join(" ")
}

fn hide_in_word(word: &str) -> String {
    let given = |(at, _): &(usize, &str)| {
        at + 1 < word.len() && !word[*at..].starts_with("://") && is_secret_name(&name_of(&word[..*at]))
    };
    if let Some((at, _)) = word.match_indices(['=', ':']).find(given) {
        return format!("{}{MASK}", &word[..=at]);
    }
    if let Some((before, rest)) = word.split_once("://") {
        return hide_in_url(before, rest);
    }
    if let Some((name, value)) = word.split_once('=') {
        return format!("{name}={}", if looks_like_a_key(value) { MASK } else { value });
    }
    if looks_like_a_key(word) { MASK.to_owned() } else { word.to_owned() }
}

/// A URL without the user in it, and without secrets in its query.
fn hide_in_url(scheme: &str, rest: &str) -> String {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = match authority.rsplit_once('@') {
        Some((_, host)) => format!("{MASK}@{host}"),
        None => authority.to_owned(),
    };
    let path: Vec<String> = path
        .split_inclusive(['&', '?', '/', '#'])
        .map(|piece| {
            let (value, end) = match piece.char_indices().next_back() {
                Some((at, last @ ('&' | '?' | '/' | '#'))) => (&piece[..at], last.to_string()),
                _ => (piece, String::new()),
            };
            match value.split_once('=') {
                Some((name, value)) if is_secret_name(name) || looks_like_a_key(value) => {
                    format!("{name}={MASK}{end}")
                }
                None if looks_like_a_key(value) => format!("{MASK}{end}"),
                Some(_) | None => piece.to_owned(),
            }
        })
        .collect();
    format!("{scheme}://{host}{}", path.concat())
}

/// The name before a sign, without quotation marks and dashes.
fn name_of(word: &str) -> String {
    let name = word.trim_end_matches(['=', ':']);
    let from = name.rfind(['"', '\'', ',', '{', ';', '&', '?', '=', ':']).map_or(0, |at| at + 1);
    let name = if from == name.len() { name.trim_matches(['"', '\'']) } else { &name[from..] };
    name.trim_start_matches('-').to_lowercase()
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET_NAMES.iter().any(|secret| name.contains(secret))
        || name.split(['-', '_', '.']).any(|piece| WHOLE_NAMES.contains(&piece))
}

fn looks_like_a_key(word: &str) -> bool {
    let word = word.trim_matches(|character: char| "\"'(),;[]<>".contains(character));
    word.chars().count() >= KEY_CHARS
        && word.chars().all(|character| character.is_ascii_alphanumeric() || "+_=-".contains(character))
        && word.chars().any(|character| character.is_ascii_digit())
        && word.chars().any(|character| character.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_ways_to_give_a_secret_are_masked() {
        for text in [
            "--password hunter2x",
            "--password=hunter2x",
            "PASSWORD=hunter2x",
            "db_password: hunter2x",
            "\"token\":\"hunter2x\"",
            "Authorization: Bearer hunter2x",
            "api_key=hunter2x",
            "--api-key hunter2x",
            "https://anna:hunter2x@example.org/x",
            "https://example.org/?token=hunter2x&a=1",
            "--auth=hunter2x",
            "postgres://u:hunter2x@db/1",
            "MYSQL_PWD=hunter2x",
            "opts=a,token=hunter2x",
        ] {
            let hidden = hide_in_text(text);
            assert!(!hidden.contains("hunter2x"), "{text}: {hidden}");
        }
        for command in [["mysql", "-phunter2x"], ["sshpass", "-phunter2x"], ["x", "--token=hunter2x"]] {
            assert!(!hide_in_command(command).contains("hunter2x"));
        }
        assert!(!hide_in_command(["x", "--pass", "hunter2x", "y"]).contains("hunter2x"));
        assert!(!hide_in_command(["x", "-p", "hunter2x"]).contains("hunter2x"));
    }

    #[test]
    fn what_is_no_secret_is_left_alone() {
        for text in
            ["/usr/bin/python3 -m http.server 80", "Compass=north", "nginx: worker process", "keyboard=de"]
        {
            assert_eq!(hide_in_text(text), text);
        }
        assert_eq!(hide_in_command(["ls", "--color=auto", "/home"]), "ls --color=auto /home");
    }

    proptest! {
        #[test]
        fn a_secret_in_a_known_place_never_comes_through(
            secret in "Zq[A-Za-z0-9!%.]{6,40}", name in prop::sample::select(SECRET_NAMES.to_vec()), way in 0..5_u8,
        ) {
            let text = match way {
                0 => hide_in_text(&format!("run --{name}={secret} on")),
                1 => hide_in_text(&format!("{name}={secret}")),
                2 => hide_in_text(&format!("see ftp://me:{secret}@host/a")),
                3 => hide_in_command(["run", &format!("--{name}"), &secret]),
                _ => hide_in_text(&format!("{name}: {secret}")),
            };
            prop_assert!(!text.contains(&secret), "{}", text);
        }

        #[test]
        fn any_text_is_taken_and_masking_twice_changes_nothing(text in "\\PC{0,120}") {
            let once = hide_in_text(&text);
            prop_assert_eq!(hide_in_text(&once), once);
        }
    }
}
