//! Pointing: the helper's tools over the picture, and the user's card with what takes all of it away, and a
//! way of pointing back.
//!
//! While a tool is chosen the mouse draws and does nothing else on the host's computer, whatever is allowed.

mod hand;
mod local;
mod tools;

use std::time::Instant;

use beistand_node::words::Phrase;
use egui::{Color32, Key, Ui};

use self::hand::DrawingHand;
use self::local::LocalMarks;
use self::tools::{PointingTool, ToolBox};
use crate::input::PictureMap;
use crate::panels::{
    Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, PermissionWords, ToolGroup, UnderWay,
};
use crate::state::SessionFacts;
use crate::views::widgets::{ButtonLook, button_ui, small_ui, weak_ui};
use beistand_node::{
    FeatureEvent, LabelSwitch, MarkColour, MarkPoint, Permission, PointingCommand, PointingEvent, Role,
};

const ANNOTATE: PermissionWords = PermissionWords {
    title: "gui-pointing-title",
    line: "gui-pointing-line",
    short: "gui-pointing-short",
    helper: "gui-pointing-helper",
};

/// The tools, and what they have drawn.
#[derive(Debug)]
pub struct PointingPanel {
    tools: ToolBox,
    hand: DrawingHand,
    marks: LocalMarks,
    /// What was last said of it.
    news: Option<PointingEvent>,
    label: LabelSwitch,
    /// Whether there is anything of the helper's on the user's screen.
    on_screen: bool,
}

impl Default for PointingPanel {
    fn default() -> Self {
        Self {
            tools: ToolBox::default(),
            hand: DrawingHand::default(),
            marks: LocalMarks::default(),
            news: None,
            label: LabelSwitch::On,
            on_screen: false,
        }
    }
}

impl Panel for PointingPanel {
    type Event = PointingEvent;
    type Command = PointingCommand;

    const WORDS: PanelWords =
        PanelWords { button: "gui-pointing-button", permissions: &[(Permission::Annotate, ANNOTATE)] };

    const GROUP: ToolGroup = ToolGroup::Talk;

    fn place(side: PanelSide) -> PanelPlace {
        match side {
            PanelSide::Host => PanelPlace::Beside,
            PanelSide::Technician => PanelPlace::Over,
        }
    }

    fn is_usable(facts: &SessionFacts) -> bool {
        may_draw(facts)
    }

