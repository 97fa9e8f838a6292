//! The technician's page: the host's screen with the toolbar, the panels and the notices round it.
//!
//! The keyboard does not come by here: [`crate::shell`] reads it while the hand is at the picture.

use egui::{Align2, Color32, FontId, Frame, Rect, RichText, TextureOptions, Ui, Vec2};

use super::PageContext;
use super::picture::{PlacedPicture, place_picture_ui, read_hand};
use super::widgets::{column_ui, title_ui, weak_ui};
use super::zoom::ZoomAnchor;
use super::{ask_form, deeds, hands_chip, notes, palette, toolbar};
use crate::hand_pointer::HandPointer;
use crate::input::{MouseReader, PictureMap};
use crate::pane::PaneLink;
use crate::panels::{PanelContext, PanelPlace, PanelSide, SessionStage};
use crate::shader::ShaderLink;
use crate::state::{PictureScale, SessionWay, ViewerState, WindowExtent};
use crate::texture::{PictureFilter, PictureTexture};
use crate::theme;
use beistand_node::{Permission, PictureSlot};

/// Where the picture is not: darker than any desktop, so that its edge is seen. The window is cleared to it,
/// which is cheaper than to draw it behind a picture that hides it.
pub const SURROUND: Color32 = Color32::from_rgb(12, 14, 17);
/// Full screen: the pointer this near to the toolbar's edge brings the toolbar, in points.
const PEEK_PT: f32 = 3.0;
/// Full screen: the pointer this far from that edge lets the toolbar go, in points.
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
    /// What of the picture stays where it is when its size changes.
    pub zoom: ZoomAnchor,
    /// When the technician turned to this picture from another page, by egui's clock.
    pub arrived: Option<f64>,
}

impl ViewerParts {
    /// Whether what the hand does was meant for this picture.
    pub fn hand_has_arrived(&self, ui: &Ui) -> bool {
        let now = ui.input(|input| input.time);
        self.arrived.is_none_or(|arrived| now - arrived >= ARRIVAL_REST_SECS)
    }

    /// Nothing of the picture is kept by what draws it. The pane sees to that itself.
    fn drop_picture_ui(&mut self, ui: &Ui) {
        self.texture.forget();
        self.shader.drop_picture_ui(ui);
        // The node has let go of what was held, as with each pause and revoke.
        self.mouse.release_all();
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
    deeds::read_keys(ui, viewing, cx);
    peek(ui, viewing);
    // The picture comes last: it must know what lies on it.
    match viewing.extent {
        WindowExtent::Window => toolbar::toolbar_ui(ui, viewing, cx),
        WindowExtent::Screen => {}
        WindowExtent::ScreenWithToolbar => toolbar::floating_toolbar_ui(ui, viewing, cx),
    }
    notes::notes_ui(ui, viewing, cx);
    beside_ui(ui, viewing, cx);
    egui::CentralPanel::default().frame(Frame::new()).show(ui, |ui| {
        let room = ui.max_rect();
        if viewing.is_hidden() {
            parts.drop_picture_ui(ui);
            return hidden_ui(ui, viewing, cx);
        }
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
                let placed = place_picture_ui(ui, viewing, &shown, &mut parts.zoom);
                viewing.shown_percent = (placed.map.points_per_pixel() * ppp * 100.0).round() as u16;
                deeds::read_wheel(ui, viewing, &mut parts.zoom, cx);
                over_ui(ui, viewing, &placed, cx);
                let pointer = read_hand(ui, viewing, parts, &shown, &placed, cx);
                placed.show_in_pane(&parts.pane, picture, &shown, pointer);
            }
            None => overlay_ui(ui, room, cx.text("page-viewer-first")),
        }
        lost_ui(ui, viewing, room, cx);
        hands_chip::hands_chip_ui(ui, viewing, room, cx);
    });
    ask_form::ask_form_ui(ui, viewing, cx);
    palette::commands_ui(ui, viewing, cx);
    palette::shortcuts_ui(ui, viewing, cx);
    toasts_ui(ui, viewing, cx);
}

fn filter(scale: PictureScale, size: beistand_node::Size, room: Rect, ppp: f32) -> PictureFilter {
    // At one pixel a pixel the nearest is the same and costs a third less where the processor paints.
    let exact = PictureFilter::Full(TextureOptions::NEAREST);
    match scale {
        PictureScale::Actual => exact,
        PictureScale::Percent(percent) if percent % 100 == 0 => exact,
        PictureScale::Percent(percent) if percent > 100 => PictureFilter::Full(TextureOptions::LINEAR),
        PictureScale::Percent(percent) => {
            let drawn = |side: u16| (usize::from(side) * usize::from(percent) / 100).max(1);
            PictureFilter::Mean([drawn(size.width()), drawn(size.height())])
        }
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

/// In full screen the toolbar comes when the pointer touches its edge, unless it stays there anyway.
fn peek(ui: &Ui, viewing: &mut ViewerState) {
    if viewing.toolbar.pinned && viewing.extent == WindowExtent::Screen {
        viewing.extent = WindowExtent::ScreenWithToolbar;
    }
    let Some(position) = ui.input(|input| input.pointer.latest_pos()) else { return };
    let room = ui.ctx().content_rect();
    let from_edge =
        if viewing.toolbar.at_lower_edge { room.bottom() - position.y } else { position.y - room.top() };
    let has_keyboard = ui.memory(|memory| memory.focused().is_some());
    let stays = viewing.toolbar.pinned || viewing.toolbar_wanted || has_keyboard;
    viewing.extent = match viewing.extent {
        WindowExtent::Screen if from_edge <= PEEK_PT => WindowExtent::ScreenWithToolbar,
        WindowExtent::ScreenWithToolbar
            if !stays
                && from_edge > LEAVE_PT
                && viewing.wanted_menu.is_none()
                && !egui::Popup::is_any_open(ui.ctx()) =>
        {
            WindowExtent::Screen
        }
        same @ (WindowExtent::Window | WindowExtent::Screen | WindowExtent::ScreenWithToolbar) => same,
    };
}

/// The panels that are open beside the picture.
fn beside_ui(ui: &mut Ui, viewing: &mut ViewerState, cx: &mut PageContext<'_>) {
    for name in viewing.panels.open_at(PanelPlace::Beside, PanelSide::Technician) {
        let frame = Frame::new().fill(theme::palette(ui).card).inner_margin(12.0);
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

/// What stands in the picture's place while the user shows nothing.
fn hidden_ui(ui: &mut Ui, viewing: &mut ViewerState, cx: &PageContext<'_>) {
    let (title, line) = if viewing.facts.paused() {
        ("page-viewer-paused", "page-viewer-paused-line")
    } else {
        ("page-viewer-hidden", "page-viewer-hidden-line")
    };
    let room = ui.max_rect();
    ui.painter().rect_filled(room, 0.0, theme::palette(ui).page);
    ui.add_space((room.height() / 3.0).max(0.0));
    column_ui(ui, |ui| {
        title_ui(ui, cx.text(title));
        weak_ui(ui, cx.text(line));
        if !viewing.facts.paused() {
            hands_chip::ask_button_ui(ui, viewing, Permission::View, cx);
        }
    });
    lost_ui(ui, viewing, room, cx);
}

/// Why the picture does not move.
fn lost_ui(ui: &Ui, viewing: &ViewerState, room: Rect, cx: &PageContext<'_>) {
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
    let colours = theme::palette(ui);
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
