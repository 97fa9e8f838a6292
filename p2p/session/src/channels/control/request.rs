//! Who asks, for what, and which channels they know.

use serde::{Deserialize, Serialize};

use super::super::bounded::Text;
use crate::{Channel, MAX_NAME_CHARS, MAX_REASON_CHARS, PermissionSet};

/// A character has at most 4 bytes in UTF-8.
const MAX_NAME_BYTES: usize = 4 * MAX_NAME_CHARS;
/// As above.
const MAX_REASON_BYTES: usize = 4 * MAX_REASON_CHARS;

/// A name.
pub(crate) type NameText = Text<MAX_NAME_BYTES>;
/// A reason.
pub(crate) type ReasonText = Text<MAX_REASON_BYTES>;

/// Who asks, and for what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WireRequest {
    pub(crate) name: NameText,
    pub(crate) reason: ReasonText,
    pub(crate) wants: PermissionSet,
    /// What the technician knows.
    pub(crate) channels: ChannelSet,
}

/// Which channels a side knows: bit n for channel n. Bits that name no channel of ours are a newer version's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ChannelSet(u32);

impl ChannelSet {
    /// Those of this version.
    pub(crate) fn known() -> Self {
        Self(Channel::ALL.iter().fold(0, |set, channel| set | 1 << channel.number()))
    }

    pub(crate) const fn contains(self, channel: Channel) -> bool {
        self.0 & 1 << channel.number() != 0
    }

    #[cfg(test)]
    pub(crate) const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }
}
