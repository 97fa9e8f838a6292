//! Asking the program at which something was copied for it: what it has, whether that is a password, and the
//! content, whole or in parts (INCR).
//!
//! Nothing here waits: each answer is a step, and each step has its deadline. Each copy is asked for on a
//! window of its own unless the one before came to a clean end, so that a late answer meets nobody.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, PropertyNotifyEvent, SelectionNotifyEvent, Timestamp, Window,
};

use super::known_atoms::{ClipboardAtoms, ContentTarget};
use super::property::{self, PropertyHead};
use super::property_window;
use crate::x11::{X11Display, X11Failure};
use crate::{ClipboardContent, CopyRefusal};

/// How long a program may take for one answer or one part: busy ones were seen to take a second; nobody waits
/// longer for a paste.
const STEP_PATIENCE: Duration = Duration::from_secs(3);

/// How long everything may take, so that parts that never end do end: 8 MiB arrive in a tenth of a second.
const WHOLE_PATIENCE: Duration = Duration::from_secs(20);

/// Most kinds of content that are looked at of what a program offers: office programs offer some forty.
const MAX_TARGETS: usize = 1024;

/// Windows that are kept for late answers, the oldest goes first: programs that are written without care end
/// when they answer to a window that is gone, and everybody's clipboard with them.
const MAX_RETIRED: usize = 8;

/// How many parts are deleted on one of them, so that parts that never end do end: 64 MiB by the usual 64
/// KiB.
const MAX_UNREAD_PARTS: usize = 1024;

/// How long they are kept: whoever has not answered by then has hung.
const RETIRED_LIFE: Duration = Duration::from_secs(60);

/// What became of what was copied.
#[derive(Debug)]
pub(super) enum ReadProgress {
    /// Nothing yet.
    Waiting,
    /// There is nothing that anybody could use here.
    Nothing,
    Done(ClipboardContent),
    Refused(CopyRefusal),
}

/// Reads what was copied last; one at a time.
#[derive(Default)]
pub(super) struct CopyReader {
    current: Option<RunningRead>,
    /// A window on which nobody has anything left to write.
    clean: Option<Window>,
    retired: VecDeque<RetiredWindow>,
}

/// A window on which a program may still write, though nobody waits for it any more. What it writes is
/// deleted unread: simple programs serve nobody else until all their parts are fetched.
struct RetiredWindow {
    window: Window,
    since: Instant,
    /// How much was deleted.
    parts: usize,
}

struct RunningRead {
    window: Window,
    time: Timestamp,
    stage: ReadStage,
    /// What may yet be asked for, best first.
    wanted: VecDeque<ContentTarget>,
    step_deadline: Instant,
    deadline: Instant,
}

/// Which answer is awaited.
enum ReadStage {
    Targets,
    PasswordHint,
    Content(ContentTarget),
    /// The parts so far, and their type.
    Parts {
        target: ContentTarget,
        kind: Option<Atom>,
        bytes: Vec<u8>,
    },
}

impl CopyReader {
    /// Something was copied: gives up on what was copied before, and asks what this is.
    pub(super) fn begin(
        &mut self,
        display: &X11Display,
        atoms: &ClipboardAtoms,
        time: Timestamp,
    ) -> Result<(), X11Failure> {
        self.cancel(display)?;
        let window = match self.clean.take() {
            Some(window) => window,
            None => property_window(display)?,
        };
        let now = Instant::now();
        let mut read = RunningRead {
            window,
            time,
            stage: ReadStage::Targets,
            wanted: VecDeque::new(),
            step_deadline: now,
            deadline: now + WHOLE_PATIENCE,
        };
        read.ask(display, atoms, atoms.TARGETS)?;
        self.current = Some(read);
        Ok(())
    }

    /// Gives up on what is being read: something else is on the clipboard.
    pub(super) fn cancel(&mut self, display: &X11Display) -> Result<(), X11Failure> {
        match self.current.take() {
            Some(read) => self.retire(display, read.window),
            None => Ok(()),
        }
    }

    /// The program at which it was copied has ended.
    pub(super) fn owner_gone(&mut self, display: &X11Display) -> Result<ReadProgress, X11Failure> {
        self.settle(display, ReadProgress::Refused(CopyRefusal::NoAnswer))
    }

    /// A program has answered.
    pub(super) fn answered(
        &mut self,
        display: &X11Display,
        atoms: &ClipboardAtoms,
        event: &SelectionNotifyEvent,
    ) -> Result<ReadProgress, X11Failure> {
        let awaited = |read: &&mut RunningRead| {
            read.window == event.requestor
                && event.selection == atoms.CLIPBOARD
                && read.awaited(atoms) == Some(event.target)
        };
        let Some(read) = self.current.as_mut().filter(awaited) else { return Ok(ReadProgress::Waiting) };
        let answered = event.property == atoms.BEISTAND_COPY;
        let progress = read.answered(display, atoms, answered)?;
        self.settle(display, progress)
    }

