//! The rendering for typing: the secret and ten check bits as 14
//! [Crockford base32](https://www.crockford.com/base32.html) characters, `20G3-0G2G-C1R8-QX`.

use zeroize::Zeroizing;

use super::error::{InviteError, InviteRendering};
use super::secret::{CHECK_BITS, InviteSecret, SECRET_BITS};

/// Characters of a code, without dashes: 70 bits in characters of 5.
pub(super) const CHARS: usize = (SECRET_BITS + CHECK_BITS) as usize / 5;

/// Characters between dashes: the last group is shorter.
const GROUP: usize = 4;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The code in capitals, with dashes.
pub(super) fn render(secret: &InviteSecret) -> Zeroizing<String> {
    let bits = secret.checked(CHECK_BITS);
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
    InviteSecret::from_checked(bits, CHECK_BITS)
        .ok_or(InviteError::CheckFailed { rendering: InviteRendering::Code })
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
