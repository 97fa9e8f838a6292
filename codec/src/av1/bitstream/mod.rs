//! Bits: how headers and symbols become bytes.
//!
//! It knows no pictures and decides nothing; what is written is said by [`crate::av1::syntax`] and
//! [`crate::av1::frame`].

pub(crate) mod bits;
pub(crate) mod cdf;
mod cdf_tables;
pub(crate) mod entropy;
pub(crate) mod frame_header;
pub(crate) mod obu;
pub(crate) mod sequence;
#[cfg(test)]
pub(crate) mod symbol_trace;
