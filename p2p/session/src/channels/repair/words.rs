//! Words on the command line and in JSON: how a deed ended, how something is, what became of an entry.

use serde::{Deserialize, Serialize};

use super::super::worded::worded;

worded! {
    /// How a deed, or the wish for one, ended. The order is part of the protocol.
    RepairEnd {
        /// It was done.
        Done = "done",
        /// An earlier one was taken back.
        Undone = "undone",
        /// The user said no.
        Denied = "denied",
        /// The technician no longer wants it.
        Withdrawn = "withdrawn",
        /// Too many wait already.
        Busy = "busy",
        /// The machine lacks what it takes.
        NotHere = "not-here",
        /// The user's account may not, and whoever may didn't say yes.
        NotPermitted = "not-permitted",
        /// What it was to be done to is gone, or never was.
        Gone = "gone",
        /// It is no longer as it was when the user was asked, or as the deed had left it.
        Changed = "changed",
        /// It is never done to a thing of this kind: a link, a device, something of the program's own.
        Unfit = "unfit",
        /// What it was to be done to is too large.
        TooLarge = "too-large",
        /// It is so already.
        Already = "already",
        /// It can't be taken back.
        NoUndo = "no-undo",
        /// The disk has no room.
        DiskFull = "disk-full",
        /// It was stopped.
        Stopped = "stopped",
        /// It took too long.
        Late = "late",
        /// The system's tool said no.
        Refused = "refused",
        /// It went wrong in another way.
        Broken = "broken",
        /// What is done can't be written down at the moment, and so nothing is done.
        NoJournal = "no-journal",
        /// It was done, or tried, and that could not be written down any more.
        Unwritten = "unwritten",
        /// It had begun when the technician was no longer allowed to hear of it; it does not travel.
        Unheard = "unheard",
        /// Each side says so by itself once nothing may be done any more; it does not travel.
        TakenBack = "taken-back",
    }
}

worded! {
    /// How something is, before a deed or after it. The order is part of the protocol.
    SightKind {
        /// There is nothing to say.
        Nothing = "nothing",
        /// A program runs: its name.
        Running = "running",
        /// It has ended.
        Ended = "ended",
        /// It begins by itself: what is begun.
        On = "on",
        /// It doesn't.
        Off = "off",
        /// The system's own word for how a service is.
        State = "state",
        /// A file is there: how large it is, in bytes.
        File = "file",
        /// It is in quarantine.
        Away = "away",
        /// So many entries are set: the first of them.
        Entries = "entries",
        /// So many jobs wait.
        Jobs = "jobs",
        /// So many bytes can be freed.
        Bytes = "bytes",
        /// So many bytes were freed.
        Freed = "freed",
        /// So many updates wait: the first of them.
        Updates = "updates",
        /// A file is not as its package has it: which package, in which version.
        Differs = "differs",
        /// It is.
        Packaged = "packaged",
        /// So many packages are not installed properly: the first of them.
        Unfinished = "unfinished",
        /// A package is held back from updates.
        Held = "held",
        /// It is not.
        Released = "released",
        /// A printer is stopped: why.
        Stopped = "stopped",
        /// It prints.
        Printing = "printing",
    }
}

worded! {
    /// What became of an entry of the journal. The order is part of the protocol.
    EntryState {
        /// It is under way.
        UnderWay = "under-way",
        /// It was done.
        Done = "done",
        /// It failed.
        Failed = "failed",
        /// It was taken back.
        Undone = "undone",
        /// Its program died in the middle.
        Interrupted = "interrupted",
    }
}
