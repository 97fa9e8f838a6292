//! The desk of files, the same on both sides: it asks its person, and carries parts between the session and
//! the threads that read and write.
//!
//! States of what goes from here: looked up; offered; accepted. Of what comes: collected; asked; written. Up
//! to [`MAX_TRANSFERS`] each. With a revoke, a pause or the end all of it is interrupted: nothing is read or
//! written any more, and what has arrived waits to be gone on with.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::Poll;
use std::time::{Duration, Instant};

use beistand_session::{
    AnswerPart, FilesEnd, FilesMessage, MAX_PARTS_UNDER_WAY, Permission, PermissionSet, Role, SentPart,
};
use beistand_transfer::TransferManifest;
use tokio::sync::mpsc;
use tokio::time::{sleep_until, timeout};

use super::incoming::{Receiving, ReceivingNews, ReceivingRun, ReceivingStage, TAKEN_INTERVAL};
use super::outgoing::{Sending, SendingNews};
use super::pace::SmallPacer;
use super::wishes::{FileWish, WishNews};
use super::world::FilesWorld;
use super::{FilesCommand, FilesEvent, FilesRefusal, FilesWay, MAX_TRANSFERS};
use crate::features::errands::SideErrands;
use crate::features::side::{Side, SideContext, SideExistence, SideFault, SideLoad, Standing};

/// Offers and wishes within [`OFFER_SPAN`]: no person answers more of them.
const MAX_SPAN_OFFERS: usize = 30;

/// See [`MAX_SPAN_OFFERS`].
const OFFER_SPAN: Duration = Duration::from_secs(60);

/// How often it is said how far transfers are.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(500);

/// How long a thread that was told to end is waited for: what it does at that moment ends by itself, and a
/// file system that doesn't answer must not keep the user's word from being followed.
const WRITES_END_TIME: Duration = Duration::from_secs(2);

/// Words of threads that wait: each says few at a time.
const NEWS: usize = 64;

/// A part of fewer bytes is small: see [`SmallPacer`].
const SMALL_BYTES: usize = 4 << 10;

/// One side's desk.
pub(in crate::features) struct FilesDesk {
    pub(super) cx: SideContext<Self>,
    pub(super) errands: SideErrands<Self>,
    pub(super) sending: Vec<Sending>,
    pub(super) receiving: Vec<Receiving>,
    /// What was wished for and is not answered: by the technician, from the user.
    pub(super) wishes: Vec<FileWish>,
    /// A part that waits to leave, with its transfer's number.
    held: Option<(u32, SentPart)>,
    pacer: SmallPacer,
    pub(super) news_outbox: mpsc::Sender<ReceivingNews>,
    pub(super) news: mpsc::Receiver<ReceivingNews>,
    pub(super) found_outbox: mpsc::Sender<WishNews>,
    found: mpsc::Receiver<WishNews>,
    /// Threads that were told to end.
    pub(super) ending: Vec<ReceivingRun>,
    grants: FilesGrants,
    /// When offers and wishes came, within the last [`OFFER_SPAN`].
    offered: VecDeque<Instant>,
    progress_at: Instant,
}

/// What is allowed, as seen from one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FilesGrants {
    pub(super) send: bool,
    pub(super) receive: bool,
}

impl FilesGrants {
    fn new(role: Role, allowed: PermissionSet) -> Self {
        let to_user = allowed.contains(Permission::FilesToUser);
        let from_user = allowed.contains(Permission::FilesFromUser);
        match role {
            Role::Technician => Self { send: to_user, receive: from_user },
            Role::Host => Self { send: from_user, receive: to_user },
        }
    }
}

impl Side for FilesDesk {
    type Message = FilesMessage;
    type Command = FilesCommand;
    type Event = FilesEvent;
    type World = FilesWorld;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault> {
        let (news_outbox, news) = mpsc::channel(NEWS);
        let (found_outbox, found) = mpsc::channel(MAX_TRANSFERS);
        let grants = FilesGrants::new(cx.role, now.allowed());
        let begin = Instant::now();
        Ok(Self {
            cx,
            errands: SideErrands::default(),
            sending: Vec::new(),
            receiving: Vec::new(),
            wishes: Vec::new(),
            held: None,
            pacer: SmallPacer::new(begin),
            news_outbox,
            news,
            found_outbox,
            found,
            ending: Vec::new(),
            grants,
            offered: VecDeque::new(),
            progress_at: begin,
        })
    }

