//! Draws a picture from its planes, which it keeps as textures.
//!
//! It knows no window: where the picture belongs is said in pixels of what is drawn on. It decides nothing by
//! what a picture shows.

use beistand_codec::{BYTES_PER_PIXEL, Frame, PlanarFrame, Rect, Size};
use glow::HasContext as _;

use super::check;
use super::program::{PlanesProgram, PlanesSettings, ShaderFault};
use super::textures::PlaneTextures;

/// Draws pictures from their planes. It belongs to the context that it was made with, which is to be current
/// whenever one is handed in.
#[derive(Debug)]
pub struct PlanesPainter {
    program: PlanesProgram,
    settings: PlanesSettings,
    picture: Option<PlaneTextures>,
}

/// Where a picture is drawn, in pixels of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrawnPlanes {
    /// The window's width and height.
    pub window: [i32; 2],
    /// The picture's upper left corner, from the window's; it may lie outside.
    pub corner: [i32; 2],
    /// How many pixels it fills across and down.
    pub drawn: [i32; 2],
    /// What of the window may be drawn on: left, top, right and bottom.
    pub clip: [i32; 4],
    /// How its pixels become the window's.
    pub filter: PlanesFilter,
}

/// How a picture's pixels become the window's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanesFilter {
    /// Each of the window's is one of the picture's.
    Nearest,
    /// Each lies between four of the picture's: for more pixels than it has.
    Between,
    /// Each is the mean of all that it stands for: for fewer.
    Mean,
}

impl PlanesFilter {
    /// What the shader calls it.
    pub(super) fn way(self) -> i32 {
        match self {
            Self::Nearest => 0,
            Self::Between => 1,
            Self::Mean => 2,
        }
    }
}

impl PlanesPainter {
    /// A painter for this context, which must be current on this thread. It has been tried: it makes the same
    /// pixels as the processor.
    ///
    /// # Errors
    /// Any [`ShaderFault`]: what the context lacks.
    pub fn new(gl: &glow::Context) -> Result<Self, ShaderFault> {
        let (program, settings) = PlanesProgram::new(gl)?;
        let mut painter = Self { program, settings, picture: None };
        let checked = check::draws_the_colours(gl, &mut painter);
        painter.forget(gl);
        match checked {
            Ok(()) => Ok(painter),
            Err(fault) => {
                // SAFETY: both are of this context and aren't used any more.
                unsafe {
                    gl.delete_program(painter.program.program);
                    gl.delete_vertex_array(painter.program.corners);
                }
                Err(fault)
            }
        }
    }

    /// Whether it has a picture.
    pub fn has_picture(&self) -> bool {
        self.picture.is_some()
    }

    /// Takes these parts of the picture over; all of it where it is another one than before by its size.
    pub fn take_in(&mut self, gl: &glow::Context, picture: &PlanarFrame, parts: &[Rect]) {
        match &self.picture {
            Some(kept) if kept.size() == picture.size() => kept.update(gl, picture, parts),
            Some(_) | None => {
                self.forget(gl);
                self.picture = PlaneTextures::of(gl, picture);
            }
        }
    }

    /// Gives the picture's memory back.
    pub fn forget(&mut self, gl: &glow::Context) {
        if let Some(picture) = self.picture.take() {
            picture.delete(gl);
        }
    }

    /// Draws the picture, where there is one and it can be seen.
    pub fn draw(&self, gl: &glow::Context, place: &DrawnPlanes) {
        let Some(picture) = &self.picture else { return };
        let Some([left, top, width, height]) = place.seen() else { return };
        let [across, down] = place.window;
        picture.bind(gl);
        let settings = &self.settings;
        // SAFETY: program, settings and corners are of this context, which is current.
        unsafe {
            gl.viewport(0, 0, across, down);
            gl.enable(glow::SCISSOR_TEST);
            gl.scissor(left, down - top - height, width, height);
            gl.disable(glow::BLEND);
            gl.use_program(Some(self.program.program));
            gl.bind_vertex_array(Some(self.program.corners));
            let size = [picture.size().width(), picture.size().height()].map(i32::from);
            gl.uniform_2_i32(settings.corner.as_ref(), place.corner[0], down - place.corner[1]);
            gl.uniform_2_i32(settings.drawn.as_ref(), place.drawn[0], place.drawn[1]);
            gl.uniform_2_i32(settings.picture.as_ref(), size[0], size[1]);
            gl.uniform_1_i32(settings.way.as_ref(), place.filter.way());
            gl.draw_arrays(glow::TRIANGLES, 0, 3);
            gl.bind_vertex_array(None);
            gl.use_program(None);
            gl.active_texture(glow::TEXTURE0);
        }
    }

