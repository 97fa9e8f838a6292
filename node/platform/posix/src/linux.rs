//! Linux, which has them all.

pub use std::os::{fd, unix};

pub use rustix::{event, fs, io, process};
