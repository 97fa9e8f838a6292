//! A text with the signature of whoever wrote it, in one file that a person can read.
//!
//! What it does: puts a title, a key, a signature and a text together, and takes them apart again where all
//! of it fits. What it does not do: it doesn't say whether a key is to be trusted, and knows nothing of what
//! the text means.
//!
//! ```text
//! beistand preset 1
//! key 3d40…
//! signature 92a0…
//!
//! the text
//! ```
//!
//! The signature (Ed25519, strict) covers the title, a line break and the text, so that what is signed as one
//! kind of file is of no use as another.

use data_encoding::HEXLOWER;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

/// By whom a text is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SignerKey([u8; 32]);

/// Why a text is not one that somebody has signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignatureFault {
    /// It is another kind of file, or of another version.
    Title,
    /// It is one, and its head is damaged.
    Head,
    /// The signature is not that of this text.
    Signature,
}

/// A text whose signature fits.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SignedText<'a> {
    pub(crate) signer: SignerKey,
    /// The line of the file on which the text begins, less one.
    pub(crate) lines_before: usize,
    pub(crate) text: &'a str,
}

/// Lines of the head, with the empty one after it.
const HEAD_LINES: usize = 4;

impl<'a> SignedText<'a> {
    /// What is in the file, where it is one with this title.
    pub(crate) fn open(title: &str, file: &'a str) -> Result<Self, SignatureFault> {
        let rest = file.strip_prefix(title).and_then(line_end).ok_or(SignatureFault::Title)?;
        let (key, rest) = field(rest, "key ").ok_or(SignatureFault::Head)?;
        let (signature, rest) = field(rest, "signature ").ok_or(SignatureFault::Head)?;
        let text = line_end(rest).ok_or(SignatureFault::Head)?;
        let signer = SignerKey(bytes(key).ok_or(SignatureFault::Head)?);
        let signature = Signature::from_bytes(&bytes(signature).ok_or(SignatureFault::Head)?);
        let key = VerifyingKey::from_bytes(&signer.0).map_err(|_| SignatureFault::Head)?;
        key.verify_strict(&covered(title, text), &signature).map_err(|_| SignatureFault::Signature)?;
        Ok(Self { signer, lines_before: HEAD_LINES, text })
    }
}

/// The file with this title and text, signed with the key whose secret half this is.
pub(crate) fn sign(title: &str, text: &str, secret: &[u8; 32]) -> String {
    let key = SigningKey::from_bytes(secret);
    let signature = key.sign(&covered(title, text)).to_bytes();
    let key = SignerKey(key.verifying_key().to_bytes());
    format!("{title}\nkey {}\nsignature {}\n\n{text}", key.hex(), HEXLOWER.encode(&signature))
}

fn covered(title: &str, text: &str) -> Vec<u8> {
    [title, "\n", text].concat().into_bytes()
}

/// What comes after the end of a line; some editors and mail programs end it in their own way.
fn line_end(text: &str) -> Option<&str> {
    text.strip_prefix('\n').or_else(|| text.strip_prefix("\r\n"))
}

fn field<'a>(text: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let (value, rest) = text.strip_prefix(name)?.split_once('\n')?;
    Some((value.strip_suffix('\r').unwrap_or(value), rest))
}

fn bytes<const N: usize>(hex: &str) -> Option<[u8; N]> {
    HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()
}

impl SignerKey {
    /// Of a text that isn't signed yet.
    pub(crate) const NOBODY: Self = Self([0; 32]);

    /// In hexadecimal digits.
    pub fn hex(&self) -> String {
        HEXLOWER.encode(&self.0)
    }
}

impl TryFrom<String> for SignerKey {
    type Error = &'static str;

    fn try_from(hex: String) -> Result<Self, Self::Error> {
        bytes(&hex).map(Self).ok_or("a key has 64 hexadecimal digits")
    }
}

impl From<SignerKey> for String {
    fn from(key: SignerKey) -> Self {
        key.hex()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TITLE: &str = "beistand sample 1";

    #[test]
    fn what_was_signed_is_read_and_any_change_is_found() {
        let file = sign(TITLE, "line\nöther\n", &[7; 32]);
        let read = SignedText::open(TITLE, &file).expect("it is ours");
        assert_eq!((read.text, read.lines_before), ("line\nöther\n", 4));
        assert_eq!(file.lines().nth(read.lines_before), Some("line"));
        for place in 0..file.len() {
            for change in [1, 0x20] {
                let mut bad = file.clone().into_bytes();
                bad[place] ^= change;
                if let Ok(bad) = String::from_utf8(bad) {
                    SignedText::open(TITLE, &bad).expect_err("it was changed");
                }
            }
            if let Some(short) = file.get(..place) {
                SignedText::open(TITLE, short).expect_err("it is cut off");
            }
        }
        SignedText::open(TITLE, &(file + "\n")).expect_err("something was put to its end");
    }

    #[test]
    fn a_text_counts_as_what_it_was_signed_for_alone() {
        let file = sign(TITLE, "text", &[7; 32]);
        assert_eq!(SignedText::open("beistand sample 2", &file), Err(SignatureFault::Title));
        let other = file.replacen(TITLE, "beistand sample 2", 1);
        assert_eq!(SignedText::open("beistand sample 2", &other), Err(SignatureFault::Signature));
    }

    #[test]
    fn a_key_of_low_order_signs_nothing() {
        for key in [[0; 32], {
            let mut one = [0; 32];
            one[0] = 1;
            one
        }] {
            let head =
                format!("{TITLE}\nkey {}\nsignature {}\n\ntext", SignerKey(key).hex(), "0".repeat(128));
            SignedText::open(TITLE, &head).expect_err("anybody could have made it");
            let identity = "01".to_owned() + &"00".repeat(63);
            let head = format!("{TITLE}\nkey {}\nsignature {identity}\n\ntext", SignerKey(key).hex());
            SignedText::open(TITLE, &head).expect_err("anybody could have made it");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_a_signed_text_panic(text in "(beistand sample 1\n)?(key )?[0-9a-f]{0,64}\\PC{0,80}") {
            let _ = SignedText::open(TITLE, &text);
        }
    }
}
