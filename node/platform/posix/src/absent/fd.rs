//! Handles: there are none.

use std::fs::File;

/// Whatever would have one.
pub trait AsFd {}

impl<T: ?Sized> AsFd for T {}

/// A handle of its own, which nothing makes.
#[derive(Debug)]
pub enum OwnedFd {}

impl From<OwnedFd> for File {
    fn from(none: OwnedFd) -> Self {
        match none {}
    }
}
