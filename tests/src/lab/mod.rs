//! An internet in namespaces: NATs, slow and lossy lines, and the project's programs at both ends.
//!
//! What it does: builds hosts and NAT routers around a core from a [`Plan`] ([`Lab`]), carries their packets
//! over lines with rate, queue, delay, jitter and loss ([`Link`]), tells what a NAT does by asking it as a
//! peer would ([`classify`], [`punch`]), and runs sessions across it all ([`Scenario`]). docs/LAB.md says
//! what each kind of NAT does and how to add a scenario.
//!
//! What it does not do: IPv6, hairpinning, UPnP. Nothing leaves the namespaces, which end with the test.
//! Needs root.

mod link;
mod nat;
mod plan;
mod probe;
mod scenario;
mod shaper;
mod table;
mod topology;

pub use link::{Direction, Link};
pub use nat::{Behaviour, Filtering, Mapping, Nat, Ports, Router};
pub use plan::{INTERNET, Plan};
pub use probe::{classify, punch};
pub use scenario::{Failure, InviteForm, Running, Scenario, Side, Times, serve_available};
pub use shaper::{Conditions, Figures, Shaper};
pub use table::Table;
pub use topology::Lab;
