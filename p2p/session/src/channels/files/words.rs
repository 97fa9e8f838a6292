//! How a transfer of files ends, as a word each.

use serde::{Deserialize, Serialize};

use crate::channels::worded::worded;

worded! {
    /// How a transfer, or one file of it, ended. The order of the variants is part of the protocol.
    FilesEnd {
        /// All that could be sent has arrived.
        Done = "done",
        /// The person who was to receive it said no.
        Refused = "refused",
        /// Its sender cancelled it.
        Cancelled = "cancelled",
        /// Its receiver cancelled it.
        CancelledThere = "cancelled-by-receiver",
        /// Too much is under way already.
        Busy = "busy",
        /// More files, or longer names, than a transfer may have.
        TooMuch = "too-much",
        /// A name that can't be a file's everywhere, or that hides something.
        BadName = "bad-name",
        /// It is no ordinary file or folder.
        NotAFile = "not-a-file",
        /// There is no such file.
        Gone = "gone",
        /// This account may not read, or write, there.
        NotPermitted = "not-permitted",
        /// The disk has no room for it.
        DiskFull = "disk-full",
        /// It was changed while it was being sent.
        Changed = "changed",
        /// What arrived is not what was promised.
        Damaged = "damaged",
        /// The other side broke the rules of the channel.
        Invalid = "invalid",
        /// The permission was taken back, or the session paused; what has arrived is kept.
        Interrupted = "interrupted",
        /// The disk, or this program, failed.
        Broken = "broken",
    }
}
