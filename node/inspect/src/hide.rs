//! Secrets in command lines and in what programs print: they are masked before a finding exists.
//!
//! It knows how secrets are usually given (`--password x`, `token=x`, `Authorization: Bearer x`, `-u user:x`,
//! a user in a URL) and what looks like a key; what a wireless network is called is masked as secrets are. A
//! secret that is an ordinary word in an unusual place it can't know.

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
const WHOLE_NAMES: [&str; 9] = ["pass", "pw", "key", "auth", "psk", "pin", "cookie", "ssid", "essid"];

/// Names after which a secret also comes without a sign between them.
const BARE_NAMES: [&str; 4] = ["authorization", "bearer", "ssid", "essid"];

/// Options after which comes a user, and often the secret: `anna:x`, `anna%x`.
const USER_OPTIONS: [&str; 5] = ["-u", "-U", "--user", "--username", "--proxy-user"];

/// Programs whose `-p` takes a secret.
const SECRET_P: [&str; 8] =
    ["mysql", "mysqldump", "mysqladmin", "mariadb", "mariadb-dump", "mariadb-admin", "sshpass", "7z"];

/// Words that stand between a secret's name and the secret: in headers, and in what networks are set up with.
const BETWEEN: [&str; 4] = ["bearer", "basic", "digest", "value"];

/// Words after which what a network is called comes in quotation marks, as NetworkManager says it.
const NETWORK_WORDS: [&str; 3] = ["connection", "point", "profile"];

/// Where NetworkManager keeps what it knows of a network, in a file that is called like it.
const NETWORK_FILES: &str = "/system-connections/";

/// From so many characters on a word of letters and digits is taken for a key: ids that people read are
/// shorter.
const KEY_CHARS: usize = 28;

/// The text of a command, its arguments joined by blanks, with secrets masked.
pub fn hide_in_command<'a>(arguments: impl IntoIterator<Item = &'a str>) -> String {
    let mut words = WordHider { is_command: true, ..WordHider::default() };
    for argument in arguments {
        // A script is a command of its own; a secret with blanks in it is one.
        if argument.contains(' ') && words.next == NextWord::Plain && !is_secret_setting(argument) {
            argument.split(' ').for_each(|word| words.take(word));
            (words.next, words.quote) = (NextWord::Plain, None);
        } else {
            words.take(argument);
        }
    }
    words.hidden.join(" ")
}

/// A text with secrets masked.
pub fn hide_in_text(text: &str) -> String {
    let mut words = WordHider::default();
    text.split(' ').for_each(|word| words.take(word));
    words.hidden.join(" ")
}

/// What the next word is, from those before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum NextWord {
    #[default]
    Plain,
    Secret,
    /// A user, perhaps with a secret.
    User,
    /// A network, where it is in quotation marks.
    Network,
}

/// Takes the words of a text one by one.
#[derive(Debug, Default)]
struct WordHider {
    hidden: Vec<String>,
    next: NextWord,
    /// A secret has opened it: what comes before its end belongs to the secret.
    quote: Option<char>,
    /// Whether these are a command's arguments: `-p` takes a secret, and names of options may be short.
    is_command: bool,
    /// Whether what is named here is a network.
    names_network: bool,
}

impl WordHider {
    fn take(&mut self, word: &str) {
        if let Some(quote) = self.quote {
            if word.contains(quote) {
                self.quote = None;
            }
            return;
        }
        if word.is_empty() {
            return self.hidden.push(String::new());
        }
        let bare = word.trim_matches(|character: char| !character.is_alphanumeric()).to_lowercase();
        let hidden = match std::mem::take(&mut self.next) {
            NextWord::Secret if BETWEEN.contains(&bare.as_str()) => {
                self.next = NextWord::Secret;
                return self.hidden.push(word.to_owned());
            }
            NextWord::Secret => {
                self.quote = open_quote(word, word);
                if word.starts_with('-') {
                    // It may be the secret, or the next option where none was given.
                    self.next = self.after(word, &bare);
                }
                MASK.to_owned()
            }
            NextWord::Network if word.starts_with(['"', '\'']) => {
                self.quote = open_quote(word, word);
                MASK.to_owned()
            }
            NextWord::User => match hide_in_user(word) {
                Some((hidden, quote)) => {
                    self.quote = quote;
                    hidden
                }
                None => self.plain(word, &bare),
            },
            NextWord::Plain | NextWord::Network => self.plain(word, &bare),
        };
        self.hidden.push(hidden);
    }

