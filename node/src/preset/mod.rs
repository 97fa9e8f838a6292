//! What an organisation has set up for the people whom it helps: a signed file beside the program.
//!
//! What it does: reads `beistand.preset`, takes its network where the person has chosen none, and knows its
//! technicians' keys by the names that the organisation gives them. It keeps by whom the first one was
//! signed, and takes none of another signer before the person agrees.
//!
//! What it does not do: it lets nobody in. A preset has no word for a permission, a consent, a file or a
//! program; what it doesn't know it refuses as a whole. Who may write beside the program can bring another
//! program as well, so the signature says whose a preset is and not that they are to be trusted.

mod card;
mod fault;
mod file;
mod make;
mod signer_book;
#[cfg(test)]
mod tests;

use std::io::Read as _;
use std::path::{Path, PathBuf};

pub use card::{CardShelf, TechnicianCard};
pub use fault::PresetFault;
pub use make::{PresetDraft, own_card};

use crate::config::{Address, Config};
use crate::signed_text::{SignedText, SignerKey};
use crate::words::{Phrase, args};
use signer_book::{KnownSigner, SignerBook};

/// What the file is called.
pub const PRESET_FILE: &str = "beistand.preset";

/// What the file begins with.
const TITLE: &str = "beistand preset 1";

/// Bytes of a preset at most: that of an organisation with 200 technicians takes half.
const MAX_PRESET_BYTES: u64 = 64 * 1024;

/// What an organisation has set up. One that exists was signed, and is within its ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    path: PathBuf,
    signer: SignerKey,
    organisation: String,
    phone: Option<String>,
    text: Option<String>,
    network: Option<PresetNetwork>,
    cards: CardShelf,
}

/// What to join, in the place of the network that is joined otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PresetNetwork {
    name: String,
    bootstrap: Vec<Address>,
    relays: Vec<Address>,
}

/// What there is beside the program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum PresetState {
    /// Nothing.
    #[default]
    None,
    /// This one is in use.
    Used(Box<Preset>),
    /// Another organisation's than the one before. It is not in use until the person agrees.
    OfAnotherSigner {
        /// What is there now.
        found: Box<Preset>,
        /// Whose was used before, where that is known.
        before: Option<String>,
    },
    /// One that is of no use.
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: PresetFault,
    },
}

impl PresetState {
    /// One with a card of this name and key.
    #[cfg(test)]
    pub(crate) fn sample_with_card(name: &str, key: [u8; 32]) -> Self {
        let card = TechnicianCard { key, ..TechnicianCard::sample(name, "Muster IT") };
        let cards = CardShelf::new(vec![card]);
        Self::Used(Box::new(Preset { cards, ..Preset::sample("Muster IT") }))
    }

    /// What the person is told: of a preset in use who has set it up, and what else that says; of any other
    /// why it isn't used.
    pub fn lines(&self) -> Vec<Phrase> {
        match self {
            Self::None => Vec::new(),
            Self::Used(preset) => preset.lines(),
            Self::OfAnotherSigner { found, before } => {
                let (path, organisation) = (found.path.display().to_string(), &found.organisation);
                vec![match before {
                    Some(before) => Phrase::with(
                        "preset-other-signer",
                        args![path = path, organisation = organisation, before = before],
                    ),
                    None => {
                        Phrase::with("preset-unknown-signer", args![path = path, organisation = organisation])
                    }
                }]
            }
            Self::Broken { path, fault } => {
                let (path, fault) = (path.display().to_string(), fault.phrase());
                vec![Phrase::with("preset-broken", args![path = path, fault = fault])]
            }
        }
    }

    /// The one in use.
    pub fn used(&self) -> Option<&Preset> {
        match self {
            Self::Used(preset) => Some(preset),
            Self::None | Self::OfAnotherSigner { .. } | Self::Broken { .. } => None,
        }
    }

    /// The one that waits for the person to agree.
    pub fn waiting(&self) -> Option<&Preset> {
        match self {
            Self::OfAnotherSigner { found, .. } => Some(found),
            Self::None | Self::Used(_) | Self::Broken { .. } => None,
        }
    }

    /// Whose names are known by their keys.
    pub(crate) fn cards(&self) -> CardShelf {
        self.used().map(|preset| preset.cards.clone()).unwrap_or_default()
    }
}

