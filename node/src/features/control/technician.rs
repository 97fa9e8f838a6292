//! The technician's side of control: what they do with mouse and keyboard goes to the host.
//!
//! What a person does goes at once. What is to be typed, by a script or as a paste, goes as fast as the
//! host's hands do it ([`InputFlow`]). While keys or buttons are down it says so again and again: what nobody
//! renews the host lets go of.

use std::future::pending;
use std::time::{Duration, Instant};

use beistand_session::{HELD_RENEWAL, InputEvent, PushbackMessage};
use tokio::time::sleep_until;

use super::flow::{FlowStep, InputFlow, MarkNumbers, TypingProgress, UnsentCause};
use super::held::HeldInput;
use super::{ControlCommand, ControlEvent, ControlMessage, HandsStand, UnsentInput};
use crate::features::TechnicianWorld;
use crate::features::side::{Side, SideContext, SideExistence, SideFault, SideLoad, Standing};

/// The technician's side.
pub(in crate::features) struct ControlTechnician {
    cx: SideContext<Self>,
    flow: InputFlow,
    /// What is down as far as the technician knows.
    held: HeldInput,
    /// When that is to be said again.
    renew_at: Option<Instant>,
    /// When something was last not sent.
    not_sent_at: Option<Instant>,
    /// When the program last heard how far typing is.
    told_at: Option<Instant>,
    /// What was given up and the user has not heard of.
    given_up: usize,
    /// How the program knows the host's hands to stand.
    hands: Option<HandsStand>,
}

/// How long after something that was not sent the next such thing is news: within one interruption a person
/// goes on typing, and is told once.
const INTERRUPTION: Duration = Duration::from_secs(3);

/// How often the program hears how far typing is.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(250);

impl From<&TechnicianWorld> for MarkNumbers {
    fn from(_: &TechnicianWorld) -> Self {
        Self::default()
    }
}

impl Side for ControlTechnician {
    type Message = ControlMessage;
    type Command = ControlCommand;
    type Event = ControlEvent;
    type World = MarkNumbers;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        let flow = InputFlow::new(cx.world.clone(), Instant::now());
        let held = HeldInput::default();
        Ok(Self {
            cx,
            flow,
            held,
            renew_at: None,
            not_sent_at: None,
            told_at: None,
            given_up: 0,
            hands: None,
        })
    }

    async fn command(&mut self, command: ControlCommand) {
        match command {
            ControlCommand::Input(event) => self.act(event).await,
            ControlCommand::Type(events) => self.flow.ask(events, Instant::now()),
            ControlCommand::StopTyping if self.flow.is_typing() => self.give_up(UnsentCause::Stopped).await,
            // Whoever stops nothing has missed its end.
            ControlCommand::StopTyping => self.cx.events.try_emit(ControlEvent::Typing(self.flow.progress())),
        }
        self.weigh();
    }

    async fn heard(&mut self, message: ControlMessage) -> Result<(), SideFault> {
        match message {
            ControlMessage::Hands(state) => {
                let stand = HandsStand::from(state);
                if self.hands.replace(stand) != Some(stand) {
                    self.cx.events.try_emit(ControlEvent::Hands(stand));
                }
                match self.flow.heard(state, Instant::now()) {
                    // The host presses that one key at no time; what is held goes on.
                    Some(UnsentCause::Refused) if !self.flow.is_typing() => {
                        self.tell_once(UnsentInput::of(UnsentCause::Refused, TypingProgress::default()));
                    }
                    Some(why) => self.give_up(why).await,
                    // So there is a way to the host.
                    None => self.say_given_up().await,
                }
                self.tell_progress();
                self.weigh();
            }
            ControlMessage::Pushback(PushbackMessage::OwnWindow) => {
                self.cx.events.try_emit(ControlEvent::OwnWindow);
            }
            ControlMessage::Pushback(PushbackMessage::System(kind)) => {
                self.cx.events.try_emit(ControlEvent::System(kind));
            }
            // The session lets none through to the technician.
            ControlMessage::Input(event) => tracing::debug!(?event, "input for the technician was dropped"),
        }
        Ok(())
    }

    /// What was on its way when the connection was interrupted does not act any more.
    fn void(&mut self) {
        self.forget(UnsentCause::Interrupted);
    }

    async fn refused(&mut self) {
        self.forget(UnsentCause::Interrupted);
    }

    async fn run(&mut self) -> SideFault {
        loop {
            let now = Instant::now();
            if self.renew_at.is_some_and(|at| at <= now) {
                self.renew(now).await;
            }
            match self.flow.next(now) {
                FlowStep::Send(event) => self.send_typed(event).await,
                FlowStep::Mark => {
                    let Self { cx, flow, .. } = self;
                    cx.outbox
                        .send_with(|| Some(ControlMessage::Input(InputEvent::Mark(flow.marked(now)))))
                        .await;
                }
                FlowStep::Lost(why) => self.give_up(why).await,
                FlowStep::Wait(at) => match at.into_iter().chain(self.renew_at).min() {
                    Some(at) => sleep_until(at.into()).await,
                    None => return pending().await,
                },
            }
            self.weigh();
        }
    }

    async fn stop(mut self) {
        if self.flow.is_typing() {
            let progress = self.flow.give_up();
            self.cx.events.try_emit(ControlEvent::NotSent(UnsentInput::of(UnsentCause::KeptOut, progress)));
        }
        self.weigh();
    }
}