    /// A word that the one before it says nothing of.
    fn plain(&mut self, word: &str, bare: &str) -> String {
        self.next = self.after(word, bare);
        self.names_network |= word.starts_with("op=\"connection");
        let named = word.strip_prefix("name=").filter(|_| self.names_network).map(|_| "name=".len());
        let filed = || word.find(NETWORK_FILES).map(|at| at + NETWORK_FILES.len());
        if let Some(at) = named.or_else(filed).filter(|at| *at < word.len()) {
            self.quote = open_quote(word, &word[at..]);
            return format!("{}{MASK}", &word[..at]);
        }
        if let Some(secret) = word.strip_prefix("-p")
            && self.is_command
            && !secret.is_empty()
            && !word.contains('=')
        {
            self.quote = open_quote(word, secret);
            return format!("-p{MASK}");
        }
        let user = USER_OPTIONS.iter().find_map(|option| {
            let rest = word.strip_prefix(option)?;
            if option.starts_with("--") { rest.strip_prefix('=') } else { Some(rest) }
        });
        let (hidden, quote) = match user.and_then(|user| Some((user, hide_in_user(user)?))) {
            Some((user, (hidden, quote))) => (word.replacen(user, &hidden, 1), quote),
            None => hide_in_word(word),
        };
        self.quote = quote;
        hidden
    }

    /// What comes after a word.
    fn after(&mut self, word: &str, bare: &str) -> NextWord {
        self.is_command |= SECRET_P.contains(&bare.rsplit('/').next().unwrap_or_default());
        let is_option = word.starts_with("--") || self.is_command && word.starts_with('-');
        let is_secret = word.ends_with([':', '=']) && is_secret_name(&name_of(word))
            || is_option && !word.contains('=') && is_secret_name(bare)
            || BARE_NAMES.contains(&bare)
            || self.is_command && word == "-p";
        if is_secret {
            NextWord::Secret
        } else if USER_OPTIONS.contains(&word) {
            NextWord::User
        } else if NETWORK_WORDS.contains(&bare) {
            NextWord::Network
        } else {
            NextWord::Plain
        }
    }
}

/// Whether an argument is a secret's name, a sign and the secret.
fn is_secret_setting(argument: &str) -> bool {
    argument.split_once('=').is_some_and(|(name, _)| !name.contains(' ') && is_secret_name(&name_of(name)))
}

/// The quotation mark that a word opens and does not close; none where its secret is masked already.
fn open_quote(word: &str, secret: &str) -> Option<char> {
    let mut open = None;
    for character in word.chars().filter(|_| secret != MASK) {
        match open {
            None if matches!(character, '"' | '\'') => open = Some(character),
            Some(quote) if quote == character => open = None,
            None | Some(_) => {}
        }
    }
    open
}

/// `anna:x` and `anna%x` without the secret, and the quotation mark that is still open.
fn hide_in_user(user: &str) -> Option<(String, Option<char>)> {
    let at = user.find([':', '%']).filter(|at| *at > 0 && at + 1 < user.len() && !user.starts_with('+'))?;
    let (name, secret) = user.split_at(at + 1);
    Some((format!("{name}{MASK}"), open_quote(user, secret)))
}

/// A word without secrets, and the quotation mark that one of them has opened.
fn hide_in_word(word: &str) -> (String, Option<char>) {
    let given = |(at, _): &(usize, &str)| {
        at + 1 < word.len() && !word[*at..].starts_with("://") && is_secret_name(&name_of(&word[..*at]))
    };
    if let Some((at, _)) = word.match_indices(['=', ':']).find(given) {
        let (name, secret) = word.split_at(at + 1);
        return (format!("{name}{MASK}"), open_quote(word, secret));
    }
    (hide_in_plain(word), None)
}

