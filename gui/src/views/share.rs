//! What of a permission the helper gets: a tick for each part, and a list of them to be kept back.
//!
//! A tick that is taken away counts for everybody; one that is made passes the window's hand check.

use beistand_node::words::Words;
use egui::Ui;

use super::tick::{CHIP_PT, TickReadiness, chip_ui};
use super::widgets::{lead_ui, small_ui};
use crate::hand_check::{HandCheck, HandedAct, Sight, WideningAct};
use crate::panels::ShareGroup;
use beistand_node::FeatureCommand;

/// What a person wants of a part.
#[derive(Debug)]
pub enum ShareWish {
    /// The helper does not get it.
    Keep(FeatureCommand),
    /// They do.
    Give(HandedAct),
}

/// Parts that have room side by side.
const PARTS_PER_ROW: usize = 2;
/// The line above them in points.
const HEADING_PT: f32 = 24.0;
/// The space between two rows in points.
const ROW_GAP_PT: f32 = 6.0;

/// How high the ticks are, in points.
pub fn share_height(groups: &[ShareGroup]) -> f32 {
    let rows = groups.iter().map(|group| group.parts.len().div_ceil(PARTS_PER_ROW));
    rows.map(|rows| HEADING_PT + rows as f32 * (CHIP_PT + ROW_GAP_PT)).sum()
}

/// Draws the ticks.
pub fn share_ui(
    ui: &mut Ui,
    groups: &[ShareGroup],
    check: &mut HandCheck,
    sight: &mut Sight,
    words: &Words,
) -> Vec<ShareWish> {
    let mut wishes = Vec::new();
    for group in groups {
        small_ui(ui, words.text(group.heading));
        ui.horizontal_wrapped(|ui| {
            for part in &group.parts {
                let ready = part.shared || check.armed();
                let readiness = if ready { TickReadiness::Ready } else { TickReadiness::Waiting };
                let response = chip_ui(ui, part.shared, words.say(&part.title), readiness);
                sight.add(ui, response.rect);
                if part.shared {
                    if response.clicked() {
                        check.forget_refusal();
                        wishes.push(ShareWish::Keep(part.keep.clone()));
                    }
                } else if let Some(act) = check.pass(ui, &response, WideningAct::More(part.give.clone())) {
                    wishes.push(ShareWish::Give(act));
                }
            }
        });
    }
    wishes
}

/// Draws a list in which parts can be kept back. It gives nothing.
pub fn keep_ui(ui: &mut Ui, groups: &[ShareGroup], words: &Words) -> Vec<FeatureCommand> {
    let mut kept = Vec::new();
    for group in groups {
        lead_ui(ui, words.text(group.heading));
        for part in &group.parts {
            ui.horizontal_wrapped(|ui| {
                ui.label(words.say(&part.title));
                if !part.shared {
                    small_ui(ui, words.text("page-share-kept"));
                } else if ui.button(words.text("page-share-keep")).clicked() {
                    kept.push(part.keep.clone());
                }
            });
        }
        if group.parts.iter().any(|part| !part.shared) {
            small_ui(ui, words.text("page-share-give"));
        }
    }
    kept
}
