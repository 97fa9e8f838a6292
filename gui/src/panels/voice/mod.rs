//! Talking with each other: the same panel at the user's and at the helper's.
//!
//! It shows who can be heard and how loud, opens and closes this side's microphone, and has the devices to
//! choose from. At the user's only a hand opens the microphone, with a click or for as long as it presses:
//! the helper hears what is said around it. At the helper's a key does so, too.

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use beistand_node::words::{Phrase, args};
use beistand_node::{
    DeviceKind, Permission, SoundDevice, SoundFault, SoundLevel, TalkState, VoiceCommand, VoiceEvent,
    VoiceFigures, VoiceOwner, VoiceRefusal, sound_fault_phrase,
};
use egui::{ComboBox, Key, ProgressBar, Response, Sense, Ui, Vec2};

use crate::panels::{
    Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, PermissionWords, ToolGroup, UnderWay,
};
use crate::views::is_attended;
use crate::views::widgets::{
    ButtonLook, button_ui, lead_ui, sized_button_ui, small_ui, trouble_ui, warning_ui, weak_ui,
};

const TALK: PermissionWords = PermissionWords {
    title: "gui-voice-title",
    line: "gui-voice-line",
    short: "gui-voice-short",
    helper: "gui-voice-helper",
};

/// How often a button that is held says so: a word that is lost must not close the microphone.
const PRESS_PACE: Duration = Duration::from_secs(1);

/// How often it is told at most that the other side can be heard, whatever that says.
const TOAST_PACE: Duration = Duration::from_secs(10);

/// The key that the helper holds to talk.
const TALK_KEY: Key = Key::F9;

/// The height of a button in points.
const BUTTON_PT: f32 = 40.0;

/// Talking with each other.
#[derive(Debug, Default)]
pub struct VoicePanel {
    own: TalkState,
    peer: TalkState,
    hold: HoldState,
    /// Whether the last thing heard was that nobody may talk: what closes the microphone is refused too then.
    is_forbidden: bool,
    /// Whether it was drawn since the toolbar was.
    drawn: bool,
    /// When it was told last that the other side can be heard.
    toasted: Option<Instant>,
    figures: Option<VoiceFigures>,
    devices: Vec<SoundDevice>,
    /// What this person has chosen; `None`: the system's default.
    microphone: Option<String>,
    loudspeaker: Option<String>,
    fault: Option<(DeviceKind, SoundFault)>,
    refused: Option<VoiceRefusal>,
}

/// Whether somebody holds what opens the microphone.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum HoldState {
    #[default]
    Free,
    /// It was said last then.
    Held(Instant),
    /// Nobody does any more, and the node has not said yet that it is closed.
    LetGo,
}

impl Panel for VoicePanel {
    type Event = VoiceEvent;
    type Command = VoiceCommand;

    const WORDS: PanelWords =
        PanelWords { button: "gui-voice-button", permissions: &[(Permission::Voice, TALK)] };

    const GROUP: ToolGroup = ToolGroup::Talk;

    const KEY: Option<Key> = Some(TALK_KEY);

    fn place(_side: PanelSide) -> PanelPlace {
        PanelPlace::Beside
    }

