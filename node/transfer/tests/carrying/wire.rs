//! A sender and a receiver in two processes, with a socket between them: the parts as they are, without a
//! session.

use beistand_posix::unix::net::UnixStream;
use std::io::{Read as _, Write as _};
use std::path::Path;

use beistand_session::{FilesEnd, FilesEntry, SentPart};
use beistand_transfer::{
    IncomingFiles, IncomingStep, OutgoingList, OutgoingPort, TargetFolder, TransferManifest,
};

/// The receiver has accepted, or has all.
const READY: u64 = u64::MAX;

/// Sends all of a folder; whether all has arrived.
pub(crate) fn send(from: &Path, stream: UnixStream) -> bool {
    let list = OutgoingList::gather(&[from.to_owned()], &|| true).unwrap();
    let mut port = SocketPort { stream, is_there: true };
    if !list.offer(0, &mut port) || port.number() != Some(READY) {
        return false;
    }
    list.send(&mut port);
    port.is_there && port.number() == Some(READY)
}

/// Receives into a folder; whether all has arrived.
pub(crate) fn receive(to: &Path, mut stream: UnixStream) -> bool {
    let Some(mut manifest) = frame(&mut stream).map(|frame| {
        let (entries, bytes) = (number_at(&frame, 1), number_at(&frame, 9));
        TransferManifest::new(entries as u32, bytes).unwrap()
    }) else {
        return false;
    };
    while !manifest.is_whole() {
        let Some(frame) = frame(&mut stream) else { return false };
        manifest.add(vec![entry(&frame)]).unwrap();
    }
    let target = TargetFolder::open(to, true).unwrap();
    let mut incoming = IncomingFiles::new(target, manifest, 0, [1; 32], || true).unwrap();
    let mut answer = stream.try_clone().unwrap();
    let mut say = |number: u64| answer.write_all(&number.to_le_bytes()).is_ok();
    let mut goes_on = say(READY);
    while goes_on {
        let Some(part) = frame(&mut stream).map(part) else { break };
        match incoming.take(part).unwrap() {
            IncomingStep::On => {}
            IncomingStep::Want { from, .. } => goes_on = say(from),
            IncomingStep::Done => return say(READY),
            IncomingStep::Missed { path, why } => panic!("{path}: {why:?}"),
        }
    }
    // As a lost session ends it.
    incoming.abandon(false);
    false
}

struct SocketPort {
    stream: UnixStream,
    is_there: bool,
}

impl SocketPort {
    fn number(&mut self) -> Option<u64> {
        let mut number = [0; 8];
        self.stream.read_exact(&mut number).ok()?;
        Some(u64::from_le_bytes(number))
    }

    fn frame(&mut self, frame: &[u8]) {
        let all = [&(frame.len() as u32).to_le_bytes(), frame].concat();
        self.is_there &= self.stream.write_all(&all).is_ok();
    }
}

impl OutgoingPort for SocketPort {
    fn say(&mut self, part: SentPart) -> bool {
        match part {
            SentPart::Offer { entries, bytes, .. } => self.frame(&head(b'o', u64::from(entries), bytes, &[])),
            SentPart::Entries(entries) => entries.iter().for_each(|entry| {
                let size = entry.size.unwrap_or(u64::MAX);
                self.frame(&head(b'e', size, entry.modified_secs, entry.path.as_bytes()));
            }),
            SentPart::Begin { file, root } => self.frame(&head(b'b', u64::from(file), 0, &root)),
            SentPart::Hashes(hashes) => self.frame(&head(b'h', 0, 0, hashes.as_flattened())),
            SentPart::Block { offset, bytes } => self.frame(&head(b'd', offset, 0, &bytes)),
            SentPart::Hole { offset, bytes } => self.frame(&head(b'z', offset, bytes, &[])),
            SentPart::Over => self.frame(&head(b'x', 0, 0, &[])),
            SentPart::Skip { .. } | SentPart::Pause(_) | SentPart::Cancel(_) => panic!("{part:?}"),
        }
        self.is_there
    }

    fn wanted(&mut self, _file: u32) -> Option<u64> {
        self.number()
    }

    fn goes_on(&self) -> bool {
        self.is_there
    }

    fn skipped(&mut self, path: &str, why: FilesEnd) {
        panic!("{path}: {why:?}");
    }
}

fn head(kind: u8, one: u64, other: u64, bytes: &[u8]) -> Vec<u8> {
    [&[kind], &one.to_le_bytes()[..], &other.to_le_bytes(), bytes].concat()
}

/// The next frame; `None` where the sender is gone.
fn frame(stream: &mut UnixStream) -> Option<Vec<u8>> {
    let mut count = [0; 4];
    stream.read_exact(&mut count).ok()?;
    let mut frame = vec![0; u32::from_le_bytes(count) as usize];
    stream.read_exact(&mut frame).ok()?;
    Some(frame)
}

fn number_at(frame: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(frame[at..at + 8].try_into().unwrap())
}

fn entry(frame: &[u8]) -> FilesEntry {
    let size = Some(number_at(frame, 1)).filter(|size| *size != u64::MAX);
    let path = String::from_utf8(frame[17..].to_vec()).unwrap();
    FilesEntry { path, size, modified_secs: number_at(frame, 9), is_private: false }
}

fn part(frame: Vec<u8>) -> SentPart {
    let (one, other, bytes) = (number_at(&frame, 1), number_at(&frame, 9), frame[17..].to_vec());
    match frame[0] {
        b'b' => SentPart::Begin { file: one as u32, root: bytes.try_into().unwrap() },
        b'h' => SentPart::Hashes(bytes.chunks(32).map(|hash| hash.try_into().unwrap()).collect()),
        b'd' => SentPart::Block { offset: one, bytes },
        b'z' => SentPart::Hole { offset: one, bytes: other },
        b'x' => SentPart::Over,
        kind => panic!("{kind}"),
    }
}
