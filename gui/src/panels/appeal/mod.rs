//! What the helper asks for in a session: the question in the user's window, and what became of it in the
//! helper's.
//!
//! The helper writes it on their page; what it grants is granted as everything is.

use std::time::Instant;

use beistand_node::words::{Phrase, args};
use beistand_node::{AppealCommand, AppealEvent, FeatureEvent, Permission, PermissionWeight, Role};
use egui::{Sense, TextStyle, Ui, Vec2};

use crate::hand_check::Sight;
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
                self.open = Some((permission, reason));
                self.count += 1;
                Attention::Toast(asked(permission))
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
        lead_ui(ui, cx.words.say(&asked(*permission)));
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
        let permission = *permission;
        let allow = ui.horizontal_wrapped(|ui| {
            let (allow, size) = (cx.text("gui-appeal-allow"), Vec2::new(0.0, 40.0));
            let allow = sized_button_ui(ui, ButtonLook::Plain, &allow, size, Sense::CLICK);
            if button_ui(ui, ButtonLook::Plain, &cx.text("gui-appeal-decline")).clicked() {
                cx.send(AppealCommand::Decline);
            }
            allow
        });
        let mut sight = Sight::default();
        sight.add(ui, ui.min_rect());
        cx.grant(ui, &allow.inner, permission, sight);
        let hints = ["page-consent-unseen", "gui-appeal-hands-off"].map(|key| cx.text(key));
        let unseen = sight == Sight::Partial || !cx.hand_waits();
        hint_ui(ui, &hints, usize::from(!unseen));
    }

    fn offered(&self) -> u64 {
        if self.open.is_some() { self.count } else { 0 }
    }

    fn urgent(&self) -> Option<Phrase> {
        self.open.as_ref().map(|(permission, _)| asked(*permission))
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

/// That this is asked for.
fn asked(permission: Permission) -> Phrase {
    Phrase::with("gui-appeal-asked", args![what = Phrase::new(permission_words(permission).title)])
}

/// Draws one of `hints`, as high whichever it is: what is below must not move, which would begin the time
/// again.
fn hint_ui(ui: &mut Ui, hints: &[String; 2], which: usize) {
    let (font, colour) = (TextStyle::Small.resolve(ui.style()), palette(ui).weak);
    let height = |hint: &String| {
        let laid = ui.painter().layout(hint.clone(), font.clone(), colour, ui.available_width());
        laid.size().y
    };
    let room = Vec2::new(ui.available_width(), hints.iter().map(height).fold(0.0, f32::max));
    ui.allocate_ui(room, |ui| {
        ui.set_min_size(room);
        small_ui(ui, hints[which].as_str());
    });
}
