//! libaom's decoder as a program, `aomdec` of Debian's package aom-tools: not a line in common with dav1d.

use std::io;
use std::process::{Command, Stdio};

use thiserror::Error;

use crate::{Format, Planes, ivf};

/// Why there are no pictures.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AomdecError {
    /// Ours: the machine has no second decoder, so nothing is proven.
    #[error(
        "the second decoder is missing: install the program `aomdec` (Debian: apt-get install aom-tools)"
    )]
    Missing,
    /// Ours: the program can't be run or its files can't be written or read.
    #[error("aomdec can't be used: {0}")]
    Io(#[from] io::Error),
    /// The stream's fault; holds what the program says.
    #[error("aomdec refuses the stream: {0}")]
    Refused(String),
    /// The stream's fault: other pictures than promised came out.
    #[error("aomdec wrote {written} bytes for {units} units of {picture} bytes each")]
    Output {
        /// Bytes that came out.
        written: usize,
        /// Units that went in.
        units: usize,
        /// Bytes of a picture of the promised format.
        picture: usize,
    },
}

/// Decodes a stream, one shown picture a temporal unit, all of `format`.
///
/// # Errors
/// Any [`AomdecError`]. A missing program is an error, so that a test without it fails.
pub fn aomdec<U: AsRef<[u8]>>(format: Format, units: &[U]) -> Result<Vec<Planes>, AomdecError> {
    let folder = tempfile::tempdir()?;
    let (stream, raw) = (folder.path().join("stream.ivf"), folder.path().join("pictures.yuv"));
    std::fs::write(&stream, ivf::file(format, units))?;
    let output = Command::new("aomdec")
        .args(["--rawvideo", "--threads=1", "-o"])
        .arg(&raw)
        .arg(&stream)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => AomdecError::Missing,
            _ => error.into(),
        })?;
    if !output.status.success() {
        return Err(AomdecError::Refused(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let samples = std::fs::read(&raw)?;
    let picture = format.samples();
    if samples.len() != units.len() * picture {
        return Err(AomdecError::Output { written: samples.len(), units: units.len(), picture });
    }
    Ok(samples.chunks_exact(picture).map(|samples| split(format, samples)).collect())
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
