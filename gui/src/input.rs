//! From this computer's mouse to what travels to the host: pure mappings.
//!
//! It reads no device and sends nothing; [`crate::views::picture`] feeds it the mouse. The keyboard is in
//! [`crate::keys`].

use std::collections::BTreeSet;

use egui::{Pos2, Rect, Vec2};

use beistand_node::{InputEvent, PointerButton, Size};

/// A wheel's notch in parts, as [`InputEvent::Wheel`] counts them.
const NOTCH: f32 = 120.0;
/// How many points a touch pad scrolls for what a wheel's notch does, as most desktops have it.
const POINTS_PER_NOTCH: f32 = 40.0;

/// Where the picture is drawn, and how large it really is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PictureMap {
    /// Where the whole picture is drawn, in points; parts may be outside the window.
    pub drawn: Rect,
    /// Its size in pixels.
    pub size: Size,
}

impl PictureMap {
    /// The largest picture of `size` that fits into `room`, in its middle.
    pub fn fit(size: Size, room: Rect) -> Self {
        let native = Vec2::new(f32::from(size.width()), f32::from(size.height()));
        let scale = (room.width() / native.x).min(room.height() / native.y).max(f32::EPSILON);
        Self { drawn: Rect::from_center_size(room.center(), native * scale), size }
    }

    /// As [`Self::fit`], with its edges on whole pixels of a window that has so many of them per point.
    pub fn fit_whole_pixels(size: Size, room: Rect, pixels_per_point: f32) -> Self {
        let fit = Self::fit(size, room).drawn;
        let whole = |points: f32| (points * pixels_per_point).round();
        let corner = Pos2::new(whole(fit.min.x), whole(fit.min.y));
        let pixels = Vec2::new(whole(fit.width()).max(1.0), whole(fit.height()).max(1.0));
        Self { drawn: Rect::from_min_size(corner, pixels) / pixels_per_point, size }
    }

    /// The pixel at `position`, where that is inside the picture.
    pub fn pixel(&self, position: Pos2) -> Option<(u16, u16)> {
        let inside = position.x >= self.drawn.left()
            && position.x < self.drawn.right()
            && position.y >= self.drawn.top()
            && position.y < self.drawn.bottom();
        inside.then(|| self.nearest_pixel(position))
    }

    /// The pixel that is nearest to `position`: for a drag that leaves the picture.
    pub fn nearest_pixel(&self, position: Pos2) -> (u16, u16) {
        let part = (position - self.drawn.min) / self.drawn.size();
        let side = |part: f32, side: u16| {
            // Saturates, and turns a NaN of an empty rectangle into 0.
            ((part * f32::from(side)).floor() as u16).min(side - 1)
        };
        (side(part.x, self.size.width()), side(part.y, self.size.height()))
    }

    /// Where pixel (x, y) is drawn: its top left corner, in points.
    pub fn position(&self, (x, y): (u16, u16)) -> Pos2 {
        self.drawn.min + Vec2::new(f32::from(x), f32::from(y)) * self.points_per_pixel()
    }

    /// How many points a pixel of the picture is wide here.
    pub fn points_per_pixel(&self) -> f32 {
        self.drawn.width() / f32::from(self.size.width())
    }
}

/// The button that egui names so.
pub const fn button(button: egui::PointerButton) -> PointerButton {
    match button {
        egui::PointerButton::Primary => PointerButton::Left,
        egui::PointerButton::Secondary => PointerButton::Right,
        egui::PointerButton::Middle => PointerButton::Middle,
        egui::PointerButton::Extra1 => PointerButton::Back,
        egui::PointerButton::Extra2 => PointerButton::Forward,
    }
}

/// The mouse over the picture: moves are coalesced, buttons are released where they were pressed on it.
#[derive(Debug, Default)]
pub struct MouseReader {
    held: BTreeSet<PointerButton>,
    last: Option<(u16, u16)>,
    wheel: Vec2,
}

impl MouseReader {
    /// The pointer is at `pixel` now: what is to be sent, where it moved.
    pub fn moved(&mut self, pixel: (u16, u16)) -> Option<InputEvent> {
        (self.last.replace(pixel) != Some(pixel))
            .then_some(InputEvent::PointerMove { x: pixel.0, y: pixel.1 })
    }

    /// What comes next acts at `pixel`, whoever has had the pointer meanwhile: what is to be sent before it.
    pub fn aim(&mut self, pixel: (u16, u16)) -> InputEvent {
        self.last = Some(pixel);
        InputEvent::PointerMove { x: pixel.0, y: pixel.1 }
    }

    /// The pointer has been elsewhere meanwhile: its next place is sent whatever the last one was.
    pub fn forget_place(&mut self) {
        self.last = None;
    }

    /// A button changed; presses count only inside the picture, releases only after such a press.
    pub fn button(&mut self, button: PointerButton, pressed: bool, inside: bool) -> Option<InputEvent> {
        let counts = if pressed { inside && self.held.insert(button) } else { self.held.remove(&button) };
        counts.then_some(InputEvent::Button { button, pressed })
    }

    /// A button changed, of which the host has been told already.
    pub fn sent_apart(&mut self, button: PointerButton, pressed: bool) {
        if pressed {
            self.held.insert(button);
        } else {
            self.held.remove(&button);
        }
    }

