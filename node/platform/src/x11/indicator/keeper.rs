//! The thread that keeps the indicator's windows: draws them, takes presses, and puts them back.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use x11rb::connection::{Connection, RequestConnection};
use x11rb::protocol::Event;
use x11rb::protocol::shape;
use x11rb::protocol::xinput::{
    self, ButtonPressEvent, ConnectionExt as _, Device, DeviceId, Fp1616, XIEventMask,
};
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConfigureNotifyEvent, ConnectionExt as _, EventMask, Visibility, Window,
};

use super::clicks::{BarTarget, ClickJudge, PressingDevice, ShownFlow};
use super::drawing::{draw_bar, flow_colour, natural_size};
use super::lettering::BarLettering;
use super::monitors::{ScreenArea, aside, meet, monitors, moved, places, scale};
use super::windows::{BarWindow, FrameSide, restore, undo_alterations};
use super::{OwnWindows, SharedIndicator};
use crate::x11::devices::{KnownDevice, devices};
use crate::x11::pixel_format::PixelFormat;
use crate::x11::{X11Display, X11Failure};
use crate::{DesktopObstacle, IndicatorFace, IndicatorPressReceiver};

/// How often the windows are put back without a reason: a desktop tells nobody of some changes.
const CHECK_INTERVAL: Duration = Duration::from_millis(500);

/// The least time between two times that they are put back: two programs that both want to be on top would
/// otherwise keep the X server busy.
const RESTORE_INTERVAL: Duration = Duration::from_millis(50);

/// The frame's thickness in points: seen at a glance, and no word of the screen is lost.
const FRAME_PT: f32 = 4.0;

/// The main button.
const MAIN_BUTTON: u32 = 1;

pub(super) struct IndicatorKeeper {
    display: X11Display,
    shared: Arc<SharedIndicator>,
    pressed: IndicatorPressReceiver,
    lettering: BarLettering,
    scale: f32,
    face: IndicatorFace,
    flow_since: Instant,
    monitors: Vec<ScreenArea>,
    bars: Vec<BarWindow>,
    frames: Vec<FrameSide>,
    devices: Vec<KnownDevice>,
    clicks: ClickJudge,
    drag: Option<BarDrag>,
    /// When the monitors were last asked for.
    looked: Instant,
    restored: Instant,
    /// When they are to be put back.
    restore_at: Instant,
}

/// A bar that the user moves.
#[derive(Debug, Clone, Copy)]
struct BarDrag {
    bar: Window,
    /// Where the bar was taken hold of, from its left end.
    held_at: i32,
}

impl IndicatorKeeper {
    /// Connects to the display of this name and shows `face`.
    pub(super) fn open(
        display: &str,
        face: IndicatorFace,
        pressed: IndicatorPressReceiver,
        shared: Arc<SharedIndicator>,
    ) -> Result<Self, X11Failure> {
        let display = X11Display::open(display)?;
        for extension in [xinput::X11_EXTENSION_NAME, shape::X11_EXTENSION_NAME] {
            if display.conn.extension_information(extension)?.is_none() {
                return Err(X11Failure(DesktopObstacle::NoExtension(extension)));
            }
        }
        // Told before anything is drawn.
        PixelFormat::of_root(&display)?;
        display.conn.xinput_xi_query_version(2, 2)?.reply()?;
        let plugs = XIEventMask::HIERARCHY;
        let mask = xinput::EventMask { deviceid: Device::ALL.into(), mask: vec![plugs] };
        display.conn.xinput_xi_select_events(display.root(), &[mask])?.check()?;
        // Whatever happens to a window on the screen may have covered ours.
        let structure = EventMask::SUBSTRUCTURE_NOTIFY | EventMask::STRUCTURE_NOTIFY;
        let values = ChangeWindowAttributesAux::new().event_mask(structure);
        display.conn.change_window_attributes(display.root(), &values)?.check()?;
        let (scale, devices, now) = (scale(&display)?, devices(&display)?, Instant::now());
        let mut keeper = Self {
            display,
            shared,
            pressed,
            lettering: BarLettering::new(),
            scale,
            face,
            flow_since: now,
            monitors: Vec::new(),
            bars: Vec::new(),
            frames: Vec::new(),
            devices,
            clicks: ClickJudge::default(),
            drag: None,
            looked: now,
            restored: now,
            restore_at: now,
        };
        keeper.follow_monitors()?;
        keeper.restore()?;
        // It is on the screen when this has been answered.
        keeper.display.conn.get_input_focus()?.reply()?;
        Ok(keeper)
    }

