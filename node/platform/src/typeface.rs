//! The letters of all windows, and of what is drawn without one: the bar that shows a session and the words
//! over the user's screen.

/// Atkinson Hyperlegible by the Braille Institute, under the Open Font License: letters that are told apart
/// with weak eyes (I, l and 1; O and 0). Its lines are set as closely as those of egui's own typeface, which
/// has what this one has not.
pub const HYPERLEGIBLE: &[u8] = include_bytes!("../fonts/AtkinsonHyperlegible-Regular.ttf");
