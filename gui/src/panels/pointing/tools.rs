//! The tools, colours and the rest of what the helper chooses before they draw.

use egui::{Align2, Button, Frame, Margin, TextEdit, TextWrapMode, Ui, Vec2};

use super::colour_of;
use crate::panels::PanelContext;
use beistand_node::{MAX_MARK_CHARS, MarkColour, MarkPoint, MarkShape, MarkStay, PointingCommand};

/// How wide the tools are at most, in points: a row of them.
const TOOLS_PT: f32 = 1080.0;

/// How far from the picture's edge they are, in points.
const MARGIN_PT: f32 = 12.0;

/// A colour's button, in points.
const SWATCH_PT: f32 = 24.0;

/// What the mouse draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PointingTool {
    /// Nothing: it is the host's.
    None,
    /// A line by hand.
    Pen,
    Arrow,
    Frame,
    /// An ellipse.
    Ring,
    /// A ring round a place.
    Spot,
    Text,
}

impl PointingTool {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Pen, "gui-pointing-pen"),
        (Self::Arrow, "gui-pointing-arrow"),
        (Self::Frame, "gui-pointing-frame"),
        (Self::Ring, "gui-pointing-ring"),
        (Self::Spot, "gui-pointing-spot"),
        (Self::Text, "gui-pointing-text"),
        (Self::None, "gui-pointing-none"),
    ];

    /// What it draws between two points.
    pub(super) fn shape(self, from: MarkPoint, to: MarkPoint) -> Option<MarkShape> {
        match self {
            Self::Arrow => Some(MarkShape::Arrow { from, to }),
            Self::Frame => Some(MarkShape::Rectangle { from, to }),
            Self::Ring => Some(MarkShape::Ellipse { from, to }),
            Self::None | Self::Pen | Self::Spot | Self::Text => None,
        }
    }
}

/// What is chosen.
#[derive(Debug)]
pub(super) struct ToolBox {
    pub(super) tool: PointingTool,
    pub(super) colour: MarkColour,
    pub(super) stay: MarkStay,
    /// What is written where the mouse clicks.
    pub(super) text: String,
}

impl Default for ToolBox {
    fn default() -> Self {
        let (tool, colour, stay) = (PointingTool::Pen, MarkColour::Vermilion, MarkStay::Fades);
        Self { tool, colour, stay, text: String::new() }
    }
}

impl ToolBox {
    /// Draws the tools at the picture's lower edge. Whether all marks are to go.
    pub(super) fn tools_ui(&mut self, ui: &Ui, cx: &PanelContext<'_, PointingCommand>) -> bool {
        let room = ui.max_rect();
        let corner = room.left_bottom() + Vec2::new(MARGIN_PT, -MARGIN_PT);
        let width = TOOLS_PT.min(room.width() - 2.0 * MARGIN_PT - 20.0).max(1.0);
        let area = egui::Area::new(egui::Id::unique("pointing tools")).pivot(Align2::LEFT_BOTTOM);
        let shown = area.fixed_pos(corner).show(ui.ctx(), |ui| {
            Frame::popup(ui.style()).inner_margin(Margin::symmetric(10, 6)).show(ui, |ui| {
                ui.set_max_width(width);
                ui.horizontal_wrapped(|ui| self.content_ui(ui, cx)).inner
            })
        });
        shown.inner.inner
    }

    fn content_ui(&mut self, ui: &mut Ui, cx: &PanelContext<'_, PointingCommand>) -> bool {
        for (tool, label) in PointingTool::ALL {
            let button = Button::selectable(self.tool == tool, cx.text(label));
            if ui.add(button.wrap_mode(TextWrapMode::Extend)).clicked() {
                self.tool = tool;
            }
        }
        ui.separator();
        for colour in MarkColour::ALL.iter().copied() {
            if self.swatch_ui(ui, colour, &cx.text(colour_key(colour))) {
                self.colour = colour;
            }
        }
        ui.separator();
        let mut stays = self.stay == MarkStay::Stays;
        if ui.checkbox(&mut stays, cx.text("gui-pointing-stays")).changed() {
            self.stay = if stays { MarkStay::Stays } else { MarkStay::Fades };
        }
        if self.tool == PointingTool::Text {
            let hint = cx.text("gui-pointing-text-hint");
            let width = 220.0_f32.min(ui.available_width());
            let field = TextEdit::singleline(&mut self.text).id_salt("written").hint_text(hint);
            ui.add(field.char_limit(MAX_MARK_CHARS).desired_width(width));
        }
        let wipe = Button::new(cx.text("gui-pointing-wipe")).wrap_mode(TextWrapMode::Extend);
        ui.add(wipe).clicked()
    }

    /// A colour's button: the chosen one is larger, which everybody sees.
    fn swatch_ui(&self, ui: &mut Ui, colour: MarkColour, name: &str) -> bool {
        let chosen = self.colour == colour;
        let (place, response) = ui.allocate_exact_size(Vec2::splat(SWATCH_PT), egui::Sense::CLICK);
        response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, chosen, name));
        let shown = if chosen { place } else { place.shrink(4.0) };
        ui.painter().rect_filled(shown, 4.0, colour_of(colour));
        if chosen {
            let ring = egui::Stroke::new(2.0, ui.visuals().strong_text_color());
            ui.painter().rect_stroke(shown, 4.0, ring, egui::StrokeKind::Inside);
        }
        response.on_hover_text(name).clicked()
    }
}

const fn colour_key(colour: MarkColour) -> &'static str {
    match colour {
        MarkColour::Vermilion => "gui-pointing-vermilion",
        MarkColour::Sky => "gui-pointing-sky",
        MarkColour::Green => "gui-pointing-green",
        MarkColour::Yellow => "gui-pointing-yellow",
        MarkColour::Blue => "gui-pointing-blue",
        MarkColour::Orange => "gui-pointing-orange",
    }
}
