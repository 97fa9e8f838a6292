//! The technician's page: the host's screen with the toolbar, the panels and the notices round it.
//!
//! The keyboard does not come by here: [`crate::shell`] reads it while the hand is at the picture.

use egui::{Align2, Color32, FontId, Frame, Rect, RichText, TextureOptions, Ui, Vec2};

use super::PageContext;
use super::picture::{PlacedPicture, place_picture_ui, read_hand};
use super::toolbar;
use crate::hand_pointer::HandPointer;
use crate::input::{MouseReader, PictureMap};
use crate::pane::PaneLink;
use crate::panels::{PanelContext, PanelPlace, PanelSide, SessionStage};
use crate::shader::ShaderLink;
use crate::state::{PageAction, PictureScale, SessionWay, ViewerState, WindowExtent};
use crate::texture::{PictureFilter, PictureTexture};
use crate::theme::palette;
use beistand_node::{Permission, PictureSlot};

/// Where the picture is not: darker than any desktop, so that its edge is seen. The window is cleared to it,
/// which is cheaper than to draw it behind a picture that hides it.
pub const SURROUND: Color32 = Color32::from_rgb(12, 14, 17);
/// Full screen: the pointer this near to the top edge brings the toolbar, in points.
const PEEK_PT: f32 = 3.0;
/// Full screen: the pointer this far from the top edge lets the toolbar go, in points.
const LEAVE_PT: f32 = 72.0;
/// How far passing notices are from the lower edge, in points, and where a panel's tools lie over the picture
/// there.
const TOASTS_PT: f32 = 24.0;
const TOASTS_OVER_PT: f32 = 108.0;

/// How long the hand does nothing on a picture that has just taken another page's place: the rest of a double
/// click was meant for that page.
const ARRIVAL_REST_SECS: f64 = 0.5;

/// What the viewer keeps from frame to frame beside the state.
#[derive(Default)]
pub struct ViewerParts {
    /// The picture as a texture, and the pointer's shape.
    pub texture: PictureTexture,
    /// What draws the picture where the graphics card makes its pixels.
    pub shader: ShaderLink,
    /// The technician's mouse.
    pub mouse: MouseReader,
    /// The picture beside the rest of the window, where it is painted so.
    pub pane: PaneLink,
    /// What the technician's hand wears over the picture.
    pub hand: HandPointer,
    /// When the technician turned to this picture from another page, by egui's clock.
    pub arrived: Option<f64>,
}

impl ViewerParts {
    /// Whether what the hand does was meant for this picture.
    pub fn hand_has_arrived(&self, ui: &Ui) -> bool {
        let now = ui.input(|input| input.time);
        self.arrived.is_none_or(|arrived| now - arrived >= ARRIVAL_REST_SECS)
    }

    /// The same window's, for another session.
    pub fn renewed(&self) -> Self {
        let (shader, pane, hand) = (self.shader.clone(), self.pane.clone(), self.hand.clone());
        Self { shader, pane, hand, ..Self::default() }
    }
}

/// Draws the viewer.
pub fn viewer_ui(
    ui: &mut Ui,
    viewing: &mut ViewerState,
    parts: &mut ViewerParts,
    picture: &PictureSlot,
    cx: &mut PageContext<'_>,
) {
    peek(ui, viewing);
    // The picture comes last: it must know what lies on it.
    match viewing.extent {
        WindowExtent::Window => toolbar::toolbar_ui(ui, viewing, cx),
        WindowExtent::Screen => {}
        WindowExtent::ScreenWithToolbar => toolbar::floating_toolbar_ui(ui, viewing, cx),
    }
    beside_ui(ui, viewing, cx);
    egui::CentralPanel::default().frame(Frame::new()).show(ui, |ui| {
        let room = ui.max_rect();
        let ppp = ui.ctx().pixels_per_point();
        let filter = picture.peek(|view| filter(viewing.scale, view.size(), room, ppp));
        let filter = filter.unwrap_or(PictureFilter::Full(TextureOptions::LINEAR));
        let shown = if parts.shader.draws() {
            parts.texture.by_shader(ui.ctx(), picture, filter, &parts.shader)
        } else if parts.pane.texture_wanted() {
            parts.texture.update(ui.ctx(), picture, filter)
        } else {
            parts.texture.marker(ui.ctx(), picture)
        };
        match shown {
            Some(shown) => {
                let placed = place_picture_ui(ui, viewing.scale, &shown);
                over_ui(ui, viewing, &placed, cx);
                let pointer = read_hand(ui, viewing, parts, &shown, &placed, cx);
                placed.show_in_pane(&parts.pane, picture, &shown, pointer);
            }
            // The text below says why there is none.
            None if viewing.facts.paused() || !viewing.facts.granted.contains(Permission::View) => {}
            None => overlay_ui(ui, room, cx.text("page-viewer-first")),
        }
        state_ui(ui, viewing, room, cx);
    });
    toasts_ui(ui, viewing, cx);
    if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::F11)) {
        cx.act(PageAction::Fullscreen(!viewing.extent.is_screen()));
    }
}

