//! How somebody types in a session, and what is shown of the keyboard; kept with what is drawn, so that a
//! menu, the toolbar and the event loop have the same.

use super::KeyWay;
use beistand_node::ContactHabits;

/// How somebody types in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyHabits {
    /// What arrives when a key is pressed.
    pub way: KeyWay,
    /// Who gets the shortcuts of this computer's desktop while the picture has the keyboard.
    pub shortcuts: ShortcutTarget,
}

/// Who gets the shortcuts of this computer's desktop while the picture has the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ShortcutTarget {
    /// The other computer, as it gets all other keys.
    #[default]
    Host,
    /// This computer's desktop.
    Here,
}

impl KeyHabits {
    /// As it was last chosen.
    pub fn chosen(ctx: &egui::Context) -> Self {
        ctx.data(|data| data.get_temp(egui::Id::unique("key habits"))).unwrap_or_default()
    }

    /// It is so from now on.
    pub fn choose(self, ctx: &egui::Context) {
        ctx.data_mut(|data| data.insert_temp(egui::Id::unique("key habits"), self));
    }
}

impl From<ContactHabits> for KeyHabits {
    fn from(ContactHabits { keys_by_place, keeps_shortcuts }: ContactHabits) -> Self {
        Self {
            way: if keys_by_place { KeyWay::ByPlace } else { KeyWay::AsAtHome },
            shortcuts: if keeps_shortcuts { ShortcutTarget::Here } else { ShortcutTarget::Host },
        }
    }
}

impl From<KeyHabits> for ContactHabits {
    fn from(KeyHabits { way, shortcuts }: KeyHabits) -> Self {
        Self { keys_by_place: way == KeyWay::ByPlace, keeps_shortcuts: shortcuts == ShortcutTarget::Here }
    }
}

/// Where what is typed goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyboardSight {
    /// To this program and this desktop.
    #[default]
    Here,
    /// To the other computer, but for the desktop's shortcuts.
    Host,
    /// To the other computer, with the desktop's shortcuts.
    HostWithShortcuts,
}

/// Why the desktop's shortcuts can't go to the other computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ShortcutObstacle {
    /// They can.
    #[default]
    None,
    /// Another program has the keyboard.
    Taken,
    /// This desktop gives them to nobody.
    NotHere,
}

impl ShortcutObstacle {
    /// What was last in the way.
    pub fn known(ctx: &egui::Context) -> Self {
        ctx.data(|data| data.get_temp(egui::Id::unique("shortcut obstacle"))).unwrap_or_default()
    }

    /// This is in the way from now on.
    pub fn note(self, ctx: &egui::Context) {
        ctx.data_mut(|data| data.insert_temp(egui::Id::unique("shortcut obstacle"), self));
    }
}