impl Preset {
    /// The preset in this file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(path: &Path) -> Result<Self, PresetFault> {
        let unreadable = |error: std::io::Error| PresetFault::Unreadable(Phrase::from(&error));
        // Before it is opened, since opening a pipe waits for its other end.
        if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(PresetFault::NotSigned);
        }
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(MAX_PRESET_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MAX_PRESET_BYTES {
            return Err(PresetFault::TooLarge);
        }
        let text = String::from_utf8(bytes).map_err(|_| PresetFault::NotSigned)?;
        let signed = SignedText::open(TITLE, &text)?;
        let preset = file::parse(signed.text, signed.lines_before)?;
        Ok(Self { path: path.to_owned(), signer: signed.signer, ..preset })
    }

    /// One for tests and for looking at pages.
    pub fn sample(organisation: &str) -> Self {
        Self {
            path: PathBuf::from("/home/anna/beistand/beistand.preset"),
            signer: SignerKey::NOBODY,
            organisation: organisation.to_owned(),
            phone: Some("+49 30 1234567".to_owned()),
            text: Some("We are there from 8 to 18.".to_owned()),
            network: None,
            cards: CardShelf::default(),
        }
    }

    /// Who has set it up, as they call themselves.
    pub fn organisation(&self) -> &str {
        &self.organisation
    }

    /// Where they are called.
    pub fn phone(&self) -> Option<&str> {
        self.phone.as_deref()
    }

    /// What they say, in a line.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// By whom it is signed.
    pub fn signer(&self) -> SignerKey {
        self.signer
    }

    /// Whose keys it has.
    pub fn cards(&self) -> &[TechnicianCard] {
        self.cards.all()
    }

    /// The network that it sets up.
    pub fn network(&self) -> Option<&str> {
        self.network.as_ref().map(|network| network.name.as_str())
    }

    /// What the person is told of it: whose it is, what those say, and how to do without.
    fn lines(&self) -> Vec<Phrase> {
        let mut lines = vec![Phrase::with("preset-used", args![organisation = &self.organisation])];
        lines.extend(self.text().map(|text| Phrase::with("preset-text", args![text = text])));
        lines.extend(self.phone().map(|phone| Phrase::with("preset-phone", args![phone = phone])));
        let path = self.path.display().to_string();
        lines.push(Phrase::with("preset-where", args![path = path]));
        lines
    }
}

impl Config {
    /// Takes over the preset beside the running program, where there is one.
    pub(crate) fn adopt_preset(&mut self) {
        let program = std::env::current_exe().ok();
        if let Some(folder) = program.as_deref().and_then(Path::parent) {
            self.adopt_preset_in(folder);
        }
    }

    /// Takes over the preset in this folder, where there is one.
    fn adopt_preset_in(&mut self, folder: &Path) {
        let path = folder.join(PRESET_FILE);
        if !path.exists() {
            return;
        }
        let preset = match Preset::read(&path) {
            Ok(preset) => Box::new(preset),
            Err(fault) => return self.preset = PresetState::Broken { path, fault },
        };
        let book = SignerBook::of(self);
        match book.known() {
            KnownSigner::Nobody => self.use_preset(preset, &book),
            KnownSigner::This { key, .. } if key == preset.signer => self.use_preset(preset, &book),
            KnownSigner::This { organisation, .. } => {
                self.preset = PresetState::OfAnotherSigner { found: preset, before: Some(organisation) };
            }
            KnownSigner::Unreadable => {
                self.preset = PresetState::OfAnotherSigner { found: preset, before: None };
            }
        }
    }

    /// The person agrees with the preset that waits for that. Whether there was one.
    pub fn agree_to_preset(&mut self) -> bool {
        let PresetState::OfAnotherSigner { found, .. } = &self.preset else { return false };
        let (found, book) = (found.clone(), SignerBook::of(self));
        self.use_preset(found, &book);
        true
    }

    fn use_preset(&mut self, preset: Box<Preset>, book: &SignerBook) {
        book.keep(preset.signer, &preset.organisation);
        // Half of a network is none: the person's own stands as a whole.
        if let (false, Some(network)) = (self.own_network, &preset.network) {
            self.network.clone_from(&network.name);
            self.bootstrap.clone_from(&network.bootstrap);
            self.relays.clone_from(&network.relays);
        }
        self.preset = PresetState::Used(preset);
    }
}