impl ControlTechnician {
    /// What a person does. Presses in the middle of something that is being typed would be another text.
    async fn act(&mut self, event: InputEvent) {
        if self.flow.is_typing() && super::hands::presses(&event) {
            return self.tell_once(UnsentInput::of(UnsentCause::Busy, TypingProgress::default()));
        }
        self.note(&event);
        self.flow.sent_live(&event, Instant::now());
        self.cx.outbox.send(ControlMessage::Input(event)).await;
    }

    async fn send_typed(&mut self, event: InputEvent) {
        let Self { cx, flow, .. } = self;
        let mut sent = false;
        let message = ControlMessage::Input(event.clone());
        cx.outbox
            .send_with(|| {
                flow.sent(Instant::now());
                sent = true;
                Some(message)
            })
            .await;
        if sent {
            self.note(&event);
            self.tell_progress();
        }
    }

    fn note(&mut self, event: &InputEvent) {
        let now = Instant::now();
        self.held.note(event, now);
        if self.held.any() == (false, false) {
            self.renew_at = None;
        } else {
            self.renew_at.get_or_insert(now + HELD_RENEWAL);
        }
    }

    async fn renew(&mut self, now: Instant) {
        let (keys, buttons) = self.held.any();
        for (any, word) in [(keys, InputEvent::KeysHeld), (buttons, InputEvent::ButtonsHeld)] {
            if any {
                self.cx.outbox.send(ControlMessage::Input(word)).await;
            }
        }
        self.renew_at = Some(now + HELD_RENEWAL);
    }

    /// Gives up what is typed, lets go of what it holds, and tells.
    async fn give_up(&mut self, why: UnsentCause) {
        let releases = self.held.releases();
        self.forget(why);
        for event in releases {
            self.cx.outbox.send(ControlMessage::Input(event)).await;
        }
        self.say_given_up().await;
    }

    async fn say_given_up(&mut self) {
        if let Ok(count @ 1..) = u32::try_from(std::mem::take(&mut self.given_up)) {
            self.cx.outbox.send(ControlMessage::Input(InputEvent::GivenUp(count))).await;
        }
    }

    fn forget(&mut self, why: UnsentCause) {
        (self.held, self.renew_at) = (HeldInput::default(), None);
        let was_typing = self.flow.is_typing();
        let unsent = UnsentInput::of(why, self.flow.give_up());
        let pressed = usize::from(self.flow.pressed_lately(Instant::now()));
        self.given_up = self.given_up.saturating_add(unsent.missing.max(pressed));
        if was_typing {
            self.not_sent_at = Some(Instant::now());
            self.cx.events.try_emit(ControlEvent::NotSent(unsent));
        } else {
            self.tell_once(unsent);
        }
        self.weigh();
    }

    fn tell_once(&mut self, unsent: UnsentInput) {
        let now = Instant::now();
        let before = self.not_sent_at.replace(now);
        if before.is_none_or(|before| now.duration_since(before) > INTERRUPTION) {
            self.cx.events.try_emit(ControlEvent::NotSent(unsent));
        }
    }

    fn tell_progress(&mut self) {
        let now = Instant::now();
        let progress = self.flow.progress();
        let done = progress.of > 0 && !self.flow.is_typing();
        let due = self.told_at.is_none_or(|at| now.duration_since(at) >= PROGRESS_INTERVAL);
        if done {
            self.flow.finish();
            self.told_at = None;
        } else if progress.of == 0 || !due {
            return;
        } else {
            self.told_at = Some(now);
        }
        self.cx.events.try_emit(ControlEvent::Typing(progress));
    }

    /// Says whether more can be taken.
    fn weigh(&self) {
        self.cx.load.set(match () {
            () if self.flow.is_full() => SideLoad::Full,
            () if self.flow.is_typing() => SideLoad::Busy,
            () => SideLoad::Idle,
        });
    }
}
