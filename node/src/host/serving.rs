//! In session: what the user wants goes before all else, until it is over.

use std::time::Instant;

use beistand_p2p::host::HostEvent;
use beistand_session::{Command as SessionCommand, Permission, PermissionSet, Role};

use super::indicator::{EmergencyKeyState, HostIndicator, IndicatorNews};
use super::quiet::QuietTime;
use super::user_hand::{UserAlarm, WatchedHand};
use super::{HostActor, HostReturns, HostSession, turn_away};
use crate::features::{GrantDialog, Standing};
use crate::handle::{EndCause, NodeCommand, NodeEvent, Notice};
use crate::session::SessionStep;
use crate::words::Phrase;

impl HostActor {
    pub(super) async fn serve(
        mut self,
        mut session: HostSession,
        mut watched: WatchedHand,
        indicator: HostIndicator,
    ) -> EndCause {
        let broken = watched.key_fault.as_ref().map(Phrase::from);
        self.emit(NodeEvent::EmergencyKey { broken }).await;
        if self.backends.desktop().is_ok_and(|desktop| desktop.asks_itself()) {
            self.emit(NodeEvent::Notice(Notice::DesktopAsks)).await;
        }
        watched.listen_for_key(self.backends.desktop(), self.words.text("indicator-key-title"));
        if let Some(why) = watched.absence.take() {
            on_command(&mut session, NodeCommand::Pause, &self.returns).await;
            self.emit(NodeEvent::Notice(why)).await;
        }
        let tells = self.backends.desktop().is_ok_and(|desktop| desktop.tells_hands());
        let mut quiet = QuietTime::new(tells, &self.questions);
        loop {
            quiet.look(session.standing(), Instant::now());
            indicator.update(session.standing());
            tokio::select! {
                biased;
                alarm = watched.alarms.recv() => match alarm {
                    UserAlarm::Panic => {
                        take_all_back(&mut session, &self.returns).await;
                        end_by_user(&mut session, &self.returns).await;
                    }
                    UserAlarm::Away => {
                        indicator.forget_go_on();
                        self.pause_for(&mut session, Notice::PausedAway).await;
                    }
                    UserAlarm::Stopped => {
                        self.returns.forbid_way_back();
                        session.fail(Phrase::new("fault-desktop-stopped")).await;
                    }
                    UserAlarm::Unwatched => session.fail(Phrase::new("fault-unwatched")).await,
                    UserAlarm::KeyHeard => {
                        indicator.show_key(EmergencyKeyState::Works);
                        self.emit(NodeEvent::EmergencyKey { broken: None }).await;
                    }
                    UserAlarm::KeyUnheard => {
                        indicator.show_key(EmergencyKeyState::Broken);
                        let broken = watched.key_fault.as_ref().map(Phrase::from);
                        self.emit(NodeEvent::EmergencyKey { broken }).await;
                    }
                },
                news = indicator.next() => self.on_indicator(&mut session, news).await,
                command = self.commands.next() => {
                    let now = Instant::now();
                    quiet.look(session.standing(), now);
                    if quiet.lets(&command, now) {
                        on_command(&mut session, command, &self.returns).await;
                    } else {
                        self.emit(NodeEvent::Notice(Notice::NotQuiet)).await;
                    }
                }
                () = quiet.changed() => {}
                news = session.next() => match session.on_news(news).await {
                    SessionStep::Over(cause) => {
                        drop(indicator);
                        let desk = self.returns.desk.as_ref();
                        let way_back =
                            desk.and_then(|desk| desk.way_back_after(Role::Host, &cause, session.standing()));
                        if let Some(ticket) = way_back {
                            self.emit(NodeEvent::WayBack(ticket)).await;
                        }
                        session.closed().await;
                        return cause;
                    }
                    SessionStep::Done | SessionStep::Requested(_) | SessionStep::Consented => {}
                },
                Some(event) = self.host.events.recv() => if let HostEvent::Session(asking) = event {
                    turn_away(asking.session).await;
                },
            }
        }
    }

    /// Pauses, and says why where the session went on until now.
    async fn pause_for(&mut self, session: &mut HostSession, why: Notice) {
        // Whatever wanted to go on was said before this.
        self.commands.forget_resume();
        if session.standing().held {
            return;
        }
        on_command(session, NodeCommand::Pause, &self.returns).await;
        self.emit(NodeEvent::Notice(why)).await;
    }

    async fn on_indicator(&mut self, session: &mut HostSession, news: IndicatorNews) {
        match news {
            IndicatorNews::End => end_by_user(session, &self.returns).await,
            IndicatorNews::Pause => {
                self.commands.forget_resume();
                on_command(session, NodeCommand::Pause, &self.returns).await;
            }
            // The bar has seen that a hand pressed it.
            IndicatorNews::GoOn => on_command(session, NodeCommand::Resume, &self.returns).await,
            IndicatorNews::Hidden => self.pause_for(session, Notice::PausedHidden).await,
        }
    }
}

/// What the user wants in a session. What they take back has no effect any more before the session is told,
/// so what it acknowledges is true.
async fn on_command(session: &mut HostSession, command: NodeCommand, returns: &HostReturns) {
    match command {
        NodeCommand::Grant(permission) => {
            session.change(|standing| standing.withheld = standing.withheld.without(permission)).await;
            session.command(SessionCommand::Grant(permission)).await;
        }
        NodeCommand::Revoke(permission) => {
            returns.forbid_way_back();
            session.change(|standing| standing.withheld = standing.withheld.with(permission)).await;
            session.command(SessionCommand::Revoke(permission)).await;
        }
        NodeCommand::Pause => {
            session.change(|standing| standing.held = true).await;
            session.command(SessionCommand::Pause).await;
        }
        NodeCommand::Resume => {
            session.change(|standing| standing.held = false).await;
            session.command(SessionCommand::Resume).await;
        }
        NodeCommand::GrantDialog { visible: true } => {
            session.change(|standing| standing.dialog = GrantDialog::Open).await;
        }
        NodeCommand::GrantDialog { visible: false } => {
            session.change(|standing| standing.dialog = GrantDialog::ClosedAt(Instant::now())).await;
        }
        NodeCommand::Feature(command) => {
            // A session that is begun again would share all of it.
            if command.narrows() {
                returns.forbid_way_back();
            }
            session.on_feature(command);
        }
        NodeCommand::End => end_by_user(session, returns).await,
        // The system's wish, not the user's: what they allowed for later stands.
        NodeCommand::Finish => session.end().await,
        NodeCommand::NewInvite
        | NodeCommand::Allow { .. }
        | NodeCommand::Vouch { .. }
        | NodeCommand::Deny { .. } => {
            tracing::debug!(?command, "a command came too late");
        }
    }
}

/// After the emergency key nothing is left to go back to.
async fn take_all_back(session: &mut HostSession, returns: &HostReturns) {
    returns.forbid_way_back();
    let all = |standing: &mut Standing| {
        standing.withheld = standing.granted.into_iter().flat_map(PermissionSet::iter).collect();
    };
    session.change(all).await;
}

/// The user's own end is the end of what was to outlast the session.
async fn end_by_user(session: &mut HostSession, returns: &HostReturns) {
    // Whether or not the feature has its turn.
    if let Some(desk) = &returns.desk {
        desk.forbid();
    }
    if session.standing().granted.is_some_and(|granted| granted.contains(Permission::Reconnect)) {
        session.change(|standing| standing.withheld = standing.withheld.with(Permission::Reconnect)).await;
        session.command(SessionCommand::Revoke(Permission::Reconnect)).await;
    }
    session.end().await;
}
