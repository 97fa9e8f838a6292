//! The user's side: it looks how it is, asks its user, and does what they have said yes to, one thing at a
//! time, each written down before.
//!
//! States: at rest; looking; asking; doing. Up to [`MAX_PROPOSALS`] wait, the one in hand included. With a
//! revoke, a pause or the end what waits or is asked is withdrawn; what is being done is stopped where
//! nothing is left half done, or finished, and the user hears how it ended.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use beistand_mend::DeedWatch;
use beistand_session::{DeedSight, RepairEnd, RepairMessage, RepairOutcome, SightKind, escape};
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::jobs::{JobBench, JobNews, RepairLook};
use super::{MAX_PROPOSALS, RepairCommand, RepairEvent, RepairQuestion, RepairRefusal, RepairWish};
use crate::features::HostWorld;
use crate::features::activity::{Doing, DoingHold};
use crate::features::changes::{ChangeWorld, DeedTurn};
use crate::features::side::{Side, SideContext, SideExistence, SideFault, Standing};

/// Proposals within [`PROPOSAL_SPAN`]: no person answers more of them.
const MAX_SPAN_PROPOSALS: usize = 30;

/// See [`MAX_SPAN_PROPOSALS`].
const PROPOSAL_SPAN: Duration = Duration::from_secs(60);

/// How often it is said how far a deed is.
const ADVANCE_INTERVAL: Duration = Duration::from_millis(250);

/// As the bar on the user's screen has it: before all that goes on meanwhile.
const MENDING: Doing = Doing { word: "repair-mending", weight: 5 };

/// The host's side.
pub(in crate::features) struct RepairHost {
    cx: SideContext<Self>,
    errands: VecDeque<HostErrand>,
    bench: JobBench,
    news: mpsc::Receiver<JobNews>,
    waiting: VecDeque<HostProposal>,
    stage: HostStage,
    /// When proposals came, within the last [`PROPOSAL_SPAN`].
    proposed: VecDeque<Instant>,
    newest_job: u32,
    /// Held while something is being done, and until the user has heard how it ended.
    turn: Option<(Option<DeedTurn>, DoingHold)>,
    space: HostLook,
    entries: HostLook,
    /// Ends looks that nobody waits for.
    measuring: DeedWatch,
}

/// What the host's side works with, in a session.
#[derive(Debug, Clone)]
pub(in crate::features) struct RepairBench {
    changes: ChangeWorld,
    /// The number of the session's newest question: it goes on where a permission comes back.
    newest: Arc<AtomicU32>,
    /// Whether the user has heard in this session of what was interrupted.
    told: Arc<AtomicBool>,
}

impl From<&HostWorld> for RepairBench {
    fn from(world: &HostWorld) -> Self {
        Self::new(world.changes.clone())
    }
}

impl RepairBench {
    pub(super) fn new(changes: ChangeWorld) -> Self {
        Self { changes, newest: Arc::default(), told: Arc::default() }
    }
}

/// Something that is wished.
#[derive(Debug, Clone)]
struct HostProposal {
    /// The technician's number; `None` where the user wants it by themselves.
    id: Option<u32>,
    wish: RepairWish,
}

/// What is in hand.
#[derive(Debug)]
enum HostStage {
    Rest,
    Looking { job: u32, proposal: HostProposal, watch: DeedWatch },
    Asking { number: u32, proposal: HostProposal, looked: Box<RepairLook> },
    Doing { job: u32, proposal: HostProposal, watch: DeedWatch, told: u32 },
}

/// Who waits for an answer that takes a moment. One is looked for at a time, whoever asks how often.
#[derive(Debug, Clone, Copy, Default)]
struct HostLook {
    user: bool,
    helper: bool,
}

impl HostLook {
    /// Whether it has to be looked for now.
    fn ask(&mut self, whose: fn(&mut Self) -> &mut bool) -> bool {
        let is_first = !self.user && !self.helper;
        *whose(self) = true;
        is_first
    }
}

