//! Terminals at the host: opened where it is allowed, shown to both, ended with what runs in them.
//!
//! It exists for the whole session, since what is no longer allowed may have left something running about
//! which the user is asked. While the session is paused the programs run on, and the user alone sees them.

mod busy;
mod ending;
mod numbered;

use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_platform::terminal::{ShellFault, ShellProgram, UserShell};
use beistand_session::{
    MAX_TERMINALS, MAX_TYPED_BYTES, Permission, PermissionSet, Role, TerminalEnd, TerminalMessage,
    TerminalObstacle, TerminalSize,
};
use tokio::sync::Notify;

use super::tab::HostTab;
use super::{TerminalCommand, TerminalEvent, TerminalRefusal};
use crate::features::HostWorld;
use crate::features::activity::{ActivityRecord, Doing};
use crate::features::side::{Side, SideContext, SideExistence, SideFault, Standing};
use busy::BusyLook;
use numbered::{NumberedTab, TabStage};

/// How long the user has to say what becomes of a program that still runs: long enough to look what it is.
const LEFTOVER_TIME: Duration = Duration::from_secs(30);

/// How long the end of a session waits for shells that are asked to end: what a revoke may take.
const STOP_TIMEOUT: Duration = Duration::from_millis(150);

/// Somebody who types in a terminal does more than one who moves the mouse.
const TYPING: Doing = Doing { word: "terminal-typing", weight: 4 };

/// Starts a shell.
pub(super) type OpenShell = Arc<dyn Fn(TerminalSize) -> Result<UserShell, ShellFault> + Send + Sync>;

/// What terminals need of the host.
#[derive(Clone)]
pub(in crate::features) struct ShellSource {
    pub(super) open: OpenShell,
    pub(super) activity: ActivityRecord,
    /// How long the user has to answer.
    pub(super) patience: Duration,
}

impl From<&HostWorld> for ShellSource {
    fn from(world: &HostWorld) -> Self {
        let own_program = world.backends.own_program();
        let open = move |size| {
            let shell = UserShell::start(&ShellProgram::of_user()?, size)?;
            match own_program {
                Some(program) => shell.kept_by(program),
                None => Ok(shell),
            }
        };
        Self { open: Arc::new(open), activity: world.activity.clone(), patience: LEFTOVER_TIME }
    }
}

/// The host's side.
pub(in crate::features) struct TerminalHost {
    cx: SideContext<Self>,
    /// The oldest first.
    tabs: Vec<NumberedTab>,
    /// The number of the newest terminal.
    newest: u32,
    grants: TerminalGrants,
    recorded: bool,
    /// What the helper has yet to hear once they may look again: terminals that they know and that were
    /// closed in a pause, at most [`MAX_TERMINALS`], since they come to know none meanwhile.
    untold: Vec<(u32, TerminalEnd)>,
    /// When it is looked next whether programs run in them.
    busy_look: BusyLook,
    news: Arc<Notify>,
}

/// What the helper may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct TerminalGrants {
    /// Granted, whether or not the session is paused.
    looks: bool,
    types: bool,
    /// Whether all rests.
    paused: bool,
}

impl TerminalGrants {
    fn of(standing: &Standing) -> Self {
        let granted = standing.granted.unwrap_or(PermissionSet::NONE).difference(standing.withheld);
        Self {
            looks: granted.contains(Permission::Terminal),
            types: granted.contains(Permission::TerminalType),
            paused: standing.paused || standing.held,
        }
    }

    fn may_look(self) -> bool {
        self.looks && !self.paused
    }

    fn may_type(self) -> bool {
        self.looks && self.types && !self.paused
    }
}

impl Side for TerminalHost {
    type Message = TerminalMessage;
    type Command = TerminalCommand;
    type Event = TerminalEvent;
    type World = ShellSource;

    const EXISTENCE: SideExistence = SideExistence::WholeSessionActing;

    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault> {
        let grants = TerminalGrants::of(now);
        Ok(Self {
            cx,
            tabs: Vec::new(),
            newest: 0,
            grants,
            recorded: false,
            untold: Vec::new(),
            busy_look: BusyLook::default(),
            news: Arc::default(),
        })
    }

