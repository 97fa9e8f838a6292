//! Which capturer, injector and codec a run uses, as the config says. The one place that names them.

use beistand_codec::{Av1Decoder, Av1ScreenEncoder, Rav1eScreenEncoder, ScreenDecoder, ScreenEncoder};
use beistand_platform::capture::{self, CaptureBackend};
use beistand_platform::{CaptureError, Capturer, PressOrigin, input, origin};

use crate::config::{Config, ConfigError};
use crate::host::{OpenCapturer, OpenInjector};

/// The backends of one run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Backends {
    capture: CaptureBackend,
    encoder: Encoder,
}

/// Which encoder.
#[derive(Debug, Clone, Copy)]
enum Encoder {
    /// Our own, for screens.
    Screen,
    /// The general one.
    Rav1e,
}

/// What the config asks for.
///
/// # Errors
/// [`ConfigError::Argument`] for a word that names none.
pub(crate) fn from_config(config: &Config) -> Result<Backends, ConfigError> {
    let capture = match config.capture.as_deref().unwrap_or("auto") {
        "auto" => CaptureBackend::Auto,
        "x11" => CaptureBackend::X11,
        "scrap" => CaptureBackend::Scrap,
        "fake" => CaptureBackend::Fake,
        other => return Err(unknown("capture", other, "auto, x11, scrap, fake")),
    };
    let encoder = match config.encoder.as_deref().unwrap_or("screen") {
        "screen" => Encoder::Screen,
        "rav1e" => Encoder::Rav1e,
        other => return Err(unknown("encoder", other, "screen, rav1e")),
    };
    Ok(Backends { capture, encoder })
}

fn unknown(setting: &str, word: &str, known: &str) -> ConfigError {
    ConfigError::Argument {
        message: format!("there is no {setting} \"{}\"; these are: {known}", word.escape_debug()),
    }
}

/// Tells a hand at this machine from an injected event, for the dialogs in which the user consents.
pub fn press_origin() -> Box<dyn PressOrigin> {
    origin::open()
}

impl Backends {
    /// Opens the screen; captures nothing yet.
    pub(crate) fn open_screen(self) -> Result<Box<dyn Capturer>, CaptureError> {
        capture::open(self.capture)
    }

    pub(crate) fn capturer(self) -> OpenCapturer {
        Box::new(move || self.open_screen())
    }

    pub(crate) fn injector(self) -> OpenInjector {
        Box::new(|| Ok((input::open()?, origin::open())))
    }

    pub(crate) fn encoder(self) -> Box<dyn ScreenEncoder> {
        match self.encoder {
            Encoder::Screen => Box::new(Av1ScreenEncoder::new()),
            Encoder::Rav1e => Box::new(Rav1eScreenEncoder::new()),
        }
    }
}

/// The decoder of the technician's side.
pub(crate) fn decoder() -> Box<dyn ScreenDecoder> {
    Box::new(Av1Decoder::new())
}
