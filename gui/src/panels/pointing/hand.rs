//! The helper's mouse while a tool is chosen: it draws on the picture, and the host's computer gets none of
//! it.

use egui::{CursorIcon, Event, Response, Sense, Ui};

use super::colour_of;
use super::local::{LocalMarks, paint_mark};
use super::tools::{PointingTool, ToolBox};
use crate::input::PictureMap;
use crate::panels::PanelContext;
use beistand_node::{MAX_MARK_POINTS, MarkPoint, MarkShape, PointingCommand};

/// Points of a stroke after which another one begins at its end: fewer than the other side keeps of one.
const STROKE_POINTS: usize = 900;

/// How far the mouse must have gone for another point of a stroke, in pixels of the picture.
const STEP_PX: u16 = 2;

/// What the hand is about.
#[derive(Debug, Default)]
pub(super) struct DrawingHand {
    drag: Option<MarkDrag>,
}

/// A button that is down.
#[derive(Debug)]
enum MarkDrag {
    /// A stroke, which is on its way already: its number, its last point, and how many it has.
    Stroke(u32, MarkPoint, usize),
    /// Something between two points, which is sent when it is done.
    Between(MarkPoint, MarkPoint),
}

impl DrawingHand {
    /// The stroke with this number goes on no more.
    pub(super) fn stop(&mut self, id: u32) {
        if matches!(self.drag, Some(MarkDrag::Stroke(drawn, ..)) if drawn == id) {
            self.drag = None;
        }
    }

    /// Reads the mouse over the picture.
    pub(super) fn hand_ui(
        &mut self,
        ui: &Ui,
        map: &PictureMap,
        tools: &ToolBox,
        marks: &mut LocalMarks,
        cx: &mut PanelContext<'_, PointingCommand>,
    ) {
        if tools.tool == PointingTool::None {
            self.drag = None;
            return;
        }
        // It lies on the picture, so nothing of this is the host's.
        let area = ui.max_rect().intersect(map.drawn);
        let response = ui.interact(area, ui.scope_id().with("pointing"), Sense::DRAG);
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::Image, true, cx.text("gui-pointing-surface"))
        });
        if response.hovered() {
            ui.ctx().set_cursor_icon(CursorIcon::Crosshair);
        }
        if response.contains_pointer()
            && let Some(path) = ui.input(|input| whole_stroke(&input.events))
            && let Some((first, others)) = path.split_first()
        {
            self.begin(point(map, *first), tools, marks, cx);
            let others: Vec<_> = others.iter().map(|at| point(map, *at)).collect();
            self.go_on(&others, tools, marks, cx);
            self.end(tools, marks, cx);
        }
        if response.drag_started()
            && ui.input(|input| input.pointer.primary_down())
            && let Some(at) = place(&response, map)
        {
            self.begin(at, tools, marks, cx);
        }
        if response.dragged() || response.drag_stopped() {
            self.go_on(&path(ui, map), tools, marks, cx);
        }
        if response.drag_stopped() {
            self.end(tools, marks, cx);
        }
        if let Some(MarkDrag::Between(from, to)) = self.drag
            && let Some(shape) = tools.tool.shape(from, to)
        {
            paint_mark(&ui.painter().with_clip_rect(area), map, &shape, colour_of(tools.colour));
        }
    }

    fn begin(
        &mut self,
        at: MarkPoint,
        tools: &ToolBox,
        marks: &mut LocalMarks,
        cx: &mut PanelContext<'_, PointingCommand>,
    ) {
        self.drag = match tools.tool {
            PointingTool::None => None,
            PointingTool::Pen => {
                let id = draw(MarkShape::Stroke(vec![at]), tools, marks, cx);
                Some(MarkDrag::Stroke(id, at, 1))
            }
            PointingTool::Arrow | PointingTool::Frame | PointingTool::Ring => Some(MarkDrag::Between(at, at)),
            PointingTool::Spot => {
                draw(MarkShape::Spot(at), tools, marks, cx);
                None
            }
            PointingTool::Text => {
                let text = tools.text.trim().to_owned();
                if !text.is_empty() {
                    draw(MarkShape::Text { at, text }, tools, marks, cx);
                }
                None
            }
        };
    }

    /// The mouse went along these points.
    fn go_on(
        &mut self,
        path: &[MarkPoint],
        tools: &ToolBox,
        marks: &mut LocalMarks,
        cx: &mut PanelContext<'_, PointingCommand>,
    ) {
        match &mut self.drag {
            Some(MarkDrag::Stroke(id, last, count)) => {
                let points = steps(*last, path);
                let Some(newest) = points.last().copied() else { return };
                if *count + points.len() > STROKE_POINTS {
                    *id = draw(MarkShape::Stroke(vec![*last]), tools, marks, cx);
                    *count = 1;
                }
                (*last, *count) = (newest, *count + points.len());
                marks.extend(*id, &points, cx.now);
                cx.send(PointingCommand::Extend { id: *id, points });
            }
            Some(MarkDrag::Between(_, to)) => *to = path.last().copied().unwrap_or(*to),
            None => {}
        }
    }

    fn end(&mut self, tools: &ToolBox, marks: &mut LocalMarks, cx: &mut PanelContext<'_, PointingCommand>) {
        if let Some(MarkDrag::Between(from, to)) = self.drag.take()
            && from != to
            && let Some(shape) = tools.tool.shape(from, to)
        {
            draw(shape, tools, marks, cx);
        }
    }
}