    /// Keeps the windows until they are no longer wanted, or can no longer be kept.
    pub(super) fn run(mut self) {
        if let Err(failure) = self.keep() {
            tracing::warn!(%failure, "the bar that shows the session is gone");
        }
        *self.shared.windows() = OwnWindows::default();
    }

    fn keep(&mut self) -> Result<(), X11Failure> {
        while !self.shared.stopped() {
            self.shared.wake.take();
            self.take_wish()?;
            while let Some(event) = self.display.conn.poll_for_event()? {
                self.on_event(&event)?;
            }
            if self.looked.elapsed() >= CHECK_INTERVAL {
                self.follow_monitors()?;
                self.restore_soon();
            }
            if Instant::now() >= self.restore_at && self.restored < self.restore_at {
                self.restore()?;
            }
            self.shared.beat.fetch_add(1, Ordering::AcqRel);
            let due =
                if self.restored < self.restore_at { self.restore_at } else { self.looked + CHECK_INTERVAL };
            let wait = due.saturating_duration_since(Instant::now());
            self.display.wait_or(&self.shared.wake, Some(wait))?;
        }
        Ok(())
    }

    fn take_wish(&mut self) -> Result<(), X11Failure> {
        let wish = std::mem::take(&mut *self.shared.wish());
        if let Some(face) = wish.face
            && face != self.face
        {
            if face.flow != self.face.flow {
                self.flow_since = Instant::now();
            }
            self.face = face;
            self.paint()?;
        }
        if wish.aside {
            self.step_aside()?;
        }
        if wish.restore {
            undo_alterations(&self.display, &self.bars)?;
            self.restore()?;
        }
        Ok(())
    }

    /// Takes the bar that lies under the pointer out of its way, unless the user holds it.
    fn step_aside(&mut self) -> Result<(), X11Failure> {
        let pointer = self.display.conn.query_pointer(self.display.root())?.reply()?;
        let point = ScreenArea { x: pointer.root_x, y: pointer.root_y, width: 1, height: 1 };
        let below = self.bars.iter_mut().find(|bar| meet(&bar.place, &point));
        let (Some(bar), None) = (below, self.drag) else { return Ok(()) };
        let Some(place) = aside(bar.place, bar.monitor, point.x) else { return Ok(()) };
        bar.place = place;
        // Another button may be under the user's pointer.
        self.flow_since = Instant::now();
        self.restore()
    }

    /// Makes the windows for the monitors that there are, where those have changed.
    fn follow_monitors(&mut self) -> Result<(), X11Failure> {
        self.looked = Instant::now();
        let monitors = monitors(&self.display)?;
        if monitors == self.monitors {
            return Ok(());
        }
        for id in self.bars.iter().map(|bar| bar.id).chain(self.frames.iter().map(|side| side.id)) {
            self.display.conn.destroy_window(id)?;
        }
        (self.drag, self.clicks) = (None, ClickJudge::default());
        self.frames.clear();
        self.bars = places(&monitors, natural_size(self.scale))
            .into_iter()
            .map(|place| BarWindow::create(&self.display, place))
            .collect::<Result<_, _>>()?;
        let (thick, colour) = ((FRAME_PT * self.scale).round() as u16, flow_colour(self.face.flow));
        for monitor in &monitors {
            self.frames.extend(FrameSide::round(&self.display, *monitor, thick, colour)?);
        }
        *self.shared.windows() = OwnWindows {
            bars: self.bars.iter().map(|bar| bar.id).collect(),
            frames: self.frames.iter().map(|side| side.id).collect(),
        };
        self.monitors = monitors;
        self.paint()
    }

    fn paint(&mut self) -> Result<(), X11Failure> {
        for bar in &mut self.bars {
            let size = (bar.place.width, bar.place.height);
            bar.paint(&self.display, &draw_bar(&self.lettering, &self.face, size, self.scale))?;
        }
        for side in &self.frames {
            side.paint(&self.display, flow_colour(self.face.flow))?;
        }
        Ok(())
    }

    fn restore(&mut self) -> Result<(), X11Failure> {
        self.restored = Instant::now();
        restore(&self.display, &self.bars, &self.frames)
    }

