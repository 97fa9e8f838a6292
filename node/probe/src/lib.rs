//! Tests of this computer and of its network, a module for each.
//!
//! What it does: each test takes arguments that were checked ([`ProbeRequest::parse`]), runs beside
//! everything else, reports what it finds and how far it is ([`ProbeNews`]), stops as soon as it is asked to,
//! and leaves nothing behind. None needs rights that its user lacks, and each is bounded in time, memory and
//! disk.
//!
//! What it does not do: it knows no session and no permission, decides nothing about what was found, and says
//! nothing to a person. How fast the way to the other person is, only the session can measure.

#![forbid(unsafe_code)]

mod bytes;
mod cpu;
mod disk;
mod dns;
mod http;
mod memory;
mod net;
mod ping;
mod ports;
mod printer;
mod report;
mod request;
mod scan;
mod sound;
mod tool;
mod trace;

pub use report::{ProbeNews, ProbeRun};
pub use request::ProbeRequest;
