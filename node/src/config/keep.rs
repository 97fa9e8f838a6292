//! The one setting that a program writes by itself: the name, once somebody has given it.
//!
//! What it does: puts the name into the file, whole or not at all, and leaves every other line as it is. What
//! it does not do: it writes nothing where nothing is to be remembered, or where the file would not be read
//! again.

use std::path::Path;

use super::{Config, ConfigError, Settings, read};
use crate::identity;

impl Config {
    /// The person is called so from now on, also in the next run. Where it can't be kept it is not: the
    /// program goes on.
    pub fn remember_name(&mut self, name: &str) {
        if self.name.as_deref() == Some(name) {
            return;
        }
        let (true, Some(path)) = (self.remember, &self.settings_file) else { return };
        match keep_name(path, name) {
            Ok(true) => self.name = Some(name.to_owned()),
            Ok(false) => tracing::warn!("the settings have no place for the name"),
            Err(error) => tracing::warn!(%error, "the name could not be remembered"),
        }
    }
}

/// Whether the name is in the file now.
fn keep_name(path: &Path, name: &str) -> std::io::Result<bool> {
    let text = match read(path) {
        Ok(text) => text,
        Err(ConfigError::Missing { .. }) => String::new(),
        Err(_) => return Ok(false),
    };
    let Some(text) = with_name(&text, name) else { return Ok(false) };
    // A link to a file elsewhere stays one.
    let place = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    identity::replace_private(&place, text.as_bytes()).map(|()| true)
}

/// The settings with this name; `None` where they could not be read again, or have it in a way that is not
/// known here.
fn with_name(text: &str, name: &str) -> Option<String> {
    let line = format!("name = {}", toml::Value::String(name.to_owned()));
    let is_name =
        |line: &str| line.strip_prefix("name").is_some_and(|rest| rest.trim_start().starts_with('='));
    let top = text.lines().take_while(|line| !line.trim_start().starts_with('['));
    let mut lines: Vec<&str> = text.lines().collect();
    match top.into_iter().position(|line| is_name(line.trim_start())) {
        Some(place) => lines[place] = &line,
        None => lines.insert(0, &line),
    }
    let text = lines.join("\n") + "\n";
    let settings = Settings::parse(&text).ok()?;
    (settings.name.map(|name| name.0).as_deref() == Some(name)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_takes_its_line_and_leaves_the_others() {
        for (before, after) in [
            ("", "name = \"Tess\"\n"),
            ("# mine\nmdns = false\n", "name = \"Tess\"\n# mine\nmdns = false\n"),
            ("mdns = false\n  name=\"Bert\" # me\n[serve]\n", "mdns = false\nname = \"Tess\"\n[serve]\n"),
        ] {
            assert_eq!(with_name(before, "Tess").as_deref(), Some(after), "{before:?}");
        }
        let odd = with_name("", "Te\"s\\s").expect("it is quoted");
        assert_eq!(Settings::parse(&odd).unwrap().name.unwrap().0, "Te\"s\\s");
        for refused in [with_name("name = 3 3\nmdns", "Tess"), with_name("", ""), with_name("", "a\nb")] {
            assert_eq!(refused, None);
        }
    }

    #[test]
    fn a_name_is_remembered_in_the_file_that_is_read_again_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::write(&file, "mdns = false\n").unwrap();
        let load = || Config::load(Some(&file), Some(folder.path())).unwrap();
        let mut config = load();
        config.remember_name("Tess");
        assert_eq!((config.name.as_deref(), load().name.as_deref()), (Some("Tess"), Some("Tess")));
        assert!(!load().mdns);
        std::fs::write(&file, "remember = false\n").unwrap();
        load().remember_name("Tess");
        assert_eq!(load().name, None, "nothing is to be remembered");
        let mut nowhere = Config { settings_file: None, ..load() };
        nowhere.remember_name("Tess");
        assert_eq!(nowhere.name, None);
    }
}
