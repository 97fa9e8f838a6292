//! What the standard library has for a Unix alone.

pub mod ffi;
pub mod fs;
pub mod process;
