//! The host's screen on this computer's graphics card: only what changed is sent there.
//!
//! A whole picture goes up once, then runs of changed tiles. It draws nothing.

use beistand_node::{CursorImage, Damage, Frame, PictureSlot, Rect, Size};
use egui::{Color32, ColorImage, Context, TextureHandle, TextureOptions};

/// A changed part beyond which sending the whole picture is cheaper than its parts, in parts of the picture's
/// area: each part is one call with its own copy.
const WHOLE_FROM: (usize, usize) = (3, 4);

/// The textures of the picture and of the pointer.
#[derive(Default)]
pub struct PictureTexture {
    screen: Option<ScreenTexture>,
    cursor: Option<CursorTexture>,
}

struct ScreenTexture {
    texture: TextureHandle,
    size: Size,
    options: TextureOptions,
}

/// The pointer's shape as a texture.
#[derive(Clone)]
pub struct CursorTexture {
    /// The shape.
    pub texture: TextureHandle,
    /// The pixel that points.
    pub hotspot: egui::Vec2,
    serial: u64,
}

/// What is to be drawn.
pub struct ShownPicture {
    /// The screen.
    pub texture: TextureHandle,
    /// Its size in pixels.
    pub size: Size,
    /// The pointer's shape, where the host sent one.
    pub cursor: Option<CursorTexture>,
    /// Where the host's pointer is, in pixels of its screen.
    pub cursor_position: Option<(u16, u16)>,
    /// Whether the picture is behind.
    pub stale: bool,
}

impl PictureTexture {
    /// Sends to the graphics card what changed since the last call, to be drawn with `options`. `None` where
    /// there is no picture yet.
    pub fn update(
        &mut self,
        ctx: &Context,
        slot: &PictureSlot,
        options: TextureOptions,
    ) -> Option<ShownPicture> {
        slot.take(|view| {
            self.update_screen(ctx, &view.frame, &view.damage, options);
            if let Some(image) = &view.cursor {
                self.update_cursor(ctx, image);
            }
            let screen = self.screen.as_ref().expect("made by update_screen");
            ShownPicture {
                texture: screen.texture.clone(),
                size: screen.size,
                cursor: view.cursor.as_ref().and(self.cursor.clone()),
                cursor_position: view.cursor_position,
                stale: view.stale,
            }
        })
    }

    fn update_screen(&mut self, ctx: &Context, frame: &Frame, damage: &Damage, options: TextureOptions) {
        let size = frame.size();
        let Some(screen) = self.screen.as_mut().filter(|screen| screen.size == size) else {
            let texture = ctx.load_texture("picture", image(frame, size.rect()), options);
            self.screen = Some(ScreenTexture { texture, size, options });
            return;
        };
        let filter_changed = std::mem::replace(&mut screen.options, options) != options;
        let runs = runs(damage);
        let changed: usize = runs.iter().map(|run| run.area()).sum();
        if changed * WHOLE_FROM.1 > size.area() * WHOLE_FROM.0 {
            screen.texture.set(image(frame, size.rect()), options);
            return;
        }
        for run in &runs {
            let at = [usize::from(run.x()), usize::from(run.y())];
            screen.texture.set_partial(at, image(frame, *run), options);
        }
        if filter_changed && runs.is_empty() {
            // The filter is set with an upload; one pixel is the smallest.
            let pixel = Rect::new(0, 0, 1, 1).expect("not empty");
            screen.texture.set_partial([0, 0], image(frame, pixel), options);
        }
    }

    fn update_cursor(&mut self, ctx: &Context, cursor: &CursorImage) {
        if self.cursor.as_ref().is_some_and(|shown| shown.serial == cursor.serial) {
            return;
        }
        let size = [usize::from(cursor.width), usize::from(cursor.height)];
        if cursor.pixels.len() != size[0] * size[1] * 4 || cursor.pixels.is_empty() {
            self.cursor = None;
            return;
        }
        let (pixels, _) = cursor.pixels.as_chunks::<4>();
        let pixels =
            pixels.iter().map(|[b, g, r, a]| Color32::from_rgba_premultiplied(*r, *g, *b, *a)).collect();
        let texture = ctx.load_texture("pointer", ColorImage::new(size, pixels), TextureOptions::LINEAR);
        let hotspot = egui::vec2(f32::from(cursor.hotspot.0), f32::from(cursor.hotspot.1));
        self.cursor = Some(CursorTexture { texture, hotspot, serial: cursor.serial });
    }
}

