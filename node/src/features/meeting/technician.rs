//! The technician's side: it hears whose computer it is, and keeps the secret of the way back.

use std::time::{Instant, SystemTime};

use beistand_session::MeetingMessage;

use super::{MeetingCommand, MeetingEvent, MeetingWorld, Side, SideContext};
use crate::acquaintances::Recognition;
use crate::features::errands::SideErrands;
use crate::features::side::{SideExistence, SideFault, Standing};
use crate::history::PastSession;

/// How often what is wrong can become something else: a person adds to it once or twice, and a program that
/// does so all the time isn't passed on.
const MAX_ABOUTS: u8 = 8;

/// The technician's side.
pub(in crate::features) struct MeetingTechnician {
    cx: SideContext<Self>,
    errands: SideErrands<Self>,
    /// What the host's user is called, once it is known.
    name: Option<String>,
    /// Whether the pictures matched, while the name isn't known yet.
    matched: bool,
    /// The session in the list of those that there were, and since when it runs.
    listed: Option<(PastSession, Instant)>,
    /// What was said at last of what is wrong, and how often something else.
    about: (String, u8),
}

impl Side for MeetingTechnician {
    type Message = MeetingMessage;
    type Command = MeetingCommand;
    type Event = MeetingEvent;
    type World = MeetingWorld;

    const EXISTENCE: SideExistence = SideExistence::WholeSession;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        Ok(Self {
            cx,
            errands: SideErrands::default(),
            name: None,
            matched: false,
            listed: None,
            about: Default::default(),
        })
    }

    async fn command(&mut self, command: MeetingCommand) {
        match command {
            // The user's.
            MeetingCommand::Matched | MeetingCommand::About(_) => {}
            MeetingCommand::Compared => {
                self.matched = true;
                self.keep_matched();
            }
        }
        self.errands.pass_on(&self.cx).await;
    }

    async fn heard(&mut self, message: MeetingMessage) -> Result<(), SideFault> {
        match message {
            // A computer has one name in a session.
            MeetingMessage::Host { name, system } if self.name.is_none() => self.meet(name, system),
            MeetingMessage::Host { .. } => {}
            MeetingMessage::About(text) => {
                let (said, count) = &mut self.about;
                // The newest is said again where a connection was lost.
                if *said != text && *count < MAX_ABOUTS {
                    said.clone_from(&text);
                    *count += 1;
                    self.errands.emit(MeetingEvent::About(text));
                }
            }
            MeetingMessage::WayBack(secret) => {
                if let Some(desk) = &self.cx.world.0 {
                    match secret {
                        Some(secret) => desk.way_back.keep(Some(secret)),
                        None => desk.way_back.forbid(),
                    }
                }
            }
        }
        self.errands.pass_on(&self.cx).await;
        Ok(())
    }

    async fn run(&mut self) -> SideFault {
        self.errands.pass_on(&self.cx).await;
        std::future::pending().await
    }

    async fn stop(self) {
        if let (Some(desk), Some((session, since))) = (&self.cx.world.0, &self.listed) {
            desk.history.end(session, since.elapsed());
        }
    }
}

impl MeetingTechnician {
    fn meet(&mut self, name: String, system: String) {
        let recognition = self.cx.world.0.as_ref().map_or(Recognition::Stranger, |desk| {
            desk.way_back.name(&name);
            let now = SystemTime::now();
            desk.known.meet(&desk.peer_key, now);
            let listed = desk.history.begin(&desk.peer_key, (&name, &system), now);
            self.listed = listed.map(|session| (session, Instant::now()));
            desk.known.recognise(&desk.peer_key, &name)
        });
        self.name = Some(name.clone());
        // What was said before this was known does not answer it.
        self.matched &= !recognition.must_be_vouched_for();
        self.errands.emit(MeetingEvent::Host { name, system, recognition });
        self.keep_matched();
    }

    fn keep_matched(&mut self) {
        if let (Some(name), true) = (&self.name, self.matched) {
            self.matched = false;
            self.errands.emit(self.cx.world.keep(name));
        }
    }
}
