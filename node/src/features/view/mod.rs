//! View: the technician sees the host's screen, and its pointer.

mod bench;
mod budget;
mod capture_thread;
mod counters;
mod decode_thread;
mod host;
mod keep_thread;
mod monitors;
mod pace;
mod picture_queue;
mod stages;
mod technician;
#[cfg(test)]
mod tests;

use beistand_p2p::{Inbox, InboxDelivery, Inboxes};
use beistand_session::{
    Channel, CursorMessage, Message, Permission, PermissionSet, PictureQuality, Role, ScreenCover,
    VideoMessage, ViewpointMessage,
};
use serde_json::{Value, json};

use super::tell::Tell;
use super::verb::{CommandRefusal, FeatureWidening, Verb, VerbUsage};
use super::wire::{Heard, take_once};
use crate::json::rounded;
use crate::stages::StageSummary;
use crate::words::{Phrase, Words, args};
pub(crate) use bench::carry_pictures;
pub(crate) use capture_thread::OpenCapturer;
pub(super) use host::ViewHost;
pub(crate) use keep_thread::OpenKeeper;
pub use monitors::ViewMonitor;
pub(super) use technician::ViewTechnician;

/// What a person wants of the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewCommand {
    /// How long each part of a picture's way takes.
    Stages,
    /// Technician: a whole new picture.
    Refresh,
    /// Technician: the monitor of this name, or all that the user shares.
    Watch(Option<String>),
    /// Technician: pictures are to be like this from now on.
    Quality(PictureQuality),
    /// Host: the monitor of this name is not shared any more. Where that is said once, none that is plugged
    /// in later is shared either.
    Hide(String),
    /// Host: the monitor of this name is shared again. Must come from a hand at this machine.
    Show(String),
    /// Host: of the monitors that there are, those of these names are shared and no other. As above.
    Only(Vec<String>),
}

/// What there is to know of the picture.
#[derive(Debug, Clone, PartialEq)]
pub enum ViewEvent {
    /// How it is doing, once a second while it changes.
    Figures(Figures),
    /// How long each part of a picture's way takes, since somebody has asked.
    Stages(StageSummary),
    /// The technician's program can't show it.
    Trouble(ViewTrouble),
    /// Which monitors there are: at the host's all of them, at the technician's those that the user shares.
    Monitors(Vec<ViewMonitor>),
    /// Host: there is no monitor of this name, so nothing was changed for it.
    NoMonitor(String),
    /// Technician: this covers the host's screen now.
    Covered(ScreenCover),
    /// Technician: the host was asked for pictures like this.
    Quality(PictureQuality),
}

/// Why the technician's program can't show the host's screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewTrouble {
    /// It is larger than what is decoded.
    ScreenTooLarge {
        /// In pixels.
        width: u16,
        /// In pixels.
        height: u16,
    },
    /// There is no decoder without rights to be had on this computer, and no other is used.
    NoDecoder {
        /// What the system said.
        detail: String,
    },
}

impl ViewTrouble {
    /// For whoever looks at the screen.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::ScreenTooLarge { width, height } => {
                Phrase::with("view-too-large", args![width = *width, height = *height])
            }
            Self::NoDecoder { .. } => Phrase::new("view-no-decoder"),
        }
    }
}

/// How the picture is doing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Figures {
    /// Pictures shown since the start.
    pub shown: u64,
    /// Pictures that were replaced by a newer one before they were encoded, since the start.
    pub dropped: u64,
    /// Pictures a second, over the last second.
    pub fps: f32,
    /// From the change on the host's screen to the picture in memory here, median over the last second, in
    /// ms.
    pub latency_ms: f32,
    /// Picture bytes received over the last second, in kbit/s.
    pub kbps: f32,
}

/// What both sides say of the screen, on three channels, so that neither the pointer nor a wish for another
/// monitor ever waits for a picture.
#[derive(Debug)]
pub(super) enum ViewMessage {
    Video(VideoMessage),
    Cursor(CursorMessage),
    Viewpoint(ViewpointMessage),
}

/// Where they wait.
#[derive(Debug)]
pub(super) struct ViewInbox {
    video: Inbox<VideoMessage>,
    cursor: Inbox<CursorMessage>,
    viewpoint: Inbox<ViewpointMessage>,
}

impl From<ViewMessage> for Message {
    fn from(message: ViewMessage) -> Self {
        match message {
            ViewMessage::Video(message) => message.into(),
            ViewMessage::Cursor(message) => message.into(),
            ViewMessage::Viewpoint(message) => message.into(),
        }
    }
}

impl Heard for ViewMessage {
    type Inbox = ViewInbox;

    fn take(inboxes: &mut Inboxes) -> ViewInbox {
        ViewInbox { video: take_once(inboxes), cursor: take_once(inboxes), viewpoint: take_once(inboxes) }
    }

    async fn recv(inbox: &mut ViewInbox, allowed: PermissionSet) -> InboxDelivery<Self> {
        tokio::select! {
            biased;
            delivery = inbox.cursor.recv(allowed) => delivery.map(Self::Cursor),
            delivery = inbox.viewpoint.recv(allowed) => delivery.map(Self::Viewpoint),
            delivery = inbox.video.recv(allowed) => delivery.map(Self::Video),
        }
    }

    fn is_on(channel: Channel) -> bool {
        matches!(channel, Channel::Video | Channel::Cursor | Channel::Viewpoint)
    }
}

impl Verb for ViewCommand {
    type Refused = ViewEvent;

