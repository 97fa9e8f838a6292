//! The network: a libp2p node, invites, rendezvous, and the driver that runs a session over streams.
//!
//! It knows no pixels, no operating system and no person. `beistand-session` decides what a session sends;
//! `beistand-node` decides what to do with what arrives.
#![forbid(unsafe_code)]

mod driver;
pub mod host;
pub mod invite;
mod owner;
pub mod quic;
mod rates;
mod relay_server;
mod seats;
mod sorter;
mod source;
mod swarm;
pub mod technician;
mod turns;

pub use driver::{Inbox, InboxDelivery, Inboxes, SessionHandle};

/// What tests of features work with in the place of a session.
pub mod testing {
    pub use crate::driver::{InboxFeed, inbox_feed};
}

pub use libp2p::Multiaddr;
pub use libp2p::multiaddr::Error as MultiaddrError;
pub use swarm::{
    ConnectError, Connection, DEFAULT_NETWORK, LAN_NETWORK, NetworkConfig, NetworkKey, Node, NodeReach,
    ObservedAddress, PUBLIC_NETWORK, PathKind, ReachWatch, RouterAnswer, ServeConfig, ServeFigures,
    ServingNode, StartError, Survey, dht_settings, path_kind, survey, transport_name,
};
pub use turns::{CandidateTurn, CandidateTurns};
