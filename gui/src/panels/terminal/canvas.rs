//! One terminal as it is drawn: its cells, what is marked in it, and the keys that it takes.

use beistand_node::{
    CellStyle, Permission, Role, ScreenPlace, ScreenSight, TerminalCommand, TerminalScreen, TerminalSize,
};
use egui::{
    Color32, CornerRadius, EventFilter, FocusDirection, FontId, Key, Modifiers, Painter, Pos2, Rect,
    Response, Sense, Stroke, StrokeKind, Ui, Vec2,
};

use super::keys::{self, CanvasKey};
use crate::panels::{PanelContext, PanelSide};

/// The size of a terminal's letters in points: as large as the program's small text.
const FONT_PT: f32 = 12.0;

/// The smallest: a terminal that is wider than there is room is drawn smaller.
const MIN_FONT_PT: f32 = 4.0;

/// Points between the letters and the edge.
const MARGIN_PT: f32 = 4.0;

const PAPER: Color32 = rgb(CellStyle::PAPER);
/// What is behind marked letters.
const MARKED: Color32 = Color32::from_rgb(0x2f, 0x4a, 0x7a);
/// Letters that are marked: whatever colour they have may not be readable on that.
const MARKED_INK: Color32 = Color32::WHITE;
const CURSOR: Color32 = Color32::from_rgb(0xd8, 0xdb, 0xe0);

const fn rgb([r, g, b]: [u8; 3]) -> Color32 {
    Color32::from_rgb(r, g, b)
}

/// A terminal, and what a person does with it.
#[derive(Debug)]
pub(super) struct TerminalCanvas {
    pub(super) number: u32,
    pub(super) by: Role,
    pub(super) screen: TerminalScreen,
    /// Where marking began.
    from: Option<ScreenPlace>,
    /// The size that was asked for last.
    asked: Option<TerminalSize>,
    /// Parts of a line that the wheel has turned.
    turned: f32,
}

/// Where the cells are.
#[derive(Debug, Clone, Copy)]
struct CellGrid {
    origin: Pos2,
    cell: Vec2,
    font_pt: f32,
}

impl CellGrid {
    fn at(&self, row: u16, column: u16) -> Pos2 {
        self.origin + Vec2::new(f32::from(column) * self.cell.x, f32::from(row) * self.cell.y)
    }

    fn place(&self, at: Pos2) -> ScreenPlace {
        let cells = (at - self.origin) / self.cell;
        ScreenPlace {
            row: cells.y.max(0.0) as u16,
            column: cells.x.max(0.0) as u16,
            right: cells.x.max(0.0).fract() >= 0.5,
        }
    }
}

/// The size of a cell with letters of so many points.
fn cell_of(ui: &Ui, font_pt: f32) -> Vec2 {
    let font = FontId::monospace(font_pt);
    ui.fonts_mut(|fonts| Vec2::new(fonts.glyph_width(&font, 'M'), fonts.row_height(&font).ceil()))
}

impl TerminalCanvas {
    pub(super) fn new(number: u32, by: Role, screen: TerminalScreen) -> Self {
        Self { number, by, screen, from: None, asked: None, turned: 0.0 }
    }

