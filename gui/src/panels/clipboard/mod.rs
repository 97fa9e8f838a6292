//! The clipboard: what its permissions are called, and a passing notice when there is something to paste.
//!
//! It has no place of its own: people copy and paste as they always do.

use std::time::Instant;

use beistand_node::words::Phrase;
use beistand_node::{ClipboardCommand, ClipboardEvent, ContentKind, Permission};
use egui::Ui;

use crate::panels::{Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, PermissionWords};

const TO_USER: PermissionWords = PermissionWords {
    title: "gui-clipboard-to-title",
    line: "gui-clipboard-to-line",
    short: "gui-clipboard-to-short",
    helper: "gui-clipboard-to-helper",
};

const FROM_USER: PermissionWords = PermissionWords {
    title: "gui-clipboard-from-title",
    line: "gui-clipboard-from-line",
    short: "gui-clipboard-from-short",
    helper: "gui-clipboard-from-helper",
};

/// The notices of the clipboard.
#[derive(Debug, Default)]
pub struct ClipboardPanel {}

impl Panel for ClipboardPanel {
    type Event = ClipboardEvent;
    type Command = ClipboardCommand;

    const WORDS: PanelWords = PanelWords {
        button: "gui-clipboard-button",
        permissions: &[(Permission::ClipboardToUser, TO_USER), (Permission::ClipboardFromUser, FROM_USER)],
    };

    fn place(_side: PanelSide) -> PanelPlace {
        PanelPlace::Nowhere
    }

    fn apply(&mut self, event: ClipboardEvent, _now: Instant) -> Attention {
        match event {
            // A person knows what they copied.
            ClipboardEvent::Sent { .. } => Attention::Quiet,
            ClipboardEvent::Received { kind: ContentKind::Text, .. } => {
                Attention::Toast(Phrase::new("clipboard-text-here"))
            }
            ClipboardEvent::Received { kind: ContentKind::Picture, .. } => {
                Attention::Toast(Phrase::new("clipboard-picture-here"))
            }
            ClipboardEvent::Refused { why } => Attention::Toast(why.phrase()),
        }
    }

    fn leave(&mut self) -> Option<ClipboardCommand> {
        // What one host copies would be pasted at another.
        Some(ClipboardCommand::Rest)
    }

    fn come_back(&mut self) -> Option<ClipboardCommand> {
        Some(ClipboardCommand::Use)
    }

    fn panel_ui(&mut self, _ui: &mut Ui, _cx: &mut PanelContext<'_, ClipboardCommand>) {}

    fn sample() -> Vec<ClipboardEvent> {
        vec![ClipboardEvent::Received { kind: ContentKind::Text, bytes: 12 }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_pasted_is_told_and_what_was_sent_is_not() {
        let mut panel = ClipboardPanel::default();
        let mut apply = |event| panel.apply(event, Instant::now());
        let (kind, bytes) = (ContentKind::Picture, 9);
        assert_eq!(apply(ClipboardEvent::Sent { kind, bytes }), Attention::Quiet);
        assert!(matches!(apply(ClipboardEvent::Received { kind, bytes }), Attention::Toast(_)));
    }
}
