//! The place of one side of a feature in a session: the side exists exactly while it is allowed to.
//!
//! Each slot is a task with its own bounded inbox, so that a slow feature delays no other. What the user
//! takes back overtakes all that waits: a handler that is under way is dropped, and [`SlotHandle::settle`]
//! returns when nothing of the feature acts any more.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use beistand_session::{Channel, PermissionSet, Role};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::LaterTurn;
use super::side::{Side, SideContext, SideExistence, SideFault, SideLoad, Standing};
use super::verb::{CommandRefusal, Verb};
use super::wire::Heard;
use beistand_p2p::InboxDelivery;

/// Commands that wait for a feature: a mouse moves some hundred times a second, a script types without pause.
const JOB_QUEUE: usize = 512;

/// How long [`SlotHandle::settle`] waits at most: the session stops what was revoked as well, so a feature
/// that hangs must not keep it from knowing.
const SETTLE_TIMEOUT: Duration = Duration::from_millis(200);

/// A fault of a feature, by the feature's name.
pub(crate) type NamedFault = (&'static str, SideFault);

/// A slot as the session's actor holds it. The task ends when it is dropped.
pub(crate) struct SlotHandle<S: Side> {
    name: &'static str,
    /// Whether nothing of it makes sense before the user has answered.
    needs_answer: bool,
    orders: watch::Sender<SlotOrder>,
    settled: watch::Receiver<u64>,
    jobs: mpsc::Sender<SlotJob<S>>,
    /// How many jobs were handed over, and how many of them are done.
    asked: AtomicU64,
    done: watch::Receiver<u64>,
    load: watch::Receiver<SideLoad>,
    context: SideContext<S>,
}

/// What the slot has to bring about.
#[derive(Debug, Clone, Copy)]
struct SlotOrder {
    /// Rises with each order.
    serial: u64,
    /// `None`: the session is over.
    standing: Option<Standing>,
}

enum SlotJob<S: Side> {
    Command(S::Command),
    /// The session had no room for something that the feature said.
    Refused,
}

impl<S: Side> SlotHandle<S> {
    /// Starts the task. `needs` are the permissions, any of which lets the feature exist.
    pub(crate) fn start(
        name: &'static str,
        needs: PermissionSet,
        context: SideContext<S>,
        inbox: <S::Message as Heard>::Inbox,
        faults: mpsc::Sender<NamedFault>,
        standing: Standing,
    ) -> Self {
        let (orders, order_inbox) = watch::channel(SlotOrder { serial: 0, standing: Some(standing) });
        let (settled_outbox, settled) = watch::channel(0);
        let (done_outbox, done) = watch::channel(0);
        let (jobs, job_inbox) = mpsc::channel(JOB_QUEUE);
        let task = SlotTask {
            name,
            needs,
            context: context.clone(),
            orders: order_inbox,
            jobs: job_inbox,
            inbox,
            inbox_open: true,
            faults,
            settled: settled_outbox,
            done: done_outbox,
            side: None,
            standing,
            failed: false,
        };
        tokio::spawn(task.run());
        let load = context.load.subscribe();
        let needs_answer = !needs.is_empty();
        Self { name, needs_answer, orders, settled, jobs, asked: AtomicU64::new(0), done, load, context }
    }

    /// From now on the feature does what `standing` allows; `None`: nothing, for ever.
    pub(crate) fn set(&self, standing: Option<Standing>) {
        self.orders.send_modify(|order| {
            // The end is the last order.
            if order.standing.is_some() {
                *order = SlotOrder { serial: order.serial + 1, standing };
            }
        });
    }

    /// Waits until the last order has been followed.
    pub(crate) async fn settle(&self) {
        let serial = self.orders.borrow().serial;
        let mut settled = self.settled.clone();
        let waiting = settled.wait_for(|done| *done >= serial);
        if timeout(SETTLE_TIMEOUT, waiting).await.is_err() {
            tracing::error!(feature = self.name, "the feature does not stop");
        }
    }

    /// Hands over what the program wants. Where too much waits already it is refused.
    pub(crate) fn command(&self, command: S::Command) {
        let refused = match self.jobs.try_send(SlotJob::Command(command)) {
            Ok(()) => {
                self.asked.fetch_add(1, Ordering::Relaxed);
                return;
            }
            Err(mpsc::error::TrySendError::Full(SlotJob::Command(command))) => command,
            Err(_) => return,
        };
        tracing::warn!(feature = self.name, "a command was dropped: too many wait");
        S::shed(&self.context.world, &refused);
        if let Some(event) = refused.refuse(CommandRefusal::Behind) {
            self.context.events.try_emit(event);
        }
    }

    /// When a command's turn comes: once the user has answered, where the feature needs that, and there is
    /// room. `None`: now.
    pub(crate) fn room(&self, command: &S::Command) -> Option<LaterTurn> {
        let needs_answer = self.needs_answer;
        let waits = move |order: &SlotOrder| {
            needs_answer && order.standing.is_some_and(|standing| !standing.consented())
        };
        let has_room = *self.load.borrow() != SideLoad::Full && self.jobs.capacity() > 0;
        if !waits(&self.orders.borrow()) && (has_room || !command.waits_for_room()) {
            return None;
        }
        let (mut load, jobs, mut orders) = (self.load.clone(), self.jobs.clone(), self.orders.subscribe());
        Some(Box::pin(async move {
            let _ = orders.wait_for(|order| !waits(order)).await;
            // Where there is no task any more there is room for anything: it is refused.
            let _ = load.wait_for(|load| *load != SideLoad::Full).await;
            drop(jobs.reserve().await);
        }))
    }

    /// When all that was asked is done.
    pub(crate) fn idle(&self) -> LaterTurn {
        let asked = self.asked.load(Ordering::Relaxed);
        let (mut done, mut load) = (self.done.clone(), self.load.clone());
        Box::pin(async move {
            if done.wait_for(|done| *done >= asked).await.is_ok() {
                let _ = load.wait_for(|load| *load == SideLoad::Idle).await;
            }
        })
    }

    /// The session had no room for something that was said on `channel`.
    pub(crate) fn refused(&self, channel: Channel) {
        if S::Message::is_on(channel) && self.jobs.try_send(SlotJob::Refused).is_ok() {
            self.asked.fetch_add(1, Ordering::Relaxed);
        }
    }
}

struct SlotTask<S: Side> {
    name: &'static str,
    needs: PermissionSet,
    context: SideContext<S>,
    // Inboxes
    orders: watch::Receiver<SlotOrder>,
    jobs: mpsc::Receiver<SlotJob<S>>,
    inbox: <S::Message as Heard>::Inbox,
    inbox_open: bool,
    // Outboxes
    faults: mpsc::Sender<NamedFault>,
    settled: watch::Sender<u64>,
    done: watch::Sender<u64>,
    // State
    side: Option<S>,
    standing: Standing,
    /// Whether the side has failed since it was last allowed; it is not tried again until it is allowed once
    /// more.
    failed: bool,
}

impl<S: Side> SlotTask<S> {
    async fn run(mut self) {
        loop {
            let order = *self.orders.borrow_and_update();
            let over = order.standing.is_none();
            match order.standing {
                Some(standing) => self.follow(standing).await,
                None => self.finish().await,
            }
            self.settled.send_replace(order.serial);
            if over {
                return;
            }
            if let Err(SessionGone) = self.work().await {
                return self.stop().await;
            }
        }
    }

    /// Brings the side in line with what is allowed.
    async fn follow(&mut self, standing: Standing) {
        let before = std::mem::replace(&mut self.standing, standing);
        S::noted(&self.context.world, &standing);
        let widens = !standing.allowed().difference(before.allowed()).intersection(self.needs).is_empty();
        if widens && self.context.role == Role::Host {
            // What the user chose before they allowed this is part of what they allow.
            self.finish_jobs().await;
        }
        if !self.exists(&standing) {
            self.failed = false;
            return self.stop().await;
        }
        match &mut self.side {
            Some(side) if before != standing => side.changed(&standing).await,
            Some(_) => {}
            None if self.failed => {}
            None => match S::start(self.context.clone(), &standing) {
                Ok(side) => self.side = Some(side),
                Err(fault) => self.fail(fault).await,
            },
        }
    }

    fn exists(&self, standing: &Standing) -> bool {
        match S::EXISTENCE {
            SideExistence::WhileAllowed => !standing.allowed().intersection(self.needs).is_empty(),
            SideExistence::WholeSession | SideExistence::WholeSessionActing => true,
        }
    }

    /// The session is over: what was said before that is still done, unless it acts on the user's computer.
    async fn finish(&mut self) {
        if S::EXISTENCE == SideExistence::WholeSession {
            self.finish_jobs().await;
            self.finish_inbox().await;
        } else if self.context.role == Role::Technician {
            self.finish_jobs().await;
        }
        self.stop().await;
    }

    async fn finish_jobs(&mut self) {
        let Some(side) = &mut self.side else { return };
        while let Ok(job) = self.jobs.try_recv() {
            match job {
                SlotJob::Command(command) => side.command(command).await,
                SlotJob::Refused => side.refused().await,
            }
            self.done.send_modify(|done| *done += 1);
        }
    }

    async fn finish_inbox(&mut self) {
        let allowed = self.standing.allowed();
        let Some(side) = &mut self.side else { return };
        loop {
            let waiting = tokio::select! {
                biased;
                delivery = S::Message::recv(&mut self.inbox, allowed) => delivery,
                () = std::future::ready(()) => return,
            };
            let InboxDelivery::Message(message) = waiting else { return };
            if side.heard(message).await.is_err() {
                return;
            }
        }
    }

    async fn stop(&mut self) {
        if let Some(side) = self.side.take() {
            side.stop().await;
            self.context.events.ask_no_more();
        }
    }

    async fn fail(&mut self, fault: SideFault) {
        self.stop().await;
        self.failed = true;
        tracing::error!(feature = self.name, ?fault, "the feature has failed");
        // The first fault of each feature is what matters.
        let _ = self.faults.try_send((self.name, fault));
    }

    /// Works until there is a new order.
    async fn work(&mut self) -> Result<(), SessionGone> {
        loop {
            match self.work_once().await? {
                SlotProgress::On => {}
                SlotProgress::Failed(fault) => self.fail(fault).await,
                SlotProgress::Ordered => return Ok(()),
            }
        }
    }

    async fn work_once(&mut self) -> Result<SlotProgress, SessionGone> {
        let Self { side, orders, jobs, done, inbox, inbox_open, context, failed, needs, standing, .. } = self;
        let Some(side) = side else {
            return tokio::select! {
                biased;
                changed = orders.changed() => changed.map(|()| SlotProgress::Ordered).map_err(|_| SessionGone),
                Some(job) = jobs.recv() => {
                    if let SlotJob::Command(command) = job {
                        S::unheard(&context.world, &command);
                        if let Some(event) = command.refuse(CommandRefusal::NotAllowed) {
                            context.events.try_emit(event);
                        }
                    }
                    done.send_modify(|done| *done += 1);
                    Ok(SlotProgress::On)
                }
                // Before it is allowed, what was heard waits: the news that it is allowed may come a moment
                // later.
                delivery = S::Message::recv(inbox, standing.allowed()), if *inbox_open && *failed => {
                    *inbox_open = !matches!(delivery, InboxDelivery::Closed);
                    Ok(SlotProgress::On)
                }
            };
        };
        // Its own receiver, since a change that it only looks at must still count as new here.
        let mut later = orders.clone();
        let taken_back = later.wait_for(|order| lessens(standing, order, *needs));
        let handled = tokio::select! {
            biased;
            changed = orders.changed() => {
                return changed.map(|()| SlotProgress::Ordered).map_err(|_| SessionGone);
            }
            Some(job) = jobs.recv() => {
                let handling = async {
                    match job {
                        SlotJob::Command(command) => side.command(command).await,
                        SlotJob::Refused => side.refused().await,
                    }
                };
                let handled = tokio::select! {
                    biased;
                    _ = taken_back => Ok(SlotProgress::Ordered),
                    () = handling => Ok(SlotProgress::On),
                };
                done.send_modify(|done| *done += 1);
                return handled;
            }
            delivery = S::Message::recv(inbox, standing.allowed()), if *inbox_open => match delivery {
                InboxDelivery::Message(message) => tokio::select! {
                    biased;
                    _ = taken_back => return Ok(SlotProgress::Ordered),
                    handled = side.heard(message) => handled,
                },
                InboxDelivery::Void => {
                    side.void();
                    Ok(())
                }
                InboxDelivery::Closed => {
                    *inbox_open = false;
                    Ok(())
                }
            },
            fault = side.run() => Err(fault),
        };
        Ok(handled.map_or_else(SlotProgress::Failed, |()| SlotProgress::On))
    }
}

/// The handle was dropped, and with it the session.
struct SessionGone;

enum SlotProgress {
    On,
    Failed(SideFault),
    Ordered,
}

/// Whether `order` takes back anything that a feature which needs `needs` may do under `before`.
fn lessens(before: &Standing, order: &SlotOrder, needs: PermissionSet) -> bool {
    let now = order.standing.map_or(PermissionSet::NONE, |now| now.allowed());
    !before.allowed().difference(now).intersection(needs).is_empty()
}
