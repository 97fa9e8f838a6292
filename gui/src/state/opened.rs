//! A link that was opened on the desktop: when it is put into the paste page at once, and when it waits.

use super::{AppState, OpenPage, TechnicianPhase};

/// The text of a link that waits. Secret.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedLink(String);

impl std::fmt::Debug for OpenedLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenedLink(secret)")
    }
}

impl OpenedLink {
    /// This text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn into_text(self) -> String {
        self.0
    }
}

impl AppState {
    /// Whether nothing is lost when the paste page opens with another text: no node works for this page,
    /// nothing is being taken back, and the field is empty. Whoever makes somebody open a link can't put it
    /// in the place of an invite that they are about to use.
    pub fn has_room_for_link(&self) -> bool {
        match &self.page {
            OpenPage::Home | OpenPage::Acquaintances(_) => true,
            OpenPage::Changes(_) => false,
            OpenPage::Host(host) => !self.under_way() && host.ended.way_back.is_none(),
            OpenPage::Technician(technician) => match &technician.phase {
                TechnicianPhase::Form => technician.form.invite.text().trim().is_empty(),
                TechnicianPhase::Ended(_) => {
                    technician.notes.trim().is_empty() && technician.ended.way_back.is_none()
                }
                TechnicianPhase::Connecting(_) | TechnicianPhase::Viewing(_) => false,
            },
        }
    }
}
