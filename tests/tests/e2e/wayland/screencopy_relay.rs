//! What stands between the portal of wlroots and a compositor without a graphics card.
//!
//! Such a compositor has pictures in memory alone and says so. The portal (xdg-desktop-portal-wlr 0.7.0,
//! which Debian 12 has) takes no screen of which it doesn't hear a format for graphics memory as well, though
//! it wouldn't use one. Here it hears of one; all else is carried as it is.

use std::fs::Permissions;
use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, recvmsg, sendmsg,
};

/// Files that come with one read: libwayland sends no more.
const MAX_FILES: usize = 28;

/// DRM's name of 32 bits without transparency (`XR24`).
const DRM_XRGB8888: u32 = 0x3432_5258;

/// `zwlr_screencopy_frame_v1.linux_dmabuf`: 20 bytes, the fifth kind of event.
const DMABUF_EVENT: u32 = (20 << 16) | 5;

/// Listens there for one portal and connects it with the compositor.
pub(super) fn relay_screencopy(listen: &Path, compositor: &Path) {
    let listener = UnixListener::bind(listen).expect("a folder of ours");
    // The portal is another user's.
    std::fs::set_permissions(listen, Permissions::from_mode(0o666)).expect("ours");
    let desktop = UnixStream::connect(compositor).expect("it runs");
    thread::spawn(move || {
        let Ok((portal, _)) = listener.accept() else { return };
        let known = Arc::new(Mutex::new(ScreencopyIds::default()));
        let (portal, desktop) = (Arc::new(portal), Arc::new(desktop));
        let (asks, asked) = (Arc::clone(&portal), Arc::clone(&desktop));
        let asking = Arc::clone(&known);
        thread::spawn(move || {
            carry(&asks, &asked, |message| {
                asking.lock().expect("nothing panics while it is held").note_request(message);
                Vec::new()
            });
        });
        carry(&desktop, &portal, |message| {
            known.lock().expect("nothing panics while it is held").added_to(message)
        });
    });
}

/// Which objects of the portal's are about pictures.
#[derive(Default)]
struct ScreencopyIds {
    managers: Vec<u32>,
    frames: Vec<u32>,
}

impl ScreencopyIds {
    fn note_request(&mut self, message: &[u8]) {
        let (object, opcode) = (word(message, 0), word(message, 1) & 0xffff);
        let name = b"zwlr_screencopy_manager_v1\0";
        if opcode == 0 && message.windows(name.len()).any(|piece| piece == name) {
            self.managers.push(word(message, message.len() / 4 - 1));
        } else if opcode == 0 && self.managers.contains(&object) {
            self.frames.push(word(message, 2));
        }
    }

    /// What follows this event: after a format in memory one that nobody can use.
    fn added_to(&self, message: &[u8]) -> Vec<u8> {
        let (object, opcode) = (word(message, 0), word(message, 1) & 0xffff);
        if opcode != 0 || !self.frames.contains(&object) {
            return Vec::new();
        }
        let (width, height) = (word(message, 3), word(message, 4));
        [object, DMABUF_EVENT, DRM_XRGB8888, width, height]
            .iter()
            .flat_map(|word| word.to_ne_bytes())
            .collect()
    }
}

fn word(message: &[u8], index: usize) -> u32 {
    let bytes = message.chunks_exact(4).nth(index).expect("messages have it");
    u32::from_ne_bytes(bytes.try_into().expect("four"))
}

/// Carries messages and files until one side ends; what `added` says of a message follows it.
fn carry(from: &UnixStream, to: &UnixStream, added: impl Fn(&[u8]) -> Vec<u8>) {
    let (mut waiting, mut files, mut bytes) = (Vec::new(), Vec::new(), vec![0; 1 << 16]);
    loop {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_FILES))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let mut buffers = [IoSliceMut::new(&mut bytes)];
        let Ok(got) = recvmsg(from, &mut buffers, &mut control, RecvFlags::CMSG_CLOEXEC) else { break };
        if got.bytes == 0 {
            break;
        }
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(more) = message {
                files.extend(more);
            }
        }
        waiting.extend_from_slice(&bytes[..got.bytes]);
        let mut out = Vec::new();
        while waiting.len() >= 8 && waiting.len() >= word(&waiting, 1) as usize >> 16 {
            let message: Vec<u8> = waiting.drain(..word(&waiting, 1) as usize >> 16).collect();
            out.extend_from_slice(&message);
            out.extend(added(&message));
        }
        // Files that come before their message is whole go with it.
        if !out.is_empty() && send(to, &out, &std::mem::take(&mut files)).is_err() {
            break;
        }
    }
    for side in [from, to] {
        let _ = side.shutdown(Shutdown::Both);
    }
}

fn send(to: &UnixStream, mut bytes: &[u8], files: &[OwnedFd]) -> rustix::io::Result<()> {
    let files: Vec<BorrowedFd<'_>> = files.iter().map(|file| file.as_fd()).collect();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_FILES))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !files.is_empty() {
        assert!(control.push(SendAncillaryMessage::ScmRights(&files)), "no more than libwayland sends");
    }
    while !bytes.is_empty() {
        let sent = sendmsg(to, &[IoSlice::new(bytes)], &mut control, SendFlags::NOSIGNAL)?;
        control.clear();
        bytes = &bytes[sent..];
    }
    Ok(())
}
