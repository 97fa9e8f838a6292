//! What a panel is drawn with, and how it says what a person wants.

use std::marker::PhantomData;
use std::path::PathBuf;
use std::time::Instant;

use beistand_node::words::{PhraseArgs, Words};
use egui::{Response, Ui};

use super::{ConversationBubble, PanelName, Panels};
use crate::hand_check::{HandCheck, Sight, WideningAct};
use crate::state::{PageAction, SessionFacts};
use crate::views::PageContext;
use beistand_node::{FeatureCommand, NodeCommand, Permission};

/// Whose window it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelSide {
    /// The user's.
    Host,
    /// The helper's.
    Technician,
}

/// How far the session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionStage {
    /// The user is being asked.
    Asking,
    /// It runs.
    Running,
}

/// What a panel is drawn with. `C` is what it may ask of the node.
#[derive(Debug)]
pub struct PanelContext<'a, C = ()> {
    /// Whose window it is.
    pub side: PanelSide,
    /// How far the session is.
    pub stage: SessionStage,
    /// How the session is.
    pub facts: &'a SessionFacts,
    /// What the other person is called, where that is known.
    pub peer: Option<&'a str>,
    /// What is said, in the person's language.
    pub words: &'a Words,
    /// When it is drawn.
    pub now: Instant,
    actions: &'a mut Vec<PageAction>,
    /// The window's check of what lets the helper do more, where it has one.
    hand: Option<&'a mut HandCheck>,
    /// All other panels, for what they put into the conversation.
    others: Option<&'a mut Panels>,
    speaks: PhantomData<fn(C)>,
}

impl<'a> PanelContext<'a> {
    /// A context on a page, that puts what a person wants where the page does.
    pub fn new(
        side: PanelSide,
        stage: SessionStage,
        facts: &'a SessionFacts,
        page: &'a mut PageContext<'_>,
    ) -> Self {
        let PageContext { words, now, actions } = page;
        Self {
            side,
            stage,
            facts,
            peer: None,
            words,
            now: *now,
            actions,
            hand: None,
            others: None,
            speaks: PhantomData,
        }
    }

    /// The same, with what the other person is called.
    pub fn with_peer(self, peer: &'a str) -> Self {
        Self { peer: Some(peer), ..self }
    }

    /// The same, in a window in which a hand can let the helper do more.
    pub fn with_hand(self, hand: &'a mut HandCheck) -> Self {
        Self { hand: Some(hand), ..self }
    }

    /// The same, for a panel that shows what `others` put into the conversation.
    pub fn beside<'b>(&'b mut self, others: &'b mut Panels) -> PanelContext<'b> {
        PanelContext { others: Some(others), ..self.speaking() }
    }
}

impl<C> PanelContext<'_, C>
where
    FeatureCommand: From<C>,
{
    /// Asks the node for `command`.
    pub fn send(&mut self, command: C) {
        self.actions.push(PageAction::Send(NodeCommand::Feature(command.into())));
    }

    /// Asks the node for `command`, which lets the helper do more, where a hand clicked on what `response` is
    /// of.
    pub fn widen(&mut self, ui: &Ui, response: &Response, command: C) {
        let Some(hand) = &mut self.hand else { return };
        let act = WideningAct::More(command.into());
        hand.place(response, &act);
        if let Some(act) = hand.pass(ui, response, act) {
            self.actions.push(PageAction::Widen(act));
        }
    }
}

impl<C> PanelContext<'_, C>
where
    FeatureCommand: From<C>,
{
    /// Asks the node for `command`, which lets the helper do more for as long as a hand holds what `response`
    /// is of. Whether it did, when it began to.
    pub fn widen_held(&mut self, response: &Response, command: C) -> bool {
        let Some(hand) = &mut self.hand else { return false };
        let act = hand.hold(response, WideningAct::More(command.into()));
        let held = act.is_some();
        self.actions.extend(act.map(PageAction::Widen));
        held
    }
}

impl<C> PanelContext<'_, C> {
    /// The same, for a panel that asks with `D`.
    pub fn speaking<D>(&mut self) -> PanelContext<'_, D> {
        let Self { side, stage, facts, peer, words, now, actions, hand, others, .. } = self;
        PanelContext {
            side: *side,
            stage: *stage,
            facts,
            peer: *peer,
            words,
            now: *now,
            actions,
            hand: hand.as_deref_mut(),
            others: others.as_deref_mut(),
            speaks: PhantomData,
        }
    }

    /// What the other panels put into the conversation, the oldest first.
    pub fn bubbles(&self) -> Vec<(PanelName, ConversationBubble)> {
        self.others.as_ref().map(|others| others.bubbles()).unwrap_or_default()
    }

    /// Draws one of [`Self::bubbles`].
    pub fn bubble_ui(&mut self, ui: &mut Ui, name: PanelName, id: u32) {
        // A bubble has no bubbles.
        let Some(others) = self.others.take() else { return };
        others.bubble_ui(name, id, ui, &mut self.speaking());
        self.others = Some(others);
    }

    /// Draws what the other panels add to the field in which the conversation is written. Where it `is_aimed`
    /// at, what is pasted is meant for it.
    pub fn entry_ui(&mut self, ui: &mut Ui, is_aimed: bool) {
        let Some(others) = self.others.take() else { return };
        others.entry_ui(ui, is_aimed, &mut self.speaking());
        self.others = Some(others);
    }

    /// The text of `key`.
    pub fn text(&self, key: &str) -> String {
        self.words.text(key)
    }

    /// The text of `key` with its values.
    pub fn with(&self, key: &str, args: PhraseArgs) -> String {
        self.words.with(key, args)
    }

    /// Whether the time passes after which a hand's click counts, where it lets the helper do more.
    pub fn hand_waits(&self) -> bool {
        self.hand.as_ref().is_some_and(|hand| hand.arming())
    }

    /// Allows one thing more, where a hand clicked on what `response` is of, and what is to be read of it is
    /// in sight: when it comes into sight its time begins.
    pub fn grant(&mut self, ui: &Ui, response: &Response, permission: Permission, sight: Sight) {
        let Some(hand) = &mut self.hand else { return };
        if sight == Sight::Partial {
            return;
        }
        let act = WideningAct::Grant(permission);
        hand.place(response, &act);
        if let Some(act) = hand.pass(ui, response, act) {
            self.actions.push(PageAction::Widen(act));
        }
    }

    /// Shows this folder in the desktop's own window for folders.
    pub fn open_folder(&mut self, folder: PathBuf) {
        self.actions.push(PageAction::OpenFolder(folder));
    }

    /// Puts `text` on this computer's clipboard.
    pub fn copy(&mut self, text: String) {
        self.actions.push(PageAction::Copy(text));
    }
}
