//! What the decoder's process does: it closes the cage around itself, then decodes what it is told to.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::process::ExitCode;
use std::sync::Arc;

use beistand_codec::{
    Av1Decoder, Av1Picture, ChangedBands, DecodeError, EncodedUnit, Rect, ScreenDecoder as _, Size, StreamId,
};
use rustix::net::{RecvFlags, SendFlags, recv, send};

use super::arena::PictureArena;
use super::confine::{AlmostConfined, ConfineFault};
use super::dav1d::Dav1d;
use super::layout::MemoryLayout;
use super::mapping::DecoderMapping;
use crate::cage::DecoderLibrary;
use crate::cage::wire::{CageAnswer, REQUEST_BYTES, Request, ShownPicture};

/// Decodes until the program at the other end is gone.
pub(crate) fn decode_inside(arguments: &[OsString]) -> ExitCode {
    let (input, output) = (io::stdin(), io::stdout());
    let socket = input.as_fd();
    match Inside::closed(arguments, output.as_fd()) {
        Ok(mut inside) => {
            if say(socket, &CageAnswer::Done) {
                inside.run(socket);
            }
            ExitCode::SUCCESS
        }
        Err(text) => {
            say(socket, &CageAnswer::NoCage(text));
            ExitCode::FAILURE
        }
    }
}

/// Whether it arrived.
fn say(socket: BorrowedFd<'_>, answer: &CageAnswer) -> bool {
    send(socket, &answer.to_bytes(), SendFlags::NOSIGNAL).is_ok()
}

/// A decoder whose cage is closed.
struct Inside {
    arena: Arc<PictureArena>,
    decoder: Av1Decoder,
    screen: Size,
    /// What the program was shown last. The decoder doesn't take its room while it is here.
    shown: Option<LastPicture>,
}

struct LastPicture {
    stream: StreamId,
    rect: Rect,
    picture: Box<dyn Av1Picture>,
}

impl Inside {
    fn closed(arguments: &[OsString], memory: BorrowedFd<'_>) -> Result<Self, String> {
        let words: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
        let [library, width, height] = words[..] else { return Err("arguments of no decoder".to_owned()) };
        let library = DecoderLibrary::from_word(library).ok_or("a library of no name")?;
        let side = |word: &str| word.parse::<u16>().map_err(|error| error.to_string());
        let screen = Size::new(side(width)?, side(height)?).ok_or("a size of no screen")?;
        let memory =
            DecoderMapping::of(memory, MemoryLayout::of(screen)).map_err(|error| error.to_string())?;
        let arena = Arc::new(PictureArena::in_memory(memory));
        // Loaded before, since no file can be opened afterwards; nothing of a host's has been read yet.
        let library = match library {
            DecoderLibrary::Auto => Dav1d::load().unwrap_or_else(|_| Dav1d::built_in()),
            DecoderLibrary::Dav1d => Dav1d::load()?,
            DecoderLibrary::Rav1d => Dav1d::built_in(),
        };
        let words = |fault: ConfineFault| fault.to_string();
        let cage = AlmostConfined::begin().map_err(words)?;
        // Its threads too: none can be started afterwards.
        let library = library.with_pictures_in(arena.clone()).with_threads_for(screen);
        cage.confine(screen).map_err(words)?;
        let decoder = Av1Decoder::on(Box::new(library));
        Ok(Self { arena, decoder, screen, shown: None })
    }

    fn run(&mut self, socket: BorrowedFd<'_>) {
        let mut request = [0; REQUEST_BYTES];
        loop {
            match recv(socket, &mut request[..], RecvFlags::empty()) {
                Ok((_, REQUEST_BYTES)) => {}
                Err(rustix::io::Errno::INTR) => continue,
                Ok(_) | Err(_) => return,
            }
            let Some(request) = Request::from_bytes(&request) else { return };
            if !say(socket, &self.act(request).unwrap_or_else(CageAnswer::from)) {
                return;
            }
        }
    }

    fn act(&mut self, request: Request) -> Result<CageAnswer, DecodeError> {
        match request {
            Request::Reset => {
                self.shown = None;
                self.decoder.reset();
                Ok(CageAnswer::Done)
            }
            Request::Decode { stream, rect, key, bytes } => {
                let data = self.arena.memory().unit(bytes as usize).ok_or(DecodeError::OutsideScreen)?;
                self.decoder.take_in(&EncodedUnit { stream, rect, key, data }, self.screen)?;
                let (rect, picture) = self.decoder.take_picture().ok_or(DecodeError::MissingKey)?;
                self.show(LastPicture { stream, rect, picture })
            }
        }
    }

    /// Where the picture is, and what is another in it than in the one before.
    fn show(&mut self, next: LastPicture) -> Result<CageAnswer, DecodeError> {
        let last = self.shown.take().filter(|last| (last.stream, last.rect) == (next.stream, next.rect));
        let mut bands = ChangedBands::none(self.screen);
        let mut place = None;
        next.picture.planes(&mut |planes| {
            place = self.arena.place(planes);
            match &last {
                Some(last) => last.picture.planes(&mut |before| {
                    bands.add_differences(next.rect, before, planes);
                    Ok(())
                }),
                None => {
                    bands.add_all(next.rect);
                    Ok(())
                }
            }
        })?;
        let place = place.ok_or_else(|| DecodeError::Bitstream("a picture somewhere else".to_owned()))?;
        self.shown = Some(next);
        Ok(CageAnswer::Shown(ShownPicture { bands: bands.to_bytes(), place }))
    }
}
