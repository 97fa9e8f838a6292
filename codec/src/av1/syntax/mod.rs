//! The syntax of a block: its modes, vectors, palettes and coefficients as symbols, with their contexts.
//!
//! It writes what was chosen; it chooses only between ways of writing the same thing, by what they cost.

pub(crate) mod block;
pub(crate) mod block_vector;
pub(crate) mod coefficients;
pub(crate) mod contexts;
pub(crate) mod modes;
pub(crate) mod mv_coding;
pub(crate) mod mv_prediction;
pub(crate) mod palette;
