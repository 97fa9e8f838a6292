//! A secret of a [`ReturnSecret`] in a message: erased when it is dropped, and shown by nothing.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

use crate::ReturnSecret;

/// The bytes of a secret, as they travel.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WireSecret([u8; 32]);

impl WireSecret {
    pub(super) fn of(secret: &ReturnSecret) -> Self {
        Self(*secret.as_bytes())
    }

    pub(super) fn secret(&self) -> ReturnSecret {
        ReturnSecret::from_bytes(&self.0)
    }
}

impl Drop for WireSecret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for WireSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WireSecret(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_a_message_is_shown_by_nothing() {
        let shown = format!("{:?}", WireSecret::of(&ReturnSecret::from_bytes(&[7; 32])));
        assert!(!shown.contains('7'), "{shown}");
    }
}
