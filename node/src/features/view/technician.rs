//! The technician's side of view: pictures are decoded and shown.

use std::time::Instant;

use tokio::time::{Interval, interval, interval_at};

use super::counters::{FIRST_LOOK, INTERVAL};
use super::decode_thread::DecodeThread;
use super::{ViewCommand, ViewEvent, ViewMessage, ViewTrouble, monitors};
use crate::backends::Backends;
use crate::fault;
use crate::features::TechnicianWorld;
use crate::features::side::{Side, SideContext, SideExistence, SideFault, Standing};
use crate::picture::{CursorImage, PictureSlot};
use beistand_session::{CursorMessage, Permission, ScreenCover, VideoMessage, ViewpointMessage};

/// The technician's side. It exists through the whole session: without a grant no picture comes, and the
/// decoder needs what it has decoded before.
pub(in crate::features) struct ViewTechnician {
    cx: SideContext<Self>,
    thread: DecodeThread,
    /// When the figures are due. The first picture is told at once: it is what the technician waits for.
    look: Interval,
    /// What was told of why nothing can be shown.
    told: Option<ViewTrouble>,
    cursor_serial: u64,
    /// What the technician knows of what covers the screen.
    cover: ScreenCover,
}

/// Where the host's screen is shown.
#[derive(Debug, Clone)]
pub(in crate::features) struct ScreenView {
    picture: PictureSlot,
    backends: Backends,
}

impl From<&TechnicianWorld> for ScreenView {
    fn from(world: &TechnicianWorld) -> Self {
        Self { picture: world.picture.clone(), backends: world.backends.clone() }
    }
}

impl Side for ViewTechnician {
    type Message = ViewMessage;
    type Command = ViewCommand;
    type Event = ViewEvent;
    type World = ScreenView;

    const EXISTENCE: SideExistence = SideExistence::WholeSession;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        let decoder = cx.world.backends.decoder();
        let thread = DecodeThread::start(cx.world.picture.clone(), cx.outbox.clone(), decoder)
            .map_err(|error| SideFault::Session(fault::out_of_resources(&error)))?;
        Ok(Self {
            cx,
            thread,
            look: interval(FIRST_LOOK),
            told: None,
            cursor_serial: 0,
            cover: ScreenCover::None,
        })
    }

    async fn command(&mut self, command: ViewCommand) {
        match command {
            ViewCommand::Refresh => self.cx.outbox.send(ViewMessage::Video(VideoMessage::KeyRequest)).await,
            ViewCommand::Watch(wanted) => {
                self.cx.outbox.send(ViewMessage::Viewpoint(ViewpointMessage::Watch(wanted))).await;
            }
            ViewCommand::Quality(quality) => {
                self.cx.outbox.send(ViewMessage::Viewpoint(ViewpointMessage::Quality(quality))).await;
                self.cx.events.emit(ViewEvent::Quality(quality)).await;
            }
            ViewCommand::Stages => {
                let summary = self.thread.stages().with(|stages| stages.summary());
                self.cx.events.emit(ViewEvent::Stages(summary)).await;
            }
            command @ (ViewCommand::Hide(_) | ViewCommand::Show(_) | ViewCommand::Only(_)) => {
                tracing::debug!(?command, "what is shared is the user's to say");
            }
        }
    }

    async fn heard(&mut self, message: ViewMessage) -> Result<(), SideFault> {
        match message {
            ViewMessage::Video(VideoMessage::Picture(picture)) => self.thread.show(picture),
            ViewMessage::Cursor(CursorMessage::Shape(shape)) => {
                self.cursor_serial += 1;
                self.cx.world.picture.set_cursor(CursorImage {
                    width: shape.width,
                    height: shape.height,
                    hotspot: shape.hotspot,
                    pixels: shape.pixels.into(),
                    serial: self.cursor_serial,
                });
            }
            ViewMessage::Cursor(CursorMessage::Position(position)) => {
                self.cx.world.picture.set_cursor_position(position);
            }
            ViewMessage::Cursor(CursorMessage::Cover(cover)) => {
                if std::mem::replace(&mut self.cover, cover) != cover {
                    self.cx.events.try_emit(ViewEvent::Covered(cover));
                }
            }
            ViewMessage::Viewpoint(ViewpointMessage::Monitors(monitors)) => {
                self.cx.events.emit(ViewEvent::Monitors(monitors::heard(monitors))).await;
            }
            ViewMessage::Viewpoint(ViewpointMessage::Watch(_) | ViewpointMessage::Quality(_))
            | ViewMessage::Video(VideoMessage::KeyRequest | VideoMessage::Shown { .. }) => {
                tracing::debug!("a word for the user's side was dropped");
            }
        }
        Ok(())
    }

    /// What the user no longer shows is gone at once. Where they show it again the host begins with a whole
    /// picture.
    async fn changed(&mut self, now: &Standing) {
        let picture = &self.cx.world.picture;
        if now.allowed().contains(Permission::View) { picture.show() } else { picture.hide() }
    }

    async fn run(&mut self) -> SideFault {
        let Self { cx, thread, look, told, .. } = self;
        loop {
            look.tick().await;
            let trouble = thread.trouble();
            if trouble != *told {
                cx.events.emit_with(|| trouble.clone().map(ViewEvent::Trouble)).await;
                *told = trouble;
            }
            cx.events
                .emit_with(|| {
                    let figures = thread.figures(Instant::now())?;
                    if look.period() == FIRST_LOOK {
                        *look = interval_at(tokio::time::Instant::now() + INTERVAL, INTERVAL);
                    }
                    Some(ViewEvent::Figures(figures))
                })
                .await;
        }
    }
}
