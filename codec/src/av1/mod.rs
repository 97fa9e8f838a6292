//! A real-time AV1 encoder for screens, written from the AV1 bitstream specification.
//!
//! One file per object of the specification, with its section in its first line, in five rooms. Everything is
//! reconstructed exactly as a decoder will, so that the next picture starts from what the other side sees.
//!
//! What it does not do: 128x128 superblocks, blocks below 8x8, compound and warped prediction, loop filters,
//! film grain, scaling, 10 and 12 bit. None of them pays on screens in real time.

mod bitstream;
mod choose;
mod frame;
mod reconstruct;
mod syntax;
mod types;

#[cfg(test)]
mod conformance;

pub use frame::encoder::Av1ScreenEncoder;
