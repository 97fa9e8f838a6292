//! Decoders as programs: libaom's `aomdec`, which has not a line in common with dav1d, and `dav1d` itself, in
//! C.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use thiserror::Error;

use crate::{Format, Planes, ivf};

/// A decoder that is run as a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// libaom's, of Debian's package aom-tools.
    Aomdec,
    /// dav1d's, of Debian's package dav1d.
    Dav1d,
}

/// Why there are no pictures.
#[derive(Debug, Error)]
pub enum ProgramError {
    /// Ours: the machine lacks the decoder, so nothing is proven.
    #[error("a decoder is missing: install the program `{}` (Debian: apt-get install {})", .0.name(), .0.package())]
    Missing(Program),
    /// Ours: the program can't be run or its files can't be written or read.
    #[error("the decoder can't be used: {0}")]
    Io(#[from] io::Error),
    /// The stream's fault; holds what the program says.
    #[error("the decoder refuses the stream: {0}")]
    Refused(String),
    /// The stream's fault: other pictures than promised came out.
    #[error("the decoder wrote {written} bytes for {units} units of {picture} bytes each")]
    Output {
        /// Bytes that came out.
        written: usize,
        /// Units that went in.
        units: usize,
        /// Bytes of a picture of the promised format.
        picture: usize,
    },
}

impl Program {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Aomdec, Self::Dav1d];

    /// As it is started.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aomdec => "aomdec",
            Self::Dav1d => "dav1d",
        }
    }

    const fn package(self) -> &'static str {
        match self {
            Self::Aomdec => "aom-tools",
            Self::Dav1d => "dav1d",
        }
    }

    /// Decodes a stream, one shown picture a temporal unit, all of `format`.
    ///
    /// # Errors
    /// Any [`ProgramError`]. A missing program is an error, so that a test without it fails.
    pub fn decode<U: AsRef<[u8]>>(self, format: Format, units: &[U]) -> Result<Vec<Planes>, ProgramError> {
        let folder = tempfile::tempdir()?;
        let (stream, raw) = (folder.path().join("stream.ivf"), folder.path().join("pictures.yuv"));
        std::fs::write(&stream, ivf::file(format, units))?;
        let output =
            self.command(&stream, &raw).stdin(Stdio::null()).output().map_err(|error| {
                match error.kind() {
                    io::ErrorKind::NotFound => ProgramError::Missing(self),
                    _ => error.into(),
                }
            })?;
        if !output.status.success() {
            return Err(ProgramError::Refused(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        let samples = std::fs::read(&raw)?;
        let picture = format.samples();
        if samples.len() != units.len() * picture {
            return Err(ProgramError::Output { written: samples.len(), units: units.len(), picture });
        }
        Ok(samples.chunks_exact(picture).map(|samples| split(format, samples)).collect())
    }

    fn command(self, stream: &Path, raw: &Path) -> Command {
        let mut command = Command::new(self.name());
        let arguments: &[&OsStr] = match self {
            Self::Aomdec => {
                &["--rawvideo".as_ref(), "--threads=1".as_ref(), "-o".as_ref(), raw.as_ref(), stream.as_ref()]
            }
            Self::Dav1d => &[
                "--quiet".as_ref(),
                "--threads=1".as_ref(),
                "--muxer=yuv".as_ref(),
                "--output".as_ref(),
                raw.as_ref(),
                "--input".as_ref(),
                stream.as_ref(),
            ],
        };
        command.args(arguments);
        command
    }
}

fn split(format: Format, samples: &[u8]) -> Planes {
    let mut rest = samples;
    let planes = format.plane_sizes().map(|(width, height)| {
        let (plane, after) = rest.split_at(width * height);
        rest = after;
        plane.to_vec()
    });
    Planes::new(format, planes).expect("split as the format says")
}
