//! What a frame of the window means for the pane: where the picture lies, and what lies over it.
//!
//! It goes by the shapes that are about to be drawn, so nothing that a page puts over the picture has to be
//! told here.

use beistand_node::{PanePlace, PictureView, Rect as PixelRect, Size};
use egui::epaint::ClippedShape;
use egui::{Context, FullOutput, Plugin, Rect, Shape, TextureId};

use super::sight::{DrawnArea, KnownNews, PaneSight, SightPointer};
use super::{NextSight, PaneLink};

/// Holes that are cut apart. With more of them one is cut that has them all: each costs the server a request,
/// and menus, notices and scroll bars are fewer.
const MAX_HOLES: usize = 16;

/// How the window draws the picture in one frame; in points, but for its size.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnPicture {
    texture: TextureId,
    drawn: Rect,
    clip: Rect,
    picture: Size,
    known: KnownNews,
    pointer: PanePointer,
}

/// Who shows the host's pointer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PanePointer {
    /// The desktop, under the technician's hand, which is on the picture and may point.
    Hand,
    /// The window, or nobody.
    Elsewhere,
    /// The pane, with so many points for each of its pixels.
    Here {
        /// Points a pixel.
        scale: f32,
    },
}

impl DrawnPicture {
    /// The picture of `view`, drawn as `texture` into `drawn`, of which `clip` may be seen.
    pub fn new(
        view: &PictureView,
        texture: TextureId,
        drawn: Rect,
        clip: Rect,
        pointer: PanePointer,
    ) -> Self {
        let (picture, known) = (view.size(), KnownNews::of(view));
        Self { texture, drawn, clip, picture, known, pointer }
    }

    fn sight(&self, ppp: f32) -> Option<PaneSight> {
        let drawn = self.drawn * ppp;
        let side = |side: f32| side.round().max(1.0) as usize;
        let area = DrawnArea {
            left: drawn.min.x.round() as i32,
            top: drawn.min.y.round() as i32,
            width: side(drawn.width()),
            height: side(drawn.height()),
        };
        let whole = Rect::from_min_size(
            egui::pos2(area.left as f32, area.top as f32),
            egui::vec2(area.width as f32, area.height as f32),
        );
        // A pixel that is half of something else's is the window's.
        let seen = self.clip * ppp;
        let seen = Rect::from_min_max(seen.min.ceil(), seen.max.floor()).intersect(whole);
        let pointer = match self.pointer {
            PanePointer::Hand | PanePointer::Elsewhere => SightPointer::Elsewhere,
            PanePointer::Here { scale } => SightPointer::Scaled(scale * ppp),
        };
        Some(PaneSight {
            place: PanePlace { area: pixels(seen)?, holes: Vec::new() },
            drawn: area,
            picture: self.picture,
            known: self.known,
            pointer,
            hand: self.pointer == PanePointer::Hand,
        })
    }
}

/// Looks at each frame before it is drawn.
pub(super) struct FramePlugin(pub(super) PaneLink);

impl Plugin for FramePlugin {
    fn debug_name(&self) -> &'static str {
        "picture pane"
    }

    fn output_hook(&mut self, _: &Context, output: &mut FullOutput) {
        if self.0.finish_frame(&mut output.shapes, output.pixels_per_point)
            && let Some(shared) = &self.0.0
        {
            shared.draw_window();
        }
    }
}

impl PaneLink {
    /// Takes the picture out of these shapes but where something lies over it. Whether another frame is
    /// needed, with the picture's texture in it.
    fn finish_frame(&self, shapes: &mut Vec<ClippedShape>, ppp: f32) -> bool {
        let Some(mut state) = self.state() else { return false };
        let Some(frame) = state.frame.take() else { return false };
        let sight = frame.and_then(|drawn| Some((drawn.sight(ppp)?, drawn)));
        let found = sight.and_then(|(sight, drawn)| {
            let index = shapes.iter().rposition(|shape| shape.shape.texture_id() == drawn.texture)?;
            Some((sight, index))
        });
        let Some((mut sight, index)) = found else {
            state.next = Some(NextSight::Nothing);
            return false;
        };
        let holes = holes(&shapes[index + 1..], &sight, ppp);
        // The texture is as new as the frame if the window was told before to keep it so.
        let fresh = std::mem::replace(&mut state.texture_wanted, !holes.is_empty());
        let seen: &[PixelRect] = if fresh { &holes } else { &[] };
        let picture = shapes[index].clone();
        let parts = seen.iter().map(|hole| ClippedShape {
            clip_rect: picture.clip_rect.intersect(points(*hole, ppp)),
            ..picture.clone()
        });
        let parts: Vec<_> = parts.collect();
        shapes.splice(index..=index, parts);
        let again = !fresh && !holes.is_empty();
        if fresh {
            sight.place.holes = holes;
        }
        state.next = Some(NextSight::Picture(sight));
        again
    }
}

