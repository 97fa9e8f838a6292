//! Voice: both people talk while one of them helps the other.
//!
//! Each person's microphone is closed until they open it themselves, for as long as they say; the other one
//! is heard from the user's permission on. What it does not do: it records nothing, changes no other sound's
//! loudness, and opens no device before somebody speaks.

mod desk;
mod devices;
mod figures;
#[cfg(test)]
mod tests;
mod world;

pub use beistand_session::TalkState;
use beistand_session::{Permission, Role, escape};
pub use beistand_sound::{DeviceKind, SoundDevice, SoundFault, SoundLevel};
use serde_json::{Value, json};

use super::tell::Tell;
use super::verb::{CommandRefusal, FeatureWidening, Verb, VerbUsage};
use crate::words::{Phrase, PhraseArg, Words, args};
pub(super) use desk::VoiceDesk;
pub use figures::VoiceFigures;

/// The longest name of a device that is chosen, in bytes: more than any system's.
const MAX_DEVICE_BYTES: usize = 400;

/// What a person wants of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoiceCommand {
    /// Open the microphone until it is closed again. At the user's it lets the helper hear them.
    Open,
    /// Helper: the same, in a form that is no use at the user's.
    Speak,
    /// From now on [`Self::Press`] opens the microphone. At the user's it lets the helper hear them then.
    Arm,
    /// Open the microphone for [`PRESS_LIFE`](desk::PRESS_LIFE); said again while somebody holds a button.
    Press,
    /// User: a hand presses, as the window has found. Open the microphone until it lets go, for at most
    /// [`HOLD_LIFE`](desk::HOLD_LIFE).
    Hold,
    /// Close the microphone, and listen.
    Mute,
    /// Neither speak nor listen.
    HangUp,
    /// Tell which devices there are.
    Devices,
    /// Use this device from now on, by its id or name; `None`: the system's default.
    Use {
        /// What it is for.
        kind: DeviceKind,
        /// Which one.
        device: Option<String>,
    },
}

impl VoiceCommand {
    /// Whether it opens the microphone, now or later.
    fn opens(&self) -> bool {
        match self {
            Self::Open | Self::Speak | Self::Arm | Self::Press | Self::Hold => true,
            Self::Mute | Self::HangUp | Self::Devices | Self::Use { .. } => false,
        }
    }
}

/// What happens in the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoiceEvent {
    /// Somebody can be heard, or can no longer.
    Talk {
        /// Who.
        who: VoiceOwner,
        /// What they do.
        state: TalkState,
    },
    /// From now on a press opens the microphone for a while.
    Armed,
    /// How it goes, some times a second while somebody can be heard.
    Figures(VoiceFigures),
    /// The devices that can be chosen, and those that are.
    Devices {
        /// All of them, the system's default of each kind first.
        devices: Vec<SoundDevice>,
    },
    /// From now on this device is used.
    Using {
        /// What it is for.
        kind: DeviceKind,
        /// Which one; `None`: the system's default.
        device: Option<String>,
    },
    /// A device can't be used. The session goes on, and so does the rest of the conversation.
    Fault {
        /// What it is for.
        kind: DeviceKind,
        /// Why.
        fault: SoundFault,
    },
    /// A command has no effect.
    Refused {
        /// Why.
        why: VoiceRefusal,
    },
}

/// Whose voice it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoiceOwner {
    /// This side's.
    Us,
    /// The other one's.
    Peer,
}

/// Why a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoiceRefusal {
    /// The user does not allow it at the moment.
    NotAllowed,
    /// Too many commands wait already.
    Behind,
    /// At the user's, push to talk has to be switched on first.
    NotArmed,
    /// At the user's, where the helper could press as well: no press says whose it is.
    NotOurs,
}

