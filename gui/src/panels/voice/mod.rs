//! Talking with each other: the same panel at the user's and at the helper's.
//!
//! It shows who can be heard and how loud, opens and closes this side's microphone, and has the devices to
//! choose from. At the user's only a hand opens the microphone: the helper hears what is said around it.

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use beistand_node::words::{Phrase, args};
use beistand_node::{
    DeviceKind, Permission, SoundDevice, SoundFault, SoundLevel, TalkState, VoiceCommand, VoiceEvent,
    VoiceFigures, VoiceOwner, VoiceRefusal, sound_fault_phrase,
};
use egui::{ComboBox, ProgressBar, Sense, Ui, Vec2};

use crate::panels::{Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, PermissionWords};
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

/// The height of a button in points.
const BUTTON_PT: f32 = 40.0;

/// Talking with each other.
#[derive(Debug, Default)]
pub struct VoicePanel {
    own: TalkState,
    peer: TalkState,
    /// Whether a press opens the microphone.
    armed: bool,
    /// When the button that is held was said to be last.
    pressed: Option<Instant>,
    figures: Option<VoiceFigures>,
    devices: Vec<SoundDevice>,
    /// What this person has chosen; `None`: the system's default.
    microphone: Option<String>,
    loudspeaker: Option<String>,
    fault: Option<(DeviceKind, SoundFault)>,
    refused: Option<VoiceRefusal>,
}

impl Panel for VoicePanel {
    type Event = VoiceEvent;
    type Command = VoiceCommand;

    const WORDS: PanelWords =
        PanelWords { button: "gui-voice-button", permissions: &[(Permission::Voice, TALK)] };

    fn place(_side: PanelSide) -> PanelPlace {
        PanelPlace::Beside
    }

    fn apply(&mut self, event: VoiceEvent, _now: Instant) -> Attention {
        match event {
            VoiceEvent::Talk { who: VoiceOwner::Us, state } => {
                (self.own, self.refused) = (state, None);
                if state != TalkState::Muted {
                    self.fault = None;
                }
            }
            VoiceEvent::Talk { who: VoiceOwner::Peer, state } => {
                self.peer = state;
                if state == TalkState::Open {
                    return Attention::Toast(Phrase::new("gui-voice-peer-open"));
                }
            }
            VoiceEvent::Armed => self.armed = true,
            VoiceEvent::Figures(figures) => self.figures = Some(figures),
            VoiceEvent::Devices { devices } => self.devices = devices,
            VoiceEvent::Using { kind: DeviceKind::Microphone, device } => self.microphone = device,
            VoiceEvent::Using { kind: DeviceKind::Loudspeaker, device } => self.loudspeaker = device,
            VoiceEvent::Fault { kind, fault } => {
                self.fault = Some((kind, fault));
                return Attention::Toast(sound_fault_phrase(kind, fault));
            }
            VoiceEvent::Refused { why } => {
                // What has to be switched on again was taken back with the permission.
                self.armed &= why == VoiceRefusal::Behind;
                self.refused = Some(why);
            }
        }
        Attention::Quiet
    }

    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, VoiceCommand>) {
        if cx.side == PanelSide::Host {
            lead_ui(ui, cx.text("gui-voice-title"));
        }
        self.states_ui(ui, cx);
        if !cx.facts.granted.contains(Permission::Voice) {
            // Each permission is a new beginning.
            (self.armed, self.pressed, self.figures) = (false, None, None);
            if cx.side == PanelSide::Technician {
                weak_ui(ui, cx.text("gui-voice-not-allowed"));
            }
            return;
        }
        self.meters_ui(ui, cx);
        self.buttons_ui(ui, cx);
        self.devices_ui(ui, cx);
    }

    fn offered(&self) -> u64 {
        // There is always a microphone that can be opened, and other buttons where it is open.
        1 + u64::from(self.own == TalkState::Open) + 2 * u64::from(self.armed)
    }

    fn sample() -> Vec<VoiceEvent> {
        let device = |kind, name: &str| SoundDevice { kind, id: name.to_owned(), name: name.to_owned() };
        vec![
            VoiceEvent::Talk { who: VoiceOwner::Peer, state: TalkState::Open },
            VoiceEvent::Talk { who: VoiceOwner::Us, state: TalkState::Open },
            VoiceEvent::Figures(VoiceFigures {
                own_level: SoundLevel::of(&[0.1]),
                peer_level: SoundLevel::of(&[0.3]),
                ..VoiceFigures::default()
            }),
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
        let holds = self.hold_ui(ui, cx);
        if self.own == TalkState::Open && !holds {
            if button_ui(ui, ButtonLook::Danger, &cx.text("gui-voice-mute")).clicked() {
                cx.send(VoiceCommand::Mute);
            }
        } else if !holds {
            let open = cx.text("gui-voice-open");
            let open = sized_button_ui(ui, ButtonLook::Plain, &open, size, Sense::CLICK);
            match cx.side {
                PanelSide::Host => cx.widen(ui, &open, VoiceCommand::Open),
                PanelSide::Technician if open.clicked() => cx.send(VoiceCommand::Speak),
                PanelSide::Technician => {}
            }
        }
        if cx.side == PanelSide::Host && !self.armed {
            let arm = cx.text("gui-voice-arm");
            let arm = sized_button_ui(ui, ButtonLook::Plain, &arm, size, Sense::CLICK);
            cx.widen(ui, &arm, VoiceCommand::Arm);
        }
        if self.own == TalkState::Away {
            if plain(ui, cx.text("gui-voice-listen")) {
                cx.send(VoiceCommand::Mute);
            }
        } else if plain(ui, cx.text("gui-voice-hang-up")) {
            self.armed = false;
            cx.send(VoiceCommand::HangUp);
        }
    }

    /// The button that opens the microphone while it is held; whether it is.
    fn hold_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, VoiceCommand>) -> bool {
        // Who speaks without end does not press.
        let open = self.own == TalkState::Open && self.pressed.is_none();
        if open || cx.side == PanelSide::Host && !self.armed {
            return false;
        }
        let size = Vec2::new(0.0, BUTTON_PT);
        let text = cx.text("gui-voice-press");
        let button = sized_button_ui(ui, ButtonLook::Plain, &text, size, Sense::click_and_drag());
        let held = button.is_pointer_button_down_on();
        match self.pressed {
            None if held => {
                self.pressed = Some(cx.now);
                cx.send(VoiceCommand::Press);
            }
            Some(at) if held && cx.now.duration_since(at) >= PRESS_PACE => {
                self.pressed = Some(cx.now);
                cx.send(VoiceCommand::Press);
            }
            Some(_) if held => {}
            Some(_) => {
                self.pressed = None;
                cx.send(VoiceCommand::Mute);
            }
            None => {}
        }
        if held {
            ui.ctx().request_repaint_after(PRESS_PACE / 4);
        }
        held
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

/// A meter with its name.
fn meter_ui(ui: &mut Ui, name: String, level: SoundLevel) {
    small_ui(ui, name);
    ui.add(ProgressBar::new(level.of_meter()).desired_height(6.0));
}
