//! The field for the invite: what is typed is checked word by word, a wrong word is underlined, and what it
//! may have been or become is there to take, by a click or with Tab. Enter connects.
//!
//! What it does not do: it reads nothing itself; the node does.

use std::ops::Range;
use std::sync::Arc;

use beistand_node::words::{Language, args};
use beistand_node::{DraftVerdict, InviteSearch, draft_invite};
use egui::text::{CCursor, CCursorRange, LayoutJob, TextFormat};
use egui::text_edit::TextEditState;
use egui::{
    Button, FontSelection, Galley, Id, Key, Modifiers, ScrollArea, Stroke, TextBuffer, TextEdit, Ui, Vec2,
};

use super::PageContext;
use super::widgets::{small_ui, trouble_ui};
use crate::state::InviteField;
use crate::theme::palette;

/// The height up to which the field grows, in points: a wrapped link fits, and a long mail does not push the
/// button off the page.
const FIELD_PT: f32 = 160.0;

/// Words of an invite: with fewer it is still being typed.
const SPOKEN_WORDS: usize = 6;

/// Words that can be put in the place of one.
struct WordOffer {
    range: Range<usize>,
    words: Vec<&'static str>,
    /// Whether what stands there is wrong, or only begun.
    wrong: bool,
}

/// Draws the field. Returns whether Enter was pressed in it.
pub fn invite_field_ui(
    ui: &mut Ui,
    field: &mut InviteField,
    label: Id,
    first_time: bool,
    cx: &PageContext<'_>,
) -> bool {
    let language = cx.words.language();
    let id = field_id();
    let offer = offer(field.text(), language);
    let (taken, entered) = keys(ui, id, field, offer.as_ref());
    let clicked = field_ui(ui, id, field, label, first_time, offer.as_ref(), cx);
    if let (Some(word), Some(offer)) = (taken.or(clicked), offer) {
        take(ui, id, field, &offer.range, word);
    }
    verdict_ui(ui, field, language, cx);
    entered
}

/// What the field is called, for whoever gives it the keyboard.
pub fn field_id() -> Id {
    Id::unique("invite-field")
}

/// The last word if it is begun, otherwise the first wrong one.
fn offer(text: &str, language: Language) -> Option<WordOffer> {
    let draft = draft_invite(text, language)?;
    let mut wrong = None;
    for word in draft {
        match word.verdict {
            DraftVerdict::Listed => {}
            DraftVerdict::Begun(words) if !words.is_empty() => {
                return Some(WordOffer { range: word.range, words, wrong: false });
            }
            DraftVerdict::Begun(_) => {}
            DraftVerdict::Wrong(words) if wrong.is_none() => {
                wrong = Some(WordOffer { range: word.range, words, wrong: true });
            }
            DraftVerdict::Wrong(_) => {}
        }
    }
    wrong
}

/// Takes the keys that choose, take and connect out of the input before the field sees them.
fn keys(ui: &Ui, id: Id, field: &mut InviteField, offer: Option<&WordOffer>) -> (Option<&'static str>, bool) {
    if !ui.memory(|memory| memory.has_focus(id)) {
        return (None, false);
    }
    let words = offer.map_or(&[][..], |offer| &offer.words[..]);
    ui.input_mut(|input| {
        if !words.is_empty() {
            let last = words.len() - 1;
            if input.consume_key(Modifiers::NONE, Key::ArrowDown) {
                let next = field.choice().map_or(0, |choice| choice + 1);
                field.choose(if next > last { 0 } else { next });
            }
            if input.consume_key(Modifiers::NONE, Key::ArrowUp) {
                let before = field.choice().filter(|choice| *choice > 0);
                field.choose(before.map_or(last, |choice| choice - 1));
            }
            if input.consume_key(Modifiers::NONE, Key::Tab) {
                return (words.get(field.choice().unwrap_or(0)).copied(), false);
            }
        }
        if !input.consume_key(Modifiers::NONE, Key::Enter) {
            return (None, false);
        }
        let chosen = field.choice().and_then(|choice| words.get(choice).copied());
        (chosen, chosen.is_none())
    })
}

