//! The second capture backend, on the crate `scrap`: whole pictures of the primary monitor, compared by tiles.
//!
//! It has no damage, pointer or change of size, and its pictures lie in memory that other users of the machine can
//! read. So it stands in only where the server lacks what the first one needs.

use std::io::ErrorKind;
use std::thread::sleep;
use std::time::{Duration, Instant};

use beistand_codec::{Damage, Frame, Size};

use super::tiles::{self, Part};
use crate::x11::Display;
use crate::{CaptureError, Capturer, ScreenUpdate};

/// How often the screen is looked at: each look takes about 2 ms of a core at 1920x1080.
const PERIOD: Duration = Duration::from_millis(33);

/// Captures the primary monitor. Not `Send`: make it on the thread that uses it.
pub struct ScrapCapturer {
    capturer: scrap::Capturer,
    size: Size,
    whole: bool,
}

impl ScrapCapturer {
    /// Opens the primary monitor.
    ///
    /// # Errors
    /// [`CaptureError::Unavailable`].
    pub fn open() -> Result<Self, CaptureError> {
        check_monitors()?;
        let unavailable = |error: std::io::Error| CaptureError::Unavailable(format!("scrap: {error}"));
        let display = scrap::Display::primary().map_err(unavailable)?;
        let side = |pixels: usize| u16::try_from(pixels).unwrap_or(u16::MAX);
        let size = Size::new(side(display.width()), side(display.height()))
            .ok_or_else(|| CaptureError::Unavailable("the monitor is too large".to_owned()))?;
        let capturer = scrap::Capturer::new(display).map_err(unavailable)?;
        Ok(Self { capturer, size, whole: true })
    }

    fn look(&mut self, frame: &mut Frame) -> Result<Damage, CaptureError> {
        let captured = match self.capturer.frame() {
            Ok(captured) => captured,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Damage::none(self.size)),
            Err(error) => return Err(CaptureError::Lost(error.to_string())),
        };
        let whole = self.whole || frame.size() != self.size;
        if whole {
            *frame = Frame::new(self.size);
        }
        let mut damage = Damage::none(self.size);
        let stride = captured.len() / usize::from(self.size.height());
        if stride < frame.stride() {
            return Err(CaptureError::Lost("scrap handed out too small a picture".to_owned()));
        }
        tiles::update(frame, Part { rect: self.size.rect(), pixels: &captured, stride }, &mut damage);
        self.whole = false;
        Ok(if whole { Damage::all(self.size) } else { damage })
    }
}

impl Capturer for ScrapCapturer {
    fn size(&self) -> Size {
        self.size
    }

    fn capture(
        &mut self,
        frame: &mut Frame,
        timeout: Duration,
    ) -> Result<Option<ScreenUpdate>, CaptureError> {
        let deadline = Instant::now() + timeout;
        loop {
            let damage = self.look(frame)?;
            if !damage.is_empty() {
                return Ok(Some(ScreenUpdate { damage, cursor_shape: None, cursor_position: None }));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            sleep(left.min(PERIOD));
        }
    }

    fn name(&self) -> &'static str {
        "scrap"
    }
}

/// scrap reads the list of monitors without looking whether the server sent one, and would crash.
fn check_monitors() -> Result<(), CaptureError> {
    use x11rb::protocol::randr::ConnectionExt as _;
    let display = Display::open().map_err(CaptureError::Unavailable)?;
    let monitors = display
        .conn
        .randr_get_monitors(display.root(), true)
        .ok()
        .and_then(|cookie| cookie.reply().ok())
        .map_or(0, |reply| reply.monitors.len());
    if monitors == 0 {
        return Err(CaptureError::Unavailable("the X server lists no monitors (RandR 1.5)".to_owned()));
    }
    Ok(())
}
