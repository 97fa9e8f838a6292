//! Pictures: frames, damage, colour, AV1 encode and decode.
//!
//! What it does: holds a captured picture ([`Frame`]) or a decoded one ([`PlanarFrame`]), says which part of
//! it changed ([`Damage`]), turns changes into AV1 temporal units of one or more region streams
//! ([`ScreenEncoder`]) and those back into pixels ([`ScreenDecoder`]).
//!
//! What it does not do: it knows no network, no operating system, no clock and no window. It never asks for
//! pixels; it is handed them.

mod av1;
mod bands;
mod colour;
mod damage;
mod decode;
mod frame;
mod geometry;
mod partwise;
mod planar;
mod quality;
mod rav1e;
mod traits;

pub use self::rav1e::Rav1eScreenEncoder;
pub use av1::Av1ScreenEncoder;
pub use bands::ChangedBands;
pub use colour::{ChromaShares, Plane};
pub use damage::{Damage, TILE_PX};
pub use decode::{
    Av1Context, Av1Decoder, Av1Library, Av1Picture, LookAtPlanes, MAX_SCREEN_PX, MAX_STREAMS, MAX_UNIT_BYTES,
    check_place,
};
pub use frame::{BYTES_PER_PIXEL, Canvas, Frame};
pub use geometry::{MAX_SIDE_PX, Rect, Size};
pub use partwise::PartwiseEncoder;
pub use planar::PlanarFrame;
pub use quality::psnr_rgb;
pub use traits::{
    ByteBudget, DecodeError, EncodeError, EncodedPicture, EncodedUnit, ScreenDecoder, ScreenEncoder,
    SharpeningDepth, SharpeningWish, Sharpness, StreamId,
};