/// Draws it here at once, and has it drawn there. Its number.
fn draw(
    shape: MarkShape,
    tools: &ToolBox,
    marks: &mut LocalMarks,
    cx: &mut PanelContext<'_, PointingCommand>,
) -> u32 {
    let id = marks.next_id();
    marks.add(id, shape.clone(), tools.colour, cx.now);
    cx.send(PointingCommand::Draw { id, shape, colour: tools.colour, stay: tools.stay });
    id
}

/// Where the mouse is on the picture.
fn place(response: &Response, map: &PictureMap) -> Option<MarkPoint> {
    response.interact_pointer_pos().map(|at| point(map, at))
}

/// Where the mouse was from a press to its release, where both came since the last frame: on a busy machine a
/// frame takes longer than a quick hand, and egui sees no drag then.
fn whole_stroke(events: &[Event]) -> Option<Vec<egui::Pos2>> {
    let main = |event: &Event, down: bool| match event {
        Event::PointerButton { pos, button: egui::PointerButton::Primary, pressed, .. }
            if *pressed == down =>
        {
            Some(*pos)
        }
        _ => None,
    };
    let begin = events.iter().position(|event| main(event, true).is_some())?;
    let length = events[begin..].iter().position(|event| main(event, false).is_some())?;
    let place = |event: &Event| match event {
        Event::PointerMoved(at) => Some(*at),
        other => main(other, true).or_else(|| main(other, false)),
    };
    Some(events[begin..=begin + length].iter().filter_map(place).collect())
}

/// Where it has been since the last frame.
fn path(ui: &Ui, map: &PictureMap) -> Vec<MarkPoint> {
    let moved =
        |event: &Event| if let Event::PointerMoved(at) = event { Some(point(map, *at)) } else { None };
    ui.input(|input| {
        let moves = input.events.iter().filter_map(moved);
        moves.chain(input.pointer.latest_pos().map(|at| point(map, at))).collect()
    })
}

fn point(map: &PictureMap, at: egui::Pos2) -> MarkPoint {
    let (x, y) = map.nearest_pixel(at);
    MarkPoint { x, y }
}

/// The points of a path that are far enough from each other.
fn steps(mut last: MarkPoint, path: &[MarkPoint]) -> Vec<MarkPoint> {
    let far = |at: &MarkPoint| {
        let is_far = at.x.abs_diff(last.x).max(at.y.abs_diff(last.y)) >= STEP_PX;
        if is_far {
            last = *at;
        }
        is_far
    };
    let mut points: Vec<_> = path.iter().copied().filter(far).collect();
    points.truncate(MAX_MARK_POINTS);
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stroke_that_is_over_within_a_frame_is_one() {
        let at = |x: f32| egui::pos2(x, 5.0);
        let press = |x: f32, pressed| Event::PointerButton {
            pos: at(x),
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        };
        let moved = |x: f32| Event::PointerMoved(at(x));
        let all = [moved(1.0), press(1.0, true), moved(9.0), press(9.0, false), moved(20.0)];
        assert_eq!(whole_stroke(&all), Some(vec![at(1.0), at(9.0), at(9.0)]));
        // What goes on, or began before, is a drag of egui's.
        assert_eq!(whole_stroke(&all[..3]), None);
        assert_eq!(whole_stroke(&all[2..]), None);
    }

    #[test]
    fn a_path_has_a_point_for_each_step_and_no_more_than_a_message_has() {
        let at = |x| MarkPoint { x, y: 9 };
        let path: Vec<_> = (0..10).map(at).collect();
        assert_eq!(steps(at(0), &path), [at(2), at(4), at(6), at(8)]);
        let long: Vec<_> = (0..2000).map(|step| at(step * 3)).collect();
        assert_eq!(steps(at(0), &long).len(), MAX_MARK_POINTS);
    }
}
