//! What the decoder's process does: it closes the cage around itself, then decodes what it is told to.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::process::ExitCode;

use beistand_codec::{Av1Decoder, ChangedBands, DecodeError, EncodedUnit, ScreenDecoder as _, Size};
use rustix::net::{RecvFlags, SendFlags, recv, send};

use super::confine;
use super::memory::MappedMemory;
use crate::cage::DecoderLibrary;
use crate::cage::wire::{Answer, REQUEST_BYTES, Request};

/// Decodes until the program at the other end is gone.
pub(in crate::cage) fn decode_inside(arguments: &[OsString]) -> ExitCode {
    let (input, output) = (io::stdin(), io::stdout());
    let socket = input.as_fd();
    match Inside::closed(arguments, output.as_fd()) {
        Ok(mut inside) => {
            if say(socket, &Answer::Done) {
                inside.run(socket);
            }
            ExitCode::SUCCESS
        }
        Err(text) => {
            say(socket, &Answer::NoCage(text));
            ExitCode::FAILURE
        }
    }
}

/// Whether it arrived.
fn say(socket: BorrowedFd<'_>, answer: &Answer) -> bool {
    send(socket, &answer.to_bytes(), SendFlags::NOSIGNAL).is_ok()
}

/// A decoder whose cage is closed.
struct Inside {
    memory: MappedMemory,
    decoder: Av1Decoder,
    screen: Size,
    /// Rows of a picture on their way to the memory.
    rows: Vec<u8>,
}

impl Inside {
    fn closed(arguments: &[OsString], memory: BorrowedFd<'_>) -> Result<Self, String> {
        let words: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
        let [library, width, height] = words[..] else { return Err("arguments of no decoder".to_owned()) };
        let library = DecoderLibrary::from_word(library).ok_or("a library of no name")?;
        let side = |word: &str| word.parse::<u16>().map_err(|error| error.to_string());
        let screen = Size::new(side(width)?, side(height)?).ok_or("a size of no screen")?;
        let memory = MappedMemory::map(memory, screen).map_err(|error| error.to_string())?;
        // Loaded before, since no file can be opened afterwards; nothing of a host's has been read yet.
        let decoder = library.decoder_here()?;
        confine::confine(screen).map_err(|fault| fault.to_string())?;
        Ok(Self { memory, decoder, screen, rows: Vec::new() })
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
            if !say(socket, &self.act(request).unwrap_or_else(Answer::from)) {
                return;
            }
        }
    }

    fn act(&mut self, request: Request) -> Result<Answer, DecodeError> {
        match request {
            Request::Reset => {
                self.decoder.reset();
                Ok(Answer::Done)
            }
            Request::Decode { stream, rect, key, bytes } => {
                let parts = self.memory.parts(bytes as usize);
                let (data, canvas) = parts.ok_or(DecodeError::OutsideScreen)?;
                let unit = EncodedUnit { stream, rect, key, data: data.to_vec() };
                self.decoder.take_in(&unit, self.screen)?;
                let mut bands = ChangedBands::none(self.screen);
                self.decoder.draw(&mut canvas.noting(&mut bands, &mut self.rows))?;
                Ok(Answer::Drawn(bands.to_bytes()))
            }
        }
    }
}
