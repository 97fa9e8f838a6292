//! A return: the helper says that they restart the user's computer, and the user may let them come back
//! afterwards.
//!
//! It lets nobody come back: that is asked on the home page when the program is opened again.

use std::time::Instant;

use beistand_node::words::Phrase;
use beistand_node::{ComebackCommand, ComebackEvent, FeatureEvent, Permission, Role};
use egui::{Sense, Ui, Vec2};

use crate::hand_check::Sight;
use crate::panels::{
    Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, PermissionWords, ToolGroup,
};
use crate::views::widgets::{ButtonLook, button_ui, sized_button_ui, small_ui, weak_ui};

const RECONNECT: PermissionWords = PermissionWords {
    title: "gui-comeback-title",
    line: "gui-comeback-line",
    short: "gui-comeback-short",
    helper: "gui-comeback-helper",
};

/// What is known of a return.
#[derive(Debug, Default)]
pub struct ComebackPanel {
    /// The newest.
    news: Option<ComebackEvent>,
    /// The helper asks for it, and the user hasn't allowed it yet.
    asked: bool,
}

impl Panel for ComebackPanel {
    type Event = ComebackEvent;
    type Command = ComebackCommand;

    const WORDS: PanelWords =
        PanelWords { button: "gui-comeback-button", permissions: &[(Permission::Reconnect, RECONNECT)] };

    const GROUP: ToolGroup = ToolGroup::Mend;

    fn place(_side: PanelSide) -> PanelPlace {
        PanelPlace::Beside
    }

    fn apply(&mut self, event: ComebackEvent, _now: Instant) -> Attention {
        self.asked = match &event {
            ComebackEvent::Announced { allowed } => !allowed,
            ComebackEvent::Kept | ComebackEvent::NotKept { .. } | ComebackEvent::TakenBack => false,
            ComebackEvent::Refused { .. } => self.asked,
        };
        let attention = match &event {
            ComebackEvent::Announced { .. } => Attention::Toast(Phrase::new("gui-comeback-announced")),
            ComebackEvent::Kept
            | ComebackEvent::NotKept { .. }
            | ComebackEvent::TakenBack
            | ComebackEvent::Refused { .. } => Attention::Count,
        };
        self.news = Some(event);
        attention
    }

    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, ComebackCommand>) {
        let role = match cx.side {
            PanelSide::Host => Role::Host,
            PanelSide::Technician => Role::Technician,
        };
        let news = self.news.clone().and_then(|event| FeatureEvent::from(event).phrase(role));
        match news {
            Some(news) => weak_ui(ui, cx.words.say(&news)),
            None => small_ui(ui, cx.text("gui-comeback-nothing")),
        }
        match cx.side {
            PanelSide::Host if self.asked => {
                let label = cx.text("gui-comeback-allow");
                let button =
                    sized_button_ui(ui, ButtonLook::Plain, &label, Vec2::new(0.0, 40.0), Sense::CLICK);
                cx.grant(ui, &button, Permission::Reconnect, Sight::Whole);
            }
            PanelSide::Host => {}
            PanelSide::Technician => {
                if button_ui(ui, ButtonLook::Plain, &cx.text("gui-comeback-announce")).clicked() {
                    cx.send(ComebackCommand::Announce);
                }
            }
        }
    }

    fn offered(&self) -> u64 {
        u64::from(self.asked)
    }

    fn sample() -> Vec<ComebackEvent> {
        vec![ComebackEvent::Announced { allowed: false }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_is_offered_to_allow_it_while_it_is_asked_for() {
        let mut panel = ComebackPanel::default();
        let mut offered = |event| {
            panel.apply(event, Instant::now());
            panel.offered() != 0
        };
        assert!(offered(ComebackEvent::Announced { allowed: false }));
        assert!(offered(ComebackEvent::Refused { behind: true }));
        assert!(!offered(ComebackEvent::Kept));
        assert!(!offered(ComebackEvent::Announced { allowed: true }));
    }
}