/// The field and the words to take. Returns the one that was clicked.
fn field_ui(
    ui: &mut Ui,
    id: Id,
    field: &mut InviteField,
    label: Id,
    first_time: bool,
    offer: Option<&WordOffer>,
    cx: &PageContext<'_>,
) -> Option<&'static str> {
    let language = cx.words.language();
    let mut text = field.text().to_owned();
    let mut layout = |ui: &Ui, text: &dyn TextBuffer, width: f32| galley(ui, text.as_str(), width, language);
    let edit = TextEdit::multiline(&mut text)
        .id(id)
        .desired_rows(3)
        .desired_width(f32::INFINITY)
        .margin(Vec2::new(12.0, 10.0))
        .lock_focus(offer.is_some_and(|offer| !offer.words.is_empty()))
        .hint_text(cx.text("page-give-invite-hint"))
        .layouter(&mut layout);
    let scroll = ScrollArea::vertical().id_salt("invite").max_height(FIELD_PT);
    let response = scroll.show(ui, |ui| ui.add(edit).labelled_by(label)).inner;
    if response.changed() {
        field.set(text);
    }
    if first_time {
        response.request_focus();
    }
    if field.too_long() {
        trouble_ui(ui, cx.text("page-give-too-long"));
    }
    offer.and_then(|offer| offer_ui(ui, field, offer, cx))
}

fn offer_ui(
    ui: &mut Ui,
    field: &InviteField,
    offer: &WordOffer,
    cx: &PageContext<'_>,
) -> Option<&'static str> {
    if offer.wrong {
        let word: String = field.text().get(offer.range.clone()).unwrap_or_default().to_owned();
        let key = if offer.words.is_empty() { "page-give-word-unknown" } else { "page-give-word-wrong" };
        trouble_ui(ui, cx.with(key, args![word = word]));
    }
    let mut clicked = None;
    ui.horizontal_wrapped(|ui| {
        for (at, word) in offer.words.iter().enumerate() {
            let chosen = field.choice().map_or(at == 0 && !offer.wrong, |choice| choice == at);
            if ui.add(Button::selectable(chosen, *word).frame_when_inactive(true)).clicked() {
                clicked = Some(*word);
            }
        }
        if !offer.words.is_empty() {
            small_ui(ui, cx.text("page-give-take"));
        }
    });
    clicked
}

/// Puts the word where the wrong or begun one is, and the cursor behind it.
fn take(ui: &Ui, id: Id, field: &mut InviteField, range: &Range<usize>, word: &str) {
    let mut text = field.text().to_owned();
    if text.get(range.clone()).is_none() {
        return;
    }
    text.replace_range(range.clone(), word);
    let mut end = range.start + word.len();
    if end == text.len() {
        text.push(' ');
        end = text.len();
    }
    let cursor = CCursor::new(text[..end].chars().count());
    field.set(text);
    let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::one(cursor)));
    state.store(ui.ctx(), id);
    ui.memory_mut(|memory| memory.request_focus(id));
}

/// What the whole text says: that it is complete, or, where nothing is still to come, what is wrong.
fn verdict_ui(ui: &mut Ui, field: &InviteField, language: Language, cx: &PageContext<'_>) {
    match field.search() {
        InviteSearch::Found => small_ui(ui, cx.text("page-give-whole")),
        InviteSearch::Empty => {}
        InviteSearch::Unfinished(why) | InviteSearch::Wrong(why) => {
            let draft = draft_invite(field.text(), language);
            let typing = draft.as_ref().is_some_and(|draft| {
                draft.iter().any(|word| word.verdict != DraftVerdict::Listed) || draft.len() < SPOKEN_WORDS
            });
            let wrong = matches!(field.search(), InviteSearch::Wrong(_)) && !typing;
            if wrong || field.complains() {
                trouble_ui(ui, cx.say(why));
            }
        }
    }
}

/// The text, with a line under each wrong word.
fn galley(ui: &Ui, text: &str, width: f32, language: Language) -> Arc<Galley> {
    let font = FontSelection::Default.resolve(ui.style());
    let colours = palette(ui);
    let plain = TextFormat::simple(font, colours.text);
    let wrong = TextFormat { underline: Stroke::new(1.5, colours.danger_text), ..plain.clone() };
    let mut job = LayoutJob::default();
    job.wrap.max_width = width;
    let mut at = 0;
    let mut add = |range: Range<usize>, format: &TextFormat| job.append(&text[range], 0.0, format.clone());
    for word in draft_invite(text, language).unwrap_or_default() {
        if matches!(word.verdict, DraftVerdict::Wrong(_)) {
            add(at..word.range.start, &plain);
            add(word.range.clone(), &wrong);
            at = word.range.end;
        }
    }
    add(at..text.len(), &plain);
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}
