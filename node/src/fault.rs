//! What the system and the crates below report, said to a person.
//!
//! What it does not do: it says nothing that only a technical person can use. What a driver, a library or the
//! system's own text says goes to the log (`-v`), and addresses are named as people write them.

use std::io::ErrorKind;

use beistand_codec::{DecodeError, EncodeError};
use beistand_p2p::invite::DeriveError;
use beistand_p2p::{Multiaddr, StartError};
use beistand_platform::{
    CaptureError, ClipboardError, DesktopFault, DesktopObstacle, DesktopPart, SystemPermission,
};

use crate::words::{Phrase, args};

/// This computer has no thread, no memory or the like left.
pub fn out_of_resources(error: &std::io::Error) -> Phrase {
    Phrase::with("fault-resources", args![reason = Phrase::from(error)])
}

/// Something that nobody foresaw; what was reported is logged.
pub(crate) fn other(detail: impl std::fmt::Display) -> Phrase {
    logged("fault-other", detail)
}

/// What `key` says, with what was reported in the log alone.
pub(crate) fn logged(key: &'static str, detail: impl std::fmt::Display) -> Phrase {
    tracing::info!(%detail, key, "what is behind a message to a person");
    Phrase::new(key)
}

/// An address as people write one: `192.0.2.1:4001`, or its name with the port.
fn plain(address: &Multiaddr) -> String {
    let text = address.to_string();
    let parts: Vec<&str> = text.split('/').skip(1).collect();
    let value = |names: &[&str]| {
        parts.windows(2).find(|pair| names.contains(&pair[0])).map(|pair| pair[1].to_owned())
    };
    let host = value(&["ip4", "ip6", "dns", "dns4", "dns6", "dnsaddr"]).unwrap_or_default();
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    match value(&["udp", "tcp"]) {
        Some(port) => format!("{host}:{port}"),
        None => host,
    }
}

impl From<&std::io::Error> for Phrase {
    /// A part of a sentence, to stand behind a colon.
    fn from(error: &std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Self::new("fault-io-missing"),
            ErrorKind::PermissionDenied => Self::new("fault-io-forbidden"),
            ErrorKind::AlreadyExists => Self::new("fault-io-exists"),
            ErrorKind::IsADirectory => Self::new("fault-io-folder"),
            ErrorKind::NotADirectory => Self::new("fault-io-not-folder"),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::new("fault-io-full"),
            ErrorKind::ReadOnlyFilesystem => Self::new("fault-io-read-only"),
            ErrorKind::AddrInUse => Self::new("fault-io-in-use"),
            ErrorKind::AddrNotAvailable => Self::new("fault-io-no-address"),
            ErrorKind::OutOfMemory => Self::new("fault-io-memory"),
            _ => logged("fault-io-other", error),
        }
    }
}

impl From<&StartError> for Phrase {
    fn from(error: &StartError) -> Self {
        match error {
            StartError::Listen { address, reason } => {
                tracing::info!(%address, reason, "it can't be listened on");
                Self::with("fault-listen", args![address = plain(address)])
            }
            StartError::Transport(detail) => logged("fault-transport", detail),
            StartError::Bootstrap(address) => Self::with("fault-bootstrap", args![address = plain(address)]),
            StartError::Relay(address) => Self::with("fault-relay", args![address = plain(address)]),
            StartError::KeyNeedsTcp => Self::new("fault-key-needs-tcp"),
            StartError::Identity => Self::new("fault-server-key"),
        }
    }
}

impl From<&DeriveError> for Phrase {
    fn from(error: &DeriveError) -> Self {
        match error {
            DeriveError::OutOfMemory => Self::new("fault-invite-memory"),
            DeriveError::NetworkName => Self::new("fault-network-name"),
        }
    }
}

impl From<&DesktopFault> for Phrase {
    fn from(fault: &DesktopFault) -> Self {
        match fault {
            DesktopFault::NotHere(part) => Self::with("fault-not-here", args![part = desktop_part(*part)]),
            DesktopFault::Unavailable { part, obstacle } => Self::with(
                "fault-unavailable",
                args![part = desktop_part(*part), obstacle = desktop_obstacle(obstacle)],
            ),
        }
    }
}

/// What can't be done, as the first half of a sentence.
fn desktop_part(part: DesktopPart) -> Phrase {
    Phrase::new(match part {
        DesktopPart::Whole => "fault-part-desktop",
        DesktopPart::Screen => "fault-part-screen",
        DesktopPart::Indicator => "fault-part-indicator",
        DesktopPart::Input => "fault-part-input",
        DesktopPart::PressOrigin => "fault-part-press",
        DesktopPart::EmergencyKey => "fault-part-key",
        DesktopPart::UserWatch => "fault-part-hand",
        DesktopPart::Clipboard => "fault-part-copies",
        DesktopPart::ScreenSaver => "fault-part-saver",
        DesktopPart::Shortcuts => "fault-part-shortcuts",
        DesktopPart::PicturePane => "fault-part-pane",
        DesktopPart::Overlay => "fault-part-overlay",
    })
}

/// What is in the way and what to do about it, as the second half.
fn desktop_obstacle(obstacle: &DesktopObstacle) -> Phrase {
    match obstacle {
        DesktopObstacle::NoDisplay => Phrase::new("fault-no-display"),
        DesktopObstacle::Wayland => Phrase::new("fault-wayland"),
        DesktopObstacle::NoPortal => Phrase::new("fault-no-portal"),
        DesktopObstacle::NoPipeWire => Phrase::new("fault-no-pipewire"),
        DesktopObstacle::DisplaySilent { display, error } => {
            tracing::info!(%error, "the display does not answer");
            Phrase::with("fault-display-silent", args![display = display])
        }
        DesktopObstacle::NoExtension(name) => Phrase::with("fault-no-extension", args![name = *name]),
        DesktopObstacle::NoSharedMemory => Phrase::new("fault-no-shared-memory"),
        DesktopObstacle::ForeignMemory => Phrase::new("fault-foreign-memory"),
        DesktopObstacle::PixelFormat { depth } => Phrase::with("fault-pixel-format", args![depth = *depth]),
        DesktopObstacle::ScreenTooLarge { width, height } => {
            Phrase::with("fault-screen-size", args![width = *width, height = *height])
        }
        DesktopObstacle::NotPermitted(SystemPermission::ScreenRecording) => {
            Phrase::new("fault-no-screen-permission")
        }
        DesktopObstacle::NotPermitted(SystemPermission::Accessibility) => {
            Phrase::new("fault-no-input-permission")
        }
        DesktopObstacle::System(detail) => logged("fault-detail", detail),
    }
}

impl From<&CaptureError> for Phrase {
    fn from(error: &CaptureError) -> Self {
        match error {
            CaptureError::Lost(detail) => logged("fault-screen-lost", detail),
            CaptureError::Declined => Self::new("fault-screen-declined"),
            CaptureError::WholeOnly => Self::new("fault-whole-screen-only"),
        }
    }
}

impl From<&ClipboardError> for Phrase {
    fn from(error: &ClipboardError) -> Self {
        match error {
            ClipboardError::Lost(detail) => logged("fault-screen-lost", detail),
            ClipboardError::Withheld => Phrase::new("fault-clipboard-withheld"),
            ClipboardError::Invalid(_) | ClipboardError::Taken => other(error),
        }
    }
}

impl From<&EncodeError> for Phrase {
    fn from(error: &EncodeError) -> Self {
        logged("fault-encoder", error)
    }
}

impl From<&DecodeError> for Phrase {
    fn from(error: &DecodeError) -> Self {
        logged("fault-decoder", error)
    }
}