fn filter(scale: PictureScale, size: beistand_node::Size, room: Rect, ppp: f32) -> PictureFilter {
    // At one pixel a pixel the nearest is the same and costs a third less where the processor paints.
    let exact = PictureFilter::Full(TextureOptions::NEAREST);
    match scale {
        PictureScale::Actual => exact,
        PictureScale::Fit => {
            let drawn = PictureMap::fit_whole_pixels(size, room, ppp).drawn.size() * ppp;
            let drawn = [drawn.x, drawn.y].map(|side| side.round().max(1.0) as usize);
            let real = [size.width(), size.height()].map(usize::from);
            let times = drawn[0] / real[0];
            if times > 0 && drawn == real.map(|side| side * times) {
                exact
            } else if drawn[0] <= real[0] && drawn[1] <= real[1] {
                PictureFilter::Mean(drawn)
            } else {
                PictureFilter::Full(TextureOptions::LINEAR)
            }
        }
    }
}

/// In full screen the toolbar comes when the pointer touches the top edge.
fn peek(ui: &Ui, viewing: &mut ViewerState) {
    let Some(position) = ui.input(|input| input.pointer.latest_pos()) else { return };
    viewing.extent = match viewing.extent {
        WindowExtent::Screen if position.y <= PEEK_PT => WindowExtent::ScreenWithToolbar,
        WindowExtent::ScreenWithToolbar if position.y > LEAVE_PT && !egui::Popup::is_any_open(ui.ctx()) => {
            WindowExtent::Screen
        }
        same @ (WindowExtent::Window | WindowExtent::Screen | WindowExtent::ScreenWithToolbar) => same,
    };
}

/// The panels that are open beside the picture.
fn beside_ui(ui: &mut Ui, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    for name in viewing.panels.open_at(PanelPlace::Beside, PanelSide::Technician) {
        let frame = Frame::new().fill(palette(ui).card).inner_margin(12.0);
        // In a narrow window the picture keeps half of it.
        let panel = egui::Panel::right("panel")
            .frame(frame)
            .resizable(false)
            .exact_size(name.width_pt().min(ui.available_width() / 2.0));
        let ViewerState { panels, facts, .. } = viewing;
        let mut context = PanelContext::new(PanelSide::Technician, SessionStage::Running, facts, cx);
        panel.show(ui, |ui| panels.panel_ui(name, ui, &mut context));
        if super::is_attended(ui) {
            panels.see(name);
        }
    }
}

/// What open panels show over the picture.
fn over_ui(ui: &Ui, viewing: &mut ViewerState, placed: &PlacedPicture, cx: &mut PageContext<'_>) {
    for name in viewing.panels.open_at(PanelPlace::Over, PanelSide::Technician) {
        let ViewerState { panels, facts, .. } = viewing;
        let mut context = PanelContext::new(PanelSide::Technician, SessionStage::Running, facts, cx);
        panels.over_ui(name, ui, &placed.map, &mut context);
    }
}

/// Why the picture does not move.
fn state_ui(ui: &Ui, viewing: &ViewerState, room: Rect, cx: &PageContext<'_>) {
    if viewing.facts.paused() {
        overlay_ui(ui, room, cx.text("page-viewer-paused"));
    } else if !viewing.facts.granted.contains(Permission::View) {
        overlay_ui(ui, room, cx.text("page-viewer-hidden"));
    }
    match viewing.facts.way {
        SessionWay::Lost => {
            let top = room.center_top() + Vec2::new(0.0, 16.0);
            label_at(ui, Align2::CENTER_TOP, top, cx.text("page-viewer-lost"));
        }
        SessionWay::Unknown | SessionWay::Known(_) => {}
    }
}

fn overlay_ui(ui: &Ui, room: Rect, text: String) {
    ui.painter().rect_filled(room, 0.0, Color32::from_black_alpha(150));
    label_at(ui, Align2::CENTER_CENTER, room.center(), text);
}

/// Light text on a dark pill, readable on any picture.
pub(super) fn label_at(ui: &Ui, anchor: Align2, at: egui::Pos2, text: String) {
    let width = (ui.max_rect().width() - 64.0).max(1.0);
    let galley = ui.painter().layout(text, FontId::proportional(16.0), Color32::WHITE, width);
    let rect = anchor.anchor_size(at, galley.size() + Vec2::new(32.0, 18.0));
    ui.painter().rect_filled(rect, 10.0, Color32::from_black_alpha(210));
    ui.painter().galley(rect.min + Vec2::new(16.0, 9.0), galley, Color32::WHITE);
}

fn toasts_ui(ui: &Ui, viewing: &mut ViewerState, cx: &PageContext<'_>) {
    let Some(next) = viewing.expire_toasts(cx.now) else { return };
    ui.request_repaint_after(next);
    let colours = palette(ui);
    let over = viewing.panels.open_at(PanelPlace::Over, PanelSide::Technician);
    let up = if over.is_empty() { TOASTS_PT } else { TOASTS_OVER_PT };
    egui::Area::new(egui::Id::unique("toasts"))
        .anchor(Align2::CENTER_BOTTOM, [0.0, -up])
        .interactable(false)
        .order(egui::Order::Foreground)
        .show(ui.ctx(), |ui| {
            for toast in &viewing.toasts {
                Frame::popup(ui.style()).inner_margin(egui::Margin::symmetric(16, 8)).show(ui, |ui| {
                    ui.set_max_width(420.0);
                    ui.add(egui::Label::new(RichText::new(cx.say(&toast.text)).color(colours.text)).wrap());
                });
            }
        });
}