    fn noted(world: &FilesWorld, now: &Standing) {
        let granted = now.granted.unwrap_or(PermissionSet::NONE);
        world.note_granted(granted.difference(now.withheld));
    }

    async fn command(&mut self, command: FilesCommand) {
        self.obey(command);
        self.tell_load();
        self.errands.pass_on(&self.cx).await;
    }

    async fn heard(&mut self, message: FilesMessage) -> Result<(), SideFault> {
        match message {
            FilesMessage::Sent { id, part } => self.take_part(id, part, Instant::now()),
            FilesMessage::Answered { id, part } => self.take_answer(id, part),
            FilesMessage::Ask { id, name } => self.take_wish(id, name, Instant::now()),
            FilesMessage::Unask { id } => self.end_wish(id, false),
            FilesMessage::Declined { id } => self.end_wish(id, true),
        }
        self.tell_load();
        self.errands.pass_on(&self.cx).await;
        Ok(())
    }

    fn void(&mut self) {
        // What was on its way in either direction may be lost: nothing can be gone on with as it is.
        self.interrupt();
    }

    async fn refused(&mut self) {
        // The session had no room, against all reckoning: a part is missing.
        self.interrupt();
        self.errands.pass_on(&self.cx).await;
    }

    async fn changed(&mut self, now: &Standing) {
        let grants = FilesGrants::new(self.cx.role, now.allowed());
        if std::mem::replace(&mut self.grants, grants) != grants {
            self.interrupt();
            self.writes_ended().await;
        }
        self.errands.pass_on(&self.cx).await;
    }

    async fn run(&mut self) -> SideFault {
        loop {
            self.tell_load();
            self.errands.pass_on(&self.cx).await;
            self.send_held().await;
            let is_active = self.sending.iter().any(|one| one.is_accepted)
                || self.receiving.iter().any(Receiving::is_running);
            let Self { sending, news, found, progress_at, .. } = self;
            let under_way: u64 = sending.iter().map(Sending::under_way).sum();
            tokio::select! {
                (index, word) = next_of(sending), if under_way < MAX_PARTS_UNDER_WAY => {
                    self.take_sending(index, word);
                }
                Some((id, word)) = news.recv() => self.take_receiving(id, word),
                Some(found) = found.recv() => self.take_found(found),
                () = sleep_until((*progress_at).into()), if is_active => self.tell_progress(Instant::now()),
            }
        }
    }

    async fn stop(mut self) {
        self.interrupt();
        self.cx.load.set(SideLoad::Idle);
        self.writes_ended().await;
        self.errands.pass_on(&self.cx).await;
    }
}

/// The next word of a thread that is to be heard. Cancel safe.
async fn next_of(sending: &mut [Sending]) -> (usize, Option<SendingNews>) {
    poll_fn(|context| {
        for (index, one) in sending.iter_mut().enumerate().filter(|(_, one)| one.is_heard()) {
            if let Poll::Ready(word) = one.news.poll_recv(context) {
                return Poll::Ready((index, word));
            }
        }
        Poll::Pending
    })
    .await
}

fn is_small(part: &SentPart) -> bool {
    match part {
        SentPart::Block { bytes, .. } => bytes.len() < SMALL_BYTES,
        SentPart::Hashes(hashes) => hashes.len() * beistand_session::FILE_HASH_BYTES < SMALL_BYTES,
        SentPart::Offer { .. }
        | SentPart::Entries(_)
        | SentPart::Begin { .. }
        | SentPart::Hole { .. }
        | SentPart::Skip { .. }
        | SentPart::Over
        | SentPart::Pause(_)
        | SentPart::Cancel(_) => true,
    }
}

impl FilesDesk {
    /// No thread hears of anybody any more, or is heard.
    pub(super) fn renew_news(&mut self) {
        (self.news_outbox, self.news) = mpsc::channel(NEWS);
    }

