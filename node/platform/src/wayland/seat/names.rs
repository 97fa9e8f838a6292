//! What the screens are called in one session of ours: the portal says no names that a person knows.
//!
//! They are numbers, in the order in which the screens were first seen. One that has been moved has another
//! name from then on, so that what the user hides by a name is never another one.

use crate::wayland::arrangement::ScreenPlace;
use crate::wayland::portal::PortalScreen;

/// Screens that are remembered: more than anybody plugs in and moves about during one session.
const MAX_KNOWN: usize = 64;

/// The names that were given.
#[derive(Debug, Default)]
pub(super) struct ScreenNames {
    known: Vec<NamedScreen>,
    last: u32,
}

/// One of them.
#[derive(Debug)]
struct NamedScreen {
    /// What the portal calls it, and where it is.
    id: Option<String>,
    at: (i32, i32),
    number: u32,
}

impl ScreenNames {
    /// The screen as the slot knows it.
    pub(super) fn place(&mut self, screen: &PortalScreen) -> ScreenPlace {
        let known = self.known.iter().find(|known| known.id == screen.id && known.at == screen.at);
        let number = known.map(|known| known.number);
        let number = number.unwrap_or_else(|| {
            self.last += 1;
            if self.known.len() >= MAX_KNOWN {
                self.known.remove(0);
            }
            self.known.push(NamedScreen { id: screen.id.clone(), at: screen.at, number: self.last });
            self.last
        });
        ScreenPlace { name: number.to_string(), at: screen.at, logical: screen.logical }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_keeps_its_name_until_it_is_moved() {
        let mut names = ScreenNames::default();
        let mut name = |node, id: &str, at| {
            let id = Some(id.to_owned());
            names.place(&PortalScreen { node, id, mapping: None, at, logical: None }).name
        };
        assert_eq!([name(1, "a", (0, 0)), name(2, "b", (800, 0))], ["1", "2"]);
        assert_eq!([name(9, "b", (800, 0)), name(8, "a", (0, 0))], ["2", "1"], "had again by a token");
        assert_eq!(name(3, "b", (0, 0)), "3", "whoever has hidden 1 has not hidden this one");
        assert_eq!(name(4, "a", (800, 0)), "4");
        for step in 0..200 {
            name(5, "a", (step, 1));
        }
        assert_eq!(name(5, "a", (199, 1)), "204");
        assert_eq!(name(6, "a", (0, 0)), "205", "forgotten, and no other one's");
    }
}
