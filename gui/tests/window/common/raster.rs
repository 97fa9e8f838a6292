//! Paints what egui drew, by the processor and without any window: for pictures that are compared.
//!
//! It knows one texture, that of letters; pictures of other textures are grey.

use egui::epaint::{ClippedPrimitive, Mesh, Primitive, Vertex};
use egui::{Color32, ColorImage, Pos2, Rect, TextureId};
use egui_kittest::Harness;

/// What stands for a picture of another texture.
const OTHER: Color32 = Color32::from_rgb(128, 128, 128);

/// The window as it is, on `page`, a pixel a point.
pub fn paint<S>(harness: &Harness<'_, S>, [width, height]: [usize; 2], page: Color32) -> ColorImage {
    let shapes = harness.output().shapes.clone();
    let drawn = harness.ctx.tessellate(shapes, 1.0);
    let letters = harness.ctx.fonts(|fonts| fonts.image());
    let mut image = ColorImage::filled([width, height], page);
    for ClippedPrimitive { clip_rect, primitive } in &drawn {
        if let Primitive::Mesh(mesh) = primitive {
            paint_mesh(&mut image, mesh, *clip_rect, &letters);
        }
    }
    image
}

fn paint_mesh(image: &mut ColorImage, mesh: &Mesh, clip: Rect, letters: &ColorImage) {
    for corners in mesh.indices.chunks_exact(3) {
        let corners = [0, 1, 2].map(|corner| mesh.vertices[corners[corner] as usize]);
        paint_triangle(image, corners, clip, (mesh.texture_id == TextureId::default()).then_some(letters));
    }
}

fn paint_triangle(image: &mut ColorImage, [a, b, c]: [Vertex; 3], clip: Rect, letters: Option<&ColorImage>) {
    let whole = cross(a.pos, b.pos, c.pos);
    if whole == 0.0 {
        return;
    }
    let room = Rect::from_min_size(Pos2::ZERO, egui::vec2(image.size[0] as f32, image.size[1] as f32));
    let place = Rect::from_points(&[a.pos, b.pos, c.pos]).intersect(clip).intersect(room);
    // By the middle of each pixel.
    let first = |side: f32| (side - 0.5).ceil().max(0.0) as usize;
    for y in first(place.top())..first(place.bottom()) {
        for x in first(place.left())..first(place.right()) {
            let at = egui::pos2(x as f32 + 0.5, y as f32 + 0.5);
            let parts = [cross(b.pos, c.pos, at), cross(c.pos, a.pos, at), cross(a.pos, b.pos, at)];
            let parts = parts.map(|part| part / whole);
            // A pixel on an edge belongs to one of both triangles.
            if parts.iter().any(|part| *part < 0.0) {
                continue;
            }
            let mix = |of: fn(&Vertex) -> f32| parts[0] * of(&a) + parts[1] * of(&b) + parts[2] * of(&c);
            let uv = [mix(|vertex| vertex.uv.x), mix(|vertex| vertex.uv.y)];
            let texel = letters.map_or(OTHER.to_array().map(f32::from), |letters| sample(letters, uv));
            let channel: [fn(&Vertex) -> f32; 4] = [
                |vertex| vertex.color.r().into(),
                |vertex| vertex.color.g().into(),
                |vertex| vertex.color.b().into(),
                |vertex| vertex.color.a().into(),
            ];
            let source = [0, 1, 2, 3].map(|index| mix(channel[index]) * texel[index] / 255.0);
            let below = &mut image.pixels[y * image.size[0] + x];
            let old = below.to_array().map(f32::from);
            let left = 1.0 - source[3] / 255.0;
            let [r, g, b] = [0, 1, 2].map(|index| (source[index] + old[index] * left).round() as u8);
            *below = Color32::from_rgb(r, g, b);
        }
    }
}

/// Twice the area of a triangle, with its direction.
fn cross(a: Pos2, b: Pos2, c: Pos2) -> f32 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

/// Between the four texels round it.
fn sample(letters: &ColorImage, [u, v]: [f32; 2]) -> [f32; 4] {
    let [width, height] = letters.size;
    let (x, y) = (u * width as f32 - 0.5, v * height as f32 - 0.5);
    let texel = |x: f32, y: f32| {
        let x = (x.max(0.0) as usize).min(width - 1);
        let y = (y.max(0.0) as usize).min(height - 1);
        letters.pixels[y * width + x].to_array().map(f32::from)
    };
    let (left, top) = (x.floor(), y.floor());
    let (across, down) = (x - left, y - top);
    let between = |one: [f32; 4], other: [f32; 4], part: f32| {
        [0, 1, 2, 3].map(|index| one[index] + (other[index] - one[index]) * part)
    };
    let upper = between(texel(left, top), texel(left + 1.0, top), across);
    let lower = between(texel(left, top + 1.0), texel(left + 1.0, top + 1.0), across);
    between(upper, lower, down)
}
