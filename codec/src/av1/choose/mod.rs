//! What the specification does not say: what each part of a picture becomes.
//!
//! Copies of what stands or stood elsewhere, palettes, exact residuals, prediction and transforms, and how
//! coarse a frame is. It writes no symbol; [`crate::av1::syntax`] does.

pub(crate) mod block_copy;
pub(crate) mod cells;
pub(crate) mod content;
pub(crate) mod distortion;
pub(crate) mod division;
pub(crate) mod forecast;
pub(crate) mod hash;
pub(crate) mod motion;
pub(crate) mod photo;
pub(crate) mod plan;
pub(crate) mod rate;
pub(crate) mod reach;
pub(crate) mod search;
pub(crate) mod text;
