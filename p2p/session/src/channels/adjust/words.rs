//! Which settings there are and why one can't be changed, each with its word on the command line and in JSON.

use serde::{Deserialize, Serialize};

/// Makes an enum whose variants each have a word.
macro_rules! with_words {
    ($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$meaning])* $variant,)+
        }

        impl $name {
            /// All of them, in the order of the protocol.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it on the command line and in JSON.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// Which one has this word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }
    };
}

with_words! {
    /// What can be changed. The order is part of the protocol.
    AdjustKind {
        /// How many points the primary monitor shows.
        Resolution = "resolution",
        /// How large texts are drawn, in percent.
        Scale = "scale",
        /// What the keys of the keyboard mean.
        Keyboard = "keyboard",
        /// In which language programs speak, from the next login on.
        Language = "language",
        /// Which program opens links.
        Browser = "browser",
        /// Which program writes mail.
        Mail = "mail",
        /// Whether there is any network connection.
        Network = "network",
        /// Which servers are asked for the addresses of names.
        Dns = "dns",
        /// Which time zone the clock shows.
        TimeZone = "time-zone",
        /// Whether the clock is set by the network.
        NetworkTime = "network-time",
        /// After how many minutes without a hand the computer sleeps.
        Sleep = "sleep",
        /// Whether the firewall is on.
        Firewall = "firewall",
        /// Which printer is used where none is named.
        Printer = "printer",
    }
}

with_words! {
    /// Why a setting can't be read or was not changed. The order is part of the protocol.
    AdjustFault {
        /// No service on this computer does it.
        NoService = "no-service",
        /// A tool that does it is not installed.
        NoTool = "no-tool",
        /// There is no screen for it, or one on which only the desktop itself may do it.
        NoDisplay = "no-display",
        /// There is no device for it, such as no printer, or it has gone.
        NoDevice = "no-device",
        /// It takes an administrator, or nobody gave their password.
        NeedsAdministrator = "needs-administrator",
        /// The service or the tool did not answer in time.
        Silent = "silent",
        /// What the service or the tool says makes no sense.
        Unreadable = "unreadable",
        /// The value is none that can be chosen.
        NotAChoice = "not-a-choice",
        /// It has that value already.
        AlreadySo = "already-so",
        /// The disk has no room.
        DiskFull = "disk-full",
        /// Somebody has changed it meanwhile.
        MovedOn = "moved-on",
        /// There is no such change to take back.
        NoChange = "no-change",
        /// The user said no.
        Denied = "denied",
        /// The user has another question to answer first, or one on trial.
        Busy = "busy",
        /// It went wrong in another way.
        Broken = "broken",
        /// Each side says so by itself once the user takes the permission back or pauses; it does not travel.
        TakenBack = "taken-back",
        /// The same where there was no room on the way, or no answer can come any more.
        Lost = "lost",
    }
}

with_words! {
    /// Who took a change back. The order is part of the protocol.
    AdjustUndoer {
        /// The user.
        User = "user",
        /// The helper, with the user's yes.
        Helper = "helper",
        /// Nobody kept it in time, or the session ended before.
        Itself = "itself",
    }
}
