//! Settings: the helper sees them with a choice for each and asks for a change by one press; the user sees
//! what is asked, what was changed, and takes it back.
//!
//! It changes nothing by itself: the user's yes passes the window's hand check.

mod helper;
#[cfg(test)]
mod tests;
mod user;

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::{Duration, Instant};

use beistand_node::words::Phrase;
use egui::{Sense, Ui, Vec2};

use crate::panels::{
    Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, PermissionWords, ToolGroup, UnderWay,
};
use crate::views::widgets::{ButtonLook, lead_ui, sized_button_ui, small_ui};
use beistand_node::{
    AdjustChange, AdjustCommand, AdjustEvent, AdjustKind, AdjustSetting, AdjustState, AdjustWish, Permission,
    adjust_change_phrase, adjust_fault_phrase,
};

const SETTINGS: PermissionWords = PermissionWords {
    title: "gui-adjust-title",
    line: "gui-adjust-line",
    short: "gui-adjust-short",
    helper: "gui-adjust-helper",
};

/// Changes that are shown: a page of them.
const MAX_CHANGES: usize = 12;

/// Settings, and what was changed.
#[derive(Debug, Default)]
pub struct AdjustPanel {
    /// As they were when they were last read.
    settings: BTreeMap<AdjustKind, AdjustState>,
    /// Helper: the list was asked for and isn't complete.
    listing: bool,
    /// Helper: what they have chosen and not asked for.
    picked: Option<(AdjustKind, String)>,
    /// User: what they are asked.
    question: Option<UserQuestion>,
    /// What can be taken back, the oldest first.
    changes: VecDeque<ShownChange>,
    /// What came of the last wish.
    note: Option<Phrase>,
}

/// What the user is asked.
#[derive(Debug)]
struct UserQuestion {
    number: u32,
    wish: AdjustWish,
    who: String,
}

/// A change that can be taken back.
#[derive(Debug)]
struct ShownChange {
    change: AdjustChange,
    /// When it goes back by itself.
    until: Option<Instant>,
}

impl Panel for AdjustPanel {
    type Event = AdjustEvent;
    type Command = AdjustCommand;

    const WORDS: PanelWords =
        PanelWords { button: "gui-adjust-button", permissions: &[(Permission::Adjust, SETTINGS)] };

    const GROUP: ToolGroup = ToolGroup::Mend;

    fn place(_side: PanelSide) -> PanelPlace {
        PanelPlace::Beside
    }

    fn apply(&mut self, event: AdjustEvent, now: Instant) -> Attention {
        let mut attention = Attention::Quiet;
        match event {
            AdjustEvent::Setting { kind, state } => {
                self.settings.insert(kind, state);
            }
            AdjustEvent::Earlier(change) => self.add_change(change, None),
            AdjustEvent::Listed => self.listing = false,
            AdjustEvent::Sent { .. } => self.note = None,
            AdjustEvent::Asked { .. } => self.note = Some(Phrase::new("adjust-asked")),
            AdjustEvent::Question { number, wish, who } => {
                self.question = Some(UserQuestion { number, wish, who });
                attention = Attention::Toast(Phrase::new("gui-adjust-asks"));
            }
            AdjustEvent::Dropped { number } => {
                self.question.take_if(|question| question.number == number);
            }
            AdjustEvent::Changed { change, trial_secs } => {
                let trial = (trial_secs > 0).then(|| now + Duration::from_secs(trial_secs.into()));
                self.note = Some(Phrase::new("gui-adjust-done"));
                self.add_change(change, trial);
                attention = Attention::Toast(Phrase::new("gui-adjust-done"));
            }
            AdjustEvent::Kept { change } => {
                let shown = self.changes.iter_mut().find(|shown| shown.change.number == change);
                if let Some(shown) = shown {
                    shown.until = None;
                }
            }
            AdjustEvent::Undone { change, .. } => {
                self.changes.retain(|shown| shown.change.number != change);
                self.note = Some(Phrase::new("gui-adjust-undone"));
                attention = Attention::Count;
            }
            AdjustEvent::Ended { fault: None, .. } => {}
            AdjustEvent::Ended { fault: Some(fault), .. } | AdjustEvent::Failed { fault } => {
                let why = adjust_fault_phrase(fault);
                self.note = Some(Phrase::with("adjust-not-done", beistand_node::words::args![why = why]));
                attention = Attention::Count;
            }
            AdjustEvent::Refused { why } => {
                self.listing = false;
                self.note = Some(why.phrase());
            }
        }
        attention
    }

