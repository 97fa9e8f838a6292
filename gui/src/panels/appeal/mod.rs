//! What the helper asks for in a session: the question in the user's window, and what became of it in the
//! helper's.
//!
//! The helper writes it on their page; what it grants is granted as everything is.

use std::time::Instant;

use beistand_node::words::{Phrase, args};
use beistand_node::{AppealCommand, AppealEvent, FeatureEvent, Permission, PermissionWeight, Role};
use egui::{Sense, Ui, Vec2};

use crate::panels::{Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, permission_words};
use crate::theme::{self, palette};
use crate::views::widgets::{
    ButtonLook, bounded_ui, button_ui, lead_ui, quote_ui, sized_button_ui, small_ui, warning_ui,
};

/// The most rows of a reason in the user's window: all of it, but for one without spaces.
const REASON_ROWS: usize = 5;

/// What is asked for.
#[derive(Debug, Default)]
pub struct AppealPanel {
    /// What, and why.
    open: Option<(Permission, String)>,
    /// How many there have been: a new one is something new to read.
    count: u64,
}

impl Panel for AppealPanel {
    type Event = AppealEvent;
    type Command = AppealCommand;

    const WORDS: PanelWords = PanelWords { button: "gui-appeal-button", permissions: &[] };

    fn place(side: PanelSide) -> PanelPlace {
        match side {
            PanelSide::Host => PanelPlace::Beside,
            PanelSide::Technician => PanelPlace::Nowhere,
        }
    }

    fn apply(&mut self, event: AppealEvent, _now: Instant) -> Attention {
        match event {
            AppealEvent::Asked { permission, reason } => {
                let what = Phrase::new(permission_words(permission).title);
                self.open = Some((permission, reason));
                self.count += 1;
                Attention::Toast(Phrase::with("gui-appeal-asked", args![what = what]))
            }
            AppealEvent::Over => {
                self.open = None;
                Attention::Quiet
            }
            event @ (AppealEvent::Answered { .. } | AppealEvent::Refused) => {
                let said = FeatureEvent::from(event).phrase(Role::Technician);
                said.map_or(Attention::Quiet, Attention::Toast)
            }
        }
    }

    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, AppealCommand>) {
        let Some((permission, reason)) = &self.open else {
            return small_ui(ui, cx.text("gui-appeal-nothing"));
        };
        let words = permission_words(*permission);
        lead_ui(ui, cx.with("gui-appeal-asked", args![what = cx.text(words.title)]));
        match permission.weight() {
            PermissionWeight::Everything => warning_ui(ui, cx.text(words.line)),
            PermissionWeight::Bounded => small_ui(ui, cx.text(words.line)),
        }
        if !reason.is_empty() {
            let colour = palette(ui).text;
            quote_ui(ui, &cx.text("gui-appeal-theirs"), |ui| {
                bounded_ui(ui, reason, theme::BODY_PT, colour, REASON_ROWS)
            });
        }
        ui.horizontal_wrapped(|ui| {
            let (allow, size) = (cx.text("gui-appeal-allow"), Vec2::new(0.0, 40.0));
            let allow = sized_button_ui(ui, ButtonLook::Plain, &allow, size, Sense::CLICK);
            cx.grant(ui, &allow, *permission);
            if button_ui(ui, ButtonLook::Plain, &cx.text("gui-appeal-decline")).clicked() {
                cx.send(AppealCommand::Decline);
            }
        });
    }

    fn offered(&self) -> u64 {
        if self.open.is_some() { self.count } else { 0 }
    }

    fn is_urgent(&self) -> bool {
        self.open.is_some()
    }

    fn ask_for(permission: Permission, reason: &str) -> Option<AppealCommand> {
        beistand_node::offers()
            .contains(permission)
            .then(|| AppealCommand::Ask { permission, reason: reason.to_owned() })
    }

    fn sample() -> Vec<AppealEvent> {
        let reason = "I would like to type the address of the printer for you.".to_owned();
        vec![AppealEvent::Asked { permission: Permission::Keyboard, reason }]
    }
}