    async fn command(&mut self, command: TerminalCommand) {
        match command {
            TerminalCommand::Open(size) => {
                if let Err(why) = self.open(Role::Host, size).await {
                    self.emit(TerminalEvent::Refused { why: why.into() }).await;
                }
            }
            TerminalCommand::Type { terminal, bytes } => {
                let typed = self.with(terminal, |numbered| {
                    bytes.chunks(MAX_TYPED_BYTES).all(|part| numbered.tab.type_in(Role::Host, part.to_vec()))
                });
                self.refuse_unless(typed).await;
            }
            TerminalCommand::Resize { terminal, size } => {
                let resized = self.with(terminal, |numbered| {
                    numbered.tab.resize(size);
                    numbered.number
                });
                match resized {
                    Some(terminal) => self.say_shared(TerminalMessage::Resized { terminal, size }).await,
                    None => self.refuse_unless(None).await,
                }
            }
            TerminalCommand::Look(terminal) => {
                let shown = self
                    .with(terminal, |numbered| TerminalEvent::shown(numbered.number, numbered.tab.screen()));
                match shown {
                    Some(shown) => self.emit(shown).await,
                    None => self.refuse_unless(None).await,
                }
            }
            TerminalCommand::Close(terminal) => {
                let closed = self.with(terminal, |numbered| numbered.end(TerminalEnd::ByUser));
                self.refuse_unless(closed.map(|()| true)).await;
            }
            TerminalCommand::Record(records) => {
                self.recorded = records;
                for numbered in &self.tabs {
                    numbered.tab.record(records);
                }
                self.emit(TerminalEvent::Recording(records)).await;
            }
            TerminalCommand::Leftover { terminal, answer } => {
                if let Err(why) = self.answer(terminal, answer) {
                    self.emit(TerminalEvent::Refused { why }).await;
                }
            }
        }
    }

    async fn heard(&mut self, message: TerminalMessage) -> Result<(), SideFault> {
        match message {
            TerminalMessage::Open(size) => {
                let opened = match self.grants.may_type() {
                    true => self.open(Role::Technician, size).await,
                    false => Err(TerminalObstacle::NotAllowed),
                };
                if let Err(why) = opened {
                    self.say_shared(TerminalMessage::Unopened(why)).await;
                }
            }
            TerminalMessage::Type { terminal, bytes } => {
                if self.grants.may_type()
                    && let Some(numbered) = self.open_tab(terminal)
                    && numbered.tab.type_in(Role::Technician, bytes)
                {
                    self.cx.world.activity.note(TYPING, Instant::now());
                }
            }
            TerminalMessage::Resize { terminal, size } => {
                if self.grants.may_type()
                    && let Some(numbered) = self.open_tab(terminal)
                    && numbered.by == Role::Technician
                {
                    numbered.tab.resize(size);
                    self.say_shared(TerminalMessage::Resized { terminal, size }).await;
                }
            }
            TerminalMessage::Close(terminal) => {
                if self.grants.may_type()
                    && let Some(numbered) = self.open_tab(terminal)
                    && numbered.by == Role::Technician
                {
                    numbered.end(TerminalEnd::ByTechnician);
                }
            }
            TerminalMessage::Taken { terminal, number } => {
                if let Some(numbered) = self.open_tab(terminal) {
                    numbered.tab.taken(number);
                }
            }
            // The session passes on nothing that is the host's to say.
            TerminalMessage::Opened { .. }
            | TerminalMessage::Printed { .. }
            | TerminalMessage::Resized { .. }
            | TerminalMessage::Closed { .. }
            | TerminalMessage::Unopened(_)
            | TerminalMessage::Busy { .. } => {}
        }
        Ok(())
    }

    fn void(&mut self) {
        for numbered in &self.tabs {
            numbered.tab.void();
        }
    }

    async fn changed(&mut self, now: &Standing) {
        let grants = TerminalGrants::of(now);
        let before = std::mem::replace(&mut self.grants, grants);
        if before.may_type() && !grants.may_type() {
            self.void();
        }
        let lost = |numbered: &NumberedTab| {
            before.looks && !grants.looks || before.types && !grants.types && numbered.by == Role::Technician
        };
        for index in 0..self.tabs.len() {
            if self.tabs[index].stage == TabStage::Open && lost(&self.tabs[index]) {
                self.leave(index).await;
            }
        }
        if !grants.looks {
            // The helper's side has closed all by itself.
            self.untold.clear();
        }
        if before.may_look() == grants.may_look() {
            return;
        }
        if grants.may_look() {
            for (terminal, why) in std::mem::take(&mut self.untold) {
                self.cx.outbox.send(TerminalMessage::Closed { terminal, why }).await;
            }
        }
        for numbered in self.tabs.iter_mut().filter(|numbered| numbered.stage == TabStage::Open) {
            if grants.may_look() {
                numbered.known = true;
                self.cx.outbox.send(numbered.opened()).await;
                if let Some(busy) = numbered.busy() {
                    self.cx.outbox.send(busy).await;
                }
            }
            numbered.tab.share(grants.may_look());
        }
    }

