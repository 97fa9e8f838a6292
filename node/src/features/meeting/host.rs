//! The user's side: it says whose computer this is and what is wrong with it, and hands over the secret of
//! the way back.

use std::time::SystemTime;

use beistand_session::{MeetingMessage, Permission, ReturnSecret};

use super::{MAX_ABOUT_CHARS, MeetingCommand, MeetingEvent, MeetingWorld, Side, SideContext};
use crate::features::errands::SideErrands;
use crate::features::side::{SideExistence, SideFault, Standing};
use crate::nameplate::plain;

/// The host's side.
pub(in crate::features) struct MeetingHost {
    cx: SideContext<Self>,
    errands: SideErrands<Self>,
    /// What the side has not followed yet.
    behind: Option<Standing>,
    told: bool,
    /// Whether the user has taken something back.
    parted: bool,
    /// What is wrong, until it is said.
    about: String,
}

impl Side for MeetingHost {
    type Message = MeetingMessage;
    type Command = MeetingCommand;
    type Event = MeetingEvent;
    type World = MeetingWorld;

    const EXISTENCE: SideExistence = SideExistence::WholeSession;

    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault> {
        let errands = SideErrands::default();
        let about = cx.world.0.as_ref().map(|desk| desk.own.about.clone()).unwrap_or_default();
        Ok(Self { cx, errands, behind: Some(*now), told: false, parted: false, about })
    }

    async fn command(&mut self, command: MeetingCommand) {
        match command {
            // The technician's.
            MeetingCommand::Compared => {}
            MeetingCommand::Matched => {
                let name = self.cx.world.0.as_ref().map(|desk| desk.peer_name.clone());
                self.errands.emit(self.cx.world.keep(&name.unwrap_or_default()));
            }
            MeetingCommand::About(text) => {
                self.about = plain(&text, MAX_ABOUT_CHARS);
                if self.told {
                    say_about(&mut self.about, &mut self.errands);
                }
            }
        }
        self.errands.pass_on(&self.cx).await;
    }

    async fn heard(&mut self, message: MeetingMessage) -> Result<(), SideFault> {
        match message {
            // The session lets none of these through from a technician.
            MeetingMessage::Host { .. } | MeetingMessage::WayBack(_) | MeetingMessage::About(_) => Ok(()),
        }
    }

    async fn changed(&mut self, now: &Standing) {
        self.behind = None;
        self.follow(now);
        self.errands.pass_on(&self.cx).await;
    }

    async fn run(&mut self) -> SideFault {
        if let Some(now) = self.behind.take() {
            self.follow(&now);
        }
        self.errands.pass_on(&self.cx).await;
        std::future::pending().await
    }
}

impl MeetingHost {
    /// Says what is to be said once the user has consented, and that there is no way back where they have
    /// taken something back.
    fn follow(&mut self, now: &Standing) {
        let Some(desk) = self.cx.world.0.as_ref().filter(|_| now.consented()) else { return };
        if !std::mem::replace(&mut self.told, true) {
            desk.known.meet(&desk.peer_key, SystemTime::now());
            self.errands.emit(MeetingEvent::Met(desk.known.recognise(&desk.peer_key, &desk.peer_name)));
            let (name, system) = (desk.own.name.clone(), desk.own.system.clone());
            self.errands.say(MeetingMessage::Host { name, system });
            let secret = ReturnSecret::generate().ok();
            desk.way_back.keep(secret.clone());
            self.errands.say(MeetingMessage::WayBack(secret));
            say_about(&mut self.about, &mut self.errands);
        }
        // That they can't come back later goes with each end of the user's.
        let taken_back = now.withheld.without(Permission::Reconnect);
        if !taken_back.is_empty() && !std::mem::replace(&mut self.parted, true) {
            desk.way_back.forbid();
            self.errands.say(MeetingMessage::WayBack(None));
        }
    }
}

/// Says what is wrong, where the user has written it, and forgets it.
fn say_about(about: &mut String, errands: &mut SideErrands<MeetingHost>) {
    let about = std::mem::take(about);
    if !about.is_empty() {
        errands.say(MeetingMessage::About(about));
    }
}
