//! A real-time AV1 encoder for screens, written from the AV1 bitstream specification.
//!
//! One file an object of the specification, with its section in its first line. Everything is reconstructed exactly as
//! a decoder will, so that the next picture starts from what the other side sees.
//!
//! What it does not do: 128x128 superblocks, blocks below 8x8, compound and warped prediction, loop filters, film
//! grain, scaling, 10 and 12 bit. None of them pays on screens in real time.

mod bits;
mod block;
mod block_copy;
mod block_vector;
mod cdf;
mod cdf_tables;
mod cells;
mod coefficients;
mod content;
mod contexts;
mod distortion;
mod division;
mod encoder;
mod entropy;
mod frame_header;
mod hash;
mod intake;
mod inter;
mod intra;
mod mode_syntax;
mod motion;
mod mv_coding;
mod mv_prediction;
mod obu;
mod palette;
mod photo;
mod plan;
mod plane;
mod planes;
mod quantise;
mod rate;
mod reach;
mod residual;
mod scratch;
mod search;
mod sequence;
mod source;
mod stream;
#[cfg(test)]
mod symbol_trace;
mod text;
mod tile;
mod transform;
mod types;
mod workers;

#[cfg(test)]
mod conformance;

pub use encoder::Av1ScreenEncoder;