    /// The wheel turned by `delta`, down and right negative as egui has it. Parts of a part are kept for the
    /// next call.
    pub fn wheel(&mut self, unit: egui::MouseWheelUnit, delta: Vec2, page: Vec2) -> Option<InputEvent> {
        let notches = match unit {
            egui::MouseWheelUnit::Line => delta,
            egui::MouseWheelUnit::Point => delta / POINTS_PER_NOTCH,
            egui::MouseWheelUnit::Page => delta * page / POINTS_PER_NOTCH,
        };
        self.wheel -= notches * NOTCH;
        let whole = Vec2::new(self.wheel.x.trunc(), self.wheel.y.trunc());
        self.wheel -= whole;
        let (dx, dy) = (whole.x as i16, whole.y as i16);
        (dx != 0 || dy != 0).then_some(InputEvent::Wheel { dx, dy })
    }

    /// Whether a button is held that was pressed inside the picture.
    pub fn dragging(&self) -> bool {
        !self.held.is_empty()
    }

    /// Lets go of everything.
    pub fn release_all(&mut self) -> Vec<InputEvent> {
        self.wheel = Vec2::ZERO;
        std::mem::take(&mut self.held)
            .into_iter()
            .map(|button| InputEvent::Button { button, pressed: false })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{MouseWheelUnit, pos2, vec2};

    fn map() -> PictureMap {
        let room = Rect::from_min_size(pos2(100.0, 50.0), vec2(960.0, 600.0));
        PictureMap::fit(Size::new(1920, 1080).unwrap(), room)
    }

    #[test]
    fn a_picture_keeps_its_shape_in_the_middle_of_the_room() {
        assert_eq!(map().drawn, Rect::from_min_size(pos2(100.0, 80.0), vec2(960.0, 540.0)));
        assert_eq!(map().points_per_pixel(), 0.5);
    }

    #[test]
    fn on_a_screen_of_fine_pixels_the_edges_are_on_whole_ones() {
        let room = Rect::from_min_size(pos2(0.3, 10.1), vec2(777.7, 600.0));
        for ppp in [1.0, 1.25, 1.5, 2.0, 3.0] {
            let drawn = PictureMap::fit_whole_pixels(Size::new(1920, 1080).unwrap(), room, ppp).drawn;
            for edge in [drawn.left(), drawn.top(), drawn.right(), drawn.bottom()] {
                assert!((edge * ppp - (edge * ppp).round()).abs() < 1e-2, "{drawn:?} at {ppp}");
            }
            assert!((drawn.width() / drawn.height() - 16.0 / 9.0).abs() < 0.01);
        }
    }

    #[test]
    fn positions_become_pixels_only_inside_the_picture() {
        assert_eq!(map().pixel(pos2(100.0, 80.0)), Some((0, 0)));
        assert_eq!(map().pixel(pos2(1059.9, 619.9)), Some((1919, 1079)));
        assert_eq!(map().pixel(pos2(1060.0, 300.0)), None);
        assert_eq!(map().pixel(pos2(500.0, 79.9)), None);
        assert_eq!(map().nearest_pixel(pos2(-5.0, 5000.0)), (0, 1079));
        assert_eq!(map().position((960, 540)), pos2(580.0, 350.0));
    }

    #[test]
    fn a_collapsed_picture_maps_to_a_pixel_that_exists() {
        let flat = PictureMap { drawn: Rect::from_min_size(pos2(0.0, 0.0), Vec2::ZERO), size: map().size };
        assert_eq!(flat.nearest_pixel(pos2(0.0, 0.0)), (0, 0));
    }

    #[test]
    fn a_move_to_the_same_pixel_is_no_move() {
        let mut mouse = MouseReader::default();
        assert_eq!(mouse.moved((3, 4)), Some(InputEvent::PointerMove { x: 3, y: 4 }));
        assert_eq!(mouse.moved((3, 4)), None);
        assert_eq!(mouse.aim((3, 4)), InputEvent::PointerMove { x: 3, y: 4 }, "what acts says where");
        assert_eq!(mouse.moved((3, 4)), None);
    }

    #[test]
    fn buttons_count_from_inside_and_are_released_anywhere() {
        let mut mouse = MouseReader::default();
        let left = PointerButton::Left;
        assert_eq!(mouse.button(left, true, false), None);
        assert_eq!(mouse.button(left, false, true), None);
        assert!(mouse.button(left, true, true).is_some());
        assert!(mouse.dragging());
        assert_eq!(
            mouse.button(left, false, false),
            Some(InputEvent::Button { button: left, pressed: false })
        );
        assert!(!mouse.dragging());
    }

    #[test]
    fn a_line_of_the_wheel_is_120_parts_and_down_is_positive() {
        let mut mouse = MouseReader::default();
        let page = vec2(800.0, 600.0);
        let down = mouse.wheel(MouseWheelUnit::Line, vec2(0.0, -1.0), page);
        assert_eq!(down, Some(InputEvent::Wheel { dx: 0, dy: 120 }));
        let right = mouse.wheel(MouseWheelUnit::Line, vec2(-0.5, 0.0), page);
        assert_eq!(right, Some(InputEvent::Wheel { dx: 60, dy: 0 }));
    }

    #[test]
    fn small_steps_of_a_touch_pad_add_up() {
        let mut mouse = MouseReader::default();
        let mut total = 0;
        for _ in 0..400 {
            if let Some(InputEvent::Wheel { dy, .. }) =
                mouse.wheel(MouseWheelUnit::Point, vec2(0.0, -0.1), Vec2::ZERO)
            {
                total += dy;
            }
        }
        assert!((119..=121).contains(&total), "{total}");
    }
}
