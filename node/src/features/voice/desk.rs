//! The conversation's desk, the same on both sides: it opens this side's microphone when its person says so,
//! and plays what the other side says.
//!
//! It exists while the user allows it: with a revoke or a pause both devices are closed, and after that every
//! microphone waits for its own person again.

use std::time::{Duration, Instant};

use beistand_session::{Permission, PermissionSet, Role, TalkState, VoiceFrame, VoiceMessage, VoiceReport};
use beistand_sound::{
    DeviceKind, ListenerState, SharedCleaner, SoundDevice, SoundFault, SpeakerState, SpokenFrame,
    VoiceListener, VoiceSpeaker,
};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::spawn_blocking;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};

use super::devices::{DeskDevice, DeviceEnd, DeviceState, END_QUEUE};
use super::world::VoiceWorld;
use super::{VoiceCommand, VoiceEvent, VoiceFigures, VoiceOwner, VoiceRefusal};
use crate::features::activity::Doing;
use crate::features::due::until;
use crate::features::errands::SideErrands;
use crate::features::side::{Side, SideContext, SideExistence, SideFault, Standing};

/// How long a press opens the microphone, unless it is said again: a release that gets lost leaves it open no
/// longer.
pub(super) const PRESS_LIFE: Duration = Duration::from_secs(5);

/// How long a hand's press opens the user's microphone at most. A helper who presses beside it by a program
/// could hide that the hand lets go, so no press is said again.
pub(super) const HOLD_LIFE: Duration = Duration::from_secs(15);

/// How long one may press at most, however often the press is said again: a release that nobody hears of
/// does not leave a microphone open for ever.
const PRESS_RUN: Duration = Duration::from_secs(120);

/// How long the end waits for a program to have room for it: less than a slot has to stop.
const LAST_EVENT: Duration = Duration::from_millis(50);

/// How often it is said how it goes: as often as an eye follows a meter.
const FIGURES_PACE: Duration = Duration::from_millis(200);

/// How often it is told at most that the other side talks or no longer does, whatever that says.
const TELL_PACE: Duration = Duration::from_secs(1);

/// After so many of these the other side hears how well its voice arrives: each second.
const REPORT_AFTER: u32 = 5;

/// Frames of the microphone that wait: a tenth of a second. What is more is lost, as on a bad path.
const SPOKEN_QUEUE: usize = 5;

/// How long the loudspeaker stays open after the other side has closed its microphone: its last words.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// How long a loudspeaker that can't be opened is not tried again by itself.
const RETRY: Duration = Duration::from_secs(3);

/// What waits in the loudspeaker's queue, beside what the frames say of their delay.
const PLAYED_AHEAD: Duration = Duration::from_millis(40);

/// What the user's bar says while their microphone is open. It weighs more than all that a helper does.
const OPEN_MICROPHONE: Doing = Doing { word: "voice-doing", weight: 9 };

/// One side's desk.
pub(in crate::features) struct VoiceDesk {
    cx: SideContext<Self>,
    errands: SideErrands<Self>,
    own: OwnVoice,
    peer: PeerVoice,
    cleaner: SharedCleaner,
    ends: (mpsc::Sender<DeviceEnd>, mpsc::Receiver<DeviceEnd>),
    /// The devices, while they are asked for.
    listing: Option<oneshot::Receiver<Result<Vec<SoundDevice>, SoundFault>>>,
    pace: Interval,
    ticks: u32,
}

/// This side's voice.
struct OwnVoice {
    talk: TalkState,
    microphone: DeskDevice,
    state: SpeakerState,
    spoken: Option<mpsc::Receiver<SpokenFrame>>,
    /// The number of the next frame.
    sequence: u32,
    /// Where ticks are counted from.
    epoch: Instant,
    /// Whether a press opens the microphone.
    armed: bool,
    /// Whether somebody else could press here.
    shares_hands: bool,
    /// When the microphone is closed by itself.
    until: Option<Instant>,
    /// Since when somebody presses, whatever became of the microphone, and when that was said last.
    pressed: Option<(Instant, Instant)>,
    /// Whether somebody wanted it closed and found no room for saying so.
    hushed: watch::Receiver<u64>,
    /// How well it arrives there.
    heard_there: Option<VoiceReport>,
}

/// The other side's voice.
struct PeerVoice {
    talk: TalkState,
    /// What the program knows of that.
    told: TalkState,
    /// Since when.
    told_at: Option<Instant>,
    loudspeaker: DeskDevice,
    state: ListenerState,
    heard: VoiceReport,
    /// When something came last.
    at: Instant,
    /// Why the loudspeaker could not be opened, and since when.
    fault: Option<(SoundFault, Instant)>,
}

