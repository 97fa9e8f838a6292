//! Which monitors there are to be seen, and which of them is: the host tells the monitors that its user
//! shares, the technician asks for one of them or for all, and for pictures that are sharp or that take few
//! bytes.
//!
//! What is shared, and what comes of a wish, is the host's program's to decide. A picture says nothing of
//! this: it has a size, and positions are those of its pixels.

#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

use super::bounded::{List, Text};
use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase};

/// Most monitors that are told: a wall of four by four.
pub const MAX_SHARED_MONITORS: usize = 16;

/// Longest name of a monitor in bytes: systems give them about ten.
pub const MAX_SHARED_MONITOR_NAME_BYTES: usize = 64;

/// What is said about monitors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewpointMessage {
    /// Host: these are shared, from left to right. None where the host can't tell.
    Monitors(Vec<SharedMonitor>),
    /// Technician: the one of this name is to be in the picture, or all that are shared.
    Watch(Option<String>),
    /// Technician: pictures are to be like this.
    Quality(PictureQuality),
}

/// What pictures are to be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum PictureQuality {
    /// As sharp as the path allows without any of them being late.
    #[default]
    Automatic,
    /// Sharp rather than smooth: each may take longer on its way.
    Sharp,
    /// Few, and with few bytes: whoever pays for them, or whose line others need.
    Sparing,
}

/// A monitor that the user shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedMonitor {
    /// What the user's system calls it. Nothing says that it is what a person would.
    pub name: String,
    /// Pixels from the left edge of the user's desktop.
    pub x: u16,
    /// Pixels from its top edge.
    pub y: u16,
    /// Pixels from left to right.
    pub width: u16,
    /// Pixels from top to bottom.
    pub height: u16,
    /// Whether it is in the picture.
    pub shown: bool,
}

/// A message of the viewpoint channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum ViewpointWire {
    Monitors(List<WireMonitor, MAX_SHARED_MONITORS>),
    Watch(Option<Text<MAX_SHARED_MONITOR_NAME_BYTES>>),
    Quality(PictureQuality),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WireMonitor {
    name: Text<MAX_SHARED_MONITOR_NAME_BYTES>,
    x: u16,
    y: u16,
    width: u16,
    height: u16,
    shown: bool,
}

impl WireMonitor {
    fn new(monitor: &SharedMonitor) -> Option<Self> {
        let SharedMonitor { name, x, y, width, height, shown } = monitor;
        let name = Text::new(name)?;
        Some(Self { name, x: *x, y: *y, width: *width, height: *height, shown: *shown })
    }

    fn into_monitor(self) -> SharedMonitor {
        let Self { name, x, y, width, height, shown } = self;
        SharedMonitor { name: name.into_string(), x, y, width, height, shown }
    }
}

const fn row(name: &'static str, words: &'static str, from: RowSender) -> Row {
    Row {
        name,
        words,
        from,
        during: (Phase::Active, Phase::Active),
        needs: Some(Permission::View),
        delivery: Delivery::Newest,
    }
}

static MONITORS: Row = row("Monitors", "the monitors", RowSender::Host);
static WATCH: Row = row("Watch", "a wish for a monitor", RowSender::Technician);
static QUALITY: Row = row("Quality", "a wish for pictures of a kind", RowSender::Technician);

impl WireForm for ViewpointWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "viewpoint",
        // Sixteen monitors with the longest names.
        max_message_bytes: 2 << 10,
        // The newest list or wishes, waiting and sent.
        waiting: 4,
        keep_bytes: None,
        // The newest of each wish is what counts.
        inbox: 2,
        class: TrafficClass::Interactive,
        rows: &[&MONITORS, &WATCH, &QUALITY],
    };

    type Plain = ViewpointMessage;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        match self {
            Self::Monitors(_) => &MONITORS,
            Self::Watch(_) => &WATCH,
            Self::Quality(_) => &QUALITY,
        }
    }

    fn pack(plain: ViewpointMessage, _: &Moment<'_>) -> Result<Self, CommandError> {
        let packed = match plain {
            ViewpointMessage::Monitors(monitors) => {
                let monitors = monitors.iter().map(WireMonitor::new).collect::<Option<Vec<_>>>();
                monitors.and_then(List::new).map(Self::Monitors)
            }
            ViewpointMessage::Watch(None) => Some(Self::Watch(None)),
            ViewpointMessage::Watch(Some(name)) => Text::from_string(name).map(|name| Self::Watch(Some(name))),
            ViewpointMessage::Quality(quality) => Some(Self::Quality(quality)),
        };
        packed.ok_or(CommandError::Invalid("monitors"))
    }

    fn unpack(self, _: Option<u64>, _: &Moment<'_>) -> ViewpointMessage {
        match self {
            Self::Monitors(monitors) => ViewpointMessage::Monitors(
                monitors.into_vec().into_iter().map(WireMonitor::into_monitor).collect(),
            ),
            Self::Watch(name) => ViewpointMessage::Watch(name.map(Text::into_string)),
            Self::Quality(quality) => ViewpointMessage::Quality(quality),
        }
    }
}
