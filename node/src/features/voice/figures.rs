//! How a conversation goes, in numbers.

use beistand_session::VoiceReport;
use beistand_sound::SoundLevel;
use serde_json::{Value, json};

/// How it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VoiceFigures {
    /// How loud this side's voice is.
    pub own_level: SoundLevel,
    /// How loud the other's is.
    pub peer_level: SoundLevel,
    /// How well the other's voice arrives here: frames that were missing, and from their microphone to the
    /// loudspeaker here.
    pub heard: VoiceReport,
    /// How unevenly frames arrive, in milliseconds.
    pub jitter_millis: u16,
    /// How long they are held back for that, in milliseconds.
    pub held_millis: u16,
    /// How well this side's voice arrives there, as the other side says.
    pub heard_there: Option<VoiceReport>,
}

impl VoiceFigures {
    pub(super) fn json(&self) -> Value {
        let report = |report: VoiceReport| json!({ "loss_permille": report.missing_permille, "delay_ms": report.delay_millis });
        json!({
            "event": "voice-figures",
            "own_level_db": self.own_level.decibels(),
            "level_db": self.peer_level.decibels(),
            "loss_permille": self.heard.missing_permille,
            "delay_ms": self.heard.delay_millis,
            "jitter_ms": self.jitter_millis,
            "held_ms": self.held_millis,
            "there": self.heard_there.map(report),
        })
    }
}
