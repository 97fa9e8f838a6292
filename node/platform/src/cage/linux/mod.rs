//! The cage on Linux: no_new_privs, Landlock, resource limits, no environment, no open files and a seccomp
//! filter, all set before a byte of the host's is read. It dies with the thread that started it.

mod arena;
mod confine;
mod dav1d;
mod filter;
mod inside;
mod layout;
mod mapping;
mod memory;
mod process;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::{Duration, Instant};

use beistand_codec::{
    Av1Library, Canvas, ChangedBands, DecodeError, EncodedUnit, Rect, ScreenDecoder, Size, check_place,
};

use super::wire::{Request, ShownPicture};
use super::{CageLimits, DecoderLibrary};
use crate::own_program::OwnProgram;
pub(crate) use inside::decode_inside;
use memory::PlacedPicture;
use process::{CageFault, CageProcess};

/// How soon after a decoder was lost the next one is started: a host that kills one with each key picture
/// costs ten starts a second at most.
const REST: Duration = Duration::from_millis(100);

/// A decoder in a process of its own that can do nothing but decode.
pub struct CagedDecoder {
    program: OwnProgram,
    library: DecoderLibrary,
    limits: CageLimits,
    process: Option<CageProcess>,
    /// When the last one was lost.
    lost_at: Option<Instant>,
    /// What the last unit showed.
    undrawn: Option<UndrawnPicture>,
    /// Whether what is on the screen may be another picture than the decoder's last one: then a change of
    /// that says nothing, and all of a unit is drawn.
    astray: bool,
}

/// What a unit showed: where it is, and which rows are another than in the picture before.
struct UndrawnPicture {
    picture: PlacedPicture,
    rect: Rect,
    bands: ChangedBands,
}

impl CagedDecoder {
    /// A decoder that knows no stream yet. Its process is started with the first key unit.
    pub fn new(program: OwnProgram, library: DecoderLibrary, limits: CageLimits) -> Self {
        Self { program, library, limits, process: None, lost_at: None, undrawn: None, astray: true }
    }

    /// Bytes of this program's own memory that pictures of a screen of this size take beside the picture that
    /// is drawn, at most.
    pub fn own_bytes(screen: Size) -> usize {
        memory::mapped_bytes(screen)
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
                self.astray = true;
                if !key || self.lost_at.is_some_and(|at| at.elapsed() < REST) {
                    return Err(DecodeError::MissingKey);
                }
                CageProcess::start(self.program.path(), self.library, screen)
                    .map_err(|fault| self.lost(fault))?
            }
        };
        Ok(self.process.insert(process))
    }

    fn ask(&mut self, request: Request) -> Result<Option<ShownPicture>, DecodeError> {
        let deadline = Instant::now() + self.limits.unit_time;
        let process = self.process.as_mut().ok_or(DecodeError::MissingKey)?;
        match process.ask(request, deadline) {
            Ok(answer) => answer.shown(),
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
        // What was never drawn is not on the screen, whatever changes after it. A key unit begins a picture
        // anew, for whoever may have lost theirs.
        self.astray |= self.undrawn.take().is_some() || unit.key;
        check_place(unit, screen)?;
        let request = Request::of(unit).ok_or(DecodeError::OutsideScreen)?;
        let written = self.process(screen, unit.key)?.write_unit(&unit.data);
        written.map_err(|fault| self.lost(fault))?;
        let shown = self.ask(request)?;
        let placed = shown.zip(self.process.as_ref()).and_then(|(shown, process)| {
            let picture = process.picture(shown.place, unit.rect)?;
            let bands = ChangedBands::from_bytes(screen, shown.bands);
            Some(UndrawnPicture { picture, rect: unit.rect, bands })
        });
        self.undrawn = Some(placed.ok_or_else(|| self.lost(CageFault::Nonsense))?);
        Ok(())
    }

    fn draw(&mut self, screen: &mut Canvas<'_>) -> Result<Vec<Rect>, DecodeError> {
        let UndrawnPicture { picture, rect, bands } = self.undrawn.take().ok_or(DecodeError::MissingKey)?;
        let process = self.process.as_mut().filter(|process| process.screen() == screen.size());
        let Some(process) = process else {
            self.astray = true;
            return Err(DecodeError::OutsideScreen);
        };
        let whole = rect == screen.size().rect();
        let parts = if self.astray { vec![rect] } else { bands.parts(rect).collect() };
        let drawn = parts.iter().try_for_each(|part| process.draw(picture, *part, screen));
        // Once all of it was drawn both are the same again.
        self.astray &= drawn.is_err() || !whole;
        drawn.map_err(|fault| self.lost(fault))?;
        Ok(parts)
    }

    fn reset(&mut self) {
        self.undrawn = None;
        if self.process.is_some() {
            // Where it fails the process is gone, and with it all that was to be forgotten.
            let _ = self.ask(Request::Reset);
            self.astray = true;
        }
    }
}

/// dav1d, where this system has it.
pub(super) fn dav1d() -> Result<Box<dyn Av1Library>, String> {
    Ok(Box::new(dav1d::Dav1d::load()?))
}

/// This program, also where its file was replaced since it was started.
pub(crate) fn own_program() -> &'static Path {
    Path::new("/proc/self/exe")
}
