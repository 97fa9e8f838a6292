//! The host's screen on a graphics card, in planes: only what changed is sent there, as it was decoded, and a
//! shader makes the pixels while a frame is painted.
//!
//! So the processor makes no pixels of a picture and no copy of them for the card, and makes none smaller. It
//! doesn't decide where the picture lies or what lies over it: it is one shape among those of a frame. Where
//! there is no such shader the picture is a texture ([`crate::texture`]) or in a pane ([`crate::pane`]).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beistand_node::{DrawnPlanes, PictureForm, PictureReader, PictureSlot, PlanesFilter, PlanesPainter};
use eframe::egui_glow::CallbackFn;
use egui::{PaintCallback, PaintCallbackInfo, Rect, TextureFilter, Ui};

use crate::texture::{PictureFilter, runs};

/// What draws pictures from their planes, where the window's context can. Clones are one.
#[derive(Clone, Default)]
pub struct ShaderLink(Option<SharedPainter>);

type SharedPainter = Arc<Mutex<PlanesPainter>>;

/// A session's picture as a shader draws it.
pub struct ShaderPicture {
    painter: SharedPainter,
    picture: PictureSlot,
    filter: PlanesFilter,
}

impl ShaderLink {
    /// The one of the window that draws with `gl`, which is current.
    pub fn of_window(gl: &eframe::glow::Context) -> Self {
        match PlanesPainter::new(gl) {
            Ok(painter) => {
                tracing::info!("a shader makes the picture's pixels");
                Self(Some(Arc::new(Mutex::new(painter))))
            }
            Err(fault) => {
                tracing::info!(%fault, "the processor makes the picture's pixels");
                Self(None)
            }
        }
    }

    /// Whether pictures are drawn so.
    pub fn draws(&self) -> bool {
        self.0.is_some()
    }

    /// What arrives in this slot from now on is kept as it is drawn here.
    pub fn set_picture(&self, picture: &PictureSlot) {
        if self.draws() {
            picture.keep_as(PictureForm::Planes);
        }
    }

    /// The picture in this slot, to be drawn with `filter`.
    pub fn picture(&self, picture: &PictureSlot, filter: PictureFilter) -> Option<ShaderPicture> {
        let (painter, picture) = (self.0.clone()?, picture.clone());
        Some(ShaderPicture { painter, picture, filter: planes_filter(filter) })
    }

    /// There is no picture to see any more: the card's memory is given back with this frame.
    pub fn drop_picture_ui(&self, ui: &Ui) {
        let Some(painter) = self.0.clone().filter(|painter| lock(painter).has_picture()) else { return };
        // A shape, since only while a frame is painted the context is sure to be current.
        let forget = CallbackFn::new(move |_, egui| lock(&painter).forget(egui.gl()));
        ui.painter().add(PaintCallback { rect: ui.max_rect(), callback: Arc::new(forget) });
    }
}

impl ShaderPicture {
    /// What draws it there. What has changed since the frame before is sent to the card when this is painted.
    pub fn shape(&self, drawn: Rect) -> PaintCallback {
        let (painter, picture, filter) = (Arc::clone(&self.painter), self.picture.clone(), self.filter);
        let paint = CallbackFn::new(move |info, egui| {
            let mut painter = lock(&painter);
            picture.take(PictureReader::Window, |view, damage| {
                if let Some(planes) = view.planes() {
                    painter.take_in(egui.gl(), planes, &runs(damage));
                }
            });
            painter.draw(egui.gl(), &place(&info, filter));
        });
        PaintCallback { rect: drawn, callback: Arc::new(paint) }
    }
}

fn lock(painter: &SharedPainter) -> MutexGuard<'_, PlanesPainter> {
    // A panic while it was held leaves at worst a picture that isn't drawn.
    painter.lock().unwrap_or_else(PoisonError::into_inner)
}

/// As a texture would be drawn.
fn planes_filter(filter: PictureFilter) -> PlanesFilter {
    match filter {
        PictureFilter::Full(options) => match options.magnification {
            TextureFilter::Nearest => PlanesFilter::Nearest,
            TextureFilter::Linear => PlanesFilter::Between,
        },
        PictureFilter::Mean(_) => PlanesFilter::Mean,
    }
}

/// Where the picture is drawn, in pixels.
fn place(info: &PaintCallbackInfo, filter: PlanesFilter) -> DrawnPlanes {
    let pixels = |points: f32| (points * info.pixels_per_point).round() as i32;
    let (drawn, clip) = (info.viewport, info.clip_rect);
    DrawnPlanes {
        window: info.screen_size_px.map(|side| side as i32),
        corner: [pixels(drawn.min.x), pixels(drawn.min.y)],
        drawn: [pixels(drawn.width()), pixels(drawn.height())],
        clip: [pixels(clip.min.x), pixels(clip.min.y), pixels(clip.max.x), pixels(clip.max.y)],
        filter,
    }
}

#[cfg(test)]
mod tests {
    use egui::{Pos2, TextureOptions, Vec2};

    use super::*;

    #[test]
    fn where_it_is_drawn_is_said_in_pixels() {
        let info = PaintCallbackInfo {
            viewport: Rect::from_min_size(Pos2::new(-5.0, 20.5), Vec2::new(50.0, 25.0)),
            clip_rect: Rect::from_min_max(Pos2::new(0.0, 20.0), Pos2::new(30.0, 40.0)),
            pixels_per_point: 2.0,
            screen_size_px: [200, 100],
        };
        let expected = DrawnPlanes {
            window: [200, 100],
            corner: [-10, 41],
            drawn: [100, 50],
            clip: [0, 40, 60, 80],
            filter: PlanesFilter::Mean,
        };
        assert_eq!(place(&info, PlanesFilter::Mean), expected);
    }

    #[test]
    fn it_is_drawn_with_the_filter_of_a_texture() {
        for (texture, planes) in [
            (PictureFilter::Full(TextureOptions::NEAREST), PlanesFilter::Nearest),
            (PictureFilter::Full(TextureOptions::LINEAR), PlanesFilter::Between),
            (PictureFilter::Mean([3, 4]), PlanesFilter::Mean),
        ] {
            assert_eq!(planes_filter(texture), planes);
        }
    }

    #[test]
    fn without_a_shader_pictures_stay_in_pixels() {
        let (link, slot) = (ShaderLink::default(), PictureSlot::default());
        link.set_picture(&slot);
        slot.update(beistand_node::Size::new(8, 8).unwrap(), |_| None);
        assert!(!link.draws() && link.picture(&slot, PictureFilter::Mean([1, 1])).is_none());
        assert_eq!(slot.peek(|view| view.frame().is_some()), Some(true));
    }
}
