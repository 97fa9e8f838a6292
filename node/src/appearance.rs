//! How the window looks: light or dark, how large its text is, whether it moves. From the settings, and as a
//! person has chosen it in the window since, which is remembered on this computer alone.
//!
//! A file that is missing or damaged is none: what is lost is a choice on the home page. It draws nothing.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::identity;

/// Bytes of the file that are read: what is written takes a third.
const MAX_FILE_BYTES: u64 = 256;

const FILE_NAME: &str = "appearance.json";

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeChoice {
    /// As the desktop.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl ThemeChoice {
    /// All of them, in the order in which a person is offered them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];
}

/// Whether anything on a page moves by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MotionChoice {
    /// As the desktop.
    #[default]
    Auto,
    /// It does.
    Full,
    /// Nothing does.
    Reduced,
}

/// How large everything is, in parts of a hundred: 100 to 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct ZoomPercent(u8);

impl ZoomPercent {
    /// As it is drawn.
    pub const LEAST: Self = Self(100);
    /// Twice as large.
    pub const MOST: Self = Self(200);
    /// By how much a press of a key changes it: from the least to the most in five.
    const STEP: u8 = 20;

    /// A step larger, or the most.
    #[must_use]
    pub fn larger(self) -> Self {
        Self(self.0.saturating_add(Self::STEP)).min(Self::MOST)
    }

    /// A step smaller, or the least.
    #[must_use]
    pub fn smaller(self) -> Self {
        Self(self.0.saturating_sub(Self::STEP)).max(Self::LEAST)
    }

    /// By how much each size is multiplied.
    pub fn factor(self) -> f32 {
        f32::from(self.0) / 100.0
    }

    /// In parts of a hundred.
    pub const fn percent(self) -> u8 {
        self.0
    }
}

impl Default for ZoomPercent {
    fn default() -> Self {
        Self::LEAST
    }
}

impl From<ZoomPercent> for i64 {
    fn from(zoom: ZoomPercent) -> Self {
        zoom.0.into()
    }
}

impl TryFrom<i64> for ZoomPercent {
    type Error = ZoomFault;

    fn try_from(percent: i64) -> Result<Self, ZoomFault> {
        let zoom = u8::try_from(percent).map(Self).map_err(|_| ZoomFault)?;
        if (Self::LEAST..=Self::MOST).contains(&zoom) { Ok(zoom) } else { Err(ZoomFault) }
    }
}

/// A size out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZoomFault;

impl std::fmt::Display for ZoomFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not from 100 to 200")
    }
}

impl std::error::Error for ZoomFault {}

/// How the window looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appearance {
    /// Light or dark.
    pub theme: ThemeChoice,
    /// Whether it moves.
    pub motion: MotionChoice,
    /// How large it is.
    pub zoom: ZoomPercent,
}

/// The file.
#[derive(Debug, Clone)]
pub struct AppearanceBook {
    path: PathBuf,
    /// What the settings say.
    usual: Appearance,
}

impl AppearanceBook {
    /// The book of the installation with this config.
    pub fn of(config: &Config) -> Self {
        Self::new(&config.data_dir, config.appearance)
    }

    fn new(data_dir: &Path, usual: Appearance) -> Self {
        Self { path: data_dir.join(FILE_NAME), usual }
    }

    /// How it looks.
    pub fn read(&self) -> Appearance {
        let mut text = Vec::new();
        let read = std::fs::File::open(&self.path)
            .and_then(|file| file.take(MAX_FILE_BYTES).read_to_end(&mut text))
            .map(|_| serde_json::from_slice(&text));
        match read {
            Ok(Ok(chosen)) => chosen,
            Ok(Err(error)) => {
                tracing::warn!(%error, "what was chosen for the window's looks is damaged and doesn't count");
                self.usual
            }
            Err(_) => self.usual,
        }
    }

    /// It looks so from now on. Where that can't be kept it is not.
    pub fn keep(&self, chosen: Appearance) {
        let kept = serde_json::to_vec(&chosen)
            .map_err(std::io::Error::from)
            .and_then(|text| identity::replace_private(&self.path, &text));
        if let Err(error) = kept {
            tracing::warn!(%error, "how the window looks could not be remembered");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_kept_and_what_is_damaged_is_as_the_settings_say() {
        let folder = tempfile::tempdir().unwrap();
        let usual = Appearance { theme: ThemeChoice::Dark, ..Appearance::default() };
        let book = AppearanceBook::new(folder.path(), usual);
        assert_eq!(book.read(), usual);
        let chosen = Appearance {
            theme: ThemeChoice::Light,
            motion: MotionChoice::Reduced,
            zoom: ZoomPercent::MOST.smaller(),
        };
        book.keep(chosen);
        assert_eq!(AppearanceBook::new(folder.path(), usual).read(), chosen);
        let path = folder.path().join(FILE_NAME);
        assert!(3 * std::fs::metadata(&path).unwrap().len() <= MAX_FILE_BYTES);
        for damage in ["", "{}", r#"{"theme":"dark","motion":"full","zoom":900}"#, "\0"] {
            std::fs::write(&path, damage).unwrap();
            assert_eq!(book.read(), usual, "{damage:?}");
        }
    }

    #[test]
    fn sizes_go_in_steps_from_one_end_to_the_other() {
        let mut zoom = ZoomPercent::LEAST;
        assert_eq!(zoom.smaller(), zoom);
        for _ in 0..5 {
            assert!(zoom < ZoomPercent::MOST);
            zoom = zoom.larger();
        }
        assert_eq!((zoom, zoom.larger(), zoom.factor()), (ZoomPercent::MOST, zoom, 2.0));
        assert_eq!([99, 201, 300, -1].map(ZoomPercent::try_from), [Err(ZoomFault); 4]);
    }
}
