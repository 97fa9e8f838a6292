//! A sender and a receiver of files, joined without a network.

#![allow(clippy::unwrap_used)]

mod carry;
mod full;
mod killed;
mod wire;
