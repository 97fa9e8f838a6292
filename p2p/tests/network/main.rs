//! Nodes of this crate at each other, with real sockets: who finds and reaches whom, what a relay grants, and
//! what a hostile peer gets.
//!
//! One program for all of them: each one more would link the whole of libp2p once more.

mod connect;
mod hostile;
mod hostile_peer;
mod identify;
mod quic;
mod raw;
mod relay;
mod relay_server;
mod serving;
mod strangers;
