//! Pictures: frames, damage, colour, AV1 encode and decode.
//!
//! What it does: holds a captured picture ([`Frame`]), says which part of it changed ([`Damage`]), turns changes
//! into AV1 temporal units of one or more region streams ([`ScreenEncoder`]) and those back into pixels
//! ([`ScreenDecoder`]).
//!
//! What it does not do: it knows no network, no operating system, no clock and no window. It never asks for
//! pixels; it is handed them.

mod damage;
mod frame;
mod geometry;
mod traits;

pub use damage::{Damage, TILE_PX};
pub use frame::{BYTES_PER_PIXEL, Frame};
pub use geometry::{MAX_SIDE_PX, Rect, Size};
pub use traits::{
    ByteBudget, DecodeError, EncodeError, EncodedPicture, EncodedUnit, ScreenDecoder, ScreenEncoder, StreamId,
};