/// Whether a press at this computer may be the other side's: at the user's, where the helper may use the
/// mouse, the keyboard or a terminal.
fn shares_hands(role: Role, now: &Standing) -> bool {
    let hands = [Permission::Pointer, Permission::Keyboard, Permission::TerminalType];
    let granted = now.granted.unwrap_or(PermissionSet::NONE);
    role == Role::Host && hands.into_iter().any(|hand| granted.contains(hand))
}

impl Side for VoiceDesk {
    type Message = VoiceMessage;
    type Command = VoiceCommand;
    type Event = VoiceEvent;
    type World = VoiceWorld;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, standing: &Standing) -> Result<Self, SideFault> {
        let now = Instant::now();
        let shares_hands = shares_hands(cx.role, standing);
        let mut pace = interval(FIGURES_PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Skip);
        // A press at the helper's lets nobody do more.
        let mut own = OwnVoice::new(now, cx.role == Role::Technician, cx.world.hushed());
        own.shares_hands = shares_hands;
        let mut errands = SideErrands::default();
        if cx.world.is_away() {
            own.talk = TalkState::Away;
            errands.say(VoiceMessage::Talk(TalkState::Away));
        }
        Ok(Self {
            errands,
            own,
            peer: PeerVoice::new(now),
            cleaner: SharedCleaner::new(),
            ends: mpsc::channel(END_QUEUE),
            listing: None,
            pace,
            ticks: 0,
            cx,
        })
    }

    async fn command(&mut self, command: VoiceCommand) {
        let host = self.cx.role == Role::Host;
        if self.own.hushed.has_changed().unwrap_or(false) && command.opens() {
            // It waited longer than the word to close the microphone.
            self.refuse(VoiceRefusal::Behind);
            return self.errands.pass_on(&self.cx).await;
        }
        match command {
            VoiceCommand::Speak if host => self.refuse(VoiceRefusal::NotAllowed),
            VoiceCommand::Open | VoiceCommand::Speak => self.open_microphone(None),
            VoiceCommand::Arm | VoiceCommand::Press if self.own.shares_hands => {
                self.refuse(VoiceRefusal::NotOurs);
            }
            VoiceCommand::Arm => {
                self.own.armed = true;
                self.errands.emit(VoiceEvent::Armed);
                self.close_microphone(TalkState::Muted);
            }
            VoiceCommand::Press if !self.own.armed => self.refuse(VoiceRefusal::NotArmed),
            VoiceCommand::Press => self.press(Instant::now()),
            VoiceCommand::Hold => self.hold(Instant::now()),
            VoiceCommand::Mute => {
                self.own.pressed = None;
                self.close_microphone(TalkState::Muted);
            }
            VoiceCommand::HangUp => {
                self.own.pressed = None;
                self.own.armed = !host;
                self.close_microphone(TalkState::Away);
                self.peer.close(Instant::now());
            }
            VoiceCommand::Devices => self.list_devices(),
            VoiceCommand::Use { kind, device } => self.use_device(kind, device),
        }
        self.errands.pass_on(&self.cx).await;
    }

    fn shed(world: &VoiceWorld, command: &VoiceCommand) {
        match command {
            VoiceCommand::Mute => world.hush(),
            VoiceCommand::HangUp => {
                world.set_away(true);
                world.hush();
            }
            VoiceCommand::Open
            | VoiceCommand::Speak
            | VoiceCommand::Arm
            | VoiceCommand::Press
            | VoiceCommand::Hold
            | VoiceCommand::Devices
            | VoiceCommand::Use { .. } => {}
        }
    }

    async fn changed(&mut self, now: &Standing) {
        self.own.shares_hands = shares_hands(self.cx.role, now);
        if self.own.shares_hands && std::mem::take(&mut self.own.armed) && self.own.until.is_some() {
            self.close_microphone(TalkState::Muted);
        }
        self.errands.pass_on(&self.cx).await;
    }

    async fn heard(&mut self, message: VoiceMessage) -> Result<(), SideFault> {
        let now = Instant::now();
        match message {
            VoiceMessage::Frame(frame) => self.hear_frame(frame, now),
            VoiceMessage::Talk(state) => {
                self.peer.talk = state;
                self.peer.at = now;
                self.listen(now);
            }
            VoiceMessage::Heard(report) => {
                self.own.heard_there = Some(report);
                self.own.state.set_loss(u8::try_from(report.missing_permille / 10).unwrap_or(u8::MAX));
            }
        }
        Ok(())
    }

    async fn run(&mut self) -> SideFault {
        loop {
            self.errands.pass_on(&self.cx).await;
            let held_until = self.own.until;
            tokio::select! {
                Some(frame) = next_of(&mut self.own.spoken) => self.say_frame(frame),
                opened = self.own.microphone.opened() => self.microphone_opened(opened),
                opened = self.peer.loudspeaker.opened() => self.loudspeaker_opened(opened),
                Some(end) = self.ends.1.recv() => self.device_ended(end),
                listed = answer_of(&mut self.listing) => self.listed(listed),
                () = until(held_until) => self.close_microphone(TalkState::Muted),
                // After all commands that waited.
                Ok(()) = self.own.hushed.changed() => {
                    let away = self.cx.world.is_away();
                    self.close_microphone(if away { TalkState::Away } else { TalkState::Muted });
                }
                _ = self.pace.tick() => self.tick(Instant::now()),
            }
        }
    }

    async fn stop(mut self) {
        self.own.close();
        self.peer.close(Instant::now());
        let closed = |who| VoiceEvent::Talk { who, state: TalkState::Muted };
        // Who hung up has hung up still.
        let own = (self.own.talk == TalkState::Open).then(|| closed(VoiceOwner::Us));
        let peer = (self.peer.told != TalkState::Muted).then(|| closed(VoiceOwner::Peer));
        for event in own.into_iter().chain(peer) {
            let _ = timeout(LAST_EVENT, self.cx.events.emit(event)).await;
        }
    }
}