    /// A property was written: perhaps the next part.
    pub(super) fn property_written(
        &mut self,
        display: &X11Display,
        atoms: &ClipboardAtoms,
        event: &PropertyNotifyEvent,
    ) -> Result<ReadProgress, X11Failure> {
        let ours = |read: &&mut RunningRead| read.window == event.window && event.atom == atoms.BEISTAND_COPY;
        let Some(read) = self.current.as_mut().filter(ours) else {
            self.delete_unread(display, event)?;
            return Ok(ReadProgress::Waiting);
        };
        let progress = read.part_written(display, atoms)?;
        self.settle(display, progress)
    }

    /// Gives up on what has taken too long.
    pub(super) fn expire(&mut self, display: &X11Display, now: Instant) -> Result<ReadProgress, X11Failure> {
        while self.retired.front().is_some_and(|old| now.duration_since(old.since) >= RETIRED_LIFE) {
            self.drop_oldest(display)?;
        }
        if self.current.as_ref().is_some_and(|read| now >= read.next_deadline()) {
            return self.settle(display, ReadProgress::Refused(CopyRefusal::NoAnswer));
        }
        Ok(ReadProgress::Waiting)
    }

    /// When to call [`CopyReader::expire`] at the latest; retired windows can wait for whatever else happens.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.current.as_ref().map(RunningRead::next_deadline)
    }

    /// Ends the running read where this is its end.
    fn settle(&mut self, display: &X11Display, progress: ReadProgress) -> Result<ReadProgress, X11Failure> {
        let clean = match &progress {
            ReadProgress::Waiting => return Ok(progress),
            ReadProgress::Nothing | ReadProgress::Done(_) => true,
            ReadProgress::Refused(_) => false,
        };
        let Some(read) = self.current.take() else { return Ok(ReadProgress::Waiting) };
        if clean {
            self.clean = Some(read.window);
        } else {
            self.retire(display, read.window)?;
        }
        Ok(progress)
    }

    fn retire(&mut self, display: &X11Display, window: Window) -> Result<(), X11Failure> {
        self.retired.push_back(RetiredWindow { window, since: Instant::now(), parts: 0 });
        if self.retired.len() > MAX_RETIRED {
            self.drop_oldest(display)?;
        }
        Ok(())
    }

    fn drop_oldest(&mut self, display: &X11Display) -> Result<(), X11Failure> {
        if let Some(old) = self.retired.pop_front() {
            display.conn.destroy_window(old.window)?;
        }
        Ok(())
    }

    /// Something was written that nobody waits for.
    fn delete_unread(&mut self, display: &X11Display, event: &PropertyNotifyEvent) -> Result<(), X11Failure> {
        let Some(old) = self.retired.iter_mut().find(|old| old.window == event.window) else { return Ok(()) };
        if old.parts < MAX_UNREAD_PARTS {
            old.parts += 1;
            display.conn.delete_property(old.window, event.atom)?;
        }
        Ok(())
    }
}

impl RunningRead {
    fn next_deadline(&self) -> Instant {
        self.step_deadline.min(self.deadline)
    }

    /// The target of the answer that is awaited.
    fn awaited(&self, atoms: &ClipboardAtoms) -> Option<Atom> {
        match self.stage {
            ReadStage::Targets => Some(atoms.TARGETS),
            ReadStage::PasswordHint => Some(atoms.PASSWORD_HINT),
            ReadStage::Content(target) => Some(target.atom(atoms)),
            ReadStage::Parts { .. } => None,
        }
    }

    fn ask(&mut self, display: &X11Display, atoms: &ClipboardAtoms, target: Atom) -> Result<(), X11Failure> {
        let (selection, property) = (atoms.CLIPBOARD, atoms.BEISTAND_COPY);
        display.conn.convert_selection(self.window, selection, target, property, self.time)?;
        self.step_deadline = Instant::now() + STEP_PATIENCE;
        Ok(())
    }

    fn answered(
        &mut self,
        display: &X11Display,
        atoms: &ClipboardAtoms,
        answered: bool,
    ) -> Result<ReadProgress, X11Failure> {
        match self.stage {
            ReadStage::Targets => {
                let secret = if answered {
                    self.take_targets(display, atoms)?
                } else {
                    // Old programs know no TARGETS, but hand out text.
                    self.wanted = [ContentTarget::Utf8String, ContentTarget::Latin1].into();
                    false
                };
                if secret {
                    self.stage = ReadStage::PasswordHint;
                    self.ask(display, atoms, atoms.PASSWORD_HINT)?;
                    return Ok(ReadProgress::Waiting);
                }
                self.ask_next(display, atoms)
            }
            ReadStage::PasswordHint => {
                // A hint that can't be read is a secret: whoever gives one has something to say.
                let hint = property::take(display, self.window, atoms.BEISTAND_COPY, MAX_HINT_BYTES)?.value;
                if !answered || hint.is_empty() || hint.starts_with(b"secret") {
                    return Ok(ReadProgress::Refused(CopyRefusal::Secret));
                }
                self.ask_next(display, atoms)
            }
            ReadStage::Content(target) if answered => self.take_content(display, atoms, target),
            ReadStage::Content(_) => self.ask_next(display, atoms),
            ReadStage::Parts { .. } => Ok(ReadProgress::Waiting),
        }
    }