#[derive(Debug)]
enum HostErrand {
    Say(RepairMessage),
    Emit(RepairEvent),
}

impl Side for RepairHost {
    type Message = RepairMessage;
    type Command = RepairCommand;
    type Event = RepairEvent;
    type World = RepairBench;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        let (bench, news) = JobBench::new(cx.world.changes.clone());
        if !cx.world.told.swap(true, Ordering::Relaxed) {
            bench.find_interrupted();
        }
        Ok(Self {
            cx,
            errands: VecDeque::new(),
            bench,
            news,
            waiting: VecDeque::new(),
            stage: HostStage::Rest,
            proposed: VecDeque::new(),
            newest_job: 0,
            turn: None,
            space: HostLook::default(),
            entries: HostLook::default(),
            measuring: DeedWatch::default(),
        })
    }

    async fn command(&mut self, command: RepairCommand) {
        match command {
            RepairCommand::Yes { number } => self.answer_yes(number),
            RepairCommand::No { number } => self.answer_no(number),
            RepairCommand::Stop => self.stop_doing(),
            RepairCommand::TakeBack(entry) => self.take_back_alone(entry),
            RepairCommand::Space => {
                if self.space.ask(|look| &mut look.user) {
                    self.bench.measure(self.measuring.clone());
                }
            }
            RepairCommand::List => {
                if self.entries.ask(|look| &mut look.user) {
                    self.bench.list();
                }
            }
            RepairCommand::Propose(_) | RepairCommand::Withdraw => self.refuse(RepairRefusal::OtherSide),
        }
        self.pass_on().await;
    }

    async fn heard(&mut self, message: RepairMessage) -> Result<(), SideFault> {
        match message {
            RepairMessage::Propose { id, deed } => self.order(id, RepairWish::Deed(deed)),
            RepairMessage::TakeBack { id, entry } => {
                self.order(id, RepairWish::TakeBack { entry, deed: None });
            }
            RepairMessage::Withdraw { id } => self.withdraw(id),
            RepairMessage::AskSpace => {
                if self.space.ask(|look| &mut look.helper) {
                    self.bench.measure(self.measuring.clone());
                }
            }
            RepairMessage::AskEntries => {
                if self.entries.ask(|look| &mut look.helper) {
                    self.bench.list();
                }
            }
            // The session lets none of these through from a technician.
            RepairMessage::Asked { .. }
            | RepairMessage::Begun { .. }
            | RepairMessage::Advance { .. }
            | RepairMessage::Ended { .. }
            | RepairMessage::Space(_)
            | RepairMessage::Entries(_) => {}
        }
        self.pass_on().await;
        Ok(())
    }

    async fn run(&mut self) -> SideFault {
        loop {
            self.look_at_next();
            self.pass_on().await;
            let is_doing = matches!(self.stage, HostStage::Doing { .. });
            tokio::select! {
                news = self.news.recv() => if let Some(news) = news {
                    self.take_in(news);
                },
                () = sleep(ADVANCE_INTERVAL), if is_doing => self.advance(),
            }
        }
    }

    async fn stop(mut self) {
        self.measuring.stop();
        let mut over: Vec<HostProposal> = self.waiting.drain(..).collect();
        let doing = match std::mem::replace(&mut self.stage, HostStage::Rest) {
            HostStage::Rest => None,
            HostStage::Looking { proposal, watch, .. } => {
                watch.stop();
                over.insert(0, proposal);
                None
            }
            HostStage::Asking { proposal, .. } => {
                over.insert(0, proposal);
                None
            }
            HostStage::Doing { job, proposal, watch, .. } => {
                watch.stop();
                Some((job, proposal))
            }
        };
        // The user hears of each, however long their program is behind: nothing of it acts meanwhile.
        for HostProposal { id, wish } in over {
            let outcome = bare(RepairEnd::TakenBack);
            self.cx.events.emit(RepairEvent::Ended { id: id.unwrap_or_default(), wish, outcome }).await;
        }
        if let Some((job, proposal)) = doing {
            tokio::spawn(self.tell_the_rest(job, proposal));
        }
    }
}

