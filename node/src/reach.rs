//! By whom this computer can be found, in words for a person. What is well is not said here.

use beistand_p2p::NodeReach;
use beistand_session::Role;

use crate::words::Phrase;

/// What keeps the other side from being found, or from finding this computer, and what to do; nothing where
/// nothing does.
pub fn reach_phrase(reach: NodeReach, role: Role) -> Option<Phrase> {
    match (reach, role) {
        (NodeReach::Unknown | NodeReach::Internet, _) => None,
        (NodeReach::Nobody, Role::Host) => Some(Phrase::new("node-reach-nobody-host")),
        (NodeReach::Nobody, Role::Technician) => Some(Phrase::new("node-reach-nobody-technician")),
        (NodeReach::LocalNetwork, Role::Host) => Some(Phrase::new("node-reach-local-host")),
        (NodeReach::LocalNetwork, Role::Technician) => Some(Phrase::new("node-reach-local-technician")),
    }
}