    fn restore_soon(&mut self) {
        if self.restored >= self.restore_at {
            self.restore_at = Instant::now().max(self.restored + RESTORE_INTERVAL);
        }
    }

    fn on_event(&mut self, event: &Event) -> Result<(), X11Failure> {
        match event {
            Event::VisibilityNotify(seen) if seen.state != Visibility::UNOBSCURED => self.restore_soon(),
            Event::ConfigureNotify(event) if event.window == self.display.root() => {
                self.follow_monitors()?;
                self.restore_soon();
            }
            Event::ConfigureNotify(moved) if self.is_astray(moved) => {
                // Whoever moves it puts another button under the user's pointer.
                self.flow_since = Instant::now();
                self.restore_soon();
            }
            Event::ConfigureNotify(_)
            | Event::CirculateNotify(_)
            | Event::MapNotify(_)
            | Event::UnmapNotify(_) => self.restore_soon(),
            Event::DestroyNotify(gone) if self.owns(gone.window) => {
                return Err(X11Failure::system("another program has destroyed its window"));
            }
            Event::ReparentNotify(moved) if self.owns(moved.window) => {
                return Err(X11Failure::system("another program has taken its window"));
            }
            Event::XinputHierarchy(_) => self.devices = devices(&self.display)?,
            Event::XinputButtonPress(press) if press.detail == MAIN_BUTTON => self.on_press(press)?,
            Event::XinputButtonRelease(release) if release.detail == MAIN_BUTTON => {
                self.on_release(release)?;
            }
            Event::XinputMotion(motion) => self.on_motion(motion)?,
            _ => {}
        }
        Ok(())
    }

    fn owns(&self, window: Window) -> bool {
        self.bars.iter().any(|bar| bar.id == window) || self.frames.iter().any(|side| side.id == window)
    }

    /// Whether a bar is told of that does not lie where it should.
    fn is_astray(&self, window: &ConfigureNotifyEvent) -> bool {
        let bar = self.bars.iter().find(|bar| bar.id == window.window);
        bar.is_some_and(|bar| (bar.place.x, bar.place.y) != (window.x, window.y))
    }

    fn on_press(&mut self, press: &ButtonPressEvent) -> Result<(), X11Failure> {
        let (target, device) = (self.target(press), self.device(press.sourceid)?);
        if self.clicks.press(target, device, self.shown(), Instant::now()) {
            self.drag = Some(BarDrag { bar: press.event, held_at: pixel(press.event_x).into() });
        }
        Ok(())
    }

    fn on_release(&mut self, release: &ButtonPressEvent) -> Result<(), X11Failure> {
        self.drag = None;
        let (target, device) = (self.target(release), self.device(release.sourceid)?);
        if let Some(press) = self.clicks.release(target, device, self.shown()) {
            (self.pressed)(press);
        }
        Ok(())
    }

    fn on_motion(&mut self, motion: &ButtonPressEvent) -> Result<(), X11Failure> {
        let Some(drag) = self.drag else { return Ok(()) };
        if !self.device(motion.sourceid)?.physical {
            return Ok(());
        }
        let x = i32::from(pixel(motion.root_x)) - drag.held_at;
        if let Some(bar) = self.bars.iter_mut().find(|bar| bar.id == drag.bar) {
            bar.place = moved(bar.place, bar.monitor, x);
            self.restore()?;
        }
        Ok(())
    }

    fn shown(&self) -> ShownFlow {
        ShownFlow { flow: self.face.flow, since: self.flow_since }
    }

    fn target(&self, event: &ButtonPressEvent) -> BarTarget {
        let bar = self.bars.iter().find(|bar| bar.id == event.event);
        bar.map_or(BarTarget::Handle, |bar| bar.target(pixel(event.event_x), pixel(event.event_y)))
    }

    /// The device that an event came from; one that nobody knows is no hand.
    fn device(&mut self, id: DeviceId) -> Result<PressingDevice, X11Failure> {
        let known = |devices: &[KnownDevice]| devices.iter().find(|device| device.id == id).copied();
        if known(&self.devices).is_none() {
            self.devices = devices(&self.display)?;
        }
        let physical = known(&self.devices).is_some_and(|device| device.physical);
        Ok(PressingDevice { id, physical })
    }
}

/// The pixel that a coordinate of X Input lies in: it has 16 bits behind the point.
fn pixel(coordinate: Fp1616) -> i16 {
    (coordinate >> 16) as i16
}