// This side's voice
impl VoiceDesk {
    fn refuse(&mut self, why: VoiceRefusal) {
        self.errands.emit(VoiceEvent::Refused { why });
    }

    /// The microphone is opened, until it is closed or at most until then.
    fn open_microphone(&mut self, until: Option<Instant>) {
        self.own.until = until;
        if !self.own.microphone.is_closed() {
            return;
        }
        let (frames, spoken) = mpsc::channel(SPOKEN_QUEUE);
        let (epoch, cleaner, state) = (self.own.epoch, self.cleaner.clone(), self.own.state.clone());
        let (device, hushed) = (self.cx.world.chosen(DeviceKind::Microphone), self.own.hushed.clone());
        self.own.spoken = Some(spoken);
        self.own.microphone.open(&self.cx.world, &self.ends.0, move |world, ended, wish| {
            let speaker = VoiceSpeaker::new(epoch, cleaner, state).map_err(|_| SoundFault::Broken)?;
            let sink = speaker.into_sink(move |frame| {
                if !hushed.has_changed().unwrap_or(true) {
                    let _ = frames.try_send(frame);
                }
            });
            world.system.record(device.as_deref(), sink, ended, wish)
        });
    }

    fn press(&mut self, now: Instant) {
        // Who speaks without end anyway does not press.
        if self.own.talk == TalkState::Open && self.own.until.is_none() {
            return;
        }
        // A press long after the last one is a new one, also where nobody has heard of the release.
        let before = self.own.pressed.filter(|(_, last)| now.duration_since(*last) < PRESS_LIFE);
        let since = before.map_or(now, |(since, _)| since);
        self.own.pressed = Some((since, now));
        if now.duration_since(since) < PRESS_RUN {
            self.open_microphone(Some(now + PRESS_LIFE));
        }
    }

    /// A hand presses, as the window has found: it is open until that lets go, and never for longer.
    fn hold(&mut self, now: Instant) {
        if self.own.talk != TalkState::Open {
            self.open_microphone(Some(now + HOLD_LIFE));
        }
    }

    fn microphone_opened(&mut self, opened: Result<(), SoundFault>) {
        match opened {
            Ok(()) => {
                // What was recorded before the other side knows of it is nothing that was said to it.
                if let Some(spoken) = &mut self.own.spoken {
                    while spoken.try_recv().is_ok() {}
                }
                self.talk(TalkState::Open);
                self.listen(Instant::now());
            }
            Err(fault) => {
                self.close_microphone(TalkState::Muted);
                self.errands.emit(VoiceEvent::Fault { kind: DeviceKind::Microphone, fault });
            }
        }
    }

    /// The microphone is closed, and this side is as said.
    fn close_microphone(&mut self, state: TalkState) {
        if self.own.close() && self.own.talk == TalkState::Open {
            // The other side hears that nothing is missing.
            let (sequence, tick) = (self.own.next_sequence(), self.own.tick(Instant::now()));
            let silence = VoiceFrame { sequence, tick, recorded_at: Instant::now(), sound: Vec::new() };
            self.errands.say(VoiceMessage::Frame(silence));
        }
        self.talk(state);
        self.listen(Instant::now());
    }

