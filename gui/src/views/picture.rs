//! The host's screen itself: where it lies, the pointer on it, and the technician's mouse.

use std::collections::VecDeque;

use egui::{Align2, Color32, CursorIcon, Event, Painter, Pos2, Rect, Response, ScrollArea, Sense, Ui, Vec2};

use super::PageContext;
use super::viewer::{ViewerParts, label_at};
use super::zoom::ZoomAnchor;
use crate::backend::CommandSender;
use crate::hit;
use crate::input::{self, MouseReader, PictureMap};
use crate::pane::{DrawnPicture, HandPress, PaneLink, PanePointer, PressHeard};
use crate::state::{HandPlace, PictureScale, TriedHand, ViewerState};
use crate::texture::{PictureImage, ShownPicture};
use beistand_node::{ControlCommand, InputEvent, Permission, PictureSlot};

/// The least length of the pointer's longer side in pixels: with less its hot spot can't be told.
const LEAST_POINTER_PX: f32 = 16.0;

/// This near to an edge beyond which there is more of the picture, it moves, in points: as near as the pane
/// leaves to the window.
const PAN_EDGE_PT: f32 = 10.0;

/// How fast it moves there, in points: the width of a window in a second and a half.
const PAN_PT_PER_SEC: f32 = 800.0;

/// What one drawing moves it at most counts as so many seconds: the first after a rest knows no time.
const MAX_PAN_SECS: f32 = 0.05;

/// The picture as it was laid out in this drawing.
pub struct PlacedPicture {
    /// Which pixel is where.
    pub map: PictureMap,
    response: Response,
    /// What of the window it may fill.
    clip: Rect,
}

/// Draws the picture into what is left of the window.
pub fn place_picture_ui(
    ui: &mut Ui,
    viewing: &ViewerState,
    shown: &ShownPicture,
    anchor: &mut ZoomAnchor,
) -> PlacedPicture {
    let hundredths = match viewing.scale {
        PictureScale::Fit => None,
        PictureScale::Actual => Some(100),
        PictureScale::Percent(percent) => Some(percent),
    };
    let placed = match hundredths {
        None => {
            let clip = ui.max_rect();
            let map = PictureMap::fit_whole_pixels(shown.size, clip, ui.ctx().pixels_per_point());
            let response = ui.interact(clip, ui.scope_id().with("picture"), Sense::CLICK | Sense::DRAG);
            draw(ui, shown, map);
            PlacedPicture { map, response, clip }
        }
        Some(percent) => {
            // A faded edge would lie about their screen.
            ui.spacing_mut().scroll.fade.strength = 0.0;
            let size = scaled_size(shown, percent, ui.ctx().pixels_per_point());
            let mut area = ScrollArea::both()
                .auto_shrink(false)
                .scroll_source(egui::scroll_area::ScrollSource::SCROLL_BAR);
            if let Some(offset) = anchor.offset(viewing.scale, size, ui.available_rect_before_wrap()) {
                area = area.scroll_offset(offset);
            }
            let scrolled = area.show(ui, |ui| scaled_ui(ui, shown, size));
            let (map, response) = scrolled.inner;
            pan(ui, viewing, &response, scrolled.inner_rect, map.drawn);
            PlacedPicture { map, response, clip: scrolled.inner_rect }
        }
    };
    anchor.note(viewing.scale, placed.map, placed.clip);
    placed
}

/// How large so many hundredths of the picture are in points: whole pixels of the window, as it is drawn.
fn scaled_size(shown: &ShownPicture, percent: u16, ppp: f32) -> Vec2 {
    let pixels = Vec2::new(f32::from(shown.size.width()), f32::from(shown.size.height()));
    (pixels * f32::from(percent) / 100.0).floor().max(Vec2::splat(1.0)) / ppp
}

/// Moves a picture that is larger than its room: by the middle button while that is this window's, and where
/// the pointer is at an edge beyond which there is more of it.
fn pan(ui: &Ui, viewing: &ViewerState, response: &Response, clip: Rect, drawn: Rect) {
    let (at, delta, held, dt) = ui.input(|input| {
        let middle = input.pointer.button_down(egui::PointerButton::Middle);
        (input.pointer.latest_pos(), input.pointer.delta(), middle, input.stable_dt.min(MAX_PAN_SECS))
    });
    let Some(at) = at.filter(|at| clip.contains(*at) && hit::is_on_top(ui.ctx(), response.id, *at)) else {
        return;
    };
    let mut by = if held && viewing.is_ours() { delta } else { Vec2::ZERO };
    if !held && ui.input(|input| input.focused) {
        let edge = |at: f32, [from, to]: [f32; 2], [first, last]: [f32; 2]| {
            let (before, beyond) =
                (at < from + PAN_EDGE_PT && first < from - 0.5, at > to - PAN_EDGE_PT && last > to + 0.5);
            f32::from(i8::from(before) - i8::from(beyond)) * PAN_PT_PER_SEC * dt
        };
        by += Vec2::new(
            edge(at.x, [clip.left(), clip.right()], [drawn.left(), drawn.right()]),
            edge(at.y, [clip.top(), clip.bottom()], [drawn.top(), drawn.bottom()]),
        );
    }
    if by != Vec2::ZERO {
        ui.data_mut(|data| data.insert_temp(pan_id(), by));
        ui.request_repaint();
    }
}

