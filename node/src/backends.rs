//! Which desktop and codec a run uses, as the config says. The one place that names them.

use std::sync::Arc;

use beistand_codec::{Av1Decoder, PartwiseEncoder, Rav1eScreenEncoder, ScreenDecoder, ScreenEncoder};
use beistand_platform::cage::{CageLimits, CagedDecoder, DecoderLibrary};
use beistand_platform::desktop::{self, DesktopChoice, DesktopSeat, InputMethod};
use beistand_platform::own_program::OwnProgram;
use beistand_platform::{
    Desktop, DesktopFault, DesktopMonitor, GrabNotice, PicturePane, PressOrigin, ShortcutGrab, UnknownOrigin,
    WindowNumber,
};

use crate::config::{Config, ConfigError};
use crate::features::{OpenCapturer, OpenInjector, OpenKeeper};
use crate::words::{Phrase, args};

/// The backends of one run.
#[derive(Debug, Clone)]
pub(crate) struct Backends {
    desktop: DesktopSource,
    /// The desktop's own yes, where it asks.
    seat: DesktopSeat,
    input: InputMethod,
    encoder: EncoderKind,
    decoder: DecoderChoice,
    own_program: Option<OwnProgram>,
}

/// Which decoder, and where it runs.
#[derive(Debug, Clone, Copy)]
struct DecoderChoice {
    library: DecoderLibrary,
    /// `None`: in this process, on the library that is built in.
    cage: Option<OwnProgram>,
}

/// Where the desktop comes from.
#[derive(Debug, Clone, Copy)]
enum DesktopSource {
    /// It is opened.
    Choice(DesktopChoice),
    /// A test holds it, too.
    #[cfg(test)]
    Shared(&'static beistand_platform::fake::FakeDesktop),
}

/// Which encoder.
#[derive(Debug, Clone, Copy)]
enum EncoderKind {
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
    let desktop = match config.capture.as_deref().unwrap_or("auto") {
        "auto" => DesktopChoice::Auto,
        "wayland" => DesktopChoice::Wayland,
        "x11" => DesktopChoice::X11,
        "scrap" => DesktopChoice::Scrap,
        "fake" => DesktopChoice::Fake,
        other => return Err(unknown("capture", other, "auto, wayland, x11, scrap, fake")),
    };
    let input = match config.input.as_deref().unwrap_or("own") {
        "own" => InputMethod::Own,
        "enigo" => InputMethod::Enigo,
        other => return Err(unknown("input", other, "own, enigo")),
    };
    let encoder = match config.encoder.as_deref().unwrap_or("screen") {
        "screen" => EncoderKind::Screen,
        "rav1e" => EncoderKind::Rav1e,
        other => return Err(unknown("encoder", other, "screen, rav1e")),
    };
    let library = match config.decoder.as_deref() {
        None => DecoderLibrary::default(),
        Some(word) => DecoderLibrary::from_word(word).ok_or_else(|| {
            unknown("decoder", word, &DecoderLibrary::ALL.map(DecoderLibrary::word).join(", "))
        })?,
    };
    let decoder = DecoderChoice { library, cage: config.own_program };
    picture_painting(config)?;
    Ok(Backends {
        desktop: DesktopSource::Choice(desktop),
        seat: DesktopSeat::default(),
        input,
        encoder,
        decoder,
        own_program: config.own_program,
    })
}

/// How a window paints the other side's screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PicturePainting {
    /// In whichever way is quicker here.
    #[default]
    Auto,
    /// Together with the rest of the window, from pixels.
    Window,
    /// The same from what was decoded, of which the graphics card makes pixels, where it can.
    Shader,
    /// What changes alone, beside the rest of the window, where the desktop can.
    Pane,
}

/// The one that the config asks for.
///
/// # Errors
/// [`ConfigError::Argument`] for a word that names none.
pub fn picture_painting(config: &Config) -> Result<PicturePainting, ConfigError> {
    Ok(match config.painting.as_deref().unwrap_or("auto") {
        "auto" => PicturePainting::Auto,
        "window" => PicturePainting::Window,
        "shader" => PicturePainting::Shader,
        "pane" => PicturePainting::Pane,
        other => return Err(unknown("painting", other, "auto, window, shader, pane")),
    })
}

fn unknown(setting: &str, word: &str, known: &str) -> ConfigError {
    ConfigError::Argument {
        fault: Phrase::with(
            "config-choice",
            args![setting = setting, word = word.escape_debug().to_string(), known = known],
        ),
    }
}