    fn talk(&mut self, state: TalkState) {
        self.cx.world.set_away(state == TalkState::Away);
        if std::mem::replace(&mut self.own.talk, state) != state {
            self.errands.say(VoiceMessage::Talk(state));
            self.errands.emit(VoiceEvent::Talk { who: VoiceOwner::Us, state });
        }
    }

    fn say_frame(&mut self, frame: SpokenFrame) {
        if self.own.talk != TalkState::Open {
            return;
        }
        let SpokenFrame { tick, recorded_at, sound } = frame;
        let sequence = self.own.next_sequence();
        self.errands.say(VoiceMessage::Frame(VoiceFrame { sequence, tick, recorded_at, sound }));
    }
}

// The other side's voice
impl VoiceDesk {
    fn hear_frame(&mut self, frame: VoiceFrame, now: Instant) {
        // Nobody is heard of whom it is not shown.
        if self.own.talk != TalkState::Away && self.peer.talk == TalkState::Open {
            self.peer.at = now;
            self.peer.state.arrived(now, frame);
        }
    }

    /// Opens the loudspeaker where there is something to hear.
    fn listen(&mut self, now: Instant) {
        let tried = self.peer.fault.is_some_and(|(_, at)| now.duration_since(at) < RETRY);
        let wanted = self.own.talk != TalkState::Away && self.peer.talk == TalkState::Open;
        if !wanted || tried || !self.peer.loudspeaker.is_closed() {
            return;
        }
        let (cleaner, state) = (self.cleaner.clone(), self.peer.state.clone());
        let device = self.cx.world.chosen(DeviceKind::Loudspeaker);
        self.peer.loudspeaker.open(&self.cx.world, &self.ends.0, move |world, ended, wish| {
            let listener = VoiceListener::new(cleaner, state).map_err(|_| SoundFault::Broken)?;
            world.system.play(device.as_deref(), listener.into_source(), ended, wish)
        });
    }

    fn loudspeaker_opened(&mut self, opened: Result<(), SoundFault>) {
        match opened {
            Ok(()) => self.peer.fault = None,
            Err(fault) => self.loudspeaker_failed(fault),
        }
    }

    fn loudspeaker_failed(&mut self, fault: SoundFault) {
        let before = self.peer.fault.replace((fault, Instant::now()));
        if before.is_none_or(|(before, _)| before != fault) {
            self.errands.emit(VoiceEvent::Fault { kind: DeviceKind::Loudspeaker, fault });
        }
    }
}

// Devices and figures
impl VoiceDesk {
    /// A device ended by itself. A microphone stays closed: another one may hear what was not meant. The
    /// other side is heard from the system's default.
    fn device_ended(&mut self, end: DeviceEnd) {
        let (kind, _, fault) = end;
        if self.own.microphone.is_now(&end) {
            self.close_microphone(TalkState::Muted);
            self.errands.emit(VoiceEvent::Fault { kind, fault });
        } else if self.peer.loudspeaker.is_now(&end) {
            self.peer.loudspeaker.close();
            if self.cx.world.chosen(kind).is_some() {
                self.cx.world.choose(kind, None);
                self.errands.emit(VoiceEvent::Fault { kind, fault });
                self.listen(Instant::now());
            } else {
                self.loudspeaker_failed(fault);
            }
        }
    }

    fn use_device(&mut self, kind: DeviceKind, device: Option<String>) {
        self.cx.world.choose(kind, device.clone());
        self.errands.emit(VoiceEvent::Using { kind, device });
        match kind {
            DeviceKind::Microphone if !self.own.microphone.is_closed() => {
                let held_until = self.own.until;
                self.own.close();
                self.open_microphone(held_until);
            }
            DeviceKind::Microphone => {}
            DeviceKind::Loudspeaker => {
                self.peer.loudspeaker.close();
                self.peer.fault = None;
                self.listen(Instant::now());
            }
        }
    }

    fn list_devices(&mut self) {
        if self.listing.is_none() {
            let system = self.cx.world.system.clone();
            let (answer, listing) = oneshot::channel();
            spawn_blocking(move || answer.send(system.devices()));
            self.listing = Some(listing);
        }
    }

    fn listed(&mut self, listed: Result<Vec<SoundDevice>, SoundFault>) {
        self.listing = None;
        self.errands.emit(match listed {
            Ok(devices) => VoiceEvent::Devices { devices },
            Err(fault) => VoiceEvent::Fault { kind: DeviceKind::Loudspeaker, fault },
        });
    }

