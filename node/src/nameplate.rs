//! What this computer says of itself to whoever helps here: what its user is called, and its system.
//!
//! It only reads what the system says anyway, and says nothing to anybody: that is a feature's, after the
//! user's yes.

use beistand_session::{MAX_ABOUT_CHARS, MAX_NAME_CHARS, MAX_SYSTEM_CHARS, escaped_name_warning, is_hidden};

use crate::config::Config;

/// Where the login's name is, on the systems that there are.
const LOGIN_VARIABLES: [&str; 3] = ["USER", "LOGNAME", "USERNAME"];

/// The longest file that is read here, in bytes: a company's list of users takes a quarter.
const MAX_FILE_BYTES: u64 = 256 * 1024;

/// Who sits here, and what runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Nameplate {
    /// What the person is called; empty where nothing is known.
    pub(crate) name: String,
    /// What the system is called; empty where nothing is known.
    pub(crate) system: String,
    /// What is wrong, as the person wrote it before the session; mostly empty.
    pub(crate) about: String,
}

impl Nameplate {
    pub(crate) fn of(config: &Config) -> Self {
        let about = config.about.as_deref().unwrap_or_default();
        Self {
            name: own_name(config),
            system: system_name(&read("/etc/os-release")),
            about: plain(about, MAX_ABOUT_CHARS),
        }
    }
}

/// What this person is called: as the settings say, or as the system calls whoever is logged in. Empty where
/// neither knows.
pub fn own_name(config: &Config) -> String {
    config.name.clone().unwrap_or_else(|| {
        let login = LOGIN_VARIABLES.iter().find_map(|variable| std::env::var(variable).ok());
        login.map(|login| name_of_login(&login, &read("/etc/passwd"))).unwrap_or_default()
    })
}

/// The name of `login` in a list of users, or the login itself. Nothing where that would be taken for a
/// company's, or for the system's.
fn name_of_login(login: &str, users: &str) -> String {
    let full = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(login)).then(|| fields.nth(3).unwrap_or_default())
    });
    let full = full.and_then(|full| full.split(',').next()).unwrap_or_default();
    let name =
        [full, login].map(|name| plain(name, MAX_NAME_CHARS)).into_iter().find(|name| !name.is_empty());
    name.filter(|name| escaped_name_warning(name).is_none()).unwrap_or_default()
}

/// The product and its version, without what nobody says.
fn system_name(release: &str) -> String {
    let value = |key: &str| {
        let line = release.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.unwrap_or_default().trim_matches('"').to_owned()
    };
    let name = value("NAME").replace(" GNU/Linux", "").replace(" Linux", "");
    let said = if name.is_empty() {
        std::env::consts::OS.to_owned()
    } else {
        format!("{name} {}", value("VERSION_ID"))
    };
    plain(said.trim(), MAX_SYSTEM_CHARS)
}

/// As much of a text as is shown as it is written.
pub(crate) fn plain(text: &str, chars: usize) -> String {
    let shown: String = text.chars().filter(|character| !is_hidden(*character)).take(chars).collect();
    shown.trim().to_owned()
}

/// The file's text; none where it can't be read.
fn read(path: &str) -> String {
    use std::io::Read as _;
    let mut text = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MAX_FILE_BYTES).read_to_end(&mut text));
    read.map(|_| String::from_utf8_lossy(&text).into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = "root:x:0:0:root:/root:/bin/bash\nanna:x:1000:1000:Anna Berger,,,:/home/anna:/bin/sh\n\
                         bert:x:1001:1001::/home/bert:/bin/sh\n";

    #[test]
    fn a_person_is_called_as_the_system_calls_them_unless_that_misleads() {
        for (login, name) in [("anna", "Anna Berger"), ("bert", "bert"), ("cleo", "cleo"), ("root", "")] {
            assert_eq!(name_of_login(login, USERS), name, "{login}");
        }
        assert_eq!(name_of_login("", USERS), "");
        let long = name_of_login(&"x".repeat(100), USERS);
        assert_eq!(long.len(), MAX_NAME_CHARS);
        assert_eq!(name_of_login("a\u{202e}b\n", USERS), "ab");
    }

    #[test]
    fn a_system_is_its_product_and_version() {
        let debian =
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n";
        assert_eq!(system_name(debian), "Debian 12");
        assert_eq!(system_name("NAME=Ubuntu\nVERSION_ID=\"24.04\"\n"), "Ubuntu 24.04");
        assert_eq!(system_name("NAME=\"Arch Linux\"\n"), "Arch");
        assert_eq!(system_name(""), std::env::consts::OS);
    }
}
