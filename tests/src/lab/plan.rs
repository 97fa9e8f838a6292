//! What a lab is to look like: names, and what stands behind what.

use super::{Conditions, Router};

/// Where public hosts and the outermost routers are.
pub const INTERNET: &str = "internet";

/// Hosts and routers at most, so that each has an address of its own in 24 bits' last byte.
const MAX_NODES: usize = 200;

/// Hosts and routers, each behind the internet or a router that was named before.
///
/// ```
/// use beistand_tests::lab::{Conditions, INTERNET, Nat, Plan, Ports};
///
/// let plan = Plan::new()
///     .host("server", INTERNET)
///     .router("home", Nat::PortRestricted(Ports::Changed), INTERNET)
///     .line("home", Conditions::delay_millis(20))
///     .host("alice", "home");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub(super) nodes: Vec<Node>,
}

#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) name: String,
    /// A host where there is none.
    pub(super) router: Option<Router>,
    /// The router before it, by its number; the internet where there is none.
    pub(super) behind: Option<usize>,
    /// The line to the internet; a cable where there is none.
    pub(super) line: Option<Conditions>,
}

impl Plan {
    /// An internet without anybody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A host behind a router or, with a public address, on the [`INTERNET`].
    ///
    /// # Panics
    /// Where the name is taken, or there is no such router.
    #[must_use]
    #[track_caller]
    pub fn host(self, name: &str, behind: &str) -> Self {
        self.node(name, None, behind)
    }

    /// A router with hosts or routers behind it.
    ///
    /// # Panics
    /// As [`Self::host`].
    #[must_use]
    #[track_caller]
    pub fn router(self, name: &str, router: impl Into<Router>, behind: &str) -> Self {
        self.node(name, Some(router.into()), behind)
    }

    /// Connects a host or router to the internet by a line, both ways as said, instead of a cable.
    ///
    /// # Panics
    /// Where it is not there, or not on the internet.
    #[must_use]
    #[track_caller]
    pub fn line(mut self, name: &str, conditions: Conditions) -> Self {
        let number = self.number(name);
        assert!(
            self.nodes[number].behind.is_none(),
            "{name} is not on the internet: cables join a household"
        );
        self.nodes[number].line = Some(conditions);
        self
    }

    #[track_caller]
    fn node(mut self, name: &str, router: Option<Router>, behind: &str) -> Self {
        assert!(self.nodes.len() < MAX_NODES, "a lab has at most {MAX_NODES} hosts and routers");
        assert!(self.nodes.iter().all(|node| node.name != name) && name != INTERNET, "two are called {name}");
        let behind = (behind != INTERNET).then(|| self.number(behind));
        let is_router = behind.is_none_or(|number| self.nodes[number].router.is_some());
        assert!(is_router, "{name} can't be behind a host");
        self.nodes.push(Node { name: name.to_owned(), router, behind, line: None });
        self
    }

    #[track_caller]
    pub(super) fn number(&self, name: &str) -> usize {
        let number = self.nodes.iter().position(|node| node.name == name);
        number.unwrap_or_else(|| panic!("nothing in the plan is called {name}"))
    }

    /// Whether a router has another behind it, as a carrier's has.
    pub(super) fn is_carrier(&self, number: usize) -> bool {
        self.nodes.iter().any(|node| node.router.is_some() && node.behind == Some(number))
    }
}
