//! The rendering for typing: the 88 bits as 18 [Crockford base32](https://www.crockford.com/base32.html)
//! characters in groups of 6. The last two bits of the last character are zero.

use zeroize::Zeroizing;

use super::error::{InviteError, InviteRendering};
use super::secret::{CHECKED_BYTES, InviteSecret};

/// Characters of a code, without dashes: 88 bits in characters of 5.
pub(super) const CHARS: usize = 18;

/// Characters between dashes.
const GROUP: usize = 6;

/// Unused bits of the last character.
const PAD_BITS: usize = CHARS * 5 - CHECKED_BYTES * 8;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The code in capitals, with dashes.
pub(super) fn render(secret: &InviteSecret) -> Zeroizing<String> {
    let bits = secret.checked().iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte)) << PAD_BITS;
    let mut out = Zeroizing::new(String::with_capacity(CHARS + CHARS / GROUP));
    for at in 0..CHARS {
        if at > 0 && at % GROUP == 0 {
            out.push('-');
        }
        out.push(char::from(ALPHABET[(bits >> (5 * (CHARS - 1 - at)) & 31) as usize]));
    }
    out
}

/// Reads the secret from normalised text.
pub(super) fn read(text: &str) -> Result<InviteSecret, InviteError> {
    let mut bits = 0_u128;
    let mut found = 0;
    for character in characters(text) {
        found += 1;
        let value = value(character).ok_or(wrong(found, character))?;
        // Bits that don't fit are shifted out at the top; the count below then fails.
        bits = bits << 5 | value;
    }
    if found != CHARS {
        return Err(InviteError::CodeLength { found });
    }
    if bits & ((1 << PAD_BITS) - 1) != 0 {
        let last = characters(text).last().expect("there are 18");
        return Err(wrong(CHARS, last));
    }
    let bytes = Zeroizing::new((bits >> PAD_BITS).to_be_bytes());
    let checked = bytes.last_chunk::<CHECKED_BYTES>().expect("11 of 16 bytes");
    InviteSecret::from_checked(checked).ok_or(InviteError::CheckFailed { rendering: InviteRendering::Code })
}

/// The characters without the signs between groups.
pub(super) fn characters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric())
}

/// The value of a character, reading O as 0, and I and L as 1.
fn value(character: char) -> Option<u128> {
    let character = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|known| char::from(*known) == character).map(|value| value as u128)
}

fn wrong(position: usize, character: char) -> InviteError {
    InviteError::WrongCharacter { rendering: InviteRendering::Code, position, character }
}
