//! What is searched for, what is found, why it is named and how a search ends, each with its word for
//! scripts.

use serde::{Deserialize, Serialize};

use super::super::worded::worded;

worded! {
    /// What a search looks through. The order is part of the protocol.
    SweepCategory {
        /// What starts by itself with the computer or with a login.
        Autostart = "autostart",
        /// What cron starts.
        Cron = "cron",
        /// Programs by which somebody else can use this computer.
        Remote = "remote",
        /// Programs that wait for connections.
        Listening = "listening",
        /// Extensions of browsers.
        Extensions = "extensions",
        /// Policies that rule browsers.
        Policies = "policies",
        /// Names with an address of their own.
        Hosts = "hosts",
        /// What the network's traffic is led through.
        Proxy = "proxy",
        /// Programs in places where packages put none.
        Programs = "programs",
        /// Files that differ from their package.
        Packages = "packages",
        /// Files in which a virus scanner knows something.
        Virus = "virus",
    }
}

worded! {
    /// What kind of thing was found. The order is part of the protocol.
    SweepThing {
        /// An entry of the desktop's autostart.
        StartupEntry = "autostart-entry",
        /// A service of the user's.
        UserUnit = "user-unit",
        /// A service of the system's that an administrator has made.
        SystemUnit = "system-unit",
        /// A line of a shell's profile.
        ShellLine = "shell-line",
        /// A library that is loaded into every program.
        PreloadedLibrary = "preloaded-library",
        /// A line of a crontab.
        CronLine = "cron-line",
        /// A script that cron runs.
        CronScript = "cron-script",
        /// A program for remote access that runs.
        RemoteRunning = "remote-running",
        /// One that starts by itself.
        RemoteStarting = "remote-starting",
        /// A port at which a program waits.
        ListeningPort = "listening-port",
        /// An extension of a browser.
        BrowserExtension = "browser-extension",
        /// A file of policies of a browser.
        BrowserPolicy = "browser-policy",
        /// A name with an address of its own.
        HostsEntry = "hosts-entry",
        /// A proxy.
        ProxySetting = "proxy-setting",
        /// A program of no package.
        StrayProgram = "stray-program",
        /// A file that its package has otherwise.
        ChangedFile = "changed-file",
        /// A file that its package has and this computer has not.
        MissingFile = "missing-file",
        /// A file in which the virus scanner knows something.
        Infected = "infected",
        /// What could not be looked at.
        NotSeen = "not-seen",
    }
}

worded! {
    /// What to think of it. The order is part of the protocol, and goes from the best on.
    SweepStanding {
        /// A package brought it, and it is as the package has it.
        Known = "known",
        /// Nothing is known of it.
        Unknown = "unknown",
        /// It looks like something that does not belong here.
        Suspicious = "suspicious",
    }
}

worded! {
    /// Why something is named, and why it stands as it does. The order is part of the protocol.
    SweepReason {
        /// It belongs to a package and is as the package has it.
        OfPackage = "of-package",
        /// It belongs to a package, but is not as the package has it.
        ChangedFromPackage = "changed-from-package",
        /// It belongs to no package.
        NoPackage = "no-package",
        /// It changed within the last month.
        Recent = "recent",
        /// It is run from a place where anybody can put a program.
        AnybodysPlace = "anybodys-place",
        /// It fetches something from the network and runs it.
        FetchesAndRuns = "fetches-and-runs",
        /// By it somebody else can use this computer.
        RemoteTool = "remote-tool",
        /// It is this program, or another of its kind that is known by its name.
        OwnProgram = "own-program",
        /// It starts with the computer.
        StartsWithComputer = "starts-with-computer",
        /// It starts with the user's login.
        StartsAtLogin = "starts-at-login",
        /// It starts at certain times.
        StartsByTime = "starts-by-time",
        /// It runs now.
        RunsNow = "runs-now",
        /// Other computers can reach it.
        Reachable = "reachable",
        /// The file of the program that runs is no longer there.
        ProgramDeleted = "program-deleted",
        /// It did not come from the browser's shop.
        NotFromShop = "not-from-shop",
        /// It may read and change all pages.
        AllPages = "all-pages",
        /// A policy has put it there, or forbids to remove it.
        ByPolicy = "by-policy",
        /// It is switched off.
        SwitchedOff = "switched-off",
        /// It leads the name of an update or of a protection elsewhere.
        ProtectedName = "protected-name",
        /// It leads somewhere else than the name servers say.
        LeadsElsewhere = "leads-elsewhere",
        /// The traffic goes through another computer or program.
        Redirects = "redirects",
        /// Its name begins with a dot.
        HiddenName = "hidden-name",
        /// It is a file of settings, which people change.
        SettingsFile = "settings-file",
        /// The scanner's signatures know it.
        SignatureMatched = "signature-matched",
        /// Only an administrator can see it.
        AdministratorsOnly = "administrators-only",
        /// There was no time for it.
        NotInTime = "not-in-time",
        /// It can't be read.
        Unreadable = "unreadable",
    }
}

worded! {
    /// How a search ended. The order is part of the protocol.
    SweepEnd {
        /// It ran to its end.
        Done = "done",
        /// The technician stopped it.
        Stopped = "stopped",
        /// The user stopped it.
        StoppedByUser = "stopped-by-user",
        /// Too many wait, or too many came in a short time.
        Busy = "busy",
        /// What belongs to it makes no sense.
        Invalid = "invalid",
        /// This computer has no virus scanner.
        NoScanner = "no-scanner",
        /// The virus scanner has no signatures.
        NoSignatures = "no-signatures",
        /// It took too long.
        TimedOut = "timed-out",
        /// The disk has no room.
        DiskFull = "disk-full",
        /// The user's account may not look there.
        NotPermitted = "not-permitted",
        /// What was to be looked at is no longer there, or never was.
        Gone = "gone",
        /// It went wrong in another way.
        Broken = "broken",
        /// Each side says so by itself once the search may no longer run; it does not travel.
        TakenBack = "taken-back",
        /// The same where there is no connection any more.
        PathLost = "path-lost",
    }
}

/// A search: of everything but viruses, or of one category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SweepKind {
    /// All categories but [`SweepCategory::Virus`], which takes long.
    Everything,
    /// One.
    Only(SweepCategory),
}

impl SweepKind {
    /// The word for it on the command line and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Only(category) => category.word(),
        }
    }

    /// Which one has this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::all().find(|kind| kind.word() == word)
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        let each = SweepCategory::ALL.iter().copied().map(Self::Only);
        std::iter::once(Self::Everything).chain(each)
    }

    /// What it looks through.
    pub fn categories(self) -> Vec<SweepCategory> {
        match self {
            Self::Everything => {
                SweepCategory::ALL.iter().copied().filter(|one| *one != SweepCategory::Virus).collect()
            }
            Self::Only(category) => vec![category],
        }
    }
}