/// A word that names no secret.
fn hide_in_plain(word: &str) -> String {
    if let Some((before, rest)) = word.split_once("://") {
        return hide_in_url(before, rest);
    }
    // As in a URL, but without its scheme.
    if let Some((before, host)) = word.rsplit_once('@')
        && let Some((user, secret)) = before.split_once(':')
        && !user.is_empty()
        && !secret.is_empty()
    {
        return format!("{user}:{MASK}@{host}");
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
    let from = name.rfind(['"', '\'', ',', '{', '(', ';', '&', '?', '=', ':']).map_or(0, |at| at + 1);
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
    fn secrets_in_lines_of_cron_and_autostart_are_masked() {
        for line in [
            "mysqldump -u root -pgeheim db",
            "sshpass -p geheim ssh anna@nas",
            "sh -c 'mysql -pgeheim db'",
            "https_proxy=anna:geheim@proxy:3128 apt-get update",
            "curl -u anna:geheim https://nas",
            "curl -uanna:geheim https://nas",
            "curl --user anna:geheim https://nas",
            "curl --proxy-user=anna:geheim https://nas",
            "smbclient -U anna%geheim //nas/x",
            "x --password -geheim",
            "x --password --token geheim",
            "x --password=\"correct geheim\" y",
            "x --password 'correct geheim' y",
            "PASSWORD=\"correct horse geheim\" y",
            "Environment=\"PASSWORD=correct geheim\" y",
            "curl -u 'anna:correct geheim' y",
        ] {
            for hidden in [hide_in_text(line), hide_in_command(line.split_whitespace())] {
                assert!(!hidden.contains("geheim"), "{line}: {hidden}");
                assert_eq!(hidden.ends_with('y'), line.ends_with('y'), "{line}: {hidden}");
            }
        }
        for arguments in [
            &["x", "--password", "correct geheim"][..],
            &["sh", "-c", "mysqldump -u root -pgeheim db"],
            &["x", "PASSWORD=correct geheim"],
            &["curl", "-H", "Authorization: Bearer geheim"],
        ] {
            let hidden = hide_in_command(arguments.iter().copied());
            assert!(!hidden.contains("geheim"), "{hidden}");
        }
    }

    #[test]
    fn what_a_wireless_network_is_called_is_masked() {
        for line in [
            "wlan0: CTRL-EVENT-SSID-TEMP-DISABLED id=0 ssid=\"At geheim\" auth_failures=1 y",
            "Trying to associate with 02:00:00:00:00:01 (SSID='At geheim' freq=2412 MHz) y",
            "associate with SSID 'At geheim' y",
            "Config: added 'ssid' value 'At geheim' y",
            "policy: auto-activating connection 'At geheim' (0f1e2d3c) y",
            "device (wlan0): Activation: (wifi) access point 'At geheim' has security y",
            "device (wlan0): Activation: starting connection \"At geheim\" (0f1e2d3c) y",
            "audit: op=\"connection-activate\" uuid=\"0f1e2d3c\" name=\"At geheim\" pid=9 y",
            "keyfile: load: \"/etc/NetworkManager/system-connections/At geheim.nmconnection\": invalid y",
        ] {
            let hidden = hide_in_text(line);
            assert!(!hidden.contains("geheim") && hidden.ends_with('y'), "{hidden}");
        }
    }

    #[test]
    fn what_is_no_secret_is_left_alone() {
        for text in [
            "/usr/bin/python3 -m http.server 80",
            "Compass=north",
            "nginx: worker process",
            "name=\"x y\"",
            "connection refused",
            "a connection to 10.0.0.1 (lost)",
        ] {
            assert_eq!(hide_in_text(text), text);
        }
        assert_eq!(hide_in_command(["ls", "--color=auto", "/home"]), "ls --color=auto /home");
        for command in ["systemctl --user start a", "sudo -u anna x", "date -u +%Y", "ssh anna@nas:22"] {
            assert_eq!(hide_in_command(command.split(' ')), command);
        }
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
