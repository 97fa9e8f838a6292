//! The host's screen on this computer's graphics card, in pixels: only what changed is sent there.
//!
//! A whole picture goes up once, then runs of changed tiles; one that is drawn smaller than it is, or that is
//! larger than the card takes, goes up smaller. It draws nothing.

pub mod mean;

use mean::{mean_image, smaller_part};

use crate::shader::{ShaderLink, ShaderPicture};
use beistand_node::{
    CursorImage, Damage, Frame, PictureReader, PictureSlot, PictureView, Rect, Size, TILE_PX,
};
use egui::{Color32, ColorImage, Context, TextureHandle, TextureOptions};

/// A changed part beyond which sending the whole picture is cheaper than its parts, in parts of the picture's
/// area: each part is one call with its own copy.
const WHOLE_FROM: (usize, usize) = (3, 4);

/// The textures of the picture and of the pointer.
#[derive(Default)]
pub struct PictureTexture {
    screen: Option<ScreenTexture>,
    /// One pixel, where somebody else paints the picture.
    marker: Option<TextureHandle>,
    cursor: Option<CursorTexture>,
}

struct ScreenTexture {
    texture: TextureHandle,
    size: Size,
    pixels: CardPixels,
    options: TextureOptions,
}

/// How the picture is to be drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PictureFilter {
    /// At its size, or larger.
    Full(TextureOptions),
    /// In so many pixels across and down, fewer than it has.
    Mean([usize; 2]),
}

/// What a pixel on the card is of the screen's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CardPixels {
    /// One, or a square of them.
    Square(Shrink),
    /// What comes out where there are so many across and down.
    Mean([usize; 2]),
}

/// How many pixels of the screen, across and down, are one on the card: 1 wherever the card takes that many.
/// A power of two, so that the tiles of what changed are whole pixels there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shrink(u16);

impl Shrink {
    /// The least with which no side is longer than the card takes.
    fn to_fit(size: Size, longest: usize) -> Self {
        let side = size.width().max(size.height());
        let fits = |shrink: &u16| usize::from(side.div_ceil(*shrink)) <= longest;
        Self((0..TILE_PX.ilog2()).map(|power| 1 << power).find(fits).unwrap_or(TILE_PX))
    }
}

/// The pointer's shape as a texture.
#[derive(Clone)]
pub struct CursorTexture {
    /// The shape.
    pub texture: TextureHandle,
    /// The pixel that points.
    pub hotspot: egui::Vec2,
    /// As the host sent it.
    pub image: CursorImage,
}

/// The screen as the window draws it.
pub enum PictureImage {
    /// As it draws everything.
    Texture(TextureHandle),
    /// By the shader that makes pixels of planes.
    Shader(ShaderPicture),
}

impl PictureImage {
    /// What it is drawn with, where that is a texture of egui's.
    pub fn texture(&self) -> Option<&TextureHandle> {
        match self {
            Self::Texture(texture) => Some(texture),
            Self::Shader(_) => None,
        }
    }
}

/// What is to be drawn.
pub struct ShownPicture {
    /// The screen.
    pub image: PictureImage,
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
    /// Sends to the graphics card what changed since the last call, to be drawn with `filter`. `None` where
    /// there is no picture yet, or one that isn't kept in pixels.
    pub fn update(
        &mut self,
        ctx: &Context,
        slot: &PictureSlot,
        filter: PictureFilter,
    ) -> Option<ShownPicture> {
        let shown = slot.take(PictureReader::Window, |view, damage| {
            self.update_screen(ctx, view.frame()?, damage, filter);
            let screen = self.screen.as_ref().expect("made by update_screen").texture.clone();
            Some(self.shown(ctx, view, PictureImage::Texture(screen)))
        });
        shown.flatten()
    }

    /// What is to be drawn where the graphics card makes the pixels: what changed is sent there while the
    /// frame is painted.
    pub fn by_shader(
        &mut self,
        ctx: &Context,
        slot: &PictureSlot,
        filter: PictureFilter,
        shader: &ShaderLink,
    ) -> Option<ShownPicture> {
        let image = PictureImage::Shader(shader.picture(slot, filter)?);
        slot.peek(|view| self.shown(ctx, view, image))
    }

    /// What is to be drawn where somebody else paints the picture: nothing is sent for it, and its texture
    /// only marks where it is.
    pub fn marker(&mut self, ctx: &Context, slot: &PictureSlot) -> Option<ShownPicture> {
        slot.peek(|view| {
            let marker = self.marker.get_or_insert_with(|| {
                ctx.load_texture(
                    "no picture",
                    ColorImage::filled([1, 1], Color32::BLACK),
                    TextureOptions::NEAREST,
                )
            });
            let marker = PictureImage::Texture(marker.clone());
            self.shown(ctx, view, marker)
        })
    }

    /// Nothing of the picture or of the pointer is kept.
    pub fn forget(&mut self) {
        (self.screen, self.cursor) = (None, None);
    }