impl VoiceRefusal {
    fn word(self) -> &'static str {
        match self {
            Self::NotAllowed => "not-allowed",
            Self::Behind => "behind",
            Self::NotArmed => "not-armed",
            Self::NotOurs => "not-ours",
        }
    }

    /// What to tell a person.
    pub fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::NotAllowed => "voice-not-allowed",
            Self::Behind => "voice-behind",
            Self::NotArmed => "voice-not-armed",
            Self::NotOurs => "voice-not-ours",
        })
    }
}

/// What to tell a person about a device that can't be used.
pub fn sound_fault_phrase(kind: DeviceKind, fault: SoundFault) -> Phrase {
    Phrase::new(match (fault, kind) {
        (SoundFault::NoServer, _) => "voice-no-server",
        (SoundFault::NoDevice, DeviceKind::Microphone) => "voice-no-microphone",
        (SoundFault::NoDevice, DeviceKind::Loudspeaker) => "voice-no-speaker",
        (SoundFault::Refused, DeviceKind::Microphone) => "voice-microphone-refused",
        (SoundFault::Refused, DeviceKind::Loudspeaker) => "voice-speaker-refused",
        (SoundFault::Taken, DeviceKind::Microphone) => "voice-microphone-taken",
        (SoundFault::Taken, DeviceKind::Loudspeaker) => "voice-speaker-taken",
        (SoundFault::Gone, DeviceKind::Microphone) => "voice-microphone-gone",
        (SoundFault::Gone, DeviceKind::Loudspeaker) => "voice-speaker-gone",
        (SoundFault::Broken, _) => "voice-broken",
    })
}

impl Verb for VoiceCommand {
    type Refused = VoiceEvent;

    const USAGES: &'static [VerbUsage] = &[
        VerbUsage::both("talk on"),
        VerbUsage::both("talk push"),
        VerbUsage::both("talk press"),
        VerbUsage::both("talk off"),
        VerbUsage::both("mute"),
        VerbUsage::both("voice devices"),
        VerbUsage::both("voice use mic|speaker [NAME]"),
    ];

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        let rest = rest.trim();
        let command = match (word, rest) {
            ("talk", "on") => Some(Self::Open),
            ("talk", "push") => Some(Self::Arm),
            ("talk", "press") => Some(Self::Press),
            ("talk", "off") => Some(Self::HangUp),
            ("mute", "") => Some(Self::Mute),
            ("voice", "devices") => Some(Self::Devices),
            ("voice", rest) => chosen(rest),
            ("talk" | "mute", _) => None,
            _ => return None,
        };
        Some(command.map(|command| vec![command]).ok_or_else(|| Phrase::new("voice-usage")))
    }

    fn waits_for_room(&self) -> bool {
        match self {
            Self::Mute | Self::HangUp => false,
            Self::Open | Self::Speak | Self::Arm | Self::Press | Self::Hold => true,
            Self::Devices | Self::Use { .. } => true,
        }
    }

    fn widening(&self) -> Option<FeatureWidening> {
        let question = match self {
            // The second is never typed.
            Self::Open | Self::Hold => "voice-open-question",
            Self::Arm => "voice-arm-question",
            Self::Speak | Self::Press | Self::Mute | Self::HangUp | Self::Devices | Self::Use { .. } => {
                return None;
            }
        };
        Some(FeatureWidening { verb: "talk", question: Phrase::new(question) })
    }

    fn refuse(self, why: CommandRefusal) -> Option<VoiceEvent> {
        let why = match why {
            CommandRefusal::NotAllowed => VoiceRefusal::NotAllowed,
            CommandRefusal::Behind => VoiceRefusal::Behind,
        };
        Some(VoiceEvent::Refused { why })
    }
}

/// The device that `use mic NAME` or `use speaker NAME` names.
fn chosen(rest: &str) -> Option<VoiceCommand> {
    let rest = rest.strip_prefix("use ")?.trim();
    let (kind, name) = rest.split_once(' ').unwrap_or((rest, ""));
    let kind = match kind {
        "mic" => DeviceKind::Microphone,
        "speaker" => DeviceKind::Loudspeaker,
        _ => return None,
    };
    let name = name.trim();
    let fits = name.len() <= MAX_DEVICE_BYTES;
    fits.then(|| VoiceCommand::Use { kind, device: (!name.is_empty()).then(|| name.to_owned()) })
}