    fn under_way(&self) -> Option<UnderWay<AdjustCommand>> {
        let tried = self.changes.iter().rev().find(|shown| shown.until.is_some())?;
        let what = adjust_change_phrase(&tried.change);
        Some(UnderWay { what, stop: AdjustCommand::Undo { change: tried.change.number } })
    }

    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, AdjustCommand>) {
        lead_ui(ui, cx.text("gui-adjust-button"));
        if let Some(note) = &self.note {
            small_ui(ui, cx.words.say(note));
        }
        match cx.side {
            PanelSide::Host => self.user_ui(ui, cx),
            PanelSide::Technician => {
                egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| self.helper_ui(ui, cx));
            }
        }
    }

    fn offered(&self) -> u64 {
        let question = self.question.as_ref().map(|question| question.number);
        let trials = self.changes.iter().filter(|shown| shown.until.is_some());
        let trials: Vec<u32> = trials.map(|shown| shown.change.number).collect();
        if question.is_none() && trials.is_empty() {
            return 0;
        }
        let mut hasher = DefaultHasher::new();
        (question, trials).hash(&mut hasher);
        hasher.finish().max(1)
    }

    fn sample() -> Vec<AdjustEvent> {
        let here = |kind, value: &str, choices: &[&str]| {
            let choices = choices.iter().copied().map(str::to_owned).collect();
            let setting = AdjustSetting { value: value.to_owned(), choices, free: kind == AdjustKind::Dns };
            AdjustEvent::Setting { kind, state: AdjustState::Here(setting) }
        };
        let fault = beistand_node::AdjustFault::NeedsAdministrator;
        let firewall =
            AdjustEvent::Setting { kind: AdjustKind::Firewall, state: AdjustState::NotHere(fault) };
        let change = |number, kind, from: &str, to: &str| AdjustChange {
            number,
            kind,
            from: from.to_owned(),
            to: to.to_owned(),
        };
        let resolution = change(2, AdjustKind::Resolution, "1280x720", "1920x1080");
        let wish = AdjustWish {
            kind: AdjustKind::Keyboard,
            from: "de".to_owned(),
            to: "us".to_owned(),
            undoes: None,
        };
        vec![
            here(AdjustKind::Keyboard, "de", &["de", "us"]),
            here(AdjustKind::TimeZone, "Europe/Berlin", &["Europe/Berlin", "America/Argentina/Buenos_Aires"]),
            here(AdjustKind::Dns, "automatic", &["automatic", "1.1.1.1 1.0.0.1"]),
            firewall,
            AdjustEvent::Listed,
            AdjustEvent::Earlier(change(1, AdjustKind::Browser, "firefox.desktop", "chromium.desktop")),
            AdjustEvent::Changed { change: resolution, trial_secs: 15 },
            AdjustEvent::Question { number: 1, wish, who: "Max".to_owned() },
        ]
    }
}

impl AdjustPanel {
    fn add_change(&mut self, change: AdjustChange, until: Option<Instant>) {
        let known = self.changes.iter().position(|shown| shown.change.number == change.number);
        match known {
            Some(place) => self.changes[place].change = change,
            None => self.changes.push_back(ShownChange { change, until }),
        }
        while self.changes.len() > MAX_CHANGES {
            self.changes.pop_front();
        }
    }
}

fn plain_ui(ui: &mut Ui, text: &str) -> bool {
    sized_button_ui(ui, ButtonLook::Plain, text, Vec2::new(0.0, 40.0), Sense::click()).clicked()
}
