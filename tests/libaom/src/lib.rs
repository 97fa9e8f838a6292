//! libaom's real-time encoder, set up as large products set it up for sharing a screen: what ours is compared
//! with.
//!
//! What it does: one picture in, one temporal unit out, at a constant quantiser. What it does not do: it is
//! no part of any program of the project, only of the comparison.

mod encoder;
mod settings;

pub use encoder::{Encoder, Error};
pub use settings::{Chroma, Settings};
