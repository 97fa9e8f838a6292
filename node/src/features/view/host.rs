//! The user's side of view: the screen is captured and sent while the user allows it, as far as they share
//! it.
//!
//! It exists from the request on, since the user chooses what they share before they consent. Until then, and
//! while they pause, it looks at nothing but which monitors there are.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use beistand_platform::{DesktopMonitor, MonitorChoice, ScreenLayout};
use beistand_session::{Channel, Permission, PictureQuality, VideoMessage, ViewpointMessage};
use tokio::sync::{mpsc, watch};

use super::capture_thread::{CaptureNews, CaptureThread, CaptureWires};
use super::keep_thread::KeepThread;
use super::stages::{HostStages, StageRecord};
use super::{ViewCommand, ViewEvent, ViewMessage, monitors};
use crate::backends::Backends;
use crate::fault;
use crate::features::side::{Side, SideContext, SideExistence, SideFault, Standing};
use crate::features::{HostWorld, SeenLayout};

/// The user's side.
pub(in crate::features) struct ViewHost {
    cx: SideContext<Self>,
    /// Whether the screen may be seen.
    allowed: bool,
    /// Exists while it may be.
    thread: Option<CaptureThread>,
    /// As long.
    keeper: Option<KeepThread>,
    stages: StageRecord<HostStages>,
    /// The newest picture that has been shown.
    shown: watch::Sender<u64>,
    choice: watch::Sender<MonitorChoice>,
    /// What the technician wants pictures to be like.
    quality: watch::Sender<PictureQuality>,
    /// All monitors, as far as they are known.
    monitors: Vec<DesktopMonitor>,
    untold: Option<UntoldMonitors>,
    /// The monitors that are on, once, as soon as the display has said so.
    listed: mpsc::Receiver<Vec<DesktopMonitor>>,
}

/// What has yet to be told of monitors.
enum UntoldMonitors {
    /// Nothing is captured: the user's program hears which there are.
    Listed,
    /// Both programs hear how they are laid out.
    Captured(ScreenLayout),
}

/// Opens the user's screen.
#[derive(Debug, Clone)]
pub(in crate::features) struct ScreenSource {
    backends: Backends,
    picture_room: watch::Receiver<Option<u32>>,
    seen: SeenLayout,
    /// The next picture's number: numbers rise through the whole session, also where the screen is opened
    /// again.
    next_picture: Arc<AtomicU64>,
}

impl From<&HostWorld> for ScreenSource {
    fn from(world: &HostWorld) -> Self {
        Self {
            backends: world.backends.clone(),
            picture_room: world.picture_room.clone(),
            seen: world.seen.clone(),
            next_picture: Arc::new(AtomicU64::new(1)),
        }
    }
}

impl Side for ViewHost {
    type Message = ViewMessage;
    type Command = ViewCommand;
    type Event = ViewEvent;
    type World = ScreenSource;

    const EXISTENCE: SideExistence = SideExistence::WholeSession;

    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault> {
        let (list_outbox, listed) = mpsc::channel(1);
        let (choice, _) = watch::channel(MonitorChoice::default());
        let backends = cx.world.backends.clone();
        // A display that does not answer must not hold up the question.
        tokio::task::spawn_blocking(move || match backends.monitors() {
            Ok(monitors) => _ = list_outbox.blocking_send(monitors),
            Err(fault) => tracing::warn!(%fault, "the monitors are not known"),
        });
        let mut side = Self {
            cx,
            allowed: now.allowed().contains(Permission::View),
            thread: None,
            keeper: None,
            stages: StageRecord::default(),
            shown: watch::Sender::new(0),
            choice,
            quality: watch::Sender::default(),
            monitors: Vec::new(),
            untold: None,
            listed,
        };
        side.follow()?;
        Ok(side)
    }

    async fn command(&mut self, command: ViewCommand) {
        match command {
            ViewCommand::Hide(name) | ViewCommand::Show(name) if !self.knows(&name) => {
                self.emit_unknown(&name);
            }
            ViewCommand::Hide(name) => {
                let monitors = &self.monitors;
                self.choice.send_modify(|choice| monitors::hide(choice, &name, monitors));
                self.capture_anew().await;
            }
            ViewCommand::Show(name) => {
                self.choice.send_modify(|choice| monitors::show(choice, &name));
                self.limit_pointing();
                self.tell_choice();
            }
            ViewCommand::Only(names) => {
                for name in names.iter().filter(|name| !self.knows(name)) {
                    self.emit_unknown(name);
                }
                let monitors = &self.monitors;
                self.choice.send_modify(|choice| monitors::only(choice, &names, monitors));
                self.capture_anew().await;
            }
            ViewCommand::Stages => {
                self.cx.events.emit(ViewEvent::Stages(self.stages.with(|stages| stages.summary()))).await;
            }
            command @ (ViewCommand::Refresh | ViewCommand::Watch(_) | ViewCommand::Quality(_)) => {
                tracing::debug!(?command, "the user's side shows no picture");
            }
        }
    }