/// The desktop that this program was started from, of which nothing is asked that it would ask about.
fn open_here() -> Result<Arc<dyn Desktop>, DesktopFault> {
    desktop::open(DesktopChoice::default(), InputMethod::default(), &DesktopSeat::default())
}

/// Tells a hand at this machine from an injected event, for the dialogs in which the user consents.
pub fn press_origin() -> Box<dyn PressOrigin> {
    match open_here() {
        Ok(desktop) => desktop.press_origin(),
        Err(_) => Box::new(UnknownOrigin),
    }
}

/// What gets the shortcuts of this machine's desktop for a window of this program. `notice` is called from a
/// thread of its own.
///
/// # Errors
/// Why this desktop gives them to nobody.
pub fn shortcuts(window: WindowNumber, notice: GrabNotice) -> Result<Box<dyn ShortcutGrab>, Phrase> {
    let opened = open_here().and_then(|desktop| desktop.shortcuts(window, notice));
    opened.map_err(|fault| {
        tracing::info!(%fault, "the desktop's shortcuts stay with the desktop");
        Phrase::from(&fault)
    })
}

/// A place in a window of this program where the picture is painted beside the rest of the window.
///
/// # Errors
/// Why this desktop has none.
pub fn picture_pane(window: WindowNumber) -> Result<Box<dyn PicturePane>, DesktopFault> {
    open_here().and_then(|desktop| desktop.picture_pane(window))
}

impl Backends {
    /// The program that is started again for what needs a process of its own.
    pub(crate) fn own_program(&self) -> Option<OwnProgram> {
        self.own_program
    }

    /// The same for another session, of which the desktop is to ask the user again.
    pub(crate) fn for_session(&self) -> Self {
        Self { seat: DesktopSeat::default(), ..self.clone() }
    }

    /// A desktop that exists only in memory, for tests.
    #[cfg(test)]
    pub(crate) fn fake() -> Self {
        let desktop = DesktopSource::Choice(DesktopChoice::Fake);
        let decoder = DecoderChoice { library: DecoderLibrary::default(), cage: None };
        Self {
            desktop,
            seat: DesktopSeat::default(),
            input: InputMethod::default(),
            encoder: EncoderKind::Screen,
            decoder,
            own_program: None,
        }
    }

    /// The same over a desktop that a test looks at from outside.
    #[cfg(test)]
    pub(crate) fn on(self, desktop: &beistand_platform::fake::FakeDesktop) -> Self {
        // For as long as the tests run: the backends are copied freely.
        Self { desktop: DesktopSource::Shared(Box::leak(Box::new(desktop.clone()))), ..self }
    }

    /// Whether the desktop exists only in memory, for tests and demonstrations.
    pub(crate) fn is_made_up(&self) -> bool {
        match self.desktop {
            DesktopSource::Choice(choice) => choice == DesktopChoice::Fake,
            #[cfg(test)]
            DesktopSource::Shared(_) => true,
        }
    }

    /// The desktop at which the user sits.
    pub(crate) fn desktop(&self) -> Result<Arc<dyn Desktop>, DesktopFault> {
        match self.desktop {
            DesktopSource::Choice(choice) => desktop::open(choice, self.input, &self.seat),
            #[cfg(test)]
            DesktopSource::Shared(desktop) => Ok(Arc::new(desktop.clone())),
        }
    }

    pub(crate) fn capturer(&self) -> OpenCapturer {
        let backends = self.clone();
        Box::new(move || backends.desktop()?.capturer())
    }

    /// Lists the monitors that are on, without looking at them.
    pub(crate) fn monitors(&self) -> Result<Vec<DesktopMonitor>, DesktopFault> {
        self.desktop()?.monitors()
    }

    pub(crate) fn keeper(&self) -> OpenKeeper {
        let backends = self.clone();
        Box::new(move || backends.desktop()?.keeper())
    }

    pub(crate) fn injector(&self) -> OpenInjector {
        let backends = self.clone();
        Box::new(move || backends.desktop()?.injector())
    }

    pub(crate) fn encoder(&self) -> Box<dyn ScreenEncoder> {
        match self.encoder {
            EncoderKind::Screen => Box::new(PartwiseEncoder::new()),
            EncoderKind::Rav1e => Box::new(Rav1eScreenEncoder::new()),
        }
    }

    /// The decoder of the technician's side.
    pub(crate) fn decoder(&self) -> Box<dyn ScreenDecoder> {
        let DecoderChoice { library, cage } = self.decoder;
        match cage {
            Some(program) => Box::new(CagedDecoder::new(program, library, CageLimits::default())),
            None => Box::new(Av1Decoder::new()),
        }
    }
}
