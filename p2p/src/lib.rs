//! placeholder

pub mod invite;