/// Under which the way is kept that the picture moves in the next drawing.
fn pan_id() -> egui::Id {
    egui::Id::unique("picture pan")
}

fn scaled_ui(ui: &mut Ui, shown: &ShownPicture, size: Vec2) -> (PictureMap, Response) {
    if let Some(by) = ui.data_mut(|data| data.remove_temp::<Vec2>(pan_id())) {
        ui.scroll_with_delta_animation(by, egui::style::ScrollAnimation::none());
    }
    let (room, response) = ui.allocate_exact_size(size.max(ui.available_size()), Sense::CLICK | Sense::DRAG);
    let spare = (room.size() - size).max(Vec2::ZERO) / 2.0;
    // On whole pixels, or the nearest filter drops and doubles some.
    let corner = snapped(room.min + spare, ui.ctx().pixels_per_point());
    let map = PictureMap { drawn: Rect::from_min_size(corner, size), size: shown.size };
    draw(ui, shown, map);
    (map, response)
}

fn snapped(position: Pos2, ppp: f32) -> Pos2 {
    egui::pos2((position.x * ppp).round() / ppp, (position.y * ppp).round() / ppp)
}

fn draw(ui: &Ui, shown: &ShownPicture, map: PictureMap) {
    let whole = Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
    match &shown.image {
        PictureImage::Texture(texture) => {
            ui.painter().image(texture.id(), map.drawn, whole, Color32::WHITE);
        }
        PictureImage::Shader(picture) => {
            ui.painter().add(picture.shape(map.drawn));
        }
    }
}

impl PlacedPicture {
    /// Where there is a pane it shows the picture here, and the host's pointer as said.
    pub fn show_in_pane(
        &self,
        pane: &PaneLink,
        picture: &PictureSlot,
        shown: &ShownPicture,
        pointer: PanePointer,
    ) {
        // Where a shader draws there is no pane.
        let Some(texture) = shown.image.texture() else { return };
        let (texture, drawn) = (texture.id(), self.map.drawn);
        if let Some(drawn) = picture.peek(|view| DrawnPicture::new(view, texture, drawn, self.clip, pointer))
        {
            pane.draw(drawn);
        }
    }

    /// Whether a press at `position` is for the picture and not for something that lies on it.
    fn is_on_top(&self, ui: &Ui, position: Pos2) -> bool {
        hit::is_on_top(ui.ctx(), self.response.id, position)
    }
}

/// The hand lets go of what it holds on the picture, which isn't shown any more.
pub fn release_hand(mouse: &mut MouseReader, host: &CommandSender) {
    for event in mouse.release_all() {
        host.send(ControlCommand::Input(event).into());
    }
}

/// Reads the hand on the picture, once all is laid out that may lie on it: scroll bars, the toolbar, menus.
pub fn read_hand(
    ui: &Ui,
    viewing: &mut ViewerState,
    parts: &mut ViewerParts,
    shown: &ShownPicture,
    placed: &PlacedPicture,
    cx: &mut PageContext<'_>,
) -> PanePointer {
    let arrived = parts.hand_has_arrived(ui);
    let mouse = &mut parts.mouse;
    let PlacedPicture { map, response, clip } = placed;
    response
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, cx.text("page-viewer-picture")));
    let over = ui.input(|input| input.pointer.latest_pos()).is_some_and(|at| placed.is_on_top(ui, at));
    // The middle button moves the picture while it is this window's.
    let only_middle = |input: &egui::InputState| {
        viewing.is_ours() && input.pointer.button_pressed(egui::PointerButton::Middle)
    };
    let pressed = ui.input(|input| input.pointer.any_pressed() && !only_middle(input));
    viewing.hand = hand_place(viewing.hand, over, pressed && arrived, response.is_pointer_button_down_on());
    let may_point = viewing.facts.granted.contains(Permission::Pointer) && !viewing.facts.paused() && arrived;
    if parts.pane.hand_was_sent() {
        mouse.forget_place();
    }
    let sent = parts.pane.take_presses();
    note_try(ui, viewing, placed, cx);
    let events = if may_point {
        read_mouse(ui, mouse, placed, sent, viewing.is_ours())
    } else {
        sent.into_iter().for_each(|press| mouse.sent_apart(press.button, press.pressed));
        mouse.release_all()
    };
    for event in events {
        cx.send(ControlCommand::Input(event).into());
    }
    if shown.stale {
        let corner = clip.right_top() + Vec2::new(-16.0, 16.0);
        label_at(ui, Align2::RIGHT_TOP, corner, cx.text("page-viewer-behind"));
    }
    let pointer = pointer_ui(ui, &ui.painter().with_clip_rect(*clip), shown, *map, over && may_point, parts);
    match pointer {
        // What the hand does is looked at here first.
        PanePointer::Hand if viewing.is_ours() => PanePointer::Elsewhere,
        pointer @ (PanePointer::Hand | PanePointer::Elsewhere | PanePointer::Here { .. }) => pointer,
    }
}

