//! Questions and answers about names as they travel: RFC 1035, section 4, as far as addresses go.

use std::net::IpAddr;

/// The head of each message in bytes.
const HEAD_BYTES: usize = 12;

/// Records of an answer that are read: more fit in no packet.
const MAX_RECORDS: usize = 256;

/// Addresses that are kept: what a person looks at.
const MAX_ADDRESSES: usize = 8;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordType {
    A = 1,
    Aaaa = 28,
}

/// What a server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DnsReply {
    pub(super) addresses: Vec<IpAddr>,
    code: u8,
}

impl DnsReply {
    /// The word for what is wrong.
    pub(super) fn code_word(&self) -> &'static str {
        match self.code {
            0 => "NODATA",
            1 => "FORMERR",
            2 => "SERVFAIL",
            3 => "NXDOMAIN",
            4 => "NOTIMP",
            5 => "REFUSED",
            _ => "OTHER",
        }
    }
}

/// The question for a name, which is a valid one. Labels that are too long are cut: nobody has them.
pub(super) fn query(id: u16, name: &str, record: RecordType) -> Vec<u8> {
    let mut bytes = id.to_be_bytes().to_vec();
    // Recursion is wanted; one question.
    bytes.extend_from_slice(&[1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.split('.').filter(|label| !label.is_empty()) {
        let label = &label.as_bytes()[..label.len().min(63)];
        bytes.push(label.len() as u8);
        bytes.extend_from_slice(label);
    }
    bytes.extend_from_slice(&[0, 0, record as u8, 0, 1]);
    bytes
}

/// Reads an answer to the question with this number; `None` where it is none.
pub(super) fn read_reply(bytes: &[u8], id: u16) -> Option<DnsReply> {
    let head: &[u8; HEAD_BYTES] = bytes.first_chunk()?;
    let is_answer = head[2] & 0x80 != 0;
    if !is_answer || head[..2] != id.to_be_bytes() {
        return None;
    }
    let number = |at: usize| usize::from(u16::from_be_bytes([head[at], head[at + 1]]));
    let (questions, answers) = (number(4).min(1), number(6).min(MAX_RECORDS));
    let mut rest = &bytes[HEAD_BYTES..];
    for _ in 0..questions {
        rest = after_name(rest)?.get(4..)?;
    }
    let mut addresses = Vec::new();
    for _ in 0..answers {
        let Some((data, record, next)) = read_record(rest) else { break };
        rest = next;
        let address = match record {
            1 => <[u8; 4]>::try_from(data).ok().map(IpAddr::from),
            28 => <[u8; 16]>::try_from(data).ok().map(IpAddr::from),
            _ => None,
        };
        addresses.extend(address.filter(|_| addresses.len() < MAX_ADDRESSES));
    }
    Some(DnsReply { addresses, code: head[3] & 0x0f })
}

/// A record's data, its type, and what follows it.
fn read_record(bytes: &[u8]) -> Option<(&[u8], u16, &[u8])> {
    let head: &[u8; 10] = after_name(bytes)?.first_chunk()?;
    let rest = &after_name(bytes)?[10..];
    let length = usize::from(u16::from_be_bytes([head[8], head[9]]));
    let (data, next) = rest.split_at_checked(length)?;
    Some((data, u16::from_be_bytes([head[0], head[1]]), next))
}

/// What follows a name, whether it is whole or refers to another.
fn after_name(mut bytes: &[u8]) -> Option<&[u8]> {
    loop {
        let (length, rest) = bytes.split_first()?;
        match length {
            0 => return Some(rest),
            0xc0.. => return rest.get(1..),
            _ => bytes = rest.get(usize::from(*length)..)?,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_question_has_its_name() {
        let bytes = query(0x1234, "a.example", RecordType::Aaaa);
        assert_eq!(
            bytes,
            b"\x124\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x07example\x00\x00\x1c\x00\x01"
        );
    }

    proptest! {
        #[test]
        fn junk_is_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = bytes;
            if bytes.len() > 2 {
                bytes[2] |= 0x80;
                let id = u16::from_be_bytes([bytes[0], bytes[1]]);
                if let Some(reply) = read_reply(&bytes, id) {
                    prop_assert!(reply.addresses.len() <= MAX_ADDRESSES);
                }
            }
        }

        #[test]
        fn another_questions_answer_is_none(id in any::<u16>(), other in any::<u16>()) {
            let mut bytes = query(id, "a", RecordType::A);
            bytes[2] |= 0x80;
            prop_assert_eq!(read_reply(&bytes, other).is_some(), id == other);
        }
    }
}