/// Where these shapes are over the pane.
fn holes(above: &[ClippedShape], sight: &PaneSight, ppp: f32) -> Vec<PixelRect> {
    let area = points(sight.place.area, ppp);
    let mut holes: Vec<PixelRect> = Vec::new();
    for ClippedShape { clip_rect, shape, transform_after_tessellation } in above {
        if matches!(shape, Shape::Noop) {
            continue;
        }
        let seen = *transform_after_tessellation * shape.visual_bounding_rect();
        let seen = seen.intersect(*clip_rect).intersect(area);
        if !seen.is_positive() {
            continue;
        }
        let seen = seen * ppp;
        let Some(hole) = pixels(Rect::from_min_max(seen.min.floor(), seen.max.ceil())) else { continue };
        add_hole(&mut holes, hole);
    }
    if holes.len() > MAX_HOLES {
        holes = holes.into_iter().reduce(PixelRect::union).into_iter().collect();
    }
    holes
}

/// Adds a hole; those that meet become one, since a menu has a hundred shapes.
fn add_hole(holes: &mut Vec<PixelRect>, hole: PixelRect) {
    let mut joined = hole;
    while let Some(met) = holes.iter().position(|other| other.intersection(joined).is_some()) {
        joined = joined.union(holes.swap_remove(met));
    }
    holes.push(joined);
}

/// The pixels of a rectangle whose sides are whole; `None` where it is empty.
fn pixels(rect: Rect) -> Option<PixelRect> {
    // Saturates at 0 and, far beyond every screen, at the largest side.
    let [x, y, right, bottom] = [rect.min.x, rect.min.y, rect.max.x, rect.max.y].map(|side| side as u16);
    PixelRect::new(x, y, right.saturating_sub(x), bottom.saturating_sub(y))
}

fn points(rect: PixelRect, ppp: f32) -> Rect {
    let [x, y, right, bottom] = [rect.x(), rect.y(), rect.right(), rect.bottom()].map(f32::from);
    Rect::from_min_max(egui::pos2(x, y), egui::pos2(right, bottom)) / ppp
}

#[cfg(test)]
mod tests {
    use beistand_node::PictureSlot;
    use egui::{Color32, Pos2, Vec2};

    use super::super::{PaneShared, PaneState};
    use super::*;

    /// A pane that paints nowhere, and a picture of 100x50 drawn at (10, 20).
    struct Stage {
        link: PaneLink,
        picture: PictureSlot,
    }

    const PICTURE: TextureId = TextureId::User(7);

    impl Stage {
        fn new() -> Self {
            let shared = PaneShared {
                state: std::sync::Mutex::new(PaneState::default()),
                wake: Box::new(|| ()),
                window: crate::wake::WindowWake::new(&Context::default()),
            };
            let picture = PictureSlot::default();
            picture.update(Size::new(100, 50).unwrap(), |_| None);
            Self { link: PaneLink(Some(std::sync::Arc::new(shared))), picture }
        }

