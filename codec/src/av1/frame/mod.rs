//! A frame from the caller's picture to a temporal unit: taken in, planned, cut into tiles and coded on all
//! threads.
//!
//! It walks and keeps; what a block becomes is decided in [`crate::av1::choose`].

pub(crate) mod encoder;
pub(crate) mod intake;
pub(crate) mod scratch;
pub(crate) mod sharpening;
pub(crate) mod sharpness;
pub(crate) mod source;
pub(crate) mod stream;
pub(crate) mod tile;
pub(crate) mod workers;
