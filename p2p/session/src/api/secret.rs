//! A secret by which two computers find each other again.

use std::fmt;

use zeroize::Zeroizing;

/// 32 random bytes that two computers share. Erased when dropped, never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct ReturnSecret(Zeroizing<[u8; 32]>);

impl ReturnSecret {
    /// A new one from the operating system's random numbers.
    ///
    /// # Errors
    /// [`getrandom::Error`] where the operating system has none.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut())?;
        Ok(Self(bytes))
    }

    /// The secret with these bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for ReturnSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReturnSecret(hidden)")
    }
}
