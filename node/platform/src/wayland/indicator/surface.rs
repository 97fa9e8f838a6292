//! The indicator's window as the compositor knows it: its globals, its pixels, and what the compositor says
//! of it.
//!
//! It decides neither what is drawn nor what a press means.

use std::os::fd::AsFd as _;

use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use wayland_client::globals::{GlobalList, GlobalListContents};
use wayland_client::protocol::{
    wl_buffer, wl_callback, wl_compositor, wl_output, wl_pointer, wl_registry, wl_seat, wl_shm, wl_shm_pool,
    wl_surface,
};
use wayland_client::{Connection, Dispatch, Proxy as _, QueueHandle, WEnum, delegate_noop};
use wayland_protocols::xdg::shell::client::{xdg_surface, xdg_toplevel, xdg_wm_base};
use wayland_protocols::xdg::xdg_output::zv1::client::{zxdg_output_manager_v1, zxdg_output_v1};

use super::outputs::OutputBook;

/// The main button of a mouse (`BTN_LEFT`).
const MAIN_BUTTON: u32 = 0x110;

/// The largest scale that is drawn for: the sharpest screens have three.
const MAX_SCALE: i32 = 4;

/// The window, and what has happened to it since that was last dealt with.
pub(super) struct BarSurface {
    shm: wl_shm::WlShm,
    surface: wl_surface::WlSurface,
    xdg_surface: xdg_surface::XdgSurface,
    toplevel: xdg_toplevel::XdgToplevel,
    buffer: Option<wl_buffer::WlBuffer>,
    seats: Vec<BarSeat>,
    bound: Vec<BoundOutput>,
    /// What says how large a monitor is in points, where anybody does.
    sizes: Option<zxdg_output_manager_v1::ZxdgOutputManagerV1>,
    pub(super) outputs: OutputBook,
    /// Whether the compositor has said that it can be drawn.
    pub(super) configured: bool,
    /// It has drawn the window since it was last asked.
    pub(super) drawn: bool,
    /// It was asked.
    pub(super) asked: bool,
    /// It closes the window: somebody wants it gone.
    pub(super) closed: bool,
    /// Where the mouse is on it, in points.
    pub(super) pointer: Option<(f64, f64)>,
    /// Presses (`true`) and releases of the main button, in order.
    pub(super) clicks: Vec<(bool, (f64, f64))>,
}

/// Devices that one person uses.
struct BarSeat {
    name: u32,
    seat: wl_seat::WlSeat,
    /// Its mouse, while it has one.
    pointer: Option<wl_pointer::WlPointer>,
}

/// A monitor whose events come; they would not if it was dropped.
struct BoundOutput {
    name: u32,
    output: wl_output::WlOutput,
    size: Option<zxdg_output_v1::ZxdgOutputV1>,
}

/// Monitors and seats of which anything is heard: more than there are.
const MAX_BOUND: usize = 32;

/// Clicks that wait: more than a hand makes between two looks.
const MAX_CLICKS: usize = 16;

impl BarSurface {
    /// Makes the window; it is shown once it has been drawn.
    pub(super) fn make(globals: &GlobalList, queue: &QueueHandle<Self>, title: &str) -> Result<Self, String> {
        let missing = |error: wayland_client::globals::BindError| error.to_string();
        let compositor: wl_compositor::WlCompositor = globals.bind(queue, 3..=4, ()).map_err(missing)?;
        let shm: wl_shm::WlShm = globals.bind(queue, 1..=1, ()).map_err(missing)?;
        let shell: xdg_wm_base::XdgWmBase = globals.bind(queue, 1..=2, ()).map_err(missing)?;
        let surface = compositor.create_surface(queue, ());
        let xdg_surface = shell.get_xdg_surface(&surface, queue, ());
        let toplevel = xdg_surface.get_toplevel(queue, ());
        toplevel.set_title(title.to_owned());
        toplevel.set_app_id(crate::desktop_door::APP_ID.to_owned());
        surface.commit();
        let mut bar = Self {
            shm,
            surface,
            xdg_surface,
            toplevel,
            buffer: None,
            seats: Vec::new(),
            bound: Vec::new(),
            sizes: globals.bind(queue, 1..=3, ()).ok(),
            outputs: OutputBook::default(),
            configured: false,
            drawn: false,
            asked: false,
            closed: false,
            pointer: None,
            clicks: Vec::new(),
        };
        for global in globals.contents().clone_list() {
            bar.take_global(
                globals.registry(),
                &global.interface,
                (global.name, global.version),
                queue,
                true,
            );
        }
        Ok(bar)
    }