/// Somebody clicked into the picture, or typed at it, who may not.
fn note_try(ui: &Ui, viewing: &mut ViewerState, placed: &PlacedPicture, cx: &PageContext<'_>) {
    let may = |permission| viewing.facts.granted.contains(permission);
    let typed = |event: &Event| {
        matches!(event, Event::Text(_) | Event::Key { key: egui::Key::Enter, pressed: true, .. })
    };
    let clicked = |event: &Event| {
        let pressed = match event {
            Event::PointerButton { pos, pressed: true, .. } => Some(*pos),
            _ => None,
        };
        pressed.is_some_and(|at| placed.map.pixel(at).is_some() && placed.is_on_top(ui, at))
    };
    let free = viewing.hand == HandPlace::Picture && !ui.ctx().text_edit_focused();
    let (has_typed, has_clicked) = ui.input(|input| (input.events.iter().any(typed), input.events.clone()));
    let has_clicked = has_clicked.iter().any(clicked);
    let tried = [(Permission::Keyboard, has_typed && free), (Permission::Pointer, has_clicked)];
    if let Some((permission, _)) = tried.into_iter().find(|(one, tried)| *tried && !may(*one)) {
        viewing.tried = Some(TriedHand { permission, at: cx.now });
    }
}

/// What the keyboard is for, after the mouse did this. Where it was taken back, only a click gives it away
/// again.
fn hand_place(before: HandPlace, over: bool, pressed: bool, dragging: bool) -> HandPlace {
    match before {
        HandPlace::TakenBack if over && pressed => HandPlace::Picture,
        HandPlace::TakenBack => HandPlace::TakenBack,
        HandPlace::Picture | HandPlace::Elsewhere if over => HandPlace::Picture,
        HandPlace::Picture | HandPlace::Elsewhere if pressed && !dragging => HandPlace::Elsewhere,
        HandPlace::Picture => HandPlace::Picture,
        HandPlace::Elsewhere => HandPlace::Elsewhere,
    }
}

/// What the mouse did since the last frame. Moves are one event: only the newest position counts. `sent` are
/// presses that the host knows, some of which are among the frame's.
fn read_mouse(
    ui: &Ui,
    mouse: &mut MouseReader,
    placed: &PlacedPicture,
    sent: VecDeque<HandPress>,
    is_ours: bool,
) -> Vec<InputEvent> {
    let (events, page) = ui.input(|input| (input.events.clone(), input.content_rect().size()));
    let map = &placed.map;
    let inside = |position| map.pixel(position).filter(|_| placed.is_on_top(ui, position));
    let mut at = ui.input(|input| input.pointer.latest_pos());
    let (mut moved, mut has_scrolled) = (None, false);
    let (mut done, mut sent) = (Vec::new(), sent.into_iter().peekable());
    for event in events {
        while let Some(press) = sent.next_if(|press| press.heard == PressHeard::ByHost) {
            mouse.sent_apart(press.button, press.pressed);
        }
        match event {
            // They move and enlarge the picture.
            Event::PointerButton { button: egui::PointerButton::Middle, pressed: true, .. } if is_ours => {}
            Event::MouseWheel { modifiers, .. } if is_ours && modifiers.ctrl => {}
            Event::PointerMoved(position) => {
                at = Some(position);
                let dragged = mouse.dragging().then(|| map.nearest_pixel(position));
                moved = dragged.or_else(|| inside(position)).or(moved);
            }
            Event::PointerButton { pos, button, pressed, .. }
                if sent.peek().is_some_and(|press| {
                    (press.button, press.pressed) == (input::button(button), pressed)
                }) =>
            {
                at = Some(pos);
                moved = None;
                sent.next();
                mouse.sent_apart(input::button(button), pressed);
            }
            Event::PointerButton { pos, button, pressed, .. } => {
                let inside = inside(pos).is_some();
                at = Some(pos);
                if inside || mouse.dragging() {
                    let pixel = map.nearest_pixel(pos);
                    done.extend(if pressed { Some(mouse.aim(pixel)) } else { mouse.moved(pixel) });
                    moved = None;
                }
                done.extend(mouse.button(input::button(button), pressed, inside));
            }
            Event::MouseWheel { unit, delta, .. } if at.is_some_and(|at| placed.is_on_top(ui, at)) => {
                if let Some(pixel) = at.and_then(&inside).filter(|_| !has_scrolled) {
                    done.push(mouse.aim(pixel));
                    (has_scrolled, moved) = (true, None);
                }
                done.extend(mouse.wheel(unit, delta, page));
            }
            Event::WindowFocused(false) => done.extend(mouse.release_all()),
            _ => {}
        }
    }
    sent.for_each(|press| mouse.sent_apart(press.button, press.pressed));
    done.extend(moved.and_then(|pixel| mouse.moved(pixel)));
    done
}

