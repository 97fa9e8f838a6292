//! The host's screen: the picture, the pointer on it, and the technician's mouse.
//!
//! The keyboard does not come by here: [`crate::shell`] reads it while [`Viewing::picture_active`].

use std::time::Instant;

use beistand_node::{Command, InputEvent, Permission};
use egui::{
    Align2, Color32, CursorIcon, Event, FontId, Frame, Rect, Response, RichText, ScrollArea, Sense,
    TextureOptions, Ui, Vec2,
};

use super::toolbar;
use crate::input::{self, MouseReader, PictureMap};
use crate::state::{Action, Scale, Viewing};
use crate::texture::{PictureTexture, Shown};
use crate::theme::palette;

/// Where the picture is not: darker than any desktop, so that its edge is seen. The window is cleared to it, which is
/// cheaper than to draw it behind a picture that hides it.
pub const SURROUND: Color32 = Color32::from_rgb(12, 14, 17);
/// Full screen: the pointer this near to the top edge brings the toolbar, in points.
const PEEK_PT: f32 = 3.0;
/// Full screen: the pointer this far from the top edge lets the toolbar go, in points.
const LEAVE_PT: f32 = 72.0;

/// What the viewer keeps from frame to frame beside the state.
#[derive(Default)]
pub struct ViewerParts {
    /// The picture on the graphics card.
    pub texture: PictureTexture,
    /// The technician's mouse.
    pub mouse: MouseReader,
}

/// Draws the viewer.
pub fn viewer_ui(
    ui: &mut Ui,
    viewing: &mut Viewing,
    parts: &mut ViewerParts,
    picture: &beistand_node::PictureSlot,
    now: Instant,
    actions: &mut Vec<Action>,
) {
    peek(ui, viewing);
    if !viewing.fullscreen {
        toolbar::toolbar_ui(ui, viewing, actions);
    }
    if viewing.chat_open {
        toolbar::chat_ui(ui, viewing, actions);
    }
    egui::CentralPanel::default().frame(Frame::new()).show(ui, |ui| {
        let room = ui.max_rect();
        // At one pixel a pixel the nearest is the same and costs a third less where the processor paints.
        let ppp = ui.ctx().pixels_per_point();
        let options =
            picture.peek(|view| options(viewing.scale, view.frame.size(), room, ppp)).unwrap_or_default();
        match parts.texture.update(ui.ctx(), picture, options) {
            Some(shown) => picture_ui(ui, viewing, parts, &shown, actions),
            None => overlay_ui(ui, room, "Getting the first picture…"),
        }
        if viewing.paused {
            overlay_ui(ui, room, "Paused by the user");
        } else if !viewing.granted.contains(Permission::View) {
            overlay_ui(ui, room, "They do not show their screen at the moment");
        }
        if viewing.reconnecting {
            let top = room.center_top() + Vec2::new(0.0, 16.0);
            label_at(ui, Align2::CENTER_TOP, top, "The connection was lost: reconnecting…");
        }
        if viewing.figures_open {
            toolbar::figures_ui(ui, viewing, room, now);
        }
    });
    if viewing.fullscreen && viewing.toolbar_peek {
        toolbar::floating_toolbar_ui(ui, viewing, actions);
    }
    toasts_ui(ui, viewing, now);
    if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::F11)) {
        actions.push(Action::Fullscreen(!viewing.fullscreen));
    }
}

fn options(scale: Scale, size: beistand_node::Size, room: Rect, ppp: f32) -> TextureOptions {
    let fitted = PictureMap::fit(size, room).points_per_pixel() * ppp;
    match scale {
        Scale::Actual => TextureOptions::NEAREST,
        Scale::Fit if (fitted - 1.0).abs() < 1e-3 => TextureOptions::NEAREST,
        Scale::Fit => TextureOptions::LINEAR,
    }
}

/// In full screen the toolbar comes when the pointer touches the top edge.
fn peek(ui: &Ui, viewing: &mut Viewing) {
    let pointer = ui.input(|input| input.pointer.latest_pos());
    match pointer {
        _ if !viewing.fullscreen => viewing.toolbar_peek = false,
        Some(position) if position.y <= PEEK_PT => viewing.toolbar_peek = true,
        Some(position) if position.y > LEAVE_PT && !egui::Popup::is_any_open(ui.ctx()) => {
            viewing.toolbar_peek = false
        }
        _ => {}
    }
}

fn picture_ui(
    ui: &mut Ui,
    viewing: &mut Viewing,
    parts: &mut ViewerParts,
    shown: &Shown,
    actions: &mut Vec<Action>,
) {
    match viewing.scale {
        Scale::Fit => {
            let room = ui.max_rect();
            let map = PictureMap::fit(shown.size, room);
            let response = ui.interact(room, ui.scope_id().with("picture"), Sense::CLICK | Sense::DRAG);
            draw_and_read(ui, viewing, parts, shown, map, response, actions);
        }
        Scale::Actual => {
            // A faded edge would lie about their screen.
            ui.spacing_mut().scroll.fade.strength = 0.0;
            ScrollArea::both()
                .auto_shrink(false)
                .scroll_source(egui::scroll_area::ScrollSource::SCROLL_BAR)
                .show(ui, |ui| {
                    let pixels = Vec2::new(f32::from(shown.size.width()), f32::from(shown.size.height()));
                    let size = pixels / ui.ctx().pixels_per_point();
                    let (room, response) =
                        ui.allocate_exact_size(size.max(ui.available_size()), Sense::CLICK | Sense::DRAG);
                    let spare = (room.size() - size).max(Vec2::ZERO) / 2.0;
                    // On whole pixels, or the nearest filter drops and doubles some.
                    let corner = snapped(room.min + spare, ui.ctx().pixels_per_point());
                    let map = PictureMap { drawn: Rect::from_min_size(corner, size), size: shown.size };
                    draw_and_read(ui, viewing, parts, shown, map, response, actions);
                });
        }
    }
}