        /// A frame with these rectangles above the picture: what is drawn, and whether another one is needed.
        fn frame(&self, above: &[Rect]) -> (Vec<ClippedShape>, bool) {
            self.link.begin_frame();
            let drawn = drawn();
            let view = |view: &PictureView| {
                DrawnPicture::new(view, PICTURE, drawn, Rect::EVERYTHING, PanePointer::Elsewhere)
            };
            self.link.draw(self.picture.peek(view).unwrap());
            let clipped = |shape| ClippedShape::new(Rect::EVERYTHING, shape);
            let uv = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
            let mut shapes = vec![
                clipped(Shape::rect_filled(Rect::EVERYTHING, 0.0, Color32::RED)),
                clipped(Shape::image(PICTURE, drawn, uv, Color32::WHITE)),
                // What can't be seen is nothing above the picture.
                clipped(Shape::rect_filled(drawn, 0.0, Color32::TRANSPARENT)),
                clipped(Shape::Noop),
            ];
            shapes.extend(above.iter().map(|rect| clipped(Shape::rect_filled(*rect, 0.0, Color32::BLUE))));
            let again = self.link.finish_frame(&mut shapes, 1.0);
            (shapes, again)
        }

        fn sight(&self) -> Option<PaneSight> {
            self.link.frame_is_shown();
            self.link.state().unwrap().sight.as_deref().cloned()
        }
    }

    fn drawn() -> Rect {
        Rect::from_min_size(Pos2::new(10.0, 20.0), Vec2::new(100.0, 50.0))
    }

    fn pictures(shapes: &[ClippedShape]) -> Vec<Rect> {
        let picture = |shape: &&ClippedShape| shape.shape.texture_id() == PICTURE;
        shapes.iter().filter(picture).map(|shape| shape.clip_rect).collect()
    }

    #[test]
    fn the_window_does_not_draw_what_the_pane_paints() {
        let stage = Stage::new();
        let (shapes, again) = stage.frame(&[]);
        assert_eq!((pictures(&shapes), again), (Vec::new(), false));
        let sight = stage.sight().unwrap();
        assert_eq!(sight.place, PanePlace { area: PixelRect::new(10, 20, 100, 50).unwrap(), holes: vec![] });
        assert!(!stage.link.texture_wanted());
    }

    #[test]
    fn under_a_menu_the_window_draws_the_picture_once_it_has_it() {
        let stage = Stage::new();
        stage.frame(&[]);
        let menu = Rect::from_min_size(Pos2::new(20.5, 30.0), Vec2::new(10.0, 10.0));
        let (shapes, again) = stage.frame(&[menu, menu.translate(Vec2::new(0.0, 5.0))]);
        assert_eq!((pictures(&shapes), again), (Vec::new(), true));
        assert_eq!(stage.sight().unwrap().place.holes, [], "the window has no picture for it yet");
        assert!(stage.link.texture_wanted());
        let (shapes, again) = stage.frame(&[menu, menu.translate(Vec2::new(0.0, 5.0))]);
        let hole = Rect::from_min_max(Pos2::new(20.0, 30.0), Pos2::new(31.0, 45.0));
        assert_eq!((pictures(&shapes), again), (vec![hole], false));
        assert_eq!(stage.sight().unwrap().place.holes, [PixelRect::new(20, 30, 11, 15).unwrap()]);
        let (shapes, _) = stage.frame(&[]);
        assert_eq!((pictures(&shapes), stage.sight().unwrap().place.holes), (Vec::new(), Vec::new()));
    }

    #[test]
    fn a_frame_without_the_picture_hides_the_pane() {
        let stage = Stage::new();
        stage.frame(&[]);
        assert!(stage.sight().is_some());
        stage.link.begin_frame();
        stage.link.finish_frame(&mut Vec::new(), 1.0);
        assert_eq!(stage.sight(), None);
    }

    #[test]
    fn a_frame_of_another_window_changes_nothing() {
        let stage = Stage::new();
        stage.frame(&[]);
        let before = stage.sight();
        assert!(!stage.link.finish_frame(&mut Vec::new(), 1.0));
        assert_eq!(stage.sight(), before);
    }

    #[test]
    fn many_things_above_the_picture_are_one_hole() {
        let stage = Stage::new();
        let dots: Vec<_> = (0..MAX_HOLES + 1)
            .map(|at| Rect::from_min_size(Pos2::new(12.0 + 5.0 * at as f32, 25.0), Vec2::splat(2.0)))
            .collect();
        stage.frame(&dots);
        stage.frame(&dots);
        assert_eq!(stage.sight().unwrap().place.holes, [PixelRect::new(12, 25, 82, 2).unwrap()]);
    }
}
