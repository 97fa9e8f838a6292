//! What the desk does for its person, and how transfers begin and end.

use std::path::PathBuf;

use beistand_session::{AnswerPart, FilesEnd, FilesMessage, Permission, Role, SentPart, escape};
use beistand_transfer::TransferManifest;

use super::desk::FilesDesk;
use super::incoming::{Receiving, ReceivingRun, ReceivingStage, ReceivingTask, ReceivingWord, question};
use super::outgoing::Sending;
use super::wishes::FileWish;
use super::world::{InterruptedSending, StandingYes};
use super::{FilesCommand, FilesEvent, FilesFound, FilesProgress, FilesRefusal, FilesWay, MAX_TRANSFERS};

/// The most bytes that come without a question to who wished for a file: 1 GiB, a large log or a film.
const MAX_WISHED_BYTES: u64 = 1 << 30;

fn is_one_file(manifest: &TransferManifest) -> bool {
    (manifest.files(), manifest.folders()) == (1, 0) && manifest.bytes() <= MAX_WISHED_BYTES
}

impl FilesDesk {
    pub(super) fn obey(&mut self, command: FilesCommand) {
        match command {
            // What could be done without a hand at the user's is the technician's alone.
            FilesCommand::Send(_) | FilesCommand::Accept { .. } if self.cx.role == Role::Host => {
                self.refuse(FilesRefusal::OtherSide);
            }
            FilesCommand::Send(paths) => match self.may_offer() {
                Ok(()) => self.offer(None, paths, None),
                Err(why) => self.refuse(why),
            },
            FilesCommand::Accept { number, folder } => self.say_yes(number, folder),
            FilesCommand::Pick(paths) => self.pick(paths),
            FilesCommand::Fetch(name) => self.fetch(name),
            FilesCommand::Yes { number, folder } => self.say_yes(number, folder),
            FilesCommand::No { number } => self.say_no(number),
            FilesCommand::Pause { number } => self.pause(number, true),
            FilesCommand::Resume { number } => self.pause(number, false),
            FilesCommand::Cancel { number } => self.cancel(number),
            FilesCommand::List => {
                let all = self.under_way();
                self.errands.emit(FilesEvent::Listed(all));
            }
            FilesCommand::Folder(folder) if folder.is_absolute() => self.cx.world.set_folder(folder),
            FilesCommand::Folder(_) => self.refuse(FilesRefusal::NoFolder),
        }
    }

    fn under_way(&self) -> Vec<FilesProgress> {
        let sending = self.sending.iter().map(Sending::progress);
        sending.chain(self.receiving.iter().map(Receiving::progress)).collect()
    }

    /// Whether something may be offered.
    pub(super) fn may_offer(&self) -> Result<(), FilesRefusal> {
        match self.sending.len() {
            _ if !self.grants().send => Err(FilesRefusal::NotAllowed),
            MAX_TRANSFERS.. => Err(FilesRefusal::Behind),
            _ => Ok(()),
        }
    }

    /// Offers these, in answer to a wish, or no more than was shown of them.
    pub(super) fn offer(&mut self, ask: Option<FileWish>, paths: Vec<PathBuf>, shown: Option<FilesFound>) {
        let id = self.cx.world.next_number(self.cx.role);
        let wish = ask.as_ref().map_or(0, |wish| wish.id);
        match Sending::start(id, wish, paths, shown) {
            Some(mut sending) => {
                sending.ask = ask;
                self.sending.push(sending);
            }
            None => {
                if let Some(wish) = ask {
                    self.give_back(wish);
                }
                self.refuse(FilesRefusal::Behind);
            }
        }
    }

    fn fetch(&mut self, name: String) {
        if self.cx.role == Role::Host {
            return self.refuse(FilesRefusal::OtherSide);
        }
        if !self.grants().receive {
            return self.refuse(FilesRefusal::NotAllowed);
        }
        if self.wishes.len() >= MAX_TRANSFERS {
            return self.refuse(FilesRefusal::Behind);
        }
        let id = self.cx.world.next_number(self.cx.role);
        self.errands.emit(FilesEvent::Wished { number: id, name: escape(&name), found: None });
        self.errands.say(FilesMessage::Ask { id, name: name.clone() });
        self.wishes.push(FileWish::new(id, name));
    }

    /// All entries have come: the person is asked, or has wished for it.
    pub(super) fn ask(&mut self, index: usize) {
        let Some(one) = self.receiving.get_mut(index) else { return };
        let id = one.id;
        let ReceivingStage::Collecting(manifest) = &one.stage else { return };
        let manifest = manifest.clone();
        // Who wished for a file wished for no more than that.
        one.is_wished &= is_one_file(&manifest);
        let question = question(id, &manifest, self.cx.world.folder());
        // By a name that was checked, not by whatever its sender calls it.
        one.title = question.names.first().cloned().unwrap_or_default();
        let yes = self.cx.world.take_yes(&manifest.key(&self.cx.world.peer));
        one.stage = ReceivingStage::Asking(manifest, question.clone());
        if yes.is_some() || one.is_wished {
            self.receive(index, yes);
        } else {
            self.errands.emit(FilesEvent::Question(question));
        }
    }

