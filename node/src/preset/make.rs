//! How an organisation makes its preset: a folder with the text and the signing key, from which the signed
//! file is made.
//!
//! What it does not do: the key leaves the folder by nothing here, and a text that readers would refuse is
//! not signed.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;

use super::{MAX_PRESET_BYTES, PRESET_FILE, Preset, PresetFault, TITLE, file};
use crate::config::Config;
use crate::identity::{self, IdentityError};
use crate::nameplate::own_name;
use crate::signed_text;
use crate::words::{Phrase, args};

/// What the text in the folder is called.
const TEXT_FILE: &str = "preset.toml";

/// What the signing key is called.
const KEY_FILE: &str = "signing.key";

/// What a new text begins as.
const TEMPLATE: &str = include_str!("template.toml");

/// The folder in which a preset is made.
#[derive(Debug)]
pub struct PresetDraft {
    folder: PathBuf,
}

impl PresetDraft {
    /// That in this folder.
    pub fn of(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Begins one: a text to fill in, and a key that is new unless there is one already.
    ///
    /// # Errors
    /// In words, where there is a text already or a file can't be written.
    pub fn begin(&self) -> Result<(), Phrase> {
        self.key()?;
        let path = self.folder.join(TEXT_FILE);
        let written =
            std::fs::File::create_new(&path).and_then(|mut file| file.write_all(TEMPLATE.as_bytes()));
        written.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => {
                Phrase::with("preset-draft-there", args![path = path.display().to_string()])
            }
            _ => unwritable(&path, &error),
        })
    }

    /// Signs the text, and puts the preset beside it.
    ///
    /// # Errors
    /// In words: what readers would refuse, or which file is missing or can't be written.
    pub fn sign(&self) -> Result<Preset, Phrase> {
        let path = self.folder.join(TEXT_FILE);
        let wrong = |fault: &PresetFault| {
            Phrase::with(
                "preset-broken-draft",
                args![path = path.display().to_string(), fault = fault.phrase()],
            )
        };
        let text = std::fs::read_to_string(&path)
            .map_err(|error| wrong(&PresetFault::Unreadable(Phrase::from(&error))))?;
        file::parse(&text, 0).map_err(|fault| wrong(&fault))?;
        // A key that is made by this would be one that nobody has seen and backed up.
        if !self.folder.join(KEY_FILE).exists() {
            let path = self.folder.join(KEY_FILE).display().to_string();
            return Err(Phrase::with("preset-no-key", args![path = path]));
        }
        let key = self.key()?;
        let signed = signed_text::sign(TITLE, &text, &key);
        if signed.len() as u64 > MAX_PRESET_BYTES {
            return Err(wrong(&PresetFault::TooLarge));
        }
        let made = self.folder.join(PRESET_FILE);
        std::fs::write(&made, signed).map_err(|error| unwritable(&made, &error))?;
        Preset::read(&made).map_err(|fault| wrong(&fault))
    }

    /// The signing key's secret half; a new one where there is none.
    fn key(&self) -> Result<zeroize::Zeroizing<[u8; 32]>, Phrase> {
        let key = identity::load_or_create(&self.folder.join(KEY_FILE));
        key.map(|key| key.to_bytes()).map_err(|error| Phrase::from(&error))
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Phrase {
    let (path, reason) = (path.display().to_string(), Phrase::from(error));
    Phrase::with("preset-unwritable", args![path = path, reason = reason])
}

/// The lines of a preset's text by which this installation's technician is named.
///
/// # Errors
/// Where the installation has no key of its own.
pub fn own_card(config: &Config) -> Result<String, IdentityError> {
    let key = identity::load_or_create(&config.identity_file)?.public();
    let name = toml::Value::String(own_name(config));
    Ok(format!("[[technicians]]\nname = {name}\nkey = \"{}\"\n", HEXLOWER.encode(&key)))
}
