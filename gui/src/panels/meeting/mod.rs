//! Who is at the other end: at the user's whether this helper is known, at the helper's whose computer it is;
//! at both the four pictures, for as long as the session runs, with the button that says that they matched.
//!
//! It vouches for nobody: a name is the other person's own word until pictures were compared.

use std::time::Instant;

use beistand_node::words::{Phrase, args};
use beistand_node::{FeatureEvent, MAX_ABOUT_CHARS, MeetingCommand, MeetingEvent, Recognition, Role};
use egui::{Sense, Ui, Vec2};

use crate::panels::{
    Attention, BubbleFrom, ConversationBubble, Panel, PanelContext, PanelPlace, PanelSide, PanelWords,
    ToolGroup,
};
use crate::theme::{self, palette};
use crate::views::widgets::{
    ButtonLook, SasShape, bounded_ui, button_ui, lead_ui, sas_ui, sized_button_ui, small_ui, weak_ui,
};

/// From this width on the four pictures are side by side, in points: their names are words of up to twelve
/// letters.
const ROW_PT: f32 = 400.0;
/// Rows of what is wrong: all of it, but for one without spaces.
const ABOUT_ROWS: usize = 8;

/// What is known of the other one.
#[derive(Debug, Default)]
pub struct MeetingPanel {
    /// The newest.
    news: Option<MeetingEvent>,
    /// At the helper's, whose computer it is.
    computer: Option<Phrase>,
    /// Whether it can be said that the pictures matched.
    asks: bool,
    /// At the helper's, whether that was said while the user was being asked.
    compared: bool,
    /// At the helper's, what is wrong in the user's words, and when they said so first.
    about: Option<(String, Instant)>,
}

impl Panel for MeetingPanel {
    type Event = MeetingEvent;
    type Command = MeetingCommand;

    const WORDS: PanelWords = PanelWords { button: "gui-meeting-button", permissions: &[] };

    const GROUP: ToolGroup = ToolGroup::Talk;

    fn place(_side: PanelSide) -> PanelPlace {
        PanelPlace::Beside
    }

    fn apply(&mut self, event: MeetingEvent, now: Instant) -> Attention {
        let attention = match &event {
            MeetingEvent::Met(recognition) => {
                self.asks = !matches!(recognition, Recognition::Known(_));
                Attention::Quiet
            }
            MeetingEvent::Host { name, system, recognition } => {
                self.asks = !matches!(recognition, Recognition::Known(_));
                // What was said before this was known does not answer it.
                self.compared &= !recognition.must_be_vouched_for();
                self.computer = match (name.is_empty(), system.is_empty()) {
                    (false, false) => {
                        Some(Phrase::with("gui-meeting-of", args![name = name, system = system]))
                    }
                    (false, true) => Some(Phrase::with("gui-meeting-of-name", args![name = name])),
                    (true, false) => Some(Phrase::with("gui-meeting-of-system", args![system = system])),
                    (true, true) => None,
                };
                FeatureEvent::from(event.clone())
                    .phrase(Role::Technician)
                    .map_or(Attention::Quiet, Attention::Toast)
            }
            MeetingEvent::About(about) => {
                let at = self.about.as_ref().map_or(now, |(_, at)| *at);
                self.about = Some((about.clone(), at));
                return Attention::Toast(Phrase::with("gui-meeting-about", args![about = about]));
            }
            MeetingEvent::Known(_) => {
                self.asks = false;
                Attention::Count
            }
            MeetingEvent::NotKept | MeetingEvent::Behind => Attention::Count,
        };
        self.news = Some(event);
        attention
    }

    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, MeetingCommand>) {
        let (title, role, ask) = match cx.side {
            PanelSide::Host => ("gui-meeting-title", Role::Host, "gui-meeting-ask"),
            PanelSide::Technician => {
                ("gui-meeting-title-helper", Role::Technician, "gui-meeting-ask-running")
            }
        };
        lead_ui(ui, cx.text(title));
        if let Some(said) = self.news.as_ref().and_then(|news| said_of(news, role)) {
            weak_ui(ui, cx.words.say(&said));
        }
        // Without them there is nothing to compare: whoever came back was not asked about.
        let Some(pictures) = cx.facts.pictures else { return };
        let shape = if ui.available_width() < ROW_PT { SasShape::Square } else { SasShape::Row };
        sas_ui(ui, pictures, shape, cx.words);
        if !self.asks {
            return;
        }
        small_ui(ui, cx.text(ask));
        let label = cx.text("gui-meeting-matched");
        let button = sized_button_ui(ui, ButtonLook::Plain, &label, Vec2::new(0.0, 40.0), Sense::CLICK);
        match cx.side {
            PanelSide::Host => cx.widen(ui, &button, MeetingCommand::Matched),
            PanelSide::Technician if button.clicked() => cx.send(MeetingCommand::Compared),
            PanelSide::Technician => {}
        }
    }

    fn question_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, MeetingCommand>) {
        match cx.side {
            // Nothing but the answer is pressed there.
            PanelSide::Host => {}
            PanelSide::Technician if self.compared => small_ui(ui, cx.text("gui-meeting-compared")),
            PanelSide::Technician => {
                small_ui(ui, cx.text("gui-meeting-ask-helper"));
                if button_ui(ui, ButtonLook::Plain, &cx.text("gui-meeting-matched")).clicked() {
                    self.compared = true;
                    cx.send(MeetingCommand::Compared);
                }
            }
        }
    }

    fn offered(&self) -> u64 {
        u64::from(self.asks)
    }

    fn bubbles(&self) -> Vec<ConversationBubble> {
        let bubble = |(about, at): &(String, Instant)| ConversationBubble {
            id: 0,
            from: BubbleFrom::Peer,
            at: *at,
            text: about.clone(),
        };
        self.about.iter().map(bubble).collect()
    }

    fn bubble_ui(&mut self, ui: &mut Ui, _id: u32, cx: &mut PanelContext<'_, MeetingCommand>) {
        if let Some((about, _)) = &self.about {
            small_ui(ui, cx.text("gui-meeting-wrong"));
            bounded_ui(ui, about, theme::BODY_PT, palette(ui).text, ABOUT_ROWS);
        }
    }

    fn explain(text: &str) -> Option<MeetingCommand> {
        let text: String = text.trim().chars().take(MAX_ABOUT_CHARS).collect();
        (!text.is_empty()).then_some(MeetingCommand::About(text))
    }

    fn peer(&self) -> Option<Phrase> {
        self.computer.clone()
    }

    fn sample() -> Vec<MeetingEvent> {
        let host = MeetingEvent::Host {
            name: "Anna".to_owned(),
            system: "Debian 12".to_owned(),
            recognition: Recognition::Stranger,
        };
        vec![MeetingEvent::Met(Recognition::Stranger), host]
    }
}

