//! A real-time AV1 encoder for screens, written from the AV1 bitstream specification.
//!
//! One file an object of the specification, with its section in its first line. Everything is reconstructed exactly as
//! a decoder will, so that the next picture starts from what the other side sees.
//!
//! What it does not do: 128x128 superblocks, blocks below 8x8, compound and warped prediction, loop filters, film
//! grain, scaling, 10 and 12 bit. None of them pays on screens in real time.

#[cfg_attr(not(test), expect(dead_code, reason = "the encoder comes next"))]
mod quantise;
#[cfg_attr(not(test), expect(dead_code, unused_imports, reason = "the encoder comes next"))]
mod transform;
mod types;
