//! The pages. Each is a function that draws a part of the state and says what the person wants.
//!
//! No page talks to the node or waits for anything.

pub mod acquaintance;
pub mod acquaintances;
pub mod announce;
pub mod ask_form;
pub mod changes;
pub mod choice_card;
pub mod choices;
pub mod chooser;
pub mod connect;
pub mod consent;
pub mod deeds;
pub mod end_button;
pub mod ended;
pub mod hands_chip;
pub mod home;
pub mod host_session;
pub mod invite;
pub mod invite_field;
pub mod keyboard_chip;
pub mod large_choices;
pub mod notes;
pub mod opened;
pub mod palette;
pub mod past;
pub mod picture;
pub mod preset;
pub mod returns;
pub mod save_form;
pub mod session_bar;
pub mod share;
pub mod tab_bar;
pub mod tick;
pub mod toolbar;
pub mod viewer;
pub mod wants;
pub mod way_back;
pub mod widgets;
pub mod zoom;

use std::time::Instant;

use beistand_node::words::{Phrase, PhraseArgs, Words};

use crate::state::PageAction;
use beistand_node::NodeCommand;

/// What a page is drawn with, and where it puts what a person wants.
#[derive(Debug)]
pub struct PageContext<'a> {
    /// What is said, in the person's language.
    pub words: &'a Words,
    /// When it is drawn.
    pub now: Instant,
    /// What the person wants, oldest first.
    pub actions: &'a mut Vec<PageAction>,
}

/// Whether a person may be looking at the window: it is not minimised, and no other one has the keyboard.
pub fn is_attended(ui: &egui::Ui) -> bool {
    ui.input(|input| {
        let viewport = input.viewport();
        viewport.minimized != Some(true) && viewport.focused != Some(false)
    })
}

impl PageContext<'_> {
    /// The person wants this.
    pub fn act(&mut self, action: PageAction) {
        self.actions.push(action);
    }

    /// The person wants this of the node.
    pub fn send(&mut self, command: NodeCommand) {
        self.act(PageAction::Send(command));
    }

    /// The text of `key`.
    pub fn text(&self, key: &str) -> String {
        self.words.text(key)
    }

    /// The text of `key` with its values.
    pub fn with(&self, key: &str, args: PhraseArgs) -> String {
        self.words.with(key, args)
    }

    /// What the phrase says.
    pub fn say(&self, phrase: &Phrase) -> String {
        self.words.say(phrase)
    }
}