    /// Draws it in all the width there is, and takes in what a person does.
    pub(super) fn canvas_ui(&mut self, ui: &mut Ui, height: f32, cx: &mut PanelContext<'_, TerminalCommand>) {
        let size = Vec2::new(ui.available_width(), height);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        let label = cx.text("gui-terminal-screen");
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &label));
        let inner = rect.shrink(MARGIN_PT);
        if self.is_ours(cx) {
            self.fit(ui, inner, cx);
        }
        let sight = self.screen.sight();
        let (columns, rows) = (f32::from(sight.size.columns()), f32::from(sight.size.rows()));
        let cell = cell_of(ui, FONT_PT);
        let scale = (inner.width() / (columns * cell.x)).min(1.0);
        let font_pt = (FONT_PT * scale).max(MIN_FONT_PT);
        let cell = Vec2::new((inner.width() / columns).min(cell.x), cell_of(ui, font_pt).y);
        // Where not all rows have room the last ones are what is looked at.
        let over = (rows * cell.y - inner.height()).max(0.0);
        let grid = CellGrid { origin: inner.min - Vec2::new(0.0, over), cell, font_pt };
        self.draw(&ui.painter_at(rect), rect, &sight, grid, response.has_focus());
        self.mark(ui, &response, grid);
        self.turn(ui, &response, cell.y);
        self.keys(ui, &response, cx);
    }

    /// Whether its size and its keys are this person's.
    fn is_ours(&self, cx: &PanelContext<'_, TerminalCommand>) -> bool {
        match cx.side {
            PanelSide::Host => self.by == Role::Host,
            PanelSide::Technician => self.by == Role::Technician && may_type(cx),
        }
    }

    /// Asks for the size that there is room for.
    fn fit(&mut self, ui: &Ui, inner: Rect, cx: &mut PanelContext<'_, TerminalCommand>) {
        let cells = inner.size() / cell_of(ui, FONT_PT);
        let size = TerminalSize::nearest(cells.x as usize, cells.y as usize);
        if self.asked.replace(size) != Some(size) && self.screen.size() != size {
            cx.send(TerminalCommand::Resize { terminal: Some(self.number), size });
        }
    }

    fn draw(&self, painter: &Painter, rect: Rect, sight: &ScreenSight, grid: CellGrid, focused: bool) {
        painter.rect_filled(rect, CornerRadius::same(6), PAPER);
        let font = FontId::monospace(grid.font_pt);
        for (row, runs) in (0_u16..).zip(&sight.rows) {
            for run in runs {
                let at = grid.at(row, run.column);
                let place = Rect::from_min_size(at, Vec2::new(f32::from(run.columns), 1.0) * grid.cell);
                if !painter.clip_rect().contains(place.center()) {
                    continue;
                }
                let CellStyle { ink, paper, underline, strikeout, selected, .. } = run.style;
                let (ink, paper) =
                    if selected { (MARKED_INK, Some(MARKED)) } else { (rgb(ink), paper.map(rgb)) };
                if let Some(paper) = paper {
                    painter.rect_filled(place, CornerRadius::ZERO, paper);
                }
                let line = |y| painter.hline(place.x_range(), y, Stroke::new(1.0, ink));
                if underline {
                    line(place.bottom() - 1.0);
                }
                if strikeout {
                    line(place.center().y);
                }
                // Bold ones are brighter, which is in their colour: the font has no others.
                if !run.text.trim().is_empty() {
                    let galley = painter.layout_no_wrap(run.text.clone(), font.clone(), ink);
                    painter.galley(at, galley, ink);
                }
            }
        }
        if let Some((row, column)) = sight.cursor {
            let place = Rect::from_min_size(grid.at(row, column), grid.cell);
            if focused {
                painter.rect_filled(place, CornerRadius::ZERO, CURSOR.gamma_multiply(0.6));
            } else {
                painter.rect_stroke(place, CornerRadius::ZERO, Stroke::new(1.0, CURSOR), StrokeKind::Inside);
            }
        }
        if sight.back > 0 {
            let part = sight.back as f32 / sight.history.max(1) as f32;
            let y = rect.bottom() - part * rect.height();
            painter.hline(rect.right() - 8.0..=rect.right(), y, Stroke::new(3.0, CURSOR));
        }
    }

    fn mark(&mut self, ui: &Ui, response: &Response, grid: CellGrid) {
        if response.clicked() || response.drag_started() {
            response.request_focus();
        }
        if response.clicked() {
            self.screen.select(None);
        }
        let Some(at) = response.interact_pointer_pos() else { return };
        if response.drag_started() {
            let from = ui.input(|input| input.pointer.press_origin()).unwrap_or(at);
            self.from = Some(grid.place(from));
        }
        if response.dragged()
            && let Some(from) = self.from
        {
            self.screen.select(Some((from, grid.place(at))));
        }
    }

    /// The wheel looks back.
    fn turn(&mut self, ui: &Ui, response: &Response, line_pt: f32) {
        if response.hovered() {
            self.turned += ui.input(|input| input.smooth_scroll_delta().y) / line_pt;
            let lines = self.turned.trunc();
            self.turned -= lines;
            if lines != 0.0 {
                self.screen.scroll(lines as i32);
                ui.ctx().request_repaint();
            }
        }
    }

    fn keys(&mut self, ui: &Ui, response: &Response, cx: &mut PanelContext<'_, TerminalCommand>) {
        if !response.has_focus() {
            return;
        }
        // Tab is typed; this is the way out for who has no mouse.
        if ui.input_mut(|input| input.consume_key(Modifiers::CTRL, Key::Tab)) {
            ui.memory_mut(|memory| {
                memory.surrender_focus(response.id);
                memory.move_focus(FocusDirection::Next);
            });
            return;
        }
        let all = EventFilter { tab: true, horizontal_arrows: true, vertical_arrows: true, escape: true };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, all));
        let events = ui.input(|input| input.events.clone());
        let modes = self.screen.key_modes();
        let types = cx.side == PanelSide::Host || may_type(cx);
        for event in &events {
            match keys::meaning(event, modes) {
                CanvasKey::Type(bytes) if types => {
                    self.screen.scroll_to_end();
                    cx.send(TerminalCommand::Type { terminal: Some(self.number), bytes });
                }
                CanvasKey::Copy => {
                    if let Some(text) = self.screen.selected() {
                        cx.copy(text);
                    }
                }
                CanvasKey::Look(pages) => {
                    self.screen.scroll(pages * i32::from(self.screen.size().rows()));
                }
                CanvasKey::Type(_) | CanvasKey::Nothing => {}
            }
        }
    }
}

fn may_type(cx: &PanelContext<'_, TerminalCommand>) -> bool {
    let granted = cx.facts.granted;
    granted.contains(Permission::Terminal) && granted.contains(Permission::TerminalType)
}