    fn shown(&mut self, ctx: &Context, view: &PictureView, image: PictureImage) -> ShownPicture {
        if let Some(cursor) = &view.cursor {
            self.update_cursor(ctx, cursor);
        }
        ShownPicture {
            image,
            size: view.size(),
            cursor: view.cursor.as_ref().and(self.cursor.clone()),
            cursor_position: view.cursor_position,
            stale: view.stale,
        }
    }

    fn update_screen(&mut self, ctx: &Context, frame: &Frame, damage: &Damage, filter: PictureFilter) {
        let size = frame.size();
        let (pixels, options) = match filter {
            // They are drawn as they are.
            PictureFilter::Mean(to) => (CardPixels::Mean(to), TextureOptions::NEAREST),
            PictureFilter::Full(options) => {
                let shrink = Shrink::to_fit(size, ctx.input(|input| input.max_texture_side));
                let options = if shrink == Shrink(1) { options } else { TextureOptions::LINEAR };
                (CardPixels::Square(shrink), options)
            }
        };
        let same = |screen: &&mut ScreenTexture| screen.size == size && screen.pixels == pixels;
        let Some(screen) = self.screen.as_mut().filter(same) else {
            let (_, image) = pixels.part(frame, size.rect());
            let texture = ctx.load_texture("picture", image, options);
            self.screen = Some(ScreenTexture { texture, size, pixels, options });
            return;
        };
        let filter_changed = std::mem::replace(&mut screen.options, options) != options;
        let runs = runs(damage);
        let changed: usize = runs.iter().map(|run| run.area()).sum();
        if changed * WHOLE_FROM.1 > size.area() * WHOLE_FROM.0 {
            screen.texture.set(pixels.part(frame, size.rect()).1, options);
            return;
        }
        for run in &runs {
            let (at, image) = pixels.part(frame, *run);
            screen.texture.set_partial(at, image, options);
        }
        if filter_changed && runs.is_empty() {
            // The filter is set with an upload; one pixel is the smallest.
            let (at, image) = pixels.part(frame, Rect::new(0, 0, 1, 1).expect("not empty"));
            screen.texture.set_partial(at, image, options);
        }
    }

