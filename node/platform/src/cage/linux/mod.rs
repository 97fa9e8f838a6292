//! The cage on Linux: no_new_privs, Landlock, resource limits, no environment, no open files and a seccomp
//! filter, all set before a byte of the host's is read. It dies with the thread that started it.

mod confine;
mod dav1d;
mod filter;
mod inside;
mod memory;
mod process;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::{Duration, Instant};

use beistand_codec::{Av1Library, Canvas, DecodeError, EncodedUnit, Rect, ScreenDecoder, Size, check_place};

use super::wire::Request;
use super::{CageLimits, CageProgram, DecoderLibrary};
pub(super) use inside::decode_inside;
use process::{CageFault, CageProcess};

/// How soon after a decoder was lost the next one is started: a host that kills one with each key picture
/// costs ten starts a second at most.
const REST: Duration = Duration::from_millis(100);

/// A decoder in a process of its own that can do nothing but decode.
pub struct CagedDecoder {
    program: CageProgram,
    library: DecoderLibrary,
    limits: CageLimits,
    process: Option<CageProcess>,
    /// When the last one was lost.
    lost_at: Option<Instant>,
    /// What the last unit showed.
    undrawn: Option<Rect>,
}

impl CagedDecoder {
    /// A decoder that knows no stream yet. Its process is started with the first key unit.
    pub fn new(program: CageProgram, library: DecoderLibrary, limits: CageLimits) -> Self {
        Self { program, library, limits, process: None, lost_at: None, undrawn: None }
    }

    /// The process's id, while there is one.
    pub fn process_id(&self) -> Option<u32> {
        self.process.as_ref().map(CageProcess::id)
    }

    /// The process for a screen of this size; a new one only for a key unit, since it knows no stream.
    fn process(&mut self, screen: Size, key: bool) -> Result<&mut CageProcess, DecodeError> {
        let fits = self.process.take_if(|process| process.screen() == screen);
        let process = match fits {
            Some(process) => process,
            None => {
                self.process = None;
                if !key || self.lost_at.is_some_and(|at| at.elapsed() < REST) {
                    return Err(DecodeError::MissingKey);
                }
                CageProcess::start(self.program.path, self.library, screen)
                    .map_err(|fault| self.lost(fault))?
            }
        };
        Ok(self.process.insert(process))
    }

    fn ask(&mut self, request: Request) -> Result<(), DecodeError> {
        let deadline = Instant::now() + self.limits.unit_time;
        let process = self.process.as_mut().ok_or(DecodeError::MissingKey)?;
        match process.ask(request, deadline) {
            Ok(answer) => answer.into(),
            Err(fault) => Err(self.lost(fault)),
        }
    }

    fn lost(&mut self, fault: CageFault) -> DecodeError {
        self.process = None;
        self.lost_at = Some(Instant::now());
        match fault {
            CageFault::Start(detail) => DecodeError::NoCage(detail),
            CageFault::TooSlow => DecodeError::TooSlow,
            CageFault::Gone | CageFault::Nonsense => DecodeError::DecoderLost,
        }
    }
}

impl ScreenDecoder for CagedDecoder {
    fn take_in(&mut self, unit: &EncodedUnit, screen: Size) -> Result<(), DecodeError> {
        self.undrawn = None;
        check_place(unit, screen)?;
        let request = Request::of(unit).ok_or(DecodeError::OutsideScreen)?;
        let written = self.process(screen, unit.key)?.write_unit(&unit.data);
        written.map_err(|fault| self.lost(fault))?;
        self.ask(request)?;
        self.undrawn = Some(unit.rect);
        Ok(())
    }

    fn draw(&mut self, screen: &mut Canvas<'_>) -> Result<Rect, DecodeError> {
        let rect = self.undrawn.take().ok_or(DecodeError::MissingKey)?;
        let process = self.process.as_ref().filter(|process| process.screen() == screen.size());
        let read = process.ok_or(DecodeError::OutsideScreen)?.read_picture(rect, screen);
        read.map_err(|fault| self.lost(fault))?;
        Ok(rect)
    }

    fn reset(&mut self) {
        self.undrawn = None;
        if self.process.is_some() {
            // Where it fails the process is gone, and with it all that was to be forgotten.
            let _ = self.ask(Request::Reset);
        }
    }
}

/// dav1d, where this system has it.
pub(super) fn dav1d() -> Result<Box<dyn Av1Library>, String> {
    Ok(Box::new(dav1d::Dav1d::load()?))
}

/// This program, also where its file was replaced since it was started.
pub(super) fn own_program() -> &'static Path {
    Path::new("/proc/self/exe")
}