    /// Nothing more is written by what was told to end.
    async fn writes_ended(&mut self) {
        let all_over = async {
            for run in &self.ending {
                run.over().await;
            }
        };
        if timeout(WRITES_END_TIME, all_over).await.is_err() {
            tracing::warn!("a disk does not answer");
        }
        self.ending.retain(|run| !run.is_over());
    }

    /// Says the part that waits. Cancel safe.
    async fn send_held(&mut self) {
        let Some((_, part)) = &self.held else { return };
        if is_small(part) {
            if let Some(at) = self.pacer.until(Instant::now()) {
                sleep_until(at.into()).await;
            }
            self.pacer.left(Instant::now());
        }
        let (held, sending) = (&mut self.held, &mut self.sending);
        let next = || {
            let (id, part) = held.take()?;
            // It may have been cancelled meanwhile.
            let one = sending.iter_mut().find(|one| one.id == id)?;
            one.note_sent(&part);
            Some(FilesMessage::Sent { id, part })
        };
        self.cx.outbox.send_with(next).await;
        // Where nobody is there any more.
        self.held = None;
    }

    fn take_sending(&mut self, index: usize, word: Option<SendingNews>) {
        let Some(one) = self.sending.get_mut(index) else { return };
        let id = one.id;
        match word {
            Some(SendingNews::Gathered { title, files, bytes }) => {
                (one.title, one.files, one.total) = (title.clone(), files, bytes);
                self.errands.emit(FilesEvent::Offered { id, title, files, bytes });
            }
            Some(SendingNews::Part(part)) => self.held = Some((id, part)),
            Some(SendingNews::Skipped { name, why }) => {
                one.skipped += 1;
                self.errands.emit(FilesEvent::Skipped { id, name, why });
            }
            Some(SendingNews::Failed(why)) => self.end_sending(index, why, 0),
            None => one.is_said = true,
        }
    }

    /// The sender of a transfer says something.
    fn take_part(&mut self, id: u32, part: SentPart, now: Instant) {
        if let SentPart::Offer { ask, title, entries, bytes, stored } = part {
            return match self.order(id, entries, bytes, now) {
                Ok(manifest) => {
                    let mut receiving = Receiving::new(id, title, manifest, bytes, stored);
                    let wish = self.wishes.iter().position(|wish| wish.id == ask);
                    if let (Role::Technician, Some(index)) = (self.cx.role, wish) {
                        self.wishes.remove(index);
                        receiving.is_wished = true;
                    }
                    self.receiving.push(receiving);
                }
                Err(end) => {
                    let part = AnswerPart::Ended { end, kept: 0 };
                    self.errands.say(FilesMessage::Answered { id, part });
                }
            };
        }
        let Some(index) = self.receiving.iter().position(|one| one.id == id) else { return };
        let one = &mut self.receiving[index];
        match (&mut one.stage, part) {
            // It is told with the next progress: whoever says so without end is not heard each time. Before
            // it has begun there is nothing to stop.
            (ReceivingStage::Running(_), SentPart::Pause(paused)) => {
                one.is_paused_there = paused;
                one.meter.reset();
            }
            (_, SentPart::Pause(_)) => {}
            // How it ended is not its sender's to say.
            (_, SentPart::Cancel(_)) => {
                if let ReceivingStage::Running(run) = &one.stage {
                    run.forget();
                }
                self.end_receiving(index, FilesEnd::Cancelled);
            }
            (ReceivingStage::Collecting(manifest), SentPart::Entries(entries)) => {
                one.counted += 1;
                let added = manifest.add(entries);
                let (is_whole, is_honest) = (manifest.is_whole(), manifest.is_honest());
                let counted = one.counted;
                match added {
                    Err(end) => self.refuse_receiving(index, end),
                    Ok(()) if is_whole && !is_honest => self.refuse_receiving(index, FilesEnd::Invalid),
                    Ok(()) => {
                        if is_whole || counted.is_multiple_of(TAKEN_INTERVAL) {
                            let part = AnswerPart::Taken { messages: counted, bytes: 0 };
                            self.errands.say(FilesMessage::Answered { id, part });
                        }
                        if is_whole {
                            self.ask(index);
                        }
                    }
                }
            }
            (ReceivingStage::Running(run), part) => {
                if !run.take(part) {
                    run.forget();
                    self.refuse_receiving(index, FilesEnd::Invalid);
                }
            }
            (ReceivingStage::Collecting(_) | ReceivingStage::Asking(..), _) => {
                self.refuse_receiving(index, FilesEnd::Invalid);
            }
        }
    }

