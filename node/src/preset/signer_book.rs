//! By whom the preset was signed that was used before, in a file of the program's.
//!
//! Where nothing is to be remembered nothing is written; what is there already counts all the same.

use std::io::Read as _;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::identity;
use crate::signed_text::SignerKey;

const FILE_NAME: &str = "signer.json";

/// Bytes of the file that are read: a key and a name of 64 characters, each escaped, take half.
const MAX_FILE_BYTES: u64 = 2048;

/// Where the signer is kept.
#[derive(Debug)]
pub(super) struct SignerBook {
    path: PathBuf,
    keeps: bool,
}

/// Whose preset was used before.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum KnownSigner {
    Nobody,
    This {
        key: SignerKey,
        organisation: String,
    },
    /// There was one, and nobody can tell any more which.
    Unreadable,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignerEntry {
    key: SignerKey,
    organisation: String,
}

impl SignerBook {
    pub(super) fn of(config: &Config) -> Self {
        Self { path: config.data_dir.join(FILE_NAME), keeps: config.remember }
    }

    pub(super) fn known(&self) -> KnownSigner {
        let mut bytes = Vec::new();
        let read = std::fs::File::open(&self.path)
            .and_then(|file| file.take(MAX_FILE_BYTES).read_to_end(&mut bytes).map(drop));
        match read {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return KnownSigner::Nobody,
            Err(_) => return KnownSigner::Unreadable,
        }
        match serde_json::from_slice(&bytes) {
            Ok(SignerEntry { key, organisation }) => KnownSigner::This { key, organisation },
            Err(_) => KnownSigner::Unreadable,
        }
    }

    /// Presets of this signer are used from now on. Where that can't be kept they are asked about again.
    pub(super) fn keep(&self, key: SignerKey, organisation: &str) {
        let entry = SignerEntry { key, organisation: organisation.to_owned() };
        let known = KnownSigner::This { key, organisation: entry.organisation.clone() };
        if !self.keeps || self.known() == known {
            return;
        }
        let text = serde_json::to_vec(&entry).expect("a key and a name are JSON");
        if let Err(error) = identity::replace_private(&self.path, &text) {
            tracing::warn!(%error, "the preset's signer could not be remembered");
        }
    }
}