impl Tell for VoiceEvent {
    const MAY: &'static [(Permission, &'static str)] = &[(Permission::Voice, "voice-may")];

    fn json(&self, words: &Words) -> Value {
        match self {
            Self::Talk { who, state } => {
                json!({ "event": "voice-talk", "who": who.word(), "state": state_word(*state) })
            }
            Self::Armed => json!({ "event": "voice-armed" }),
            Self::Figures(figures) => figures.json(),
            Self::Devices { devices } => {
                let device = |device: &SoundDevice| json!({ "kind": kind_word(device.kind), "id": device.id, "name": device.name });
                json!({ "event": "voice-devices", "devices": devices.iter().map(device).collect::<Vec<_>>() })
            }
            Self::Using { kind, device } => {
                json!({ "event": "voice-using", "kind": kind_word(*kind), "device": device })
            }
            Self::Fault { kind, fault } => json!({
                "event": "voice-fault",
                "kind": kind_word(*kind),
                "why": fault_word(*fault),
                "text": words.say(&sound_fault_phrase(*kind, *fault)),
            }),
            Self::Refused { why } => {
                json!({ "event": "voice-refused", "why": why.word(), "text": words.say(&why.phrase()) })
            }
        }
    }

    fn phrase(&self, role: Role) -> Option<Phrase> {
        Some(match self {
            Self::Talk { who: VoiceOwner::Us, state } => Phrase::new(match state {
                TalkState::Open => "voice-us-open",
                TalkState::Muted => "voice-us-muted",
                TalkState::Away => "voice-us-away",
            }),
            Self::Talk { who: VoiceOwner::Peer, state } => Phrase::new(match (state, role) {
                (TalkState::Open, Role::Host) => "voice-helper-open",
                (TalkState::Muted, Role::Host) => "voice-helper-muted",
                (TalkState::Away, Role::Host) => "voice-helper-away",
                (TalkState::Open, Role::Technician) => "voice-user-open",
                (TalkState::Muted, Role::Technician) => "voice-user-muted",
                (TalkState::Away, Role::Technician) => "voice-user-away",
            }),
            Self::Armed => Phrase::new("voice-armed"),
            Self::Figures(_) => return None,
            Self::Devices { devices } => {
                let line = |device: &SoundDevice| format!("{} {}", kind_word(device.kind), device.name);
                let devices = devices.iter().map(line).collect::<Vec<_>>().join("\n");
                Phrase::with("voice-devices", args![devices = devices])
            }
            Self::Using { kind, device } => {
                let device = match device {
                    Some(device) => PhraseArg::from(escape(device)),
                    None => PhraseArg::from(Phrase::new("voice-default")),
                };
                match kind {
                    DeviceKind::Microphone => Phrase::with("voice-using-microphone", args![device = device]),
                    DeviceKind::Loudspeaker => Phrase::with("voice-using-speaker", args![device = device]),
                }
            }
            Self::Fault { kind, fault } => sound_fault_phrase(*kind, *fault),
            Self::Refused { why } => why.phrase(),
        })
    }
}

impl VoiceOwner {
    fn word(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Peer => "them",
        }
    }
}

fn state_word(state: TalkState) -> &'static str {
    match state {
        TalkState::Away => "away",
        TalkState::Muted => "muted",
        TalkState::Open => "open",
    }
}

/// The word for a kind, as it is typed.
fn kind_word(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Microphone => "mic",
        DeviceKind::Loudspeaker => "speaker",
    }
}

fn fault_word(fault: SoundFault) -> &'static str {
    match fault {
        SoundFault::NoServer => "no-server",
        SoundFault::NoDevice => "no-device",
        SoundFault::Refused => "refused",
        SoundFault::Taken => "taken",
        SoundFault::Gone => "gone",
        SoundFault::Broken => "broken",
    }
}
