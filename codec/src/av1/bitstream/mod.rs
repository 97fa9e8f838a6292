//! Bits: how headers and symbols become bytes.
//!
//! It knows no pictures and decides nothing: [`crate::av1::syntax`] and [`crate::av1::frame`] hand it what to
//! write.

pub(crate) mod bits;
pub(crate) mod cdf;
mod cdf_tables;
pub(crate) mod entropy;
pub(crate) mod frame_header;
pub(crate) mod obu;
pub(crate) mod sequence;
#[cfg(test)]
pub(crate) mod symbol_trace;