    fn tick(&mut self, now: Instant) {
        self.ticks = self.ticks.wrapping_add(1);
        let PeerVoice { talk, told, told_at, at, .. } = &mut self.peer;
        let may_tell = told_at.is_none_or(|at| now.duration_since(at) >= TELL_PACE);
        if *told != *talk && may_tell {
            (*told, *told_at) = (*talk, Some(now));
            self.errands.emit(VoiceEvent::Talk { who: VoiceOwner::Peer, state: *talk });
        }
        if *talk != TalkState::Open && now.duration_since(*at) > LAST_WORDS {
            self.peer.close(now);
        }
        // A loudspeaker that was not to be had may be there now.
        self.listen(now);
        let open = self.own.talk == TalkState::Open;
        if open && let Some(activity) = &self.cx.world.activity {
            activity.note(OPEN_MICROPHONE, now);
        }
        let hears = matches!(self.peer.loudspeaker.state, DeviceState::Open(_));
        if hears && self.ticks.is_multiple_of(REPORT_AFTER) {
            self.peer.report();
            self.errands.say(VoiceMessage::Heard(self.peer.heard));
        }
        if open || hears {
            let figures = self.figures(open);
            self.cx.events.try_emit(VoiceEvent::Figures(figures));
        }
    }

    fn figures(&self, open: bool) -> VoiceFigures {
        let (own, peer) = (self.own.state.level(), self.peer.state.level());
        let shape = self.peer.state.shape();
        let millis = |time: Duration| u16::try_from(time.as_millis()).unwrap_or(u16::MAX);
        VoiceFigures {
            own_level: if open { own } else { Default::default() },
            peer_level: peer,
            heard: self.peer.heard,
            jitter_millis: millis(shape.unevenness),
            held_millis: millis(shape.held),
            heard_there: self.own.heard_there,
        }
    }
}

impl OwnVoice {
    fn new(now: Instant, armed: bool, hushed: watch::Receiver<u64>) -> Self {
        Self {
            talk: TalkState::Muted,
            microphone: DeskDevice::new(DeviceKind::Microphone),
            state: SpeakerState::default(),
            spoken: None,
            sequence: 0,
            epoch: now,
            armed,
            shares_hands: false,
            until: None,
            pressed: None,
            hushed,
            heard_there: None,
        }
    }

    /// Closes the microphone; whether it was not.
    fn close(&mut self) -> bool {
        (self.spoken, self.until) = (None, None);
        let was_open = !self.microphone.is_closed();
        self.microphone.close();
        self.state.closed();
        was_open
    }

    fn next_sequence(&mut self) -> u32 {
        let sequence = self.sequence;
        self.sequence = sequence.wrapping_add(1);
        sequence
    }

    fn tick(&self, now: Instant) -> u32 {
        beistand_sound::tick_at(self.epoch, now)
    }
}

impl PeerVoice {
    fn new(now: Instant) -> Self {
        Self {
            talk: TalkState::Muted,
            told: TalkState::Muted,
            told_at: None,
            loudspeaker: DeskDevice::new(DeviceKind::Loudspeaker),
            state: ListenerState::new(now),
            heard: VoiceReport::default(),
            at: now,
            fault: None,
        }
    }

    /// Nothing more is played.
    fn close(&mut self, now: Instant) {
        if !self.loudspeaker.is_closed() {
            self.loudspeaker.close();
            self.state.forget(now);
        }
    }

    /// How it went in the last second.
    fn report(&mut self) {
        let figures = self.state.figures();
        let missing = figures.recovered + figures.lost;
        let sent = figures.heard - figures.made_up + figures.lost;
        // Where nothing was to be heard nothing was missing.
        let missing = (missing * 1000).checked_div(sent).unwrap_or(0);
        self.heard.missing_permille = u16::try_from(missing).unwrap_or(1000).min(1000);
        if let Some(delay) = self.state.delay() {
            self.heard.delay_millis = u16::try_from((delay + PLAYED_AHEAD).as_millis()).unwrap_or(u16::MAX);
        }
    }
}

async fn next_of(spoken: &mut Option<mpsc::Receiver<SpokenFrame>>) -> Option<SpokenFrame> {
    match spoken {
        Some(spoken) => spoken.recv().await,
        None => std::future::pending().await,
    }
}

async fn answer_of(
    listing: &mut Option<oneshot::Receiver<Result<Vec<SoundDevice>, SoundFault>>>,
) -> Result<Vec<SoundDevice>, SoundFault> {
    match listing {
        Some(listing) => listing.await.unwrap_or(Err(SoundFault::Broken)),
        None => std::future::pending().await,
    }
}