    /// A transfer is offered.
    fn order(
        &mut self,
        id: u32,
        entries: u32,
        bytes: u64,
        now: Instant,
    ) -> Result<TransferManifest, FilesEnd> {
        let is_theirs = match self.cx.role {
            Role::Technician => id.is_multiple_of(2),
            Role::Host => !id.is_multiple_of(2),
        };
        if !is_theirs || !self.cx.world.is_new(id) {
            return Err(FilesEnd::Invalid);
        }
        self.count_offer(now)?;
        if self.receiving.len() >= MAX_TRANSFERS {
            return Err(FilesEnd::Busy);
        }
        TransferManifest::new(entries, bytes)
    }

    pub(super) fn count_offer(&mut self, now: Instant) -> Result<(), FilesEnd> {
        while self.offered.front().is_some_and(|at| now.duration_since(*at) >= OFFER_SPAN) {
            self.offered.pop_front();
        }
        if self.offered.len() >= MAX_SPAN_OFFERS {
            return Err(FilesEnd::Busy);
        }
        self.offered.push_back(now);
        Ok(())
    }

    fn take_answer(&mut self, id: u32, part: AnswerPart) {
        let Some(index) = self.sending.iter().position(|one| one.id == id) else {
            // The other side's person wants something to go on that was interrupted.
            if part == AnswerPart::Pause(false) {
                self.go_on(id, false);
            }
            return;
        };
        let one = &mut self.sending[index];
        let (was_accepted, was_paused) = (one.is_accepted, one.is_paused_there);
        one.take_answer(&part);
        match part {
            AnswerPart::Accept if !was_accepted => {
                let (way, title) = (FilesWay::Sending, one.title.clone());
                self.progress_at = Instant::now() + PROGRESS_INTERVAL;
                self.errands.emit(FilesEvent::Begun { id, way, title, folder: None });
            }
            AnswerPart::Pause(paused) if paused != was_paused => one.meter.reset(),
            AnswerPart::Ended { end, kept } => {
                let (end, kept) = one.heard_end(end, kept);
                self.end_sending(index, end, kept);
            }
            AnswerPart::Accept
            | AnswerPart::Pause(_)
            | AnswerPart::Want { .. }
            | AnswerPart::Taken { .. } => {}
        }
    }

    fn tell_progress(&mut self, now: Instant) {
        self.progress_at = now + PROGRESS_INTERVAL;
        for one in self.sending.iter_mut().filter(|one| one.is_accepted) {
            let progress = one.progress();
            one.meter.sample(now, progress.bytes);
            self.errands.emit(FilesEvent::Advance(one.progress()));
        }
        for one in self.receiving.iter_mut().filter(|one| one.is_running()) {
            let progress = one.progress();
            one.meter.sample(now, progress.bytes);
            self.errands.emit(FilesEvent::Advance(one.progress()));
        }
    }

    fn tell_load(&self) {
        let wished = if self.cx.role == Role::Technician { self.wishes.len() } else { 0 };
        let coming = self.receiving.iter().filter(|one| one.is_wished || one.is_running()).count();
        self.cx.load.set(match self.sending.len().max(wished) {
            MAX_TRANSFERS.. => SideLoad::Full,
            0 if coming == 0 => SideLoad::Idle,
            _ => SideLoad::Busy,
        });
    }

    /// Refuses a command.
    pub(super) fn refuse(&mut self, why: FilesRefusal) {
        self.errands.emit(FilesEvent::Refused { why });
    }

    pub(super) fn grants(&self) -> FilesGrants {
        self.grants
    }

    pub(super) fn next_progress_soon(&mut self) {
        self.progress_at = Instant::now() + PROGRESS_INTERVAL;
    }
}
