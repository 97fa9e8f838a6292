//! The technician's side: it sends what is drawn, and passes on what the host says of it.
//!
//! A host says what it likes: only what is waited for is passed on, and where the user points only so often.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use beistand_session::{
    MAX_MARK_CHARS, MAX_MARK_POINTS, MarkColour, MarkShape, MarkStay, Permission, PointedMark,
    PointingMessage,
};

use super::{PointingCommand, PointingEvent, PointingRefusal};
use crate::features::errands::SideErrands;
use crate::features::side::{NoWorld, Side, SideContext, SideExistence, SideFault, Standing};

/// Marks and parts of strokes of which the host has yet to say what became of them; of more the oldest are
/// forgotten. A second of drawing.
const MAX_AWAITED: usize = 128;

/// How often the user can point: a hand doesn't click more often on purpose.
const BACK_INTERVAL: Duration = Duration::from_millis(250);

/// The technician's side.
pub(in crate::features) struct PointingTechnician {
    cx: SideContext<Self>,
    errands: SideErrands<Self>,
    /// Whether the technician sees what they point at.
    sees: bool,
    /// The oldest first.
    awaited: VecDeque<u32>,
    /// The number of the newest mark that had none.
    newest: u32,
    /// Whether there is anything that the user could have wiped.
    drawn: bool,
    pointed: Option<Instant>,
}

impl Side for PointingTechnician {
    type Message = PointingMessage;
    type Command = PointingCommand;
    type Event = PointingEvent;
    type World = NoWorld;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault> {
        let sees = now.allowed().contains(Permission::View);
        let (errands, awaited) = (SideErrands::default(), VecDeque::new());
        Ok(Self { cx, errands, sees, awaited, newest: 0, drawn: false, pointed: None })
    }

    async fn command(&mut self, command: PointingCommand) {
        match command {
            PointingCommand::Draw { id, shape, colour, stay } => self.draw(id, shape, (colour, stay)),
            PointingCommand::Extend { id, points } if self.sees && points.len() <= MAX_MARK_POINTS => {
                self.await_word(id);
                self.errands.say(PointingMessage::Extend { id, points });
            }
            PointingCommand::Extend { .. } => self.refuse(PointingRefusal::NotAllowed),
            PointingCommand::Point(Some(at)) => {
                self.draw(0, MarkShape::Spot(at), (MarkColour::Vermilion, MarkStay::Fades));
            }
            PointingCommand::Point(None) => self.refuse(PointingRefusal::Nowhere),
            PointingCommand::Wipe => {
                self.drawn = false;
                self.errands.say(PointingMessage::Wipe);
            }
            PointingCommand::Label(_) => tracing::debug!("the label is the user's to switch"),
        }
        self.errands.pass_on(&self.cx).await;
    }

    async fn heard(&mut self, message: PointingMessage) -> Result<(), SideFault> {
        match message {
            PointingMessage::Shown { id } if self.is_awaited(id) => {
                self.errands.emit(PointingEvent::Shown { id });
            }
            PointingMessage::Unshown { id, why } if self.is_awaited(id) => {
                self.errands.emit(PointingEvent::Unshown { id, why });
            }
            PointingMessage::Back(at) => self.point_back(PointingEvent::Back(at)),
            PointingMessage::BackLine(line) if !line.is_empty() => {
                self.point_back(PointingEvent::BackLine(line));
            }
            PointingMessage::Wiped if std::mem::take(&mut self.drawn) => {
                self.errands.emit(PointingEvent::Wiped);
            }
            PointingMessage::Shown { .. }
            | PointingMessage::Unshown { .. }
            | PointingMessage::Wiped
            | PointingMessage::BackLine(_)
            | PointingMessage::Draw(_)
            | PointingMessage::Extend { .. }
            | PointingMessage::Wipe => tracing::debug!("the host said what nobody waits for"),
        }
        self.errands.pass_on(&self.cx).await;
        Ok(())
    }

    fn void(&mut self) {
        self.awaited.clear();
    }

    async fn refused(&mut self) {
        self.awaited.pop_back();
        self.refuse(PointingRefusal::Behind);
        self.errands.pass_on(&self.cx).await;
    }

    async fn changed(&mut self, now: &Standing) {
        self.sees = now.allowed().contains(Permission::View);
    }

    async fn run(&mut self) -> SideFault {
        self.errands.pass_on(&self.cx).await;
        std::future::pending().await
    }
}

impl PointingTechnician {
    fn draw(&mut self, id: u32, shape: MarkShape, (colour, stay): (MarkColour, MarkStay)) {
        let fits = match &shape {
            MarkShape::Stroke(points) => points.len() <= MAX_MARK_POINTS,
            MarkShape::Text { text, .. } => text.chars().count() <= MAX_MARK_CHARS,
            MarkShape::Arrow { .. }
            | MarkShape::Rectangle { .. }
            | MarkShape::Ellipse { .. }
            | MarkShape::Spot(_) => true,
        };
        if !self.sees || !fits {
            return self.refuse(PointingRefusal::NotAllowed);
        }
        self.newest = self.newest.wrapping_add(1);
        let id = if id == 0 { self.newest } else { id };
        self.drawn = true;
        self.await_word(id);
        self.errands.say(PointingMessage::Draw(PointedMark { id, shape, colour, stay }));
    }

    /// The user points, unless they did just now.
    fn point_back(&mut self, event: PointingEvent) {
        let now = Instant::now();
        if self.pointed.is_none_or(|last| now.duration_since(last) >= BACK_INTERVAL) {
            self.pointed = Some(now);
            self.errands.emit(event);
        }
    }

    fn refuse(&mut self, why: PointingRefusal) {
        self.errands.emit(PointingEvent::Refused { why });
    }

    fn await_word(&mut self, id: u32) {
        self.awaited.push_back(id);
        if self.awaited.len() > MAX_AWAITED {
            self.awaited.pop_front();
        }
    }

    /// Whether something of this mark is waited for; once for each.
    fn is_awaited(&mut self, id: u32) -> bool {
        let place = self.awaited.iter().position(|awaited| *awaited == id);
        place.is_some_and(|place| self.awaited.remove(place).is_some())
    }
}