impl RepairHost {
    /// After a revoke, a pause or the end: how what was being done has ended.
    async fn tell_the_rest(self, job: u32, HostProposal { id, wish }: HostProposal) {
        // From here on the job alone can say anything.
        let Self { cx, bench, mut news, turn: _turn, .. } = self;
        drop(bench);
        while let Some(news) = news.recv().await {
            if let JobNews::Ended(ended, outcome) = news
                && ended == job
            {
                let id = id.unwrap_or_default();
                return cx.events.emit(RepairEvent::Ended { id, wish, outcome }).await;
            }
        }
    }

    fn say(&mut self, message: RepairMessage) {
        self.errands.push_back(HostErrand::Say(message));
    }

    fn emit(&mut self, event: RepairEvent) {
        self.errands.push_back(HostErrand::Emit(event));
    }

    fn refuse(&mut self, why: RepairRefusal) {
        self.emit(RepairEvent::Refused { why });
    }

    /// Passes all on that waits. Cancel safe: what there is no room for stays.
    async fn pass_on(&mut self) {
        while let Some(errand) = self.errands.front() {
            let is_message = matches!(errand, HostErrand::Say(_));
            let (before, errands) = (self.errands.len(), &mut self.errands);
            if is_message {
                let next = || match errands.pop_front() {
                    Some(HostErrand::Say(message)) => Some(message),
                    Some(HostErrand::Emit(_)) | None => None,
                };
                self.cx.outbox.send_with(next).await;
            } else {
                let next = || match errands.pop_front() {
                    Some(HostErrand::Emit(event)) => Some(event),
                    Some(HostErrand::Say(_)) | None => None,
                };
                self.cx.events.emit_with(next).await;
            }
            if self.errands.len() == before {
                // Nobody is there any more.
                self.errands.clear();
            }
        }
    }

    fn in_hand(&self) -> usize {
        self.waiting.len() + usize::from(!matches!(self.stage, HostStage::Rest))
    }

    /// The technician proposes something.
    fn order(&mut self, id: u32, wish: RepairWish) {
        let now = Instant::now();
        while self.proposed.front().is_some_and(|at| now.duration_since(*at) >= PROPOSAL_SPAN) {
            self.proposed.pop_front();
        }
        let known = |proposal: &HostProposal| proposal.id == Some(id);
        if self.waiting.iter().any(known) || self.stage.proposal().is_some_and(known) {
            return;
        }
        let proposal = HostProposal { id: Some(id), wish };
        if self.in_hand() >= MAX_PROPOSALS || self.proposed.len() >= MAX_SPAN_PROPOSALS {
            // The user has seen nothing of it.
            return self.say(RepairMessage::Ended { id, outcome: bare(RepairEnd::Busy) });
        }
        self.proposed.push_back(now);
        self.waiting.push_back(proposal);
    }

    fn withdraw(&mut self, id: u32) {
        if let Some(index) = self.waiting.iter().position(|proposal| proposal.id == Some(id)) {
            if let Some(proposal) = self.waiting.remove(index) {
                self.end(proposal, bare(RepairEnd::Withdrawn));
            }
            return;
        }
        if self.stage.proposal().is_none_or(|proposal| proposal.id != Some(id)) {
            return;
        }
        match std::mem::replace(&mut self.stage, HostStage::Rest) {
            HostStage::Rest => {}
            HostStage::Looking { proposal, watch, .. } => {
                watch.stop();
                self.end(proposal, bare(RepairEnd::Withdrawn));
            }
            HostStage::Asking { proposal, .. } => self.end(proposal, bare(RepairEnd::Withdrawn)),
            // The user has said yes, and can stop it themselves.
            doing @ HostStage::Doing { .. } => self.stage = doing,
        }
    }

