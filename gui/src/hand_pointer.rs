//! The host's pointer under the technician's hand: the desktop moves it, so no frame is drawn for that.
//!
//! A page says in each frame what the hand wears; the event loop gives it to the window once the frame is
//! shown. It knows no picture and no permission.

use std::cell::RefCell;
use std::rc::Rc;

use beistand_node::CursorImage;
use winit::event_loop::ActiveEventLoop;
use winit::window::{CustomCursor, Window};

/// The longest side of a pointer in pixels that is given to the desktop: what X servers and graphics cards
/// move without help.
const MAX_SIDE_PX: usize = 256;

/// The hand's pointer, where the desktop can show one. Clones are one.
#[derive(Debug, Clone, Default)]
pub struct HandPointer(Option<Rc<RefCell<HandState>>>);

#[derive(Debug)]
struct HandState {
    colours: PointerColours,
    wanted: Option<WornPointer>,
    worn: Option<WornPointer>,
}

/// How winit takes the colours of a pointer through which something shines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointerColours {
    /// As they are.
    Straight,
    /// Times their opacity. winit says that it multiplies them itself, and doesn't on X11.
    Premultiplied,
}

/// A shape, and how large it is shown.
#[derive(Debug, Clone, PartialEq)]
struct WornPointer {
    image: CursorImage,
    /// Pixels of the window for one of its own.
    scale: f32,
}

impl HandPointer {
    /// One that a desktop shows.
    pub fn of_desktop(colours: PointerColours) -> Self {
        Self(Some(Rc::new(RefCell::new(HandState { colours, wanted: None, worn: None }))))
    }

    /// A frame begins, in which nothing is worn yet.
    pub fn take_off(&self) {
        if let Some(state) = &self.0 {
            state.borrow_mut().wanted = None;
        }
    }

    /// The hand wears this shape, `scale` pixels of the window for one of its own. Whether the desktop shows
    /// it.
    pub fn wear(&self, image: &CursorImage, scale: f32) -> bool {
        let Some(state) = &self.0 else { return false };
        let worn = WornPointer { image: image.clone(), scale };
        let shows = worn.size().is_some();
        if shows {
            state.borrow_mut().wanted = Some(worn);
        }
        shows
    }

    /// Gives the window what the newest frame wants. egui hides the desktop's own pointer before, and brings
    /// it back when nothing is worn.
    pub fn give(&self, event_loop: &ActiveEventLoop, window: &Window) {
        let Some(state) = &self.0 else { return };
        let state = &mut *state.borrow_mut();
        if state.wanted == state.worn {
            return;
        }
        state.worn.clone_from(&state.wanted);
        let Some(source) = state.worn.as_ref().and_then(|worn| worn.source(state.colours)) else { return };
        window.set_cursor(event_loop.create_custom_cursor(source));
        window.set_cursor_visible(true);
    }
}

impl WornPointer {
    /// Width and height in the window's pixels; `None` where there is nothing to show, or too much.
    fn size(&self) -> Option<[usize; 2]> {
        let own = [self.image.width, self.image.height].map(usize::from);
        if own.contains(&0) || self.image.pixels.len() != own[0] * own[1] * 4 {
            return None;
        }
        let size = own.map(|side| ((side as f32 * self.scale).round() as usize).max(1));
        size.iter().all(|side| *side <= MAX_SIDE_PX).then_some(size)
    }

    fn source(&self, colours: PointerColours) -> Option<winit::window::CustomCursorSource> {
        let size = self.size()?;
        let hotspot = [(self.image.hotspot.0, size[0]), (self.image.hotspot.1, size[1])]
            .map(|(pixel, side)| ((f32::from(pixel) * self.scale) as usize).min(side - 1) as u16);
        let [width, height] = size.map(|side| side as u16);
        CustomCursor::from_rgba(self.pixels(size, colours), width, height, hotspot[0], hotspot[1]).ok()
    }

    /// R G B A.
    fn pixels(&self, [width, height]: [usize; 2], colours: PointerColours) -> Vec<u8> {
        let own = [self.image.width, self.image.height].map(usize::from);
        let (pixels, _) = self.image.pixels.as_chunks::<4>();
        let at = |to: usize, scale: f32, most: usize| (((to as f32 + 0.5) / scale) as usize).min(most - 1);
        let rows = (0..height).map(|y| at(y, self.scale, own[1]) * own[0]);
        rows.flat_map(|row| {
            (0..width).flat_map(move |x| {
                let [blue, green, red, alpha] = pixels[row + at(x, self.scale, own[0])];
                match colours {
                    PointerColours::Straight => straight([blue, green, red, alpha]),
                    PointerColours::Premultiplied => [red, green, blue, alpha],
                }
            })
        })
        .collect()
    }
}

/// Premultiplied B G R A as R G B A that is not.
fn straight([blue, green, red, alpha]: [u8; 4]) -> [u8; 4] {
    let whole = |colour: u8| match u32::from(alpha) {
        0 => 0,
        alpha => (u32::from(colour) * 255 / alpha).min(255) as u8,
    };
    [whole(red), whole(green), whole(blue), alpha]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(width: u16, height: u16) -> CursorImage {
        let pixels = (0..width * height).flat_map(|at| [at as u8, 0, 0, 255]).collect();
        CursorImage { width, height, hotspot: (1, 2), pixels, serial: 1 }
    }

    #[test]
    fn at_its_own_size_a_pointer_is_what_the_host_sent() {
        let worn = WornPointer { image: shape(3, 4), scale: 1.0 };
        let pixels = worn.pixels(worn.size().unwrap(), PointerColours::Premultiplied);
        let blue: Vec<_> = pixels.as_chunks::<4>().0.iter().map(|[_, _, blue, _]| *blue).collect();
        assert_eq!(blue, (0..12).collect::<Vec<u8>>());
    }

    #[test]
    fn what_shines_through_keeps_its_colour() {
        assert_eq!(straight([64, 0, 128, 128]), [255, 0, 127, 128]);
        assert_eq!(straight([0, 0, 0, 0]), [0; 4]);
    }

    #[test]
    fn a_pointer_that_is_empty_torn_or_huge_is_not_given_to_the_desktop() {
        let hand = HandPointer::of_desktop(PointerColours::Straight);
        assert!(hand.wear(&shape(3, 4), 2.0));
        assert!(!hand.wear(&shape(0, 4), 1.0));
        assert!(!hand.wear(&shape(3, 4), 100.0));
        let torn = CursorImage { pixels: [0; 8].into(), ..shape(3, 4) };
        assert!(!hand.wear(&torn, 1.0));
    }
}
