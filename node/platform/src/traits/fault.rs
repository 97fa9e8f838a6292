//! Why the desktop, or a part of it, can't be used: enough for a sentence in any language.

use std::fmt;

use thiserror::Error;

/// Why a part of the desktop can't be opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DesktopFault {
    /// Desktops of this kind don't have it, or this program can't use theirs.
    #[error("{0}: this desktop has no way to do it")]
    NotHere(DesktopPart),
    /// It exists, but not here and now.
    #[error("{part}: {obstacle}")]
    Unavailable {
        /// What was to be opened.
        part: DesktopPart,
        /// What is in the way.
        obstacle: DesktopObstacle,
    },
}

/// What can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DesktopPart {
    /// The desktop itself.
    Whole,
    /// The picture on the screen.
    Screen,
    /// The bar that shows a session.
    Indicator,
    /// Mouse and keyboard.
    Input,
    /// Where a press of a button came from.
    PressOrigin,
    /// The key combination that stops everything, where the hand is watched all the same.
    EmergencyKey,
    /// The user's own hand and the key combination that stops everything.
    UserWatch,
    /// The clipboard.
    Clipboard,
    /// What makes the screen go dark.
    ScreenSaver,
    /// The shortcuts that the desktop keeps for itself.
    Shortcuts,
    /// A place in a window that is painted beside the rest of it.
    PicturePane,
    /// What is drawn over the screen.
    Overlay,
}

impl fmt::Display for DesktopPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Whole => "the desktop can't be used",
            Self::Screen => "the screen can't be captured",
            Self::Indicator => "the bar that shows a session can't be shown",
            Self::Input => "input can't be controlled",
            Self::PressOrigin => "injected presses can't be told from those of a hand",
            Self::EmergencyKey => "the emergency key can't be heard",
            Self::UserWatch => "the user's own hand can't be watched",
            Self::Clipboard => "the clipboard can't be used",
            Self::ScreenSaver => "the screen can't be kept from going dark",
            Self::Shortcuts => "the desktop keeps its shortcuts for itself",
            Self::Overlay => "nothing can be drawn over the screen",
            Self::PicturePane => "the picture can't be painted apart from the window",
        })
    }
}

/// What is in the way, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DesktopObstacle {
    /// The program was started outside of any desktop.
    #[error("no X11 display is set; start the program from the desktop, or set DISPLAY")]
    NoDisplay,
    /// The X server is only a part of a Wayland desktop: most windows are not on it, and neither is the
    /// user's hand.
    #[error("this is a Wayland desktop; log in to an X11 session (\"on Xorg\")")]
    Wayland,
    /// A Wayland desktop without the service by which programs ask for its screen.
    #[error("this Wayland desktop has no portal; install xdg-desktop-portal and the one of the desktop")]
    NoPortal,
    /// It has no PipeWire, by which its screen comes.
    #[error("there is no PipeWire (libpipewire-0.3.so.0), by which a Wayland desktop shows its screen")]
    NoPipeWire,
    /// Nothing answers where the desktop should be.
    #[error("the X11 display {display} does not answer ({error}); is it running, and may this user use it?")]
    DisplaySilent {
        /// The display's name: `:0`.
        display: String,
        /// What the system said.
        error: String,
    },
    /// The X server was built or started without this extension.
    #[error("the X server has no {0} extension")]
    NoExtension(&'static str),
    /// The X server can't be handed memory as this program does it.
    #[error("the X server takes no memory by file descriptor (MIT-SHM below 1.2)")]
    NoSharedMemory,
    /// The X server runs on another machine, or in a container of its own.
    #[error("the X server does not reach this program's memory; is it another machine's?")]
    ForeignMemory,
    /// Pixels are not of 24 bits.
    #[error("the X server shows {depth} bits per pixel in a format that is not supported; set it to 24 bits")]
    PixelFormat {
        /// Bits that a pixel has.
        depth: u8,
    },
    /// The screen has more pixels than a picture can.
    #[error("a screen of {width}x{height} pixels is too large")]
    ScreenTooLarge {
        /// In pixels.
        width: u16,
        /// In pixels.
        height: u16,
    },
    /// The system asks the user for a permission of its own first, and has none.
    #[error("the system gives this program no permission: {0:?}")]
    NotPermitted(SystemPermission),
    /// Anything else, in the system's own words.
    #[error("{0}")]
    System(String),
}

/// A permission that a person gives a program in the system's settings, once for all sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemPermission {
    /// To see the screen.
    ScreenRecording,
    /// To control mouse and keyboard, and to notice them.
    Accessibility,
}