    /// The user takes an entry back, which needs no question: what the helper has proposed waits meanwhile,
    /// and is asked again.
    fn take_back_alone(&mut self, entry: u32) {
        match std::mem::replace(&mut self.stage, HostStage::Rest) {
            HostStage::Asking { proposal, .. } => self.waiting.push_front(proposal),
            other => self.stage = other,
        }
        if self.waiting.iter().any(|proposal| proposal.id.is_none()) {
            return self.refuse(RepairRefusal::Behind);
        }
        self.waiting.push_front(HostProposal { id: None, wish: RepairWish::TakeBack { entry, deed: None } });
    }

    fn next_job(&mut self) -> u32 {
        self.newest_job = self.newest_job.wrapping_add(1);
        self.newest_job
    }

    fn look_at_next(&mut self) {
        if let HostStage::Rest = self.stage
            && let Some(proposal) = self.waiting.pop_front()
        {
            let (job, watch) = (self.next_job(), DeedWatch::default());
            self.bench.look(job, proposal.wish.clone(), watch.clone());
            self.stage = HostStage::Looking { job, proposal, watch };
        }
    }

    fn take_in(&mut self, news: JobNews) {
        match news {
            JobNews::Looked(job, looked) => self.take_look(job, looked),
            JobNews::Ended(job, outcome) => {
                if let HostStage::Doing { job: doing, .. } = &self.stage
                    && *doing == job
                    && let HostStage::Doing { proposal, .. } =
                        std::mem::replace(&mut self.stage, HostStage::Rest)
                {
                    self.turn = None;
                    self.end(proposal, outcome);
                }
            }
            JobNews::Space(kinds) => {
                let HostLook { user, helper } = std::mem::take(&mut self.space);
                if helper {
                    self.say(RepairMessage::Space(kinds.clone()));
                }
                if user {
                    self.emit(RepairEvent::Space(kinds));
                }
            }
            JobNews::Entries(entries) => {
                let HostLook { user, helper } = std::mem::take(&mut self.entries);
                if helper {
                    self.say(RepairMessage::Entries(entries.clone().unwrap_or_default()));
                }
                match entries {
                    Some(entries) if user => self.emit(RepairEvent::Entries(entries)),
                    None if user => self.refuse(RepairRefusal::NoJournal),
                    Some(_) | None => {}
                }
            }
            JobNews::Interrupted(entries) if entries.is_empty() => {}
            JobNews::Interrupted(entries) => self.emit(RepairEvent::Interrupted(entries)),
        }
    }

    fn take_look(&mut self, job: u32, looked: Result<Box<RepairLook>, RepairOutcome>) {
        if !matches!(&self.stage, HostStage::Looking { job: looking, .. } if *looking == job) {
            return;
        }
        let HostStage::Looking { mut proposal, .. } = std::mem::replace(&mut self.stage, HostStage::Rest)
        else {
            return;
        };
        match (looked, proposal.id) {
            (Err(outcome), _) => self.end(proposal, outcome),
            (Ok(looked), None) => {
                proposal.wish = looked.wish.clone();
                self.carry_out(proposal, looked);
            }
            (Ok(looked), Some(id)) => {
                proposal.wish = looked.wish.clone();
                let number = self.cx.world.newest.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
                let question = RepairQuestion {
                    number,
                    id,
                    who: escape(self.bench.who()),
                    wish: looked.wish.clone(),
                    before: looked.before.clone(),
                    can_undo: looked.can_undo,
                };
                self.stage = HostStage::Asking { number, proposal, looked };
                self.say(RepairMessage::Asked { id });
                self.emit(RepairEvent::Question(question));
            }
        }
    }

    fn answer_yes(&mut self, number: u32) {
        if !matches!(&self.stage, HostStage::Asking { number: asked, .. } if *asked == number) {
            return self.refuse(RepairRefusal::Nothing);
        }
        if let HostStage::Asking { proposal, looked, .. } =
            std::mem::replace(&mut self.stage, HostStage::Rest)
        {
            self.carry_out(proposal, looked);
        }
    }