    fn apply(&mut self, event: VoiceEvent, now: Instant) -> Attention {
        match event {
            VoiceEvent::Talk { who: VoiceOwner::Us, state } => {
                (self.own, self.refused) = (state, None);
                if state != TalkState::Muted {
                    self.fault = None;
                }
                if state != TalkState::Open && self.hold == HoldState::LetGo {
                    self.hold = HoldState::Free;
                }
            }
            VoiceEvent::Talk { who: VoiceOwner::Peer, state } => {
                self.peer = state;
                let due = self.toasted.is_none_or(|at| now.saturating_duration_since(at) >= TOAST_PACE);
                if state == TalkState::Open && due {
                    self.toasted = Some(now);
                    return Attention::Toast(Phrase::new("gui-voice-peer-open"));
                }
            }
            // What is typed at a terminal.
            VoiceEvent::Armed => {}
            VoiceEvent::Figures(figures) => self.figures = Some(figures),
            VoiceEvent::Devices { devices } => self.devices = devices,
            VoiceEvent::Using { kind: DeviceKind::Microphone, device } => self.microphone = device,
            VoiceEvent::Using { kind: DeviceKind::Loudspeaker, device } => self.loudspeaker = device,
            VoiceEvent::Fault { kind, fault } => {
                self.fault = Some((kind, fault));
                return Attention::Toast(sound_fault_phrase(kind, fault));
            }
            VoiceEvent::Refused { why } => {
                self.refused = Some(why);
                self.is_forbidden = why == VoiceRefusal::NotAllowed;
            }
        }
        Attention::Quiet
    }

    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, VoiceCommand>) {
        self.drawn = true;
        if cx.side == PanelSide::Host {
            lead_ui(ui, cx.text("gui-voice-title"));
        }
        let granted = cx.facts.granted.contains(Permission::Voice);
        if !granted {
            (self.fault, self.refused) = (None, None);
        }
        if !granted || cx.facts.paused() {
            // Nothing is open then, whatever the node had room to say, and each permission begins anew.
            (self.hold, self.figures) = (HoldState::Free, None);
            for state in [&mut self.own, &mut self.peer] {
                if *state == TalkState::Open {
                    *state = TalkState::Muted;
                }
            }
        }
        if granted {
            // Before what comes and goes: it stays where it is while somebody holds it.
            self.hold_ui(ui, cx);
        }
        self.states_ui(ui, cx);
        if !granted {
            if cx.side == PanelSide::Technician {
                weak_ui(ui, cx.text("gui-voice-not-allowed"));
            }
            return;
        }
        self.meters_ui(ui, cx);
        self.buttons_ui(ui, cx);
        self.devices_ui(ui, cx);
    }

    fn under_way(&self) -> Option<UnderWay<VoiceCommand>> {
        let open = self.own == TalkState::Open;
        open.then(|| UnderWay { what: Phrase::new("gui-voice-under-way"), stop: VoiceCommand::Mute })
    }

    fn leave(&mut self) -> Option<VoiceCommand> {
        self.hold = HoldState::Free;
        // Asked for again after a refusal, it would be refused without end.
        if std::mem::take(&mut self.is_forbidden) {
            return None;
        }
        // Where it is closed it may be about to open.
        (self.own != TalkState::Away).then_some(VoiceCommand::Mute)
    }

    fn offered(&self) -> u64 {
        // There is always a microphone that can be opened, and other buttons where it is open without end.
        1 + u64::from(self.is_endless())
    }

    fn toolbar_ui(&mut self, _ui: &mut Ui, cx: &mut PanelContext<'_, VoiceCommand>) {
        if !std::mem::take(&mut self.drawn) {
            // What is not in sight can't be let go.
            self.let_go(cx);
        }
    }

    fn sample() -> Vec<VoiceEvent> {
        let device = |kind, name: &str| SoundDevice { kind, id: name.to_owned(), name: name.to_owned() };
        let mut figures = VoiceFigures {
            own_level: SoundLevel::of(&[0.1]),
            peer_level: SoundLevel::of(&[0.3]),
            ..VoiceFigures::default()
        };
        (figures.heard.missing_permille, figures.heard.delay_millis) = (4, 93);
        vec![
            VoiceEvent::Talk { who: VoiceOwner::Peer, state: TalkState::Open },
            VoiceEvent::Talk { who: VoiceOwner::Us, state: TalkState::Open },
            VoiceEvent::Figures(figures),
            VoiceEvent::Devices {
                devices: vec![
                    device(DeviceKind::Microphone, "Built-in Audio Analog Stereo"),
                    device(DeviceKind::Loudspeaker, "Headset"),
                ],
            },
            VoiceEvent::Fault { kind: DeviceKind::Loudspeaker, fault: SoundFault::Taken },
            VoiceEvent::Refused { why: VoiceRefusal::Behind },
        ]
    }
}

impl VoicePanel {
    /// Whether the microphone is open until somebody closes it.
    fn is_endless(&self) -> bool {
        self.own == TalkState::Open && self.hold == HoldState::Free
    }

    /// Nobody holds what opens the microphone any more.
    fn let_go(&mut self, cx: &mut PanelContext<'_, VoiceCommand>) {
        if let HoldState::Held(_) = self.hold {
            self.hold = if self.own == TalkState::Open { HoldState::LetGo } else { HoldState::Free };
            cx.send(VoiceCommand::Mute);
        }
    }

    /// Who can be heard.
    fn states_ui(&self, ui: &mut Ui, cx: &PanelContext<'_, VoiceCommand>) {
        match self.own {
            TalkState::Open => warning_ui(ui, cx.text("gui-voice-live")),
            TalkState::Muted => weak_ui(ui, cx.text("gui-voice-closed")),
            TalkState::Away => weak_ui(ui, cx.text("gui-voice-away")),
        }
        weak_ui(
            ui,
            cx.text(match self.peer {
                TalkState::Open => "gui-voice-peer-open",
                TalkState::Muted => "gui-voice-peer-muted",
                TalkState::Away => "gui-voice-peer-away",
            }),
        );
        if let Some((kind, fault)) = self.fault {
            trouble_ui(ui, cx.words.say(&sound_fault_phrase(kind, fault)));
        }
        if let Some(why) = self.refused {
            trouble_ui(ui, cx.words.say(&why.phrase()));
        }
    }

    /// How loud it is, and how it goes.
    fn meters_ui(&self, ui: &mut Ui, cx: &PanelContext<'_, VoiceCommand>) {
        let Some(figures) = self.figures else { return };
        if self.own == TalkState::Open {
            meter_ui(ui, cx.text("gui-voice-own-level"), figures.own_level);
        }
        if self.peer == TalkState::Open {
            meter_ui(ui, cx.text("gui-voice-peer-level"), figures.peer_level);
            let loss = f32::from(figures.heard.missing_permille) / 10.0;
            let values = args![delay = figures.heard.delay_millis, loss = loss];
            small_ui(ui, cx.with("gui-voice-figures", values));
        }
    }

