//! What the helper can do in the viewer, one by one: for the list of commands, the toolbar and the keys.
//!
//! It carries nothing out: that is [`crate::views::deeds`].

use beistand_node::words::{Phrase, Words, args};

use crate::keys::KeyboardSight;
use crate::panels::{PanelName, PanelPlace, PanelSide, Panels, permission_words};
use crate::state::{PictureScale, ViewerState};
use beistand_node::Permission;

/// One thing that the helper can do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ViewerDeed {
    /// Draw the picture so large.
    Scale(PictureScale),
    /// Draw it larger.
    Larger,
    /// Draw it smaller.
    Smaller,
    /// Whole screen, or a window again.
    Extent,
    /// Where what is typed goes.
    Keyboard,
    /// Open a panel, or close it.
    Panel(PanelName),
    /// Ask the user for this.
    Ask(Permission),
    /// Keep the picture as a file.
    SavePicture,
    /// Keep the picture where the helper chooses.
    SavePictureAs,
    /// Copy the picture, to be pasted somewhere.
    CopyPicture,
    /// Help somebody else as well.
    NewTab,
    /// Open the notes, or close them.
    Notes,
    /// Show the list of commands.
    Commands,
    /// Show which keys do what.
    Shortcuts,
    /// The toolbar of a full screen stays, or no longer does.
    Pin,
    /// The toolbar goes to the other edge.
    Edge,
}

impl ViewerDeed {
    /// What it is called.
    pub fn phrase(self, viewing: &ViewerState) -> Phrase {
        Phrase::new(match self {
            Self::Scale(PictureScale::Fit) => "page-viewer-fit",
            Self::Scale(PictureScale::Actual) => "page-viewer-actual",
            Self::Scale(PictureScale::Percent(percent)) => {
                return Phrase::with("page-viewer-percent", args![percent = percent]);
            }
            Self::Larger => "page-deed-larger",
            Self::Smaller => "page-deed-smaller",
            Self::Extent if viewing.extent.is_screen() => "page-viewer-window",
            Self::Extent => "page-viewer-screen",
            Self::Keyboard if viewing.keyboard == KeyboardSight::Here => "page-deed-keyboard-there",
            Self::Keyboard => "page-deed-keyboard-here",
            Self::Panel(name) => return viewing.panels.button(name),
            Self::Ask(permission) => {
                let what = Phrase::new(permission_words(permission).helper);
                return Phrase::with("page-ask-button", args![what = what]);
            }
            Self::SavePicture => "page-deed-save",
            Self::SavePictureAs => "page-deed-save-as",
            Self::CopyPicture => "page-deed-copy",
            Self::NewTab => "page-tab-new",
            Self::Notes => "page-notes",
            Self::Commands => "page-deed-commands",
            Self::Shortcuts => "page-deed-shortcuts",
            Self::Pin if viewing.toolbar.pinned => "page-deed-unpin",
            Self::Pin => "page-deed-pin",
            Self::Edge if viewing.toolbar.at_lower_edge => "page-deed-upper",
            Self::Edge => "page-deed-lower",
        })
    }

    /// The key that does it, where there is one.
    pub fn key(self, words: &Words) -> Option<String> {
        let key = match self {
            Self::Extent => "F11",
            Self::Larger => "+",
            Self::Smaller => "−",
            Self::Scale(PictureScale::Fit) => "0",
            Self::Scale(PictureScale::Actual) => "1",
            Self::Shortcuts => "F1",
            Self::Commands => return Some(words.text("page-key-commands")),
            Self::Scale(PictureScale::Percent(_))
            | Self::Keyboard
            | Self::Panel(_)
            | Self::Ask(_)
            | Self::SavePicture
            | Self::SavePictureAs
            | Self::CopyPicture
            | Self::NewTab
            | Self::Notes
            | Self::Pin
            | Self::Edge => return None,
        };
        Some(key.to_owned())
    }

    /// All that can be done now.
    pub fn all(viewing: &ViewerState) -> Vec<Self> {
        let facts = &viewing.facts;
        let mut deeds = vec![
            Self::Scale(PictureScale::Fit),
            Self::Scale(PictureScale::Actual),
            Self::Larger,
            Self::Smaller,
            Self::Extent,
            Self::NewTab,
            Self::Notes,
            Self::Shortcuts,
            Self::Pin,
            Self::Edge,
        ];
        if facts.granted.contains(Permission::Keyboard) && !facts.paused() {
            deeds.push(Self::Keyboard);
        }
        if !viewing.is_hidden() {
            deeds.extend([Self::SavePicture, Self::SavePictureAs, Self::CopyPicture]);
        }
        let opens = |name: &PanelName| match name.place(PanelSide::Technician) {
            PanelPlace::Beside | PanelPlace::Over | PanelPlace::Menu => name.is_usable(facts),
            PanelPlace::Nowhere => false,
        };
        deeds.extend(PanelName::on(PanelSide::Technician).filter(opens).map(Self::Panel));
        let missing = Permission::ALL.into_iter().filter(|one| {
            let has = |granted: bool| granted && Panels::ask_for(*one, "").is_some();
            !facts.granted.contains(*one) && has(facts.granted.has_what_it_needs(*one))
        });
        deeds.extend(missing.map(Self::Ask));
        deeds
    }
}

/// The list of commands while it is open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommandSearch {
    /// What is looked for.
    pub text: String,
    /// Which one the keys have chosen.
    pub choice: usize,
}

impl CommandSearch {
    /// Which of these are meant: those with all words that are looked for, in any order.
    pub fn found<'a>(&self, all: &'a [(ViewerDeed, String)]) -> Vec<&'a (ViewerDeed, String)> {
        let wanted = self.text.to_lowercase();
        let words: Vec<_> = wanted.split_whitespace().collect();
        let is_meant = |label: &str| words.iter().all(|word| label.contains(word));
        all.iter().filter(|(_, label)| is_meant(&label.to_lowercase())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::SessionFacts;
    use beistand_node::PermissionSet;

    #[test]
    fn what_can_not_be_done_now_is_not_listed_and_what_is_missing_can_be_asked_for() {
        let granted = PermissionSet::NONE.with(Permission::View);
        let facts = SessionFacts { granted, ..SessionFacts::default() };
        let viewing = ViewerState { facts, ..ViewerState::default() };
        let all = ViewerDeed::all(&viewing);
        assert!(all.contains(&ViewerDeed::Ask(Permission::Keyboard)) && !all.contains(&ViewerDeed::Keyboard));
        assert!(all.contains(&ViewerDeed::SavePicture) && !all.contains(&ViewerDeed::Ask(Permission::View)));
        assert!(!all.contains(&ViewerDeed::Ask(Permission::Record)), "nobody has it to give");
        let hidden = ViewerDeed::all(&ViewerState::default());
        assert!(!hidden.contains(&ViewerDeed::SavePicture) && !hidden.contains(&ViewerDeed::CopyPicture));
    }

    #[test]
    fn commands_are_found_by_words_in_any_order() {
        let all = [(ViewerDeed::Larger, "Picture larger"), (ViewerDeed::Smaller, "Picture smaller")]
            .map(|(deed, label)| (deed, label.to_owned()));
        let found = |text: &str| {
            let search = CommandSearch { text: text.to_owned(), choice: 0 };
            search.found(&all).into_iter().map(|(deed, _)| *deed).collect::<Vec<_>>()
        };
        assert_eq!(found("  LARG pict"), [ViewerDeed::Larger]);
        assert_eq!(found("").len(), 2);
        assert!(found("nothing").is_empty());
    }
}