    fn answer_no(&mut self, number: Option<u32>) {
        let is_meant = |asked: u32| number.is_none_or(|number| number == asked);
        if !matches!(&self.stage, HostStage::Asking { number: asked, .. } if is_meant(*asked)) {
            return self.refuse(RepairRefusal::Nothing);
        }
        if let HostStage::Asking { proposal, .. } = std::mem::replace(&mut self.stage, HostStage::Rest) {
            self.end(proposal, bare(RepairEnd::Denied));
        }
    }

    fn carry_out(&mut self, proposal: HostProposal, looked: Box<RepairLook>) {
        let (job, watch) = (self.next_job(), DeedWatch::default());
        if let Some(id) = proposal.id {
            self.say(RepairMessage::Begun { id });
        }
        let (id, wish) = (proposal.id.unwrap_or_default(), proposal.wish.clone());
        self.emit(RepairEvent::Begun { id, wish });
        let ChangeWorld { deeds, activity, .. } = &self.cx.world.changes;
        self.turn = Some((deeds.begin(), activity.begin(MENDING)));
        self.bench.carry_out(job, looked, watch.clone());
        self.stage = HostStage::Doing { job, proposal, watch, told: 0 };
    }

    fn stop_doing(&mut self) {
        match &self.stage {
            HostStage::Doing { watch, .. } => watch.stop(),
            HostStage::Rest | HostStage::Looking { .. } | HostStage::Asking { .. } => {
                self.refuse(RepairRefusal::Nothing);
            }
        }
    }

    fn advance(&mut self) {
        let HostStage::Doing { proposal, watch, told, .. } = &mut self.stage else { return };
        let now = watch.permille();
        if now == *told {
            return;
        }
        *told = now;
        let (HostProposal { id, wish }, permille) = (proposal.clone(), u16::try_from(now).unwrap_or(1000));
        if let Some(id) = id {
            self.say(RepairMessage::Advance { id, permille });
        }
        self.emit(RepairEvent::Advance { id: id.unwrap_or_default(), wish, permille });
    }

    fn end(&mut self, HostProposal { id, wish }: HostProposal, outcome: RepairOutcome) {
        if let Some(id) = id {
            self.say(RepairMessage::Ended { id, outcome: for_helper(outcome.clone()) });
        }
        self.emit(RepairEvent::Ended { id: id.unwrap_or_default(), wish, outcome });
    }
}

impl HostStage {
    fn proposal(&self) -> Option<&HostProposal> {
        match self {
            Self::Rest => None,
            Self::Looking { proposal, .. } | Self::Asking { proposal, .. } | Self::Doing { proposal, .. } => {
                Some(proposal)
            }
        }
    }
}

/// An end as the helper hears it: a command or a setting may have a password in it, which the user alone
/// reads.
fn for_helper(outcome: RepairOutcome) -> RepairOutcome {
    let bare = |sight: DeedSight| match sight.kind {
        SightKind::On | SightKind::Off | SightKind::Entries => DeedSight { text: String::new(), ..sight },
        SightKind::Nothing
        | SightKind::Running
        | SightKind::Ended
        | SightKind::State
        | SightKind::File
        | SightKind::Away
        | SightKind::Jobs
        | SightKind::Bytes
        | SightKind::Freed
        | SightKind::Updates
        | SightKind::Differs
        | SightKind::Packaged
        | SightKind::Unfinished
        | SightKind::Held
        | SightKind::Released
        | SightKind::Stopped
        | SightKind::Printing => sight,
    };
    RepairOutcome { before: bare(outcome.before), after: bare(outcome.after), ..outcome }
}

/// An end with nothing to show for it.
pub(super) fn bare(end: RepairEnd) -> RepairOutcome {
    let (before, after) = (DeedSight::NOTHING, DeedSight::NOTHING);
    RepairOutcome { end, entry: 0, before, after, detail: String::new() }
}
