//! Bytes of any kind in a journal that is text: a path, a small file.

use beistand_posix::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes as they are. In JSON each is a character, so that what is text can be read there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeptBytes(pub Vec<u8>);

impl KeptBytes {
    /// As a path.
    pub fn as_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.0))
    }
}

impl From<PathBuf> for KeptBytes {
    fn from(path: PathBuf) -> Self {
        Self(path.into_os_string().into_vec())
    }
}

impl From<OsString> for KeptBytes {
    fn from(text: OsString) -> Self {
        Self(text.into_vec())
    }
}

impl Serialize for KeptBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.iter().map(|byte| char::from(*byte)).collect::<String>())
    }
}

impl<'de> Deserialize<'de> for KeptBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = text.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect::<Option<_>>();
        bytes.map(Self).ok_or_else(|| D::Error::custom("a character that is no byte"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_come_back_and_text_can_be_read() {
        let all = KeptBytes((0..=255).collect());
        let text = serde_json::to_string(&all).unwrap();
        assert_eq!(serde_json::from_str::<KeptBytes>(&text).unwrap(), all);
        let path = KeptBytes::from(PathBuf::from("/home/anna"));
        assert_eq!(serde_json::to_string(&path).unwrap(), "\"/home/anna\"");
        assert!(serde_json::from_str::<KeptBytes>("\"\u{20ac}\"").is_err());
    }
}
