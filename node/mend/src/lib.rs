//! What is changed on a machine that needs help, and the journal by which it is taken back.
//!
//! What it does: a [`Deed`] looks, does and undoes one thing, on a [`Machine`] that may be made up; the
//! [`DeedJournal`] writes each down before it is done, so that it can be undone after a restart, by another
//! session, and by the user alone.
//!
//! What it does not do: it asks nobody. Whoever calls it has the user's yes by name. It holds no rights: what
//! needs an administrator goes through the system's own question (polkit), and where that can't be asked the
//! deed fails and says so.

#![forbid(unsafe_code)]

mod bytes;
mod fault;
mod folder;
mod journal;
mod machine;
mod repair;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use bytes::KeptBytes;
pub use fault::DeedFault;
pub use journal::{
    DeedEntry, DeedJournal, DeedState, DeedUnderWay, JournalFault, MAX_ENTRIES, MAX_WHO_CHARS,
};
pub use machine::{DeedWatch, Machine};
pub use repair::{RepairAfter, RepairBefore, free_space};

/// A thing that can be done to the machine and taken back. Each feature has an enum of them.
///
/// A deed blocks: it belongs on a thread of its own.
pub trait Deed: Serialize + DeserializeOwned + Send {
    /// Whose entry it is in the journal: the feature's word.
    const FEATURE: &'static str;

    /// How it was, and all that it takes to go back there. Bounded: some ten KiB at most; what is larger is a
    /// file in [`Machine::hold`], and this has its name.
    type Before: Serialize + DeserializeOwned + Send;

    /// How it is since, for whoever reads the journal; [`Deed::undo`] doesn't get it.
    type After: Serialize + DeserializeOwned + Send;

    /// Looks how it is, and changes nothing. Whatever the user is asked is asked of this.
    ///
    /// # Errors
    /// Why it can't be done, where that can be seen before.
    fn before(&self, machine: &Machine) -> Result<Self::Before, DeedFault>;

    /// Whether it can be taken back from there. The user hears it before they say yes.
    fn can_undo(&self, before: &Self::Before) -> bool;

    /// Does it. Where it fails, nothing has changed; what is done in part is done, and told so by
    /// [`Deed::After`].
    ///
    /// # Errors
    /// Why it wasn't done; [`DeedFault::Changed`] where it is no longer as `before` says.
    fn run(&self, before: &Self::Before, machine: &Machine) -> Result<Self::After, DeedFault>;

    /// Takes it back, also where it was interrupted in the middle.
    ///
    /// # Errors
    /// Why it wasn't; [`DeedFault::Changed`] where the world has moved on meanwhile and going back would
    /// destroy what somebody else did since.
    fn undo(&self, before: &Self::Before, machine: &Machine) -> Result<(), DeedFault>;
}