    fn apply(&mut self, event: PointingEvent, now: Instant) -> Attention {
        let attention = match &event {
            PointingEvent::Shown { id } => {
                self.marks.shown(*id, now);
                return Attention::Quiet;
            }
            PointingEvent::Unshown { id, .. } => {
                self.marks.forget(*id);
                self.hand.stop(*id);
                Attention::Toast(event_phrase(&event, Role::Technician))
            }
            PointingEvent::Back(at) => {
                self.marks.point_back(vec![*at], now);
                Attention::Toast(Phrase::new("gui-pointing-back"))
            }
            PointingEvent::BackLine(line) => {
                self.marks.point_back(line.clone(), now);
                Attention::Toast(Phrase::new("gui-pointing-back"))
            }
            PointingEvent::Label(switch) => {
                self.label = *switch;
                Attention::Quiet
            }
            PointingEvent::OnScreen(any) => {
                self.on_screen = *any;
                return Attention::Quiet;
            }
            PointingEvent::Drawing => Attention::Toast(Phrase::new("gui-pointing-drawing")),
            PointingEvent::Wiped => {
                self.marks.wipe();
                Attention::Count
            }
            PointingEvent::Waiting | PointingEvent::GaveUp => Attention::Quiet,
            PointingEvent::Refused { .. } => Attention::Toast(event_phrase(&event, Role::Technician)),
        };
        self.news = Some(event);
        attention
    }

    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, PointingCommand>) {
        if cx.side == PanelSide::Technician {
            return;
        }
        let may = may_draw(cx.facts);
        small_ui(ui, cx.text(if may { "gui-pointing-may" } else { "gui-pointing-may-not" }));
        match &self.news {
            Some(PointingEvent::Waiting) => weak_ui(ui, cx.text("gui-pointing-waiting")),
            Some(event @ (PointingEvent::Refused { .. } | PointingEvent::GaveUp)) => {
                let said = cx.words.say(&event_phrase(event, Role::Host));
                weak_ui(ui, said);
            }
            Some(PointingEvent::Back(_) | PointingEvent::BackLine(_)) => {
                weak_ui(ui, cx.text("gui-pointing-pointed"))
            }
            Some(
                PointingEvent::Shown { .. }
                | PointingEvent::Unshown { .. }
                | PointingEvent::Drawing
                | PointingEvent::OnScreen(_)
                | PointingEvent::Wiped
                | PointingEvent::Label(_),
            )
            | None => {}
        }
        ui.horizontal_wrapped(|ui| {
            ui.add_enabled_ui(may, |ui| {
                if button_ui(ui, ButtonLook::Plain, &cx.text("gui-pointing-point")).clicked() {
                    cx.send(PointingCommand::Point(None));
                }
                if button_ui(ui, ButtonLook::Plain, &cx.text("gui-pointing-wipe")).clicked() {
                    cx.send(PointingCommand::Wipe);
                }
            });
        });
        let mut on = self.label == LabelSwitch::On;
        if ui.checkbox(&mut on, cx.text("gui-pointing-label")).changed() {
            cx.send(PointingCommand::Label(if on { LabelSwitch::On } else { LabelSwitch::Off }));
        }
    }

    /// The bar has a button for it, in one press.
    fn under_way(&self) -> Option<UnderWay<PointingCommand>> {
        let what = Phrase::new("gui-pointing-under-way");
        self.on_screen.then_some(UnderWay { what, stop: PointingCommand::Wipe })
    }

    fn over_ui(&mut self, ui: &Ui, map: &PictureMap, cx: &mut PanelContext<'_, PointingCommand>) {
        if !may_draw(cx.facts) {
            self.hand = DrawingHand::default();
            self.marks = LocalMarks::default();
            return;
        }
        if ui.input(|input| input.key_pressed(Key::Escape)) {
            self.tools.tool = PointingTool::None;
        }
        self.hand.hand_ui(ui, map, &self.tools, &mut self.marks, cx);
        self.marks.paint(ui, map, cx.text("gui-pointing-back"), cx.now);
        if self.tools.tools_ui(ui, cx) {
            self.marks.wipe();
            cx.send(PointingCommand::Wipe);
        }
    }

    fn sample() -> Vec<PointingEvent> {
        vec![
            PointingEvent::Label(LabelSwitch::On),
            PointingEvent::Back(MarkPoint { x: 100, y: 100 }),
            PointingEvent::Waiting,
        ]
    }
}

/// Whether anything is drawn in a session like this.
fn may_draw(facts: &SessionFacts) -> bool {
    let granted = |permission| facts.granted.contains(permission);
    granted(Permission::Annotate) && granted(Permission::View) && !facts.paused()
}

/// What a person is told of it.
fn event_phrase(event: &PointingEvent, role: Role) -> Phrase {
    let phrase = FeatureEvent::from(event.clone()).phrase(role);
    phrase.unwrap_or_else(|| Phrase::new("gui-pointing-button"))
}

/// The colours of Okabe and Ito.
fn colour_of(colour: MarkColour) -> Color32 {
    match colour {
        MarkColour::Vermilion => Color32::from_rgb(0xd5, 0x5e, 0x00),
        MarkColour::Sky => Color32::from_rgb(0x56, 0xb4, 0xe9),
        MarkColour::Green => Color32::from_rgb(0x00, 0x9e, 0x73),
        MarkColour::Yellow => Color32::from_rgb(0xf0, 0xe4, 0x42),
        MarkColour::Blue => Color32::from_rgb(0x00, 0x72, 0xb2),
        MarkColour::Orange => Color32::from_rgb(0xe6, 0x9f, 0x00),
    }
}
