//! Handles, which are Windows's own.

pub use std::os::windows::io::{AsHandle as AsFd, OwnedHandle as OwnedFd};
