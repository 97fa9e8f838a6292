//! Messages between both people: the same panel at the user's and at the helper's.
//!
//! It keeps what was said in this session and the line being written, and shows what other panels put between
//! the lines, of which it knows no more than that. What is a link to a browser is plain
//! text here: nobody is led anywhere by a click.

mod line;
mod list;
mod search;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant, SystemTime};

use beistand_node::words::{Phrase, args};
use egui::{Frame, Key, ScrollArea, TextEdit, Ui, Vec2};

use crate::panels::{Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, SessionStage};
use crate::views::widgets::{ButtonLook, lead_ui, row_ui, sized_button_ui, trouble_ui, weak_ui};
use beistand_node::{ChatCommand, ChatEvent, ChatLine, LineFrom};
use list::LineList;
use search::ChatSearch;

/// The longest line in characters, and the longest while the user is asked: what the protocol carries.
const MAX_CHARS: usize = 4_000;
const MAX_CHARS_ASKING: usize = 500;
/// Lines that a helper can write while the user is asked: what the protocol carries.
const MAX_LINES_ASKING: usize = 8;
/// The height of the lines in the user's window, in points: a bubble and a line, and the page goes on below.
const CARD_PT: f32 = 240.0;
/// The height of the lines while the user is asked, in points: what the dialog has room for without moving
/// anything.
const QUESTION_PT: f32 = 92.0;

/// What both people said, and the line being written.
#[derive(Debug, Default)]
pub struct ChatPanel {
    lines: LineList,
    search: ChatSearch,
    /// The line being written; kept while the panel is closed.
    draft: String,
    /// Our lines up to this number are at the other program.
    delivered: u32,
    /// A line of ours that could not be sent.
    refused: Option<String>,
}

impl Panel for ChatPanel {
    type Event = ChatEvent;
    type Command = ChatCommand;

    const WORDS: PanelWords = PanelWords { button: "gui-chat-button", permissions: &[] };

    fn place(_side: PanelSide) -> PanelPlace {
        PanelPlace::Beside
    }

    fn apply(&mut self, event: ChatEvent, now: Instant) -> Attention {
        match event {
            ChatEvent::Line(line) => self.add(line, now),
            ChatEvent::Delivered { number } => {
                self.delivered = self.delivered.max(number);
                Attention::Quiet
            }
            ChatEvent::Refused { text } => {
                if self.draft.is_empty() {
                    self.draft.clone_from(&text);
                }
                self.refused = Some(text);
                Attention::Quiet
            }
        }
    }

    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, ChatCommand>) {
        match cx.side {
            PanelSide::Host => {
                lead_ui(ui, cx.text("gui-chat-title"));
                self.search.field_ui(ui, &self.lines, cx);
                let lines = ScrollArea::vertical().auto_shrink([false, true]).max_height(CARD_PT);
                self.lines_ui(ui, lines, cx);
                self.entry_ui(ui, cx);
            }
            PanelSide::Technician => {
                let below = egui::Panel::bottom("chat entry").frame(Frame::NONE).resizable(false);
                below.show_separator_line(false).show(ui, |ui| self.entry_ui(ui, cx));
                self.search.field_ui(ui, &self.lines, cx);
                self.lines_ui(ui, ScrollArea::vertical().auto_shrink(false), cx);
            }
        }
    }

    fn question_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, ChatCommand>) {
        let lines = ScrollArea::vertical().auto_shrink([false, true]).max_height(QUESTION_PT);
        match cx.side {
            // The user answers with yes or no; nothing in their dialog takes the keyboard.
            PanelSide::Host if self.lines.iter().len() == 0 => {}
            PanelSide::Host => self.lines_ui(ui, lines, cx),
            PanelSide::Technician => {
                lead_ui(ui, cx.text("gui-chat-title"));
                self.lines_ui(ui, lines, cx);
                self.entry_ui(ui, cx);
            }
        }
    }

    fn sample() -> Vec<ChatEvent> {
        sample()
    }
}

impl ChatPanel {
    fn add(&mut self, line: ChatLine, now: Instant) -> Attention {
        let attention = match line.from {
            LineFrom::Us => Attention::Quiet,
            LineFrom::Peer => Attention::Toast(Phrase::with("gui-chat-news", args![text = &line.text])),
        };
        self.lines.add(line, now);
        attention
    }

    fn lines_ui(&mut self, ui: &mut Ui, scroll: ScrollArea, cx: &mut PanelContext<'_, ChatCommand>) {
        self.lines.list_ui(ui, scroll, &self.search, self.delivered, cx);
    }

    fn entry_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, ChatCommand>) {
        if let Some(text) = &self.refused {
            trouble_ui(ui, cx.with("gui-chat-refused", args![text = text]));
        }
        let (limit, full) = match cx.stage {
            SessionStage::Running => (MAX_CHARS, false),
            SessionStage::Asking => {
                let ours = self.lines.iter().filter(|line| line.from == LineFrom::Us).count();
                (MAX_CHARS_ASKING, ours >= MAX_LINES_ASKING)
            }
        };
        if full {
            weak_ui(ui, cx.text("gui-chat-later"));
            return;
        }
        let label = cx.text("gui-chat-field");
        let (send, is_aimed) = row_ui(ui, |ui| {
            ui.spacing_mut().button_padding.x = 10.0;
            let pressed = sized_button_ui(
                ui,
                ButtonLook::Plain,
                &cx.text("gui-chat-send"),
                Vec2::ZERO,
                egui::Sense::click(),
            );
            let field = TextEdit::singleline(&mut self.draft)
                .id_salt("chat draft")
                .char_limit(limit)
                .desired_width(f32::INFINITY)
                .margin(Vec2::new(10.0, 8.0))
                .hint_text(&label);
            let field = ui.add(field);
            field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &label));
            let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            if entered {
                field.request_focus();
            }
            (entered || pressed.clicked(), field.has_focus())
        });
        let text = self.draft.trim();
        if send && !text.is_empty() {
            cx.send(ChatCommand::Say(text.to_owned()));
            self.draft.clear();
            self.refused = None;
        }
        if cx.stage == SessionStage::Running {
            cx.entry_ui(ui, is_aimed);
        }
    }
}

/// What fills the panel well.
fn sample() -> Vec<ChatEvent> {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let line = |number: u32, from, text: &str| {
        let at = start + Duration::from_secs(u64::from(number) * 40);
        ChatEvent::Line(ChatLine { number, from, text: text.to_owned(), at })
    };
    let long = "https://example.org/drivers/laser/universal/2024/setup-x86_64.exe?language=en";
    let mut events = vec![
        line(1, LineFrom::Peer, "I can see you now. The printer is the one by the window."),
        line(1, LineFrom::Us, "The driver is from 2016, I will fetch the new one."),
        line(2, LineFrom::Us, long),
        line(2, LineFrom::Peer, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamter"),
    ];
    events.extend((3..20).map(|number| line(number, LineFrom::Peer, "Take your time.")));
    events.extend([
        line(3, LineFrom::Us, "It prints again."),
        ChatEvent::Delivered { number: 2 },
        ChatEvent::Refused { text: "Thank you!".to_owned() },
    ]);
    events
}
