//! The samples that a decoder will show: prediction, transform, quantisation, and the planes that they are
//! kept in.
//!
//! The specification lays all of it down but how a residual is rounded; nothing here chooses or writes.

pub(crate) mod inter;
pub(crate) mod intra;
pub(crate) mod plane;
pub(crate) mod planes;
pub(crate) mod quantise;
pub(crate) mod residual;
pub(crate) mod transform;
