//! A decoder's process as the program holds it: started, asked, and killed.

use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use beistand_codec::{Canvas, Rect, Size};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socketpair};

use super::memory::{PlacedPicture, SharedMemory};
use crate::cage::wire::{ANSWER_BYTES, CageAnswer, PicturePlace, Request};
use crate::cage::{ARGUMENT, DecoderLibrary};

/// What a list of processes calls it.
const NAME: &str = "beistand-decoder";

/// How long a decoder may take to start: some ten milliseconds, but on a busy machine with a slow disk more.
const START_TIME: Duration = Duration::from_secs(10);

/// Why there is no decoder any more.
#[derive(Debug)]
pub(super) enum CageFault {
    /// It could not be started, or its cage not be closed.
    Start(String),
    /// It has not answered in time.
    TooSlow,
    /// It has ended.
    Gone,
    /// It has said what no decoder says.
    Nonsense,
}

impl From<std::io::Error> for CageFault {
    fn from(error: std::io::Error) -> Self {
        Self::Start(error.to_string())
    }
}

/// A decoder's process. Killed when dropped.
pub(super) struct CageProcess {
    child: Child,
    socket: OwnedFd,
    memory: SharedMemory,
}

impl CageProcess {
    /// Starts `program` as a decoder and waits until its cage is closed.
    pub(super) fn start(program: &Path, library: DecoderLibrary, screen: Size) -> Result<Self, CageFault> {
        let memory = SharedMemory::create(screen)?;
        // Its ends of both are its standard input and output: no other descriptor has to pass.
        let (socket, theirs) =
            socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
                .map_err(std::io::Error::from)?;
        let size = [screen.width(), screen.height()].map(|side| side.to_string());
        let child = Command::new(program)
            .arg0(NAME)
            .args([OsStr::new(ARGUMENT), library.word().as_ref(), size[0].as_ref(), size[1].as_ref()])
            .env_clear()
            .current_dir("/")
            .stdin(theirs)
            .stdout(memory.share()?)
            .stderr(Stdio::null())
            .spawn()?;
        let mut process = Self { child, socket, memory };
        match process.answer(Instant::now() + START_TIME)? {
            CageAnswer::Done => Ok(process),
            CageAnswer::NoCage(text) => Err(CageFault::Start(text)),
            CageAnswer::Shown(_)
            | CageAnswer::Bitstream(_)
            | CageAnswer::MissingKey
            | CageAnswer::OutsideScreen
            | CageAnswer::TooManyStreams => Err(CageFault::Nonsense),
        }
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn screen(&self) -> Size {
        self.memory.screen()
    }

    /// Puts a unit where the next request finds it.
    pub(super) fn write_unit(&self, unit: &[u8]) -> Result<(), CageFault> {
        Ok(self.memory.write_unit(unit)?)
    }

    /// A picture that belongs at `rect`, where the decoder says that it is; `None` where that can't be.
    pub(super) fn picture(&self, place: PicturePlace, rect: Rect) -> Option<PlacedPicture> {
        self.memory.picture(place, rect)
    }

    /// Draws a part of the screen as the picture that the last answer spoke of shows it.
    pub(super) fn draw(
        &mut self,
        picture: PlacedPicture,
        part: Rect,
        canvas: &mut Canvas<'_>,
    ) -> Result<(), CageFault> {
        self.memory.draw(picture, part, canvas).map_err(|_| CageFault::Gone)
    }

    /// Has a request done.
    pub(super) fn ask(&mut self, request: Request, deadline: Instant) -> Result<CageAnswer, CageFault> {
        // One request is on its way at most, so it finds room.
        send(&self.socket, &request.to_bytes(), SendFlags::NOSIGNAL | SendFlags::DONTWAIT)
            .map_err(|_| CageFault::Gone)?;
        self.answer(deadline)
    }

    fn answer(&mut self, deadline: Instant) -> Result<CageAnswer, CageFault> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let left = Timespec::try_from(left).map_err(|_| CageFault::TooSlow)?;
            match poll(&mut [PollFd::new(&self.socket, PollFlags::IN)], Some(&left)) {
                Ok(0) => return Err(CageFault::TooSlow),
                Ok(_) => break,
                Err(Errno::INTR) => {}
                Err(_) => return Err(CageFault::Gone),
            }
        }
        let mut bytes = [0; ANSWER_BYTES];
        let (_, length) =
            recv(&self.socket, &mut bytes[..], RecvFlags::DONTWAIT).map_err(|_| CageFault::Gone)?;
        match bytes.get(..length) {
            None | Some([]) => Err(CageFault::Gone),
            Some(answer) => CageAnswer::from_bytes(answer).ok_or(CageFault::Nonsense),
        }
    }
}

impl Drop for CageProcess {
    fn drop(&mut self) {
        // One that has ended already can't be killed; it is taken off the list all the same.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
