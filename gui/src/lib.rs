//! The desktop application: the windows of `beistand`.
//!
//! What it does: draws the two things that a person does, get help and give help, from an [`state::AppState`]
//! that the node's events change, and turns hands into commands. The technician's keys are read below egui.
//!
//! What it does not do: it knows no network and no operating system, and it never waits for the node. It
//! decides no consent: [`hand_check`] only passes on what a hand at this machine clicked.

#![forbid(unsafe_code)]

pub mod app;
pub mod backend;
pub mod cli;
pub mod hand_check;
pub mod hand_pointer;
pub mod hit;
pub mod icon;
pub mod input;
pub mod keys;
pub mod pane;
pub mod panels;
pub mod phrases;
pub mod picture_file;
pub mod shader;
pub mod shell;
mod signals;
pub mod state;
pub mod texture;
pub mod theme;
pub mod views;
pub mod wake;

use beistand_node::words::{WordRoom, joined, rooms};

use panels::PANEL_ROOMS;

rooms! {
    /// The texts of this crate but for those of panels.
    const OWN_ROOMS =
        "cli" in "src/cli",
        "page" in "src/views",
        "panel" in "src/panels",
}

const ALL_ROOMS: [WordRoom; OWN_ROOMS.len() + PANEL_ROOMS.len()] = joined(OWN_ROOMS, PANEL_ROOMS);

/// The texts of this crate.
pub const WORD_ROOMS: &[WordRoom] = &ALL_ROOMS;