    async fn run(&mut self) -> SideFault {
        loop {
            self.carry().await;
            self.look_whether_busy(Instant::now()).await;
            let next = self.news.notified();
            let asked = self.tabs.iter().filter_map(|numbered| match numbered.stage {
                TabStage::Asked(until) => Some(until),
                TabStage::Open | TabStage::Kept | TabStage::Ending(_) => None,
            });
            match asked.chain(self.busy_look.due()).min() {
                None => {
                    next.await;
                    self.busy_look.want(Instant::now());
                }
                Some(until) => {
                    // Either way it is looked what there is to do.
                    if tokio::time::timeout_at(until.into(), next).await.is_ok() {
                        self.busy_look.want(Instant::now());
                    }
                    self.end_unanswered(Instant::now());
                }
            }
        }
    }

    async fn stop(self) {
        for numbered in &self.tabs {
            numbered.tab.end();
        }
        let ended = async {
            while self.tabs.iter().any(|numbered| numbered.tab.exit().is_none()) {
                self.news.notified().await;
            }
        };
        // What does not end by itself is killed later; nothing of it is seen or typed into any more.
        let _ = tokio::time::timeout(STOP_TIMEOUT, ended).await;
    }
}

impl TerminalHost {
    async fn emit(&self, event: TerminalEvent) {
        self.cx.events.emit(event).await;
    }

    /// Says this where the helper may see terminals.
    async fn say_shared(&self, message: TerminalMessage) {
        if self.grants.may_look() {
            self.cx.outbox.send(message).await;
        }
    }

    /// `done`: whether there was room; nothing where there is no such terminal.
    async fn refuse_unless(&self, done: Option<bool>) {
        let why = match done {
            Some(true) => return,
            Some(false) => TerminalRefusal::Behind,
            None => TerminalRefusal::Missing,
        };
        self.emit(TerminalEvent::Refused { why }).await;
    }

    /// Does this with the terminal that the user means.
    fn with<T>(&mut self, number: Option<u32>, act: impl FnOnce(&mut NumberedTab) -> T) -> Option<T> {
        let meant = self.tabs.iter_mut().rev().find(|numbered| match number {
            Some(number) => numbered.number == number,
            None => !matches!(numbered.stage, TabStage::Ending(_)),
        });
        meant.map(act)
    }

    /// The helper's terminal of this number.
    fn open_tab(&mut self, number: u32) -> Option<&mut NumberedTab> {
        self.tabs.iter_mut().find(|numbered| numbered.number == number && numbered.stage == TabStage::Open)
    }

    async fn open(&mut self, by: Role, size: TerminalSize) -> Result<(), TerminalObstacle> {
        if self.tabs.len() >= MAX_TERMINALS {
            return Err(TerminalObstacle::TooMany);
        }
        let shell = (self.cx.world.open)(size).map_err(|error| {
            tracing::error!(%error, "no terminal");
            TerminalObstacle::NotHere
        })?;
        let tab = HostTab::start(shell, size, self.news.clone()).map_err(|error| {
            tracing::error!(%error, "no thread for a terminal");
            TerminalObstacle::NotHere
        })?;
        self.newest += 1;
        tab.record(self.recorded);
        let screen = tab.screen().clone();
        let numbered = NumberedTab {
            number: self.newest,
            by,
            tab,
            stage: TabStage::Open,
            known: self.grants.may_look(),
            told: false,
            question: None,
            busy: false,
        };
        self.say_shared(numbered.opened()).await;
        numbered.tab.share(self.grants.may_look());
        self.tabs.push(numbered);
        self.emit(TerminalEvent::Opened { terminal: self.newest, by, screen }).await;
        Ok(())
    }

    /// Carries on what the threads have brought about. Cancel safe: what is taken is sent at once.
    async fn carry(&mut self) {
        let may_look = self.grants.may_look();
        for numbered in &self.tabs {
            let (terminal, tab) = (numbered.number, &numbered.tab);
            if tab.take_change() {
                self.cx.events.try_emit(TerminalEvent::Changed { terminal });
            }
            while let Some(text) = tab.next_line() {
                self.cx.events.try_emit(TerminalEvent::Typed { terminal, text });
            }
            let lines = tab.take_lost();
            if lines > 0 {
                self.cx.events.try_emit(TerminalEvent::Unrecorded { terminal, lines });
            }
            while may_look && numbered.stage == TabStage::Open && tab.has_output() {
                let next = || {
                    let (number, bytes) = tab.next_output()?;
                    Some(TerminalMessage::Printed { terminal, number, bytes })
                };
                self.cx.outbox.send_with(next).await;
            }
        }
        let seconds = self.cx.world.patience.as_secs();
        for numbered in self.tabs.iter_mut().filter(|numbered| numbered.question.is_some()) {
            let (terminal, question) = (numbered.number, &mut numbered.question);
            // It waits for room: a question that nobody hears is answered by the end of the program.
            let ask = || Some(TerminalEvent::Leftover { terminal, program: question.take()?, seconds });
            self.cx.events.emit_with(ask).await;
        }
        while let Some((index, code)) = self.ended() {
            self.close(index, code).await;
        }
    }
}
