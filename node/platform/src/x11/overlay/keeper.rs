//! The thread that keeps the overlay: draws, stays above other windows and below the bar, and leaves out what
//! this program shows itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::{Connection, RequestConnection};
use x11rb::protocol::shape::{self, ConnectionExt as _};
use x11rb::protocol::xfixes::{self, ConnectionExt as _, Region};
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ClipOrdering, ConfigureWindowAux, ConnectionExt as _,
    CreateWindowAux, EventMask, PropMode, StackMode, Visibility, Window, WindowClass,
};
use x11rb::protocol::{ErrorKind, Event};
use x11rb::wrapper::ConnectionExt as _;

use super::catch::CatchWindow;
use super::label::LabelWindow;
use super::own::{OwnSight, OwnWindowFinder};
use super::pen::{MarkPicture, OverlayPen};
use super::shape::union;
use super::{CatchWish, LabelWish, SharedOverlay};
use crate::x11::indicator::lettering::BarLettering;
use crate::x11::indicator::monitors::{ScreenArea, scale};
use crate::x11::pixel_format::PixelFormat;
use crate::x11::{X11Display, X11Failure};
use crate::{DesktopObstacle, OverlayDrawing, OverlayMark, OverlayNews, OverlayNewsReceiver, OverlayShape};

/// The titles by which other programs can find the windows.
const OVERLAY_TITLE: &str = "Beistand overlay";
const LABEL_TITLE: &str = "Beistand label";

/// How often it is looked for this program's own windows without a reason, while anything is shown.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);

/// The least time between two looks: as often as the bar is put back.
const LEAST_LOOK: Duration = Duration::from_millis(50);

/// The least time between two drawings: no screen shows more, and a helper's program could send thousands.
const LEAST_DRAW: Duration = Duration::from_millis(12);

/// How many times as long as a drawing took the server it is left alone afterwards: whoever has it draw
/// without end takes a fifth of it.
const REST_TIMES: u32 = 4;

/// The window's edges are multiples of so many pixels: a line that grows seldom needs a larger window.
const GRID_PX: i32 = 256;

pub(super) struct OverlayKeeper {
    display: X11Display,
    shared: Arc<SharedOverlay>,
    lettering: BarLettering,
    scale: f32,
    screen: (u16, u16),
    finder: OwnWindowFinder,
    own: OwnSight,
    /// Where this program's own windows can be seen.
    forbidden: Region,
    window: Window,
    drawing: OverlayDrawing,
    /// Where there is anything to be seen of the drawing.
    pen: Option<OverlayPen>,
    label: LabelWindow,
    catch: Option<CatchWindow>,
    looked: Instant,
    look_soon: bool,
    /// When it may be drawn, or the label moved, again.
    draw_at: Instant,
    label_at: Instant,
}

impl OverlayKeeper {
    pub(super) fn open(display: &str, shared: Arc<SharedOverlay>) -> Result<Self, X11Failure> {
        let display = X11Display::open(display)?;
        if display.is_xwayland()? {
            return Err(X11Failure(DesktopObstacle::Wayland));
        }
        for extension in [shape::X11_EXTENSION_NAME, xfixes::X11_EXTENSION_NAME] {
            if display.conn.extension_information(extension)?.is_none() {
                return Err(X11Failure(DesktopObstacle::NoExtension(extension)));
            }
        }
        PixelFormat::of_root(&display)?;
        display.conn.xfixes_query_version(2, 0)?.reply()?;
        let root = display.conn.get_geometry(display.root())?.reply()?;
        let forbidden = display.conn.generate_id()?;
        display.conn.xfixes_create_region(forbidden, &[])?;
        let (window, label) = (create(&display, OVERLAY_TITLE)?, create(&display, LABEL_TITLE)?);
        let (finder, scale, now) = (OwnWindowFinder::new(&display)?, scale(&display)?, Instant::now());
        Ok(Self {
            display,
            shared,
            lettering: BarLettering::new(),
            scale,
            screen: (root.width, root.height),
            finder,
            own: OwnSight::default(),
            forbidden,
            window,
            drawing: OverlayDrawing::default(),
            pen: None,
            label: LabelWindow::new(label),
            catch: None,
            looked: now,
            look_soon: false,
            draw_at: now,
            label_at: now,
        })
    }

