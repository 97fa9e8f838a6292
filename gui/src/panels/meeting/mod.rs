//! Who is at the other end: at the user's whether this helper is known, with the button that says that the
//! four pictures matched; at the helper's whose computer it is.
//!
//! It vouches for nobody: a name is the other person's own word until pictures were compared.

use std::time::Instant;

use beistand_node::words::{Phrase, args};
use beistand_node::{FeatureEvent, MAX_ABOUT_CHARS, MeetingCommand, MeetingEvent, Recognition, Role};
use egui::{Sense, Ui, Vec2};

use crate::panels::{
    Attention, BubbleFrom, ConversationBubble, Panel, PanelContext, PanelPlace, PanelSide, PanelWords,
};
use crate::theme::{self, palette};
use crate::views::widgets::{ButtonLook, bounded_ui, button_ui, lead_ui, sized_button_ui, small_ui, weak_ui};

/// Rows of what is wrong: all of it, but for one without spaces.
const ABOUT_ROWS: usize = 8;

/// What is known of the other one.
#[derive(Debug, Default)]
pub struct MeetingPanel {
    /// The newest.
    news: Option<MeetingEvent>,
    /// At the helper's, whose computer it is.
    computer: Option<Phrase>,
    /// At the user's, whether it can be said that the pictures matched.
    asks: bool,
    /// At the helper's, whether that was said.
    compared: bool,
    /// At the helper's, what is wrong in the user's words, and when they said so first.
    about: Option<(String, Instant)>,
}

impl Panel for MeetingPanel {
    type Event = MeetingEvent;
    type Command = MeetingCommand;

    const WORDS: PanelWords = PanelWords { button: "gui-meeting-button", permissions: &[] };

    fn place(side: PanelSide) -> PanelPlace {
        match side {
            PanelSide::Host => PanelPlace::Beside,
            // The window's title says it.
            PanelSide::Technician => PanelPlace::Nowhere,
        }
    }

    fn apply(&mut self, event: MeetingEvent, now: Instant) -> Attention {
        let attention = match &event {
            MeetingEvent::Met(recognition) => {
                self.asks = !matches!(recognition, Recognition::Known(_));
                Attention::Quiet
            }
            MeetingEvent::Host { name, system, .. } => {
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
        lead_ui(ui, cx.text("gui-meeting-button"));
        match &self.news {
            Some(MeetingEvent::Met(recognition)) => {
                if let Some(known) = recognition.phrase() {
                    weak_ui(ui, cx.words.say(&known));
                }
            }
            Some(news) => {
                if let Some(said) = FeatureEvent::from(news.clone()).phrase(Role::Host) {
                    weak_ui(ui, cx.words.say(&said));
                }
            }
            None => {}
        }
        if self.asks {
            small_ui(ui, cx.text("gui-meeting-ask"));
            let label = cx.text("gui-meeting-matched");
            let button = sized_button_ui(ui, ButtonLook::Plain, &label, Vec2::new(0.0, 40.0), Sense::CLICK);
            cx.widen(ui, &button, MeetingCommand::Matched);
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
        vec![MeetingEvent::Met(Recognition::Stranger)]
    }
}

#[cfg(test)]
mod tests {
    use beistand_node::Acquaintance;

    use super::*;

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
        ] {
            panel.apply(event.clone(), now);
            assert_eq!(panel.offered(), offered, "{event:?}");
        }
    }

    #[test]
    fn a_computer_is_called_by_what_is_known_of_it() {
        let (mut panel, now) = (MeetingPanel::default(), Instant::now());
        let host = |name: &str, system: &str| MeetingEvent::Host {
            name: name.to_owned(),
            system: system.to_owned(),
            recognition: Recognition::Stranger,
        };
        for (name, system, key) in [
            ("Anna", "Debian 12", Some("gui-meeting-of")),
            ("Anna", "", Some("gui-meeting-of-name")),
            ("", "Debian 12", Some("gui-meeting-of-system")),
            ("", "", None),
        ] {
            panel.apply(host(name, system), now);
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