    async fn heard(&mut self, message: ViewMessage) -> Result<(), SideFault> {
        match message {
            ViewMessage::Video(VideoMessage::KeyRequest) => {
                if let Some(thread) = &self.thread {
                    thread.request_key();
                }
            }
            // The session counts what has been shown.
            ViewMessage::Video(VideoMessage::Shown { picture, latency, way }) => {
                self.cx.world.seen.shown(picture);
                self.stages.with(|stages| stages.shown(picture, latency, way));
                self.shown.send_replace(picture);
            }
            ViewMessage::Viewpoint(ViewpointMessage::Watch(wanted)) => {
                self.choice.send_modify(|choice| choice.wanted = wanted);
            }
            ViewMessage::Viewpoint(ViewpointMessage::Quality(quality)) => {
                self.quality.send_replace(quality);
            }
            ViewMessage::Video(VideoMessage::Picture(_))
            | ViewMessage::Cursor(_)
            | ViewMessage::Viewpoint(ViewpointMessage::Monitors(_)) => {
                tracing::debug!("a picture for the user's side was dropped");
            }
        }
        Ok(())
    }

    async fn changed(&mut self, now: &Standing) {
        self.allowed = now.allowed().contains(Permission::View);
        if !self.allowed
            && let Some(keeper) = self.keeper.take()
        {
            keeper.stop().await;
        }
        if let Err(fault) = self.follow() {
            tracing::error!(?fault, "no thread for the screen");
        }
    }

    async fn run(&mut self) -> SideFault {
        loop {
            self.tell().await;
            tokio::select! {
                news = CaptureThread::news(&mut self.thread) => match news {
                    CaptureNews::Fault(fault) => return SideFault::Session((&fault).into()),
                    CaptureNews::Layout(layout) => {
                        self.monitors = layout.monitors().map(|(monitor, _)| monitor.clone()).collect();
                        self.untold = Some(UntoldMonitors::Captured(layout));
                    }
                },
                Some(monitors) = self.listed.recv() => self.take_list(monitors),
            }
        }
    }

    async fn stop(self) {
        drop(self.thread);
        if let Some(keeper) = self.keeper {
            keeper.stop().await;
        }
    }
}

impl ViewHost {
    /// Captures while the screen may be seen, and only then.
    fn follow(&mut self) -> Result<(), SideFault> {
        if !self.allowed {
            self.thread = None;
        }
        if !self.allowed || self.thread.is_some() {
            return Ok(());
        }
        let no_thread = |error: std::io::Error| SideFault::Session(fault::out_of_resources(&error));
        let source = &self.cx.world;
        if self.keeper.is_none() {
            let keeper = KeepThread::start(source.backends.keeper(), self.cx.outbox.clone());
            self.keeper = Some(keeper.map_err(no_thread)?);
        }
        let wires = CaptureWires {
            outbox: self.cx.outbox.clone(),
            room: source.picture_room.clone(),
            choice: self.choice.subscribe(),
            quality: self.quality.subscribe(),
            seen: source.seen.clone(),
            ids: source.next_picture.clone(),
            shown: self.shown.subscribe(),
            stages: self.stages.clone(),
        };
        let thread = CaptureThread::start(source.backends.capturer(), source.backends.encoder(), wires);
        self.thread = Some(thread.map_err(no_thread)?);
        Ok(())
    }

    /// Whether there is a monitor of this name.
    fn knows(&self, name: &str) -> bool {
        self.monitors.iter().any(|monitor| monitor.name == name)
    }

    fn emit_unknown(&self, name: &str) {
        self.cx.events.try_emit(ViewEvent::NoMonitor(name.to_owned()));
    }

    /// These monitors are on. Nothing is changed where the thread knows better, or nobody does.
    fn take_list(&mut self, monitors: Vec<DesktopMonitor>) {
        if self.thread.is_none() && !monitors.is_empty() {
            self.monitors = monitors;
            self.limit_pointing();
            self.untold = Some(UntoldMonitors::Listed);
        }
    }

    /// What was shared until now is in no picture any more: what captured it says nothing more, what it has
    /// said is taken back, and what captures next has never seen it.
    async fn capture_anew(&mut self) {
        let captured = self.thread.take().is_some();
        // It may name what is hidden now.
        self.untold = None;
        self.limit_pointing();
        if captured {
            self.cx.outbox.withdraw(Channel::Video).await;
        }
        if let Err(fault) = self.follow() {
            tracing::error!(?fault, "no thread for the screen");
        }
        self.tell_choice();
    }

    /// Only what the user shares is pointed at, from now on and not from the next picture on: the helper's
    /// program alone says when that is shown.
    fn limit_pointing(&self) {
        let layout = ScreenLayout::uncaptured(self.monitors.clone(), &self.choice.borrow());
        self.cx.world.seen.choose(layout);
    }

    /// Whoever captures tells it by itself.
    fn tell_choice(&mut self) {
        if self.thread.is_none() {
            self.untold = Some(UntoldMonitors::Listed);
        }
    }

    /// Tells which monitors there are. Cancel safe: it is told once there is room for it.
    async fn tell(&mut self) {
        match &self.untold {
            None => return,
            Some(UntoldMonitors::Listed) => {
                let listed = monitors::before_capture(&self.monitors, &self.choice.borrow().shared);
                self.cx.events.emit_with(|| Some(ViewEvent::Monitors(listed))).await;
            }
            Some(UntoldMonitors::Captured(layout)) => {
                let offered = ViewpointMessage::Monitors(monitors::shared(layout));
                self.cx.outbox.send_with(|| Some(ViewMessage::Viewpoint(offered))).await;
                self.cx.events.emit_with(|| Some(ViewEvent::Monitors(monitors::all(layout)))).await;
            }
        }
        self.untold = None;
    }
}

#[cfg(test)]
mod tests;