    /// Keeps it until it is no longer wanted.
    pub(super) fn run(&mut self, news: &mut OverlayNewsReceiver) -> Result<(), X11Failure> {
        while !self.shared.stopped() {
            self.shared.wake.take();
            self.take_wish(news)?;
            while let Some(event) = self.display.conn.poll_for_event()? {
                self.on_event(&event, news)?;
            }
            let now = Instant::now();
            if self.catch.as_ref().is_some_and(|catch| catch.until <= now) {
                self.end_catch(OverlayNews::GaveUp, news)?;
            }
            if self.next_look().is_some_and(|at| at <= now) {
                self.look()?;
            }
            let due = [self.next_wish(), self.next_look(), self.catch.as_ref().map(|catch| catch.until)];
            let due = due.into_iter().flatten().min();
            let wait = due.map(|at| at.saturating_duration_since(Instant::now()));
            self.display.wait_or(&self.shared.wake, wait)?;
        }
        Ok(())
    }

    fn shows_anything(&self) -> bool {
        self.pen.is_some() || self.label.is_shown() || self.catch.is_some()
    }

    fn next_look(&self) -> Option<Instant> {
        let interval = if self.look_soon { LEAST_LOOK } else { LOOK_INTERVAL };
        self.shows_anything().then(|| self.looked + interval)
    }

    /// When what is wished for may be done.
    fn next_wish(&self) -> Option<Instant> {
        let wish = self.shared.wish();
        let drawing = wish.drawing.as_ref().map(|_| self.draw_at);
        drawing.into_iter().chain(wish.label.as_ref().map(|_| self.label_at)).min()
    }

    fn take_wish(&mut self, news: &mut OverlayNewsReceiver) -> Result<(), X11Failure> {
        let now = Instant::now();
        let (drawing, label, catch) = {
            let mut wish = self.shared.wish();
            let drawing = if self.draw_at <= now { wish.drawing.take() } else { None };
            let label = if self.label_at <= now { wish.label.take() } else { None };
            (drawing, label, wish.catch.take())
        };
        if (drawing.is_some() || label.is_some() || catch.is_some()) && !self.shows_anything() {
            // What the last look found may be long ago.
            self.watch_windows(true)?;
            self.look()?;
        }
        if let Some(label) = label {
            self.follow_label(label)?;
            self.label_at = Instant::now() + LEAST_DRAW;
        }
        match catch {
            Some(CatchWish::Caught) if self.catch.is_none() => {
                let (bar, forbidden) = (self.own.lowest_kept, self.forbidden);
                self.catch = Some(CatchWindow::open(&self.display, self.screen, bar, forbidden)?);
            }
            Some(CatchWish::Let) => self.end_catch(OverlayNews::GaveUp, news)?,
            Some(CatchWish::Caught) | None => {}
        }
        if let Some(drawing) = drawing {
            self.show(drawing, news)?;
        }
        if !self.shows_anything() {
            self.watch_windows(false)?;
        }
        Ok(())
    }

    fn show(&mut self, drawing: OverlayDrawing, news: &mut OverlayNewsReceiver) -> Result<(), X11Failure> {
        let (serial, begun) = (drawing.serial, Instant::now());
        if drawing.spared != self.drawing.spared {
            self.own.write(&self.display, self.forbidden, &drawing.spared)?;
        }
        self.draw(drawing)?;
        // It is on the screen when this has been answered, and what went wrong has been said.
        self.display.conn.get_input_focus()?.reply()?;
        self.draw_at = Instant::now() + LEAST_DRAW.max(REST_TIMES * begun.elapsed());
        while let Some(event) = self.display.conn.poll_for_event()? {
            self.on_event(&event, news)?;
        }
        news(OverlayNews::Shown(serial));
        Ok(())
    }

    fn follow_label(&mut self, label: LabelWish) -> Result<(), X11Failure> {
        let LabelWish::Shown(label) = label else { return self.label.hide(&self.display) };
        let shown = self.label.is_shown();
        self.label.show(&self.display, &label, (&self.lettering, self.scale), self.screen)?;
        self.label.cut(&self.display, self.forbidden)?;
        if !shown {
            self.restack()?;
            self.display.conn.map_window(self.label.id)?;
        }
        Ok(())
    }

