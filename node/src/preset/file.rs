//! The text of a preset: TOML with these words and no others.
//!
//! ```toml
//! organisation = "Muster IT"
//! phone = "+49 30 1234567"
//! text = "We are here from 8 to 18 o'clock."
//! network = "muster"
//! bootstrap = ["/dns4/node.example.org/udp/4001/quic-v1/p2p/…"]
//! relays = ["/dns4/node.example.org/udp/4001/quic-v1/p2p/…"]
//!
//! [[technicians]]
//! name = "Tess Muster"
//! key = "…"
//! ```
//!
//! There is no word here for what somebody may do, for a consent, or for a file or a program of the person's
//! computer. Whoever adds one has to look at that.

use std::path::PathBuf;

use beistand_p2p::Multiaddr;
use beistand_session::{escape_quoted, escaped_name_warning};
use data_encoding::HEXLOWER;
use serde::Deserialize;
use toml::Spanned;

use super::{CardShelf, Preset, PresetFault, PresetNetwork, TechnicianCard};
use crate::config::{Address, AddressText, Lines, MAX_ADDRESSES, MAX_NAME_CHARS, ValueFault, Word};
use crate::signed_text::SignerKey;
use crate::words::{Phrase, args};

/// Technicians with a card: more than the largest of help desks, and few enough to look through for each
/// request.
pub(super) const MAX_CARDS: usize = 200;

/// Characters of what an organisation says: two lines of the home page.
pub(super) const MAX_TEXT_CHARS: usize = 200;