/// How many points a pixel of the pointer is wide: as much as one of the picture, but never so little that it
/// can't be found. One that is small by itself is not enlarged.
fn pointer_scale(picture: f32, size: Vec2, ppp: f32) -> f32 {
    picture.max((LEAST_POINTER_PX / size.max_elem()).min(1.0) / ppp)
}

/// Shows the host's pointer: the desktop under the technician's hand, else the pane, else the window. Returns
/// what the pane is to do.
fn pointer_ui(
    ui: &Ui,
    painter: &Painter,
    shown: &ShownPicture,
    map: PictureMap,
    ours: bool,
    parts: &ViewerParts,
) -> PanePointer {
    let Some(cursor) = &shown.cursor else {
        return if ours { PanePointer::Hand } else { PanePointer::Elsewhere };
    };
    let ppp = ui.ctx().pixels_per_point();
    let size = cursor.texture.size_vec2();
    let scale = pointer_scale(map.points_per_pixel(), size, ppp);
    let at = if ours {
        let position = ui.input(|input| input.pointer.latest_pos());
        position.filter(|position| map.pixel(*position).is_some())
    } else if parts.pane.is_open() {
        return PanePointer::Here { scale };
    } else {
        shown.cursor_position.map(|pixel| map.position(pixel))
    };
    let Some(at) = at else { return PanePointer::Elsewhere };
    if ours {
        ui.ctx().set_cursor_icon(CursorIcon::None);
        if parts.hand.wear(&cursor.image, scale * ppp) {
            return PanePointer::Hand;
        }
    }
    // On whole pixels, so that it is sharp at its own size.
    let rect = Rect::from_min_size(snapped(at - cursor.hotspot * scale, ppp), size * scale);
    let whole = Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
    painter.image(cursor.texture.id(), rect, whole, Color32::WHITE);
    PanePointer::Elsewhere
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_back_is_given_away_by_a_click_into_the_picture_alone() {
        use HandPlace::{Elsewhere, Picture, TakenBack};
        let [over, pressed, dragging] = [true; 3];
        for (before, mouse, after) in [
            (Elsewhere, [over, !pressed, !dragging], Picture),
            (Picture, [!over, !pressed, !dragging], Picture),
            (Picture, [!over, pressed, !dragging], Elsewhere),
            (Picture, [!over, pressed, dragging], Picture),
            (TakenBack, [over, !pressed, !dragging], TakenBack),
            (TakenBack, [!over, pressed, !dragging], TakenBack),
            (TakenBack, [over, pressed, !dragging], Picture),
        ] {
            let [over, pressed, dragging] = mouse;
            assert_eq!(hand_place(before, over, pressed, dragging), after, "{before:?} {mouse:?}");
        }
    }

    #[test]
    fn the_pointer_is_as_large_as_the_picture_makes_it_but_never_too_small_to_be_found() {
        let arrow = Vec2::new(24.0, 24.0);
        assert_eq!(pointer_scale(1.0, arrow, 1.0), 1.0);
        assert_eq!(pointer_scale(2.0, arrow, 1.0), 2.0);
        assert_eq!(pointer_scale(0.1, arrow, 1.0) * 24.0, 16.0);
        assert_eq!(pointer_scale(0.1, arrow, 2.0) * 24.0 * 2.0, 16.0, "pixels, not points");
        // An empty or tiny one stays what it is.
        assert_eq!(pointer_scale(0.1, Vec2::new(1.0, 1.0), 1.0), 1.0);
        assert_eq!(pointer_scale(0.1, Vec2::new(8.0, 12.0), 2.0), 0.5);
    }
}