    /// Draws what is new, or all of it where it is no longer what was there and more.
    fn draw(&mut self, drawing: OverlayDrawing) -> Result<(), X11Failure> {
        let added = added(&self.drawing.marks, &drawing.marks);
        let pictures = |marks: &[OverlayMark]| -> Vec<MarkPicture> {
            let picture = |mark| MarkPicture::of(mark, &self.lettering, self.scale, self.screen);
            marks.iter().map(picture).collect()
        };
        let all = pictures(&drawing.marks);
        let area = all.iter().filter_map(MarkPicture::area).reduce(union);
        let area = area.and_then(|area| on_grid(area, self.screen));
        let same_place = self.pen.as_ref().map(|pen| pen.area) == area;
        let first = added.filter(|_| same_place).unwrap_or(0);
        if added.is_none() || !same_place {
            if let Some(pen) = self.pen.take() {
                pen.free(&self.display)?;
            }
            self.pen = area.map(|area| OverlayPen::new(&self.display, area)).transpose()?;
        }
        self.drawing = drawing;
        let Some(pen) = &self.pen else {
            self.display.conn.unmap_window(self.window)?;
            return Ok(());
        };
        for picture in &all[first..] {
            pen.draw(&self.display, picture)?;
        }
        let ScreenArea { x, y, width, height } = pen.area;
        let values = ConfigureWindowAux::new()
            .x(i32::from(x))
            .y(i32::from(y))
            .width(u32::from(width))
            .height(u32::from(height));
        self.display.conn.configure_window(self.window, &values)?;
        pen.show(&self.display, self.window, self.forbidden)?;
        self.restack()?;
        self.display.conn.map_window(self.window)?;
        Ok(())
    }

    /// Looks where this program's own windows are, and leaves those out.
    fn look(&mut self) -> Result<(), X11Failure> {
        (self.looked, self.look_soon) = (Instant::now(), false);
        let mut except = vec![self.window, self.label.id];
        except.extend(self.catch.as_ref().map(|catch| catch.id));
        let own = self.finder.look(&self.display, &except)?;
        if own != self.own {
            self.own = own;
            self.own.write(&self.display, self.forbidden, &self.drawing.spared)?;
            if let Some(pen) = &self.pen {
                pen.show(&self.display, self.window, self.forbidden)?;
            }
            self.label.cut(&self.display, self.forbidden)?;
            if let Some(catch) = &self.catch {
                catch.place(&self.display, self.screen, self.own.lowest_kept, self.forbidden)?;
            }
        }
        self.restack()
    }

    /// Above everything but the bar.
    fn restack(&self) -> Result<(), X11Failure> {
        let mut above = self.own.lowest_kept;
        for id in [self.label.id, self.window] {
            let mode = if above.is_some() { StackMode::BELOW } else { StackMode::ABOVE };
            let values = ConfigureWindowAux::new().sibling(above).stack_mode(mode);
            self.display.conn.configure_window(id, &values)?;
            above = Some(id);
        }
        Ok(())
    }

    /// Whether the server reports what happens to windows.
    fn watch_windows(&self, watched: bool) -> Result<(), X11Failure> {
        let events = EventMask::SUBSTRUCTURE_NOTIFY | EventMask::STRUCTURE_NOTIFY;
        let mask = if watched { events } else { EventMask::STRUCTURE_NOTIFY };
        let values = ChangeWindowAttributesAux::new().event_mask(mask);
        self.display.conn.change_window_attributes(self.display.root(), &values)?;
        Ok(())
    }

    fn end_catch(&mut self, what: OverlayNews, news: &mut OverlayNewsReceiver) -> Result<(), X11Failure> {
        if let Some(catch) = self.catch.take() {
            self.display.conn.destroy_window(catch.id)?;
            self.display.conn.flush()?;
            news(what);
        }
        Ok(())
    }

    fn is_ours(&self, window: Window) -> bool {
        window == self.window
            || window == self.label.id
            || self.catch.as_ref().is_some_and(|catch| catch.id == window)
    }

