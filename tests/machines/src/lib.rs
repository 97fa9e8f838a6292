//! Broken machines: real faults in namespaces, and whether the programs that look at a machine name them.
//!
//! What it does: builds a root of its own for each [`MachineRecipe`], with the programs of this system in it,
//! a network with a router, and a process tree of its own; breaks it; has the inspector look from inside
//! ([`session`]); and checks that the fault is named with its verdict, and that a twin which nobody has
//! broken has no such line ([`MachineLab`]). [`table`] is for docs/BENCHMARKS.md.
//!
//! What it does not do: it changes nothing outside of its namespaces, which end with it. Two things can't be
//! had in a namespace and are stood in for, as each recipe says: the clock of the wall, in whose place a
//! machine's programs are given one, and figures that a kernel has once for all (memory, load, heat), over
//! which files are laid. Needs root.

#![forbid(unsafe_code)]

mod inside;
mod mend;
mod pests;
mod recipe;
mod recipes;
mod router;
mod run;
mod seen;
mod stage;
mod table;

pub use inside::session;
pub use mend::{MachineMend, mend_as_user, undo_as_user};
pub use pests::{hold, listen, litter, mine};
pub use recipe::{MachineGround, MachineRecipe, MachineSign};
pub use recipes::{recipe_named, recipes};
pub use router::route;
pub use run::{MachineFault, MachineLab, MachineResult, is_root};
pub use seen::{MendOutcome, SeenBy, SeenLine, SeenMachine, SessionOutcome};
pub use stage::stage;
pub use table::{line_text, table};
