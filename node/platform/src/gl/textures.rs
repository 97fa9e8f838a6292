//! A picture's planes as textures: all of it once, then what changed.

use beistand_codec::{PlanarFrame, Plane, Rect, Size};
use glow::HasContext as _;

/// Three textures of one sample a pixel.
#[derive(Debug)]
pub(super) struct PlaneTextures {
    size: Size,
    textures: [glow::Texture; 3],
}

impl PlaneTextures {
    /// Textures of this picture; `None` where the context has no name left for one.
    pub(super) fn of(gl: &glow::Context, picture: &PlanarFrame) -> Option<Self> {
        let mut textures = Vec::new();
        for plane in picture.planes() {
            match texture_of(gl, picture.size(), plane) {
                Ok(texture) => textures.push(texture),
                Err(error) => {
                    tracing::warn!(error, "no texture for the picture");
                    textures.drain(..).for_each(|texture| delete(gl, texture));
                    return None;
                }
            }
        }
        let textures = textures.try_into().ok()?;
        Some(Self { size: picture.size(), textures })
    }

    /// The picture's size.
    pub(super) fn size(&self) -> Size {
        self.size
    }

    /// Takes these parts of a picture of the same size over; what lies outside is left out.
    pub(super) fn update(&self, gl: &glow::Context, picture: &PlanarFrame, parts: &[Rect]) {
        if picture.size() != self.size {
            return;
        }
        for (texture, plane) in self.textures.iter().zip(picture.planes()) {
            // SAFETY: the texture is of this context, which is current.
            unsafe { gl.bind_texture(glow::TEXTURE_2D, Some(*texture)) };
            for part in parts.iter().filter(|part| part.fits(self.size)) {
                update_part(gl, plane, *part);
            }
        }
        // SAFETY: as above.
        unsafe { gl.bind_texture(glow::TEXTURE_2D, None) };
    }

    /// Makes them the ones that a program draws with: Y, U and V on the first three units.
    pub(super) fn bind(&self, gl: &glow::Context) {
        for (unit, texture) in self.textures.iter().enumerate() {
            // SAFETY: every context has these units, and the texture is of this one.
            unsafe {
                gl.active_texture(glow::TEXTURE0 + unit as u32);
                gl.bind_texture(glow::TEXTURE_2D, Some(*texture));
            }
        }
    }

    /// Gives their memory back.
    pub(super) fn delete(self, gl: &glow::Context) {
        self.textures.into_iter().for_each(|texture| delete(gl, texture));
    }
}

fn delete(gl: &glow::Context, texture: glow::Texture) {
    // SAFETY: of this context, which is current; whoever calls has given it up.
    unsafe { gl.delete_texture(texture) };
}

fn texture_of(gl: &glow::Context, size: Size, plane: Plane<'_>) -> Result<glow::Texture, String> {
    let whole = size.rect();
    let samples = samples_of(plane, whole).ok_or("a plane that is too small")?;
    // SAFETY: the context is current. Of `samples` as many are read as one row after the other has: rows are
    // as far apart as is said, and `samples_of` has looked that they are all there.
    unsafe {
        let texture = gl.create_texture()?;
        gl.bind_texture(glow::TEXTURE_2D, Some(texture));
        for (setting, value) in [
            // The shader picks samples itself.
            (glow::TEXTURE_MIN_FILTER, glow::NEAREST),
            (glow::TEXTURE_MAG_FILTER, glow::NEAREST),
            (glow::TEXTURE_WRAP_S, glow::CLAMP_TO_EDGE),
            (glow::TEXTURE_WRAP_T, glow::CLAMP_TO_EDGE),
        ] {
            gl.tex_parameter_i32(glow::TEXTURE_2D, setting, value as i32);
        }
        rows_apart(gl, plane.stride);
        let [width, height] = [size.width(), size.height()].map(i32::from);
        let data = glow::PixelUnpackData::Slice(Some(samples));
        let (kind, order, value) = (glow::R8 as i32, glow::RED, glow::UNSIGNED_BYTE);
        gl.tex_image_2d(glow::TEXTURE_2D, 0, kind, width, height, 0, order, value, data);
        rows_apart(gl, 0);
        gl.bind_texture(glow::TEXTURE_2D, None);
        Ok(texture)
    }
}

fn update_part(gl: &glow::Context, plane: Plane<'_>, part: Rect) {
    let Some(samples) = samples_of(plane, part) else { return };
    let [x, y, width, height] = [part.x(), part.y(), part.width(), part.height()].map(i32::from);
    let data = glow::PixelUnpackData::Slice(Some(samples));
    // SAFETY: as in `texture_of`; the texture that is bound has the picture's size, in which the part lies.
    unsafe {
        rows_apart(gl, plane.stride);
        let (order, value) = (glow::RED, glow::UNSIGNED_BYTE);
        gl.tex_sub_image_2d(glow::TEXTURE_2D, 0, x, y, width, height, order, value, data);
        rows_apart(gl, 0);
    }
}

/// The samples of a part, from its first to its last; `None` where not all are there.
fn samples_of(plane: Plane<'_>, part: Rect) -> Option<&[u8]> {
    let start = usize::from(part.y()) * plane.stride + usize::from(part.x());
    let length = usize::from(part.height() - 1) * plane.stride + usize::from(part.width());
    plane.samples.get(start..)?.get(..length)
}

/// Says how many samples there are from one row to the next; 0 is as many as a row has.
///
/// # Safety
/// The context must be current.
unsafe fn rows_apart(gl: &glow::Context, samples: usize) {
    // SAFETY: as whoever calls says; what is uploaded by the toolkit has rows without a gap.
    unsafe {
        gl.pixel_store_i32(glow::UNPACK_ALIGNMENT, 1);
        gl.pixel_store_i32(glow::UNPACK_ROW_LENGTH, samples as i32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_plane_exactly_the_parts_rows_are_read_and_none_where_one_is_missing() {
        let samples: Vec<u8> = (0..20).collect();
        let plane = Plane { samples: &samples, stride: 6 };
        let part = |x, y, width, height| Rect::new(x, y, width, height).unwrap();
        assert_eq!(samples_of(plane, part(1, 1, 2, 2)), Some(&samples[7..15]));
        assert_eq!(samples_of(plane, part(0, 3, 2, 1)), Some(&samples[18..]));
        assert_eq!(samples_of(plane, part(0, 3, 3, 1)), None);
        assert_eq!(samples_of(plane, part(0, 9, 1, 1)), None);
    }
}
