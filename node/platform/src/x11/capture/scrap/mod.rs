//! The second capture backend, on the crate `scrap`: whole pictures of the screen, compared by tiles.
//!
//! It has no damage and no pointer, so it stands in where the server lacks what the first one needs. Of
//! `scrap` it uses the X11 part: what asks for pictures is sound, but its list of monitors reads freed
//! memory, and it looks at no reply. So the screen's size, whether the server is there and whether it got the
//! memory are found out here.

mod memory;

use std::ffi::CString;
use std::rc::Rc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use beistand_codec::{BYTES_PER_PIXEL, Damage, Frame, Size};
use scrap::x11;
use x11rb::connection::RequestConnection;
use x11rb::protocol::shm;

use self::memory::ScrapSegments;
use super::pixels::{check_pixel_format, root_size};
use crate::tiles::{self, ScreenPart};
use crate::x11::{X11Display, X11Failure};
use crate::{CaptureError, Capturer, DesktopFault, DesktopObstacle, DesktopPart, ScreenUpdate};

/// How often the screen is looked at: each look takes about 2 ms of a core at 1920x1080.
const PERIOD: Duration = Duration::from_millis(33);

/// Captures the root window. Not `Send`: make it on the thread that uses it.
pub struct ScrapCapturer {
    display: X11Display,
    name: String,
    size: Size,
    /// Made by the first capture: it asks for a picture as soon as it exists.
    source: Option<x11::Capturer>,
    /// Whether `frame` has yet to be replaced by a whole picture.
    whole: bool,
}

impl ScrapCapturer {
    /// Connects to the display of this name (`:0`); captures nothing yet.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`]: no display, no shared memory, or pixels of an unusual format.
    pub fn open(display: &str) -> Result<Self, DesktopFault> {
        Self::start(display).map_err(|failure| failure.fault(DesktopPart::Screen))
    }

    fn start(name: &str) -> Result<Self, X11Failure> {
        let display = X11Display::open(name)?;
        check_pixel_format(&display)?;
        if display.conn.extension_information(shm::X11_EXTENSION_NAME)?.is_none() {
            return Err(X11Failure(DesktopObstacle::NoExtension("MIT-SHM")));
        }
        let size = root_size(&display)?;
        Ok(Self { display, name: name.to_owned(), size, source: None, whole: true })
    }

    /// What changed since the last look.
    fn look(&mut self, frame: &mut Frame) -> Result<Damage, X11Failure> {
        // Fails where the server is gone, which scrap would not tell.
        let size = root_size(&self.display)?;
        if size != self.size {
            self.size = size;
            self.source = None;
            self.whole = true;
        }
        let source = match &mut self.source {
            Some(source) => source,
            None => self.source.insert(source(&self.display, &self.name, size)?),
        };
        let whole = self.whole || frame.size() != size;
        if whole {
            *frame = Frame::new(size);
        }
        let mut damage = Damage::none(size);
        let part = ScreenPart {
            rect: size.rect(),
            pixels: source.frame(),
            stride: usize::from(size.width()) * BYTES_PER_PIXEL,
        };
        tiles::update(frame, part, &mut damage);
        self.whole = false;
        Ok(if whole { Damage::all(size) } else { damage })
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
            let began = Instant::now();
            let damage = self.look(frame).map_err(|failure| CaptureError::Lost(failure.to_string()))?;
            if !damage.is_empty() {
                return Ok(Some(ScreenUpdate {
                    damage,
                    layout: None,
                    cursor_shape: None,
                    cursor_position: None,
                    took: began.elapsed(),
                }));
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

/// Asks for pictures of the whole root window, with a connection and memory of its own.
fn source(display: &X11Display, name: &str, size: Size) -> Result<x11::Capturer, X11Failure> {
    let c_name = CString::new(name).map_err(|_| X11Failure::system("the display's name has a zero byte"))?;
    let server = x11::Server::connect(c_name.as_ptr().cast()).map_err(|error| {
        X11Failure::system(format!("the X11 display {name} does not answer scrap ({error:?})"))
    })?;
    let rect = x11::Rect { x: 0, y: 0, w: size.width(), h: size.height() };
    // SAFETY: it only keeps what it is given; the root window is that of the same server, the rectangle lies
    // inside it.
    let screen = unsafe { x11::Display::new(Rc::new(server), true, rect, display.root()) };
    let before = ScrapSegments::ours();
    let mut source = x11::Capturer::new(screen)
        .map_err(|error| X11Failure::system(format!("no shared memory: {error}")))?;
    let new = ScrapSegments::ours().without(&before);
    new.close_to_others();
    // Comes back when the server has dealt with the first picture, and so with the memory before it.
    source.frame();
    if new.reread().unattached() {
        return Err(X11Failure(DesktopObstacle::ForeignMemory));
    }
    Ok(source)
}