    fn say_yes(&mut self, number: u32, folder: Option<PathBuf>) {
        let asked = |one: &Receiving| one.id == number && matches!(one.stage, ReceivingStage::Asking(..));
        if let Some(index) = self.receiving.iter().position(asked) {
            return self.receive(index, folder);
        }
        self.grant_wish(number);
    }

    /// The transfer is written from here on.
    fn receive(&mut self, index: usize, folder: Option<PathBuf>) {
        let counted = self.receiving[index].counted;
        let one = &mut self.receiving[index];
        let ReceivingStage::Asking(manifest, question) = &one.stage else { return };
        let task = ReceivingTask {
            id: one.id,
            manifest: manifest.clone(),
            makes_folder: folder.is_none(),
            folder: folder.unwrap_or_else(|| question.folder.clone()),
            stored: one.stored,
            peer: self.cx.world.peer,
            counted,
            news: self.news_outbox.clone(),
        };
        match ReceivingRun::start(task) {
            Some(run) => one.stage = ReceivingStage::Running(run),
            None => self.refuse_receiving(index, FilesEnd::Broken),
        }
    }

    fn say_no(&mut self, number: u32) {
        if let Some(index) = self.receiving.iter().position(|one| one.id == number && !one.is_running()) {
            return self.refuse_receiving(index, FilesEnd::Refused);
        }
        let wish = self.wishes.iter().position(|wish| wish.id == number);
        match (wish, self.cx.role) {
            (Some(index), Role::Host) => {
                self.wishes.remove(index);
                self.errands.say(FilesMessage::Declined { id: number });
                self.errands.emit(FilesEvent::Unwished { number, is_declined: true });
            }
            (Some(_), Role::Technician) | (None, _) => self.refuse(FilesRefusal::Nothing),
        }
    }

    fn pause(&mut self, number: u32, paused: bool) {
        if let Some(one) = self.sending.iter_mut().find(|one| one.id == number) {
            one.is_paused_here = paused;
            one.meter.reset();
            self.errands.emit(FilesEvent::Advance(one.progress()));
            self.errands.say(FilesMessage::Sent { id: number, part: SentPart::Pause(paused) });
        } else if let Some(one) = self.receiving.iter_mut().find(|one| one.id == number && one.is_running()) {
            if let ReceivingStage::Running(run) = &one.stage {
                run.pause(paused);
            }
            one.is_paused_here = paused;
            one.meter.reset();
            self.errands.emit(FilesEvent::Advance(one.progress()));
            self.errands.say(FilesMessage::Answered { id: number, part: AnswerPart::Pause(paused) });
        } else if !paused && self.cx.world.release(number) {
            // Its sender offers it again. Where the yes still holds, nobody is asked.
            self.errands.say(FilesMessage::Answered { id: number, part: AnswerPart::Pause(false) });
        } else if paused || !self.go_on(number, true) {
            self.refuse(FilesRefusal::Nothing);
        }
    }

    /// What was interrupted while it was sent is offered again, and what has arrived is not sent again.
    /// `false`: there is no such thing.
    pub(super) fn go_on(&mut self, number: u32, is_asked_here: bool) -> bool {
        if let Err(why) = self.may_offer() {
            if is_asked_here {
                self.refuse(why);
            }
            return true;
        }
        let Some(sending) = self.cx.world.recall(number, is_asked_here) else { return false };
        self.offer(None, sending.paths, None);
        true
    }

    fn cancel(&mut self, number: u32) {
        if let Some(index) = self.sending.iter().position(|one| one.id == number) {
            let part = SentPart::Cancel(FilesEnd::Cancelled);
            self.errands.say(FilesMessage::Sent { id: number, part });
            self.end_sending(index, FilesEnd::Cancelled, 0);
        } else if let Some(index) = self.receiving.iter().position(|one| one.id == number) {
            if let ReceivingStage::Running(run) = &self.receiving[index].stage {
                run.forget();
            }
            self.refuse_receiving(index, FilesEnd::CancelledThere);
        } else if let Some(index) = self.wishes.iter().position(|wish| wish.id == number) {
            self.wishes.remove(index);
            self.errands.say(match self.cx.role {
                Role::Technician => FilesMessage::Unask { id: number },
                Role::Host => FilesMessage::Declined { id: number },
            });
            self.errands.emit(FilesEvent::Unwished { number, is_declined: false });
        } else {
            self.refuse(FilesRefusal::Nothing);
        }
    }