    /// The picture as it is drawn so large, not on the window but apart; its fourth bytes are undefined.
    pub(super) fn drawn_apart(
        &self,
        gl: &glow::Context,
        size: Size,
        filter: PlanesFilter,
    ) -> Result<Frame, ShaderFault> {
        let [width, height] = [size.width(), size.height()].map(i32::from);
        let place = DrawnPlanes {
            window: [width, height],
            corner: [0, 0],
            drawn: [width, height],
            clip: [0, 0, width, height],
            filter,
        };
        let mut pixels = vec![0; size.area() * BYTES_PER_PIXEL];
        // SAFETY: the context is current, what is made here is deleted here, and as many bytes are read as
        // `pixels` has: four of each pixel, in rows without a gap.
        unsafe {
            let canvas = gl.create_renderbuffer().map_err(ShaderFault::Refused)?;
            let frame = gl.create_framebuffer().map_err(ShaderFault::Refused)?;
            gl.bind_renderbuffer(glow::RENDERBUFFER, Some(canvas));
            gl.renderbuffer_storage(glow::RENDERBUFFER, glow::RGBA8, width, height);
            gl.bind_framebuffer(glow::FRAMEBUFFER, Some(frame));
            let (target, part) = (glow::FRAMEBUFFER, glow::COLOR_ATTACHMENT0);
            gl.framebuffer_renderbuffer(target, part, glow::RENDERBUFFER, Some(canvas));
            let complete = gl.check_framebuffer_status(target) == glow::FRAMEBUFFER_COMPLETE;
            if complete {
                self.draw(gl, &place);
                let read = glow::PixelPackData::Slice(Some(&mut pixels));
                gl.pixel_store_i32(glow::PACK_ALIGNMENT, 1);
                gl.read_pixels(0, 0, width, height, glow::RGBA, glow::UNSIGNED_BYTE, read);
            }
            gl.disable(glow::SCISSOR_TEST);
            gl.bind_framebuffer(target, None);
            gl.bind_renderbuffer(glow::RENDERBUFFER, None);
            gl.delete_framebuffer(frame);
            gl.delete_renderbuffer(canvas);
            if !complete {
                return Err(ShaderFault::Refused("a framebuffer of no use".to_owned()));
            }
        }
        // From the bottom, and red first.
        let rows = pixels.chunks_exact(usize::from(size.width()) * BYTES_PER_PIXEL).rev();
        let turned = rows.flat_map(|row| row.as_chunks::<BYTES_PER_PIXEL>().0);
        let pixels = turned.flat_map(|[r, g, b, a]| [*b, *g, *r, *a]).collect();
        Ok(Frame::from_pixels(size, pixels).expect("as many as were read"))
    }
}

impl DrawnPlanes {
    /// What can be seen of the picture: left, top, width and height.
    fn seen(&self) -> Option<[i32; 4]> {
        let span = |axis: usize| {
            let (start, length) = (self.corner[axis], self.drawn[axis]);
            let end = start.saturating_add(length).min(self.clip[axis + 2]).min(self.window[axis]);
            let start = start.max(self.clip[axis]).max(0);
            (length > 0 && end > start).then_some([start, end - start])
        };
        let ([left, width], [top, height]) = (span(0)?, span(1)?);
        Some([left, top, width, height])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_lies_in_the_picture_in_the_clip_and_in_the_window() {
        let seen = |corner, drawn, clip| {
            let filter = PlanesFilter::Nearest;
            DrawnPlanes { window: [100, 50], corner, drawn, clip, filter }.seen()
        };
        let all = [0, 0, 100, 50];
        assert_eq!(seen([10, 5], [20, 10], all), Some([10, 5, 20, 10]));
        assert_eq!(seen([-10, -5], [20, 10], all), Some([0, 0, 10, 5]));
        assert_eq!(seen([-10, -5], [8192, 8192], all), Some([0, 0, 100, 50]));
        assert_eq!(seen([0, 0], [8192, 8192], [30, 20, 40, 500]), Some([30, 20, 10, 30]));
        for (corner, drawn, clip) in [
            ([100, 0], [20, 10], all),
            ([-20, 0], [20, 10], all),
            ([0, 0], [0, 10], all),
            ([0, 0], [20, 10], [20, 0, 100, 50]),
            ([i32::MAX, 0], [20, 10], all),
        ] {
            assert_eq!(seen(corner, drawn, clip), None, "{corner:?} {drawn:?} {clip:?}");
        }
    }
}
