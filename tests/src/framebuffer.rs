//! A virtual screen's memory, read without asking its server: what is shown at this very moment, mouse
//! pointer included, at no cost to the server.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::{Area, Picture};

/// The file into which Xvfb maps a screen (`-fbdir`): an XWD file, whose pages the server writes.
#[derive(Debug)]
pub struct Framebuffer {
    file: File,
    /// Where the first pixel is.
    start: u64,
    stride: u64,
    width: u32,
    height: u32,
}

/// Fields of XWD's header (XWDFile.h), counted in words of 32 bits.
mod header {
    pub(super) const WORDS: usize = 25;
    pub(super) const SIZE: usize = 0;
    pub(super) const WIDTH: usize = 4;
    pub(super) const HEIGHT: usize = 5;
    pub(super) const BITS_PER_PIXEL: usize = 11;
    pub(super) const BYTES_PER_LINE: usize = 12;
    pub(super) const COLOURS: usize = 19;
    /// The size of a colour map's entry.
    pub(super) const COLOUR_BYTES: u64 = 12;
}

impl Framebuffer {
    /// Opens the file.
    ///
    /// # Panics
    /// Where it is none of 32 bits a pixel.
    #[track_caller]
    pub fn open(path: &Path) -> Self {
        let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut bytes = [0; header::WORDS * 4];
        file.read_exact_at(&mut bytes, 0).expect("a screen's file has a header");
        // XWD is big-endian whatever the machine is.
        let word = |index: usize| {
            let bytes = [bytes[index * 4], bytes[index * 4 + 1], bytes[index * 4 + 2], bytes[index * 4 + 3]];
            u32::from_be_bytes(bytes)
        };
        assert_eq!(word(header::BITS_PER_PIXEL), 32, "a screen of 24 bits depth");
        Self {
            start: u64::from(word(header::SIZE)) + u64::from(word(header::COLOURS)) * header::COLOUR_BYTES,
            stride: u64::from(word(header::BYTES_PER_LINE)),
            width: word(header::WIDTH),
            height: word(header::HEIGHT),
            file,
        }
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The bytes of `area` now, B G R and zero, without padding; they may be of a half-drawn picture. For
    /// areas that are looked at again and again: as cheap as it can be.
    ///
    /// # Panics
    /// Where `area` lies outside the screen.
    pub fn bytes(&self, area: Area) -> Vec<u8> {
        assert!(
            area.x + area.width <= self.width && area.y + area.height <= self.height,
            "inside the screen"
        );
        let row = area.width as usize * 4;
        let mut bytes = vec![0; row * area.height as usize];
        for (y, row) in (area.y..).zip(bytes.chunks_exact_mut(row)) {
            let start = self.start + u64::from(y) * self.stride + u64::from(area.x) * 4;
            self.file.read_exact_at(row, start).expect("the screen's file holds all of it");
        }
        // What stands in the fourth byte depends on who drew the pixel, and nobody sees it.
        bytes.iter_mut().skip(3).step_by(4).for_each(|unused| *unused = 0);
        bytes
    }

    /// What `area` shows now; it may be half drawn.
    ///
    /// # Panics
    /// Where `area` lies outside the screen.
    pub fn read(&self, area: Area) -> Picture {
        Picture::from_bgrx(area.width, area.height, area.width as usize * 4, &self.bytes(area))
    }
}