    fn update_cursor(&mut self, ctx: &Context, cursor: &CursorImage) {
        if self.cursor.as_ref().is_some_and(|shown| shown.image.serial == cursor.serial) {
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
        self.cursor = Some(CursorTexture { texture, hotspot, image: cursor.clone() });
    }
}

impl CardPixels {
    /// What is on the card of a part of the screen, and where.
    fn part(self, frame: &Frame, rect: Rect) -> ([usize; 2], ColorImage) {
        match self {
            Self::Square(shrink) => {
                let at = [rect.x(), rect.y()].map(|side| usize::from(side / shrink.0));
                (at, image(frame, rect, shrink))
            }
            Self::Mean(to) => {
                let from = [frame.size().width(), frame.size().height()].map(usize::from);
                let part = smaller_part(rect, from, to);
                ([part[0].start, part[1].start], mean_image(frame, to, part))
            }
        }
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
fn image(frame: &Frame, rect: Rect, shrink: Shrink) -> ColorImage {
    if shrink != Shrink(1) {
        return smaller_image(frame, rect, shrink);
    }
    let mut pixels = Vec::with_capacity(rect.area());
    for y in rect.y()..rect.bottom() {
        let (row, _) = frame.row(rect, y).as_chunks::<4>();
        pixels.extend(row.iter().map(|[b, g, r, _]| Color32::from_rgb(*r, *g, *b)));
    }
    ColorImage::new([usize::from(rect.width()), usize::from(rect.height())], pixels)
}

/// As [`image`], each pixel the mean of as many as it stands for.
fn smaller_image(frame: &Frame, rect: Rect, shrink: Shrink) -> ColorImage {
    let step = usize::from(shrink.0);
    let size = [rect.width(), rect.height()].map(|side| usize::from(side.div_ceil(shrink.0)));
    let mut pixels = Vec::with_capacity(size[0] * size[1]);
    for top in (rect.y()..rect.bottom()).step_by(step) {
        let rows = || top..rect.bottom().min(top + shrink.0);
        for left in (0..usize::from(rect.width())).step_by(step) {
            let right = usize::from(rect.width()).min(left + step);
            let (mut sums, mut count) = ([0u32; 3], 0);
            for y in rows() {
                let (row, _) = frame.row(rect, y).as_chunks::<4>();
                for [b, g, r, _] in &row[left..right] {
                    sums = [sums[0] + u32::from(*r), sums[1] + u32::from(*g), sums[2] + u32::from(*b)];
                    count += 1;
                }
            }
            let [r, g, b] = sums.map(|sum| (sum / count) as u8);
            pixels.push(Color32::from_rgb(r, g, b));
        }
    }
    ColorImage::new(size, pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_larger_than_the_card_takes_goes_up_smaller_and_keeps_its_size_for_the_hand() {
        let ctx = Context::default();
        let card = egui::RawInput { max_texture_side: Some(1024), ..Default::default() };
        ctx.run_ui(card, |_| {}).textures_delta.clear();
        let (slot, mut texture) = (PictureSlot::default(), PictureTexture::default());
        let size = Size::new(4000, 100).unwrap();
        slot.update(size, |_| None);
        let shown = texture.update(&ctx, &slot, PictureFilter::Full(TextureOptions::NEAREST)).unwrap();
        assert_eq!((shown.size, shown.image.texture().unwrap().size()), (size, [1000, 25]));
        ctx.tex_manager().write().take_delta().clear();
        slot.update(size, |view| {
            view.frame_mut().unwrap().pixels_mut().fill(200);
            Rect::new(3999, 99, 1, 1)
        });
        texture.update(&ctx, &slot, PictureFilter::Full(TextureOptions::NEAREST));
        let mut delta = ctx.tex_manager().write().take_delta();
        let sent: Vec<_> = delta.set.values().flatten().collect();
        // The tiles from 3968 and 64 on.
        assert_eq!((sent[0].pos, sent[0].image.size()), (Some([992, 16]), [8, 9]));
        delta.clear();
    }

    #[test]
    fn what_changes_in_a_picture_that_is_drawn_smaller_goes_up_in_the_pixels_that_are_drawn() {
        let (ctx, slot, mut texture) =
            (Context::default(), PictureSlot::default(), PictureTexture::default());
        let filter = PictureFilter::Mean([320, 240]);
        slot.update(size(), |_| None);
        let shown = texture.update(&ctx, &slot, filter).unwrap();
        assert_eq!((shown.size, shown.image.texture().unwrap().size()), (size(), [320, 240]));
        ctx.tex_manager().write().take_delta().clear();
        slot.update(size(), |view| {
            view.frame_mut().unwrap().pixels_mut().fill(200);
            Rect::new(639, 479, 1, 1)
        });
        texture.update(&ctx, &slot, filter);
        let mut delta = ctx.tex_manager().write().take_delta();
        let sent: Vec<_> = delta.set.values().flatten().collect();
        // The tile from 576 and 448 on.
        assert_eq!((sent[0].pos, sent[0].image.size()), (Some([288, 224]), [32, 16]));
        delta.clear();
        // A window of another size has a texture of its own.
        let shown = texture.update(&ctx, &slot, PictureFilter::Mean([321, 240])).unwrap();
        assert_eq!(shown.image.texture().unwrap().size(), [321, 240]);
        ctx.tex_manager().write().take_delta().clear();
    }

    #[test]
    fn a_smaller_picture_is_the_mean_of_the_screen() {
        let pixels = vec![0, 0, 0, 0, 100, 0, 200, 0, 0, 40, 0, 0];
        let frame = Frame::from_pixels(Size::new(3, 1).unwrap(), pixels).unwrap();
        let smaller = image(&frame, frame.size().rect(), Shrink(2));
        assert_eq!(smaller.size, [2, 1]);
        assert_eq!(smaller.pixels, [Color32::from_rgb(100, 0, 50), Color32::from_rgb(0, 40, 0)]);
        let largest = Size::new(8192, 8192).unwrap();
        assert_eq!(Shrink::to_fit(largest, 8192), Shrink(1));
        assert_eq!(Shrink::to_fit(largest, 4096), Shrink(2));
        assert_eq!(Shrink::to_fit(largest, 2048), Shrink(4));
    }

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
        assert!(texture.update(&ctx, &slot, PictureFilter::Full(TextureOptions::NEAREST)).is_some());
        let id = texture.screen.as_ref().unwrap().texture.id();
        ctx.tex_manager().write().take_delta().clear();

        slot.update(size(), |view| {
            view.frame_mut().unwrap().pixels_mut()[..4].copy_from_slice(&[1, 2, 3, 0]);
            Rect::new(0, 0, 1, 1)
        });
        texture.update(&ctx, &slot, PictureFilter::Full(TextureOptions::NEAREST));
        let mut delta = ctx.tex_manager().write().take_delta();
        let sent: Vec<_> =
            delta.set.iter().filter(|(sent, _)| **sent == id).flat_map(|(_, deltas)| deltas).collect();
        assert_eq!(sent.len(), 1);
        assert_eq!((sent[0].pos, sent[0].image.size()), (Some([0, 0]), [64, 64]));
        delta.clear();

        texture.update(&ctx, &slot, PictureFilter::Full(TextureOptions::NEAREST));
        assert!(ctx.tex_manager().write().take_delta().set.is_empty());
    }

    #[test]
    fn blue_and_red_change_places() {
        let frame = Frame::from_pixels(Size::new(1, 1).unwrap(), vec![1, 2, 3, 0]).unwrap();
        assert_eq!(image(&frame, frame.size().rect(), Shrink(1)).pixels, [Color32::from_rgb(3, 2, 1)]);
    }
}