    fn on_event(&mut self, event: &Event, news: &mut OverlayNewsReceiver) -> Result<(), X11Failure> {
        match event {
            Event::VisibilityNotify(seen) => self.look_soon |= seen.state != Visibility::UNOBSCURED,
            // Another window of this program's may be gone meanwhile; without memory nothing is shown.
            Event::Error(error) if error.error_kind == ErrorKind::Alloc => {
                return Err(X11Failure::system("the X server has no memory for it"));
            }
            Event::ConfigureNotify(root) if root.window == self.display.root() => {
                self.screen = (root.width, root.height);
                self.look_soon = true;
            }
            Event::ConfigureNotify(event) => self.look_soon |= !self.is_ours(event.window),
            Event::MapNotify(event) => self.look_soon |= !self.is_ours(event.window),
            Event::UnmapNotify(event) => self.look_soon |= !self.is_ours(event.window),
            Event::CirculateNotify(_) => self.look_soon = true,
            Event::DestroyNotify(gone) if gone.window == self.window || gone.window == self.label.id => {
                return Err(X11Failure::system("another program has destroyed its window"));
            }
            Event::ButtonPress(press) => {
                if let Some(catch) = &mut self.catch {
                    catch.press(press);
                }
            }
            Event::MotionNotify(moved) => {
                if let Some(line) = self.catch.as_mut().and_then(|catch| catch.go_on(moved)) {
                    news(line);
                }
            }
            Event::ButtonRelease(_) => {
                if let Some(catch) = &self.catch {
                    let what = catch.release();
                    self.end_catch(what, news)?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// A window that shows nothing yet, and never takes a click.
fn create(display: &X11Display, title: &str) -> Result<Window, X11Failure> {
    let conn = &display.conn;
    let id = conn.generate_id()?;
    let values = CreateWindowAux::new().override_redirect(1).event_mask(EventMask::VISIBILITY_CHANGE);
    let (depth, class) = (COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_OUTPUT);
    conn.create_window(depth, id, display.root(), 0, 0, 1, 1, 0, class, 0, &values)?.check()?;
    conn.shape_rectangles(shape::SO::SET, shape::SK::INPUT, ClipOrdering::UNSORTED, id, 0, 0, &[])?;
    conn.change_property8(PropMode::REPLACE, id, AtomEnum::WM_NAME, AtomEnum::STRING, title.as_bytes())?;
    Ok(id)
}

/// The first mark that is new, where `now` is `before` and more; of a line that goes on it is that line.
/// `None` where something has gone or changed.
fn added(before: &[OverlayMark], now: &[OverlayMark]) -> Option<usize> {
    let (last, older) = match before.split_last() {
        Some(both) => both,
        None => return Some(0),
    };
    if !now.starts_with(older) {
        return None;
    }
    let same = now.get(older.len())?;
    if same == last {
        return Some(before.len());
    }
    let alike = OverlayMark { shape: last.shape.clone(), ..same.clone() } == *last;
    match (&last.shape, &same.shape) {
        (OverlayShape::Line(before), OverlayShape::Line(now)) if alike && now.starts_with(before) => {
            Some(older.len())
        }
        _ => None,
    }
}

/// The smallest area of the grid that has all of `area` that is on the screen.
fn on_grid(area: ScreenArea, screen: (u16, u16)) -> Option<ScreenArea> {
    let span = |start: i16, side: u16, screen: u16| {
        let (start, end) = (i32::from(start), i32::from(start) + i32::from(side));
        let first = start.div_euclid(GRID_PX) * GRID_PX;
        let last = (end + GRID_PX - 1).div_euclid(GRID_PX) * GRID_PX;
        let (first, last) = (first.max(0), last.min(i32::from(screen)));
        (first < last).then_some((first as i16, (last - first) as u16))
    };
    let (x, width) = span(area.x, area.width, screen.0)?;
    let (y, height) = span(area.y, area.height, screen.1)?;
    Some(ScreenArea { x, y, width, height })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OverlayPoint;

    fn line(number: u64, points: &[OverlayPoint]) -> OverlayMark {
        OverlayMark { number, shape: OverlayShape::Line(points.to_vec()), colour: 1, fade: 0 }
    }

    #[test]
    fn only_what_is_new_is_drawn_while_nothing_goes() {
        let (one, grown) = (line(1, &[(0, 0)]), line(1, &[(0, 0), (5, 5)]));
        let other = line(2, &[(9, 9)]);
        let faded = OverlayMark { fade: 1, ..one.clone() };
        for (before, now, first) in [
            (vec![], vec![one.clone()], Some(0)),
            (vec![one.clone()], vec![one.clone(), other.clone()], Some(1)),
            (vec![one.clone()], vec![grown.clone()], Some(0)),
            (vec![other.clone(), one.clone()], vec![other.clone(), grown.clone()], Some(1)),
            (vec![one.clone()], vec![faded], None),
            (vec![grown], vec![one.clone()], None),
            (vec![one.clone(), other.clone()], vec![other], None),
            (vec![one], vec![], None),
        ] {
            assert_eq!(added(&before, &now), first, "{before:?} {now:?}");
        }
    }

    #[test]
    fn a_window_is_on_the_screen_and_grows_in_steps() {
        let at = |x, y, width, height| ScreenArea { x, y, width, height };
        assert_eq!(on_grid(at(300, 10, 20, 20), (1000, 800)), Some(at(256, 0, 256, 256)));
        assert_eq!(on_grid(at(-5, 700, 2000, 300), (1000, 800)), Some(at(0, 512, 1000, 288)));
        assert_eq!(on_grid(at(2000, 0, 9, 9), (1000, 800)), None);
    }
}