    /// Something is there; `is_first`: from the beginning.
    fn take_global(
        &mut self,
        registry: &wl_registry::WlRegistry,
        interface: &str,
        (name, version): (u32, u32),
        queue: &QueueHandle<Self>,
        is_first: bool,
    ) {
        if self.seats.len() + self.bound.len() >= MAX_BOUND {
            return;
        }
        if interface == wl_seat::WlSeat::interface().name {
            let seat = registry.bind(name, version.min(5), queue, name);
            self.seats.push(BarSeat { name, seat, pointer: None });
        } else if interface == wl_output::WlOutput::interface().name {
            let output: wl_output::WlOutput = registry.bind(name, version.min(3), queue, name);
            let size = self.sizes.as_ref().map(|sizes| sizes.get_xdg_output(&output, queue, name));
            self.outputs.add(name, is_first);
            self.bound.push(BoundOutput { name, output, size });
        }
    }

    /// It is gone.
    fn lose_global(&mut self, name: u32) {
        for lost in self.seats.extract_if(.., |seat| seat.name == name) {
            lost.let_go();
            self.pointer = None;
        }
        for lost in self.bound.extract_if(.., |output| output.name == name) {
            lost.let_go();
            self.outputs.remove(name);
        }
    }

    /// Pixels of a point: as the sharpest screen has it.
    pub(super) fn scale(&self) -> i32 {
        self.outputs.scale().clamp(1, MAX_SCALE)
    }

    /// Shows these pixels (0x00RRGGBB), and asks to be told when they were drawn.
    pub(super) fn show(
        &mut self,
        queue: &QueueHandle<Self>,
        (width, height): (u16, u16),
        pixels: &[u32],
    ) -> Result<(), String> {
        let (wide, high) = (i32::from(width), i32::from(height));
        let bytes: Vec<u8> = pixels.iter().flat_map(|pixel| pixel.to_ne_bytes()).collect();
        let system = |error: rustix::io::Errno| error.to_string();
        let memory = memfd_create("beistand-bar", MemfdFlags::CLOEXEC).map_err(system)?;
        ftruncate(&memory, bytes.len() as u64).map_err(system)?;
        let mut written = 0;
        while written < bytes.len() {
            written += rustix::io::pwrite(&memory, &bytes[written..], written as u64).map_err(system)?;
        }
        let pool = self.shm.create_pool(memory.as_fd(), wide * high * 4, queue, ());
        let buffer = pool.create_buffer(0, wide, high, wide * 4, wl_shm::Format::Xrgb8888, queue, ());
        pool.destroy();
        let scale = self.scale();
        self.surface.set_buffer_scale(scale);
        self.surface.attach(Some(&buffer), 0, 0);
        self.surface.damage_buffer(0, 0, wide, high);
        let (wide, high) = (wide / scale, high / scale);
        self.toplevel.set_min_size(wide, high);
        self.toplevel.set_max_size(wide, high);
        if let Some(old) = self.buffer.replace(buffer) {
            old.destroy();
        }
        self.ask(queue);
        Ok(())
    }

    /// Asks to be told when the window is drawn again.
    pub(super) fn ask(&mut self, queue: &QueueHandle<Self>) {
        if !std::mem::replace(&mut self.asked, true) {
            self.surface.frame(queue, ());
        }
        self.surface.damage(0, 0, 1, 1);
        self.surface.commit();
    }
}

impl BarSeat {
    /// Its mouse is there, or not.
    fn take_pointer(&mut self, is_there: bool, queue: &QueueHandle<BarSurface>) {
        // One at a time, or a press would come once for each.
        if is_there && self.pointer.is_none() {
            self.pointer = Some(self.seat.get_pointer(queue, ()));
        } else if !is_there {
            self.drop_pointer();
        }
    }

    fn drop_pointer(&mut self) {
        // Before the third version nobody can say so.
        if let Some(pointer) = self.pointer.take().filter(|pointer| pointer.version() >= 3) {
            pointer.release();
        }
    }

    fn let_go(mut self) {
        self.drop_pointer();
        if self.seat.version() >= 5 {
            self.seat.release();
        }
    }
}

impl BoundOutput {
    fn let_go(self) {
        if let Some(size) = self.size {
            size.destroy();
        }
        if self.output.version() >= 3 {
            self.output.release();
        }
    }
}

impl Drop for BarSurface {
    fn drop(&mut self) {
        self.toplevel.destroy();
        self.xdg_surface.destroy();
        self.surface.destroy();
        if let Some(buffer) = self.buffer.take() {
            buffer.destroy();
        }
    }
}

impl Dispatch<wl_registry::WlRegistry, GlobalListContents> for BarSurface {
    fn event(
        bar: &mut Self,
        registry: &wl_registry::WlRegistry,
        event: wl_registry::Event,
        _: &GlobalListContents,
        _: &Connection,
        queue: &QueueHandle<Self>,
    ) {
        match event {
            wl_registry::Event::Global { name, interface, version } => {
                bar.take_global(registry, &interface, (name, version), queue, false);
            }
            wl_registry::Event::GlobalRemove { name } => bar.lose_global(name),
            _ => {}
        }
    }
}

