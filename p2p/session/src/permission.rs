//! What a user can allow a technician. Everything is denied until the user grants it.

use serde::{Deserialize, Serialize};

/// One thing that a technician may do, if the user allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Permission {
    /// See the screen.
    View = 0,
    /// Move and click the mouse.
    Pointer = 1,
    /// Type.
    Keyboard = 2,
    /// Put text on the user's clipboard.
    ClipboardToUser = 3,
    /// Read the user's clipboard.
    ClipboardFromUser = 4,
    /// Send files to the user; each one is approved by the user.
    FilesToUser = 5,
    /// Fetch files that the user picks.
    FilesFromUser = 6,
    /// Talk.
    Voice = 7,
    /// See a report of the machine, which the user sees first.
    Diagnostics = 8,
    /// Read along in a terminal that the user sees too.
    Terminal = 9,
    /// Draw on the user's screen.
    Annotate = 10,
    /// Record the session.
    Record = 11,
    /// Come back within 60 minutes without a new invite.
    Reconnect = 12,
    /// Type in that terminal.
    TerminalType = 13,
    /// Have tests of the machine run, such as of its network or its disks.
    Checkup = 14,
    /// Have the machine searched for what doesn't belong on it.
    Sweep = 15,
    /// Mend the machine, with the user's yes to each action.
    Repair = 16,
    /// Change settings of the machine, with the user's yes to each.
    Adjust = 17,
}

impl Permission {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 18] = [
        Self::View,
        Self::Pointer,
        Self::Keyboard,
        Self::ClipboardToUser,
        Self::ClipboardFromUser,
        Self::FilesToUser,
        Self::FilesFromUser,
        Self::Voice,
        Self::Diagnostics,
        Self::Checkup,
        Self::Sweep,
        Self::Repair,
        Self::Adjust,
        Self::Terminal,
        Self::TerminalType,
        Self::Annotate,
        Self::Record,
        Self::Reconnect,
    ];

    /// The word for it on the command line and in `--json`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Pointer => "pointer",
            Self::Keyboard => "keyboard",
            Self::ClipboardToUser => "clipboard-to-user",
            Self::ClipboardFromUser => "clipboard-from-user",
            Self::FilesToUser => "files-to-user",
            Self::FilesFromUser => "files-from-user",
            Self::Voice => "voice",
            Self::Diagnostics => "diagnostics",
            Self::Terminal => "terminal",
            Self::Annotate => "annotate",
            Self::Record => "record",
            Self::Reconnect => "reconnect",
            Self::TerminalType => "terminal-type",
            Self::Checkup => "checkup",
            Self::Sweep => "sweep",
            Self::Repair => "repair",
            Self::Adjust => "adjust",
        }
    }

    /// What kind of thing it allows.
    pub const fn group(self) -> PermissionGroup {
        match self {
            Self::View | Self::Pointer | Self::Keyboard | Self::Annotate => PermissionGroup::SeeAndControl,
            Self::ClipboardToUser
            | Self::ClipboardFromUser
            | Self::FilesToUser
            | Self::FilesFromUser
            | Self::Voice => PermissionGroup::Exchange,
            Self::Diagnostics | Self::Checkup | Self::Sweep => PermissionGroup::Look,
            Self::Repair | Self::Adjust | Self::Terminal | Self::TerminalType => PermissionGroup::Work,
            Self::Record | Self::Reconnect => PermissionGroup::Beyond,
        }
    }

    /// How much it gives.
    pub const fn weight(self) -> PermissionWeight {
        if matches!(self, Self::Keyboard | Self::TerminalType) {
            PermissionWeight::Everything
        } else {
            PermissionWeight::Bounded
        }
    }

    /// The permission without which it allows nothing that makes sense.
    pub const fn needs(self) -> Option<Self> {
        if matches!(self, Self::TerminalType) { Some(Self::Terminal) } else { None }
    }

    /// The permission that [`Self::word`] names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.word() == word)
    }
}