/// The changed tiles, those that lie side by side in one row as one rectangle.
pub fn runs(damage: &Damage) -> Vec<Rect> {
    let mut runs: Vec<Rect> = Vec::new();
    for tile in damage.tiles() {
        match runs.last_mut() {
            Some(last) if last.y() == tile.y() && last.right() == tile.x() => *last = last.union(tile),
            _ => runs.push(tile),
        }
    }
    merge_rows(runs)
}

/// Joins runs that lie under each other with the same columns.
fn merge_rows(runs: Vec<Rect>) -> Vec<Rect> {
    let mut merged: Vec<Rect> = Vec::with_capacity(runs.len());
    for run in runs {
        let above = merged
            .iter_mut()
            .rev()
            .find(|above| above.bottom() == run.y() && above.x() == run.x() && above.width() == run.width());
        match above {
            Some(above) => *above = above.union(run),
            None => merged.push(run),
        }
    }
    merged
}

/// The pixels of `rect` as egui takes them.
fn image(frame: &Frame, rect: Rect) -> ColorImage {
    let mut pixels = Vec::with_capacity(rect.area());
    for y in rect.y()..rect.bottom() {
        let (row, _) = frame.row(rect, y).as_chunks::<4>();
        pixels.extend(row.iter().map(|[b, g, r, _]| Color32::from_rgb(*r, *g, *b)));
    }
    ColorImage::new([usize::from(rect.width()), usize::from(rect.height())], pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size() -> Size {
        Size::new(640, 480).unwrap()
    }

    #[test]
    fn tiles_side_by_side_become_one_run_and_equal_rows_one_block() {
        let mut damage = Damage::none(size());
        damage.add(Rect::new(70, 70, 200, 100).unwrap());
        assert_eq!(runs(&damage), [Rect::new(64, 64, 256, 128).unwrap()]);
    }

    #[test]
    fn separate_tiles_stay_separate() {
        let mut damage = Damage::none(size());
        damage.add(Rect::new(0, 0, 1, 1).unwrap());
        damage.add(Rect::new(300, 0, 1, 1).unwrap());
        damage.add(Rect::new(600, 470, 40, 10).unwrap());
        assert_eq!(runs(&damage).len(), 3);
        assert_eq!(runs(&damage)[2], Rect::new(576, 448, 64, 32).unwrap());
    }

    #[test]
    fn only_what_changed_goes_to_the_card() {
        let ctx = Context::default();
        let slot = PictureSlot::default();
        let mut texture = PictureTexture::default();
        slot.update(size(), |_| None);
        assert!(texture.update(&ctx, &slot, TextureOptions::NEAREST).is_some());
        let id = texture.screen.as_ref().unwrap().texture.id();
        ctx.tex_manager().write().take_delta().clear();

        slot.update(size(), |view| {
            view.frame.pixels_mut()[..4].copy_from_slice(&[1, 2, 3, 0]);
            Rect::new(0, 0, 1, 1)
        });
        texture.update(&ctx, &slot, TextureOptions::NEAREST);
        let mut delta = ctx.tex_manager().write().take_delta();
        let sent: Vec<_> =
            delta.set.iter().filter(|(sent, _)| **sent == id).flat_map(|(_, deltas)| deltas).collect();
        assert_eq!(sent.len(), 1);
        assert_eq!((sent[0].pos, sent[0].image.size()), (Some([0, 0]), [64, 64]));
        delta.clear();

        texture.update(&ctx, &slot, TextureOptions::NEAREST);
        assert!(ctx.tex_manager().write().take_delta().set.is_empty());
    }

    #[test]
    fn blue_and_red_change_places() {
        let frame = Frame::from_pixels(Size::new(1, 1).unwrap(), vec![1, 2, 3, 0]).unwrap();
        assert_eq!(image(&frame, frame.size().rect()).pixels, [Color32::from_rgb(3, 2, 1)]);
    }
}