fn snapped(position: egui::Pos2, ppp: f32) -> egui::Pos2 {
    egui::pos2((position.x * ppp).round() / ppp, (position.y * ppp).round() / ppp)
}

fn draw_and_read(
    ui: &Ui,
    viewing: &mut Viewing,
    parts: &mut ViewerParts,
    shown: &Shown,
    map: PictureMap,
    response: Response,
    actions: &mut Vec<Action>,
) {
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, "Their screen"));
    let whole = Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
    ui.painter().image(shown.texture.id(), map.drawn, whole, Color32::WHITE);
    let over = response.contains_pointer();
    if over || response.is_pointer_button_down_on() {
        viewing.picture_active |= over;
    } else if ui.input(|input| input.pointer.any_pressed()) {
        viewing.picture_active = false;
    }
    let may_point = viewing.granted.contains(Permission::Pointer) && !viewing.paused;
    if may_point {
        read_mouse(ui, parts, map, over, actions);
    } else {
        release(parts, actions);
    }
    pointer_ui(ui, shown, map, over && may_point);
    if shown.stale {
        let corner = ui.clip_rect().right_top() + Vec2::new(-16.0, 16.0);
        let text = "The picture is behind: waiting for a new one";
        label_at(ui, Align2::RIGHT_TOP, corner, text);
    }
}

/// Sends what the mouse did since the last frame. Moves are one event: only the newest position counts.
fn read_mouse(ui: &Ui, parts: &mut ViewerParts, map: PictureMap, over: bool, actions: &mut Vec<Action>) {
    let (events, page) = ui.input(|input| (input.events.clone(), input.content_rect().size()));
    let mouse = &mut parts.mouse;
    let mut moved = None;
    let send = |actions: &mut Vec<Action>, event: Option<InputEvent>| {
        actions.extend(event.map(|event| Action::Send(Command::Input(event))));
    };
    for event in events {
        match event {
            Event::PointerMoved(position) => {
                let pixel =
                    if mouse.dragging() { Some(map.nearest_pixel(position)) } else { map.pixel(position) };
                moved = pixel.filter(|_| over || mouse.dragging()).or(moved);
            }
            Event::PointerButton { pos, button, pressed, .. } => {
                let inside = over && map.pixel(pos).is_some();
                if inside || mouse.dragging() {
                    // Where the button is pressed is where the pointer must be first.
                    send(actions, mouse.moved(map.nearest_pixel(pos)));
                    moved = None;
                }
                send(actions, mouse.button(input::button(button), pressed, inside));
            }
            Event::MouseWheel { unit, delta, .. } if over => send(actions, mouse.wheel(unit, delta, page)),
            Event::WindowFocused(false) => {
                for event in mouse.release_all() {
                    send(actions, Some(event));
                }
            }
            _ => {}
        }
    }
    if let Some(pixel) = moved {
        send(actions, mouse.moved(pixel));
    }
}

fn release(parts: &mut ViewerParts, actions: &mut Vec<Action>) {
    actions.extend(parts.mouse.release_all().into_iter().map(|event| Action::Send(Command::Input(event))));
}

/// Draws the host's pointer: under the technician's hand where they have the mouse, or where the user moves it.
fn pointer_ui(ui: &Ui, shown: &Shown, map: PictureMap, ours: bool) {
    let Some(cursor) = &shown.cursor else { return };
    let at = if ours {
        let position = ui.input(|input| input.pointer.latest_pos());
        position.filter(|position| map.pixel(*position).is_some())
    } else {
        shown.cursor_position.map(|pixel| map.position(pixel))
    };
    let Some(at) = at else { return };
    if ours {
        ui.ctx().set_cursor_icon(CursorIcon::None);
    }
    let scale = map.points_per_pixel();
    let rect = Rect::from_min_size(at - cursor.hotspot * scale, cursor.texture.size_vec2() * scale);
    let whole = Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
    ui.painter().image(cursor.texture.id(), rect, whole, Color32::WHITE);
}

fn overlay_ui(ui: &Ui, room: Rect, text: &str) {
    ui.painter().rect_filled(room, 0.0, Color32::from_black_alpha(150));
    label_at(ui, Align2::CENTER_CENTER, room.center(), text);
}

/// Light text on a dark pill, readable on any picture.
fn label_at(ui: &Ui, anchor: Align2, at: egui::Pos2, text: &str) {
    let galley = ui.painter().layout_no_wrap(text.to_owned(), FontId::proportional(16.0), Color32::WHITE);
    let rect = anchor.anchor_size(at, galley.size() + Vec2::new(32.0, 18.0));
    ui.painter().rect_filled(rect, 10.0, Color32::from_black_alpha(210));
    ui.painter().galley(rect.min + Vec2::new(16.0, 9.0), galley, Color32::WHITE);
}

fn toasts_ui(ui: &Ui, viewing: &mut Viewing, now: Instant) {
    let Some(next) = viewing.expire_toasts(now) else { return };
    ui.request_repaint_after(next);
    let colours = palette(ui);
    egui::Area::new(egui::Id::unique("toasts"))
        .anchor(Align2::CENTER_BOTTOM, [0.0, -24.0])
        .interactable(false)
        .order(egui::Order::Foreground)
        .show(ui.ctx(), |ui| {
            for toast in &viewing.toasts {
                Frame::popup(ui.style()).inner_margin(egui::Margin::symmetric(16, 8)).show(ui, |ui| {
                    ui.set_max_width(420.0);
                    ui.add(egui::Label::new(RichText::new(&toast.text).color(colours.text)).wrap());
                });
            }
        });
}