    fn buttons_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, VoiceCommand>) {
        let size = Vec2::new(0.0, BUTTON_PT);
        let plain = |ui: &mut Ui, text: String| button_ui(ui, ButtonLook::Plain, &text).clicked();
        if self.is_endless() {
            if button_ui(ui, ButtonLook::Danger, &cx.text("gui-voice-mute")).clicked() {
                cx.send(VoiceCommand::Mute);
            }
        } else {
            let open = cx.text("gui-voice-open");
            let free = self.hold == HoldState::Free;
            let button = |ui: &mut Ui| sized_button_ui(ui, ButtonLook::Plain, &open, size, Sense::CLICK);
            let open = ui.add_enabled_ui(free, button).inner;
            match cx.side {
                PanelSide::Host => cx.widen(ui, &open, VoiceCommand::Open),
                PanelSide::Technician if open.clicked() => cx.send(VoiceCommand::Speak),
                PanelSide::Technician => {}
            }
        }
        if self.own == TalkState::Away {
            if plain(ui, cx.text("gui-voice-listen")) {
                cx.send(VoiceCommand::Mute);
            }
        } else if plain(ui, cx.text("gui-voice-hang-up")) {
            cx.send(VoiceCommand::HangUp);
        }
    }

    /// The button that opens the microphone while it is held.
    fn hold_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, VoiceCommand>) {
        if self.is_endless() {
            // Who speaks without end has nothing to hold.
            return;
        }
        let text = match cx.side {
            PanelSide::Host => cx.text("gui-voice-press"),
            PanelSide::Technician => cx.with("gui-voice-press-key", args![key = TALK_KEY.name()]),
        };
        let size = Vec2::new(0.0, BUTTON_PT);
        let look = if let HoldState::Held(_) = self.hold { ButtonLook::Danger } else { ButtonLook::Plain };
        let button = sized_button_ui(ui, look, &text, size, Sense::click_and_drag());
        let held = is_attended(ui) && holds(ui, &button, cx.side);
        match (self.hold, cx.side) {
            (HoldState::Held(_), _) if !held => self.let_go(cx),
            (HoldState::Free | HoldState::LetGo, PanelSide::Host) if held => {
                if cx.widen_held(&button, VoiceCommand::Hold) {
                    self.hold = HoldState::Held(cx.now);
                }
            }
            (HoldState::Free | HoldState::LetGo, PanelSide::Technician) if held => self.press(cx),
            (HoldState::Held(at), PanelSide::Technician) if cx.now.duration_since(at) >= PRESS_PACE => {
                self.press(cx);
            }
            (HoldState::Free | HoldState::Held(_) | HoldState::LetGo, _) => {}
        }
        if held {
            ui.ctx().request_repaint_after(PRESS_PACE / 4);
        }
    }

    fn press(&mut self, cx: &mut PanelContext<'_, VoiceCommand>) {
        self.hold = HoldState::Held(cx.now);
        cx.send(VoiceCommand::Press);
    }

    /// The devices, once somebody asks for them.
    fn devices_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, VoiceCommand>) {
        if self.devices.is_empty() {
            if button_ui(ui, ButtonLook::Plain, &cx.text("gui-voice-devices")).clicked() {
                cx.send(VoiceCommand::Devices);
            }
            return;
        }
        let kinds = [
            (DeviceKind::Microphone, "gui-voice-microphone", &self.microphone),
            (DeviceKind::Loudspeaker, "gui-voice-speaker", &self.loudspeaker),
        ];
        for (kind, label, chosen) in kinds {
            let (meaning, default) = (cx.text(label), cx.text("gui-voice-default"));
            small_ui(ui, &meaning);
            let of_kind = || self.devices.iter().filter(|device| device.kind == kind);
            let shown = of_kind().find(|device| Some(&device.id) == chosen.as_ref());
            let shown = shown.map_or_else(|| default.clone(), |device| device.name.clone());
            let width = ui.available_width();
            let mut wanted = chosen.clone();
            let list = ComboBox::from_id_salt(label).selected_text(shown).width(width).truncate();
            let list = list.show_ui(ui, |ui| {
                ui.selectable_value(&mut wanted, None, default);
                for device in of_kind() {
                    ui.selectable_value(&mut wanted, Some(device.id.clone()), &device.name);
                }
            });
            list.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &meaning));
            if wanted != *chosen {
                cx.send(VoiceCommand::Use { kind, device: wanted });
            }
        }
    }
}

/// Whether somebody holds the button: with the mouse, or at the helper's with a key. At the user's keys are
/// also the helper's.
fn holds(ui: &Ui, button: &Response, side: PanelSide) -> bool {
    let by_key = |ui: &Ui| {
        let (own, space) = ui.input(|input| (input.key_down(TALK_KEY), input.key_down(Key::Space)));
        own || space && button.has_focus()
    };
    button.is_pointer_button_down_on() || side == PanelSide::Technician && by_key(ui)
}

/// A meter with its name.
fn meter_ui(ui: &mut Ui, name: String, level: SoundLevel) {
    small_ui(ui, name);
    ui.add(ProgressBar::new(level.of_meter()).desired_height(6.0));
}
