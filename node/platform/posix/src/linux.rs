//! Linux, which has them all.

#[path = "linux/origin.rs"]
pub mod origin;

pub use std::os::{fd, unix};

pub use rustix::{event, fs, io, process};