/// What kind of thing a permission allows. The order is that in which a person reads them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PermissionGroup {
    /// To see what is on the screen, and to use it.
    SeeAndControl,
    /// To pass something from one person to the other.
    Exchange,
    /// To look at the machine.
    Look,
    /// To work on the machine beyond its screen.
    Work,
    /// What reaches beyond the session.
    Beyond,
}

/// How much a permission gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PermissionWeight {
    /// What it says.
    Bounded,
    /// With it, all that the user can do can be done.
    Everything,
}

/// A set of permissions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(from = "u32", into = "u32")]
pub struct PermissionSet(u32);

impl PermissionSet {
    /// None.
    pub const NONE: Self = Self(0);

    /// The screen, the mouse and the keyboard.
    pub const DESKTOP: Self =
        Self::NONE.with(Permission::View).with(Permission::Pointer).with(Permission::Keyboard);

    /// What a technician asks for by name alone, in a window as on a command line: few sessions need any of
    /// it, it goes further than all else, and no user should be asked for it by the way.
    pub const BY_NAME: Self =
        Self::NONE.with(Permission::Terminal).with(Permission::TerminalType).with(Permission::Reconnect);

    /// This set and `permission`.
    #[must_use]
    pub const fn with(self, permission: Permission) -> Self {
        Self(self.0 | 1 << permission as u8)
    }

    /// This set without `permission`.
    #[must_use]
    pub const fn without(self, permission: Permission) -> Self {
        Self(self.0 & !(1 << permission as u8))
    }

    /// Whether `permission` is in it.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & 1 << permission as u8 != 0
    }

    /// Whether it is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What is in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in this set but not in `other`.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether it has what `permission` needs, if that needs anything.
    pub fn has_what_it_needs(self, permission: Permission) -> bool {
        permission.needs().is_none_or(|needed| self.contains(needed))
    }

    /// What of this set needs `permission`.
    #[must_use]
    pub fn needing(self, permission: Permission) -> Self {
        self.iter().filter(|one| one.needs() == Some(permission)).collect()
    }

    /// What is in it, in the order of [`Permission::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |permission| self.contains(*permission))
    }

    /// The words of its permissions, joined with commas.
    pub fn words(self) -> String {
        self.iter().map(Permission::word).collect::<Vec<_>>().join(",")
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::NONE, Self::with)
    }
}

impl From<u32> for PermissionSet {
    /// Bits that no permission has are dropped: a newer peer may ask for what we do not know, and gets
    /// nothing.
    fn from(bits: u32) -> Self {
        Self(bits & ((1 << Permission::ALL.len()) - 1))
    }
}

impl From<PermissionSet> for u32 {
    fn from(set: PermissionSet) -> Self {
        set.0
    }
}

impl std::fmt::Debug for PermissionSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PermissionSet({})", self.words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_has_its_own_bit_and_word() {
        for permission in Permission::ALL {
            let set = PermissionSet::NONE.with(permission);
            assert_eq!(set.iter().collect::<Vec<_>>(), [permission]);
            assert_eq!(Permission::from_word(permission.word()), Some(permission));
        }
    }

    #[test]
    fn a_group_is_in_one_piece_and_what_is_needed_comes_right_before() {
        // Annotations, a recording and a return are not asked for yet, and come last.
        let asked = Permission::ALL.split_at(12).0;
        assert!(asked.is_sorted_by_key(|permission| permission.group()));
        for pair in Permission::ALL.windows(2) {
            assert!(pair[1].needs().is_none_or(|needed| needed == pair[0]), "{pair:?}");
        }
        let both = PermissionSet::NONE.with(Permission::Terminal).with(Permission::TerminalType);
        assert_eq!(both.needing(Permission::Terminal).words(), "terminal-type");
        assert!(!both.without(Permission::Terminal).has_what_it_needs(Permission::TerminalType));
    }

    #[test]
    fn unknown_bits_grant_nothing() {
        assert_eq!(PermissionSet::from(0xfffc_0000), PermissionSet::NONE);
    }
}
