//! How many certificates of a list have expired: only that is read of them, and nothing is verified.

/// Where a certificate's validity ends in UTCTime (X.680; RFC 5280, 4.1.2.5): both times stand beside each
/// other, 13 characters each.
const TIME: [u8; 2] = [0x17, 13];

/// How many certificates in PEM ended before this time, which is written as `2026-11-30 07:20 UTC`. Those
/// that end after 2049 are written in another way, and haven't.
pub(super) fn count(list: &str, now: &str) -> usize {
    let now: String = now.chars().filter(char::is_ascii_digit).collect();
    let blocks = list.split("-----BEGIN CERTIFICATE-----").skip(1);
    let ends = blocks.filter_map(|block| end(&decode(block.split("-----END").next()?)));
    ends.filter(|end| *end < now).count()
}

/// The end as `202611300720`.
fn end(certificate: &[u8]) -> Option<String> {
    let digits = |field: &[u8]| {
        let text = std::str::from_utf8(field.get(2..12)?).ok()?;
        (field.starts_with(&TIME) && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.to_owned())
    };
    certificate.windows(30).find_map(|window| {
        digits(&window[..15])?;
        let text = digits(&window[15..])?;
        // As the RFC has it.
        let century = if text.as_str() < "50" { "20" } else { "19" };
        Some(format!("{century}{text}"))
    })
}

/// Base64 (RFC 4648), without a check.
fn decode(text: &str) -> Vec<u8> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        held = (held << 6 | u32::from(value)) & 0xfff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The beginning of a certificate that ended on 2010-01-01.
    const ENDED: &str = "-----BEGIN CERTIFICATE-----
MIHHMHugAwIBAgIBATAFBgMrZXAwDjEMMAoGA1UEAwwDT2xkMB4XDTAwMDEwMTAw
MDAwMFoXDTEwMDEwMTAwMDAwMFowDjEMMAoGA1UEAwwDT2xkMCowBQYDK2VwAyEA
-----END CERTIFICATE-----
";

    #[test]
    fn what_has_ended_is_counted() {
        assert_eq!(decode("TWFu\nTQ=="), b"ManM");
        let list =
            format!("# Old\n{ENDED}{ENDED}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assert_eq!(count(&list, "2026-11-30 07:20 UTC"), 2);
        assert_eq!(count(&list, "2009-12-31 23:59 UTC"), 0);
        assert_eq!(count("", "2026-11-30 07:20 UTC"), 0);
    }
}