    /// A thread that writes says something.
    pub(super) fn take_receiving(&mut self, id: u32, word: ReceivingWord) {
        let Some(index) = self.receiving.iter().position(|one| one.id == id) else { return };
        let one = &mut self.receiving[index];
        let answer = |part| FilesMessage::Answered { id, part };
        match word {
            ReceivingWord::Opened(folder) => {
                let (way, title, folder) = (FilesWay::Receiving, one.title.clone(), Some(folder));
                self.errands.emit(FilesEvent::Begun { id, way, title, folder });
                self.errands.say(answer(AnswerPart::Accept));
                self.next_progress_soon();
            }
            ReceivingWord::Unopened(manifest, why) => {
                let question = question(id, &manifest, self.cx.world.folder());
                // Somebody who waits here is not to wait for ever.
                if one.is_wished {
                    return self.refuse_receiving(index, why);
                }
                one.stage = ReceivingStage::Asking(*manifest, question.clone());
                self.errands.emit(FilesEvent::BadFolder { number: id, why });
                self.errands.emit(FilesEvent::Question(question));
            }
            ReceivingWord::Want { file, from } => self.errands.say(answer(AnswerPart::Want { file, from })),
            ReceivingWord::Taken { messages, bytes } => {
                one.set_bytes(bytes);
                self.errands.say(answer(AnswerPart::Taken { messages, bytes }));
            }
            ReceivingWord::Missed { name, why } => {
                one.skipped += 1;
                self.errands.emit(FilesEvent::Skipped { id, name, why });
            }
            ReceivingWord::Ended { end, kept, skipped, found, path } => {
                let (way, title) = (FilesWay::Receiving, one.title.clone());
                self.receiving.remove(index);
                self.errands.say(answer(AnswerPart::Ended { end, kept }));
                self.errands.emit(FilesEvent::Ended { id, way, title, end, kept, skipped, found, path });
            }
        }
    }

    /// Ends what comes, and says so to its sender.
    pub(super) fn refuse_receiving(&mut self, index: usize, end: FilesEnd) {
        let id = self.receiving[index].id;
        self.errands.say(FilesMessage::Answered { id, part: AnswerPart::Ended { end, kept: 0 } });
        self.end_receiving(index, end);
    }

    pub(super) fn end_receiving(&mut self, index: usize, end: FilesEnd) {
        let Receiving { id, title, skipped, stage, .. } = self.receiving.remove(index);
        if let ReceivingStage::Running(run) = stage {
            run.stop();
            self.ending.retain(|run| !run.is_over());
            self.ending.push(run);
        }
        self.tell_end(id, FilesWay::Receiving, title, end, 0, skipped);
    }

    pub(super) fn end_sending(&mut self, index: usize, end: FilesEnd, kept: u32) {
        let mut one = self.sending.remove(index);
        let (id, title, skipped) = (one.id, one.title.clone(), one.skipped);
        // What the other side's disk had no room for can be tried again.
        if matches!(end, FilesEnd::Interrupted | FilesEnd::DiskFull) {
            let needs = (self.cx.role == Role::Host).then_some(Permission::FilesFromUser);
            let (paths, is_held_here) = (one.paths.clone(), one.is_paused_here);
            self.cx.world.remember(InterruptedSending { id, paths, needs, is_held_here });
        }
        let ask = one.ask.take();
        self.tell_end(id, FilesWay::Sending, title, end, kept, skipped);
        match (ask, end) {
            (None, _) | (Some(_), FilesEnd::Interrupted) => {}
            (Some(wish), FilesEnd::Cancelled) => self.errands.say(FilesMessage::Declined { id: wish.id }),
            // It can't be sent: the user may pick another, and the technician waits for an answer.
            (Some(wish), _) => self.give_back(wish),
        }
    }

    fn tell_end(&mut self, id: u32, way: FilesWay, title: String, end: FilesEnd, kept: u32, skipped: u32) {
        self.errands.emit(FilesEvent::Ended { id, way, title, end, kept, skipped, found: 0, path: None });
    }

    /// Ends all that is under way, so that it can be gone on with.
    pub(super) fn interrupt(&mut self) {
        while let Some(one) = self.receiving.first() {
            self.keep_yes(one);
            self.end_receiving(0, FilesEnd::Interrupted);
        }
        // A thread that has something to say ends as well.
        self.renew_news();
        while !self.sending.is_empty() {
            self.end_sending(0, FilesEnd::Interrupted, 0);
        }
        for wish in std::mem::take(&mut self.wishes) {
            self.errands.emit(FilesEvent::Unwished { number: wish.id, is_declined: false });
        }
    }

    /// What the person has said yes to they need not say again, unless the permission was taken back.
    fn keep_yes(&self, one: &Receiving) {
        let ReceivingStage::Running(run) = &one.stage else { return };
        let needs = match self.cx.role {
            Role::Host => Permission::FilesToUser,
            Role::Technician => Permission::FilesFromUser,
        };
        let (id, key, folder, is_held_here) = (one.id, run.key, run.folder.clone(), one.is_paused_here);
        self.cx.world.keep_yes(StandingYes { id, key, folder, needs, holds: true, is_held_here });
    }
}
