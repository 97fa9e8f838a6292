//! The samples that a decoder will show: prediction, transform, quantisation, and the planes that they are
//! kept in.
//!
//! All of it is laid down by the specification but how a residual is rounded; nothing here is chosen or
//! written.

pub(crate) mod inter;
pub(crate) mod intra;
pub(crate) mod plane;
pub(crate) mod planes;
pub(crate) mod quantise;
pub(crate) mod residual;
pub(crate) mod transform;