/// What this says of the other one, in a line.
fn said_of(news: &MeetingEvent, role: Role) -> Option<Phrase> {
    match news {
        MeetingEvent::Met(recognition) => recognition.phrase(),
        // It is read in the conversation.
        MeetingEvent::About(_) => None,
        MeetingEvent::Host { .. } | MeetingEvent::Known(_) | MeetingEvent::NotKept | MeetingEvent::Behind => {
            FeatureEvent::from(news.clone()).phrase(role)
        }
    }
}

#[cfg(test)]
mod tests {
    use beistand_node::Acquaintance;

    use super::*;

    fn host(name: &str, system: &str, recognition: Recognition) -> MeetingEvent {
        MeetingEvent::Host { name: name.to_owned(), system: system.to_owned(), recognition }
    }

    #[test]
    fn whoever_is_not_known_yet_can_be_said_to_match_until_they_are() {
        let (mut panel, now) = (MeetingPanel::default(), Instant::now());
        let tess = || Acquaintance::sample("Tess", 0);
        assert_eq!(panel.offered(), 0);
        for (event, offered) in [
            (MeetingEvent::Met(Recognition::Stranger), 1),
            (MeetingEvent::NotKept, 1),
            (MeetingEvent::Known(tess()), 0),
            (MeetingEvent::Met(Recognition::Other(tess())), 1),
            (MeetingEvent::Met(Recognition::Known(tess())), 0),
            (host("Anna", "", Recognition::Stranger), 1),
            (host("Anna", "", Recognition::Known(tess())), 0),
            (host("Tess", "", Recognition::Other(tess())), 1),
        ] {
            panel.apply(event.clone(), now);
            assert_eq!(panel.offered(), offered, "{event:?}");
        }
    }

    #[test]
    fn a_computer_is_called_by_what_is_known_of_it() {
        let (mut panel, now) = (MeetingPanel::default(), Instant::now());
        for (name, system, key) in [
            ("Anna", "Debian 12", Some("gui-meeting-of")),
            ("Anna", "", Some("gui-meeting-of-name")),
            ("", "Debian 12", Some("gui-meeting-of-system")),
            ("", "", None),
        ] {
            panel.apply(host(name, system, Recognition::Stranger), now);
            assert_eq!(panel.peer().as_ref().map(Phrase::key), key);
        }
    }

    #[test]
    fn what_is_wrong_is_a_bubble_that_stays_where_it_came() {
        let (mut panel, now) = (MeetingPanel::default(), Instant::now());
        let about = |text: &str| MeetingEvent::About(text.to_owned());
        assert!(matches!(panel.apply(about("slow"), now), Attention::Toast(_)));
        panel.apply(about("slow, and loud"), now + std::time::Duration::from_secs(9));
        let [bubble] = panel.bubbles().try_into().unwrap();
        assert_eq!((bubble.text.as_str(), bubble.at), ("slow, and loud", now));
        assert_eq!(MeetingPanel::explain("  "), None);
        let long = MeetingPanel::explain(&"ü".repeat(2 * MAX_ABOUT_CHARS));
        assert_eq!(long, Some(MeetingCommand::About("ü".repeat(MAX_ABOUT_CHARS))));
    }
}