impl Dispatch<xdg_wm_base::XdgWmBase, ()> for BarSurface {
    fn event(
        _: &mut Self,
        shell: &xdg_wm_base::XdgWmBase,
        event: xdg_wm_base::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let xdg_wm_base::Event::Ping { serial } = event {
            shell.pong(serial);
        }
    }
}

impl Dispatch<xdg_surface::XdgSurface, ()> for BarSurface {
    fn event(
        bar: &mut Self,
        surface: &xdg_surface::XdgSurface,
        event: xdg_surface::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let xdg_surface::Event::Configure { serial } = event {
            surface.ack_configure(serial);
            bar.configured = true;
        }
    }
}

impl Dispatch<xdg_toplevel::XdgToplevel, ()> for BarSurface {
    fn event(
        bar: &mut Self,
        _: &xdg_toplevel::XdgToplevel,
        event: xdg_toplevel::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let xdg_toplevel::Event::Close = event {
            bar.closed = true;
        }
    }
}

impl Dispatch<wl_callback::WlCallback, ()> for BarSurface {
    fn event(
        bar: &mut Self,
        _: &wl_callback::WlCallback,
        event: wl_callback::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let wl_callback::Event::Done { .. } = event {
            (bar.drawn, bar.asked) = (true, false);
        }
    }
}

impl Dispatch<wl_output::WlOutput, u32> for BarSurface {
    fn event(
        bar: &mut Self,
        _: &wl_output::WlOutput,
        event: wl_output::Event,
        name: &u32,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            wl_output::Event::Scale { factor } => bar.outputs.describe(*name, |shape| shape.scale = factor),
            wl_output::Event::Mode { flags: WEnum::Value(flags), width, height, .. }
                if flags.contains(wl_output::Mode::Current) =>
            {
                bar.outputs.describe(*name, |shape| shape.pixels = (width, height));
            }
            wl_output::Event::Done => bar.outputs.finish(*name),
            _ => {}
        }
    }
}

impl Dispatch<zxdg_output_v1::ZxdgOutputV1, u32> for BarSurface {
    fn event(
        bar: &mut Self,
        _: &zxdg_output_v1::ZxdgOutputV1,
        event: zxdg_output_v1::Event,
        name: &u32,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            zxdg_output_v1::Event::LogicalSize { width, height } => {
                bar.outputs.describe(*name, |shape| shape.points = Some((width, height)));
            }
            // Before its third version it has an end of its own.
            zxdg_output_v1::Event::Done => bar.outputs.finish(*name),
            _ => {}
        }
    }
}

impl Dispatch<wl_seat::WlSeat, u32> for BarSurface {
    fn event(
        bar: &mut Self,
        _: &wl_seat::WlSeat,
        event: wl_seat::Event,
        name: &u32,
        _: &Connection,
        queue: &QueueHandle<Self>,
    ) {
        if let wl_seat::Event::Capabilities { capabilities: WEnum::Value(capabilities) } = event {
            let is_there = capabilities.contains(wl_seat::Capability::Pointer);
            for seat in bar.seats.iter_mut().filter(|seat| seat.name == *name) {
                seat.take_pointer(is_there, queue);
            }
        }
    }
}

impl Dispatch<wl_pointer::WlPointer, ()> for BarSurface {
    fn event(
        bar: &mut Self,
        _: &wl_pointer::WlPointer,
        event: wl_pointer::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            wl_pointer::Event::Enter { surface_x: x, surface_y: y, .. }
            | wl_pointer::Event::Motion { surface_x: x, surface_y: y, .. } => bar.pointer = Some((x, y)),
            wl_pointer::Event::Leave { .. } => bar.pointer = None,
            wl_pointer::Event::Button { button: MAIN_BUTTON, state: WEnum::Value(state), .. } => {
                if let Some(at) = bar.pointer.filter(|_| bar.clicks.len() < MAX_CLICKS) {
                    bar.clicks.push((state == wl_pointer::ButtonState::Pressed, at));
                }
            }
            _ => {}
        }
    }
}

delegate_noop!(BarSurface: ignore wl_compositor::WlCompositor);
delegate_noop!(BarSurface: ignore wl_surface::WlSurface);
delegate_noop!(BarSurface: ignore wl_shm::WlShm);
delegate_noop!(BarSurface: ignore wl_shm_pool::WlShmPool);
delegate_noop!(BarSurface: ignore wl_buffer::WlBuffer);
delegate_noop!(BarSurface: ignore zxdg_output_manager_v1::ZxdgOutputManagerV1);
