//! Names as bytes.

use std::ffi::{OsStr, OsString};

/// A name that bytes make.
pub trait OsStrExt {
    /// Of these bytes, which are UTF-8 or no name of this system.
    fn from_bytes(bytes: &[u8]) -> &Self;

    /// Its bytes.
    fn as_bytes(&self) -> &[u8];
}

impl OsStrExt for OsStr {
    fn from_bytes(bytes: &[u8]) -> &Self {
        OsStr::new(std::str::from_utf8(bytes).unwrap_or_default())
    }

    fn as_bytes(&self) -> &[u8] {
        self.as_encoded_bytes()
    }
}

/// A name that becomes bytes.
pub trait OsStringExt {
    /// Of these bytes, which are UTF-8 or no name of this system.
    fn from_vec(bytes: Vec<u8>) -> Self;

    /// Its bytes.
    fn into_vec(self) -> Vec<u8>;
}

impl OsStringExt for OsString {
    fn from_vec(bytes: Vec<u8>) -> Self {
        String::from_utf8(bytes).unwrap_or_default().into()
    }

    fn into_vec(self) -> Vec<u8> {
        self.into_encoded_bytes()
    }
}