    /// Notes what may be asked for; whether there is a hint at a password.
    fn take_targets(&mut self, display: &X11Display, atoms: &ClipboardAtoms) -> Result<bool, X11Failure> {
        let reply = property::take(display, self.window, atoms.BEISTAND_COPY, MAX_TARGETS * 4)?;
        let atom = u32::from(AtomEnum::ATOM);
        let offered: Vec<Atom> = match reply.value32() {
            // Some programs give the list the type of what was asked for.
            Some(offered) if [atom, atoms.TARGETS].contains(&reply.type_) => offered.collect(),
            _ => Vec::new(),
        };
        self.wanted = ContentTarget::PREFERRED
            .into_iter()
            .filter(|target| offered.contains(&target.atom(atoms)))
            .collect();
        Ok(offered.contains(&atoms.PASSWORD_HINT))
    }

    fn ask_next(&mut self, display: &X11Display, atoms: &ClipboardAtoms) -> Result<ReadProgress, X11Failure> {
        let Some(target) = self.wanted.pop_front() else { return Ok(ReadProgress::Nothing) };
        self.stage = ReadStage::Content(target);
        self.ask(display, atoms, target.atom(atoms))?;
        Ok(ReadProgress::Waiting)
    }

    /// The content is there, or the word that it comes in parts.
    fn take_content(
        &mut self,
        display: &X11Display,
        atoms: &ClipboardAtoms,
        target: ContentTarget,
    ) -> Result<ReadProgress, X11Failure> {
        let most = target.kind().max_bytes();
        let head = PropertyHead::of(display, self.window, atoms.BEISTAND_COPY)?;
        if head.kind == atoms.INCR {
            let announced = property::take(display, self.window, atoms.BEISTAND_COPY, 4)?;
            // The announced size is a lower bound, where it is true; the parts are counted anyway.
            if announced.value32().and_then(|mut size| size.next()).is_some_and(|size| size as usize > most) {
                return Ok(ReadProgress::Refused(CopyRefusal::TooLarge(target.kind())));
            }
            self.stage = ReadStage::Parts { target, kind: None, bytes: Vec::new() };
            self.step_deadline = Instant::now() + STEP_PATIENCE;
            return Ok(ReadProgress::Waiting);
        }
        if head.bytes > most {
            display.conn.delete_property(self.window, atoms.BEISTAND_COPY)?;
            return Ok(ReadProgress::Refused(CopyRefusal::TooLarge(target.kind())));
        }
        let reply = property::take(display, self.window, atoms.BEISTAND_COPY, most)?;
        let bytes = if reply.format == 8 { reply.value } else { Vec::new() };
        if bytes.is_empty() && head.bytes > 0 {
            return Ok(ReadProgress::Refused(CopyRefusal::Invalid));
        }
        self.finish(display, atoms, target, reply.type_, bytes)
    }

    fn part_written(
        &mut self,
        display: &X11Display,
        atoms: &ClipboardAtoms,
    ) -> Result<ReadProgress, X11Failure> {
        let ReadStage::Parts { target, kind, bytes } = &mut self.stage else {
            return Ok(ReadProgress::Waiting);
        };
        let (target, most) = (*target, target.kind().max_bytes());
        let head = PropertyHead::of(display, self.window, atoms.BEISTAND_COPY)?;
        if head.kind == x11rb::NONE {
            // Read with the part before.
            return Ok(ReadProgress::Waiting);
        }
        if bytes.len() + head.bytes > most {
            display.conn.delete_property(self.window, atoms.BEISTAND_COPY)?;
            return Ok(ReadProgress::Refused(CopyRefusal::TooLarge(target.kind())));
        }
        let part = property::take(display, self.window, atoms.BEISTAND_COPY, head.bytes)?;
        let of_kind = *kind.get_or_insert(part.type_);
        if part.value.is_empty() {
            let bytes = std::mem::take(bytes);
            return self.finish(display, atoms, target, of_kind, bytes);
        }
        if part.format != 8 || part.type_ != of_kind {
            return Ok(ReadProgress::Refused(CopyRefusal::Invalid));
        }
        bytes.extend_from_slice(&part.value);
        self.step_deadline = Instant::now() + STEP_PATIENCE;
        Ok(ReadProgress::Waiting)
    }

    fn finish(
        &mut self,
        display: &X11Display,
        atoms: &ClipboardAtoms,
        target: ContentTarget,
        kind: Atom,
        bytes: Vec<u8>,
    ) -> Result<ReadProgress, X11Failure> {
        match property::content(atoms, target, kind, bytes) {
            Ok(Some(content)) => Ok(ReadProgress::Done(content)),
            // An empty text beside a picture, for example.
            Ok(None) => self.ask_next(display, atoms),
            Err(refusal) => Ok(ReadProgress::Refused(refusal)),
        }
    }
}

/// The hint is the one word `secret`, or another one.
const MAX_HINT_BYTES: usize = 64;