/// Characters of a telephone number with its blanks.
pub(super) const MAX_PHONE_CHARS: usize = 32;

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PresetText {
    organisation: Spanned<String>,
    phone: Option<Spanned<String>>,
    text: Option<Spanned<String>>,
    network: Option<Word>,
    #[serde(default)]
    bootstrap: Vec<Spanned<AddressText>>,
    #[serde(default)]
    relays: Vec<Spanned<AddressText>>,
    #[serde(default)]
    technicians: Vec<Spanned<CardText>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CardText {
    name: Spanned<String>,
    key: Spanned<String>,
}

/// A text and where its lines are, in a file that has so many lines before it.
struct PresetLines {
    lines: Lines,
    before: usize,
}

impl PresetLines {
    fn fault<T>(&self, at: &Spanned<T>, fault: Phrase) -> PresetFault {
        PresetFault::Line { line: Some(self.at(at.span().start)), fault }
    }

    fn at(&self, place: usize) -> usize {
        self.before + self.lines.line_at(place)
    }
}

/// The preset of this text, without its file and its signer.
pub(super) fn parse(text: &str, lines_before: usize) -> Result<Preset, PresetFault> {
    let lines = PresetLines { lines: Lines::of(text.as_bytes()), before: lines_before };
    let written: PresetText = toml::from_str(text).map_err(|error| PresetFault::Line {
        line: error.span().map(|span| lines.at(span.start)),
        fault: parser_fault(error.message()),
    })?;
    let organisation = name(&written.organisation, &lines)?;
    let phone = written.phone.map(|phone| phone_number(&phone, &lines)).transpose()?;
    let said = written.text.map(|text| line_of_text(&text, &lines)).transpose()?;
    let bootstrap = addresses(&written.bootstrap, &lines)?;
    let relays = addresses(&written.relays, &lines)?;
    let named = written.network.map(|word| word.0);
    let network = (named.is_some() || !bootstrap.is_empty() || !relays.is_empty()).then(|| PresetNetwork {
        name: named.unwrap_or_else(|| beistand_p2p::DEFAULT_NETWORK.to_owned()),
        bootstrap,
        relays,
    });
    let cards = cards(&written.technicians, &organisation, &lines)?;
    let (path, signer) = (PathBuf::new(), SignerKey::NOBODY);
    Ok(Preset { path, signer, organisation, phone, text: said, network, cards })
}

fn cards(
    written: &[Spanned<CardText>],
    organisation: &str,
    lines: &PresetLines,
) -> Result<CardShelf, PresetFault> {
    if let Some(beyond) = written.get(MAX_CARDS) {
        return Err(lines.fault(beyond, Phrase::with("preset-too-many-cards", args![max = MAX_CARDS])));
    }
    let mut cards: Vec<TechnicianCard> = Vec::new();
    for card in written {
        let CardText { name: called, key } = card.get_ref();
        let decoded = HEXLOWER.decode(key.get_ref().as_bytes()).ok().and_then(|key| key.try_into().ok());
        let bytes: [u8; 32] = decoded.ok_or_else(|| lines.fault(key, Phrase::new("preset-key")))?;
        if cards.iter().any(|card| card.key == bytes) {
            return Err(lines.fault(key, Phrase::new("preset-key-twice")));
        }
        let (name, organisation) = (name(called, lines)?, organisation.to_owned());
        cards.push(TechnicianCard { name, organisation, key: bytes });
    }
    Ok(CardShelf::new(cards))
}

/// A name that shows as it is written, and is none of those that frauds use.
fn name(written: &Spanned<String>, lines: &PresetLines) -> Result<String, PresetFault> {
    let name = written.get_ref().trim();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS {
        return Err(
            lines.fault(written, Phrase::with("config-value-name-length", args![max = MAX_NAME_CHARS]))
        );
    }
    if escape_quoted(name) != name || escaped_name_warning(name).is_some() {
        return Err(lines.fault(written, Phrase::new("preset-name")));
    }
    Ok(name.to_owned())
}

fn phone_number(written: &Spanned<String>, lines: &PresetLines) -> Result<String, PresetFault> {
    let phone = written.get_ref().trim();
    let fits = |letter: char| letter.is_ascii_digit() || " +-/()".contains(letter);
    let some = phone.chars().any(|letter| letter.is_ascii_digit());
    if some && phone.chars().count() <= MAX_PHONE_CHARS && phone.chars().all(fits) {
        return Ok(phone.to_owned());
    }
    Err(lines.fault(written, Phrase::with("preset-phone-form", args![max = MAX_PHONE_CHARS])))
}

fn line_of_text(written: &Spanned<String>, lines: &PresetLines) -> Result<String, PresetFault> {
    let text = written.get_ref().trim();
    if !text.is_empty() && text.chars().count() <= MAX_TEXT_CHARS && escape_quoted(text) == text {
        return Ok(text.to_owned());
    }
    Err(lines.fault(written, Phrase::with("preset-text-form", args![max = MAX_TEXT_CHARS])))
}

/// Addresses of computers that are known by their keys.
fn addresses(written: &[Spanned<AddressText>], lines: &PresetLines) -> Result<Vec<Address>, PresetFault> {
    if let Some(beyond) = written.get(MAX_ADDRESSES) {
        return Err(
            lines.fault(beyond, Phrase::with("preset-too-many-addresses", args![max = MAX_ADDRESSES]))
        );
    }
    let one = |address: &Spanned<AddressText>| {
        let text = &address.get_ref().0;
        if !text.contains("/p2p/") || text.parse::<Multiaddr>().is_err() {
            return Err(lines.fault(address, Phrase::new("preset-address")));
        }
        // Its line is of no file of the person's.
        Ok(Address { text: text.clone(), line: None })
    };
    written.iter().map(one).collect()
}

/// What the parser said, in our own words.
fn parser_fault(message: &str) -> Phrase {
    let named = |rest: &str| rest.split('`').next().unwrap_or_default().escape_debug().to_string();
    let message = message.trim();
    if let Some(fault) = ValueFault::of_text(message) {
        return fault.phrase();
    }
    if let Some(rest) = message.strip_prefix("unknown field `") {
        return Phrase::with("preset-unknown", args![name = named(rest)]);
    }
    if let Some(rest) = message.strip_prefix("missing field `") {
        return Phrase::with("preset-missing", args![name = named(rest)]);
    }
    if message.starts_with("invalid type: ") {
        return Phrase::new("preset-kind");
    }
    Phrase::new("preset-syntax")
}
