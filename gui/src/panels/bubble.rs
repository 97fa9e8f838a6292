//! What panels put into the conversation between both people, each with nothing but its number, whose it is
//! and when it came: what is in a bubble is for its panel to draw, and where the bubbles are for another's.

use std::time::Instant;

/// A bubble in the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationBubble {
    /// Its number, among those of its panel.
    pub id: u32,
    /// Whose it is.
    pub from: BubbleFrom,
    /// When it came.
    pub at: Instant,
    /// What it is found by.
    pub text: String,
}

/// Whose a bubble is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BubbleFrom {
    /// It is of the person at this computer.
    Us,
    /// It is of the other person.
    Peer,
}
