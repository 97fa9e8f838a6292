//! A card: somebody's signature that a technician's key belongs to a name.
//!
//! It says that the holder of an Ed25519 key vouches; whether that key is to be trusted, and whether the card's time
//! is over, is for the program, which has a list of keys and a clock.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::wire::Text;

/// The longest name, organisation or contact in bytes.
const MAX_FIELD_BYTES: usize = 128;

/// What is signed starts with this, so that a signature is good for nothing else.
const CONTEXT: &[u8] = b"beistand/card/1";

/// A signed card. One that exists has been verified or was just signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    fields: Fields,
    signer: [u8; 32],
    signature: [u8; 64],
}

/// Why a card was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CardError {
    /// A field of more than 128 bytes.
    #[error("a field of the card is too long")]
    TooLong,
    /// The signature is not the signer's, or not for this card.
    #[error("the card's signature is wrong")]
    Signature,
}

impl Card {
    /// A card for the technician with this static key, signed by `signer`.
    ///
    /// `valid_until`: seconds since 1970.
    ///
    /// # Errors
    /// [`CardError::TooLong`] where a field is longer than 128 bytes.
    pub fn sign(
        signer: &SigningKey,
        technician_key: [u8; 32],
        name: &str,
        organisation: &str,
        contact: &str,
        valid_until: u64,
    ) -> Result<Self, CardError> {
        let field = |text: &str| Text::new(text).ok_or(CardError::TooLong);
        let fields = Fields {
            technician_key,
            name: field(name)?,
            organisation: field(organisation)?,
            contact: field(contact)?,
            valid_until,
        };
        let signature = signer.sign(&fields.signed_bytes()).to_bytes();
        Ok(Self { fields, signer: signer.verifying_key().to_bytes(), signature })
    }

    /// The technician's static key that it speaks of.
    pub fn technician_key(&self) -> [u8; 32] {
        self.fields.technician_key
    }

    /// The person's name, as signed: escape it before it is shown.
    pub fn name(&self) -> &str {
        self.fields.name.as_str()
    }

    /// The organisation, as signed; may be empty.
    pub fn organisation(&self) -> &str {
        self.fields.organisation.as_str()
    }

    /// How to reach them, as signed; may be empty.
    pub fn contact(&self) -> &str {
        self.fields.contact.as_str()
    }

    /// Seconds since 1970.
    pub fn valid_until(&self) -> u64 {
        self.fields.valid_until
    }

    /// The Ed25519 key that signed it.
    pub fn signer(&self) -> [u8; 32] {
        self.signer
    }

    /// The card as it travels.
    pub(crate) fn to_wire(&self) -> WireCard {
        let (first, second) = self.signature.split_at(32);
        WireCard {
            fields: self.fields.clone(),
            signer: self.signer,
            signature: (first.try_into().expect("half of 64"), second.try_into().expect("half of 64")),
        }
    }
}

/// A card as it travels: not yet verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WireCard {
    fields: Fields,
    signer: [u8; 32],
    signature: ([u8; 32], [u8; 32]),
}

impl WireCard {
    /// The card, if its signature is good.
    pub(crate) fn verify(self) -> Result<Card, CardError> {
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&self.signature.0);
        signature[32..].copy_from_slice(&self.signature.1);
        VerifyingKey::from_bytes(&self.signer)
            .and_then(|key| {
                key.verify_strict(&self.fields.signed_bytes(), &Signature::from_bytes(&signature))
            })
            .map_err(|_| CardError::Signature)?;
        Ok(Card { fields: self.fields, signer: self.signer, signature })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Fields {
    technician_key: [u8; 32],
    name: Text<MAX_FIELD_BYTES>,
    organisation: Text<MAX_FIELD_BYTES>,
    contact: Text<MAX_FIELD_BYTES>,
    valid_until: u64,
}

impl Fields {
    /// Every field with its length before it, so that none can flow into the next.
    fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = CONTEXT.to_vec();
        bytes.extend(self.technician_key);
        for field in [&self.name, &self.organisation, &self.contact] {
            bytes.push(field.as_str().len() as u8);
            bytes.extend(field.as_str().as_bytes());
        }
        bytes.extend(self.valid_until.to_be_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Card {
        let signer = SigningKey::from_bytes(&[7; 32]);
        Card::sign(&signer, [1; 32], "Anna", "Rat & Tat", "+49 30 1", 2_000_000_000).unwrap()
    }

    #[test]
    fn a_signed_card_verifies() {
        assert_eq!(card().to_wire().verify(), Ok(card()));
    }

    #[test]
    fn a_changed_card_does_not() {
        let mut wire = card().to_wire();
        wire.fields.valid_until += 1;
        assert_eq!(wire.verify(), Err(CardError::Signature));
        let mut wire = card().to_wire();
        (wire.fields.name, wire.fields.organisation) =
            (Text::new("Ann").unwrap(), Text::new("aRat & Tat").unwrap());
        assert_eq!(wire.verify(), Err(CardError::Signature));
        let mut wire = card().to_wire();
        wire.signer = [0; 32];
        assert_eq!(wire.verify(), Err(CardError::Signature));
    }
}