    const USAGES: &'static [VerbUsage] = &[
        VerbUsage::technician("refresh"),
        VerbUsage::technician("monitor NAME|all"),
        VerbUsage::technician("quality auto|sharp|sparing"),
        VerbUsage::host("hide MONITOR"),
        VerbUsage::host("show MONITOR"),
        VerbUsage::both("figures"),
    ];

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        let name = rest.trim();
        let command = match word {
            "figures" => Self::Stages,
            "refresh" => Self::Refresh,
            "monitor" | "hide" | "show" if name.is_empty() => {
                return Some(Err(Phrase::new("view-which-monitor")));
            }
            "quality" => match QUALITY_WORDS.iter().find(|(word, _)| *word == name) {
                Some((_, quality)) => Self::Quality(*quality),
                None => return Some(Err(Phrase::new("view-which-quality"))),
            },
            "monitor" => Self::Watch((name != "all").then(|| name.to_owned())),
            "hide" => Self::Hide(name.to_owned()),
            "show" => Self::Show(name.to_owned()),
            _ => return None,
        };
        Some(Ok(vec![command]))
    }

    fn narrows(&self) -> bool {
        match self {
            Self::Hide(_) | Self::Only(_) => true,
            Self::Stages | Self::Refresh | Self::Watch(_) | Self::Quality(_) | Self::Show(_) => false,
        }
    }

    fn widening(&self) -> Option<FeatureWidening> {
        match self {
            Self::Show(name) => {
                let question = Phrase::with("view-show-question", args![name = printable(name)]);
                Some(FeatureWidening { verb: "show", question })
            }
            Self::Only(names) => {
                let question = Phrase::with("view-show-question", args![name = printable(&names.join(", "))]);
                Some(FeatureWidening { verb: "allow", question })
            }
            Self::Stages | Self::Refresh | Self::Watch(_) | Self::Quality(_) | Self::Hide(_) => None,
        }
    }

    fn part_of(permission: Permission, rest: &str) -> Option<Result<Self, Phrase>> {
        if permission != Permission::View {
            return None;
        }
        let names: Vec<_> = rest.split('+').map(str::trim).map(str::to_owned).collect();
        let unnamed = names.iter().any(String::is_empty);
        Some(if unnamed { Err(Phrase::new("view-which-monitor")) } else { Ok(Self::Only(names)) })
    }

    /// Without the permission there is no picture to be refreshed, and whoever asks for figures asks again.
    fn refuse(self, _why: CommandRefusal) -> Option<ViewEvent> {
        None
    }
}

impl Tell for ViewEvent {
    const MAY: &'static [(Permission, &'static str)] = &[(Permission::View, "view-may")];

    fn json(&self, words: &Words) -> Value {
        match self {
            Self::Figures(figures) => json!({
                "event": "picture",
                "shown": figures.shown,
                "dropped": figures.dropped,
                "fps": rounded(figures.fps),
                "latency_ms": rounded(figures.latency_ms),
                "kbps": rounded(figures.kbps),
            }),
            Self::Stages(summary) => {
                let mut line = summary.json();
                line.insert("event".to_owned(), "stages".into());
                Value::Object(line)
            }
            Self::Trouble(trouble) => {
                let why = match trouble {
                    ViewTrouble::ScreenTooLarge { .. } => "screen-too-large",
                    ViewTrouble::NoDecoder { .. } => "no-decoder",
                };
                json!({ "event": "no-picture", "why": why, "text": words.say(&trouble.phrase()) })
            }
            Self::Monitors(monitors) => {
                let monitors: Vec<_> = monitors.iter().map(ViewMonitor::json).collect();
                json!({ "event": "monitors", "monitors": monitors })
            }
            Self::NoMonitor(name) => {
                json!({ "event": "no-monitor", "name": name, "text": words.say(&no_monitor(name)) })
            }
            Self::Covered(cover) => {
                let by = match cover {
                    ScreenCover::None => "nothing",
                    ScreenCover::Saver => "saver",
                    ScreenCover::Lock => "lock",
                };
                let text = words.say(&Phrase::from(*cover));
                json!({ "event": "screen-covered", "by": by, "text": text })
            }
            Self::Quality(quality) => {
                let word = QUALITY_WORDS.iter().find(|(_, one)| one == quality).map(|(word, _)| *word);
                json!({ "event": "picture-quality", "quality": word })
            }
        }
    }

    fn phrase(&self, role: Role) -> Option<Phrase> {
        match self {
            Self::Figures(_) => None,
            Self::Stages(summary) => Some(summary.phrase()),
            Self::Trouble(trouble) => Some(trouble.phrase()),
            Self::Monitors(monitors) => monitors::phrase(monitors, role),
            Self::NoMonitor(name) => Some(no_monitor(name)),
            Self::Covered(cover) => Some(Phrase::from(*cover)),
            Self::Quality(quality) => Some(Phrase::new(match quality {
                PictureQuality::Automatic => "view-quality-automatic",
                PictureQuality::Sharp => "view-quality-sharp",
                PictureQuality::Sparing => "view-quality-sparing",
            })),
        }
    }
}

/// What pictures can be like, by the word for it.
const QUALITY_WORDS: [(&str, PictureQuality); 3] = [
    ("auto", PictureQuality::Automatic),
    ("sharp", PictureQuality::Sharp),
    ("sparing", PictureQuality::Sparing),
];

/// There is none of this name.
fn no_monitor(name: &str) -> Phrase {
    Phrase::with("view-no-monitor", args![name = printable(name)])
}

/// A name as it may stand in a text: any program of the desktop can give a monitor one.
fn printable(name: &str) -> String {
    name.escape_debug().to_string()
}
